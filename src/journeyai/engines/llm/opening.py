"""A model opened for one job of a study: address, paid answers, caps, masking and log put together.

Drafts, conversations, summaries and batches all begin here.  LangChain is loaded when a model is opened, not before: a
chat's first prompt does not wait for it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from journeyai.engines.llm.address import Address, find_address, is_masked
from journeyai.engines.llm.answers import AnswerStore, Job
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.money import Budget, Estimate
from journeyai.engines.llm.prices import Price, find_price
from journeyai.privacy import Masker
from journeyai.settings import LLMSettings, PrivacySettings, StudySettings

if TYPE_CHECKING:
    from journeyai.engines.llm.client import LLMClient

ANSWERS_FILE: Final = "cache.sqlite"
LOG_FILE: Final = "calls.jsonl"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asks for in place of what `journey.toml` says.

    Attributes:
        model: empty for the settings' or the environment's.
        max_cost: most US dollars; None for the settings'.
        max_tokens: most tokens; None for the settings'.
    """

    model: str = ""
    max_cost: float | None = None
    max_tokens: int | None = None

    def over(self, settings: LLMSettings) -> LLMSettings:
        """Return *settings* with the caps asked for here."""
        told = {"max_cost": self.max_cost, "max_tokens": self.max_tokens}
        return settings.model_copy(update={key: value for key, value in told.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that can be asked, and the account that it is asked on.

    Attributes:
        address: where it is.
        client: asks it; each question brings the names that are masked in it.
        settings: with the caps that were wished for.
        store: of paid answers.
        log: of calls.
        price: None if it is not known.
        budget: keeps the caps.
        job: what is spent is booked under.
        is_masked: whether personal data is hidden from it.
    """

    address: Address
    client: "LLMClient"
    settings: LLMSettings
    store: AnswerStore
    log: CallLog
    price: Price | None
    budget: Budget
    job: Job
    is_masked: bool

    @property
    def notice(self) -> str:
        """What a person should know of the store of answers; mostly empty."""
        return self.store.notice

    def sentence(self, estimate: Estimate) -> str:
        """Return what is told of *estimate* before anything is asked."""
        from journeyai.engines.llm.dialect import first_dialect

        address = self.address
        thinks = first_dialect(address).thinks
        return estimate.sentence(address.model, address.host, masked=self.is_masked, thinks=thinks)


@contextmanager
def open_model(settings: StudySettings, inner: Path, wish: Wish, job_name: str) -> Iterator[Opened]:
    """Open a model for one job; what is asked about is the caller's own.

    A job that is opened again before it is finished goes on with what was spent.

    Args:
        settings: of the study, or the usual ones.
        inner: the folder that answers and the log are kept in.
        wish: what the person asks for besides.
        job_name: what is spent is booked under, and counts against the caps (`accounts`).

    Raises:
        SettingsError: no model, no key, a cap on money without a price, or the store cannot be used.
        EngineError: the server does not tell which models it has.
    """
    from journeyai.engines.llm.client import LLMClient

    chosen = wish.over(settings.llm)
    address = find_address(chosen, wish.model)
    price = find_price(address.model, chosen, loopback=address.is_here)
    masked = is_masked(settings.privacy, address)
    with AnswerStore(inner / ANSWERS_FILE) as store:
        job = store.open_job(job_name)
        budget = Budget(job, price, max_cost=chosen.max_cost, max_tokens=chosen.max_tokens)
        log = CallLog(inner / LOG_FILE, content=chosen.log_content)
        masker = partial(_masker, settings.privacy) if masked else None
        with LLMClient(address, chosen, store, budget, masker, log) as client:
            yield Opened(address, client, chosen, store, log, price, budget, job, masked)


def _masker(settings: PrivacySettings, names: Sequence[str]) -> Masker:
    return Masker(names, settings)
