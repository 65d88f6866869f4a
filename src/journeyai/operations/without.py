"""The map as it would be without some of its material.  A look, not a change: nothing here is ever written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from journeyai.model.journey import Card, Empathy, Evidence, JourneyMap, Persona, Transition
from journeyai.model.vocabulary import MeasureKind
from journeyai.operations.figures import count_card, mean_rating, measure_title, recount
from journeyai.operations.ground import Ground
from journeyai.operations.membership import Membership


def without(
    journey: JourneyMap, ground: Ground, *, sources: Collection[str] = (), personas: Collection[str] = ()
) -> JourneyMap:
    """Return *journey* as it would be without what some sources, or the people of some personas, say.

    A card all of whose evidence goes, goes with it; so does a persona all of whose people go.  People, feelings and
    coverage are counted anew from what stays.  What the engine would have drawn from less is not guessed: titles,
    lanes and groups stay.

    Args:
        journey: the map.
        ground: who said what.
        sources: files to leave out, as the map names them.
        personas: ids of personas whose people are left out, wherever they speak.
    """
    everyone = Membership(journey.personas, {item.id: item for item in journey.evidence}, ground)
    out = {
        item.id
        for item in journey.evidence
        if item.source in sources or not set(everyone.of([item])).isdisjoint(personas)
    }
    stay = {item.id: item for item in journey.evidence if item.id not in out}
    kept_personas = [
        _persona(persona, out, sources, stay) for persona in journey.personas if persona.id not in personas
    ]
    left = _Left(
        journey,
        ground,
        out,
        Membership([persona for persona in kept_personas if persona], stay, ground),
    )
    smaller = journey.model_copy(
        update={
            "sources": tuple(source for source in journey.sources if source.source not in sources),
            "stages": tuple(
                stage.model_copy(
                    update={
                        "measures": tuple(
                            measure.model_copy(update={"evidence": _kept(measure.evidence, out)})
                            for measure in stage.measures
                        )
                    }
                )
                for stage in journey.stages
            ),
            "personas": tuple(persona for persona in kept_personas if persona),
            "cards": tuple(card for old in journey.cards if (card := left.card(old)) is not None),
            "evidence": tuple(stay.values()),
            "transitions": tuple(
                move for old in journey.transitions if (move := left.transition(old)) is not None
            ),
        }
    )
    return recount(smaller, ground)


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of parts of a map once the quotes *out* are left out."""

    journey: JourneyMap
    ground: Ground
    out: set[str]
    groups: Membership

    def card(self, card: Card) -> Card | None:
        left = card.model_copy(
            update={"against": _kept(card.against, self.out), "evidence": _kept(card.evidence, self.out)}
        )
        if left.evidence == card.evidence:
            return left
        if not left.evidence:
            return None
        old, quotes = self.journey.quotes(card), self.journey.quotes(left)
        counted = count_card(left, quotes, self.ground)
        still = set(self.groups.of(quotes))
        # An opportunity's people are those behind several of its cards: never more than its engine counted.
        counted = counted.model_copy(
            update={
                "people": min(card.people, counted.people),
                "personas": tuple(id_ for id_ in card.personas if id_ in still),
            }
        )
        return self._retitled(counted, old, quotes)

    def _retitled(self, card: Card, old: Sequence[Evidence], quotes: Sequence[Evidence]) -> Card:
        """Return a card that is titled by the mean of its ratings with the mean of those that stay."""
        language = self.journey.language
        for kind in get_args(MeasureKind) if card.lane == "measure" else ():
            before, now = mean_rating(old, self.ground, kind), mean_rating(quotes, self.ground, kind)
            if before is not None and now is not None and card.title == measure_title(kind, before, language):
                return card.model_copy(update={"title": measure_title(kind, now, language)})
        return card

    def transition(self, move: Transition) -> Transition | None:
        evidence = _kept(move.evidence, self.out)
        if evidence == move.evidence:
            return move
        ids = set(evidence)
        people = {self.ground.remark(item).person for item in self.journey.evidence if item.id in ids} - {
            None
        }
        if not people:
            return None
        return move.model_copy(update={"evidence": evidence, "people": min(move.people, len(people))})


def _persona(
    persona: Persona, out: set[str], sources: Collection[str], stay: Mapping[str, Evidence]
) -> Persona | None:
    members = tuple(member for member in persona.members if member.source not in sources)
    if persona.members and not members:
        return None
    said = {item.quote for item in stay.values()}
    empathy = {
        name: tuple(quote for quote in getattr(persona.empathy, name) if quote in said)
        for name in Empathy.model_fields
    }
    return persona.model_copy(
        update={"members": members, "evidence": _kept(persona.evidence, out), "empathy": Empathy(**empathy)}
    )


def _kept(ids: tuple[str, ...], out: set[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ not in out)
