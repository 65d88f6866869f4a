from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import FRAME, Said, document, draw, prove, redraw, seen, staged

from journeyai.drafting.ground import ground_of
from journeyai.drafting.pipeline import Outcome
from journeyai.drafting.redraft import merge
from journeyai.model.changes import Change
from journeyai.model.journey import Card, Empathy, JourneyMap, Member, Persona
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Measure
from journeyai.operations.apply import apply
from journeyai.operations.decisions import Decisions, RemovedCard
from journeyai.operations.figures import recount
from journeyai.operations.history import Given

LATE = ["The parcel came days late.", "My parcel came many days late.", "A parcel came late by days."]
RUDE = ["The driver was rude to me.", "A rude driver, that was."]
NICE = ["The shop smelled nice of bread."]


def opinion(source: str, sentence: str) -> Document:
    return document(source, Said(source.partition(".")[0], [sentence]))


def study() -> list[Document]:
    told = [*LATE, *RUDE, *NICE]
    return [opinion(f"{letter}.md", sentence) for letter, sentence in zip("abcdef", told, strict=True)]


def observations(documents: Sequence[Document]) -> list[Observation]:
    return [
        seen(item, 0, "delight", 0, 1)
        if "nice" in item.text
        else seen(item, 0, "pain_point", 1 + ("rude" in item.text), -1)
        for item in documents
    ]


def drawn(documents: Sequence[Document]) -> Outcome:
    return draw(documents, observations(documents))


def decide(journey: JourneyMap, words: str, **update: Any) -> JourneyMap:
    """Return *journey* with its card about *words* changed."""
    return with_cards(
        journey, [c.model_copy(update=update) if c == about(journey, words) else c for c in journey.cards]
    )


def with_cards(journey: JourneyMap, cards: Sequence[Card]) -> JourneyMap:
    return journey.model_copy(update={"cards": tuple(cards)})


def about(journey: JourneyMap, words: str) -> Card:
    (found,) = [
        c
        for c in journey.cards
        if c.lane != "opportunity" and any(words in quote.quote for quote in journey.quotes(c))
    ]
    return found


def quotes(journey: JourneyMap, card: Card) -> set[str]:
    return {item.quote for item in journey.quotes(card)}


def test_nothing_decided_and_nothing_new_is_the_very_same_map() -> None:
    documents = study()
    old = drawn(documents).journey
    assert redraw(old, drawn(documents), documents).journey.to_json() == old.to_json()


DECISIONS: dict[str, dict[str, Any]] = {
    "accepted": {"status": "accepted"},
    "edited": {"status": "edited", "title": "Parcels are late", "detail": "Ask the courier.", "severity": 3},
    "locked": {"locked": True},
    "rejected": {"status": "rejected"},
    "owned": {"status": "edited", "owner": "Logistics"},
    "moved": {"status": "edited", "stage": "use"},
}


@pytest.mark.parametrize("update", DECISIONS.values(), ids=DECISIONS.keys())
def test_a_decided_card_stays_as_it_is_and_is_not_drawn_again(update: dict[str, Any]) -> None:
    documents = study()
    old = decide(drawn(documents).journey, "days late", **update)
    merge = redraw(old, drawn(documents), documents)
    assert about(merge.journey, "days late") == about(old, "days late")
    # What is rejected is not to be mended either.
    unwanted = {"Mend: The parcel came days late."} if update.get("status") == "rejected" else set()
    assert {c.id for c in merge.journey.cards} == {c.id for c in old.cards if c.title not in unwanted}
    assert (merge.gained, merge.lost, merge.moved) == ((), (), ())
    assert prove(merge.journey, documents).proved
    again = redraw(merge.journey, drawn(documents), documents)
    assert again.journey.to_json() == merge.journey.to_json()


def test_accepting_a_card_moves_nothing_else() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "rude", status="accepted")
    assert redraw(old, drawn(documents), documents).journey.to_json() == old.to_json()


@pytest.mark.parametrize(("title", "kept"), [(None, False), ("Rude drivers", None)], ids=["same", "edited"])
def test_what_an_engine_found_of_a_title_is_said_of_that_title_alone(
    title: str | None, kept: bool | None
) -> None:
    documents = study()
    fresh = decide(drawn(documents).journey, "rude", supported=False, stability=0.5)
    update = {"status": "accepted", "supported": True} | ({"title": title} if title else {})
    old = decide(drawn(documents).journey, "rude", **update)
    merged = about(merge(old, fresh, documents).journey, "rude")
    assert (merged.supported, merged.stability) == (kept, None if title else 0.5)


def test_an_assumption_stays() -> None:
    documents = study()
    guess = Card(
        id="c90", lane="need", stage="buy", title="They want an app", assumption=True, status="edited"
    )
    old = drawn(documents).journey
    old = with_cards(old, [*old.cards, guess])
    merge = redraw(old, drawn(documents), documents)
    assert guess in merge.journey.cards
    assert prove(merge.journey, documents).proved


def test_new_evidence_is_added_to_a_kept_card() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "days late", status="edited", title="Mine")
    more = [*documents, opinion("g.md", "Late by days came the parcel.")]
    merge = redraw(old, drawn(more), more)
    before, card = about(old, "days late"), about(merge.journey, "days late")
    assert (card.id, card.title, card.status) == (before.id, "Mine", "edited")
    assert (card.people, card.documents, card.mentions) == (4, 4, 4)
    assert card.evidence[:3] == before.evidence
    assert merge.gained == (card.id,)
    assert prove(merge.journey, more).proved


def test_a_source_that_is_gone_takes_its_quotes_along_and_no_more() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "days late", status="accepted")
    less = documents[1:]
    merge = redraw(old, drawn(less), less)
    card = about(merge.journey, "days late")
    assert (card.people, card.documents, card.mentions) == (2, 2, 2)
    assert merge.lost == (card.id,)
    assert prove(merge.journey, less).proved


def test_a_kept_card_that_loses_all_its_quotes_becomes_an_assumption() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "nice", status="accepted")
    less = documents[:-1]
    merge = redraw(old, drawn(less), less)
    (card,) = [c for c in merge.journey.cards if c.lane == "delight"]
    assert (card.assumption, card.people, card.documents, card.mentions, card.evidence) == (True, 0, 0, 0, ())
    assert prove(merge.journey, less).proved


def test_a_changed_word_takes_the_quote_away_but_words_around_it_do_not() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "rude", status="accepted")
    around = document("d.md", Said("d", [RUDE[0], "Really."]))
    changed = [*documents[:3], around, *documents[4:]]
    merge = redraw(old, drawn(changed), changed)
    assert merge.lost == ()
    reworded = [*documents[:3], opinion("d.md", "The driver was very polite."), *documents[4:]]
    merge = redraw(old, draw(reworded, []), reworded)
    assert [quotes(merge.journey, card) for card in merge.journey.cards] == [{RUDE[1]}]
    assert prove(merge.journey, reworded).proved


def test_evidence_stays_when_the_fresh_draft_does_not_see_it_any_more() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "rude", status="accepted")
    merge = redraw(old, draw(documents, []), documents)
    assert [quotes(merge.journey, card) for card in merge.journey.cards] == [set(RUDE)]
    assert merge.lost == ()
    assert prove(merge.journey, documents).proved


def test_a_rejected_card_does_not_come_back_in_pieces() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "days late", status="rejected")
    apart = [seen(item, 0, "pain_point", 1, -1) for item in documents[:1]] + observations(documents[3:])
    for new in (draw(documents, apart), drawn(documents)):
        merge = redraw(old, new, documents)
        late = [c for c in merge.journey.cards if c.lane == "pain_point" and c.stage == "buy"]
        assert [(c.id, c.status) for c in late] == [(about(old, "days late").id, "rejected")]


def test_what_was_rejected_speaks_in_nothing_else_of_a_new_draft() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "days late", status="rejected")
    assert any("late" in card.title for card in old.cards if card.lane == "opportunity")
    fresh = draw(documents, observations(documents), old=old).journey
    assert not any("late" in card.title for card in fresh.cards)
    assert [stage.valence for stage in fresh.stages if stage.id == "buy"] == [None]
    merged = merge(old, fresh, documents).journey
    assert [(c.status, c.title) for c in merged.cards if "late" in c.title] == [
        ("rejected", about(old, "days late").title)
    ]
    assert prove(merged, documents).proved


def test_one_rejected_remark_does_not_keep_what_many_say_from_the_map() -> None:
    first, *rest = study()[:3]
    old = decide(drawn([first]).journey, "late", status="rejected")
    merge = redraw(old, drawn([first, *rest]), [first, *rest])
    pains = [c for c in merge.journey.cards if c.lane == "pain_point"]
    assert sorted((c.status, c.people) for c in pains) == [("draft", 3), ("rejected", 1)]
    assert prove(merge.journey, [first, *rest]).proved


def test_two_cards_that_the_user_made_of_one_stay_two() -> None:
    documents = study()
    old = drawn(documents).journey
    late = about(old, "days late")
    first = {"evidence": late.evidence[:1], "people": 1, "documents": 1, "mentions": 1}
    rest = {"evidence": late.evidence[1:], "people": 2, "documents": 2, "mentions": 2}
    halves = [
        late.model_copy(update={"status": "edited", **first}),
        late.model_copy(update={"id": "c50", "status": "edited", **rest}),
    ]
    old = with_cards(old, [*halves, *(c for c in old.cards if c != late)])
    merge = redraw(old, drawn(documents), documents)
    assert {c.id: c.evidence for c in merge.journey.cards if c.id in {late.id, "c50"}} == {
        late.id: late.evidence[:1],
        "c50": late.evidence[1:],
    }
    assert prove(merge.journey, documents).proved


def test_only_new_keeps_every_card_and_adds_the_rest() -> None:
    documents = study()
    old = drawn(documents[:5]).journey
    retitled = with_cards(old, [c.model_copy(update={"title": f"T {c.id}"}) for c in old.cards])
    merge = redraw(retitled, drawn(documents), documents, keep_all=True)
    kept = {c.id: c.title for c in merge.journey.cards if c.id in {k.id for k in old.cards}}
    assert kept == {c.id: f"T {c.id}" for c in old.cards}
    assert {c.lane for c in merge.journey.cards} == {"pain_point", "delight", "opportunity"}
    assert len(merge.added) == 1
    same = redraw(retitled, drawn(documents[:5]), documents[:5], keep_all=True)
    assert same.journey.to_json() == retitled.to_json()


def test_a_decided_card_whose_stage_is_gone_moves_and_is_not_lost() -> None:
    documents = study()
    guess = Card(id="c90", lane="need", stage="buy", title="They want an app", assumption=True)
    old = decide(drawn(documents).journey, "rude", status="edited", title="Mine")
    old = with_cards(old, [*old.cards, guess])
    other = staged(FRAME, "before", "during", "after")
    merge = redraw(old, draw(documents, observations(documents), frame=other), documents)
    card = about(merge.journey, "rude")
    assert (card.id, card.title, card.stage) == (about(old, "rude").id, "Mine", "after")
    assert next(c for c in merge.journey.cards if c.id == "c90").stage == "before"
    assert set(merge.moved) == {card.id, "c90"}
    assert {item.stage for item in merge.journey.evidence} <= {"before", "during", "after"}
    assert prove(merge.journey, documents).proved


def test_confirmed_personas_stay_and_cards_know_their_people() -> None:
    documents = [
        document(f"{n}.md", Said(n, [f"The parcel {word} late." for word in ("came", "was", "is", "got")]))
        for n in "abcd"
    ]
    told = [seen(item, n, "pain_point", 1, -1) for item in documents for n in range(4)]
    old = draw(documents, told, personas=1).journey
    (persona,) = old.personas
    mine = persona.model_copy(
        update={"id": "p7", "name": "Waiters", "confirmed": True, "members": persona.members[:1]}
    )
    old = old.model_copy(update={"personas": (mine,)})
    merge = redraw(old, draw(documents, told, personas=1), documents)
    assert merge.journey.personas == (mine,)
    for card in merge.journey.cards:
        speakers = {item.speaker for item in merge.journey.quotes(card)}
        assert card.personas == (("p7",) if "a" in speakers else ())


def test_once_a_persona_is_confirmed_all_of_them_stay() -> None:
    documents = study()
    personas = (
        Persona(id="p1", name="Waiters", confirmed=True, members=(Member(source="a.md", speaker="a"),)),
        Persona(id="p2", name="Others", members=(Member(source="b.md", speaker="b"),)),
    )
    old = drawn(documents).journey.model_copy(update={"personas": personas})
    assert redraw(old, drawn(documents), documents).journey.personas == personas


def test_what_a_person_moved_is_felt_where_it_stands_now() -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "days late")
    target = next(stage.id for stage in fresh.stages if stage.id != card.stage)
    moved = [
        item.model_copy(update={"stage": target}) if item.id in card.evidence else item
        for item in fresh.evidence
    ]
    old = decide(fresh, "days late", status="edited", stage=target).model_copy(
        update={"evidence": tuple(moved)}
    )
    more = [*documents, opinion("g.md", "The parcel came late, days late.")]
    told = [*observations(documents), seen(more[-1], 0, "pain_point", 1, -1)]
    merged = redraw(old, draw(more, told), more).journey
    kept = next(item for item in merged.cards if item.id == card.id)
    assert kept.stage == target
    assert {item.stage for item in merged.quotes(kept)} == {target}
    assert recount(merged, ground_of(more)) == merged
    assert next(stage for stage in merged.stages if stage.id == target).valence is not None
    assert prove(merged, more).proved


def test_a_kept_card_never_points_at_a_persona_that_is_gone() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "rude", status="accepted", personas=("p1", "p2"))
    assert about(redraw(old, drawn(documents), documents).journey, "rude").personas == ()


changes: st.SearchStrategy[Callable[[Card], Card]] = st.sampled_from(
    [
        lambda c: c,
        lambda c: c.model_copy(update={"status": "accepted"}),
        lambda c: c.model_copy(update={"status": "rejected"}),
        lambda c: c.model_copy(update={"status": "edited", "title": "mine", "stage": "find"}),
        lambda c: c.model_copy(update={"locked": True}),
        lambda c: c.model_copy(update={"status": "edited", "lane": "need"}),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_was_decided_the_merged_map_holds(data: st.DataObject) -> None:
    everything = study()
    before = data.draw(st.lists(st.sampled_from(everything), min_size=1, unique_by=id))
    after = data.draw(st.lists(st.sampled_from(everything), min_size=1, unique_by=id))
    before, after = sorted(before, key=lambda d: d.source), sorted(after, key=lambda d: d.source)
    old = drawn(before).journey
    old = with_cards(old, [data.draw(changes)(card) for card in old.cards])
    names = data.draw(st.sampled_from([("find", "buy", "use"), ("use", "find", "other"), ("x", "y", "z")]))
    new = draw(after, observations(after), frame=staged(FRAME, *names))
    merge = redraw(old, new, after, keep_all=data.draw(st.booleans()))
    journey = merge.journey
    assert JourneyMap.from_json(journey.to_json()) == journey
    assert prove(journey, after).findings == ()
    ids = [card.id for card in journey.cards]
    assert len(set(ids)) == len(ids)
    assert set(merge.kept) | set(merge.added) == set(ids)
    kept = {card.id: card for card in old.cards if card.id in merge.kept}
    assert {c.id for c in old.cards if c.status != "draft" or c.locked} <= set(kept)
    for card in journey.cards:
        if card.id in kept:
            was = kept[card.id]
            assert (card.title, card.lane, card.status, card.locked) == (
                was.title,
                was.lane,
                was.status,
                was.locked,
            )
    again = redraw(journey, draw(after, observations(after), frame=staged(FRAME, *names)), after)
    assert again.journey.to_json() == journey.to_json() or merge.kept != again.kept


def test_a_kept_card_is_as_sure_as_its_quotes_are_today_and_a_guess_has_no_confidence() -> None:
    documents = study()
    before = drawn(documents[:2]).journey
    unsure = [item.model_copy(update={"confidence": 0.5}) for item in before.evidence]
    old = decide(before, "late", status="accepted", confidence=0.75)
    guess = Card(id="c90", lane="need", stage="buy", title="They want an app", assumption=True)
    old = with_cards(old, [*old.cards, guess]).model_copy(update={"evidence": tuple(unsure)})
    merged = redraw(old, drawn(documents), documents).journey
    assert about(merged, "late").confidence == 0.99
    assert next(card for card in merged.cards if card.assumption).confidence is None


def after(journey: JourneyMap, documents: Sequence[Document], *asked: Change) -> JourneyMap:
    return apply(journey, asked, ground_of(documents, journey))


def test_a_quote_that_was_taken_off_a_card_does_not_come_back() -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "days late")
    off = card.evidence[0]
    old = after(fresh, documents, Change("detach_evidence", (card.id, off)))
    decided = Decisions(detached={card.id: frozenset({off})})
    merged = merge(old, fresh, documents, decisions=decided)
    assert about(merged.journey, "many days") == about(old, "many days")
    assert merged.gained == ()
    assert off in {item.id for item in merged.journey.evidence}, "it can be attached elsewhere"
    (idea,) = [c for c in merged.journey.cards if c.lane == "opportunity" and "late" in c.title]
    assert idea.evidence == about(old, "many days").evidence, "nor does what is to be mended rest on it"
    assert merged.journey.coverage.used == old.coverage.used - 1
    again = merge(merged.journey, fresh, documents, decisions=decided).journey
    assert again.to_json() == merged.journey.to_json()
    assert prove(again, documents).proved


@pytest.mark.parametrize("keep_all", [False, True], ids=["drawn anew", "only added to"])
def test_a_deleted_card_does_not_come_back(keep_all: bool) -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "rude")
    old = after(fresh, documents, Change("remove_card", (card.id,)))
    gone = Decisions(removed=(RemovedCard(frozenset({card.lane}), frozenset(card.evidence)),))
    merged = merge(old, fresh, documents, decisions=gone, keep_all=keep_all).journey
    mended = set() if keep_all else {f"Mend: {card.title}"}
    assert {other.title for other in merged.cards} == {other.title for other in old.cards} - mended
    # What many say is not kept from the map by one remark that was deleted.
    few = RemovedCard(frozenset({card.lane}), frozenset(about(fresh, "days late").evidence[:1]))
    merged = merge(old, fresh, documents, decisions=Decisions(removed=(few,))).journey
    assert about(merged, "many days").title == about(fresh, "many days").title


def test_what_was_deleted_speaks_in_nothing_else_of_a_new_draft() -> None:
    documents = study()
    old = drawn(documents).journey
    card = about(old, "rude")
    gone = Decisions(removed=(RemovedCard(frozenset({card.lane}), frozenset(card.evidence)),))
    fresh = draw(documents, observations(documents), old=old, decisions=gone).journey
    assert [other.title for other in fresh.cards] == [
        other.title for other in old.cards if not set(other.evidence) & set(card.evidence)
    ]
    assert fresh.stages[2].valence is None


def test_a_card_in_another_lane_is_not_drawn_again_in_its_old_one() -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "days late")
    old = after(fresh, documents, Change("set_lane", (card.id,), "need"))
    decided = Decisions(lanes={card.id: frozenset({"pain_point"})})
    more = [*documents, opinion("g.md", "Late by days came the parcel.")]
    told = [*observations(documents), seen(more[-1], 0, "pain_point", 1, -1)]
    merged = merge(old, draw(more, told).journey, more, decisions=decided)
    kept = about(merged.journey, "Late by days")
    assert (kept.id, kept.lane, kept.people) == (card.id, "need", 4)
    assert {(item.lane, item.confidence) for item in merged.journey.quotes(kept)} == {("need", None)}
    assert merged.gained == (card.id,)
    assert recount(merged.journey, ground_of(more)) == merged.journey
    assert prove(merged.journey, more).proved


def test_what_was_cut_off_a_card_and_put_into_another_lane_does_not_go_back() -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "days late")
    old = after(fresh, documents, Change("split_card", (card.id, card.evidence[-1]), None, "A part"))
    (part,) = [other for other in old.cards if other.title == "A part"]
    old = after(old, documents, Change("set_lane", (part.id,), "need"))
    merged = merge(old, fresh, documents, decisions=Decisions(lanes={part.id: frozenset({"pain_point"})}))
    assert [c for c in merged.journey.cards if c.id in {card.id, part.id}] == [
        c for c in old.cards if c.id in {card.id, part.id}
    ]


def test_confirmed_personas_leave_assumptions_and_measures_as_they_are() -> None:
    documents = study()
    persona = Persona(
        id="p1",
        name="Waiters",
        confirmed=True,
        members=tuple(Member(source=f"{n}.md", speaker=n) for n in "abcdef"),
    )
    old = decide(drawn(documents).journey, "nice", lane="measure", status="accepted")
    guess = Card(id="c90", lane="need", stage="buy", title="An app", assumption=True, personas=("p1",))
    old = with_cards(old, [*old.cards, guess]).model_copy(update={"personas": (persona,)})
    merged = redraw(old, drawn(documents), documents).journey
    assert guess in merged.cards
    assert [card.personas for card in merged.cards if card.lane == "measure"] == [()]
    assert about(merged, "rude").personas == ("p1",)


def test_a_confirmed_persona_says_what_still_stands_in_the_sources_and_nothing_else() -> None:
    documents = study()
    persona = Persona(
        id="p1", name="Waiters", confirmed=True, empathy=Empathy(says=(RUDE[0],), feels=(NICE[0], LATE[0]))
    )
    old = drawn(documents).journey.model_copy(update={"personas": (persona,)})
    # Of `a.md` nothing is left; in `f.md` today's draft sees nothing.
    left = documents[1:]
    merged = redraw(old, draw(left, observations(left[:-1])), left).journey
    assert merged.personas[0].empathy == Empathy(says=(RUDE[0],), feels=(NICE[0],))
    assert NICE[0] in {item.quote for item in merged.evidence}
    assert prove(merged, left).findings == ()


def test_what_is_on_a_kept_card_is_not_counted_on_a_fresh_one_of_its_lane() -> None:
    documents = study()
    fresh = drawn(documents).journey
    late, rude = about(fresh, "days late"), about(fresh, "rude")
    old = after(
        fresh,
        documents,
        Change("detach_evidence", (late.id, late.evidence[0])),
        Change("attach_evidence", (rude.id, late.evidence[0])),
    )
    # What is left of the other card is not decided on: it is drawn anew, from the very quote that went.
    old = decide(old, "many days", status="draft")
    merged = redraw(old, drawn(documents), documents).journey
    kept, other = about(merged, "rude"), about(merged, "many days")
    assert (len(kept.evidence), len(other.evidence)) == (3, 2)
    assert (kept.people, other.people, other.mentions, other.valence) == (3, 2, 2, -1.0)
    assert recount(merged, ground_of(documents)) == merged
    assert prove(merged, documents).proved


def test_of_two_cards_cut_from_one_the_larger_gains_what_is_new() -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "days late")
    old = after(fresh, documents, Change("split_card", (card.id, card.evidence[0]), None, "Mine"))
    (part,) = [c for c in old.cards if c.title == "Mine"]
    # The smaller one stands before the other.
    old = after(old, documents, Change("move_card", (part.id,), "find"))
    more = [*documents, opinion("g.md", "Late by days came the parcel.")]
    told = [*observations(documents), seen(more[-1], 0, "pain_point", 1, -1)]
    assert redraw(old, draw(more, told), more).gained == (card.id,)


def test_a_kept_measure_tells_the_mean_of_todays_ratings() -> None:
    def rated(name: str, stars: int) -> Document:
        return document(
            f"{name}.csv",
            Said(name, [RUDE[0]], person=name),
            Said(name, [str(stars)], measure=Measure("stars", stars, 1, 5), person=name),
            record=name,
            kind="review",
        )

    def rude(documents: Sequence[Document]) -> Outcome:
        return draw(documents, [seen(item, 0, "pain_point", 2, -1) for item in documents])

    documents = [rated("a", 2), rated("b", 5)]
    first = rude(documents[:1]).journey
    old = with_cards(first, [c.model_copy(update={"status": "accepted"}) for c in first.cards])
    merged = redraw(old, rude(documents), documents).journey
    (measure,) = [card for card in merged.cards if card.lane == "measure"]
    assert (measure.title, measure.people, measure.status) == ("stars: 3.5 on average", 2, "accepted")
    assert merged.stages[2].measures[0].value == 3.5


def test_a_quote_that_lies_loose_stands_at_a_stage_of_the_map() -> None:
    documents = study()
    fresh = drawn(documents).journey
    card = about(fresh, "nice")
    old = after(fresh, documents, Change("detach_evidence", card_and_quote := (card.id, card.evidence[0])))
    seen_less = draw(documents[:5], observations(documents[:5]), frame=staged(FRAME, "x", "y", "z")).journey
    decided = Decisions(detached={card.id: frozenset(card_and_quote[1:])})
    merged = merge(old, seen_less, documents, decisions=decided).journey
    assert card.evidence[0] in {item.id for item in merged.evidence}
    assert {item.stage for item in merged.evidence} <= {"x", "y", "z"}


def test_a_kept_card_of_people_without_a_name_stays_their_personas() -> None:
    documents = [*study(), document("g.md", Said(None, ["I waited at home for nothing."]))]
    told = [*observations(documents[:-1]), seen(documents[-1], 0, "pain_point", 0, -2)]
    persona = Persona(id="p1", name="Waiters", confirmed=True, members=(Member(source="a.md", speaker="a"),))
    old = decide(draw(documents, told).journey, "for nothing", status="accepted", personas=("p1",))
    old = old.model_copy(update={"personas": (persona,)})
    assert about(redraw(old, draw(documents, told), documents).journey, "for nothing").personas == ("p1",)


def test_a_kept_card_is_as_sure_as_today_s_draft_is_of_the_same_quotes() -> None:
    documents = study()
    told = [*observations(documents), seen(documents[3], 0, "need", 0, 0, confidence=0.7)]
    old = draw(documents, told).journey
    kept = with_cards(old, [card.model_copy(update={"status": "accepted"}) for card in old.cards])
    merged = redraw(kept, draw(documents, told), documents).journey
    assert [card.confidence for card in merged.cards] == [card.confidence for card in old.cards]


def test_an_opportunity_repeats_what_a_card_says_that_was_one() -> None:
    documents = study()
    # Two opportunities: of what comes late, and of rudeness.
    fresh = draw(
        documents,
        [replace(item, valence=-2.0) if item.valence < 0 else item for item in observations(documents)],
    ).journey
    late, rude = [card for card in fresh.cards if card.lane == "opportunity"]
    old = after(
        fresh,
        documents,
        Change("set_lane", (rude.id,), "need"),
        Change("attach_evidence", (rude.id, late.evidence[0])),
    )
    decided = Decisions(lanes={rude.id: frozenset({"opportunity"})})
    merged = merge(old, fresh, documents, decisions=decided).journey
    assert [c.evidence for c in merged.cards if c.lane == "opportunity"] == [late.evidence]
    assert prove(merged, documents).findings == ()


def test_a_number_that_a_quote_ever_had_is_not_given_again() -> None:
    documents = study()
    old = drawn(documents[:5]).journey
    merged = merge(old, drawn(documents).journey, documents, given=Given(evidence=40)).journey
    assert {item.id for item in merged.evidence} == {item.id for item in old.evidence} | {"e41"}


def test_a_kept_card_feels_as_its_quotes_do_today() -> None:
    documents = study()
    old = decide(drawn(documents).journey, "days late", status="accepted", title="Mine")
    # Another sentence beside it, and the engine hears the same words differently.
    worse = [
        replace(item, valence=-2.0) if item.document[0] == "a.md" else item
        for item in observations(documents)
    ]
    merged = redraw(old, draw(documents, worse), documents).journey
    card = about(merged, "days late")
    assert (card.title, card.valence, card.people) == ("Mine", -1.33, 3)
    assert recount(merged, ground_of(documents)) == merged
