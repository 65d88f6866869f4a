"""The paragraph on the method: what a map was drawn from, by what, how much of it, who checked it, and its limits.

Everything told is read off the map and the history of its changes, and follows from them alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from journeyai.export.markdown import escaped
from journeyai.export.reading import LEAST_FIRM, Reading
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import Template
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import KINDS
from journeyai.operations.history import Step

#: Fewer customers than this are named among the limits: most studies of one group went on learning up to nine
#: interviews (Hennink and Kaiser, Social Science & Medicine, 2022).
_FEW: Final = 9


@dataclass(frozen=True, slots=True)
class Figures:
    """What the paragraph tells in numbers; `report --methods --json` prints it.

    Attributes:
        sources: files the map was drawn from.
        solicited: of those, the ones that were asked for.
        utterances: in all.
        customer: of those, said by customers.
        used: of those, quoted on the map.
        customers: people quoted.
        quotes: on the map.
        not_proved: things that did not hold when the map was proved again; None where nobody tried.
        cards: that stand on the map, with those typed in.
        median_people: behind a card that has evidence; 0 without any.
        single: cards that rest on one person.
        contradicted: cards with evidence against them.
        unsure: cards that the engine was not sure of and nobody has decided on.
        assumed: cards without evidence.
        personas: groups of people.
        grouped: people in them.
        confirmed: personas that a reviewer has confirmed.
        drafted: cards an engine drafted, rejected ones included.
        accepted: of those, accepted as they were drafted.
        edited: of those, edited.
        rejected: of those, rejected.
        relabelled: cards that a reviewer put into another lane or stage.
        merged: cards that a reviewer made part of another.
        added: cards that a reviewer added.
        marked: cards whose stability was tested.
        firm: of those, found again in at least two readings of three.
    """

    sources: int
    solicited: int
    utterances: int
    customer: int
    used: int
    customers: int
    quotes: int
    not_proved: int | None
    cards: int
    median_people: float
    single: int
    contradicted: int
    unsure: int
    assumed: int
    personas: int
    grouped: int
    confirmed: int
    drafted: int
    accepted: int
    edited: int
    rejected: int
    relabelled: int
    merged: int
    added: int
    marked: int
    firm: int

    @property
    def decided(self) -> int:
        """Drafted cards that a reviewer has decided on."""
        return self.accepted + self.edited + self.rejected


def count_figures(journey: JourneyMap, steps: Iterable[Step] = (), not_proved: int | None = None) -> Figures:
    """Return the figures of *journey*.

    Args:
        journey: the map.
        steps: the history that led to it; empty where it is not known.
        not_proved: how many things did not hold when it was proved again; None where nobody tried.
    """
    reading = Reading(journey)
    cards = reading.cards
    drafted = [card for card in journey.cards if not card.assumption]
    told = [change for step in steps for change in step.changes]
    moved = {id_ for change in told if change.kind in {"set_lane", "move_card"} for id_ in change.targets}
    merged = [set(change.targets) - {change.to} for change in told if change.kind == "merge_cards"]
    marked = [card.stability for card in cards if card.stability is not None]
    people = {(it.source, it.speaker or it.record) for it in journey.evidence if it.role == "customer"}
    return Figures(
        sources=len(journey.sources),
        solicited=sum(source.solicited for source in journey.sources),
        utterances=journey.coverage.utterances,
        customer=journey.coverage.customer,
        used=journey.coverage.used,
        customers=len(people),
        quotes=len(journey.evidence),
        not_proved=not_proved,
        cards=len(cards),
        median_people=median([card.people for card in cards if card.people] or [0]),
        single=sum(card.people == 1 and not card.assumption for card in cards),
        contradicted=sum(bool(card.against) for card in cards),
        unsure=sum(map(reading.unsure, cards)),
        assumed=sum(card.assumption for card in cards),
        personas=len(journey.personas),
        grouped=len({(it.source, it.speaker) for persona in journey.personas for it in persona.members}),
        confirmed=sum(persona.confirmed for persona in journey.personas),
        drafted=len(drafted),
        accepted=sum(card.status == "accepted" for card in drafted),
        edited=sum(card.status == "edited" for card in drafted),
        rejected=sum(card.status == "rejected" for card in drafted),
        relabelled=len(moved),
        merged=len(set().union(*merged)) if merged else 0,
        added=sum(change.kind == "add_card" for change in told),
        marked=len(marked),
        firm=sum(found >= LEAST_FIRM for found in marked),
    )


def write_methods(journey: JourneyMap, figures: Figures, template: Template | None = None) -> str:
    """Return the report as Markdown, in the map's language: a heading, a few paragraphs, a list of limits.

    Args:
        journey: the map.
        figures: of the same map.
        template: its method; None where it is not at hand.
    """
    page = _Page(journey, figures, template)
    paragraphs = (page.sources(), page.engine(), page.cards(), page.review())
    told = [" ".join(sentences) for paragraph in paragraphs if (sentences := list(paragraph))]
    limits = "\n".join(f"- {limit}" for limit in page.limits())
    say = page.say
    return "\n\n".join([f"## {say('title')}", *told, f"**{say('limits')}**", limits]) + "\n"


class _Page:
    """The report's parts."""

    def __init__(self, journey: JourneyMap, figures: Figures, template: Template | None) -> None:
        self.journey = journey
        self.figures = figures
        self.template = template
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("methods", journey.language).say

    def sources(self) -> Iterator[str]:
        """What it was drawn from."""
        figures = self.figures
        if not figures.sources:
            return
        counts = {kind: sum(it.kind == kind for it in self.journey.sources) for kind in KINDS}
        kinds = [f"{n} {self.words.kind(kind, n)}" for kind, n in counts.items() if n]
        codes = sorted({source.language for source in self.journey.sources})
        yield self.say(
            "sources",
            n=figures.sources,
            kinds=", ".join(kinds),
            languages=", ".join(self.words.name_of_language(code) for code in codes),
            utterances=figures.utterances,
            customer=figures.customer,
        )
        yield self.say("asked", solicited=figures.solicited, unsolicited=figures.sources - figures.solicited)

    def engine(self) -> Iterator[str]:
        """What drew it, with which prompts, on what stages."""
        made = self.journey.made_by
        key = {"local": "local", "llm": "model", "import": "imported"}.get(made.engine, "other_engine")
        yield self.say(
            key,
            version=made.version,
            date=made.at[:10],
            model=escaped(made.model or "?"),
            engine=escaped(made.engine),
        )
        if made.prompts:
            hashes = ", ".join(
                f"{escaped(name)} `{escaped(told)}`" for name, told in sorted(made.prompts.items())
            )
            yield self.say("prompts", hashes=hashes)
        yield self._template()
        if self.figures.sources:
            yield self.say("grouping")
            yield self.say("quotes", n=self.figures.quotes)
            if self.figures.not_proved is not None:
                yield self.say(
                    "not_proved" if self.figures.not_proved else "proved", n=self.figures.not_proved
                )

    def _template(self) -> str:
        language = self.words.language
        stages = " · ".join(escaped(stage.name) for stage in self.reading.stages)
        if self.template is None:
            return self.say("bare_template", id=escaped(self.journey.template), stages=stages)
        theirs = {stage.id for stage in self.template.stages} >= {stage.id for stage in self.reading.stages}
        return self.say(
            "template" if theirs else "own_stages",
            name=escaped(self.template.names[language]),
            id=self.template.id,
            stages=stages,
        )

    def cards(self) -> Iterator[str]:
        """How much of what was said is on it, and how well it is borne out."""
        figures = self.figures
        if figures.customer:
            percent = round(100 * figures.used / figures.customer)
            yield self.say("coverage", used=figures.used, customer=figures.customer, percent=percent)
        typical = self.words.decimal(figures.median_people).removesuffix(",0").removesuffix(".0")
        yield self.say("cards", n=figures.cards, median=typical)
        if weak := self._counted(("single", "contradicted", "unsure", "assumed")):
            yield weak
        if figures.personas:
            yield self.say(
                "personas", n=figures.personas, people=figures.grouped, confirmed=figures.confirmed
            )

    def review(self) -> Iterator[str]:
        """Who checked it, and how far a second reading agrees."""
        figures = self.figures
        if figures.decided:
            told = ("accepted", "edited", "rejected")
            shares = {
                f"{name}_percent": round(100 * getattr(figures, name) / figures.decided) for name in told
            }
            counts = {name: getattr(figures, name) for name in told}
            yield self.say("reviewed", n=figures.decided, drafted=figures.drafted, **counts, **shares)
        elif figures.drafted:
            yield self.say("unreviewed")
        if done := self._counted(("relabelled", "merged", "added")):
            yield done
        if figures.marked:
            yield self.say("stability", n=figures.marked, firm=figures.firm)
        elif self.journey.made_by.engine == "local":
            yield self.say("stable_by_design")
        elif self.journey.made_by.engine == "llm":
            yield self.say("no_stability")
        if self.journey.scope.state == "future":
            yield self.say("future")

    def limits(self) -> Iterator[str]:
        """What the map cannot tell."""
        figures = self.figures
        yield self.say("limit_counts")
        yield self.say("limit_names")
        if figures.sources:
            yield self.say("limit_labels")
            if figures.solicited == figures.sources:
                yield self.say("limit_asked")
            elif not figures.solicited:
                yield self.say("limit_unasked")
            if 0 < figures.customers < _FEW:
                yield self.say("limit_few", n=figures.customers)

    def _counted(self, names: Sequence[str]) -> str:
        """Return one sentence of those of *names* that are not nought."""
        parts = [self.say(name, n=n) for name in names if (n := getattr(self.figures, name))]
        sentence = "; ".join(parts)
        return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
