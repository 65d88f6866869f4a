"""What the ledger says of a run: its items, and how many of them came to what."""

from dataclasses import dataclass

from journeyai.batch.work import Outcome
from journeyai.model.summary import Fault


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a run as the ledger has it.

    Attributes:
        source: its file.
        record: the record inside; None if the file is one item.
        line: the summary as JSON; for a failure the line with `error`.
        fault: what failed; None if nothing did.
    """

    source: str
    record: str | None
    line: str
    fault: Fault | None

    @property
    def is_failure(self) -> bool:
        """Whether it has no summary."""
        return self.fault is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """What recording a portion added to its run; an item that the run had already counts nowhere.

    Attributes:
        done: summarised now.
        kept: summarised by an earlier run.
        source_faults: failed because of the file or the record.
        model_faults: failed because of the model.
        left_out: parts with nothing to summarise.
    """

    done: int = 0
    kept: int = 0
    source_faults: int = 0
    model_faults: int = 0
    left_out: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.done + other.done,
            self.kept + other.kept,
            self.source_faults + other.source_faults,
            self.model_faults + other.model_faults,
            self.left_out + other.left_out,
        )

    @property
    def failed(self) -> int:
        """Items without a summary."""
        return self.source_faults + self.model_faults

    @property
    def items(self) -> int:
        """Items in all, whatever became of them."""
        return self.done + self.kept + self.failed


def count(outcome: Outcome) -> Counts:
    """Return the counts that *outcome* alone makes."""
    if outcome.fault is not None:
        return Counts(model_faults=1) if outcome.fault == "model" else Counts(source_faults=1)
    if outcome.kept:
        return Counts(kept=1)
    return Counts(done=1) if outcome.line is not None else Counts(left_out=1)
