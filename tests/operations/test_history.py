from collections.abc import Sequence

import pytest

from journeyai.operations.history import History, Move, Step, fold

#: Stands for the hash of the map after step n.
HASHES = [letter * 64 for letter in "0123456789"]


def step(number: int, parent: int, branch: str = "main", **more: object) -> Step:
    values = {
        "step": number,
        "parent": parent,
        "branch": branch,
        "at": "2026-11-22T10:00:00+00:00",
        "kind": "change",
        "before": HASHES[parent],
        "after": HASHES[number],
    }
    return Step.model_validate(values | more)


def move(kind: str, head: int, branch: str = "main") -> Move:
    return Move.model_validate(
        {"move": kind, "head": head, "branch": branch, "at": "", "before": "", "after": HASHES[head]}
    )


def numbers(steps: Sequence[Step]) -> list[int]:
    return [item.step for item in steps]


def test_an_empty_log_is_a_history_without_steps() -> None:
    history = fold([])
    assert history == History()
    assert (history.line(), history.undoable(), history.redoable(), history.heads) == (
        (),
        (),
        (),
        {"main": 0},
    )


def test_steps_follow_each_other() -> None:
    history = fold([step(1, 0), step(2, 1), step(3, 2)])
    assert numbers(history.line()) == [1, 2, 3]
    assert numbers(history.undoable()) == [3, 2, 1]
    assert (history.root, history.hash_at(0), history.hash_at(2)) == (HASHES[0], HASHES[0], HASHES[2])


def test_what_is_undone_can_be_redone_in_turn() -> None:
    history = fold([step(1, 0), step(2, 1), step(3, 2), move("undo", 1), move("undo", 0), move("redo", 2)])
    assert (history.head, numbers(history.redoable())) == (2, [3])
    assert numbers(history.line()) == [1, 2]


def test_a_new_step_forgets_what_could_be_redone_but_not_the_steps() -> None:
    history = fold([step(1, 0), step(2, 1), move("undo", 1), step(3, 1)])
    assert (numbers(history.line()), numbers(history.redoable())) == ([1, 3], [])
    assert numbers(history.line(2)) == [1, 2]


def test_each_branch_has_a_head_and_a_stack_of_its_own() -> None:
    history = fold([
        step(1, 0),
        move("branch", 1, "bold"),
        step(2, 1, "bold"),
        move("undo", 1, "bold"),
        move("switch", 1, "main"),
        step(3, 1),
    ])  # fmt: skip
    assert history.heads == {"main": 3, "bold": 1}
    assert numbers(history.redoable()) == []
    back = history.and_then(move("switch", 1, "bold"))
    assert numbers(back.redoable()) == [2]


def test_the_way_between_two_steps_goes_over_the_last_they_share() -> None:
    history = fold([step(1, 0), step(2, 1), move("undo", 1), step(3, 1), step(4, 3)])
    taken_back, done_again = history.path(4, 2)
    assert (numbers(taken_back), numbers(done_again)) == ([4, 3], [2])


@pytest.mark.parametrize(
    "barrier", [{"kind": "outside"}, {"kind": "draft", "before": ""}], ids=["by hand", "the first draft"]
)
def test_some_steps_are_never_taken_back(barrier: dict[str, str]) -> None:
    history = fold([step(1, 0), step(2, 1, **barrier), step(3, 2)])
    assert numbers(history.undoable()) == [3]


CONTRADICTIONS = {
    "a step is missing": [step(2, 0)],
    "a step twice": [step(1, 0), step(1, 0)],
    "on another step": [step(1, 0), step(2, 0)],
    "on another branch": [step(1, 0, "bold")],
    "undo forwards": [step(1, 0), move("undo", 0), move("undo", 1)],
    "redo of nothing": [step(1, 0), move("redo", 1)],
    "a branch twice": [move("branch", 0, "main")],
    "no such branch": [move("switch", 0, "bold")],
    "no such step": [move("undo", 7)],
}


@pytest.mark.parametrize("entries", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_log_that_contradicts_itself_is_refused(entries: Sequence[Step | Move]) -> None:
    with pytest.raises(ValueError, match=r"tep|branch|redo|undo|switch"):
        fold(entries)
