import json
from collections.abc import Callable

import jsonschema
import pytest
from pydantic import ValidationError
from tests.sample_map import ATTACKS, MAPS, english_map, hostile_map

from journeyai.model.journey import JourneyMap, Transition
from journeyai.model.source import Measure

SCHEMA = JourneyMap.model_json_schema(by_alias=True)


@pytest.mark.parametrize("make", MAPS.values(), ids=MAPS.keys())
def test_a_map_is_read_as_it_was_written_and_keeps_to_its_schema(make: Callable[[], JourneyMap]) -> None:
    journey = make()
    text = journey.to_json()
    assert text.endswith("}\n")
    assert JourneyMap.from_json(text) == journey
    assert JourneyMap.from_json(text.encode()).to_json() == text
    jsonschema.validate(json.loads(text), SCHEMA)


def test_keys_stand_in_the_contracts_order_and_transitions_say_from() -> None:
    raw = json.loads(english_map().to_json())
    assert list(raw)[:6] == ["format", "version", "title", "goal", "scope", "language"]
    assert set(raw["transitions"][0]) == {"from", "to", "people", "evidence"}


@pytest.mark.parametrize(
    "change",
    [{"format": "x"}, {"version": "2"}, {"extra": 1}, {"stages": None}, {"cards": [{"id": "c1"}]}],
    ids=["format", "version", "unknown-key", "no-stages", "half-a-card"],
)
def test_what_is_not_a_map_of_this_version_is_refused(change: dict[str, object]) -> None:
    raw = json.loads(english_map().to_json()) | change
    with pytest.raises(ValidationError):
        JourneyMap.from_json(json.dumps(raw))


def test_a_map_from_before_confidence_was_kept_reads_as_one_of_which_nothing_is_known() -> None:
    raw = json.loads(english_map().to_json())
    for item in (*raw["cards"], *raw["evidence"]):
        del item["confidence"]
    journey = JourneyMap.from_json(json.dumps(raw))
    assert {card.confidence for card in journey.cards} == {None}
    assert {item.confidence for item in journey.evidence} == {None}


@pytest.mark.parametrize("value", [-0.01, 1.01, "high"])
@pytest.mark.parametrize("part", ["cards", "evidence"])
def test_confidence_is_a_share(part: str, value: object) -> None:
    raw = json.loads(english_map().to_json())
    raw[part][0]["confidence"] = value
    with pytest.raises(ValidationError):
        JourneyMap.from_json(json.dumps(raw))


def test_a_map_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        setattr(english_map(), "title", "x")  # noqa: B010


def test_quotes_come_in_the_cards_order_and_what_is_missing_is_passed_over() -> None:
    journey = english_map()
    card = next(card for card in journey.cards if len(card.evidence) > 1)
    turned = card.model_copy(update={"evidence": (*card.evidence[::-1], "e9999")})
    assert [item.id for item in journey.quotes(turned)] == list(card.evidence[::-1])


def test_a_transition_takes_both_spellings() -> None:
    said = {"to": "b", "people": 1, "evidence": ()}
    assert Transition.model_validate({"from": "a", **said}) == Transition.model_validate(
        {"from_": "a", **said}
    )


def test_a_notebook_shows_a_map_with_everything_escaped() -> None:
    html = hostile_map()._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert any("<script" in attack for attack in ATTACKS)
    assert english_map()._repr_html_().count("<th>") == 1 + 7 + len({c.lane for c in english_map().cards})


@pytest.mark.parametrize(
    ("measure", "valence"),
    [
        (Measure("stars", 1, 1, 5), -2),
        (Measure("stars", 3, 1, 5), 0),
        (Measure("nps", 10, 0, 10), 2),
        (Measure("ces", 7, 7, 1), -2),
    ],
)
def test_a_rating_is_a_feeling_on_the_maps_scale(measure: Measure, valence: float) -> None:
    assert measure.valence == valence
