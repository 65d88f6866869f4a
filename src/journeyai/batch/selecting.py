"""What of the inputs is to be worked on: finished files are passed over without being read, finished items named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count

from journeyai.batch.items import Input, Opened, Portion, cut, open_input
from journeyai.batch.ledger import Ledger
from journeyai.batch.method import Method
from journeyai.batch.work import item_key


@dataclass(frozen=True, slots=True)
class Step:
    """A portion of the run, or a finished file that is passed over.

    Attributes:
        number: its place in the run.
        source: the file's name.
        file: the file, read this way and summarised by this method.
        portion: what is to be worked on; None if the file is finished.
        is_whole: whether the run goes through all of the file.
        most: items of a finished file that still fit the limit; None for all.
        is_first: whether it is the file's first step.
    """

    number: int
    source: str
    file: str
    portion: Portion | None
    is_whole: bool
    most: int | None = None
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items are wanted.

    Attributes:
        limit: at most so many, in input order; None for all.
        fresh: also those that are finished.
        retry_failed: only those that failed before.
    """

    limit: int | None = None
    fresh: bool = False
    retry_failed: bool = False


class Selection:
    """Goes through inputs once."""

    def __init__(
        self,
        ledger: Ledger | None,
        method: Method,
        choice: Choice,
        *,
        whole_files: bool,
        at_a_time: int,
        forgets: bool = False,
    ) -> None:
        """Prepare to choose.

        Args:
            ledger: what is finished; None if nothing is.
            method: how summaries are made.
            choice: which items are wanted.
            whole_files: see `items.cut`; where there is a limit, files are read here to count what is in them.
            at_a_time: see `items.cut`.
            forgets: whether the ledger is to forget what is wanted fresh.
        """
        self._ledger = ledger
        self._method = method
        self._choice = choice
        self._whole_files = whole_files and choice.limit is None
        self._at_a_time = at_a_time
        self._forgets = forgets
        self._left = choice.limit
        self._numbers = count()

    def steps(self, inputs: Iterable[Input]) -> Iterator[Step]:
        """Yield what is to be done, in input order, one file in memory at a time."""
        for given in inputs:
            if self._left is not None and self._left <= 0:
                return
            wanted = self._narrowed(given)
            if wanted is None:
                continue
            if self._choice.fresh and self._forgets and self._ledger:
                self._ledger.forget(wanted.source, self._method.fingerprint, wanted.records)
            opened = open_input(wanted)
            file = sha256(f"{opened.fingerprint} {self._method.fingerprint}".encode()).hexdigest()
            if self._ledger and not self._choice.fresh and self._ledger.is_finished(file):
                yield self._passed(opened, file)
            else:
                yield from self._worked_on(opened, file)

    def _narrowed(self, given: Input) -> Input | None:
        """Return *given* without what is not asked for; None if nothing of it is."""
        if not self._choice.retry_failed:
            return given
        failed = self._ledger.failed(given.source) if self._ledger else frozenset()
        if given.records is not None:
            failed &= given.records | {None}
        if not failed:
            return None
        # What failed as a file is tried as a file.
        return (
            given if None in failed else replace(given, records=frozenset(r for r in failed if r is not None))
        )

    def _passed(self, opened: Opened, file: str) -> Step:
        most = self._left
        if self._left is not None and self._ledger:
            self._left -= min(self._left, self._ledger.size(file))
        given = opened.input
        is_whole = given.records is None and (most is None or self._left != 0)
        return Step(next(self._numbers), given.source, file, None, is_whole, most)

    def _worked_on(self, opened: Opened, file: str) -> Iterator[Step]:
        is_first = True
        portions = cut(opened, self._numbers, whole_files=self._whole_files, at_a_time=self._at_a_time)
        for portion in portions:
            part = portion
            if self._left is not None:
                documents = (portion.documents or ())[: self._left]
                if len(documents) < len(portion.documents or ()):
                    part = replace(portion, documents=documents, skipped=(), missing=())
                self._left -= len(documents)
            is_whole = part.records is None and part is portion
            yield Step(
                part.number, part.source, file, self._with_known(part), is_whole, None, is_first=is_first
            )
            is_first = False
            if self._left is not None and self._left <= 0:
                return

    def _with_known(self, portion: Portion) -> Portion:
        """Return *portion* with the keys of what is finished in it."""
        if self._ledger is None or self._choice.fresh:
            return portion
        if portion.documents is None:
            return replace(portion, known=self._ledger.known(portion.source, self._method.fingerprint))
        keys = [item_key(document, self._method) for document in portion.documents]
        return replace(portion, known=self._ledger.known_among(keys))
