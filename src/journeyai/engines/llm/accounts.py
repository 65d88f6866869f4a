"""What asking a model came to: the jobs that spending is booked under, and what people are told of each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from journeyai.engines.llm.asking import Failure
from journeyai.engines.llm.steps.observe import Lost

#: The job that a draft's spending is booked under.
DRAFT: Final = "draft"
#: The job of a conversation: its caps count from zero beside those of the draft.
CHAT: Final = "chat"
#: The job of summaries: its caps count from zero beside those of drafts and conversations.
SUMMARIES: Final = "summaries"


@dataclass(frozen=True, slots=True)
class Account:
    """What asking a model came to.

    Attributes:
        model: its name.
        host: where it is.
        asked: questions that it answered now.
        kept: questions answered from earlier runs, at no cost.
        failed: questions without an answer; of a draft, those in the end, of summaries, those asked again half by
            half included.
        tokens: sent and received now.
        estimated: whether the server told no counts of some, so that they are estimates.
        usd: what the job has cost, earlier runs of it included; None if the price is not known.
        notice: what a person should know of the store of answers; mostly empty.
    """

    model: str
    host: str
    asked: int
    kept: int
    failed: int
    tokens: int
    estimated: bool
    usd: Decimal | None
    notice: str


@dataclass(frozen=True, slots=True)
class Report(Account):
    """What asking a model for a draft came to.

    Attributes:
        lost: parts of documents that could not be read; `failed` counts them, too.
        failures: other questions without an answer.
        dropped: points and citations that pointed at nothing.
    """

    lost: tuple[Lost, ...]
    failures: tuple[Failure, ...]
    dropped: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a conversation has taken so far.

    Attributes:
        model: its name.
        host: where it is.
        calls: requests booked, those of an earlier sitting that was killed included.
        tokens: sent and received.
        estimated: whether the server told no counts of some, so that they are estimates.
        usd: None if the price is not known.
        max_usd: most US dollars that it may cost; None for no cap.
        max_tokens: most tokens that it may take; None for no cap.
    """

    model: str
    host: str
    calls: int
    tokens: int
    estimated: bool
    usd: Decimal | None
    max_usd: float | None
    max_tokens: int | None
