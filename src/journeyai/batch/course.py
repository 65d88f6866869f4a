"""How far a run is: counted items, and what is to be expected of the rest."""

import math
from time import monotonic

from journeyai.batch.counts import Counts
from journeyai.batch.workers import Spending
from journeyai.model.batch import State


class Course:
    """Counts while a run goes on."""

    def __init__(self, inputs: int | None, limit: int | None) -> None:
        """Begin.

        Args:
            inputs: files in all; None if nobody can tell.
            limit: most items; None for all.
        """
        self.counts = Counts()
        self._began = monotonic()
        self._inputs = inputs
        self._limit = limit
        #: Files whose items are counted, and these items.
        self._read, self._expected = 0, 0
        self._is_over = False

    def met(self, items: int) -> None:
        """Hear how many items a further file holds."""
        self._read += 1
        self._expected += items

    def add(self, counts: Counts) -> None:
        """Hear what became of items."""
        self.counts += counts

    def end(self) -> None:
        """Hear that nothing is left."""
        self._is_over = True

    def state(self, spending: Spending | None) -> State:
        """Return how far it is."""
        counts = self.counts
        seconds = monotonic() - self._began
        worked = counts.done + counts.failed
        pace = worked / seconds if worked and seconds > 0 else 0.0
        left = self._left()
        projected = None
        if (
            spending
            and spending.usd is not None
            and spending.usd_now is not None
            and left is not None
            and worked
        ):
            projected = spending.usd + left * spending.usd_now / worked
        return State(
            done=counts.done,
            kept=counts.kept,
            failed=counts.failed,
            left=left,
            seconds=seconds,
            per_second=pace,
            tokens=spending.tokens if spending else None,
            usd=spending.usd if spending else None,
            usd_projected=projected,
            seconds_left=left / pace if pace and left is not None else None,
        )

    def _left(self) -> int | None:
        if self._is_over:
            return 0
        if self._inputs is None or not self._read:
            return None
        met = self.counts.items + self.counts.left_out
        # Files that nobody has counted yet are taken to hold as much as the others.
        left = max(0, math.ceil(self._expected / self._read * self._inputs) - met)
        return left if self._limit is None else min(left, max(0, self._limit - self.counts.items))
