"""What summaries will take, told before the first question: questions counted, their answers reckoned."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

from journeyai.engines.engine import Frame
from journeyai.engines.llm.asking import Question
from journeyai.engines.llm.forecast import IsKept, lines_of, reading, texts_of
from journeyai.engines.llm.money import Estimate, Range, sent
from journeyai.engines.llm.prices import Price
from journeyai.engines.llm.steps import observe, summarise
from journeyai.engines.llm.steps.combine import MOST_TOGETHER
from journeyai.model.source import Document

#: Tokens of an answer, fewest and most in the mean over many: a perfect reader's mean was 196 to 270, by corpus
#: (`evals/bench/batch_llm.py`); tokenizers that take JSON apart need half as much again.
ANSWER: Final = (150, 420)
#: Tokens sent to put the parts of a long transcript together, of one question and besides for each part; and received.
_JOINING: Final = ((420, 600), (60, 420))
JOINED: Final = (120, 400)


#: So many documents are looked at one by one; of the others one in `ONE_IN`, drawn by lot, stands for all.
LOOKED_AT: Final = 300
ONE_IN: Final = 20


@dataclass
class _Counted:
    """New questions so far, and the tokens that they send."""

    questions: int = 0
    read: Range = field(default_factory=lambda: Range(0, 0))

    def add(self, questions: Sequence[Question[Any]], times: int) -> None:
        self.questions += times * len(questions)
        found = sent(text for question in questions for text in texts_of(question))
        self.read += Range(times * found.low, times * found.high)


def forecast_summaries(
    documents: Iterable[Document],
    frame_of: Callable[[Document], Frame],
    *,
    map_frame: Frame | None = None,
    is_own: Callable[[Document], bool] | None = None,
    passage_tokens: int,
    is_kept: IsKept,
    price: Price | None,
) -> tuple[Estimate, Estimate]:
    """Return what summaries of *documents* take, and what reading them for the map takes besides; without what is kept.

    Args:
        documents: everything that is summarised; none is held, and of many only some are looked at.
        frame_of: gives the frame of a document's summary.
        map_frame: stages and lanes under which they are read for the map besides; None if they are not.
        is_own: says which of them are the study's own: these alone are read for the map; None for all.
        passage_tokens: about how many tokens of a transcript are read in one question.
        is_kept: says which questions cost nothing.
        price: of the model; None if it is not known.
    """
    summed, mapped = _Counted(), _Counted()
    lines = joining = joined = 0
    for place, document in enumerate(documents):
        times = 1 if place < LOOKED_AT else _times(document)
        if not times:
            continue
        asked = list(summarise.plan(document, frame_of(document), passage_tokens))
        new = [question for question in asked if not is_kept(question)]
        summed.add(new, times)
        if new and len(asked) > 1:
            joining += times * _joining(len(asked))
            joined += times * len(asked)
        if map_frame is not None and (is_own is None or is_own(document)):
            read = [q for q in observe.plan([document], map_frame, passage_tokens) if not is_kept(q)]
            mapped.add(read, times)
            lines += times * sum(map(lines_of, read))
    answers = Range(*(summed.questions * size for size in ANSWER))
    told = Estimate.of(Range(summed.questions, summed.questions), summed.read, answers, price)
    if joining:
        tokens = Range(*(joining * one + joined * more for one, more in zip(*_JOINING, strict=True)))
        answers = Range(*(joining * size for size in JOINED))
        told += Estimate.of(Range(joining, joining), tokens, answers, price)
    return told, reading(mapped.questions, mapped.read, lines, price)


def _times(document: Document) -> int:
    """Return for how many documents *document* stands: none for most, always the same."""
    name = f"{document.source}\0{document.record or ''}".encode("utf-8", "surrogatepass")
    return ONE_IN if crc32(name) % ONE_IN == 0 else 0


def _joining(parts: int) -> int:
    """Return how many questions it takes to put so many parts together."""
    questions = 1
    while parts > MOST_TOGETHER:
        parts = -(-parts // MOST_TOGETHER)
        questions += parts
    return questions
