"""How fast `journeyai serve` is on a large map: until the page can be worked with, and from a click until it is shown.

    python -m evals.bench.page --live

The map's documents lie in a study of their own, indexed without vectors: nothing is searched for here.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from journeyai.app import Study
from journeyai.model.aliases import Vectors
from journeyai.model.journey import JourneyMap
from journeyai.retrieval.encoders import make_encoder

#: What is held: seconds until the page can be worked with, and milliseconds from a click until it is shown.
MOST_SECONDS, MOST_CLICK_MS = 2.0, 800.0

#: Milliseconds from a click on a button of the panel until it is done and shown, and of these, until the answer came.
_CLICKED: Final = """
async ([card, name, shown]) => {
  journeyai.open(card);
  const frame = () => new Promise(requestAnimationFrame);
  const button = () => document.querySelector(`.card-actions [data-live=${name}]`);
  while (!button()) await frame();
  const fetched = window.fetch;
  let answered = 0;
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    answered = performance.now();
    return answer;
  };
  const from = performance.now();
  button().click();
  while (!document.querySelector(shown)) await frame();
  await frame();
  await frame();
  const all = performance.now() - from;
  window.fetch = fetched;
  return {all, server: answered - from};
}
"""


class _NoVectors:
    """Stands in for the study's encoder, which takes minutes for so many sentences."""

    dimensions = 2

    def __init__(self, id_: str) -> None:
        self.id = id_

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return the same vector for every text."""
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def make_study(
    root: Path, journey: JourneyMap, documents: Mapping[tuple[str, str | None], str]
) -> tuple[Study, list[str]]:
    """Make a study of *journey* and the documents behind it; return it, and ids of cards to click at."""
    study = Study.create(root, title=journey.title, language=journey.language, template=journey.template)
    hashes = {}
    for (source, _), text in documents.items():
        path = study.folder.sources / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        hashes[source] = sha256(text.encode("utf-8")).hexdigest()
    sources = tuple(item.model_copy(update={"sha256": hashes[item.source]}) for item in journey.sources)
    study.folder.write_map(journey.model_copy(update={"sources": sources}))
    study.index(encoder=_NoVectors(make_encoder(study.settings.search).id))
    return study, [card.id for card in journey.cards]


def measure_live(
    journey: JourneyMap, documents: Mapping[tuple[str, str | None], str], browser: Any, runs: int
) -> dict[str, float]:
    """Return what a person waits for on the served page of *journey*.

    Seconds until it can be worked with, the first time and again; milliseconds from a click until it is shown, the
    first one and the middle of *runs* others; of these, until the server had answered, what the browser did with that,
    and how long the server was at work: on a machine that does much else that alone tells.
    """
    with tempfile.TemporaryDirectory() as folder:
        study, cards = make_study(Path(folder, "study"), journey, documents)
        with _served(study.folder.root) as (address, process):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            opened = [_open(page, address) for _ in range(2)]
            clicks = []
            for card in cards[10 : 11 + runs]:
                wanted = [card, "accept", ".card-actions [data-live=accept]:disabled"]
                begun = _at_work(process)
                clicks.append({**page.evaluate(_CLICKED, wanted), "at_work": _at_work(process) - begun})
            page.close()
    middle = {name: statistics.median(one[name] for one in clicks[1:]) for name in clicks[0]}
    return {
        "open_first_seconds": round(opened[0], 2),
        "open_again_seconds": round(opened[1], 2),
        "click_first_ms": round(clicks[0]["all"]),
        "click_ms": round(middle["all"]),
        "click_server_ms": round(middle["server"]),
        "click_browser_ms": round(middle["all"] - middle["server"]),
        "click_at_work_ms": round(middle["at_work"]),
    }


def _open(page: Any, address: str) -> float:
    began = time.perf_counter()
    page.goto(address, wait_until="load")
    page.wait_for_selector(".live-bar button", state="attached")
    return time.perf_counter() - began


def _at_work(process: int) -> float:
    """Return for how many milliseconds processors have worked for *process*; 0 where the system does not tell."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.is_file():
        return 0.0
    of_its_own, for_it = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return 1000 * (int(of_its_own) + int(for_it)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _served(root: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "journeyai", "serve", "--no-open", "--quiet", "--study", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()
