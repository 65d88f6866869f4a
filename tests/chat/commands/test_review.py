from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.chat.rooms import room
from tests.studies import copy_study

from journeyai.chat.output import JsonOutput
from journeyai.chat.session import Chat
from journeyai.chat.turn import take
from journeyai.drafting.reviewing import likely_same, to_review
from journeyai.model.journey import Card

Drafted = Callable[[str], Path]


@dataclass
class Reviewer:
    """Presses one key after the other, then leaves."""

    keys: list[str]
    typed: list[str | None] = field(default_factory=list)
    picks: list[int | None] = field(default_factory=list)
    offered: list[Sequence[str]] = field(default_factory=list)

    def confirm(self, question: str, *, is_sure: bool = True) -> bool:
        raise AssertionError("a key says it all")

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        self.offered.append(options)
        return self.picks.pop(0)

    def key(self, question: str, keys: Mapping[str, str]) -> str:
        assert set("aermsvluq") == set(keys)
        return self.keys.pop(0) if self.keys else "q"

    def edit(self, question: str, text: str) -> str | None:
        return self.typed.pop(0)


@pytest.fixture(params=["en", "es"])
def study(request: pytest.FixtureRequest, drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted(request.param), tmp_path / "study")


def reviewed(
    study: Path, reviewer: Reviewer, line: str = "/review"
) -> tuple[Chat, JsonOutput, Sequence[Card]]:
    """Return the chat after a walk, and the queue as it was before it."""
    chat, out = room(study)
    chat.person = reviewer
    queue = to_review(chat.journey)
    assert take(chat, line) == 0
    return chat, out, queue


def card(chat: Chat, id_: str) -> Card:
    return next(item for item in chat.journey.cards if item.id == id_)


def test_one_key_decides_one_card_and_is_one_step(study: Path) -> None:
    chat, out, queue = reviewed(study, Reviewer(list("ael"), typed=["Words of mine"]))
    steps = chat.editor.steps()[chat.started_at :][-3:]
    assert [step.changes[0].kind for step in steps] == ["accept", "edit_title", "lock"]
    assert [step.changes[0].targets for step in steps] == [(item.id,) for item in queue[:3]]
    assert card(chat, queue[0].id).status == "accepted"
    assert (card(chat, queue[1].id).title, card(chat, queue[1].id).status) == ("Words of mine", "edited")
    assert card(chat, queue[2].id).locked
    assert out.take("/review")["review"]["left"] == len(queue) - 3


def test_the_review_goes_on_where_one_left(study: Path) -> None:
    chat, _, queue = reviewed(study, Reviewer(list("asr")))
    assert chat.last == (queue[3].id,)
    chat.person = Reviewer([])
    take(chat, "/review")
    assert chat.last == (queue[3].id,)


def test_skipped_cards_are_remembered_when_the_chat_is_resumed(study: Path) -> None:
    chat, _, queue = reviewed(study, Reviewer(list("ss")))
    again, _ = room(study, resume=chat.store.id)
    again.person = Reviewer([])
    take(again, "/review")
    assert again.last == (queue[2].id,)
    take(again, "/review again")
    assert again.last == (queue[0].id,)


def test_undo_takes_back_what_this_walk_did_and_shows_that_card_again(study: Path) -> None:
    before = (study / "map.json").read_bytes()
    chat, out, queue = reviewed(study, Reviewer(list("asuu")))
    assert (study / "map.json").read_bytes() == before
    assert chat.last == (queue[0].id,)
    assert out.take("/review")["review"] == {"left": len(queue), "skipped": 0, "done": []}


def test_undo_does_not_reach_behind_the_walk(study: Path) -> None:
    chat, _ = room(study)
    take(chat, "/accept c1")
    kept = (study / "map.json").read_bytes()
    chat.person = Reviewer(["u"])
    take(chat, "/review")
    assert (study / "map.json").read_bytes() == kept


def test_a_merge_offers_the_likeliest_first_and_keeps_the_stronger(study: Path) -> None:
    chat, _ = room(study)
    weak = to_review(chat.journey)[0]
    alike = likely_same(chat.journey, weak)
    reviewer = Reviewer(["m"], picks=[0])
    chat.person = reviewer
    take(chat, "/review")
    assert reviewer.offered[0][0].startswith(alike[0].id)
    gone = weak.id if alike[0].people >= weak.people else alike[0].id
    stays = alike[0].id if gone == weak.id else weak.id
    assert gone not in {item.id for item in chat.journey.cards}
    assert set(card(chat, stays).evidence) == {*weak.evidence, *alike[0].evidence}


@pytest.mark.parametrize(("picks", "typed"), [([None], []), ([-1], [None]), ([-1], ["c9999"])])
def test_a_merge_with_nobody_changes_nothing(
    study: Path, picks: list[int | None], typed: list[str | None]
) -> None:
    before = (study / "map.json").read_bytes()
    chat, _ = room(study)
    last = len(likely_same(chat.journey, to_review(chat.journey)[0]))
    chat.person = Reviewer(["m"], typed=list(typed), picks=[last if pick == -1 else pick for pick in picks])
    assert take(chat, "/review") == 0
    assert (study / "map.json").read_bytes() == before


def test_a_refused_key_is_said_and_the_card_stays(study: Path) -> None:
    chat, _ = room(study)
    weak = to_review(chat.journey)[0]
    other = next(item for item in chat.journey.cards if item.lane != weak.lane)
    before = (study / "map.json").read_bytes()
    options = len(likely_same(chat.journey, weak))
    chat.person = Reviewer(["m"], typed=[other.id], picks=[options])
    assert take(chat, "/review") == 0
    assert (study / "map.json").read_bytes() == before
    assert chat.last == (weak.id,)


def test_why_is_shown_and_the_same_card_asked_for_again(study: Path) -> None:
    chat, out, queue = reviewed(study, Reviewer(["v", "a"]))
    assert card(chat, queue[0].id).status == "accepted"
    assert chat.journey.made_by.engine in out.take("/review")["text"]


def test_a_script_sees_the_next_card_and_changes_nothing(study: Path) -> None:
    before = (study / "map.json").read_bytes()
    chat, out = room(study)
    assert take(chat, "/review") == 0
    assert to_review(chat.journey)[0].id in out.take("/review")["text"]
    assert (study / "map.json").read_bytes() == before


def test_when_every_card_is_decided_the_review_says_so(study: Path) -> None:
    chat, out = room(study)
    ids = " ".join(item.id for item in to_review(chat.journey))
    take(chat, f"/accept {ids}")
    out.take("/accept")
    take(chat, "/review")
    turn = out.take("/review")
    assert turn["review"] == {"left": 0, "skipped": 0, "done": []}
    assert turn["text"] == chat.words("review").say("all_done")


def test_words_that_mean_nothing_are_refused(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/review c3") == 2
    assert "c3" in out.take("/review c3")["error"]["message"]


def test_the_gaps_are_told_with_their_questions(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/gaps") == 0
    short = out.take("/gaps")
    take(chat, "/gaps all")
    whole = out.take("/gaps all")
    assert short["gaps"] == whole["gaps"]
    assert len(whole["text"]) >= len(short["text"])
    assert all(gap["questions"] for gap in whole["gaps"])
