"""A batch whose engine is a stand-in: quick, plain, and as slow or as faulty as a test wants it."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from journeyai.batch.items import CUT_DOCUMENTS, Portion
from journeyai.batch.method import Method
from journeyai.batch.run import Batch, Order, Result
from journeyai.batch.work import Outcome, Told, summarise_with
from journeyai.batch.workers import Here, Spending
from journeyai.engines.llm.asking import Failure
from journeyai.engines.recap import PainPoint, Promise, Recap
from journeyai.model.batch import State
from journeyai.model.source import Document


def recap_of(document: Document) -> Recap | None:
    """Return a recap whose words are the document's first ones."""
    spoken = document.utterances
    if not spoken:
        return None
    return Recap(
        document=document.key,
        issue=spoken[0].text[:160],
        what_happened=" ".join(utterance.text for utterance in spoken)[:600],
        customer_goal="",
        outcome="unknown",
        emotion_start="neutral",
        emotion_end="frustration",
        valence_path=(0.0, -1.0),
        stages=("use",),
        pain_points=(PainPoint("It fails", spoken[:2]),),
        promises=(Promise("agent", "call back", spoken[-1]),),
        key_quotes=spoken[:1],
    )


@dataclass
class StandIn:
    """Summarises, notes what it was asked, and fails where it is told to.

    Attributes:
        failing: sources that the model fails for.
        seconds: a summary takes.
        asked: (source, record) of every document, in order.
        hook: called with each document before it is summarised.
    """

    failing: Collection[str] = ()
    seconds: float = 0.0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    hook: Callable[[Document], None] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, document: Document, *, is_own: bool) -> Told:
        with self.lock:
            self.asked.append(document.key)
        if self.hook:
            self.hook(document)
        time.sleep(self.seconds)
        if document.source in self.failing:
            return Told(Failure("server", "the server has a fault"))
        return Told(recap_of(document))


class StandInWorkers:
    """Workers of a stand-in, in this thread or in several."""

    notices: Sequence[str] = ()

    def __init__(self, summariser: StandIn, method: Method, threads: int, *, whole_files: bool) -> None:
        self.whole_files = whole_files
        self.at_a_time = CUT_DOCUMENTS if whole_files else 1
        self.width = max(1, threads)
        self.most_under_way = 0
        self._under_way = 0
        self._summariser = summariser
        self._method = method
        self.executor: Executor = ThreadPoolExecutor(threads) if threads else Here()

    def submit(self, portion: Portion) -> "Future[list[Outcome]]":
        self._under_way += 1
        self.most_under_way = max(self.most_under_way, self._under_way)
        work = self.executor.submit(summarise_with, self._summariser, portion, self._method)
        work.add_done_callback(self._done)
        return work

    def _done(self, _: object) -> None:
        self._under_way -= 1

    def flush(self) -> None:
        pass

    def stop(self, *, at_once: bool) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)

    def spent(self) -> Spending | None:
        return None

    def finish(self) -> None:
        pass


def batch(summariser: StandIn, *, threads: int = 0, whole_files: bool = True) -> Batch:
    """Return a batch that asks *summariser*; in this thread, or in so many *threads*."""

    @contextmanager
    def workers(method: Method) -> Iterator[StandInWorkers]:
        made = StandInWorkers(summariser, method, threads, whole_files=whole_files)
        try:
            yield made
        finally:
            made.executor.shutdown(wait=True)

    return Batch(workers)


def run(
    order: Order, summariser: StandIn | None = None, *, threads: int = 0, whole_files: bool = True
) -> Result:
    """Run *order* with a stand-in."""
    return batch(summariser or StandIn(), threads=threads, whole_files=whole_files).run(order, silent)


def silent(_: State) -> None:
    """Tell nobody."""


def chats(folder: Path, number: int) -> list[str]:
    """Write so many small chats into *folder* and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"chat-{n:03}.txt" for n in range(number)]
    for n, name in enumerate(names):
        text = f"Customer: My order {n} never came. I am angry.\nAgent: I will send order {n} again today.\n"
        (folder / name).write_text(text, encoding="utf-8")
    return names


def tickets(path: Path, numbers: Sequence[int]) -> None:
    """Write a table of reviews with these ids."""
    rows = [f'{n},"The app crashed {n} times today. I lost my data."' for n in numbers]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("id,review\n" + "\n".join(rows) + "\n", encoding="utf-8")
