"""What could be changed: opportunities drawn from the map's pains, needs, limits and expectations, pointing at them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import Field

from journeyai.engines.engine import CardFacts, Idea
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.steps.cards import told
from journeyai.engines.llm.steps.examples import is_copied
from journeyai.engines.llm.steps.lines import LineNumber, language_name, numbered, resolved
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import Progress
from journeyai.model.vocabulary import Judgement

STEP: Final = "opportunity"
MOST_OPPORTUNITIES: Final = 7
TITLE_LETTERS: Final = 90
DETAIL_LETTERS: Final = 240
#: Cards that one opportunity may point at.
_MOST_CITES: Final = 80


class OpportunityReply(Reply):
    """One thing to change."""

    title: str = Field(max_length=180)
    detail: str = Field(max_length=480)
    cites: list[LineNumber] = Field(max_length=_MOST_CITES)
    desirable: Judgement
    viable: Judgement
    feasible: Judgement
    priority: int = Field(ge=1, le=MOST_OPPORTUNITIES)


class OpportunitiesReply(Reply):
    """All of them."""

    opportunities: list[OpportunityReply] = Field(max_length=12)


@dataclass(frozen=True, slots=True)
class Opportunities:
    """What came of it.

    Attributes:
        ideas: most pressing first.
        dropped: numbers the model gave that are no card's.
        uncited: ideas dropped because no card stands behind them.
    """

    ideas: tuple[Idea, ...]
    dropped: int
    uncited: int


def question(
    cards: Sequence[CardFacts], language: str, names: Sequence[str]
) -> Question[OpportunitiesReply] | None:
    """Return what is asked about *cards*; None when there are none.

    Args:
        cards: those without a title are not told.
        language: ISO 639-1 code of the ideas'.
        names: of people, masked wherever they stand.
    """
    shown = _shown(cards)
    if not shown:
        return None
    return Question(
        step=STEP,
        values={"language": language_name(language)},
        data={"lines": numbered((n, told(card, stage=True)) for n, card in shown.items())},
        reply=OpportunitiesReply,
        room=1800,
        names=names,
        about="1 card" if len(shown) == 1 else f"{len(shown)} cards",
    )


def read(reply: OpportunitiesReply, cards: Sequence[CardFacts]) -> Opportunities:
    """Return the ideas of *reply* on *cards*, by priority; the same title twice is one idea."""
    shown = _shown(cards)
    dropped = uncited = 0
    by_title: dict[str, Idea] = {}
    for item in sorted(reply.opportunities, key=lambda item: item.priority):
        cites, unknown = resolved(item.cites, shown)
        dropped += unknown
        title = clean(item.title, TITLE_LETTERS)
        if not cites or not title or is_copied(STEP, title, [shown[n].title for n in cites]):
            uncited += 1
            continue
        detail = clean(item.detail, DETAIL_LETTERS)
        new = Idea(title, detail, (), item.desirable, item.viable, item.feasible)
        same = by_title.get(fold(title), new)
        behind = dict.fromkeys((*same.cards, *(number - 1 for number in cites)))
        by_title[fold(title)] = replace(same, cards=tuple(behind))
    return Opportunities(tuple(by_title.values())[:MOST_OPPORTUNITIES], dropped, uncited)


def run(
    cards: Sequence[CardFacts], language: str, names: Sequence[str], asker: Asker, progress: Progress
) -> Opportunities | Failure | None:
    """Find opportunities; None when there are no cards."""
    asked = question(cards, language, names)
    if asked is None:
        return None
    (answer,) = asker.ask_all([asked], progress)
    return answer if isinstance(answer, Failure) else read(answer, cards)


def _shown(cards: Sequence[CardFacts]) -> dict[int, CardFacts]:
    """Return, by its number from 1, each card that is told."""
    return {number: card for number, card in enumerate(cards, 1) if card.title}
