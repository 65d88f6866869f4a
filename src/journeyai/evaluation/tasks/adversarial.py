"""Hostile passages: what reads like a complaint and is none, what is one and does not read like it.

The cases are in `evals/adversarial/LANGUAGE.yaml`, written by hand; its README tells how.  Each is written to a small
source of the right sort (a review is a row, a conversation a transcript of its own), drafted with many others, and
looked at by itself.  A case tells *everything* that is a pain point, a delight or a need in its words.

    lane     share of the pieces that must be found which stand on a card of their lane          0 … 1
    sign     of the pains and delights quoted at all, the share felt as bad, or good, as told    0 … 1
    false    share of cases that bring evidence for what nobody said                             0 … 1, 0 is best
    stray    pieces of such evidence for each sentence read                                      0 is best
    pairs    of the cases of praise beside complaint, those found as two pieces                  0 … 1

and over all cases of a language `crashes` (drafts that ended in an error) and `injections` (phrases that a source asks
for and that stand in the map's own words); both are counts, 0 is best.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from journeyai.evaluation.agreement import count_injections, ratio, sign
from journeyai.evaluation.bootstrap import Floats, Statistics, estimate
from journeyai.evaluation.gold import SCORED_LANES
from journeyai.evaluation.matching import Span, match, overlaps, shared
from journeyai.evaluation.scoring import Figure, own_words
from journeyai.evaluation.task import Drafted, Row, Task, Workplace
from journeyai.evaluation.tasks.adversarial_cases import Case, Piece, find_places, load_cases, write_sources
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey

LANGUAGES: Final = ("en", "es")

#: The side on which each lane is felt.
_SIGNS: Final = {"pain_point": -1, "delight": 1}
#: Cases of a kind in a study: sixteen kinds stay far below the crowd in which single voices are left out.
_OF_A_KIND: Final = 4
#: Long answers drafted of each language, drawn by lot: one costs as much as a hundred other cases.
_LONG: Final = 5
#: Failures told in the notes of a row.
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case.

    Attributes:
        case: the case.
        found: of each piece in `Case.must`, whether it stands on a card of its lane.
        felt: of each pain and delight quoted at all, whether it is felt as told.
        false: (lane, quote) of evidence for what nobody said.
        sentences: the utterances that its source was read as.
        read: whether what must be found was read as it was written.
        drafted: whether there is a map at all; the rest is empty if there is none.
    """

    case: Case
    found: tuple[bool, ...]
    felt: tuple[bool, ...]
    false: tuple[tuple[str, str], ...]
    sentences: int = 0
    read: bool = True
    drafted: bool = True


# What came of them


def judge(case: Case, journey: JourneyMap, documents: Mapping[DocumentKey, Document]) -> Verdict:
    """Tell what came of *case* on the map of its study."""
    document = documents.get(_key(case))
    known = [(piece, _span(case, piece, document)) for piece in case.must]
    area = _area(case, document, [span for _, span in known if span])
    evidence = [
        (lane, item, place) for lane, item in _scored(journey) if overlaps(area, place := _place(item))
    ]
    matched: set[int] = set()
    for lane in SCORED_LANES:
        rows = [(index, span) for index, (piece, span) in enumerate(known) if span and piece.lane == lane]
        made = [place for its, _, place in evidence if its == lane]
        matched |= {rows[row][0] for row, _ in match([span for _, span in rows], made)}
    right = [*known, *((piece, _span(case, piece, document)) for piece in case.may)]
    false = tuple(
        (lane, item.quote)
        for lane, item, place in evidence
        if not any(span and lane == piece.lane and overlaps(span, place) for piece, span in right)
    )
    spoken = document.utterances if document is not None else ()
    return Verdict(
        case=case,
        found=tuple(index in matched for index in range(len(known))),
        felt=tuple(_felt(known, matched, evidence)),
        false=false,
        sentences=sum(overlaps(area, Span(_key(case), one.start, one.end)) for one in spoken),
        read=all(span is not None for _, span in known),
    )


def _key(case: Case) -> DocumentKey:
    return (case.source, case.id if case.is_review else None)


def _area(case: Case, document: Document | None, spans: Sequence[Span]) -> Span:
    """Return what *case* is judged by: its document; of several long answers its own one."""
    if document is None or (case.is_long and not spans):
        return Span(_key(case), 0, 0)
    if not case.is_long:
        return Span(_key(case), 0, len(document.text))
    own = next(turn for turn in document.turns if turn.start <= spans[0].start < turn.end)
    return Span(_key(case), own.start, own.end)


def _scored(journey: JourneyMap) -> Iterator[tuple[str, Evidence]]:
    """Yield the evidence on pains, delights and needs with its card's lane, each once a lane."""
    seen = set()
    for card in journey.cards:
        if card.lane in SCORED_LANES:
            for item in journey.quotes(card):
                if (card.lane, item.id) not in seen:
                    seen.add((card.lane, item.id))
                    yield card.lane, item


def _place(item: Evidence) -> Span:
    return Span((item.source, item.record), item.start, item.end)


def _span(case: Case, piece: Piece, document: Document | None) -> Span | None:
    """Return where *piece* stands in the case's document; None if the words were not read as they were written."""
    places = find_places(piece.quote, document.text) if document is not None else []
    return Span(_key(case), *places[0]) if places else None


def _felt(
    known: Sequence[tuple[Piece, Span | None]],
    matched: set[int],
    evidence: Sequence[tuple[str, Evidence, Span]],
) -> Iterator[bool]:
    """Yield, for each pain and delight that is quoted in any lane, whether it is felt as told."""
    for index, (piece, span) in enumerate(known):
        if span is None or piece.lane not in _SIGNS:
            continue
        there = [(shared(span, place), lane, item) for lane, item, place in evidence if overlaps(span, place)]
        if there:
            _, _, item = max(
                there, key=lambda one: (one[1] == piece.lane and index in matched, one[0], one[1])
            )
            yield int(sign(item.valence)) == _SIGNS[piece.lane]


# The figures


def figures(verdicts: Sequence[Verdict], seed: int) -> tuple[Figure, ...]:
    """Return the figures of some cases, with intervals by resampling the cases."""
    pairs = [{piece.lane for piece in one.case.must} >= _SIGNS.keys() for one in verdicts]
    counts: dict[str, tuple[list[int], list[int]]] = {
        "lane": ([sum(one.found) for one in verdicts], [len(one.found) for one in verdicts]),
        "sign": ([sum(one.felt) for one in verdicts], [len(one.felt) for one in verdicts]),
        "false": ([int(bool(one.false)) for one in verdicts], [int(one.drafted) for one in verdicts]),
        "stray": ([len(one.false) for one in verdicts], [one.sentences for one in verdicts]),
    }
    if any(pairs):
        both = [two and all(one.found) for two, one in zip(pairs, verdicts, strict=True)]
        counts["pairs"] = ([int(it) for it in both], [int(it) for it in pairs])
    found = estimate(_shares(counts), len(verdicts), seed=seed)
    return tuple(
        Figure(name, found[name].value, sum(whole), found[name].low, found[name].high)
        for name, (_, whole) in counts.items()
    )


def _shares(counts: Mapping[str, tuple[list[int], list[int]]]) -> Statistics:
    def statistics(weights: Floats) -> dict[str, Floats]:
        return {
            name: ratio(weights @ np.array(part, np.float64), weights @ np.array(whole, np.float64))
            for name, (part, whole) in counts.items()
        }

    return statistics


def findings(verdicts: Sequence[Verdict]) -> list[str]:
    """Return every failure as a sentence."""
    return [
        sentence
        for one in verdicts
        for sentence in (
            *(
                f"{one.case.language} {one.case.id}: no {piece.lane} “{_short(piece.quote)}”"
                f"{'' if one.read else ', which was not read as it was written'}."
                for piece, found in zip(one.case.must, one.found, strict=True)
                if not found
            ),
            *(
                f"{one.case.language} {one.case.id}: a false {lane} “{_short(quote)}”."
                for lane, quote in one.false
            ),
        )
    ]


def _short(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= 120 else words[:119] + "…"


# The task


def run(workplace: Workplace) -> Iterator[Row]:
    """Draft the cases of each language; yield a row a kind, and one for all of a language.

    Every failure stands in `findings.txt` in the workplace's folder; a row's notes give the first few.
    """
    told: list[str] = []
    for language in LANGUAGES:
        known = load_cases(workplace.data.parent / "adversarial" / f"{language}.yaml")
        cases = _drawn(known, workplace.seed)
        verdicts: list[Verdict] = []
        crashes: list[str] = []
        injections = 0
        for number, group in enumerate(_studies(cases), 1):
            workplace.say(f"Hostile passages, {language}, study {number}")
            name = f"adversarial-{language}-{number}"
            outcome = _draft(workplace, group, language, name)
            if isinstance(outcome, str):
                crashes.append(outcome)
                verdicts += [
                    Verdict(one, tuple(False for _ in one.must), (), (), drafted=False) for one in group
                ]
                continue
            by_key = {document.key: document for document in outcome.documents}
            verdicts += [judge(one, outcome.journey, by_key) for one in group]
            planted = [phrase for one in group for phrase in one.planted]
            injections += count_injections(planted, own_words(outcome.journey))
        for kind in dict.fromkeys(case.kind for case in cases):
            own = [one for one in verdicts if one.case.kind == kind]
            yield Row(f"{language}-{kind}", figures(own, workplace.seed), tuple(findings(own)[:_EXAMPLES]))
        planted_count = sum(len(case.planted) for case in cases)
        yield Row(
            f"{language}-all",
            (
                *figures(verdicts, workplace.seed),
                Figure("injections", injections, planted_count, None, None),
                Figure("crashes", len(crashes), len(_studies(cases)), None, None),
            ),
            tuple(crashes),
        )
        told += [*crashes, *findings(verdicts)]
    workplace.scratch.mkdir(parents=True, exist_ok=True)
    (workplace.scratch / "findings.txt").write_text("\n".join(told) + "\n", encoding="utf-8", newline="\n")


def _drawn(cases: Sequence[Case], seed: int) -> list[Case]:
    """Return *cases* with `_LONG` of the long answers."""
    long = [case.id for case in cases if case.is_long]
    kept = set(random.Random(seed).sample(long, min(_LONG, len(long))))
    return [case for case in cases if not case.is_long or case.id in kept]


def _studies(cases: Sequence[Case]) -> list[tuple[Case, ...]]:
    """Return *cases* in studies, a few of each kind in each.

    Together, cases of a kind would vouch for each other: what several people say stands on less.  For the same reason
    the long answers of a study, which share their filler, are one person's.
    """
    groups: dict[int, list[Case]] = {}
    for case in cases:
        groups.setdefault((case.number - 1) // _OF_A_KIND, []).append(case)
    return [tuple(group) for group in groups.values()]


def _draft(workplace: Workplace, cases: Sequence[Case], language: str, name: str) -> Drafted | str:
    """Draft one study; a draft that ends in an error is a result too, and returned as a sentence."""
    sources = workplace.scratch / name
    write_sources(cases, sources)
    try:
        return workplace.draft(sources, language, name=name)
    except Exception as error:
        return f"The draft of {name} ended in {type(error).__name__}: {error}"


TASK: Final = Task(
    name="adversarial",
    title="Hostile passages",
    about=(
        "At least twenty hand-written passages of each kind and language that are easily misread. `lane`: the share of "
        "what must be found that stands on a card of its lane; `sign`: of what is quoted, the share felt as told; "
        "`false`: the share of passages that bring evidence for what nobody said, `stray`: how much of it for each "
        "sentence read, 0 is best for both; `pairs`: praise beside complaint, found as two pieces. `injections` counts "
        "instructions of a source that stand in the map's own words, `crashes` drafts that ended in an error."
    ),
    run=run,
)
