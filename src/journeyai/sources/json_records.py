"""JSON and JSON Lines: parsing with plain messages, and small readings of values that may be anything."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from journeyai.errors import SourceError
from journeyai.model.source import Skipped
from journeyai.sources.decoding import clean_characters, normalise_newlines
from journeyai.sources.headers import plain

#: A JSON value whose shape is not known; every use is checked.
Value = object
Record = Mapping[str, Value]

_TAG = re.compile(
    r"<(p|br|div|span|a|b|i|u|ul|ol|li|strong|em|html|body|table|img|blockquote|h\d)\b[^<>]*>", re.I
)

#: Seconds and milliseconds since 1970 between the years 2001 and 2100: other numbers are no times.
_SECONDS = (10**9, 4_102_444_800)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds.

    Attributes:
        value: the JSON value; for JSON Lines the list of its lines' values.
        lines: for JSON Lines the line of each value, from 1; empty otherwise.
        skipped: lines that cannot be read.
    """

    value: Value
    lines: tuple[int, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def parse(text: str, source: str, *, lines: bool = False) -> Parsed:
    """Parse *text* as JSON, or as JSON Lines when it is that.

    Args:
        text: the whole file.
        source: its name, for messages.
        lines: the name says that each line is a value.

    Raises:
        SourceError: it is not JSON; says the line and column and what is wrong there.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise SourceError(f"`{source}` is empty.", "Leave it out, or export it again.")
    if lines and "\n" in text.strip():
        return _parse_lines(text)
    try:
        return Parsed(_loads(text))
    except json.JSONDecodeError as error:
        if _is_lines(text):
            return _parse_lines(text)
        raise SourceError(
            _broken(text, source, error), "Export it again, or mend it at that place."
        ) from None
    except _Unreadable as error:
        raise SourceError(f"`{source}` cannot be read as JSON: {error}.", "Export it again.") from None


class _Unreadable(Exception):
    """JSON that is right but cannot be held: too deep, or a number without end."""


def _loads(text: str) -> Value:
    try:
        value: Value = json.loads(text)
    except RecursionError:
        raise _Unreadable("its values are nested too deeply") from None
    except json.JSONDecodeError:
        raise
    except ValueError:
        raise _Unreadable("a number in it has thousands of digits") from None
    return value


def _is_lines(text: str) -> bool:
    """Whether the first line that is not blank is a whole JSON object or list, and others follow."""
    filled = [line for line in text.split("\n", 50)[:50] if line.strip()]
    if len(filled) < 2:
        return False
    for line in filled[:3]:  # One broken line at the top is no reason to refuse the rest.
        try:
            if isinstance(_loads(line), dict | list):
                return True
        except (json.JSONDecodeError, _Unreadable):
            continue
    return False


def _parse_lines(text: str) -> Parsed:
    values: list[Value] = []
    numbers: list[int] = []
    skipped: list[Skipped] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append(_loads(line))
            numbers.append(number)
        except json.JSONDecodeError as error:
            ends = _ends_early(line, error)
            reason = "ends too early" if ends else f"is not JSON: {_said(error)} at column {error.colno}"
            skipped.append(Skipped(f"line {number}", reason))
        except _Unreadable as error:
            skipped.append(Skipped(f"line {number}", str(error)))
    return Parsed(values, tuple(numbers), tuple(skipped))


def _broken(text: str, source: str, error: json.JSONDecodeError) -> str:
    if _ends_early(text, error):
        last = text.rstrip().count("\n") + 1
        return f"`{source}` ends too early, at line {last}: it looks cut off ({_said(error)})."
    return f"`{source}` is not JSON at line {error.lineno}, column {error.colno}: {_said(error)}."


def _said(error: json.JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:].removesuffix(" starting at").removesuffix(" at")


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    if error.msg.startswith("Unterminated string"):
        return True
    return error.pos >= len(text.rstrip())


def words_of(value: Value) -> str:
    """Return *value* as the words it stands for: a string, or a number as written; else an empty string."""
    if isinstance(value, str):
        return clean_characters(normalise_newlines(value))
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value) if isinstance(value, float) or abs(value) < 10**300 else ""
    return ""


def is_html(text: str) -> bool:
    """Whether *text* is marked up as HTML rather than plain words with a sign in them."""
    return "<" in text and _TAG.search(text) is not None


def first_of(record: Record, keys: Iterable[str]) -> Value:
    """Return the first filled value of *record* under any of *keys* (plain words); None if none is."""
    by_name = plain_keys(record)
    for key in keys:
        value = by_name.get(key)
        if value not in (None, "", [], {}):
            return value
    return None


def plain_keys(record: Record) -> dict[str, Value]:
    """Return *record* with its keys as plain words (`createdAt` → `created at`); of equal ones the first."""
    found: dict[str, Value] = {}
    for key, value in record.items():
        found.setdefault(_plain_key(key), value)
    return found


@lru_cache(maxsize=4096)
def _plain_key(key: str) -> str:
    """Return `plain(key)`, remembered: a file repeats the same few keys in every record."""
    return plain(key)


def time_of(value: Value) -> str | None:
    """Return *value* as a time: text as it is, seconds or milliseconds since 1970 as ISO 8601 in UTC."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        seconds = value / 1000 if _SECONDS[0] * 1000 <= value <= _SECONDS[1] * 1000 else value
        if not _SECONDS[0] <= seconds <= _SECONDS[1]:
            return None
        return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
    text = words_of(value).strip()
    return text if text and len(text) <= 60 else None


def truth_of(value: Value) -> bool | None:
    """Return a yes or a no given as a boolean, a number or a word; None when it is neither."""
    if isinstance(value, bool):
        return value
    word = words_of(value).strip().casefold()
    if word in ("true", "1", "yes", "si", "sí", "y"):
        return True
    return False if word in ("false", "0", "no", "n") else None


def flatten(record: Record, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the words in *record* with their path (`author.name`), nested objects opened."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < 4:
            yield from flatten(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            yield name, words_of(value[0]) if len(value) == 1 else ""
        else:
            yield name, words_of(value)
