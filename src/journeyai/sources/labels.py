"""One line of a transcript: does a speaker's name or a time stand first, and where do the words begin.

A colon alone proves nothing ("Note: …"), so a name that stands without a time is only a candidate here;
`labelled.py` decides with the whole file in view.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

Style = Literal["colon", "timed", "header", "bare", "time"]

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?\s?[Mm]\.?(?![^\W\d_]))?"
_DAY = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})"
_WHEN = rf"(?:{_DAY}(?:,?\s{{1,2}}|T))?{_CLOCK}Z?"
_NAME = r"[^\W\d_](?:[\w.'’&/+#°ªº@-]|[ ](?=[\w(&#])){0,47}(?:[ ]?\([^()\n]{1,40}\))?"
_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"

_EMPHASIS = r"[*_]{0,3}"
_INDENT = rf"{_MARKS}[ \t]*"
_ENCLOSED = rf"(?:\[(?P<a>{_WHEN})\]|\((?P<b>{_WHEN})\))"
_SPEAKER = rf"{_EMPHASIS}(?P<name>{_NAME}?){_EMPHASIS}"
_COLON_ENDS = rf"[ \t]?:{_EMPHASIS}(?=\s|\Z)[ \t]*"

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
    pain pains insights quotes citas"""
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
    plain = name.strip("*_ ").casefold()
    return len(plain.split()) <= 5 and plain not in NOT_SPEAKERS and not _COUNTED.fullmatch(plain)


def time_said(when: str, recording: bool) -> str | None:
    """Return *when* in ISO form.

    Args:
        when: as written; may hold a date.
        recording: whether `03:12` is minutes and seconds into a recording, not a time of day.
    """
    match = re.fullmatch(
        r"(?:(\d{4}-\d{2}-\d{2})[T ,]+|\S+[ ,]+)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s?([AaPp])?.*",
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
