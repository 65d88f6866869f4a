"""A delta leads from each of two maps to the other, to the byte, and is as small as what differs."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sample_map import MAPS, english_map

from journeyai.model.journey import JourneyMap
from journeyai.operations.delta import Delta, difference

LISTS: Final = ("stages", "personas", "cards", "evidence", "transitions", "sources")


def leads_both_ways(before: JourneyMap, after: JourneyMap) -> Delta:
    delta = difference(before, after)
    kept = Delta.model_validate_json(delta.model_dump_json())
    for each in (delta, kept):
        assert each.forward(before).to_json() == after.to_json()
        assert each.back(after).to_json() == before.to_json()
    return delta


@pytest.mark.parametrize(("one", "other"), [*product(MAPS, MAPS)])
def test_any_two_maps(one: str, other: str) -> None:
    delta = leads_both_ways(MAPS[one](), MAPS[other]())
    assert delta.is_empty == (one == other)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_change_of_lists(data: st.DataObject) -> None:
    before = english_map()
    update: dict[str, Any] = {}
    for name in data.draw(st.sets(st.sampled_from(LISTS), min_size=1, max_size=3)):
        items = list(getattr(before, name))
        kept: list[Any] = data.draw(st.lists(st.sampled_from(items), unique_by=id, max_size=len(items)))
        if name in {"cards", "stages"} and kept and data.draw(st.sampled_from((True, False))):
            place = data.draw(st.integers(0, len(kept) - 1))
            value = data.draw(st.sampled_from([None, -1.0, 0.0, -0.0, 1.3]))
            kept[place] = kept[place].model_copy(update={"valence": value})
        update[name] = tuple(kept)
    leads_both_ways(before, before.model_copy(update=update))


def changed(name: str, place: int, **update: Any) -> Callable[[JourneyMap], JourneyMap]:
    def change(journey: JourneyMap) -> JourneyMap:
        items: Sequence[Any] = getattr(journey, name)
        one = items[place].model_copy(update=update)
        return journey.model_copy(update={name: (*items[:place], one, *items[place + 1 :])})

    return change


SMALL: Final[Mapping[str, tuple[Callable[[JourneyMap], JourneyMap], dict[str, Any]]]] = {
    "a field of a card": (
        changed("cards", 3, title="Anew"),
        {
            "fields": {},
            "lists": {
                "cards": {
                    "elements": [
                        {
                            "id": "c4",
                            "before": {"title": "May one join without an address in the city?"},
                            "after": {"title": "Anew"},
                            "place": None,
                        }
                    ],
                    "order_before": None,
                    "order_after": None,
                }
            },
        },
    ),
    "a word of the map": (
        lambda journey: journey.model_copy(update={"goal": "Anew"}),
        {"fields": {"goal": {"before": "Find out why cards lie unused.", "after": "Anew"}}, "lists": {}},
    ),
}


@pytest.mark.parametrize(("change", "expected"), SMALL.values(), ids=SMALL.keys())
def test_a_small_change_makes_a_small_delta(
    change: Callable[[JourneyMap], JourneyMap], expected: dict[str, Any]
) -> None:
    before = english_map().model_copy(update={"goal": "Find out why cards lie unused."})
    assert leads_both_ways(before, change(before)).model_dump(mode="json") == expected


def test_a_new_element_in_the_middle_needs_no_list_of_all_others() -> None:
    after = english_map()
    before = after.model_copy(update={"cards": after.cards[:20] + after.cards[21:]})
    delta = leads_both_ways(before, after)
    assert [(item.id, item.place) for item in delta.lists["cards"].elements] == [(after.cards[20].id, 20)]
    assert delta.lists["cards"].order_after is None


def test_the_order_of_keys_counts() -> None:
    before = changed("stages", 0, emotions={"anger": 1, "joy": 1})(english_map())
    after = changed("stages", 0, emotions={"joy": 1, "anger": 1})(before)
    assert before == after
    assert not leads_both_ways(before, after).is_empty


def test_an_id_that_stands_twice_is_no_obstacle() -> None:
    before = english_map()
    leads_both_ways(before, before.model_copy(update={"cards": (*before.cards, before.cards[0])}))


def test_what_does_not_differ_stays_the_same_object() -> None:
    before = english_map()
    after = changed("cards", 3, title="Anew")(before)
    made = difference(before, after).forward(before)
    assert [one is other for one, other in zip(made.cards, before.cards, strict=True)].count(False) == 1
    assert made.evidence is before.evidence


def test_a_delta_of_another_map_is_refused() -> None:
    delta = difference(english_map(), changed("cards", 3, title="Anew")(english_map()))
    with pytest.raises(ValueError, match="`c4` of `cards` is not as the difference says"):
        delta.forward(MAPS["empty"]())
