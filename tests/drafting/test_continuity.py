from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import Said, document, draw, prove, redraw, seen

from journeyai.drafting.continuity import Numbered, give_numbers, highest
from journeyai.drafting.redraft import merge
from journeyai.model.journey import Card, JourneyMap, Member, Persona
from journeyai.model.source import Document
from journeyai.operations.history import Given

LATE = ["The parcel came days late.", "My parcel came many days late.", "A parcel came late by days."]
RUDE = ["The driver was rude to me.", "A rude driver, that was."]
NICE = ["The shop smelled nice of bread."]


def part(id_: str, rests_on: str, name: str = "", kind: str = "need") -> Numbered:
    return Numbered(id_, kind, name, frozenset(rests_on))


CASES: dict[str, tuple[list[Numbered], list[Numbered], list[str]]] = {
    "the same": ([part("c4", "ab"), part("c7", "cd")], [part("c1", "cd"), part("c2", "ab")], ["c7", "c4"]),
    "half of the smaller": ([part("c4", "ab")], [part("c1", "axyz")], ["c4"]),
    "less than half of it": ([part("c4", "abc")], [part("c1", "axyz")], ["c10"]),
    "another lane": ([part("c4", "ab")], [part("c1", "ab", kind="delight")], ["c10"]),
    "nothing to go on": ([part("c4", "")], [part("c1", "")], ["c10"]),
    "one that is cut in two": ([part("c4", "abcde")], [part("c1", "e"), part("c2", "abcd")], ["c10", "c4"]),
    "two that become one": ([part("c4", "e"), part("c5", "abcd")], [part("c1", "abcde")], ["c5"]),
    "a tie": ([part("c5", "ab"), part("c4", "ab")], [part("c1", "ab")], ["c4"]),
    "a tie that the name decides": (
        [part("c5", "ab", "Late"), part("c4", "ab", "Dear")],
        [part("c1", "ab", "Late"), part("c2", "ab", "Dear")],
        ["c5", "c4"],
    ),
    "numbers, not letters": ([part("c10", "ab"), part("c9", "ab")], [part("c1", "ab")], ["c9"]),
    "several that are new": ([], [part("c1", "a"), part("c2", "b")], ["c10", "c11"]),
}


@pytest.mark.parametrize(("before", "fresh", "ids"), CASES.values(), ids=CASES.keys())
def test_what_goes_on_keeps_its_number_and_the_rest_gets_a_new_one(
    before: Sequence[Numbered], fresh: Sequence[Numbered], ids: list[str]
) -> None:
    assert give_numbers(before, fresh, "c", 9) == ids


parts = st.lists(
    st.builds(
        Numbered,
        st.just(""),
        st.sampled_from(["need", "pain_point"]),
        st.sampled_from(["x", "y"]),
        st.frozensets(st.sampled_from("abcdefg")),
    ),
    max_size=6,
    unique=True,
).map(lambda found: [replace(item, id=f"c{2 * number}") for number, item in enumerate(found, 1)])


@given(parts, parts, st.randoms(use_true_random=False))
def test_no_number_is_given_twice_and_the_order_before_does_not_matter(
    before: list[Numbered], fresh: list[Numbered], chance: Any
) -> None:
    last = highest(item.id for item in before)
    ids = give_numbers(before, fresh, "c", last)
    assert len(set(ids)) == len(ids) == len(fresh)
    shuffled = list(before)
    chance.shuffle(shuffled)
    assert give_numbers(shuffled, fresh, "c", last) == ids
    # What it gave, it gives again.
    assert give_numbers(
        [replace(item, id=id_) for item, id_ in zip(fresh, ids, strict=True)], fresh, "c", 99
    ) == [
        id_ if item.rests_on else f"c{100 + sum(not other.rests_on for other in fresh[:row])}"
        for row, (item, id_) in enumerate(zip(fresh, ids, strict=True))
    ]


def test_only_ids_made_of_a_letter_and_digits_have_a_number() -> None:
    assert highest(["c7", "c12", "c1a", "c\u0663\u0663", "c", "", "mine"]) == 12
    assert highest([]) == 0


# On maps


def study(*told: str) -> list[Document]:
    everything = dict(zip((*LATE, *RUDE, *NICE), "abcdef", strict=True))
    return [document(f"{everything[s]}.md", Said(everything[s], [s])) for s in told or everything]


def drawn(documents: Sequence[Document], **more: Any) -> JourneyMap:
    return draw(
        documents,
        [
            seen(item, 0, "delight", 0, 1)
            if "nice" in item.text
            else seen(item, 0, "pain_point", 1 + ("rude" in item.text), -1)
            for item in documents
        ],
        **more,
    ).journey


def numbers(journey: JourneyMap) -> dict[str, str]:
    return {card.title: card.id for card in journey.cards}


def test_undecided_cards_keep_their_numbers_when_what_stood_before_them_is_gone() -> None:
    everything = study()
    old = drawn(everything)
    left = everything[:5]
    new = drawn(left)
    assert numbers(new) != {title: id_ for title, id_ in numbers(old).items() if "nice" not in title}
    merged = merge(old, new, left).journey
    assert numbers(merged) == {title: id_ for title, id_ in numbers(old).items() if "nice" not in title}
    assert prove(merged, left).findings == ()


def test_a_new_card_never_has_a_number_that_another_had() -> None:
    documents = study(*LATE, *NICE)
    old = drawn(documents)
    merged = merge(old, drawn(study()), study(), given=Given(card=40)).journey
    new = {title: id_ for title, id_ in numbers(merged).items() if "rude" in title}
    assert new == {"The driver was rude to me.": "c41", "Mend: The driver was rude to me.": "c42"}
    assert {t: id_ for t, id_ in numbers(merged).items() if t not in new} == numbers(old)


def test_a_vanished_card_that_comes_back_has_another_number() -> None:
    everything, less = study(), study(*LATE, *NICE)
    first = drawn(everything)
    given = Given(card=len(first.cards))
    second = merge(first, drawn(less), less, given=given).journey
    third = merge(second, drawn(everything), everything, given=given).journey
    assert numbers(third)["The driver was rude to me."] == f"c{len(first.cards) + 1}"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_drawn_again_from_the_same_sources_the_map_is_the_same_to_the_byte(data: st.DataObject) -> None:
    everything = study()
    chosen = st.lists(st.sampled_from(everything), min_size=1, unique_by=id).map(
        lambda some: sorted(some, key=lambda item: item.source)
    )
    before, after = data.draw(chosen), data.draw(chosen)
    decisions: st.SearchStrategy[Callable[[Card], Card]] = st.sampled_from(
        [
            lambda card: card,
            lambda card: card.model_copy(update={"status": "accepted"}),
            lambda card: card.model_copy(update={"status": "rejected"}),
            lambda card: card.model_copy(update={"status": "edited", "title": "mine"}),
        ]
    )
    old = drawn(before)
    old = old.model_copy(update={"cards": tuple(data.draw(decisions)(card) for card in old.cards)})
    once = merge(old, drawn(after, old=old), after, given=Given(card=20)).journey
    again = merge(once, drawn(after, old=once), after, given=Given(card=30)).journey
    assert again.to_json() == once.to_json()
    assert prove(once, after).findings == ()


def test_groups_of_the_same_people_keep_their_numbers_and_cards_know_them() -> None:
    documents = [
        document(f"{n}.md", Said(n, [f"The parcel {word} late." for word in ("came", "was", "is", "got")]))
        for n in "abcd"
    ]
    told = [seen(item, n, "pain_point", 1, -1) for item in documents for n in range(4)]
    fresh = draw(documents, told, personas=1)
    (group,) = fresh.journey.personas
    stranger = Persona(id="p1", name="Others", members=(Member(source="z.md", speaker="z"),))
    old = fresh.journey.model_copy(update={"personas": (stranger, group.model_copy(update={"id": "p4"}))})
    merged = redraw(old, fresh, documents).journey
    assert merged.personas == (group.model_copy(update={"id": "p4"}),)
    assert {card.personas for card in merged.cards} == {("p4",)}
    # Of nobody whom a persona was of before.
    alone = fresh.journey.model_copy(update={"personas": (stranger,)})
    assert [persona.id for persona in redraw(alone, fresh, documents).journey.personas] == ["p2"]
