"""One use of a model for summaries of many transcripts: asked from many threads, on an account of its own."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from journeyai.engines.engine import Frame
from journeyai.engines.llm.accounts import SUMMARIES, Account
from journeyai.engines.llm.money import Budget, Estimate
from journeyai.engines.llm.opening import Opened, Wish, open_model
from journeyai.model.source import Document
from journeyai.settings import StudySettings

if TYPE_CHECKING:
    from journeyai.engines.llm.prices import Price
    from journeyai.engines.llm.sending import Tally
    from journeyai.engines.llm.shared import SharedAsker


class SummarySession:
    """A model ready to be asked for summaries.

    Attributes:
        asker: asks it, from any thread; what is masked is the names of each question.
        model: its name.
        host: where it is.
        is_masked: whether personal data is hidden from it.
        price: None if it is not known.
        budget: what the job has spent, and its caps.
        notice: what a person should know of the store of answers; mostly empty.
    """

    def __init__(self, opened: Opened, asker: "SharedAsker") -> None:
        self.asker: Final = asker
        self.model: Final = opened.address.model
        self.host: Final = opened.address.host
        self.is_masked: Final = opened.is_masked
        self.price: Final[Price | None] = opened.price
        self.budget: Final[Budget] = opened.budget
        self.notice: Final = opened.notice
        self._opened = opened

    @property
    def tally(self) -> "Tally":
        """What has been asked so far; it goes on counting."""
        return self._opened.client.tally

    def estimate(
        self,
        documents: Iterable[Document],
        frame_of: Callable[[Document], Frame],
        *,
        map_frame: Frame | None = None,
        is_own: Callable[[Document], bool] | None = None,
    ) -> tuple[Estimate, Estimate]:
        """Return what summaries of *documents* take, and what reading them for the map takes; without what is kept.

        Args:
            documents: everything that is to be summarised; they are looked at one by one.
            frame_of: gives the frame of a document's summary.
            map_frame: under which they are read for the map besides; None if they are not.
            is_own: says which of them are the study's own: these alone are read for the map; None for all.
        """
        from journeyai.engines.llm.forecast_summaries import forecast_summaries

        return forecast_summaries(
            documents,
            frame_of,
            map_frame=map_frame,
            is_own=is_own,
            passage_tokens=self._opened.settings.passage_tokens,
            is_kept=self.asker.item().is_kept,
            price=self.price,
        )

    def first_line(self, summaries: Estimate, reading: Estimate | None = None) -> str:
        """Return what a run says before it asks anything: of all its questions, and how many are for the map."""
        line = self._opened.sentence(summaries if reading is None else summaries + reading)
        if reading is None or reading.calls.high == 0:
            return line
        low, high = f"{reading.calls.low:,}", f"{reading.calls.high:,}"
        count = low if low == high else f"{low}–{high}"
        return (
            f"{line} {count} of these questions read the transcripts for the map; `--no-map` leaves them out."
        )

    def report(self) -> Account:
        """Return what has been asked so far."""
        tally = self.tally
        return Account(
            model=self.model,
            host=self.host,
            asked=tally.answered,
            kept=tally.cached,
            failed=tally.failed,
            tokens=tally.tokens_in + tally.tokens_out,
            estimated=tally.estimated > 0,
            usd=self.budget.usd,
            notice=self.notice,
        )

    def finish(self) -> None:
        """End the job: the next one's cap begins at zero."""
        self._opened.job.finish()


@contextmanager
def open_summaries(
    settings: StudySettings, inner: Path, wish: Wish, jobs: int | None = None
) -> Iterator[SummarySession]:
    """Make a model ready to be asked for summaries from many threads.

    A job that is opened again before `finish` goes on with what was spent.

    Args:
        settings: of the study, or the usual ones.
        inner: the folder that answers and the log are kept in.
        wish: what the person asks for besides.
        jobs: questions under way at the same time; None for what the settings say.

    Raises:
        SettingsError: no model, no key, a cap on money without a price, or the store cannot be used.
        EngineError: the server does not tell which models it has.
    """
    from journeyai.engines.llm.shared import SharedAsker

    if jobs is not None:
        llm = settings.llm.model_copy(update={"concurrency": jobs})
        settings = settings.model_copy(update={"llm": llm})
    with (
        open_model(settings, inner, wish, SUMMARIES) as opened,
        SharedAsker(opened.client, opened.price) as asker,
    ):
        yield SummarySession(opened, asker)
