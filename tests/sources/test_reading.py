import hashlib
import os
from importlib import import_module
from pathlib import Path

import pytest

from journeyai.errors import SourceError
from journeyai.model.source import Skipped
from journeyai.settings import SourceSettings
from journeyai.sources import find_files, read_bytes, read_file, settings_for
from journeyai.sources.kinds import kind_by_name
from journeyai.sources.loader import LOADERS, Loader, RawFile

PLAIN = SourceSettings()


def test_files_are_found_in_order_and_what_is_left_out_is_listed(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    for name in ("b.txt", "a/z.txt", "a/.DS_Store", ".hidden.txt", "Thumbs.db", "c/~$d.docx", "d/e/f.csv"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")
    outside = tmp_path / "outside.txt"
    outside.write_text("x", encoding="utf-8")
    (root / "out.txt").symlink_to(outside)
    (root / "in.txt").symlink_to(root / "b.txt")
    (root / "gone.txt").symlink_to(tmp_path / "nowhere")
    (root / "a" / "loop").symlink_to(root)
    (root / "itself").symlink_to(root / "itself")
    os.mkfifo(root / "pipe")
    found, skipped = find_files(root)
    assert found == [(name, root / name) for name in ("a/z.txt", "b.txt", "d/e/f.csv")]
    assert skipped == [
        Skipped(".hidden.txt", "hidden"),
        Skipped("a/loop", "a link to something that is read at its own place"),
        Skipped("gone.txt", "a link that leads nowhere"),
        Skipped("in.txt", "a link to something that is read at its own place"),
        Skipped("itself", "a link that leads nowhere"),
        Skipped("out.txt", "a link that leads out of the folder"),
        Skipped("pipe", "not a file"),
    ]


@pytest.mark.parametrize(
    "name", ["LICENSE", "Licence.txt", "README.md", "readme", "LEEME.txt", "changelog.md"]
)
def test_licences_and_read_mes_beside_the_data_are_left_out(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("P1: Not a customer at all", encoding="utf-8")
    (tmp_path / "read me first interview.md").write_text("P1: A customer", encoding="utf-8")
    found, skipped = find_files(tmp_path)
    assert [source for source, _ in found] == ["read me first interview.md"]
    assert skipped == [
        Skipped(name, "a licence or a read-me by its name; if people's words are in it, give it another")
    ]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no folder"):
        find_files(tmp_path / "none")


def test_a_files_own_settings_come_before_patterns_and_long_patterns_before_short() -> None:
    table = {
        "*": SourceSettings(language="en", kind="review"),
        "chats/*.txt": SourceSettings(kind="chat", roles={"Ana": "customer", "Luis": "customer"}),
        "a.txt": SourceSettings(encoding="cp1252", roles={"Ana": "agent"}),
    }
    assert settings_for("chats/a.txt", table) == SourceSettings(
        encoding="cp1252", kind="chat", language="en", roles={"Ana": "agent", "Luis": "customer"}
    )
    assert settings_for("b.csv", table) == SourceSettings(language="en", kind="review")
    assert settings_for("b.csv", {}) == PLAIN


def test_a_file_is_read_with_its_digest_and_loader(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("P1: Mañana llega.\r\nModerator: Why?\r\n".encode("cp1252"))
    file = read_file(path, "interviews/a.txt", PLAIN)
    assert (file.source, file.kind, file.loader, file.sha256) == (
        "interviews/a.txt",
        "interview",
        "transcript",
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    assert file.warnings == (
        "`interviews/a.txt` is not UTF-8 (line 1) and was read as cp1252; if its accents look wrong, "
        "set `encoding` for it in journey.toml.",
    )
    assert read_bytes(path.read_bytes(), "interviews/a.txt", PLAIN) == file


def test_a_file_that_is_to_be_ignored_is_not_opened(tmp_path: Path) -> None:
    file = read_file(tmp_path / "none.txt", "notes/none.txt", SourceSettings(ignore=True))
    assert (file.documents, file.skipped) == (
        (),
        (Skipped("", "left out because journey.toml says `ignore = true`"),),
    )


SUPPORTED = (
    "Supported are .txt, .md, .docx, .pdf, .html, .eml, .vtt, .srt, .csv, .tsv, .xlsx, .json and .jsonl."
)
BAD = {
    "empty": ("a.txt", b"", "`a.txt` is empty."),
    "blank": ("a.txt", b" \n\t\r\n", "`a.txt` holds nothing but blanks."),
    "blank utf-16": ("a.txt", "\ufeff \n".encode("utf-16-le"), "`a.txt` holds nothing but blanks."),
    "picture": ("a.png", b"\x89PNG\r\n\x1a\n", "`a.png` is a picture, which cannot be read."),
    "picture named text": ("a.txt", b"\x89PNG\r\n\x1a\n", "`a.txt` is a picture, not text."),
    "recording": ("a.mp3", b"ID3\x04", "`a.mp3` is a sound recording, which cannot be read."),
    "program": ("a.py", b"print(1)", "`a.py` is of no format that can be read."),
    "binary without suffix": ("a", b"ab\x00cd" * 9, "`a` is a binary file, which cannot be read."),
    "no words": ("a.txt", b"--- ...", "`a.txt` holds no words that somebody says."),
    "cut Word file": (
        "a.docx",
        b"PK\x03\x04abc",
        "`a.docx` is damaged or cut off: it is no complete Word document.",
    ),
    "cut PDF": ("a.pdf", b"%PDF-1.4\n1 0", "`a.pdf` is damaged or cut off: it is no complete PDF."),
    "no captions": ("a.vtt", b"WEBVTT\n", "`a.vtt` has no captions that can be read."),
}


@pytest.mark.parametrize(("source", "data", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_gets_one_plain_sentence(source: str, data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(data, source, PLAIN)
    assert caught.value.message == message


def test_a_file_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(SourceError, match=r"`a.txt` has 200 MB; the most that is read is 100 MB\."):
        read_file(path, "a.txt", PLAIN)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"`a\.txt` is not a file"):
        read_file(tmp_path / "a.txt", "a.txt", PLAIN)


def test_a_document_too_short_to_tell_its_language_has_that_of_the_others() -> None:
    rows = "id,text\n1,La entrega tardó tres semanas y nadie llamó\n2,ok\n3,退款花了三个星期\n"
    file = read_bytes(rows.encode(), "reviews/a.csv", PLAIN)
    assert [(d.record, d.language, {u.language for u in d.utterances}) for d in file.documents] == [
        ("1", "es", {"es"}),
        ("2", "es", {"es"}),
        ("3", "und", {"und"}),
    ]


def test_two_megabytes_in_one_line_are_read() -> None:
    document = read_bytes(
        b"P1: " + b"so it broke " * 170_000 + b"\nModerator: Why?", "a.txt", PLAIN
    ).documents[0]
    assert [turn.speaker for turn in document.turns] == ["P1", "Moderator"]


@pytest.mark.parametrize("name", LOADERS)
def test_no_loader_raises_when_it_is_asked_whether_it_fits(name: str) -> None:
    module, _, attribute = LOADERS[name].partition(":")
    loader: Loader = getattr(import_module(module), attribute)()
    assert loader.name == name
    for data in (b"", b"\x00", b"\xff\xfe", b"PK\x03\x04", b"{", b"\xc3", b"a,b\n", b"%PDF", b"<"):
        for suffix in ("", ".txt", ".csv", ".json", ".xlsx", ".docx", ".pdf", ".vtt", ".html"):
            assert 0 <= loader.fits(RawFile(f"a{suffix}", suffix, data, PLAIN)) <= 1


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("interviews/p1.txt", "interview"),
        ("entrevistas/2026/uno.txt", "interview"),
        ("Reseñas/app.csv", "review"),
        ("llamadas/chat.txt", "call"),
        ("export/nps-2026.csv", "survey"),
        ("int-01.md", "interview"),
        ("NOTES.md", "note"),
        ("printer.txt", None),
        ("a", None),
    ],
)
def test_the_nearest_folder_tells_the_kind_before_the_name(source: str, kind: str | None) -> None:
    assert kind_by_name(source) == kind
