"""Texts without speakers' labels: a researcher's notes, a story told in numbered steps, plain prose.

In notes a quoted fragment is the participant's, the rest the researcher's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from journeyai.sources.labels import NOT_SPEAKERS, Line
from journeyai.sources.roles import role_by_words

_BULLET = re.compile(r"[ \t]*(?:[-*•–—·▪◦+]|\d{1,3}[.)])[ \t]+(?=\S)")
_STEP = re.compile(
    r"[ \t]*(?:\*\*)?(?:(?:step|paso)[ \t]+)?(?P<number>\d{1,3})(?:[.):]|[ ]?[-–—])(?:\*\*)?[ \t]+(?=\S)",
    re.I,
)
#: Straight quotes pair up within a line; the typographic ones may run over a few.
_QUOTED = re.compile(
    r"“([^“”\n]+(?:\n[^“”\n]+){0,3})”|«([^«»\n]+(?:\n[^«»\n]+){0,3})»|(?<![\w\"])\"([^\"\n]+)\"(?![\w\"])"
)
_PERSON = re.compile(
    r"\b(?:[Pp]\d{1,3}|(?:participante?|participant|persona|usuari[oa]|user|client[ea]?)[ ]?#?\d{1,3})\b",
    re.I,
)
#: `one participant only: Lola`
_NAMED = re.compile(
    r"\b(?:[Pp]articipante?|[Rr]espondent|[Ee]ntrevistad[oa]|[Cc]ustomer|[Cc]liente?|[Uu]suari[oa]|[Uu]ser)\b"
    r"[^:\n]{0,60}:[ *]*([^\W\d_a-z]\w+)"
)
#: `**Where:** the lobby, then a bar`
_BOLD_FIELD = re.compile(r"\s*\*\*[^*\n]{1,40}(?::\*\*|\*\*:)")
_SAID_BEFORE = re.compile(
    r"(?:[:,–—-]|\b(?:said|says|saying|asked|told|dice|dijo|decía|preguntó|comenta|comentó|según))\s*\Z", re.I
)

#: A story told in steps has at least this many in a row.
STEPS = 5


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a text that one person is behind.

    Attributes:
        start: first character.
        end: one past the last.
        quoted: the participant's own words; else the writer's.
        name: the participant it is about, if the notes say so.
        step: its number in a told story.
    """

    start: int
    end: int
    quoted: bool = False
    name: str | None = None
    step: int | None = None


def bullet_share(lines: Sequence[Line]) -> float:
    """Return the share of lines with words that are bullets."""
    full = [line for line in lines if line.text.strip()]
    return sum(1 for line in full if _BULLET.match(line.text[:20])) / len(full) if full else 0.0


def count_quoted(text: str) -> int:
    """Return how many quoted fragments look like somebody's words."""
    return sum(1 for match in _QUOTED.finditer(text) if _is_speech(text, match))


def read_steps(lines: Sequence[Line]) -> list[Fragment]:
    """Return a story told in numbered steps, a fragment a step, and what follows it; empty if it is none."""
    marks = [(line, match) for line in lines if (match := _STEP.match(line.text[:40]))]
    run: list[tuple[Line, re.Match[str]]] = []
    for line, match in marks:
        number = int(match["number"])
        if run and number == int(run[-1][1]["number"]) + 1:
            run.append((line, match))
        elif len(run) < STEPS:
            run = [(line, match)]
    if len(run) < STEPS:
        return []
    fragments = []
    for index, (line, match) in enumerate(run):
        last = index + 1 == len(run)
        stop = _paragraph_end(lines, line) if last else run[index + 1][0].start
        fragments.append(Fragment(line.start + match.end(), stop, step=int(match["number"])))
    rest = [line for line in lines if line.start >= fragments[-1].end]
    return fragments + read_paragraphs(rest)


def read_paragraphs(lines: Sequence[Line]) -> list[Fragment]:
    """Return the paragraphs, parted by blank lines; headings and rules are left out."""
    fragments: list[Fragment] = []
    start = end = -1
    for line in lines:
        ends_here = not line.text.strip() or is_heading(line)
        if ends_here and start >= 0:
            fragments.append(Fragment(start, end))
            start = -1
        elif not ends_here:
            start = line.start if start < 0 else start
            end = line.end
    if start >= 0:
        fragments.append(Fragment(start, end))
    return fragments


def head_lines(lines: Sequence[Line]) -> int:
    """Return how many of the first lines are a form's or a mail's head: `Subject: …`, `Date: …`."""
    count = 0
    for index, line in enumerate(lines[:30]):
        name, colon, _ = line.text[:60].partition(":")
        if colon and name.strip(" *-").casefold() in NOT_SPEAKERS:
            count = index + 1
        elif line.text.strip() and not is_heading(line):
            break
    return count


def read_notes(text: str, lines: Sequence[Line]) -> list[Fragment]:
    """Return a researcher's notes: quoted fragments and what stands between them, line by line."""
    fragments: list[Fragment] = []
    name: str | None = None
    done = 0
    at_head = True
    for line in lines:
        found = _person_in_heading(line)
        name = found or name
        if not line.text.strip() or found or is_heading(line) or line.end <= done:
            continue
        # Who, where, when and by whom: a form's head, until the first line of notes.
        at_head = at_head and _BOLD_FIELD.match(line.text[:80]) is not None
        if at_head and not _QUOTED.search(line.text):
            continue
        start = max(line.start, done)
        for match in _QUOTED.finditer(text, start):
            if match.start() >= line.end:
                break
            if not _is_speech(text, match):
                continue
            group = next(index for index in (1, 2, 3) if match[index] is not None)
            fragments += _writers(text, start, match.start(group) - 1, name)
            fragments.append(Fragment(match.start(group), match.end(group), quoted=True, name=name))
            start = done = match.end()
        if start < line.end:
            fragments += _writers(text, start, line.end, name)
    return fragments


def person_before(text: str, end: int) -> str | None:
    """Return the one participant that the head of a text (up to *end*) names: "P3", "participant: Lola"."""
    head = text[: min(end, 2000)]
    named = {match[0] for match in _PERSON.finditer(head)} or {match[1] for match in _NAMED.finditer(head)}
    return named.pop() if len(named) == 1 else None


def is_heading(line: Line) -> bool:
    """Return whether *line* is a heading in Markdown or a rule."""
    stripped = line.text[:200].strip()
    return bool(re.match(r"#{1,6}\s", stripped)) or bool(re.fullmatch(r"(?:[-*_=]\s*){3,}", stripped))


def _writers(text: str, start: int, end: int, name: str | None) -> Iterator[Fragment]:
    if re.search(r"[^\W_]", text[start:end]):
        yield Fragment(start, end, name=name)


def _is_speech(text: str, match: re.Match[str]) -> bool:
    """Return whether the quoted words are said, not the name of a button."""
    words = next(group for group in match.groups() if group is not None)
    if len(words.split()) >= 3:
        return True
    line = text.rfind("\n", 0, match.start()) + 1
    before = text[max(line, match.start() - 40) : match.start()]
    alone = not _BULLET.sub("", before).strip()
    return alone or words.rstrip()[-1:] in "!?….." or _SAID_BEFORE.search(before) is not None


def _person_in_heading(line: Line) -> str | None:
    """Return the participant that a heading names: `## P4 – usability`, `Participant: P4`, `**P4**`."""
    if _BULLET.match(line.text[:20]) or len(line.text) > 120 or not line.text.strip():
        return None
    match = _PERSON.search(line.text)
    if match is None:
        return None
    plain = line.text.strip().strip("#*: ")
    heading = is_heading(line) or line.text.strip().startswith("**") or plain.endswith(":")
    field = ":" in plain and role_by_words(plain.split(":")[0]) == "customer"
    return match[0] if heading or field or plain == match[0] or len(plain.split()) <= 6 else None


def _paragraph_end(lines: Sequence[Line], first: Line) -> int:
    """Return where the paragraph that begins with *first* ends."""
    end = first.end
    for line in lines[first.number :]:
        if not line.text.strip():
            break
        end = line.end
    return end
