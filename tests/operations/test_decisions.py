from tests.operations.small import change, changed, small_map

from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.decisions import Decisions, FormerStage, decisions_of
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
    assert decisions_of(line(change("remove_card", "c1"))) == Decisions()


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
