"""One use of a model for a study: address, paid answers, cap, masking and log put together, and what became of it.

LangChain is loaded when a model is opened, not before: a chat's first prompt does not wait for it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from journeyai.engines.engine import Frame
from journeyai.engines.llm.address import Address, find_address, is_masked
from journeyai.engines.llm.answers import AnswerStore, Job
from journeyai.engines.llm.asking import Failure, TalkingAsker
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.money import Budget, Estimate
from journeyai.engines.llm.prices import Price, find_price
from journeyai.engines.llm.steps.observe import Lost
from journeyai.model.aliases import StepProgress
from journeyai.model.source import Document
from journeyai.privacy import Masker
from journeyai.settings import LLMSettings, PrivacySettings, StudySettings

if TYPE_CHECKING:
    from journeyai.engines.llm.client import LLMClient, Tally
    from journeyai.engines.llm.engine import LLMEngine

ANSWERS_FILE: Final = "cache.sqlite"
LOG_FILE: Final = "calls.jsonl"
#: The job that a draft's spending is booked under.
DRAFT: Final = "draft"
#: The job of a conversation: its caps count from zero beside those of the draft.
CHAT: Final = "chat"


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
class Report:
    """What asking a model came to.

    Attributes:
        model: its name.
        host: where it is.
        asked: questions that it answered now.
        kept: questions answered from earlier runs, at no cost.
        failed: parts and questions without an answer in the end.
        tokens: sent and received now.
        estimated: whether the server told no counts, so that they are estimates.
        usd: what the draft has cost, earlier runs of it included; None if the price is not known.
        lost: parts of documents that could not be read.
        failures: other questions without an answer.
        dropped: points and citations that pointed at nothing.
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
    lost: tuple[Lost, ...]
    failures: tuple[Failure, ...]
    dropped: int
    notice: str


class Session:
    """A model ready to be asked about a study."""

    def __init__(
        self,
        address: Address,
        client: "LLMClient",
        engine: "LLMEngine",
        settings: LLMSettings,
        price: Price | None,
        job: Job,
        notice: str,
        *,
        is_masked: bool,
    ) -> None:
        self.engine: Final = engine
        self.is_masked: Final = is_masked
        self._address = address
        self._client = client
        self._settings = settings
        self._price = price
        self._job = job
        self._notice = notice

    def estimate(self, documents: Sequence[Document], frame: Frame, repeats: int) -> Estimate:
        """Return what a draft will take."""
        from journeyai.engines.llm.forecast import forecast

        return forecast(
            documents,
            frame,
            passage_tokens=self._settings.passage_tokens,
            repeats=repeats,
            is_kept=self._client.is_kept,
            is_begun=self._job.spent.calls > 0,
            price=self._price,
        )

    def first_line(self, estimate: Estimate) -> str:
        """Return what a run says before it asks anything."""
        from journeyai.engines.llm.dialect import first_dialect

        return estimate.sentence(
            self._address.model,
            self._address.host,
            masked=self.is_masked,
            thinks=first_dialect(self._address).thinks,
        )

    def report(self) -> Report:
        """Return what has been asked so far."""
        tally: Tally = self._client.tally
        return Report(
            model=self._address.model,
            host=self._address.host,
            asked=tally.answered,
            kept=tally.cached,
            failed=len(self.engine.tally.lost) + len(self.engine.failures),
            tokens=tally.tokens_in + tally.tokens_out,
            estimated=tally.estimated > 0,
            usd=None if self._price is None else self._job.spent.usd,
            lost=tuple(self.engine.tally.lost),
            failures=tuple(self.engine.failures),
            dropped=self.engine.tally.dropped + self.engine.dropped.total(),
            notice=self._notice,
        )

    def finish(self) -> None:
        """End the job: the next draft's cap begins at zero."""
        self._job.finish()


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


class Conversation:
    """A model ready to be spoken with about a study.

    Attributes:
        asker: asks it, and lets its answers be heard while they come.
        model: its name.
        host: where it is.
        is_masked: whether personal data is hidden from it.
        names: of everybody who speaks in the sources: what is masked.
        notice: what a person should know of the store of answers; mostly empty.
    """

    def __init__(
        self,
        address: Address,
        client: "LLMClient",
        budget: Budget,
        settings: LLMSettings,
        job: Job,
        notice: str,
        names: Sequence[str],
        *,
        is_masked: bool,
    ) -> None:
        self.asker: Final[TalkingAsker] = client
        self.model: Final = address.model
        self.host: Final = address.host
        self.is_masked: Final = is_masked
        self.names: Final = tuple(names)
        self.notice: Final = notice
        self._budget = budget
        self._settings = settings
        self._job = job

    def cost(self) -> Cost:
        """Return what it has taken so far."""
        spent = self._job.spent
        return Cost(
            model=self.model,
            host=self.host,
            calls=spent.calls,
            tokens=spent.usage.tokens,
            estimated=spent.usage.estimated,
            usd=self._budget.usd,
            max_usd=self._settings.max_cost,
            max_tokens=self._settings.max_tokens,
        )

    def finish(self) -> None:
        """End the job: the next conversation's cap begins at zero.  Not for another model in the same conversation."""
        self._job.finish()


@contextmanager
def open_conversation(
    settings: StudySettings, inner: Path, documents: Sequence[Document], wish: Wish
) -> Iterator[Conversation]:
    """Make a model ready to be spoken with about *documents*.

    What it takes is booked under a job of its own, so that its caps count beside the draft's.  A conversation that is
    opened again before `finish` (after a crash, or with another model) goes on with what was spent.

    Args:
        settings: of the study.
        inner: the study's own folder, where answers and the log are kept.
        documents: all of the study: their speakers' names are what is masked.
        wish: what the person asks for besides.

    Raises:
        SettingsError: no model, no key, a cap on money without a price, or the store cannot be used.
        EngineError: the server does not tell which models it has.
    """
    with _opened(settings, inner, wish, CHAT) as opened:
        yield Conversation(
            opened.address,
            opened.client,
            opened.budget,
            opened.settings,
            opened.job,
            opened.notice,
            sorted({name for document in documents for name in _speakers(document)}),
            is_masked=opened.is_masked,
        )


@contextmanager
def open_session(
    settings: StudySettings,
    inner: Path,
    documents: Sequence[Document],
    wish: Wish,
    progress: StepProgress,
) -> Iterator[Session]:
    """Make a model ready to be asked about *documents*.

    Args:
        settings: of the study.
        inner: the study's own folder, where answers and the log are kept.
        documents: all of the study: their speakers' names are what is masked.
        wish: what the person asks for besides.
        progress: told how far each step is.

    Raises:
        SettingsError: no model, no key, a cap on money without a price, or the store cannot be used.
        EngineError: the server does not tell which models it has.
    """
    from journeyai.engines.llm.engine import LLMEngine

    people = {document.key: _speakers(document) for document in documents}
    with _opened(settings, inner, wish, DRAFT) as opened:
        engine = LLMEngine(
            opened.client,
            passage_tokens=opened.settings.passage_tokens,
            names=lambda key: people.get(key, ()),
            everybody=sorted({name for names in people.values() for name in names}),
            progress=lambda step: partial(progress, step),
        )
        yield Session(
            opened.address,
            opened.client,
            engine,
            opened.settings,
            opened.price,
            opened.job,
            opened.notice,
            is_masked=opened.is_masked,
        )


# Inside


@dataclass(frozen=True, slots=True)
class _Opened:
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
        notice: what a person should know of the store of answers; mostly empty.
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
    notice: str
    is_masked: bool


@contextmanager
def _opened(settings: StudySettings, inner: Path, wish: Wish, job_name: str) -> Iterator[_Opened]:
    """Open a model for one job; what is asked about is the caller's own.

    Args:
        settings: of the study.
        inner: the study's own folder, where answers and the log are kept.
        wish: what the person asks for besides.
        job_name: what is spent is booked under, and counts against the caps.

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
            yield _Opened(address, client, chosen, store, log, price, budget, job, store.notice, masked)


def _masker(settings: PrivacySettings, names: Sequence[str]) -> Masker:
    return Masker(names, settings)


def _speakers(document: Document) -> tuple[str, ...]:
    """Return the names that stand at what is said."""
    return tuple(dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker))
