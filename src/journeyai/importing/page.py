"""A page of a team's own, in Markdown or plain text: headings, lists and tables, in whatever order they nest.

Each heading, and each label that stands before a colon, is a stage, a lane, a persona or none of these; whatever
stands below it is of that stage, lane and persona.  A name that says nothing by itself is what most others of its
level are.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final, Literal

from journeyai.errors import SourceError
from journeyai.export.plain import visible
from journeyai.importing.believed import Belief, Believed
from journeyai.importing.feelings import read_feelings
from journeyai.importing.grid import parts_of, read_grid
from journeyai.importing.names import (
    StageNames,
    is_feelings,
    is_goal,
    is_persona,
    lane_named,
    looks_like_stage,
)
from journeyai.importing.sheets import Row

Sort = Literal["stage", "lane", "feelings", "persona", "goal", "other"]

_HEADING: Final = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE: Final = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_ITEM: Final = re.compile(r"^(\s*)(?:[-*+•▪●◦‣–—]\s+|\d{1,3}[.)]\s+)(?:\[[ xX]?\]\s+)?(.*)$")
_BOLD_LINE: Final = re.compile(r"^\s*(?:\*\*|__)(.+?)(?:\*\*|__)\s*:?\s*$")
_LABEL: Final = re.compile(r"^\s*(?:\*\*|__)?([^:*_]{2,40}?)\s*:?\s*(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(.*)$")
_RULE: Final = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_MARKS: Final = re.compile(r"(\*\*|__|~~|`)(.+?)\1")
_LINK: Final = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,2000}\)")
_TAG: Final = re.compile(r"<(?!br\b)[^<>]{1,200}>", re.IGNORECASE)
#: Lists stand below every heading; each two spaces are a level.
_LIST_LEVEL: Final = 10
#: A page that somebody typed has no more lines, and no longer ones.
MOST_LINES: Final = 20_000
MOST_LETTERS: Final = 10_000
#: Deeper than this no list goes.
_DEEPEST: Final = 40
#: What our own page has and nobody types.
_OURS: Final = re.compile(r'<a id="(?:card|evidence)-\d+"></a>')


@dataclass(frozen=True, slots=True)
class _Name:
    """A heading, or what a list is headed by."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that says something, or a table."""

    line: int
    level: int
    text: str
    rows: tuple[Row, ...] = ()


def is_our_page(text: str) -> bool:
    """Whether *text* is a page that `journeyai export --format md` wrote."""
    return bool(_OURS.search(text))


def read_page(text: str, names: StageNames, file: str = "the page") -> Believed:
    """Return what a page says.

    Args:
        text: the whole page.
        names: of the stages that are known.
        file: its name, for messages.

    Raises:
        SourceError: it is too large for a page that somebody typed.
    """
    believed = Believed()
    blocks = _blocks(_lines(text, file))
    title = next((block for block in blocks if isinstance(block, _Name)), None)
    tops = [block for block in blocks if isinstance(block, _Name) and block.level == 1]
    if title is not None and tops == [title] and len(blocks) > 1:
        believed.title = title.text
        blocks = [block for block in blocks if block is not title]
    sorts = _Sorts([block for block in blocks if isinstance(block, _Name)], names)
    _Walk(believed, names, sorts).over(blocks)
    return believed


class _Sorts:
    """What each heading is; one that says nothing by itself is what most of its level are."""

    def __init__(self, headings: Sequence[_Name], names: StageNames) -> None:
        self._names = names
        self._levels: dict[int, Counter[Sort]] = {}
        for heading in headings:
            self._levels.setdefault(heading.level, Counter())[self._plainly(heading.text)] += 1

    def of(self, heading: _Name, *, in_stage: bool) -> Sort:
        """Return what *heading* is, below a stage or not."""
        sort = self._plainly(heading.text)
        told = self._levels.get(heading.level, Counter())
        if sort in {"persona", "goal"}:
            return sort
        if sort != "other":
            # Some words name both a stage and a row: what the others of the level are decides.
            also_stage = bool(self._names.find(heading.text)) or looks_like_stage(heading.text)
            if sort != "stage" and also_stage and not in_stage and told["stage"] > told["lane"]:
                return "stage"
            return sort
        lanes = told["lane"] + told["feelings"]
        if told["stage"] > lanes or (not lanes and not in_stage and heading.level < _LIST_LEVEL):
            return "stage"
        return "lane" if lanes else "other"

    def _plainly(self, text: str) -> Sort:
        if is_persona(text):
            return "persona"
        if is_goal(text):
            return "goal"
        if lane_named(text):
            return "lane"
        if self._names.find(text) or looks_like_stage(text):
            return "stage"
        return "feelings" if is_feelings(text) else "other"


class _Walk:
    """Goes through a page from top to bottom, knowing under which names it is."""

    def __init__(self, believed: Believed, names: StageNames, sorts: _Sorts) -> None:
        self._believed = believed
        self._names = names
        self._sorts = sorts
        self._over: list[tuple[int, Sort, str]] = []
        self._introduction: list[tuple[int, str]] = []

    def over(self, blocks: Sequence[_Name | _Line]) -> None:
        for block in blocks:
            self._over = [item for item in self._over if item[0] < block.level]
            if isinstance(block, _Name):
                self._enter(block)
            elif block.rows:
                self._table(block)
            else:
                self._say(block.text, block.line)
        if self._introduction and not self._believed.goal:
            self._believed.goal = self._introduction.pop(0)[1]
        for line, text in self._introduction:
            self._believed.tell("introduction", row=line, text=text)

    def _under(self, *sorts: Sort) -> str:
        return next((name for _, sort, name in reversed(self._over) if sort in sorts), "")

    def _enter(self, heading: _Name) -> None:
        sort = self._sorts.of(heading, in_stage=bool(self._under("stage")))
        name = heading.text
        if sort == "persona":
            name = is_persona(name) or name
            if name not in self._believed.personas:
                self._believed.personas.append(name)
        elif sort == "stage":
            self._believed.add_stage(name)
        self._over.append((heading.level, sort, name))

    def _table(self, block: _Line) -> None:
        if not read_grid(
            block.rows, self._names, self._believed, self._under("persona"), self._under("stage")
        ):
            for row in block.rows:
                self._say(". ".join(cell for cell in map(visible, row.cells) if cell), row.number)

    def _say(self, text: str, line: int) -> None:
        label, rest = _labelled(text)
        lane = lane_named(label) if label else None
        if label and lane is None and is_feelings(label):
            self._feel(rest, label, line)
        elif label and lane is not None:
            for part in parts_of(rest):
                self._add(part, line, label)
        elif label and is_goal(label):
            self._believed.goal = self._believed.goal or visible(rest)
        elif label and is_persona(label) is not None and not self._under("stage"):
            self._believed.personas.append(visible(rest))
        elif self._under("goal"):
            self._believed.goal = self._believed.goal or text
        elif self._innermost() == "feelings":
            self._feel(text, self._under("feelings"), line)
        elif not self._over and not self._believed.stages:
            self._introduce(text, line)
        else:
            for part in parts_of(text):
                self._add(part, line, self._under("lane", "other"))

    def _innermost(self) -> str:
        return next((sort for _, sort, _ in reversed(self._over) if sort in {"feelings", "lane"}), "")

    def _introduce(self, text: str, line: int) -> None:
        """Note what stands before every stage; its first line says what the map is for, if nothing else does."""
        self._introduction.append((line, text))

    def _feel(self, text: str, name: str, line: int) -> None:
        stage = self._under("stage")
        feelings, guessed = read_feelings([text])
        if guessed:
            self._believed.tell("scale_guessed", row=line)
        feeling = feelings[0]
        if feeling.valence is not None and stage:
            self._believed.add_feeling(stage, feeling.valence)
        for part in parts_of(feeling.words):
            persona = self._under("persona")
            self._believed.add(
                Belief(part, "thought", stage, line, name, persona, feeling.valence, feeling.emotion)
            )

    def _add(self, text: str, line: int, name: str) -> None:
        stage, persona = self._under("stage"), self._under("persona")
        lane = lane_named(name) if name else None
        if self._under("persona") and not stage and lane is None:
            # What a page tells of a persona itself is no card of the journey.
            self._believed.tell("of_persona", row=line, text=text, persona=persona)
            return
        detail = "" if lane else name
        taken = lane or self._believed.lane_for(name)
        self._believed.add(Belief(text, taken, stage, line, detail, persona))


def _labelled(text: str) -> tuple[str, str]:
    """Return the label before a colon and what follows; an empty label if there is none."""
    found = _LABEL.match(text)
    return (found[1].strip(), found[2]) if found and found[2].strip() else ("", text)


def _lines(text: str, file: str) -> list[str]:
    """Return the lines of *text* without comments, spaces made one but for what a line is indented by.

    Raises:
        SourceError: there are too many, or one is too long.
    """
    lines = _without_comments(text).split("\n")
    if len(lines) > MOST_LINES:
        raise SourceError(
            f"`{file}` has {len(lines):,} lines; a page that somebody typed has at most {MOST_LINES:,}.",
            "Look whether it is the right file.",
        )
    found = []
    for number, line in enumerate(lines, 1):
        bare = " ".join(line.split())
        if len(bare) > MOST_LETTERS:
            raise SourceError(
                f"Line {number} of `{file}` has {len(bare):,} characters; at most {MOST_LETTERS:,} can be read.",
                "Part it into several lines.",
            )
        indent = len(line) - len(line.lstrip(" \t"))
        depth = min(len(line[: min(indent, _DEEPEST)].expandtabs(4)), _DEEPEST)
        found.append(" " * depth + bare if bare else "")
    return found


def _without_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len("-->")
    return "".join([*parts, text[at:]])


def _blocks(lines: Sequence[str]) -> list[_Name | _Line]:
    blocks: list[_Name | _Line] = []
    place = _after_front_matter(lines)
    while place < len(lines):
        line, number = lines[place], place + 1
        below = lines[place + 1] if place + 1 < len(lines) else ""
        if "|" in line and _RULE.match(below) and "|" in below:
            end = place + 2
            while end < len(lines) and "|" in lines[end] and lines[end].strip():
                end += 1
            rows = [Row(number, _cells(line))]
            rows += [Row(n + 1, _cells(lines[n])) for n in range(place + 2, end)]
            blocks.append(_Line(number, _LIST_LEVEL * 10, "", tuple(rows)))
            place = end
            continue
        if line.strip() and _UNDERLINE.match(below) and not _ITEM.match(line) and "|" not in line:
            blocks.append(_Name(number, 1 if "=" in below else 2, _clean(line)))
            place += 2
            continue
        block = _block(line, number, _heads_a_list(lines, place))
        if block is not None:
            blocks.append(block)
        place += 1
    return blocks


def _block(line: str, number: int, heads: bool) -> _Name | _Line | None:
    if heading := _HEADING.match(line):
        return _Name(number, len(heading[1]), _clean(heading[2]))
    if not _clean(line) or line.lstrip().startswith("```") or _RULE.match(line):
        return None
    if item := _ITEM.match(line):
        level = _LIST_LEVEL + len(item[1].expandtabs(4)) // 2
        text = _clean(item[2])
        if heads:
            return _Name(number, level, text.rstrip(": "))
        return _Line(number, level, text)
    if bold := _BOLD_LINE.match(line):
        return _Name(number, _LIST_LEVEL - 2, _clean(bold[1]).rstrip(": "))
    if heads or (line.rstrip().endswith(":") and len(line) < 60):
        return _Name(number, _LIST_LEVEL - 1, _clean(line).rstrip(": "))
    return _Line(number, _LIST_LEVEL * 10, _clean(line.lstrip("> ")))


def _heads_a_list(lines: Sequence[str], place: int) -> bool:
    """Whether a line of a list has a deeper list below it: then it heads that."""
    item = _ITEM.match(lines[place])
    below = next((lines[n] for n in range(place + 1, len(lines)) if lines[n]), "")
    deeper = _ITEM.match(below)
    if item is None or deeper is None:
        return False
    return len(deeper[1].expandtabs(4)) > len(item[1].expandtabs(4))


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return tuple(_unmarked(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", bare))


def _clean(text: str) -> str:
    return visible(_unmarked(text))


def _unmarked(text: str) -> str:
    """Return *text* without Markdown's marks; line breaks in a cell stay."""
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    for _ in range(2):
        text = _MARKS.sub(r"\2", text)
    text = re.sub(r"(?<!\w)[*_](\S(?:[^*_]*\S)?)[*_](?!\w)", r"\1", text)
    return unescape(re.sub(r"\\([\\`*_\[\]#|~$<>.()+\-!])", r"\1", text)).strip()


def _after_front_matter(lines: Sequence[str]) -> int:
    if not lines or lines[0].strip() != "---":
        return 0
    end = next((n for n, line in enumerate(lines[1:40], 1) if line.strip() == "---"), 0)
    return end + 1 if end else 0
