"""Elements about the study and what is to follow from it: goal, scope, channels, outcomes, priorities, ideas."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from journeyai.export.elements.gathered import Gathered, mean_feeling, people
from journeyai.export.elements.parts import Cells, Entry
from journeyai.export.plain import cut, visible
from journeyai.knowledge.templates import ElementTemplate
from journeyai.model.journey import Card, Evidence

#: Outcomes that a method with few asks for, and what stands on a list of priorities.
_OUTCOMES: Final = 3
_PRIORITIES: Final = 10


def goal(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return why the map is drawn; nothing if nobody said it."""
    said = visible(map_.journey.goal)
    return ((Entry(said),) if said else (),)


def scope(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return goal, focus, start and end; where the study names no end of its own, those of the stages."""
    scope, found = map_.journey.scope, list(goal(map_, asked)[0])
    state = map_.say(scope.state)
    if focus := visible(scope.focus):
        found.append(Entry(focus))
    start, end = visible(scope.start), visible(scope.end)
    if start and end:
        found.append(Entry(map_.say("scope_is", start=start, end=end), note=state))
    elif start or end:
        name = "scope_start" if start else "scope_end"
        found.append(Entry(map_.say(name, start=start, end=end), note=state))
    elif map_.stages:
        ends = map_.say("scope_is", start=visible(map_.stages[0].name), end=visible(map_.stages[-1].name))
        found.append(Entry(ends, note=f"{state} · {map_.say('scope_by_stages')}"))
    return (tuple(found),)


def by_channel(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the channels people speak of, or through: whose each is, how many people, how it feels."""
    said: dict[str, list[Evidence]] = defaultdict(list)
    for item in map_.said_by_customers:
        if channel := map_.channel_of(item):
            said[channel].append(item)
    found = []
    for channel, items in sorted(said.items(), key=lambda pair: (-len(people(pair[1])), pair[0])):
        value = mean_feeling(items)
        whose = (
            "controlled" if map_.is_controlled(channel, (item.source for item in items)) else "not_controlled"
        )
        feeling = map_.say("mean_feeling", value=map_.words.signed(value)) if value is not None else ""
        note = " · ".join(filter(None, (map_.say(whose), map_.count_people(items), feeling)))
        found.append(map_.figure(map_.channel_name(channel), items, note))
    return (tuple(found),)


def outcomes(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the three things that matter most: the first opportunities, or the heaviest pain points without any."""
    first = map_.reading.opportunities()[:_OUTCOMES] or map_.reading.heaviest_pains(_OUTCOMES)
    return (tuple(map_.entry(card, _place(map_, card)) for card in first),)


def follow_ups(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return what is to be done, each with its owner; those that somebody owns come first."""
    ranked = sorted(map_.reading.opportunities(), key=lambda card: not card.owner)
    return (
        tuple(
            map_.entry(card, _owner(map_, card), map_.reading.progress(card), _place(map_, card))
            for card in ranked
        ),
    )


def priorities(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return where to start: the pain points by people times severity."""
    found = []
    for card in map_.reading.heaviest_pains(_PRIORITIES):
        weight = map_.say(
            "pain_weight", people=map_.say("people", n=card.people), severity=card.severity or 1
        )
        found.append(Entry(card.title, card, note=f"{weight} · {_place(map_, card)}"))
    return (tuple(found),)


def ideas(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the opportunities with how desirable, viable and feasible they are judged, owner and progress."""
    found = []
    for card in map_.reading.opportunities():
        judged = map_.reading.judgement(card) or map_.say("not_judged")
        owner = _owner(map_, card) if visible(card.owner or "") else ""
        found.append(map_.entry(card, judged, map_.reading.progress(card), owner))
    return (tuple(found),)


def at(map_: Gathered, asked: ElementTemplate) -> Cells:
    """Return the cards of the stages in which one part of the lifecycle has its place, with their channels."""
    found: list[Entry] = []
    said: list[Evidence] = []
    parts = ("consideration", "purchase") if asked.which == "buying" else (asked.which,)
    for stage in map_.stages_of(parts):
        found += [
            map_.entry(card, map_.words.channel(card.channel) if card.channel else "")
            for card in map_.cards(stage, asked.lanes)
        ]
        said += map_.at(stage)
    return ((*found, *_channels(map_, said)),)


def _channels(map_: Gathered, said: Iterable[Evidence]) -> Iterable[Entry]:
    by_channel: dict[str, list[Evidence]] = defaultdict(list)
    for item in said:
        if item.channel:
            by_channel[item.channel].append(item)
    for channel, items in sorted(by_channel.items(), key=lambda pair: (-len(people(pair[1])), pair[0])):
        yield map_.figure(map_.channel_name(channel), items, map_.count_people(items))


def _owner(map_: Gathered, card: Card) -> str:
    owner = visible(card.owner or "")
    return map_.say("owner", name=owner) if owner else map_.say("no_owner")


def _place(map_: Gathered, card: Card) -> str:
    stage = map_.reading.stage(card.stage)
    return cut(visible(stage.name)) if stage else ""
