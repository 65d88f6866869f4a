"""The page of a served study is the one that is exported, however it came about."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.studies import copy_study

from journeyai.app import Study
from journeyai.export.html.page import Parts, Press
from journeyai.model.changes import Change
from journeyai.serving.drawing import Drawing
from journeyai.serving.live_map import LiveMap, Reply
from journeyai.study.indexing import open_index


@pytest.fixture
def study(drafted: Callable[[str], Path], tmp_path: Path) -> Study:
    return Study.open(copy_study(drafted("en"), tmp_path / "study"))


def fresh(study: Study) -> Parts:
    """Return the page as it is exported: from the map's file, and the raw files of the sources."""
    journey = study.map
    return Press().parts(journey, study.material(journey))


def test_whatever_is_done_the_windows_show_what_would_be_exported(study: Study) -> None:
    first, second, third, *_ = (card.id for card in study.map.cards)
    stage = study.map.stages[-1].id
    other = next(c.id for c in study.map.cards[1:] if c.lane == study.map.cards[0].lane)
    live = LiveMap(study, "secret")
    done: list[Callable[[int], Reply]] = [
        lambda number: live.change(number, [Change("accept", (first,))]),
        lambda number: live.change(number, [Change("move_card", (second,), stage)]),
        live.undo,
        live.redo,
        lambda number: live.change(number, [Change("edit_title", (third,), None, "<b>Another</b>")]),
        lambda number: live.change(number, [Change("merge_cards", (first, other), first)]),
        lambda number: live.change(number, [Change("remove_card", (third,))]),
        live.undo,
        live.undo,
        live.redo,
        lambda number: live.change(number, [Change("set_map_title", (), None, "A new title")]),
    ]
    for number, do in enumerate(done, 1):
        reply = do(number)
        assert (reply.number, reply.is_done) == (number + 1, True)
        assert reply.parts == fresh(study)
    # What the chat does is drawn from maps that were read anew.
    editor = study.editor()
    editor.commit(editor.propose([Change("lock", (second,))]))
    assert live.news(len(done) + 1).parts == fresh(study)


def test_a_source_that_is_not_as_it_was_indexed_is_read_again(study: Study) -> None:
    """Its words are then not those that the map was drawn from, and none stand around its quotes."""
    journey = study.map
    source = study.folder.sources / journey.evidence[0].source
    before = Drawing(study, journey).parts(journey)
    assert before == fresh(study)
    was = source.stat()
    source.write_bytes(source.read_bytes().replace(b"a", b"e"))
    os.utime(source, ns=(was.st_atime_ns, was.st_mtime_ns + 1))
    after = Drawing(study, journey).parts(journey)
    assert after == fresh(study)
    assert after.quotes_name != before.quotes_name


@pytest.mark.parametrize("index", ["none", "busy"])
def test_without_an_index_the_files_are_read(study: Study, index: str) -> None:
    journey, whole = study.map, fresh(study)
    folder = study.folder.inner / "index"
    if index == "none":
        folder.rename(study.folder.inner / "elsewhere")
    with open_index(study.folder) if index == "busy" else nullcontext():
        assert Drawing(study, journey).parts(journey) == whole
    # Whoever only looks makes none.
    assert folder.exists() == (index == "busy")
