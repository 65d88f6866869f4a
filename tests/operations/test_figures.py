"""What is counted on a map, and that a fresh draft is counted by the same code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.operations.small import card, change, changed, documents, ground, small_map, stage

from journeyai.app import Study
from journeyai.drafting.ground import ground_of
from journeyai.model.journey import Coverage, Evidence, JourneyMap, StageMeasure
from journeyai.model.source import Document
from journeyai.operations.figures import (
    Feeling,
    StageFigures,
    card_figures,
    combined_confidence,
    mean_over_people,
    mean_rating,
    measure_title,
    pointed_at,
    recount,
    stage_figures,
)
from journeyai.operations.ground import Ground, Remark
from journeyai.operations.membership import Membership
from journeyai.sources.duplicates import with_duplicates


def read(study: Path) -> list[Document]:
    """Return what a study's files say, read anew."""
    opened = Study.open(study)
    return with_duplicates(
        [document for source in opened.map.sources for document in opened.read(source.source).documents]
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_counting_a_fresh_draft_anew_gives_the_very_same_map(
    language: str, drafted: Callable[[str], Path]
) -> None:
    study = drafted(language)
    journey = Study.open(study).map
    ground = ground_of(read(study), journey)
    assert recount(journey, ground).to_json() == journey.to_json()
    # What stays as it was drawn is right, too: the personas of cards, and the opportunities.
    membership = Membership(journey.personas, {item.id: item for item in journey.evidence}, ground)
    for item in journey.cards:
        if item.lane != "measure":
            assert membership.of(journey.quotes(item)) == item.personas
        if item.lane == "opportunity":
            assert item.model_copy(update=card_figures(item, journey.quotes(item), ground)) == item


def test_a_change_of_a_drafted_map_leaves_what_it_does_not_touch(drafted: Callable[[str], Path]) -> None:
    from journeyai.operations.apply import apply

    study = drafted("en")
    journey = Study.open(study).map
    ground = ground_of(read(study), journey)
    after = apply(journey, [change("move_stage", journey.stages[0].id, to="end")], ground)
    assert recount(after, ground) == after
    assert Study.open(study).folder.read_map() == journey
    assert [item for item in after.cards if item not in journey.cards] == []


def test_a_figure_written_otherwise_stays_as_long_as_what_it_is_counted_from_does() -> None:
    # As where an engine puts a sentence into two lanes, with another feeling for each: on the map it is one quote.
    buy = stage(small_map(), "buy").model_copy(update={"valence": -1.9, "moment_of_truth": True})
    drawn = small_map().model_copy(
        update={"stages": tuple(buy if item.id == "buy" else item for item in small_map().stages)}
    )
    after = changed(change("set_lane", "c5", to="need"), journey=drawn)
    assert (stage(after, "buy"), stage(after, "use").valence) == (buy, 0.32)
    assert recount(drawn, ground(), cards=(), since=drawn) == drawn
    touched = changed(change("reject", "c4"), journey=drawn)
    assert (stage(touched, "buy").valence, stage(touched, "buy").moment_of_truth) == (None, False)


def test_each_person_weighs_the_same() -> None:
    assert mean_over_people([("a", -2.0), ("a", -1.0), ("b", 1.5), (None, 0.0)]) == 0.0


def test_a_sum_does_not_depend_on_the_order_of_the_quotes() -> None:
    stated = [(str(number), 0.1 * number) for number in range(30)]
    assert mean_over_people(stated) == mean_over_people(stated[::-1])


@pytest.mark.parametrize(
    ("confidences", "sure"),
    [([0.61, 0.5], 0.81), ([0.9, 0.35], 0.94), ([0.25], 0.25), ([1.0], 0.99), ([None], None)],
    ids=["half-up", "half-up-again", "one", "never-certain", "unknown"],
)
def test_confidence_is_counted_from_the_hundredths_on_the_map(
    confidences: list[float | None], sure: float | None
) -> None:
    assert combined_confidence(enumerate_people(confidences)) == sure


def enumerate_people(values: list[float | None]) -> list[tuple[str | None, float | None]]:
    """Return each value as another person's."""
    return [(str(number), value) for number, value in enumerate(values)]


def test_stages_feel_by_people_and_the_heaviest_are_moments_of_truth() -> None:
    figures = stage_figures(
        {
            "a": [Feeling("x", -2.0, "anger"), Feeling("x", 0.0, "anger"), Feeling("y", 1.0, "neutral")],
            "b": [Feeling("x", 2.0, "joy"), Feeling("y", -0.5, "anger")],
            "c": [Feeling("x", 2.0, "joy")],
            "d": [],
        }
    )
    assert figures == {
        "a": StageFigures(0.0, {"anger": 1}, True),  # 2² + 1² = 5
        "b": StageFigures(0.75, {"anger": 1, "joy": 1}, False),  # 4.25 is less than .9 × 5
        "c": StageFigures(2.0, {"joy": 1}, False),  # one person alone is no moment of truth
        "d": StageFigures(None, {}, False),
    }


def test_a_step_of_a_story_has_its_feeling_whatever_its_lane_and_a_need_has_none() -> None:
    assert (stage(small_map(), "find").valence, stage(small_map(), "find").emotions) == (0.8, {"trust": 1})
    moved = changed(change("move_card", "c2", to="leave"))
    assert (stage(moved, "find").valence, stage(moved, "leave").valence) == (None, 0.8)


def test_an_opportunity_repeats_and_does_not_feel() -> None:
    assert stage(changed(change("move_card", "c9", to="leave")), "leave").valence is None


def test_a_card_counts_people_files_and_quotes() -> None:
    counted = card(small_map(), "c7")
    assert (counted.people, counted.documents, counted.mentions) == (3, 3, 3)
    staff = card(small_map(), "c8")
    assert (staff.people, staff.documents, staff.mentions) == (0, 1, 1)


def test_an_idea_of_an_engine_gets_no_confidence() -> None:
    idea = card(small_map(), "c9").model_copy(update={"confidence": None})
    figures = card_figures(idea, small_map().quotes(idea), ground())
    assert (figures["confidence"], figures["people"], figures["valence"]) == (None, 3, -1.5)


def test_ratings_are_averaged_over_people_and_only_those_of_the_kind() -> None:
    rated = [item for item in small_map().evidence if item.lane == "measure"]
    assert mean_rating(rated, ground(), "stars") == 3.5
    assert mean_rating(rated, ground(), "nps") is None
    assert measure_title("stars", 3.5, "es") == "estrellas: 3,5 de media"


def test_what_the_sources_no_longer_hold_keeps_the_rating_that_was_counted() -> None:
    empty = Ground(
        remark=lambda item: Remark(None), coverage=lambda quotes: Coverage(utterances=0, customer=0, used=0)
    )
    counted = recount(small_map(), empty)
    assert stage(counted, "use").measures == (StageMeasure(kind="stars", value=5.0, evidence=("e18",)),)
    assert {item.people for item in counted.cards if item.lane != "opportunity"} == {0}


def test_loose_quotes_are_on_the_map_and_not_used() -> None:
    after = changed(change("remove_card", "c1"))
    assert "e1" in {item.id for item in pointed_at(after)}  # a return still shows it
    after = changed(change("remove_card", "c6"))
    assert "e11" not in {item.id for item in pointed_at(after)}
    assert "e11" in {item.id for item in after.evidence}
    assert (small_map().coverage.used, after.coverage.used) == (15, 14)


# The ground


def test_the_ground_tells_who_is_behind_a_quote() -> None:
    evidence = {item.id: item for item in small_map().evidence}
    remark = ground().remark
    assert remark(evidence["e8"]) == Remark("a.md#|Ana", member=("a.md", "Ana"))
    assert remark(evidence["e2"]) == Remark("e.md#|Leo", is_story=True, member=("e.md", "Leo"))
    assert remark(evidence["e16"]) == Remark(None)
    assert remark(evidence["e17"]) == Remark(
        "reviews.csv#R1|R1", rating=("stars", 2.0), member=("reviews.csv", "R1")
    )
    assert remark(_elsewhere(evidence["e8"])) == Remark(None)


def _elsewhere(item: Evidence) -> Evidence:
    return item.model_copy(update={"source": "gone.md"})


def test_the_ground_knows_customers_numbers_and_stages() -> None:
    known = ground()
    assert known.speakers == {
        ("a.md", "Ana"), ("b.md", "Ben"), ("c.md", "Eva"), ("d.md", "Ana"), ("e.md", "Leo"),
        ("reviews.csv", "R1"), ("reviews.csv", "R2"),
    }  # fmt: skip
    assert (known.next_card, known.next_evidence) == (12, 19)
    assert known.past_stages == {"find", "buy", "use", "leave"}
    later = ground_of(documents(), small_map(), next_card=40, next_evidence=50, past_stages=["sell"])
    assert (later.next_card, later.next_evidence) == (40, 50)
    assert later.past_stages == {"find", "buy", "use", "leave", "sell"}


def test_somebody_a_persona_knows_from_another_file_is_known_here() -> None:
    journey: JourneyMap = small_map()
    evidence = {item.id: item for item in journey.evidence}
    same = Ground(
        remark=lambda item: Remark("ana" if item.speaker == "Ana" else item.speaker),
        coverage=ground().coverage,
    )
    # Ana of d.md is no member, Ana of a.md is one of p1, and to these sources they are one person.
    assert Membership(journey.personas, evidence, same).of([evidence["e14"]]) == ("p1",)
    assert Membership(journey.personas, evidence, ground()).of([evidence["e14"]]) == ()
