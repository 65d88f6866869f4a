"""What the heads see around a passage: the same in training and when a map is drafted."""

from collections.abc import Sequence

import numpy as np
import pytest
from tests.drafting.material import Said, document

from journeyai.engines.local.candidates import Candidate, candidates
from journeyai.engines.local.surroundings import PLACE_WIDTH, nowhere, rating, read_surroundings
from journeyai.model.aliases import Vectors
from journeyai.model.source import Document, Measure

NAMES = (
    "first of turn",
    "last of turn",
    "after staff",
    "after a question",
    "short",
    "first",
    "last",
    "rating",
    "good",
    "bad",
)  # fmt: skip

TALK = document(
    "talk.md",
    Said("Mo", ["How was the delivery?"], role="researcher"),
    Said("P1", ["It came very late.", "Nobody told me why."]),
    Said("Mo", ["I see, thank you."], role="researcher"),
    Said("P1", ["I complained twice about it.", "Then I gave up.", "So I rang my sister."]),
)
REVIEW = document(
    "r.csv",
    Said("R1", ["2"], measure=Measure("stars", 2, 1, 5)),
    Said("R1", ["It came too late."]),
    kind="review",
)


def lengths(texts: Sequence[str]) -> Vectors:
    """Stand in for an encoder: a text's vector is its length, and one."""
    return np.array([[len(text), 1] for text in texts], np.float32)


def told(passage: Candidate) -> dict[str, float]:
    (row,) = read_surroundings([passage], lengths)[1].place
    return {name: float(value) for name, value in zip(NAMES, row, strict=True) if value}


def test_each_passage_keeps_its_own_vector() -> None:
    passages = candidates(TALK)
    assert (read_surroundings(passages, lengths)[0] == lengths([p.utterance.text for p in passages])).all()


def test_the_sentences_just_before_and_after_count_whoever_said_them() -> None:
    late, nobody, *_, sister = candidates(TALK)
    around = read_surroundings([late, nobody, sister], lengths)[1].around
    assert around.tolist() == [
        [(len("How was the delivery?") + len("Nobody told me why.")) / 2, 1],
        [(len("It came very late.") + len("I see, thank you.")) / 2, 1],
        [len("Then I gave up."), 1],
    ]


@pytest.mark.parametrize(
    ("document_", "text", "expected"),
    [
        (TALK, "It came very late.", {"first of turn": 1, "after staff": 1, "after a question": 1}),
        (TALK, "Nobody told me why.", {"last of turn": 1}),
        (TALK, "I complained twice about it.", {"first of turn": 1, "after staff": 1}),
        (TALK, "Then I gave up.", {}),
        (TALK, "So I rang my sister.", {"last of turn": 1, "last": 1}),
        (
            REVIEW,
            "It came too late.",
            {"first of turn": 1, "last of turn": 1, "short": 1, "last": 1, "rating": -0.5, "bad": 1},
        ),
    ],
    ids=["answer", "end of turn", "after a remark", "middle", "end", "rated"],
)
def test_a_passages_place(document_: Document, text: str, expected: dict[str, float]) -> None:
    (passage,) = (item for item in candidates(document_) if item.utterance.text == text)
    assert told(passage) == expected


def test_a_sentence_alone_in_its_document_has_nothing_around_it() -> None:
    alone = candidates(document("a.md", Said("P1", ["It came too late."])))
    assert read_surroundings(alone, lengths)[1].around.tolist() == [[0, 0]]


def test_what_is_around_a_passage_does_not_depend_on_other_documents() -> None:
    together = read_surroundings([*candidates(REVIEW), *candidates(TALK)], lengths)[1]
    alone = read_surroundings(candidates(TALK), lengths)[1]
    assert (together.around[1:] == alone.around).all()
    assert (together.place[1:] == alone.place).all()


def test_sentences_of_no_document_have_nothing_around_them() -> None:
    near = nowhere(2, 3)
    assert near.around.tolist() == [[0, 0, 0]] * 2
    assert near.place.tolist() == [[0] * PLACE_WIDTH] * 2


def test_a_rating_is_told_on_the_maps_scale() -> None:
    assert rating(REVIEW) == -1
    assert rating(TALK) == 0
