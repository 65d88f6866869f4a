import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.studies import copy_study

from journeyai.app import Study
from journeyai.model.changes import Change
from journeyai.serving.live_map import LiveMap, Reply
from journeyai.study.map_history import MapHistory


@pytest.fixture
def study(drafted: Callable[[str], Path], tmp_path: Path) -> Study:
    return Study.open(copy_study(drafted("en"), tmp_path / "study"))


@pytest.fixture
def live(study: Study) -> LiveMap:
    return LiveMap(study, "secret")


def cards(study: Study) -> list[str]:
    return [card.id for card in study.map.cards]


def accept(*ids: str) -> Change:
    return Change("accept", ids)


def test_nothing_new_is_nothing_to_tell(live: LiveMap) -> None:
    assert live.news(1) == Reply(1)
    assert live.news(1) == Reply(1)


def test_what_is_done_is_counted_and_told_to_other_windows(live: LiveMap, study: Study) -> None:
    card = study.map.cards[0]
    done = live.change(1, [accept(card.id)])
    assert (done.number, done.said) == (2, f"Done: accept {card.id} “{card.title}”.")
    other = live.news(1)
    assert (other.number, other.said) == (2, f"In another window: Done: accept {card.id} “{card.title}”.")
    assert other.parts == done.parts
    assert live.news(2) == Reply(2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("accept", ("c1", "c999999")), "There is no card c999999"),
        (Change("edit_title", ("c1",), None, ""), "Say the new words."),
        (Change("edit_title", ("c1",), None, "x" * 5000), "240"),
        (Change("move_card", ("c1",), "nowhere"), "nowhere"),
        (Change("attach_evidence", ("c1", "s1")), "s1"),
    ],
    ids=lambda value: value.kind if isinstance(value, Change) else "",
)
def test_what_the_map_refuses_changes_nothing_and_is_told(
    live: LiveMap, study: Study, change: Change, said: str
) -> None:
    before = study.map
    told = live.change(1, [change])
    assert (told.number, told.is_done, told.parts) == (1, False, None)
    assert said in told.said
    assert study.map == before


def test_nothing_asked_is_refused(live: LiveMap) -> None:
    assert not live.change(1, []).is_done
    assert live.redo(1).said == "There is nothing to do again."


def test_a_change_by_another_between_look_and_write_is_never_written_over(
    live: LiveMap, study: Study
) -> None:
    """The other has the lock while we wait for it with a change that was proposed on the map before."""
    first, second, third, *_ = cards(study)
    assert live.change(1, [accept(first)]).is_done
    other = MapHistory(study.folder)
    told: list[Reply] = []
    waiting = threading.Thread(target=lambda: told.append(live.change(2, [accept(second)])))
    with other.log.locked():
        waiting.start()
        time.sleep(0.5)
        others = tuple(
            card.model_copy(update={"owner": "Ana"}) if card.id == third else card
            for card in other.journey.cards
        )
        other.add_step("change", other.journey.model_copy(update={"cards": others}), request="Ana takes it")
    waiting.join(30)
    (reply,) = told
    assert (reply.number, reply.is_done) == (3, False)
    assert reply.said.startswith("The map was changed meanwhile, so nothing was done.")
    by_id = {card.id: card for card in study.map.cards}
    assert (by_id[second].status, by_id[third].owner) == ("draft", "Ana")
    assert live.news(2).said == "The map has just been changed outside this page: “Ana takes it”."
    assert live.change(3, [accept(second)]).is_done


def test_what_another_took_back_is_told(live: LiveMap, study: Study) -> None:
    live.change(1, [accept(cards(study)[0])])
    study.editor().undo()
    told = live.news(2)
    said = "The map has just been changed outside this page, in the chat or by another program."
    assert (told.number, told.said) == (3, said)
    assert told.tools is not None
    assert told.tools["redo"].startswith("accept c")


def test_a_map_changed_by_hand_is_told_and_cannot_be_undone(live: LiveMap, study: Study) -> None:
    live.change(1, [accept(cards(study)[0])])
    by_hand = study.map.model_copy(update={"title": "By hand"})
    study.folder.write_map(by_hand)
    told = live.news(2)
    assert told.said.endswith("outside this page: a change to `map.json` made by hand or by another program.")
    assert told.tools is not None
    assert told.tools["undo"] == ""
    assert not live.undo(3).is_done
    assert study.map == by_hand


def test_a_step_back_to_a_state_is_a_state_of_its_own(live: LiveMap, study: Study) -> None:
    """Else a window that shows the first one would be told nothing, and think that nothing had happened."""
    before = live.page()
    live.change(1, [accept(cards(study)[0])])
    assert live.undo(2).number == 3
    assert live.page().replace('"head": 3', '"head": 1').replace('"head":3', '"head":1') == before


def test_many_windows_at_once_are_served_one_after_the_other(live: LiveMap, study: Study) -> None:
    ids = cards(study)[:6]
    told: list[Reply] = []
    asking = [
        threading.Thread(target=lambda id_=id_: told.append(live.change(1, [accept(id_)]))) for id_ in ids
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(60)
    assert sorted(reply.is_done for reply in told) == [False] * 5 + [True]
    assert [card.status for card in study.map.cards if card.id in ids].count("accepted") == 1


def test_a_folder_that_cannot_be_written_to_is_told(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveMap(study, "secret")
    lock = study.folder.inner / "edit.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    told = live.change(1, [accept(cards(study)[0])])
    assert not told.is_done
    assert "cannot be written to" in told.said


def test_a_card_that_is_named_twice_is_one_card(live: LiveMap, study: Study) -> None:
    card = study.map.cards[0]
    told = live.change(1, [Change("accept", (card.id,) * 3000)])
    assert told.said == f"Done: accept {card.id} “{card.title}”."
    assert study.editor().steps()[-1].changes == (accept(card.id),)


def test_what_only_the_chat_can_do_is_not_told_on_the_page(live: LiveMap) -> None:
    assert live.change(1, [accept("c999999")]).said == "There is no card c999999 on the map."


def test_whoever_waits_for_another_process_for_long_is_told_that_it_is_busy(
    live: LiveMap, study: Study
) -> None:
    """And every other window is answered meanwhile."""
    first = cards(study)[0]
    assert live.change(1, [accept(first)]).is_done
    told: list[Reply] = []
    waiting = threading.Thread(target=lambda: told.append(live.change(2, [Change("lock", (first,))])))
    with MapHistory(study.folder).log.locked():
        waiting.start()
        time.sleep(0.3)
        assert live.is_writing
        begun = time.monotonic()
        assert live.news(2) == Reply(2)
        assert time.monotonic() - begun < 1
        waiting.join(30)
    assert not live.is_writing
    assert [(reply.number, reply.is_done) for reply in told] == [(2, False)]
    assert told[0].said.startswith("Another JourneyAI process is working in this study, so nothing was done.")


def test_a_map_restored_after_another_process_went_on_is_the_others_and_told_to_all_windows(
    live: LiveMap, study: Study
) -> None:
    first, second, *_ = cards(study)
    assert live.change(1, [accept(first)]).is_done
    editor = study.editor()
    editor.commit(editor.propose([accept(second)]), request="accept it", by="user")
    after = study.map
    study.folder.map_path.unlink()
    told = live.restore(2)
    assert (told.number, told.said, study.map == after) == (
        3,
        "The map is written again as it last was.",
        True,
    )
    assert live.news(2).said == "In another window: The map is written again as it last was."


def test_a_map_whose_log_was_deleted_with_it_begins_a_new_history(live: LiveMap, study: Study) -> None:
    first, second, *_ = cards(study)
    assert live.change(1, [accept(first)]).is_done
    before = study.map
    study.folder.map_path.unlink()
    shutil.rmtree(study.folder.inner)
    assert live.news(2).is_lost
    told = live.restore(2)
    assert (told.is_done, told.is_lost, study.map == before) == (True, False, True)
    assert told.said.startswith("The map is written again as it last was, to `")
    assert live.change(3, [accept(second)]).is_done
    assert [step.step for step in study.editor().steps()] == [1]
    assert live.undo(4).is_done
    assert study.map == before


def test_a_map_whose_log_was_put_back_from_an_older_copy_is_kept(live: LiveMap, study: Study) -> None:
    first, second, *_ = cards(study)
    assert live.change(1, [accept(first)]).is_done
    older = (study.folder.inner / "log.jsonl").read_bytes()
    assert live.change(2, [accept(second)]).is_done
    before = study.map
    (study.folder.inner / "log.jsonl").write_bytes(older)
    study.folder.map_path.unlink()
    assert live.news(3).is_lost
    assert live.restore(3).is_done
    assert study.map == before
    assert [step.kind for step in study.editor().steps()][-2:] == ["change", "outside"]


def test_what_cannot_be_restored_is_still_told_as_lost(live: LiveMap, study: Study) -> None:
    assert live.change(1, [accept(cards(study)[0])]).is_done
    study.folder.map_path.unlink()
    log = study.folder.inner / "log.jsonl"
    whole = log.read_bytes()
    log.write_bytes(b"no log\n{}\n")
    told = live.restore(2)
    assert not told.is_done
    assert "is damaged" in told.said
    assert live.news(2).is_lost
    log.write_bytes(whole)
    assert live.restore(2).is_done
