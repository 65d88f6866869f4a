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

# What the shares rest on: a perfect reader on seven development corpora of 80 to 118 documents (`evals/bench/llm.py`).

#: Points that an answer names for each line that it may name, fewest and most (measured 0.34 to 0.38; a model that sees
#: less or more than people label is within these).
POINTS_PER_LINE: Final = (0.2, 0.6)
#: Tokens of a point: 40 by today's tokenizers, 69 by one that takes every mark of JSON apart.
TOKENS_PER_POINT: Final = (34, 56)
#: Share of questions that are asked once more, because customers' longer lines gave nothing (measured 0.09 to 0.20).
ASKED_AGAIN: Final = (0.05, 0.35)
#: Themes (a question a lane), groups, personas, stages, opportunities: questions (measured 22 and 23), tokens of one
#: besides what points add to it, and its answer's.
_FEW_STEPS: Final = (10, 30)
_POINTS_A_STEP: Final = 4
_TOKENS_PER_STEP: Final = (450, 900)
_TOKENS_PER_STATEMENT: Final = (20, 45)
_ANSWER_PER_STEP: Final = (80, 150)
_ANSWER_PER_STATEMENT: Final = (4, 13)
#: The check, document by document: its questions as a share of the reading's (measured 0.81 to 0.87), as before.
CHECKED: Final = (0.6, 1.0)
_TOKENS_PER_CHECK: Final = (230, 330)
_TOKENS_PER_CLAIM: Final = (30, 60)
_ANSWER_PER_CHECK: Final = (5, 14)

#: Whether a question is answered already, in this study.
IsKept = Callable[[Question[Any]], bool]


def forecast(
    documents: Sequence[Document],
    frame: Frame,
    *,
    passage_tokens: int,
    repeats: int,
    is_kept: IsKept,
    is_begun: bool = False,
    price: Price | None,
) -> Estimate:
    """Return what a draft of *documents* takes.

    Args:
        documents: everything that is read.
        frame: stages and lanes.
        passage_tokens: about how many tokens go out at a time.
        repeats: how often all is read again, for stability.
        is_kept: says which questions cost nothing.
        is_begun: whether an earlier run was broken off: what follows the reading may still be to do.
        price: of the model; None if it is not known.
    """
    total = Estimate.of(Range(0, 0), Range(0, 0), Range(0, 0), price)
    asked = list(observe.plan(documents, frame, passage_tokens))
    new = [question for question in asked if not is_kept(question)]
    lines = sum(lines_of(question) for question in asked)
    if new:
        read = sent(text for question in new for text in texts_of(question))
        total += reading(len(new), read, sum(map(lines_of, new)), price)
    if new or is_begun:
        checked = len(asked) if is_begun else len(new)
        rest = _rest(checked, round(lines * POINTS_PER_LINE[0]), round(lines * POINTS_PER_LINE[1]), price)
        total += rest if not is_begun else _at_most(rest, price)
    for repeat in range(1, repeats + 1):
        again = [q for q in observe.plan(documents, frame, passage_tokens, repeat) if not is_kept(q)]
        if again:
            read = sent(text for question in again for text in texts_of(question))
            total += Estimate.of(
                Range(len(again), len(again)), read, answers_of(sum(map(lines_of, again))), price
            )
    return total


def reading(questions: int, read: Range, lines: int, price: Price | None) -> Estimate:
    """Return what reading for the map takes by itself.

    Args:
        questions: that are new.
        read: tokens that they send.
        lines: that they may name.
        price: of the model; None if it is not known.
    """
    low, high = (round(questions * (1 + share)) for share in ASKED_AGAIN)
    sent_at_most = round(read.high * (1 + ASKED_AGAIN[1]))
    return Estimate.of(Range(low, high), Range(read.low, sent_at_most), answers_of(lines), price)


def _at_most(estimate: Estimate, price: Price | None) -> Estimate:
    """Return *estimate* from nothing on: an earlier run may have done all of it."""
    return Estimate.of(
        Range(0, estimate.calls.high),
        Range(0, estimate.tokens_in.high),
        Range(0, estimate.tokens_out.high),
        price,
    )


def answers_of(lines: int) -> Range:
    """Return how many tokens come back for questions of the reading that may name so many lines."""
    low, high = (lines * share * size for share, size in zip(POINTS_PER_LINE, TOKENS_PER_POINT, strict=True))
    return Range(round(low), round(high))


def _rest(questions: int, fewest: int, most: int, price: Price | None) -> Estimate:
    """Return the steps after the reading, for so many *questions* of it and from *fewest* to *most* points."""
    points = (fewest, most)
    # A study of three sentences has no ten steps.
    steps = tuple(
        min(bound, 1 + found // _POINTS_A_STEP) for bound, found in zip(_FEW_STEPS, points, strict=True)
    )
    few = Estimate.of(
        Range(*steps),
        _ranged(steps, _TOKENS_PER_STEP, points, _TOKENS_PER_STATEMENT),
        _ranged(steps, _ANSWER_PER_STEP, points, _ANSWER_PER_STATEMENT),
        price,
    )
    checks = tuple(round(questions * share) for share in CHECKED)
    checked = Estimate.of(
        Range(*checks),
        _ranged(checks, _TOKENS_PER_CHECK, points, _TOKENS_PER_CLAIM),
        _ranged(checks, _ANSWER_PER_CHECK, points, (0, 1)),
        price,
    )
    return few + checked


def _ranged(
    calls: Sequence[int], tokens_a_call: Sequence[int], points: Sequence[int], tokens_a_point: Sequence[int]
) -> Range:
    """Return what so many calls take about so many points; each is (low, high)."""
    low, high = (
        call * each + point * more
        for call, each, point, more in zip(calls, tokens_a_call, points, tokens_a_point, strict=True)
    )
    return Range(low, high)


def texts_of(question: Question[Any]) -> tuple[str, str]:
    """Return about what is sent: masking changes a word here and there."""
    prompts = load_prompts(question.step)
    values = {**question.values, **question.data}
    return tuple(  # type: ignore[return-value]
        part.render({name: values[name] for name in part.variables})
        for part in (prompts.system, prompts.user)
    )


def lines_of(question: Question[Any]) -> int:
    """Return how many lines a question of the reading may name."""
    return max(0, (question.room - observe.ROOM_BASE) // observe.ROOM_PER_LINE)
