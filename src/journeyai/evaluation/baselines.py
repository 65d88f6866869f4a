"""Engines that know next to nothing: what a figure is worth shows against them.

They answer the same questions as any engine, so that the shared drafting counts, gathers and titles for all alike.

    majority     every customer's sentence is a pain point, in the commonest stage, with the commonest feeling
    prototypes   the nearest of a few descriptions of each label, by the encoder; nothing was learnt from examples
    lexicon      words of praise, of complaint and of wishing; no vectors at all
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, cast

import numpy as np

from journeyai.engines.engine import Engine, Frame, FrameStage, PersonaFacts, PersonaWords
from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.knowledge.polarity import load_polarity
from journeyai.knowledge.stopwords import content_words
from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Utterance
from journeyai.model.vocabulary import EMOTIONS, LIFECYCLE, Emotion, Lane

#: Of what customers are labelled with, the commonest: in the exemplars and in every corpus alike.
COMMONEST_STAGE: Final = "use"

#: Shorter utterances are names, greetings and numbers; the local engine leaves them out, too.
FEWEST_WORDS: Final = 3

_TITLE_WORDS: Final = 12
_WORD: Final = re.compile(r"[^\W_]+")
_WISH: Final = re.compile(
    r"\b(?:wish|want|would like|would love|d like|d love|need|should|could (?:you|they|we|there)|if only|please|"
    r"ojala|quiero|quisiera|querria|necesit\w+|me gustaria|deberia\w*|hace falta|estaria bien|por favor|podrian?)\b"
)

#: A few descriptions of each lane in the words of the annotation guide.
PROTOTYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "pain_point": (
        "Something went badly: it cost money, came late, broke, was wrong or confusing.",
        "They promised and did not keep it, and I was left waiting.",
        "Algo fue mal: costó dinero, llegó tarde, se rompió, estaba equivocado o era confuso.",
    ),
    "delight": (
        "Something went well and I was pleased or relieved.",
        "It was quick, easy and friendly, better than I had feared.",
        "Algo fue bien y me quedé contento o aliviado.",
    ),
    "need": (
        "I wish it could do this; I need to be able to do it.",
        "Why can't it just be possible?",
        "Ojalá se pudiera hacer; necesito poder hacerlo.",
    ),
    "action": ("I searched, compared, called, went there or gave up.", "Busqué, comparé, llamé o fui allí."),
    "question": ("How does this work? Can you tell me?", "¿Cómo funciona esto? ¿Me lo puede decir?"),
    "motivation": (
        "The reason why we began to look for one.",
        "El motivo por el que empezamos a buscar uno.",
    ),
    "expectation": ("I assumed that this would happen.", "Di por hecho que eso ocurriría."),
    "none": (
        "Hello, good morning, thank you, goodbye.",
        "My name, my age, my job and my family.",
        "Hola, buenos días, gracias, adiós.",
    ),
}

_NEGATIVE: Final = frozenset({"anger", "frustration", "anxiety", "confusion", "disappointment", "sadness"})
_POSITIVE: Final = frozenset({"relief", "trust", "satisfaction", "joy", "surprise"})


class Label(NamedTuple):
    """What is said of one utterance."""

    lane: Lane
    stages: tuple[float, ...]
    valence: float
    emotion: Emotion
    confidence: float


class Labels(Protocol):
    """Labels a document's utterances, in order; None for what says nothing."""

    def __call__(self, utterances: Sequence[Utterance]) -> Sequence[Label | None]: ...  # noqa: D102


class _Baseline(Engine, ABC):
    """What the baselines share: whose words are looked at, plain titles, plain names."""

    name: str
    model: str | None = None

    @abstractmethod
    def labels(self, frame: Frame) -> Labels:
        """Return what labels utterances on *frame*."""

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the points made in *documents*, in order."""
        label = self.labels(frame)
        for done, document in enumerate(documents, 1):
            spoken = _spoken(document)
            for utterance, given in zip(spoken, label(spoken), strict=True):
                if given is not None and given.lane in frame.lanes:
                    yield Observation(
                        document=document.key,
                        utterances=(utterance.number,),
                        lane=given.lane,
                        stages=given.stages,
                        valence=given.valence,
                        emotion=given.emotion,
                        channel=load_cues().channel(utterance.text),
                        confidence=given.confidence,
                        emotion_confidence=given.confidence,
                    )
            progress(done, len(documents))

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Return the first words of the most typical quote."""
        return " ".join(quotes[0].split()[:_TITLE_WORDS])

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona by the stage it speaks of most."""
        return PersonaWords(" · ".join(facts.stages[:1]) or str(facts.size), "")


class MajorityEngine(_Baseline):
    """Every customer's sentence is a pain point in the commonest stage, mildly bad, frustrated."""

    name = "majority"

    def labels(self, frame: Frame) -> Labels:
        """Return what gives every utterance the same label."""
        label = Label("pain_point", commonest_stage(frame), -1.0, "frustration", 1.0)
        return lambda utterances: [label] * len(utterances)


class PrototypeEngine(_Baseline):
    """The nearest of a few descriptions of each lane and of each stage, and the nearest emotion by its name."""

    name = "prototypes"

    def __init__(self, vectors: VectorSource) -> None:
        """Make an engine.

        Args:
            vectors: gives texts their vectors.
        """
        self._vectors = vectors

    def labels(self, frame: Frame) -> Labels:
        """Return what labels utterances by their nearest descriptions."""
        lanes = [lane for lane, told in PROTOTYPES.items() for _ in told]
        of_lanes = self._vectors([text for told in PROTOTYPES.values() for text in told])
        of_stages = self._vectors([f"{stage.name}: {stage.description}" for stage in frame.stages])
        of_emotions = self._vectors(EMOTIONS)

        def label(utterances: Sequence[Utterance]) -> list[Label | None]:
            if not utterances:
                return []
            vectors = self._vectors([utterance.text for utterance in utterances])
            # Not `@`: see retrieval.search; and einsum's sums do not depend on how many rows there are.
            near = [np.einsum("ij,kj->ik", vectors, others) for others in (of_lanes, of_stages, of_emotions)]
            out: list[Label | None] = []
            for to_lanes, to_stages, to_emotions in zip(*near, strict=True):
                best = int(to_lanes.argmax())
                lane = lanes[best]
                stages = one_stage(len(frame.stages), int(to_stages.argmax()))
                emotion = _nearest_emotion(lane, [float(score) for score in to_emotions])
                sure = min(1.0, max(0.0, round(float(to_lanes[best]), 4)))
                named = Label(cast(Lane, lane), stages, _plain_valence(lane), emotion, sure)
                out.append(None if lane == "none" else named)
            return out

        return label


class LexiconEngine(_Baseline):
    """Counts words of praise, of complaint and of wishing; a stage by the words it shares with its description."""

    name = "lexicon"

    def labels(self, frame: Frame) -> Labels:
        """Return what labels utterances by the words in them."""
        described = [set(content_words(f"{stage.name} {stage.description}")) for stage in frame.stages]
        usual = commonest_stage(frame)

        def label(utterances: Sequence[Utterance]) -> list[Label | None]:
            return [_by_words(utterance.text, described, usual) for utterance in utterances]

        return label


def majority(vectors: VectorSource) -> Engine:
    """Make the engine that says the same of everything."""
    return MajorityEngine()


def prototypes(vectors: VectorSource) -> Engine:
    """Make the engine that looks for the nearest description."""
    return PrototypeEngine(vectors)


def lexicon(vectors: VectorSource) -> Engine:
    """Make the engine that counts words."""
    return LexiconEngine()


def commonest_stage(frame: Frame) -> tuple[float, ...]:
    """Return the weights that put everything in the stage that is most of everyday use; in the first, if none is."""
    part = LIFECYCLE.index(COMMONEST_STAGE)
    share = [_share(stage, part) for stage in frame.stages]
    return one_stage(len(share), share.index(max(share)))


def one_stage(stages: int, index: int) -> tuple[float, ...]:
    """Return the weights of *stages* that put everything in the one at *index*."""
    return tuple(float(place == index) for place in range(stages))


def _share(stage: FrameStage, part: int) -> float:
    whole = sum(stage.lifecycle)
    return stage.lifecycle[part] / whole if whole else 0.0


def _spoken(document: Document) -> list[Utterance]:
    """Return what may be evidence: customers' sentences, and a researcher's in notes; never ratings or repetitions."""
    if document.duplicate_of is not None:
        return []
    allowed = {"customer", "researcher"} if document.kind == "note" else {"customer"}
    out = []
    for utterance in document.utterances:
        turn = document.turn_of(utterance)
        long_enough = len(_WORD.findall(utterance.text)) >= FEWEST_WORDS
        if turn.role in allowed and turn.measure is None and long_enough:
            out.append(utterance)
    return out


def _plain_valence(lane: str) -> float:
    return {"pain_point": -1.0, "delight": 1.0}.get(lane, 0.0)


def _nearest_emotion(lane: str, scores: Sequence[float]) -> Emotion:
    """Return the nearest emotion whose sign fits the lane; neutral where the lane has none."""
    allowed = {"pain_point": _NEGATIVE, "delight": _POSITIVE}.get(lane, frozenset({"neutral"}))
    return max(
        (emotion for emotion in EMOTIONS if emotion in allowed),
        key=lambda emotion: scores[EMOTIONS.index(emotion)],
    )


def _by_words(text: str, described: Sequence[set[str]], usual: tuple[float, ...]) -> Label | None:
    folded = fold(text)
    good, bad, not_good, not_bad = load_polarity().count(_WORD.findall(folded))
    praise = good + not_bad - bad - not_good
    said = set(content_words(text))
    shared = [len(said & words) for words in described]
    stages = one_stage(len(shared), shared.index(max(shared))) if any(shared) else usual
    if praise < 0:
        return Label("pain_point", stages, float(max(-2, praise)), "frustration", 1.0)
    if _WISH.search(folded):
        return Label("need", stages, 0.0, "neutral", 1.0)
    if praise > 0:
        return Label("delight", stages, float(min(2, praise)), "satisfaction", 1.0)
    return None
