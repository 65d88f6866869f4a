"""Opportunities: what to change, from what hurts, is wished for, or stands in the way.

An engine thinks of them and grades them; where it leaves that to us, they are pain points that plain code proposes to
mend, without grades.  A person may grade either, so which is which shows in what they are called.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from journeyai.drafting.second_look import facts_of
from journeyai.engines.engine import Engine, Frame, Idea
from journeyai.knowledge.words import words
from journeyai.model.journey import Card, Evidence, Judged
from journeyai.model.vocabulary import Lane

#: Most opportunities on a map.
MOST_OPPORTUNITIES: Final = 7
#: Lanes that call for a change.
_CALLING: Final[frozenset[Lane]] = frozenset({"pain_point", "need", "expectation", "technical_limit"})
#: Cards an engine is shown, those that most people stand behind: beyond, they are single voices.
_MOST_SHOWN: Final = 80
#: What hurts at least so many, and so much, is worth mending.
_LEAST_PEOPLE: Final = 2
_LEAST_SEVERITY: Final = 2


def find_opportunities(
    cards: Sequence[Card], evidence: Sequence[Evidence], frame: Frame, engine: Engine
) -> list[Card]:
    """Return the opportunities that *cards* give rise to, most worthwhile first; their ids are given later.

    Args:
        cards: those of the map so far.
        evidence: what they point at.
        frame: stages, lanes and language.
        engine: for its ideas.
    """
    if "opportunity" not in frame.lanes:
        return []
    shown = sorted(
        (card for card in cards if card.lane in _CALLING),
        key=lambda card: -card.people * (card.severity or 1),
    )[:_MOST_SHOWN]
    ideas = engine.find_ideas([facts_of(card, frame) for card in shown], frame.language) if shown else ()
    if ideas is None:
        return _mended(cards, frame)
    source_of = {item.id: item.source for item in evidence}
    usable = [idea for idea in ideas if idea.cards and all(0 <= n < len(shown) for n in idea.cards)]
    return [
        _idea_card(idea, [shown[n] for n in dict.fromkeys(idea.cards)], source_of, priority)
        for priority, idea in enumerate(usable[:MOST_OPPORTUNITIES], 1)
    ]


def _idea_card(idea: Idea, behind: Sequence[Card], source_of: Mapping[str, str], priority: int) -> Card:
    """Return the card of *idea*; its evidence is that of the cards behind it, and it stands with the first of them."""
    first = behind[0]
    evidence = tuple(dict.fromkeys(id_ for card in behind for id_ in card.evidence))
    return Card(
        id="",
        lane="opportunity",
        stage=first.stage,
        personas=tuple(sorted({persona for card in behind for persona in card.personas})),
        title=idea.title,
        detail=idea.detail,
        valence=first.valence,
        channel=first.channel,
        # At least as many as stand behind one of the cards: who stands behind two is not counted twice.
        people=max(card.people for card in behind),
        # A quote may stand behind several of them, as a pain and as a wish; it is one mention.
        documents=len({source_of[id_] for id_ in evidence}),
        mentions=len(evidence),
        judged=Judged(
            desirable=idea.desirable, viable=idea.viable, feasible=idea.feasible, priority=priority
        ),
        evidence=evidence,
    )


def _mended(cards: Sequence[Card], frame: Frame) -> list[Card]:
    """Return the pain points most worth mending as opportunities, by severity times people."""
    pains = [card for card in cards if _is_worth_mending(card)]
    pains.sort(key=lambda card: -(card.severity or 0) * card.people)
    return [
        card.model_copy(
            update={
                "lane": "opportunity",
                "title": _title(card, frame.language),
                "detail": _reason(card, frame.language),
                "severity": None,
                "against": (),
            }
        )
        for card in pains[:MOST_OPPORTUNITIES]
    ]


def _is_worth_mending(card: Card) -> bool:
    return (
        card.lane == "pain_point" and card.people >= _LEAST_PEOPLE and (card.severity or 0) >= _LEAST_SEVERITY
    )


def _title(pain: Card, language: str) -> str:
    return words(language).phrase("mend", title=pain.title)


def _reason(pain: Card, language: str) -> str:
    spoken = words(language)
    return spoken.phrase("mend_why", people=spoken.count("people", pain.people), severity=pain.severity)


def drawn_from(opportunity: Card, cards: Sequence[Card], language: str) -> list[Card]:
    """Return those of *cards*, of the same draft, that *opportunity* was drawn from: its quotes are theirs.

    Args:
        opportunity: of a draft.
        cards: of it.
        language: of the map.
    """
    quotes = set(opportunity.evidence)
    pains = [card for card in cards if card.lane == "pain_point" and quotes == set(card.evidence)]
    if _is_mending(opportunity, pains, language):
        return pains
    return [
        card for card in cards if card.lane in _CALLING and card.evidence and quotes >= set(card.evidence)
    ]


def _is_mending(opportunity: Card, behind: Sequence[Card], language: str) -> bool:
    """Whether plain code proposes to mend what is *behind* it, rather than an engine something of its own."""
    return opportunity.judged is None or any(opportunity.title == _title(card, language) for card in behind)


def follow(opportunity: Card, behind: Sequence[tuple[Card, Card | None]], language: str) -> Card | None:
    """Return *opportunity* as the cards behind it stand now: with their quotes, their title, at a stage of theirs.

    Args:
        opportunity: of a draft.
        behind: each card that it was drawn from, and what has become of it; None if it is gone.
        language: of the map.

    Returns:
        None if none of these cards calls for a change any more: they are gone, rejected or something else now, or what
        was to be mended hurts too few, or too little.  The opportunity as it is if it was drawn from none of them.
    """
    if not behind:
        return opportunity
    calling: list[Card] = []
    mending = _is_mending(opportunity, [was for was, _ in behind], language)
    for _, now in behind:
        if now is not None and now not in calling and _still_calls(now, mending=mending):
            calling.append(now)
    if not calling:
        return None
    theirs = dict.fromkeys(id_ for card in calling for id_ in card.evidence)
    stayed = [id_ for id_ in opportunity.evidence if id_ in theirs]
    update: dict[str, Any] = {"evidence": (*stayed, *(id_ for id_ in theirs if id_ not in stayed))}
    if opportunity.stage not in {card.stage for card in calling}:
        update["stage"] = calling[0].stage
    was = behind[0][0]
    if opportunity.title == _title(was, language):
        update |= {"title": _title(calling[0], language), "detail": _reason(calling[0], language)}
    return opportunity.model_copy(update=update)


def _still_calls(card: Card, *, mending: bool) -> bool:
    if card.status == "rejected" or not card.evidence:
        return False
    return _is_worth_mending(card) if mending else card.lane in _CALLING
