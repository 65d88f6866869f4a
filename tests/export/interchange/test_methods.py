"""Each method asks for other elements, and shows cards in other places: no card is lost, whatever the method."""

import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
from tests.export.interchange.boxes import overlaps
from tests.export.interchange.refi import NAMESPACE, breaches
from tests.sample_map import english_map

from journeyai.export import Material, export
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import JourneyMap

SHOWN = [card for card in english_map().cards if card.status != "rejected"]


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.fixture(params=template_ids())
def method(request: pytest.FixtureRequest) -> tuple[JourneyMap, Material]:
    journey = english_map().model_copy(update={"template": request.param})
    return journey, Material(load_template(request.param))


def test_every_card_is_a_touchpoint_or_stands_in_words_in_cjml(method: tuple[JourneyMap, Material]) -> None:
    root = ElementTree.fromstring(export(method[0], "cjml", method[1]))
    told = letters(" ".join(root.itertext()))
    assert [card.title for card in SHOWN if letters(card.title) not in told] == []
    events = [
        card for card in SHOWN if card.lane in {"action", "touchpoint", "pain_point", "delight", "back_stage"}
    ]
    assert len(list(root.iterfind("*/touchpoints/*"))) == len(events)


def test_every_card_but_opportunities_is_one_insight(method: tuple[JourneyMap, Material]) -> None:
    records = json.loads(export(method[0], "theydo", method[1]))["insights"]
    expected = [card.title for card in SHOWN if card.lane != "opportunity"]
    assert sorted(record["title"] for record in records) == sorted(expected)


def test_every_card_is_on_the_board(method: tuple[JourneyMap, Material]) -> None:
    with zipfile.ZipFile(io.BytesIO(export(method[0], "lucid", method[1]))) as archive:
        document = archive.read("document.json").decode("utf-8")
    told = letters(document)
    for page in json.loads(document)["pages"]:
        assert (
            overlaps(
                [shape["boundingBox"] for shape in page["shapes"] if shape.get("style") and shape["text"]]
            )
            == []
        )
    assert [card.title for card in SHOWN if letters(card.title) not in told] == []


def test_every_card_is_one_code(method: tuple[JourneyMap, Material]) -> None:
    with zipfile.ZipFile(io.BytesIO(export(method[0], "qdpx", method[1]))) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
    assert breaches(root) == []
    names = [code.attrib["name"] for code in root.iter(f"{NAMESPACE}Code")]
    assert [card.title for card in SHOWN if names.count(card.title) != 1] == []
