"""The table that ends `index`: what was read as what, what to check, what was left out and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.export.plain import visible
from journeyai.knowledge.words import Words, words
from journeyai.model.source import SourceFile
from journeyai.model.vocabulary import ROLES, Role
from journeyai.rendering.cards import CAUTION
from journeyai.rendering.console import safe
from journeyai.rendering.layout import GLUE, Lines, as_they_are, beside, joined, longest_word, wrap

#: Places named for each reason; the rest is counted.
_PLACES: Final = 5

#: Speakers named for each role; more are counted.
_NAMES: Final = 3

#: Cells between columns.
_GAP: Final = 2

#: A language is named when one record in so many is in it.
_RARE: Final = 20

#: The narrowest column of speakers; where it does not fit, the table is a list.
_SPEAKERS: Final = 20


@dataclass(frozen=True, slots=True)
class SourcesView:
    """The table of files, laid out for the console's width."""

    files: Sequence[SourceFile]
    unreadable: Sequence[tuple[str, str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table line by line."""
        yield from as_they_are(self.lines(options.max_width))

    def lines(self, width: int) -> Lines:
        """Return the table, what was left out and why, and the count of it."""
        text = words("en")
        used = [file for file in self.files if file.documents]
        lines = _table(used, text, width) if used else []
        for file in used:
            lines += _left_out(file, width)
        unused = [
            (file.source, part.reason) for file in self.files if not file.documents for part in file.skipped
        ]
        lines += _whole_files(sorted([*unused, *self.unreadable]), width)
        if lines and not lines[0].plain:
            del lines[0]  # No table stands above.
        closing = _closing(self.files, len(self.unreadable))
        return [*lines, *([Text()] if lines else []), *wrap(Text(closing), width)]


def render_sources(files: Sequence[SourceFile], left_out: Sequence[tuple[str, str]] = ()) -> SourcesView:
    """Return the table of *files*, what to check in them, and what was left out.

    Args:
        files: as they were read; one without documents counts as left out.
        left_out: files that could not be read at all, each with its reason.
    """
    return SourcesView(tuple(files), tuple(left_out))


def _table(files: Sequence[SourceFile], text: Words, width: int) -> Lines:
    """Return a row a file, its warnings under it; a list where columns do not fit."""
    rows = [_row(file, text) for file in files]
    heads = ["File", "Kind", "Language", "Passages", "Speakers"]
    natural = [max(len(head), *(row[n].cell_len for row in rows)) for n, head in enumerate(heads)]
    least = [
        max(longest_word(text) for text in (head, *(row[n].plain for row in rows)))
        for n, head in enumerate(heads)
    ]
    # A name is broken only where the speakers would have no room beside it.
    firsts = (min(natural[0], width // 2), min(natural[0], max(20, width // 3)))
    for sizes in ([first, *rest[1:4]] for first in firsts for rest in (natural, least)):
        last = width - sum(sizes) - _GAP * len(sizes)
        if last >= _SPEAKERS:
            break
    else:
        return [line for file, row in zip(files, rows, strict=True) for line in _listed(file, row, width)]
    sizes.append(last)
    lines = beside([[Text(head, style="bold")] for head in heads], sizes, _GAP)
    lines.append(Text("─" * width, style="dim"))
    for file, row in zip(files, rows, strict=True):
        cells = [wrap(cell, size) for cell, size in zip(row, sizes, strict=True)]
        # Numbers stand under each other at the right of their column.
        cells[3] = [Text(" " * (sizes[3] - row[3].cell_len)).append_text(row[3])]
        lines += [*beside(cells, sizes, _GAP), *_warnings(file, width)]
    return lines


def _listed(file: SourceFile, row: Sequence[Text], width: int) -> Lines:
    """Return a file as a few lines."""
    name, kind, language, count, speakers = row
    name.stylize("bold")
    about = joined([kind, language, count.append(" passages")])
    return [
        *wrap(name, width),
        *wrap(about, width, "  "),
        *wrap(speakers, width, "  "),
        *_warnings(file, width),
    ]


def _row(file: SourceFile, text: Words) -> list[Text]:
    codes = _languages(file)
    utterances = sum(len(document.utterances) for document in file.documents)
    records = f" ({len(file.documents)}{GLUE}records)" if len(file.documents) > 1 else ""
    return [
        safe(file.source),
        Text(file.kind + records),
        safe(", ".join(text.name_of_language(code) for code in codes)),
        Text(str(utterances)),
        _speakers(file, text),
    ]


def _languages(file: SourceFile) -> list[str]:
    """Return the languages of at least a twentieth of the records: of thousands some are always misread."""
    counts = Counter(document.language for document in file.documents)
    codes = sorted(counts, key=lambda code: (-counts[code], code))
    return [code for code in codes if counts[code] * _RARE >= len(file.documents)] or codes[:1]


def _speakers(file: SourceFile, text: Words) -> Text:
    """Return the speakers by role: by name while they are few, else how many.

    One who is called by the part alone ("agent") has no name to tell.
    """
    by_role: dict[Role, dict[str, None]] = {}
    for document in file.documents:
        for turn in document.turns:
            by_role.setdefault(turn.role, {})[visible(turn.speaker or "")] = None
    parts = []
    for role in ROLES:
        names = [name for name in by_role.get(role, {}) if name and name.casefold() != role]
        if not names and role not in by_role:
            continue
        if len(names) > _NAMES:
            parts.append(f"{len(names)} {text.role(role, len(names))}")
        else:
            parts.append(f"{text.role(role, len(names) or 1)}{': ' if names else ''}{', '.join(names)}")
    return Text("; ".join(parts))


def _warnings(file: SourceFile, width: int) -> Lines:
    """Return what a person should check in *file*."""
    return [
        line
        for warning in file.warnings
        for line in wrap(Text(f"!{GLUE}", style=CAUTION).append_text(safe(warning)), width, "  ", "    ")
    ]


def _left_out(file: SourceFile, width: int) -> Lines:
    """Return the parts of *file* that were left out, by reason, the first few places of each."""
    if not file.skipped:
        return []
    lines: Lines = [Text(), *wrap(Text("Left out of ").append_text(safe(file.source, "bold")), width)]
    reasons = list(dict.fromkeys(part.reason for part in file.skipped))
    ordered = sorted(file.skipped, key=lambda part: reasons.index(part.reason))
    for reason, parts in groupby(ordered, key=lambda part: part.reason):
        places = [visible(part.where) for part in parts if part.where]
        line = safe(reason)
        if places:
            more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
            line.append(f": {', '.join(places[:_PLACES])}{more}", style="dim")
        lines += wrap(line, width, "  ", "    ")
    return lines


def _whole_files(left_out: Sequence[tuple[str, str]], width: int) -> Lines:
    """Return the files that were left out, a line each."""
    if not left_out:
        return []
    lines: Lines = [Text(), Text("Left out as a whole", style="bold")]
    for source, reason in left_out:
        line = (
            safe(reason) if f"`{source}`" in reason else safe(source).append(": ").append_text(safe(reason))
        )
        lines += wrap(line, width, "  ", "    ")
    return lines


def _closing(files: Sequence[SourceFile], unreadable: int) -> str:
    """Return how much was read and how much was left out."""
    read = [file for file in files if file.documents]
    passages = sum(len(document.utterances) for file in read for document in file.documents)
    out = unreadable + len(files) - len(read)
    parts = sum(len(file.skipped) for file in read)
    left = [_counted(out, "file", "files")] if out else []
    left += [_counted(parts, "part of a file", "parts of files")] if parts else []
    said = f"{_counted(len(read), 'file', 'files')} read, {_counted(passages, 'passage', 'passages')}"
    return f"{said}; {' and '.join(left) or 'nothing was'} left out."


def _counted(n: int, one: str, other: str) -> str:
    return f"{n} {one if n == 1 else other}"
