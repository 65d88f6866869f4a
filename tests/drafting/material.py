"""Small invented studies: documents, what a scripted engine sees in them, and the map drawn from that."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

import numpy as np

from journeyai.drafting.pipeline import Order, Outcome, draft
from journeyai.drafting.redraft import Merge, find_rejected, merge
from journeyai.drafting.verification import Verification, verify
from journeyai.engines.engine import Frame, FrameStage
from journeyai.engines.scripted import ScriptedEngine
from journeyai.errors import SourceError
from journeyai.model.aliases import StepProgress, Vectors
from journeyai.model.journey import JourneyMap, Scope
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey, Measure, SourceFile, Turn, Utterance
from journeyai.model.vocabulary import LANES, Channel, Emotion, Kind, Lane, Role
from journeyai.operations.decisions import Decisions

STAGES: Final = ("find", "buy", "use")
FRAME: Final = Frame(
    template="cx-lifecycle",
    language="en",
    stages=tuple(FrameStage(id_, id_.capitalize(), "", (0.0,) * 7) for id_ in STAGES),
    lanes=LANES,
)


@dataclass(frozen=True)
class Said:
    """One turn: a speaker and sentences."""

    speaker: str | None
    sentences: Sequence[str]
    role: Role = "customer"
    person: str | None = None
    at: str | None = None
    measure: Measure | None = None
    step: int | None = None


def document(
    source: str,
    *told: Said,
    kind: Kind = "interview",
    record: str | None = None,
    language: str = "en",
    channel: Channel | None = None,
) -> Document:
    """Return a document in which each turn stands on a line of its own after its speaker's label."""
    text = ""
    turns: list[Turn] = []
    utterances: list[Utterance] = []
    for index, said in enumerate(told):
        text += f"{said.speaker or '-'}: "
        start = len(text)
        for sentence in said.sentences:
            begin = len(text)
            text += sentence
            utterances.append(Utterance(len(utterances), index, begin, len(text), sentence, language))
            text += " "
        text = text[:-1]
        person = said.person or f"{source}#{record or ''}|{said.speaker or ''}"
        turns.append(
            Turn(
                said.speaker,
                said.role,
                person if said.role == "customer" else None,
                said.at,
                start,
                len(text),
                said.measure,
                step=said.step,
            )
        )
        text += "\n"
    return Document(source, record, kind, language, text, tuple(turns), tuple(utterances), channel)


def seen(
    document: Document,
    utterances: int | tuple[int, ...],
    lane: Lane,
    stage: int = 0,
    valence: float = 0.0,
    emotion: Emotion = "neutral",
    channel: Channel | None = None,
    confidence: float = 0.9,
) -> Observation:
    """Return an observation that is sure of its stage."""
    numbers = (utterances,) if isinstance(utterances, int) else utterances
    stages = tuple(float(index == stage) for index in range(len(STAGES)))
    return Observation(document.key, numbers, lane, stages, valence, emotion, channel, confidence)


def vectors(texts: Sequence[str]) -> Vectors:
    """Return vectors that are alike as far as the texts share words."""
    rows = np.zeros((len(texts), 64), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in re.findall(r"\w+", text.lower()):
            code = zlib.crc32(word.encode())
            rows[row, code % 64] += 1 if code & 64 else -1
        rows[row, 0] += 0.01
    out: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return out


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def files_of(documents: Sequence[Document]) -> list[SourceFile]:
    """Return the files that *documents* were read from."""
    grouped: dict[str, list[Document]] = {}
    for item in documents:
        grouped.setdefault(item.source, []).append(item)
    return [
        SourceFile(
            source,
            sha256("".join(item.text for item in inside).encode()).hexdigest(),
            inside[0].kind,
            "test",
            tuple(inside),
        )
        for source, inside in grouped.items()
    ]


def draw(
    documents: Sequence[Document],
    observations: Sequence[Observation],
    *,
    frame: Frame = FRAME,
    personas: int = 0,
    progress: StepProgress = silent,
    at: str = "2026-11-21T10:00:00+00:00",
    old: JourneyMap | None = None,
    decisions: Decisions | None = None,
) -> Outcome:
    """Draw a map from what a scripted engine observes; what *old* or *decisions* reject is left out."""
    script: dict[DocumentKey, list[Observation]] = {}
    for item in observations:
        script.setdefault(item.document, []).append(item)
    order = Order("Title", "Goal", Scope(), frame, personas, "0", at)
    engine = ScriptedEngine(script)
    rejected = find_rejected(old, decisions or Decisions()) if old else None
    return draft(order, files_of(documents), documents, engine, vectors, progress, rejected)


def prove(journey: JourneyMap, documents: Sequence[Document]) -> Verification:
    """Prove *journey* against files that hold *documents*."""
    files: Mapping[str, SourceFile] = {file.source: file for file in files_of(documents)}

    def read(source: str) -> SourceFile:
        if source not in files:
            raise SourceError(f"`{source}` is not in the folder of sources.")
        return files[source]

    return verify(journey, read)


def redraw(old: JourneyMap, new: Outcome, documents: Sequence[Document], *, keep_all: bool = False) -> Merge:
    """Merge a fresh draft into *old*."""
    return merge(old, new.journey, documents, keep_all=keep_all)


def staged(frame: Frame, *names: str) -> Frame:
    """Return *frame* with other stages."""
    return replace(frame, stages=tuple(FrameStage(name, name, "", (0.0,) * 7) for name in names))
