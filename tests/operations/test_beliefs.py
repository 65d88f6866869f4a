"""Beliefs held against evidence: by the vectors that are given, whatever gave them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pytest
from tests.operations.small import KIND, LATE, PRICE, SLOW, WISH, small_map

from journeyai.model.aliases import Vectors
from journeyai.model.journey import Card, JourneyMap, Stage
from journeyai.model.vocabulary import Lane
from journeyai.operations.beliefs import BeliefComparison, align_stages, hold, is_belief

#: What each text is about: a direction of its own.  Everything else is about nothing that is known.
ABOUT: Final = {
    LATE: 0, SLOW: 1, KIND: 2, WISH: 3, PRICE: 4,
    "Delivery is late": 0, "Delivery is on time": 0, "Nobody picks up": 1, "Couriers are nice": 2,
    "They want to track it": 3, "Use": 6, "Living with it": 6, "Find": 7, "Buy": 8, "Leave": 9,
}  # fmt: skip


#: About one thing a little, and otherwise about nothing that is known.
ALMOST: Final = "Waiting for parcels"


def vectors(texts: Sequence[str]) -> Vectors:
    rows = np.zeros((len(texts), 40), np.float32)
    for number, text in enumerate(texts):
        rows[number, ABOUT.get(text, 12 + sum(map(ord, text)) % 28)] = 1
        if text == ALMOST:
            rows[number, 0] = 0.15
            rows[number] /= np.linalg.norm(rows[number])
    return rows


def beliefs(*cards: tuple[str, Lane, str], valences: dict[str, float] | None = None) -> JourneyMap:
    told = valences or {}
    return small_map().model_copy(
        update={
            "evidence": (),
            "stages": tuple(
                stage.model_copy(update={"valence": told.get(stage.id)}) for stage in small_map().stages
            ),
            "cards": tuple(
                Card(id=f"b{number}", lane=lane, stage=stage, title=title, assumption=True)
                for number, (title, lane, stage) in enumerate(cards, 1)
            ),
        }
    )


def held(*cards: tuple[str, Lane, str]) -> BeliefComparison:
    return hold(beliefs(*cards), small_map(), vectors)


def test_a_belief_that_customers_tell_at_its_stage_is_borne_out() -> None:
    (found,) = held(("Delivery is late", "pain_point", "use")).held
    assert found.verdict == "borne_out"
    assert found.witnesses[0].sure
    assert found.witnesses[0].quotes[0].quote == LATE


def test_a_belief_that_customers_tell_elsewhere_is_found_there() -> None:
    (found,) = held(("Delivery is late", "pain_point", "find")).held
    assert (found.verdict, found.witnesses) == ("elsewhere", ())
    assert {witness.card.stage for witness in found.elsewhere} == {"use"}


def test_a_believed_delight_that_is_told_as_pain_is_contradicted() -> None:
    (found,) = held(("Delivery is on time", "delight", "use")).held
    assert (found.verdict, found.witnesses, found.elsewhere) == ("contradicted", (), ())
    assert {witness.card.lane for witness in found.against} == {"pain_point"}


def test_what_nobody_tells_is_without_evidence() -> None:
    (found,) = held(("The shop smells of roses", "delight", "use")).held
    assert (found.verdict, found.witnesses, found.elsewhere, found.against) == ("unheard", (), (), ())


def test_what_customers_tell_and_nobody_believed_comes_strongest_first() -> None:
    everything = held().unbelieved
    assert [card.people for card in everything] == sorted((card.people for card in everything), reverse=True)
    assert not {card.lane for card in everything} & {"opportunity", "measure", "back_stage", "touchpoint"}
    left = held(("Delivery is late", "pain_point", "use")).unbelieved
    assert len(left) < len(everything)


def test_rejected_cards_bear_nothing_out() -> None:
    journey = small_map()
    cards = tuple(card.model_copy(update={"status": "rejected"}) for card in journey.cards)
    found = hold(
        beliefs(("Delivery is late", "pain_point", "use")),
        journey.model_copy(update={"cards": cards}),
        vectors,
    )
    assert (found.held[0].verdict, found.unbelieved) == ("unheard", ())


def test_assumptions_bear_nothing_out() -> None:
    belief = beliefs(("Delivery is late", "pain_point", "use"))
    found = hold(belief, belief, vectors)
    assert (found.held[0].verdict, found.unbelieved) == ("unheard", ())


@pytest.mark.parametrize(
    ("believed", "verdict"), [(-1.0, "as_believed"), (1.5, "worse"), (-2.0, "better")], ids=str
)
def test_believed_feelings_are_held_against_the_curve(believed: float, verdict: str) -> None:
    journey = small_map()
    stages = tuple(stage.model_copy(update={"valence": -0.9}) for stage in journey.stages)
    found = hold(beliefs(valences={"use": believed}), journey.model_copy(update={"stages": stages}), vectors)
    assert [(item.believed.id, item.verdict) for item in found.feelings] == [("use", verdict)]


def test_a_stage_is_found_by_its_name_its_id_and_its_meaning() -> None:
    journey = small_map()
    own = tuple(
        Stage(id=id_, name=name, order=number)
        for number, (id_, name) in enumerate(
            (("x", "USE"), ("buy", "Purchase"), ("y", "Living with it"), ("z", "Nothing like it")), 1
        )
    )
    aligned = align_stages(beliefs().model_copy(update={"stages": own}), journey, vectors)
    assert {id_: stage.id for id_, stage in aligned.items()} == {"x": "use", "buy": "buy", "y": "use"}
    found = hold(beliefs().model_copy(update={"stages": own}), journey, vectors)
    assert [stage.id for stage in found.strange_stages] == ["z"]


def test_only_a_map_of_assumptions_is_a_belief() -> None:
    empty = beliefs()
    one = beliefs(("A", "need", "use"))
    assert [is_belief(found) for found in (one, empty, small_map())] == [True, False, False]


def test_values_for_scripts_hold_every_belief() -> None:
    found = held(("Delivery is late", "pain_point", "use"), ("Roses", "need", "buy")).as_values()
    assert [(item["id"], item["verdict"]) for item in found["beliefs"]] == [
        ("b1", "borne_out"),
        ("b2", "unheard"),
    ]


def test_what_may_be_of_the_matter_is_to_be_checked_and_takes_nothing_off_the_list() -> None:
    (found,) = held((ALMOST, "pain_point", "use")).held
    assert found.verdict == "to_check"
    assert found.witnesses
    assert not any(witness.sure for witness in found.witnesses)
    everything = [card.id for card in held().unbelieved]
    assert [card.id for card in held((ALMOST, "pain_point", "use")).unbelieved] == everything


def test_what_may_say_the_opposite_is_to_be_checked_too() -> None:
    (found,) = held((ALMOST, "delight", "use")).held
    assert (found.verdict, found.witnesses) == ("to_check", ())
    assert {witness.card.lane for witness in found.against} == {"pain_point"}


@pytest.mark.parametrize(
    ("title", "verdict"),
    [("Delivery is late", "borne_out"), ("Delivery is great and fast", "contradicted")],
    ids=["told without feeling", "praised where customers complain"],
)
def test_a_thought_takes_its_side_from_its_words(title: str, verdict: str) -> None:
    def told(texts: Sequence[str]) -> Vectors:
        return vectors([LATE if text == title else text for text in texts])

    (found,) = hold(beliefs((title, "thought", "use")), small_map(), told).held
    assert found.verdict == verdict


def test_what_somebody_did_does_not_bear_out_how_it_felt() -> None:
    journey = small_map()
    cards = tuple(
        card.model_copy(update={"lane": "action", "severity": None, "emotion": None})
        for card in journey.cards
    )
    belief = beliefs(("Delivery is late", "pain_point", "use"))
    found = hold(belief, journey.model_copy(update={"cards": cards}), vectors)
    assert found.held[0].verdict == "unheard"


def test_no_belief_is_no_comparison() -> None:
    assert held().held == ()
