"""The local engine: labels from trained heads, the speaker's role and the document's context; titles by extraction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.engine import Engine, Frame, PersonaFacts, PersonaWords
from journeyai.engines.local.candidates import Candidate, candidates
from journeyai.engines.local.heads import load_heads
from journeyai.engines.local.joining import continues, joined
from journeyai.engines.local.labels import Labeller, QuickLabeller, Read, ThoroughLabeller
from journeyai.engines.local.learning import Lesson, taught
from journeyai.engines.local.reader.reader import load_reader
from journeyai.engines.local.stages import StageSorter
from journeyai.engines.local.titles import best_title
from journeyai.engines.local.words import describe_persona
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.model.vocabulary import Emotion, Lane
from journeyai.settings import Reading

#: From more passages than this on, `auto` reads quickly: a thorough reading takes some six seconds a thousand on
#: two cores.
MOST_THOROUGH: Final = 4000
#: Labels are asked for so many utterances at a time.
BATCH: Final = 2048
THOROUGH_BATCH: Final = 128
#: Frames whose stages' words are kept: one a language, in a batch of several.
_MOST_SORTERS: Final = 8
#: Below this probability a lane is not believed.
LEAST_CONFIDENCE: Final = 0.30

NEGATIVE: Final[frozenset[Emotion]] = frozenset(
    {"anger", "frustration", "anxiety", "confusion", "disappointment", "sadness"}
)
POSITIVE: Final[frozenset[Emotion]] = frozenset({"relief", "trust", "satisfaction", "joy", "surprise"})


class LocalEngine(Engine):
    """Needs no key and no network; the same input gives the same output."""

    name = "local"
    model: str | None = None

    def __init__(
        self, vectors: VectorSource, reading: Reading = "auto", lessons: Sequence[Lesson] = ()
    ) -> None:
        """Make an engine.

        Args:
            vectors: gives texts their vectors by the encoder that `load_heads().encoder` names.
            reading: `thorough`, `quick`, or `auto`: thorough as long as there are at most `MOST_THOROUGH` passages.
            lessons: what the user's own corrections teach; without any, nothing but the passages counts.
        """
        self._vectors = vectors
        self._reading = reading
        self._lessons = lessons
        self._sorters: dict[Frame, StageSorter] = {}

    @property
    def is_taught(self) -> bool:
        """Whether corrections of the user's change what it says."""
        return bool(self._lessons)

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the points made in *documents*, in order."""
        reads: Iterable[Read] = self.read(documents, frame, progress)
        if self._lessons:
            # A lesson may stand anywhere: all must be read before any can speak.
            reads = taught(list(reads), self._lessons, frame, self._vectors)
        for read in reads:
            yield from _observations(read, frame)

    def read(self, documents: Sequence[Document], frame: Frame, progress: Progress) -> Iterator[Read]:
        """Yield what is thought of the passages before any lesson, many at a time."""
        found = [candidates(document) for document in documents]
        labeller, size = self._labeller(sum(map(len, found)))
        sorter = self._sorter(frame)
        start, count = 0, 0
        for done, passages in enumerate(found, 1):
            count += len(passages)
            if count >= size or done == len(documents):
                batch = [item for some in found[start:done] for item in some]
                if batch:
                    labels = labeller.label(documents[start:done], batch)
                    in_context = labels.vectors is not None
                    yield Read(batch, labels, sorter.weights(batch, labels.lifecycle, in_context=in_context))
                start, count = done, 0
                progress(done, len(documents))

    def _sorter(self, frame: Frame) -> StageSorter:
        """Return what sorts into the stages of *frame*; kept, for a batch reads document by document."""
        if frame not in self._sorters:
            if len(self._sorters) >= _MOST_SORTERS:
                self._sorters.clear()
            self._sorters[frame] = StageSorter(frame, self._vectors)
        return self._sorters[frame]

    def _labeller(self, passages: int) -> tuple[Labeller, int]:
        """Return the way of reading, and how many passages it takes at a time."""
        if self._reading == "thorough" or (self._reading == "auto" and passages <= MOST_THOROUGH):
            return ThoroughLabeller(load_reader()), THOROUGH_BATCH
        return QuickLabeller(load_heads(), self._vectors), BATCH

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Name a theme with the clearest short clause among its quotes."""
        return best_title(quotes, lane)

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona by the words its people use more than others, and tell what they speak of."""
        return describe_persona(facts)


def _observations(read: Read, frame: Frame) -> Iterator[Observation]:
    labels = read.labels
    waiting: Observation | None = None
    for row, item in enumerate(read.passages):
        for lane, confidence in _lanes(item, labels.lane[row], frame, labels.lanes):
            emotion, sureness = _emotion(lane, labels.emotion[row], labels.emotions)
            observation = Observation(
                document=item.document.key,
                utterances=(item.utterance.number,),
                lane=lane,
                stages=tuple(round(float(weight), 4) for weight in read.stages[row]),
                valence=_valence(lane, float(labels.valence[row]), told=item.turn.step is not None),
                emotion=emotion,
                channel=load_cues().channel(item.utterance.text),
                confidence=round(confidence, 4),
                emotion_confidence=round(sureness, 4),
                vector=None if labels.vectors is None else labels.vectors[row],
            )
            if waiting is not None and continues(waiting, observation, item.document):
                waiting = joined(waiting, observation)
            else:
                if waiting is not None:
                    yield waiting
                waiting = observation
    if waiting is not None:
        yield waiting


def _lanes(
    item: Candidate, probabilities: NDArray[np.float32], frame: Frame, lanes: Sequence[str]
) -> Iterator[tuple[Lane, float]]:
    """Yield the likeliest lane and its probability; nothing if the passage says nothing for the map.

    Each step of a told visit is a contact besides, by what such a story is.
    """
    if item.turn.step is not None and "touchpoint" in frame.lanes:
        yield "touchpoint", 1.0
    best = int(probabilities.argmax())
    label, confidence = lanes[best], float(probabilities[best])
    if label == "none":
        if item.turn.role == "customer" and load_cues().thought.search(fold(item.utterance.text)):
            yield "thought", confidence
    elif confidence >= LEAST_CONFIDENCE and not (label == "touchpoint" and item.turn.step is not None):
        yield cast(Lane, label), confidence


def _valence(lane: Lane, strength: float, *, told: bool) -> float:
    """Return the feeling: its sign from the lane, its strength from the head (−2 … 2).

    In a *told* visit each step carries its feeling, so the head alone speaks there.
    """
    match lane:
        case "pain_point":
            return round(-min(2.0, max(0.6, 0.4 - strength)), 2)
        case "delight":
            return round(min(2.0, max(0.6, 0.4 + strength)), 2)
        case "touchpoint" if told:
            return round(max(-2.0, min(2.0, strength)), 2)
        case _:
            # Wishes, deeds and contacts are told calmly; the head alone is too unsure to say more (research: .5).
            return round(max(-0.5, min(0.5, strength * 0.5)), 2)


def _emotion(
    lane: Lane, probabilities: NDArray[np.float32], emotions: Sequence[str]
) -> tuple[Emotion, float]:
    """Return the likeliest emotion that the lane's sign allows, and how sure it is."""
    labels = cast("Sequence[Emotion]", emotions)
    signs = {"pain_point": NEGATIVE, "delight": POSITIVE}
    if lane in signs:
        kept = np.where([label in signs[lane] for label in labels], probabilities, 0)
        index = int(kept.argmax())
        return labels[index], float(kept[index] / max(kept.sum(), 1e-9))
    index = int(probabilities.argmax())
    if probabilities[index] >= 0.5:
        return labels[index], float(probabilities[index])
    return "neutral", float(probabilities[labels.index("neutral")])
