"""What the reader is trained on: the exemplars, and the labelled corpora that are not held back, read as documents."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from evals.heads.exemplars import Exemplar
from journeyai.app import Study
from journeyai.engines.local.reader.windows import Tokenise, Window, windows
from journeyai.model.source import Document, Turn, Utterance
from journeyai.model.vocabulary import Kind
from journeyai.sources.duplicates import with_duplicates

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "evals" / "data"
LANES: Final = (
    "pain_point", "delight", "need", "action", "motivation", "question", "expectation", "touchpoint",
    "back_stage", "technical_limit", "measure", "none",
)  # fmt: skip
THREE: Final = LANES[:3]
STAGES: Final = ("discovery", "consideration", "purchase", "onboarding", "use", "support", "loyalty")
EMOTIONS: Final = (
    "neutral", "frustration", "disappointment", "confusion", "satisfaction", "anger", "anxiety", "joy", "trust",
    "relief", "surprise", "sadness",
)  # fmt: skip
#: What exemplars are said to come from, in turn: they have no document of their own.
_KINDS: Final[tuple[Kind, ...]] = ("review", "interview", "chat", "ticket", "survey", "call")


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of an utterance; −1 and None where nothing is.

    Attributes:
        lane: index into `LANES`; −1: none of `THREE`, and otherwise unknown.
        stage: index into `STAGES`, or −1.
        valence: −2 … 2.
        emotion: index into `EMOTIONS`, or −1.
        theme: a name, unique over all corpora.
    """

    lane: int
    stage: int = -1
    valence: float | None = None
    emotion: int = -1
    theme: str | None = None


@dataclass(slots=True)
class Corpus:
    """Documents whose utterances are labelled.

    Attributes:
        name: of the folder.
        language: of the study.
        documents: near-duplicates left out.
        labels: (place of the document, number of the utterance) → label; agents' and interviewers' words have none.
        gold: the labels file as it is.
    """

    name: str
    language: str
    documents: list[Document]
    labels: dict[tuple[int, int], Label]
    gold: dict[str, Any] = field(default_factory=dict)


def development_corpora(data: Path = DATA) -> list[str]:
    """Return the names of the corpora in *data* that are not held back: only these may be trained or tuned on."""
    return sorted(path.parent.name for path in data.glob("*/gold.json") if not _is_held_back(path))


def read_corpora(data: Path = DATA, names: Sequence[str] | None = None) -> list[Corpus]:
    """Read the corpora *names* of *data*; without names, all that are not held back.

    Raises:
        SystemExit: a name is of a corpus that is held back, or of none.
    """
    free = development_corpora(data)
    for name in names or ():
        if name not in free:
            told = "is held back for measuring" if (data / name / "gold.json").is_file() else "is not there"
            raise SystemExit(f"The corpus `{name}` {told}; these can be trained on: {', '.join(free)}.")
    return [read_corpus(data / name) for name in (free if names is None else names)]


def _is_held_back(path: Path) -> bool:
    return bool(json.loads(path.read_text(encoding="utf-8")).get("held_back", False))


def read_corpus(folder: Path) -> Corpus:
    """Read a labelled corpus of `evals/data`."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    sources = folder / "sources"
    if not sources.is_dir():
        sources = ROOT / "knowledge" / "samples" / gold["language"] / "sources"
    with TemporaryDirectory() as place:
        study = Study.create(Path(place) / "s", language=gold["language"], sources=sources)
        names = sorted(p.relative_to(sources).as_posix() for p in sources.rglob("*") if p.is_file())
        documents = with_duplicates(d for name in names for d in study.read(name).documents)
    documents = [document for document in documents if document.duplicate_of is None]
    segments = _located(gold["segments"], documents)
    labels = {}
    for place_, document in enumerate(documents):
        for utterance in document.utterances:
            label = _label(folder.name, document, utterance, segments[place_])
            if label is not None:
                labels[place_, utterance.number] = label
    return Corpus(folder.name, gold["language"], documents, labels, gold)


def _located(
    segments: Sequence[dict[str, Any]], documents: Sequence[Document]
) -> list[list[tuple[int, int, dict[str, Any]]]]:
    places = {document.key: place for place, document in enumerate(documents)}
    found: list[list[tuple[int, int, dict[str, Any]]]] = [[] for _ in documents]
    for item in segments:
        place = places.get((item["source"], item["record"]))
        if place is None:
            continue
        pattern = r"\s+".join(re.escape(word) for word in item["quote"].split())
        match = re.search(pattern, documents[place].text)
        if match:
            found[place].append((match.start(), match.end(), item))
    return found


def _label(
    corpus: str, document: Document, utterance: Utterance, segments: Sequence[tuple[int, int, dict[str, Any]]]
) -> Label | None:
    turn = document.turn_of(utterance)
    if turn.measure is not None:
        return None
    best: tuple[int, dict[str, Any]] | None = None
    for start, end, item in segments:
        shared = min(end, utterance.end) - max(start, utterance.start)
        if 2 * shared >= min(end - start, utterance.end - utterance.start) and (
            best is None or shared > best[0]
        ):
            best = (shared, item)
    if best is None:
        told = turn.role == "customer" or (turn.role == "researcher" and document.kind == "note")
        return Label(-1) if told else None
    item = best[1]
    lane = item["lane"] if item["lane"] in LANES else "none"
    return Label(
        LANES.index(lane),
        STAGES.index(item["stage"]) if item["stage"] else -1,
        float(item["valence"]),
        EMOTIONS.index(item["emotion"]),
        f"{corpus}:{item['theme']}" if item["theme"] else None,
    )


def exemplar_document(group: Sequence[Exemplar], number: int) -> Document:
    """Return a document in which one person says the exemplars of *group*, one after the other."""
    texts, turns, utterances, place = [], [], [], 0
    for index, item in enumerate(group):
        utterances.append(Utterance(index, index, place, place + len(item.text), item.text, item.language))
        turns.append(Turn("P", item.role, "p", None, place, place + len(item.text)))
        texts.append(item.text)
        place += len(item.text) + 1
    return Document(
        "x", None, _KINDS[number % len(_KINDS)], group[0].language, "\n".join(texts), tuple(turns), tuple(utterances)
    )  # fmt: skip


def exemplar_label(item: Exemplar) -> Label:
    """Return an exemplar's label."""
    return Label(
        LANES.index(item.lane),
        STAGES.index(item.stage) if item.stage else -1,
        float(item.valence),
        EMOTIONS.index(item.emotion),
    )


def labelled_windows(
    document: Document, labels: dict[int, Label], tokenise: Tokenise
) -> list[tuple[Window, list[Label | None]]]:
    """Return the document's windows with the label of each of their spans."""
    return [(w, [labels.get(number) for number, _, _ in w.spans]) for w in windows(document, tokenise)]
