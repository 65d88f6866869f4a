"""What a batch tells about itself: how far it is, and what it came to in the end."""

from dataclasses import dataclass
from typing import Final

from journeyai.model.summary import Fault, Outcome
from journeyai.model.vocabulary import Emotion

#: Items whose pain points are compared with one another: of more, so many are drawn by lot.
MOST_COMPARED: Final = 2000


@dataclass(frozen=True, slots=True)
class State:
    """How far a batch is.

    Attributes:
        done: items summarised now.
        kept: items that were summarised by an earlier run and need nothing.
        failed: items without a summary, now.
        left: items still to do; None while nobody can tell.  About right only, where files hold many records that were
            not counted yet.
        seconds: since the run began.
        per_second: items a second (done and failed) over the whole run; 0 before the first.
        tokens: sent and received now; None where no model is asked.
        usd: what the job has cost, earlier runs of it included; None if no model is asked or its price is not known.
        usd_projected: what it will have cost in the end; None while nobody can tell.
        seconds_left: None while nobody can tell.
    """

    done: int
    kept: int
    failed: int
    left: int | None
    seconds: float
    per_second: float
    tokens: int | None = None
    usd: float | None = None
    usd_projected: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class PainCount:
    """A kind of pain point, and how often it was met.

    Attributes:
        title: the commonest wording.
        items: how many items have it.
        looked_at: how many items were compared for it.
    """

    title: str
    items: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class WorstItem:
    """An item whose customer felt worst.

    Attributes:
        source: its file.
        record: the record inside; None if the file is one item.
        emotion: at the end.
        valence: the lowest on its path, −2 … 2.
    """

    source: str
    record: str | None
    emotion: Emotion
    valence: float


@dataclass(frozen=True, slots=True)
class FailedItem:
    """An item without a summary.

    Attributes:
        source: its file.
        record: the record inside; None if the file is one item, or could not be read.
        fault: what failed.
        message: one sentence.
    """

    source: str
    record: str | None
    fault: Fault
    message: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the items of a run came to.

    Attributes:
        items: with a summary.
        outcomes: outcome → items; every outcome is there.
        pains: commonest first.
        worst: worst first.
        languages: language → items, most first.
        usd: None if no model was asked or the price is not known.
        tokens: sent and received; None where no model was asked.
        seconds: the run took.
        failures: the first ones, in input order.
        failed: how many there are in all.
        left_out: parts of files that hold nothing to summarise.
    """

    items: int
    outcomes: dict[Outcome, int]
    pains: tuple[PainCount, ...]
    worst: tuple[WorstItem, ...]
    languages: dict[str, int]
    usd: float | None
    tokens: int | None
    seconds: float
    failures: tuple[FailedItem, ...]
    failed: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Mailing:
    """What became of the questions that go to a vendor in batches.

    Attributes:
        model: who is asked.
        host: where it is.
        fetched: answers that came now.
        unanswered: why questions came back without one now → how many.
        refused: why batches were refused as a whole, found out now; each a sentence.
        sent: questions sent now.
        sent_batches: in so many batches.
        waiting: questions under way, those sent now among them.
        waiting_batches: in so many batches.
        answered: of the waiting ones, answered at the vendor by now.
        further: questions that are to be sent yet; those that nothing can say of before others are answered are not
            among them.
        most_usd: what the waiting ones may cost at most; None if the price is not known.
        notices: what a person should know besides; each a sentence.
    """

    model: str
    host: str
    fetched: int
    unanswered: dict[str, int]
    refused: tuple[str, ...]
    sent: int
    sent_batches: int
    waiting: int
    waiting_batches: int
    answered: int
    further: int
    most_usd: float | None
    notices: tuple[str, ...] = ()
