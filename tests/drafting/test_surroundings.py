import pytest
from tests.drafting.material import Said, document

from journeyai.drafting.surroundings import Neighbour, Surroundings, surroundings

TOLD = document(
    "a.md",
    Said("Ana", ["I ordered it.", "It came late."]),
    Said("Guide", ["How late?"], "researcher"),
    Said("Ana", ["Two weeks."]),
)


def around(words: str) -> Surroundings:
    start = TOLD.text.index(words)
    return surroundings(TOLD, start, start + len(words))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("I ordered it.", Surroundings(None, Neighbour("It came late."))),
        (
            "It came late.",
            Surroundings(Neighbour("I ordered it."), Neighbour("How late?", "Guide", "researcher")),
        ),
        ("Two weeks.", Surroundings(Neighbour("How late?", "Guide", "researcher"), None)),
        ("I ordered it. It came late.", Surroundings(None, Neighbour("How late?", "Guide", "researcher"))),
        ("came", Surroundings(Neighbour("It"), Neighbour("late."))),
    ],
    ids=["first", "another speaker after", "last", "two sentences", "part of a sentence"],
)
def test_the_sentences_beside_a_quote_are_named(words: str, expected: Surroundings) -> None:
    assert around(words) == expected


def test_a_place_outside_every_sentence_has_nothing_around() -> None:
    assert surroundings(TOLD, 10_000, 10_010) == Surroundings()
