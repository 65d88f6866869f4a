"""What comes first among opportunities, once a person has graded one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.operations.small import card as card_of
from tests.operations.small import change, changed, small_map

from journeyai.model.journey import Card, JourneyMap, Judged
from journeyai.model.vocabulary import HEADWAYS, JUDGEMENTS, Judgement
from journeyai.operations.opportunities import in_order, with_priorities


def judged(grades: str, priority: int) -> Judged:
    """Return grades by their first letters, in the order of the contract."""
    known: dict[str, Judgement] = {grade[0]: grade for grade in JUDGEMENTS}
    desirable, viable, feasible = (known[letter] for letter in grades)
    return Judged(desirable=desirable, viable=viable, feasible=feasible, priority=priority)


def idea(id_: str, grades: str = "", priority: int = 1, **more: Any) -> Card:
    told = {"lane": "opportunity", "stage": "use", "title": id_, "assumption": "evidence" not in more} | more
    return Card(id=id_, judged=judged(grades, priority) if grades else None, **told)


def with_ideas(*ideas: Card) -> JourneyMap:
    return small_map().model_copy(update={"cards": (*small_map().cards, *ideas)})


def order(journey: JourneyMap) -> list[str]:
    return [card.id for card in in_order(journey.cards)]


def test_the_order_of_the_engine_stays_until_a_person_grades() -> None:
    cards = [idea("c1", "lll", 1), idea("c2", "hhh", 2)]
    assert [card.id for card in in_order(cards)] == ["c1", "c2"]
    assert [card.id for card in in_order(cards, by_grades=True)] == ["c2", "c1"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (idea("c1", "hhh", 9), idea("c2", "hhm", 1)),
        (idea("c1", "huu", 9), idea("c2", "mmm", 1)),
        (idea("c1", "uuu", 1), idea("c2", "mmm", 2)),
        (idea("c1", "muu", 9), idea("c2", "luu", 1)),
        (idea("c1", "luu", 9), idea("c2", "hhh", 1, progress="done")),
        (idea("c1", "luu", 9, progress="done"), idea("c2", "hhh", 1, progress="dropped")),
        (idea("c1", "luu", 9, progress="dropped"), idea("c2", "hhh", 1, status="rejected")),
        (idea("c1", "huu", 9, progress="under_way"), idea("c2")),
        (idea("c1"), idea("c2", "luu", 1)),
    ],
    ids=[
        "points",
        "unknown-is-medium",
        "equals-stay",
        "low",
        "done",
        "dropped",
        "rejected",
        "ungraded",
        "bad",
    ],
)
def test_what_comes_first(better: Card, worse: Card) -> None:
    for cards in ([better, worse], [worse, better]):
        assert [card.id for card in in_order(cards, by_grades=True)] == ["c1", "c2"]


def test_a_grade_puts_all_opportunities_in_order_and_leaves_the_others_as_they_are() -> None:
    journey = with_ideas(idea("c12", "hhm", 1), idea("c13", "hml", 2, locked=True))
    after = changed(change("set_grade", "c9", to="desirable", text="high"), journey=journey)
    assert order(after) == ["c12", "c9", "c13"]
    assert card_of(after, "c9").judged == judged("huu", 2)
    assert card_of(after, "c13") == idea("c13", "hml", 3, locked=True)
    assert card_of(after, "c12") == card_of(journey, "c12")


def test_grades_do_not_depend_on_the_order_they_are_given_in() -> None:
    grade = change("set_grade", "c9", to="viable", text="low")
    other = change("set_grade", "c12", to="feasible", text="high")
    journey = with_ideas(idea("c12"), idea("c13", "mmm", 1))
    assert changed(grade, other, journey=journey) == changed(other, grade, journey=journey)


def test_progress_says_nothing_of_whether_a_card_is_right() -> None:
    accepted = changed(change("accept", "c9"))
    assert (
        card_of(changed(change("set_progress", "c9", to="planned"), journey=accepted), "c9").status
        == "accepted"
    )


def test_what_is_done_comes_last_and_the_order_of_the_rest_stays() -> None:
    journey = with_ideas(idea("c12", "lll", 1), idea("c13", "hhh", 2)).model_copy(
        update={"cards": (idea("c12", "lll", 1), idea("c13", "hhh", 2), idea("c14", "hhh", 3))}
    )
    after = with_priorities(
        [c.model_copy(update={"progress": "done"}) if c.id == "c12" else c for c in journey.cards]
    )
    assert [(c.id, c.judged.priority if c.judged else 0) for c in after] == [
        ("c12", 3),
        ("c13", 1),
        ("c14", 2),
    ]


def test_another_lane_has_neither_grades_nor_progress() -> None:
    graded = changed(
        change("set_grade", "c9", to="viable", text="low"), change("set_progress", "c9", to="idea")
    )
    moved = card_of(changed(change("set_lane", "c9", to="need"), journey=graded), "c9")
    assert (moved.judged, moved.progress) == (None, None)


def test_merged_opportunities_keep_what_is_known_of_one() -> None:
    journey = with_ideas(idea("c12", "hhm", 1, progress="planned", evidence=("e8",)))
    merged = card_of(changed(change("merge_cards", "c9", "c12", to="c9"), journey=journey), "c9")
    assert (merged.judged, merged.progress) == (judged("hhm", 1), "planned")


@given(
    st.lists(
        st.tuples(st.sampled_from(JUDGEMENTS), st.none() | st.sampled_from(HEADWAYS), st.booleans()),
        max_size=8,
    )
)
def test_priorities_are_places_and_do_not_change_again(
    told: list[tuple[Judgement, Any, bool]],
) -> None:
    cards = [
        idea(f"c{n}", f"{grade[0]}uu" if graded else "", n, progress=progress)
        for n, (grade, progress, graded) in enumerate(told, 1)
    ]
    after = with_priorities(cards, by_grades=True)
    assert with_priorities(after, by_grades=True) == after
    places = [c.judged.priority for c in in_order(after, by_grades=True) if c.judged]
    assert places == sorted(set(places))
