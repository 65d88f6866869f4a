"""From passages or spans to a `Document`: canonical text, turns, numbered utterances, languages.

The one place where utterances are made, so that every loader keeps the promise
``document.text[utterance.start:utterance.end] == utterance.text``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from journeyai.model.source import Document, Measure, Turn, Utterance
from journeyai.model.vocabulary import Channel, Kind, Role
from journeyai.sources.decoding import clean_characters, normalise_newlines
from journeyai.sources.language import detect, detect_utterance
from journeyai.sources.segmenting import segment, trim


@dataclass(frozen=True, slots=True)
class Passage:
    """One turn, before it stands in a canonical text.

    Attributes:
        text: the words.
        role: who the speaker is to the study.
        speaker: the name as the source gives it.
        person: the key of `people.person_key`, for customers.
        at: when it was said.
        measure: the rating this passage gives.
        private: an internal note.
        step: its number in a told story.
        label: printed before the text in the canonical text, outside the turn's span.
    """

    text: str
    role: Role
    speaker: str | None = None
    person: str | None = None
    at: str | None = None
    measure: Measure | None = None
    private: bool = False
    step: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class TurnSpan:
    """One turn inside a canonical text that exists already; the fields are those of `Turn`."""

    start: int
    end: int
    role: Role
    speaker: str | None = None
    person: str | None = None
    at: str | None = None
    measure: Measure | None = None
    private: bool = False
    step: int | None = None


def join_passages(
    *,
    source: str,
    record: str | None,
    kind: Kind,
    passages: Sequence[Passage],
    language: str | None = None,
    channel: Channel | None = None,
) -> Document:
    """Make a document whose canonical text is its labels and passages, one a line.

    Passages without a visible character are left out.

    Args:
        source: path inside `sources/`.
        record: the row or ticket; None if the file is one document.
        kind: what sort of material it is.
        passages: in the order they were said.
        language: ISO 639-1 code if it is known; None to find it out.
        channel: the channel the conversation used, if known.
    """
    parts: list[str] = []
    spans: list[TurnSpan] = []
    at = 0
    for passage in passages:
        text = clean_characters(normalise_newlines(passage.text))
        if not text.strip():
            continue
        label = clean_characters(passage.label)
        start = at + len(label)
        spans.append(
            TurnSpan(
                start=start,
                end=start + len(text),
                role=passage.role,
                speaker=passage.speaker,
                person=passage.person,
                at=passage.at,
                measure=passage.measure,
                private=passage.private,
                step=passage.step,
            )
        )
        parts.append(label + text)
        at = start + len(text) + 1
    return mark_turns(
        source=source,
        record=record,
        kind=kind,
        text="\n".join(parts),
        spans=spans,
        language=language,
        channel=channel,
    )


def mark_turns(
    *,
    source: str,
    record: str | None,
    kind: Kind,
    text: str,
    spans: Sequence[TurnSpan],
    language: str | None = None,
    channel: Channel | None = None,
) -> Document:
    """Make a document over *text*, which becomes its canonical text as it is.

    Args:
        source: path inside `sources/`.
        record: the row or ticket; None if the file is one document.
        kind: what sort of material it is.
        text: every newline is one line feed.
        spans: the turns, in order and not overlapping; blanks around them are cut off, empty ones left out.
        language: ISO 639-1 code if it is known; None to find it out.
        channel: the channel the conversation used, if known.

    Raises:
        ValueError: spans overlap or leave the text, which is a loader's bug.
    """
    text = clean_characters(text)
    turns = tuple(_turns(text, spans))
    main = language or detect(_spoken(text, turns))
    utterances: list[Utterance] = []
    for index, turn in enumerate(turns):
        for start, end in segment(text, turn.start, turn.end):
            words = text[start:end]
            said_in = language or detect_utterance(words, main)
            utterances.append(Utterance(len(utterances), index, start, end, words, said_in))
    return Document(
        source=source,
        record=record,
        kind=kind,
        language=main,
        text=text,
        turns=turns,
        utterances=tuple(utterances),
        channel=channel,
    )


def _turns(text: str, spans: Sequence[TurnSpan]) -> Iterable[Turn]:
    after = 0
    for span in spans:
        if not after <= span.start <= span.end <= len(text):
            raise ValueError(
                f"span {span.start}–{span.end} after {after} in a text of {len(text)} characters"
            )
        after = span.end
        start, end = trim(text, span.start, span.end)
        if start == end:
            continue
        yield Turn(
            speaker=span.speaker,
            role=span.role,
            person=span.person if span.role == "customer" else None,
            at=span.at,
            start=start,
            end=end,
            measure=span.measure,
            private=span.private,
            step=span.step,
        )


#: Characters from which a document's language is found; more changes nothing and costs time.
LANGUAGE_SAMPLE = 4000


def _spoken(text: str, turns: Sequence[Turn]) -> str:
    """Return the words of *turns* without labels, the customers' first, up to `LANGUAGE_SAMPLE`."""
    pieces: list[str] = []
    size = 0
    for turn in sorted(turns, key=lambda turn: turn.role != "customer"):
        if size >= LANGUAGE_SAMPLE:
            break
        piece = text[turn.start : min(turn.end, turn.start + LANGUAGE_SAMPLE - size)]
        pieces.append(piece)
        size += len(piece) + 1
    return "\n".join(pieces)
