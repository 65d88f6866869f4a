"""`journeyai branch`, and what the other commands make of a branch's name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.studies import copy_study
from tests.typed import Typed

Drafted = Callable[[str], Path]


@pytest.fixture(params=["en", "es"])
def study(request: pytest.FixtureRequest, drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted(request.param), tmp_path / "study")


def test_a_future_state_is_a_branch_and_every_export_of_it_says_so(typed: Typed, study: Path) -> None:
    assert typed("branch", "future", cwd=study).returncode == 0
    shown = json.loads(typed("export", "--format", "json").stdout)
    assert shown["scope"]["state"] == "future"
    told = json.loads(typed("branch", "main", "--json").stdout)
    assert (told["branch"], told["made"], told["state"]) == ("main", False, "current")
    assert told["changes"]["map"] == {"scope.state": ["future", "current"]}
    assert json.loads(typed("export", "--format", "json", "--map", "future").stdout) == shown
    assert json.loads(typed("show", "future", "--json").stdout) == shown
    assert typed("verify", "future").returncode == 0
    plan = json.loads(typed("diff", "main", "future", "--json").stdout)
    assert plan["map"] == {"scope.state": ["current", "future"]}


def test_the_branches_are_listed_with_what_they_show(typed: Typed, study: Path) -> None:
    typed("branch", "tomorrow", "--future", cwd=study)
    assert json.loads(typed("branch", "--json").stdout) == [
        {"name": "main", "steps": 1, "state": "current", "is_current": False},
        {"name": "tomorrow", "steps": 2, "state": "future", "is_current": True},
    ]


def test_nothing_is_drafted_into_a_future_state(typed: Typed, study: Path) -> None:
    typed("branch", "future", cwd=study)
    before = (study / "map.json").read_bytes()
    refused = typed("draft")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"`future`" in refused.stderr
    assert b"journeyai branch main" in refused.stderr
    assert (study / "map.json").read_bytes() == before
    typed("branch", "main")
    assert typed("draft").returncode == 0
    assert json.loads(typed("show", "future", "--json").stdout)["scope"]["state"] == "future"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["branch", "--future"], b"needs the name"),
        (["branch", "main", "--future"], b"`main`"),
        (["branch", "a name"], b"`-`"),
        (["diff", "main", "nowhere"], b"no branch `nowhere`"),
        (["show", "nowhere"], b"main"),
    ],
    ids=["no-name", "there-already", "no-such-name", "diff", "show"],
)
def test_what_cannot_be_is_said(typed: Typed, study: Path, arguments: list[str], says: bytes) -> None:
    refused = typed(*arguments, cwd=study)
    assert refused.returncode == 2
    assert says in refused.stderr


def test_going_where_one_stands_is_no_mistake(typed: Typed, study: Path) -> None:
    assert typed("branch", "main", cwd=study).returncode == 0
