"""What a fresh card says once kept cards have taken quotes of it, and what is to be mended once people have decided."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.drafting.material import Said, document, draw, prove, seen

from journeyai.drafting.ground import ground_of
from journeyai.drafting.opportunities import drawn_from
from journeyai.drafting.redraft import merge
from journeyai.model.changes import Change
from journeyai.model.journey import Card, JourneyMap, Judged
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.operations.apply import apply
from journeyai.operations.decisions import Decisions
from journeyai.operations.figures import recount

LATE = ["The parcel came days late.", "My parcel came many days late.", "A parcel came late by days."]
RUDE = ["The driver was rude to me.", "A rude driver, that was."]


def study() -> list[Document]:
    told = (*LATE, *RUDE)
    return [document(f"{n}.md", Said(n, [s])) for n, s in zip("abcde", told, strict=True)]


def seen_in(documents: Sequence[Document]) -> list[Observation]:
    return [seen(item, 0, "pain_point", 1 + ("rude" in item.text), -2) for item in documents]


def drawn(documents: Sequence[Document]) -> JourneyMap:
    return draw(documents, seen_in(documents)).journey


def pains(journey: JourneyMap) -> dict[str, Card]:
    return {card.title: card for card in journey.cards if card.lane == "pain_point"}


def ideas(journey: JourneyMap) -> list[tuple[str, str, int, frozenset[str]]]:
    """Return title, stage, people and quotes of each opportunity."""
    return [
        (card.title, card.stage, card.people, frozenset(item.quote for item in journey.quotes(card)))
        for card in journey.cards
        if card.lane == "opportunity"
    ]


def after(journey: JourneyMap, documents: Sequence[Document], *asked: Change) -> JourneyMap:
    return apply(journey, asked, ground_of(documents, journey))


def undecided(journey: JourneyMap, title: str) -> JourneyMap:
    """Return *journey* as if nobody had decided on its card *title*."""
    cards = [
        card.model_copy(update={"status": "draft"}) if card.title == title else card for card in journey.cards
    ]
    return journey.model_copy(update={"cards": tuple(cards)})


def given_away(old: JourneyMap, documents: Sequence[Document], *quotes: str) -> JourneyMap:
    """Return *old* with *quotes* of the late parcels put under the rude drivers; nobody has decided on the parcels."""
    late, rude = pains(old)[LATE[0]], pains(old)[RUDE[0]]
    ids = [item.id for item in old.quotes(late) if item.quote in quotes]
    moved = after(
        old,
        documents,
        Change("detach_evidence", (late.id, *ids)),
        Change("attach_evidence", (rude.id, *ids)),
    )
    return undecided(moved, LATE[0])


@pytest.mark.parametrize(
    ("engine_s", "title", "quotes"),
    [
        (None, "A parcel came late by days", (LATE[2], LATE[1])),
        ("Parcels come late", "Parcels come late", (LATE[1], LATE[2])),
        (LATE[1], LATE[1], (LATE[1], LATE[2])),
    ],
    ids=["words of a quote that went", "words of an engine's own", "words of a quote that stayed"],
)
def test_a_title_rests_on_the_quotes_that_are_left_and_the_one_it_is_taken_from_comes_first(
    engine_s: str | None, title: str, quotes: tuple[str, ...]
) -> None:
    documents = study()
    fresh = drawn(documents)
    old = given_away(fresh, documents, LATE[0])
    if engine_s:
        cards = [c.model_copy(update={"title": engine_s}) if c.title == LATE[0] else c for c in fresh.cards]
        fresh = fresh.model_copy(update={"cards": tuple(cards)})
    merged = merge(old, fresh, documents).journey
    assert set(pains(merged)) == {title, RUDE[0]}
    card = pains(merged)[title]
    assert tuple(item.quote for item in merged.quotes(card)) == quotes
    assert (card.people, card.documents, card.mentions, card.valence) == (2, 2, 2, -2.0)
    assert recount(merged, ground_of(documents)) == merged
    assert prove(merged, documents).findings == ()


def test_a_card_that_has_no_quotes_left_is_not_there_and_nor_is_what_was_to_be_mended() -> None:
    documents = study()
    fresh = drawn(documents)
    late, rude = pains(fresh)[LATE[0]], pains(fresh)[RUDE[0]]
    cards = [
        card.model_copy(update={"status": "edited", "evidence": (*rude.evidence, *late.evidence)})
        if card == rude
        else card
        for card in fresh.cards
        if card.lane == "pain_point" and card != late
    ]
    # A card that took all of them is the same as the one they are of: half of each, and it is not.
    more = [*documents, *(document(f"{n}.md", Said(n, [f"Nobody told {n} a thing."])) for n in "vwxyz")]
    quiet = draw(more, [*seen_in(documents), *(seen(item, 0, "need", 0, 0) for item in more[5:])]).journey
    old = fresh.model_copy(update={"cards": tuple(cards)})
    merged = merge(old, quiet, more).journey
    assert set(pains(merged)) == {RUDE[0]}
    assert [title for title, *_ in ideas(merged)] == [f"Mend: {RUDE[0]}"]


# Opportunities

MEND = "Mend: {}".format


def test_what_is_to_be_mended_is_called_as_its_pain_is_called() -> None:
    documents = study()
    fresh = drawn(documents)
    late = pains(fresh)[LATE[0]]
    old = after(fresh, documents, Change("edit_title", (late.id,), text="Late parcels"))
    merged = merge(old, fresh, documents).journey
    assert ideas(merged) == [
        (MEND("Late parcels"), "buy", 3, frozenset(LATE)),
        (MEND(RUDE[0]), "use", 2, frozenset(RUDE)),
    ]
    assert [c.id for c in merged.cards] == [c.id for c in old.cards]


def test_pains_that_were_merged_are_mended_once_with_the_quotes_of_all() -> None:
    documents = study()
    fresh = drawn(documents)
    late, rude = pains(fresh)[LATE[0]], pains(fresh)[RUDE[0]]
    old = after(fresh, documents, Change("merge_cards", (late.id, rude.id), late.id, "Bad delivery"))
    merged = merge(old, fresh, documents).journey
    assert ideas(merged) == [(MEND("Bad delivery"), "buy", 5, frozenset((*LATE, *RUDE)))]
    (idea,) = [card for card in merged.cards if card.lane == "opportunity"]
    assert (idea.detail, idea.mentions, idea.documents) == ("5 people, severity 3 of 3", 5, 5)
    assert prove(merged, documents).findings == ()
    assert merge(merged, fresh, documents).journey.to_json() == merged.to_json()


def test_an_accepted_opportunity_stays_and_what_was_merged_is_not_proposed_beside_it() -> None:
    documents = study()
    fresh = drawn(documents)
    late, rude = pains(fresh)[LATE[0]], pains(fresh)[RUDE[0]]
    mine = next(card for card in fresh.cards if card.title == MEND(LATE[0]))
    old = after(
        fresh,
        documents,
        Change("accept", (mine.id,)),
        Change("merge_cards", (late.id, rude.id), late.id, "Bad delivery"),
    )
    merged = merge(old, fresh, documents).journey
    assert [card for card in merged.cards if card.lane == "opportunity"] == [
        next(card for card in old.cards if card.id == mine.id)
    ]


@pytest.mark.parametrize(
    "asked",
    [
        lambda id_: Change("reject", (id_,)),
        lambda id_: Change("set_severity", (id_,), "1"),
        lambda id_: Change("set_lane", (id_,), "thought"),
    ],
    ids=["rejected", "a nuisance", "no pain"],
)
def test_what_is_no_grave_pain_any_more_is_not_to_be_mended(asked: Any) -> None:
    documents = study()
    fresh = drawn(documents)
    late = pains(fresh)[LATE[0]]
    old = after(fresh, documents, change := asked(late.id))
    lanes = {late.id: frozenset({late.lane})} if change.kind == "set_lane" else {}
    merged = merge(old, fresh, documents, decisions=Decisions(lanes=lanes)).journey
    assert [title for title, *_ in ideas(merged)] == [MEND(RUDE[0])]
    assert prove(merged, documents).findings == ()


def test_what_is_to_be_mended_stands_where_its_pain_was_put() -> None:
    documents = study()
    fresh = drawn(documents)
    late = pains(fresh)[LATE[0]]
    old = after(fresh, documents, Change("move_card", (late.id,), "find"))
    merged = merge(old, fresh, documents).journey
    assert [(title, stage) for title, stage, *_ in ideas(merged)] == [
        (MEND(LATE[0]), "find"),
        (MEND(RUDE[0]), "use"),
    ]


def test_an_idea_of_an_engine_loses_the_quotes_of_the_pain_that_was_rejected() -> None:
    documents = study()
    fresh = drawn(documents)
    late, rude = pains(fresh)[LATE[0]], pains(fresh)[RUDE[0]]
    thought = next(card for card in fresh.cards if card.lane == "opportunity").model_copy(
        update={
            "title": "Hire a courier",
            "people": 5,
            "evidence": (*late.evidence, *rude.evidence),
            "judged": Judged(desirable="high", viable="unknown", feasible="medium", priority=1),
            "confidence": None,
        }
    )
    cards = [*pains(fresh).values(), thought]
    fresh = fresh.model_copy(update={"cards": tuple(sorted(cards, key=lambda card: card.stage))})
    assert merge(fresh, fresh, documents).journey.to_json() == fresh.to_json()
    old = after(fresh, documents, Change("reject", (late.id,)))
    merged = merge(old, fresh, documents).journey
    assert ideas(merged) == [("Hire a courier", "use", 2, frozenset(RUDE))]
    nothing = after(fresh, documents, Change("reject", (late.id, rude.id)))
    assert ideas(merge(nothing, fresh, documents).journey) == []


def test_what_a_person_says_of_an_opportunity_survives_a_redraft() -> None:
    documents = study()
    fresh = drawn(documents)
    mine = next(card for card in fresh.cards if card.title == MEND(LATE[0]))
    old = after(
        fresh,
        documents,
        Change("set_grade", (mine.id,), "feasible", "low"),
        Change("set_progress", (mine.id,), "planned"),
        Change("set_owner", (mine.id,), text="Depot"),
    )
    kept = next(card for card in merge(old, fresh, documents).journey.cards if card.id == mine.id)
    judged = Judged(desirable="unknown", viable="unknown", feasible="low", priority=2)
    assert kept == mine.model_copy(
        update={"judged": judged, "progress": "planned", "owner": "Depot", "status": "edited"}
    )


@pytest.mark.parametrize("said", [{"progress": "planned"}, {"owner": "Depot"}], ids=["progress", "owner"])
def test_an_opportunity_somebody_works_on_stays_though_nobody_reviewed_it(said: dict[str, Any]) -> None:
    documents = study()
    fresh = drawn(documents)
    mine = next(card for card in fresh.cards if card.title == MEND(LATE[0])).model_copy(update=said)
    cards = tuple(mine if card.id == mine.id else card for card in fresh.cards)
    old = fresh.model_copy(update={"cards": cards})
    assert mine.status == "draft"
    # The pains are gone from today's sources, and with them whatever called for it.
    (rude,) = [document("d.md", Said("d", [RUDE[0]]))]
    merged = merge(old, drawn([rude]), [rude]).journey
    assert [
        (card.title, card.status, card.progress, card.owner) for card in merged.cards if card.id == mine.id
    ] == [(mine.title, "draft", mine.progress, mine.owner)]


def test_a_mended_pain_that_a_person_graded_is_still_that_pain() -> None:
    documents = study()
    fresh = drawn(documents)
    graded = after(
        fresh,
        documents,
        *(Change("set_grade", (c.id,), "viable", "low") for c in fresh.cards if c.lane == "opportunity"),
    )
    undone = graded.model_copy(
        update={
            "cards": tuple(
                card.model_copy(update={"status": "draft"}) if card.lane == "opportunity" else card
                for card in graded.cards
            )
        }
    )
    for idea in (card for card in undone.cards if card.lane == "opportunity"):
        (pain,) = drawn_from(idea, undone.cards, undone.language)
        assert MEND(pain.title) == idea.title


def test_opportunities_kept_and_fresh_are_put_in_one_order() -> None:
    documents = study()
    fresh = drawn(documents)
    first, second = [card.id for card in fresh.cards if card.lane == "opportunity"]
    both = [
        Change("set_grade", (first,), "viable", "low"),
        Change("set_grade", (second,), "viable", "high"),
    ]
    old = after(fresh, documents, *both)
    clash = old.model_copy(
        update={
            "cards": tuple(
                card.model_copy(update={"judged": card.judged.model_copy(update={"priority": 1})})
                if card.judged
                else card
                for card in old.cards
            )
        }
    )
    merged = merge(clash, fresh, documents).journey
    places = {card.id: card.judged.priority for card in merged.cards if card.judged}
    assert places == {second: 1, first: 2}
