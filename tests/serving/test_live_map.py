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
