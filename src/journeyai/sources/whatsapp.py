"""WhatsApp's "Export chat", in the date styles of Spanish, British, American and other phones.

The canonical text is the exported file's own, so a message is found at its offset in the file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from journeyai.errors import SourceError
from journeyai.model.source import Skipped
from journeyai.model.vocabulary import Role
from journeyai.sources.building import TurnSpan, mark_turns
from journeyai.sources.kinds import kind_by_name
from journeyai.sources.labels import Line, lines_of
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.people import person_key
from journeyai.sources.roles import Cast, cast

_MARKS = "[\u200e\u200f\u202a-\u202e\ufeff]*"
#: The year comes first only with a comma after the day: other logs write `[2026-03-12 10:42] Name: …`.
_DATE = (
    r"(?P<first>\d{1,2}|\d{4}(?=[/.-]\d{1,2}[/.-]\d{1,2},))"
    r"(?P<sep>[/.-])(?P<second>\d{1,2})(?P=sep)(?P<third>\d{2,4})"
)
_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<seconds>\d{2}))?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
)
_HEAD = re.compile(
    # In brackets with neither a comma nor seconds it is another program's log.
    rf"{_MARKS}(?:\[(?=[^\]\n]*(?:,|\d[:.]\d{{2}}[:.]\d{{2}}))"
    rf"{_DATE},?\s{_TIME}\]|{_DATE.replace('?P<', '?P<b_').replace('(?P=sep', '(?P=b_sep')},?\s"
    rf"{_TIME.replace('?P<', '?P<b_')}\s[-–])\s{_MARKS}"
)
_WHEN: Final = ("first", "second", "third", "hour", "minute", "seconds", "half")
_NAME = re.compile(rf"{_MARKS}~?\s?(?P<name>[^:\n]{{1,80}}?):(?:\s{_MARKS}|\Z)")
_NOTICE = re.compile(
    r"""\b(?:created|added|removed|changed|left|joined|deleted\s+the|pinned|started\s+a\s+call
    |turned\s+o(?:n|ff)|
    creó|añadió|agregó|eliminó\s+a|cambió|salió|se\s+unió|activó|desactivó|fijó|ha\s+cambiado|añadiste|creaste)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ENCRYPTED = re.compile(r"end-to-end encrypted|cifrad[oa]s? de extremo a extremo", re.IGNORECASE)
_MEDIA = re.compile(
    rf"""{_MARKS}(?:
      <?(?:media|image|video|audio|gif|sticker|document|contact\ card|video\ note|multimedia
      |imagen|vídeo|documento
      |tarjeta\ de\ contacto|nota\ de\ vídeo|voice\ message|mensaje\ de\ voz)\ (?:omitted|omitid[oa])>?
    | <(?:attached|adjunto):\ [^>\n]+>
    | \S[^\n]{{0,99}}\.\w{{2,4}}\ \((?:file\ attached|archivo\ adjunto)\)
    | [^\n]{{0,100}}•[^\n]{{0,30}}(?:omitted|omitido)
    | null
    )\.?{_MARKS}""",
    re.IGNORECASE | re.VERBOSE,
)
_DELETED = re.compile(
    rf"{_MARKS}(?:this message was deleted|you deleted this message|deleted by admin.*"
    r"|se eliminó este mensaje|este mensaje fue eliminado"
    rf"|eliminaste este mensaje|eliminado por .*)\.?{_MARKS}",
    re.IGNORECASE,
)
_CALL = re.compile(
    rf"{_MARKS}(?:missed (?:voice|video) call|(?:voice|video) call|llamada perdida|videollamada"
    r"|llamada de voz|waiting for this message|esperando el mensaje).*",
    re.IGNORECASE,
)
_EDITED = re.compile(r"\s*<(?:this message was edited|se editó este mensaje\.?)>[\u200e\s]*\Z", re.IGNORECASE)

#: More speakers than this, and nobody who talks like a company: a group of people like each other.
_GROUP: Final = 2


@dataclass(frozen=True, slots=True)
class _Message:
    """One message: its first line, when and by whom (empty for the program's own lines), and its words."""

    line: int
    when: tuple[str, ...]
    name: str
    start: int
    end: int


@dataclass(slots=True)
class _Chat:
    """What is collected while reading."""

    messages: list[_Message] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class WhatsAppLoader:
    """Reads the .txt that WhatsApp exports."""

    name = "whatsapp"

    def fits(self, raw: RawFile) -> float:
        """Return 0.95 where most of the first lines begin as WhatsApp's do."""
        if raw.suffix not in {".txt", ""}:
            return 0.0
        try:
            lines = raw.text()[:20_000].split("\n")[:40]
        except SourceError:
            return 0.0
        heads = sum(1 for line in lines if _HEAD.match(line[:80]))
        return 0.95 if heads >= 2 and heads * 3 >= sum(1 for line in lines if line.strip()) else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*.

        Raises:
            SourceError: it is not text, or nobody says anything in it.
        """
        text = raw.text()
        chat = _read(text)
        said = [message for message in chat.messages if message.name]
        if not said:
            raise SourceError(f"Nobody says anything in `{raw.source}`.")
        kind = raw.settings.kind or kind_by_name(raw.source) or "chat"
        players, warnings = _cast(text, said, raw)
        order, doubt = _order([message.when for message in chat.messages])
        spans = [_span(message, players, order, raw.source) for message in chat.messages]
        document = mark_turns(
            source=raw.source,
            record=None,
            kind=kind,
            text=text,
            spans=spans,
            language=raw.settings.language,
            channel="whatsapp",
        )
        return Loaded(kind, (document,), tuple(chat.skipped), (*warnings, *doubt))


def _read(text: str) -> _Chat:
    chat = _Chat()
    for line, match, last in _parted(text):
        head = match.groupdict()
        when = tuple(head[name] or head[f"b_{name}"] or "" for name in _WHEN)
        start = line.start + match.end()
        named = _NAME.match(text, start, min(line.end, start + 90))
        if named is None or (_NOTICE.search(named["name"]) and '"' in named["name"]):
            chat.messages.append(_Message(line.number, when, "", start, last))
            continue
        name = " ".join(named["name"].strip("\u200e\u200f\u202a\u202b\u202c\u202f\u00a0~ ").split())
        edited = _EDITED.search(text, max(named.end(), last - 60), last)
        end = edited.start() if edited else last
        _keep(chat, text, _Message(line.number, when, name, named.end(), end))
    return chat


def _keep(chat: _Chat, text: str, message: _Message) -> None:
    """Keep a message; list it as skipped if the export left its picture, sound or words out."""
    line_end = text.find("\n", message.start, message.end)
    first = text[message.start : line_end if line_end != -1 else message.end].strip()
    if _DELETED.fullmatch(first):
        chat.skipped.append(Skipped(f"line {message.line}", "a deleted message"))
    elif _MEDIA.fullmatch(first):
        chat.skipped.append(
            Skipped(f"line {message.line}", "a picture, sound or file that the export left out")
        )
        if line_end != -1:
            chat.messages.append(
                _Message(message.line, message.when, message.name, line_end + 1, message.end)
            )
    elif _CALL.fullmatch(first) or _ENCRYPTED.search(first):
        chat.messages.append(_Message(message.line, message.when, "", message.start, message.end))
    else:
        chat.messages.append(message)


def _parted(text: str) -> Iterator[tuple[Line, re.Match[str], int]]:
    """Yield each message's first line, the match of its head, and the end of its last line."""
    open_line: tuple[Line, re.Match[str]] | None = None
    end = 0
    for line in lines_of(text):
        match = _HEAD.match(line.text[:80])
        if match is not None:
            if open_line is not None:
                yield *open_line, end
            open_line = (line, match)
        end = line.end
    if open_line is not None:
        yield *open_line, end


def _cast(text: str, said: Sequence[_Message], raw: RawFile) -> tuple[Cast, tuple[str, ...]]:
    players = cast(raw.source, [(m.name, text[m.start : m.end]) for m in said], "chat", raw.settings.roles)
    unknown = [name for name, role in players.roles.items() if role == "unknown"]
    if unknown and len(players.roles) > _GROUP and len(unknown) == len(players.roles):
        everybody: dict[str, Role] = dict.fromkeys(players.roles, "customer")
        first = next(iter(everybody))
        return Cast(everybody), (
            "Nobody in this group talks like a company, so everybody is taken as a customer; "
            "if that is wrong, set it in journey.toml: "
            f'[sources."{raw.source}"] roles = {{ "{first}" = "agent" }}.',
        )
    return players, players.warnings


def _order(dates: Sequence[tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """Return which of `dmy`, `mdy`, `ymd` the dates are written in, and a warning if it cannot be told."""
    if any(len(when[0]) == 4 for when in dates):
        return "ymd", ()
    if any(int(when[0]) > 12 for when in dates):
        return "dmy", ()
    if any(int(when[1]) > 12 for when in dates):
        return "mdy", ()
    days = [(int(when[2]), int(when[1]), int(when[0])) for when in dates]
    months = [(int(when[2]), int(when[0]), int(when[1])) for when in dates]
    as_days, as_months = days == sorted(days), months == sorted(months)
    if as_days != as_months:
        return ("dmy", ()) if as_days else ("mdy", ())
    if len({when[:3] for when in dates}) == 1 and dates[0][0] == dates[0][1]:
        return "dmy", ()
    return "dmy", ("Its dates could be day/month or month/day; they are read as day/month.",)


def _span(message: _Message, players: Cast, order: str, source: str) -> TurnSpan:
    role: Role = players.roles[message.name] if message.name else "system"
    return TurnSpan(
        start=message.start,
        end=message.end,
        role=role,
        speaker=message.name or None,
        person=person_key(source, None, message.name) if message.name else None,
        at=_iso(message.when, order),
    )


def _iso(when: tuple[str, ...], order: str) -> str:
    first, second, third, hour_text, minute, seconds, half = when
    orders = {"ymd": (first, second, third), "dmy": (third, second, first), "mdy": (third, first, second)}
    year, month, day = orders[order]
    hour = int(hour_text)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in "pP" else 0)
    century = "20" if len(year) == 2 else ""
    clock = f"{hour:02d}:{minute}" + (f":{seconds}" if seconds else "")
    return f"{century}{year}-{int(month):02d}-{int(day):02d}T{clock}"
