import zipfile
from io import BytesIO
from xml.etree import ElementTree
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_map import english_map

from journeyai.export.interchange.writing import (
    LANE_COLOURS,
    Distinct,
    Keys,
    added,
    archive,
    legible,
    made_at,
    xml_file,
)
from journeyai.model.vocabulary import LANES


@given(st.text())
def test_whatever_is_written_can_be_read_back_as_xml(text: str) -> None:
    root = ET.Element("a", b=legible(text))
    added(root, "c", legible(text))
    read = ElementTree.fromstring(xml_file(root))
    assert (read.attrib["b"], read.findtext("c")) == (legible(text), legible(text))


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [("a b", None, "a b"), ("a\ufffeb\uffff\x00", None, "ab"), ("abcdef", 4, "abc…"), ("ab cd", 4, "ab…")],
)
def test_a_line_is_legible_and_never_longer_than_its_limit(text: str, limit: int | None, line: str) -> None:
    assert legible(text, limit) == line


@given(st.lists(st.text(alphabet="aA1() ", max_size=6)))
def test_no_name_is_given_out_twice(wanted: list[str]) -> None:
    names = Distinct()
    given_out = [names.name(name, "1").casefold() for name in wanted]
    assert len(given_out) == len(set(given_out))


def test_names_are_told_apart_by_mark_and_then_by_number() -> None:
    names = Distinct()
    assert [names.name(name, "c7") for name in ("Slow", "slow", "SLOW")] == ["Slow", "slow (c7)", "SLOW (3)"]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("2026-11-22T16:58:58+02:00", "2026-11-22T14:58:58Z"),
        ("2026-11-22T16:58:58.123", "2026-11-22T16:58:58Z"),
        ("yesterday", "1970-01-01T00:00:00Z"),
    ],
)
def test_the_time_is_that_of_the_map_in_utc(at: str, told: str) -> None:
    journey = english_map()
    made_by = journey.made_by.model_copy(update={"at": at})
    assert made_at(journey.model_copy(update={"made_by": made_by})) == told


def test_parts_of_an_id_are_not_run_together() -> None:
    keys = Keys(english_map())
    made = [keys.uuid("a", "b", "c"), keys.uuid("a", "bc"), keys.uuid("a", "b", None), keys.uuid("ab", "c")]
    assert len(set(made)) == 4


def test_an_archive_has_no_times_and_keeps_its_order() -> None:
    with zipfile.ZipFile(BytesIO(archive([("b", b"2"), ("a", b"1")]))) as file:
        assert [(entry.filename, entry.date_time) for entry in file.infolist()] == [
            ("b", (1980, 1, 1, 0, 0, 0)),
            ("a", (1980, 1, 1, 0, 0, 0)),
        ]


def test_every_lane_has_a_colour() -> None:
    assert set(LANE_COLOURS) == set(LANES)
