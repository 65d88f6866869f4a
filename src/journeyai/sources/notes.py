"""Texts without speakers' labels: a researcher's notes, a story told in numbered steps, plain prose.

In notes a quoted fragment is the participant's, the rest the researcher's.
"""

import re
from collections.abc import Collection, Iterator, Sequence
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
    r"\b(?:[PpDU]\d{1,3}|(?:participante?|participant|persona|usuari[oa]|user|client[ea]?)[ ]?#?\d{1,3})\b",
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

#: The researcher's own thought: what is quoted in it is quoted again.
_THOUGHT = re.compile(
    r"[\s\-*•–]*(?:\*\*)?(?:(?:my\s+)?(?:interpretation|hypothesis|reading|guess|insight|impression)|next\s+steps?"
    r"|(?:mi\s+)?(?:interpretaci[oó]n|hip[oó]tesis|lectura|impresi[oó]n)|conclusi[oó]n(?:es)?|conclusions?)(?:\*\*)?\s*:",
    re.IGNORECASE,
)
#: Before a question in quotation marks: the researcher's own.
_ASKED_BEFORE = re.compile(
    r"\b(?:(?:I|we)\s+ask(?:ed)?|preguntamos|pregunt[eé]|le\s+pregunto|se\s+(?:le|les)\s+pregunt\w+)\b[^.!?\n]{0,60}\Z",
    re.IGNORECASE,
)
#: Before quoted words that are read off something, not said.
_WRITTEN_BEFORE = re.compile(
    r"\b(?:button|label|sign|screen|poster|headline|tab|menu|page|banner|option|link|field|letter|leaflet|bot[oó]n|cartel"
    r"|pantalla|carta|pestaña|men[uú]|p[aá]gina|titular|opci[oó]n|enlace|campo|folleto|casilla|rótulo|llamad[oa]s?|called"
    r"|named|labelled|titled|titulad[oa])(?:\s+(?:that\s+|que\s+)?(?:says|said|reads|dice|decía|pone|ponía))?\s*:?\s*\Z",
    re.IGNORECASE,
)
#: A participant's label, at a line's beginning or after a sentence: `It is small. P4: …`
_LABELLED = (
    r"(?:(?<=[.!?…;»”\")])[ ]+|\A[ \t]*(?:[-*•–>][ \t]+)?)"
    r"(?P<label>[*_]{0,2}(?P<name>[PDU]\d{1,3}%s)[*_]{0,2}[ ]?:[*_]{0,2})(?=\s|\Z)"
)
_LABEL = re.compile(_LABELLED % "")
_INSIDE = re.compile(r"(?<=[.!?…;»”\")])[ ]+[*_]{0,2}[PDU]\d{1,3}[*_]{0,2}[ ]?:[*_]{0,2}[ ]*[\"“«]")
#: Somebody else is quoted: `her daughter says "…"`.
_OTHER_SAYS = re.compile(
    r"\b(?:la|el|su|mi|una?|her|his|the|their|an?)\s+(?!(?:participant|client|customer|user|usuari|entrevistad|patient|pacient))"
    r"[a-zà-ÿ]+(?:\s+\([^()\n]*\))?\s+(?:says|said|thinks|asks|asked|replied|dice|dijo|opina|pregunta|preguntó|comenta"
    r"|contesta|contestó)\b[^.!?\n]{0,20}\Z",
    re.IGNORECASE,
)
#: What is left of a sentence before or after words that were taken out of it.
_LEFT_OVER = re.compile(r"[\s.,;:…)\]»”\"*_]+")
#: A quoted clause has at least this many words; fewer are a name unless they are introduced as speech.
_CLAUSE_WORDS = 4
#: A quote that begins on a line is looked for so far beyond it, in characters.
_LONGEST_QUOTE = 2000

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


def count_labels_inside(text: str) -> int:
    """Return how often a participant's label and a quote stand within a line (`It is dim. P4: "I cannot."`)."""
    return sum(1 for _ in _INSIDE.finditer(text))


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


def read_notes(text: str, lines: Sequence[Line], names: Collection[str] = ()) -> list[Fragment]:
    """Return a researcher's notes: what a participant says and what stands between, line by line.

    Args:
        text: the whole text.
        lines: its lines.
        names: participants' labels besides `P4` and its like.
    """
    labels = re.compile(_LABELLED % "".join(f"|{re.escape(name)}" for name in sorted(names)))
    fragments: list[Fragment] = []
    name = person_before(text, len(text))
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
        for said in _said_in(text, line, start, labels):
            fragments += _writers(text, start, said.begin, name)
            name = said.name or name
            fragments.append(Fragment(said.start, said.end, quoted=True, name=name))
            start = done = said.after
        if start < line.end:
            fragments += _writers(text, start, line.end, name)
    return fragments


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a participant in a line of notes.

    Attributes:
        begin: where their label or quotation mark begins.
        start: where the words begin.
        end: one past the last.
        after: where the writer goes on.
        name: whose, if a label says so.
    """

    begin: int
    start: int
    end: int
    after: int
    name: str | None = None


def _said_in(text: str, line: Line, start: int, labels: re.Pattern[str]) -> Iterator[_Said]:
    """Yield what a participant says from *start* on, in quotation marks or after a label."""
    if _THOUGHT.match(line.text):
        return
    at, reach = start, line.end + _LONGEST_QUOTE
    while at < line.end:
        label = next(
            (match for match in labels.finditer(line.text) if line.start + match.start("label") >= at), None
        )
        quote = next(
            (
                match
                for match in _QUOTED.finditer(text, at, reach)
                if match.start() >= line.end or _is_speech(text, match)
            ),
            None,
        )
        if quote is not None and quote.start() >= line.end:
            quote = None
        if label is not None and (quote is None or line.start + label.start("label") < quote.start()):
            begin, words = line.start + label.start("label"), line.start + label.end()
            quoted = _QUOTED.match(
                text, words + len(text[words : line.end]) - len(text[words : line.end].lstrip())
            )
            if quoted is not None:
                said = _between_marks(quoted, begin, label["name"])
            else:
                following = next((m for m in labels.finditer(line.text) if m.start() >= label.end()), None)
                end = line.start + following.start() if following else line.end
                said = _Said(begin, words, end, end, label["name"])
        elif quote is not None:
            said = _between_marks(quote, quote.start(), None)
        else:
            return
        if said.end > said.start and text[said.start : said.end].strip():
            yield said
        at = max(said.after, at + 1)


def _between_marks(match: re.Match[str], begin: int, name: str | None) -> _Said:
    group = next(index for index in (1, 2, 3) if match[index] is not None)
    return _Said(begin, match.start(group), match.end(group), match.end(), name)


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
    """Yield the writer's words between *start* and *end*, without the marks that quoted words leave behind."""
    if start > 0 and text[start - 1] != "\n" and (left := _LEFT_OVER.match(text, start, end)):
        start = left.end()
    if re.search(r"[^\W_]", text[start:end]):
        yield Fragment(start, end, name=name)


def _is_speech(text: str, match: re.Match[str]) -> bool:
    """Return whether the quoted words are said, not the name of a button or a product."""
    words = next(group for group in match.groups() if group is not None).split()
    line = text.rfind("\n", 0, match.start()) + 1
    before = text[max(line, match.start() - 80) : match.start()]
    if words[-1:] and words[-1].endswith("?") and _ASKED_BEFORE.search(before):
        return False
    if _WRITTEN_BEFORE.search(before) or _OTHER_SAYS.search(before):
        return False
    named = (
        len(words) > 1
        and all(word[:1].isupper() or len(word) <= 3 for word in words)
        and words[0][:1].isupper()
    )
    if len(words) >= _CLAUSE_WORDS and not named:
        return True
    after = text[match.end() : match.end() + 3].lstrip(".,;: ")
    a_sentence = before.rstrip()[-1:] in ".!?…" and (
        not after.strip() or after[:1].isupper() or after[:1] in "-*("
    )
    alone = a_sentence or not _BULLET.sub("", before).strip()
    return alone or words[-1][-1:] in "!?…." or _SAID_BEFORE.search(before) is not None


def _person_in_heading(line: Line) -> str | None:
    """Return the participant that a heading names: `## P4 – usability`, `Participant: P4`, `**P4**`."""
    if _BULLET.match(line.text[:20]) or len(line.text) > 120 or not line.text.strip():
        return None
    match = _PERSON.search(line.text)
    if match is None:
        return None
    plain = line.text.strip().strip("#*: ")
    if is_heading(line) or line.text.strip().startswith("**") or plain == match[0]:
        return match[0]
    before, colon, _ = plain.partition(":")
    field = colon and role_by_words(before) == "customer" and not _LABEL.match(line.text)
    field = field and len(before.split()) <= 3 and not re.match(r"\S+[ ]+[a-zà-ÿ]", before)
    few = (
        not _LABEL.match(line.text)
        and len(plain.split()) <= 6
        and plain[-1:] not in ".!?…"
        and not re.match(r"\S+[ ]+[a-zà-ÿ]", plain)
    )
    return match[0] if field or few else None


def _paragraph_end(lines: Sequence[Line], first: Line) -> int:
    """Return where the paragraph that begins with *first* ends."""
    end = first.end
    for line in lines[first.number :]:
        if not line.text.strip():
            break
        end = line.end
    return end
