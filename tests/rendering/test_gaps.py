from collections.abc import Callable

import pytest
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.drafting.gaps import find_gaps
from journeyai.model.journey import JourneyMap
from journeyai.rendering.gaps import render_gaps

Golden = Callable[[str, str], None]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_the_gaps_read_as_agreed(journey: Callable[[], JourneyMap], width: int, golden: Golden) -> None:
    page = printed(render_gaps(find_gaps(journey()), journey().language), width)
    golden(f"gaps-{journey.__name__}-{width}.txt", page)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", MAPS)
def test_every_map_fits_and_commands_nothing(name: str, width: int) -> None:
    journey = MAPS[name]()
    page = printed(render_gaps(find_gaps(journey), journey.language), width)
    assert "\x1b" not in page
    assert max(cell_len(line) for line in page.splitlines()) <= width
    assert not [line for line in page.splitlines() if line != line.rstrip()]


def test_beyond_the_most_gaps_are_counted() -> None:
    gaps = find_gaps(english_map())
    page = printed(render_gaps(gaps, "en", most=3), 80)
    assert page.splitlines()[-1] == f"… and {len(gaps) - 3} more: /gaps all"


def test_no_gaps_say_so() -> None:
    assert printed(render_gaps((), "es"), 80) == "En este mapa no falta nada importante.\n"
