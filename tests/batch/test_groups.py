"""Portions go to an executor in company, and come back one by one."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from journeyai.batch.groups import TOGETHER, Groups
from journeyai.batch.items import WHOLE_BYTES, Portion
from journeyai.batch.method import Method, frames_for, local_method
from journeyai.batch.work import summarise_portion
from journeyai.cluster import PortionLostError
from journeyai.drafting.frame import make_frame
from journeyai.knowledge.templates import load_template
from journeyai.settings import SourceSettings


@pytest.fixture(scope="module")
def method() -> Method:
    template = load_template("cx-lifecycle")
    return local_method(frames_for("auto", lambda code: make_frame(template, code, (), ())), "auto")


def portion(number: int, size: int = 0) -> Portion:
    text = f"Agent: Hello {number}.\nAna: My order is late again, nobody answers me.\n{'x' * size}"
    return Portion(number, f"{number}.txt", "0", text.encode(), None, SourceSettings())


class Workers(Executor):
    """Does what it is given at once, in this process, and dies of the files that it is told."""

    def __init__(self, deadly: str = "") -> None:
        self.groups: list[list[str]] = []
        self.deadly = deadly
        self.is_shut = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        names = [one.source for one in args[0]]
        self.groups.append(names)
        done: Future[Any] = Future()
        if self.deadly in names:
            done.set_exception(PortionLostError("It died."))
        else:
            done.set_result(fn(*args, **kwargs))
        return done


def test_a_full_group_goes_out_together_and_each_has_its_own_result(method: Method) -> None:
    workers = Workers()
    groups = Groups(workers, method)
    portions = [portion(number) for number in range(TOGETHER + 2)]
    found = [groups.submit(one) for one in portions]
    assert [len(group) for group in workers.groups] == [TOGETHER]
    assert [work.done() for work in found] == [True] * TOGETHER + [False] * 2
    groups.flush()
    assert [len(group) for group in workers.groups] == [TOGETHER, 2]
    assert [work.result() for work in found] == [summarise_portion(one, method) for one in portions]
    groups.flush()
    assert len(workers.groups) == 2


def test_big_files_need_no_company(method: Method) -> None:
    workers = Workers()
    groups = Groups(workers, method)
    groups.submit(portion(0, WHOLE_BYTES // 2))
    assert workers.groups == []
    groups.submit(portion(1, WHOLE_BYTES // 2))
    assert workers.groups == [["0.txt", "1.txt"]]


def test_of_a_group_that_dies_only_the_guilty_portion_fails(method: Method) -> None:
    workers = Workers(deadly="2.txt")
    groups = Groups(workers, method)
    found = [groups.submit(portion(number)) for number in range(4)]
    groups.flush()
    assert workers.groups == [[f"{n}.txt" for n in range(4)], ["0.txt"], ["1.txt"], ["2.txt"], ["3.txt"]]
    assert [isinstance(work.exception(), PortionLostError) for work in found] == [False, False, True, False]
    assert found[3].result() == summarise_portion(portion(3), method)


def test_what_cannot_be_tried_again_fails_and_nobody_waits_for_ever(method: Method) -> None:
    class Ending(Workers):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            done = super().submit(fn, *args, **kwargs)
            self.is_shut = True
            return done

    groups = Groups(Ending(deadly="1.txt"), method)
    found = [groups.submit(portion(number)) for number in range(2)]
    groups.flush()
    assert [type(work.exception()) for work in found] == [RuntimeError, RuntimeError]


def test_what_waits_for_company_can_be_given_up(method: Method) -> None:
    workers = Workers()
    groups = Groups(workers, method)
    found = groups.submit(portion(0))
    groups.drop()
    groups.flush()
    assert (found.cancelled(), workers.groups) == (True, [])
