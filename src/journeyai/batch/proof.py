"""The proof of a file of summaries: every quote again from the raw files, by hash and offset, with no model."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from journeyai.drafting.grounding import turn_at
from journeyai.errors import SettingsError, SourceError
from journeyai.model.proof import SummaryFinding, SummaryProof
from journeyai.model.source import Document, SourceFile
from journeyai.model.summary import SaidQuote, Summary, begins_summaries

#: Files held at the same time; summaries of one file mostly stand together.
_HELD: Final = 8
#: Findings that are told one by one.
MOST_FINDINGS: Final = 100


def is_summaries(path: Path) -> bool:
    """Return whether the file at *path* begins as a file of summaries does, and not as a map."""
    try:
        with path.open("rb") as file:
            return begins_summaries(file.readline(1 << 20))
    except OSError:
        return False


def prove(path: Path, read: Callable[[str], SourceFile]) -> SummaryProof:
    """Check every line of the file at *path* against the raw files.

    Args:
        path: of the file of summaries.
        read: reads the source of a name anew; raises SourceError if it is gone or cannot be read.

    Raises:
        SettingsError: the file cannot be read, or a line of it is no summary.
    """
    files = _Files(read)
    counts = {"summaries": 0, "failed": 0, "quotes": 0}
    findings: list[SummaryFinding] = []
    wrong = 0
    for line, summary in _lines(path):
        counts["failed" if summary.error else "summaries"] += 1
        counts["quotes"] += len(_quotes(summary))
        if summary.error is None:
            problems = list(_problems(summary, files))
            wrong += len(problems)
            room = MOST_FINDINGS - len(findings)
            findings += [
                SummaryFinding(line, summary.source, summary.record, text) for text in problems[:room]
            ]
    return SummaryProof(counts["summaries"], counts["failed"], counts["quotes"], tuple(findings), wrong)


def _lines(path: Path) -> Iterator[tuple[int, Summary]]:
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, Summary.model_validate_json(line)
    except ValidationError:
        raise SettingsError(
            f"Line {number} of `{path}` is no summary.",
            "Take the line out, or make the file anew with --fresh.",
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"`{path}` is not UTF-8 text.", "Make the file anew with --fresh.") from None
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be read: {error.strerror}.") from None


class _Files:
    """The last few files that were read, with their documents by record; or why a file cannot be read."""

    def __init__(self, read: Callable[[str], SourceFile]) -> None:
        self._read = read
        self._held: OrderedDict[str, tuple[str, Mapping[str | None, Document]] | str] = OrderedDict()

    def get(self, source: str) -> tuple[str, Mapping[str | None, Document]] | str:
        """Return the file's hash and its documents, or why there are none."""
        if source not in self._held:
            try:
                file = self._read(source)
            except SourceError as error:
                self._held[source] = error.message
            else:
                self._held[source] = file.sha256, {document.record: document for document in file.documents}
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(source)
        return self._held[source]


def _quotes(summary: Summary) -> list[SaidQuote]:
    return [
        *(quote for pain in summary.pain_points for quote in pain.evidence),
        *(promise.evidence for promise in summary.promises),
        *summary.key_quotes,
    ]


def _problems(summary: Summary, files: _Files) -> Iterator[str]:
    found = files.get(summary.source)
    if isinstance(found, str):
        yield found
        return
    sha256, documents = found
    if sha256 != summary.sha256:
        yield f"`{summary.source}` is not the file that was summarised."
        return
    document = documents.get(summary.record)
    if document is None:
        yield f"There is no record {summary.record} in `{summary.source}`."
        return
    for quote in _quotes(summary):
        if document.text[quote.start : quote.end] != quote.quote or not quote.quote:
            yield f"The words at {quote.start}–{quote.end} are not the quote's."
            continue
        turn = turn_at(document, quote.start, quote.end)
        if turn is None:
            yield f"The quote at {quote.start}–{quote.end} runs over the words of one turn."
        elif turn.speaker != quote.speaker:
            yield (
                f"The quote at {quote.start}–{quote.end} is {turn.speaker or 'nobody named'}'s, "
                f"not {quote.speaker or 'nobody named'}'s."
            )
    for promise in summary.promises:
        turn = turn_at(document, promise.evidence.start, promise.evidence.end)
        if turn is not None and turn.role not in {promise.who, "unknown"}:
            yield f"The promise at {promise.evidence.start} is the {turn.role}'s, not the {promise.who}'s."
