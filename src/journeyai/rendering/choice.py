"""Which part of a map to show: what the person typed, found among what the map has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from journeyai.errors import SettingsError
from journeyai.export.plain import visible
from journeyai.knowledge.talk import Talk, talk
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
    spoken = talk("show", journey.language)
    named = {
        "persona": [f"{item.name} ({item.id})" for item in journey.personas],
        "stage": [f"{item.name} ({item.id})" for item in journey.stages],
        "lane": [text.lane(item) if spoken.language != "en" else item for item in LANES],
    }
    return Choice(
        persona=_find("persona", persona, dict(_names(personas)), named["persona"], spoken),
        stage=_find("stage", stage, dict(_names(stages)), named["stage"], spoken),
        lane=_find("lane", lane, dict(_names(lanes)), named["lane"], spoken),
    )


def _names(things: Iterable[tuple[Thing, tuple[str, ...]]]) -> Iterable[tuple[str, Thing]]:
    """Yield every name of every thing, the first to claim a name keeping it."""
    taken: set[str] = set()
    for thing, names in things:
        for name in map(_folded, names):
            if name and name not in taken:
                taken.add(name)
                yield name, thing


def _find(
    what: str, wanted: str | None, known: Mapping[str, Thing], listed: list[str], spoken: Talk
) -> Thing | None:
    if wanted is None:
        return None
    key = _folded(wanted)
    if key in known:
        return known[key]
    close = get_close_matches(key, known, n=1)
    nearest = spoken.say("near", name=close[0]) if close else ""
    there = ", ".join(visible(item) for item in listed)
    raise SettingsError(
        spoken.say(f"no_{what}", name=visible(wanted)) + nearest,
        spoken.say("there_are", names=there) if listed else spoken.say(f"none_{what}"),
    )


def _folded(name: str) -> str:
    return visible(name).casefold().replace("-", " ").replace("_", " ")
