"""PDF with text in it, read as a transcript.  A scan without text is an error, not an empty document."""

import io
import logging
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from journeyai.errors import SourceError
from journeyai.model.source import Skipped
from journeyai.sources.decoding import clean_characters, normalise_newlines
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.transcripts import read_transcript

if TYPE_CHECKING:
    from pypdf import PdfReader

_PAGE_NUMBER = re.compile(
    r"\s*(?:(?:page|p[áa]gina|p[áa]g\.?|p\.)\s*)?\d{1,4}(?:\s*(?:of|de|/)\s*\d{1,4})?\s*", re.IGNORECASE
)
#: A line at the top or bottom of at least this many pages, and of half of them, is a running head.
_RUNNING: Final = 3


class PdfLoader:
    """Reads .pdf."""

    name = "pdf"

    def fits(self, raw: RawFile) -> float:
        """Return 0.95 by the first bytes, 0.9 by suffix."""
        if raw.data[:1024].lstrip().startswith(b"%PDF"):
            return 0.95
        return 0.9 if raw.suffix == ".pdf" else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*; the canonical text is that of its pages, without running heads and page numbers.

        Raises:
            SourceError: it is damaged, cut off, protected by a password, or has no text.
        """
        from pypdf.errors import DependencyError, PyPdfError

        broken = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError,
                  RecursionError, OverflowError, NotImplementedError, zlib.error, OSError)  # fmt: skip
        try:
            reader = _opened(raw)
            count = len(reader.pages)
        except DependencyError:
            raise _protected(raw) from None
        except broken:
            raise SourceError(
                f"`{raw.source}` is damaged or cut off: it is no complete PDF.",
                "Export it again, or save it as text.",
            ) from None
        pages: list[str] = []
        skipped: list[Skipped] = []
        for number in range(count):
            try:
                text = clean_characters(normalise_newlines(reader.pages[number].extract_text()))
            except broken:
                skipped.append(Skipped(f"page {number + 1}", "it is damaged"))
                continue
            if text.strip():
                pages.append(text)
            else:
                skipped.append(Skipped(f"page {number + 1}", "it has no text; it may be a picture"))
        if not pages:
            raise SourceError(
                f"`{raw.source}` has no text on its {count} {'page' if count == 1 else 'pages'}: "
                "it is a scan or holds only pictures.",
                "Run text recognition (OCR) over it first, or type it up.",
            )
        loaded = read_transcript("\n".join(_without_heads(pages)), raw.source, raw.settings)
        return Loaded(loaded.kind, loaded.documents, (*loaded.skipped, *skipped), loaded.warnings)


def _opened(raw: RawFile) -> "PdfReader":
    from pypdf import PasswordType, PdfReader

    # It tells of each flaw on standard error unless somebody listens; what matters becomes our own sentence.
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    reader = PdfReader(io.BytesIO(raw.data))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise _protected(raw)
    return reader


def _protected(raw: RawFile) -> SourceError:
    return SourceError(f"`{raw.source}` is protected by a password.", "Save a copy without one.")


def _without_heads(pages: Sequence[str]) -> list[str]:
    """Take off page numbers, and lines that stand at the top or bottom of most pages."""
    split = [[line for line in page.split("\n") if line.strip()] for page in pages]
    ends = Counter(line for lines in split for line in {lines[0].strip(), lines[-1].strip()})
    heads = {line for line, times in ends.items() if times >= _RUNNING and times * 2 >= len(pages)}
    kept = []
    for lines in split:
        while lines and (lines[0].strip() in heads or _PAGE_NUMBER.fullmatch(lines[0][:40])):
            lines.pop(0)
        while lines and (lines[-1].strip() in heads or _PAGE_NUMBER.fullmatch(lines[-1][:40])):
            lines.pop()
        kept.append("\n".join(lines))
    return kept
