"""Opportunities: what to change, from what hurts, is wished for, or stands in the way."""

from collections.abc import Mapping, Sequence
from typing import Final

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
    pains = [
        card for card in cards if card.lane == "pain_point" and card.people >= 2 and (card.severity or 0) >= 2
    ]
    pains.sort(key=lambda card: -(card.severity or 0) * card.people)
    spoken = words(frame.language)
    return [
        card.model_copy(
            update={
                "lane": "opportunity",
                "title": spoken.phrase("mend", title=card.title),
                "detail": spoken.phrase(
                    "mend_why", people=spoken.count("people", card.people), severity=card.severity
                ),
                "severity": None,
                "against": (),
            }
        )
        for card in pains[:MOST_OPPORTUNITIES]
    ]
