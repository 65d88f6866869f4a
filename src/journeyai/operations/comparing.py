"""How two maps are compared: what belongs together is found first, and then told field by field."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from journeyai.model.journey import Card, Evidence, JourneyMap, Persona, Stage
from journeyai.operations.comparison import (
    ChangedCard,
    ChangedPersona,
    ChangedStage,
    Comparison,
    CurvePoint,
    FieldChange,
    FieldValue,
    GoneCard,
    GonePersona,
    GoneStage,
    NewCard,
    Totals,
)
from journeyai.operations.counterparts import Place, Places, find_counterparts, place_of


class Comparing:
    """Two maps beside each other; the arguments are those of `compare`."""

    def __init__(self, before: JourneyMap, after: JourneyMap, *, same_numbers: bool) -> None:
        self.before, self.after = before, after
        old, new = Places(before), Places(after)
        self.old, self.new = old, new
        self.same = find_counterparts(before, after, (old, new), same_numbers=same_numbers)
        self.cards_before = {card.id: card for card in before.cards}
        self.cards_after = {card.id: card for card in after.cards}
        was = {now: then for then, now in self.same.cards.items()}
        self.new_cards = [card for card in after.cards if card.id not in was]
        self.gone_cards = [card for card in before.cards if card.id not in self.same.cards]
        self.pairs = [
            (self.cards_before[then], card)
            for card in after.cards
            if (then := was.get(card.id)) is not None and self.cards_before[then] is not card
        ]

    def result(self) -> Comparison:
        """Return what differs."""
        gone_cards = self._gone_cards()
        quotes = (
            (frozenset[Place](), frozenset[Place]())
            if self.before.evidence is self.after.evidence
            else tuple(
                frozenset(place_of(item) for item in journey.evidence)
                for journey in (self.before, self.after)
            )
        )
        return Comparison(
            totals_before=_totals(self.before),
            totals_after=_totals(self.after),
            fields=_changes(_heading(self.before), _heading(self.after)),
            stages_added=tuple(s for s in self.after.stages if s.id not in set(self.same.stages.values())),
            stages_removed=self._gone_stages(gone_cards),
            stages_changed=self._changed_stages(),
            cards_added=self._new_cards(),
            cards_removed=gone_cards,
            cards_changed=tuple(
                ChangedCard(one, other, fields)
                for one, other in self.pairs
                if (fields := self._card_changes(one, other))
            ),
            personas_added=tuple(
                p for p in self.after.personas if p.id not in set(self.same.personas.values())
            ),
            personas_removed=self._gone_personas(),
            personas_changed=self._changed_personas(),
            quotes_added=len(quotes[1] - quotes[0]),
            quotes_removed=len(quotes[0] - quotes[1]),
            transitions_changed=self._transitions(),
            curve=self._curve(),
        )

    # Cards

    def _card_changes(self, one: Card, other: Card) -> tuple[FieldChange, ...]:
        old, new = _card_values(one), _card_values(other)
        if self.same.stages.get(one.stage, one.stage) == other.stage:
            del old["stage"], new["stage"]
        if {self.same.personas.get(id_, id_) for id_ in one.personas} == set(other.personas):
            del old["personas"], new["personas"]
        for name in ("evidence", "against"):
            if self.old.of(getattr(one, name)) == self.new.of(getattr(other, name)):
                del old[name], new[name]
        return _changes(old, new)

    def _gone_cards(self) -> tuple[GoneCard, ...]:
        gained = {
            card.id: self.new.of(card.evidence) - self.old.of(was.evidence) for was, card in self.pairs
        } | {card.id: self.new.of(card.evidence) for card in self.new_cards}
        return tuple(GoneCard(card, _heir(self.old.of(card.evidence), gained)) for card in self.gone_cards)

    def _new_cards(self) -> tuple[NewCard, ...]:
        lost = {card.id: self.old.of(was.evidence) - self.new.of(card.evidence) for was, card in self.pairs}
        return tuple(NewCard(card, _heir(self.new.of(card.evidence), lost)) for card in self.new_cards)

    # Stages

    def _gone_stages(self, gone_cards: Sequence[GoneCard]) -> tuple[GoneStage, ...]:
        heirs = {gone.card.id: gone.into for gone in gone_cards} | dict(self.same.cards)
        found: list[GoneStage] = []
        for stage in self.before.stages:
            if stage.id not in self.same.stages:
                went = Counter(
                    self.cards_after[heir].stage
                    for card in self.before.cards
                    if card.stage == stage.id and (heir := heirs.get(card.id)) is not None
                )
                found.append(GoneStage(stage, _most(went)))
        return tuple(found)

    def _changed_stages(self) -> tuple[ChangedStage, ...]:
        then = {stage.id: stage for stage in self.before.stages}
        was = {now: then_ for then_, now in self.same.stages.items()}
        order = [was[stage.id] for stage in _in_order(self.after.stages) if stage.id in was]
        rank = {stage.id: place for place, stage in enumerate(_in_order(self.before.stages))}
        unmoved = _longest_rising([rank[id_] for id_ in order])
        found: list[ChangedStage] = []
        for stage in _in_order(self.after.stages):
            if stage.id in was:
                one = then[was[stage.id]]
                fields = _changes(_stage_values(one), _stage_values(stage))
                moved = rank[one.id] not in unmoved
                if fields or moved:
                    found.append(ChangedStage(one, stage, fields, moved))
        return tuple(found)

    def _transitions(self) -> dict[tuple[str, str], tuple[int, int]]:
        def stage(id_: str) -> str:
            return self.same.stages.get(id_, id_)

        old = Counter[tuple[str, str]]()
        for move in self.before.transitions:
            old[stage(move.from_), stage(move.to)] += move.people
        new = Counter[tuple[str, str]]()
        for move in self.after.transitions:
            new[move.from_, move.to] += move.people
        return {way: (old[way], new[way]) for way in dict.fromkeys((*old, *new)) if old[way] != new[way]}

    def _curve(self) -> tuple[CurvePoint, ...]:
        was = {now: then for then, now in self.same.stages.items()}
        old, new = _Stages(self.before), _Stages(self.after)
        points: dict[str, CurvePoint] = {}
        for stage in _in_order(self.after.stages):
            then = was.get(stage.id)
            points[stage.id] = CurvePoint(
                stage=stage.id,
                name=stage.name,
                before=old.by_id[then].valence if then else None,
                after=stage.valence,
                is_new=then is None,
                cards_before=old.cards[then] if then else 0,
                cards_after=new.cards[stage.id],
                people_before=len(old.people.get(then, ())) if then else 0,
                people_after=len(new.people.get(stage.id, ())),
            )
        line = list(points.values())
        place = 0
        for stage in _in_order(self.before.stages):
            if (now := self.same.stages.get(stage.id)) is not None:
                place = line.index(points[now]) + 1
                continue
            gone = CurvePoint(
                stage=stage.id,
                name=stage.name,
                before=stage.valence,
                after=None,
                is_gone=True,
                cards_before=old.cards[stage.id],
                people_before=len(old.people.get(stage.id, ())),
            )
            line.insert(place, gone)
            place += 1
        return tuple(line)

    # Personas

    def _gone_personas(self) -> tuple[GonePersona, ...]:
        home = {member: persona.id for persona in self.after.personas for member in _members(persona)}
        return tuple(
            GonePersona(persona, _most(Counter(home[m] for m in _members(persona) if m in home)))
            for persona in self.before.personas
            if persona.id not in self.same.personas
        )

    def _changed_personas(self) -> tuple[ChangedPersona, ...]:
        now = {persona.id: persona for persona in self.after.personas}
        found: list[ChangedPersona] = []
        for one in self.before.personas:
            other = now.get(self.same.personas.get(one.id, ""))
            if other is None or other is one:
                continue
            old, new = _persona_values(one), _persona_values(other)
            if self.old.of(one.evidence) == self.new.of(other.evidence):
                del old["evidence"], new["evidence"]
            if fields := _changes(old, new):
                found.append(ChangedPersona(one, other, fields))
        return tuple(found)


class _Stages:
    """What stands in each stage of a map."""

    def __init__(self, journey: JourneyMap) -> None:
        self.by_id = {stage.id: stage for stage in journey.stages}
        self.cards = Counter(card.stage for card in journey.cards if card.status != "rejected")
        self.people: dict[str, set[tuple[str, str | None]]] = {}
        for item in journey.evidence:
            if item.role == "customer":
                self.people.setdefault(item.stage, set()).add(_speaker(item))


def _heading(journey: JourneyMap) -> dict[str, FieldValue]:
    return {
        "title": journey.title,
        "goal": journey.goal,
        **{f"scope.{name}": value for name, value in journey.scope.model_dump().items()},
        "language": journey.language,
        "template": journey.template,
        "sources": tuple(sorted(source.source for source in journey.sources)),
    }


def _card_values(card: Card) -> dict[str, FieldValue]:
    values = {name: getattr(card, name) for name in Card.model_fields if name not in {"id", "judged"}}
    if card.judged is not None:
        values |= {f"judged.{name}": value for name, value in card.judged.model_dump().items()}
    return values


def _stage_values(stage: Stage) -> dict[str, FieldValue]:
    return {
        "name": stage.name,
        "summary": stage.summary,
        "valence": stage.valence,
        "moment_of_truth": stage.moment_of_truth,
        "duration": stage.duration,
        **{f"emotions.{emotion}": people for emotion, people in stage.emotions.items()},
        **{f"measures.{measure.kind}": measure.value for measure in stage.measures},
    }


def _persona_values(persona: Persona) -> dict[str, FieldValue]:
    nested = {"id", "empathy", "members"}
    values = {name: getattr(persona, name) for name in Persona.model_fields if name not in nested}
    values |= {
        f"empathy.{name}": getattr(persona.empathy, name) for name in type(persona.empathy).model_fields
    }
    return values | {"members": tuple(_members(persona))}


def _members(persona: Persona) -> list[str]:
    return [f"{member.source}: {member.speaker}" for member in persona.members]


def _changes(old: Mapping[str, FieldValue], new: Mapping[str, FieldValue]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    )


def _totals(journey: JourneyMap) -> Totals:
    there = [card for card in journey.cards if card.status != "rejected"]
    return Totals(
        stages=len(journey.stages),
        personas=len(journey.personas),
        cards=len(there),
        rejected=len(journey.cards) - len(there),
        reviewed=sum(card.locked or card.status != "draft" for card in journey.cards),
        assumptions=sum(card.assumption for card in there),
        quotes=len(journey.evidence),
        people=len({_speaker(item) for item in journey.evidence if item.role == "customer"}),
        used=journey.coverage.used,
    )


def _speaker(item: Evidence) -> tuple[str, str | None]:
    return (item.source, item.speaker if item.speaker is not None else item.record)


def _heir(places: frozenset[Place], having: Mapping[str, frozenset[Place]]) -> str | None:
    """Return who has at least half of *places*, and most of them; None if nobody."""
    shared = {id_: len(places & theirs) for id_, theirs in having.items() if theirs}
    best = max(shared, key=lambda id_: shared[id_], default=None)
    return best if best is not None and shared[best] and 2 * shared[best] >= len(places) else None


def _most(votes: Counter[str]) -> str | None:
    return max(votes, key=lambda id_: votes[id_], default=None)


def _in_order(stages: Iterable[Stage]) -> list[Stage]:
    return sorted(stages, key=lambda stage: stage.order)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Return the longest subsequence of different *numbers* that rises: what has kept its order."""
    best: list[tuple[int, ...]] = []
    for number in numbers:
        below = [line for line in best if line[-1] < number]
        best.append((*max(below, key=len, default=()), number))
    longest = max(best, key=len, default=())
    return frozenset(longest)
