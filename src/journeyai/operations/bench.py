"""The bench on which a map is changed: its parts laid out, and put together again with what changed counted anew."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import Words, words
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Scope, Stage, Transition
from journeyai.operations.figures import recount, title_of_mean
from journeyai.operations.ground import Ground, RefusedError
from journeyai.operations.membership import Membership

#: Letters of a title that a refusal repeats.
_SHOWN_LETTERS: Final = 60
#: Joiners hold written words and signs together.
_JOINERS: Final = "\u200c\u200d"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_Named = TypeVar("_Named", Stage, Persona, Card)


class NoEffectError(RefusedError):
    """A change after which the map would be as it is; beside others that have one it is passed over."""


@dataclass(slots=True)
class Bench:
    """A map in parts, while changes are made to it.

    Attributes:
        journey: the map as it was.
        ground: what the sources say.
        stages: in order; their numbers are given at the end.
        cards: in the map's order.
        personas: in the map's order.
        evidence: by id, in the map's order.
        transitions: in the map's order.
        title: of the map.
        goal: of the map.
        scope: of the map.
        touched: ids of cards whose quotes, or the labels of these, are not as they were.
        regroup: ids of cards whose personas may not be those they were.
    """

    journey: JourneyMap
    ground: Ground
    stages: list[Stage]
    cards: list[Card]
    personas: list[Persona]
    evidence: dict[str, Evidence]
    transitions: list[Transition]
    title: str
    goal: str
    scope: Scope
    touched: set[str] = field(default_factory=set)
    regroup: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, journey: JourneyMap, ground: Ground) -> "Bench":
        """Lay out *journey*."""
        return cls(
            journey,
            ground,
            sorted(journey.stages, key=lambda stage: stage.order),
            list(journey.cards),
            list(journey.personas),
            {item.id: item for item in journey.evidence},
            list(journey.transitions),
            journey.title,
            journey.goal,
            journey.scope,
        )

    # Words

    @property
    def talk(self) -> Talk:
        """The sentences of refusals in the map's language."""
        return talk("refusals", self.journey.language)

    @property
    def words(self) -> Words:
        """The fixed words of the map's language."""
        return words(self.journey.language)

    def refused(self, key: str, /, **values: object) -> RefusedError:
        """Return the refusal *key*, to be raised."""
        return RefusedError(self.talk.say(key, **values))

    def idle(self, key: str, /, **values: object) -> NoEffectError:
        """Return what says that a change has no effect, to be raised."""
        return NoEffectError(self.talk.say(key, **values))

    def named(self, parts: Iterable[Stage | Persona | Card]) -> str:
        """Return parts as a refusal names them: `c3 “Late delivery” and c7 “No call”`."""
        texts = [
            self.talk.say(
                "part", id=part.id, name=_short(part.title if isinstance(part, Card) else part.name)
            )
            for part in parts
        ]
        return self.listed(texts)

    def listed(self, texts: Sequence[str]) -> str:
        """Return *texts* as a sentence lists them."""
        if len(texts) < 2:
            return "".join(texts)
        return self.talk.say("both", first=", ".join(texts[:-1]), last=texts[-1])

    # Parts

    def stage(self, id_: str) -> Stage:
        """Return the stage *id_*."""
        return self._known(self.stages, id_, "unknown_stage")

    def card(self, id_: str) -> Card:
        """Return the card *id_*."""
        return self._known(self.cards, id_, "unknown_card")

    def persona(self, id_: str) -> Persona:
        """Return the persona *id_*."""
        return self._known(self.personas, id_, "unknown_persona")

    def _known(self, parts: Sequence[_Named], id_: str, key: str) -> _Named:
        for part in parts:
            if part.id == id_:
                return part
        raise self.refused(
            key, id=_short(id_), n=len(parts), known=self.listed([part.id for part in parts][:20])
        )

    def free(self, ids: Iterable[str]) -> list[Card]:
        """Return the cards *ids*, none of which may be locked."""
        cards = [self.card(id_) for id_ in ids]
        locked = [card for card in cards if card.locked]
        if locked:
            raise self.refused("locked", n=len(locked), cards=self.named(locked))
        return cards

    def put_card(self, card: Card, **update: Any) -> Card:
        """Put *card*, with *update*, in the place of the one with its id, and return it."""
        new = card.model_copy(update=update)
        self.cards[next(n for n, old in enumerate(self.cards) if old.id == card.id)] = new
        return new

    def edit_card(self, card: Card, **update: Any) -> Card:
        """Put *card* with *update*, marked as edited; a rejected one that only goes elsewhere stays rejected.

        What an engine found of other words or other quotes is not true of these: neither whether the quotes bear the
        title out, nor how often it finds the card again.
        """
        if "title" in update or "evidence" in update:
            update |= {"supported": None, "stability": None}
        if "evidence" in update:
            self.touched.add(card.id)
        if card.status != "rejected" or set(update) != {"stage"}:
            update["status"] = "edited"
        return self.put_card(card, **update)

    def put_stage(self, stage: Stage, **update: Any) -> Stage:
        """Put *stage*, with *update*, in the place of the one with its id, and return it."""
        new = stage.model_copy(update=update)
        self.stages[next(n for n, old in enumerate(self.stages) if old.id == stage.id)] = new
        return new

    def put_persona(self, persona: Persona, **update: Any) -> Persona:
        """Put *persona*, with *update*, in the place of the one with its id, and return it."""
        new = persona.model_copy(update=update)
        self.personas[next(n for n, old in enumerate(self.personas) if old.id == persona.id)] = new
        return new

    def next_card(self) -> str:
        """Return the id for a new card; no other card has had it."""
        return f"c{max(self.ground.next_card, _next(card.id for card in (*self.cards, *self.journey.cards)))}"

    def next_evidence(self) -> str:
        """Return the id for new evidence."""
        return f"e{max(self.ground.next_evidence, _next(self.evidence))}"

    def quotes(self, card: Card) -> list[Evidence]:
        """Return the evidence of *card*."""
        return [self.evidence[id_] for id_ in card.evidence if id_ in self.evidence]

    def only_on(self, ids: Iterable[str], cards: Iterable[Card]) -> list[str]:
        """Return those of the quotes *ids* that no card but *cards* shows; opportunities only repeat what others do."""
        own = {card.id for card in cards}
        elsewhere = {
            id_
            for card in self.cards
            if card.id not in own and card.lane != "opportunity"
            for id_ in card.evidence
        }
        return [id_ for id_ in ids if id_ in self.evidence and id_ not in elsewhere]

    def relabel(self, ids: Iterable[str], **update: Any) -> None:
        """Give the quotes *ids* other labels; where they stand and what they say stays."""
        for id_ in ids:
            self.evidence[id_] = self.evidence[id_].model_copy(update=update)

    # The map again

    def map(self) -> JourneyMap:
        """Put the map together; what the changes touched is counted anew, everything else stays as it is."""
        self._label_cards()
        order = {stage.id: number for number, stage in enumerate(self.stages, 1)}
        stages = tuple(
            stage if stage.order == order[stage.id] else stage.model_copy(update={"order": order[stage.id]})
            for stage in self.stages
        )
        after = self.journey.model_copy(
            update={
                "title": self.title,
                "goal": self.goal,
                "scope": self.scope,
                "stages": stages,
                "personas": tuple(self.personas),
                "cards": tuple(self._ordered()),
                "evidence": tuple(self.evidence.values()),
                "transitions": tuple(self.transitions),
            }
        )
        return recount(after, self.ground, cards=self.touched, since=self.journey)

    def _ordered(self) -> list[Card]:
        """Return the cards stage by stage, if the map had them so; within a stage they stay as they are."""
        was = {stage.id: stage.order for stage in self.journey.stages}
        before = [was.get(card.stage, 0) for card in self.journey.cards]
        if before != sorted(before):
            return self.cards
        order = {stage.id: number for number, stage in enumerate(self.stages)}
        return sorted(self.cards, key=lambda card: order[card.stage])

    def _label_cards(self) -> None:
        """Give cards the personas, and measures the title, that follow from the quotes they have now."""
        membership = Membership(self.personas, self.evidence, self.ground)
        was = {card.id: card for card in self.journey.cards}
        for card in list(self.cards):
            quotes = self.quotes(card)
            update: dict[str, Any] = {}
            if card.lane == "measure":
                # It is everybody's.
                if card.id in self.touched and card.id in was:
                    old = self.journey.quotes(was[card.id])
                    update["title"] = title_of_mean(card, old, quotes, self.ground, self.journey.language)
            elif card.id in self.touched | self.regroup and quotes:
                # A card without quotes is of the personas it was given to.
                update["personas"] = membership.of(quotes)
            if any(getattr(card, name) != value for name, value in update.items()):
                self.put_card(card, **update)


def _next(ids: Iterable[str]) -> int:
    """Return the number after the highest of ids such as `c12`."""
    numbers = [int(id_[1:]) for id_ in ids if id_[1:].isascii() and id_[1:].isdecimal()]
    return 1 + max(numbers, default=0)


def _short(text: str) -> str:
    shown = one_line(text)
    return shown if len(shown) <= _SHOWN_LETTERS else shown[: _SHOWN_LETTERS - 1].rstrip() + "…"


def one_line(text: str) -> str:
    """Return *text* on one line, with single spaces and without characters that cannot be seen."""
    spaced = " ".join(text.split())
    return "".join(
        letter for letter in spaced if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN
    ).strip()
