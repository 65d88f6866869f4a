"""The map in the terminal: heading, personas, emotion curve, grid, stages with their cards, next steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.export.reading import (
    READING_ORDER,
    Point,
    Reading,
    coverage_line,
    engine_line,
    scope_line,
    sources_line,
    unsure_quote,
)
from journeyai.knowledge.talk import talk
from journeyai.model.journey import JourneyMap, Persona, Stage
from journeyai.model.vocabulary import Lane
from journeyai.rendering.cards import CAUTION, card_lines, quote_lines
from journeyai.rendering.choice import Choice, choose
from journeyai.rendering.console import safe
from journeyai.rendering.curve import curve_lines, tone
from journeyai.rendering.grid import LANE_STYLES, WIDE, grid_lines
from journeyai.rendering.layout import (
    Lines,
    as_they_are,
    beside,
    blocks,
    heading,
    joined,
    labelled,
    rule,
    wrap,
)

#: Cards of a lane at a stage before the rest is counted; all of them when a part is chosen.
_STRONGEST: Final[dict[Lane, int]] = {"pain_point": 3, "delight": 2, "need": 2}
_STRONGEST_ELSEWHERE: Final = 1

#: Entries of a persona's list before the rest is counted; all of them when the persona is chosen.
_ENTRIES: Final = 3

#: Wider than this, lines are too long to read and the page stays where it is.
_WIDEST: Final = 200

#: A column of personas.
_PERSONA_CELLS: Final = 46
#: Rejected cards whose ids are told in the chat.
_REJECTED: Final = 8


@dataclass(frozen=True, slots=True)
class MapView:
    """A map, or a part of it, that lays itself out for the console's width when it is printed."""

    reading: Reading
    choice: Choice
    evidence: bool
    in_chat: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the page line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the page, no line wider than *width* cells."""
        width = min(width, _WIDEST)
        if self.choice.stage or self.choice.lane:
            return [line for part in self._part(width) for line in part]
        return [line for part in self._whole(width) for line in part]

    def _whole(self, width: int) -> Iterator[Lines]:
        words = self.reading.words
        yield _title(self.reading, width)
        yield _heading(self.reading, width)
        if personas := [self.reading.persona] if self.reading.persona else self.reading.journey.personas:
            yield heading(Text(words.phrase("personas")), width)
            yield _personas(self.reading, list(personas), width)
        if not self.reading.cards and not self.reading.rejected:
            yield [Text(), *wrap(Text(words.phrase("empty")), width)]
            return
        who = safe(self.reading.persona.name) if self.reading.persona else Text(words.phrase("curve_all"))
        note = joined([who, words.phrase("curve_key")])
        note.stylize("dim")
        yield heading(Text(words.phrase("curve")), width, note)
        yield [Text(), *curve_lines(self.reading, width)]
        if self.reading.cards:
            key = words.phrase("grid_key_titles" if width >= WIDE else "grid_key_counts")
            yield heading(Text(words.phrase("grid")), width, Text(key, style="dim"))
            yield [Text(), *grid_lines(self.reading, width)]
        yield [*heading(Text(words.phrase("stages")), width), *self._doubt(width)]
        yield from self._stages(width)
        yield _transitions(self.reading, width)
        yield _opportunities(self.reading, width)
        yield _rejected(self.reading, self.evidence, width, in_chat=self.in_chat)
        if not self.in_chat:
            yield _next(self.reading, width)

    def _part(self, width: int) -> Iterator[Lines]:
        yield [*_title(self.reading, width), *self._doubt(width)]
        yield from self._stages(width)
        yield _rejected(self.reading, self.evidence, width, self.choice, in_chat=self.in_chat)

    def _stages(self, width: int) -> Iterator[Lines]:
        """Yield the stages; the chosen one alone, where one is."""
        for number, point in enumerate(self.reading.curve(), 1):
            if self.choice.stage in (None, point.stage):
                yield _stage(
                    self.reading,
                    number,
                    point,
                    width,
                    choice=self.choice,
                    evidence=self.evidence,
                    ids=self.in_chat,
                )

    def _doubt(self, width: int) -> Lines:
        """Return what the mark of the unsure means, if one stands on the page."""
        reading, choice = self.reading, self.choice
        cards = [
            card
            for card in (*reading.cards, *(reading.rejected if self.evidence else ()))
            if (choice.stage is None or card.stage == choice.stage.id) and choice.lane in (None, card.lane)
        ]
        quoted = reading.quotes(id_ for card in cards for id_ in (*card.evidence, *card.against))
        if any(map(reading.unsure, cards)) or (self.evidence and any(map(unsure_quote, quoted))):
            return wrap(Text(reading.words.phrase("unsure_key"), style="dim"), width)
        return []


def render_map(
    journey: JourneyMap,
    *,
    persona: str | None = None,
    stage: str | None = None,
    lane: str | None = None,
    evidence: bool = False,
    in_chat: bool = False,
) -> MapView:
    """Return *journey*, or the part of it that was asked for, to be printed by a console.

    Args:
        journey: the map.
        persona: id or name; that persona's cards and curve.
        stage: id, name or number; only that stage, with all its cards.
        lane: id or name; only that lane, with all its cards.
        evidence: every quote for and against each card, and the rejected cards.
        in_chat: each card under its id, and no commands of the command line in the end.

    Raises:
        SettingsError: the map has no such persona, stage or lane.
    """
    choice = choose(journey, persona, stage, lane)
    return MapView(Reading(journey, choice.persona), choice, evidence, in_chat)


def _title(reading: Reading, width: int) -> Lines:
    title = safe(reading.journey.title)
    lines = wrap(title if title else Text(reading.words.phrase("untitled")), width)
    for line in lines:
        line.stylize("bold")
    if reading.persona:
        lines += wrap(safe(reading.persona.name), width)
    return lines


def _heading(reading: Reading, width: int) -> Lines:
    """Return goal, scope, sources, engine, coverage: a line each, or more where they are long."""
    journey, words = reading.journey, reading.words
    rows = [
        ("goal", journey.goal),
        ("scope", scope_line(journey, words)),
        ("drawn_from", sources_line(journey, words)),
        ("drawn_by", engine_line(journey, words)),
        ("coverage", coverage_line(journey, words)),
    ]
    side = 2 + max(len(words.phrase(name)) for name, _ in rows)
    return [
        line for name, body in rows if body for line in labelled(words.phrase(name), safe(body), width, side)
    ]


def _personas(reading: Reading, personas: list[Persona], width: int) -> Lines:
    """Return the personas, side by side where there is room."""
    columns = max(1, min(len(personas), width // _PERSONA_CELLS)) if width >= WIDE else 1
    lines: Lines = []
    for row in blocks(personas, columns):
        cells = width // columns
        texts = [_persona(reading, persona, cells - (3 if columns > 1 else 0)) for persona in row]
        lines += [Text(), *beside(texts, [cells] * len(row))]
    return lines


def _persona(reading: Reading, persona: Persona, width: int) -> Lines:
    words = reading.words
    members = len({(member.source, member.speaker) for member in persona.members})
    size = words.count("people", members) if members else ""
    unsure = Text("" if persona.confirmed else words.phrase("not_confirmed"), style=CAUTION)
    lines = wrap(joined([safe(persona.name, "bold"), size, unsure]), width)
    if persona.summary:
        lines += wrap(safe(persona.summary), width)
    rows = [
        ("goals", persona.goals),
        ("motivations", persona.motivations),
        ("frustrations", persona.frustrations),
        ("behaviours", persona.behaviours),
        ("channels", [", ".join(words.channel(channel) for channel in persona.channels)]),
    ]
    side = 2 + max(len(words.phrase(name)) for name, _ in rows)
    for name, entries in rows:
        shown = [safe(entry) for entry in entries if visible(entry)]
        most = _ENTRIES if reading.persona is None else len(shown)
        if len(shown) > most + 1:
            shown[most:] = [Text(words.count("more", len(shown) - most), style="dim")]
        for number, entry in enumerate(shown):
            lines += labelled("" if number else words.phrase(name), entry, width, side)
    if quote := reading.typical(persona):
        lines += quote_lines(reading, quote, width, indent="")
    return lines


def _stage(
    reading: Reading, number: int, point: Point, width: int, *, choice: Choice, evidence: bool, ids: bool
) -> Lines:
    """Return one stage: how it feels, what was measured, and its lanes with their cards."""
    words, stage = reading.words, point.stage
    lines = [Text(), *_stage_heading(reading, number, point, width)]
    if stage.summary and reading.persona is None:
        lines += wrap(safe(stage.summary), width)
    if reading.persona is None:
        lines += _feelings(reading, point, width)
    lanes = [choice.lane] if choice.lane else READING_ORDER
    nothing = [lane for lane in reading.lanes_without(stage) if lane in lanes]
    columns = 2 if width >= WIDE else 1
    cells = width // columns - (3 if columns > 1 else 0)
    whole = evidence or choice.stage is not None or choice.lane is not None
    parts = [
        _lane(reading, stage, lane, cells, whole=whole, evidence=evidence, ids=ids)
        for lane in lanes
        if lane not in nothing
    ]
    lines += _flowed(parts, width) if columns > 1 else [line for part in parts for line in part]
    if nothing:
        names = ", ".join(words.lane(lane) for lane in nothing)
        if len(nothing) == len(READING_ORDER):
            lines += wrap(Text(words.phrase("no_evidence").capitalize() + ".", style="dim"), width)
        else:
            lines += [Text(), *wrap(Text(words.phrase("nothing_for", lanes=names), style="dim"), width)]
    return lines


def _stage_heading(reading: Reading, number: int, point: Point, width: int) -> Lines:
    words = reading.words
    name = Text(f"{number}  ").append_text(safe(point.stage.name))
    name.stylize("bold")
    if point.stage.moment_of_truth:
        name.append("  ★ ", style="bold").append(words.phrase("moment_of_truth"))
    if point.valence is None:
        right = Text(reading.gap(point), style="dim")
        if point.people:
            right.append(f" · {words.count('people', point.people)}")
    else:
        right = Text(words.signed(point.valence), style=f"bold {tone(point.valence)}".strip())
        if point.people:
            right.append(f" · {words.count('people', point.people)}", style="not bold default")
    if name.cell_len + right.cell_len + 1 <= width:
        return [rule(name, width, right)]
    return [*wrap(name, width, "", "   "), *wrap(right, width, "   ")]


def _feelings(reading: Reading, point: Point, width: int) -> Lines:
    """Return the emotions most people showed, and the ratings they gave."""
    words = reading.words
    felt = sorted(point.stage.emotions.items(), key=lambda item: (-item[1], item[0]))
    names = [f"{words.emotion(name)} {people}" for name, people in felt if name != "neutral"][:3]
    rated = []
    for item in point.stage.measures:
        quotes = words.count("quotes", len(item.evidence))
        rated.append(f"{words.measure(item.kind)} {words.decimal(item.value)} ({quotes})")
    parts = [
        f"{words.phrase(label)}: {', '.join(items)}"
        for label, items in (("lead_emotions", names), ("measures", rated))
        if items
    ]
    return wrap(Text(" · ".join(parts), style="dim"), width) if parts else []


def _lane(
    reading: Reading, stage: Stage, lane: Lane, width: int, *, whole: bool, evidence: bool, ids: bool
) -> Lines:
    """Return a lane's heading and its strongest cards; all of them if *whole*."""
    words, cards = reading.words, reading.at(stage, lane)
    lines = [Text(), Text(words.lane(lane, len(cards)).upper(), style=LANE_STYLES.get(lane, ""))]
    most = len(cards) if whole else _STRONGEST.get(lane, _STRONGEST_ELSEWHERE)
    for card in cards[:most]:
        lines += card_lines(reading, card, width, evidence, ids=ids)
    if len(cards) > most:
        hint = f"/stage {visible(stage.id)}" if ids else words.phrase("see_stage", stage=visible(stage.id))
        more = Text(words.count("more", len(cards) - most))
        lines += wrap(more.append(f" ({hint})", style="dim"), width, "  ")
    return lines


def _flowed(parts: Sequence[Lines], width: int) -> Lines:
    """Return *parts* one under the other, or where there is room in two columns of about the same height."""
    column = width // 2
    heights = [len(part) for part in parts]
    split = min(range(1, len(parts) + 1), key=lambda n: max(sum(heights[:n]), sum(heights[n:])), default=0)
    halves = [[line for part in half for line in part] for half in (parts[:split], parts[split:])]
    return beside(halves, [column, column])


def _transitions(reading: Reading, width: int) -> Lines:
    """Return where people did not go straight on."""
    journey, words = reading.journey, reading.words
    if not journey.transitions or reading.persona:
        return []
    order = {stage.id: number for number, stage in enumerate(reading.stages)}
    lines = [*heading(Text(words.phrase("transitions")), width), Text()]
    for item in sorted(journey.transitions, key=lambda item: -item.people):
        origin, target = reading.stage(item.from_), reading.stage(item.to)
        if origin is None or target is None:
            continue
        steps = order[target.id] - order[origin.id]
        how = words.count("goes_back", -steps) if steps < 0 else words.count("skips", steps - 1)
        names = safe(origin.name, "bold").append(" → ").append_text(safe(target.name, "bold"))
        lines += wrap(joined([names, words.count("people", item.people), how]), width, "", "  ")
        if quotes := reading.quotes(item.evidence):
            lines += quote_lines(reading, quotes[0], width)
    return lines


def _opportunities(reading: Reading, width: int) -> Lines:
    """Return the opportunities in order of strength; the heaviest pain points while there are none."""
    words = reading.words
    ranked, name, key = reading.opportunities(), "opportunities", ""
    if not ranked:
        ranked, name, key = reading.heaviest_pains(), "start_here", words.phrase("start_here_key")
    if not ranked:
        return []
    lines = [*heading(Text(words.phrase(name)), width, Text(key, style="dim")), Text()]
    for number, card in enumerate(ranked, 1):
        stage = reading.stage(card.stage)
        owner = words.phrase("owner", name=visible(card.owner)) if card.owner else ""
        about = joined([safe(stage.name) if stage else "", reading.backing(card), owner])
        about.stylize("dim")
        lines += wrap(Text(f"{number:>2}  ").append_text(safe(card.title, "bold")), width, "", "    ")
        lines += wrap(about, width, "    ")
    return lines


def _rejected(
    reading: Reading, evidence: bool, width: int, choice: Choice | None = None, *, in_chat: bool = False
) -> Lines:
    """Return the rejected cards' titles with *evidence*, else how many there are; in a chat, how to see them."""
    cards = [
        card
        for card in reading.rejected
        if choice is None
        or (
            (choice.stage is None or card.stage == choice.stage.id)
            and (choice.lane is None or card.lane == choice.lane)
        )
    ]
    if not cards:
        return []
    if not evidence:
        note = reading.words.count("rejected_hidden", len(cards))
        if in_chat:
            spoken = talk("show", reading.journey.language)
            ids = " ".join(card.id for card in cards[:_REJECTED])
            note = spoken.say("rejected_hidden", n=len(cards), ids=ids)
        return [Text(), *wrap(Text(note, style="dim"), width)]
    lines = [*heading(Text(reading.words.phrase("rejected_cards")), width), Text()]
    for card in cards:
        lines += card_lines(reading, card, width, evidence=True)
    return lines


def _next(reading: Reading, width: int) -> Lines:
    """Return the commands that usually follow."""
    words = reading.words
    worst = [point for point in reading.curve() if point.valence is not None]
    stage = min(worst, key=lambda point: point.valence or 0).stage.id if worst else "ID"
    rows = [
        (f"journeyai show --stage {visible(stage)} --evidence", "next_stage"),
        ("journeyai verify", "next_verify"),
        ("journeyai coverage", "next_coverage"),
        ("journeyai export --format md", "next_export"),
    ]
    side = 2 + max(len(command) for command, _ in rows)
    lines = heading(Text(words.phrase("next")), width)
    for command, name in rows:
        lines += labelled(command, Text(words.phrase(name), style="dim"), width, side, style="")
    return lines
