"""Web pages and fragments of HTML, as the text that a reader sees."""

import re
from typing import TYPE_CHECKING, Final

from journeyai.sources.forums import read_forum
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.page_parts import END, MARKS, mark_of, table_heads
from journeyai.sources.said_in_rows import is_head, said_line
from journeyai.sources.transcripts import read_transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from selectolax.lexbor import LexborNode

_UNSEEN: Final = frozenset(
    [
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "svg",
        "iframe",
        "object",
        "select",
        "textarea",
        "-comment",
    ]
)
_BLOCK_TAGS = """address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section
    summary table tbody thead tr ul"""
_BLOCKS: Final = frozenset(_BLOCK_TAGS.split())
_PARAGRAPHS: Final = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
#: Written where an element begins or ends, and settled in the end: a new line, a new paragraph, a cell.
_LINE, _PARAGRAPH, _CELL = "\x01", "\x02", "\x03"
#: A page may hold such characters itself, written as `&#1;`.
_NO_MARKS: Final = dict.fromkeys(map(ord, _LINE + _PARAGRAPH + _CELL + MARKS))
_BREAKS = re.compile(r"[ \t\x03]*[\x01\x02][ \t\n\x01-\x03]*")
_AROUND_LINE_ENDS = re.compile(r"[ \t\x03]*\n[ \t\x03]*")
_MANY_LINE_ENDS = re.compile(r"\n{3,}")
_CELLS = re.compile(r" *\x03[ \x03]*")
_MANY_BLANKS = re.compile(r" {2,}")


class HtmlLoader:
    """Reads a page's visible text as a transcript."""

    name = "html"

    def fits(self, raw: RawFile) -> float:
        """Return 0.9 by suffix, 0.8 by the first tag of a file without one or of a .txt."""
        if raw.suffix in {".html", ".htm", ".xhtml"}:
            return 0.9
        return 0.8 if raw.suffix in {"", ".txt"} and _PAGE.match(raw.data[:2000]) else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*; the canonical text is what a reader of the page sees.

        Raises:
            SourceError: it is not text, or shows nothing.
        """
        page = raw.text()
        if (forum := read_forum(*_with_marks(page), raw.source, raw.settings)) is not None:
            return forum
        return read_transcript(_page_to_text(page), raw.source, raw.settings)


def html_to_text(fragment: str) -> str:
    """Return the visible text of *fragment*: a line a block, a blank line between paragraphs.

    List items begin with `- `; the cells of a table's row stand on one line, two blanks apart.
    """
    return _CELLS.sub("  ", _with_cells(fragment)).strip()


def _page_to_text(page: str) -> str:
    """Return the visible text of *page*; under heads such as "Who" and "Message" a row is a line that is said."""
    lines = []
    under_heads = False
    for line in _with_cells(page).split("\n"):
        cells = [cell.strip() for cell in line.split(_CELL)]
        if len(cells) == 1:
            under_heads = under_heads and bool(line.strip())  # A blank line ends the table.
        elif is_head(cells):
            under_heads = True
            continue
        lines.append(said_line(cells) if under_heads and len(cells) > 1 else _CELLS.sub("  ", line))
    return "\n".join(lines).strip()


def _with_cells(fragment: str) -> str:
    """Return the visible text of *fragment*, the cells of a row still parted by their mark."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(fragment).root
    return _settled("".join(_written(root))) if root is not None else ""


def _with_marks(page: str) -> tuple[str, str]:
    """Return the visible text of *page* with the marks of `posts` around what they name, and its title."""
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(page).root
    if root is None:
        return "", ""
    title = " ".join((node.text() or "") for node in root.css("title, h1"))
    heads = table_heads(root)
    return _CELLS.sub("  ", _settled("".join(_written(root, lambda node: mark_of(node, heads))))), title


def _settled(text: str) -> str:
    """Return *text* with its breaks written out."""
    text = _BREAKS.sub(lambda run: "\n\n" if _PARAGRAPH in run[0] else "\n", text)
    text = _MANY_LINE_ENDS.sub("\n\n", _AROUND_LINE_ENDS.sub("\n", text))
    return _MANY_BLANKS.sub(" ", text).strip()


def _written(root: "LexborNode", mark_of: "Callable[[LexborNode], str]" = lambda _: "") -> list[str]:
    """Return the pieces of text under *root*, line ends among them; an element with a mark stands between two."""
    pieces: list[str] = []
    # A stack of our own: pages nest deeper than Python's.
    waiting: list[LexborNode | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        tag = node.tag or ""
        if tag == "-text":
            raw = (node.text_content or "").translate(_NO_MARKS)
            pieces.append(raw if _in_pre(node) else _BLANKS.sub(" ", raw))
        elif tag == "br":
            pieces.append("\n")
        elif tag not in _UNSEEN and not _is_hidden(node):
            before, after = _around(tag)
            mark = mark_of(node)
            pieces.append(before + mark)
            waiting.append((END if mark else "") + after)
            children = []
            child = node.child
            while child is not None:
                children.append(child)
                child = child.next
            waiting.extend(reversed(children))
    return pieces


def _around(tag: str) -> tuple[str, str]:
    """Return what is written before and after an element."""
    if tag in _PARAGRAPHS:
        return _PARAGRAPH, _PARAGRAPH
    if tag == "li":
        return f"{_LINE}- ", _LINE
    if tag in {"td", "th"}:
        return "", _CELL
    return (_LINE, _LINE) if tag in _BLOCKS else ("", "")


def _in_pre(node: "LexborNode") -> bool:
    return node.parent is not None and node.parent.tag == "pre"


def _is_hidden(node: "LexborNode") -> bool:
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None
