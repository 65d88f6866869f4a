"""Text files: interviews, chats and calls as transcripts, told stories, researchers' notes, plain prose.

`read_transcript` does the work for everything that becomes plain text first (.docx, .pdf, .html as well).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from journeyai.errors import SourceError
from journeyai.model.vocabulary import Kind, Role
from journeyai.settings import SourceSettings
from journeyai.sources.building import TurnSpan, mark_turns
from journeyai.sources.diaries import calls_itself_diary, read_diary
from journeyai.sources.kinds import channel_of, kind_by_name
from journeyai.sources.labelled import Layout, Said, read_labelled
from journeyai.sources.labels import Line, lines_of, time_said, times_said
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.notes import (
    Fragment,
    bullet_share,
    count_labels_inside,
    count_quoted,
    head_lines,
    person_before,
    read_notes,
    read_paragraphs,
    read_steps,
)
from journeyai.sources.people import person_key
from journeyai.sources.ratings import rating_line
from journeyai.sources.roles import Cast, cast, role_by_words, serves

_SUFFIXES = frozenset({".txt", ".md", ".text", ".markdown", ".log", ".transcript"})

#: A whole paragraph in bold that asks: the question that the next paragraph answers.
_ASKED = re.compile(r"\*\*[^*]{1,400}\?\s*\*\*|__[^_]{1,400}\?\s*__")
#: So many labels within lines, each before a quote, are a researcher's way of noting what was said.
_LABELS_INSIDE = 2
_NOTES = re.compile(
    r"\b(?:notes|notas|observations?|observaci[oó]n(?:es)?|home\s+visit|visita\s+a)\b", re.IGNORECASE
)
#: Words before the first speaker that are worth a warning; fewer are a title or a form's head.
_MANY_BEFORE = 60


class TranscriptLoader:
    """Reads .txt and .md, and text without a suffix."""

    name = "transcript"

    def fits(self, raw: RawFile) -> float:
        """Return 0.6 for a text suffix, 0.3 for text without one."""
        if raw.suffix in _SUFFIXES:
            return 0.6
        if raw.suffix:
            return 0.0
        try:
            return 0.3 if raw.text().strip() else 0.0
        except SourceError:
            return 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*; quotes' offsets are offsets in the file's own text.

        Raises:
            SourceError: it is not text, or blank.
        """
        return read_transcript(raw.text(), raw.source, raw.settings)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Turns as read, before their document is made."""

    kind: Kind
    spans: Sequence[TurnSpan]
    warnings: tuple[str, ...] = ()


def read_transcript(text: str, source: str, settings: SourceSettings) -> Loaded:
    """Read *text*, which becomes the document's canonical text as it is.

    Raises:
        SourceError: nothing visible is in it.
    """
    if not text.strip():
        raise SourceError(f"`{source}` holds nothing but blanks.")
    lines = lines_of(text)
    reading = _read(text, lines, source, settings)
    document = mark_turns(
        source=source,
        record=None,
        kind=reading.kind,
        text=text,
        spans=reading.spans,
        language=settings.language,
        channel=channel_of(reading.kind),
    )
    return Loaded(reading.kind, (document,), warnings=reading.warnings)


def _read(text: str, lines: Sequence[Line], source: str, settings: SourceSettings) -> _Reading:
    kind = settings.kind or kind_by_name(source)
    bullets = bullet_share(lines)
    layout = read_labelled(lines, {name.casefold() for name in settings.roles})
    named = [said for said in layout.said if said.name]
    if _are_notes_of_one(text, lines, named, source):
        participants = {said.name for said in named if role_by_words(said.name) in {"customer", None}}
        return _notes(text, lines, source, settings, participants)
    if len(named) >= 2 and (layout.named >= 0.05) and (layout.named >= bullets or bullets < 0.3):
        return _labelled(text, layout, source, kind, settings)
    if bullets < 0.3 and (diary := read_diary(text, lines, source)) is not None:
        return _written(diary.entries, source, kind or "note", settings, diary.name)
    if steps := read_steps(lines):
        return _written(steps, source, kind or "interview", settings)
    quoted = count_quoted(text)
    if (bullets >= 0.3 and (kind in {None, "note"} or quoted)) or (kind == "note" and quoted >= 2):
        return _notes(text, lines, source, settings)
    if len(layout.said) >= 2 and layout.timed >= 0.2:
        return _monologue(text, layout, source, kind or "interview", settings)
    if named and role_by_words(named[0].name):
        return _labelled(text, layout, source, kind, settings)
    return _prose(text, lines, source, kind, settings)


def _labelled(
    text: str, layout: Layout, source: str, kind: Kind | None, settings: SourceSettings
) -> _Reading:
    pairs = [(said.name, text[said.start : said.end]) for said in layout.said if not said.notice]
    kind = kind or _kind_by_talk(layout, pairs)
    players = cast(source, pairs, kind, settings.roles)
    if list(players.roles.values()) == ["unknown"] and calls_itself_diary(lines_of(text), source):
        players = Cast(dict.fromkeys(players.roles, "customer"))
    recording = layout.recording or kind in {"interview", "call", "note"}

    times = times_said([said.when for said in layout.said], recording=recording)

    def role_of(said: Said) -> Role:
        return "system" if said.notice else players.roles[said.name]

    spans = [
        TurnSpan(
            start=said.start,
            end=said.end,
            role=role_of(said),
            speaker=said.name or None,
            person=person_key(source, None, said.name or None) if role_of(said) == "customer" else None,
            at=at,
        )
        for said, at in zip(layout.said, times, strict=True)
    ]
    spans = _with_ratings(text, spans)
    warnings = list(players.warnings)
    if layout.before > _MANY_BEFORE:
        warnings.append(f"{layout.before} words stand before the first speaker and are not used.")
    if not any(span.role == "customer" for span in spans) and not players.warnings:
        warnings.append(
            "Nobody in it is a customer, so it gives no evidence; if that is wrong, set `roles` for it."
        )
    return _Reading(kind, spans, tuple(warnings))


def _with_ratings(text: str, spans: Sequence[TurnSpan]) -> list[TurnSpan]:
    """Take the lines that rate the conversation (`Rating: 4/5`) out of what is said: they are the customer's."""
    rated = [(line, found) for line in lines_of(text) if (found := rating_line(line.text))]
    customers = {(span.speaker, span.person) for span in spans if span.role == "customer"}
    if not rated or len(customers) != 1:
        return list(spans)
    speaker, person = customers.pop()
    parted = list(spans)
    for line, (measure, begin, end) in rated:
        kept: list[TurnSpan] = []
        for span in parted:
            if span.end <= line.start or span.start >= line.end or span.measure is not None:
                kept.append(span)
                continue
            kept += [replace(span, end=line.start)] if span.start < line.start else []
            kept += [replace(span, start=line.end)] if line.end < span.end else []
        own = TurnSpan(line.start + begin, line.start + end, "customer", speaker, person, measure=measure)
        parted = [*kept, own]
    return sorted(parted, key=lambda span: span.start)


def _kind_by_talk(layout: Layout, pairs: Sequence[tuple[str, str]]) -> Kind:
    """Tell the kind from the speakers: agents speak in chats (in calls, if times are a recording's)."""
    roles = {role_by_words(name) for name, _ in pairs}
    if "researcher" in roles:
        return "interview"
    if "agent" in roles or any(serves(words) for _, words in pairs):
        return "call" if layout.recording else "chat"
    return "interview"


def _lone_role(settings: SourceSettings) -> Role:
    return settings.roles.get("*", "customer")


def _monologue(text: str, layout: Layout, source: str, kind: Kind, settings: SourceSettings) -> _Reading:
    role = _lone_role(settings)
    name = person_before(text, layout.said[0].start)
    person = person_key(source, None, name)
    spans = [
        TurnSpan(said.start, said.end, role, name, person, time_said(said.when, recording=True))
        for said in layout.said
    ]
    if name or "*" in settings.roles:
        return _Reading(kind, spans)
    warning = "It names no speakers; everything in it is taken as one customer's words."
    return _Reading(kind, spans, (warning + _how_to_set(source),))


def _written(
    fragments: Sequence[Fragment], source: str, kind: Kind, settings: SourceSettings, name: str | None = None
) -> _Reading:
    role = _lone_role(settings)
    person = person_key(source, None, name)
    spans = [TurnSpan(part.start, part.end, role, name, person, step=part.step) for part in fragments]
    return _Reading(kind, spans)


def _are_notes_of_one(text: str, lines: Sequence[Line], named: Sequence[Said], source: str) -> bool:
    """Return whether the one participant who is labelled is quoted in notes, and does not speak throughout."""
    names = {said.name for said in named}
    if count_labels_inside(text) >= _LABELS_INSIDE and all(role_by_words(name) != "agent" for name in names):
        return True
    if len(names) != 1 or role_by_words(name := names.pop()) not in {"customer", None}:
        return False
    quoted = sum(1 for said in named if text[said.start : said.end].lstrip()[:1] in '"“«')
    if quoted * 2 >= len(named) or role_by_words(name) is None:
        return quoted > 0 and quoted * 2 >= len(named)
    # `P4 opens the drawer`: somebody else tells it.
    after = [line.text for line in lines if line.start > named[0].start]
    told = any(re.search(rf"(?:\A|[.!?]\s)\W*{re.escape(name)}\s+[a-zà-ÿ]", line) for line in after)
    headed = any(_NOTES.search(line.text) for line in lines[:4]) and not calls_itself_diary(lines, source)
    return told or headed


def _notes(
    text: str, lines: Sequence[Line], source: str, settings: SourceSettings, names: Collection[str] = ()
) -> _Reading:
    spans = [
        TurnSpan(
            part.start,
            part.end,
            "customer" if part.quoted else "researcher",
            part.name if part.quoted else None,
            person_key(source, None, part.name) if part.quoted else None,
        )
        for part in read_notes(text, lines, names)
    ]
    warnings: tuple[str, ...] = ()
    if not any(span.role == "customer" for span in spans):
        warnings = ("These notes quote nobody, so they give no evidence of a customer's own words.",)
    return _Reading(settings.kind or "note", spans, warnings)


def _prose(
    text: str, lines: Sequence[Line], source: str, kind: Kind | None, settings: SourceSettings
) -> _Reading:
    reading = _written(read_paragraphs(lines[head_lines(lines) :]), source, kind or "interview", settings)
    spans = [
        replace(span, role="researcher", person=None)
        if _ASKED.fullmatch(text[span.start : span.end])
        else span
        for span in reading.spans
    ]
    if "*" in settings.roles:
        return replace(reading, spans=spans)
    warning = "No speakers are marked in it; everything is taken as one customer's words."
    return _Reading(reading.kind, spans, (warning + _how_to_set(source),))


def _how_to_set(source: str) -> str:
    return (
        f' If that is wrong, set it in journey.toml: [sources."{source}"] roles = {{ "*" = "researcher" }}.'
    )
