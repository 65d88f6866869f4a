"""Elements about where a journey turns: the moment that matters, key moments, doubts, and the whole of it."""

from collections.abc import Sequence
from typing import Final

from journeyai.export.elements.gathered import Gathered
from journeyai.export.elements.parts import Cells, Entry
from journeyai.export.plain import cut, visible
from journeyai.export.reading import Point, strongest
from journeyai.knowledge.said import said_in
from journeyai.knowledge.templates import ElementTemplate
from journeyai.model.journey import Card, Evidence, Stage
from journeyai.model.vocabulary import Emotion

#: Key moments of a kind.
_MOMENTS: Final = 3
#: Strongest cards told of the moment that matters.
_CARDS: Final = 3
#: Emotions of somebody who is lost, and of somebody who is angry.
_LOST: Final[frozenset[Emotion]] = frozenset({"confusion", "anxiety"})
_ANGRY: Final[frozenset[Emotion]] = frozenset({"anger", "frustration"})
_KINDS: Final = ("lost", "happy", "angry")
#: From this feeling on something goes badly.
_BADLY: Final = -0.5


def key_moments(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return where people are lost, happy or angry: the strongest cards of the kind, each with its measure."""
    cards = _of_kind(map_, asked.which)
    return (tuple(map_.entry(card, _place(map_, card), _measures(map_, card)) for card in cards),)


def moment_measures(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return a measure for each key moment: what was rated at its stage, and how the moment itself is felt."""
    found = []
    for kind in _KINDS:
        for card in _of_kind(map_, kind):
            stage = map_.reading.stage(card.stage)
            text = map_.say(
                "moment_measure",
                kind=map_.say(kind),
                title=map_.words.phrase("quoted", text=visible(card.title)),
                stage=cut(visible(stage.name)) if stage else "",
                measures=f"{_measures(map_, card)} · {map_.say('people', n=card.people)}",
            )
            rated = [id_ for measure in (stage.measures if stage else ()) for id_ in measure.evidence]
            found.append(map_.figure(text, map_.reading.quotes(rated or card.evidence)))
    return (tuple(found),)


def _of_kind(map_: Gathered, kind: str) -> list[Card]:
    """Return the key moments of *kind*: pain points and delights with that emotion, the strongest first."""
    lane = "delight" if kind == "happy" else "pain_point"
    cards = [card for card in strongest(map_.reading.cards) if card.lane == lane and card.people]
    if kind == "happy":
        return cards[:_MOMENTS]
    lost = [card for card in cards if _is_felt(map_, card, _LOST) or _gives_up(map_, card)]
    if kind == "lost":
        return lost[:_MOMENTS]
    ids = {card.id for card in lost}
    return [card for card in cards if _is_felt(map_, card, _ANGRY) and card.id not in ids][:_MOMENTS]


def _is_felt(map_: Gathered, card: Card, emotions: frozenset[Emotion]) -> bool:
    """Whether *card* is felt so: all of it, or at least half of its quotes."""
    quotes = map_.reading.quotes(card.evidence)
    felt = sum(item.emotion in emotions for item in quotes)
    return card.emotion in emotions or (card.emotion is None and 0 < len(quotes) <= 2 * felt)


def _gives_up(map_: Gathered, card: Card) -> bool:
    """Whether several of those behind *card*, or one in three, tell that they doubted or left."""
    quotes = map_.reading.quotes(card.evidence)
    leaving = sum("doubted_or_left" in said_in(item.quote) for item in quotes)
    return leaving >= 1 and (leaving * 3 >= len(quotes) or leaving >= 3)


def _measures(map_: Gathered, card: Card) -> str:
    """Return the ratings at the card's stage, and how the card itself is felt."""
    stage = map_.reading.stage(card.stage)
    rated = [
        map_.say("measured", kind=map_.words.measure(item.kind), value=map_.words.decimal(item.value))
        for item in (stage.measures if stage else ())
    ]
    if card.valence is not None:
        rated.append(map_.say("mean_feeling", value=map_.words.signed(card.valence)))
    return " · ".join(rated)


def _place(map_: Gathered, card: Card) -> str:
    stage = map_.reading.stage(card.stage)
    return cut(visible(stage.name)) if stage else ""


def turning_points(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return where people went back or skipped a stage, and where they told that they doubted or left."""
    found: list[Entry] = []
    shown: set[str] = set()
    mine = {item.id for item in map_.evidence}
    for detour in map_.reading.detours():
        items = [item for item in detour.quotes if item.id in mine]
        if not items:
            continue
        start, end = (cut(visible(stage.name)) for stage in (detour.origin, detour.target))
        text = map_.say("went", start=start, end=end)
        found.append(Entry(text, quotes=tuple(items), note=f"{map_.count_people(items)} · {detour.how}"))
        shown |= {item.id for item in items}
    told = [item for item in map_.said("doubted_or_left", map_.said_by_customers) if item.id not in shown]
    return ((*found, *map_.quoted(told)),)


def moment(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the moment of truth: the stage with the greatest load, how it feels, and its strongest cards."""
    found: list[Entry] = []
    for point in _moments(map_):
        stage = point.stage
        feeling = "" if point.valence is None else map_.words.signed(point.valence)
        note = " · ".join(filter(None, (feeling, map_.say("people", n=point.people))))
        found.append(map_.figure(map_.say("moment", stage=cut(visible(stage.name))), map_.at(stage), note))
        loaded = strongest(map_.cards(stage, ("pain_point", "delight")))
        found += [map_.entry(card) for card in loaded[:_CARDS]]
    return (tuple(found),)


def moment_needs(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what people need in the moment that matters; or what those need for whom it goes badly."""
    found: list[Entry] = []
    for point in _moments(map_):
        if asked.which == "as_it_is":
            found += [map_.entry(card) for card in map_.cards(point.stage, ("need",))]
        else:
            found += map_.quoted(_needs_of_the_hurt(map_, point.stage))
    return (tuple(found),)


def _needs_of_the_hurt(map_: Gathered, stage: Stage) -> list[Evidence]:
    """Return needs told at *stage* in anger, or by people who are hurt there."""
    said = map_.at(stage)
    hurt = {(item.source, item.speaker) for item in said if item.lane == "pain_point"}
    return [
        item
        for item in said
        if item.lane in {"need", "expectation"}
        and (item.valence <= _BADLY or (item.source, item.speaker) in hurt)
    ]


def _moments(map_: Gathered) -> Sequence[Point]:
    return [point for point in map_.reading.curve() if point.stage.moment_of_truth and map_.at(point.stage)]


def experience(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the sum of the steps: their mean, the best and the worst."""
    felt = [(point.valence, point.stage) for point in map_.reading.curve() if point.valence is not None]
    if not felt:
        return ((),)
    signed = map_.words.signed
    mean = sum(value for value, _ in felt) / len(felt)
    stages = map_.words.count("stages", len(felt))
    best, worst = max(felt, key=lambda pair: pair[0]), min(felt, key=lambda pair: pair[0])
    whole = Entry(map_.say("whole", value=signed(mean), stages=stages), note=map_.count_people(map_.evidence))
    ends = [
        map_.figure(map_.say(name, stage=cut(visible(stage.name)), value=signed(value)), map_.at(stage))
        for name, (value, stage) in (("best_stage", best), ("worst_stage", worst))
    ]
    return ((whole, *(ends if len(felt) > 1 else ())),)
