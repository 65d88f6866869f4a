"""One use of a model for a study: a draft or a conversation, each with an account of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from journeyai.engines.engine import Frame
from journeyai.engines.llm.accounts import CHAT, DRAFT, Cost, Report
from journeyai.engines.llm.asking import TalkingAsker
from journeyai.engines.llm.money import Estimate
from journeyai.engines.llm.opening import ANSWERS_FILE, LOG_FILE, Opened, Wish, open_model
from journeyai.engines.llm.steps.documents import speakers
from journeyai.model.aliases import StepProgress
from journeyai.model.source import Document
from journeyai.settings import StudySettings

if TYPE_CHECKING:
    from journeyai.engines.llm.engine import LLMEngine

# What somebody needs who opens one, in one place.
__all__ = [
    "ANSWERS_FILE",
    "LOG_FILE",
    "Conversation",
    "Cost",
    "Report",
    "Session",
    "Wish",
    "open_conversation",
    "open_session",
]


class Session:
    """A model ready to be asked about a study.

    Attributes:
        engine: asks it.
        is_masked: whether personal data is hidden from it.
    """

    def __init__(self, opened: Opened, engine: "LLMEngine") -> None:
        self.engine: Final = engine
        self.is_masked: Final = opened.is_masked
        self._opened = opened

    def estimate(self, documents: Sequence[Document], frame: Frame, repeats: int) -> Estimate:
        """Return what a draft will take."""
        from journeyai.engines.llm.forecast import forecast

        opened = self._opened
        return forecast(
            documents,
            frame,
            passage_tokens=opened.settings.passage_tokens,
            repeats=repeats,
            is_kept=opened.client.is_kept,
            is_begun=opened.job.spent.calls > 0,
            price=opened.price,
        )

    def first_line(self, estimate: Estimate) -> str:
        """Return what a run says before it asks anything."""
        return self._opened.sentence(estimate)

    def report(self) -> Report:
        """Return what has been asked so far."""
        opened, engine = self._opened, self.engine
        tally = opened.client.tally
        return Report(
            model=opened.address.model,
            host=opened.address.host,
            asked=tally.answered,
            kept=tally.cached,
            failed=len(engine.tally.lost) + len(engine.failures),
            tokens=tally.tokens_in + tally.tokens_out,
            estimated=tally.estimated > 0,
            usd=None if opened.price is None else opened.job.spent.usd,
            notice=opened.notice,
            lost=tuple(engine.tally.lost),
            failures=tuple(engine.failures),
            dropped=engine.tally.dropped + engine.dropped.total(),
        )

    def finish(self) -> None:
        """End the job: the next draft's cap begins at zero."""
        self._opened.job.finish()


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

    def __init__(self, opened: Opened, names: Sequence[str]) -> None:
        self.asker: Final[TalkingAsker] = opened.client
        self.model: Final = opened.address.model
        self.host: Final = opened.address.host
        self.is_masked: Final = opened.is_masked
        self.names: Final = tuple(names)
        self.notice: Final = opened.notice
        self._opened = opened

    def cost(self) -> Cost:
        """Return what it has taken so far."""
        opened = self._opened
        spent = opened.job.spent
        return Cost(
            model=self.model,
            host=self.host,
            calls=spent.calls,
            tokens=spent.usage.tokens,
            estimated=spent.usage.estimated,
            usd=opened.budget.usd,
            max_usd=opened.settings.max_cost,
            max_tokens=opened.settings.max_tokens,
        )

    def finish(self) -> None:
        """End the job: the next conversation's cap begins at zero.  Not for another model in the same conversation."""
        self._opened.job.finish()


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
    with open_model(settings, inner, wish, CHAT) as opened:
        yield Conversation(opened, sorted({name for document in documents for name in speakers(document)}))


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

    people = {document.key: speakers(document) for document in documents}
    with open_model(settings, inner, wish, DRAFT) as opened:
        engine = LLMEngine(
            opened.client,
            passage_tokens=opened.settings.passage_tokens,
            names=lambda key: people.get(key, ()),
            everybody=sorted({name for names in people.values() for name in names}),
            progress=lambda step: partial(progress, step),
        )
        yield Session(opened, engine)
