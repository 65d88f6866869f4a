from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.material import DOCUMENTS, GOLD, card, make_map, perfect_map, quote

from journeyai.evaluation.matching import (
    Span,
    best_assignment,
    compare,
    made_up,
    match,
    missed,
    overlaps,
)

A = ("a.txt", None)
spans = st.builds(
    lambda record, start, size: Span(("a.csv", record), start, start + size),
    st.sampled_from([None, "1"]),
    st.integers(0, 20),
    st.integers(1, 10),
)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        pytest.param((0, 10), (0, 10), True, id="the-same"),
        pytest.param((0, 10), (5, 15), True, id="just-half"),
        pytest.param((0, 10), (6, 16), False, id="less-than-half"),
        pytest.param((0, 100), (40, 44), True, id="inside"),
        pytest.param((0, 100), (98, 102), True, id="half-of-the-shorter"),
        pytest.param((0, 100), (99, 103), False, id="a-quarter-of-the-shorter"),
        pytest.param((0, 10), (10, 20), False, id="side-by-side"),
        pytest.param((0, 10), (5, 5), False, id="empty"),
    ],
)
def test_places_overlap_by_half_of_the_shorter(
    first: tuple[int, int], second: tuple[int, int], alike: bool
) -> None:
    assert overlaps(Span(A, *first), Span(A, *second)) is alike
    assert overlaps(Span(A, *second), Span(A, *first)) is alike


def test_places_in_different_records_never_overlap() -> None:
    assert not overlaps(Span(("a.csv", "1"), 0, 9), Span(("a.csv", "2"), 0, 9))


def test_the_greedy_choice_does_not_cost_a_pair() -> None:
    known = [Span(A, 0, 10), Span(A, 10, 20)]
    # The first one found fits both; whoever takes it for the first known leaves nothing for the second.
    found = [Span(A, 5, 15), Span(A, 0, 8)]
    assert match(known, found) == ((0, 1), (1, 0))


def test_of_equally_many_pairs_the_best_fitting_are_made() -> None:
    known = [Span(A, 0, 10), Span(A, 0, 12)]
    found = [Span(A, 0, 12), Span(A, 0, 10)]
    assert match(known, found) == ((0, 1), (1, 0))


def test_nothing_matches_nothing() -> None:
    assert match([], [Span(A, 0, 1)]) == match([Span(A, 0, 1)], []) == match([], []) == ()


def most_pairs(known: list[Span], found: list[Span]) -> int:
    """Return the size of the largest matching, by trying every order of greedy choices."""
    best = 0
    for order in permutations(range(len(known))):
        free, pairs = set(range(len(found))), 0
        for row in order:
            fits = [column for column in free if overlaps(known[row], found[column])]
            if fits:
                free.remove(fits[0])
                pairs += 1
        best = max(best, pairs)
    return best


@given(st.lists(spans, max_size=5), st.lists(spans, max_size=5))
def test_as_many_are_matched_as_can_be_each_once(known: list[Span], found: list[Span]) -> None:
    pairs = match(known, found)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(overlaps(known[row], found[column]) for row, column in pairs)
    assert len(pairs) >= most_pairs(known, found)
    assert len(match(found, known)) == len(pairs)


@given(st.lists(spans, max_size=6, unique=True), st.lists(spans, max_size=6, unique=True), st.randoms())
def test_the_order_of_what_is_matched_does_not_matter(
    known: list[Span], found: list[Span], random: object
) -> None:
    def pairs(rows: list[Span], columns: list[Span]) -> tuple[int, float]:
        chosen = [(rows[row], columns[column]) for row, column in match(rows, columns)]
        return len(chosen), round(sum(_fit(a, b) for a, b in chosen), 9)

    mixed_known, mixed_found = known[:], found[:]
    random.shuffle(mixed_known)  # type: ignore[attr-defined]
    random.shuffle(mixed_found)  # type: ignore[attr-defined]
    assert pairs(known, found) == pairs(mixed_known, mixed_found)


def _fit(a: Span, b: Span) -> float:
    common = min(a.end, b.end) - max(a.start, b.start)
    return common / (a.end - a.start + b.end - b.start - common)


@pytest.mark.parametrize(
    ("weights", "pairs"),
    [
        pytest.param([[1, 2], [3, 5]], [(0, 0), (1, 1)], id="not-the-greatest-first"),
        pytest.param([[0, 9], [0, 8]], [(0, 1)], id="no-pair-of-weight-0"),
        pytest.param([[4, 1, 7]], [(0, 2)], id="one-row"),
        pytest.param([[4], [1], [7]], [(2, 0)], id="one-column"),
        pytest.param([[7, 5, 1], [8, 9, 2], [3, 4, 6]], [(0, 0), (1, 1), (2, 2)], id="three"),
        pytest.param(np.zeros((2, 3)), [], id="nothing"),
        pytest.param(np.zeros((0, 3)), [], id="no-rows"),
    ],
)
def test_the_heaviest_assignment(weights: object, pairs: list[tuple[int, int]]) -> None:
    assert best_assignment(np.array(weights, dtype=np.float64)) == pairs


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_no_other_assignment_is_heavier(rows: int, columns: int, data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.integers(0, 9), min_size=rows * columns, max_size=rows * columns))
    weights = np.array(cells, dtype=np.float64).reshape(rows, columns)
    wide = weights if rows <= columns else weights.T
    best = max(
        sum(wide[row, column] for row, column in enumerate(order))
        for order in permutations(range(wide.shape[1]), wide.shape[0])
    )
    assert sum(weights[pair] for pair in best_assignment(weights)) == best


def test_a_map_is_laid_over_the_labels() -> None:
    compared = compare(perfect_map(), GOLD, DOCUMENTS)
    assert compared.files == ("cafe.txt", "desk.txt", "pool.txt")
    assert [(passage.segment.quote, item.evidence.quote) for passage, item in compared.pairs] == [
        (words, words)
        for words in (
            "The water felt great.", "The water is lovely.", "I want evening hours.", "Please open at night.",
            "Another long queue.", "The queue is endless.", "Queues again today.", "Nobody told me the price.",
        )
    ]  # fmt: skip


def test_only_customers_words_on_cards_that_were_not_rejected_count() -> None:
    queue = quote("e1", "desk.txt", "The queue is endless.", "pain_point", "buy", -1)
    again = quote("e2", "pool.txt", "Queues again today.", "pain_point", "buy", -1)
    staff = quote("e3", "cafe.txt", "Another long queue.", "pain_point", "buy", -1).model_copy(
        update={"role": "agent"}
    )
    loose = quote("e4", "pool.txt", "Nobody told me the price.", "pain_point", "buy", -1)
    cards = [
        card("c1", "pain_point", "buy", 1, "e1", "gone"),
        card("c2", "pain_point", "buy", 1, "e2").model_copy(update={"status": "rejected"}),
        card("c3", "pain_point", "buy", 1, "e3"),
        card("c4", "delight", "buy", 1, "e1"),
        card("c5", "pain_point", "buy", 1, "e1"),
    ]
    compared = compare(make_map([queue, again, staff, loose], cards), GOLD, DOCUMENTS)
    assert [(item.evidence.id, item.lane, compared.cards[item.card].id) for item in compared.found] == [
        ("e1", "delight", "c4"),
        ("e1", "pain_point", "c1"),
    ]
    assert [(passage.segment.lane, item.card) for passage, item in compared.pairs] == [("pain_point", 0)]


def test_what_was_missed_and_what_was_made_up_is_listed_with_what_it_was_taken_for() -> None:
    evidence = [
        quote("e1", "desk.txt", "The queue is endless.", "need", "buy", -1),
        quote("e2", "pool.txt", "Please open at night.", "need", "use", 0),
        quote("e3", "cafe.txt", "Just passing by.", "need", "use", 0),
    ]
    compared = compare(make_map(evidence, [card("c1", "need", "use", 3, "e1", "e2", "e3")]), GOLD, DOCUMENTS)
    assert [(p.segment.quote, lane) for p, lane in missed(compared, ("pain_point", "need"))] == [
        ("The queue is endless.", "need"),
        ("Queues again today.", None),
        ("Another long queue.", None),
        ("Nobody told me the price.", None),
        ("I want evening hours.", None),
    ]
    assert [(item.evidence.quote, lane) for item, lane in made_up(compared, ("pain_point", "need"))] == [
        ("Just passing by.", None),
        ("The queue is endless.", "pain_point"),
    ]
    assert made_up(compared, ("delight",)) == []
