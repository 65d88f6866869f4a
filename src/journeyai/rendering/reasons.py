"""Why a card stands on the map: every quote where it was said, who says it, what made the card, what was done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.drafting.surroundings import Neighbour, Surroundings
from journeyai.export.plain import shortened, visible
from journeyai.export.reading import Reading, says_title, unsure_quote
from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.rendering.cards import CAUTION
from journeyai.rendering.console import safe
from journeyai.rendering.history import LoggedStep, step_lines
from journeyai.rendering.layout import GLUE, Lines, as_they_are, beside, heading, joined, who_speaks, wrap

#: A longer sentence beside a quote is cut.
_BESIDE_CHARS: Final = 160
#: Prompts that make other things than cards.
_OTHERS: Final = frozenset({"group", "persona", "stage", "summarise", "combine", "answer", "propose"})
#: Cells of an id before a quote.
_SIDE: Final = 7


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the sources and the history know of a card; what is not known is empty.

    Attributes:
        surroundings: evidence id → the sentences around the quote.
        persons: evidence id → key of the person it counts for; staff have none.
        steps: steps of the history that touched the card, oldest first.
    """

    surroundings: Mapping[str, Surroundings] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[LoggedStep] = ()


@dataclass(frozen=True, slots=True)
class ReasonsView:
    """Why a card stands there, laid out for the console's width when it is printed."""

    journey: JourneyMap
    card: Card
    reasons: Reasons
    evidence_only: bool

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the reasons, no line wider than *width* cells."""
        page = _Page(self.journey, self.card, self.reasons, width)
        evidence = [
            *page.quotes("quotes_for", self.card.evidence),
            *page.quotes("quotes_against", self.card.against),
        ]
        if self.evidence_only:
            return [*evidence, *page.same_people()]
        return [*page.head(), *evidence, *page.same_people(), *page.made(), *page.history()]


def render_reasons(
    journey: JourneyMap, card: Card, reasons: Reasons, *, evidence_only: bool = False
) -> ReasonsView:
    """Return why *card* stands on *journey*, to be printed by a console.

    Args:
        journey: the map.
        card: one of its cards.
        reasons: what the sources and the history know of it.
        evidence_only: the quotes with their surroundings, without what made the card.
    """
    return ReasonsView(journey, card, reasons, evidence_only)


class _Page:
    """One card's reasons at one width."""

    def __init__(self, journey: JourneyMap, card: Card, reasons: Reasons, width: int) -> None:
        self._reading = Reading(journey)
        self._journey = journey
        self._card = card
        self._reasons = reasons
        self._width = width
        self._talk: Talk = talk("understand", journey.language)
        self._evidence = {item.id: item for item in journey.evidence}

    def head(self) -> Lines:
        reading, card = self._reading, self._card
        stage = reading.stage(card.stage)
        where = self._talk.say(
            "stands_at",
            lane=reading.words.lane(card.lane, 1),
            stage=self._quoted(stage.name if stage else card.stage),
        )
        lines = wrap(Text(f"{card.id}{GLUE}").append_text(safe(card.title, "bold")), self._width, "", "   ")
        if card.detail:
            lines += wrap(safe(card.detail), self._width, "   ")
        doubts = [Text(doubt, style=CAUTION) for doubt in reading.doubts(card)]
        severity = reading.words.phrase("severity", n=card.severity) if card.severity else ""
        about = joined([where, reading.backing(card), *doubts, severity, ", ".join(reading.marks(card))])
        return [*lines, *wrap(about, self._width, "   ")]

    def quotes(self, key: str, ids: Sequence[str]) -> Lines:
        """Return the quotes of one side: how many, of how many people, and each where it was said."""
        items = [self._evidence[id_] for id_ in ids if id_ in self._evidence]
        if not ids:
            empty = key == "quotes_for"
            return (
                [Text(), *wrap(Text(self._talk.say("no_quotes"), style=CAUTION), self._width)]
                if empty
                else []
            )
        # Who stands behind the card, the map has counted; who speaks against it, the sources tell.
        against = {self._reasons.persons[item.id] for item in items if item.id in self._reasons.persons}
        people = self._card.people if key == "quotes_for" else len(against)
        documents = {item.source for item in items}
        counted = [
            self._talk.say(key, n=len(items)),
            self._talk.say("by_people", n=people) if people else "",
            self._talk.say("in_documents", n=len(documents)),
        ]
        title = ", ".join(part for part in counted if part)
        lines = heading(Text(title[:1].upper() + title[1:]), self._width)
        for item in items:
            lines += [Text(), *self._quote(item)]
        for id_ in ids:
            if id_ not in self._evidence:
                lines += wrap(Text(self._talk.say("gone_quote", id=id_), style=CAUTION), self._width)
        return lines

    def _quote(self, item: Evidence) -> Lines:
        surroundings = self._reasons.surroundings.get(item.id, Surroundings())
        text = Text()
        if surroundings.before:
            text.append_text(self._beside(surroundings.before)).append(" ")
        text.append(self._quoted(item.quote), style="bold")
        if surroundings.after:
            text.append(" ").append_text(self._beside(surroundings.after))
        side = max(_SIDE, len(item.id) + 1)
        room = self._width - side
        doubt = Text(self._reading.words.phrase("unsure_key"), style=CAUTION) if unsure_quote(item) else ""
        block = [*wrap(text, room), *wrap(joined([self._where(item), doubt]), room)]
        return beside([[Text(item.id)], block], [side, room])

    def _beside(self, neighbour: Neighbour) -> Text:
        text = shortened(visible(neighbour.text), _BESIDE_CHARS)
        if neighbour.role is not None:
            speaker = visible(neighbour.speaker or "") or self._reading.words.role(neighbour.role)
            text = f"[{speaker}] {text}"
        return Text(text, style="dim")

    def _where(self, item: Evidence) -> Text:
        role = self._reading.words.role(item.role)
        speaker = visible(item.speaker or "")
        who = who_speaks(speaker, role)
        record = visible(item.record or "")
        place = visible(item.source) + (f" {record}" if record and record != speaker else "")
        line = joined([who, place, visible(item.at or ""), f"{item.start}–{item.end}"])
        line.stylize("dim")
        return line

    def same_people(self) -> Lines:
        """Return which quotes are of one and the same person, for each person with several."""
        by_person: dict[str, list[Evidence]] = {}
        for id_ in (*self._card.evidence, *self._card.against):
            person = self._reasons.persons.get(id_)
            if person is not None and id_ in self._evidence:
                by_person.setdefault(person, []).append(self._evidence[id_])
        several = [items for items in by_person.values() if len(items) > 1]
        if not several:
            return []
        lines = [Text(), Text(self._talk.say("same_person"), style="bold")]
        for items in several:
            names = dict.fromkeys(visible(item.speaker or item.record or "") for item in items)
            files = dict.fromkeys(visible(item.source) for item in items)
            told = joined(
                [", ".join(filter(None, names)), ", ".join(files), ", ".join(item.id for item in items)]
            )
            lines += wrap(told, self._width, "  ", "    ")
        return lines

    def made(self) -> Lines:
        """Return what made the card, and how sure that is."""
        lines = heading(Text(self._talk.say("made")), self._width)
        for sentence in self._sentences():
            lines += wrap(safe(sentence), self._width)
        return lines

    def _sentences(self) -> list[str]:
        card, made, say = self._card, self._journey.made_by, self._talk.say
        if card.assumption:
            return [say("made_by_you")]
        if self._is_typed_in():
            return [say("made_by_you"), say("sure_unknown")]
        at = made.at[:16].replace("T", " ")
        if made.model:
            told = [say("made_by_model", model=made.model, version=made.version, at=at)]
        else:
            told = [say("made_by_engine", engine=made.engine, version=made.version, at=at)]
        prompts = [
            f"{name} {hash_}"
            for name, hash_ in made.prompts.items()
            if name not in _OTHERS and (name != "opportunity" or card.lane == "opportunity")
        ]
        if prompts:
            told.append(say("prompts", prompts=", ".join(prompts)))
        else:
            told += [self._title_rule(), say("rule_group")]
        told.append(self._sureness())
        if card.stability is None:
            told.append(say("stability_unknown"))
        else:
            told.append(say("stability", percent=round(100 * card.stability)))
        key = {None: "supported_unknown", True: "supported", False: "unsupported"}[card.supported]
        return [*told, say(key)]

    def _is_typed_in(self) -> bool:
        """Whether a person made the card, evidence having come later: its history begins with that."""
        first = self._reasons.steps[0].step.changes if self._reasons.steps else ()
        return any(change.kind == "add_card" for change in first)

    def _title_rule(self) -> str:
        title = fold(visible(self._card.title))
        for id_ in self._card.evidence:
            item = self._evidence.get(id_)
            if item and (says_title(self._card, item) or title in fold(visible(item.quote))):
                return self._talk.say("rule_title", id=id_)
        return self._talk.say("rule_title_other")

    def _sureness(self) -> str:
        card = self._card
        known = {
            id_: item.confidence
            for id_ in card.evidence
            if (item := self._evidence.get(id_)) is not None and item.confidence is not None
        }
        if card.confidence is None or not known:
            return self._talk.say("sure_unknown")
        surest = max(known, key=lambda id_: known[id_])
        decimal = self._reading.words.decimal
        return self._talk.say(
            "sure", value=decimal(card.confidence, 2), id=surest, quote_value=decimal(known[surest], 2)
        )

    def history(self) -> Lines:
        """Return what was done to the card."""
        lines = heading(Text(self._talk.say("history")), self._width)
        if not self._reasons.steps:
            return [*lines, *wrap(Text(self._talk.say("no_history")), self._width)]
        return [
            *lines,
            *(line for step in self._reasons.steps for line in step_lines(step, self._talk, self._width)),
        ]

    def _quoted(self, text: str) -> str:
        return self._talk.say("quoted", text=visible(text))
