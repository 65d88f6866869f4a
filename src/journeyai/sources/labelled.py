"""Transcripts in which every turn begins with a name, a time, or both.

A name with a colon counts as a speaker only with the rest of the file in view: it comes back, its words say
what it is ("Moderator", "P3"), or nearly every line has one.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from journeyai.sources.diaries import date_lines
from journeyai.sources.labels import NOT_SPEAKERS, Label, Line, read_label
from journeyai.sources.roles import role_by_words

_HEADING = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]+\S.*|(?:[-*_=][ \t]*){3,}|\[?(?:end|fin)(?: of .*| de .*)?\]?\.?)", re.I
)
_SET_OFF = re.compile(r"\S(?: {2,}|[ ]?\t[ ]?)[\d:.]+(?:\s?[APap]\.?[Mm]\.?)?\s*\Z")
#: They tell a part, but standing alone they are rather a remark's or a form's.
_NEED_COMPANY = frozenset({"question", "answer", "pregunta", "respuesta"})
_OTTER_HEAD = re.compile(r"SUMMARY KEYWORDS|SPEAKERS|KEYWORDS")
_OTTER_FOOT = re.compile(r"(?:Transcribed by|Transcrito por) https?://\S+")


@dataclass(frozen=True, slots=True)
class Said:
    """One turn as it stands in the text.

    Attributes:
        name: the speaker as written; empty if nobody is named.
        when: the time as written; empty if there is none.
        start: first character of the words.
        end: one past the last.
        notice: a line of the chat program ("Priya joined"), said by nobody.
    """

    name: str
    when: str
    start: int
    end: int
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found in a text.

    Attributes:
        said: the turns, in order.
        named: share of the lines with words that begin with a speaker.
        timed: share that begin with a time alone.
        before: words that stand before the first turn and belong to nobody.
        recording: whether times are places in a recording.
    """

    said: tuple[Said, ...]
    named: float
    timed: float
    before: int
    recording: bool


def read_labelled(lines: Sequence[Line], names: Collection[str] = ()) -> Layout:
    """Return the turns of a transcript; none if no line begins with a speaker or a time.

    Args:
        lines: the whole text.
        names: speakers that the user names in the settings, in small letters.
    """
    labels = {label.line.number: label for label in accepted_labels(lines, names)}
    full = sum(1 for line in lines if line.text.strip()) or 1
    times = sum(1 for label in labels.values() if label.style == "time")
    named = len(labels) - times
    said, before = _turns(lines, labels, date_lines(lines), notices=_has_notices(labels))
    by_clock = any(label.when[-1:] in {"M", "m", "."} for label in labels.values())
    headers = any(label.style == "header" for label in labels.values())
    recording = (headers or (times > 0 and named == 0)) and not by_clock
    return Layout(tuple(said), named / full, times / full, before, recording)


def accepted_labels(lines: Sequence[Line], names: Collection[str] = ()) -> list[Label]:
    """Return the labels in *lines* that are speakers or times, a name always in its first spelling."""
    candidates = [label for line in lines if (label := read_label(line))]
    judge = _Judge(candidates, lines, names)
    spelling: dict[str, str] = {}
    return [
        replace(label, name=spelling.setdefault(label.name.casefold(), label.name))
        for label in candidates
        if judge.is_speaker(label)
    ]


class _Judge:
    """Decides which candidates are speakers, with the whole file in view."""

    def __init__(self, candidates: Sequence[Label], lines: Sequence[Line], names: Collection[str]) -> None:
        self._names = names
        self._counts = Counter(label.name.casefold() for label in candidates if label.name)
        self._blank = {line.number for line in lines if not line.text.strip()}
        full = len(lines) - len(self._blank) or 1
        self._dense = sum(1 for label in candidates if label.style != "bare") / full >= 0.5
        repeated = (label.line.number for label in candidates if label.name and self._count(label) > 1)
        self._first_repeated = next(repeated, 0)

    def _count(self, label: Label) -> int:
        return self._counts[label.name.casefold()]

    def is_speaker(self, label: Label) -> bool:
        if label.style == "time" or label.name.casefold() in self._names:
            return True
        if label.style == "timed":
            if label.name.casefold() in NOT_SPEAKERS and self._count(label) == 1:
                return False
            # The time vouches for the name, so a nickname may stand in small letters.
            return _named(label.name) or len(label.name.split()) == 1
        if label.style == "colon":
            return self._before_colon(label)
        return label.line.number + 1 not in self._blank and self._above_words(label)

    def _before_colon(self, label: Label) -> bool:
        if self._count(label) > 1:
            return _named(label.name) or _is_nickname(label.name, sure=self._dense)
        role = role_by_words(label.name)
        if label.line.number < self._first_repeated:
            # The head of a form: "Participant: P4, 34", "Agent: Priya".
            return role == "system"
        if label.name.casefold() in _NEED_COMPANY:
            return False
        return role is not None or (self._dense and _named(label.name) and len(label.name.split()) <= 3)

    def _above_words(self, label: Label) -> bool:
        role = role_by_words(label.name)
        if self._count(label) > 1:
            return role is not None or label.style == "header" or len(label.name.split()) <= 2
        # Once only: then it must be set off as a transcript's are, by more than one blank.
        return label.style == "header" and (role is not None or _SET_OFF.search(label.line.text) is not None)


def _named(name: str) -> bool:
    """Return whether *name* is written as a name or tells a part; a phrase in small letters is neither."""
    return name[:1].isupper() or name[:1].isdigit() or role_by_words(name) is not None


def _is_nickname(name: str, *, sure: bool) -> bool:
    """Return whether *name* is one word as people call themselves on a site: `sea_otter`, `marta77`."""
    return len(name.split()) == 1 and (sure or re.search(r"[\d_]", name) is not None)


def _has_notices(labels: dict[int, Label]) -> bool:
    """Return whether a line with a time and no name is the chat program's: the named ones have times too."""
    styles = Counter(label.style for label in labels.values())
    return styles["timed"] >= max(styles["colon"], 1) and styles["timed"] * 2 >= styles["time"]


def _turns(
    lines: Sequence[Line], labels: dict[int, Label], dated: Collection[int], *, notices: bool
) -> tuple[list[Said], int]:
    """Return the turns, and how many words stand before the first."""
    said: list[Said] = []
    before = 0
    named = any(label.style != "time" for label in labels.values())
    name, when, start, end, notice = "", "", -1, -1, False

    def close() -> None:
        if start >= 0 and start < end:
            said.append(Said(name, when, start, end, notice))

    for line in lines:
        label = labels.get(line.number)
        if label is not None:
            close()
            nameless = label.style == "time"
            name = label.name if not nameless else ("" if notices else name)
            # Before anybody has spoken, a line without a name is not a speaker's going on.
            notice = nameless and (notices or (named and not name))
            when, start, end = label.when, label.words, line.end
        elif (
            line.number in dated or _HEADING.fullmatch(line.text) or _OTTER_FOOT.fullmatch(line.text.strip())
        ):
            close()
            start, end = (line.end, line.end) if labels and start >= 0 else (-1, -1)
        elif start >= 0 and not notice:
            if line.text.strip():
                end = line.end
        elif line.text.strip() and not _OTTER_HEAD.fullmatch(line.text.strip()):
            before += len(line.text.split())
    close()
    return said, before
