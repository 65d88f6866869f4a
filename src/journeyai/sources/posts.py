"""Pages on which people post one after another: forums, comments, chats exported as a page.

A post is found by what its page says of its parts (`class="author"`, `<article>`, a table headed "Author" and
"Post") or, failing that, by a name in bold at its head.  Menus, signatures and the page's foot are nobody's words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from journeyai.sources.labels import NOT_SPEAKERS
from journeyai.sources.page_parts import (
    AFTER_LEAD,
    AUTHOR,
    CHROME,
    DATE,
    END,
    LEAD,
    LONGEST_NAME,
    MARKS,
    POST,
    QUOTE,
)

_MARK = re.compile(f"([{MARKS}])")
#: Parts inside parts beyond this are read as plain words.
_DEEPEST: Final = 200
_BY = re.compile(
    r"(?:posted\s+by|written\s+by|by|por|de|escrito\s+por|publicado\s+por)[\s:]+(?=\S)", re.IGNORECASE
)
#: Two of these in a short last paragraph, and it is the page's foot.
_FOOT = re.compile(
    r"""\b(?:normas|contacto|aviso\s+legal|cookies|privacidad|condiciones|reglas|ayuda|rules|contact|privacy|terms|help|about
    |powered|copyright|rights\s+reserved|derechos\s+reservados|moderated|moderad[oa]|forum|foro|volver|back\s+to|log\s?in
    |sign\s+(?:in|up)|register|registr[ao]\w*|iniciar\s+sesi[oó]n|be\s+(?:civil|nice|kind)|s[eé]\s+amable)\b|©""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(slots=True)
class Post:
    """One post.

    Attributes:
        author: as the page names them.
        when: as the page writes it; empty if it does not.
        parts: the words, in order, and whether they are quoted from somebody else.
    """

    author: str
    when: str = ""
    parts: list[tuple[str, bool]] = field(default_factory=list)

    def words(self) -> str:
        """Return the poster's own words."""
        return "\n\n".join(text for text, quoted in self.parts if not quoted)


@dataclass(frozen=True, slots=True)
class Posts:
    """What was found on a page.

    Attributes:
        posts: in the page's order.
        told: whether the page's own marking names the authors, rather than bold type.
        outside: words that stand in no post.
    """

    posts: tuple[Post, ...]
    told: bool
    outside: int


def find_posts(written: str) -> Posts:
    """Return the posts of a page that was written with the marks of `mark_of`.

    Args:
        written: a line a block, a blank line between paragraphs; each part begins with its mark and ends with `END`.
    """
    root = _tree(written)
    told = sum(1 for part in _under(root) if part.mark == AUTHOR) >= 2
    reader = _Reader(AUTHOR if told else LEAD)
    reader.read(root)
    posts = reader.posts()
    return Posts(posts, told, reader.outside)


@dataclass(slots=True)
class _Part:
    """A marked part of the page; its children are parts and texts."""

    mark: str
    inside: "list[_Part | str]" = field(default_factory=list)


def _tree(written: str) -> _Part:
    root = _Part("")
    stack = [root]
    for piece in _MARK.split(written):
        if piece == END:
            if len(stack) > 1:
                stack.pop()
        elif piece and piece in MARKS:
            part = _Part(piece)
            stack[-1].inside.append(part)
            stack.append(part)
        elif piece:
            stack[-1].inside.append(piece)
    return root


def _under(part: _Part) -> Iterator[_Part]:
    """Yield every part under *part*, outer ones first."""
    waiting = [part]
    while waiting:
        for child in waiting.pop().inside:
            if isinstance(child, _Part):
                yield child
                waiting.append(child)


def _text(part: _Part) -> str:
    pieces: list[str] = []
    waiting: list[_Part | str] = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
        else:
            waiting.extend(reversed(item.inside))
    return "".join(pieces)


@dataclass(slots=True)
class _Open:
    """A post while it is read; *boxed*: an element of the page holds it and nothing else."""

    post: Post
    boxed: bool
    raw: list[tuple[str, bool]] = field(default_factory=list)


class _Reader:
    """Goes through the parts of a page and collects its posts."""

    def __init__(self, names: str) -> None:
        self._names = names
        self._found: list[_Open] = []
        self._date = ""
        self.outside = 0

    def read(
        self, part: _Part, current: _Open | None = None, *, boxed: bool = False, depth: int = 0
    ) -> _Open | None:
        """Read *part* while *current* is open; return what is open in the end."""
        for child in part.inside:
            if isinstance(child, str):
                self._say(current, child, quoted=False)
                continue
            names = self._names_in(child)
            if child.mark == self._names:
                found = self._begin(_text(child), boxed=boxed)
                if found is None:  # "Note:" in bold is no name.
                    self._say(current, _text(child), quoted=False)
                current = found or current
            elif child.mark == DATE:
                self._dated(current, " ".join(_text(child).split()))
            elif child.mark == QUOTE and not names:
                self._say(current, _text(child), quoted=True)
            elif child.mark == CHROME and not names:
                continue
            elif depth >= _DEEPEST:
                self._say(current, _text(child), quoted=False)
            elif child.mark == POST and names:
                self._date = ""
                self.read(child, boxed=names == 1, depth=depth + 1)
            else:
                current = self.read(child, current, boxed=boxed, depth=depth + 1)
        return current

    def posts(self) -> tuple[Post, ...]:
        """Return what was read; to be asked once, in the end."""
        loose = [item for item in self._found if not item.boxed]
        continued = any(len(_paragraphs(item.raw)) > 1 for item in loose[:-1])
        for item in self._found:
            parts = _paragraphs(item.raw)
            if loose and item is loose[-1]:
                # What follows the last post may be the page's own.
                kept = [part for part in parts[1:] if continued and not _is_foot(part[0])]
                self.outside += sum(len(text.split()) for text, _ in parts[1:] if (text, False) not in kept)
                parts = parts[:1] + kept
            item.post.parts = [
                ("\n\n".join(text for text, _ in same), quoted)
                for quoted, same in groupby(parts, key=lambda part: part[1])
            ]
        return tuple(item.post for item in self._found if item.post.words().strip())

    def _names_in(self, part: _Part) -> int:
        """Return how many names stand in *part*, those in posts inside it aside."""
        count = 0
        waiting = [part]
        while waiting:
            for child in waiting.pop().inside:
                if not isinstance(child, str):
                    count += child.mark == self._names
                    if child.mark != POST:
                        waiting.append(child)
        return count or int(any(inner.mark == self._names for inner in _under(part)))

    def _begin(self, written: str, *, boxed: bool) -> _Open | None:
        name = name_of(written)
        if not name:
            return None
        # `<b>kelpie</b> wrote: …` has its colon outside.
        colon_follows = self._names == LEAD and not written.rstrip().endswith(":")
        found = _Open(Post(name, self._date), boxed, [("", colon_follows)])
        self._date = ""
        self._found.append(found)
        return found

    def _dated(self, current: _Open | None, when: str) -> None:
        if current is not None and not current.post.when and (current.boxed or len(current.raw) == 1):
            current.post.when = when
        else:
            self._date = when

    def _say(self, current: _Open | None, text: str, *, quoted: bool) -> None:
        if current is None:
            self.outside += len(text.split())
            return
        if len(current.raw) == 1:
            if not text.strip():
                return
            after = AFTER_LEAD.match(text) if current.raw[0][1] and not quoted else None
            if after:
                current.post.when = current.post.when or (after["when"] or "").strip("()[]")
                text = text[after.end() :]
        current.raw.append((text, quoted))


def _paragraphs(raw: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return the paragraphs of what was read, own and quoted apart."""
    return [
        (paragraph.strip(), quoted)
        for quoted, pieces in groupby(raw, key=lambda piece: piece[1])
        for paragraph in re.split(r"\n{2,}", "".join(text for text, _ in pieces))
        if paragraph.strip()
    ]


def name_of(written: str) -> str:
    """Return the name in what stands where one belongs ("by sea_otter", "kelpie" above "Joined 2019"); or nothing."""
    line = next((line for line in written.split("\n") if line.strip()), "")
    name = " ".join(_BY.sub("", line.strip(), count=1).split()).rstrip(" :,·-–—|").lstrip("@ ")
    if not re.search(r"[^\W_]", name) or len(name) > LONGEST_NAME or name.casefold() in NOT_SPEAKERS:
        return ""
    return name


def _is_foot(text: str) -> bool:
    return len(text.split()) <= 25 and len(_FOOT.findall(text)) >= 2
