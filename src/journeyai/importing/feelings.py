"""Feelings as teams write them: faces, stars, pluses and minuses, −2 … +2, 1 … 5, words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.importing.names import emotion_named, faces
from journeyai.model.vocabulary import Emotion

_OUT_OF: Final = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*/\s*(5|10)(?![\d.,])")
_NUMBER: Final = re.compile(r"^\s*\(?\s*([+\-−–]?)\s*(\d+(?:[.,]\d+)?)\s*\)?(?=\s|$|[:,;–—-])")
_SIGNS: Final = re.compile(r"^\s*(\++|[-−–]+)\s*$")
_STARS: Final = re.compile(r"([★⭐]+)([☆]*)")
_SMILE: Final = re.compile(r"[:;]-?[)D]|[:;]-?[(/|]")
#: Feelings that are plainly good or bad.
_GOOD: Final[frozenset[Emotion]] = frozenset({"relief", "trust", "satisfaction", "joy"})
_BAD: Final[frozenset[Emotion]] = frozenset(
    {"anger", "frustration", "anxiety", "confusion", "disappointment", "sadness"}
)
_HIGHEST: Final = 2.0
#: The highest number of any scale.
_MOST: Final = 10.0


@dataclass(frozen=True, slots=True)
class Feeling:
    """What a cell says of a feeling.

    Attributes:
        valence: −2 … 2; None if it says none.
        emotion: the one it names; None if it names none.
        words: what is left of the cell: what is felt about; empty if there is nothing.
    """

    valence: float | None
    emotion: Emotion | None
    words: str


def read_feelings(cells: Sequence[str]) -> tuple[list[Feeling], bool]:
    """Return the feeling in each of *cells*, which one person wrote on one scale, and whether the scale was guessed.

    Numbers are −2 … +2 if one of them has a sign or is 0, and 1 … 5 if one of them is above 2; of 1 and 2 alone nobody
    can tell, and 1 … 5 is taken.  A number of 6 … 10 makes all of them 0 … 10.
    """
    bare = [found for cell in cells if (found := _number(cell)) and not _OUT_OF.match(cell)]
    values = [_value(found[2]) for found in bare]
    signed = any(found[1] for found in bare) or 0.0 in values
    highest = max(values, default=0.0)
    scale = "signed" if signed and highest <= _HIGHEST else ("ten" if highest > 5 else "five")
    guessed = bool(values) and not signed and highest <= _HIGHEST
    return [_feeling(cell, scale) for cell in cells], guessed


def _feeling(cell: str, scale: str) -> Feeling:
    text, found = _marks(cell)
    if out := _OUT_OF.search(text):
        value = _value(out[1])
        found.append(_of_five(value) if out[2] == "5" else _of_ten(value))
        text = text[: out.start()] + text[out.end() :]
    elif number := _number(text):
        value = _value(number[2]) * (-1 if number[1] in {"-", "−", "–"} else 1)
        scales = {"signed": lambda given: given, "five": _of_five, "ten": _of_ten}
        found.append(scales[scale](value))
        text = text[number.end() :]
    elif signs := _SIGNS.match(text):
        strength = min(2, len(signs[1]))
        found.append(float(strength if "+" in signs[1] else -strength))
        text = ""
    words = re.sub(r"^[\s:;,.()–—-]+|[\s:;,(–—-]+$", "", text)
    emotion = emotion_named(words) if words else None
    if emotion is not None:
        words = ""
        if not found and emotion in _GOOD | _BAD:
            found.append(1.0 if emotion in _GOOD else -1.0)
    valence = max(-2.0, min(2.0, sum(found) / len(found))) if found else None
    return Feeling(None if valence is None else round(valence, 2), emotion, words)


def _marks(cell: str) -> tuple[str, list[float]]:
    """Return *cell* without faces and stars, and what they say."""
    known = faces()
    found = [float(known[char]) for char in cell if char in known]
    text = "".join(char for char in cell if char not in known and char not in "\ufe0f\u200d")
    if stars := _STARS.search(text):
        full, empty = len(stars[1]), len(stars[2])
        if full + empty <= 5:
            found.append(_of_five(full))
        text = text[: stars.start()] + text[stars.end() :]
    eyes_and_mouths = _SMILE.findall(text)
    found += [1.0 if mouth[-1] in ")D" else (0.0 if mouth[-1] == "|" else -1.0) for mouth in eyes_and_mouths]
    return _SMILE.sub("", text), found


def _number(cell: str) -> "re.Match[str] | None":
    """Return the number that *cell* begins with, if it can be a feeling: a year cannot."""
    found = _NUMBER.match(cell)
    return found if found and _value(found[2]) <= _MOST else None


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _of_five(value: float) -> float:
    return max(-2.0, min(2.0, value - 3))


def _of_ten(value: float) -> float:
    return max(-2.0, min(2.0, (value - 5) * 0.4))
