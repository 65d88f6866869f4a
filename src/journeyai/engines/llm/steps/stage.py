"""What happens in a stage, in a sentence or two: written from its cards, and pointing at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from journeyai.engines.engine import CardFacts
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.cards import told
from journeyai.engines.llm.steps.lines import LineNumber, flat, language_name, numbered, resolved
from journeyai.model.aliases import Progress

STEP: Final = "stage"
SUMMARY_LETTERS: Final = 240
#: Cards of one stage that are told, those most people stand behind.
MOST_CARDS: Final = 40


class StageReply(Reply):
    """A stage's summary and the cards it rests on."""

    summary: str = Field(max_length=480)
    cites: list[LineNumber] = Field(max_length=MOST_CARDS)


@dataclass(frozen=True, slots=True)
class StageSummaries:
    """What came of all stages.

    Attributes:
        texts: one a stage; empty where there is nothing to say.
        dropped: numbers the model gave that are no card's.
        uncited: summaries dropped because no card stands behind them.
        failures: questions without an answer.
    """

    texts: tuple[str, ...]
    dropped: int
    uncited: int
    failures: tuple[Failure, ...]


def questions(
    stages: Sequence[Sequence[CardFacts]], language: str, names: Sequence[str]
) -> list[Question[StageReply]]:
    """Return a question for each stage that has cards.

    Args:
        stages: the cards of each; those without a title are not told.
        language: ISO 639-1 code of the summaries'.
        names: of people, masked wherever they stand.
    """
    return [
        Question(
            step=STEP,
            values={"language": language_name(language), "stage": flat(shown[0].stage, 80)},
            data={"lines": numbered((n, told(card, stage=False)) for n, card in enumerate(shown, 1))},
            reply=StageReply,
            room=300,
            names=names,
            about=f"the stage {shown[0].stage}",
        )
        for cards in stages
        if (shown := _shown(cards))
    ]


def read(answers: Sequence[StageReply | Failure], stages: Sequence[Sequence[CardFacts]]) -> StageSummaries:
    """Return the summaries; *answers* are those of `questions(stages, …)`, in order."""
    texts: list[str] = []
    failures: list[Failure] = []
    dropped = uncited = 0
    left = iter(answers)
    for cards in stages:
        text = ""
        shown = _shown(cards)
        answer = next(left) if shown else None
        if isinstance(answer, Failure):
            failures.append(answer)
        elif answer is not None:
            cites, unknown = resolved(answer.cites, range(1, len(shown) + 1))
            dropped += unknown
            text = clean(answer.summary, SUMMARY_LETTERS) if cites else ""
            uncited += not text
        texts.append(text)
    return StageSummaries(tuple(texts), dropped, uncited, tuple(failures))


def run(
    stages: Sequence[Sequence[CardFacts]],
    language: str,
    names: Sequence[str],
    asker: Asker,
    progress: Progress,
) -> StageSummaries:
    """Summarise every stage that has cards."""
    return read(asker.ask_all(questions(stages, language, names), progress), stages)


def _shown(cards: Sequence[CardFacts]) -> list[CardFacts]:
    """Return the cards that are told, weightiest first."""
    named = [card for card in cards if card.title]
    return sorted(named, key=lambda card: -card.people * (card.severity or 1))[:MOST_CARDS]
