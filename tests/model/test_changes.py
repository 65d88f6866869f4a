import dataclasses
from typing import get_args

import pytest
from pydantic import TypeAdapter

from journeyai.model.changes import CHANGE_KINDS, CHANGES, LABELS, Change, ChangeKind, Destination
from journeyai.model.journey import Card, Scope

every_kind = pytest.mark.parametrize("kind", CHANGE_KINDS)


def test_every_kind_has_its_needs_in_the_same_order() -> None:
    assert tuple(CHANGES) == CHANGE_KINDS


@every_kind
def test_needs_can_be_met(kind: ChangeKind) -> None:
    needs = CHANGES[kind]
    assert needs.means
    assert 1 <= needs.least <= needs.most
    assert needs.targets is not None or (needs.more, needs.to == "target") == (None, False)
    assert (needs.least_more == 0) or needs.more is not None
    # It says *something*: what it is done to, where it goes or what it is called.
    assert needs.targets is not None or needs.text != "none"


def test_labels_are_those_of_the_map() -> None:
    assert set(LABELS) < set(get_args(Destination))
    assert LABELS["scope"] == tuple(Scope.model_fields)
    assert LABELS["severity"] == tuple(
        map(str, get_args(get_args(Card.model_fields["severity"].annotation)[0]))
    )


def test_a_target_that_is_named_twice_is_one() -> None:
    assert Change("merge_cards", ("c2", "c1", "c2", "c1"), "c1") == Change("merge_cards", ("c2", "c1"), "c1")
    assert TypeAdapter(Change).validate_python({"kind": "accept", "targets": ["c5"] * 3000}).targets == (
        "c5",
    )


def test_a_change_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Change("accept", ("c1",)).kind = "reject"  # type: ignore[misc]
