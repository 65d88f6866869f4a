"""The local engine: labels from trained heads, the speaker's role and the document's context; titles by extraction."""

from collections.abc import Iterator, Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.engine import Frame, PersonaFacts, PersonaWords
from journeyai.engines.local.heads import Heads, load_heads, softmax
from journeyai.engines.local.lanes import Candidate, candidates, lane_probabilities
from journeyai.engines.local.stages import StageSorter
from journeyai.engines.local.titles import best_title
from journeyai.engines.local.words import describe_persona
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.model.vocabulary import Emotion, Lane

#: Labels are asked for so many utterances at a time.
BATCH: Final = 2048
#: Below this probability a lane is not believed.
LEAST_CONFIDENCE: Final = 0.30

NEGATIVE: Final[frozenset[Emotion]] = frozenset(
    {"anger", "frustration", "anxiety", "confusion", "disappointment", "sadness"}
)
POSITIVE: Final[frozenset[Emotion]] = frozenset({"relief", "trust", "satisfaction", "joy", "surprise"})


class LocalEngine:
    """Needs no key and no network; the same input gives the same output."""

    name = "local"
    model: str | None = None

    def __init__(self, vectors: VectorSource) -> None:
        """Make an engine.

        Args:
            vectors: gives texts their vectors by the encoder that `load_heads().encoder` names.
        """
        self._vectors = vectors

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the points made in *documents*, in order."""
        heads = load_heads()
        sorter = StageSorter(frame, self._vectors)
        batch: list[Candidate] = []
        for done, document in enumerate(documents, 1):
            batch.extend(candidates(document))
            if len(batch) >= BATCH or done == len(documents):
                yield from self._label(batch, frame, heads, sorter)
                batch = []
                progress(done, len(documents))

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Name a theme with the clearest short clause among its quotes."""
        return best_title(quotes, lane)

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona by the words its people use more than others, and tell what they speak of."""
        return describe_persona(facts)

    def _label(
        self, batch: Sequence[Candidate], frame: Frame, heads: Heads, sorter: StageSorter
    ) -> Iterator[Observation]:
        if not batch:
            return
        texts = [item.utterance.text for item in batch]
        vectors = self._vectors(texts)
        logits = heads.logits(texts, [item.turn.role for item in batch], vectors)
        lanes = lane_probabilities(batch, logits, heads)
        where = [(item.document, item.turn) for item in batch]
        stages = sorter.weights(where, softmax(logits["stage"]), vectors, heads.labels["stage"])
        values = np.array([float(label) for label in heads.labels["valence"]], np.float32)
        strengths = softmax(logits["valence"]) @ values
        emotions = softmax(logits["emotion"])
        for row, item in enumerate(batch):
            for lane, confidence in _lanes(item, lanes[row], frame, heads):
                emotion, sureness = _emotion(lane, emotions[row], heads)
                yield Observation(
                    document=item.document.key,
                    utterances=(item.utterance.number,),
                    lane=lane,
                    stages=tuple(round(float(weight), 4) for weight in stages[row]),
                    valence=_valence(lane, float(strengths[row]), told=item.turn.step is not None),
                    emotion=emotion,
                    channel=load_cues().channel(texts[row]),
                    confidence=round(confidence, 4),
                    emotion_confidence=round(sureness, 4),
                )


def _lanes(
    item: Candidate, probabilities: NDArray[np.float32], frame: Frame, heads: Heads
) -> Iterator[tuple[Lane, float]]:
    """Yield the likeliest lane and its probability; nothing if the passage says nothing for the map.

    Each step of a told visit is a contact besides, by what such a story is.
    """
    if item.turn.step is not None and "touchpoint" in frame.lanes:
        yield "touchpoint", 1.0
    best = int(probabilities.argmax())
    label, confidence = heads.labels["lane"][best], float(probabilities[best])
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


def _emotion(lane: Lane, probabilities: NDArray[np.float32], heads: Heads) -> tuple[Emotion, float]:
    """Return the likeliest emotion that the lane's sign allows, and how sure it is."""
    labels = cast("tuple[Emotion, ...]", heads.labels["emotion"])
    signs = {"pain_point": NEGATIVE, "delight": POSITIVE}
    if lane in signs:
        kept = np.where([label in signs[lane] for label in labels], probabilities, 0)
        index = int(kept.argmax())
        return labels[index], float(kept[index] / max(kept.sum(), 1e-9))
    index = int(probabilities.argmax())
    if probabilities[index] >= 0.5:
        return labels[index], float(probabilities[index])
    return "neutral", float(probabilities[labels.index("neutral")])
