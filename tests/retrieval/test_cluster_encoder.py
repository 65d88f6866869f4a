"""An index whose sentences were embedded elsewhere is the index made here."""

import sqlite3
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.retrieval.studies import note

from journeyai.cli import main
from journeyai.errors import EngineError, SettingsError
from journeyai.retrieval.cluster_encoder import ClusterEncoder
from journeyai.retrieval.encoders import UseEncoder
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings, StudySettings
from journeyai.study.folder import make_study

#: More than one commit's worth, and no whole number of slices.
SENTENCES = [f"Bill {number} came {number % 13} days late." for number in range(1300)]


def threads() -> AbstractContextManager[Executor]:
    return ThreadPoolExecutor(2)


def nobody() -> AbstractContextManager[Executor]:
    raise AssertionError("no worker was needed")


def kept_vectors(folder: Path) -> list[tuple[bytes, bytes]]:
    """Every vector of the study's store, by the hash of its text."""
    with sqlite3.connect(folder / ".journeyai" / "index" / "store.sqlite") as store:
        rows = store.execute("SELECT encoder || hex(hash), vector FROM vectors ORDER BY 1").fetchall()
    store.close()
    return rows


def test_the_store_holds_the_same_bytes_as_without_a_cluster(tmp_path: Path) -> None:
    told: dict[str, list[tuple[int, int]]] = {"here": [], "there": []}
    with ClusterEncoder(SearchSettings(), threads) as there:
        for name, encoder in (("here", UseEncoder()), ("there", there)):
            with Index.open(tmp_path / name, SearchSettings(), encoder) as index:
                update = index.update(
                    [note("a.txt", *SENTENCES)], progress=lambda *at, to=told[name]: to.append(at)
                )
                assert update.embedded == 1300
    assert told["there"] == told["here"] == [(1024, 1300), (1300, 1300)]
    assert len(kept_vectors(tmp_path / "here")) == 1300
    assert kept_vectors(tmp_path / "there") == kept_vectors(tmp_path / "here")


def test_no_worker_is_started_where_nothing_is_new(tmp_path: Path) -> None:
    with Index.open(tmp_path, SearchSettings(), UseEncoder()) as index:
        index.update([note("a.txt", "It came late.")])
    with (
        ClusterEncoder(SearchSettings(), nobody) as encoder,
        Index.open(tmp_path, SearchSettings(), encoder) as index,
    ):
        assert index.update([note("b.txt", "It came late.")]).embedded == 0


def test_no_text_at_all_gives_no_row() -> None:
    with ClusterEncoder(SearchSettings(), threads) as encoder:
        assert encoder.encode([]).shape == (0, 512)


class Failing(ThreadPoolExecutor):
    """Fails with the fifth piece of work."""

    given = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.given += 1
        if self.given == 5:
            return super().submit(_gone)
        return super().submit(fn, *args, **kwargs)


def _gone() -> None:
    raise EngineError("The connection to the cluster is lost.")


def test_what_was_embedded_before_the_cluster_went_is_kept(tmp_path: Path) -> None:
    with (
        ClusterEncoder(SearchSettings(), lambda: Failing(2)) as encoder,
        Index.open(tmp_path, SearchSettings(), encoder) as index,
    ):
        with pytest.raises(EngineError, match="lost"):
            index.update([note("a.txt", *SENTENCES)])
        assert len(kept_vectors(tmp_path)) == 1024
    with Index.open(tmp_path, SearchSettings(), UseEncoder()) as index:
        index.update()
        assert len(kept_vectors(tmp_path)) == 1300


def test_a_service_needs_no_workers() -> None:
    with pytest.raises(SettingsError, match="a service embeds the sentences"):
        ClusterEncoder(SearchSettings(encoder="openai"), nobody)


def test_the_command_indexes_on_processes_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {
        "one.txt": "P1: The parcel came late.\nP1: Nobody wrote.\n",
        "two.txt": "P2: I waited two weeks.\n",
    }
    for name in ("here", "there"):
        folder = make_study(tmp_path / name, StudySettings())
        for file, text in texts.items():
            (folder.sources / file).write_text(text, encoding="utf-8")
    assert main(["index", "--study", str(tmp_path / "here"), "--quiet"]) == 0
    assert main(["index", "--study", str(tmp_path / "there"), "--quiet", "--cluster", "local:1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    first, second = out[: len(out) // 2], out[len(out) // 2 :]
    assert first == second
    assert kept_vectors(tmp_path / "there") == kept_vectors(tmp_path / "here")


def test_an_address_that_is_none_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_study(tmp_path / "s", StudySettings())
    assert main(["index", "--study", str(tmp_path / "s"), "--cluster", "everywhere"]) == 2
    assert "`everywhere` is not the address of a cluster." in capsys.readouterr().err
