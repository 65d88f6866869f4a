"""Reads bytes with one loader and tells the result as plain values, so that tests compare it whole."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from journeyai.model.source import Document
from journeyai.settings import SourceSettings
from journeyai.sources.loader import Loaded, Loader, RawFile

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SAMPLES = Path(__file__).resolve().parents[2] / "knowledge" / "samples"


def shared(path: str) -> bytes:
    """Return a file of the data kept beside the checkout; skip the test where there is none."""
    file = SHARED / path
    if not file.is_file():
        pytest.skip(f"{path} is not beside this checkout")
    return file.read_bytes()


def load(
    loader: Loader, data: bytes | str, source: str = "reviews.csv", settings: SourceSettings | None = None
) -> Loaded:
    """Read *data* as the file *source*."""
    raw = data if isinstance(data, bytes) else data.encode()
    return loader.load(
        RawFile(source, PurePosixPath(source).suffix.lower(), raw, settings or SourceSettings())
    )


def turns(document: Document) -> list[tuple[str | None, str, str]]:
    """Return (speaker, role, words) of each turn; a private one's role has a `!`."""
    return [
        (turn.speaker, turn.role + "!" * turn.private, document.text[turn.start : turn.end])
        for turn in document.turns
    ]


def measures(document: Document) -> list[tuple[str, float, float, float]]:
    """Return (kind, value, low, high) of each rating."""
    return [(m.kind, m.value, m.low, m.high) for turn in document.turns if (m := turn.measure)]


def skipped(loaded: Loaded) -> list[tuple[str, str]]:
    """Return (where, reason) of each part left out."""
    return [(part.where, part.reason) for part in loaded.skipped]


def check_spans(documents: Iterable[Document]) -> None:
    """Assert what every loader promises of utterances."""
    for document in documents:
        assert [utterance.number for utterance in document.utterances] == list(
            range(len(document.utterances))
        )
        for utterance in document.utterances:
            turn = document.turn_of(utterance)
            assert document.text[utterance.start : utterance.end] == utterance.text
            assert turn.start <= utterance.start < utterance.end <= turn.end
            assert utterance.text.strip()
