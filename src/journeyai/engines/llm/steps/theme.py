"""Themes: numbered gists in rough groups go out; titles and numbers come back.

Only gists go out, never a source's words.  Whose they are, and how many people they stand for, is counted elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

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
#: At most 3,500: many models give no answer of more than 4,096.
ROOM_BASE, ROOM_PER_STATEMENT = 200, 22
#: Fewer statements than this are not halved when their answer cannot be read.
_LEAST_HALVED: Final = 4

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
        is_given: whether the model thought of the title, from what it was shown.
    """

    text: str
    group: str
    places: tuple[_Place, ...]
    title: str
    is_given: bool = False


class Themes(NamedTuple):
    """What came of all statements.

    Attributes:
        found: themes, lane by lane.
        failures: questions without an answer.
        given: titles that the model thought of, from what it was shown; the others are gists.
    """

    found: list[Regrouped]
    failures: list[Failure]
    given: frozenset[str]


def regroup(
    candidates: Sequence[Candidate],
    language: str,
    asker: Asker,
    progress: Progress,
    names: Sequence[str] = (),
    shareable: Callable[[str], str] = str,
) -> Themes:
    """Return themes over all points of *candidates*, lane by lane.

    A point without a gist, or whose gist may not be told, is in none of them.  Without an answer, the rough groups of
    that question stand.  A lane with more statements than fit one question is asked about in several, and then about
    the themes these found, until one question holds all or nothing joins.

    Args:
        candidates: rough groups.
        language: ISO 639-1 code of the titles'.
        asker: the model.
        progress: told how many questions of a round are answered.
        names: of people, masked wherever they stand.
        shareable: what of a gist may be told where several documents meet; empty for nothing.
    """
    waiting: dict[Lane, list[_Statement]] = defaultdict(list)
    for row, candidate in enumerate(candidates):
        waiting[candidate.lane] += _statements(row, candidate, shareable)
    finished: dict[Lane, list[_Statement]] = {}
    failures: list[Failure] = []
    for _ in range(_ROUNDS):
        asked = [
            (lane, batch)
            for lane, statements in waiting.items()
            for batch in _batches(statements)
            if len(batch) > 1
        ]
        answers = _answered(
            asked, lambda lane, batch: _question(lane, batch, language, names), asker, progress
        )
        made: dict[Lane, list[_Statement]] = {
            lane: [batch[0] for batch in _batches(statements) if len(batch) == 1]
            for lane, statements in waiting.items()
        }
        for lane, batch, answer in answers:
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
    themes = [theme for lane in sorted(finished) for theme in finished[lane]]
    return Themes(
        [Regrouped(theme.title, theme.places) for theme in themes],
        failures,
        frozenset(theme.title for theme in themes if theme.is_given),
    )


def _answered(
    asked: Sequence[tuple[Lane, Sequence[_Statement]]],
    question: Callable[[Lane, Sequence[_Statement]], Question[ThemesReply]],
    asker: Asker,
    progress: Progress,
) -> list[tuple[Lane, Sequence[_Statement], ThemesReply | Failure]]:
    """Return the batches with their answers; one whose answer cannot be read is asked about in halves."""
    found: list[tuple[Lane, Sequence[_Statement], ThemesReply | Failure]] = []
    waiting = list(asked)
    while waiting:
        answers = asker.ask_all([question(lane, batch) for lane, batch in waiting], progress)
        halves: list[tuple[Lane, Sequence[_Statement]]] = []
        for (lane, batch), answer in zip(waiting, answers, strict=True):
            broken = isinstance(answer, Failure) and answer.reason in {"unreadable", "truncated"}
            if broken and len(batch) >= _LEAST_HALVED:
                middle = len(batch) // 2
                halves += [(lane, batch[:middle]), (lane, batch[middle:])]
            else:
                found.append((lane, batch, answer))
        waiting = halves
    return found


def _statements(row: int, candidate: Candidate, shareable: Callable[[str], str]) -> list[_Statement]:
    """Return the different gists of *candidate* that may be told, most typical first."""
    places: dict[str, list[_Place]] = defaultdict(list)
    told: dict[str, tuple[str, str]] = {}
    for place, gist in enumerate(candidate.gists):
        if gist and (shown := shareable(gist)):
            places[fold(gist)].append((row, place))
            told.setdefault(fold(gist), (shown, gist))
    return [
        _Statement(told[key][0], f"{row} {candidate.stage}", tuple(found), as_title(told[key][1]))
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

    A statement it names twice is of the first, and one it leaves out is alone; an answer with no theme at all says
    nothing, and the rough groups stand.
    """
    left = dict(enumerate(batch, 1))
    made = []
    for theme in answer.themes:
        inside = [left.pop(number) for number in dict.fromkeys(theme.n) if number in left]
        if inside:
            title = clean(theme.t, TITLE_LETTERS).strip(" .;,")
            copied = is_copied(STEP, title, [statement.text for statement in inside])
            usable = title and not copied and not speaks_to_machine(title)
            made.append(_joined(inside, title if usable else None))
    return (
        made + [_joined([statement], None) for statement in left.values()] if made else _as_they_were(batch)
    )


def _as_they_were(batch: Sequence[_Statement]) -> list[_Statement]:
    """Return a theme for each rough group of *batch*."""
    groups: dict[str, list[_Statement]] = defaultdict(list)
    for statement in batch:
        groups[statement.group].append(statement)
    return [_joined(some, None) for some in groups.values()]


def _joined(statements: Sequence[_Statement], title: str | None) -> _Statement:
    """Return one statement of *statements*, under the model's *title*, or as the first of them is called."""
    places = tuple(place for statement in statements for place in statement.places)
    row, place = places[0]
    first = statements[0]
    # A group of its own: what was told apart stays so, whatever becomes of the next round.
    group = f"{row}.{place} {first.group.partition(' ')[2]}"
    if title is None:
        return _Statement(first.text, group, places, first.title, first.is_given)
    return _Statement(title, group, places, title, is_given=True)


def as_title(gist: str) -> str:
    """Return *gist* as a title: with a capital letter."""
    return gist[:1].upper() + gist[1:]
