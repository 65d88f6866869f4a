import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.retrieval.studies import WordEncoder, note

from journeyai.errors import SettingsError
from journeyai.retrieval.chroma import VectorCollection
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings

CHROMA = Path(sys.executable).with_name("chroma")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    folder = tmp_path_factory.mktemp("server")
    command = [str(CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.fixture(params=["folder", "server"])
def collection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorCollection]:
    if request.param == "folder":
        collection = VectorCollection.in_folder(tmp_path / "chroma", "some-vectors")
    else:
        collection = VectorCollection.on_server(request.getfixturevalue("server"), "some-vectors")
        collection.clear()
    yield collection
    collection.close()


def test_vectors_are_found_by_cosine_until_they_are_deleted(collection: VectorCollection) -> None:
    rows = np.eye(3, dtype=np.float32)
    collection.add([10, 20, 30], rows)
    assert collection.count() == 3
    assert collection.ids() == {10, 20, 30}
    ((nearest, distance),) = collection.query(rows[1], 1)
    assert nearest == 20
    assert distance == pytest.approx(0, abs=1e-6)
    collection.delete([20, 99])
    assert collection.ids() == {10, 30}
    assert sorted(id_ for id_, _ in collection.query(rows[1], 5)) == [10, 30]


def test_a_vector_written_again_takes_the_place_of_the_first(collection: VectorCollection) -> None:
    first, second = np.eye(2, dtype=np.float32)
    collection.add([1], first[None])
    collection.add([1], second[None])
    ((nearest, distance),) = collection.query(second, 1)
    assert nearest == 1
    assert distance == pytest.approx(0, abs=1e-6)


def test_a_stamp_stays_until_the_collection_is_made_anew(collection: VectorCollection) -> None:
    assert collection.stamp is None
    collection.add([1], np.ones((1, 2), dtype=np.float32))
    collection.set_stamp("ours")
    assert collection.stamp == "ours"
    assert collection.count() == 1
    collection.clear()
    assert (collection.stamp, collection.count()) == (None, 0)


def test_a_stamp_is_found_after_closing(tmp_path: Path) -> None:
    for expected in (None, "ours"):
        collection = VectorCollection.in_folder(tmp_path, "some-vectors")
        assert collection.stamp == expected
        collection.set_stamp("ours")
        collection.close()


def test_no_word_of_a_source_reaches_chromas_files(tmp_path: Path) -> None:
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        index.update([note("zebulonia.txt", "Quetzalmarsh never answered.")])
    files = [file for file in tmp_path.glob(".journeyai/index/chroma-*/**/*") if file.is_file()]
    assert files
    for file in files:
        content = file.read_bytes().lower()
        assert b"quetzalmarsh" not in content
        assert b"zebulonia" not in content


def test_a_study_with_a_server_keeps_no_vectors_index_of_its_own(server: str, tmp_path: Path) -> None:
    settings = SearchSettings(chroma_url=server)
    with Index.open(tmp_path, settings, WordEncoder()) as index:
        index.update([note("a.txt", "The bill was late."), note("b.txt", "Nobody answered.")])
        assert index.search("bill late", 1)[0].text == "The bill was late."
        index.update(removed=["a.txt"])
        assert [passage.text for passage in index.search("bill late")] == ["Nobody answered."]
    assert list(tmp_path.glob(".journeyai/index/chroma-*")) == []


def test_two_studies_on_one_server_stay_apart(server: str, tmp_path: Path) -> None:
    settings = SearchSettings(chroma_url=server)
    for name, text in {"one": "The bill was late.", "two": "Nobody answered."}.items():
        (tmp_path / name).mkdir()
        with Index.open(tmp_path / name, settings, WordEncoder()) as index:
            index.update([note("a.txt", text)])
    for name, text in {"one": "The bill was late.", "two": "Nobody answered."}.items():
        with Index.open(tmp_path / name, settings, WordEncoder()) as index:
            assert [passage.text for passage in index.search("bill")] == [text]


def test_moving_to_a_server_and_back_needs_no_embedding(server: str, tmp_path: Path) -> None:
    encoder = WordEncoder()
    for settings in (SearchSettings(), SearchSettings(chroma_url=server), SearchSettings()):
        with Index.open(tmp_path, settings, encoder) as index:
            index.update([note("a.txt", "The bill was late.")])
            assert index.search("bill")[0].text == "The bill was late."
    assert len(encoder.asked) == 1


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:9", "No Chroma server answers at `http://127.0.0.1:9`."),
        ("127.0.0.1:9", "No Chroma server answers at `127.0.0.1:9`."),
        ("http://127.0.0.1:99999", "`http://127.0.0.1:99999` is not the address of a Chroma server."),
        ("ftp://127.0.0.1", "`ftp://127.0.0.1` is not the address of a Chroma server."),
        ("http://", "`http://` is not the address of a Chroma server."),
    ],
)
def test_a_server_that_cannot_be_used_is_named(tmp_path: Path, url: str, says: str) -> None:
    with Index.open(tmp_path, SearchSettings(chroma_url=url), WordEncoder()) as index:
        with pytest.raises(SettingsError) as refused:
            index.update([note("a.txt", "The bill was late.")])
        assert refused.value.message == says
        assert list(index.files()) == ["a.txt"]
