"""The quoted documents of a REFI-QDA project: their text, and where in it each quotation stands.

Positions count Unicode characters (code points) from 0, and the end is the position behind the last one: as on our map.
A document is one record of a source: an interview, a ticket, a row of a survey.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from journeyai.export.interchange.writing import Distinct, Keys, legible
from journeyai.export.material import Material
from journeyai.model.journey import Evidence

#: What is put between quotations where the document's own text is not at hand.
_BETWEEN: Final = "\n\n"
#: Not in a file's name on some system.
_UNSAFE: Final = re.compile(r"[^\w.\- ]+")
_NAME_CHARS: Final = 100
#: Control characters other than tabs and ends of lines do harm in other programs; one character stays one character.
_CONTROLS: Final[Mapping[int, str]] = {
    code: "\ufffd" for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r\x85"
}


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a document that the map quotes.

    Attributes:
        guid: its id in the project.
        start: of its first character.
        end: behind its last character.
        items: the map's evidence that stands there: more than one if the same words were taken twice.
    """

    guid: str
    start: int
    end: int
    items: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class QuotedDocument:
    """A document the map quotes.

    Attributes:
        guid: its id in the project.
        source: path inside `sources/`.
        record: inside the file; None for plain text.
        name: differs from every other document's, fit for a file's name.
        text: what is written.
        whole: whether it is the document's own text; else only its quotations, a paragraph each.
        quotations: by position.
    """

    guid: str
    source: str
    record: str | None
    name: str
    text: str
    whole: bool
    quotations: tuple[Quotation, ...]


def quoted_documents(
    evidence: Iterable[Evidence], material: Material, keys: Keys
) -> tuple[QuotedDocument, ...]:
    """Return the documents that *evidence* is cut from, by source and record."""
    by_place: dict[tuple[str, str | None], list[Evidence]] = {}
    for item in evidence:
        by_place.setdefault((item.source, item.record), []).append(item)
    names = Distinct()
    found = []
    for source, record in sorted(by_place, key=lambda place: (place[0], place[1] or "")):
        items = sorted(by_place[source, record], key=lambda item: (item.start, item.end))
        own = material.text(source, record)
        whole = own is not None and all(own[item.start : item.end] == item.quote for item in items)
        if own is not None and whole:
            text, spans = clean(own), [(item.start, item.end) for item in items]
        else:
            text, spans = _only_quotes(items)
        guid = keys.uuid("document", source, record)
        name = names.name(_file_name(source, record))
        quotations = _quotations(zip(spans, items, strict=True), keys, guid)
        found.append(QuotedDocument(guid, source, record, name, text, whole, quotations))
    return tuple(found)


def clean(text: str) -> str:
    """Return *text* with each control character replaced by one visible sign, so that positions stay."""
    text = text.translate(_CONTROLS)
    # Taken for the mark of the encoding, it would not be counted.
    return f"\ufffd{text[1:]}" if text.startswith("\ufeff") else text


def _only_quotes(items: list[Evidence]) -> tuple[str, list[tuple[int, int]]]:
    """Return a text of the quotations alone, and where each one stands in it."""
    text, spans = "", []
    for item in items:
        quote = legible(item.quote)
        spans.append((len(text), len(text) + len(quote)))
        text += f"{quote}{_BETWEEN}" if quote else ""
    return text, spans


def _quotations(
    placed: Iterable[tuple[tuple[int, int], Evidence]], keys: Keys, document: str
) -> tuple[Quotation, ...]:
    """Return a quotation for each span; where nothing can be seen there is none."""
    by_span: dict[tuple[int, int], list[Evidence]] = {}
    for span, item in placed:
        if span[0] < span[1]:
            by_span.setdefault(span, []).append(item)
    return tuple(
        Quotation(keys.uuid("quotation", document, *span), *span, tuple(by_span[span]))
        for span in sorted(by_span)
    )


def _file_name(source: str, record: str | None) -> str:
    shown = _UNSAFE.sub("_", legible(source if record is None else f"{source} {record}"))
    return shown[:_NAME_CHARS].strip(" ._") or "_"
