"""A card as it is reviewed: what it claims, what makes it weak, its quotes, and how many cards are left."""

from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.drafting.reviewing import weaknesses
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, JourneyMap
from journeyai.rendering.cards import CAUTION, card_lines, quote_lines
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, as_they_are, joined, rule, wrap

#: Quotes for a card, besides the one that stands under it, and quotes against it, before the rest is counted.
_QUOTES: Final = 3
_AGAINST: Final = 2


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A card to be decided on, laid out for the console's width when it is printed."""

    journey: JourneyMap
    card: Card
    left: int
    skipped: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the card, no line wider than *width* cells."""
        reading, card = Reading(self.journey), self.card
        spoken = talk("review", self.journey.language)
        stage = reading.stage(card.stage)
        where = joined([reading.words.lane(card.lane, 1), safe(stage.name) if stage else ""])
        count = spoken.say("left", n=self.left)
        if self.skipped:
            count += f", {spoken.say('skipped', n=self.skipped)}"
        right = Text(count, style="dim")
        if where.cell_len + right.cell_len + 1 <= width:
            lines = [Text(), rule(where, width, right)]
        else:
            lines = [Text(), *wrap(where, width), *wrap(right, width)]
        lines += card_lines(reading, card, width, ids=True)
        best = reading.best(card)
        rest = [item for item in reading.quotes(card.evidence) if best is None or item.id != best.id]
        for item in rest[:_QUOTES]:
            lines += quote_lines(reading, item, width)
        against = reading.quotes(card.against)
        if against:
            lines += wrap(Text(reading.words.phrase("against"), style=CAUTION), width, "  ")
        for item in against[:_AGAINST]:
            lines += quote_lines(reading, item, width)
        hidden = max(len(rest) - _QUOTES, 0) + max(len(against) - _AGAINST, 0)
        if hidden:
            lines += wrap(Text(spoken.say("more_quotes", n=hidden), style="dim"), width, "  ")
        reasons = ", ".join(spoken.say(f"weak_{name}") for name in weaknesses(card))
        return [
            *lines,
            *(wrap(Text(spoken.say("why_here", reasons=reasons), style=CAUTION), width) if reasons else []),
        ]


def render_review(journey: JourneyMap, card: Card, *, left: int, skipped: int = 0) -> ReviewView:
    """Return a card to be decided on.

    Args:
        journey: the map.
        card: one of its cards.
        left: how many cards are still to be decided on, this one among them, without those skipped.
        skipped: how many were skipped.
    """
    return ReviewView(journey, card, left, skipped)
