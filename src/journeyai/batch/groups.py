"""Portions handed to a cluster several at a time: to send one by itself takes a third of the work on a small file."""

from collections.abc import Sequence
from concurrent.futures import CancelledError, Executor, Future
from functools import partial
from typing import Final

from journeyai.batch.items import WHOLE_BYTES, Portion
from journeyai.batch.method import Method
from journeyai.batch.work import Outcome, summarise_portion

#: Portions of a group, at most; fewer where they hold more than `WHOLE_BYTES` together.
TOGETHER: Final = 8


class Groups:
    """Gives portions to an executor in groups, and each portion a future of its own.

    Whatever becomes of a group as a whole but a result, its portions are tried one by one: only the guilty one fails.
    For one thread to submit from.
    """

    def __init__(self, executor: Executor, method: Method) -> None:
        self._executor = executor
        self._method = method
        self._gathered: list[tuple[Portion, Future[list[Outcome]]]] = []

    def submit(self, portion: Portion) -> "Future[list[Outcome]]":
        """Have *portion* worked on, as soon as its group is full or `flush` is called."""
        outcome: Future[list[Outcome]] = Future()
        self._gathered.append((portion, outcome))
        if len(self._gathered) >= TOGETHER or sum(map(_size, self._gathered)) >= WHOLE_BYTES:
            self.flush()
        return outcome

    def flush(self) -> None:
        """Send what is gathered."""
        gathered, self._gathered = self._gathered, []
        if gathered:
            self._send(gathered)

    def drop(self) -> None:
        """Give up what is gathered and not sent."""
        gathered, self._gathered = self._gathered, []
        for _, outcome in gathered:
            outcome.cancel()

    def _send(self, group: Sequence[tuple[Portion, "Future[list[Outcome]]"]]) -> None:
        work = self._executor.submit(summarise_group, [portion for portion, _ in group], self._method)
        work.add_done_callback(partial(self._came_back, group))

    def _came_back(
        self,
        group: Sequence[tuple[Portion, "Future[list[Outcome]]"]],
        work: "Future[list[list[Outcome]]]",
    ) -> None:
        error = CancelledError() if work.cancelled() else work.exception()
        if error is None:
            for (_, outcome), found in zip(group, work.result(), strict=True):
                outcome.set_result(found)
        elif len(group) == 1 or isinstance(error, CancelledError):
            for _, outcome in group:
                outcome.set_exception(error)
        else:
            for one in group:
                try:
                    self._send([one])
                except RuntimeError as ended:  # The executor takes no further work.
                    one[1].set_exception(ended)


def summarise_group(portions: Sequence[Portion], method: Method) -> list[list[Outcome]]:
    """Do what `summarise_portion` does to each of *portions*: what a worker of a cluster is given."""
    return [summarise_portion(portion, method) for portion in portions]


def _size(gathered: tuple[Portion, object]) -> int:
    return len(gathered[0].data or b"")
