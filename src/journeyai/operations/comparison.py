"""What differs between two maps, for people: a proposal's effect, `/diff`, `/what-if`, `journeyai diff`.

Values are those of the maps; no words are put to them here.  (`delta.py` has the same for machines, to the byte.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from journeyai.model.journey import Card, JourneyMap, Persona, Stage

#: What a field of a map may hold.
FieldValue = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not as it was.

    Attributes:
        name: as in `map.json`; a field within a field with a dot (`scope.start`).
        before: its value before.
        after: its value after.
    """

    name: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card that was not there.

    Attributes:
        card: as it is.
        split_from: id of the card that had its evidence before, and still stands; None if there is none.
    """

    card: Card
    split_from: str | None = None


@dataclass(frozen=True, slots=True)
class GoneCard:
    """A card that is there no more.

    Attributes:
        card: as it was.
        into: id of the card of the map after that has its evidence now; None if there is none.
    """

    card: Card
    into: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A card that is on both maps and not the same.

    Attributes:
        before: as it was; its id is another one only where the two maps number their cards differently.
        after: as it is.
        fields: what changed, in the order of `map.json`; never empty.
    """

    before: Card
    after: Card
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class GoneStage:
    """A stage that is there no more.

    Attributes:
        stage: as it was.
        into: id of the stage of the map after where most of its cards went; None if it had none, or all are gone.
    """

    stage: Stage
    into: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedStage:
    """A stage that is on both maps and not the same.

    Attributes:
        before: as it was.
        after: as it is.
        fields: what changed (`name`, `valence`, `moment_of_truth`, `emotions` …), without `order`; may be empty.
        moved: whether it changed places with other stages that are on both maps.
    """

    before: Stage
    after: Stage
    fields: tuple[FieldChange, ...]
    moved: bool = False

    @property
    def renamed(self) -> bool:
        """Whether it has another name."""
        return self.before.name != self.after.name


@dataclass(frozen=True, slots=True)
class GonePersona:
    """A persona that is there no more.

    Attributes:
        persona: as it was.
        into: id of the persona of the map after that most of its members belong to now; None if there is none.
    """

    persona: Persona
    into: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedPersona:
    """A persona that is on both maps and not the same.

    Attributes:
        before: as it was.
        after: as it is.
        fields: what changed; members read `source: speaker`.
    """

    before: Persona
    after: Persona
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How people feel in one stage, before and after.

    Attributes:
        stage: the stage's id on the map after; on the map before, where it is gone.
        name: its name, of the same map.
        before: mean feeling, −2 … 2; None without evidence, or where the stage was not there.
        after: the same, after.
        is_new: whether the stage was not there before.
        is_gone: whether it is there no more.
        cards_before: its cards, without rejected ones.
        cards_after: the same, after.
        people_before: customers quoted in it.
        people_after: the same, after.
    """

    stage: str
    name: str
    before: float | None
    after: float | None
    is_new: bool = False
    is_gone: bool = False
    cards_before: int = 0
    cards_after: int = 0
    people_before: int = 0
    people_after: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """How much is on a map.

    Attributes:
        stages: stages.
        personas: personas.
        cards: cards, without rejected ones.
        rejected: rejected cards.
        reviewed: cards a person has decided on (accepted, edited, rejected or locked).
        assumptions: cards without evidence.
        quotes: quotes on the map.
        people: customers quoted, by speaker, or by record where nobody is named.
        used: what customers said that is quoted, in utterances.
    """

    stages: int
    personas: int
    cards: int
    rejected: int
    reviewed: int
    assumptions: int
    quotes: int
    people: int
    used: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two maps.

    Attributes:
        totals_before: how much was on the map.
        totals_after: how much is.
        fields: of the map itself: `title`, `goal`, `scope.start` …, `language`, `template`.
        stages_added: stages that were not there, in order.
        stages_removed: stages that are there no more.
        stages_changed: stages on both maps that are not the same.
        cards_added: cards that were not there, in the map's order.
        cards_removed: cards that are there no more.
        cards_changed: cards on both maps that are not the same.
        personas_added: personas that were not there.
        personas_removed: personas that are there no more.
        personas_changed: personas on both maps that are not the same.
        quotes_added: places quoted now that were not.
        quotes_removed: places quoted no more.
        transitions_changed: (from, to) → people before and after, where they differ; 0 where there is none.
        curve: every stage of the map after, in order; those that are gone stand where they stood.
    """

    totals_before: Totals
    totals_after: Totals
    fields: tuple[FieldChange, ...] = ()
    stages_added: tuple[Stage, ...] = ()
    stages_removed: tuple[GoneStage, ...] = ()
    stages_changed: tuple[ChangedStage, ...] = ()
    cards_added: tuple[NewCard, ...] = ()
    cards_removed: tuple[GoneCard, ...] = ()
    cards_changed: tuple[ChangedCard, ...] = ()
    personas_added: tuple[Persona, ...] = ()
    personas_removed: tuple[GonePersona, ...] = ()
    personas_changed: tuple[ChangedPersona, ...] = ()
    quotes_added: int = 0
    quotes_removed: int = 0
    transitions_changed: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    curve: tuple[CurvePoint, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the maps tell people the same."""
        return not (
            self.fields
            or self.stages_added
            or self.stages_removed
            or self.stages_changed
            or self.cards_added
            or self.cards_removed
            or self.cards_changed
            or self.personas_added
            or self.personas_removed
            or self.personas_changed
            or self.quotes_added
            or self.quotes_removed
            or self.transitions_changed
        )

    def as_values(self) -> dict[str, Any]:
        """Return it as plain values for JSON: elements by id and title, fields as [before, after]."""
        return {
            "before": asdict(self.totals_before),
            "after": asdict(self.totals_after),
            "map": _pairs(self.fields),
            "stages": {
                "added": [{"id": stage.id, "name": stage.name} for stage in self.stages_added],
                "removed": [
                    {"id": gone.stage.id, "name": gone.stage.name, "into": gone.into}
                    for gone in self.stages_removed
                ],
                "changed": [
                    {
                        "id": changed.after.id,
                        "name": changed.after.name,
                        "moved": changed.moved,
                        "fields": _pairs(changed.fields),
                    }
                    for changed in self.stages_changed
                ],
            },
            "cards": {
                "added": [_card(new.card) | {"split_from": new.split_from} for new in self.cards_added],
                "removed": [_card(gone.card) | {"into": gone.into} for gone in self.cards_removed],
                "changed": [
                    _card(changed.after) | {"was": changed.before.id, "fields": _pairs(changed.fields)}
                    for changed in self.cards_changed
                ],
            },
            "personas": {
                "added": [{"id": persona.id, "name": persona.name} for persona in self.personas_added],
                "removed": [
                    {"id": gone.persona.id, "name": gone.persona.name, "into": gone.into}
                    for gone in self.personas_removed
                ],
                "changed": [
                    {
                        "id": changed.after.id,
                        "was": changed.before.id,
                        "name": changed.after.name,
                        "fields": _pairs(changed.fields),
                    }
                    for changed in self.personas_changed
                ],
            },
            "quotes": {"added": self.quotes_added, "removed": self.quotes_removed},
            "transitions": [
                {"from": start, "to": end, "before": before, "after": after}
                for (start, end), (before, after) in self.transitions_changed.items()
            ],
            "curve": [asdict(point) for point in self.curve],
        }


def compare(before: JourneyMap, after: JourneyMap, *, same_numbers: bool = False) -> Comparison:
    """Return what differs between two maps.

    Cards are matched by id; where the maps number them differently (no id with the same title on both), by lane and
    the places they quote, and what is left by title.

    Args:
        before: one map.
        after: the other.
        same_numbers: whether one was made of the other by changes, so that what has the same id is the same.
    """
    # How it is found out stands in a module of its own, which needs what is described here.
    from journeyai.operations.comparing import Comparing

    return Comparing(before, after, same_numbers=same_numbers).result()


def _pairs(fields: Iterable[FieldChange]) -> dict[str, list[FieldValue]]:
    return {change.name: [change.before, change.after] for change in fields}


def _card(card: Card) -> dict[str, str]:
    return {"id": card.id, "title": card.title, "lane": card.lane, "stage": card.stage}
