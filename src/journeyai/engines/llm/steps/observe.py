"""Reading: numbered lines of one document go out, numbers and labels come back.

The model never repeats a quote.  What it says of a line that was not in its question, or that its speaker cannot give,
is dropped and counted.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Annotated, Any, ClassVar, Final, Literal, cast

from pydantic import Field, create_model

from journeyai.engines.engine import Frame, FrameStage
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean, speaks_to_machine
from journeyai.engines.llm.steps.examples import is_copied
from journeyai.engines.llm.steps.lines import flat, language_name
from journeyai.model.aliases import Progress
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey, Utterance
from journeyai.model.vocabulary import CHANNELS, EMOTIONS, Channel, Emotion, Lane

STEP: Final = "observe"
#: Longest gist, in characters.
GIST_LETTERS: Final = 80
#: Most points that one answer may hold.
MOST_POINTS: Final = 120
#: Tokens of an answer: a frame, and so many for each line that can be named.
ROOM_BASE, ROOM_PER_LINE, MOST_ROOM = 200, 60, 4000
#: Characters that a token mostly holds, for cutting documents; what is paid is counted elsewhere.
_LETTERS_A_TOKEN: Final = 3.5
#: Lines before a part that are shown with it.
_CONTEXT_LINES: Final = 3
#: Documents that are asked about together: answers wait in memory until all of them are there.
_WAVE: Final = 256
#: What is asked about again when nothing was found in it: so many words, in at least so many utterances.
_GLEANED_WORDS: Final = 6
_LEAST_GLEANED: Final = 3

#: What a model can see in a line; measures are counted and opportunities are thought of later.
_LANES: Final[tuple[Lane, ...]] = (
    "pain_point",
    "delight",
    "need",
    "expectation",
    "motivation",
    "question",
    "action",
    "touchpoint",
    "technical_limit",
    "back_stage",
    "thought",
)


class PointReply(Reply):
    """One point; names are short because they come with every one."""

    n: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=2)]
    l: str  # noqa: E741
    s: str
    v: Annotated[int, Field(ge=-2, le=2)]
    e: str
    c: str
    g: Annotated[str, Field(max_length=GIST_LETTERS)]


class ObserveReply(Reply):
    """All points of a part of a document."""

    entries: ClassVar[str] = "points"

    points: Annotated[list[PointReply], Field(max_length=MOST_POINTS)]


@lru_cache(maxsize=16)
def reply_for(stages: tuple[str, ...], lanes: tuple[Lane, ...]) -> type[ObserveReply]:
    """Return the reply whose labels are closed: these stages' ids, these lanes, our emotions and channels."""
    point = create_model(
        "Point",
        __base__=PointReply,
        l=(cast("Any", Literal[lanes]), ...),
        s=(cast("Any", Literal[stages]), ...),
        e=(cast("Any", Literal[EMOTIONS]), ...),
        c=(cast("Any", Literal[(*CHANNELS, "none")]), ...),
    )
    return cast(
        "type[ObserveReply]",
        create_model(
            "Points",
            __base__=ObserveReply,
            points=(Annotated[list[point], Field(max_length=MOST_POINTS)], ...),
        ),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """What is read in one question.

    Attributes:
        document: whose.
        first: number of the first utterance that may be named.
        last: number of the last one.
        named: those that may be named.
        gleaning: whether it was read before and these gave nothing.
    """

    document: Document
    first: int
    last: int
    named: frozenset[int]
    gleaning: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """A part that could not be read, after all that was tried.

    Attributes:
        document: whose.
        first: number of the first utterance that could have been named.
        last: number of the last one.
        why: one clause for people.
    """

    document: DocumentKey
    first: int
    last: int
    why: str


@dataclass
class Tally:
    """What did not go as asked: grows while documents are read."""

    lost: list[Lost] = field(default_factory=list)
    dropped: int = 0


def observe(
    documents: Sequence[Document],
    frame: Frame,
    asker: Asker,
    progress: Progress,
    *,
    passage_tokens: int,
    glean: bool = True,
    repeat: int = 0,
    tally: Tally | None = None,
) -> Iterator[Observation]:
    """Yield the points of *documents*, document by document, in order.

    Args:
        documents: each goes out by itself.
        frame: stages and lanes to label with.
        asker: the model.
        progress: told how many documents are read.
        passage_tokens: about how many tokens go out at a time.
        glean: ask once more about customers' words that gave nothing.
        repeat: 0, or which re-run this is.
        tally: where lost parts and dropped points are counted.
    """
    tally = tally or Tally()
    for start in range(0, len(documents), _WAVE):
        wave = documents[start : start + _WAVE]
        done = start

        def told(part: int, parts: int, done: int = done, size: int = len(wave)) -> None:
            progress(done + size * part // max(parts, 1), len(documents))

        parts = [part for document in wave for part in cut(document, passage_tokens)]
        found = _asked(parts, frame, asker, told, repeat, tally)
        if glean:
            done_with = _named_or_lost(found, tally)
            again = [
                part
                for document in wave
                for part in _passed_over(document, done_with[document.key], passage_tokens)
            ]
            found += _asked(again, frame, asker, _silent, repeat, tally)
        order = {document.key: number for number, document in enumerate(wave)}
        found.sort(key=lambda point: (order[point.document], point.utterances))
        yield from found
        progress(start + len(wave), len(documents))


def plan(
    documents: Sequence[Document], frame: Frame, passage_tokens: int, repeat: int = 0
) -> Iterator[Question[ObserveReply]]:
    """Yield the questions that reading *documents* takes at least: what an estimate is made from."""
    for document in documents:
        for part in cut(document, passage_tokens):
            yield question(part, frame, repeat)


def cut(document: Document, passage_tokens: int) -> list[Part]:
    """Return *document* in parts of about *passage_tokens*, turns kept whole where they fit."""
    may = [utterance for utterance in document.utterances if _may_be_named(document, utterance)]
    if not any(
        document.turn_of(utterance).role == "customer" or document.kind == "note" for utterance in may
    ):
        return []
    most = passage_tokens * _LETTERS_A_TOKEN
    parts: list[list[Utterance]] = [[]]
    size = 0.0
    for _, turn in groupby(document.utterances, key=lambda utterance: utterance.turn):
        spoken = list(turn)
        length = sum(len(utterance.text) + 12 for utterance in spoken)
        if parts[-1] and size + length > most:
            parts.append([])
            size = 0.0
        for utterance in spoken:
            # A turn longer than a part is cut between its utterances.
            if parts[-1] and size + len(utterance.text) > most:
                parts.append([])
                size = 0.0
            parts[-1].append(utterance)
            size += len(utterance.text) + 12
    nameable = {utterance.number for utterance in may}
    return [
        Part(document, some[0].number, some[-1].number, named)
        for some in parts
        if some and (named := frozenset(u.number for u in some) & nameable)
    ]


def question(part: Part, frame: Frame, repeat: int) -> Question[ObserveReply]:
    """Return what is asked about *part*."""
    document = part.document
    example = frame.stages[min(3, len(frame.stages) - 1)].id
    shown = document.utterances[max(0, part.first - _CONTEXT_LINES) : part.last + 1]
    people = dict.fromkeys(turn.person for turn in document.turns if turn.role == "customer")
    customers = {person: number for number, person in enumerate(people, 1)}
    about = document.source + (f"#{document.record}" if document.record else "")
    return Question(
        step=STEP,
        values={
            "stages": "\n".join(_stage_line(stage) for stage in frame.stages),
            "lanes": ", ".join(_offered(frame)),
            "language": language_name(frame.language),
            "example_stage": example,
            "kind": document.kind.capitalize(),
            "part": "lines that gave nothing yet; most make no point"
            if part.gleaning
            else f"lines {part.first} to {part.last}",
        },
        data={"lines": "\n".join(_line(document, utterance, part.named, customers) for utterance in shown)},
        reply=reply_for(tuple(stage.id for stage in frame.stages), _offered(frame)),
        room=min(MOST_ROOM, ROOM_BASE + ROOM_PER_LINE * len(part.named)),
        names=tuple(dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker)),
        about=f"{about}, lines {part.first}–{part.last}",
        repeat=repeat,
    )


def _stage_line(stage: FrameStage) -> str:
    """Return how *stage* is told to the model; the words of a story stay with the story."""
    if stage.is_quoted:
        return f"  {stage.id}"
    about = f" ({stage.description})" if stage.description else ""
    return f"  {stage.id}: {stage.name}{about}"


def _offered(frame: Frame) -> tuple[Lane, ...]:
    return tuple(lane for lane in _LANES if lane in frame.lanes)


def read(reply: ObserveReply, part: Part, frame: Frame) -> tuple[list[Observation], int]:
    """Return the observations that *reply* holds, and how many points were dropped.

    Dropped is what begins at a line that may not be named, runs backwards, or says the same of the same lines twice.
    Of a point that runs on into another turn, or into lines that may not be named, its first line is kept.
    """
    stages = [stage.id for stage in frame.stages]
    found: dict[tuple[tuple[int, ...], Lane], Observation] = {}
    for point in reply.points:
        numbers = _consecutive(point.n, part)
        if numbers is None:
            continue
        lane = cast("Lane", point.l)
        found.setdefault(
            (numbers, lane),
            Observation(
                document=part.document.key,
                utterances=numbers,
                lane=lane,
                stages=tuple(float(stage == point.s) for stage in stages),
                valence=float(point.v),
                emotion=cast("Emotion", point.e),
                channel=None if point.c == "none" else cast("Channel", point.c),
                confidence=None,
                emotion_confidence=1.0,
                gist=_gist(point.g, [part.document.utterances[number].text for number in numbers]),
            ),
        )
    return list(found.values()), len(reply.points) - len(found)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def _asked(
    parts: Sequence[Part], frame: Frame, asker: Asker, progress: Progress, repeat: int, tally: Tally
) -> list[Observation]:
    """Ask about *parts* until every line is answered for or given up.

    Of an answer that broke off, what stands whole is taken, and the lines after it are asked about; a part whose answer
    is no use at all is halved, and once more what of that is none.
    """
    found: list[Observation] = []

    def is_kept(part: Part) -> bool:
        return asker.is_kept(question(part, frame, repeat))

    waiting = [some for part in parts for some in _as_answered(part, is_kept)]
    while waiting:
        answers = asker.ask_all([question(part, frame, repeat) for part in waiting], progress)
        left: list[Part] = []
        for part, answer in zip(waiting, answers, strict=True):
            reply = answer.rescued if isinstance(answer, Failure) else answer
            points: list[Observation] = []
            if isinstance(reply, ObserveReply):
                points, dropped = read(reply, part, frame)
                found += points
                tally.dropped += dropped
            if not isinstance(answer, Failure):
                continue
            if points:
                left += _rest(part, points)
            elif answer.reason in {"unreadable", "truncated"} and len(part.named) > 1:
                left += _halves(part)
            elif reply is None:
                # Of one line a model may also say nothing that is of use: that is an answer, and is kept as one.
                tally.lost.append(Lost(part.document.key, min(part.named), max(part.named), answer.message))
        waiting = left
        progress = _silent
    return found


def _as_answered(part: Part, is_kept: Callable[[Part], bool]) -> list[Part]:
    """Return *part*, or the halves that an earlier run has come to: failures are not kept, and are not paid again."""
    if len(part.named) == 1 or is_kept(part):
        return [part]
    left = _halves(part)[0]
    while len(left.named) > 1 and not is_kept(left):
        left = _halves(left)[0]
    if not is_kept(left):
        return [part]
    return [some for half in _halves(part) for some in _as_answered(half, is_kept)]


def _rest(part: Part, points: Sequence[Observation]) -> list[Part]:
    """Return the lines of *part* after the last one that *points* speak of: a model goes through them in order."""
    last = max(point.utterances[-1] for point in points)
    named = frozenset(number for number in part.named if number > last)
    return [Part(part.document, min(named), part.last, named, part.gleaning)] if named else []


def _halves(part: Part) -> list[Part]:
    named = sorted(part.named)
    middle = named[len(named) // 2]
    return [
        Part(part.document, part.first, middle - 1, frozenset(n for n in named if n < middle), part.gleaning),
        Part(part.document, middle, part.last, frozenset(n for n in named if n >= middle), part.gleaning),
    ]


def _named_or_lost(found: Sequence[Observation], tally: Tally) -> dict[DocumentKey, set[int]]:
    """Return the utterances of each document that need no second question: a point names them, or none was answered."""
    numbers: dict[DocumentKey, set[int]] = defaultdict(set)
    for point in found:
        numbers[point.document].update(point.utterances)
    for lost in tally.lost:
        numbers[lost.document].update(range(lost.first, lost.last + 1))
    return numbers


def _passed_over(document: Document, done_with: Container[int], passage_tokens: int) -> Iterator[Part]:
    """Yield customers' longer utterances that gave nothing, part by part, where there are enough to ask again."""
    for part in cut(document, passage_tokens):
        left = [
            number
            for number in sorted(part.named)
            if number not in done_with
            and document.turn_of(document.utterances[number]).role == "customer"
            and len(document.utterances[number].text.split()) >= _GLEANED_WORDS
        ]
        if len(left) >= _LEAST_GLEANED:
            yield Part(document, left[0], left[-1], frozenset(left), gleaning=True)


def _may_be_named(document: Document, utterance: Utterance) -> bool:
    """Whether somebody speaks who can be evidence: a customer, staff of their own work, a researcher in notes."""
    turn = document.turn_of(utterance)
    if turn.measure is not None:
        return False
    return turn.role in {"customer", "agent", "system"} or (
        turn.role == "researcher" and document.kind == "note"
    )


def _line(
    document: Document, utterance: Utterance, named: frozenset[int], customers: Mapping[str | None, int]
) -> str:
    turn = document.turn_of(utterance)
    text = utterance.text
    if turn.measure is not None:
        text = f"rates it {turn.measure.value:g}, from {turn.measure.low:g} (worst) to {turn.measure.high:g} (best)"
    mark = f"[{utterance.number}]" if utterance.number in named else "·"
    who: str = turn.role
    if turn.role == "customer" and len(customers) > 1:
        # Told apart where there are several.
        who = f"customer {customers[turn.person]}"
    return f"{mark} {who}: {flat(text)}"


def _consecutive(given: Sequence[int], part: Part) -> tuple[int, ...] | None:
    """Return the numbers from the first to the last of *given* if each may be named and all are of one turn.

    Otherwise the first alone, if that may be named: one line is better evidence than none.
    """
    first, last = given[0], given[-1]
    if first not in part.named or last < first:
        return None
    if last not in part.named:
        return (first,)
    numbers = tuple(range(first, last + 1))
    turns = {part.document.utterances[number].turn for number in numbers}
    return numbers if len(turns) == 1 and part.named.issuperset(numbers) else (first,)


def _gist(text: str, lines: Sequence[str]) -> str:
    """Return *text* as it may go on to questions over several documents: short, clean, and no order to a machine.

    Nor is it the prompt's own example, unless the lines say the same.
    """
    gist = clean(text, GIST_LETTERS).strip(" .;,\"'«»“”")
    return "" if speaks_to_machine(gist) or is_copied(STEP, gist, lines) else gist
