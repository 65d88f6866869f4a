"""One line of a transcript: does a speaker's name or a time stand first, and where do the words begin.

A colon alone proves nothing ("Note: …"), so a name that stands without a time is only a candidate here;
`labelled.py` decides with the whole file in view.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Style = Literal["colon", "timed", "header", "bare", "time"]

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?\s?[Mm]\.?(?![^\W\d_]))?"
_MONTH = (
    r"(?i:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)"
    r"(?:[a-zé]{1,7})?)\.?"
)
_DAY = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"
    rf"|\d{{1,2}}(?:[ ]de)?[ ]{_MONTH}(?:(?:[ ]de)?,?[ ]\d{{4}})?|{_MONTH}[ ]\d{{1,2}}(?:,?[ ]\d{{4}})?)"
)
_WHEN = rf"(?:{_DAY}(?:,?\s{{1,2}}(?:at\s|a\slas\s)?|T))?{_CLOCK}Z?"
#: A company may stand before the name, `Norvia - Ana`.
_NAME = (
    r"[^\W\d_](?:[\w.'’&/+#°ªº@-]|[ ](?=[\w(&#])|[ ][-–—|][ ](?=[^\W\d_])){0,47}(?:[ ]?\([^()\n]{1,40}\))?"
)
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"

_EMPHASIS = r"[*_]{0,3}"
_INDENT = rf"{_MARKS}[ \t]*"
_ENCLOSED = rf"(?:\[(?P<a>{_WHEN})\]|\((?P<b>{_WHEN})\))"
_SPEAKER = rf"{_EMPHASIS}(?P<name>{_NAME}?){_EMPHASIS}"
_COLON_ENDS = rf"[ \t]?:{_EMPHASIS}(?=\s|\Z)[ \t]*"

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ["jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep", "oct", "nov", "dec dic"],
        start=1,
    )
    for name in names.split()
}

#: Tried in this order.
_STYLES: Final[tuple[tuple[Style, re.Pattern[str]], ...]] = (
    # `[10:42] Agent Priya: …`, `10:42:07 Leon (customer): …`, `(00:01:02) Speaker 2: …`, `10:42 - Ana: …`
    (
        "timed",
        re.compile(
            rf"{_INDENT}(?:{_ENCLOSED}|(?P<c>{_WHEN}))[ \t]*(?:[-–—|][ \t]*)?"
            rf"(?:From[ ]+)?{_SPEAKER}{_COLON_ENDS}"
        ),
    ),
    # `[00:03:12] text`
    (
        "time",
        re.compile(
            rf"{_INDENT}(?:{_ENCLOSED}|(?P<c>\d{{1,2}}:\d{{2}}:\d{{2}}))(?=\s|\Z)[ \t]*(?:[-–—][ \t])?"
        ),
    ),
    # `Name  00:13` on a line of its own; the words follow below
    (
        "header",
        re.compile(rf"{_SPEAKER}(?:[ ]{{1,6}}|[ ]?\t[ ]?|,[ ]|[ ][|–—-][ ])(?P<a>{_CLOCK})[ \t]*\Z"),
    ),
    # `Name [00:00:02] text`, `Name (00:13): text`
    ("timed", re.compile(rf"{_SPEAKER}[ \t]*{_ENCLOSED}{_EMPHASIS}:?(?=\s|\Z)[ \t]*")),
    # `Name: text`, `**Name:** text`, `**Name**: text`, `- Name: text`
    ("colon", re.compile(rf"{_INDENT}(?:[-*>•][ \t]+)?{_SPEAKER}{_COLON_ENDS}")),
    # `**Name**` or `### Name` on a line of its own
    ("bare", re.compile(rf"(?:\#{{1,6}}[ ]+|\*\*)(?P<name>{_NAME}?)(?:\*\*)?[ \t]*\Z")),
)

#: Meetings' chats say whom a message goes to.
_TO_EVERYONE = re.compile(r"\s+(?:to|a|para)\s+(?:everyone|todos|todas las personas)\Z", re.IGNORECASE)
#: `Step 3: …`, `Día 2: …` count something and nobody speaks.
_COUNTED = re.compile(
    r"(?:step|paso|etapa|stage|day|d[ií]a|week|semana|task|tarea|parte|section|round|item)\W*\d+",
    re.IGNORECASE,
)
_DASH = re.compile(r"[ ][-–—|][ ]")
#: A sentence stands before the name (`It is small. P4: …`); titles are shorter or known (`Dra. Ruiz`).
_SENTENCE_END = re.compile(
    r"(?<![^\W\d_])(?!(?:mrs|srta?|dra|dña|prof|profa|lic|ing|arq|sra|don|doña|mme|rev|hon|capt|sgt)\.)"
    r"[^\W\d_]{3,}[.!?…]+[ ]",
    re.IGNORECASE,
)
#: A participant who does something (`P4 opens the drawer: …`), not a label (`P4 (nurse)`, `P4 Ana`).
_ACTS = re.compile(r"[Pp][ ]?\d{1,3}[ ]+[a-zà-ÿ]")
#: Words before a colon that name a field of a form or make a remark; never a speaker.
_FIELDS = """note notes nota notas date fecha time hora duration duración duracion location lugar place
    ciudad city subject asunto topic tema title título titulo goal objetivo objetivos context
    contexto summary resumen recording grabación method método session sesión sesion interview
    entrevista transcript transcripción profile perfil age edad job background device dispositivo
    status estado channel canal project proyecto study estudio consent consentimiento example
    ejemplo ps postdata update edit warning important importante pros cons positive positives
    negative negatives positivo negativo ventajas desventajas price precio quote cita observation
    observación insight insights hallazgo action acción task tarea 
    order pedido ref reference referencia id url http https tel email correo re fw fwd
    from to cc de para keywords speakers language idioma version tags attendees asistentes
    participants participantes who where when why mood quién quien dónde donde cuándo cuando setting goals
    pain pains insights quotes citas interpretation interpretación interpretacion hypothesis hipótesis
    hipotesis rating valoración valoracion puntuación puntuacion calificación calificacion csat nps ces
    score"""
NOT_SPEAKERS: Final = frozenset(_FIELDS.split())


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text, without its line feed."""

    number: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before the words on a line.

    Attributes:
        line: the line.
        style: how it is written: `colon` (a name and a colon), `timed` (a time as well), `header` (a name
            and a time alone on the line), `bare` (a name alone, in bold or as a heading), `time` (no name).
        name: the speaker's name; empty for `time`.
        when: the time as it is written; empty if there is none.
        words: where the words begin in the text.
    """

    line: Line
    style: Style
    name: str
    when: str
    words: int


def lines_of(text: str) -> list[Line]:
    """Return the lines of *text*, numbered from 1."""
    lines = []
    at = 0
    for number, line in enumerate(text.split("\n"), 1):
        lines.append(Line(number, at, at + len(line), line))
        at += len(line) + 1
    return lines


#: No label is longer, in characters; a line of megabytes is not searched further.
_REACH = 160


def read_label(line: Line) -> Label | None:
    """Return the label that *line* begins with, if it looks like one."""
    head = line.text[:_REACH]
    found = _match(head)
    if found is None:
        return None
    style, match = found
    # Header styles claim the whole line, so it must have been seen whole.
    if style in {"header", "bare"} and len(line.text) > _REACH:
        return None
    groups = match.groupdict()
    name = _TO_EVERYONE.sub("", " ".join((groups.get("name") or "").split()).strip("*_ "))
    when = groups.get("a") or groups.get("b") or groups.get("c") or ""
    return Label(line, style, name, when, line.start + match.end())


def _match(head: str) -> tuple[Style, re.Match[str]] | None:
    for style, pattern in _STYLES:
        match = pattern.match(head)
        if match and (style != "colon" or _may_speak(match["name"])):
            return style, match
    return None


def _may_speak(name: str) -> bool:
    """Return whether *name* could be a speaker's and not a phrase that ends with a colon."""
    bare = name.strip("*_ ")
    plain = bare.casefold()
    if plain in NOT_SPEAKERS or _COUNTED.fullmatch(plain) or _SENTENCE_END.search(bare):
        return False
    company, dash, person = _DASH.sub("\0", bare, count=1).partition("\0")
    if dash and not (company[:1].isupper() and person[:1].isupper()):
        return False
    return max(len(company.split()), len(person.split())) <= (4 if dash else 5) and not _ACTS.match(bare)


def time_said(when: str, recording: bool) -> str | None:
    """Return *when* in ISO form.

    Args:
        when: as written; may hold a date.
        recording: whether `03:12` is minutes and seconds into a recording, not a time of day.
    """
    written = re.search(
        rf"\b(?:(?P<d>\d{{1,2}})(?:[ ]de)?[ ])?(?P<m>{_MONTH})(?:[ ](?P<e>\d{{1,2}}))?"
        r"\b(?:[ ]de)?,?[ ](?P<y>\d{4})\b",
        when,
    )
    if written and (written["d"] or written["e"]):
        day_of_month = int(written["d"] or written["e"])
        month = _MONTHS[written["m"][:3].lower()]
        when = f"{written['y']}-{month:02d}-{day_of_month:02d} " + re.sub(
            r"^(?:at\s|a\slas\s)", "", when[written.end() :].lstrip(" ,")
        )
    match = re.fullmatch(
        r"(?:(\d{4}-\d{2}-\d{2})[T ,]+|(?:.*[ ,]+))?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s?([AaPp])?.*",
        when,
    )
    if match is None:
        return None
    day, first, second, third, half = match.groups()
    hour = int(first)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in "pP" else 0)
    if recording and third is None and not half and day is None:
        return f"{hour // 60:02d}:{hour % 60:02d}:{second}"
    clock = f"{hour:02d}:{second}" + (f":{third}" if third else "")
    return f"{day}T{clock}" if day else clock


_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")


def times_said(written: Sequence[str], *, recording: bool) -> list[str | None]:
    """Return the times of one file in ISO form; of days that could be months only the clock is kept.

    Args:
        written: as they stand there; empty for none.
        recording: as for `time_said`.
    """
    days = [match for when in written if (match := _NUMERIC_DAY.search(when))]
    day_first = any(int(day[1]) > 12 for day in days)
    month_first = any(int(day[2]) > 12 for day in days)

    def iso(match: re.Match[str]) -> str:
        day, month = (match[1], match[2]) if day_first else (match[2], match[1])
        return f"{match[3]}-{int(month):02d}-{int(day):02d}"

    said = [_NUMERIC_DAY.sub(iso, when) if day_first != month_first else when for when in written]
    return [
        time_said(when, recording) or (when if re.fullmatch(r"\d{4}-\d{2}-\d{2}", when) else None)
        for when in said
    ]
