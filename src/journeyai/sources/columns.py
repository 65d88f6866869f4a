"""Which column of a table holds what, found by its header in English or Spanish and by what stands in it.

A header alone can mislead (`Nota` is a mark or a remark, `Valoración` a number or an opinion), so a few
rows are looked at before a column is called text or rating.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from journeyai.errors import SourceError
from journeyai.model.vocabulary import MeasureKind
from journeyai.settings import ColumnRole, SourceSettings
from journeyai.sources.headers import MEASURE_WORDS, VOCABULARY, is_question, plain
from journeyai.sources.ratings import read_rating

#: Rows looked at when a column is judged by its contents.
SAMPLE_ROWS = 200

#: A free-text answer has this many words on average; a choice from a list ("Very satisfied") has fewer.
FREE_TEXT_WORDS = 4.0


#: A column without a known name is read as text only if its cells have this many words on average.
FEWEST_WORDS = 2.0


@dataclass(frozen=True, slots=True)
class RatingColumn:
    """A column of ratings: where it is and what it measures."""

    index: int
    kind: MeasureKind


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row; an index, or None when the table has no such column.

    Attributes:
        headers: as the file has them, spaces around taken off; empty strings in a table without a header.
        text: columns of free text, left to right.
        labelled: whether each text is shown with its column's header.
        speaker: who says the row, in a table of conversations.
        conversation: the column whose equal values make one conversation.
        warnings: what was decided by looking at the contents; sentences.
    """

    headers: tuple[str, ...]
    text: tuple[int, ...]
    title: int | None = None
    ratings: tuple[RatingColumn, ...] = ()
    date: int | None = None
    author: int | None = None
    channel: int | None = None
    id: int | None = None
    person_id: int | None = None
    language: int | None = None
    reply: int | None = None
    speaker: int | None = None
    conversation: int | None = None
    labelled: bool = False
    warnings: tuple[str, ...] = field(default=())


class _Contents:
    """What a sample of each column looks like; each column is judged once, when asked."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows[:SAMPLE_ROWS]

    def cells(self, index: int) -> list[str]:
        return [cell for row in self._rows if index < len(row) and (cell := row[index].strip())]

    def words(self, index: int) -> float:
        """Mean number of words in the filled cells."""
        cells = self.cells(index)
        return sum(len(re.findall(r"[^\W\d_]{2,}", cell)) for cell in cells) / len(cells) if cells else 0.0

    def free(self, index: int, *, asked: bool) -> bool:
        """Whether people wrote what they liked; *asked*: to a question, where short answers count."""
        cells, words = self.cells(index), self.words(index)
        return words >= FREE_TEXT_WORDS or (asked and words >= 2.0 and len(set(cells)) > 0.6 * len(cells))

    def numeric(self, index: int) -> bool:
        """Whether the filled cells are ratings more often than not."""
        cells = self.cells(index)
        return sum(read_rating(cell) is not None for cell in cells) * 2 > len(cells)

    def wordless(self, index: int) -> bool:
        """Whether there are filled cells and hardly any has a word in it."""
        cells = self.cells(index)
        return bool(cells) and sum(bool(re.search(r"[^\W\d_]{2,}", cell)) for cell in cells) * 10 < len(cells)


def find_columns(
    headers: Sequence[str], rows: Sequence[Sequence[str]], settings: SourceSettings, source: str
) -> Columns:
    """Say which of *headers* holds what.

    Args:
        headers: the header row; empty strings for a table that has none.
        rows: data rows; only the first `SAMPLE_ROWS` are looked at.
        settings: `settings.columns` wins over everything found.
        source: the file's name, for messages.

    Raises:
        SourceError: a setting names a column that is not there, or no column can be read as text.
    """
    finder = _Finder(headers, rows, settings, source)
    ratings = _ratings(headers, finder.names, finder.contents, finder.chosen, finder.taken)
    reply, text = finder.reply_and_texts()
    title = finder.first("title", setting="title")
    speaker = finder.first("speaker")
    date = finder.first("date", setting="date")
    author = finder.first("author", setting="author")
    conversation = finder.first("conversation") if speaker is not None else None
    id_ = finder.first("id", setting="id")
    person_id = finder.first("person_id")
    language = finder.first("language")
    channel = finder.first("channel", setting="channel")
    if not text:
        text = finder.other_text(title)
        title = None if title in text else title
    return Columns(
        headers=tuple(header.strip() for header in headers),
        text=text,
        title=title,
        ratings=ratings,
        date=date,
        author=author,
        channel=channel,
        id=id_,
        person_id=person_id,
        language=language,
        reply=reply,
        speaker=speaker,
        conversation=conversation,
        labelled=len(text) > 1 or any(is_question(headers[index]) for index in text),
        warnings=tuple(finder.warnings),
    )


class _Finder:
    """Finds one table's columns; a column that is taken is not found again."""

    def __init__(
        self, headers: Sequence[str], rows: Sequence[Sequence[str]], settings: SourceSettings, source: str
    ) -> None:
        self._headers = headers
        self._source = source
        self.names = [plain(header) for header in headers]
        self.contents = _Contents(rows)
        self.chosen = _chosen(headers, self.names, settings, source)
        self.taken = {index for indices in self.chosen.values() for index in indices}
        self.warnings: list[str] = []

    def first(self, role: str, *, setting: ColumnRole | None = None) -> int | None:
        """Return the column set by the user, else the first free one with such a name."""
        if setting is not None and setting in self.chosen:
            return self.chosen[setting][0]
        for index, name in enumerate(self.names):
            if index not in self.taken and name in VOCABULARY[role]:
                self.taken.add(index)
                return index
        return None

    def reply_and_texts(self) -> tuple[int | None, tuple[int, ...]]:
        """Return the column of the company's replies and those of the customers' words."""
        reply = self.first("reply")
        if "text" in self.chosen:
            return reply, self.chosen["text"]
        text = _texts(self._headers, self.names, self.contents, self.taken)
        answers = [index for index in text if self.names[index] in VOCABULARY["answer"]]
        if reply is None and answers and len(answers) < len(text):
            reply = answers[0]
            text = tuple(index for index in text if index != reply)
            self.warnings.append(
                f"The column `{self._headers[reply]}` of `{self._source}` is read as the company's reply; "
                "if customers wrote it, name it under `text`."
            )
        self.taken.update(text, () if reply is None else (reply,))
        return reply, text

    def other_text(self, title: int | None) -> tuple[int, ...]:
        """Return what is read as text when no column named so has words: the titles, or the wordiest column.

        Raises:
            SourceError: no column has words.
        """
        if title is not None and "title" not in self.chosen and not self.contents.wordless(title):
            return (title,)
        free = [index for index in range(len(self.names)) if index not in self.taken]
        if named := tuple(index for index in free if self.names[index] in VOCABULARY["text"]):
            return named  # The first rows have hardly a word in it; later ones may.
        best = max(free, key=lambda index: (self.contents.words(index), -index), default=None)
        if best is None or self.contents.words(best) < FEWEST_WORDS:
            listed = _listed(self._headers)
            raise SourceError(
                f"`{self._source}` has no column of text"
                + (f" (its columns are {listed})." if listed else "."),
                f'Name it in `journey.toml`: [sources."{self._source}"], columns = {{ text = "…" }}.',
            )
        header = self._headers[best]
        self.warnings.append(
            f"No column of `{self._source}` is named as text; the wordiest one, `{header}`, is read."
            if any(self._headers)
            else f"`{self._source}` has no header row; column {best + 1}, the wordiest, is read as the text."
        )
        return (best,)


def _chosen(
    headers: Sequence[str], names: Sequence[str], settings: SourceSettings, source: str
) -> dict[ColumnRole, tuple[int, ...]]:
    """Return the columns that `journey.toml` names."""
    found: dict[ColumnRole, tuple[int, ...]] = {}
    for role, wanted in settings.columns.items():
        indices = []
        for name in [wanted] if isinstance(wanted, str) else wanted:
            exact = [index for index, header in enumerate(headers) if header.strip() == name.strip()]
            alike = exact or [index for index, header in enumerate(names) if header and header == plain(name)]
            if not alike and name.isdecimal() and 1 <= int(name) <= len(headers) and not any(headers):
                alike = [int(name) - 1]
            if not alike:
                listed = _listed(headers) or "none"
                raise SourceError(
                    f"`journey.toml` names the column `{name}` for {role}, which `{source}` does not have; "
                    f"its columns are: {listed}.",
                    f'Mend `columns` under [sources."{source}"].',
                )
            indices.append(alike[0])
        if indices:
            found[role] = tuple(dict.fromkeys(indices))
    return found


def _ratings(
    headers: Sequence[str],
    names: Sequence[str],
    contents: _Contents,
    chosen: dict[ColumnRole, tuple[int, ...]],
    taken: set[int],
) -> tuple[RatingColumn, ...]:
    """Return the columns of ratings: at most one of each kind, unless they are questions."""
    found: dict[int, MeasureKind] = {}
    settable: tuple[tuple[ColumnRole, MeasureKind], ...] = (
        ("rating", "stars"), ("nps", "nps"), ("csat", "csat"), ("ces", "ces"),
    )  # fmt: skip
    for setting, kind in settable:
        for index in chosen.get(setting, ()):
            found[index] = kind
    for kind, pattern in MEASURE_WORDS:
        if kind in found.values():
            continue
        for index, name in enumerate(names):
            asked = name in VOCABULARY[kind]
            worded = bool(pattern.search(name)) and (kind != "stars" or is_question(headers[index]))
            if index in taken or index in found or not (asked or worded) or not contents.numeric(index):
                continue
            found[index] = kind
            if not worded or asked:  # One column named so; several questions may each be a measure.
                break
    taken.update(found)
    return tuple(RatingColumn(index, found[index]) for index in sorted(found))


def _texts(
    headers: Sequence[str], names: Sequence[str], contents: _Contents, taken: set[int]
) -> tuple[int, ...]:
    """Return the columns named as text, and the questions answered in free words."""
    found = []
    for index, name in enumerate(names):
        if index in taken or contents.wordless(index):
            continue
        asked = is_question(headers[index])
        sentence = asked or len(name.split()) >= FREE_TEXT_WORDS
        if name in VOCABULARY["text"] or (sentence and contents.free(index, asked=asked)):
            found.append(index)
    return tuple(found)


def _listed(headers: Sequence[str]) -> str:
    named = [f"`{' '.join(header.split())[:60]}`" for header in headers if header.strip()]
    return ", ".join(named[:8]) + (f" and {len(named) - 8} more" if len(named) > 8 else "")
