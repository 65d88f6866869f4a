from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.model.source import Document
from journeyai.model.vocabulary import Kind, Role
from journeyai.sources.building import Passage, join_passages
from journeyai.sources.duplicates import find_duplicates, with_duplicates

LONG = "the parcel came two days late and the box was open when I found it at the door of my neighbour"


def review(
    record: str, text: str, kind: Kind = "review", role: Role = "customer", source: str = "a.csv"
) -> Document:
    passages = [Passage(text, role, speaker=record, person=f"{source}|{record}")]
    return join_passages(source=source, record=record, kind=kind, passages=passages, language="en")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (LONG, LONG, True),
        (LONG, LONG.upper() + "!!!", True),
        (LONG, LONG + " again", True),
        (LONG, LONG.replace("late", "early"), False),
        ("good app, works well", "Good app; works well.", True),
        ("good app works well", "good app works badly", False),
        ("very good app", "very good app", False),
        (LONG, "my neighbour found the parcel that came late", False),
    ],
    ids=[
        "same",
        "typing",
        "a word more",
        "a word else",
        "short same",
        "short near",
        "too short",
        "other words",
    ],
)
def test_texts_that_say_nearly_the_same(one: str, other: str, alike: bool) -> None:
    found = find_duplicates([review("R1", one), review("R2", other)])

    assert found == ({("a.csv", "R2"): ("a.csv", "R1")} if alike else {})


def test_the_earliest_is_the_original_whatever_the_order() -> None:
    documents = [
        review(record, LONG, source=source)
        for source, record in [("b.csv", "R1"), ("a.csv", "R10"), ("a.csv", "R2")]
    ]
    found = {("b.csv", "R1"): ("a.csv", "R2"), ("a.csv", "R10"): ("a.csv", "R2")}

    assert find_duplicates(documents) == find_duplicates(reversed(documents)) == found


@pytest.mark.parametrize(
    ("kind", "role"), [("interview", "customer"), ("ticket", "customer"), ("review", "agent")]
)
def test_short_conversations_and_staffs_words_are_not_compared(kind: Kind, role: Role) -> None:
    assert find_duplicates([review("R1", LONG, kind, role), review("R2", LONG, kind, role)]) == {}


def test_a_long_conversation_saved_twice_is_a_copy_whose_people_are_the_firsts() -> None:
    def call(source: str) -> Document:
        return join_passages(
            source=source,
            record=None,
            kind="call",
            passages=[
                Passage(LONG + " on Monday", "customer", speaker="Ana", person=f"{source}|Ana"),
                Passage("Good morning, how can I help?", "agent", speaker="Bo"),
                Passage(LONG + " as well, on Friday", "customer", speaker="Cy", person=f"{source}|Cy"),
            ],
            language="en",
        )

    first, copy = with_duplicates([call("a.vtt"), call("copy of a.vtt")])

    assert (first.duplicate_of, copy.duplicate_of) == (None, ("a.vtt", None))
    assert [turn.person for turn in copy.turns] == ["a.vtt|Ana", None, "a.vtt|Cy"]


def test_a_duplicate_counts_as_the_first_ones_person() -> None:
    first, other, second = (
        review("R1", LONG),
        review("R2", "it was quite all right for me"),
        review("R3", LONG),
    )

    assert with_duplicates([second, first, other]) == [
        replace(second, duplicate_of=("a.csv", "R1"), turns=(replace(second.turns[0], person="a.csv|R1"),)),
        first,
        other,
    ]


def test_ratings_and_replies_do_not_make_reviews_differ() -> None:
    def with_reply(record: str, reply: str) -> Document:
        return join_passages(
            source="a.csv",
            record=record,
            kind="review",
            passages=[Passage(LONG, "customer"), Passage(reply, "agent", label="reply: ")],
            language="en",
        )

    found = find_duplicates(
        [with_reply("R1", "Thank you so much"), with_reply("R2", "We are so sorry for this")]
    )
    assert found == {("a.csv", "R2"): ("a.csv", "R1")}


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["red", "green", "blue", "late", "came", "box"]), max_size=9), max_size=12
    )
)
def test_an_original_is_never_a_duplicate_and_always_earlier(texts: list[list[str]]) -> None:
    documents = [review(f"R{n}", " ".join(words)) for n, words in enumerate(texts, start=1)]
    found = find_duplicates(documents)

    order = [document.key for document in documents]
    assert set(found).isdisjoint(found.values())
    assert all(order.index(first) < order.index(later) for later, first in found.items())
    assert found == find_duplicates(documents[::-1])
