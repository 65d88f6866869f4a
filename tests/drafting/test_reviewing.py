import pytest
from tests.operations.small import card, small_map
from tests.sample_map import MAPS

from journeyai.drafting.reviewing import Weakness, likely_same, to_review, weaknesses
from journeyai.model.journey import Card

STRONG = Card(id="c1", lane="pain_point", stage="use", title="t", people=5, confidence=0.99, evidence=("e1",))


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({}, ()),
        ({"supported": False}, ("unsupported",)),
        ({"assumption": True, "people": 0, "evidence": (), "confidence": None}, ("assumption",)),
        ({"people": 0}, ("no_customer",)),
        ({"people": 0, "lane": "back_stage"}, ()),
        ({"people": 1, "confidence": 0.5}, ("one_person", "unsure")),
        ({"against": ("e2",)}, ("contradicted",)),
        ({"stability": 0.33}, ("shaky",)),
    ],
    ids=[
        "strong",
        "unsupported",
        "assumption",
        "no customer",
        "staff's own lane",
        "one unsure",
        "against",
        "shaky",
    ],
)
def test_a_card_is_weak_for_these_reasons(update: dict[str, object], expected: tuple[Weakness, ...]) -> None:
    assert weaknesses(STRONG.model_copy(update=update)) == expected


def test_the_weakest_come_first_and_decided_ones_not_at_all() -> None:
    updates: list[dict[str, object]] = [
        {},
        {"stability": 0.1},
        {"against": ("e2",)},
        {"confidence": 0.4},
        {"people": 1},
        {"people": 1, "against": ("e2",)},
        {"assumption": True, "evidence": (), "people": 0},
        {"supported": False},
        {"supported": False, "status": "accepted"},
        {"supported": False, "status": "edited"},
        {"supported": False, "status": "rejected"},
        {"supported": False, "locked": True},
    ]
    cards = tuple(STRONG.model_copy(update={"id": f"c{n}", **update}) for n, update in enumerate(updates))
    queue = to_review(small_map().model_copy(update={"cards": cards}))
    assert [item.id for item in queue] == ["c7", "c6", "c5", "c4", "c3", "c2", "c1", "c0"]


@pytest.mark.parametrize("name", MAPS)
def test_every_undecided_card_comes_once(name: str) -> None:
    journey = MAPS[name]()
    undecided = {item.id for item in journey.cards if item.status == "draft" and not item.locked}
    queue = [item.id for item in to_review(journey)]
    assert len(queue) == len(set(queue))
    assert set(queue) == undecided


def test_the_card_with_the_same_words_is_the_likeliest_same() -> None:
    journey = small_map()
    late = card(journey, "c5")
    twin = late.model_copy(update={"id": "c77", "title": "The parcel was late", "evidence": ("e8",)})
    rejected = twin.model_copy(update={"id": "c78", "status": "rejected"})
    locked = twin.model_copy(update={"id": "c79", "locked": True})
    journey = journey.model_copy(update={"cards": (*journey.cards, twin, rejected, locked)})
    alike = likely_same(journey, late)
    assert alike[0] == twin
    assert {item.lane for item in alike} == {"pain_point"}
    assert not {"c5", "c78", "c79"} & {item.id for item in alike}
