from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.sample_map import ATTACKS, empty_map, english_map, hostile_map, spanish_map

from journeyai.model.journey import JourneyMap, Stage
from journeyai.operations.comparison import (
    ChangedCard,
    ChangedPersona,
    ChangedStage,
    Comparison,
    CurvePoint,
    FieldChange,
    GoneCard,
    GonePersona,
    GoneStage,
    NewCard,
    Totals,
)
from journeyai.rendering.comparison import render_comparison

Golden = Callable[[str, str], None]

TOTALS = Totals(7, 3, 45, 1, 6, 2, 111, 30, 398)


def everything(journey: JourneyMap) -> Comparison:
    """Return a comparison in which something of every sort differs."""
    cards, stages, personas = journey.cards, journey.stages, journey.personas
    gone = Stage(id="gone", name="A stage that is gone", order=3)
    accepted = FieldChange("status", "draft", "accepted")
    return Comparison(
        TOTALS,
        Totals(7, 2, 44, 1, 9, 2, 111, 30, 400),
        fields=(
            FieldChange("title", "", journey.title),
            FieldChange("scope.state", "current", "future"),
            FieldChange("goal", journey.goal, ""),
        ),
        stages_added=(stages[1],),
        stages_removed=(GoneStage(gone, stages[2].id), GoneStage(gone)),
        stages_changed=(
            ChangedStage(
                stages[0].model_copy(update={"name": "Before"}),
                stages[0],
                (FieldChange("name", "Before", stages[0].name), FieldChange("valence", 0.2, 0.3)),
            ),
            ChangedStage(stages[3], stages[3], (FieldChange("moment_of_truth", False, True),), moved=True),
            ChangedStage(stages[4], stages[4], (FieldChange("valence", 0.2, 0.3),)),
        ),
        personas_removed=(GonePersona(personas[1].model_copy(update={"id": "p9"}), personas[0].id),),
        personas_changed=(
            ChangedPersona(
                personas[0],
                personas[0],
                (
                    FieldChange("members", ("a.md: Ana", "b.md: Bo"), ("b.md: Bo", "c.md: Cy", "c.md: Di")),
                    FieldChange("confirmed", False, True),
                ),
            ),
        ),
        cards_added=(NewCard(cards[0]), NewCard(cards[1], split_from=cards[2].id)),
        cards_removed=(GoneCard(cards[3], into=cards[0].id), GoneCard(cards[4])),
        cards_changed=(
            ChangedCard(
                cards[5],
                cards[5],
                (
                    FieldChange("lane", "pain_point", "need"),
                    FieldChange("personas", ("p9",), (personas[0].id,)),
                    FieldChange("title", "Old words", cards[5].title),
                    FieldChange("status", "draft", "edited"),
                    FieldChange("evidence", ("e1", "e2"), ("e2", "e3", "e4")),
                    FieldChange("people", 2, 3),
                    FieldChange("confidence", 0.8, 0.9),
                ),
            ),
            ChangedCard(cards[6], cards[6], (FieldChange("confidence", 0.8, 0.9),)),
            *(ChangedCard(card, card, (accepted,)) for card in cards[7:20]),
            ChangedCard(cards[20], cards[20], (FieldChange("severity", None, 3),)),
        ),
        transitions_changed={(stages[2].id, stages[0].id): (3, 1)},
        curve=(
            CurvePoint(stages[0].id, stages[0].name, -0.8, -0.6),
            CurvePoint(stages[1].id, stages[1].name, None, 0.43, is_new=True),
            CurvePoint(stages[2].id, stages[2].name, 0.41, 0.44),
            CurvePoint("gone", "A stage that is gone", -1.0, None, is_gone=True),
        ),
    )


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_what_differs_reads_as_agreed(journey: Callable[[], JourneyMap], width: int, golden: Golden) -> None:
    page = printed(render_comparison(everything(journey()), journey()), width)
    golden(f"comparison-{journey.__name__}-{width}.txt", page)


def test_nothing_says_so() -> None:
    assert printed(render_comparison(Comparison(TOTALS, TOTALS), empty_map("es")), 60) == (
        "En el mapa no cambia nada.\n"
    )


def test_beyond_the_most_cards_of_a_sign_are_counted() -> None:
    journey = english_map()
    comparison = Comparison(TOTALS, TOTALS, cards_removed=tuple(GoneCard(card) for card in journey.cards[:9]))
    assert printed(render_comparison(comparison, journey, most=2), 120).splitlines()[2:] == ["  … and 7 more"]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_words_from_outside_command_nothing_and_fit(width: int) -> None:
    page = printed(render_comparison(everything(hostile_map()), hostile_map()), width)
    assert "\x1b" not in page
    assert max(cell_len(line) for line in page.splitlines()) <= width


@given(st.sampled_from(ATTACKS), st.sampled_from(ATTACKS), st.integers(min_value=40, max_value=130))
def test_a_changed_title_fits_whatever_it_is(before: str, after: str, width: int) -> None:
    card = english_map().cards[0].model_copy(update={"title": after})
    changed = ChangedCard(
        card.model_copy(update={"title": before}), card, (FieldChange("title", before, after),)
    )
    view = render_comparison(Comparison(TOTALS, TOTALS, cards_changed=(changed,)), english_map())
    assert max(line.cell_len for line in view.lines(width)) <= width


@pytest.mark.parametrize(
    ("language", "field", "n", "told"),
    [
        ("es", "locked", 1, "ahora bloqueada"),
        ("es", "locked", 2, "ahora bloqueadas"),
        ("es", "assumption", 1, "ahora es una suposición"),
        ("en", "assumption", 1, "now an assumption"),
        ("en", "assumption", 2, "now assumptions"),
    ],
)
def test_what_cards_become_is_told_of_as_many_as_there_are(
    language: str, field: str, n: int, told: str
) -> None:
    journey = spanish_map() if language == "es" else english_map()
    change = FieldChange(field, False, True)
    changed = tuple(ChangedCard(card, card, (change,)) for card in journey.cards[:n])
    page = printed(render_comparison(Comparison(TOTALS, TOTALS, cards_changed=changed), journey), 200)
    assert page.split("\n")[0].rstrip().endswith(f"· {told}")
