import io
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from tests.export.office.large import with_words
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.export import export
from journeyai.export.office.package import moment
from journeyai.model.journey import JourneyMap

FORMATS = ("docx", "pptx", "xlsx")
RUDE = {
    "what XML cannot hold": "a\x00b\x01c\x1fd\ufffee\uffff f\x7f",
    "markup": "<w:p>&amp;]]> <!-- x --> \"'",
    "nothing to be seen": "\u200b",
    "a long word": "x" * 3_000,
    "braces": "{0} {n} {name} %s $x",
    "a formula": '=HYPERLINK("http://evil.test","x")',
}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("format", FORMATS)
def test_no_part_has_a_date_of_its_own(format: str) -> None:
    data = export(english_map(), format)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inner = [io.BytesIO(archive.read(name)) for name in archive.namelist() if name.endswith(".xlsx")]
        dates = {entry.date_time for entry in archive.infolist()}
    for one in inner:
        with zipfile.ZipFile(one) as archive:
            dates |= {entry.date_time for entry in archive.infolist()}
            assert b"2026-11-21T10:00:00Z" in archive.read("docProps/core.xml")
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    assert len(inner) == (0 if format == "xlsx" else 1)


@pytest.mark.parametrize("format", FORMATS)
def test_the_properties_are_those_of_the_map(format: str) -> None:
    core = ElementTree.fromstring(parts(export(spanish_map(), format))["docProps/core.xml"])
    assert {item.tag.rpartition("}")[2]: item.text for item in core} == {
        "title": spanish_map().title,
        "subject": "Mapa de experiencia · como es hoy",
        "creator": "JourneyAI",
        "description": spanish_map().goal,
        "lastModifiedBy": "JourneyAI",
        "created": "2026-11-21T10:00:00Z",
        "modified": "2026-11-21T10:00:00Z",
        "language": "es-ES",
    }


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_of_the_librarys_template_goes_along(format: str) -> None:
    found = parts(export(english_map(), format))
    assert [
        name for name in found if re.search(r"thumbnail|printerSettings|stylesWithEffects|customXml", name)
    ] == []
    told = b"".join(found.values())
    assert [
        name
        for name in (b"python-docx", b"python-pptx", b"openpyxl", b"Steve Canny", b"XlsxWriter")
        if name in told
    ] == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", MAPS)
def test_every_relation_and_content_type_has_its_part(format: str, name: str) -> None:
    found = parts(export(MAPS[name](), format))
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    named = {item.get("PartName", "").lstrip("/") for item in types if item.tag.endswith("Override")}
    assert named <= found.keys()
    for path, body in found.items():
        if not path.endswith(".rels"):
            continue
        folder = path.replace("_rels/", "").rpartition("/")[0]
        for item in ElementTree.fromstring(body):
            assert item.get("TargetMode") != "External"
            target = str(item.get("Target"))
            whole = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            while "/../" in whole:
                whole = re.sub(r"[^/]+/\.\./", "", whole, count=1)
            assert whole in found, (path, target)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", RUDE.values(), ids=RUDE)
def test_whatever_is_written_in_a_source_the_parts_stay_xml(format: str, text: str) -> None:
    for name, body in parts(export(with_words(text), format)).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(body)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2026-11-21T10:00:00Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00+02:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        ("yesterday", datetime(1980, 1, 1, tzinfo=UTC)),
        ("", datetime(1980, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_maps_time_is_read_and_what_is_no_time_is_not(at: str, found: datetime) -> None:
    assert moment(at) == found


@pytest.mark.parametrize("format", FORMATS)
def test_a_map_without_stages_or_time_is_written_too(format: str) -> None:
    bare: JourneyMap = MAPS["empty"]()
    made = bare.made_by.model_copy(update={"at": "\x00"})
    assert parts(export(bare.model_copy(update={"stages": (), "made_by": made}), format))
