"""What is counted on a map: people before mentions, and feelings with each person weighing the same.

A draft and a change made by hand count with the same code: for a fresh draft, `recount` gives the very same map.
Sums do not depend on the order that quotes stand in.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import fsum, prod
from typing import Any, Final, get_args

from journeyai.knowledge.words import words
from journeyai.model.journey import Card, Evidence, JourneyMap, Stage, StageMeasure
from journeyai.model.vocabulary import Emotion, Lane, MeasureKind
from journeyai.operations.ground import Ground

#: Nothing that an engine has read is more certain than this: people of one study use the same words, so the mistakes an
#: engine makes with them are not as independent as `combined_confidence` takes them to be.
MOST_CONFIDENCE: Final = 0.99
#: Lanes whose quotes say how somebody felt.
FELT: Final[frozenset[Lane]] = frozenset({"pain_point", "delight"})
#: A stage is a moment of truth when its load comes this near to the heaviest.
NEAR_HEAVIEST: Final = 0.9

#: Where a quote stands: source, record, first character, one past the last.
Place = tuple[str, str | None, int, int]


@dataclass(frozen=True, slots=True)
class Feeling:
    """What somebody shows in one quote.

    Attributes:
        person: key of the person; None where it is nobody's.
        valence: −2 … +2.
        emotion: the likeliest one.
    """

    person: str | None
    valence: float
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class StageFigures:
    """How a stage feels; the attributes are those of `Stage`."""

    valence: float | None
    emotions: dict[Emotion, int]
    moment_of_truth: bool


# Over people


def mean_over_people(stated: Iterable[tuple[str | None, float]]) -> float:
    """Return the mean over people of each one's mean, from (person, value) pairs; there must be one."""
    by_person: dict[str | None, list[float]] = defaultdict(list)
    for person, value in stated:
        by_person[person].append(value)
    return fsum(fsum(values) / len(values) for values in by_person.values()) / len(by_person)


def combined_confidence(stated: Iterable[tuple[str | None, float | None]]) -> float | None:
    """Return how likely it is that at least one person says what a card says, from (person, confidence) pairs.

    1 − Π(1 − c), where c is a person's surest quote: who repeats something makes it no surer, who else says it does.
    At most `MOST_CONFIDENCE`; None if nothing is known of any quote.
    """
    surest: dict[str | None, float] = {}
    for person, value in stated:
        if value is not None:
            surest[person] = max(surest.get(person, 0.0), value)
    if not surest:
        return None
    sure = 1 - prod(1 - value for value in sorted(surest.values()))
    # Two decimals often multiply to an exact half of a hundredth, of which a float falls short as often as not.
    return round(min(MOST_CONFIDENCE, sure) + 1e-9, 2)


def rounded(confidence: float | None) -> float | None:
    """Return *confidence* as a quote on the map has it; what is counted, is counted from these."""
    return None if confidence is None else round(confidence, 2)


# Stages


def stage_figures(felt: Mapping[str, Sequence[Feeling]]) -> dict[str, StageFigures]:
    """Return stage → its figures, from the feelings shown there; a stage without any has an empty sequence."""
    loads = {stage: _load(feelings) for stage, feelings in felt.items()}
    heaviest = max(loads.values(), default=0.0)
    figures = {}
    for stage, feelings in felt.items():
        shown = Counter(emotion for emotion, _ in {(item.emotion, item.person) for item in feelings})
        del shown["neutral"]
        people = len({item.person for item in feelings})
        figures[stage] = StageFigures(
            valence=round(mean_over_people((item.person, item.valence) for item in feelings), 2)
            if feelings
            else None,
            emotions=dict(sorted(shown.items(), key=lambda item: (-item[1], item[0]))),
            moment_of_truth=people >= 2 and loads[stage] >= NEAR_HEAVIEST * heaviest > 0,
        )
    return figures


def _load(feelings: Sequence[Feeling]) -> float:
    """Return a stage's emotional load: each person's strongest feeling there (0 … 2), squared, added up.

    Squared, so that a few people in despair outweigh many who are mildly pleased.
    """
    strongest: dict[str | None, float] = {}
    for item in feelings:
        strongest[item.person] = max(strongest.get(item.person, 0.0), abs(item.valence))
    return fsum(value**2 for value in strongest.values())


def felt_at_stages(
    stages: Iterable[Stage], cards: Iterable[Card], evidence: Mapping[str, Evidence], ground: Ground
) -> dict[str, list[Feeling]]:
    """Return stage → what is felt there.

    By the quotes of pain points and delights, and by the steps of told stories, whatever their lane.  Rejected cards
    do not feel, and an opportunity only repeats what other cards say.
    """
    felt: dict[str, list[Feeling]] = {stage.id: [] for stage in stages}
    for card in cards:
        if card.status == "rejected" or card.lane == "opportunity":
            continue
        for item in (evidence[id_] for id_ in card.evidence if id_ in evidence):
            remark = ground.remark(item)
            if card.lane in FELT or remark.is_story:
                felt[card.stage].append(Feeling(remark.person, item.valence, item.emotion))
    return felt


def measured(
    stages: Sequence[Stage], cards: Sequence[Card], evidence: Mapping[str, Evidence], ground: Ground
) -> dict[str, tuple[StageMeasure, ...]]:
    """Return stage → its measures.

    Ratings count at the stage that lists them; those of a card that a person moved or took back in, at the card's.
    What only rejected cards show does not count.
    """
    ratings = [card for card in cards if card.lane == "measure"]
    shown = {id_ for card in ratings if card.status != "rejected" for id_ in card.evidence}
    hidden = {id_ for card in ratings if card.status == "rejected" for id_ in card.evidence} - shown
    listed: set[str] = set()
    groups: dict[str, dict[MeasureKind, list[str]]] = {stage.id: {} for stage in stages}
    for stage in stages:
        for measure in stage.measures:
            ids = [id_ for id_ in measure.evidence if id_ not in hidden]
            groups[stage.id].setdefault(measure.kind, []).extend(ids)
            listed.update(ids)
    for card in ratings:
        for id_ in card.evidence if card.status != "rejected" else ():
            rating = ground.remark(evidence[id_]).rating if id_ in evidence and id_ not in listed else None
            if rating is not None:
                groups[card.stage].setdefault(rating[0], []).append(id_)
                listed.add(id_)
    return {stage.id: _stage_measures(stage, groups[stage.id], evidence, ground) for stage in stages}


def _stage_measures(
    stage: Stage,
    groups: Mapping[MeasureKind, Sequence[str]],
    evidence: Mapping[str, Evidence],
    ground: Ground,
) -> tuple[StageMeasure, ...]:
    old = {measure.kind: measure for measure in stage.measures}
    kinds = [kind for kind, ids in groups.items() if ids]
    if set(kinds) != set(old):
        kinds.sort()
    out = []
    for kind in kinds:
        ids = tuple(dict.fromkeys(groups[kind]))
        value = mean_rating((evidence[id_] for id_ in ids if id_ in evidence), ground, kind)
        if value is None:
            # The sources no longer hold the ratings: what was counted once is all that is known.
            value = old[kind].value
        out.append(StageMeasure(kind=kind, value=value, evidence=ids))
    return tuple(out)


def mean_rating(quotes: Iterable[Evidence], ground: Ground, kind: MeasureKind) -> float | None:
    """Return the mean over people of the ratings of *kind* that *quotes* state; None if they state none."""
    remarks = [ground.remark(item) for item in quotes]
    stated = [
        (remark.person, remark.rating[1]) for remark in remarks if remark.rating and remark.rating[0] == kind
    ]
    return round(mean_over_people(stated), 2) if stated else None


# Cards


def card_figures(card: Card, quotes: Sequence[Evidence], ground: Ground) -> dict[str, Any]:
    """Return the fields of *card* that are counted from *quotes*, its evidence.

    Without quotes it is an assumption, of which nothing is counted.
    """
    people = [ground.remark(item).person for item in quotes]
    confidence = combined_confidence(zip(people, (item.confidence for item in quotes), strict=True))
    if card.lane == "opportunity" and card.confidence is None:
        # An idea of an engine's: that people say what it rests on makes it no likelier to work.
        confidence = None
    felt = mean_over_people(zip(people, (item.valence for item in quotes), strict=True)) if quotes else None
    return {
        "people": len(set(people) - {None}),
        "documents": len({item.source for item in quotes}),
        "mentions": len(quotes),
        "valence": None if felt is None else round(felt, 2),
        "confidence": confidence,
        "assumption": not quotes,
    }


def count_card(card: Card, quotes: Sequence[Evidence], ground: Ground) -> Card:
    """Return *card* with what is counted from *quotes*, its evidence."""
    return card.model_copy(update=card_figures(card, quotes, ground))


def measure_title(kind: MeasureKind, value: float, language: str) -> str:
    """Return the title of the card that shows *value*, the mean of ratings of *kind*."""
    spoken = words(language)
    return spoken.phrase("measured", kind=spoken.measure(kind), value=spoken.decimal(value))


def title_of_mean(
    card: Card, old: Sequence[Evidence], quotes: Sequence[Evidence], ground: Ground, language: str
) -> str:
    """Return the title of *card*: with the mean of the ratings *quotes*, if it told that of the *old* ones."""
    for kind in get_args(MeasureKind):
        before, now = mean_rating(old, ground, kind), mean_rating(quotes, ground, kind)
        if before is not None and now is not None and card.title == measure_title(kind, before, language):
            return measure_title(kind, now, language)
    return card.title


def pointed_at(journey: JourneyMap) -> list[Evidence]:
    """Return the evidence that anything on *journey* points at, in the map's order; the rest lies loose."""
    wanted = {id_ for card in journey.cards for id_ in (*card.evidence, *card.against)}
    wanted |= {id_ for persona in journey.personas for id_ in persona.evidence}
    wanted |= {id_ for move in journey.transitions for id_ in move.evidence}
    wanted |= {id_ for stage in journey.stages for measure in stage.measures for id_ in measure.evidence}
    return [item for item in journey.evidence if item.id in wanted]


def recount(
    journey: JourneyMap,
    ground: Ground,
    *,
    cards: Collection[str] | None = None,
    since: JourneyMap | None = None,
) -> JourneyMap:
    """Return *journey* with everything counted anew.

    A sentence that an engine puts into two lanes, with a feeling for each, is one quote with one feeling on the map:
    counted again, such a card may feel otherwise than it was drawn.  So whoever changes a map says what changed.

    Args:
        journey: the map.
        ground: what the sources say.
        cards: ids of those to be counted; None for all but opportunities: people who stand behind several of the cards
            that one rests on count as its engine counted them.
        since: the map whose figures the stages of *journey* have: only what is not counted as it was there is written.
    """
    evidence = {item.id: item for item in journey.evidence}
    evidence_before = {item.id: item for item in since.evidence} if since else {}
    counted = tuple(
        count_card(card, [evidence[id_] for id_ in card.evidence if id_ in evidence], ground)
        if _is_counted(card, cards)
        else card
        for card in journey.cards
    )
    before = _figures_of(since.stages, since.cards, since.evidence, ground) if since else {}
    after = _figures_of(journey.stages, counted, journey.evidence, ground)
    measures = measured(journey.stages, counted, evidence, ground)
    stages = []
    for stage in journey.stages:
        was, now = before.get(stage.id, {}), after[stage.id]
        differs = {name for name in now if name not in was or was[name] != now[name]}
        # Which stage is a moment of truth hangs on the others; what is felt there does not.
        update = dict(now) if differs - {"moment_of_truth"} else {name: now[name] for name in differs}
        ratings = measures[stage.id]
        old = next((other.measures for other in since.stages if other.id == stage.id), ()) if since else ()
        if since and _rated(ratings, evidence) == _rated(old, evidence_before):
            values = {item.kind: item.value for item in old}
            ratings = tuple(item.model_copy(update={"value": values[item.kind]}) for item in ratings)
        if ratings != stage.measures:
            update["measures"] = ratings
        stages.append(stage.model_copy(update=update) if update else stage)
    new = journey.model_copy(update={"cards": counted, "stages": tuple(stages)})
    quoted = pointed_at(new)
    if since and {_place(item) for item in quoted} == {_place(item) for item in pointed_at(since)}:
        return new
    return new.model_copy(update={"coverage": ground.coverage(quoted)})


def _is_counted(card: Card, cards: Collection[str] | None) -> bool:
    if cards is None:
        return card.lane != "opportunity" and bool(card.evidence)
    return card.id in cards


def _figures_of(
    stages: Sequence[Stage], cards: Sequence[Card], evidence: Sequence[Evidence], ground: Ground
) -> dict[str, dict[str, Any]]:
    """Return stage → name of a field → how it is counted."""
    felt = felt_at_stages(stages, cards, {item.id: item for item in evidence}, ground)
    return {stage: asdict(figures) for stage, figures in stage_figures(felt).items()}


def _rated(
    measures: Iterable[StageMeasure], evidence: Mapping[str, Evidence]
) -> set[tuple[MeasureKind, tuple[Place, ...]]]:
    """Return which ratings stand behind *measures*, whatever their ids are."""
    return {
        (item.kind, tuple(_place(evidence[id_]) for id_ in item.evidence if id_ in evidence))
        for item in measures
    }


def _place(item: Evidence) -> Place:
    return (item.source, item.record, item.start, item.end)
