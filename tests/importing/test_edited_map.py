"""Our JSON edited by hand: what a change can say becomes one, and everything else is refused by its name."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from tests.importing.files import given, versions
from tests.operations.small import change, documents, small_map
from tests.sample_map import MAPS

from journeyai.drafting.ground import ground_of
from journeyai.errors import SourceError
from journeyai.importing.edits import Edits
from journeyai.importing.intake import read_edits
from journeyai.importing.problems import ImportRefusedError
from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.apply import apply
from journeyai.operations.ground import Ground

Values = dict[str, Any]


def ground(journey: JourneyMap) -> Ground:
    return ground_of(documents(), journey)


def take(values: Values, *journeys: JourneyMap) -> Edits:
    return read_edits(given("map.json", json.dumps(values)), versions(*journeys), ground(journeys[0]))


def values_of(journey: JourneyMap) -> Values:
    values: Values = json.loads(journey.to_json())
    return values


def part(values: Values, name: str, id_: str) -> Values:
    found: Values = next(item for item in values[name] if item["id"] == id_)
    return found


@pytest.mark.parametrize("name", MAPS)
def test_a_map_that_nobody_edited_changes_nothing(name: str) -> None:
    journey = MAPS[name]()
    edits = take(values_of(journey), journey)
    assert (edits.edits, edits.told) == ((), ())


EDITS: Final[Mapping[str, tuple[Callable[[Values], Any], tuple[Change, ...]]]] = {
    "title of the map": (lambda m: m.update(title="New"), (change("set_map_title", text="New"),)),
    "goal": (lambda m: m.update(goal="To know"), (change("set_goal", text="To know"),)),
    "scope": (lambda m: m["scope"].update(state="future"), (change("set_scope", to="state", text="future"),)),
    "stage": (
        lambda m: part(m, "stages", "use").update(name="Live"),
        (change("rename_stage", "use", text="Live"),),
    ),
    "persona": (
        lambda m: part(m, "personas", "p1").update(name="Kim"),
        (change("rename_persona", "p1", text="Kim"),),
    ),
    "confirmed": (
        lambda m: part(m, "personas", "p1").update(confirmed=True),
        (change("confirm_persona", "p1"),),
    ),
    "card": (
        lambda m: part(m, "cards", "c5").update(title="Late", stage="buy", owner="Kim", locked=True),
        (
            change("move_card", "c5", to="buy"),
            change("edit_title", "c5", text="Late"),
            change("set_owner", "c5", text="Kim"),
            change("lock", "c5"),
        ),
    ),
    "verdict": (lambda m: part(m, "cards", "c5").update(status="accepted"), (change("accept", "c5"),)),
    "grades and progress": (
        lambda m: part(m, "cards", "c9").update(
            judged={"desirable": "high", "viable": "unknown", "feasible": "low", "priority": 7},
            progress="planned",
        ),
        (
            change("set_grade", "c9", to="desirable", text="high"),
            change("set_grade", "c9", to="feasible", text="low"),
            change("set_progress", "c9", to="planned"),
        ),
    ),
}


@pytest.mark.parametrize(("do", "changes"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_field_is_exactly_its_change(
    do: Callable[[Values], Any], changes: tuple[Change, ...]
) -> None:
    journey = small_map()
    values = values_of(journey)
    do(values)
    edits = take(values, journey)
    assert edits.changes == changes
    after = apply(journey, edits.changes, ground(journey))
    assert take(json.loads(after.to_json()), after, journey).edits == ()
    assert take(values, after, journey).edits == ()


def graded(journey: JourneyMap) -> JourneyMap:
    return apply(
        journey,
        [change("set_grade", "c9", to="viable", text="low"), change("set_progress", "c9", to="planned")],
        ground(journey),
    )


PLANS_REFUSED: Final[Mapping[str, tuple[Callable[[Values], Any], list[str]]]] = {
    "priority": (lambda card: card["judged"].update(priority=7), ["cards c9.judged.priority"]),
    "no grades": (lambda card: card.update(judged=None), ["cards c9.judged"]),
    "no progress": (lambda card: card.update(progress=None), ["cards c9.progress"]),
}


@pytest.mark.parametrize(("do", "columns"), PLANS_REFUSED.values(), ids=PLANS_REFUSED.keys())
def test_grades_are_replaced_and_never_emptied(do: Callable[[Values], Any], columns: list[str]) -> None:
    journey = graded(small_map())
    values = values_of(journey)
    do(part(values, "cards", "c9"))
    with pytest.raises(ImportRefusedError) as caught:
        take(values, journey)
    assert [problem.column for problem in caught.value.problems] == columns


def test_a_card_of_another_lane_is_not_graded_by_a_file() -> None:
    journey = small_map()
    values = values_of(journey)
    part(values, "cards", "c5").update(
        judged={"desirable": "high", "viable": "low", "feasible": "low", "priority": 1}
    )
    with pytest.raises(ImportRefusedError) as caught:
        take(values, journey)
    assert [(problem.column, problem.text) for problem in caught.value.problems] == [
        (
            "cards c5.judged.desirable",
            "Only opportunities are graded, and c5 “The parcel came two weeks late.” is none; change its lane first.",
        )
    ]


def test_a_new_opportunity_of_a_file_is_graded() -> None:
    journey = small_map()
    values = values_of(journey)
    judged = {"desirable": "unknown", "viable": "high", "feasible": "unknown", "priority": 1}
    new = {"id": "x", "lane": "opportunity", "stage": "use", "title": "A box", "assumption": True}
    values["cards"].append(new | {"judged": judged, "progress": "idea"})
    id_ = f"c{ground(journey).next_card}"
    assert take(values, journey).changes == (
        change("add_card", "use", to="opportunity", text="A box"),
        change("set_grade", id_, to="viable", text="high"),
        change("set_progress", id_, to="idea"),
    )


def test_evidence_taken_from_a_card_is_detached() -> None:
    journey = small_map()
    values = values_of(journey)
    card = part(values, "cards", "c5")
    gone = card["evidence"].pop()
    assert take(values, journey).changes == (change("detach_evidence", "c5", gone),)


def test_a_new_stage_with_a_new_card_is_made() -> None:
    journey = small_map()
    values = values_of(journey)
    values["stages"].append({"id": "mine", "name": "Give back", "order": 9})
    values["cards"].append(
        {"id": "new", "lane": "need", "stage": "mine", "title": "A box", "assumption": True}
    )
    edits = take(values, journey)
    number = ground(journey).next_card
    assert edits.changes == (
        change("add_stage", to="leave", text="Give back"),
        change("add_card", "give_back", to="need", text="A box"),
    )
    after = apply(journey, edits.changes, ground(journey))
    assert next(card for card in after.cards if card.id == f"c{number}").stage == "give_back"


def test_stages_in_another_order_are_moved() -> None:
    journey = small_map()
    values = values_of(journey)
    for stage, order in zip(values["stages"], (1, 4, 2, 3), strict=True):
        stage["order"] = order
    edits = take(values, journey)
    assert edits.changes == (change("move_stage", "use", to="find"), change("move_stage", "leave", to="use"))
    after = apply(journey, edits.changes, ground(journey))
    ordered = sorted(after.stages, key=lambda stage: stage.order)
    assert [stage.id for stage in ordered] == ["find", "use", "leave", "buy"]


REFUSED: Final[Mapping[str, tuple[Callable[[Values], Any], str]]] = {
    "people": (lambda m: part(m, "cards", "c5").update(people=99), "cards c5.people"),
    "against": (lambda m: part(m, "cards", "c5").update(against=["e1"]), "cards c5.against"),
    "summary": (lambda m: part(m, "stages", "use").update(summary="All is well"), "stages use.summary"),
    "curve": (lambda m: part(m, "stages", "use").update(valence=2.0), "stages use.valence"),
    "goals": (lambda m: part(m, "personas", "p1").update(goals=["Rest"]), "personas p1.goals"),
    "quote": (lambda m: part(m, "evidence", "e1").update(quote="I love it"), "evidence"),
    "coverage": (lambda m: m["coverage"].update(used=1), "coverage"),
    "engine": (lambda m: m["made_by"].update(engine="me"), "made_by"),
    "persona": (lambda m: m["personas"].append({"id": "p9", "name": "Zoe"}), "personas p9"),
    "status": (lambda m: part(m, "cards", "c5").update(status="edited"), "cards c5.status"),
    "no stage": (lambda m: part(m, "cards", "c5").update(stage="gone"), "cards c5.stage"),
    "long": (lambda m: part(m, "cards", "c5").update(title="x" * 300), "cards c5.title"),
}


@pytest.mark.parametrize(("do", "column"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_change_can_say_is_refused_by_its_name(do: Callable[[Values], Any], column: str) -> None:
    journey = small_map()
    values = values_of(journey)
    do(values)
    with pytest.raises(ImportRefusedError) as caught:
        take(values, journey)
    assert [problem.column for problem in caught.value.problems] == [column]


def test_parts_left_out_stay_and_are_told() -> None:
    journey = small_map()
    values = values_of(journey)
    values["cards"] = [card for card in values["cards"] if card["id"] != "c5"]
    edits = take(values, journey)
    assert edits.edits == ()
    assert edits.told == (
        "1 card of the map is not in the file and stays: c5. To remove it, say so in the chat.",
    )


def test_what_was_changed_on_the_map_since_is_not_taken_back() -> None:
    before = small_map()
    now = apply(before, [change("edit_title", "c1", text="In the chat")], ground(before))
    values = values_of(before)
    part(values, "cards", "c5")["title"] = "In the file"
    assert take(values, now, before).changes == (change("edit_title", "c5", text="In the file"),)
    part(values, "cards", "c1")["title"] = "In the file, too"
    with pytest.raises(ImportRefusedError, match="1 thing is wrong"):
        take(values, now, before)


def test_a_map_of_other_sources_is_refused_in_words() -> None:
    with pytest.raises(ImportRefusedError) as caught:
        take(values_of(MAPS["english"]()), small_map())
    assert [problem.text for problem in caught.value.problems] == [
        "it is a map of other sources than those of this study"
    ]


HOSTILE: Final[Mapping[str, tuple[bytes, str]]] = {
    "nesting": (b"[" * 200_000, "not a journey map"),
    "nesting in objects": (b'{"a":' * 100_000, "not a journey map"),
    "no json": (b"\xff\xfe\x00", "not a journey map"),
    "another format": (b'{"format": "x"}', "not a journey map"),
    "a number": (b"7", "not a journey map"),
}


@pytest.mark.parametrize(("data", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_map_is_refused_in_words(data: bytes, words: str) -> None:
    journey = small_map()
    with pytest.raises(SourceError, match=words):
        read_edits(given("map.json", data), versions(journey), ground(journey))


def test_a_map_of_another_version_is_refused_with_its_version() -> None:
    values = values_of(small_map()) | {"version": "9.0"}
    with pytest.raises(SourceError, match=r"of version '9.0'"):
        take(values, small_map())


def test_an_id_that_stands_twice_is_refused() -> None:
    values = values_of(small_map())
    values["cards"].append(values["cards"][0])
    with pytest.raises(SourceError, match="id 'c1' twice among its cards"):
        take(values, small_map())
