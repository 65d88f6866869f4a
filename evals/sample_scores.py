"""Score the local engine on the two sample studies, whose customers' words are labelled in `evals/data`.

    python -m evals.sample_scores            lanes, stages, themes, personas
    python -m evals.sample_scores --errors   also lists what was missed and what was made up

Development figures: the engine's few hand-set numbers were chosen here, so they flatter it.
An observation matches a labelled passage when they overlap by half of the shorter one.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from journeyai.app import Study
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document, DocumentKey
from journeyai.sources.duplicates import with_duplicates

ROOT = Path(__file__).resolve().parents[1]
LANES = ("pain_point", "delight", "need")


@dataclass(frozen=True, slots=True)
class Segment:
    """A labelled passage, found in its document."""

    document: DocumentKey
    start: int
    end: int
    lane: str
    stage: str
    theme: str | None
    valence: int
    emotion: str
    quote: str


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that the engine labelled, as it stands on the map or before."""

    document: DocumentKey
    start: int
    end: int
    lane: str
    stage: str
    valence: float
    quote: str


def locate(gold: dict[str, Any], documents: Sequence[Document]) -> tuple[list[Segment], int]:
    """Find the labelled passages; return them and how many were not found."""
    by_key = {document.key: document for document in documents}
    segments, lost = [], 0
    for item in gold["segments"]:
        key = (item["source"], item["record"])
        document = by_key.get(key)
        pattern = r"\s+".join(re.escape(word) for word in item["quote"].split())
        match = re.search(pattern, document.text) if document else None
        if match is None:
            lost += 1
            continue
        segments.append(
            Segment(
                key, match.start(), match.end(), item["lane"], item["stage"], item["theme"],
                item["valence"], item["emotion"], item["quote"],
            )
        )  # fmt: skip
    return segments, lost


def overlaps(a: Segment | Found, b: Segment | Found) -> bool:
    """Whether two passages share half of the shorter one."""
    if a.document != b.document:
        return False
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared > 0 and 2 * shared >= min(a.end - a.start, b.end - b.start)


def match(segments: Sequence[Segment], found: Sequence[Found], lane: str) -> list[tuple[Segment, Found]]:
    """Pair the passages of one lane, each at most once, in text order."""
    pairs, used = [], set()
    for segment in segments:
        if segment.lane != lane:
            continue
        for index, item in enumerate(found):
            if index not in used and item.lane == lane and overlaps(segment, item):
                pairs.append((segment, item))
                used.add(index)
                break
    return pairs


def v_measure(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """Return homogeneity, completeness and V (Rosenberg and Hirschberg 2007) of (known, found) labels."""

    def entropy(counts: Counter[Any]) -> float:
        total = sum(counts.values())
        return -sum(count / total * log(count / total) for count in counts.values())

    known, found = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    both = entropy(Counter(pairs))
    h_known, h_found = entropy(known), entropy(found)
    homogeneity = 1 - (both - h_found) / h_known if h_known else 1.0
    completeness = 1 - (both - h_known) / h_found if h_found else 1.0
    total = homogeneity + completeness
    return homogeneity, completeness, 2 * homogeneity * completeness / total if total else 0.0


def score(language: str, *, errors: bool) -> dict[str, Any]:
    """Draft one sample study and compare."""
    gold = json.loads(
        (ROOT / "evals" / "data" / f"sample-{language}" / "gold.json").read_text(encoding="utf-8")
    )
    with TemporaryDirectory() as folder:
        sources = ROOT / "knowledge" / "samples" / language / "sources"
        study = Study.create(Path(folder) / "s", language=language, sources=sources)
        journey = study.draft()
        documents = with_duplicates(
            document for source in journey.sources for document in study.read(source.source).documents
        )
    segments, lost = locate(gold, documents)
    carded = {id_ for card in journey.cards for id_ in card.evidence}
    found = [
        Found(
            (item.source, item.record), item.start, item.end, item.lane, item.stage, item.valence, item.quote
        )
        for item in journey.evidence
        if item.id in carded and item.role in {"customer", "researcher"}
    ]
    figures: dict[str, Any] = {"segments": len(segments), "not located": lost}
    for lane in LANES:
        pairs = match(segments, found, lane)
        known = sum(segment.lane == lane for segment in segments)
        made = sum(item.lane == lane for item in found)
        precision, recall = len(pairs) / max(1, made), len(pairs) / max(1, known)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        figures[lane] = (
            f"F1 {f1:.2f}  precision {precision:.2f}  recall {recall:.2f}  ({known} known, {made} found)"
        )
        right = sum(a.stage == b.stage for a, b in pairs) / max(1, len(pairs))
        signs = sum((a.valence > 0) == (b.valence > 0) for a, b in pairs) / max(1, len(pairs))
        figures[f"{lane}: stage by name, valence sign"] = f"{right:.2f}, {signs:.2f}"
        if errors:
            _print_errors(lane, segments, found, pairs)
    figures.update(_theme_figures(journey, segments))
    figures.update(_persona_figures(journey, gold))
    return figures


def _theme_figures(journey: JourneyMap, segments: Sequence[Segment]) -> dict[str, str]:
    """Compare cards with labelled themes over the passages that both have."""
    card_of = {id_: card for card in journey.cards if card.lane in LANES for id_ in card.evidence}
    items = {
        item.id: Found(
            (item.source, item.record), item.start, item.end, item.lane, item.stage, item.valence, item.quote
        )
        for item in journey.evidence
        if item.id in card_of
    }
    pairs, right, members = [], 0, defaultdict(set)
    for segment in segments:
        if segment.theme is None:
            continue
        hit = next(
            (id_ for id_, item in items.items() if item.lane == segment.lane and overlaps(segment, item)),
            None,
        )
        if hit is not None:
            pairs.append((segment.theme, card_of[hit].id))
            members[segment.theme].add(card_of[hit].id)
            right += items[hit].stage == segment.stage
    h, c, v = v_measure(pairs)
    known = {segment.theme for segment in segments if segment.theme}
    cards = [card for card in journey.cards if card.lane in LANES]
    biggest = Counter(pairs)
    kept = sum(max(count for (theme, _), count in biggest.items() if theme == name) >= 2 for name in members)
    return {
        "themes": f"V {v:.2f} (homogeneity {h:.2f}, completeness {c:.2f}); "
        f"{kept} of {len(known)} themes have a card with two of their passages; "
        f"cards a theme {sum(map(len, members.values())) / max(1, len(members)):.1f}; "
        f"{sum(card.people >= 2 for card in cards)} cards of several people, {len(cards)} in all",
        "stage by theme": f"{right / max(1, len(pairs)):.2f}",
    }


def _persona_figures(journey: JourneyMap, gold: dict[str, Any]) -> dict[str, str]:
    known = {(m["source"], m["speaker"]): p["id"] for p in gold["personas"] for m in p["members"]}
    found = {
        (m.source, _bare(m.speaker)): persona.id for persona in journey.personas for m in persona.members
    }
    both = [(label, found[key]) for key, label in known.items() if key in found]
    v = v_measure(both)[2] if both else 0.0
    placed = f"{len(found)} people placed in {len(journey.personas)}"
    return {"personas": f"V {v:.2f} over {len(both)} of {len(known)} labelled people; {placed}"}


def _bare(name: str) -> str:
    return re.sub(r"\s*\((?:customer|cliente)\)$", "", name)


def _print_errors(
    lane: str, segments: Sequence[Segment], found: Sequence[Found], pairs: Sequence[tuple[Segment, Found]]
) -> None:
    hit_segments = {id(segment) for segment, _ in pairs}
    hit_found = {id(item) for _, item in pairs}
    for segment in segments:
        if segment.lane == lane and id(segment) not in hit_segments:
            other = next((item.lane for item in found if overlaps(segment, item)), "nothing")
            print(f"missed {lane} (took for {other}): {segment.quote}")
    for item in found:
        if item.lane == lane and id(item) not in hit_found:
            other = next((segment.lane for segment in segments if overlaps(segment, item)), "unlabelled")
            print(f"made up {lane} (is {other}): {item.quote}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    for language in ("en", "es"):
        print(f"sample-{language}")
        for name, value in score(language, errors=arguments.errors).items():
            print(f"  {name}: {value}")


if __name__ == "__main__":
    main()
