"""What a user's decisions teach, whom the lessons reach, and whom they leave alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.drafting.material import FRAME, Said, document

from journeyai.engines.local.candidates import candidates
from journeyai.engines.local.labels import Labels, Read
from journeyai.engines.local.learning import Lesson, lessons_of, taught
from journeyai.model.aliases import Vectors
from journeyai.model.journey import Card, Coverage, Evidence, JourneyMap, MadeBy, Stage
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane

DESK = document(
    "desk.txt", Said("Ann", ["The queue is endless.", "I want evening hours.", "The water is lovely."])
)
POOL = document("pool.txt", Said("Bob", ["Queues again today.", "Please open at night."]))
DOCUMENTS = (DESK, POOL)
LANES = ("pain_point", "delight", "need", "action", "none")


def quote(id_: str, words: str, home: Document = DESK) -> Evidence:
    start = home.text.index(words)
    return Evidence(
        id=id_, source=home.source, record=None, start=start, end=start + len(words), quote=words, speaker="Ann",
        role="customer", at=None, stage="find", lane="pain_point", valence=-1, emotion="frustration", channel=None,
    )  # fmt: skip


EVIDENCE = (
    quote("e1", "The queue is endless."),
    quote("e2", "I want evening hours."),
    quote("e3", "The water is lovely."),
    quote("e4", "Queues again today.", POOL),
)


def card(lane: Lane, status: str, *evidence: str, stage: str = "find") -> Card:
    made = Card(id="c", lane=lane, stage=stage, title="", evidence=evidence)
    return made.model_copy(update={"status": status})


def journey(*cards: Card, evidence: Sequence[Evidence] = EVIDENCE) -> JourneyMap:
    return JourneyMap(
        language="en", template="cx-lifecycle", made_by=MadeBy(engine="local", version="0", at=""), sources=(),
        stages=tuple(Stage(id=id_, name=id_, order=n) for n, id_ in enumerate(("find", "buy", "use"), 1)),
        cards=cards, evidence=tuple(evidence), coverage=Coverage(utterances=5, customer=5, used=0),
    )  # fmt: skip


ACCEPTED = card("pain_point", "accepted", "e1", "e4", stage="buy")
EXPECTED: dict[str, tuple[list[Card], list[Lesson]]] = {
    "accepted-teaches-lane-and-stage": (
        [ACCEPTED],
        [Lesson(DESK.key, (0,), "pain_point", "buy"), Lesson(POOL.key, (0,), "pain_point", "buy")],
    ),
    "edited-teaches-what-it-became": (
        [card("need", "edited", "e2")],
        [Lesson(DESK.key, (1,), "need", "find")],
    ),
    "rejected-teaches-none-of-the-three": (
        [card("delight", "rejected", "e3")],
        [Lesson(DESK.key, (2,), None, None)],
    ),
    "rejected-elsewhere-teaches-nothing": ([card("touchpoint", "rejected", "e3")], []),
    "a-draft-teaches-nothing": ([card("delight", "draft", "e3")], []),
    "a-locked-draft-teaches-nothing": (
        [card("delight", "draft", "e3").model_copy(update={"locked": True})],
        [],
    ),
    "an-assumption-has-nothing-to-teach-with": (
        [card("need", "accepted").model_copy(update={"assumption": True})],
        [],
    ),
    # What was kept comes before what was rejected, and of what was kept the judged lanes first.
    "the-surer-first": (
        [card("pain_point", "rejected", "e1"), card("action", "accepted", "e1"), card("need", "accepted", "e1")],
        [
            Lesson(DESK.key, (0,), "need", "find"),
            Lesson(DESK.key, (0,), "action", "find"),
            Lesson(DESK.key, (0,), None, None),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cards", "lessons"), EXPECTED.values(), ids=EXPECTED)
def test_decisions_become_lessons(cards: list[Card], lessons: list[Lesson]) -> None:
    assert list(lessons_of(journey(*cards), DOCUMENTS)) == lessons


def test_a_quote_of_several_sentences_teaches_them_all_and_a_part_its_own() -> None:
    both = quote("e1", "The queue is endless. I want evening hours.")
    part = quote("e4", "again today", POOL)
    found = lessons_of(journey(ACCEPTED, evidence=(both, part)), DOCUMENTS)
    assert [lesson.utterances for lesson in found] == [(0, 1), (0,)]


@pytest.mark.parametrize(
    "changed",
    [
        EVIDENCE[0].model_copy(update={"source": "gone.txt"}),
        EVIDENCE[0].model_copy(update={"start": EVIDENCE[0].start + 1}),
        EVIDENCE[0].model_copy(update={"quote": "The queue was endless."}),
        EVIDENCE[0].model_copy(update={"start": 900, "end": 921}),
    ],
    ids=["file-gone", "moved", "reworded", "file-shorter"],
)
def test_what_no_longer_stands_in_the_files_teaches_nothing(changed: Evidence) -> None:
    assert lessons_of(journey(card("need", "accepted", "e1"), evidence=(changed,)), DOCUMENTS) == ()


# How the lessons reach others: five passages whose vectors and shares are laid down.

NEAR, FAR = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
#: The queue twice (alike), the hours twice (alike), the water alone.
DIRECTIONS = np.array([NEAR, FAR, (0, 0, 1), (0.95, 0.1, 0), (0.1, 0.95, 0)], np.float32)
SHARES = np.array([[0.5, 0.05, 0.05, 0.05, 0.35]] * 5, np.float32)
STAGES = np.array([[0.6, 0.3, 0.1]] * 5, np.float32)


def reads(
    lane: NDArray[np.float32] = SHARES, *, in_context: bool = True, apart: bool = False, **changes: Any
) -> list[Read]:
    """Return the passages of `DOCUMENTS` as they were read, at once or file by file."""
    passages = [item for home in DOCUMENTS for item in candidates(home)]
    whole = np.zeros((5, 1), np.float32)
    out = []
    for part in (slice(0, 3), slice(3, 5)) if apart else (slice(0, 5),):
        vectors = 7 * DIRECTIONS[part] if in_context else None
        labels = Labels(LANES, ("neutral",), lane[part], whole[part], whole[part, 0], whole[part], vectors)
        out.append(Read(passages[part], replace(labels, **changes), STAGES[part]))
    return out


def sentence_vectors(texts: Sequence[str]) -> Vectors:
    order = [item.utterance.text for home in DOCUMENTS for item in candidates(home)]
    return DIRECTIONS[[order.index(text) for text in texts]]


def after(lessons: Sequence[Lesson], given: Sequence[Read] | None = None) -> tuple[Any, Any]:
    out = list(taught(given or reads(), lessons, FRAME, sentence_vectors))
    return np.concatenate([read.labels.lane for read in out]), np.concatenate([read.stages for read in out])


NO_PAIN = Lesson(DESK.key, (0,), None, None)
A_NEED = Lesson(DESK.key, (1,), "need", None)


@pytest.mark.parametrize("in_context", [True, False], ids=["in-context", "alone"])
def test_a_lesson_is_followed_reaches_its_like_and_leaves_the_rest(in_context: bool) -> None:
    lane, stages = after([NO_PAIN], reads(in_context=in_context))
    # None of the three: what was left is shared out as before.
    assert lane[0] == pytest.approx([0, 0, 0, 0.125, 0.875], abs=1e-5)
    assert lane[3, 0] < SHARES[3, 0] - 0.05
    assert lane[3, 4] > SHARES[3, 4] + 0.05
    assert np.array_equal(lane[[1, 2, 4]], SHARES[[1, 2, 4]])
    assert np.array_equal(stages, STAGES)


def test_a_lane_that_was_moved_is_followed_by_its_like() -> None:
    lane, _ = after([A_NEED])
    assert lane[1].tolist() == [0, 0, 1, 0, 0]
    assert lane[4, 2] > SHARES[4, 2]
    assert np.array_equal(lane[[0, 2, 3]], SHARES[[0, 2, 3]])


def test_a_stage_is_followed_by_its_like_and_one_that_was_right_holds_them_in_place() -> None:
    lane, stages = after(
        [Lesson(DESK.key, (0,), "pain_point", "use"), Lesson(DESK.key, (1,), "pain_point", "find")]
    )
    assert stages[:2].tolist() == [[0, 0, 1], [1, 0, 0]]
    assert stages[3, 2] > STAGES[3, 2]
    assert stages[4, 0] > STAGES[4, 0]
    assert np.array_equal(stages[2], STAGES[2])
    assert lane[0].tolist() == [1, 0, 0, 0, 0]


HOLLOW = {
    "not-read": Lesson(("gone.txt", None), (0,), "need", "use"),
    "no-such-utterance": Lesson(DESK.key, (77,), "need", "use"),
    "a-lane-and-a-stage-that-the-engine-does-not-know": Lesson(DESK.key, (0,), "opportunity", "step-9"),
}


@pytest.mark.parametrize("lesson", HOLLOW.values(), ids=HOLLOW)
def test_a_hollow_lesson_changes_nothing(lesson: Lesson) -> None:
    lane, stages = after([lesson])
    assert np.array_equal(lane, SHARES)
    assert np.array_equal(stages, STAGES)


def test_of_two_lessons_about_one_passage_the_earlier_counts() -> None:
    first, _ = after([A_NEED, replace(A_NEED, lane=None)])
    alone, _ = after([A_NEED])
    assert np.array_equal(first, alone)


def test_what_was_ruled_out_stays_ruled_out() -> None:
    barred = SHARES.copy()
    barred[3] = [0, 0, 0, 0, 1]
    lane, _ = after([Lesson(DESK.key, (0,), "pain_point", None)], reads(barred))
    assert lane[3].tolist() == [0, 0, 0, 0, 1]
    # A lesson cannot make a complaint of what may be none either.
    assert after([Lesson(POOL.key, (0,), "pain_point", None)], reads(barred))[0][3].tolist() == [
        0,
        0,
        0,
        0,
        1,
    ]


def test_a_passage_that_could_only_be_one_of_the_three_becomes_nothing() -> None:
    sure = SHARES.copy()
    sure[0] = [1, 0, 0, 0, 0]
    lane, _ = after([NO_PAIN], reads(sure))
    assert lane[0].tolist() == [0, 0, 0, 0, 1]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            Lesson,
            st.sampled_from([DESK.key, POOL.key]),
            st.sampled_from([(0,), (1,), (2,), (0, 1)]),
            st.sampled_from([None, "pain_point", "delight", "need", "action"]),
            st.sampled_from([None, "find", "buy", "use"]),
        ),
        max_size=5,
        unique_by=lambda lesson: (lesson.document, lesson.utterances[0]),
    ),
    st.randoms(use_true_random=False),
)
def test_lessons_keep_shares_shares_whatever_their_order_and_the_batches(
    lessons: list[Lesson], random: Any
) -> None:
    single = [lesson for lesson in lessons if len(lesson.utterances) == 1]
    lane, stages = after(single)
    assert lane.sum(axis=1) == pytest.approx(1)
    assert stages.sum(axis=1) == pytest.approx(1)
    shuffled = list(single)
    random.shuffle(shuffled)
    again, again_stages = after(shuffled)
    assert np.array_equal(again, lane)
    assert np.array_equal(again_stages, stages)
    in_parts, _ = after(lessons, reads(apart=True))
    assert in_parts == pytest.approx(after(lessons)[0], abs=1e-6)
