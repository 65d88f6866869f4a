from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drafting.material import Said, document, seen

from journeyai.drafting.grounding import Grounded, ground
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.model.vocabulary import LANES, Lane

TALK = document(
    "int-1.md",
    Said("Moderator", ["How was it?", "Tell me."], role="researcher"),
    Said("P1", ["I waited  two weeks.", "Nobody — nobody! — called.", "Then it came 📦."]),
    Said("Agent", ["I will send a van.", "I am sorry you are angry."], role="agent"),
    Said("P1", ["Thanks."]),
    Said(None, ["Call ended."], role="system"),
    Said("Somebody", ["Hm, I see."], role="unknown"),
)
NOTES = document(
    "notes.md",
    Said(None, ["She closed the tab.", "She was lost."], role="researcher"),
    Said("P4", ["I did not dare to press it."]),
    kind="note",
)
ALONE = document("notes-2.md", Said(None, ["He rang twice."], role="researcher"), kind="note")
TWO = document(
    "notes-3.md",
    Said(None, ["They both left."], role="researcher"),
    Said("P5", ["I left."]),
    Said("P6", ["Me too."]),
    kind="note",
)
DOCUMENTS = {item.key: item for item in (TALK, NOTES, ALONE, TWO)}


def outcome(item: Document, numbers: int | tuple[int, ...], lane: Lane) -> Grounded:
    return ground([seen(item, numbers, lane)], DOCUMENTS)


@pytest.mark.parametrize(
    ("item", "numbers", "lane", "quote", "person"),
    [
        pytest.param(TALK, 2, "pain_point", "I waited  two weeks.", "int-1.md#|P1", id="one-utterance"),
        pytest.param(
            TALK, (2, 3, 4), "pain_point",
            "I waited  two weeks. Nobody — nobody! — called. Then it came 📦.", "int-1.md#|P1",
            id="consecutive-ones-of-a-turn",
        ),
        pytest.param(TALK, 5, "back_stage", "I will send a van.", None, id="agent-about-back-stage"),
        pytest.param(TALK, 5, "touchpoint", "I will send a van.", None, id="agent-as-a-touchpoint"),
        pytest.param(TALK, 8, "touchpoint", "Call ended.", None, id="system-as-a-touchpoint"),
        pytest.param(NOTES, 0, "action", "She closed the tab.", "notes.md#|P4", id="note-about-its-participant"),
        pytest.param(ALONE, 0, "action", "He rang twice.", "notes-2.md#|", id="note-of-nobody-named"),
    ],
)  # fmt: skip
def test_numbers_become_the_sources_own_words(
    item: Document, numbers: int | tuple[int, ...], lane: Lane, quote: str, person: str | None
) -> None:
    grounded = outcome(item, numbers, lane)
    assert grounded.refused == {}
    (point,) = grounded.points
    assert (point.quote, point.person) == (quote, person)
    assert item.text[point.start : point.end] == quote


@pytest.mark.parametrize(
    ("item", "numbers", "lane", "reason"),
    [
        pytest.param(TALK, (), "need", "utterances are not consecutive", id="none"),
        pytest.param(TALK, (2, 4), "need", "utterances are not consecutive", id="a-gap"),
        pytest.param(TALK, (3, 2), "need", "utterances are not consecutive", id="backwards"),
        pytest.param(TALK, (2, 2), "need", "utterances are not consecutive", id="twice"),
        pytest.param(TALK, 99, "need", "no such utterance", id="past-the-end"),
        pytest.param(TALK, (9, 10), "need", "no such utterance", id="over-the-end"),
        pytest.param(TALK, -1, "need", "no such utterance", id="negative"),
        pytest.param(TALK, (-1, 0), "need", "no such utterance", id="from-before-the-start"),
        pytest.param(TALK, (4, 5), "need", "utterances of several turns", id="two-turns"),
        pytest.param(TALK, 6, "pain_point", "staff speak of a customer's feelings", id="agents-pain"),
        pytest.param(TALK, 8, "delight", "staff speak of a customer's feelings", id="systems-delight"),
        pytest.param(TALK, 0, "question", "a researcher's words", id="interviewers-question"),
        pytest.param(TALK, 9, "need", "the speaker's role is unknown", id="unknown-role"),
        pytest.param(TWO, 0, "action", "a researcher's words", id="note-about-two-people"),
        pytest.param(replace(TALK, source="gone.md"), 2, "need", "no such document", id="unknown-document"),
    ],
)
def test_whatever_points_elsewhere_is_refused_and_counted(
    item: Document, numbers: int | tuple[int, ...], lane: Lane, reason: str
) -> None:
    assert outcome(item, numbers, lane) == Grounded((), {reason: 1})


def test_the_same_point_twice_is_one_point() -> None:
    one = seen(TALK, 2, "pain_point")
    other_lane = seen(TALK, 2, "need")
    grounded = ground([one, one, other_lane, one], DOCUMENTS)
    assert [point.lane for point in grounded.points] == ["pain_point", "need"]
    assert grounded.refused == {"said already": 2}


any_observation = st.builds(
    Observation,
    document=st.sampled_from([*DOCUMENTS, ("no.md", None), ("int-1.md", "R1")]),
    utterances=st.one_of(
        st.tuples(st.integers(-3, 12)),
        st.builds(lambda first, count: tuple(range(first, first + count)), st.integers(-2, 11), st.integers(0, 4)),
        st.lists(st.integers(), max_size=4).map(tuple),
    ),
    lane=st.sampled_from(LANES),
    stages=st.just((1.0, 0.0, 0.0)),
    valence=st.floats(-2, 2),
    emotion=st.just("neutral"),
    channel=st.none(),
    confidence=st.floats(0, 1),
)  # fmt: skip


@given(st.lists(any_observation, max_size=30))
def test_every_quote_is_a_slice_and_no_observation_is_lost(observations: list[Observation]) -> None:
    grounded = ground(observations, DOCUMENTS)
    assert len(grounded.points) + sum(grounded.refused.values()) == len(observations)
    for point in grounded.points:
        assert point.document.text[point.start : point.end] == point.quote
        assert point.turn.start <= point.start < point.end <= point.turn.end
        assert point.quote in point.document.text
        assert (point.person is None) == (point.turn.role in {"agent", "system"})
