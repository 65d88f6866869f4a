"""Who behaves like whom: groups of people for personas, proposed from the gists of what each of them says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from journeyai.engines.engine import Voice
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.lines import LineNumber, flat, language_name, numbered
from journeyai.model.aliases import Progress

STEP: Final = "group"
#: More people than this are not put into one question: plain code groups them.
MOST_PEOPLE: Final = 120
#: A group is at least two people who behave alike.
LEAST_PEOPLE: Final = 2
NAME_LETTERS: Final = 40
#: What is told of one person: so many gists, of so many characters each.
_GISTS, _GIST_LETTERS = 8, 80


class GroupReply(Reply):
    """People who behave alike."""

    name: str = Field(max_length=80)
    people: list[LineNumber] = Field(max_length=MOST_PEOPLE)


class GroupingReply(Reply):
    """Every group."""

    groups: list[GroupReply] = Field(max_length=16)


@dataclass(frozen=True, slots=True)
class Group:
    """People who behave alike: a short working name, and their indexes in the order they were given."""

    name: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """A proposal for the user to confirm.

    Attributes:
        groups: largest first.
        left_over: indexes of the people in none of them.
        dropped: numbers the model gave that are nobody's, or somebody's who stood in an earlier group.
    """

    groups: tuple[Group, ...]
    left_over: tuple[int, ...]
    dropped: int


def question(
    voices: Sequence[Voice], most: int, language: str, names: Sequence[str]
) -> Question[GroupingReply] | None:
    """Return what is asked to sort *voices* into at most *most* groups; None when there are too few or too many.

    Args:
        voices: one a person; those that say nothing are not told.
        most: largest number of groups.
        language: ISO 639-1 code of the working names'.
        names: of people, masked wherever they stand.
    """
    heard = _heard(voices)
    if most < 1 or not LEAST_PEOPLE <= len(heard) <= MOST_PEOPLE:
        return None
    return Question(
        step=STEP,
        values={"most": str(most), "count": str(len(heard)), "language": language_name(language)},
        data={"lines": numbered((number, told) for number, told in heard.items())},
        reply=GroupingReply,
        room=300 + 8 * len(heard),
        names=names,
        about=f"{len(heard)} people",
    )


def read(reply: GroupingReply, voices: Sequence[Voice], most: int) -> Grouping:
    """Return the groups of *reply* among *voices*: each person in one at most, no group of one, the *most* largest."""
    free = set(_heard(voices))
    dropped = 0
    found: list[Group] = []
    for group in reply.groups:
        given = set(group.people)
        members = sorted(free & given)
        dropped += len(given) - len(members)
        free.difference_update(members)
        if len(members) >= LEAST_PEOPLE:
            found.append(Group(clean(group.name, NAME_LETTERS), tuple(number - 1 for number in members)))
    groups = tuple(sorted(found, key=lambda group: -len(group.people))[:most])
    grouped = {index for group in groups for index in group.people}
    return Grouping(groups, tuple(index for index in range(len(voices)) if index not in grouped), dropped)


def run(
    voices: Sequence[Voice],
    most: int,
    language: str,
    names: Sequence[str],
    asker: Asker,
    progress: Progress,
) -> Grouping | Failure | None:
    """Propose groups; None when there are too few or too many people to ask about."""
    asked = question(voices, most, language, names)
    if asked is None:
        return None
    (answer,) = asker.ask_all([asked], progress)
    return answer if isinstance(answer, Failure) else read(answer, voices, most)


def _heard(voices: Sequence[Voice]) -> dict[int, str]:
    """Return, by its number from 1, what is told of each person who says something."""
    told = {number: _told(voice) for number, voice in enumerate(voices, 1)}
    return {number: line for number, line in told.items() if line}


def _told(voice: Voice) -> str:
    said = [(lane, text) for lane, text in voice.said if text][:_GISTS]
    return "; ".join(f"{lane.replace('_', ' ')}: {flat(text, _GIST_LETTERS)}" for lane, text in said)
