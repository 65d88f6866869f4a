"""Reads the public sets that stand in the folder `--data` names; nothing of them is part of the project.

mams/test.xml                   restaurant sentences with aspects of different polarity (Jiang et al. 2019)
app-reviews/Ground_truth.xlsx   sentences of app reviews, features marked with their sign (Dąbrowski et al. 2020)
goemotions/test.tsv             short texts with Ekman's emotions (Demszky et al. 2020)
star/star_sample.jsonl          task dialogues, smooth or with an annoyed user (Mosig et al. 2020)
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from journeyai.errors import SourceError

#: As MAMS calls the signs.
_POLARITIES: Final = {"negative": -1, "neutral": 0, "positive": 1}


@dataclass(frozen=True, slots=True)
class Aspect:
    """What a sentence speaks of, and how.

    Attributes:
        sign: −1, 0 or 1.
        words: those that name it; empty if the set gives only a category.
        span: where they stand in the sentence, half-open; None if the set does not tell.
    """

    sign: int
    words: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its aspects."""

    text: str
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True, slots=True)
class Felt:
    """A short text and the one emotion that people gave it."""

    text: str
    emotion: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A customer and an agent.

    Attributes:
        id: its number in the set.
        annoyed: whether the customer was asked to be annoyed.
        turns: (speaks the customer?, words).
    """

    id: int
    annoyed: bool
    turns: tuple[tuple[bool, str], ...]


def read_mams(path: Path) -> list[Sentence]:
    """Read MAMS, with terms (and their places) or with categories, whichever the file holds.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        return [
            Sentence(
                text=str(item.findtext("text")),
                aspects=tuple(
                    _aspect(aspect.attrib) for aspect in item.iter() if "polarity" in aspect.attrib
                ),
            )
            for item in root.iter("sentence")
        ]
    except (OSError, ElementTree.ParseError, LookupError, ValueError) as error:
        raise _unreadable(path, error) from None


def _aspect(told: dict[str, str]) -> Aspect:
    place = (int(told["from"]), int(told["to"])) if "from" in told else None
    return Aspect(_POLARITIES[told["polarity"]], told.get("term", ""), place)


def read_app_reviews(path: Path) -> list[Sentence]:
    """Read the app reviews' sentences, features and their signs.

    Raises:
        SourceError: it cannot be read.
    """
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True)
        head, *rows = book.worksheets[0].iter_rows(values_only=True)
        at = {str(name): column for column, name in enumerate(head)}
        columns = {1: at["Feature (Positive)"], 0: at["Feature (Neutral)"], -1: at["Feature (Negative)"]}
        return [
            Sentence(
                text=str(row[at["Sentence content"]]),
                aspects=tuple(
                    Aspect(sign, words.strip())
                    for sign, column in columns.items()
                    for words in str(row[column] or "").split(";")
                    if words.strip()
                ),
            )
            for row in rows
            if row[at["Sentence content"]]
        ]
    except (OSError, BadZipFile, InvalidFileException, LookupError, ValueError) as error:
        raise _unreadable(path, error) from None


def read_goemotions(path: Path, labels: Path) -> list[Felt]:
    """Read GoEmotions; texts with more than one emotion are left out.

    Args:
        path: text, numbers of its emotions and id, parted by tabs.
        labels: the emotions' names in the order of their numbers.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        names = labels.read_text(encoding="utf-8").split()
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        return [Felt(text.strip(), names[int(given)]) for text, given, _ in rows if "," not in given]
    except (OSError, LookupError, ValueError) as error:
        raise _unreadable(path, error) from None


def read_star(path: Path) -> list[Dialogue]:
    """Read STAR's dialogues of one task that were brought to an end.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        rows: list[dict[str, Any]] = [
            json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()
        ]
        return [
            Dialogue(
                id=int(row["id"]),
                annoyed=bool(row["user_annoyed"]),
                turns=tuple(
                    (event["agent"] == "User", " ".join(event["text"].split())) for event in row["events"]
                ),
            )
            for row in rows
            if row["completion"] == "Complete" and not row["multitask"] and row["user_annoyed"] is not None
        ]
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> SourceError:
    return SourceError(f"The public set `{path}` cannot be read: {error}.", "Get it anew, or take it out.")
