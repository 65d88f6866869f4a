"""The map as Customer Journey Modelling Language (CJML 2.0, cjml.no), XML.

CJML is a language of events: touchpoints that are points of communication (who, to whom, over which channel) or
actions.  What happens on our map (actions, touchpoints, pains, delights, back stage) is a touchpoint there;
what is wanted, thought, asked or limited is told in the description of its phase.  Experiences are the end users' own
words, and stand on actual journeys alone, as the language has it.
"""

from collections.abc import Iterator
from itertools import count
from typing import Final
from xml.etree import ElementTree as ET

from journeyai.export.elements import elements
from journeyai.export.interchange.writing import (
    about_lines,
    added,
    cards_of,
    legible,
    plan_of,
    title_of,
    titled,
    told,
    xml_file,
)
from journeyai.export.material import Material
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, JourneyMap, Stage
from journeyai.model.vocabulary import Lane

#: Lanes whose cards happen; the others hold.
_EVENTS: Final[frozenset[Lane]] = frozenset({"action", "touchpoint", "pain_point", "delight", "back_stage"})
#: Ids of actors that are no persona.
_CUSTOMERS: Final = "EU0"
_PROVIDER: Final = "SP1"


class CjmlExporter:
    """Writes CJML 2.0: one actual journey, or one planned journey for a future state."""

    suffix = ".xml"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the file."""
        return xml_file(_Cjml(journey, material).root())


class _Cjml:
    """One map in CJML."""

    def __init__(self, journey: JourneyMap, material: Material) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("interchange", journey.language)
        self.elements = elements(self.reading, material.template)
        self.actual = journey.scope.state == "current"
        self.end_users = {persona.id: f"EU{n}" for n, persona in enumerate(journey.personas, 1)}
        self._numbers = count(1)

    def root(self) -> ET.Element:
        root = ET.Element("CJML", version="2.0")
        journey = added(root, "actualJourney" if self.actual else "plannedJourney")
        added(journey, "journeyID", "AJ1" if self.actual else "PJ1")
        added(journey, "journeyTitle", title_of(self.journey, self.reading))
        self._phases(journey)
        added(journey, "journeyShortSummary", legible(self.journey.goal) or self.words.phrase("untitled"))
        added(journey, "journeyLongSummary", " · ".join(self._summary()))
        self._actors(journey)
        touchpoints = added(journey, "touchpoints")
        events = [card for card in cards_of(self.elements) if card.lane in _EVENTS]
        for n, stage in enumerate(self.reading.stages):
            for card in events:
                if card.stage == stage.id:
                    self._touchpoint(touchpoints, card, _phase_id(n))
        return root

    def _phases(self, journey: ET.Element) -> None:
        phases = added(journey, "journeyPhases")
        for n, stage in enumerate(self.reading.stages):
            phase = added(phases, "journeyPhase", phaseID=_phase_id(n))
            added(phase, "phaseName", titled(stage.name))
            added(phase, "phaseDescription", " · ".join(self._phase_lines(n, stage)))

    def _phase_lines(self, n: int, stage: Stage) -> Iterator[str]:
        if summary := legible(stage.summary):
            yield summary
        if stage.moment_of_truth:
            yield self.words.phrase("moment_of_truth")
        for element in self.elements:
            entries = element.cells[n] if element.by_stage else ()
            held = [entry for entry in entries if entry.card is None or entry.card.lane not in _EVENTS]
            if texts := [text for entry in held if (text := told(entry, self.reading))]:
                yield f"{legible(element.name)}: {'; '.join(texts)}"

    def _summary(self) -> Iterator[str]:
        """What the map is; what the method asks for beside the grid; what nobody said anything about."""
        yield self.say.say("gathered" if self.actual else "planned")
        yield from about_lines(self.journey, self.reading)
        for element in self.elements:
            if element.is_empty:
                yield f"{legible(element.name)}: {self.words.phrase('no_evidence')}"
            elif not element.by_stage:
                texts = [told(entry, self.reading) for cell in element.cells for entry in cell]
                yield f"{legible(element.name)}: {'; '.join(texts)}"

    def _actors(self, journey: ET.Element) -> None:
        actors = added(journey, "actors")
        everyone = added(actors, "endUser", actorID=_CUSTOMERS)
        added(everyone, "actorName", self.say.say("customers"))
        for persona in self.journey.personas:
            end_user = added(actors, "endUser", actorID=self.end_users[persona.id])
            added(end_user, "actorName", titled(persona.name) or legible(persona.id))
        provider = added(actors, "serviceProvider", actorID=_PROVIDER)
        added(provider, "companyName", self.say.say("provider"))

    def _touchpoint(self, parent: ET.Element, card: Card, phase: str) -> None:
        kind = "Action" if card.channel is None else "CommunicationPoint"
        point = added(parent, f"{'actual' if self.actual else 'planned'}{kind}")
        added(point, "touchpointID", f"TP{next(self._numbers)}")
        added(point, "belongsTo", phaseIDref=phase)
        mine = [self.end_users[id_] for id_ in card.personas if id_ in self.end_users]
        customer = mine[0] if len(mine) == 1 else _CUSTOMERS
        by_provider = card.lane == "back_stage"
        initiator = added(point, "initiator")
        added(initiator, "refersTo", actorIDref=_PROVIDER if by_provider else customer)
        added(initiator, "initiatorLabel", titled(card.title) or legible(card.id))
        if card.channel is not None:
            receiver = added(point, "receiver")
            added(receiver, "refersTo", actorIDref=customer if by_provider else _PROVIDER)
            added(receiver, "receiverLabel", self.say.say("not_told"))
            channel = added(point, "channel")
            added(channel, "channelName", self.words.channel(card.channel))
        added(point, "comment", " · ".join(self._comment(card)))
        if self.actual:
            self._experience(point, card)

    def _comment(self, card: Card) -> Iterator[str]:
        yield self.words.lane(card.lane, 1)
        if detail := legible(card.detail):
            yield detail
        yield self.reading.backing(card)
        yield from self.reading.doubts(card)
        if card.severity:
            yield self.words.phrase("severity", n=card.severity)
        yield from plan_of(card, self.reading)
        yield from self.reading.marks(card)
        yield legible(card.id)

    def _experience(self, point: ET.Element, card: Card) -> None:
        """Only what customers told of themselves is an experience; a card a person typed in is none."""
        best = self.reading.best(card)
        if card.valence is None or best is None or best.role != "customer":
            return
        experience = added(point, "touchpointExperience")
        added(experience, "experienceDescription", legible(best.quote))
        added(experience, "experienceRating", str(rating(card.valence)))


def rating(valence: float) -> int:
    """Return the five steps of CJML for a feeling of −2 … +2: 1 very dissatisfied, 5 very satisfied."""
    return 3 + int(abs(valence) + 0.5) * (1 if valence > 0 else -1)


def _phase_id(n: int) -> str:
    return f"PH{n + 1}"
