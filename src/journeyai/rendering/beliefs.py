"""Where a team's belief and the evidence part: every belief with who says it, then what nobody believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import shortened, visible
from journeyai.export.reading import UNSURE
from journeyai.knowledge.talk import talk
from journeyai.knowledge.words import words
from journeyai.model.journey import JourneyMap
from journeyai.operations.beliefs import BeliefComparison, Held, Verdict, Witness
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, as_they_are, heading, joined, wrap

_SIGNS: Final[dict[Verdict, tuple[str, str]]] = {
    "borne_out": ("✓", "green"),
    "elsewhere": ("→", "yellow"),
    "contradicted": ("✗", "red"),
    "to_check": ("?", "yellow"),
    "unheard": ("·", "dim"),
}
#: How it is said of a card that is not sure.
_MAY: Final = {"says": "may_say", "says_opposite": "may_say_opposite"}
#: Cards and quotes that are shown of one belief.
_CARDS: Final = 2
_QUOTE_CHARS: Final = 140
#: Words from which on a quote says something by itself.
_TELLING: Final = 4
#: Cards that nobody believed in that are shown.
_UNBELIEVED: Final = 12


@dataclass(frozen=True, slots=True)
class BeliefsView:
    """Beliefs held against the evidence, laid out for the console's width when they are printed."""

    comparison: BeliefComparison
    beliefs: JourneyMap
    journey: JourneyMap

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return it, no line wider than *width* cells."""
        return _Page(self.comparison, self.beliefs, self.journey, width).lines()


def render_beliefs(comparison: BeliefComparison, beliefs: JourneyMap, journey: JourneyMap) -> BeliefsView:
    """Return where belief and evidence part, to be printed by a console.

    Args:
        comparison: what came of it.
        beliefs: the map of beliefs.
        journey: the map of evidence; its language is spoken.
    """
    return BeliefsView(comparison, beliefs, journey)


class _Page:
    """One comparison at one width."""

    def __init__(
        self, comparison: BeliefComparison, beliefs: JourneyMap, journey: JourneyMap, width: int
    ) -> None:
        self._c = comparison
        self._width = width
        self._talk = talk("beliefs", journey.language)
        self._words = words(journey.language)
        self._believed = {stage.id: visible(stage.name) for stage in beliefs.stages}
        self._stages = {stage.id: visible(stage.name) for stage in journey.stages}

    def lines(self) -> Lines:
        counts = {verdict: len(self._c.of(verdict)) for verdict in _SIGNS}
        lines = heading(Text(self._talk.say("heading")), self._width)
        lines += wrap(Text(self._talk.say("summary", n=len(self._c.held), **counts)), self._width)
        lines += wrap(Text(self._talk.say("note"), style="dim"), self._width)
        for verdict in _SIGNS:
            lines += self._part(verdict)
        return [*lines, *self._feelings(), *self._unbelieved(), *self._strange_stages()]

    def _part(self, verdict: Verdict) -> Lines:
        held = self._c.of(verdict)
        if not held:
            return []
        noted = verdict in {"to_check", "unheard"}
        note = Text(self._talk.say(f"{verdict}_note"), style="dim") if noted else None
        lines = heading(Text(self._talk.say(verdict, n=len(held))), self._width, note)
        for item in held:
            lines += self._held(item)
        return lines

    def _held(self, item: Held) -> Lines:
        sign, style = _SIGNS[item.verdict]
        place = self._talk.say(
            "belief",
            lane=self._words.lane(item.belief.lane, 1),
            stage=self._believed.get(item.belief.stage, item.belief.stage),
        )
        head = Text(f"{sign} ", style=style).append_text(safe(item.belief.title, "bold"))
        lines = wrap(head.append_text(Text(f" · {place}", style="dim")), self._width, "", "  ")
        same, elsewhere, opposite = item.witnesses, item.elsewhere, item.against
        if item.verdict == "to_check":
            return (
                lines
                + self._witnesses((*same, *elsewhere), "may_say")
                + self._witnesses(opposite, "may_say_opposite")
            )
        if item.verdict == "contradicted":
            return (
                lines
                + self._witnesses(opposite, "says_opposite")
                + self._witnesses((*same, *elsewhere), "says")
            )
        lines += self._witnesses(same if item.verdict == "borne_out" else (*elsewhere, *same), "says")
        return lines + self._witnesses(opposite[:1], "says_opposite", but=True)

    def _witnesses(self, found: Sequence[Witness], key: str, *, but: bool = False) -> Lines:
        lines: Lines = []
        for witness in found[:_CARDS]:
            card = witness.card
            told = [
                f"{card.id} {self._quoted(card.title)}{'' if witness.sure else f' {UNSURE}'}",
                self._talk.say(key if witness.sure else _MAY.get(key, key)),
                self._talk.say("at_stage", stage=self._stages.get(card.stage, card.stage)),
                self._words.count("people", card.people),
            ]
            start = f"{self._talk.say('but')} " if but else ""
            lines += wrap(joined([start + told[0], *told[1:]]), self._width, "  ", "    ")
            telling = (item for item in witness.quotes if len(item.quote.split()) >= _TELLING)
            quote = next(telling, None) or next(iter(witness.quotes), None)
            if quote is not None and visible(quote.quote).rstrip(".") != visible(card.title):
                text = self._quoted(shortened(visible(quote.quote), _QUOTE_CHARS))
                lines += wrap(Text(text, style="italic"), self._width, "    ")
        if len(found) > _CARDS:
            more = self._talk.say("more_cards", n=len(found) - _CARDS)
            lines += wrap(Text(more, style="dim"), self._width, "  ")
        return lines

    def _feelings(self) -> Lines:
        if not self._c.feelings:
            return []
        lines = heading(Text(self._talk.say("feelings")), self._width)
        for item in self._c.feelings:
            believed = self._words.signed(item.believed.valence or 0.0)
            name = visible(item.believed.name)
            if item.verdict == "unheard" or item.stage is None or item.stage.valence is None:
                lines += wrap(
                    Text(self._talk.say("felt_unheard", stage=name, believed=believed), style="dim"),
                    self._width,
                )
                continue
            told = self._talk.say(
                "felt", stage=name, believed=believed, told=self._words.signed(item.stage.valence)
            )
            styles = {"as_believed": "green", "better": "yellow", "worse": "red"}
            verdict = Text(self._talk.say(item.verdict), style=styles[item.verdict])
            lines += wrap(joined([told, verdict]), self._width, "", "  ")
        return lines

    def _unbelieved(self) -> Lines:
        cards = self._c.unbelieved
        title = self._talk.say("unbelieved", n=len(cards)) if cards else self._talk.say("none_unbelieved")
        if not cards:
            return [Text(), *wrap(Text(title), self._width)]
        lines = heading(Text(title), self._width)
        for card in cards[:_UNBELIEVED]:
            told = [
                f"+ {card.id} {self._quoted(card.title)}",
                self._words.lane(card.lane, 1),
                self._talk.say("at_stage", stage=self._stages.get(card.stage, card.stage)),
                self._words.count("people", card.people),
            ]
            lines += wrap(joined(told), self._width, "", "    ")
        if len(cards) > _UNBELIEVED:
            more = self._talk.say("more_unbelieved", n=len(cards) - _UNBELIEVED)
            lines += wrap(Text(more, style="dim"), self._width, "  ")
        return lines

    def _strange_stages(self) -> Lines:
        if not self._c.strange_stages:
            return []
        names = ", ".join(visible(stage.name) for stage in self._c.strange_stages)
        return [Text(), *wrap(Text(self._talk.say("strange_stages", names=names), style="dim"), self._width)]

    def _quoted(self, text: str) -> str:
        return self._words.phrase("quoted", text=visible(text))
