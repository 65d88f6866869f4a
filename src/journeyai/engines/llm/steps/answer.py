"""An answer to the user's question from passages that search has found; every sentence points at one.

Passages of several documents stand in one question: that is allowed here alone, because an answer changes nothing on
the map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.lines import LineNumber, flat, language_name, numbered, resolved
from journeyai.knowledge.words import words
from journeyai.model.aliases import Progress

ANSWER_LETTERS: Final = 1200
#: Passages that are read, best first.
MOST_PASSAGES: Final = 30
_QUESTION_LETTERS: Final = 1000


class SentenceReply(Reply):
    """A sentence and the passages it rests on."""

    text: str = Field(max_length=500)
    cites: list[LineNumber] = Field(max_length=MOST_PASSAGES)


class AnswerReply(Reply):
    """The answer."""

    in_sources: bool
    sentences: list[SentenceReply] = Field(max_length=12)


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a source with the label they are cited by, such as `interviews/int-03.md, P3`."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer and the positions, in the passages given, of those it rests on."""

    text: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sources say.

    Attributes:
        in_sources: whether they say anything about it.
        sentences: each with its passages; a single one without any that says so when the sources say nothing.
        dropped: numbers given that are no passage's.
        uncited: sentences dropped because no passage stands behind them.
    """

    in_sources: bool
    sentences: tuple[Sentence, ...]
    dropped: int = 0
    uncited: int = 0

    @property
    def text(self) -> str:
        """The sentences as one paragraph: at most `ANSWER_LETTERS` characters."""
        return " ".join(sentence.text for sentence in self.sentences)


def question(
    asked: str, passages: Sequence[Passage], language: str, names: Sequence[str] = ()
) -> Question[AnswerReply] | None:
    """Return what is asked; None when no passage was found.

    Args:
        asked: the user's question.
        passages: best first; those past `MOST_PASSAGES` are not read.
        language: ISO 639-1 code of the answer's.
        names: of people, masked wherever they stand.
    """
    read_ones = passages[:MOST_PASSAGES]
    if not read_ones:
        return None
    return Question(
        step="answer",
        values={"language": language_name(language)},
        data={
            "question": flat(asked, _QUESTION_LETTERS),
            "lines": numbered(
                (n, f"({flat(item.label, 200)}) {item.text}") for n, item in enumerate(read_ones, 1)
            ),
        },
        reply=AnswerReply,
        room=1000,
        names=names,
        about="the question asked",
    )


def read(reply: AnswerReply, passages: Sequence[Passage], language: str) -> Answer:
    """Return the sentences of *reply* that rest on passages, as many as fit; or the words that say there are none."""
    count = min(len(passages), MOST_PASSAGES)
    kept: list[Sentence] = []
    dropped = uncited = letters = 0
    for item in reply.sentences if reply.in_sources else ():
        cites, unknown = resolved(item.cites, range(1, count + 1))
        dropped += unknown
        text = clean(item.text, ANSWER_LETTERS)
        if not cites or not text:
            uncited += 1
        elif letters + len(text) <= ANSWER_LETTERS:
            letters += len(text) + 1
            kept.append(Sentence(text, tuple(number - 1 for number in cites)))
        else:
            break
    return Answer(True, tuple(kept), dropped, uncited) if kept else nothing(language, dropped, uncited)


def nothing(language: str, dropped: int = 0, uncited: int = 0) -> Answer:
    """Return the answer that the sources do not say it."""
    return Answer(False, (Sentence(words(language).phrase("not_in_sources"), ()),), dropped, uncited)


def run(
    asked: str,
    passages: Sequence[Passage],
    language: str,
    asker: Asker,
    progress: Progress,
    names: Sequence[str] = (),
) -> Answer | Failure:
    """Answer from *passages*; without any, say that the sources do not tell, and ask nobody."""
    wanted = question(asked, passages, language, names)
    if wanted is None:
        return nothing(language)
    (reply,) = asker.ask_all([wanted], progress)
    return reply if isinstance(reply, Failure) else read(reply, passages, language)
