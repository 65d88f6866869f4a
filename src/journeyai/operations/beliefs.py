"""What a team believes, held against what customers say: by meaning, never by ids or titles.

A title is somebody's wording; what bears a belief out is what customers said.  So each belief is compared with the
quotes of each card, in either language, and with what the card's lane and stage say.  There are three grades, for a
machine errs (`python -m evals.beliefs`, decision 0020): found surely; found, but to be checked by a person; not found,
which does not mean that nobody says it.  Whoever shows them says so, and shows the quotes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from journeyai.knowledge.letters import fold
from journeyai.knowledge.polarity import load_polarity
from journeyai.model.aliases import VectorSource
from journeyai.model.journey import Card, Evidence, JourneyMap, Stage
from journeyai.model.vocabulary import Lane
from journeyai.operations.matters import FELT, Claim, Matter, likeness_of
from journeyai.operations.weighing import weighing

#: Two names of a stage this much alike are of one stage.
_SAME_STAGE: Final = 0.5
#: A feeling weaker than this is neither good nor bad.
_LEAST_FEELING: Final = 0.5
#: Feelings closer than this are as they were believed to be.
_NEAR: Final = 0.75
#: What customers do not tell of themselves, or nobody would believe or not: figures, ideas, contacts, what staff do.
_NOT_TOLD: Final[frozenset[Lane]] = frozenset({"measure", "opportunity", "back_stage", "touchpoint"})

_WORD: Final = re.compile(r"[^\W\d_]+")

Verdict = Literal["borne_out", "elsewhere", "contradicted", "to_check", "unheard"]


@dataclass(frozen=True, slots=True)
class Witness:
    """A card of the matter of a belief.

    Attributes:
        card: it; on the map of evidence.
        quotes: those of its quotes that are nearest to the belief, the nearest first.
        likeness: how likely it is of the belief's matter, 0 … 1; see `sure`.
    """

    card: Card
    quotes: tuple[Evidence, ...]
    likeness: float

    @property
    def sure(self) -> bool:
        """Whether it is so likely that it need not be called a guess; else a person has to check it."""
        return self.likeness >= weighing().surely


@dataclass(frozen=True, slots=True)
class Held:
    """One belief held against the evidence.

    Attributes:
        belief: the card of the map of beliefs.
        stage: the stage of the map of evidence that is believed to be its; None if none is.
        verdict: what came of it: by the sure cards alone, contradicted where the likest says the opposite; `to_check`
            where something may be of its matter, but nothing surely is.
        witnesses: cards at its stage (at any, if none is) that say it too, the likest first.
        elsewhere: the same at other stages.
        against: cards that say the opposite.
    """

    belief: Card
    stage: Stage | None
    verdict: Verdict
    witnesses: tuple[Witness, ...] = ()
    elsewhere: tuple[Witness, ...] = ()
    against: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True)
class FeltStage:
    """How a stage was believed to feel, and how it does.

    Attributes:
        believed: the stage of the map of beliefs.
        stage: the stage of the map of evidence; None if it has none like it.
        verdict: as believed, better, worse; `unheard` where no feeling is told.
    """

    believed: Stage
    stage: Stage | None
    verdict: Literal["as_believed", "better", "worse", "unheard"]


@dataclass(frozen=True, slots=True)
class BeliefComparison:
    """Where a team's belief and the evidence part.

    Attributes:
        held: every belief, in the order of its map.
        unbelieved: cards whose matter nobody surely believed in, strongest first; those to be checked are among them.
        feelings: the stages about whose feeling something is believed.
        strange_stages: stages of the beliefs that the map of evidence has nothing like.
    """

    held: tuple[Held, ...]
    unbelieved: tuple[Card, ...]
    feelings: tuple[FeltStage, ...] = ()
    strange_stages: tuple[Stage, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Held, ...]:
        """Return the beliefs of which *verdict* came."""
        return tuple(item for item in self.held if item.verdict == verdict)

    def as_values(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return {
            "beliefs": [
                {
                    **_card_values(item.belief),
                    "verdict": item.verdict,
                    "stage_on_map": item.stage.id if item.stage else None,
                    "witnesses": [_witness_values(found) for found in item.witnesses],
                    "elsewhere": [_witness_values(found) for found in item.elsewhere],
                    "against": [_witness_values(found) for found in item.against],
                }
                for item in self.held
            ],
            "unbelieved": [_card_values(card) | {"people": card.people} for card in self.unbelieved],
            "feelings": [
                {
                    "stage": item.believed.id,
                    "name": item.believed.name,
                    "believed": item.believed.valence,
                    "told": item.stage.valence if item.stage else None,
                    "verdict": item.verdict,
                }
                for item in self.feelings
            ],
            "strange_stages": [{"id": stage.id, "name": stage.name} for stage in self.strange_stages],
        }


def is_belief(journey: JourneyMap) -> bool:
    """Whether *journey* holds only what somebody believes: there are cards, and none stands on evidence."""
    return bool(journey.cards) and not journey.evidence and all(card.assumption for card in journey.cards)


def hold(beliefs: JourneyMap, journey: JourneyMap, vectors: VectorSource) -> BeliefComparison:
    """Hold *beliefs* against the evidence of *journey*; rejected cards of both are left out.

    Args:
        beliefs: a map of assumptions.
        journey: a map drawn from evidence; assumptions on it bear nothing out.
        vectors: gives the vectors of texts.
    """
    believed = [card for card in beliefs.cards if card.status != "rejected"]
    cards = [
        card
        for card in journey.cards
        if card.status != "rejected" and card.people and card.lane not in {"measure", "opportunity"}
    ]
    stages = align_stages(beliefs, journey, vectors)
    found = _find(believed, stages, journey, cards, vectors)
    held = tuple(
        _held(card, stages.get(card.stage), witnesses)
        for card, witnesses in zip(believed, found, strict=True)
    )
    known = {witness.card.id for witnesses in found for witness in witnesses if witness.sure}
    unbelieved = sorted(
        (card for card in cards if card.id not in known and card.lane not in _NOT_TOLD),
        key=lambda card: (-card.people, -card.documents, -card.mentions, -(card.severity or 0)),
    )
    return BeliefComparison(
        held,
        tuple(unbelieved),
        tuple(
            _felt(stage, stages.get(stage.id)) for stage in _in_order(beliefs) if stage.valence is not None
        ),
        tuple(stage for stage in _in_order(beliefs) if stage.id not in stages),
    )


def align_stages(beliefs: JourneyMap, journey: JourneyMap, vectors: VectorSource) -> dict[str, Stage]:
    """Return stage of *beliefs* → the stage of *journey* that is the same: by name, by id, else by meaning."""
    by_name = {fold(stage.name): stage for stage in journey.stages}
    by_id = {stage.id: stage for stage in journey.stages}
    aligned = {
        stage.id: same
        for stage in beliefs.stages
        if (same := by_name.get(fold(stage.name)) or by_id.get(stage.id)) is not None
    }
    left = [stage for stage in beliefs.stages if stage.id not in aligned]
    if left and journey.stages:
        likeness = (
            vectors([stage.name for stage in left]) @ vectors([stage.name for stage in journey.stages]).T
        )
        for stage, row in zip(left, likeness, strict=True):
            best = int(row.argmax())
            if row[best] >= _SAME_STAGE:
                aligned[stage.id] = journey.stages[best]
    return aligned


def belief_text(card: Card) -> str:
    """Return what a belief says, as it is compared: its title, and its detail if it has one."""
    return f"{card.title}. {card.detail}" if card.detail else card.title


def _find(
    believed: Sequence[Card],
    stages: Mapping[str, Stage],
    journey: JourneyMap,
    cards: Sequence[Card],
    vectors: VectorSource,
) -> list[list[Witness]]:
    """Return for each belief the *cards* that may be of its matter, the likest first."""
    quotes = [item for item in journey.evidence if item.role == "customer"]
    place = {item.id: number for number, item in enumerate(quotes)}
    rows = [tuple(place[id_] for id_ in card.evidence if id_ in place) for card in cards]
    heard = [(card, Matter(card.lane, own, card.stage)) for card, own in zip(cards, rows, strict=True) if own]
    if not heard or not believed:
        return [[] for _ in believed]
    claims = [_claim(card, stages.get(card.stage)) for card in believed]
    texts = [item.quote for item in quotes]
    likeness, nearest = likeness_of(
        claims,
        vectors([claim.text for claim in claims]),
        texts,
        vectors(texts),
        [matter for _, matter in heard],
    )
    found = []
    for values, places in zip(likeness, nearest, strict=True):
        order = np.argsort(-values, kind="stable")[: int((values >= weighing().perhaps).sum())]
        found.append(
            [Witness(heard[n][0], tuple(quotes[row] for row in places[n]), float(values[n])) for n in order]
        )
    return found


def _claim(card: Card, stage: Stage | None) -> Claim:
    """Return what *card* claims: in a lane without feeling, its words may tell that it is of a delight or a pain."""
    lane = card.lane
    if lane not in FELT and (sign := _sign(card)):
        lane = "delight" if sign > 0 else "pain_point"
    return Claim(belief_text(card), lane, stage.id if stage else None)


def _held(card: Card, stage: Stage | None, found: Sequence[Witness]) -> Held:
    sign = _sign(card)
    against = tuple(witness for witness in found if sign * _sign(witness.card) < 0)
    agreeing = [witness for witness in found if witness not in against]
    here = tuple(witness for witness in agreeing if stage is None or witness.card.stage == stage.id)
    elsewhere = tuple(witness for witness in agreeing if witness not in here)
    verdict: Verdict = "to_check" if found else "unheard"
    if any(witness.sure for witness in found):
        if found[0] in against:
            verdict = "contradicted"
        elif any(witness.sure for witness in here):
            verdict = "borne_out"
        else:
            verdict = "elsewhere"
    return Held(card, stage, verdict, here, elsewhere, against)


def _sign(card: Card) -> int:
    """Return whether a card tells of something good (1), bad (−1), or neither (0): by its lane, its feeling, its words.

    The words count only of a belief: of a card with evidence its quotes were read, and its feeling is theirs.
    """
    if card.lane in {"pain_point", "technical_limit"}:
        return -1
    if card.lane == "delight":
        return 1
    if card.valence is not None:
        return 0 if abs(card.valence) < _LEAST_FEELING else 1 if card.valence > 0 else -1
    if not card.assumption or card.lane == "need":
        return 0
    good, bad, not_good, not_bad = load_polarity().count(_WORD.findall(fold(belief_text(card))))
    praise, blame = good + not_bad, bad + not_good
    return (praise > blame) - (praise < blame)


def _felt(believed: Stage, stage: Stage | None) -> FeltStage:
    told = stage.valence if stage else None
    if told is None or believed.valence is None:
        return FeltStage(believed, stage, "unheard")
    apart = told - believed.valence
    if abs(apart) < _NEAR:
        return FeltStage(believed, stage, "as_believed")
    return FeltStage(believed, stage, "better" if apart > 0 else "worse")


def _in_order(journey: JourneyMap) -> list[Stage]:
    return sorted(journey.stages, key=lambda stage: stage.order)


def _card_values(card: Card) -> dict[str, Any]:
    return {"id": card.id, "title": card.title, "lane": card.lane, "stage": card.stage}


def _witness_values(found: Witness) -> dict[str, Any]:
    quotes = [{"id": item.id, "source": item.source, "quote": item.quote} for item in found.quotes]
    return {
        **_card_values(found.card),
        "people": found.card.people,
        "likeness": found.likeness,
        "sure": found.sure,
        "quotes": quotes,
    }
