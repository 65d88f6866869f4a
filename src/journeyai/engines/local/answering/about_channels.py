"""Answers about the ways in which contacts happen: which channels people use, and how many of them."""

from collections import defaultdict
from typing import Final

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering.places import Place, of_evidence, people, standing, telling
from journeyai.engines.local.answering.reply import Reply
from journeyai.knowledge.cues import load_cues
from journeyai.model.journey import JourneyMap, Stage
from journeyai.model.vocabulary import Channel

#: Channels that are shown with what is said of them, and quotes under each.
_MOST_SHOWN: Final = 3
_MOST_QUOTES: Final = 2


def by_channel(journey: JourneyMap, stage: Stage | None = None) -> list[tuple[Channel, list[Place]]]:
    """Return customers' quotes by the channel they tell of or were said through, that of most people first."""
    told: dict[Channel, list[Place]] = defaultdict(list)
    for item in standing(journey):
        place = of_evidence(item)
        if item.channel is not None and place.is_customer and (stage is None or item.stage == stage.id):
            told[item.channel].append(place)
    return sorted(told.items(), key=lambda one: (-people(one[1]), one[0]))


def about_channels(reply: Reply, stage: Stage | None) -> Answer:
    """Answer which channels people use, on the whole map or in one stage."""
    told = by_channel(reply.journey, stage)
    where = reply.phrases.say("in_stage", stage=stage.name) if stage is not None else ""
    if not told:
        return reply.refuse("no_channels", place=where)
    named = [name_channel(reply, channel, places) for channel, places in told]
    whole = [place for _, places in told for place in places]
    first = [place for channel, places in told for place in _best(channel, places, 1)]
    reply.say("channels", first, n=people(whole), place=where, channels=", ".join(named))
    for channel, places in told[:_MOST_SHOWN]:
        name = reply.words.channel(channel)
        count = reply.people(people(places))
        reply.say("channel_quotes", channel=name[:1].upper() + name[1:], people=count)
        for place in _best(channel, places, _MOST_QUOTES):
            reply.quote(place)
    return reply.answer()


def _best(channel: Channel, places: list[Place], most: int) -> list[Place]:
    """Return the most telling of *places*: if there are any, of those whose own words name the channel."""
    named = [place for place in places if load_cues().channel(place.text) == channel]
    return telling(named or places, most)


def name_channel(reply: Reply, channel: Channel, places: list[Place]) -> str:
    """Return how a channel is named among others: `phone (12 people)`."""
    return reply.phrases.say(
        "channel", channel=reply.words.channel(channel), people=reply.people(people(places))
    )
