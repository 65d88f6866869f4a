"""A document as a compact JSON body, and back, exactly.

Utterances keep their span only: their text is the document's slice, so it is stored once.  Bytes rather
than SQLite text, because a file may contain what UTF-8 cannot say (lone surrogates).
"""

import json
from typing import Any, TypedDict

from journeyai.model.source import Document, Measure, SourceFile, Turn, Utterance
from journeyai.model.vocabulary import Channel, Kind


class Body(TypedDict):
    """A document as it is kept, for readers that want a few words of it and not all its values.

    `turns` hold a turn's fields in their order, `utterances` (turn, start, end, language).
    """

    kind: Kind
    language: str
    channel: Channel | None
    duplicate_of: tuple[str, str | None] | None
    text: str
    turns: list[list[Any]]
    utterances: list[tuple[int, int, int, str]]


def pack(text: str) -> bytes:
    """Return *text* as bytes, whatever is in it; the bytes sort as the characters do."""
    return text.encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> str:
    """Return the text that `pack` made *data* of."""
    return data.decode("utf-8", "surrogatepass")


def dump_document(document: Document) -> bytes:
    """Return the body of *document*, without its source and record.

    Raises:
        ValueError: an utterance is not the slice of the text it says it is, or is wrongly numbered; a
            loader's bug, which must not reach a quote.
    """
    for number, utterance in enumerate(document.utterances):
        if utterance.number != number or document.text[utterance.start : utterance.end] != utterance.text:
            raise ValueError(f"Utterance {number} of {document.key} is not the slice it says it is.")
    body: Body = {
        "kind": document.kind,
        "language": document.language,
        "channel": document.channel,
        "duplicate_of": document.duplicate_of,
        "text": document.text,
        "turns": [_turn(turn) for turn in document.turns],
        "utterances": [(u.turn, u.start, u.end, u.language) for u in document.utterances],
    }
    return pack(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def load_body(data: bytes) -> Body:
    """Return what `dump_document` wrote, as it stands."""
    body: Body = json.loads(unpack(data))
    return body


def load_document(source: str, record: str | None, body: bytes) -> Document:
    """Return the document whose body `dump_document` wrote."""
    raw = load_body(body)
    text = raw["text"]
    twin = raw["duplicate_of"]
    return Document(
        source=source,
        record=record,
        kind=raw["kind"],
        language=raw["language"],
        text=text,
        turns=tuple(_read_turn(fields) for fields in raw["turns"]),
        utterances=tuple(
            Utterance(number, turn, start, end, text[start:end], language)
            for number, (turn, start, end, language) in enumerate(raw["utterances"])
        ),
        channel=raw["channel"],
        duplicate_of=None if twin is None else (twin[0], twin[1]),
    )


def dump_notes(file: SourceFile) -> bytes:
    """Return what was left out of *file* and what a person should check, as JSON."""
    notes = {"skipped": [(part.where, part.reason) for part in file.skipped], "warnings": file.warnings}
    return pack(json.dumps(notes, ensure_ascii=False))


def _turn(turn: Turn) -> list[Any]:
    rating = turn.measure
    measure = None if rating is None else (rating.kind, rating.value, rating.low, rating.high)
    return [
        turn.speaker,
        turn.role,
        turn.person,
        turn.at,
        turn.start,
        turn.end,
        measure,
        turn.private,
        turn.step,
    ]


def _read_turn(fields: list[Any]) -> Turn:
    speaker, role, person, at, start, end, measure, private, step = fields
    return Turn(
        speaker, role, person, at, start, end, None if measure is None else Measure(*measure), private, step
    )
