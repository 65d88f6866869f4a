"""When a text speaks of what is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.engines.local.answering.places import ABOUT
from journeyai.engines.local.answering.topics import Topic, concepts, is_same, stem
from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy

TEXTS = ["The courier came late", "Nice app", "The insurance paper is long", "The dog barked", "me llamaron"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("delivery", "deliveries", True),
        ("claim", "claims", True),
        ("instalador", "instaladores", True),
        ("instalacion", "instalaron", True),
        ("factura", "facturas", True),
        ("star", "start", False),
        ("cat", "cats", True),
        ("price", "prize", False),
        ("bus", "business", False),
    ],
)
def test_forms_of_one_word_are_one(one: str, other: str, same: bool) -> None:
    assert is_same(one, other) is same


@given(st.text("abcdefghijklmnñopqrstuvwxyz", min_size=1, max_size=14))
def test_a_stem_is_the_beginning_of_its_word(word: str) -> None:
    assert word.startswith(stem(word))
    assert is_same(word, word)


@pytest.mark.parametrize(
    ("groups", "text", "about"),
    [
        ([["delivery"]], "It was delivered on Monday", True),
        ([["entrega"]], "The delivery was late", True),
        ([["delivery"]], "La entrega llegó tarde", True),
        ([["delivery"]], "The dog barked", False),
        ([["insurance", "dogs"]], "The insurance paper is long", False),
        ([["insurance", "dogs"]], "Is there insurance for my dog?", True),
        ([["theft", "claims"]], "My bike was stolen on 2 December", True),
        ([["tejas"], ["goteras"]], "Hay una gotera en el techo", True),
        ([["leave"]], "I leave it outside the shop", False),
        ([["leave"]], "I cancelled after a month", True),
    ],
    ids=[
        "form", "spanish-word", "spanish-text", "other", "one-of-two", "both", "carried", "either", "leave-it",
        "leave-us",
    ],
)  # fmt: skip
def test_a_text_is_about_a_topic_when_it_names_it(groups: list[list[str]], text: str, about: bool) -> None:
    assert (Topic(groups, [*TEXTS, text]).score(text) >= ABOUT) is about


def test_nothing_is_about_nothing() -> None:
    topic = Topic([], TEXTS)
    assert topic.is_empty
    assert topic.score("delivery") == 0


@given(st.lists(st.text(max_size=30), max_size=5), st.text(max_size=40))
def test_a_score_is_a_share(texts: list[str], text: str) -> None:
    assert 0 <= Topic([["delivery", "price"], ["app"]], texts).score(text) <= 1


def test_words_for_one_thing_are_folded_and_asked_for_by_a_name() -> None:
    raw = read_taxonomy("concepts")
    assert len(concepts()) == len(raw)
    for name, lists in raw.items():
        assert set(lists) <= {"names", "near", "asked"}, name
        for words in lists.values():
            assert words == fold(words), name
