"""Ratings as people export them: `4`, `4,5`, `8/10`, `★★★★☆`, `4 out of 5`; and the scale they stand on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from journeyai.model.source import Measure
from journeyai.model.vocabulary import MeasureKind

_NUMBER = r"(\d{1,3}(?:[.,]\d{1,4})?)"
_RATING = re.compile(
    rf"(?:rated|valorado con|nota:?)?\s*{_NUMBER}\s*(?:(%)|(?:/|out of|of|de|sobre|von|-\s)\s*{_NUMBER})?"
    r"\s*(?:stars?|estrellas?|points?|puntos?|★|⭐)?\s*(?:-\s.*)?",
    re.IGNORECASE,
)
_STARS = re.compile(r"([★⭐🌟]️?)+\s*([☆✩✰]\s*)*")
_SCALE = re.compile(r"(?<!\d)(\d{1,2})\s*(?:-|–|—|to|through|a|al|hasta)\s*(\d{1,3})(?!\d)", re.IGNORECASE)
_HOW_MUCH_EFFORT = re.compile(
    r"how much effort|how difficult|cu[aá]nto esfuerzo|qu[eé] esfuerzo|dificultad", re.I
)


#: A line of its own in a conversation's export: `Rating: 4/5`, `[10:44] Valoración del cliente: 5 de 5`.
_RATING_LINE = re.compile(
    r"[ \t]*[\[(*]*(?:\d{1,2}:\d{2}(?::\d{2})?[\])]?[ \t]+)?"
    r"(?:(?:customer|client|user|chat|visitor|conversation|call|cliente|usuario)(?:['’]s)?[ ]+)?"
    r"(?P<name>rating|score|csat|nps|stars|satisfaction|valoraci[oó]n|puntuaci[oó]n|calificaci[oó]n|satisfacci[oó]n|estrellas)"
    r"(?:[ ]+(?:of|by|from|del?|dada|given)(?:[ ]+[^\W\d_]+){1,3}|[ ]+(?:rating|score))?"
    r"[*]*[ ]?[:=][*]*[ ]*(?P<value>[^\n]{1,40}?)[\])*]*[ \t]*",
    re.IGNORECASE,
)
_LINE_KINDS: dict[str, MeasureKind] = {"csat": "csat", "nps": "nps", "satisf": "csat"}


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as one cell gives it.

    Attributes:
        value: the number.
        high: the best possible value, when the cell itself says it (`8/10`).
    """

    value: float
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """From the worst to the best possible value; `low` is the greater when effort is counted.

    Attributes:
        low: worst.
        high: best.
        told: whether the header or the measure itself says so; False when it was read off the values.
    """

    low: float
    high: float
    told: bool


def read_rating(cell: str) -> Rating | None:
    """Return the rating that *cell* gives; None when it is not one."""
    bare = cell.strip()
    if len(bare) > 60:
        return None
    if stars := _STARS.fullmatch(bare):
        full = sum(bare.count(sign) for sign in "★⭐🌟")
        empty = sum(bare.count(sign) for sign in "☆✩✰")
        return Rating(float(full), float(full + empty) if stars.group(2) else None)
    found = _RATING.fullmatch(bare)
    if found is None:
        return None
    value = float(found.group(1).replace(",", "."))
    high = 100.0 if found.group(2) else float(found.group(3).replace(",", ".")) if found.group(3) else None
    if high is not None and (high <= 0 or value > high):
        return None
    return Rating(value, high)


def scale_of(kind: MeasureKind, values: Iterable[float], header: str = "") -> Scale:
    """Return the scale that *values* of one column stand on.

    Args:
        kind: what was asked; `nps` is always 0–10.
        values: every number in the column.
        header: may say the scale itself (`CSAT (1-5)`).
    """
    if kind == "nps":
        return Scale(0, 10, told=True)
    worst_first = not (kind == "ces" and _HOW_MUCH_EFFORT.search(header))
    if (told := _SCALE.search(header)) and int(told.group(1)) < int(told.group(2)):
        low, high = float(told.group(1)), float(told.group(2))
        return Scale(low, high, told=True) if worst_first else Scale(high, low, told=True)
    seen = list(values)
    greatest = max(seen, default=1.0)
    usual = (5.0, 10.0, 100.0) if kind != "ces" else (7.0, 10.0, 100.0)
    high = next((top for top in usual if greatest <= top), greatest)
    low = 0.0 if high >= 100 or min(seen, default=1.0) < 1 else 1.0
    if not worst_first:
        low, high = high, low
    return Scale(low, high, told=kind == "stars" and high == 5)


def measure_of(kind: MeasureKind, rating: Rating, scale: Scale) -> Measure | None:
    """Return *rating* as a measure; None when it lies outside its scale."""
    low, high = scale.low, scale.high
    if rating.high is not None and rating.high != max(low, high):
        low, high = (0.0 if rating.value < 1 or rating.high > 10 else min(1.0, rating.high - 1)), rating.high
    if not min(low, high) <= rating.value <= max(low, high):
        return None
    return Measure(kind, rating.value, low, high)


def rating_line(line: str) -> tuple[Measure, int, int] | None:
    """Return what *line* rates and where its value stands in it; None if it is no rating on a known scale."""
    match = _RATING_LINE.fullmatch(line[:200]) if len(line) <= 200 else None
    rating = read_rating(match["value"]) if match else None
    if match is None or rating is None:
        return None
    name = match["name"].casefold()
    kind: MeasureKind = next((kind for word, kind in _LINE_KINDS.items() if name.startswith(word)), "stars")
    if rating.high is None and kind != "nps" and not _STARS.fullmatch(match["value"].strip()):
        return None
    low_high = scale_of(kind, [rating.value])
    measure = measure_of(kind, rating, low_high)
    return (measure, match.start("value"), match.end("value")) if measure else None
