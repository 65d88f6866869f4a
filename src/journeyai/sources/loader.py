"""What a loader is, what it is given and what it gives back; and the table of all loaders.

To add a format: write a module with a class that has `name`, `fits` and `load`, add one line to `LOADERS`,
and add a sample to the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from journeyai.model.source import Document, Skipped
from journeyai.model.vocabulary import Kind
from journeyai.settings import SourceSettings
from journeyai.sources.decoding import Decoded, decode

#: Raised whenever the same bytes would be read differently, so that indexes read their files again.
LOADERS_VERSION: Final = 3

#: Loader's name → where it lives.  Nothing is imported until a file needs it.
#: When two loaders are equally sure of a file, the earlier one reads it.
LOADERS: Final[Mapping[str, str]] = {
    "whatsapp": "journeyai.sources.whatsapp:WhatsAppLoader",
    "captions": "journeyai.sources.captions:CaptionLoader",
    "word": "journeyai.sources.word:WordLoader",
    "pdf": "journeyai.sources.pdf:PdfLoader",
    "html": "journeyai.sources.html:HtmlLoader",
    "workbook": "journeyai.sources.tables:WorkbookLoader",
    "json": "journeyai.sources.tickets:JsonLoader",
    "mails": "journeyai.sources.mails:MailLoader",
    "delimited": "journeyai.sources.tables:DelimitedLoader",
    "transcript": "journeyai.sources.transcripts:TranscriptLoader",
}


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file's bytes and what is known of it.

    Attributes:
        source: path inside `sources/`, with `/`.
        suffix: lower case with the dot (`.csv`); empty if there is none.
        data: the bytes.
        settings: what the user says about this file.
    """

    source: str
    suffix: str
    data: bytes
    settings: SourceSettings
    _decoded: list[Decoded] = field(default_factory=list, init=False, repr=False, compare=False)

    def text(self) -> str:
        """Return the file's text: every newline is one line feed, and no NUL or lone surrogate is in it.

        The encoding is the one set by the user, else a byte order mark's, UTF-8, UTF-16 found by content,
        or an older one that fits.

        Raises:
            SourceError: the bytes are not text, or not in the encoding that was set.
        """
        if not self._decoded:
            self._decoded.append(decode(self.data, self.source, self.settings.encoding))
        return self._decoded[0].text

    def text_warnings(self) -> tuple[str, ...]:
        """Return what a person should check about the decoding; empty before `text` was called."""
        return tuple(decoded.warning for decoded in self._decoded if decoded.warning)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader returns.

    Attributes:
        kind: what sort of material the file is.
        documents: in the file's order.
        skipped: parts left out, with the reason.
        warnings: things a person should check; each a sentence.
    """

    kind: Kind
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


class Loader(Protocol):
    """Reads one format."""

    name: str

    def fits(self, raw: RawFile) -> float:
        """Return how sure the loader is that it can read *raw*: 0 for no … 1 for certain.

        Looks at the content as well as the suffix, and never raises.
        """
        ...

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*.

        Raises:
            SourceError: the file cannot be read; one sentence that names it, the place and the reason.
        """
        ...
