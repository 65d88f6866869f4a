"""The guide: what the words of the field mean and how to work with JourneyAI; `knowledge/guide/LANGUAGE/*.md`.

A file holds several entries.  Each begins with `## Title`; then come lines `key: value` up to the first empty line,
then its text.  The keys are `id` (the same in every language), `also` (other names, by commas), `source` (where a fact
comes from) and `example` (what of a map shows it).
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from journeyai.errors import ResourceError
from journeyai.resources import folder

FALLBACK: Final = "en"
LANGUAGES: Final = ("en", "es")

_KEYS: Final = frozenset({"id", "also", "source", "example"})
_LINE: Final = re.compile(r"(\w+): (\S.*)")


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """What the guide says about one thing.

    Attributes:
        id: the same in every language.
        title: its name.
        names: other names it is asked for by.
        text: a paragraph or more.
        source: where a fact in it comes from; empty where it is our own.
        example: what of a map shows it: a lane, `stage`, `persona`, `empathy`, `moment_of_truth`, `channel`; empty for
            none.
    """

    id: str
    title: str
    names: tuple[str, ...]
    text: str
    source: str = ""
    example: str = ""


@cache
def guide(language: str) -> tuple[GuideEntry, ...]:
    """Return the entries in *language* (ISO 639-1), or the English ones; by file and in its order.

    Raises:
        ResourceError: the guide is missing, or a file of it is not in its form.
    """
    code = language if language in LANGUAGES else FALLBACK
    root = folder("knowledge").joinpath("guide", code)
    try:
        files = sorted((item for item in root.iterdir() if item.name.endswith(".md")), key=lambda it: it.name)
        texts = [(item.name, item.read_text(encoding="utf-8")) for item in files]
    except OSError as error:
        raise ResourceError(
            f"`knowledge/guide/{code}` cannot be read: {error}.", "Install JourneyAI again."
        ) from None
    return tuple(entry for name, text in texts for entry in parse(text, f"knowledge/guide/{code}/{name}"))


def parse(text: str, path: str) -> tuple[GuideEntry, ...]:
    """Return the entries of one file.

    Args:
        text: of the file.
        path: how messages name it.

    Raises:
        ResourceError: an entry has no id or no text, or a line before its text is no `key: value`.
    """
    _, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    return tuple(_entry(section, path) for section in sections)


def _entry(section: str, path: str) -> GuideEntry:
    head, _, body = section.partition("\n\n")
    title, *lines = head.splitlines()
    told: dict[str, str] = {}
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is None or match[1] not in _KEYS or match[1] in told:
            raise ResourceError(
                f"`{path}`, entry “{title.strip()}”: “{line}” is no line of its head.",
                f"Write one of {', '.join(sorted(_KEYS))}, a colon, a space and the value, each key once.",
            )
        told[match[1]] = match[2].strip()
    if "id" not in told or not body.strip():
        raise ResourceError(
            f"`{path}`: the entry “{title.strip()}” has no id or no text.",
            "Write `id: NAME` under its title, an empty line, and what it says.",
        )
    names = tuple(name.strip() for name in told.get("also", "").split(",") if name.strip())
    return GuideEntry(
        told["id"], title.strip(), names, body.strip(), told.get("source", ""), told.get("example", "")
    )
