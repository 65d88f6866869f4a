import io
from collections.abc import Sequence

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from tests.sources.told import check_spans, load, skipped, turns

from journeyai.errors import SourceError
from journeyai.sources.loader import Loaded
from journeyai.sources.pdf import PdfLoader


def written(pages: Sequence[Sequence[str]], password: str = "") -> bytes:
    """Return a PDF with the given lines on its pages."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(width=600, height=800)
        drawn = b"".join(b"(" + line.encode("cp1252") + b") Tj 0 -20 Td " for line in lines)
        content = DecodedStreamObject()
        content.set_data(b"BT /F1 12 Tf 50 750 Td " + drawn + b"ET")
        page[NameObject("/Contents")] = writer._add_object(content)
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def read(data: bytes) -> Loaded:
    loaded = load(PdfLoader(), data, "interviews/a.pdf")
    check_spans(loaded.documents)
    return loaded


def test_pages_are_read_as_one_transcript_without_heads_and_numbers() -> None:
    loaded = read(
        written(
            [
                ["Study 7", "Moderadora: ¿Qué tal?", "P1: Bien, pero", "Page 1 of 4"],
                ["Study 7", "caro.", "2"],
                ["Study 7", "Moderadora: ¿Por qué?", "3"],
                ["Study 7", "P1: Por nada.", "4"],
            ]
        )
    )
    assert turns(loaded.documents[0]) == [
        ("Moderadora", "researcher", "¿Qué tal?"),
        ("P1", "customer", "Bien, pero\ncaro."),
        ("Moderadora", "researcher", "¿Por qué?"),
        ("P1", "customer", "Por nada."),
    ]


def test_a_page_without_text_is_listed() -> None:
    loaded = read(written([["Moderator: Hi?", "P1: No."], []]))
    assert skipped(loaded) == [("page 2", "it has no text; it may be a picture")]


BROKEN = {
    "scan": (written([[], []]), "has no text on its 2 pages: it is a scan or holds only pictures."),
    "password": (written([["P1: hola"]], password="x"), "is protected by a password."),
    "cut off": (written([["P1: hola"]])[:300], "is damaged or cut off: it is no complete PDF."),
    "no PDF": (b"hello there", "is damaged or cut off: it is no complete PDF."),
    "head only": (b"%PDF-1.7\n", "is damaged or cut off: it is no complete PDF."),
}


@pytest.mark.parametrize(("data", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_is_said_in_one_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(data)
    assert caught.value.message == f"`interviews/a.pdf` {reason}"


def test_a_page_without_text_is_counted_in_the_singular() -> None:
    with pytest.raises(SourceError, match=r"`a\.pdf` has no text on its 1 page: it is a scan"):
        load(PdfLoader(), written([[]]), "a.pdf")
