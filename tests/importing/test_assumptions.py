"""Beliefs as a map of their own, and as cards of a study's map."""

import json
from pathlib import Path

import pytest
from tests.operations.small import change, documents, small_map
from tests.sample_map import english_map

from journeyai.drafting.ground import ground_of
from journeyai.importing.assumptions import TakenIn, map_of
from journeyai.importing.believed import Belief, Believed, believed_of_map
from journeyai.importing.edits import Edits
from journeyai.importing.files import Given
from journeyai.importing.intake import language_of, read_assumptions
from journeyai.importing.problems import ImportRefusedError
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap
from journeyai.operations.apply import apply
from journeyai.operations.beliefs import is_belief

GIVEN = Given("belief.md", "page", b"", "")
TEMPLATE = load_template("cx-lifecycle")


def believed(*beliefs: Belief, **more: object) -> Believed:
    found = Believed()
    for belief in beliefs:
        found.add(belief)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def as_map(found: Believed) -> TakenIn:
    return map_of(
        found, TEMPLATE, "en", version="0.1.0", at="2026-11-22T10:00:00Z", say=talk("importing", "en")
    )


def added(found: Believed, journey: JourneyMap) -> Edits:
    return read_assumptions(GIVEN, found, journey, None, ground_of(documents(), journey))


def test_a_map_of_beliefs_has_assumptions_and_nothing_else() -> None:
    found = believed(
        Belief("Too dear", "pain_point", "1. Buying", 3, persona="Kim", valence=-1.0, emotion="anger"),
        Belief("A lighter one", "need", "At home", 4, detail="Wishes"),
        title="Ours",
        goal="To know",
    )
    found.add_feeling("1. Buying", -2.0)
    journey = as_map(found).journey
    assert is_belief(journey)
    assert [(stage.id, stage.name, stage.valence) for stage in journey.stages] == [
        ("purchase", "Buying", -2.0),
        ("at_home", "At home", None),
    ]
    assert [(card.id, card.stage, card.personas, card.assumption, card.people) for card in journey.cards] == [
        ("c1", "purchase", ("p1",), True, 0),
        ("c2", "at_home", (), True, 0),
    ]
    assert (journey.title, journey.goal, journey.made_by.engine, journey.sources) == (
        "Ours",
        "To know",
        "import",
        (),
    )
    assert JourneyMap.from_json(journey.to_json()) == journey


def test_without_stages_the_methods_stages_stand() -> None:
    taken = as_map(believed(Belief("Too dear", "pain_point", "", 3)))
    assert [stage.id for stage in taken.journey.stages] == [stage.id for stage in TEMPLATE.stages]
    assert taken.told == ("1 card names no stage and was put into “Discovery”.",)


def test_two_stages_that_are_of_one_of_the_methods_keep_their_names() -> None:
    found = believed(Belief("A", "need", "Awareness", 1), Belief("B", "need", "Discovery", 2))
    assert [(stage.id, stage.name) for stage in as_map(found).journey.stages] == [
        ("discovery", "Awareness"),
        ("discovery_2", "Discovery"),
    ]


def test_what_is_believed_becomes_cards_of_the_map() -> None:
    journey = small_map()
    found = believed(
        Belief("Too dear", "pain_point", "Buy", 3, emotion="anger"),
        Belief("A box to send it back", "need", "Give back", 4, detail="Wishes"),
    )
    edits = added(found, journey)
    number = ground_of(documents(), journey).next_card
    assert edits.changes == (
        change("add_stage", to="buy", text="Give back"),
        change("add_card", "buy", to="pain_point", text="Too dear"),
        change("set_emotion", f"c{number}", to="anger"),
        change("add_card", "give_back", to="need", text="A box to send it back"),
        change("edit_detail", f"c{number + 1}", text="Wishes"),
    )
    after = apply(journey, edits.changes, ground_of(documents(), journey))
    made = [card for card in after.cards if card.id in {f"c{number}", f"c{number + 1}"}]
    assert [(card.stage, card.assumption) for card in made] == [("buy", True), ("give_back", True)]
    again = added(found, after)
    assert again.changes == ()
    assert again.told == ("2 cards are on the map already and were left as they are.",)


def test_the_same_words_elsewhere_are_another_card() -> None:
    journey = small_map()
    title = journey.cards[0].title
    edits = added(believed(Belief(title, journey.cards[0].lane, "Leave", 1)), journey)
    assert [item.kind for item in edits.changes] == ["add_card"]


def test_what_is_too_long_is_refused_with_its_row() -> None:
    with pytest.raises(ImportRefusedError) as caught:
        added(believed(Belief("x" * 300, "need", "Buy", 12)), small_map())
    assert {problem.row for problem in caught.value.problems} == {12}


def test_feelings_and_strange_personas_are_told_and_not_put_on_the_map() -> None:
    found = believed(Belief("Too dear", "pain_point", "Buy", 3, persona="Zoe"))
    found.add_feeling("Buy", 1.0)
    told = added(found, small_map()).told
    assert [sentence.split(" ", 3)[:3] for sentence in told] == [
        ["The", "map", "has"],
        ["What", "is", "believed"],
    ]


def test_a_map_can_be_believed_without_what_proves_it() -> None:
    found = believed_of_map(english_map())
    journey = as_map(found).journey
    assert is_belief(journey)
    assert len(journey.cards) == sum(card.status != "rejected" for card in english_map().cards)


def test_the_language_is_that_of_the_beliefs() -> None:
    spanish = believed(Belief("La factura no se entiende y nadie la explica", "pain_point", "Uso", 1))
    assert [language_of(spanish, "auto"), language_of(spanish, "en"), language_of(Believed(), "auto")] == [
        "es",
        "en",
        "en",
    ]


def test_the_same_file_makes_the_same_map(tmp_path: Path) -> None:
    found = believed(Belief("Too dear", "pain_point", "Buy", 3))
    assert json.loads(as_map(found).journey.to_json()) == json.loads(as_map(found).journey.to_json())
