from hypothesis import given
from hypothesis import strategies as st
from tests.drafting.material import prove
from tests.operations.small import card, documents, ground, small_map

from journeyai.model.journey import JourneyMap, Member
from journeyai.operations.comparison import compare
from journeyai.operations.without import without

SOURCES = sorted(source.source for source in small_map().sources)


def test_without_nothing_the_map_is_the_same() -> None:
    assert without(small_map(), ground()) == small_map()


def test_a_card_of_one_source_goes_with_it_and_others_shrink() -> None:
    after = without(small_map(), ground(), sources=["a.md"])
    assert {gone.card.id for gone in compare(small_map(), after).cards_removed} == {"c1"}
    late = card(after, "c5")
    assert (late.evidence, late.people, late.documents) == (("e9", "e10"), 2, 2)
    assert [source.source for source in after.sources] == [name for name in SOURCES if name != "a.md"]


def test_a_persona_without_people_goes_and_one_with_fewer_stays() -> None:
    after = without(small_map(), ground(), sources=["a.md", "b.md", "e.md"])
    assert [(persona.id, len(persona.members)) for persona in after.personas] == [("p1", 1)]
    assert after.personas[0].empathy.says == ()


def test_the_people_of_a_persona_are_left_out_wherever_they_speak() -> None:
    after = without(small_map(), ground(), personas=["p1"])
    assert [persona.id for persona in after.personas] == ["p2"]
    # c6 is told by Ana and Eva alone.
    assert "c6" not in {item.id for item in after.cards}
    assert card(after, "c3").personas == ("p2",)
    # The Ana of the call is not known to be the Ana of the talk.
    assert {(item.source, item.speaker) for item in after.evidence}.isdisjoint(
        {("a.md", "Ana"), ("c.md", "Eva")}
    )


def test_an_assumption_and_a_stage_without_cards_stay() -> None:
    journey = small_map()
    guess = journey.cards[0].model_copy(update={"id": "c99", "evidence": (), "assumption": True, "people": 0})
    journey = journey.model_copy(update={"cards": (*journey.cards, guess)})
    after = without(journey, ground(journey), sources=["a.md"])
    assert guess in after.cards
    assert len(after.stages) == len(journey.stages)


def test_the_feeling_of_a_stage_is_that_of_who_stays() -> None:
    points = {
        point.stage: point
        for point in compare(small_map(), without(small_map(), ground(), sources=["b.md"])).curve
    }
    assert points["use"].before != points["use"].after
    assert points["find"].before == points["find"].after


def test_a_measure_card_says_the_mean_of_what_stays() -> None:
    journey = small_map()
    rating = card(journey, "c10").model_copy(
        update={"evidence": ("e17", "e18"), "title": "stars: 3.5 on average", "people": 2, "mentions": 2}
    )
    reviewer = journey.personas[0].model_copy(
        update={"members": (Member(source="reviews.csv", speaker="R1"),)}
    )
    journey = journey.model_copy(
        update={
            "cards": tuple(rating if item.id == "c10" else item for item in journey.cards),
            "personas": (reviewer,),
        }
    )
    after = without(journey, ground(journey), personas=["p1"])
    assert (card(after, "c10").title, card(after, "c10").people) == ("stars: 5.0 on average", 1)


@given(st.sets(st.sampled_from(SOURCES), max_size=len(SOURCES) - 1))
def test_what_is_left_is_proved_against_the_sources_that_are_left(gone: set[str]) -> None:
    after = without(small_map(), ground(), sources=gone)
    assert JourneyMap.from_json(after.to_json()) == after
    left = [told for told in documents() if told.source not in gone]
    assert [finding.problem for finding in prove(after, left).findings] == []


@given(st.sets(st.sampled_from(["p1", "p2"])))
def test_without_personas_the_map_is_proved_too(gone: set[str]) -> None:
    after = without(small_map(), ground(), personas=gone)
    assert [finding.problem for finding in prove(after, documents()).findings] == []
