from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import Said, document, seen

from journeyai.engines.local.joining import LANES, MOST_WORDS, continues, joined
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.model.vocabulary import LANES as ALL_LANES

EAST, NORTH = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
TALK = document(
    "a.md",
    Said("P1", ["I rang four times.", "Four times!", "Nobody came."]),
    Said("P1", ["Four times, I say."]),
)


def point(number: int, **changed: object) -> Observation:
    return replace(seen(TALK, number, "pain_point", 1, -1.0, "anger"), **{"vector": EAST, **changed})  # type: ignore[arg-type]


def test_the_next_sentence_of_a_turn_goes_on_with_the_point() -> None:
    assert continues(point(0), point(1), TALK)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(point(0), point(2), id="a-sentence-between"),
        pytest.param(point(1), point(0), id="backwards"),
        pytest.param(point(0), point(0), id="itself"),
        pytest.param(point(2), point(3), id="another-turn"),
        pytest.param(point(0), point(1, lane="delight"), id="another-lane"),
        pytest.param(point(0, lane="action"), point(1, lane="action"), id="a-lane-nobody-dwells-on"),
        pytest.param(point(0), point(1, document=("b.md", None)), id="another-document"),
        pytest.param(point(0), point(1, vector=NORTH), id="not-alike"),
        pytest.param(point(0), point(1, vector=-EAST), id="the-opposite"),
        pytest.param(point(0), point(1, vector=None), id="not-read-in-context"),
        pytest.param(point(0, vector=None), point(1), id="first-not-read-in-context"),
    ],
)
def test_anything_else_is_a_point_of_its_own(first: Observation, second: Observation) -> None:
    assert not continues(first, second, TALK)


@pytest.mark.parametrize(("words", "goes_on"), [(MOST_WORDS - 4, True), (MOST_WORDS - 3, False)])
def test_a_quote_does_not_grow_too_long(words: int, goes_on: bool) -> None:
    item = document("a.md", Said("P1", ["I rang four times.", " ".join(["again"] * words)]))
    first, second = (replace(seen(item, n, "need"), vector=EAST) for n in (0, 1))
    assert continues(first, second, item) == goes_on


def test_how_long_the_vectors_are_does_not_matter() -> None:
    assert continues(point(0, vector=EAST * 100), point(1, vector=EAST / 100), TALK)


def test_both_are_one_and_the_surer_speaks() -> None:
    first = point(0, confidence=0.5, emotion="anger", stages=(1.0, 0.0, 0.0), valence=-2.0)
    second = point(
        1,
        confidence=0.9,
        emotion="frustration",
        channel="phone",
        valence=-1.0,
        vector=NORTH,
        emotion_confidence=0.7,
    )
    both = joined(first, second)
    assert both == replace(
        second, utterances=(0, 1), stages=(0.5, 0.5, 0.0), valence=-1.5, channel="phone", confidence=0.9
    )
    assert both.vector is not None
    assert both.vector.tolist() == [0.5, 0.5]


def fold(found: list[Observation], item: Document) -> list[Observation]:
    out: list[Observation] = []
    for one in found:
        if out and continues(out[-1], one, item):
            out[-1] = joined(out[-1], one)
        else:
            out.append(one)
    return out


told = st.lists(st.lists(st.text("ab ", min_size=1, max_size=60), min_size=1, max_size=5), max_size=5)


@settings(deadline=None)
@given(told, st.data())
def test_no_utterance_is_lost_or_repeated_and_none_joins_another_turn(
    turns: list[list[str]], data: st.DataObject
) -> None:
    item = document("a.md", *(Said("P", sentences) for sentences in turns))
    kept = [u.number for u in item.utterances if data.draw(st.booleans())]
    found = [
        replace(
            seen(item, number, data.draw(st.sampled_from(ALL_LANES[:8])), number % 3),
            vector=data.draw(st.sampled_from([EAST, NORTH, EAST + NORTH, None])),
        )
        for number in kept
    ]
    out = fold(found, item)
    assert [number for one in out for number in one.utterances] == kept
    for one in out:
        first, last = one.utterances[0], one.utterances[-1]
        assert one.utterances == tuple(range(first, last + 1))
        assert len({item.utterances[number].turn for number in one.utterances}) == 1
        assert {f.lane for f in found if f.utterances[0] in one.utterances} == {one.lane}
        assert sum(one.stages) == pytest.approx(1, abs=1e-3)
        if len(one.utterances) > 1:
            assert one.lane in LANES
            words = item.text[item.utterances[first].start : item.utterances[last].end].split()
            assert len(words) <= MOST_WORDS
