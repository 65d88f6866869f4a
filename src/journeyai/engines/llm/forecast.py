"""What a draft will take, told before the first question: the reading counted, the rest reckoned from it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from journeyai.engines.engine import Frame
from journeyai.engines.llm.asking import Question
from journeyai.engines.llm.money import Estimate, Range, sent
from journeyai.engines.llm.prices import Price
from journeyai.engines.llm.steps import observe
from journeyai.model.source import Document
from journeyai.prompting import load_prompts

#: Points that an answer names for each line that it may name, fewest and most; tokens of one.
POINTS_PER_LINE: Final = (0.2, 0.8)
TOKENS_PER_POINT: Final = 38
#: Share of documents that are asked about once more, because customers' longer lines gave nothing.
ASKED_AGAIN: Final = (0.0, 0.5)
#: Steps after the reading, as shares of its questions and tokens: themes, personas, stages, opportunities, the check.
#: Their size depends on what is found; they are few, save the check, which asks document by document.
CHECKED: Final = (0.5, 1.0)
TOKENS_PER_STATEMENT: Final = (12, 45)
_FEW_STEPS: Final = (8, 30)
_TOKENS_PER_STEP: Final = (500, 1800)
_ANSWER_PER_STEP: Final = (120, 900)

#: Whether a question is answered already, in this study.
IsKept = Callable[[Question[Any]], bool]


def forecast(
    documents: Sequence[Document],
    frame: Frame,
    *,
    passage_tokens: int,
    repeats: int,
    is_kept: IsKept,
    price: Price | None,
) -> Estimate:
    """Return what a draft of *documents* takes.

    Args:
        documents: everything that is read.
        frame: stages and lanes.
        passage_tokens: about how many tokens go out at a time.
        repeats: how often all is read again, for stability.
        is_kept: says which questions cost nothing.
        price: of the model; None if it is not known.
    """
    total = Estimate.of(Range(0, 0), Range(0, 0), Range(0, 0), price)
    asked = list(observe.plan(documents, frame, passage_tokens))
    new = [question for question in asked if not is_kept(question)]
    lines = sum(_lines(question) for question in asked)
    if new:
        read = sent(text for question in new for text in _texts(question))
        new_lines = sum(_lines(question) for question in new)
        total += Estimate.of(
            Range(len(new), round(len(new) * (1 + ASKED_AGAIN[1]))),
            Range(read.low, round(read.high * (1 + ASKED_AGAIN[1]))),
            _answers(new_lines),
            price,
        )
        total += _rest(len(new), round(lines * POINTS_PER_LINE[0]), round(lines * POINTS_PER_LINE[1]), price)
    for repeat in range(1, repeats + 1):
        again = [q for q in observe.plan(documents, frame, passage_tokens, repeat) if not is_kept(q)]
        if again:
            read = sent(text for question in again for text in _texts(question))
            total += Estimate.of(
                Range(len(again), len(again)), read, _answers(sum(map(_lines, again))), price
            )
    return total


def _answers(lines: int) -> Range:
    low, high = POINTS_PER_LINE
    return Range(round(lines * low * TOKENS_PER_POINT), round(lines * high * TOKENS_PER_POINT))


def _rest(questions: int, fewest: int, most: int, price: Price | None) -> Estimate:
    """Return the steps after the reading, for so many *questions* of it and from *fewest* to *most* points."""
    few = Estimate.of(
        Range(*_FEW_STEPS),
        Range(
            _FEW_STEPS[0] * _TOKENS_PER_STEP[0] + fewest * TOKENS_PER_STATEMENT[0],
            _FEW_STEPS[1] * _TOKENS_PER_STEP[1] + most * TOKENS_PER_STATEMENT[0] * 2,
        ),
        Range(_FEW_STEPS[0] * _ANSWER_PER_STEP[0], _FEW_STEPS[1] * _ANSWER_PER_STEP[1] + most * 6),
        price,
    )
    checked = Estimate.of(
        Range(round(questions * CHECKED[0]), round(questions * CHECKED[1])),
        Range(
            round(questions * CHECKED[0]) * 250 + fewest * TOKENS_PER_STATEMENT[1],
            round(questions * CHECKED[1]) * 400 + most * TOKENS_PER_STATEMENT[1],
        ),
        Range(questions * 5, questions * 40 + most * 2),
        price,
    )
    return few + checked


def _texts(question: Question[Any]) -> tuple[str, str]:
    """Return about what is sent: masking changes a word here and there."""
    prompts = load_prompts(question.step)
    values = {**question.values, **question.data}
    return tuple(  # type: ignore[return-value]
        part.render({name: values[name] for name in part.variables})
        for part in (prompts.system, prompts.user)
    )


def _lines(question: Question[Any]) -> int:
    return max(0, (question.room - observe.ROOM_BASE) // observe.ROOM_PER_LINE)
