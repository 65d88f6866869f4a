from tests.operations.small import change, changed, small_map

from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.decisions import Decisions, FormerStage, RemovedCard, decisions_of
from journeyai.operations.delta import difference
from journeyai.operations.history import Step


def line(*requests: Change) -> list[Step]:
    """Return one step for each change, each made on the map that the one before made."""
    journey: JourneyMap = small_map()
    steps = []
    for number, request in enumerate(requests, 1):
        after = changed(request, journey=journey)
        steps.append(
            Step(
                step=number,
                parent=number - 1,
                branch="main",
                at="",
                kind="change",
                changes=(request,),
                before=str(number - 1),
                after=str(number),
                delta=difference(journey, after),
            )
        )
        journey = after
    return steps


def test_nothing_done_is_nothing_decided() -> None:
    assert decisions_of([]) == Decisions()
    assert decisions_of(line(change("lock", "c1"), change("accept", "c2"))) == Decisions()


def test_title_goal_and_scope_are_whose_who_changed_them() -> None:
    done = line(
        change("set_map_title", text="Anew"),
        change("set_goal", text=""),
        change("set_scope", to="end", text="Home"),
    )
    assert decisions_of(done) == Decisions(title=True, goal=True, scope=frozenset({"end"}))


def test_stages_that_became_part_of_another_are_known_through_all_merges() -> None:
    done = line(
        change("rename_stage", "find", text="Search"),
        change("merge_stages", "find", "buy", to="buy"),
        change("remove_stage", "buy", to="use"),
    )
    assert decisions_of(done) == Decisions(
        stages=True, joined={"use": (FormerStage("buy", "Buy"), FormerStage("find", "Search"))}
    )


def test_what_was_taken_off_a_card_is_known_until_it_is_put_back() -> None:
    done = line(
        change("detach_evidence", "c4", "e5", "e6"),
        change("attach_evidence", "c4", "e6"),
        change("detach_evidence", "c5", "e8"),
    )
    decided = decisions_of(done)
    assert decided == Decisions(detached={"c4": frozenset({"e5"}), "c5": frozenset({"e8"})})
    assert decided.set_aside == {"e5", "e8"}


def test_a_card_that_others_were_merged_into_knows_what_was_done_to_them() -> None:
    done = line(
        change("detach_evidence", "c5", "e8"),
        change("set_lane", "c5", to="need"),
        change("set_lane", "c6", to="need"),
        change("merge_cards", "c6", "c5", to="c6"),
    )
    assert decisions_of(done) == Decisions(
        detached={"c6": frozenset({"e8"})}, lanes={"c6": frozenset({"pain_point"})}
    )


def test_a_card_cut_off_another_was_in_its_lanes() -> None:
    done = line(change("set_lane", "c5", to="need"), change("split_card", "c5", "e9", text="A part"))
    assert decisions_of(done) == Decisions(
        lanes={"c5": frozenset({"pain_point"}), "c12": frozenset({"pain_point"})}
    )


def test_a_deleted_card_is_known_by_its_lanes_and_quotes_and_by_nothing_else() -> None:
    done = line(
        change("detach_evidence", "c5", "e8"),
        change("set_lane", "c5", to="need"),
        change("remove_card", "c5"),
        change("add_card", "buy", to="need", text="A guess"),
        change("remove_card", "c12"),
    )
    gone = RemovedCard(frozenset({"pain_point", "need"}), frozenset({"e9", "e10"}))
    assert decisions_of(done) == Decisions(removed=(gone,))
