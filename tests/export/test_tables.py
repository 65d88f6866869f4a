import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sample_map import ATTACKS, MAPS, english_map, spanish_map

from journeyai.export import export
from journeyai.export.plain import visible
from journeyai.export.spreadsheet import uncell
from journeyai.export.tables import (
    CARD_COLUMNS,
    QUOTE_COLUMNS,
    card_rows,
    column,
    label,
    quote_rows,
)
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, JourneyMap, Judged


def changed(**fields: Any) -> JourneyMap:
    """Return the sample map with one card, that has *fields*."""
    return english_map().model_copy(update={"cards": (english_map().cards[0].model_copy(update=fields),)})


def read(journey: JourneyMap, format: str = "csv") -> list[dict[str | None, str]]:
    """Return the rows of the table that is written of *journey*, as whoever reads it understands it."""
    text = export(journey, format).decode("utf-8-sig")
    delimiter = ";" if journey.language == "es" else ","
    heading, *body = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [dict(zip(map(column, heading), map(uncell, line), strict=True)) for line in body]


def test_a_card_is_a_row_in_the_language_of_the_map() -> None:
    card = spanish_map().cards[0]
    (line,) = [line for line in card_rows(spanish_map()) if line["card_id"] == card.id]
    assert line == {
        "card_id": "c1",
        "stage_id": "discovery",
        "stage": "Descubrimiento",
        "lane": "motivación",
        "title": card.title,
        "detail": card.detail,
        "persona_ids": ", ".join(card.personas),
        "personas": ", ".join(p.name for p in spanish_map().personas if p.id in card.personas),
        "severity": "",
        "emotion": "neutra",
        "valence": str(card.valence).replace(".", ","),
        "channel": "",
        "owner": "",
        "status": "borrador",
        "locked": "no",
        "assumption": "no",
        "people": str(card.people),
        "documents": str(card.documents),
        "mentions": str(card.mentions),
        "stability": "",
        "confidence": str(card.confidence).replace(".", ","),
        "supported": "",
        "desirable": "",
        "viable": "",
        "feasible": "",
        "priority": "",
        "progress": "",
        "quotes": ", ".join(card.evidence),
        "quotes_against": "",
        "first_quote": spanish_map().quotes(card)[0].quote,
    }


@pytest.mark.parametrize("name", MAPS)
def test_the_tables_are_read_back_as_they_were_written(name: str) -> None:
    journey = MAPS[name]()
    assert read(journey) == list(card_rows(journey))
    assert read(journey, "quotes-csv") == list(quote_rows(journey))


@pytest.mark.parametrize("name", MAPS)
def test_the_words_of_every_card_come_back(name: str) -> None:
    journey = MAPS[name]()
    by_id = {line["card_id"]: line for line in read(journey)}
    back = [
        (line["title"], line["detail"], line["owner"], line["stage_id"], label("lane", line["lane"]))
        for line in (by_id[card.id] for card in journey.cards)
    ]
    assert back == [
        (visible(card.title), visible(card.detail), visible(card.owner or ""), card.stage, card.lane)
        for card in journey.cards
    ]


@given(
    title=st.text(),
    detail=st.text(),
    owner=st.text(),
    valence=st.floats(-2, 2),
    confidence=st.floats(0, 1),
    language=st.sampled_from(["en", "es"]),
)
@settings(max_examples=40)
def test_whatever_a_card_says_is_read_back(
    title: str, detail: str, owner: str, valence: float, confidence: float, language: str
) -> None:
    journey = changed(title=title, detail=detail, owner=owner, valence=valence, confidence=confidence)
    journey = journey.model_copy(update={"language": language})
    (line,) = read(journey)
    assert (line["title"], line["detail"], line["owner"]) == (visible(title), visible(detail), visible(owner))
    assert float(line["valence"].replace(",", ".")) == valence
    assert float(line["confidence"].replace(",", ".")) == confidence


def test_no_cell_of_a_hostile_map_is_a_formula() -> None:
    attacks = ('=HYPERLINK("x")', "+1", "@SUM(1)", '";=1+1;"', "x,=1", *ATTACKS)
    for attack in attacks:
        journey = changed(title=attack, detail=attack, owner=attack)
        for delimiter in ",;":
            text = export(journey, "csv").decode("utf-8-sig")
            cells = [one for line in csv.reader(io.StringIO(text), delimiter=delimiter) for one in line]
            assert [one for one in cells if one[:1] in {"=", "+", "@", "|"}] == []


def test_the_cards_stand_by_stage_and_lane_the_strongest_first() -> None:
    places = [(line["stage_id"], line["lane"]) for line in card_rows(english_map())]
    stages = [stage.id for stage in english_map().stages]
    assert len(set(places)) == sum(a != b for a, b in zip(places, [*places[1:], None], strict=True))
    assert [stages.index(stage) for stage, _ in places] == sorted(stages.index(stage) for stage, _ in places)


def test_rejected_cards_stand_there_with_their_status() -> None:
    rejected = {card.id for card in MAPS["hostile"]().cards if card.status == "rejected"}
    assert {
        line["card_id"] for line in card_rows(MAPS["hostile"]()) if line["status"] == "rejected"
    } == rejected


def test_what_is_judged_and_asked_again_stands_there() -> None:
    judged = Judged(desirable="high", viable="unknown", feasible="low", priority=2)
    (line,) = card_rows(changed(judged=judged, supported=False, stability=0.6, locked=True))
    found = [
        line[key]
        for key in ("desirable", "viable", "feasible", "priority", "supported", "stability", "locked")
    ]
    assert found == ["high", "unknown", "low", "2", "no", "0.6", "yes"]


def test_a_quote_names_the_cards_it_proves_and_those_it_contradicts() -> None:
    journey = english_map()
    against = next(card for card in journey.cards if card.against)
    by_id = {line["quote_id"]: line for line in quote_rows(journey)}
    assert by_id[against.against[0]]["cards_against"] == against.id
    assert by_id[against.evidence[0]]["cards_for"] == against.id


def test_every_heading_names_one_column_in_both_languages() -> None:
    keys = {*CARD_COLUMNS, *QUOTE_COLUMNS}
    for language in ("en", "es"):
        assert {key: column(talk("tables", language).say(key)) for key in keys} == {key: key for key in keys}
    assert (column(" TÍTULO "), column("pain_points"), column("title")) == ("title", None, "title")


def test_no_field_of_a_card_is_left_out() -> None:
    named = {"id": "card_id", "stage": "stage_id", "personas": "persona_ids", "evidence": "quotes"}
    named |= {"against": "quotes_against", "judged": "priority"}
    assert {named.get(name, name) for name in Card.model_fields} <= set(CARD_COLUMNS)


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("lane", "Punto de dolor", "pain_point"),
        ("lane", "pain point", "pain_point"),
        ("lane", "pain_point", "pain_point"),
        ("lane", "pain", None),
        ("emotion", "inquietud", "anxiety"),
        ("channel", "E-mail", "email"),
        ("status", "borrador", "draft"),
        ("progress", "en marcha", "under_way"),
        ("status", "Rechazada", "rejected"),
        ("locked", "Sí", "true"),
        ("locked", "no", "false"),
        ("locked", "FALSE", "false"),
    ],
)
def test_a_label_is_understood_in_both_languages(key: str, text: str, said: str | None) -> None:
    assert label(key, text) == said


@pytest.mark.parametrize("journey", [english_map(), spanish_map()], ids=["english", "spanish"])
def test_every_label_that_is_written_is_understood_as_what_it_was(journey: JourneyMap) -> None:
    for card, line in zip(
        journey.cards, sorted(card_rows(journey), key=lambda line: int(line["card_id"][1:])), strict=True
    ):
        assert label("lane", line["lane"]) == card.lane
        assert label("emotion", line["emotion"]) == card.emotion
        assert label("status", line["status"]) == card.status
