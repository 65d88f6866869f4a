"""A persona in words: each line of it rests on what several of its people say, and adds nothing about who they are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import Field

from journeyai.engines.engine import Attribute, PersonaFacts, PersonaWords, Portrait, Statement
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.examples import is_copied
from journeyai.engines.llm.steps.lines import LineNumber, language_name, numbered, resolved
from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.aliases import Progress

STEP: Final = "persona"
NAME_LETTERS: Final = 40
SUMMARY_LETTERS: Final = 160
LINE_LETTERS: Final = 90
#: Statements that are told.
MOST_STATEMENTS: Final = 100
#: People behind each line; one is enough in a study of fewer people than `SMALL_STUDY`.
LEAST_PEOPLE: Final = 2
SMALL_STUDY: Final = 5
_MOST_LINES: Final = 6


class AttributeReply(Reply):
    """A line of a persona and the statements it rests on."""

    text: str = Field(max_length=180)
    cites: list[LineNumber] = Field(max_length=MOST_STATEMENTS)


class PersonaReply(Reply):
    """A persona."""

    name: str = Field(max_length=80)
    summary: str = Field(max_length=320)
    goals: list[AttributeReply] = Field(max_length=_MOST_LINES)
    motivations: list[AttributeReply] = Field(max_length=_MOST_LINES)
    frustrations: list[AttributeReply] = Field(max_length=_MOST_LINES)
    behaviours: list[AttributeReply] = Field(max_length=_MOST_LINES)


@dataclass(frozen=True, slots=True)
class Described:
    """What came of it.

    Attributes:
        words: name and summary (either empty if it told of age, income, family, gender or the like that nobody states)
            and the lines that stand.
        dropped: numbers the model gave that are no statement's.
        unsupported: lines dropped because too few people stand behind them.
        invented: lines, names and summaries dropped because they tell who people are though nobody states it.
    """

    words: PersonaWords
    dropped: int
    unsupported: int
    invented: int


def question(facts: PersonaFacts, names: Sequence[str]) -> Question[PersonaReply] | None:
    """Return what is asked about a group; None when nothing that its people say is known one by one.

    Args:
        facts: its statements are told, as far as they have a text.
        names: of people, masked wherever they stand.
    """
    shown = _shown(facts)
    if not shown:
        return None
    lines = (
        (n, f"person {told.person + 1} · {told.lane.replace('_', ' ')}: {told.text}")
        for n, told in shown.items()
    )
    return Question(
        step=STEP,
        values={
            "language": language_name(facts.language),
            "size": "1 person" if facts.size == 1 else f"{facts.size} people",
            "least": "1 person" if _least(facts) == 1 else f"{_least(facts)} different people",
        },
        data={"lines": numbered(lines)},
        reply=PersonaReply,
        room=1200,
        names=names,
        about=f"a group of {facts.size}",
    )


def read(reply: PersonaReply, facts: PersonaFacts) -> Described:
    """Return the persona of *reply* without what the statements do not bear out."""
    shown = _shown(facts)
    dropped = unsupported = invented = 0
    parts: dict[str, tuple[Attribute, ...]] = {}
    for part in ("goals", "motivations", "frustrations", "behaviours"):
        kept = []
        given: Sequence[AttributeReply] = getattr(reply, part)
        for line in given:
            cites, unknown = resolved(line.cites, shown)
            dropped += unknown
            behind = [shown[number] for number in cites]
            text = clean(line.text, LINE_LETTERS)
            if is_copied(STEP, text, [statement.text for statement in behind]):
                invented += 1
            elif not text or len({statement.person for statement in behind}) < _least(facts):
                unsupported += 1
            elif _tells_who(text, behind):
                invented += 1
            else:
                kept.append(Attribute(text, tuple(number - 1 for number in cites)))
        parts[part] = tuple(kept)
    told = [clean(reply.name, NAME_LETTERS), clean(reply.summary, SUMMARY_LETTERS)]
    for place, text in enumerate(told):
        said = [statement.text for statement in shown.values()]
        if _tells_who(text, shown.values()) or is_copied(STEP, text, said):
            told[place] = ""
            invented += 1
    words = PersonaWords(told[0], told[1], Portrait(**parts))
    return Described(words, dropped, unsupported, invented)


def run(
    facts: PersonaFacts, names: Sequence[str], asker: Asker, progress: Progress
) -> Described | Failure | None:
    """Describe a group; None when nothing that its people say is known one by one."""
    asked = question(facts, names)
    if asked is None:
        return None
    (answer,) = asker.ask_all([asked], progress)
    return answer if isinstance(answer, Failure) else read(answer, facts)


def _shown(facts: PersonaFacts) -> dict[int, Statement]:
    """Return, by its number from 1, each statement that is told."""
    told = [(n, statement) for n, statement in enumerate(facts.statements, 1) if statement.text]
    return dict(told[:MOST_STATEMENTS])


def _least(facts: PersonaFacts) -> int:
    return 1 if facts.people < SMALL_STUDY else LEAST_PEOPLE


def _tells_who(text: str, behind: Iterable[Statement]) -> bool:
    """Whether *text* tells something of who people are (age, income …) that none of *behind* speaks of."""
    told = _subjects(text)
    return bool(told) and not told <= {subject for item in behind for subject in _subjects(item.text)}


def _subjects(text: str) -> set[str]:
    folded = fold(text)
    return {subject for subject, pattern in _demographics().items() if pattern.search(folded)}


@cache
def _demographics() -> Mapping[str, re.Pattern[str]]:
    """Return what may not be made up → the words that tell it, to be searched in folded text."""
    raw: Mapping[str, Sequence[str]] = read_taxonomy("demographics")
    return {
        subject: re.compile(rf"\b(?:{'|'.join(re.escape(fold(word)) for word in words)})\b")
        for subject, words in raw.items()
    }
