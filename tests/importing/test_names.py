"""What teams call lanes, stages and columns."""

import pytest

from journeyai.importing.names import (
    StageNames,
    column_named,
    is_feelings,
    is_persona,
    lane_named,
    shown,
)
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.knowledge.words import words
from journeyai.model.vocabulary import LANES

LANE_NAMES = {
    "Pain points": "pain_point",
    "**Pain-points:**": "pain_point",
    "😡 Frustrations": "pain_point",
    "Puntos de dolor": "pain_point",
    "Pian points": "pain_point",
    "Thinking": "thought",
    "Qué piensa": "thought",
    "Doing": "action",
    "Acciones del cliente": "action",
    "Touchpoints / Channels": None,
    "Canales": "touchpoint",
    "Ideas": "opportunity",
    "Oportunidades": "opportunity",
    "Trastienda": "back_stage",
    "KPIs": "measure",
    "Weather": None,
    "": None,
}


@pytest.mark.parametrize(("name", "lane"), LANE_NAMES.items(), ids=LANE_NAMES.keys())
def test_a_row_is_the_lane_that_its_name_says(name: str, lane: str | None) -> None:
    assert lane_named(name) == lane


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_words_name_their_lane(lane: str, language: str) -> None:
    own = words(language)
    assert {lane_named(own.lane(lane, n)) for n in (1, 2)} == {lane}  # type: ignore[arg-type]


@pytest.mark.parametrize("template", template_ids())
def test_every_method_knows_its_own_stages_in_both_languages(template: str) -> None:
    method = load_template(template)
    names = StageNames.of_template(method)
    for stage in method.stages:
        assert {names.find(name) for name in stage.names.values()} == {stage.id}


STAGE_NAMES = {
    "1. Awareness": "discovery",
    "Stage 2: Buying": "purchase",
    "FASE 3 – Puesta en marcha": "onboarding",
    "Customer service": "support",
    "Fidelizacion": "loyalty",
    "Waiting for the van": None,
}


@pytest.mark.parametrize(("name", "stage"), STAGE_NAMES.items(), ids=STAGE_NAMES.keys())
def test_a_stage_is_found_under_the_names_that_teams_have_for_it(name: str, stage: str | None) -> None:
    assert StageNames.of_template(load_template("cx-lifecycle")).find(name) == stage


def test_a_stage_is_shown_without_its_number() -> None:
    assert [shown(name) for name in ("1. Sign-up", "Stage 2: Use", "Use", "3")] == [
        "Sign-up",
        "Use",
        "Use",
        "3",
    ]


def test_other_names_are_told_apart() -> None:
    assert (is_persona("Persona: Ana"), is_persona("Perfil 2 – Luis"), is_persona("Purchase")) == (
        "Ana",
        "Luis",
        None,
    )
    assert (is_feelings("Emociones"), is_feelings("Mood"), is_feelings("Purchase")) == (True, True, False)
    assert (column_named("Etapa"), column_named("Sticky note"), column_named("x")) == ("stage", "text", None)
