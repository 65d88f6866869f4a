"""The methods of the field as templates: which stages a map has and which lanes it asks for."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import yaml

from journeyai.errors import ResourceError, SettingsError
from journeyai.model.vocabulary import LANES, LIFECYCLE, Lane
from journeyai.resources import folder


@dataclass(frozen=True, slots=True)
class StageTemplate:
    """One stage of a method.

    Attributes:
        id: short lower-case id.
        names: language → name.
        descriptions: language → what belongs here.
        lifecycle: weight of each of `LIFECYCLE`'s seven parts in this stage (0 … 1).
    """

    id: str
    names: dict[str, str]
    descriptions: dict[str, str]
    lifecycle: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One method.

    Attributes:
        id: as typed after `--template`.
        names: language → name.
        about: language → what it asks for, one sentence or two.
        stages: in order.
        lanes: the lanes it asks for, in the order they are shown.
        stages_from_story: whether the steps of a story told in the sources become the stages.
    """

    id: str
    names: dict[str, str]
    about: dict[str, str]
    stages: tuple[StageTemplate, ...]
    lanes: tuple[Lane, ...]
    stages_from_story: bool = False


def template_ids() -> list[str]:
    """Return the ids of all templates, sorted."""
    return sorted(
        item.name.removesuffix(".yaml") for item in folder("knowledge").joinpath("templates").iterdir()
    )


@cache
def load_template(template_id: str) -> Template:
    """Return the template *template_id*.

    Raises:
        SettingsError: there is none of that name.
        ResourceError: its file is broken.
    """
    known = template_ids()
    if template_id not in known:
        near = get_close_matches(template_id, known, n=1)
        meant = f" Did you mean `{near[0]}`?" if near else ""
        raise SettingsError(
            f"There is no template `{template_id}`.{meant}", f"Templates: {', '.join(known)}."
        )
    text = folder("knowledge").joinpath("templates", f"{template_id}.yaml").read_text(encoding="utf-8")
    try:
        return _parse(yaml.safe_load(text))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise ResourceError(f"The template `{template_id}` is broken: {error}.") from error


def _parse(raw: dict[str, Any]) -> Template:
    unknown = set(raw["lanes"]) - set(LANES)
    if unknown:
        raise ValueError(f"unknown lanes {sorted(unknown)}")
    return Template(
        id=raw["id"],
        names=raw["name"],
        about=raw["about"],
        stages=tuple(_parse_stage(stage) for stage in raw["stages"]),
        lanes=tuple(raw["lanes"]),
        stages_from_story=raw.get("stages_from_story", False),
    )


def _parse_stage(raw: dict[str, Any]) -> StageTemplate:
    unknown = set(raw["lifecycle"]) - set(LIFECYCLE)
    if unknown:
        raise ValueError(f"unknown lifecycle parts {sorted(unknown)}")
    weights = tuple(float(raw["lifecycle"].get(part, 0)) for part in LIFECYCLE)
    return StageTemplate(raw["id"], raw["name"], raw["description"], weights)
