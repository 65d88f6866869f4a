"""From bytes to text, without ever guessing in silence.

Order: what the user set; a byte order mark; UTF-16 by its pattern of zero bytes; UTF-8; UTF-8 with stray
Windows-1252 bytes (files glued together); Windows-1252; whatever charset-normalizer finds.
"""

import codecs
import re
from dataclasses import dataclass

from journeyai.errors import SourceError

#: How much is looked at where looking at everything would be slow, in bytes.
SAMPLE = 65_536

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: First bytes of files that people drop into a folder by mistake, or that need another loader.
_SIGNATURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"fLaC", "a sound recording"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"PK\x03\x04", "a compressed or Office file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a Rich Text file"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_UNWANTED = re.compile("[\x00\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?")
#: Control characters that no text editor writes (tab, line feed, form feed, return and escape are spared).
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
_HIGH = bytes(range(128, 256))
#: A character of two or more bytes in UTF-8.
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: What Windows-1252 text of Western Europe hardly holds: rare signs, and punctuation inside a word.
_ODD = re.compile(
    r"[^\x00-\x7fáéíóúüñÁÉÍÓÚÜÑ¿¡çÇàèìòùÀÈÌÒÙâêîôûÂÊÎÔÛäëïöÄËÏÖßãõÃÕåÅøØæÆœŒ€£–—‘’“”„•…ªº«»°·´©®™\xa0²³½]"
    r"|(?<=\w)[–—“”„•…«»](?=\w)"
)
_STRAY = "journeyai.stray-bytes"
_ENCODING_HINT = 'Set the encoding of this file in journey.toml, for example `encoding = "cp1252"`.'


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the codec it was read with, and a sentence if a person should check it."""

    text: str
    encoding: str
    warning: str = ""


def decode(data: bytes, source: str, encoding: str | None = None) -> Decoded:
    """Return the text of *data*, with single line feeds and without NULs and lone surrogates.

    Args:
        data: the file's bytes.
        source: the file's name, for messages.
        encoding: a Python codec name set by the user; nothing else is then tried.

    Raises:
        SourceError: it is not text, or not in that encoding.
    """
    if encoding is not None:
        return _as_set(data, source, encoding)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _by_mark(data[len(mark) :], source, codec)
    if wide := _utf_16(data[:SAMPLE]):
        return _by_mark(data, source, wide)
    if kind := what_binary(data):
        raise SourceError(
            f"`{source}` is {kind}, not text.", "Save or export it as text, .docx, .csv or .pdf."
        )
    try:
        return _decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        where = error.start
        cut_off = error.reason == "unexpected end of data" and len(data) - where < 4
    if cut_off:
        text = data[:where].decode("utf-8")
        warning = f"`{source}` ends in the middle of a character: it may have been cut off."
        return _decoded(text, "utf-8", warning)
    return _older(data, source, where)


def what_binary(data: bytes) -> str | None:
    """Return what *data* is (an article and a noun) if it is not text, else None; UTF-16 counts as text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[4:8] == b"ftyp":
        return "a video or sound recording"
    if data.startswith(b"RIFF") and data[8:12] in {b"WAVE", b"AVI ", b"WEBP"}:
        return "a recording or picture"
    sample = data[:SAMPLE]
    if _utf_16(sample) is not None:
        return None
    if b"\x00" in data:
        return "a binary file"
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return "a binary file" if controls > max(8, len(sample) // 50) else None


def clean_characters(text: str) -> str:
    """Replace NULs and lone surrogates by U+FFFD, one for one, so that no offset moves."""
    # Asking first costs a tenth of substituting; nearly every text is clean already.
    return _UNWANTED.sub("�", text) if _UNWANTED.search(text) else text


def normalise_newlines(text: str) -> str:
    """Return *text* with every CRLF and CR as one line feed."""
    return _NEWLINES.sub("\n", text) if "\r" in text else text


def _decoded(text: str, encoding: str, warning: str = "") -> Decoded:
    return Decoded(clean_characters(normalise_newlines(text.removeprefix("\ufeff"))), encoding, warning)


def _as_set(data: bytes, source: str, encoding: str) -> Decoded:
    try:
        return _decoded(data.decode(encoding), encoding)
    except LookupError:
        raise SourceError(
            f"`{source}` is set to the encoding `{encoding}`, which does not exist.",
            "Correct `encoding` in journey.toml; utf-8, cp1252 and utf-16 are the usual ones.",
        ) from None
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        line = data[:place].count(b"\n") + 1
        raise SourceError(
            f"`{source}` is not in the encoding `{encoding}` that journey.toml sets (line {line}).",
            "Correct `encoding` in journey.toml, or remove it to have it found out.",
        ) from None


def _by_mark(data: bytes, source: str, codec: str) -> Decoded:
    try:
        return _decoded(data.decode(codec), codec)
    except UnicodeDecodeError as error:
        if error.reason in {"truncated data", "unexpected end of data"} and error.end >= len(data) - 1:
            text = data[: error.start].decode(codec)
            warning = f"`{source}` ends in the middle of a character: it may have been cut off."
            return _decoded(text, codec, warning)
        if codec == "utf-8":
            return _older(data, source, error.start)
        raise SourceError(
            f"`{source}` says it is {codec.upper()} but cannot be read as such from byte {error.start} on.",
            _ENCODING_HINT,
        ) from None


def _utf_16(sample: bytes) -> str | None:
    """Return the codec if the zero bytes of *sample* fall where UTF-16 of a Latin script puts them."""
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    even = sample[0::2].count(0)
    odd = sample[1::2].count(0)
    if odd > half * 0.6 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _older(data: bytes, source: str, where: int) -> Decoded:
    """Decode what is not UTF-8; *where* is the first byte that says so."""
    line = data[:where].count(b"\n") + 1
    high = len(data) - len(data.translate(None, _HIGH))
    sequences = sum(len(found) for found in _SEQUENCE.findall(data))
    if sequences * 2 >= high:
        warning = (
            f"`{source}` mixes UTF-8 with another encoding (first on line {line}), read as Windows-1252."
        )
        return _decoded(data.decode("utf-8", errors=_STRAY), "utf-8", warning)
    codec = "cp1252"
    text = _western(data)
    if text is None:
        # Slow on large input and no better for it, so it sees the part around the first odd byte.
        import charset_normalizer

        start = data.rfind(b"\n", 0, where) + 1
        best = charset_normalizer.from_bytes(data[start : start + SAMPLE]).best()
        if best is None:
            raise SourceError(
                f"`{source}` is in an encoding that cannot be told (line {line}).", _ENCODING_HINT
            )
        codec = best.encoding
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            raise SourceError(
                f"`{source}` is in an encoding that cannot be told (line {line}).", _ENCODING_HINT
            ) from None
    return _decoded(
        text,
        codec,
        f"`{source}` is not UTF-8 (line {line}) and was read as {codec}; if its accents look wrong, "
        "set `encoding` for it in journey.toml.",
    )


def _western(data: bytes) -> str | None:
    """Return *data* as Windows-1252 if nearly all of its accents are usual in Western Europe."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = sum(1 for byte in data[:SAMPLE] if byte > 127)
    odd = len(_ODD.findall(text[:SAMPLE]))
    return text if odd * 5 <= high else None


def _stray_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error(_STRAY, _stray_byte)
