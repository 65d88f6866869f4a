"""Captions of recordings: WebVTT (Teams, Zoom, Meet) and SubRip.

Cues are joined into turns, one a speaker's go, so the canonical text holds cue texts, one a line.  Broken
cues are reported and the rest is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from journeyai.errors import SourceError
from journeyai.model.source import Skipped
from journeyai.model.vocabulary import Kind, Role
from journeyai.sources.building import Passage, join_passages
from journeyai.sources.kinds import channel_of, kind_by_name
from journeyai.sources.labelled import accepted_labels
from journeyai.sources.labels import lines_of
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.people import person_key
from journeyai.sources.roles import carries_company, cast, role_by_words, serves

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-{{1,2}}>[ \t]*{_CLOCK}[^\n]*")
_ARROW = re.compile(r"-->|\d[ \t]*->")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>\n]{1,120})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]*>|\{\\[^}\n]{0,60}\}")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_ID = re.compile(r"\d{1,6}|\S{1,120}")

#: Seconds of silence after a whole sentence that part two turns where nobody is named.
_PAUSE: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is shown at one time: seconds from the recording's start, and the words without marks."""

    start: float
    end: float
    speaker: str
    words: str


class CaptionLoader:
    """Reads .vtt and .srt."""

    name = "captions"

    def fits(self, raw: RawFile) -> float:
        """Return 0.95 if it holds cues, by suffix or in a .txt or a file without one."""
        if raw.suffix in {".vtt", ".srt", ".sbv"}:
            return 0.9
        if raw.suffix not in {".txt", ""}:
            return 0.0
        try:
            text = raw.text()
        except SourceError:
            return 0.0
        return 0.95 if text.startswith("WEBVTT") or len(_TIMES.findall(text[:5000])) >= 2 else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*.

        Raises:
            SourceError: it is not text, or there is no cue in it.
        """
        cues, skipped = _read_cues(raw.text())
        if not cues:
            raise SourceError(
                f"`{raw.source}` has no captions that can be read.", "Export it again as .vtt or .srt."
            )
        turns = _joined(_with_speakers(_without_echo(cues), {name.casefold() for name in raw.settings.roles}))
        kind = raw.settings.kind or kind_by_name(raw.source) or _kind(turns)
        roles, warnings = _roles(turns, raw, kind)
        document = join_passages(
            source=raw.source,
            record=None,
            kind=kind,
            passages=[
                Passage(
                    text=turn.words,
                    role=roles[turn.speaker],
                    speaker=turn.speaker or None,
                    person=person_key(raw.source, None, turn.speaker or None),
                    at=_at(turn.start),
                    label=f"{turn.speaker}: " if turn.speaker else "",
                )
                for turn in turns
            ],
            language=raw.settings.language,
            channel=channel_of(kind),
        )
        return Loaded(kind, (document,), skipped, warnings)


def _read_cues(text: str) -> tuple[list[_Cue], tuple[Skipped, ...]]:
    """Return the cues, and what lies between them and is neither a comment nor a cue's name."""
    lines = text.split("\n")
    cues: list[_Cue] = []
    skipped: list[Skipped] = []
    at = 0
    while at < len(lines):
        match = _TIMES.fullmatch(lines[at])
        if match is None:
            at += _outside(lines, at, skipped)
            continue
        begin = at + 1
        at = begin
        while at < len(lines) and lines[at].strip() and not _TIMES.fullmatch(lines[at]):
            at += 1
        shown = lines[begin:at]
        if at < len(lines) and lines[at].strip() and shown and _ID.fullmatch(shown[-1].strip()):
            # No blank line before the next cue: its number is the last line of this one.
            shown = shown[:-1]
        if not any(line.strip() for line in shown):
            skipped.append(Skipped(f"line {begin}", "a caption without words"))
        first, last = match.groups()[:4], match.groups()[4:]
        cues += _spoken(_seconds(first), _seconds(last), "\n".join(shown))
    return cues, tuple(skipped)


def _outside(lines: Sequence[str], at: int, skipped: list[Skipped]) -> int:
    """Pass over what stands at line *at* outside a cue; return how many lines it takes."""
    line = lines[at].strip()
    if not line or (at == 0 and line.startswith("WEBVTT")):
        return 1
    if _ASIDE.match(line):
        taken = 1
        while at + taken < len(lines) and lines[at + taken].strip():
            taken += 1
        return taken
    following = next((item for item in lines[at + 1 : at + 3] if item.strip()), "")
    if _ARROW.search(line):
        skipped.append(Skipped(f"line {at + 1}", "a caption whose time cannot be read"))
        taken = 1
        while at + taken < len(lines) and lines[at + taken].strip():
            taken += 1
        return taken
    head = not any(_TIMES.fullmatch(item) for item in lines[:at])
    if not head and not _ARROW.search(following):
        skipped.append(Skipped(f"line {at + 1}", "words that belong to no caption"))
    return 1


def _spoken(start: float, end: float, shown: str) -> list[_Cue]:
    """Return the cue's words; several if it holds several voices."""
    pieces = _VOICE.split(shown)
    voices = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    return [
        _Cue(start, end, " ".join(unescape(name).split()), words)
        for name, marked in voices
        if (words := _plain(marked))
    ]


def _plain(marked: str) -> str:
    lines = (unescape(_TAG.sub("", line)).strip() for line in marked.split("\n"))
    return "\n".join(line for line in lines if line)


def _without_echo(cues: Sequence[_Cue]) -> list[_Cue]:
    """Drop lines that roll up: automatic captions show the last line again above the new one."""
    kept: list[_Cue] = []
    shown: list[str] = []
    until = -1.0
    for cue in cues:
        lines = cue.words.split("\n")
        fresh = lines[1:] if shown and lines[0] == shown[-1] and cue.start <= until + 0.1 else lines
        if fresh:
            kept.append(replace(cue, words="\n".join(fresh)))
        shown, until = lines, cue.end
    return kept


def _with_speakers(cues: Sequence[_Cue], names: set[str]) -> list[_Cue]:
    """Take `Name: words` apart; a cue that names nobody goes on with the speaker before it."""
    if any(cue.speaker for cue in cues):
        return list(cues)
    text = "\n".join(cue.words for cue in cues)
    labels = {
        label.line.number: label for label in accepted_labels(lines_of(text), names) if label.style == "colon"
    }
    if not labels:
        return list(cues)
    named: list[_Cue] = []
    speaker = ""
    number = 0
    for cue in cues:
        words: list[str] = []
        for line in cue.words.split("\n"):
            number += 1
            label = labels.get(number)
            if label is not None:
                if words:
                    named.append(replace(cue, speaker=speaker, words="\n".join(words)))
                speaker = label.name
                words = [line[label.words - label.line.start :]]
            else:
                words.append(line)
        named.append(replace(cue, speaker=speaker, words="\n".join(words)))
    return [cue for cue in named if cue.words.strip()]


def _joined(cues: Sequence[_Cue]) -> list[_Cue]:
    """Join consecutive cues of one speaker; where nobody is named, up to a pause after a sentence."""
    turns: list[_Cue] = []
    for cue in cues:
        last = turns[-1] if turns else None
        if last is not None and last.speaker == cue.speaker and not (not cue.speaker and _pauses(last, cue)):
            turns[-1] = replace(last, end=cue.end, words=f"{last.words}\n{cue.words}")
        else:
            turns.append(cue)
    return turns


def _pauses(last: _Cue, cue: _Cue) -> bool:
    return cue.start - last.end >= _PAUSE and last.words.rstrip("\"'”»)")[-1:] in {".", "?", "!", "…"}


def _kind(turns: Sequence[_Cue]) -> Kind:
    roles = {role_by_words(turn.speaker) for turn in turns}
    if "researcher" in roles:
        return "interview"
    named = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))
    served = "agent" in roles or carries_company(named) or any(serves(turn.words) for turn in turns)
    return "call" if served else "interview"


def _roles(turns: Sequence[_Cue], raw: RawFile, kind: Kind) -> tuple[dict[str, Role], tuple[str, ...]]:
    """Return speaker → role (the empty name for words without a speaker), and what to tell about it."""
    players = cast(
        raw.source, [(turn.speaker, turn.words) for turn in turns if turn.speaker], kind, raw.settings.roles
    )
    roles = dict(players.roles)
    warnings = list(players.warnings)
    if any(not turn.speaker for turn in turns):
        roles[""] = raw.settings.roles.get("*", "unknown")
        if roles[""] == "unknown":
            warnings.append(
                "Captions that name no speaker are not used: nobody can tell the customer in them; "
                "if only one customer speaks, set it in journey.toml: "
                f'[sources."{raw.source}"] roles = {{ "*" = "customer" }}.'
            )
    return roles, tuple(warnings)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")


def _at(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
