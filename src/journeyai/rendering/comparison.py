"""What differs between two maps: `+` what is new, `−` what is gone, `~` what changes, and what it does to the figures.

Nothing that stays the same is shown.  The signs say it all without colour.  From the journey as it is to the journey as
it should be, it reads as a plan: what is to change, and who is to do what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import JourneyMap
from journeyai.operations.comparison import (
    ChangedCard,
    ChangedPersona,
    ChangedStage,
    Comparison,
    CurvePoint,
    FieldChange,
    GoneCard,
    NewCard,
)
from journeyai.rendering.fields import GONE, NEW, FieldWords, as_tuple
from journeyai.rendering.layout import GLUE, Lines, as_they_are, heading, joined, wrap
from journeyai.rendering.opportunities import opportunity_lines

CHANGED: Final = "~"
_STYLES: Final = {NEW: "green", GONE: "red", CHANGED: "yellow"}

_MAP_FIELDS: Final = (
    *("title", "goal", "scope.start", "scope.end", "scope.state", "scope.focus", "language", "template"),
)
#: Fields of a card that are shown; its other figures follow from them.
_CARD_FIELDS: Final = (
    *("title", "detail", "lane", "stage", "severity", "emotion", "channel", "owner", "progress"),
    *("judged.desirable", "judged.viable", "judged.feasible", "status", "locked"),
    *("assumption", "personas", "evidence", "against", "people", "documents"),
)
_STAGE_FIELDS: Final = ("summary", "moment_of_truth", "duration")
_PERSONA_FIELDS: Final = (
    *("confirmed", "members", "summary", "goals", "motivations", "frustrations", "behaviours"),
    "channels",
)
_TOTALS: Final = (
    "stages",
    "personas",
    "cards",
    "rejected",
    "reviewed",
    "assumptions",
    "quotes",
    "people",
    "used",
)

#: Speakers of a persona that are named.
_SPEAKERS: Final = 3
#: So many cards to which the same happens are called by their titles, more by their ids.
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """What differs, laid out for the console's width when it is printed."""

    comparison: Comparison
    journey: JourneyMap
    most: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return what differs, no line wider than *width* cells."""
        page = _Page(self.comparison, self.journey, width)
        return page.lines(self.most)


def render_comparison(
    comparison: Comparison, journey: JourneyMap, *, most: int | None = None
) -> ComparisonView:
    """Return what differs between two maps, to be printed by a console.

    Args:
        comparison: what differs.
        journey: the map after; its language is spoken.
        most: cards of each sign that are shown before the rest is counted; None for all of them.
    """
    return ComparisonView(comparison, journey, most)


class _Page(FieldWords):
    """One comparison at one width."""

    def __init__(self, comparison: Comparison, journey: JourneyMap, width: int) -> None:
        super().__init__(comparison, journey)
        self._c = comparison
        self._journey = journey
        self._width = width
        self._titles = {card.id: card.title for card in journey.cards}

    def lines(self, most: int | None) -> Lines:
        is_plan = FieldChange("scope.state", "current", "future") in self._c.fields
        lines = self._differences(most, is_plan=is_plan)
        if not is_plan:
            return lines or self._nothing()
        say = talk("opportunities", self._journey.language).say
        title, key = Text(say("plan")), Text(say("plan_key"), style="dim")
        return [*heading(title, self._width, key), Text(), *(lines or self._nothing()), *self._work()]

    def _nothing(self) -> Lines:
        return wrap(Text(self._talk.say("nothing")), self._width)

    def _work(self) -> Lines:
        """Return the opportunities of the map after: new, changed, and as they were."""
        reading = Reading(self._journey)
        cards = reading.opportunities()
        if not cards:
            return []
        signs = {item.card.id: NEW for item in self._c.cards_added}
        signs |= {
            item.after.id: CHANGED
            for item in self._c.cards_changed
            if any(field.name in _CARD_FIELDS and not _goes_without_saying(field) for field in item.fields)
        }
        say = talk("opportunities", self._journey.language).say
        head = heading(Text(say("plan_work")), self._width, Text(say("plan_work_key"), style="dim"))
        return [*head, Text(), *opportunity_lines(reading, cards, self._width, ids=True, signs=signs)]

    def _differences(self, most: int | None, *, is_plan: bool) -> Lines:
        c = self._c
        lines: Lines = []
        for item in c.fields:
            # A plan says it in its heading.
            lines += [] if is_plan and item.name == "scope.state" else self._map_field(item)
        lines += self._stage_lines()
        lines += self._persona_lines()
        lines += self._cut([self._new_card(item) for item in c.cards_added], most)
        lines += self._cut([self._gone_card(item) for item in c.cards_removed], most)
        lines += self._changed_cards(most)
        return lines + self._figures()

    def _map_field(self, field: FieldChange) -> Lines:
        if field.name == "sources":
            before, after = as_tuple(field.before), as_tuple(field.after)
            label = self._talk.say("label_sources")
            new = [name for name in after if name not in before]
            gone = [name for name in before if name not in after]
            return [
                line
                for sign, names in ((NEW, new), (GONE, gone))
                if names
                for line in self._sign(sign, [f"{label}: {self._listed(names)}"])
            ]
        return self._sign(CHANGED, [self._field(field, of_map=True)]) if field.name in _MAP_FIELDS else []

    # Stages and personas

    def _stage_lines(self) -> Lines:
        lines: Lines = []
        for stage in self._c.stages_added:
            lines += self._sign(NEW, [self._stage_name(stage), self._place("stage_place", stage.id)])
        for gone in self._c.stages_removed:
            to = self._talk.say("went_to", name=self._quoted(self._stages[gone.into])) if gone.into else ""
            lines += self._sign(GONE, [self._stage_name(gone.stage), to])
        for changed in self._c.stages_changed:
            lines += self._changed_stage(changed)
        return lines

    def _changed_stage(self, item: ChangedStage) -> Lines:
        head = self._stage_name(item.before if item.renamed else item.after)
        if item.renamed:
            head = self._talk.say("arrow", before=head, after=self._quoted(item.after.name))
        parts = [self._field(field) for field in item.fields if field.name in _STAGE_FIELDS]
        if item.moved:
            parts.append(self._place("stage_moved", item.after.id))
        return self._sign(CHANGED, [head, *parts]) if parts or item.renamed else []

    def _persona_lines(self) -> Lines:
        lines: Lines = []
        for persona in self._c.personas_added:
            lines += self._sign(NEW, [self._persona_name(persona), self._people(len(persona.members))])
        for gone in self._c.personas_removed:
            to = self._talk.say("into", name=self._quoted(self._personas[gone.into])) if gone.into else ""
            lines += self._sign(GONE, [self._persona_name(gone.persona), to])
        for changed in self._c.personas_changed:
            lines += self._changed_persona(changed)
        return lines

    def _changed_persona(self, item: ChangedPersona) -> Lines:
        parts = []
        for field in item.fields:
            if field.name == "members":
                parts += self._members(field)
            elif field.name in _PERSONA_FIELDS:
                parts.append(self._field(field))
        head = self._persona_name(item.before)
        if item.before.name != item.after.name:
            head = self._arrow(head, self._quoted(item.after.name))
        elif not parts:
            return []
        return self._sign(CHANGED, [head, *parts])

    def _members(self, field: FieldChange) -> list[str]:
        before, after = as_tuple(field.before), as_tuple(field.after)
        parts = []
        for key, names in (
            ("joins", [name for name in after if name not in before]),
            ("leaves", [name for name in before if name not in after]),
        ):
            if names:
                parts.append(self._talk.say(key, names=self._listed(names, _SPEAKERS)))
        return [*parts, self._arrow(self._people(len(before)), self._people(len(after)))] if parts else []

    # Cards

    def _new_card(self, item: NewCard) -> Lines:
        card = item.card
        behind = self._words.phrase("assumption") if card.assumption else self._people(card.people)
        work = [
            self._words.phrase("owner", name=visible(card.owner)) if card.owner else "",
            self._progress(card),
        ]
        origin = self._talk.say("split_from", id=item.split_from) if item.split_from else ""
        return self._sign(
            NEW,
            [self._card_name(card.id, card.title), self._where(card.lane, card.stage), behind, *work, origin],
        )

    def _gone_card(self, item: GoneCard) -> Lines:
        into = ""
        if item.into:
            into = self._talk.say("into", name=self._card_name(item.into, self._titles.get(item.into, "")))
        where = "" if into else self._where(item.card.lane, item.card.stage)
        return self._sign(GONE, [self._card_name(item.card.id, item.card.title), where, into])

    def _changed_cards(self, most: int | None) -> Lines:
        """Return the cards that change; those to which the same happens stand together."""
        groups: dict[tuple[FieldChange, ...], list[ChangedCard]] = {}
        figures = 0
        for item in self._c.cards_changed:
            shown = sorted(
                (field for field in item.fields if field.name in _CARD_FIELDS),
                key=lambda field: _CARD_FIELDS.index(field.name),
            )
            # An edit makes a card `edited`: that goes without saying where the edit itself is shown.
            names = {field.name for field in shown}
            telling = tuple(
                field
                for field in shown
                if not _goes_without_saying(field) and not (field.name == "documents" and "people" in names)
            ) or tuple(shown)
            figures += not telling
            if telling:
                groups.setdefault(telling, []).append(item)
        parts = [self._group(fields, items) for fields, items in groups.items()]
        lines = self._cut(parts, most)
        if figures:
            lines += wrap(Text(self._talk.say("figures_only", n=figures), style="dim"), self._width, "  ")
        return lines

    def _group(self, fields: Sequence[FieldChange], items: Sequence[ChangedCard]) -> Lines:
        told = [self._field(field, n=len(items)) for field in fields]
        item = items[0]
        if len(items) == _PAIR and fields[0].name != "title":
            return self._sign(
                CHANGED, [*(self._card_name(each.after.id, each.after.title) for each in items), *told]
            )
        if len(items) > 1:
            ids = self._listed([each.after.id for each in items])
            return self._sign(CHANGED, [f"{self._talk.say('cards', n=len(items))} ({ids})", *told])
        if fields[0].name == "title":
            titles = self._arrow(self._quoted(item.before.title), self._quoted(item.after.title))
            return self._sign(CHANGED, [f"{item.after.id} {titles}", *told[1:]])
        return self._sign(CHANGED, [self._card_name(item.after.id, item.after.title), *told])

    # Figures

    def _figures(self) -> Lines:
        lines: Lines = []
        for (origin, target), (before, after) in self._c.transitions_changed.items():
            names = [self._quoted(self._stages.get(id_, id_)) for id_ in (origin, target)]
            what = self._talk.say("passing", from_=names[0], to=names[1])
            lines += wrap(
                Text(f"  {what}: {self._arrow(str(before), self._people(after))}"), self._width, "", "    "
            )
        felt = [part for point in self._c.curve if (part := self._felt(point))]
        for label, parts in (("feeling", felt), ("in_all", self._totals())):
            if parts:
                head = Text(f"{self._talk.say(label)}: ", style="bold")
                lines += wrap(head.append_text(joined(parts)), self._width, "  ", "    ")
        return lines

    def _felt(self, point: CurvePoint) -> Text | None:
        values = [
            "–" if value is None else self._words.signed(value) for value in (point.before, point.after)
        ]
        if values[0] == values[1]:
            return None
        line = Text(f"{visible(point.name)} {self._arrow(*values)}".replace(" → ", f"{GLUE}→{GLUE}"))
        better = (point.after or 0) - (point.before or 0)
        if point.before is not None and point.after is not None:
            line.stylize("green" if better > 0 else "red", len(visible(point.name)) + 1)
        return line

    def _totals(self) -> list[Text]:
        before, after = self._c.totals_before, self._c.totals_after
        parts = []
        for name in _TOTALS:
            was, is_ = getattr(before, name), getattr(after, name)
            if was != is_:
                parts.append(Text(f"{self._talk.say('total_' + name)}{GLUE}{was}{GLUE}→{GLUE}{is_}"))
        return parts

    def _sign(self, sign: str, parts: Sequence[str]) -> Lines:
        line = Text(f"{sign}{GLUE}", style=_STYLES[sign])
        told = joined(parts)
        told.style = "default"
        return wrap(line.append_text(told), self._width, "", "    ")

    def _cut(self, parts: Sequence[Lines], most: int | None) -> Lines:
        shown = parts if most is None or len(parts) <= most + 1 else parts[:most]
        lines = [line for part in shown for line in part]
        if len(shown) < len(parts):
            more = self._words.count("more", len(parts) - len(shown))
            lines += wrap(Text(more, style="dim"), self._width, "  ")
        return lines


def _goes_without_saying(field: FieldChange) -> bool:
    """Whether it follows from what is said beside it: an edit makes a card `edited`, one grade leaves two unknown."""
    if field.name == "status":
        return field.after == "edited"
    return field.name.startswith("judged.") and (field.before, field.after) == (None, "unknown")
