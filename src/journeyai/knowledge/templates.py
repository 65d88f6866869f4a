"""The methods of the field as templates: which stages a map has, and which elements it asks for.

A study's own folder `templates/` comes before the methods that JourneyAI brings along.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final, cast

from journeyai.errors import ResourceError, SettingsError
from journeyai.knowledge.fillings import FILLINGS, FILLS, Fill
from journeyai.knowledge.letters import fold
from journeyai.knowledge.marked_yaml import Part, read_marked
from journeyai.model.vocabulary import LANES, LIFECYCLE, Lane
from journeyai.resources import folder

_LANGUAGES: Final = ("en", "es")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_ENDINGS: Final = (".yaml", ".yml")
#: A method of one's own may be so large; a file that is larger is something else.
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class StageTemplate:
    """One stage of a method.

    Attributes:
        id: short lower-case id.
        names: language → name.
        descriptions: language → what belongs here; may be empty.
        lifecycle: weight of each of `LIFECYCLE`'s seven parts in this stage (0 … 1).
    """

    id: str
    names: dict[str, str]
    descriptions: dict[str, str]
    lifecycle: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ElementTemplate:
    """One thing that a method asks for.

    Attributes:
        id: short lower-case id, once in the method.
        names: language → what the method calls it.
        about: language → what it is, one sentence; may be empty.
        fill: how it is filled from the map.
        lanes: the lanes it draws on.
        which: which part of the filling it wants, as `positive`; empty for all of it.
    """

    id: str
    names: dict[str, str]
    about: dict[str, str]
    fill: Fill
    lanes: tuple[Lane, ...] = ()
    which: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One method.

    Attributes:
        id: as typed after `--template`.
        names: language → name.
        about: language → what it asks for, one sentence or two.
        stages: in order.
        lanes: the lanes that its elements draw on, in their order: what a draft looks for.
        elements: what it asks for, in order; empty where it only names lanes: each is a row then.
        stages_from_story: whether the steps of a story told in the sources become the stages.
        most_personas: more than this it does not begin with; None if it does not say.
        also: what else people call it.
    """

    id: str
    names: dict[str, str]
    about: dict[str, str]
    stages: tuple[StageTemplate, ...]
    lanes: tuple[Lane, ...]
    elements: tuple[ElementTemplate, ...] = ()
    stages_from_story: bool = False
    most_personas: int | None = None
    also: tuple[str, ...] = ()


def template_ids(own: Path | None = None) -> list[str]:
    """Return the ids of all templates, sorted; with those in the folder *own*, if it is there."""
    return sorted({*_shipped(), *_own(own)})


def load_template(template_id: str, own: Path | None = None) -> Template:
    """Return the template *template_id*: of the folder *own* if it holds one of that name, else of ours.

    One of ours is also found by its name in either language, and by what else it is called: `5E`, `Service blueprint`.

    Raises:
        SettingsError: there is none of that name, or the file in *own* is broken.
        ResourceError: a file of ours is broken.
    """
    files = _own(own)
    if template_id in files:
        # Read anew each time: its writer may be at work on it.
        return parse_template(template_id, f"`{files[template_id]}`", _read(files[template_id]))
    if template_id in _shipped():
        return _load_shipped(template_id)
    if meant := _shipped_names().get(_bare(template_id)):
        return _load_shipped(meant)
    known = template_ids(own)
    near = get_close_matches(template_id, known, n=1)
    meant = f" Did you mean `{near[0]}`?" if near else ""
    raise SettingsError(f"There is no template `{template_id}`.{meant}", f"Templates: {', '.join(known)}.")


def find_template(template_id: str, own: Path | None = None) -> Template | None:
    """Return the template with the id *template_id* as `load_template` does; None if nobody knows it.

    Raises:
        SettingsError: the file in *own* is broken.
    """
    return load_template(template_id, own) if template_id in template_ids(own) else None


def known_stages() -> dict[str, StageTemplate]:
    """Return the stages of our templates by id and by folded name; the default template's come first."""
    known: dict[str, StageTemplate] = {}
    for template_id in sorted(_shipped(), key=lambda id_: (id_ != "cx-lifecycle", id_)):
        for stage in _load_shipped(template_id).stages:
            for name in (stage.id, *stage.names.values()):
                known.setdefault(fold(name), stage)
    return known


@cache
def _shipped() -> frozenset[str]:
    return frozenset(
        item.name.removesuffix(".yaml") for item in folder("knowledge").joinpath("templates").iterdir()
    )


@cache
def _load_shipped(template_id: str) -> Template:
    file = folder("knowledge").joinpath("templates", f"{template_id}.yaml")
    try:
        return parse_template(template_id, f"`{template_id}.yaml`", file.read_text(encoding="utf-8"))
    except SettingsError as error:
        raise ResourceError(error.message, "Install JourneyAI again.") from error


@cache
def _shipped_names() -> dict[str, str]:
    """Return name → id of our templates; no two share a name, as a test holds."""
    templates = map(_load_shipped, sorted(_shipped()))
    return {_bare(name): one.id for one in templates for name in (one.id, *one.names.values(), *one.also)}


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, fold(name)))


def _own(own: Path | None) -> dict[str, Path]:
    """Return id → file of the templates in the folder *own*; hidden files and other endings are none."""
    if own is None or not own.is_dir():
        return {}
    files = sorted(own.iterdir(), key=lambda file: (file.suffix.lower() != ".yaml", file.name))
    found: dict[str, Path] = {}
    for file in files:
        if file.suffix.lower() in _ENDINGS and not file.name.startswith(".") and file.is_file():
            found.setdefault(file.stem, file)
    return found


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise SettingsError(f"`{file}` is too large for a template.", "A template is a page of YAML.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(f"`{file}` is not written in UTF-8.", "Save it again as UTF-8.") from None
    except OSError as error:
        raise SettingsError(
            f"`{file}` cannot be read: {error.strerror or error}.", "See to its rights."
        ) from None


def parse_template(template_id: str, file: str, text: str) -> Template:
    """Return the template that *text* describes.

    Args:
        template_id: the id it must have.
        file: as people know it.
        text: YAML.

    Raises:
        SettingsError: something is wrong with it; the sentence names file, line and key.
    """
    whole = read_marked(file, text)
    fields = whole.fields(
        ("id", "name", "also", "about", "stages", "lanes", "elements", "stages_from_story", "most_personas")
    )
    if "id" in fields and fields["id"].text() != template_id:
        fields["id"].fail(
            f"it is `{fields['id'].text()}`, but the file is called `{template_id}`.",
            "Give both the same name.",
        )
    parts = tuple(whole.one(fields, "stages").items())
    stages = tuple(map(_stage, parts))
    _once(parts, [stage.id for stage in stages])
    elements: tuple[ElementTemplate, ...] = ()
    if "elements" in fields:
        parts = tuple(fields["elements"].items())
        elements = tuple(map(_element, parts))
        _once(parts, [element.id for element in elements])
    drawn_on = tuple(dict.fromkeys(lane for element in elements for lane in element.lanes))
    named = _lanes(fields["lanes"]) if "lanes" in fields else drawn_on
    if not named:
        whole.fail("it asks for nothing: `elements` or `lanes` is missing.")
    most = int(fields["most_personas"].number()) if "most_personas" in fields else None
    name = fields["name"].in_languages(_LANGUAGES) if "name" in fields else _all(template_id)
    told = fields["stages_from_story"].choice(("true", "false")) if "stages_from_story" in fields else "false"
    return Template(
        id=template_id,
        names=name,
        about=fields["about"].in_languages(_LANGUAGES) if "about" in fields else _all(""),
        stages=stages,
        lanes=tuple(dict.fromkeys((*named, *drawn_on))),
        elements=elements,
        stages_from_story=told == "true",
        most_personas=most,
        also=tuple(part.text() for part in fields["also"].items()) if "also" in fields else (),
    )


def _stage(part: Part) -> StageTemplate:
    fields = part.fields(("id", "name", "description", "lifecycle"))
    weights = dict.fromkeys(LIFECYCLE, 0.0)
    if "lifecycle" in fields:
        for name, weight in fields["lifecycle"].fields(LIFECYCLE).items():
            weights[name] = weight.number()
            if not 0 <= weights[name] <= 1:
                weight.fail("a weight is a number from 0 to 1.")
    return StageTemplate(
        _id(part.one(fields, "id")),
        part.one(fields, "name").in_languages(_LANGUAGES),
        fields["description"].in_languages(_LANGUAGES) if "description" in fields else _all(""),
        tuple(weights.values()),
    )


def _element(part: Part) -> ElementTemplate:
    fields = part.fields(("id", "name", "about", "fill", "lanes", "which"))
    fill = cast(Fill, part.one(fields, "fill").choice(FILLS))
    filling = FILLINGS[fill]
    lanes = filling.lanes
    if "lanes" in fields:
        if not filling.takes_lanes:
            fields["lanes"].fail(f"`{fill}` knows its lanes by itself.", "Take the key `lanes` away.")
        lanes = _lanes(fields["lanes"])
    elif filling.takes_lanes and not lanes:
        part.fail(f"`{fill}` needs the key `lanes`.", f"Lanes: {', '.join(LANES)}.")
    which = ""
    if "which" in fields:
        if not filling.which:
            fields["which"].fail(f"`{fill}` has nothing to choose between.", "Take the key `which` away.")
        which = fields["which"].choice(filling.which)
    elif filling.needs_which:
        part.fail(f"`{fill}` needs the key `which`.", f"One of: {', '.join(filling.which)}.")
    return ElementTemplate(
        _id(part.one(fields, "id")),
        part.one(fields, "name").in_languages(_LANGUAGES),
        fields["about"].in_languages(_LANGUAGES) if "about" in fields else _all(""),
        fill,
        lanes,
        which,
    )


def _lanes(part: Part) -> tuple[Lane, ...]:
    return tuple(cast(Lane, item.choice(LANES)) for item in part.items())


def _id(part: Part) -> str:
    if not _ID.fullmatch(part.text()):
        part.fail(f"`{part.text()}` is no id.", "An id is of small letters, digits, `_` and `-`.")
    return part.text()


def _once(parts: Sequence[Part], ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for part, id_ in zip(parts, ids, strict=True):
        if id_ in seen:
            part.fail(f"there is one with the id `{id_}` already.", "Give each an id of its own.")
        seen.add(id_)


def _all(words: str) -> dict[str, str]:
    return dict.fromkeys(_LANGUAGES, words)
