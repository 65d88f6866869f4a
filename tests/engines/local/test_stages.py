from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.drafting.material import Said, document, vectors

from journeyai.drafting.frame import make_frame, own_stages
from journeyai.engines.engine import Frame
from journeyai.engines.local.candidates import Candidate
from journeyai.engines.local.stages import StageSorter
from journeyai.knowledge.templates import load_template
from journeyai.model.source import Document

FRAME = make_frame(load_template("cx-lifecycle"), "en", [], [])
TEMPLATES = ("cx-lifecycle", "hubspot", "asana", "seven-steps", "questionpro", "qualtrics", "hotjar")


def passages(*documents: Document) -> list[Candidate]:
    return [Candidate(item, u, item.turn_of(u)) for item in documents for u in item.utterances]


def talk(source: str, count: int) -> Document:
    return document(source, Said("P1", [f"sentence number {n}" for n in range(count)]))


def story(*steps: int) -> Document:
    return document("s.txt", *(Said("Me", [f"I did {n}"], step=step) for n, step in enumerate(steps)))


def shares(count: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).dirichlet(np.ones(7) * 0.5, count)
    return rows.astype(np.float32)


def weights(
    found: Sequence[Candidate],
    lifecycle: NDArray[np.float32],
    *,
    frame: Frame = FRAME,
    in_context: bool = False,
) -> NDArray[np.float32]:
    return StageSorter(frame, vectors).weights(found, lifecycle, in_context=in_context)


@pytest.mark.parametrize("in_context", [True, False], ids=["in-context", "alone"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_weights_are_shares_whatever_the_template(name: str, in_context: bool) -> None:
    frame = make_frame(load_template(name), "en", [], [])
    found = passages(talk("a.md", 3), talk("b.md", 1), story(1, 1, 2))
    out = weights(found, shares(7), frame=frame, in_context=in_context)
    assert out.shape == (7, len(frame.stages))
    assert out.sum(axis=1) == pytest.approx(np.ones(7), abs=1e-4)
    assert (out >= 0).all()


def test_what_was_read_in_context_is_left_as_it_is() -> None:
    found, lifecycle = passages(talk("a.md", 4)), shares(4)
    assert weights(found, lifecycle, in_context=True) == pytest.approx(lifecycle, abs=1e-6)


def test_what_was_read_alone_leans_on_its_own_document_and_on_no_other() -> None:
    lifecycle = np.zeros((4, 7), np.float32)
    lifecycle[[0, 1], 0] = 1
    lifecycle[[2, 3], 6] = 1
    apart = weights(passages(talk("a.md", 2), talk("b.md", 2)), lifecycle)
    assert apart == pytest.approx(lifecycle, abs=1e-6)
    together = weights(passages(talk("a.md", 4)), lifecycle)
    assert together[1, 6] > together[0, 6] > 0
    assert together.argmax(axis=1).tolist() == [0, 0, 6, 6]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=8), st.integers(0, 50), st.booleans())
def test_a_story_never_runs_backwards_and_a_step_has_one_stage(
    jumps: list[int], seed: int, in_context: bool
) -> None:
    steps = [sum(jumps[: n + 1]) // 2 for n in range(len(jumps))]
    out = weights(passages(story(*steps)), shares(len(steps), seed), in_context=in_context)
    assert ((out == 0) | (out == 1)).all()
    stages = out.argmax(axis=1).tolist()
    assert stages == sorted(stages)
    assert len({(step, stage) for step, stage in zip(steps, stages, strict=True)}) == len(set(steps))


def test_a_story_that_goes_forward_is_placed_as_it_is_told() -> None:
    lifecycle = np.eye(7, dtype=np.float32)[[0, 2, 3, 5]]
    out = weights(passages(story(1, 2, 3, 4)), lifecycle, in_context=True)
    assert out.argmax(axis=1).tolist() == [0, 2, 3, 5]


def test_the_users_own_stages_are_told_apart_by_their_words() -> None:
    frame = Frame("hotjar", "en", own_stages(["Choosing bicycle", "Paying card"], "en"), FRAME.lanes)
    item = document("a.md", Said("P1", ["paying with card failed", "choosing my bicycle was hard"]))
    for in_context in (True, False):
        out = weights(passages(item), np.full((2, 7), 1 / 7, np.float32), frame=frame, in_context=in_context)
        assert out.argmax(axis=1).tolist() == [1, 0]


def test_no_passages_have_no_weights() -> None:
    assert weights([], np.zeros((0, 7), np.float32)).shape == (0, len(FRAME.stages))
