"""Parts of a map as the chat shows them: its personas and stages in a list, cards with every quote, passages found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import Words, words
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona
from journeyai.rendering.cards import CAUTION, card_lines
from journeyai.rendering.console import safe
from journeyai.rendering.curve import curve_lines, tone
from journeyai.rendering.layout import GLUE, Lines, as_they_are, beside, heading, joined, who_speaks, wrap


class Laid(Protocol):
    """Something that lays itself out."""

    def lines(self, width: int) -> Lines:
        """Return its lines, none wider than *width* cells."""
        ...


class _View:
    """Prints the lines of what lays itself out, at the console's width."""

    def __rich_console__(self: Laid, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it line by line."""
        yield from as_they_are(self.lines(options.max_width))


@dataclass(frozen=True, slots=True)
class PersonaList(_View):
    """Every persona of a map in a line or two."""

    journey: JourneyMap

    def lines(self, width: int) -> Lines:
        """Return id, name, people and state of each, and its summary."""
        say = talk("show", self.journey.language).say
        if not self.journey.personas:
            return wrap(Text(say("no_personas")), width)
        lines: Lines = []
        for persona in self.journey.personas:
            people = len({(member.source, member.speaker) for member in persona.members})
            state = Text(say("confirmed")) if persona.confirmed else Text(say("not_confirmed"), style=CAUTION)
            name = Text(f"{persona.id}{GLUE}", style="cyan").append_text(safe(persona.name, "bold not dim"))
            lines += wrap(joined([name, say("people", n=people), state]), width, "", "    ")
            lines += wrap(safe(persona.summary), width, "   ")
        return [*lines, *wrap(Text(say("personas_hint"), style="dim"), width)]


@dataclass(frozen=True, slots=True)
class StageList(_View):
    """Every stage of a map in a line."""

    journey: JourneyMap

    def lines(self, width: int) -> Lines:
        """Return number, name, id, feeling and cards of each."""
        say = talk("show", self.journey.language).say
        reading = Reading(self.journey)
        lines: Lines = []
        for number, point in enumerate(reading.curve(), 1):
            stage = point.stage
            cards = sum(card.stage == stage.id for card in reading.cards)
            feeling = Text(reading.gap(point), style="dim")
            if point.valence is not None:
                feeling = Text(reading.words.signed(point.valence), style=tone(point.valence))
            star = Text(reading.words.phrase("star")) if stage.moment_of_truth else ""
            name = Text(f"{number:>2}{GLUE}").append_text(safe(stage.name, "bold"))
            known = Text(visible(stage.id), style="cyan")
            lines += wrap(joined([name, known, feeling, say("cards", n=cards), star]), width, "", "     ")
        return [*lines, *wrap(Text(say("stages_hint"), style="dim"), width)]


@dataclass(frozen=True, slots=True)
class CardList(_View):
    """Cards with every quote for and against them."""

    journey: JourneyMap
    cards: Sequence[Card]

    def lines(self, width: int) -> Lines:
        """Return the cards, each under its id, its lane and its stage."""
        reading = Reading(self.journey)
        lines: Lines = []
        for card in self.cards:
            stage = reading.stage(card.stage)
            about = joined([reading.words.lane(card.lane, 1), safe(stage.name) if stage else ""])
            about.stylize("dim")
            lines += [*([Text()] if lines else []), *wrap(about, width)]
            lines += card_lines(reading, card, width, evidence=True, ids=True)
        return lines


@dataclass(frozen=True, slots=True)
class CurveView(_View):
    """The emotion curve alone, of everybody or of one persona."""

    journey: JourneyMap
    persona: Persona | None = None

    def lines(self, width: int) -> Lines:
        """Return the curve under its heading."""
        reading = Reading(self.journey, self.persona)
        phrase = reading.words.phrase
        who = safe(self.persona.name) if self.persona else Text(phrase("curve_all"))
        note = joined([who, phrase("curve_key")])
        note.stylize("dim")
        return [*heading(Text(phrase("curve")), width, note), Text(), *curve_lines(reading, width)]


@dataclass(frozen=True, slots=True)
class FoundList(_View):
    """Passages that a search found, each under the name by which it can be attached."""

    journey: JourneyMap
    found: Mapping[str, Evidence]

    def lines(self, width: int) -> Lines:
        """Return the passages, where they stand, and what of them the map quotes already."""
        spoken, lane_words = talk("show", self.journey.language), words(self.journey.language)
        if not self.found:
            return wrap(Text(spoken.say("found_nothing")), width)
        side = max(map(len, self.found)) + 2
        lines: Lines = []
        for name, item in self.found.items():
            quote = wrap(Text(spoken.say("quoted", text=visible(item.quote))), width - side)
            about = joined([_where(item, lane_words), *self._on_map(item, spoken)])
            about.stylize("dim")
            block = [*quote, *wrap(about, width - side)]
            lines += [*beside([[Text(name, style="bold cyan")], block], [side, width - side]), Text()]
        return [*lines, *wrap(Text(spoken.say("found_hint"), style="dim"), width)]

    def _on_map(self, item: Evidence, spoken: Talk) -> list[str]:
        placed: list[str] = []
        loose: list[str] = []
        for known in self.journey.evidence:
            if overlap(known, item):
                cards = [
                    card.id for card in self.journey.cards if known.id in (*card.evidence, *card.against)
                ]
                (placed if cards else loose).append(f"{known.id} ({', '.join(cards)})" if cards else known.id)
        told = [spoken.say("on_map", quotes=", ".join(placed))] if placed else []
        return told + ([spoken.say("loose", id=", ".join(loose))] if loose else [])


def overlap(one: Evidence, other: Evidence) -> bool:
    """Whether two quotes share a character of a source."""
    same = (one.source, one.record) == (other.source, other.record)
    return same and one.start < other.end and other.start < one.end


def _where(item: Evidence, spoken: Words) -> Text:
    role = spoken.role(item.role)
    speaker = visible(item.speaker or "")
    who = who_speaks(speaker, role)
    record = visible(item.record or "")
    place = visible(item.source) + (f" {record}" if record and record != speaker else "")
    return joined([who, place, visible(item.at or ""), f"{item.start}–{item.end}"])
