from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.drafting.material import FRAME, Said, document, files_of, prove, seen, silent, vectors

from journeyai.drafting.opportunities import MOST_OPPORTUNITIES, find_opportunities
from journeyai.drafting.pipeline import Order, draft
from journeyai.engines.engine import CardFacts, Idea
from journeyai.engines.scripted import ScriptedEngine
from journeyai.model.journey import Card, Evidence, Judged, Scope
from journeyai.model.vocabulary import Lane


@dataclass
class Thinking(ScriptedEngine):
    """Has the ideas that it is told to have, and remembers which cards it was shown."""

    ideas: Sequence[Idea] | None
    shown: list[CardFacts] = field(default_factory=list)

    def find_ideas(self, cards: Sequence[CardFacts], language: str) -> Sequence[Idea] | None:
        self.shown += cards
        return self.ideas


def idea(*cards: int, title: str = "Pay back at once") -> Idea:
    return Idea(title, "Weeks are too long.", cards, "high", "unknown", "medium")


def item(id_: str, source: str) -> Evidence:
    return Evidence(
        id=id_,
        source=source,
        record=None,
        start=0,
        end=4,
        quote="Late",
        speaker=None,
        role="customer",
        at=None,
        stage="buy",
        lane="pain_point",
        valence=-1,
        emotion="anger",
        channel=None,
    )


EVIDENCE = [item("e1", "a.md"), item("e2", "b.md"), item("e3", "b.md"), item("e4", "c.md")]


def card(title: str, lane: Lane = "pain_point", people: int = 2, **more: Any) -> Card:
    return Card(
        id="",
        lane=lane,
        stage=more.pop("stage", "buy"),
        title=title,
        people=people,
        documents=more.pop("documents", 2),
        mentions=len(more.get("evidence", ())),
        severity=more.pop("severity", 2 if lane == "pain_point" else None),
        **more,
    )


LATE = card("Refunds take weeks", evidence=("e1", "e2"), personas=("p2",), valence=-1.5, channel="phone")
WISH = card("Money at once", "need", 1, evidence=("e2", "e4"), personas=("p1", "p2"), stage="use")
KIND = card("Agents are kind", "delight", 9, evidence=("e3",))


def test_an_idea_becomes_a_card_that_rests_on_the_cards_behind_it() -> None:
    engine = Thinking([idea(0, 1)])
    assert find_opportunities([KIND, WISH, LATE], EVIDENCE, FRAME, engine) == [
        Card(
            id="",
            lane="opportunity",
            stage="buy",
            personas=("p1", "p2"),
            title="Pay back at once",
            detail="Weeks are too long.",
            valence=-1.5,
            channel="phone",
            people=2,
            documents=3,
            mentions=3,
            judged=Judged(desirable="high", viable="unknown", feasible="medium", priority=1),
            evidence=("e1", "e2", "e4"),
        )
    ]


def test_an_engine_is_shown_what_calls_for_a_change_the_gravest_and_most_shared_first() -> None:
    cards = [
        card("limit", "technical_limit", 3),
        card("action", "action", 9),
        card("grave", people=2, severity=3),
        KIND,
        card("need", "need", 5),
        card("hope", "expectation", 4),
        card("mild", people=4, severity=1),
    ]
    engine = Thinking([])
    assert find_opportunities(cards, [], FRAME, engine) == []
    assert [facts.title for facts in engine.shown] == ["grave", "need", "hope", "mild", "limit"]
    assert engine.shown[0] == CardFacts("pain_point", "Buy", "grave", 2, 0.0, 3)


def test_of_very_many_cards_the_first_are_shown() -> None:
    engine = Thinking([])
    find_opportunities([card(f"n{n}", people=200 - n) for n in range(100)], [], FRAME, engine)
    assert [facts.title for facts in engine.shown] == [f"n{n}" for n in range(80)]


@pytest.mark.parametrize(
    "cards",
    [
        pytest.param((), id="no card"),
        pytest.param((9,), id="no such card"),
        pytest.param((0, -1), id="below 0"),
    ],
)
def test_ideas_without_cards_that_are_there_are_dropped(cards: tuple[int, ...]) -> None:
    assert find_opportunities([LATE], EVIDENCE, FRAME, Thinking([idea(*cards)])) == []


def test_a_card_named_twice_stands_behind_an_idea_once() -> None:
    (found,) = find_opportunities([LATE], EVIDENCE, FRAME, Thinking([idea(0, 0)]))
    assert (found.mentions, found.documents, found.evidence) == (2, 2, ("e1", "e2"))


def test_there_are_never_more_opportunities_than_fit_and_priorities_run_on() -> None:
    ideas = [idea(title="dropped"), *(idea(0, title=f"n{n}") for n in range(20))]
    found = find_opportunities([LATE], EVIDENCE, FRAME, Thinking(ideas))
    assert [(c.title, c.judged.priority) for c in found if c.judged] == [
        (f"n{n}", n + 1) for n in range(MOST_OPPORTUNITIES)
    ]


def test_an_engine_without_ideas_leaves_the_gravest_pains_to_be_mended() -> None:
    cards = [LATE, WISH, KIND, card("single", people=1, severity=3), card("mild", people=5, severity=1)]
    cards.append(card("grave", people=3, severity=3, against=("e3",), evidence=("e4",)))
    (grave, late) = find_opportunities(cards, EVIDENCE, FRAME, Thinking(None))
    assert (grave.title, grave.detail) == ("Mend: grave", "3 people, severity 3 of 3")
    assert (grave.lane, grave.severity, grave.against, grave.judged) == ("opportunity", None, (), None)
    assert late.title == "Mend: Refunds take weeks"


def test_where_nothing_calls_for_a_change_or_nobody_wants_to_know_no_engine_is_asked() -> None:
    engine = Thinking([idea(0)])
    assert find_opportunities([KIND], EVIDENCE, FRAME, engine) == []
    unwanted = replace(FRAME, lanes=tuple(lane for lane in FRAME.lanes if lane != "opportunity"))
    assert find_opportunities([LATE], EVIDENCE, unwanted, engine) == []
    assert engine.shown == []


def test_an_idea_over_a_pain_and_a_wish_told_in_the_same_words_proves() -> None:
    documents = [document(f"{who}.md", Said(who, ["Refunds take weeks, pay at once."])) for who in "abcd"]
    observations = [seen(d, 0, "pain_point", 1, -1) for d in documents[:3]]
    observations += [seen(d, 0, "need", 1) for d in documents[1:]]
    engine = Thinking([idea(0, 1)])
    engine._script = {d.key: [o for o in observations if o.document == d.key] for d in documents}
    order = Order("T", "G", Scope(), FRAME, 0, "0", "2026-11-21T10:00:00+00:00")
    journey = draft(order, files_of(documents), documents, engine, vectors, silent).journey
    (found,) = [c for c in journey.cards if c.lane == "opportunity"]
    assert (found.people, found.documents, found.mentions) == (3, 4, 4)
    assert prove(journey, documents).findings == ()
