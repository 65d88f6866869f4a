from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import Said, document, seen, vectors

from journeyai.drafting.grounding import Point, ground
from journeyai.drafting.likeness import (
    BY_GIST,
    BY_SENTENCE,
    IN_CONTEXT,
    around,
    likeness_rows,
    said,
    topic_rows,
    unit,
    weights_for,
    word_rows,
)
from journeyai.model.source import Document, Measure

WORDS = (
    "refund",
    "took",
    "weeks",
    "app",
    "crashed",
    "driver",
    "kind",
    "the",
    "factura",
    "cobro",
    "llegó",
    "tarde",
)
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
STARS = Measure("stars", 1, 1, 5)


def points_of(*documents: Document, read: bool = False) -> list[Point]:
    """Return each unrated utterance as a point; *read*: as an engine tells it that read it in its context."""
    found = [
        replace(
            seen(item, u.number, "pain_point", u.number % 3),
            vector=np.random.default_rng(u.number).normal(size=8).astype(np.float32) if read else None,
        )
        for item in documents
        for u in item.utterances
        if item.turn_of(u).measure is None
    ]
    return list(ground(found, {item.key: item for item in documents}).points)


def talk(*texts: str) -> list[Point]:
    return points_of(document("a.md", Said("P", texts)))


@settings(deadline=None, max_examples=30)
@given(st.lists(sentences, min_size=1, max_size=8), st.booleans())
def test_likeness_is_the_same_both_ways_and_greatest_with_itself(texts: list[str], read: bool) -> None:
    points = points_of(document("a.md", Said("P", texts)), read=read)
    for rows in (likeness_rows(points, vectors), topic_rows(points, vectors)):
        alike = rows @ rows.T
        assert rows.dtype == np.float32
        assert np.isfinite(alike).all()
        assert alike == pytest.approx(alike.T, abs=1e-5)
        own = np.sqrt(np.maximum(np.diag(alike), 0))
        assert (alike <= own[:, None] * own[None] + 1e-4).all()


@settings(deadline=None, max_examples=30)
@given(st.lists(sentences, min_size=2, max_size=8), st.randoms(use_true_random=False), st.booleans())
def test_likeness_does_not_depend_on_the_order_of_points(
    texts: list[str], random: object, read: bool
) -> None:
    points = points_of(document("a.md", Said("P", texts)), read=read)
    order = list(range(len(points)))
    random.shuffle(order)  # type: ignore[attr-defined]
    rows = likeness_rows(points, vectors)
    assert likeness_rows([points[n] for n in order], vectors) == pytest.approx(rows[order], abs=1e-5)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_words_count_in_whatever_order_they_are_said(said: list[str], random: object) -> None:
    mixed = list(said)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = word_rows(talk(" ".join(said), " ".join(mixed)))
    assert first == pytest.approx(second, abs=1e-6)


def test_a_rare_word_in_common_tells_more_than_a_frequent_one() -> None:
    rows = word_rows(
        talk(
            "refund parking",
            "refund invoice",
            "courier parking",
            "refund helmet",
            "refund charger",
            "refund bell",
        )
    )
    alike = rows @ rows.T
    assert alike[0, 2] > alike[0, 1] > 0


def test_words_are_told_apart_by_their_beginning_whatever_the_ending() -> None:
    rows = word_rows(talk("refunded customers", "refunding customer"))
    assert rows[0] @ rows[1] == pytest.approx(1, abs=1e-6)


def test_a_quote_without_content_words_is_like_nothing() -> None:
    rows = word_rows(talk("the", "refund"))
    assert not rows[0].any()
    assert rows[1] @ rows[1] == pytest.approx(1)


def rated(*told: str | None) -> list[Point]:
    """Return the points of a review in which None is a rating."""
    return points_of(
        document(
            "r.csv",
            *(Said("R", ["one star"], measure=STARS) if text is None else Said("R", [text]) for text in told),
            kind="review",
        )
    )


def test_ratings_are_left_out_of_what_stands_around() -> None:
    asked: list[str] = []

    def noting(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return vectors(texts)

    around(rated(None, "The app crashed.", None, "It was late."), noting)
    assert sorted(asked) == ["It was late.", "The app crashed."]


def test_a_rating_at_the_end_changes_nothing() -> None:
    with_one, without = (
        rated("The app crashed.", "It was late.", None),
        rated("The app crashed.", "It was late."),
    )
    assert around(with_one, vectors) == pytest.approx(around(without, vectors), abs=1e-6)


def test_what_stands_further_off_than_two_sentences_does_not_count() -> None:
    near = talk("The app crashed.", "a b", "c d", "The driver was kind.")
    far = talk("The app crashed.", "a b", "c d", "My bill was wrong.")
    assert np.array_equal(around(near, vectors)[0], around(far, vectors)[0])
    assert not np.allclose(around(near, vectors)[1], around(far, vectors)[1])


def test_short_words_are_understood_by_what_stands_around_them() -> None:
    points = points_of(
        document("a.md", Said("A", ["The refund never came.", "Three weeks."])),
        document("b.md", Said("B", ["The refund never came.", "A month."])),
        document("c.md", Said("C", ["The driver was kind.", "A month."])),
    )
    rows = around(points, vectors)
    assert rows[1] @ rows[3] > rows[1] @ rows[5]


@settings(deadline=None, max_examples=20)
@given(st.lists(sentences, min_size=1, max_size=8), st.data())
def test_what_stands_around_a_point_does_not_depend_on_the_other_points(
    texts: list[str], data: st.DataObject
) -> None:
    points = talk(*texts)
    rows = around(points, vectors)
    index = data.draw(st.integers(0, len(points) - 1))
    assert around([points[index]], vectors)[0] == pytest.approx(rows[index], abs=1e-5)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-4)


def test_more_points_than_are_held_at_a_time_are_taken_in_order() -> None:
    points = [points_of(document(f"{n}.md", Said("P", [f"refund {n % 7}"])))[0] for n in range(1203)]
    rows = around(points, vectors)
    assert rows.shape == (1203, 64)
    assert np.array_equal(rows[1200], around(points[1200:1201], vectors)[0])


def test_nothing_has_no_surroundings() -> None:
    assert around([], vectors).shape[0] == 0


def test_the_engines_own_vectors_count_only_if_every_point_has_one() -> None:
    item = document("a.md", Said("P", ["The app crashed.", "It was late."]))
    read, plain = points_of(item, read=True), points_of(item)
    assert weights_for(read) is IN_CONTEXT
    assert weights_for(plain) is BY_SENTENCE
    mixed = [read[0], plain[1]]
    assert weights_for(mixed) is BY_SENTENCE
    assert likeness_rows(mixed, vectors) == pytest.approx(likeness_rows(plain, vectors))


def test_points_read_alike_are_likelier_one_theme() -> None:
    item = document("a.md", Said("P", ["The app crashed.", "x y", "z w", "Late.", "v u", "t s", "Gone."]))
    points = points_of(item, read=True)
    near = np.array([1, 0, 0], np.float32)
    far = np.array([0, 1, 0], np.float32)
    told = [
        replace(p, observation=replace(p.observation, vector=near if n < 4 else far))
        for n, p in enumerate(points)
    ]
    apart = [
        replace(p, observation=replace(p.observation, vector=far if n else near))
        for n, p in enumerate(points)
    ]
    together, alone = likeness_rows(told, vectors), likeness_rows(apart, vectors)
    assert together[0] @ together[3] > alone[0] @ alone[3]


def test_rows_of_nothing_stay_nothing_when_they_are_scaled() -> None:
    assert unit(np.array([[0, 0], [3, 4]], np.float32)).tolist() == [
        [0, 0],
        [0.6000000238418579, 0.800000011920929],
    ]


def gisted(*told: tuple[str, str]) -> list[Point]:
    """Return points of the quotes and gists given, one after another in one talk."""
    return [
        replace(point, observation=replace(point.observation, gist=gist))
        for point, (_, gist) in zip(talk(*(quote for quote, _ in told)), told, strict=True)
    ]


def test_one_point_without_a_gist_does_not_change_how_the_others_are_compared() -> None:
    points = gisted(("It was late.", "refund late"), ("Kind.", "agent kind"))
    assert weights_for(points) is BY_GIST
    (unsaid,) = gisted(("It was late.", ""))
    assert weights_for([*points, unsaid]) is BY_GIST
    assert weights_for([unsaid]) is BY_SENTENCE
    alike, more = (word_rows(some) @ word_rows(some).T for some in (points, [*points, unsaid]))
    assert more[:2, :2] == pytest.approx(alike, abs=0.1)


def test_a_point_with_a_gist_is_about_that_and_not_about_what_stands_around() -> None:
    asked: list[str] = []

    def noting(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return vectors(texts)

    points = gisted(("It was three weeks.", "refund late"), ("Like my bill.", "invoice wrong"))
    around(points, noting)
    assert asked == ["refund late", "invoice wrong"]
    assert [said(point) for point in points] == asked
    assert [said(point) for point in talk("It was late.")] == ["It was late."]


def test_points_of_one_gist_are_alike_whatever_their_words() -> None:
    points = gisted(
        ("Three weeks!", "refund late"), ("My bill was wrong.", "refund late"), ("Late.", "app crash")
    )
    rows = word_rows(points)
    assert rows[0] == pytest.approx(rows[1])
    topics = topic_rows(points, vectors)
    assert topics[0] == pytest.approx(topics[1])
    assert topics[0] @ topics[1] > topics[0] @ topics[2]


def test_a_point_without_a_gist_beside_others_is_read_in_its_surroundings() -> None:
    points = gisted(("The refund is late.", "refund late"), ("Three weeks.", ""), ("Kind.", "agent kind"))
    assert around(points, vectors)[1] == pytest.approx(
        around(talk("The refund is late.", "Three weeks.", "Kind."), vectors)[1], abs=1e-6
    )
    assert np.isfinite(likeness_rows(points, vectors)).all()
