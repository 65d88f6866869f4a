"""What was edited in a file, as changes of the map, and the version of the map that the file was written from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from journeyai.importing.problems import Problems
from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.apply import apply
from journeyai.operations.bench import NoEffectError
from journeyai.operations.ground import Ground, RefusedError
from journeyai.operations.history import Step

#: So many earlier versions of the map are held against a file.
MOST_VERSIONS: Final = 60

#: The versions of the map on its line, the present one first.
Versions = Callable[[], Iterator[JourneyMap]]


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes that belong together.

    Attributes:
        changes: each with the column, or the part of the map, that asks for it.
        row: of the file; None where there are no rows.
        makes: the number of the card that they make; None if they make none.
    """

    changes: tuple[tuple[str, Change], ...]
    row: int | None = None
    makes: int | None = None


@dataclass(frozen=True, slots=True)
class Edits:
    """Everything that was edited in a file.

    Attributes:
        edits: in order; empty if nothing was.
        told: what the person should know besides, each a sentence.
    """

    edits: tuple[Edit, ...] = ()
    told: tuple[str, ...] = field(default=())

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes in order: one step of the map's history."""
        return tuple(change for edit in self.edits for _, change in edit.changes)


def versions_of(journey: JourneyMap, steps: Sequence[Step], map_at: Callable[[int], JourneyMap]) -> Versions:
    """Return what gives the versions of a map, the present one first.

    Args:
        journey: the map as it stands.
        steps: that led there, oldest first.
        map_at: gives the map after a step; 0 for before the first.
    """

    def walk() -> Iterator[JourneyMap]:
        now = journey
        yield now
        for step in reversed(steps[-MOST_VERSIONS:]):
            if step.delta is not None:
                now = step.delta.back(now)
            elif step.before:
                now = map_at(step.parent)
            else:
                return
            yield now

    return walk


def check_edits(edits: Sequence[Edit], journey: JourneyMap, ground: Ground, problems: Problems) -> None:
    """Try *edits* one after the other, and note each that the map refuses, with its row and column."""
    for edit in edits:
        after, stands = journey, ground
        if edit.makes is not None:
            # The card has the number that the changes after it name, whether or not the cards before it were made.
            stands = replace(ground, next_card=edit.makes)
        for column, change in edit.changes:
            try:
                after = apply(after, [change], stands)
            except NoEffectError:
                continue
            except RefusedError as error:
                problems.add_text(error.message, row=edit.row, column=column)
                break
        journey = after


def next_number(journey: JourneyMap, ground: Ground) -> int:
    """Return the number of the next card that is made."""
    numbers = [
        int(card.id[1:]) for card in journey.cards if card.id[1:].isascii() and card.id[1:].isdecimal()
    ]
    return max(ground.next_card, 1 + max(numbers, default=0))
