"""What every loader of text promises, over texts that nobody would think of."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.told import SAMPLES, SHARED

from journeyai.errors import SourceError
from journeyai.model.source import Document, SourceFile
from journeyai.settings import SourceSettings
from journeyai.sources import find_files, read_bytes, read_file
from journeyai.sources.decoding import decode

NAMES = st.sampled_from(
    ["Moderator", "P3", "Ana Ruiz", "**Agente Luz**", "Cliente", "p3", "Note", "User (app)", "x y z"]
)
TIMES = st.sampled_from(
    [
        "[10:42] ",
        "(00:01:02) ",
        "10:42:07 ",
        "12/3/26, 18:04 - ",
        "[12/3/26, 18:04:11] ",
        "[00:03] ",
        "- ",
        "1. ",
        "2) ",
        "",
    ]
)
WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from('abc ñ¿?!.,;:«»"“”-–*#\t\u200b\u200e\u202e\ufeff😀é\u0301\u2028\x0b'), st.characters()
    ),
    max_size=40,
)
LINES = st.one_of(
    st.tuples(TIMES, NAMES, st.sampled_from([": ", ":", "  00:13", " [00:00:02] ", ""]), WORDS).map("".join),
    WORDS,
    st.sampled_from(
        ["", "WEBVTT", "00:00:01.000 --> 00:00:02.000", "# P4", "<v Ana>", "---", "NOTE x", "SPEAKERS"]
    ),
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
TEXTS = st.lists(st.tuples(LINES, ENDS).map("".join), max_size=14).map("".join)
SUFFIXES = st.sampled_from(["", ".txt", ".md", ".vtt", ".srt"])


def check(document: Document) -> None:
    last = 0
    for turn in document.turns:
        assert last <= turn.start < turn.end <= len(document.text)
        assert (turn.person is not None) == (turn.role == "customer")
        last = turn.end
    last = 0
    for number, utterance in enumerate(document.utterances):
        turn = document.turns[utterance.turn]
        assert utterance.number == number
        assert max(last, turn.start) <= utterance.start < utterance.end <= turn.end
        assert document.text[utterance.start : utterance.end] == utterance.text
        assert utterance.text.strip() == utterance.text
        assert any(character.isalnum() for character in utterance.text)
        last = utterance.end


def read_or_refuse(data: bytes, source: str) -> SourceFile | str:
    try:
        return read_bytes(data, source, SourceSettings())
    except SourceError as error:
        return error.message


@given(text=TEXTS, suffix=SUFFIXES)
def test_utterances_stand_where_they_say_and_verbatim_in_the_file(text: str, suffix: str) -> None:
    data = text.encode("utf-8", errors="replace")
    file = read_or_refuse(data, f"a{suffix}")
    assert read_or_refuse(data, f"a{suffix}") == file
    if isinstance(file, str):
        return
    raw = decode(data, "a").text
    for document in file.documents:
        check(document)
        if file.loader in {"transcript", "whatsapp"}:
            assert document.text == raw
        if file.loader == "captions":
            # A turn joins several cues, so each line of a quote stands in the file.
            assert all(line in raw for u in document.utterances for line in u.text.split("\n"))


@given(data=st.binary(max_size=300), suffix=st.sampled_from([".txt", ".vtt", ".docx", ".pdf", ".html", ""]))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes, suffix: str) -> None:
    outcome = read_or_refuse(data, f"a{suffix}")
    if isinstance(outcome, str):
        assert outcome.startswith(f"`a{suffix}` ")
        assert "\n" not in outcome
    else:
        for document in outcome.documents:
            check(document)


@pytest.mark.parametrize(
    "folder",
    [SAMPLES / "en" / "sources", SAMPLES / "es" / "sources", SHARED / "export-formats"],
    ids=["English sample", "Spanish sample", "export formats"],
)
def test_samples_keep_the_promise_and_nobody_in_them_is_unknown(folder: Path) -> None:
    if not folder.is_dir():
        pytest.skip("these samples are not here")
    found, skipped = find_files(folder)
    assert skipped == []
    for source, path in found:
        file = read_file(path, source, SourceSettings())
        for document in file.documents:
            check(document)
            if source != "teams_stream_no_speaker.vtt":
                assert {turn.role for turn in document.turns} <= {
                    "customer",
                    "agent",
                    "researcher",
                    "system",
                }, source
        assert (
            any(turn.role == "customer" for d in file.documents for turn in d.turns) or "no_speaker" in source
        )
