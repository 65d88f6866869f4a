"""The map as one Markdown page, as GitHub renders it: personas, curve, grid, cards with quotes, evidence.

Everything from outside is escaped, so that no source can add a heading, a link, an image, a mention or HTML.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from journeyai.export.material import Material
from journeyai.export.plain import shortened, visible
from journeyai.export.plot import scale
from journeyai.export.reading import (
    GLANCE_CHARS,
    READING_ORDER,
    UNSURE,
    Point,
    Reading,
    coverage_line,
    engine_line,
    scope_line,
    sources_line,
    unsure_quote,
)
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona

#: Characters that Markdown, GitHub's extensions or a table could read as more than themselves.
_SPECIAL: Final = re.compile(r"[\\`*_\[\]#|~$]")
#: What begins a list, an underline or a numbered item at the start of a line.
_OPENING: Final = re.compile(r"^([-+=]|\d+[.)])")
#: What GitHub turns into a link, a mention or a picture without any markup.
_LINKING: Final = re.compile(r":(?=//|[\w+-]+:)|(?<=\bwww)\.|@", re.IGNORECASE)
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

#: Titles in a cell of the grid.
_TITLES: Final = 3


class MarkdownExporter:
    """Writes one page of GitHub-flavoured Markdown, UTF-8."""

    suffix = ".md"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the page."""
        return (_Page(journey).text().rstrip() + "\n").encode("utf-8")


def escaped(text: str) -> str:
    """Return *text* as one line of Markdown that renders as exactly its visible characters."""
    line = "".join(_HTML.get(char, char) for char in visible(text))
    line = _SPECIAL.sub(r"\\\g<0>", line)
    line = _OPENING.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)
    return _LINKING.sub(lambda found: f"&#{ord(found[0])};", line)


class _Page:
    """The page of one map, part by part."""

    def __init__(self, journey: JourneyMap) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self._cards = {card.id: f"card-{number}" for number, card in enumerate(journey.cards, 1)}
        self._anchors = {item.id: f"evidence-{number}" for number, item in enumerate(journey.evidence, 1)}

    def text(self) -> str:
        """Return the whole page; parts with nothing to say are left out."""
        parts: list[Iterable[str]] = [self._heading(), self._personas()]
        if self.reading.cards:
            parts += [self._curve(), self._grid(), self._stages()]
        else:
            parts.append([self.words.phrase("empty")])
        parts += [self._transitions(), self._opportunities(), self._evidence()]
        return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))

    def _heading(self) -> Iterator[str]:
        yield f"# {escaped(self.journey.title) or self.words.phrase('untitled')}"
        yield ""
        rows = [
            ("goal", self.journey.goal),
            ("scope", scope_line(self.journey, self.words)),
            ("drawn_from", sources_line(self.journey, self.words)),
            ("drawn_by", engine_line(self.journey, self.words)),
            ("coverage", coverage_line(self.journey, self.words)),
        ]
        for name, body in rows:
            if visible(body):
                yield f"- **{self.words.phrase(name)}:** {escaped(body)}"

    def _personas(self) -> Iterator[str]:
        if not self.journey.personas:
            return
        yield f"## {self.words.phrase('personas')}"
        for persona in self.journey.personas:
            yield from self._persona(persona)

    def _persona(self, persona: Persona) -> Iterator[str]:
        members = len({(member.source, member.speaker) for member in persona.members})
        about = [self.words.count("people", members)] if members else []
        about += [] if persona.confirmed else [self.words.phrase("not_confirmed")]
        yield ""
        yield f"### {escaped(persona.name) or escaped(persona.id)}"
        yield ""
        if about:
            yield f"*{' · '.join(about)}*"
            yield ""
        if visible(persona.summary):
            yield escaped(persona.summary)
            yield ""
        channels = [", ".join(self.words.channel(channel) for channel in persona.channels)]
        for name, entries in (
            ("goals", persona.goals),
            ("motivations", persona.motivations),
            ("frustrations", persona.frustrations),
            ("behaviours", persona.behaviours),
            ("channels", channels),
        ):
            shown = [escaped(entry) for entry in entries if visible(entry)]
            if shown:
                yield f"- **{self.words.phrase(name)}:** {'; '.join(shown)}"
        if quote := self.reading.typical(persona):
            yield ""
            yield self._quote(quote)

    def _curve(self) -> Iterator[str]:
        """The curve turned on its side: a line of the table a stage, a mark between bad and good."""
        words = self.words
        yield f"## {words.phrase('curve')}"
        yield ""
        yield f"*{words.phrase('curve_key')}*"
        yield ""
        ends = f"{words.phrase('bad')} −2 … +2 {words.phrase('good')}"
        yield f"| {words.phrase('stage')} | {ends} | {words.phrase('mean')} | {words.phrase('people')} |"
        yield "| --- | --- | ---: | ---: |"
        for number, point in enumerate(self.reading.curve(), 1):
            star = " ★" if point.stage.moment_of_truth else ""
            name = f"{number}. {escaped(point.stage.name)}{star}"
            if point.valence is None:
                people = point.people or "–"
                yield f"| {name} | {self.reading.gap(point)} | – | {people} |"
            else:
                mark = f"`{scale(point.valence)}`"
                yield f"| {name} | {mark} | {words.signed(point.valence)} | {point.people} |"
        if any(stage.moment_of_truth for stage in self.reading.stages):
            yield ""
            yield words.phrase("star")

    def _grid(self) -> Iterator[str]:
        stages = self.reading.stages
        yield f"## {self.words.phrase('grid')}"
        yield ""
        yield f"*{self.words.phrase('grid_key_titles')}*"
        yield ""
        yield "| | " + " | ".join(escaped(stage.name) for stage in stages) + " |"
        yield "| --- |" + " --- |" * len(stages)
        for lane in self.reading.lanes:
            cells = (self._cell(self.reading.at(stage, lane)) for stage in stages)
            yield f"| **{_capital(self.words.lane(lane))}** | " + " | ".join(cells) + " |"

    def _cell(self, cards: list[Card]) -> str:
        if not cards:
            return "–"
        shown = []
        for card in cards[:_TITLES]:
            people = self.words.phrase("assumed") if card.assumption else str(card.people)
            shown.append(f"[{_title(card)}](#{self._cards[card.id]}) ({people})")
        if len(cards) > _TITLES:
            shown.append(self.words.phrase("more_short", n=len(cards) - _TITLES))
        return "<br>".join(shown)

    def _stages(self) -> Iterator[str]:
        yield f"## {self.words.phrase('stages')}"
        if any(map(self.reading.unsure, self.reading.cards)):
            yield ""
            yield f"*{self.words.phrase('unsure_key')}*"
        for number, point in enumerate(self.reading.curve(), 1):
            yield ""
            yield from self._stage(number, point)

    def _stage(self, number: int, point: Point) -> Iterator[str]:
        words, stage = self.words, point.stage
        yield f"### {number}. {escaped(stage.name)}"
        yield ""
        about = [words.phrase("star")] if stage.moment_of_truth else []
        if point.valence is None:
            about.append(self.reading.gap(point))
            about += [words.count("people", point.people)] if point.people else []
        else:
            about.append(f"{words.phrase('feels')} {words.signed(point.valence)}")
            about.append(words.count("people", point.people))
        about += [f"{words.measure(item.kind)} {words.decimal(item.value)}" for item in stage.measures]
        yield f"*{' · '.join(about)}*"
        if visible(stage.summary):
            yield ""
            yield escaped(stage.summary)
        for lane in READING_ORDER:
            if cards := self.reading.at(stage, lane):
                yield ""
                yield f"#### {_capital(words.lane(lane, len(cards)))}"
                for card in cards:
                    yield ""
                    yield from self._card(card)
        nothing = self.reading.lanes_without(stage)
        if 0 < len(nothing) < len(READING_ORDER):
            yield ""
            yield f"*{words.phrase('nothing_for', lanes=', '.join(words.lane(lane) for lane in nothing))}*"

    def _card(self, card: Card) -> Iterator[str]:
        words, reading = self.words, self.reading
        about = [reading.backing(card), *reading.doubts(card)]
        about += [words.phrase("severity", n=card.severity)] if card.severity else []
        about += [feeling] if (feeling := reading.feeling(card)) else []
        about += [words.channel(card.channel)] if card.channel else []
        about += [escaped(name) for name in reading.persona_names(card)]
        about += [words.phrase("owner", name=escaped(card.owner))] if card.owner else []
        about += [told for told in (reading.judgement(card), reading.firmness(card)) if told]
        about += reading.marks(card)
        mark = f"{UNSURE} " if reading.unsure(card) else ""
        yield f'- <a id="{self._cards[card.id]}"></a>{mark}**{_title(card)}**  '
        yield f"  {' · '.join(about)}"
        if visible(card.detail):
            yield ""
            yield f"  {escaped(card.detail)}"
        if best := reading.best(card):
            yield ""
            yield f"  {self._quote(best)}"
        links = self._links(card.evidence)
        if links or card.against:
            against = f"; {words.phrase('against')}: {self._links(card.against)}" if card.against else ""
            yield ""
            yield f"  {words.phrase('evidence')}: {links}{against}"

    def _links(self, ids: Iterable[str]) -> str:
        anchors = [self._anchors[id_] for id_ in ids if id_ in self._anchors]
        return ", ".join(f"[{anchor.rpartition('-')[2]}](#{anchor})" for anchor in anchors)

    def _quote(self, item: Evidence) -> str:
        text = escaped(shortened(visible(item.quote), GLANCE_CHARS))
        quote = self.words.phrase("quoted", text=text)
        return f"> {quote} — {self._where(item)}"

    def _where(self, item: Evidence) -> str:
        speaker = escaped(item.speaker or "")
        role = self.words.role(item.role)
        if item.role != "customer" and role not in speaker.casefold():
            speaker = f"{speaker} ({role})" if speaker else role
        record = "" if item.record == item.speaker else escaped(item.record or "")
        place = f"{escaped(item.source)} {record}".strip()
        return ", ".join(part for part in (speaker, place) if part)

    def _transitions(self) -> Iterator[str]:
        if not self.journey.transitions:
            return
        yield f"## {self.words.phrase('transitions')}"
        yield ""
        order = {stage.id: number for number, stage in enumerate(self.reading.stages)}
        for item in sorted(self.journey.transitions, key=lambda item: -item.people):
            origin, target = self.reading.stage(item.from_), self.reading.stage(item.to)
            if origin is None or target is None:
                continue
            steps = order[target.id] - order[origin.id]
            how = self.words.count("goes_back", -steps) if steps < 0 else self.words.count("skips", steps - 1)
            people = self.words.count("people", item.people)
            links = self._links(item.evidence)
            yield f"- **{escaped(origin.name)} → {escaped(target.name)}** · {people} · {how} · {links}"

    def _opportunities(self) -> Iterator[str]:
        ranked, name = self.reading.opportunities(), "opportunities"
        if not ranked:
            ranked, name = self.reading.heaviest_pains(), "start_here"
        if not ranked:
            return
        yield f"## {self.words.phrase(name)}"
        yield ""
        for number, card in enumerate(ranked, 1):
            stage = self.reading.stage(card.stage)
            about = [escaped(stage.name)] if stage else []
            about.append(self.reading.backing(card))
            about += [self.words.phrase("owner", name=escaped(card.owner))] if card.owner else []
            yield f"{number}. [{_title(card)}](#{self._cards[card.id]}) · {' · '.join(about)}"

    def _evidence(self) -> Iterator[str]:
        if not self.journey.evidence:
            return
        yield f"## {self.words.phrase('evidence')}"
        yield ""
        if any(map(unsure_quote, self.journey.evidence)):
            yield f"*{self.words.phrase('unsure_key')}*"
            yield ""
        for number, item in enumerate(self.journey.evidence, 1):
            quote = self.words.phrase("quoted", text=escaped(item.quote))
            at = f", {escaped(item.at)}" if item.at else ""
            place = f"{self._where(item)}, {item.start}–{item.end}{at}"
            mark = f"{UNSURE} " if unsure_quote(item) else ""
            yield f'{number}. <a id="{self._anchors[item.id]}"></a>{mark}{quote} — {place}'


def _title(card: Card) -> str:
    """Return a card's title, or its id where nothing of the title can be seen."""
    return escaped(card.title) or escaped(card.id)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
