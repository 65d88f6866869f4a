"""What proving a file of summaries found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SummaryFinding:
    """Something that does not hold.

    Attributes:
        line: of the file of summaries, from 1.
        source: the file concerned.
        record: the record inside; None if the file is one item.
        problem: one sentence.
    """

    line: int
    source: str
    record: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class SummaryProof:
    """What was checked and what was found.

    Attributes:
        summaries: lines with a summary.
        failed: lines that only say why there is none.
        quotes: quotes checked.
        findings: the first ones of what does not hold.
        wrong: how many findings there are in all; 0 if everything is proved.
    """

    summaries: int
    failed: int
    quotes: int
    findings: tuple[SummaryFinding, ...]
    wrong: int

    @property
    def proved(self) -> bool:
        """Whether everything holds."""
        return not self.wrong
