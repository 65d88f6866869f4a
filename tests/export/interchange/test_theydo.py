import json
from typing import Any, Final

import jsonschema
import pytest
from markdown_it import MarkdownIt
from tests.sample_map import MAPS, english_map

from journeyai.export import BARE
from journeyai.export.interchange.theydo import TheyDoExporter, TheyDoOpportunitiesExporter
from journeyai.model.journey import JourneyMap

_SHARED: Final[dict[str, Any]] = {
    "importKey": {"type": "string", "minLength": 1, "maxLength": 64},
    "title": {"type": "string", "minLength": 1},
    "description": {"type": ["string", "null"]},
    "type": {"type": ["string", "null"]},
    "status": {"type": ["string", "null"]},
    "externalLinks": {"type": ["array", "null"], "items": {"type": "string"}},
    "tags": {"type": ["array", "null"], "items": {"type": "string"}},
    "groups": {"type": ["array", "null"], "items": {"type": "string"}},
    "groupTags": {
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": {"tagGroup": {"type": "string"}, "tag": {"type": "string"}},
            "required": ["tagGroup", "tag"],
            "additionalProperties": False,
        },
    },
}


def schema(format: str, name: str, **more: Any) -> dict[str, Any]:
    """Return what TheyDo documents of its import, version 1, in our own words."""
    record = {
        "type": "object",
        "properties": {**_SHARED, **more},
        "required": ["importKey", "title"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"format": {"const": format}, name: {"type": "array", "items": record}},
        "required": ["format", name],
        "additionalProperties": False,
    }


INSIGHTS: Final = schema(
    "THEYDO_INSIGHTS_V1",
    "insights",
    icon={"type": ["string", "null"]},
    # Others are ignored, the manual says.
    empathyScore={"type": ["number", "null"], "minimum": -2, "maximum": 2},
    weight={"type": ["number", "null"], "minimum": 0},
)
OPPORTUNITIES: Final = schema("THEYDO_OPPORTUNITIES_V1", "opportunities")


def insights(journey: JourneyMap) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(TheyDoExporter().write(journey, BARE))["insights"]
    return found


def opportunities(journey: JourneyMap) -> list[dict[str, Any]]:
    written = TheyDoOpportunitiesExporter().write(journey, BARE)
    found: list[dict[str, Any]] = json.loads(written)["opportunities"]
    return found


@pytest.mark.parametrize("name", MAPS)
def test_both_files_are_as_documented(name: str) -> None:
    journey = MAPS[name]()
    jsonschema.validate(json.loads(TheyDoExporter().write(journey, BARE)), INSIGHTS)
    jsonschema.validate(json.loads(TheyDoOpportunitiesExporter().write(journey, BARE)), OPPORTUNITIES)


@pytest.mark.parametrize("name", MAPS)
def test_every_card_that_stands_is_in_one_of_the_two_files_once(name: str) -> None:
    journey = MAPS[name]()
    shown = [card for card in journey.cards if card.status != "rejected"]
    records = [*insights(journey), *opportunities(journey)]
    assert len({record["importKey"] for record in records}) == len(records) == len(shown)
    assert len(opportunities(journey)) == sum(card.lane == "opportunity" for card in shown)


def test_a_record_keeps_its_key_when_the_card_is_worded_anew() -> None:
    journey = english_map()
    first, *rest = journey.cards
    edited = journey.model_copy(update={"cards": (first.model_copy(update={"title": "New words"}), *rest)})
    assert {r["importKey"] for r in insights(journey)} == {r["importKey"] for r in insights(edited)}


def test_another_study_or_a_future_state_never_overwrites_a_record() -> None:
    journey = english_map()
    other = journey.model_copy(update={"title": "Another study"})
    future = journey.model_copy(update={"scope": journey.scope.model_copy(update={"state": "future"})})
    keys = [{record["importKey"] for record in insights(one)} for one in (journey, other, future)]
    assert not (keys[0] & keys[1])
    assert not (keys[0] & keys[2])
    assert not (keys[1] & keys[2])


def test_pains_and_delights_draw_the_curve_and_people_weigh() -> None:
    journey = english_map()
    by_title = {record["title"]: record for record in insights(journey)}
    for card in journey.cards:
        if card.status == "rejected" or card.lane == "opportunity":
            continue
        record = by_title[card.title]
        felt = card.lane in {"pain_point", "delight"} and card.valence is not None
        assert record.get("empathyScore") == (round(card.valence or 0, 1) if felt else None)
        assert record["weight"] == card.people


def test_tags_say_stage_personas_emotion_and_channel() -> None:
    journey = english_map()
    card = next(card for card in journey.cards if card.emotion and card.channel and card.personas)
    [record] = [record for record in insights(journey) if record["title"] == card.title]
    groups = [tag["tagGroup"] for tag in record["groupTags"]]
    assert groups[0] == "Stage"
    assert {"Stage", "Personas", "Emotion", "Channel"} == set(groups)


@pytest.mark.parametrize("name", MAPS)
def test_no_description_holds_markup_of_the_sources(name: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for record in [*insights(MAPS[name]()), *opportunities(MAPS[name]())]:
        kinds = {
            token.type
            for block in parser.parse(record["description"])
            for token in (block, *(block.children or []))
        }
        assert not kinds & {
            "html_block",
            "html_inline",
            "link_open",
            "image",
            "fence",
            "heading_open",
            "table_open",
        }


def test_a_card_with_many_quotes_says_how_many_more_there_are() -> None:
    journey = english_map()
    card = max(journey.cards, key=lambda card: len(card.evidence))
    many = card.model_copy(
        update={"evidence": tuple(item.id for item in journey.evidence[:11]), "against": ()}
    )
    [record] = insights(journey.model_copy(update={"cards": (many,)}))
    assert record["description"].count("\n> — ") == 8
    assert "and 3 more quotes" in record["description"]
