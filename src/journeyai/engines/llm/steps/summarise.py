"""A transcript in short: what it was about, how it went, how it ended; everything cited is a numbered utterance.

A transcript too long for one question is read in parts, turns kept whole, and the parts' summaries are put together by
a question of its own (`combine`), which still holds nothing but this one transcript.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Annotated, Final, Literal

from pydantic import Field

from journeyai.engines.engine import Frame
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.lines import (
    LONGEST_LINE,
    LineNumber,
    flat,
    language_name,
    numbered,
    resolved,
    spoken,
)
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import Progress
from journeyai.model.source import Document, DocumentKey, Utterance
from journeyai.model.vocabulary import Emotion

STEP: Final = "summarise"
COMBINE_STEP: Final = "combine"
SHORT_LETTERS: Final = 160
TITLE_LETTERS: Final = 90
STORY_LETTERS: Final = 600
MOST_PAINS: Final = 12
MOST_PROMISES: Final = 12
MOST_QUOTES: Final = 5
#: Characters that a token mostly holds, for cutting transcripts; what is paid is counted elsewhere.
_LETTERS_A_TOKEN: Final = 3.5
#: What a line takes beside its words: number and role.
_LINE_LETTERS: Final = 16

Outcome = Literal["resolved", "unresolved", "partly", "unknown"]
Promiser = Literal["agent", "customer"]
Step = Annotated[int, Field(ge=-2, le=2)]


class PainReply(Reply):
    """Something that went badly, and the lines that tell it."""

    title: str = Field(max_length=2 * TITLE_LETTERS)
    cites: list[LineNumber] = Field(max_length=20)


class PromiseReply(Reply):
    """Something that one side said it would do, and the line in which it did."""

    who: Promiser
    what: str = Field(max_length=2 * SHORT_LETTERS)
    line: LineNumber


class SummaryReply(Reply):
    """A transcript, or a part of one."""

    issue: str = Field(max_length=2 * SHORT_LETTERS)
    what_happened: str = Field(max_length=2 * STORY_LETTERS)
    customer_goal: str = Field(max_length=2 * SHORT_LETTERS)
    outcome: Outcome
    emotion_start: Emotion
    emotion_end: Emotion
    valence_path: list[Step] = Field(max_length=12)
    stages: list[Annotated[str, Field(max_length=80)]] = Field(max_length=24)
    pain_points: list[PainReply] = Field(max_length=MOST_PAINS)
    promises: list[PromiseReply] = Field(max_length=MOST_PROMISES)
    key_quotes: list[LineNumber] = Field(max_length=12)


class CombinedReply(Reply):
    """Parts put together; `pain_points` cite the numbers of the parts' pain points."""

    issue: str = Field(max_length=2 * SHORT_LETTERS)
    what_happened: str = Field(max_length=2 * STORY_LETTERS)
    customer_goal: str = Field(max_length=2 * SHORT_LETTERS)
    outcome: Outcome
    pain_points: list[PainReply] = Field(max_length=MOST_PAINS)


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Something that went badly, and the utterances that tell it."""

    title: str
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What one side said it would do, and the utterance in which it did."""

    who: Promiser
    what: str
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Summary:
    """A transcript in short.

    Attributes:
        document: which.
        issue: what it was about.
        what_happened: the story, in a few sentences.
        customer_goal: what the customer wanted.
        outcome: how it ended.
        emotion_start: the customer's, at the beginning.
        emotion_end: at the end.
        valence_path: how the customer felt from beginning to end, each −2 … 2.
        stages: ids of the frame's stages it touches, in the frame's order.
        pain_points: each with at least one utterance.
        promises: each in an utterance of who made it.
        key_quotes: the utterances that tell most, in order.
        dropped: what the model gave that points nowhere, at somebody else's words, or at no stage of the frame.
    """

    document: DocumentKey
    issue: str
    what_happened: str
    customer_goal: str
    outcome: Outcome
    emotion_start: Emotion
    emotion_end: Emotion
    valence_path: tuple[int, ...]
    stages: tuple[str, ...]
    pain_points: tuple[PainPoint, ...]
    promises: tuple[Promise, ...]
    key_quotes: tuple[Utterance, ...]
    dropped: int


def run(
    documents: Sequence[Document], frame: Frame, part_tokens: int, asker: Asker, progress: Progress
) -> list[Summary | Failure | None]:
    """Summarise *documents*, each by itself.

    Args:
        documents: transcripts; one without utterances gets None.
        frame: stages to name, and the language of the words.
        part_tokens: about how many tokens of a transcript are read in one question.
        asker: the model.
        progress: told how many questions of the round are answered.

    Returns:
        One result a document, in order.  If any part of a transcript got no answer, that failure is the result: a story
        with a hole in it reads like a whole one.
    """
    cut = [parts(document, part_tokens) for document in documents]
    asked = [
        question(document, part, frame, f"part {n} of {len(some)}" if len(some) > 1 else "whole")
        for document, some in zip(documents, cut, strict=True)
        for n, part in enumerate(some, 1)
    ]
    answers = iter(asker.ask_all(asked, progress))
    results: list[Summary | Failure | None] = []
    waiting: dict[int, list[Summary]] = {}
    for place, (document, some) in enumerate(zip(documents, cut, strict=True)):
        told = [(part, next(answers)) for part in some]
        failure = next((answer for _, answer in told if isinstance(answer, Failure)), None)
        found = [
            read(answer, document, part, frame) for part, answer in told if not isinstance(answer, Failure)
        ]
        results.append(failure or (found[0] if found else None))
        if failure is None and len(found) > 1:
            waiting[place] = found
    combining = [combining_question(documents[place], found, frame) for place, found in waiting.items()]
    joined = asker.ask_all(combining, progress) if combining else []
    for (place, found), answer in zip(waiting.items(), joined, strict=True):
        results[place] = answer if isinstance(answer, Failure) else combined(answer, found, frame)
    return results


def parts(document: Document, part_tokens: int) -> list[tuple[Utterance, ...]]:
    """Return the utterances of *document* in parts of about *part_tokens*; turns are kept whole where they fit."""
    most = part_tokens * _LETTERS_A_TOKEN
    found: list[list[Utterance]] = []
    size = most
    for _, turn in groupby(document.utterances, key=lambda utterance: utterance.turn):
        spoken = list(turn)
        fits = size + sum(map(_letters, spoken)) <= most
        for place, utterance in enumerate(spoken):
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
            "stages": "\n".join(f"- {stage.id}: {flat(stage.name, 80)}" for stage in frame.stages),
        },
        data={"lines": numbered((item.number, _spoken(document, item)) for item in part)},
        reply=SummaryReply,
        room=1500,
        names=_names(document),
        about=_about(document),
    )


def read(reply: SummaryReply, document: Document, part: Sequence[Utterance], frame: Frame) -> Summary:
    """Return the summary of *part*, its numbers turned into utterances; what points nowhere is dropped and counted."""
    known = {utterance.number: utterance for utterance in part}
    order = [stage.id for stage in frame.stages]
    dropped = len(set(reply.stages) - set(order))
    pains: list[PainPoint] = []
    for pain in reply.pain_points:
        # Staff's words are never a customer's pain; who is not known may be one.
        cites, unknown = resolved(pain.cites, [n for n in known if _may_complain(document, known[n])])
        dropped += unknown
        title = clean(pain.title, TITLE_LETTERS)
        if cites and title:
            pains.append(PainPoint(title, tuple(known[number] for number in sorted(cites))))
        elif not unknown:
            dropped += 1
    promises: list[Promise] = []
    for promise in reply.promises:
        utterance = known.get(promise.line)
        what = clean(promise.what, SHORT_LETTERS)
        if utterance and what and document.turn_of(utterance).role in {promise.who, "unknown"}:
            promises.append(Promise(promise.who, what, utterance))
        else:
            dropped += 1
    quotes, unknown = resolved(reply.key_quotes, known)
    return Summary(
        document=document.key,
        issue=clean(reply.issue, SHORT_LETTERS),
        what_happened=clean(reply.what_happened, STORY_LETTERS),
        customer_goal=clean(reply.customer_goal, SHORT_LETTERS),
        outcome=reply.outcome,
        emotion_start=reply.emotion_start,
        emotion_end=reply.emotion_end,
        valence_path=tuple(reply.valence_path),
        stages=tuple(stage for stage in order if stage in reply.stages),
        pain_points=_merged(pains),
        promises=tuple(dict.fromkeys(promises)),
        key_quotes=tuple(known[number] for number in sorted(quotes[:MOST_QUOTES])),
        dropped=dropped + unknown,
    )


def combining_question(
    document: Document, summaries: Sequence[Summary], frame: Frame
) -> Question[CombinedReply]:
    """Return what is asked to put the *summaries* of the parts of *document* together."""
    told = "\n".join(
        flat(
            f"Part {n}: {item.what_happened} Issue: {item.issue} Goal: {item.customer_goal} Outcome: {item.outcome}."
        )
        for n, item in enumerate(summaries, 1)
    )
    return Question(
        step=COMBINE_STEP,
        values={"language": language_name(frame.language), "kind": document.kind},
        data={
            "parts": told,
            "lines": numbered(enumerate((pain.title for pain in _pains(summaries)), 1)) or "(none)",
        },
        reply=CombinedReply,
        room=1000,
        names=_names(document),
        about=_about(document),
    )


def combined(reply: CombinedReply, summaries: Sequence[Summary], frame: Frame) -> Summary:
    """Return the parts' *summaries* as one: the model words it and joins pain points, the rest is put together here."""
    pains = _pains(summaries)
    dropped = sum(item.dropped for item in summaries)
    left = dict(enumerate(pains, 1))
    joined: list[PainPoint] = []
    for pain in reply.pain_points:
        cites, unknown = resolved(pain.cites, left)
        dropped += unknown
        behind = [left.pop(number) for number in cites]
        if behind:
            title = clean(pain.title, TITLE_LETTERS) or behind[0].title
            joined.append(PainPoint(title, tuple(said for item in behind for said in item.utterances)))
    # A pain point that the model passed over is not lost.
    joined += left.values()
    named = {stage for item in summaries for stage in item.stages}
    levels = zip_longest(*(item.key_quotes for item in summaries))
    quotes = [quote for level in levels for quote in level if quote is not None][:MOST_QUOTES]
    first, last = summaries[0], summaries[-1]
    return Summary(
        document=first.document,
        issue=clean(reply.issue, SHORT_LETTERS),
        what_happened=clean(reply.what_happened, STORY_LETTERS),
        customer_goal=clean(reply.customer_goal, SHORT_LETTERS),
        outcome=reply.outcome,
        emotion_start=first.emotion_start,
        emotion_end=last.emotion_end,
        valence_path=tuple(value for item in summaries for value in item.valence_path),
        stages=tuple(stage.id for stage in frame.stages if stage.id in named),
        pain_points=_merged(joined),
        promises=tuple(dict.fromkeys(promise for item in summaries for promise in item.promises)),
        key_quotes=tuple(sorted(quotes, key=lambda quote: quote.number)),
        dropped=dropped,
    )


def _pains(summaries: Iterable[Summary]) -> list[PainPoint]:
    return [pain for item in summaries for pain in item.pain_points]


def _merged(pains: Iterable[PainPoint]) -> tuple[PainPoint, ...]:
    """Return *pains*, those with the same title as one; utterances in order, each once."""
    by_title: dict[str, PainPoint] = {}
    for pain in pains:
        same = by_title.get(fold(pain.title))
        said = {item.number: item for item in (*(same.utterances if same else ()), *pain.utterances)}
        title = same.title if same else pain.title
        by_title[fold(pain.title)] = PainPoint(title, tuple(said[number] for number in sorted(said)))
    return tuple(by_title.values())


def _may_complain(document: Document, utterance: Utterance) -> bool:
    role = document.turn_of(utterance).role
    return role in {"customer", "unknown"} or (role == "researcher" and document.kind == "note")


def _spoken(document: Document, utterance: Utterance) -> str:
    turn = document.turn_of(utterance)
    role = "somebody" if turn.role == "unknown" else turn.role
    return f"{role}{' (internal note)' if turn.private else ''}: {spoken(turn, utterance)}"


def _letters(utterance: Utterance) -> int:
    return min(len(utterance.text), LONGEST_LINE) + _LINE_LETTERS


def _names(document: Document) -> tuple[str, ...]:
    return tuple(dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker))


def _about(document: Document) -> str:
    return document.source + (f"#{document.record}" if document.record else "")
