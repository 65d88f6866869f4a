"""Ledgers of runs that were never run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from journeyai.batch.items import Portion
from journeyai.batch.ledger import Ledger
from journeyai.batch.run import Result
from journeyai.batch.work import Outcome
from journeyai.model.batch import State
from journeyai.model.summary import Summary
from journeyai.settings import SourceSettings


@contextmanager
def told(folder: Path, summaries: Sequence[Summary]) -> Iterator[tuple[Ledger, Result]]:
    """Open a ledger with one run of *summaries*, each of a file of its own."""
    path = folder / "ledger.sqlite"
    with Ledger(path) as ledger:
        run = ledger.begin()
        for number, summary in enumerate(summaries):
            portion = Portion(
                number=number,
                source=summary.source,
                sha256=summary.sha256,
                data=None,
                documents=(),
                settings=SourceSettings(),
                total=1,
            )
            error = summary.error
            outcome = Outcome(
                summary.record,
                f"key-{number}",
                summary.to_line(),
                error.fault if error else None,
                error.message if error else "",
            )
            ledger.record(portion, [outcome], "method", f"file-{number}")
        failed = sum(summary.error is not None for summary in summaries)
        state = State(len(summaries) - failed, 0, failed, 0, 12.0, 1.0)
        yield ledger, Result(state, run, path, source_faults=failed)
