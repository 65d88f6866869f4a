"""The table of opportunities: what is in it, that it fits, and that nothing in it commands."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from rich.cells import cell_len
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.export.reading import Reading
from journeyai.model.journey import JourneyMap, Judged
from journeyai.rendering.opportunities import opportunity_section

_GRADED: Sequence[dict[str, Any]] = (
    {
        "judged": Judged(desirable="high", viable="unknown", feasible="low", priority=2),
        "owner": "Membership team",
        "progress": "under_way",
    },
    {"judged": Judged(desirable="medium", viable="high", feasible="high", priority=1), "progress": "planned"},
    {},
)


def worked_on(journey: JourneyMap) -> JourneyMap:
    """Return *journey* with three opportunities: two graded, one as it was drafted."""
    cards = [
        card.model_copy(update={"lane": "opportunity", "severity": None, "status": "draft", **told})
        for card, told in zip(journey.cards, _GRADED, strict=False)
    ]
    return journey.model_copy(update={"cards": tuple(cards)})


@pytest.mark.parametrize("journey", [english_map, spanish_map])
@pytest.mark.parametrize("width", [60, 120])
def test_the_table_reads_as_agreed(
    journey: Callable[[], JourneyMap], width: int, golden: Callable[[str, str], None]
) -> None:
    lines = opportunity_section(Reading(worked_on(journey())), width, ids=True)
    text = "".join(f"{line.plain}\n" for line in lines)
    golden(f"opportunities-{journey.__name__}-{width}.txt", text)


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("width", [24, 40, 80, 100, 200])
def test_it_fits_and_nothing_in_it_commands(name: str, width: int) -> None:
    lines = opportunity_section(Reading(worked_on(MAPS[name]())), width)
    assert all(cell_len(line.plain) <= width for line in lines)
    assert "\x1b" not in "".join(line.plain for line in lines)


def test_a_map_without_opportunities_has_no_table() -> None:
    journey = english_map().model_copy(update={"cards": ()})
    assert opportunity_section(Reading(journey), 80) == []
