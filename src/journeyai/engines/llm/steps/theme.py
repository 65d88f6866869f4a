"""Themes: numbered gists in rough groups go out; titles and numbers come back.

Only gists go out, never a source's words.  Whose they are, and how many people they stand for, is counted elsewhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from journeyai.engines.engine import Candidate, Regrouped
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean, speaks_to_machine
from journeyai.engines.llm.steps.examples import is_copied
from journeyai.engines.llm.steps.lines import flat, language_name
from journeyai.knowledge.letters import fold
from journeyai.knowledge.words import words
from journeyai.model.aliases import Progress
from journeyai.model.vocabulary import Lane

STEP: Final = "theme"
TITLE_LETTERS: Final = 90
#: Statements in one question.
MOST_STATEMENTS: Final = 150
#: Rounds in which themes of several questions are brought together.
_ROUNDS: Final = 3
ROOM_BASE, ROOM_PER_STATEMENT = 200, 26

_Place = tuple[int, int]


class ThemeReply(Reply):
    """One theme."""

    t: Annotated[str, Field(max_length=TITLE_LETTERS)]
    n: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=MOST_STATEMENTS)]


class ThemesReply(Reply):
    """All themes of a question."""

    themes: Annotated[list[ThemeReply], Field(max_length=MOST_STATEMENTS)]


@dataclass(frozen=True, slots=True)
class _Statement:
    """One or several points that say the same words, or a theme of an earlier round.

    Attributes:
        text: what is shown.
        group: number and stage of the rough group it is shown in.
        places: the points behind it.
        title: what it is called if nobody names it anew.
    """

    text: str
    group: str
    places: tuple[_Place, ...]
    title: str


def regroup(
    candidates: Sequence[Candidate],
    language: str,
    asker: Asker,
    progress: Progress,
    names: Sequence[str] = (),
) -> tuple[list[Regrouped], list[Failure]]:
    """Return themes over all points of *candidates*, lane by lane, and the questions that got no answer.

    A point without a gist is in none of them.  Without an answer, the rough groups of that question stand.  A lane
    with more statements than fit one question is asked about in several, and then about the themes these found, until
    one question holds all or nothing joins.
    """
    waiting: dict[Lane, list[_Statement]] = defaultdict(list)
    for row, candidate in enumerate(candidates):
        waiting[candidate.lane] += _statements(row, candidate)
    finished: dict[Lane, list[_Statement]] = {}
    failures: list[Failure] = []
    for _ in range(_ROUNDS):
        asked = [
            (lane, batch)
            for lane, statements in waiting.items()
            for batch in _batches(statements)
            if len(batch) > 1
        ]
        answers = asker.ask_all([_question(lane, batch, language, names) for lane, batch in asked], progress)
        made: dict[Lane, list[_Statement]] = {
            lane: [batch[0] for batch in _batches(statements) if len(batch) == 1]
            for lane, statements in waiting.items()
        }
        for (lane, batch), answer in zip(asked, answers, strict=True):
            if isinstance(answer, Failure):
                failures.append(answer)
                made[lane] += _as_they_were(batch)
            else:
                made[lane] += _themes(answer, batch)
        for lane, themes in made.items():
            joined = len(themes) < len(waiting[lane])
            if joined and len(waiting[lane]) > MOST_STATEMENTS:
                waiting[lane] = themes
            else:
                finished[lane] = themes
                del waiting[lane]
        if not waiting:
            break
    finished |= waiting
    return [
        Regrouped(statement.title, statement.places)
        for lane in sorted(finished)
        for statement in finished[lane]
    ], failures


def plan(candidates: int) -> int:
    """Return how many questions *candidates* statements take at least."""
    return -(-candidates // MOST_STATEMENTS)


def _statements(row: int, candidate: Candidate) -> list[_Statement]:
    """Return the different gists of *candidate*, most typical first."""
    places: dict[str, list[_Place]] = defaultdict(list)
    text: dict[str, str] = {}
    for place, gist in enumerate(candidate.gists):
        if not gist:
            continue
        places[fold(gist)].append((row, place))
        text.setdefault(fold(gist), gist)
    return [
        _Statement(text[key], f"{row} {candidate.stage}", tuple(found), _sentence(text[key]))
        for key, found in places.items()
    ]


def _batches(statements: Sequence[_Statement]) -> list[Sequence[_Statement]]:
    return [
        statements[start : start + MOST_STATEMENTS] for start in range(0, len(statements), MOST_STATEMENTS)
    ]


def _question(
    lane: Lane, batch: Sequence[_Statement], language: str, names: Sequence[str]
) -> Question[ThemesReply]:
    kind = words("en").lane(lane).lower()
    lines, group = [], ""
    for number, statement in enumerate(batch, 1):
        if statement.group != group:
            group = statement.group
            lines.append(f"group ({flat(group.partition(' ')[2])})")
        lines.append(f"[{number}] {flat(statement.text)}")
    return Question(
        step=STEP,
        values={"kind": kind, "language": language_name(language), "count": str(len(batch))},
        data={"lines": "\n".join(lines)},
        reply=ThemesReply,
        room=ROOM_BASE + ROOM_PER_STATEMENT * len(batch),
        names=names,
        about=f"{len(batch)} {kind}",
    )


def _themes(answer: ThemesReply, batch: Sequence[_Statement]) -> list[_Statement]:
    """Return the themes of *answer*.

    A statement it names twice is of the first; those it leaves out stay together as their rough group had them.
    """
    left = dict(enumerate(batch, 1))
    made = []
    for theme in answer.themes:
        inside = [left.pop(number) for number in dict.fromkeys(theme.n) if number in left]
        if inside:
            title = clean(theme.t, TITLE_LETTERS).strip(" .;,")
            if (
                not title
                or speaks_to_machine(title)
                or is_copied(STEP, title, [statement.text for statement in inside])
            ):
                title = inside[0].title
            made.append(_joined(inside, title))
    rest: dict[str, list[_Statement]] = defaultdict(list)
    for statement in left.values():
        rest[statement.group].append(statement)
    return made + [_joined(some, some[0].title) for some in rest.values()]


def _as_they_were(batch: Sequence[_Statement]) -> list[_Statement]:
    """Return a theme for each rough group of *batch*."""
    groups: dict[str, list[_Statement]] = defaultdict(list)
    for statement in batch:
        groups[statement.group].append(statement)
    return [_joined(some, some[0].title) for some in groups.values()]


def _joined(statements: Sequence[_Statement], title: str) -> _Statement:
    places = tuple(place for statement in statements for place in statement.places)
    row, place = places[0]
    # A group of its own: what was told apart stays so, whatever becomes of the next round.
    return _Statement(title, f"{row}.{place} {statements[0].group.partition(' ')[2]}", places, title)


def _sentence(gist: str) -> str:
    """Return *gist* as a title: with a capital."""
    return gist[:1].upper() + gist[1:]
