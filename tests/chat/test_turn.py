"""One turn: understood, shown, asked, done, kept; nothing changes the map without a yes."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chat.rooms import Picking, ScriptedAssistant, room
from tests.studies import copy_study

from journeyai.chat.store import recall
from journeyai.chat.turn import take, take_up
from journeyai.engines.conversation import Proposed
from journeyai.errors import BudgetError, EngineError, JourneyAIError, ReadOnlyError, StudyBusyError
from journeyai.model.changes import Change

Drafted = Callable[[str], Path]
ACCEPT = Proposed((Change("accept", ("c1",)),))


@pytest.fixture
def study(drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted("en"), tmp_path / "s")


def map_of(root: Path) -> bytes:
    return (root / "map.json").read_bytes()


def test_a_change_that_is_agreed_to_is_one_step_with_the_words_that_asked_for_it(study: Path) -> None:
    both = Proposed((Change("accept", ("c1",)), Change("lock", ("c2",))))
    chat, out = room(study, ScriptedAssistant({"take c1, lock c2": both}))

    assert take(chat, "  take c1, lock c2 ") == 0

    (step,) = [step for step in chat.editor.steps() if step.kind == "change"]
    assert (step.request, step.session, step.changes) == ("take c1, lock c2", chat.store.id, both.changes)
    cards = {card.id: card for card in chat.journey.cards}
    assert (cards["c1"].status, cards["c2"].locked) == ("accepted", True)
    turn = out.take("take c1, lock c2")
    assert turn["applied"] is True
    assert [item["kind"] for item in turn["operations"]] == ["accept", "lock"]
    assert {item["id"] for item in turn["diff"]["cards_changed"]} == {"c1", "c2"}
    assert "Accept the card c1" in turn["text"]
    assert "Done. /undo takes it back." in turn["text"]
    assert json.dumps(turn)


@pytest.mark.parametrize("said", ['"Solar"', "«Solar»", "“Solar”", "c1", "c1, c2", "c1 y c2"])
def test_bare_words_after_a_question_back_complete_what_was_asked_for(study: Path, said: str) -> None:
    requests = {"accept": Proposed((), unclear="Which?"), f"accept {said}": ACCEPT}
    chat, out = room(study, ScriptedAssistant(requests))

    assert [take(chat, line) for line in ("accept", said)] == [2, 0]

    assert out.take(said)["applied"] is True
    assert [step.request for step in chat.editor.steps() if step.kind == "change"] == [f"accept {said}"]


@pytest.mark.parametrize(
    ("between", "said", "whole"),
    [
        ([], "why c1", ACCEPT),
        (["/help"], "c1", ACCEPT),
        ([], "c1", Proposed((Change("accept", ("c1",)),), is_sure=False)),
        ([], "c1", Proposed((), unclear="Which?")),
    ],
    ids=["more than that", "something else came between", "a guess", "still unclear"],
)
def test_nothing_else_completes_it(study: Path, between: list[str], said: str, whole: Proposed) -> None:
    before = map_of(study)
    requests = {"accept": Proposed((), unclear="Which?"), f"accept {said}": whole}
    chat, _ = room(study, ScriptedAssistant(requests))
    for line in ("accept", *between, said):
        take(chat, line)
    assert map_of(study) == before


def test_without_a_yes_it_is_shown_and_the_map_is_as_it_was(study: Path) -> None:
    before = map_of(study)
    chat, out = room(study, ScriptedAssistant({"accept c1": ACCEPT}), yes=False)

    assert take(chat, "accept c1") == 0

    turn = out.take("accept c1")
    assert map_of(study) == before
    assert (turn["applied"], turn["error"]) == (False, None)
    assert "a script says yes only with --yes" in turn["text"]
    assert "Nothing was changed." in turn["text"]
    assert recall(chat.store.folder)[1].pending is None


def test_what_was_not_read_for_certain_is_not_done_by_a_script_that_says_yes_to_everything(
    study: Path,
) -> None:
    before = map_of(study)
    unsure = Proposed(ACCEPT.changes, is_sure=False)
    chat, out = room(study, ScriptedAssistant({"c1, so be it": unsure}))

    assert take(chat, "c1, so be it") == 2

    turn = out.take("c1, so be it")
    assert map_of(study) == before
    assert turn["applied"] is False
    assert "I read it so, and am not sure. Is it what you mean?" in turn["text"]


def test_a_refused_change_says_why_and_changes_nothing(study: Path) -> None:
    chat, out = room(
        study, ScriptedAssistant({"x": Proposed((Change("accept", ("c1",)), Change("reject", ("c999",))))})
    )
    before = map_of(study)

    assert take(chat, "x") == 2

    turn = out.take("x")
    assert map_of(study) == before
    assert "c999" in turn["error"]["message"]
    assert turn["error"]["message"] in turn["text"]
    assert turn["applied"] is False


def test_asked_back_the_choice_is_the_request(study: Path) -> None:
    assistant = ScriptedAssistant(
        {"accept it": Proposed((), "Which one?", choices=("accept c2", "accept c1")), "accept c1": ACCEPT}
    )
    chat, _ = room(study, assistant)
    chat.person = Picking([1])

    assert take(chat, "accept it") == 0

    assert assistant.asked == ["accept it", "accept c1"]
    assert chat.journey.cards[0].status == "accepted"
    assert chat.editor.steps()[-1].request == "accept it → accept c1"


def test_asked_back_the_choice_may_be_a_command(study: Path) -> None:
    asked = Proposed((), "On a branch?", choices=("/branch future",))
    chat, _ = room(study, ScriptedAssistant({"make a future map": asked}))
    chat.person = Picking([0])

    assert take(chat, "make a future map") == 0

    assert chat.editor.current_branch == "future"
    assert chat.journey.scope.state == "future"


def test_it_means_the_cards_that_were_changed_last(study: Path) -> None:
    chat, _ = room(study, ScriptedAssistant({"accept it": ACCEPT}))
    chat.last = ("c2",)

    take(chat, "accept it")

    assert chat.last == ("c1",)


@pytest.mark.parametrize("picks", [[None], "script"], ids=["none-of-them", "nobody-there"])
def test_asked_back_without_an_answer_nothing_is_done(study: Path, picks: list[int | None] | str) -> None:
    chat, out = room(study, ScriptedAssistant({"it": Proposed((), "Which one?", choices=("a", "b"))}))
    if isinstance(picks, list):
        chat.person = Picking(picks)
    before = map_of(study)

    assert take(chat, "it") == 2

    turn = out.take("it")
    assert turn["unclear"] == {"question": "Which one?", "choices": ["a", "b"]}
    assert map_of(study) == before


def test_reasons_alone_are_a_refusal(study: Path) -> None:
    chat, out = room(study, ScriptedAssistant({"x": Proposed((), reasons=("`c9` is no card.",))}))
    assert take(chat, "x") == 2
    assert out.take("x")["error"]["message"] == "`c9` is no card."


def test_a_question_is_answered_piece_by_piece_and_kept(study: Path) -> None:
    chat, out = room(study, ScriptedAssistant(pieces=("They wait ", "for weeks. ", "[e1 · a.txt]")))

    assert take(chat, "what do they say?") == 0

    turn = out.take("what do they say?")
    assert turn["text"] == "They wait for weeks. [e1 · a.txt]"
    assert turn["found"] is False
    assert recall(chat.store.folder)[1].turns[-1].text == "They wait for weeks. [e1 · a.txt]"


def test_an_answer_that_is_stopped_keeps_what_came(study: Path) -> None:
    chat, _ = room(study, ScriptedAssistant(pieces=("They wait ", "for", KeyboardInterrupt())))

    with pytest.raises(KeyboardInterrupt):
        take(chat, "what do they say?")

    assert recall(chat.store.folder)[1].turns[-1].text == "They wait for"


@pytest.mark.parametrize(
    ("error", "code"), [(EngineError("No answer.", "Try later."), 4), (BudgetError("The cap."), 5)], ids=str
)
def test_an_error_ends_the_turn_and_not_the_chat(study: Path, error: Exception, code: int) -> None:
    chat, out = room(study, ScriptedAssistant(pieces=(error,)))
    assert take(chat, "why?") == code
    assert out.take("why?")["error"]["code"] == code
    assert take(chat, "/save") == 0


def test_a_mistyped_command_names_the_nearest(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/acept c1") == 2
    assert out.take("/acept c1")["text"] == "There is no command /acept.\nDid you mean /accept?"
    assert take(chat, "/qqqqqqqq") == 2
    assert out.take("")["text"] == "There is no command /qqqqqqqq.\n/help lists the commands."


def test_an_empty_line_is_no_turn(study: Path) -> None:
    chat, _ = room(study)
    assert take(chat, " \n ") == 0
    assert not chat.store.is_begun


def test_control_characters_of_a_model_never_reach_the_screen(study: Path) -> None:
    chat, out = room(study, ScriptedAssistant(pieces=("a\x1b]0;owned\x07b ", "\x1b[2J", "\u202ec \r\n")))
    take(chat, "why?")
    text = out.take("why?")["text"]
    assert not set(text) & set("\x1b\x07\r\u202e")


def test_a_proposal_that_was_open_when_the_program_died_is_asked_again(study: Path) -> None:
    chat, _ = room(study)
    chat.store.turn("accept c1")
    chat.store.proposed("accept c1", ACCEPT.changes, chat.editor.head)

    chat, out = room(study, resume="")
    _, remembered = recall(chat.store.folder)
    take_up(chat, remembered)

    assert chat.journey.cards[0].status == "accepted"
    assert "This was proposed and not decided" in out.take("")["text"]
    assert recall(chat.store.folder)[1].pending is None


def test_a_change_that_was_made_when_the_program_died_is_not_made_twice(study: Path) -> None:
    chat, _ = room(study)
    chat.store.turn("accept c1")
    chat.store.proposed("accept c1", ACCEPT.changes, chat.editor.head)
    chat.editor.session = chat.store.id
    chat.editor.commit(chat.editor.propose(ACCEPT.changes), request="accept c1")
    head = chat.editor.head

    chat, out = room(study, resume="")
    take_up(chat, recall(chat.store.folder)[1])

    assert chat.editor.head == head
    assert (
        out.take("")["text"] == "The change that was being made when the chat ended is on the map: accept c1"
    )


def test_a_chat_that_cannot_be_kept_says_so_once_and_does_all_else(study: Path) -> None:
    shutil.rmtree(study / ".journeyai" / "chats", ignore_errors=True)
    (study / ".journeyai" / "chats").write_text("", encoding="utf-8")
    chat, out = room(study, ScriptedAssistant({"accept c1": ACCEPT}))
    assert take(chat, "Who?") == 0
    assert out.take("Who?")["text"].startswith("This chat cannot be kept (File exists): nothing of it can")
    assert take(chat, "accept c1") == 0
    assert "kept" not in out.take("accept c1")["text"]
    assert {card.id: card for card in chat.journey.cards}["c1"].status == "accepted"


def test_a_study_that_can_only_be_read_is_answered_from_and_not_changed(
    drafted: Drafted, tmp_path: Path
) -> None:
    root = copy_study(drafted("es"), tmp_path / "s")
    before = map_of(root)
    for path in (root, *root.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        if os.access(root, os.W_OK):
            pytest.skip("nothing is read-only for whoever runs this")
        chat, out = room(root)
        assert take(chat, "¿cuántas personas hablan de la batería?") == 0
        said = out.take("")
        assert said["text"].startswith("Este estudio solo se puede leer (Permission denied): las respuestas")
        assert said["citations"]
        assert take(chat, "/stage 2") == 0
        assert take(chat, "/accept c1") == 2
        assert f"No se puede escribir en el estudio `{root}`" in out.take("")["text"]
        assert map_of(root) == before
    finally:
        for path in (root, *root.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StudyBusyError("Another process."), "Otro proceso de JourneyAI está trabajando en el estudio"),
        (ReadOnlyError("The study cannot be written to."), "No se puede escribir en el estudio"),
    ],
    ids=["busy", "read only"],
)
def test_what_is_wrong_with_the_folder_is_told_in_the_language_of_the_map(
    drafted: Drafted, tmp_path: Path, error: JourneyAIError, said: str
) -> None:
    root = copy_study(drafted("es"), tmp_path / "s")
    chat, out = room(root, ScriptedAssistant(pieces=[error]))
    assert take(chat, "¿quién?") == 2
    assert out.take("")["error"]["message"].startswith(f"{said} `{root}`")


def test_a_map_whose_file_is_lost_is_written_again_by_save(study: Path) -> None:
    before = map_of(study)
    chat, out = room(study, ScriptedAssistant({"accept c1": ACCEPT}))
    (study / "map.json").write_text("{}", encoding="utf-8")
    assert take(chat, "accept c1") == 2
    assert "cannot be read as a map any more. Nothing was done." in out.take("")["text"]
    assert take(chat, "/redraft") == 2
    assert take(chat, "/save") == 0
    broken = study / "map.broken.json"
    assert out.take("")["text"].split("\n")[-4:-2] == [
        "The map is written again as it last was.",
        f"What stood in its file is kept: {broken}",
    ]
    assert (map_of(study), broken.read_text(encoding="utf-8")) == (before, "{}")
    assert take(chat, "accept c1") == 0
