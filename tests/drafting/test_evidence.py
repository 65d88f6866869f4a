import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drafting.material import Said, document, draw, seen

from journeyai.model.observation import Observation
from journeyai.model.vocabulary import Emotion
from journeyai.operations.figures import MOST_CONFIDENCE, combined_confidence

stated = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.one_of(st.none(), st.floats(0, 1))), max_size=8
)


@pytest.mark.parametrize(
    ("pairs", "confidence"),
    [
        pytest.param([("a", 0.6)], 0.6, id="one"),
        pytest.param([("a", 0.6), ("b", 0.5)], 0.8, id="two-people"),
        pytest.param([("a", 0.6), ("a", 0.4)], 0.6, id="one-who-repeats-it"),
        pytest.param([("a", 0.6), ("b", None)], 0.6, id="one-not-known"),
        pytest.param([("a", 1.0)], MOST_CONFIDENCE, id="never-certain"),
        pytest.param([("a", None)], None, id="not-known"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_a_card_is_as_sure_as_its_people_together(
    pairs: list[tuple[str | None, float | None]], confidence: float | None
) -> None:
    assert combined_confidence(pairs) == confidence


@given(stated)
def test_the_order_of_points_does_not_matter_and_the_result_stays_in_range(
    pairs: list[tuple[str | None, float | None]],
) -> None:
    found = combined_confidence(pairs)
    assert found is None or 0 <= found <= MOST_CONFIDENCE
    assert combined_confidence(pairs[::-1]) == pytest.approx(found, abs=0.011)


@given(stated, st.floats(0, 1))
def test_another_person_makes_nothing_less_sure(
    pairs: list[tuple[str | None, float | None]], more: float
) -> None:
    assert (combined_confidence([*pairs, ("z", more)]) or 0) >= (combined_confidence(pairs) or 0)


def felt(*told: tuple[Emotion, float]) -> Emotion | None:
    """Return the emotion of a card whose people each complain of the refund, with (emotion, confidence)."""
    documents = [
        document(f"p{n}.md", Said(f"P{n}", ["The refund took six weeks."])) for n in range(len(told))
    ]
    observations = [
        Observation(item.key, (0,), "pain_point", (0.0, 1.0, 0.0), -1.0, emotion, None, 0.8, sure)
        for item, (emotion, sure) in zip(documents, told, strict=True)
    ]
    (card,) = [card for card in draw(documents, observations).journey.cards if card.lane == "pain_point"]
    assert card.people == len(told)
    return card.emotion


@pytest.mark.parametrize(
    ("told", "emotion"),
    [
        pytest.param([("anger", 0.9)], "anger", id="sure"),
        pytest.param([("anger", 0.3)], None, id="unsure"),
        pytest.param([("anger", 0.9), ("anger", 0.4)], "anger", id="sure-on-the-whole"),
        pytest.param([("anger", 0.9), ("anxiety", 0.9), ("anger", 0.9)], "anger", id="most"),
        pytest.param([("anger", 0.9), ("anxiety", 0.9), ("sadness", 0.9)], None, id="all-differ"),
        pytest.param([("neutral", 0.1)], "neutral", id="calm"),
    ],
)
def test_a_card_names_an_emotion_that_half_of_its_people_are_likely_to_show(
    told: list[tuple[Emotion, float]], emotion: Emotion | None
) -> None:
    assert felt(*told) == emotion


def test_a_map_says_how_sure_the_engine_is_of_quotes_and_cards() -> None:
    talk = document("a.md", Said("P1", ["The refund took six weeks.", "It is a good shop."]))
    more = document("b.md", Said("P2", ["The refund took six weeks too."]))
    journey = draw(
        [talk, more],
        [
            seen(talk, 0, "pain_point", 1, confidence=0.61234),
            seen(talk, 1, "delight", 1, confidence=0.7),
            seen(more, 0, "pain_point", 1, confidence=0.5),
        ],
    ).journey
    sure = {item.quote: item.confidence for item in journey.evidence}
    assert sure == {
        "The refund took six weeks.": 0.61,
        "The refund took six weeks too.": 0.5,
        "It is a good shop.": 0.7,
    }
    assert {card.lane: card.confidence for card in journey.cards if card.lane != "opportunity"} == {
        "pain_point": 0.81,
        "delight": 0.7,
    }
