"""An answer to the user's question from places that were found for it; every sentence points at one.

Words of several documents stand in one question: that is allowed here alone, because an answer changes nothing on the
map.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from pydantic import Field

from journeyai.engines.conversation import Answer, Cited, Sentence
from journeyai.engines.llm.asking import Failure, Question, Reply, TalkingAsker
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.lines import LineNumber, flat, language_name, numbered, resolved
from journeyai.knowledge.words import words

ANSWER_LETTERS: Final = 1200
#: Places that are read, best first.
MOST_PLACES: Final = 30
_QUESTION_LETTERS: Final = 1000
_LABEL_LETTERS: Final = 240

#: Is given each sentence as soon as it stands, with the answer so far.
SentenceHeard = Callable[[Sentence, Answer], None]


class SentenceReply(Reply):
    """A sentence and the places it rests on."""

    text: str = Field(max_length=500)
    cites: list[LineNumber] = Field(max_length=MOST_PLACES)


class AnswerReply(Reply):
    """The answer."""

    entries: ClassVar[str] = "sentences"

    in_sources: bool
    sentences: list[SentenceReply] = Field(max_length=12)


@dataclass(frozen=True, slots=True)
class Place:
    """Words that an answer may rest on.

    Attributes:
        cited: the words and where they stand.
        about: what a reader must know of them besides: who speaks, which card they bear out, for how many people.
    """

    cited: Cited
    about: str = ""

    @property
    def line(self) -> str:
        """It as the model is told it."""
        label = f"{self.cited.label}, {self.about}" if self.about else self.cited.label
        return f"({flat(label, _LABEL_LETTERS)}) {self.cited.text}"


def question(
    asked: str, places: Sequence[Place], language: str, names: Sequence[str] = (), before: str = ""
) -> Question[AnswerReply] | None:
    """Return what is asked; None when no place was found.

    Args:
        asked: the user's question.
        places: best first; those past `MOST_PLACES` are not read.
        language: ISO 639-1 code of the answer's.
        names: of people, masked wherever they stand.
        before: what was spoken of before, from `talking.told_before`.
    """
    if not places:
        return None
    return Question(
        step="answer",
        values={"language": language_name(language)},
        data={
            "question": flat(asked, _QUESTION_LETTERS),
            "before": before,
            "lines": numbered((n, place.line) for n, place in enumerate(places[:MOST_PLACES], 1)),
        },
        reply=AnswerReply,
        room=1000,
        names=names,
        about="the question asked",
    )


def read(reply: AnswerReply, places: Sequence[Place], language: str) -> Answer:
    """Return the sentences of *reply* that rest on places, as many as fit; or the words that say there are none.

    Of the beginning of a reply it returns the beginning of the answer.
    """
    shown = places[:MOST_PLACES]
    kept: list[Sentence] = []
    cited: dict[Cited, int] = {}
    dropped = letters = 0
    for item in reply.sentences if reply.in_sources else ():
        cites, unknown = resolved(item.cites, range(1, len(shown) + 1))
        dropped += unknown
        text = clean(item.text, ANSWER_LETTERS)
        if not cites or not text:
            continue
        if letters + len(text) > ANSWER_LETTERS:
            break
        letters += len(text) + 1
        numbers = [cited.setdefault(shown[number - 1].cited, len(cited)) for number in cites]
        kept.append(Sentence(text, tuple(dict.fromkeys(numbers))))
    return Answer(True, tuple(kept), tuple(cited), dropped) if kept else nothing(language, dropped)


def nothing(language: str, dropped: int = 0) -> Answer:
    """Return the answer that the sources do not say it."""
    return Answer(False, (Sentence(words(language).phrase("not_in_sources")),), (), dropped)


def run(
    asked: str,
    places: Sequence[Place],
    language: str,
    asker: TalkingAsker,
    heard: SentenceHeard,
    names: Sequence[str] = (),
    before: str = "",
) -> Answer | Failure:
    """Answer from *places*; without any, say that the sources do not tell, and ask nobody.

    What *heard* was given is the beginning of what is returned, whatever stops it in the middle.

    Raises:
        KeyboardInterrupt: the person stopped it before there was a sentence.
        EngineError: the model cannot be asked.
        BudgetError: the question might cost more than is left.
    """
    so_far = Answer(True, ())

    def take(reply: AnswerReply) -> None:
        nonlocal so_far
        now = read(reply, places, language)
        if now.found:
            _hand_on(now, len(so_far.sentences), heard)
            so_far = now

    wanted = question(asked, places, language, names, before)
    if wanted is None:
        answer = nothing(language)
    else:
        try:
            reply = asker.ask_streaming(wanted, take)
        except KeyboardInterrupt:
            if not so_far.sentences:
                raise
            return replace(so_far, is_whole=False)
        if isinstance(reply, Failure):
            if not isinstance(reply.rescued, AnswerReply):
                return reply
            answer = replace(read(reply.rescued, places, language), is_whole=False)
            if not answer.found:
                return reply
        else:
            answer = read(reply, places, language)
    _hand_on(answer, len(so_far.sentences), heard)
    return answer


def _hand_on(answer: Answer, known: int, heard: SentenceHeard) -> None:
    for sentence in answer.sentences[known:]:
        heard(sentence, answer)
