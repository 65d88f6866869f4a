import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from html import unescape
from typing import Final
from xml.etree import ElementTree

import pytest
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.errors import SettingsError
from journeyai.export import BARE, EXPORTERS, Material, export, exporter
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap, Judged

#: Formats that are text from beginning to end and are kept whole beside the tests.
GOLDEN: Final = ("json", "md", "csv", "quotes-csv", "mermaid", "cjml", "theydo", "theydo-opportunities")
#: Formats that are pictures: nothing to be read back out of them.
PICTURES: Final = frozenset({"curve-png", "grid-png", "wall-png"})
#: Formats that hold no stage without a quote, or name stages only where something is felt.
WITHOUT_STAGES: Final = frozenset({"quotes-csv", "theydo", "theydo-opportunities", *PICTURES})
#: Formats in which a part of the map is shown, not the whole of it.
PARTIAL: Final = frozenset(
    {"curve-svg", "quotes-csv", "mermaid", "theydo", "theydo-opportunities", *PICTURES}
)


def parts(data: bytes) -> dict[str, bytes]:
    """Return the files inside *data*, or *data* itself."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {"": data}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def readable(format: str, journey: JourneyMap, material: Material = BARE) -> str:
    """Return all that can be read in *journey* written in *format*, whitespace folded."""
    found: list[str] = []
    for name, body in parts(export(journey, format, material)).items():
        if name.endswith((".png", ".jpeg", ".jpg", ".bin", ".ttf", ".xlsx")):
            continue
        text = body.decode("utf-8-sig")
        if name.endswith((".json",)) or text.lstrip().startswith("{"):
            found.append(json.dumps(json.loads(text), ensure_ascii=False))
        elif text.lstrip().startswith("<?xml") or text.lstrip().startswith("<svg"):
            found += ElementTree.fromstring(body).itertext()
            found += (value for item in ElementTree.fromstring(body).iter() for value in item.attrib.values())
        else:
            found.append(unescape(text))
    return re.sub(r"\s+", " ", " ".join(found))


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("format", EXPORTERS)
def test_every_format_writes_every_map_the_same_way_twice(format: str, name: str) -> None:
    assert export(MAPS[name](), format) == export(MAPS[name]().model_copy(deep=True), format)


@pytest.mark.parametrize("format", GOLDEN)
@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_every_format_of_text_writes_the_sample_as_agreed(
    format: str, journey: Callable[[], JourneyMap], golden: Callable[[str, str], None]
) -> None:
    golden(f"{journey.__name__}.{format}", export(journey(), format).decode("utf-8"))


@pytest.mark.parametrize("journey", [english_map, spanish_map])
@pytest.mark.parametrize("format", sorted(EXPORTERS.keys() - WITHOUT_STAGES))
def test_every_format_names_every_stage(format: str, journey: Callable[[], JourneyMap]) -> None:
    text = readable(format, journey())
    told = {stage.name for stage in journey().stages if any(c.stage == stage.id for c in journey().cards)}
    assert not [name for name in told if re.sub(r"\W", "", name) not in re.sub(r"\W", "", text)]


@pytest.mark.parametrize("journey", [english_map, spanish_map])
@pytest.mark.parametrize("format", sorted(EXPORTERS.keys() - PARTIAL))
def test_every_format_of_the_whole_map_holds_every_card_that_stands(
    format: str, journey: Callable[[], JourneyMap]
) -> None:
    text = re.sub(r"\W", "", readable(format, journey()))
    titles = [card.title for card in journey().cards if card.status != "rejected"]
    assert [title for title in titles if re.sub(r"\W", "", title)[:24] not in text] == []


def planned(journey: JourneyMap) -> tuple[JourneyMap, str]:
    """Return *journey* with an opportunity that is graded, owned and under way, and its id."""
    ours = next(card for card in journey.cards if card.lane == "opportunity" and card.status != "rejected")
    judged = Judged(desirable="high", viable="unknown", feasible="low", priority=1)
    mine = ours.model_copy(update={"judged": judged, "progress": "under_way", "owner": "Zoila Quintero"})
    cards = tuple(mine if card.id == ours.id else card for card in journey.cards)
    return journey.model_copy(update={"cards": cards}), ours.id


#: Formats that show opportunities with all that is known of them.
WITH_PLANS: Final = (
    *("html", "docx", "pptx", "xlsx", "md", "lucid", "theydo-opportunities", "qdpx", "csv", "cjml"),
    *("grid-svg", "wall-svg"),
)


@pytest.mark.parametrize(
    ("journey", "words"),
    [(english_map, ("high", "under way")), (spanish_map, ("mucho", "en marcha"))],
)
@pytest.mark.parametrize("format", WITH_PLANS)
def test_an_opportunity_is_shown_with_its_grades_its_progress_and_its_owner(
    format: str, journey: Callable[[], JourneyMap], words: tuple[str, str]
) -> None:
    before, after = readable(format, journey()), readable(format, planned(journey())[0])
    for told in (*words, "Zoila Quintero"):
        assert after.count(told) > before.count(told), told


def with_long_names(journey: JourneyMap) -> JourneyMap:
    """Return *journey* with a name of 100,000 letters, a word without a space, wherever it has a name."""
    return journey.model_copy(
        update={
            "title": "T" * 100_000,
            "stages": tuple(it.model_copy(update={"name": "S" * 100_000}) for it in journey.stages),
            "personas": tuple(it.model_copy(update={"name": "P" * 100_000}) for it in journey.personas),
            "cards": tuple(
                it.model_copy(update={"title": "C" * 100_000, "owner": "O" * 100_000}) for it in journey.cards
            ),
        }
    )


#: The full record, in which nothing is cut but at what a cell of a spreadsheet holds.
RECORDS: Final = frozenset({"json", "csv", "quotes-csv", "xlsx"})


@pytest.mark.parametrize("format", sorted(EXPORTERS.keys() - PICTURES - RECORDS - {"html"}))
def test_a_name_beyond_reading_is_cut_and_shows_it(format: str) -> None:
    text = readable(format, with_long_names(english_map()), Material(template=load_template("cx-lifecycle")))
    longest = max(len(found) for found in re.findall(r"T+|S+|P+|C+|O+", text))
    assert 20 < longest < 300
    assert "…" in text


@pytest.mark.parametrize("format", ["json", "csv"])
def test_a_record_holds_a_name_however_long_it_is(format: str) -> None:
    """A cell holds 32,000 characters."""
    text = readable(format, with_long_names(english_map()))
    assert len(max(re.findall("C+", text), key=len)) >= 32_000


@pytest.mark.parametrize("format", sorted(EXPORTERS.keys() - PICTURES - {"json"}))
def test_no_format_carries_characters_that_are_not_seen(format: str) -> None:
    """The map itself is the record; all that is made for eyes and other tools is cleaned."""
    text = readable(format, MAPS["hostile"]())
    odd = {char for char in text if unicodedata.category(char) in {"Cc", "Cf"}} - {"\u00ad", "\u200d"}
    assert odd == set()


@pytest.mark.parametrize("name", MAPS)
def test_json_is_the_map_itself(name: str) -> None:
    assert JourneyMap.from_json(export(MAPS[name](), "json")) == MAPS[name]()


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("format", ["csv", "quotes-csv"])
def test_a_table_has_the_same_cells_in_every_row(format: str, name: str) -> None:
    text = export(MAPS[name](), format).decode("utf-8-sig")
    delimiter = ";" if MAPS[name]().language == "es" else ","
    assert len({len(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)}) == 1


@pytest.mark.parametrize("written", ["md", "markdown", ".MD", " Markdown "])
def test_a_format_is_found_however_it_is_written(written: str) -> None:
    assert exporter(written).suffix == ".md"


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError) as caught:
        export(english_map(), "jsonl")
    assert (caught.value.message, caught.value.hint) == (
        "A map cannot be exported as `jsonl`. Did you mean `json`?",
        f"Formats: {', '.join(sorted(EXPORTERS))}.",
    )
