"""What the page's script is told of the cards: whatever it offers to change, as it stands."""

import pytest
from tests.operations.small import change, documents, small_map

from journeyai.drafting.ground import ground_of
from journeyai.operations.apply import apply
from journeyai.serving.tools import tools_of


def test_an_opportunity_tells_its_grades_and_its_progress_and_no_other_card_does() -> None:
    journey = small_map()
    asked = [
        change("set_grade", "c9", to="viable", text="low"),
        change("set_progress", "c9", to="under_way"),
    ]
    after = apply(journey, asked, ground_of(documents(), journey))
    told = {card["id"]: card for card in tools_of(after, "", "")["cards"]}
    plan = {"desirable": "unknown", "viable": "low", "feasible": "unknown", "progress": "under_way"}
    assert {name: told["c9"].get(name) for name in plan} == plan
    assert [id_ for id_, card in told.items() if plan.keys() & card.keys()] == ["c9"]
    before = next(card for card in tools_of(journey, "", "")["cards"] if card["id"] == "c9")
    assert not plan.keys() & before.keys()


@pytest.mark.parametrize(
    ("language", "criteria", "grades", "headways"),
    [
        ("en", ["Desirable", "Viable", "Feasible"], ["low", "medium", "high", "unknown"],
         ["idea", "planned", "under way", "done", "dropped"]),
        ("es", ["Deseable", "Viable", "Factible"], ["poco", "algo", "mucho", "no se sabe"],
         ["idea", "planificada", "en marcha", "hecha", "descartada"]),
    ],
    ids=["en", "es"],
)  # fmt: skip
def test_grades_and_progress_are_offered_in_the_maps_language(
    language: str, criteria: list[str], grades: list[str], headways: list[str]
) -> None:
    told = tools_of(small_map().model_copy(update={"language": language}), "", "")
    assert [name for _, name in told["criteria"]] == criteria
    assert [name for _, name in told["grades"]] == grades
    assert [name for _, name in told["headways"]] == headways
