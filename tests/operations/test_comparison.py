import json
from dataclasses import asdict

import pytest
from tests.operations.small import card, change, changed, small_map
from tests.sample_map import MAPS, english_map

from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.comparison import Comparison, compare


def after(*changes: Change) -> Comparison:
    return compare(small_map(), changed(*changes), same_numbers=True)


def told(comparison: Comparison) -> dict[str, object]:
    """Return what differs, without totals and curve, and without the parts where nothing does."""
    values = comparison.as_values()
    parts = {name: values[name] for name in ("map", "stages", "cards", "personas", "quotes", "transitions")}
    return {
        name: {key: value for key, value in part.items() if value} if isinstance(part, dict) else part
        for name, part in parts.items()
        if part and (not isinstance(part, dict) or any(part.values()))
    }


@pytest.mark.parametrize("name", MAPS)
def test_a_map_does_not_differ_from_itself(name: str) -> None:
    journey = MAPS[name]()
    again = JourneyMap.from_json(journey.to_json())
    assert compare(journey, journey).is_empty
    assert compare(journey, again).is_empty
    assert told(compare(journey, again)) == {}


def test_words_and_labels_are_told_field_by_field() -> None:
    found = after(
        change("edit_title", "c5", text="Late parcels"), change("set_owner", "c5", text="Logistics")
    )
    assert told(found) == {
        "cards": {
            "changed": [
                {
                    "id": "c5",
                    "was": "c5",
                    "title": "Late parcels",
                    "lane": "pain_point",
                    "stage": "use",
                    "fields": {
                        "title": ["The parcel came two weeks late.", "Late parcels"],
                        "status": ["draft", "edited"],
                        "stability": [0.5, None],
                        "supported": [True, None],
                        "owner": [None, "Logistics"],
                    },
                }
            ]
        }
    }


def test_a_merged_card_is_told_with_where_it_went_and_whom_it_counts_now() -> None:
    found = after(change("merge_cards", "c5", "c6", to="c5"))
    (gone,) = found.cards_removed
    assert (gone.card.id, gone.into) == ("c6", "c5")
    (kept,) = found.cards_changed
    fields = {field.name: (field.before, field.after) for field in kept.fields}
    assert "people" not in fields, "the same three say both"
    assert fields["mentions"] == (3, 5)
    assert fields["evidence"] == (("e8", "e9", "e10"), ("e8", "e9", "e10", "e11", "e12"))
    assert (found.totals_before.cards, found.totals_after.cards) == (11, 10)


def test_a_card_cut_off_another_is_told_with_where_it_comes_from() -> None:
    found = after(change("split_card", "c7", "e15", text="Nice people"))
    (new,) = found.cards_added
    assert (new.card.title, new.split_from) == ("Nice people", "c7")
    assert [changed.after.id for changed in found.cards_changed] == ["c7"]


def test_merged_stages_are_told_with_the_curve_before_and_after() -> None:
    found = after(change("merge_stages", "find", "buy", to="buy"))
    (gone,) = found.stages_removed
    assert (gone.stage.id, gone.into) == ("find", "buy")
    line = [(point.stage, point.is_gone, point.cards_before, point.cards_after) for point in found.curve]
    assert line == [("find", True, 2, 0), ("buy", False, 3, 5), ("use", False, 6, 6), ("leave", False, 0, 0)]
    here = {stage.id: stage.valence for stage in small_map().stages}
    assert [point.before for point in found.curve] == list(here.values())
    # A card whose stage became part of another has moved.
    assert {item.after.id for item in found.cards_changed} == {"c1", "c2"}
    assert not [stage for stage in found.stages_changed if stage.moved]


def test_only_the_stage_that_was_moved_is_told_as_moved() -> None:
    found = after(change("move_stage", "find", to="use"))
    assert [(item.after.id, item.moved) for item in found.stages_changed] == [("find", True)]
    assert [point.stage for point in found.curve] == ["buy", "use", "find", "leave"]
    assert told(found) == {
        "stages": {"changed": [{"id": "find", "name": "Find", "moved": True, "fields": {}}]}
    } | {name: value for name, value in told(found).items() if name == "transitions"}


def test_merged_personas_are_told_with_their_people() -> None:
    found = after(change("merge_personas", "p1", "p2", to="p1"))
    (gone,) = found.personas_removed
    assert (gone.persona.id, gone.into) == ("p2", "p1")
    (kept,) = found.personas_changed
    fields = {field.name: field.after for field in kept.fields}
    assert fields["members"] == ("a.md: Ana", "b.md: Ben", "c.md: Eva", "e.md: Leo")
    assert fields["confirmed"] is True


def test_what_the_map_is_about_is_told() -> None:
    found = after(change("set_scope", to="start", text="First look"), change("set_map_title", text="Anew"))
    assert told(found) == {"map": {"title": ["A shop", "Anew"], "scope.start": ["", "First look"]}}


def renumbered(journey: JourneyMap) -> JourneyMap:
    """Return the same map with every id of a card and a quote another one."""
    cards = {card.id: f"c{900 - number}" for number, card in enumerate(journey.cards)}
    quotes = {item.id: f"e{9000 - number}" for number, item in enumerate(journey.evidence)}
    text = journey.to_json()
    for ids in (cards, quotes):
        for old, new in ids.items():
            text = text.replace(f'"{old}"', f'"_{new}"')
    return JourneyMap.from_json(text.replace('"_c', '"c').replace('"_e', '"e'))


def test_maps_that_number_their_cards_differently_are_matched_by_what_they_quote() -> None:
    journey = english_map()
    found = compare(journey, renumbered(journey))
    assert found.is_empty


def test_a_number_that_a_new_draft_gave_to_another_card_is_not_believed() -> None:
    before = english_map()
    first, second = before.cards[0], before.cards[1]
    swapped = (
        second.model_copy(update={"id": first.id}),
        first.model_copy(update={"id": second.id}),
        *before.cards[2:],
    )
    found = compare(before, before.model_copy(update={"cards": swapped}))
    assert told(found) == {}


def test_all_of_it_can_be_written_as_json() -> None:
    found = compare(english_map(), MAPS["spanish"]())
    values = json.loads(json.dumps(found.as_values()))
    assert values["before"] == asdict(found.totals_before)
    assert len(values["cards"]["added"]) == len(found.cards_added) > 0


def test_what_is_refused_by_a_person_is_not_counted() -> None:
    found = after(change("reject", "c5"))
    assert (found.totals_after.cards, found.totals_after.rejected) == (10, 1)
    (changed_,) = found.cards_changed
    assert (changed_.before.status, card(changed(change("reject", "c5")), "c5").status) == (
        "draft",
        "rejected",
    )
