"""A batch at a vendor as the ledger remembers it."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from journeyai.batch.ledger import Ledger
from journeyai.engines.llm.asking import Reason
from journeyai.engines.llm.money import Usage
from journeyai.engines.llm.prices import Price

State = Literal["uploading", "submitting", "sent", "collected"]


@dataclass(frozen=True)
class Parcel:
    """A batch as it is remembered.

    Attributes:
        token: ours, that it is labelled with.
        state: how far it is.  `uploading`: no batch can have been begun; `submitting`: nobody knows; `sent`: the
            vendor has it; `collected`: over, and remembered for its failures alone.
        kind: of the address that it goes to.
        at: seconds since 1970 at which it got to this state.
        keys: step → keys of its questions.
        worst: (sent, received) tokens that it may take.
        price: US dollars of a million tokens sent and received, as digits; None if it is not known.
        batch: the vendor's id.
        answered: questions answered, when the vendor was asked last.
        failed: key → (reason, clause) of questions that asking again in the same words is of no use to.
    """

    token: str
    state: State
    kind: str
    at: float
    keys: dict[str, list[str]]
    worst: tuple[int, int]
    price: tuple[str, str] | None
    batch: str = ""
    answered: int = 0
    failed: dict[str, tuple[Reason, str]] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """How many it holds."""
        return sum(map(len, self.keys.values()))

    @property
    def is_under_way(self) -> bool:
        """Whether it is at the vendor, or may be."""
        return self.state in {"submitting", "sent"}

    def as_values(self) -> dict[str, Any]:
        """Return it as it is remembered under its token."""
        values = asdict(self)
        del values["token"]
        return values

    def usd(self, usage: Usage) -> Decimal | None:
        """Return what *usage* costs at its price."""
        if self.price is None:
            return None
        sent, received = map(Decimal, self.price)
        return Price(sent, received).cost(usage.tokens_in, usage.tokens_out)


def parcels(ledger: Ledger) -> dict[str, Parcel]:
    """Return the batches that *ledger* remembers by their tokens, in the order in which they were begun."""
    return {token: _parcel(token, about) for token, about in ledger.batches().items()}


def waiting(ledger: Ledger) -> int:
    """Return how many questions are in batches that are not fetched yet."""
    return sum(parcel.questions for parcel in parcels(ledger).values() if parcel.is_under_way)


def _parcel(token: str, about: dict[str, Any]) -> Parcel:
    told = dict(about)
    told["worst"] = tuple(told["worst"])
    told["price"] = None if told["price"] is None else tuple(told["price"])
    told["failed"] = {key: cast("tuple[Reason, str]", tuple(why)) for key, why in told["failed"].items()}
    return Parcel(token, **told)
