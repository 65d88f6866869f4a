"""Whether a belief and a card are of one matter: by what is given, in whatever order it comes."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.errors import ResourceError
from journeyai.model.aliases import Vectors
from journeyai.model.vocabulary import Lane
from journeyai.operations.matters import Claim, Matter, is_comparable, likeness_of, traits_of
from journeyai.operations.named_things import shared_things
from journeyai.operations.weighing import TRAITS, weighing, weighing_of

QUOTES = ("It came late.", "Nobody came.", "So kind!", "I want a map.", "Two days over.", "They smiled.")
MATTERS = (
    Matter("pain_point", (0, 1, 4), "use"),
    Matter("delight", (2, 5), "use"),
    Matter("need", (3,), "buy"),
    Matter("action", (1,), "buy"),
)
CLAIMS = (
    Claim("It is late", "pain_point", "use"),
    Claim("It is on time", "delight", "buy"),
    Claim("They want maps", "need"),
)


def rows(texts: Sequence[str]) -> Vectors:
    """Return a vector of unit length a text: of its letters, so that like words are near each other."""
    counts = np.array([[text.lower().count(letter) for letter in "abcdefghiklmnoprstuwy"] for text in texts])
    scaled: Vectors = (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def likeness(claims: Sequence[Claim], matters: Sequence[Matter]) -> list[list[float]]:
    texts = [claim.text for claim in claims]
    found: list[list[float]] = likeness_of(claims, rows(texts), QUOTES, rows(QUOTES), matters)[0].tolist()
    return found


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(len(CLAIMS))), st.permutations(range(len(MATTERS))))
def test_the_order_of_beliefs_and_cards_changes_nothing(claims: list[int], matters: list[int]) -> None:
    straight = likeness(CLAIMS, MATTERS)
    mixed = likeness([CLAIMS[n] for n in claims], [MATTERS[n] for n in matters])
    assert mixed == [[straight[claim][matter] for matter in matters] for claim in claims]


def test_likeness_is_a_likelihood_and_nothing_where_lanes_cannot_be_compared() -> None:
    found = np.array(likeness(CLAIMS, MATTERS))
    assert ((found >= 0) & (found <= 1)).all()
    assert found[:, 3].tolist() == [0, 0, 0]


def test_the_same_belief_is_likelier_at_its_stage_than_without_and_there_than_at_another() -> None:
    found = [
        likeness([Claim("It is late", "pain_point", stage), *CLAIMS[1:]], MATTERS)[0][0]
        for stage in ("use", None, "buy")
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 3


def test_a_card_of_many_quotes_is_compared_by_the_nearest_five_of_them() -> None:
    heap = Matter("pain_point", tuple(range(20)))
    quotes = [f"{word} over" for word in "abcdefghiklmnoprstuw"]
    found = traits_of(CLAIMS, rows([claim.text for claim in CLAIMS]), quotes, rows(quotes), [heap])
    assert {len(nearest) for (nearest,) in found.nearest} == {5}


@pytest.mark.parametrize(
    ("believed", "told", "can"),
    [
        ("pain_point", "delight", True),
        ("need", "technical_limit", True),
        ("action", "action", True),
        ("action", "pain_point", True),
        ("pain_point", "action", False),
        ("delight", "question", False),
    ],
)
def test_only_what_is_felt_or_of_the_same_lane_is_held_against(believed: Lane, told: Lane, can: bool) -> None:
    assert is_comparable(believed, told) == can


def test_a_thing_is_the_same_in_either_language_and_by_any_of_its_names() -> None:
    quotes = ("The shipping was slow", "A nice colour", "The bill is wrong", "I like the smell")
    found = shared_things(["El reparto tarda", "Las facturas", "Nada"], quotes, [(0,), (1,), (2, 3)])
    assert found[0, 0] > 0
    assert found[1].tolist() == [0, 0, pytest.approx(found[0, 0] / 2)]
    assert found[2].tolist() == [0, 0, 0]
    assert shared_things([], quotes, [(0,)]).shape == (0, 1)


def test_the_shipped_weights_tell_more_from_less() -> None:
    found = weighing()
    assert 0 < found.perhaps < found.surely < 1
    told = dict(zip(TRAITS, found.weights, strict=True))
    assert all(told[name] > 0 for name in ("nearness", "same_lane", "stage"))
    assert found.likelihood(np.zeros(len(TRAITS))) < found.perhaps


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"weights": None, "bias": 1, "surely": 1, "perhaps": 1},
        {"weights": dict.fromkeys(TRAITS[1:], 1), "bias": 1, "surely": 1, "perhaps": 1},
        {"weights": dict.fromkeys(TRAITS, 1), "bias": "none", "surely": 1, "perhaps": 1},
    ],
    ids=["empty", "no weights", "a weight is missing", "no number"],
)
def test_a_broken_file_is_named(raw: dict[str, object]) -> None:
    with pytest.raises(ResourceError, match=r"knowledge/matters\.yaml"):
        weighing_of(raw)
