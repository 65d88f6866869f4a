"""Which channels a company controls (`knowledge/taxonomy/channels.yaml`, a table that people reviewed)."""

from functools import cache
from typing import Literal

from journeyai.knowledge.taxonomy import read_taxonomy

Control = Literal["company", "others", "where_it_answers"]


@cache
def control_of(channel: str) -> Control:
    """Return who controls *channel*: a channel of the map, or `reviews`."""
    control: Control = read_taxonomy("channels")[channel]
    return control
