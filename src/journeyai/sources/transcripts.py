"""Text files: interviews, chats and calls as transcripts, told stories, researchers' notes, plain prose.

`read_transcript` does the work for everything that becomes plain text first (.docx, .pdf, .html as well).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from journeyai.errors import SourceError
from journeyai.model.vocabulary import Kind, Role
from journeyai.settings import SourceSettings
from journeyai.sources.building import TurnSpan, mark_turns
from journeyai.sources.kinds import channel_of, kind_by_name
from journeyai.sources.labelled import Layout, Said, read_labelled
from journeyai.sources.labels import Line, lines_of, time_said
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.notes import (
    Fragment,
    bullet_share,
    count_quoted,
    head_lines,
    person_before,
    read_notes,
    read_paragraphs,
    read_steps,
)
from journeyai.sources.people import person_key
from journeyai.sources.roles import cast, role_by_words, serves

_SUFFIXES = frozenset({".txt", ".md", ".text", ".markdown", ".log", ".transcript"})

#: A whole paragraph in bold that asks: the question that the next paragraph answers.
_ASKED = re.compile(r"\*\*[^*]{1,400}\?\s*\*\*|__[^_]{1,400}\?\s*__")
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
    if len(named) >= 2 and (layout.named >= 0.05) and (layout.named >= bullets or bullets < 0.3):
        return _labelled(text, layout, source, kind, settings)
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
    recording = layout.recording or kind in {"interview", "call", "note"}

    def role_of(said: Said) -> Role:
        return "system" if said.notice else players.roles[said.name]

    spans = [
        TurnSpan(
            start=said.start,
            end=said.end,
            role=role_of(said),
            speaker=said.name or None,
            person=person_key(source, None, said.name or None) if role_of(said) == "customer" else None,
            at=time_said(said.when, recording) if said.when else None,
        )
        for said in layout.said
    ]
    warnings = list(players.warnings)
    if layout.before > _MANY_BEFORE:
        warnings.append(f"{layout.before} words stand before the first speaker and are not used.")
    if not any(span.role == "customer" for span in spans) and not players.warnings:
        warnings.append(
            "Nobody in it is a customer, so it gives no evidence; if that is wrong, set `roles` for it."
        )
    return _Reading(kind, spans, tuple(warnings))


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


def _written(fragments: Sequence[Fragment], source: str, kind: Kind, settings: SourceSettings) -> _Reading:
    role = _lone_role(settings)
    person = person_key(source, None, None)
    spans = [TurnSpan(part.start, part.end, role, None, person, step=part.step) for part in fragments]
    return _Reading(kind, spans)


def _notes(text: str, lines: Sequence[Line], source: str, settings: SourceSettings) -> _Reading:
    spans = [
        TurnSpan(
            part.start,
            part.end,
            "customer" if part.quoted else "researcher",
            part.name if part.quoted else None,
            person_key(source, None, part.name) if part.quoted else None,
        )
        for part in read_notes(text, lines)
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
