"""Elements with a cell for each stage: cards, feelings, measures, what was said."""

from collections.abc import Iterable
from typing import Final

from journeyai.export.elements.gathered import Gathered, mean_feeling, people, sign_of
from journeyai.export.elements.parts import Cells, Entry
from journeyai.export.plain import visible
from journeyai.export.reading import GLANCE_CHARS
from journeyai.knowledge.templates import ElementTemplate
from journeyai.model.journey import Evidence, Stage
from journeyai.model.vocabulary import ROLES

#: Quotes in a cell.
_QUOTES: Final = 3
#: Emotions told of a stage.
_EMOTIONS: Final = 3


def cards(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the cards of the lanes, or of those the good, the bad or neither."""
    return tuple(
        tuple(
            map_.entry(card)
            for card in map_.cards(stage, asked.lanes)
            if not asked.which or sign_of(card) == asked.which
        )
        for stage in map_.stages
    )


def feelings(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return how each stage feels, and the emotions most people showed."""
    found: list[tuple[Entry, ...]] = []
    for point in map_.reading.curve():
        if point.valence is None:
            found.append(())
            continue
        emotions = point.stage.emotions if map_.reading.persona is None else {}
        felt = sorted(emotions.items(), key=lambda item: (-item[1], item[0]))
        names = [
            map_.say("emotion", emotion=map_.words.emotion(name), people=number)
            for name, number in felt
            if name != "neutral"
        ]
        text = map_.words.signed(point.valence)
        note = " · ".join((map_.say("people", n=point.people), *names[:_EMOTIONS]))
        found.append((map_.figure(text, map_.at(point.stage), note),))
    return tuple(found)


def stages(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return each stage in a sentence, or how many were heard on it; nothing where nobody was."""
    found: list[tuple[Entry, ...]] = []
    for point in map_.reading.curve():
        said = map_.at(point.stage)
        heard = map_.say("heard", people=map_.say("people", n=point.people))
        summary = visible(point.stage.summary) if map_.reading.persona is None else ""
        if not said:
            found.append(())
        else:
            found.append((map_.figure(summary or heard, said, heard if summary else ""),))
    return tuple(found)


def timeline(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return how long a stage takes: what the map says, and what people tell of hours, days and weeks."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        told = [Entry(visible(stage.duration))] if stage.duration and visible(stage.duration) else []
        said = _best(map_.said("durations", map_.at(stage)))
        found.append((*told, *map_.quoted(said, most=_QUOTES)))
    return tuple(found)


def measures(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what was measured: the cards, and the means that no card tells."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        shown = map_.cards(stage, asked.lanes)
        on_cards = {frozenset(card.evidence) for card in shown}
        loose = [
            map_.figure(
                map_.say(
                    "measured", kind=map_.words.measure(item.kind), value=map_.words.decimal(item.value)
                ),
                map_.reading.quotes(item.evidence),
                map_.say("quotes", n=len(item.evidence)),
            )
            for item in (stage.measures if map_.reading.persona is None else ())
            if frozenset(item.evidence) not in on_cards
        ]
        found.append((*map(map_.entry, shown), *loose))
    return tuple(found)


def own_words(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return feelings as people put them: the cards of the lanes, and the quotes felt most strongly."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        shown = map_.cards(stage, asked.lanes)
        used = {id_ for card in shown for id_ in card.evidence}
        felt = [item for item in map_.at(stage) if item.id not in used and item.lane != "measure"]
        felt = [item for item in _best(felt) if item.emotion != "neutral"]
        quotes = tuple(
            Entry(item.quote, quotes=(item,), note=f"{map_.words.emotion(item.emotion)} · {map_.who(item)}")
            for item in felt[:_QUOTES]
        )
        found.append((*map(map_.entry, shown), *quotes))
    return tuple(found)


def quotes(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the quotes felt most strongly, each person once."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        by_person: dict[tuple[str, str | None], Evidence] = {}
        for item in _best(map_.at(stage)):
            if item.lane != "measure":
                by_person.setdefault((item.source, item.speaker or item.record), item)
        found.append(
            tuple(
                Entry(item.quote, quotes=(item,), note=map_.who(item))
                for item in [*by_person.values()][:_QUOTES]
            )
        )
    return tuple(found)


def asked_or_not(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what was said when asked, or what was said unasked: how it feels, and its strongest quotes."""
    solicited = asked.which == "solicited"
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        said = [item for item in map_.at(stage) if map_.solicited(item) == solicited]
        if not said:
            found.append(())
            continue
        value = mean_feeling(said)
        feeling = map_.say("mean_feeling", value=map_.words.signed(value)) if value is not None else ""
        text = f"{map_.count_people(said)} · {map_.say('quotes', n=len(said))}"
        found.append((map_.figure(text, said, feeling),))
    return tuple(found)


def people_involved(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return who speaks at each stage, by their part in it."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        said = map_.at(stage, customers=False)
        cell = []
        for role in ROLES:
            mine = [item for item in said if item.role == role]
            number = len({(item.source, item.speaker or item.record) for item in mine})
            if number:
                name = map_.words.role(role, number)
                cell.append(map_.figure(map_.say("roles", n=number, role=name), mine))
        found.append(tuple(cell))
    return tuple(found)


def visibility(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what lies on either side of the line: cards of what customers meet, and of what they do not see."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        seen = map_.cards(stage, ("action", "touchpoint"))
        unseen = map_.cards(stage, ("back_stage", "technical_limit"))
        found.append(
            tuple(
                map_.figure(
                    map_.say(name, n=len(cards_)),
                    map_.reading.quotes(id_ for card in cards_ for id_ in card.evidence),
                )
                for name, cards_ in (("seen", seen), ("unseen", unseen))
                if cards_
            )
        )
    return tuple(found)


def channels(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the channels that people speak of, or through, at each stage."""
    return tuple(tuple(_channels(map_, stage)) for stage in map_.stages)


def _channels(map_: Gathered, stage: Stage) -> Iterable[Entry]:
    said: dict[str, list[Evidence]] = {}
    for item in map_.at(stage):
        if channel := map_.channel_of(item):
            said.setdefault(channel, []).append(item)
    for channel, items in sorted(said.items(), key=lambda pair: (-len(people(pair[1])), pair[0])):
        yield map_.figure(map_.channel_name(channel), items, map_.count_people(items))


def contacts(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the touchpoints that the company controls, those it does not, or those whose channel nobody told."""
    found: list[tuple[Entry, ...]] = []
    for stage in map_.stages:
        cell = []
        for card in map_.cards(stage, asked.lanes):
            sources = [item.source for item in map_.reading.quotes(card.evidence)]
            standing = "not_told"
            if card.channel:
                standing = "controlled" if map_.is_controlled(card.channel, sources) else "not_controlled"
            if standing == asked.which:
                cell.append(map_.entry(card, map_.words.channel(card.channel) if card.channel else ""))
        found.append(tuple(cell))
    return tuple(found)


def _best(items: Iterable[Evidence]) -> list[Evidence]:
    """Return *items* felt most strongly first, long ones last."""
    return sorted(items, key=lambda item: (len(item.quote) > GLANCE_CHARS, -abs(item.valence)))
