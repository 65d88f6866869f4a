"""The labelled pairs of beliefs, and the thresholds that stand in the code."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from evals.beliefs.figures import Crossing
from evals.beliefs.pairs import corpora, of_pairs, read_pairs

from journeyai.model.aliases import Vectors
from journeyai.operations.matters import SAME_MATTER
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings


def vectors(texts: Sequence[str]) -> Vectors:
    return make_encoder(SearchSettings()).encode(texts)


def test_there_are_pairs_of_every_sort_in_both_languages() -> None:
    pairs = read_pairs()
    counts = Counter((pair.language, pair.says) for pair in pairs)
    assert len(pairs) >= 60
    assert len({pair.id for pair in pairs}) == len(pairs)
    assert min(counts[language, says] for language in ("en", "es") for says in ("same", "other")) >= 15
    assert min(counts[language, "opposite"] for language in ("en", "es")) >= 5


def test_what_says_the_opposite_stands_on_the_other_side() -> None:
    sides = {
        frozenset((pair.belief.lane, pair.card.lane)) for pair in read_pairs() if pair.says == "opposite"
    }
    assert sides == {frozenset(("pain_point", "delight"))}


def test_what_is_found_among_the_pairs_is_right_and_near_misses_are_not_found() -> None:
    pairs = read_pairs()
    crossing = Crossing(of_pairs(pairs), (), vectors)
    found, shares = crossing.at(SAME_MATTER), crossing.shares(pairs, SAME_MATTER)
    assert found.precision > 0.85
    assert shares["other"] < 0.05
    assert shares["same"] > 0.25


def test_themes_of_a_corpus_are_beliefs_with_one_card_each() -> None:
    (sample,) = [setting for setting in corpora() if setting.name == "sample-en"]
    assert len(sample.beliefs) == len(sample.cards) > 30
    assert all(quotes for _, quotes in sample.cards)
    assert np.all(Crossing(sample, (), vectors).right == np.eye(len(sample.beliefs), dtype=bool))
