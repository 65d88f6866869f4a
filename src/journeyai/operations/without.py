"""The map as it would be without some of its material.  A look, not a change: nothing here is ever written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from journeyai.model.journey import Card, Empathy, Evidence, JourneyMap, Persona, Transition
from journeyai.operations.figures import count_card, recount, title_of_mean
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
        if card.lane != "measure":
            return counted
        title = title_of_mean(counted, old, quotes, self.ground, self.journey.language)
        return counted.model_copy(update={"title": title})

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
