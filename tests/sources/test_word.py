import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from tests.sources.told import check_spans, load, turns

from journeyai.errors import SourceError
from journeyai.sources.loader import Loaded
from journeyai.sources.word import WordLoader


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(document: Any, source: str = "interviews/a.docx") -> Loaded:
    loaded = load(WordLoader(), saved(document), source)
    check_spans(loaded.documents)
    return loaded


def paragraphs(*texts: str) -> Any:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return document


def test_paragraphs_are_read_as_a_transcript() -> None:
    loaded = read(
        paragraphs(
            "Moderadora: ¿Qué tal?", "P1: Bien.", "Muy bien.\nDe verdad.", "", "Moderadora: ¿Y?", "P1: Nada."
        )
    )
    assert turns(loaded.documents[0]) == [
        ("Moderadora", "researcher", "¿Qué tal?"),
        ("P1", "customer", "Bien.\nMuy bien.\nDe verdad."),
        ("Moderadora", "researcher", "¿Y?"),
        ("P1", "customer", "Nada."),
    ]


def test_otters_word_export_has_speakers_above_their_words() -> None:
    loaded = read(
        paragraphs(
            "Interviewer  00:02",
            "How was it?",
            "",
            "P03  00:13",
            "Bad.",
            "",
            "Transcribed by https://otter.ai",
        )
    )
    assert [(t.speaker, t.role, t.at) for t in loaded.documents[0].turns] == [
        ("Interviewer", "researcher", "00:00:02"),
        ("P03", "customer", "00:00:13"),
    ]


def test_a_table_of_speakers_and_words_is_a_transcript_in_its_place() -> None:
    document = paragraphs("Interview 5")
    table = document.add_table(rows=0, cols=3)
    for cells in (
        ("Time", "Speaker", "Text"),
        ("00:02", "Moderator", "How?"),
        ("00:09", "P2", "Bad.\nVery."),
    ):
        row = table.add_row()
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("Moderator: Thanks.")
    loaded = read(document)
    assert [(t.speaker, t.at) for t in loaded.documents[0].turns] == [
        ("Moderator", "00:00:02"),
        ("P2", "00:00:09"),
        ("Moderator", None),
    ]
    assert [words for _, _, words in turns(loaded.documents[0])] == ["How?", "Bad.\nVery.", "Thanks."]


def test_headings_and_bullets_are_a_researchers_notes() -> None:
    document = Document()
    document.add_heading("P4 home visit", 1)
    document.add_paragraph("Closed the tab. “I gave up on it”", style="List Bullet")
    document.add_paragraph("Called twice.", style="List Bullet")
    assert turns(read(document, "notes/a.docx").documents[0]) == [
        (None, "researcher", "- Closed the tab."),
        ("P4", "customer", "I gave up on it"),
        (None, "researcher", "- Called twice."),
    ]


def test_accepted_insertions_are_read_and_deleted_words_are_not() -> None:
    document = paragraphs("P1: one ")
    paragraph = document.paragraphs[0]._p
    for tag, text_tag, text in (("w:ins", "w:t", "two"), ("w:del", "w:delText", "three")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        words.set(qn("xml:space"), "preserve")
        run.append(words)
        change.append(run)
        paragraph.append(change)
    assert turns(read(document).documents[0]) == [("P1", "customer", "one two")]


BROKEN = {
    "cut off": (
        saved(paragraphs("P1: hola"))[:3000],
        "is damaged or cut off: it is no complete Word document",
    ),
    "not Word": (b"PK\x03\x04 nothing", "is damaged or cut off: it is no complete Word document"),
    "text": (b"just words", "is damaged or cut off: it is no complete Word document"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is protected by a password or in the old .doc format"),
    "no words": (saved(Document()), "holds no words; if it holds pictures of text, they cannot be read"),
}


@pytest.mark.parametrize(("data", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_is_said_in_one_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        load(WordLoader(), data, "a.docx")
    assert caught.value.message == f"`a.docx` {reason}."


def test_a_package_without_a_document_is_said() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", "<broken")
    with pytest.raises(SourceError, match=r"`a.docx` is not a Word document that can be read\."):
        load(WordLoader(), buffer.getvalue(), "a.docx")


@pytest.mark.parametrize(
    ("part", "megabytes", "told"),
    [("word/document.xml", 60, "60 MB"), ("word/media/film.bin", 450, "450 MB")],
    ids=["words", "pictures"],
)
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(part: str, megabytes: int, told: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package, package.open(part, "w") as file:
        for _ in range(megabytes):
            file.write(b" " * 1_000_000)
    with pytest.raises(SourceError, match=f"`a.docx` unpacks to {told}, which is too much."):
        load(WordLoader(), packed.getvalue(), "a.docx")
