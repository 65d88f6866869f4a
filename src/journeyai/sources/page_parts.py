"""What the elements of a page are to its posts, by what the page says of them: an author, a date, a post, a menu."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_AUTHOR: Final = _words(
    """author autor autora user usuario usuaria username nick nickname poster byline member miembro handle alias
    apodo screenname login creator"""
)
#: After one of the above they still say who: `author-name`, `user_info`.
_AUTHOR_ENDS: Final = _words(
    "name nombre info link box cell col column details profile perfil card vcard panel"
)
_DATE: Final = _words(
    "date fecha time hora when timestamp posted published dateline datetime created age dia cuando modified"
)
_POST: Final = _words(
    "post message mensaje comment comentario reply respuesta entry entrada answer opinion intervencion"
)
_POST_ENDS: Final = _words("item row box card container wrapper wrap block bloque inner fila caja")
_CHROME: Final = _words(
    """breadcrumb breadcrumbs ruta migas nav navbar navigation navegacion menu footer pie sidebar pagination
    paginacion pager toolbar signature firma sig actions acciones buttons botones controls share compartir likes
    votes votos ads ad publicidad cookie cookies rank rango joined badge avatar reputation stats edited editado
    permalink banner topbar rules normas tags etiquetas"""
)
_QUOTE: Final = _words("quote quoted cita citado citas quoteheader")
_CHROME_TAGS: Final = frozenset({"nav", "footer", "aside", "form", "button"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LEAD_TAGS: Final = frozenset({"b", "strong", "cite", "a", "span", "u", "em"})

#: Marks in the written page; each part ends with `_END`.
POST, AUTHOR, LEAD, DATE, QUOTE, CHROME, END = "\x04", "\x05", "\x06", "\x07", "\x0e", "\x0f", "\x10"
MARKS: Final = POST + AUTHOR + LEAD + DATE + QUOTE + CHROME + END

#: No name is longer, in characters; so much may stand about its bearer beside it ("Joined 2019").
LONGEST_NAME, _LONGEST_PANEL, _LONGEST_DATE = 45, 240, 60
#: Empty elements before a name that are looked past.
_SIBLINGS: Final = 20
#: What stands between a name in bold and the words: `<b>kelpie</b> wrote (3 May): …`
AFTER_LEAD = re.compile(
    r"\s*(?:wrote|said|says|posted|escribi[oó]|dijo|dice)?\s*(?P<when>[(\[][^()\[\]\n]{4,40}[)\]])?\s*:\s*",
    re.IGNORECASE,
)
_HEAD_AUTHORS: Final = _words("author autor autora user usuario usuaria nick poster member miembro")
_HEAD_WORDS: Final = _words(
    "post message mensaje comment comentario texto text reply respuesta opinion opinión"
)
_HEAD_DATES: Final = _words("date fecha time hora posted when day día dia")


def mark_of(node: "LexborNode", heads: dict[int, str]) -> str:
    """Return the mark with which *node* is written; empty if it is an element like any other."""
    tag = node.tag or ""
    if tag.startswith(("-", "html", "body")):
        return ""
    if mark := heads.get(node.mem_id):
        return mark
    kinds = [_kind(name) for name in _names(node)]
    if AUTHOR in kinds and _short(node, _LONGEST_PANEL):
        return AUTHOR
    if (tag == "time" or DATE in kinds) and _short(node, _LONGEST_DATE):
        return DATE
    if tag in _CHROME_TAGS or CHROME in kinds or (tag in _HEADINGS and not _in_post(node)):
        return CHROME
    if tag == "blockquote" or QUOTE in kinds:
        return QUOTE
    if tag == "article" or POST in kinds:
        return POST
    return LEAD if _leads(node, tag) else ""


def table_heads(root: "LexborNode") -> dict[int, str]:
    """Return the marks of the rows and cells that stand under heads such as "Author" and "Post", by node."""
    marks: dict[int, str] = {}
    for table in root.css("table"):
        rows = [[c for c in row.iter() if c.tag in {"td", "th"}] for row in table.css("tr")]
        head = next((row for row in rows if row), [])
        names = [" ".join((cell.text() or "").split()).casefold().strip(": ") for cell in head]
        if _HEAD_AUTHORS.isdisjoint(names) or _HEAD_WORDS.isdisjoint(names):
            continue
        marks.update({cell.mem_id: CHROME for cell in head})
        for row in rows[1:]:
            if len(row) == len(head) and row[0].parent is not None:
                marks[row[0].parent.mem_id] = POST
                for cell, name in zip(row, names, strict=True):
                    if name in _HEAD_AUTHORS or name in _HEAD_DATES:
                        marks[cell.mem_id] = AUTHOR if name in _HEAD_AUTHORS else DATE
    return marks


def _names(node: "LexborNode") -> list[list[str]]:
    """Return the words of each class and property of *node*: `post-author` → [post, author]."""
    attributes = node.attributes
    named = [value for key in ("class", "itemprop", "rel") if (value := attributes.get(key))]
    spaced = [re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name) for value in named for name in value.split()[:12]]
    return [[word for word in re.split(r"[-_:.]+|\d+", name.casefold()) if word] for name in spaced]


def _kind(words: Sequence[str]) -> str:
    """Return the mark that the words of one class tell; empty if none."""
    if not words:
        return ""
    last = words[-1]
    before = set(words[:-1])
    if last in _AUTHOR or (last in _AUTHOR_ENDS and before & _AUTHOR):
        return AUTHOR
    if last in _DATE or "dateline" in words:
        return DATE
    if last in _CHROME:
        return CHROME
    if last in _QUOTE:
        return QUOTE
    return POST if last in _POST or (last in _POST_ENDS and before & _POST) else ""


def _short(node: "LexborNode", most: int) -> bool:
    text = (node.text() or "").strip()
    return 0 < len(text) <= most


def _leads(node: "LexborNode", tag: str) -> bool:
    """Return whether *node* is a name in bold that a block begins with, or the heading of a post."""
    if tag in _HEADINGS:
        return _in_post(node) and _first(node) and _short(node, 40) and len((node.text() or "").split()) <= 4
    if tag not in _LEAD_TAGS or not _short(node, LONGEST_NAME) or not _first(node):
        return False
    text = (node.text() or "").strip()
    if tag in {"a", "span", "u", "em"} and not _in_post(node):
        return False
    if text.endswith(":"):
        return True
    following = node.next
    return (
        following is not None
        and following.tag == "-text"
        and bool(AFTER_LEAD.match(following.text_content or ""))
    )


def _in_post(node: "LexborNode") -> bool:
    parent = node.parent
    for _ in range(3):
        if parent is None:
            return False
        if parent.tag == "article" or POST in [_kind(name) for name in _names(parent)]:
            return True
        parent = parent.parent
    return False


def _first(node: "LexborNode") -> bool:
    """Return whether nothing is written before *node* in its parent but its date or a picture."""
    before = node.prev
    for _ in range(_SIBLINGS):
        if before is None:
            return True
        shown = (before.text_content if before.tag == "-text" else before.text()) or ""
        dated = before.tag == "time" or DATE in [_kind(name) for name in _names(before)]
        if shown.strip() and before.tag != "-comment" and not dated:
            return False
        before = before.prev
    return before is None
