"""Which part of a map to show: what the person typed, found among what the map has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from journeyai.errors import SettingsError
from journeyai.export.plain import visible
from journeyai.knowledge.words import words
from journeyai.model.journey import JourneyMap, Persona, Stage
from journeyai.model.vocabulary import LANES, Lane

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Choice:
    """The part to show; None stands for all of them."""

    persona: Persona | None
    stage: Stage | None
    lane: Lane | None


def choose(journey: JourneyMap, persona: str | None, stage: str | None, lane: str | None) -> Choice:
    """Find a persona (by id or name), a stage (id, name or number) and a lane (id or name) of *journey*.

    Raises:
        SettingsError: the map has nothing of that name; the message says what there is.
    """
    personas = [(item, (item.id, item.name)) for item in journey.personas]
    stages = [(item, (item.id, item.name, str(item.order))) for item in journey.stages]
    text = words(journey.language)
    lanes: list[tuple[Lane, tuple[str, ...]]] = [
        (item, (item, f"{item}s", text.lane(item), text.lane(item, 1))) for item in LANES
    ]
    return Choice(
        persona=_find(
            "persona", persona, dict(_names(personas)), [f"{p.name} ({p.id})" for p in journey.personas]
        ),
        stage=_find("stage", stage, dict(_names(stages)), [f"{s.name} ({s.id})" for s in journey.stages]),
        lane=_find("lane", lane, dict(_names(lanes)), list(LANES)),
    )


def _names(things: Iterable[tuple[Thing, tuple[str, ...]]]) -> Iterable[tuple[str, Thing]]:
    """Yield every name of every thing, the first to claim a name keeping it."""
    taken: set[str] = set()
    for thing, names in things:
        for name in map(_folded, names):
            if name and name not in taken:
                taken.add(name)
                yield name, thing


def _find(what: str, wanted: str | None, known: Mapping[str, Thing], listed: list[str]) -> Thing | None:
    if wanted is None:
        return None
    key = _folded(wanted)
    if key in known:
        return known[key]
    close = get_close_matches(key, known, n=1)
    nearest = f" Did you mean `{close[0]}`?" if close else ""
    there = ", ".join(visible(item) for item in listed)
    raise SettingsError(
        f"The map has no {what} `{visible(wanted)}`.{nearest}",
        f"There are: {there}." if listed else f"The map has no {what}s yet.",
    )


def _folded(name: str) -> str:
    return visible(name).casefold().replace("-", " ").replace("_", " ")
