from collections.abc import Callable

import pytest
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.errors import SettingsError
from journeyai.export import EXPORTERS, export, exporter
from journeyai.model.journey import JourneyMap


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("format", EXPORTERS)
def test_every_format_writes_every_map_the_same_way_twice(format: str, name: str) -> None:
    assert export(MAPS[name](), format) == export(MAPS[name]().model_copy(deep=True), format)


@pytest.mark.parametrize("format", EXPORTERS)
@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_every_format_writes_the_sample_as_agreed(
    format: str, journey: Callable[[], JourneyMap], golden: Callable[[str, str], None]
) -> None:
    golden(f"{journey.__name__}{exporter(format).suffix}", export(journey(), format).decode("utf-8"))


@pytest.mark.parametrize("name", MAPS)
def test_json_is_the_map_itself(name: str) -> None:
    assert JourneyMap.from_json(export(MAPS[name](), "json")) == MAPS[name]()


@pytest.mark.parametrize("written", ["md", "markdown", ".MD", " Markdown "])
def test_a_format_is_found_however_it_is_written(written: str) -> None:
    assert exporter(written).suffix == ".md"


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError) as caught:
        export(english_map(), "jsonl")
    assert (caught.value.message, caught.value.hint) == (
        "A map cannot be exported as `jsonl`. Did you mean `json`?",
        "Formats: json, md.",
    )
