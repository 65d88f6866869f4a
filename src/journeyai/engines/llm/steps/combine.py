"""The recaps of the parts of one long transcript as one: the model words it and joins pain points."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final, TypedDict

from pydantic import Field

from journeyai.engines.engine import Frame
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.documents import called, speakers
from journeyai.engines.llm.steps.lines import LineNumber, flat, language_name, numbered, resolved
from journeyai.engines.recap import PainPoint, Recap
from journeyai.knowledge.letters import fold
from journeyai.model.source import Document
from journeyai.model.summary import Outcome

STEP: Final = "combine"
SHORT_LETTERS: Final = 160
TITLE_LETTERS: Final = 90
STORY_LETTERS: Final = 600
MOST_PAINS: Final = 12
MOST_QUOTES: Final = 5
#: Recaps that one question puts together: with the most that each may hold, about 5,000 tokens.
MOST_TOGETHER: Final = 12
#: Most tokens of an answer.
ROOM: Final = 1000


class PainReply(Reply):
    """Something that went badly, and the lines that tell it."""

    title: str = Field(max_length=2 * TITLE_LETTERS)
    cites: list[LineNumber] = Field(max_length=20)


class StoryReply(Reply):
    """What a transcript, or a part of one, comes to in the model's own words."""

    issue: str = Field(max_length=2 * SHORT_LETTERS)
    what_happened: str = Field(max_length=2 * STORY_LETTERS)
    customer_goal: str = Field(max_length=2 * SHORT_LETTERS)
    outcome: Outcome


class Story(TypedDict):
    """The fields of a `Recap` that a `StoryReply` gives."""

    issue: str
    what_happened: str
    customer_goal: str
    outcome: Outcome


class CombinedReply(StoryReply):
    """Parts put together; `pain_points` cite the numbers of the parts' pain points."""

    pain_points: list[PainReply] = Field(max_length=MOST_PAINS)


def combine(document: Document, found: Sequence[Recap], frame: Frame, asker: Asker) -> Recap | Failure:
    """Return *found*, the recaps of the parts of *document* in order, as one.

    More than fit one question are put together by groups first, and so are those whose answer broke off or cannot be
    read; what two of them give no answer to is a failure.
    """
    if len(found) == 1:
        return found[0]
    failure: Failure | None = None
    if len(found) <= MOST_TOGETHER:
        (answer,) = asker.ask_all([question(document, found, frame)], silent)
        if not isinstance(answer, Failure):
            return combined(answer, found, frame)
        failure = answer
        if failure.reason not in {"unreadable", "truncated"} or len(found) == 2:
            return failure
    size = MOST_TOGETHER if failure is None else -(-len(found) // 2)
    joined: list[Recap] = []
    for start in range(0, len(found), size):
        told = combine(document, found[start : start + size], frame, asker)
        if isinstance(told, Failure):
            return told
        joined.append(told)
    return combine(document, joined, frame, asker)


def question(document: Document, recaps: Sequence[Recap], frame: Frame) -> Question[CombinedReply]:
    """Return what is asked to put the *recaps* of the parts of *document* together."""
    told = "\n".join(
        flat(
            f"Part {n}: {item.what_happened} Issue: {item.issue} Goal: {item.customer_goal} Outcome: {item.outcome}."
        )
        for n, item in enumerate(recaps, 1)
    )
    return Question(
        step=STEP,
        values={"language": language_name(frame.language), "kind": document.kind},
        data={
            "parts": told,
            "lines": numbered(enumerate((pain.title for pain in _pains(recaps)), 1)) or "(none)",
        },
        reply=CombinedReply,
        room=ROOM,
        names=speakers(document),
        about=called(document),
    )


def combined(reply: CombinedReply, recaps: Sequence[Recap], frame: Frame) -> Recap:
    """Return the parts' *recaps* as one."""
    pains = _pains(recaps)
    dropped = sum(item.dropped for item in recaps)
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
    named = {stage for item in recaps for stage in item.stages}
    levels = zip_longest(*(item.key_quotes for item in recaps))
    quotes = [quote for level in levels for quote in level if quote is not None][:MOST_QUOTES]
    first, last = recaps[0], recaps[-1]
    return Recap(
        document=first.document,
        **story(reply),
        emotion_start=first.emotion_start,
        emotion_end=last.emotion_end,
        valence_path=tuple(value for item in recaps for value in item.valence_path),
        stages=tuple(stage.id for stage in frame.stages if stage.id in named),
        pain_points=merged(joined),
        promises=tuple(dict.fromkeys(promise for item in recaps for promise in item.promises)),
        key_quotes=tuple(sorted(quotes, key=lambda quote: quote.number)),
        dropped=dropped,
    )


def story(reply: StoryReply) -> Story:
    """Return the words of *reply*, made harmless and cut to their length."""
    return {
        "issue": clean(reply.issue, SHORT_LETTERS),
        "what_happened": clean(reply.what_happened, STORY_LETTERS),
        "customer_goal": clean(reply.customer_goal, SHORT_LETTERS),
        "outcome": reply.outcome,
    }


def merged(pains: Iterable[PainPoint]) -> tuple[PainPoint, ...]:
    """Return *pains*, those with the same title as one; utterances in order, each once."""
    by_title: dict[str, PainPoint] = {}
    for pain in pains:
        same = by_title.get(fold(pain.title))
        said = {item.number: item for item in (*(same.utterances if same else ()), *pain.utterances)}
        title = same.title if same else pain.title
        by_title[fold(pain.title)] = PainPoint(title, tuple(said[number] for number in sorted(said)))
    return tuple(by_title.values())


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def _pains(recaps: Iterable[Recap]) -> list[PainPoint]:
    return [pain for item in recaps for pain in item.pain_points]
