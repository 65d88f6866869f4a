"""Word documents: their paragraphs and tables as text, in order, then read as a transcript."""

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from journeyai.errors import SourceError
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.said_in_rows import is_head, said_line
from journeyai.sources.transcripts import read_transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
#: Unpacked, a document larger than this is a trap, in bytes; and so are its words alone.
#: A megabyte of words takes 0.4 s and 9 MB of memory; the longest novels have 10.
_LARGEST_UNPACKED: Final = 400_000_000
_LARGEST_WORDS: Final = 50_000_000


class WordLoader:
    """Reads .docx."""

    name = "word"

    def fits(self, raw: RawFile) -> float:
        """Return 0.95 for a package with a Word document in it, 0.9 for the suffix."""
        if raw.suffix in {".docx", ".docm"}:
            return 0.9
        if raw.suffix == ".doc" and raw.data.startswith(_OLD_OFFICE):
            return 0.9
        return 0.95 if raw.data.startswith(b"PK\x03\x04") and b"word/document.xml" in raw.data else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*; the canonical text is a line a paragraph.

        Raises:
            SourceError: it is damaged, cut off, protected, an old .doc, or holds no words.
        """
        if raw.data.startswith(_OLD_OFFICE):
            raise SourceError(
                f"`{raw.source}` is protected by a password or in the old .doc format.",
                "Open it in Word and save it as .docx without a password.",
            )
        text = "\n".join(_lines(_opened(raw)))
        if not text.strip():
            raise SourceError(
                f"`{raw.source}` holds no words; if it holds pictures of text, they cannot be read."
            )
        return read_transcript(text, raw.source, raw.settings)


def _opened(raw: RawFile) -> Any:
    """Return the `docx` document."""
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as package:
            parts = package.infolist()
        unpacked = sum(part.file_size for part in parts)
        wordy = sum(part.file_size for part in parts if part.filename.endswith(".xml"))
        if unpacked > _LARGEST_UNPACKED or wordy > _LARGEST_WORDS:
            raise SourceError(
                f"`{raw.source}` unpacks to {unpacked / 1e6:.0f} MB, which is too much.",
                "Split it, or export it as text.",
            )
        return Document(io.BytesIO(raw.data))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, OSError):
        reason = "is damaged or cut off: it is no complete Word document"
    except (OpcError, SyntaxError, KeyError, ValueError, AttributeError, RuntimeError):
        # Broken XML is lxml's kind of SyntaxError.
        reason = "is not a Word document that can be read"
    raise SourceError(f"`{raw.source}` {reason}.", "Open it in Word and save it again, or export it as text.")


def _lines(document: Any) -> "Iterator[str]":
    counter = 0
    for child in document.element.body.iterchildren():
        if child.tag == f"{_W}p":
            mark, counter = _mark(child, counter)
            yield mark + _words(child)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        elif child.tag == f"{_W}sdt":
            for paragraph in child.iter(f"{_W}p"):
                yield _words(paragraph)


def _mark(paragraph: Any, counter: int) -> tuple[str, int]:
    """Return what stands before a heading's or a list item's words, and the running number."""
    style_element = paragraph.find(f"{_W}pPr/{_W}pStyle")
    style = (style_element.get(f"{_W}val") or "").casefold() if style_element is not None else ""
    if style.startswith(("heading", "ttulo", "título", "titulo", "title")):
        return "## ", counter
    if style.startswith(("listnumber", "listaconn")):
        return f"{counter + 1}. ", counter + 1
    if style.startswith("listbullet") or paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return "- ", counter
    return "", 0 if _words(paragraph).strip() else counter


def _words(paragraph: Any) -> str:
    """Return the visible words: accepted insertions and links too, without deleted ones and field codes."""
    pieces = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        elif node.tag == f"{_W}tab":
            # A tab stop's definition is no tab in the text.
            pieces.append("\t" if node.getparent().tag == f"{_W}r" else "")
        else:
            pieces.append("-" if node.tag == f"{_W}noBreakHyphen" else "\n")
    return "".join(pieces)


def _rows(table: Any) -> "Iterator[str]":
    """Return a table's rows as lines; one of speakers and words as `Name: words`."""
    for row in table.iter(f"{_W}tr"):
        cells = [
            "\n".join(words for paragraph in cell.iter(f"{_W}p") if (words := _words(paragraph)).strip())
            for cell in row.iterchildren(f"{_W}tc")
        ]
        if any(cell.strip() for cell in cells):
            stripped = [cell.strip() for cell in cells]
            yield "" if is_head(stripped) else said_line(stripped)
