"""The local engine: labels from trained heads, the speaker's role and the document's context; titles by extraction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from journeyai.engines.engine import Frame, PersonaFacts, PersonaWords, Progress, VectorSource
from journeyai.engines.local.heads import Heads, load_heads, softmax
from journeyai.engines.local.stages import StageSorter
from journeyai.engines.local.titles import best_title
from journeyai.engines.local.words import describe_persona
from journeyai.knowledge.cues import load_cues
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Turn, Utterance
from journeyai.model.vocabulary import LIFECYCLE, Channel, Emotion, Lane

#: Labels are asked for so many utterances at a time.
BATCH: Final = 2048

#: Most sentences say nothing about the journey (two of three in the development corpora), but only one exemplar of
#: six says so: this much is added to the logit of "none".  Chosen on the sample studies (docs/decisions/0006).
NONE_PRIOR: Final = 0.6
#: How much a review's rating (−2 … 2) pushes its sentences towards praise and away from complaint.
RATING_PUSH: Final = 0.35
#: Below this probability a lane is not believed.
LEAST_CONFIDENCE: Final = 0.30

NEGATIVE: Final[frozenset[Emotion]] = frozenset(
    {"anger", "frustration", "anxiety", "confusion", "disappointment", "sadness"}
)
POSITIVE: Final[frozenset[Emotion]] = frozenset({"relief", "trust", "satisfaction", "joy", "surprise"})

#: What an agent's or an interviewer's words may show.
AGENT_LANES: Final[frozenset[str]] = frozenset({"touchpoint", "back_stage", "none"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An utterance that may be evidence."""

    document: Document
    utterance: Utterance
    turn: Turn


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
        batch: list[_Candidate] = []
        done = 0
        for document in documents:
            batch.extend(_candidates(document))
            done += 1
            if len(batch) >= BATCH:
                yield from self._label(batch, frame, heads, sorter)
                batch = []
                progress(done, len(documents))
        if batch:
            yield from self._label(batch, frame, heads, sorter)
        progress(len(documents), len(documents))

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Name a theme with the clearest short clause among its quotes."""
        return best_title(quotes)

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona by what it is about, and say in one line what its people meet."""
        return describe_persona(facts)

    def _label(
        self, batch: Sequence[_Candidate], frame: Frame, heads: Heads, sorter: StageSorter
    ) -> Iterator[Observation]:
        texts = [item.utterance.text for item in batch]
        vectors = self._vectors(texts)
        logits = heads.logits(texts, [item.turn.role for item in batch], vectors)
        lanes = softmax(_adjusted(logits["lane"], batch, heads))
        stages = sorter.weights(
            batch_documents(batch), softmax(logits["stage"]), vectors, heads.labels["stage"]
        )
        strengths = softmax(logits["valence"]) @ np.array(
            [float(v) for v in heads.labels["valence"]], np.float32
        )
        emotions = softmax(logits["emotion"])
        for row, item in enumerate(batch):
            observation = _observation(
                item, lanes[row], stages[row], float(strengths[row]), emotions[row], frame, heads
            )
            if observation is not None:
                yield observation


def batch_documents(batch: Sequence[_Candidate]) -> list[tuple[Document, Turn]]:
    """Return the document and turn of each candidate, for what must know the context."""
    return [(item.document, item.turn) for item in batch]


def _candidates(document: Document) -> list[_Candidate]:
    """Return the utterances that may be evidence.

    Customers' words always; an agent's (also in private notes) for what happens back stage; a researcher's only
    in notes, where they report what the participant did, never the questions of an interview.
    """
    if document.duplicate_of is not None:
        return []
    reported = any(turn.role == "researcher" for turn in document.turns) and document.kind == "note"
    allowed = {"customer", "agent"} | ({"researcher"} if reported else set())
    return [
        _Candidate(document, utterance, turn)
        for utterance in document.utterances
        if (turn := document.turn_of(utterance)).role in allowed and turn.measure is None
    ]


def _adjusted(logits: NDArray[np.float32], batch: Sequence[_Candidate], heads: Heads) -> NDArray[np.float32]:
    """Return lane logits with what the sentence alone does not show: priors, the role, the review's rating."""
    labels = heads.labels["lane"]
    out = logits.copy()
    out[:, labels.index("none")] += NONE_PRIOR
    barred = np.array([label not in AGENT_LANES for label in labels])
    pain, delight = labels.index("pain_point"), labels.index("delight")
    for row, item in enumerate(batch):
        if item.turn.role == "agent":
            out[row, barred] = -np.inf
        rating = _rating(item.document)
        out[row, pain] -= RATING_PUSH * rating
        out[row, delight] += RATING_PUSH * rating
    return out


def _rating(document: Document) -> float:
    """Return the valence of the document's own rating, 0 if it has none."""
    return next((turn.measure.valence for turn in document.turns if turn.measure is not None), 0.0)


def _observation(
    item: _Candidate,
    lanes: NDArray[np.float32],
    stages: NDArray[np.float32],
    strength: float,
    emotions: NDArray[np.float32],
    frame: Frame,
    heads: Heads,
) -> Observation | None:
    best = int(lanes.argmax())
    label = heads.labels["lane"][best]
    confidence = float(lanes[best])
    text = item.utterance.text
    if label == "none":
        if not (
            item.turn.role == "customer"
            and "thought" in frame.lanes
            and load_cues().thought.search(text.lower())
        ):
            return None
        label = "thought"
    if confidence < LEAST_CONFIDENCE:
        return None
    lane = cast(Lane, label)
    emotion, sureness = _emotion(lane, emotions, heads)
    channel: Channel | None = load_cues().channel(text)
    return Observation(
        document=item.document.key,
        utterances=(item.utterance.number,),
        lane=lane,
        stages=tuple(round(float(weight), 4) for weight in stages),
        valence=_valence(lane, strength),
        emotion=emotion,
        channel=channel,
        confidence=round(confidence, 4),
        emotion_confidence=round(sureness, 4),
    )


def _valence(lane: Lane, strength: float) -> float:
    """Return the feeling: its sign from the lane, its strength from the head (−2 … 2)."""
    match lane:
        case "pain_point":
            return round(-min(2.0, max(0.6, -strength + 0.4)), 2)
        case "delight":
            return round(min(2.0, max(0.6, strength + 0.4)), 2)
        case _:
            # Wishes, deeds and contacts are told calmly; the head alone is too unsure to say more (research: .5).
            return round(max(-0.5, min(0.5, strength * 0.5)), 2)


def _emotion(lane: Lane, probabilities: NDArray[np.float32], heads: Heads) -> tuple[Emotion, float]:
    """Return the likeliest emotion that the lane's sign allows, and how sure it is."""
    labels = cast("tuple[Emotion, ...]", heads.labels["emotion"])
    if lane == "pain_point":
        allowed = [label in NEGATIVE for label in labels]
    elif lane == "delight":
        allowed = [label in POSITIVE for label in labels]
    else:
        index = int(probabilities.argmax())
        sure = float(probabilities[index])
        return (
            (labels[index], sure)
            if sure >= 0.5
            else ("neutral", float(probabilities[labels.index("neutral")]))
        )
    kept = np.where(allowed, probabilities, 0)
    index = int(kept.argmax())
    return labels[index], float(kept[index] / max(kept.sum(), 1e-9))


def lifecycle_order(labels: Sequence[str]) -> list[int]:
    """Return where each of `LIFECYCLE`'s parts stands among the stage head's *labels*."""
    return [list(labels).index(part) for part in LIFECYCLE]
