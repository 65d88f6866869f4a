"""A file that is to be taken in: its bytes, its text, and what it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from journeyai.errors import SourceError
from journeyai.model.journey import JourneyMap
from journeyai.sources.decoding import decode

#: The largest file that is taken in, in bytes; a map of 2,000 cards and 20,000 quotes has 12 million.
MOST_BYTES: Final = 40_000_000

Form = Literal["map", "table", "page"]

_FORMS: Final[dict[str, Form]] = {
    ".json": "map",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".md": "page",
    ".markdown": "page",
    ".txt": "page",
}
_OFFICE: Final = frozenset({".xlsx", ".xls", ".ods", ".docx", ".pptx", ".odt"})


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given.

    Attributes:
        name: of the file, for messages.
        form: what it is by its name's ending.
        data: its bytes.
        text: as characters; empty for a map.
        encoding: that it was read in.
    """

    name: str
    form: Form
    data: bytes
    text: str = ""
    encoding: str = "utf-8"

    @property
    def is_guessed(self) -> bool:
        """Whether the encoding is an old one, so that accents are to be looked at."""
        return not self.encoding.startswith("utf")


def read_given(path: Path) -> Given:
    """Read the file *path*.

    Raises:
        SourceError: it is not there, too large, of another sort, or not text.
    """
    suffix = path.suffix.lower()
    form = _FORMS.get(suffix)
    if form is None:
        known = ", ".join(_FORMS)
        advice = "Save it as CSV UTF-8 first." if suffix in _OFFICE else f"These can be: {known}."
        raise SourceError(
            f"`{path.name}` cannot be taken in: files ending in `{suffix}` are not read.", advice
        )
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceError(f"`{path}` is no file.", "Name a file.")
        if size > MOST_BYTES:
            raise SourceError(
                f"`{path.name}` has {size / 1e6:,.0f} million bytes; a map or a table of cards has at most "
                f"{MOST_BYTES / 1e6:,.0f} million.",
                "Look whether it is the right file.",
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"There is no file `{path}`.", "Look at its name and folder.") from None
    except OSError as error:
        raise SourceError(f"`{path}` cannot be read: {error.strerror}.") from None
    if not data.strip():
        raise SourceError(f"`{path.name}` is empty.", "Look whether it is the right file.")
    if form == "map":
        return Given(path.name, form, data)
    decoded = decode(data, path.name)
    return Given(path.name, form, data, decoded.text, decoded.encoding)


def read_json_map(given: Given) -> JourneyMap:
    """Return the map that a JSON file holds.

    Raises:
        SourceError: it is no map, or one of another version, or two parts of it have the same id.
    """
    try:
        journey = JourneyMap.from_json(given.data.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if where == "version":
            raise SourceError(
                f"`{given.name}` is a map of version {str(first['input'])[:20]!r}, which this JourneyAI does not read.",
                "Export it again, or use the JourneyAI that wrote it.",
            ) from None
        more = f" (and {len(error.errors()) - 1} more)" if len(error.errors()) > 1 else ""
        raise SourceError(
            f"`{given.name}` is not a journey map: {where[:80] or 'the whole file'}: {first['msg'][:200]}{more}.",
            "A map is what `journeyai export --format json` writes; `journeyai schema map` describes it.",
        ) from None
    for name in ("stages", "personas", "cards", "evidence"):
        ids = [part.id for part in getattr(journey, name)]
        double = next((id_ for n, id_ in enumerate(ids) if id_ in ids[:n]), None) if _repeats(ids) else None
        if double is not None:
            raise SourceError(
                f"`{given.name}` has the id {double[:40]!r} twice among its {name}.",
                "Give one of them another id, or take it out.",
            )
    return journey


def _repeats(ids: list[str]) -> bool:
    return len(set(ids)) < len(ids)
