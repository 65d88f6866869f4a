"""Answers on what a person has said of cards: how opportunities are graded, how far they have got, who takes care."""

from collections.abc import Sequence
from typing import Final

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering.question import Question
from journeyai.engines.local.answering.reply import Reply
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Card, Stage
from journeyai.model.vocabulary import CRITERIA, HEADWAYS
from journeyai.operations.opportunities import in_order

_MOST_CARDS: Final = 8
#: What an opportunity is while nobody has said how far it has got.
_AT_FIRST: Final = "idea"
_CLOSED: Final = frozenset({"done", "dropped"})
_CUES: Final = (
    *(f"is_{name}" for name in (*CRITERIA, *HEADWAYS) if name != _AT_FIRST),
    "unowned",
    "owned",
    "work_words",
)


def about_work(reply: Reply, asked: Question, staged: tuple[Stage, str] | None) -> Answer | None:
    """Answer which opportunities are graded so or have got so far, or who takes care of what; None for anything else.

    Args:
        reply: the answer as it grows.
        asked: the question.
        staged: the stage it names and the name, if it names one.
    """
    if asked.asks("told"):
        return None
    criteria = [name for name in CRITERIA if asked.asks(f"is_{name}")]
    headways = [name for name in HEADWAYS if name != _AT_FIRST and asked.asks(f"is_{name}")]
    cards = [
        card
        for card in reply.journey.cards
        if card.status != "rejected" and (staged is None or card.stage == staged[0].id)
    ]
    owners = {fold(card.owner): card.owner for card in cards if card.owner}
    named = {name: owner for name, owner in owners.items() if f" {name} " in f" {asked.folded} "}
    if asked.besides(*_CUES).topic([*named, *([staged[1]] if staged else [])]):
        return None
    if asked.asks("unowned"):
        return _unowned(
            reply, [card for card in in_order(cards) if not card.owner and card.progress not in _CLOSED]
        )
    if asked.asks("owned"):
        return _owners(reply, [card for card in cards if not named or card.owner in named.values()])
    if not criteria and not headways:
        return None
    found = [
        card
        for card in in_order(cards)
        if all(card.judged is not None and getattr(card.judged, name) == "high" for name in criteria)
        and (not headways or card.progress in headways)
    ]
    said = [reply.words.criterion(name) for name in criteria] + [
        reply.words.progress(one) for one in headways
    ]
    if not found:
        return reply.refuse("no_such_work", what=", ".join(said))
    reply.say("such_work", what=", ".join(said))
    _list(reply, found)
    return reply.answer()


def say_work(reply: Reply, card: Card, asked: Question) -> None:
    """Say how *card* is graded, how far it has got and who takes care of it: what there is, and what is asked for."""
    told = []
    if card.judged is not None and card.lane == "opportunity":
        grades = [(name, getattr(card.judged, name)) for name in CRITERIA]
        told += [f"{reply.words.criterion(name)}: {reply.words.grade(grade)}" for name, grade in grades]
    if card.progress:
        told.append(reply.words.progress(card.progress))
    if card.owner:
        told.append(reply.phrases.say("owned_by", owner=card.owner))
    elif asked.asks("owned"):
        told.append(reply.phrases.say("not_owned"))
    if told:
        reply.say("work", reply.of_card(card), id=card.id, what=" · ".join(told))


def _owners(reply: Reply, cards: Sequence[Card]) -> Answer:
    """Answer who takes care of which cards."""
    of: dict[str, list[Card]] = {}
    for card in cards:
        if card.owner:
            of.setdefault(card.owner, []).append(card)
    if not of:
        return reply.refuse("no_owners")
    for owner, own in sorted(of.items()):
        shown = own[:_MOST_CARDS]
        reply.say(
            "owns",
            [place for card in shown for place in reply.of_card(card)],
            owner=owner,
            cards=", ".join(map(reply.name, shown)),
        )
    return reply.answer()


def _unowned(reply: Reply, cards: Sequence[Card]) -> Answer:
    """Answer which open opportunities nobody takes care of."""
    if not cards:
        return reply.refuse("all_owned")
    reply.say("unowned")
    _list(reply, cards)
    return reply.answer()


def _list(reply: Reply, cards: Sequence[Card]) -> None:
    for card in cards[:_MOST_CARDS]:
        owned = [reply.phrases.say("owned_by", owner=card.owner)] if card.owner else []
        progress = [reply.words.progress(card.progress)] if card.progress else []
        reply.tell(" · ".join([reply.name(card), *progress, *owned]) + ".", reply.of_card(card))
