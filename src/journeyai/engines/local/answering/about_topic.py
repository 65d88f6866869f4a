"""Answers about a topic: who speaks of it and how many, what they say, and which cards hold it."""

from collections.abc import Callable, Sequence
from typing import Final

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering.places import (
    ABOUT,
    Place,
    cards_of,
    find,
    of_evidence,
    people,
    standing,
    telling,
    vouched_for,
)
from journeyai.engines.local.answering.question import Question, letters
from journeyai.engines.local.answering.reply import Reply
from journeyai.engines.local.answering.topics import Topic
from journeyai.model.aliases import VectorSource
from journeyai.model.journey import Stage
from journeyai.model.vocabulary import LANES, Lane, Role
from journeyai.retrieval.search import Passage

SearchFunction = Callable[[str, int], Sequence[Passage]]

#: Passages asked of the search.
_PASSAGES: Final = 30
#: Asked for the words of staff, which are fewer than customers'.
_STAFF_PASSAGES: Final = 150
_STAFF: Final[frozenset[Role]] = frozenset({"agent", "system"})
_MOST_QUOTES: Final = 6
_MOST_OF_LANE: Final = 3
_MOST_CARDS: Final = 3
#: The order in which lanes are told; the rest follow as the map has them.
_ORDER: Final[tuple[Lane, ...]] = ("pain_point", "delight", "need", "expectation", "question")
_COUNTED: Final[dict[Lane, str]] = {"pain_point": "complain_of", "delight": "praise", "need": "ask_for"}


def about_topic(
    reply: Reply,
    question: Question,
    groups: Sequence[Sequence[str]],
    search: SearchFunction,
    encode: VectorSource | None,
    stage: Stage | None,
    who: Sequence[str] = (),
) -> Answer:
    """Answer what customers say of a topic, among the lanes and in the stage that the question names.

    Args:
        reply: what is said goes there.
        question: as it was asked.
        groups: the words of the topic.
        search: finds passages.
        encode: vectors of texts, or None.
        stage: only what was said of it; None for all.
        who: folded words of the name of the one person whose words count; empty for all.
    """
    quotes = standing(reply.journey)
    name = _named(question, groups)
    passages = search(name, _PASSAGES)
    topic = Topic(groups, [*(item.quote for item in quotes), *(item.text for item in passages)])
    places = find(topic, quotes, passages, name, encode, vouched_for(reply.journey, topic))
    if stage is not None:
        places = [one for one in places if one.evidence and one.evidence.stage == stage.id]
    if who:
        places = [one for one in places if one.speaker and set(who) <= set(letters(one.speaker))]
    customers = [place for place in places if place.is_customer or who]
    shown_topic = _in_marks(reply, name)
    if stage is not None:
        shown_topic += reply.phrases.say("in_stage", stage=stage.name)
    if who and not customers:
        return reply.refuse("says_nothing", name=" ".join(who).title(), topic=shown_topic)
    if not customers:
        staff = [place for place in places if place.role == "agent"]
        if not staff or max(place.score for place in staff) < ABOUT:
            return reply.refuse("nothing", topic=shown_topic)
        reply.say("only_staff", topic=shown_topic)
        for place in telling(staff, _MOST_CARDS):
            reply.quote(place)
        return reply.answer()
    wanted = [place for place in customers if place.lane is not None and place.lane in question.lanes]
    _lead(reply, question, customers, wanted, shown_topic)
    # One stray quote in the lane asked for is no answer by itself.
    counted = any(place.lane in _COUNTED for place in wanted)
    shown = wanted if counted or len(wanted) > 1 else customers
    reply.name_cards(cards_of(reply.journey, shown, topic)[:_MOST_CARDS])
    _tell(reply, shown)
    return reply.answer()


def about_staff(
    reply: Reply, question: Question, groups: Sequence[Sequence[str]], search: SearchFunction
) -> Answer:
    """Answer what agents and others of the company say of a topic, or what the map quotes of them.

    Args:
        reply: what is said goes there.
        question: as it was asked, without what names the staff.
        groups: the words of the topic; empty for all topics.
        search: finds passages.
    """
    quotes = [item for item in standing(reply.journey) if item.role in _STAFF]
    if not groups:
        if not quotes:
            return reply.refuse("staff_nowhere")
        reply.say("staff_say_most")
        for place in telling([of_evidence(item) for item in quotes], _MOST_QUOTES):
            reply.quote(place)
        return reply.answer()
    name = _named(question, groups)
    passages = [item for item in search(name, _STAFF_PASSAGES) if item.role in _STAFF]
    topic = Topic(groups, [*(item.quote for item in quotes), *(item.text for item in passages)])
    places = [place for place in find(topic, quotes, passages, name, None) if place.score >= ABOUT]
    shown_topic = _in_marks(reply, name)
    if not places:
        return reply.refuse("staff_silent", topic=shown_topic)
    reply.say("staff_say", topic=shown_topic)
    for place in telling(places, _MOST_QUOTES):
        reply.quote(place)
    return reply.answer()


def _in_marks(reply: Reply, name: str) -> str:
    return f"“{name}”" if reply.language != "es" else f"«{name}»"


def _named(question: Question, groups: Sequence[Sequence[str]]) -> str:
    """Return the topic as it was typed: from its first word to its last."""
    words = question.asked.split()
    folded = [letters(word) for word in words]
    wanted = {word for group in groups for word in group}
    at = [place for place, word in enumerate(folded) if any(part in wanted for part in word)]
    if not at or at[-1] - at[0] > 3 * len(wanted):
        return " ".join(word for group in groups for word in group)
    return " ".join(words[at[0] : at[-1] + 1]).strip("¿?¡!.,;:\"'“”«»()")


def _lead(
    reply: Reply, question: Question, customers: Sequence[Place], wanted: Sequence[Place], topic: str
) -> None:
    """Say how many speak of it; counted from the places, never guessed."""
    lane = next((lane for lane in _COUNTED if lane in question.lanes), None)
    if lane is not None:
        own = [place for place in wanted if place.lane == lane]
        if own:
            n, documents = people(own), reply.documents(own)
            reply.tell(reply.phrases.say(_COUNTED[lane], n=n, topic=topic, documents=documents) + ".", own)
            return
        n = people(customers)
        reply.say("none_in_lane", customers, n=n, topic=topic, lane=reply.words.lane(lane))
        return
    n, documents = people(customers), reply.documents(customers)
    text = reply.phrases.say("speak_of", n=n, topic=topic, documents=documents)
    pained = people(place for place in customers if place.lane == "pain_point")
    pleased = people(place for place in customers if place.lane == "delight")
    if pained or pleased:
        key = "of_them" if pained and pleased else "pained" if pained else "pleased"
        text += "; " + reply.phrases.say(key, pained=pained, pleased=pleased)
    reply.tell(text + ".", customers)


def _tell(reply: Reply, places: Sequence[Place]) -> None:
    """Say the most telling quotes, lane by lane."""
    by_lane: dict[Lane | None, list[Place]] = {}
    chosen = telling(places, len(places))
    for lane in (*_ORDER, *LANES):
        if lane not in by_lane and (own := [place for place in chosen if place.lane == lane]):
            by_lane[lane] = own
    rest = [place for place in chosen if place.lane not in _ORDER]
    kept = [(lane, by_lane[lane]) for lane in _ORDER if lane in by_lane]
    room = _MOST_QUOTES
    for position, (lane, all_own) in enumerate(kept):
        most = min(_MOST_OF_LANE, room - (len(kept) - position - 1)) if len(kept) > 1 else room
        own = all_own[: max(most, 0)]
        room -= len(own)
        if own:
            reply.say("lane", lane=_capital(reply.words.lane(lane)))
            for place in own:
                reply.quote(place)
    if rest and room > 0:
        own = rest[: min(room, _MOST_OF_LANE)]
        if kept:
            reply.say("also")
        for place in own:
            reply.quote(place)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
