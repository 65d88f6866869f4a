"""The emotion curve: a line over the stages from −2 to +2, with names, means and people under it."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from journeyai.export.plot import ROWS, STEP, row_of, trace
from journeyai.export.reading import Point, Reading
from journeyai.rendering.console import safe
from journeyai.rendering.layout import (
    GLUE,
    Lines,
    beside,
    blocks,
    column_widths,
    joined,
    longest_word,
    wrap,
)

#: From half a step on, a feeling is coloured; nearer to the middle it is neither good nor bad.
_CLEAR: Final = 0.5

#: The narrowest column: a mean with its sign, and space.
_LEAST: Final = 6

_ZERO_ROW: Final = ROWS // 2


def tone(valence: float | None) -> str:
    """Return the style of a feeling: green when clearly good, red when clearly bad."""
    if valence is None or -_CLEAR < round(valence, 1) < _CLEAR:
        return ""
    return "green" if valence > 0 else "red"


def curve_lines(reading: Reading, width: int) -> Lines:
    """Draw the curve of *reading*, in as many runs of stages as *width* needs."""
    words = reading.words
    points = reading.curve()
    labels = {
        0: f"{words.phrase('good')} +2",
        STEP: "+1",
        _ZERO_ROW: "0",
        3 * STEP: "−1",
        4 * STEP: f"{words.phrase('bad')} −2",
    }
    axis = 1 + max(len(text) for text in (*labels.values(), words.phrase("mean"), words.phrase("people")))
    names = [safe(point.stage.name).plain for point in points]
    room = width - axis
    lines: Lines = []
    unnamed: list[int] = []
    for run in blocks(range(len(points)), room // _LEAST):
        widths = column_widths([names[index] for index in run], room, _LEAST)
        lines += [*_run(reading, points, run, fitted=widths, labels=labels, axis=axis, room=room), Text()]
        unnamed += [] if widths else run
    if unnamed:
        lines += [*stage_legend(reading, unnamed, width), Text()]
    keys = []
    if any(point.stage.moment_of_truth for point in points):
        keys.append(words.phrase("star"))
    if lines:
        keys += dict.fromkeys(f"– {reading.gap(point)}" for point in points if point.valence is None)
    return [*lines, *(wrap(Text(" · ".join(keys), style="dim"), width) if keys else [])]


def stage_legend(reading: Reading, indices: Sequence[int], width: int) -> Lines:
    """Return `1 Discovery · 2 Consideration …` for columns that have room for numbers only."""
    names = [
        Text().append(f"{index + 1}", style="bold").append(GLUE).append_text(safe(reading.stages[index].name))
        for index in indices
    ]
    return wrap(joined(names), width)


def _run(
    reading: Reading,
    everything: Sequence[Point],
    run: Sequence[int],
    *,
    fitted: list[int] | None,
    labels: dict[int, str],
    axis: int,
    room: int,
) -> Lines:
    """Draw the stages of one *run*; *fitted* are the columns' widths if their names fit."""
    words = reading.words
    points = [everything[index] for index in run]
    widths = fitted or [room // len(points)] * len(points)
    plot = _plot(points, widths, [reading.gap(point) for point in points])
    lines = [
        Text(labels.get(row, "").rjust(axis - 1), style="dim")
        .append("┤" if row in labels else "│")
        .append_text(line)
        for row, line in enumerate(plot)
    ]
    heads = [
        safe(point.stage.name, "bold") if fitted else Text(str(index + 1), style="bold")
        for index, point in zip(run, points, strict=True)
    ]
    means = [
        Text("–", style="dim")
        if point.valence is None
        else Text(words.signed(point.valence), tone(point.valence))
        for point in points
    ]
    people = [Text(str(point.people) if point.people else "–", style="dim") for point in points]
    for label, row in (("", heads), (words.phrase("mean"), means), (words.phrase("people"), people)):
        side = [Text(label.rjust(axis - 1), style="dim")]
        columns = [_centred(cell, width) for cell, width in zip(row, widths, strict=True)]
        lines += beside([side, *columns], [axis, *widths])
    return lines


def _centred(cell: Text, width: int) -> Lines:
    """Wrap *cell* into a column, each line in the middle of it."""
    wrapped = wrap(cell, width - 1)
    return [Text(" " * ((width - line.cell_len) // 2)).append_text(line) for line in wrapped]


def _plot(points: Sequence[Point], widths: Sequence[int], gaps: Sequence[str]) -> Lines:
    """Draw the line, the marks on it and, where a point has none, why: its words in *gaps*."""
    total = sum(widths)
    starts = [sum(widths[:number]) for number in range(len(widths))]
    centres = [start + (width - 1) // 2 for start, width in zip(starts, widths, strict=True)]
    drawn = trace([point.valence for point in points], centres, total)
    rows = []
    for row, cells in enumerate(drawn):
        letters = [("┄" if row == _ZERO_ROW and cell == " " else cell) for cell in cells]
        style = "green" if row < _ZERO_ROW else "red" if row > _ZERO_ROW else ""
        styles = ["dim" if letter == "┄" else style for letter in letters]
        rows.append((letters, styles))
    for point, start, centre, width, gap in zip(points, starts, centres, widths, gaps, strict=True):
        if point.valence is None:
            _gap(rows, start, width, gap)
        else:
            letters, styles = rows[row_of(point.valence)]
            letters[centre] = "★" if point.stage.moment_of_truth else "●"
            styles[centre] = f"bold {tone(point.valence)}".strip()
    return [_styled(letters, styles) for letters, styles in rows]


def _gap(rows: list[tuple[list[str], list[str]]], start: int, width: int, why: str) -> None:
    """Write *why* a stage has no feeling where its point would be."""
    words = why.split() if longest_word(why) < width else ["–"]
    if len(why) < width:
        words = [why]
    first = _ZERO_ROW - len(words) // 2
    letters, styles = rows[_ZERO_ROW]
    letters[start : start + width] = " " * width
    for number, word in enumerate(words):
        letters, styles = rows[first + number]
        left = start + (width - len(word)) // 2
        letters[left : left + len(word)] = word
        styles[left : left + len(word)] = ["dim"] * len(word)


def _styled(letters: Sequence[str], styles: Sequence[str]) -> Text:
    """Join letters into one line, neighbours of one style together."""
    line = Text()
    start = 0
    for end in range(1, len(letters) + 1):
        if end == len(letters) or styles[end] != styles[start]:
            line.append("".join(letters[start:end]), style=styles[start])
            start = end
    line.rstrip()
    return line
