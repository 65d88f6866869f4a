"""An update that is killed anywhere leaves an index that opens, heals and answers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.repository import ROOT
from tests.retrieval.studies import WordEncoder, note

from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings

SENTENCES = [f"Bill {number} came {number % 13} days late." for number in range(4000)]

SCRIPT = """
import sys
from pathlib import Path
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings
from tests.retrieval.studies import WordEncoder, note
from tests.retrieval.test_kills import SENTENCES

with Index.open(Path(sys.argv[1]), SearchSettings(), WordEncoder(dimensions=64)) as index:
    index.update([note("b.txt", *SENTENCES)], removed=["a.txt"], progress=lambda *_: print("batch", flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize(
    ("wait_for", "seconds"),
    [("batch", 0.0), ("unclean", 0.0), ("unclean", 0.15), ("unclean", 0.5)],
    ids=["while embedding", "before the first write", "while writing", "later while writing"],
)
def test_a_killed_update_heals(tmp_path: Path, wait_for: str, seconds: float) -> None:
    encoder = WordEncoder(dimensions=64)
    marker = tmp_path / ".journeyai" / "index" / "unclean"
    with Index.open(tmp_path, SearchSettings(), encoder) as index:
        index.update([note("a.txt", *(f"Old sentence {number}." for number in range(50)))])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], stdout=subprocess.PIPE, env=environment
    ) as update:
        assert update.stdout is not None
        update.stdout.readline()
        while wait_for == "unclean" and not marker.exists() and update.poll() is None:
            time.sleep(0.002)
        time.sleep(seconds)
        update.send_signal(signal.SIGKILL)

    with Index.open(tmp_path, SearchSettings(), encoder) as index:
        index.update([note("b.txt", *SENTENCES)])
        assert list(index.files()) == ["b.txt"]
        for number in range(0, len(SENTENCES), 400):
            (_, distance), *_ = index._vector_index.query(encoder.encode([SENTENCES[number]])[0], 5)
            assert distance == pytest.approx(0, abs=1e-5)
        assert index.search(SENTENCES[1234], 1)[0].utterance == 1234
        assert index._vector_index._ready().ids() == set(index._store.sentence_ids())
