"""A transcript in short: what it was about, how it went, how it ended; everything cited is a numbered utterance.

A transcript too long for one question is read in parts, turns kept whole, and the parts' recaps are put together by a
question of its own (`combine`), which still holds nothing but this one transcript.  A part whose answer broke off or
cannot be read is halved, down to single turns; then the transcript has no recap: a story with a hole in it reads like
a whole one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Annotated, Final

from pydantic import Field

from journeyai.engines.engine import Frame, FrameStage
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps import combine
from journeyai.engines.llm.steps.combine import (
    MOST_PAINS,
    SHORT_LETTERS,
    TITLE_LETTERS,
    PainReply,
    StoryReply,
    merged,
    silent,
    story,
)
from journeyai.engines.llm.steps.documents import called, speakers
from journeyai.engines.llm.steps.lines import (
    LONGEST_LINE,
    LineNumber,
    flat,
    language_name,
    numbered,
    resolved,
    spoken,
)
from journeyai.engines.recap import PainPoint, Promise, Recap
from journeyai.model.source import Document, Utterance
from journeyai.model.summary import Promiser
from journeyai.model.vocabulary import Emotion

STEP: Final = "summarise"
MOST_PROMISES: Final = 12
#: Most tokens of an answer; a perfect reader's took 90 to 490 (`evals/bench/summary_reader.py`).
ROOM: Final = 1500
#: Characters that a token mostly holds, for cutting transcripts; what is paid is counted elsewhere.
_LETTERS_A_TOKEN: Final = 3.5
#: What a line takes beside its words: number and role.
_LINE_LETTERS: Final = 16
#: Failures of which a shorter question may be free.
_OF_LENGTH: Final = frozenset({"unreadable", "truncated"})

Step = Annotated[int, Field(ge=-2, le=2)]


class PromiseReply(Reply):
    """Something that one side said it would do, and the line in which it did."""

    who: Promiser
    what: str = Field(max_length=2 * SHORT_LETTERS)
    line: LineNumber


class SummaryReply(StoryReply):
    """A transcript, or a part of one."""

    emotion_start: Emotion
    emotion_end: Emotion
    valence_path: list[Step] = Field(max_length=12)
    stages: list[Annotated[str, Field(max_length=80)]] = Field(max_length=24)
    pain_points: list[PainReply] = Field(max_length=MOST_PAINS)
    promises: list[PromiseReply] = Field(max_length=MOST_PROMISES)
    key_quotes: list[LineNumber] = Field(max_length=12)


@dataclass(frozen=True)
class Part:
    """What is read in one question.

    Attributes:
        document: whose.
        frame: stages to name, and the language of the words.
        utterances: of one turn or several.
        which: part it is, as the model is told.
    """

    document: Document
    frame: Frame
    utterances: tuple[Utterance, ...]
    which: str

    @cached_property
    def question(self) -> Question[SummaryReply]:
        """What is asked about it."""
        return question(self.document, self.utterances, self.frame, self.which)


def summarise(document: Document, frame: Frame, part_tokens: int, asker: Asker) -> Recap | Failure | None:
    """Return *document* in short.

    Args:
        document: a transcript.
        frame: stages to name, and the language of the words.
        part_tokens: about how many tokens of a transcript are read in one question.
        asker: the model.

    Returns:
        None if nothing was said by anybody; the failure if any part of it got no answer in the end.

    Raises:
        EngineError: as `Asker.ask_all`, and so for its other errors.
    """
    waiting = [
        some for part in _parts(document, frame, part_tokens) for some in _as_answered(part, asker.is_kept)
    ]
    if not waiting:
        return None
    answers = asker.ask_all([part.question for part in waiting], silent)
    found: list[Recap] = []
    for part, answer in zip(waiting, answers, strict=True):
        told = _told(part, answer, asker)
        if isinstance(told, Failure):
            return told
        found += told
    return combine.combine(document, found, frame, asker)


def plan(document: Document, frame: Frame, part_tokens: int) -> Iterator[Question[SummaryReply]]:
    """Yield the questions that *document* takes at least; where they are several, putting them together is one more."""
    for part in _parts(document, frame, part_tokens):
        yield part.question


def parts(document: Document, part_tokens: int) -> list[tuple[Utterance, ...]]:
    """Return the utterances of *document* in parts of about *part_tokens*; turns are kept whole where they fit."""
    most = part_tokens * _LETTERS_A_TOKEN
    found: list[list[Utterance]] = []
    size = most
    for _, turn in groupby(document.utterances, key=lambda utterance: utterance.turn):
        said = list(turn)
        fits = size + sum(map(_letters, said)) <= most
        for place, utterance in enumerate(said):
            if not found or (not fits and place == 0) or size + _letters(utterance) > most:
                found.append([])
                size = 0
            found[-1].append(utterance)
            size += _letters(utterance)
    return [tuple(part) for part in found]


def question(
    document: Document, part: Sequence[Utterance], frame: Frame, which: str
) -> Question[SummaryReply]:
    """Return what is asked about *part* of *document*; *which* part it is, is told to the model."""
    return Question(
        step=STEP,
        values={
            "language": language_name(frame.language),
            "kind": document.kind,
            "part": which,
            "stages": _stage_lines(frame.stages),
        },
        data={"lines": numbered((item.number, _spoken(document, item)) for item in part)},
        reply=SummaryReply,
        room=ROOM,
        names=speakers(document),
        about=called(document),
    )


def read(reply: SummaryReply, document: Document, part: Sequence[Utterance], frame: Frame) -> Recap:
    """Return the recap of *part*, its numbers turned into utterances; what points nowhere is dropped and counted."""
    known = {utterance.number: utterance for utterance in part}
    order = [stage.id for stage in frame.stages]
    pains, lost_pains = _pains(reply, document, known)
    promises = [
        Promise(promise.who, what, utterance)
        for promise in reply.promises
        if (utterance := known.get(promise.line))
        and (what := clean(promise.what, SHORT_LETTERS))
        and document.turn_of(utterance).role in {promise.who, "unknown"}
    ]
    quotes, lost_quotes = resolved(reply.key_quotes, known)
    return Recap(
        document=document.key,
        **story(reply),
        emotion_start=reply.emotion_start,
        emotion_end=reply.emotion_end,
        valence_path=tuple(map(float, reply.valence_path)),
        stages=tuple(stage for stage in order if stage in reply.stages),
        pain_points=merged(pains),
        promises=tuple(dict.fromkeys(promises)),
        key_quotes=tuple(known[number] for number in sorted(quotes[: combine.MOST_QUOTES])),
        dropped=len(set(reply.stages) - set(order))
        + lost_pains
        + len(reply.promises)
        - len(promises)
        + lost_quotes,
    )


# Inside


@lru_cache(maxsize=64)
def _stage_lines(stages: Sequence[FrameStage]) -> str:
    return "\n".join(f"- {stage.id}: {flat(stage.told_name, 80)}" for stage in stages)


def _parts(document: Document, frame: Frame, part_tokens: int) -> Iterator[Part]:
    cut = parts(document, part_tokens)
    for number, some in enumerate(cut, 1):
        which = f"part {number} of {len(cut)}" if len(cut) > 1 else "whole"
        yield Part(document, frame, some, which)


def _told(part: Part, answer: SummaryReply | Failure, asker: Asker) -> list[Recap] | Failure:
    """Return what *part* comes to, asked about half by half if its *answer* is no use because of its length.

    The second half is asked about when the first has an answer: one without ends it all, and is not paid for further.
    """
    if not isinstance(answer, Failure):
        return [read(answer, part.document, part.utterances, part.frame)]
    halves = _halves(part) if answer.reason in _OF_LENGTH else []
    if not halves:
        return answer
    found: list[Recap] = []
    for half in halves:
        (again,) = asker.ask_all([half.question], silent)
        told = _told(half, again, asker)
        if isinstance(told, Failure):
            return told
        found += told
    return found


def _halves(part: Part) -> list[Part]:
    """Return *part* in two between its turns; nothing if it is a single one."""
    turns = [list(turn) for _, turn in groupby(part.utterances, key=lambda utterance: utterance.turn)]
    if len(turns) == 1:
        return []
    middle = sum(map(len, turns[: len(turns) // 2]))
    cut = part.utterances[:middle], part.utterances[middle:]
    # Named by what it is, not by what came before it: the same question on a resumed run.
    return [
        replace(part, utterances=some, which=f"lines {some[0].number} to {some[-1].number}") for some in cut
    ]


def _as_answered(part: Part, is_kept: Callable[[Question[SummaryReply]], bool]) -> list[Part]:
    """Return *part*, or the halves that an earlier run has come to: failures are not kept, and are not paid again."""
    if is_kept(part.question):
        return [part]
    halves = first = _halves(part)
    while first and not is_kept(first[0].question):
        first = _halves(first[0])
    if not first:
        return [part]
    return [some for half in halves for some in _as_answered(half, is_kept)]


def _pains(
    reply: SummaryReply, document: Document, known: dict[int, Utterance]
) -> tuple[list[PainPoint], int]:
    """Return the pain points of *reply*, and how much of them was dropped."""
    # Staff's words are never a customer's pain; who is not known may be one.
    citable = [number for number, utterance in known.items() if _may_complain(document, utterance)]
    found: list[PainPoint] = []
    dropped = 0
    for pain in reply.pain_points:
        cites, unknown = resolved(pain.cites, citable)
        dropped += unknown
        title = clean(pain.title, TITLE_LETTERS)
        if cites and title:
            found.append(PainPoint(title, tuple(known[number] for number in sorted(cites))))
        elif not unknown:
            dropped += 1
    return found, dropped


def _may_complain(document: Document, utterance: Utterance) -> bool:
    role = document.turn_of(utterance).role
    return role in {"customer", "unknown"} or (role == "researcher" and document.kind == "note")


def _spoken(document: Document, utterance: Utterance) -> str:
    turn = document.turn_of(utterance)
    role = "somebody" if turn.role == "unknown" else turn.role
    return f"{role}{' (internal note)' if turn.private else ''}: {spoken(turn, utterance)}"


def _letters(utterance: Utterance) -> int:
    return min(len(utterance.text), LONGEST_LINE) + _LINE_LETTERS
