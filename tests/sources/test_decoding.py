import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.errors import SourceError
from journeyai.sources.decoding import Decoded, clean_characters, decode, what_binary

SPANISH = "¿Cuándo llega? Mañana, señor: «quizás».\n"


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (SPANISH.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + SPANISH.encode(), "utf-8"),
        (SPANISH.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + SPANISH.encode("utf-16-be"), "utf-16-be"),
        (SPANISH.encode("utf-16-le"), "utf-16-le"),
        (SPANISH.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\x00\x00" + SPANISH.encode("utf-32-le"), "utf-32-le"),
        (SPANISH.replace("\n", "\r\n").encode(), "utf-8"),
        (SPANISH.replace("\n", "\r").encode(), "utf-8"),
    ],
    ids=["plain", "mark", "utf-16 mark", "utf-16-be mark", "utf-16-le", "utf-16-be", "utf-32", "crlf", "cr"],
)
def test_text_is_the_same_in_every_unicode_encoding(data: bytes, codec: str) -> None:
    assert decode(data, "a.txt") == Decoded(SPANISH, codec)


def test_windows_1252_is_read_and_said() -> None:
    assert decode(("ok\n" + SPANISH).encode("cp1252"), "a.txt") == Decoded(
        "ok\n" + SPANISH,
        "cp1252",
        "`a.txt` is not UTF-8 (line 2) and was read as cp1252; if its accents look wrong, "
        "set `encoding` for it in journey.toml.",
    )


def test_files_glued_together_keep_both_encodings() -> None:
    data = "uno: mañana señor\n".encode() + "dos: aquí\n".encode("cp1252")
    assert decode(data, "a.txt") == Decoded(
        "uno: mañana señor\ndos: aquí\n",
        "utf-8",
        "`a.txt` mixes UTF-8 with another encoding (first on line 2), read as Windows-1252.",
    )


def test_a_character_cut_in_two_at_the_end_is_said() -> None:
    assert decode("Mañana".encode() + b"\xc3", "a.txt") == Decoded(
        "Mañana", "utf-8", "`a.txt` ends in the middle of a character: it may have been cut off."
    )


def test_the_users_encoding_is_the_only_one_tried() -> None:
    assert decode("Ω".encode("cp1253"), "a.txt", "cp1253").text == "Ω"
    with pytest.raises(SourceError, match=r"`a.txt` is not in the encoding `utf-8` .* \(line 2\)"):
        decode(b"ok\n\xff", "a.txt", "utf-8")
    with pytest.raises(SourceError, match="is set to the encoding `utf8000`, which does not exist"):
        decode(b"ok", "a.txt", "utf8000")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        (b"\x00\x00\x00\x18ftypmp42", "a video or sound recording"),
        (b"ID3\x04\x00", "a sound recording"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file (.doc, .xls)"),
        (b"{\\rtf1 hello}", "a Rich Text file"),
        (b"text\x00with\x01a\x02zero" * 9, "a binary file"),
        (bytes(range(1, 32)) * 9, "a binary file"),
    ],
)
def test_what_is_not_text_is_named(data: bytes, kind: str) -> None:
    assert what_binary(data) == kind
    with pytest.raises(SourceError, match=r"`a\.txt` is .*, not text"):
        decode(data, "a.txt")


def test_zeros_and_lone_surrogates_are_replaced_one_for_one() -> None:
    assert clean_characters("a\x00b\ud800c") == "a�b�c"


def text_or_reason(data: bytes) -> str:
    try:
        return decode(data, "a.txt").text
    except SourceError as error:
        return error.message


@given(st.binary(max_size=400))
def test_any_bytes_become_clean_text_or_a_sentence(data: bytes) -> None:
    text = text_or_reason(data)
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text
