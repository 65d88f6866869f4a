"""Two personas side by side: who they are, how each stage feels to them, and which pains are whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.export.reading import Reading, strongest
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.journey import Card, JourneyMap, Persona
from journeyai.rendering.cards import CAUTION
from journeyai.rendering.console import safe
from journeyai.rendering.curve import tone
from journeyai.rendering.layout import GLUE, Lines, as_they_are, beside, heading, joined, labelled, wrap

#: From this width on the two stand in columns; else one under the other.
_COLUMNS: Final = 76
_GAP: Final = 3

#: Entries of a list, and pain points of a part, before the rest is counted.
_ENTRIES: Final = 3
_PAINS: Final = 8

#: Cells of a feeling with the people behind it (`−1.2 (12)`), and of a difference.
_FEELING: Final = 10
_DIFFERENCE: Final = 11


@dataclass(frozen=True, slots=True)
class PersonasView:
    """Two personas, laid out for the console's width when they are printed."""

    journey: JourneyMap
    one: Persona
    other: Persona

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield them line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the comparison, no line wider than *width* cells."""
        page = _Page(self.journey, (self.one, self.other), width)
        return [*page.who(), *page.curves(), *page.pains()]


def render_personas(journey: JourneyMap, one: Persona, other: Persona) -> PersonasView:
    """Return two personas of *journey* side by side, to be printed by a console."""
    return PersonasView(journey, one, other)


class _Page:
    """Two personas at one width."""

    def __init__(self, journey: JourneyMap, pair: tuple[Persona, Persona], width: int) -> None:
        self._journey = journey
        self._pair = pair
        self._ids = [persona.id for persona in pair]
        self._width = width
        self._talk: Talk = talk("understand", journey.language)
        self._readings = [Reading(journey, persona) for persona in pair]
        self._words = self._readings[0].words

    def who(self) -> Lines:
        if self._width < _COLUMNS:
            first, second = (self._who(persona, self._width) for persona in self._pair)
            return [*first, Text(), *second]
        column = (self._width - _GAP) // 2
        blocks = [self._who(persona, column) for persona in self._pair]
        return beside(blocks, [column, column], _GAP)

    def _who(self, persona: Persona, width: int) -> Lines:
        say = self._talk.say
        people = len({(member.source, member.speaker) for member in persona.members})
        state = Text(say("confirmed")) if persona.confirmed else Text(say("not_confirmed"), style=CAUTION)
        lines = wrap(
            Text(f"{persona.id}{GLUE}", style="cyan").append_text(safe(persona.name, "bold")), width, "", "  "
        )
        lines += wrap(joined([say("people", n=people), state]), width)
        rows = [
            ("goals", persona.goals),
            ("behaviours", persona.behaviours),
            ("channels", [", ".join(map(self._words.channel, persona.channels))]),
        ]
        side = 2 + max(cell_len(say(name)) for name, _ in rows)
        for name, entries in rows:
            shown = [safe(entry) for entry in entries if visible(entry)]
            if len(shown) > _ENTRIES + 1:
                shown[_ENTRIES:] = [Text(self._words.count("more", len(shown) - _ENTRIES), style="dim")]
            for number, entry in enumerate(shown):
                lines += labelled("" if number else say(name), entry, width, side)
        return lines

    def curves(self) -> Lines:
        """Return stage by stage how it feels to each, with the people behind it, and how far they are apart."""
        say = self._talk.say
        name_cells = min(
            max(
                cell_len(text)
                for text in (say("stage"), *(visible(item.name) for item in self._journey.stages))
            ),
            self._width - 2 * _FEELING - _DIFFERENCE - 3,
        )
        widths = [name_cells, _FEELING, _FEELING, _DIFFERENCE]
        head = [[Text(text, style="dim")] for text in (say("stage"), *self._ids, say("difference"))]
        lines = [*heading(Text(say("feels")), self._width), *beside(head, widths, 1)]
        for one, other in zip(self._readings[0].curve(), self._readings[1].curve(), strict=True):
            apart = Text("–", style="dim")
            if one.valence is not None and other.valence is not None:
                apart = Text(self._words.signed(other.valence - one.valence))
            cells = [self._feeling(point.valence, point.people) for point in (one, other)]
            row = [wrap(safe(one.stage.name), name_cells), [cells[0]], [cells[1]], [apart]]
            lines += beside(row, widths, 1)
        return lines

    def _feeling(self, valence: float | None, people: int) -> Text:
        if valence is None:
            return Text("–", style="dim")
        return Text(self._words.signed(valence), tone(valence)).append(f" ({people})", style="dim")

    def pains(self) -> Lines:
        """Return the pain points that only one of them has, and those of both."""
        pains = [card for card in self._readings[0].journey.cards if card.lane == "pain_point"]
        pains = [card for card in pains if card.status != "rejected"]
        lines: Lines = []
        for mine, other in zip(self._ids, reversed(self._ids), strict=True):
            only = [card for card in pains if mine in card.personas and other not in card.personas]
            lines += self._list(self._talk.say("only", name=mine), only)
        both = [card for card in pains if set(self._ids) <= set(card.personas)]
        return lines + self._list(self._talk.say("shared"), both)

    def _list(self, title: str, cards: Sequence[Card]) -> Lines:
        lines = heading(Text(title), self._width)
        if not cards:
            return [*lines, Text(self._talk.say("nothing"), style="dim")]
        ranked = strongest(cards)
        shown = ranked[:_PAINS] if len(ranked) > _PAINS + 1 else ranked
        for card in shown:
            stage = self._readings[0].stage(card.stage)
            about = joined([safe(stage.name) if stage else "", self._words.count("people", card.people)])
            about.stylize("dim")
            title_text = Text(f"{card.id}{GLUE}").append_text(safe(card.title))
            lines += wrap(joined([title_text, about]), self._width, "", "    ")
        if len(shown) < len(ranked):
            lines.append(Text(self._words.count("more", len(ranked) - len(shown)), style="dim"))
        return lines
