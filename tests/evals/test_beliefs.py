"""Labelled beliefs, and what is found of them by the weights that ship."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from evals.beliefs.figures import figures, of_setting, of_strangers, shares
from evals.beliefs.pairs import CORPORA, corpora, of_pairs, read_pairs
from evals.beliefs.sets import AGREES, OPPOSES, OTHER, UNCOUNTED, names, on_themes, read_set
from evals.beliefs.train import learn, lessons

from journeyai.evaluation.gold import load
from journeyai.model.aliases import Vectors
from journeyai.operations.weighing import weighing
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


def test_opposites_are_found_among_the_pairs_and_near_misses_seldom() -> None:
    pairs = read_pairs()
    setting = of_pairs(pairs)
    likeness, labels = of_setting(setting, setting.beliefs, vectors, weighing())
    told = shares(setting, likeness, pairs, weighing().surely)
    assert figures(likeness, labels, weighing().surely).precision > 0.7
    assert told["opposite"] > 0.7
    assert told["same"] > 0.35
    assert told["other"] < 0.12


def test_themes_of_a_corpus_are_beliefs_with_one_card_each() -> None:
    (sample,) = [setting for setting in corpora() if setting.name == "sample-en"]
    assert len(sample.beliefs) == len(sample.cards) > 30
    assert all(quotes for _, quotes in sample.cards)
    labels = of_setting(sample, sample.beliefs[:1], vectors, weighing())[1]
    assert labels.tolist() == [[AGREES] + [OTHER] * (len(sample.cards) - 1)]


@pytest.mark.parametrize("name", names())
def test_a_set_names_only_themes_of_a_corpus_that_is_not_held_back(name: str) -> None:
    gold = load(CORPORA / name)
    beliefs = read_set(name)
    themes = {theme.id for theme in gold.themes}
    assert not gold.held_back
    assert len({belief.id for belief in beliefs}) == len({belief.claim.text for belief in beliefs}) >= 20
    assert {belief.claim.stage for belief in beliefs} <= set(gold.stages)
    for belief in beliefs:
        assert belief.agrees | belief.opposes | belief.near <= themes, belief.id
        assert not belief.agrees & belief.opposes, belief.id
        assert not belief.near & (belief.agrees | belief.opposes), belief.id
    assert sum(not belief.agrees | belief.opposes for belief in beliefs) >= 4
    assert sum(bool(belief.opposes) for belief in beliefs) >= 8
    assert {belief.language for belief in beliefs} == {"en", "es"}


def test_no_belief_is_a_label_in_other_words_only_by_its_case() -> None:
    for name in names():
        labels = {theme.label.casefold() for theme in load(CORPORA / name).themes}
        assert not labels & {belief.claim.text.casefold() for belief in read_set(name)}


def test_a_card_is_labelled_by_its_themes() -> None:
    held = on_themes("es-viajes")
    row = next(n for n, belief in enumerate(held.beliefs) if belief.opposes and belief.near)
    belief = held.beliefs[row]
    told = {
        next(iter(card.themes)): label for card, label in zip(held.cards, held.labels()[row], strict=True)
    }
    assert {theme for theme, label in told.items() if label == AGREES} == belief.agrees
    assert {theme for theme, label in told.items() if label == OPPOSES} == belief.opposes
    assert {theme for theme, label in told.items() if label == UNCOUNTED} == belief.near


def test_figures_count_what_is_found_and_leave_out_what_does_not_count() -> None:
    labels = np.array([[AGREES, OTHER, UNCOUNTED], [OPPOSES, AGREES, OTHER], [OTHER, OTHER, UNCOUNTED]])
    likeness = np.array([[0.9, 0.2, 0.9], [0.9, 0.1, 0.6], [0.1, 0.7, 0.9]])
    found = figures(likeness, labels, 0.5)
    assert (found.hits, found.found, found.right) == (2, 4, 3)
    assert (found.agreed, found.opposed, found.alarms) == (0.5, 1.0, 1.0)
    assert (of_strangers(likeness, 0.8).alarms, of_strangers(likeness, 0.8).found) == (1.0, 0)


def test_learning_is_the_same_twice_and_tells_right_from_wrong() -> None:
    material = lessons(on_themes("en-bank"), vectors)
    weighed = learn(material)
    assert weighed == learn(material)
    (whole,) = [one for one in material if one.kind == "whole"]
    likeness = weighed.likelihood(whole.compared.traits)
    assert likeness[whole.labels > OTHER].mean() > 3 * likeness[whole.labels == OTHER].mean()
