"""Task `privacy`: is personal data found before anything leaves, and is anything else taken for it?

The texts are in `evals/privacy/HALF.LANGUAGE.txt`, written by hand; their README tells how.  A piece counts as hidden
when at least half of its characters are, of whatever kind they were taken to be.

    recall        of the pieces that must be hidden, those that are                       0 … 1
    exact         those of which every character is hidden, and none beside them          0 … 1
    recall.KIND   the same as recall, of one kind                                         0 … 1
    unannounced   recall of names that nothing in the text gives away; not in `recall`    0 … 1
    precision     of what is hidden, what lies (at least half) in a labelled piece        0 … 1
    false         pieces hidden for nothing, for each 1,000 words                         0 is best
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from journeyai.errors import SourceError
from journeyai.evaluation.agreement import ratio
from journeyai.evaluation.bootstrap import Floats, estimate
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row, Task, Workplace
from journeyai.privacy import KINDS, Found, find

HALVES: Final = ("dev", "held_back")
LANGUAGES: Final = ("en", "es")

#: A name that nothing in its text gives away.
_UNANNOUNCED: Final = "bare"
_LABELS: Final = frozenset({*KINDS, _UNANNOUNCED})
_MARKED: Final = re.compile(r"\{(\w+) ([^{}]+)\}")
_NAMES: Final = re.compile(r"\[names: ([^\]]*)\] ")
_PER_WORDS: Final = 1000
#: Failures told in the notes of a row.
_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A labelled piece: half-open characters of its text, and its kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text.

    Attributes:
        line: where it stands in its file.
        text: the words, without labels.
        names: of the speakers, as a loader would give them.
        pieces: all personal data in it; none if it is a text in which nothing must be hidden.
    """

    line: int
    text: str
    names: tuple[str, ...]
    pieces: tuple[Piece, ...]


def load_texts(path: Path) -> tuple[Text, ...]:
    """Read a file of labelled texts.

    Raises:
        SourceError: it cannot be read, or a label in it is of no known kind or is not closed.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"The labelled texts `{path}` cannot be read: {error}.") from None
    return tuple(
        _read(line, number, path)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    )


def _read(line: str, number: int, path: Path) -> Text:
    told = _NAMES.match(line)
    marked = line[told.end() if told else 0 :].replace("\\n", "\n")
    text, pieces, place = "", [], 0
    for match in _MARKED.finditer(marked):
        text += marked[place : match.start()]
        pieces.append(Piece(len(text), len(text) + len(match[2]), match[1]))
        text += match[2]
        place = match.end()
    text += marked[place:]
    if "{" in text or "}" in text or not {piece.kind for piece in pieces} <= _LABELS:
        raise SourceError(
            f"`{path}`, line {number}: a label is not closed, or is of no known kind.",
            "evals/privacy/README.md says their form.",
        )
    return Text(number, text, tuple(told[1].split("; ")) if told else (), tuple(pieces))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one text.

    Attributes:
        text: the text.
        hidden: of each labelled piece, whether at least half of it was found.
        exact: of each, whether it was found to the character.
        found: all that was found.
        false: what was found and lies in no labelled piece.
    """

    text: Text
    hidden: tuple[bool, ...]
    exact: tuple[bool, ...]
    found: tuple[Found, ...]
    false: tuple[Found, ...]


def judge(text: Text) -> Verdict:
    """Search *text* and compare with its labels."""
    found = find(text.text, text.names)
    return Verdict(
        text,
        tuple(
            2 * sum(_shared(piece, one) for one in found) >= piece.end - piece.start for piece in text.pieces
        ),
        tuple(
            any((one.start, one.end) == (piece.start, piece.end) for one in found) for piece in text.pieces
        ),
        found,
        tuple(
            one
            for one in found
            if 2 * sum(_shared(piece, one) for piece in text.pieces) < one.end - one.start
        ),
    )


def _shared(one: Piece | Found, other: Piece | Found) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def figures(verdicts: Sequence[Verdict], seed: int) -> tuple[Figure, ...]:
    """Return the figures of some texts, with intervals by resampling the texts."""
    announced = [[piece.kind != _UNANNOUNCED for piece in one.text.pieces] for one in verdicts]
    counts: dict[str, tuple[list[int], list[int]]] = {
        "recall": (
            [_both(one.hidden, mask) for one, mask in zip(verdicts, announced, strict=True)],
            [sum(mask) for mask in announced],
        ),
        "exact": (
            [_both(one.exact, mask) for one, mask in zip(verdicts, announced, strict=True)],
            [sum(mask) for mask in announced],
        ),
        "precision": (
            [len(one.found) - len(one.false) for one in verdicts],
            [len(one.found) for one in verdicts],
        ),
        "false": (
            [_PER_WORDS * len(one.false) for one in verdicts],
            [len(one.text.text.split()) for one in verdicts],
        ),
    }
    for kind in (*KINDS, _UNANNOUNCED):
        masks = [[piece.kind == kind for piece in one.text.pieces] for one in verdicts]
        if any(map(any, masks)):
            name = "unannounced" if kind == _UNANNOUNCED else f"recall.{kind}"
            hidden = [_both(one.hidden, mask) for one, mask in zip(verdicts, masks, strict=True)]
            counts[name] = (hidden, [sum(mask) for mask in masks])
    told = estimate(
        lambda weights: _shares(counts, weights), len(verdicts), seed=seed, ranges={"false": (0, 1000)}
    )
    return tuple(
        Figure(name, told[name].value, sum(whole), told[name].low, told[name].high)
        for name, (_, whole) in counts.items()
    )


def _both(ones: Sequence[bool], others: Sequence[bool]) -> int:
    return sum(one and other for one, other in zip(ones, others, strict=True))


def _shares(counts: Mapping[str, tuple[list[int], list[int]]], weights: Floats) -> dict[str, Floats]:
    return {
        name: ratio(weights @ np.array(part, np.float64), weights @ np.array(whole, np.float64))
        for name, (part, whole) in counts.items()
    }


def findings(verdicts: Sequence[Verdict]) -> list[str]:
    """Return what was missed and what was hidden for nothing, a sentence each."""
    told = []
    for one in verdicts:
        told += [
            f"Line {one.text.line}: {piece.kind} “{_at(one.text, piece)}” was missed."
            for piece, hidden in zip(one.text.pieces, one.hidden, strict=True)
            if not hidden and piece.kind != _UNANNOUNCED
        ]
        told += [f"Line {one.text.line}: “{_at(one.text, it)}” was taken for {it.kind}." for it in one.false]
    return told


def _at(text: Text, piece: Piece | Found) -> str:
    return " ".join(text.text[piece.start : piece.end].split())


def run(workplace: Workplace) -> Iterator[Row]:
    """Yield a row for each language of each half, and one for the whole half.

    Failures on the held-back half are counted and not listed: whoever saw them would tune to them.
    """
    folder = workplace.data.parent / "privacy"
    for half in HALVES:
        everything: list[Verdict] = []
        for language in LANGUAGES:
            workplace.say(f"Personal data, {half}, {language}")
            verdicts = [judge(text) for text in load_texts(folder / f"{half}.{language}.txt")]
            everything += verdicts
            notes = tuple(findings(verdicts)[:_EXAMPLES]) if half == "dev" else ()
            yield Row(f"{half}-{language}", figures(verdicts, workplace.seed), notes)
        yield Row(f"{half}-all", figures(everything, workplace.seed))


TASK: Final = Task(
    name="privacy",
    title="Personal data",
    about=(
        "Short invented texts with every piece of personal data labelled, and hard ones with none. `recall`: the "
        "share of pieces of which at least half is hidden; `exact`: hidden to the character; `unannounced`: of names "
        "that nothing in the text gives away, which are not looked for unless a surname stands beside, and which "
        "`recall` leaves out; `precision`: of what is hidden, the share that had to be; `false`: pieces hidden for "
        "nothing in 1,000 words. Detectors were tuned on `dev` alone; both halves have one author. The engine plays "
        "no part."
    ),
    run=run,
)
