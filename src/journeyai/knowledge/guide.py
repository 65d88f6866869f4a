"""The guide: what the words of the field mean and how to work with JourneyAI; `knowledge/guide/LANGUAGE/*.md`.

A file is a section, headed `# Section`, and holds several entries.  Each begins with `## Title`; then come lines
`key: value` up to the first empty line, then its text.  The keys are `id` (the same in every language), `also` (other
names, by commas), `source` (where a fact comes from) and `example` (what of a map shows it).
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import fuzz

from journeyai.errors import ResourceError
from journeyai.knowledge.letters import fold
from journeyai.resources import folder

FALLBACK: Final = "en"
LANGUAGES: Final = ("en", "es")

_KEYS: Final = frozenset({"id", "also", "source", "example"})
_LINE: Final = re.compile(r"(\w+): (\S.*)")
#: Entries that one look-up gives.
_MOST: Final = 3
#: A name is taken for another, misspelt, from this likeness on (0 … 100): "moment of thruth" has 97, "card" and
#: "scale" have 67.
_LEAST_LIKE: Final = 82


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
        section: the title of the file it stands in.
    """

    id: str
    title: str
    names: tuple[str, ...]
    text: str
    source: str = ""
    example: str = ""
    section: str = ""


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
    head, *entries = re.split(r"^## ", text, flags=re.MULTILINE)
    title = head.strip().removeprefix("#").strip()
    return tuple(_entry(entry, path, title) for entry in entries)


def named_in(asked: str, language: str) -> tuple[GuideEntry, ...]:
    """Return the entries in *language* that *asked* names anywhere, the longest name first; three at most."""
    padded = f" {_plain(asked)} "
    found: list[tuple[int, GuideEntry]] = []
    for entry in guide(language):
        longest = max((len(name) for name in _names(entry) if f" {name} " in padded), default=0)
        if longest:
            found.append((longest, entry))
    found.sort(key=lambda pair: -pair[0])
    return tuple(entry for _, entry in found[:_MOST])


def look_up(topic: str, language: str) -> tuple[GuideEntry, ...]:
    """Return what the guide in *language* says on *topic*, best first; three entries at most, none if it says nothing.

    The entry of that name or id; else those that *topic* names; else those with *topic* in their name; else those
    with a name so like it that it is a slip; else those whose text has all its words.
    """
    wanted = _plain(topic)
    if not wanted:
        return ()
    entries = guide(language)
    exact = [entry for entry in entries if wanted in (*_names(entry), _plain(entry.id))]
    if exact:
        return tuple(exact[:1])
    if inside := named_in(topic, language):
        return inside
    partly = [entry for entry in entries if any(wanted in name for name in _names(entry))]
    if partly:
        return tuple(partly[:_MOST])
    likeness = {entry.id: max(fuzz.ratio(wanted, name) for name in _names(entry)) for entry in entries}
    slips = sorted(
        (entry for entry in entries if likeness[entry.id] >= _LEAST_LIKE), key=lambda it: -likeness[it.id]
    )
    if slips:
        return tuple(slips[:_MOST])
    words = set(wanted.split())
    return tuple(entry for entry in entries if words <= set(_plain(entry.text).split()))[:_MOST]


def _names(entry: GuideEntry) -> tuple[str, ...]:
    return tuple(_plain(name) for name in (entry.title, *entry.names))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _entry(section: str, path: str, group: str) -> GuideEntry:
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
        told["id"], title.strip(), names, body.strip(), told.get("source", ""), told.get("example", ""), group
    )
