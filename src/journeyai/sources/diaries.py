"""Diaries: one person's own text, a date above each entry, a head that says who keeps it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.sources.labels import Line
from journeyai.sources.notes import Fragment, person_before, read_paragraphs

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre"
    r"|diciembre|ene|abr|ago|set|dic)\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|lun|mi[eé]|jue|vie|s[aá]b|dom)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.?[ºo])?"
_DATE = (
    rf"(?:{_DAY}(?:\s+(?:de|of))?\s+{_MONTH}|{_MONTH}\s+{_DAY}|\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?|\d{{4}}-\d{{2}}-\d{{2}})"
    r"(?:,?\s+(?:de(?:l)?\s+)?\d{4})?"
)
_COUNTED = r"(?:day|d[ií]a|week|semana|entry|entrada)\s+(?:\d{1,3}|one|two|three|four|five|uno|dos|tres|cuatro|cinco)"
_PART_OF_DAY = (
    r"(?:(?:in\s+the\s+|por\s+la\s+|a\s+la\s+)?(?:morning|afternoon|evening|night|noon|later|mañana|tarde|noche"
    r"|mediod[ií]a|madrugada)|(?:at\s+|a\s+las\s+)?\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?)?)"
)
#: `Friday 14`, where no month follows.
_NUMBERED_WEEKDAY = rf"{_WEEKDAY}(?:,?\s+{_DAY}(?!\S|\s+(?:de|of)\s|\s+{_MONTH}))?"
_WHEN = (
    rf"(?:{_COUNTED}|{_NUMBERED_WEEKDAY}|{_DATE})"
    rf"(?:[,.]?\s+[(]?(?:{_WEEKDAY}|{_DATE}|{_COUNTED}|{_PART_OF_DAY})[)]?){{0,3}}"
)
_DATE_LINE = re.compile(rf"[\s#*_]*{_WHEN}[\s*_:.,]*", re.IGNORECASE)
_DATE_LEAD = re.compile(rf"[\s*_]*{_WHEN}[*_]*(?:\s*:|\s+[–—-]|\.)[*_]*\s+(?=\S)", re.IGNORECASE)
_DIARY = re.compile(r"\b(?:diary|diaries|diario|diarios|journal|bit[aá]cora|logbook)\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"\n]*\"")
_FIRST_PERSON = re.compile(
    r"\b(?:I|I['’]?(?:m|ve|d|ll)|my|me|mine|myself|we|our|we['’](?:re|ve|d|ll)|yo|mi|mis|m[ií]|nos|nosotr[oa]s"
    r"|nuestr[oa]s?|conmigo|he\s+\w+(?:ado|ido|cho|sto|rto)|hemos)\b",
    re.IGNORECASE,
)
#: Share of a diarist's words that are of the first person; in a researcher's notes it is below.
_FIRST_SHARE: Final = 0.02
#: So many dates above entries make a diary, whatever it calls itself.
_DATES: Final = 3
#: Lines within which the head of a diary ends.
_HEAD_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class Diary:
    """A diary's entries.

    Attributes:
        name: the diarist, if the head says who.
        entries: in order.
    """

    name: str | None
    entries: tuple[Fragment, ...]


def date_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines that hold a date and nothing else; none if there is only one such line."""
    found = frozenset(line.number for line in lines if _is_date(line))
    return found if len(found) > 1 else frozenset()


def read_diary(text: str, lines: Sequence[Line], source: str) -> Diary | None:
    """Return the entries of a diary without speakers' labels; None if the text is none."""
    dated = date_lines(lines)
    leads = {
        line.number: match
        for line in lines
        if (match := _DATE_LEAD.match(line.text[:80])) and not _is_date(line)
    }
    begun = min([*dated, *leads], default=0)
    called = _DIARY.search(re.sub(r"[\W_]+", " ", source)) or any(
        _DIARY.search(line.text) for line in lines[:4]
    )
    if not (called or len(dated) + len(leads) >= _DATES) or not begun or begun > _HEAD_LINES:
        return None
    body = lines[begun - 1 :]
    if not _in_first_person("\n".join(line.text for line in body)):
        return None
    entries: list[Fragment] = []
    open_lines: list[Line] = []
    for line in body:
        if line.number in dated or line.number in leads:
            entries += read_paragraphs(open_lines)
            open_lines = []
        if line.number in leads:
            cut = leads[line.number].end()
            open_lines.append(Line(line.number, line.start + cut, line.end, line.text[cut:]))
        elif line.number not in dated:
            open_lines.append(line)
    entries += read_paragraphs(open_lines)
    return Diary(person_before(text, body[0].start), tuple(entries)) if entries else None


def calls_itself_diary(lines: Sequence[Line], source: str) -> bool:
    """Return whether the file's name or its first lines say that it is a diary."""
    return _DIARY.search(re.sub(r"[\W_]+", " ", source)) is not None or any(
        _DIARY.search(line.text) for line in lines[:4]
    )


def _is_date(line: Line) -> bool:
    return len(line.text) <= 60 and _DATE_LINE.fullmatch(line.text) is not None


def _in_first_person(text: str) -> bool:
    own = _QUOTED.sub(" ", text[:20_000])
    words = len(own.split()) or 1
    return len(_FIRST_PERSON.findall(own)) >= _FIRST_SHARE * words
