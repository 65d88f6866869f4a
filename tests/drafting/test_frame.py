import pytest
from tests.drafting.material import Said, document
from tests.sample_map import empty_map

from journeyai.drafting.frame import (
    MOST_STAGES,
    frame_of_map,
    longest_story,
    make_frame,
    own_stages,
    story_stages,
)
from journeyai.errors import SettingsError
from journeyai.knowledge.letters import slug
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap, Stage
from journeyai.model.source import Document
from journeyai.operations.decisions import FormerStage

USE = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
UNKNOWN = (0.0,) * 7


def story(source: str, steps: int, sentence: str = "I went on, and on, and on again.") -> Document:
    return document(source, *(Said("Me", [sentence], step=n) for n in range(1, steps + 1)))


def test_a_template_gives_its_stages_in_the_maps_language() -> None:
    frame = make_frame(load_template("cx-lifecycle"), "es", [], [])
    assert [stage.id for stage in frame.stages] == [
        "discovery", "consideration", "purchase", "onboarding", "use", "support", "loyalty",
    ]  # fmt: skip
    assert frame.stages[2].name == "Compra"
    assert frame.stages[4].lifecycle == USE


def test_a_language_without_words_gets_english_ones() -> None:
    names = [stage.name for stage in make_frame(load_template("cx-lifecycle"), "fr", [], []).stages]
    assert names == [stage.name for stage in make_frame(load_template("cx-lifecycle"), "en", [], []).stages]


def test_own_stages_bring_a_known_names_meaning_along_in_any_language() -> None:
    stages = own_stages(["  Elegir   tienda ", "uso", "PURCHASE", "用"], "es")
    assert [(stage.id, stage.name) for stage in stages] == [
        ("elegir_tienda", "Elegir tienda"), ("uso", "uso"), ("purchase", "PURCHASE"), ("stage", "用"),
    ]  # fmt: skip
    assert stages[0].lifecycle == UNKNOWN
    assert stages[1].lifecycle == USE
    assert any(stages[2].lifecycle)
    assert stages[1].description
    assert not stages[3].description


def test_names_that_give_the_same_id_get_their_own() -> None:
    assert [stage.id for stage in own_stages(["検索", "購入", "A-b", "a b"], "en")] == [
        "stage", "stage_", "a_b", "a_b_",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["Find", ""], id="empty"),
        pytest.param(["Find", "  "], id="blank"),
        pytest.param(["Find", "find"], id="twice"),
        pytest.param(["Opinión", "opinion"], id="twice-but-for-accents"),
        pytest.param(["Find it", "Find  it"], id="twice-but-for-blanks"),
        pytest.param([f"Stage {n}" for n in range(MOST_STAGES + 1)], id="too-many"),
    ],
)
def test_stages_nobody_could_tell_apart_are_refused(names: list[str]) -> None:
    with pytest.raises(SettingsError):
        own_stages(names, "en")


def test_as_many_stages_as_a_map_can_show_are_taken() -> None:
    assert len(own_stages([f"Stage {n}" for n in range(MOST_STAGES)], "en")) == MOST_STAGES


def test_own_stages_stand_before_the_templates_and_the_storys() -> None:
    told = story("a.txt", 9)
    frame = make_frame(load_template("storyline"), "en", ["Only"], [told])
    assert [stage.name for stage in frame.stages] == ["Only"]


def test_the_storyline_takes_its_stages_from_the_story_with_most_steps() -> None:
    short, long_, talk = story("a.txt", 6), story("b.txt", 8), document("c.txt", Said("P1", ["Hello there."]))
    for documents in ([short, long_, talk], [talk, long_, short]):
        frame = make_frame(load_template("storyline"), "en", [], documents)
        assert [stage.id for stage in frame.stages] == [f"step-{n}" for n in range(1, 9)]
        assert frame.stages[0].name == "1. I went on"


def test_without_a_story_the_storyline_keeps_stages_of_its_own_or_none_are_invented() -> None:
    assert longest_story([story("a.txt", 4), document("b.txt", Said("P1", ["Hello."]))]) is None


def test_a_step_of_several_turns_is_one_stage() -> None:
    told = document(
        "a.txt",
        *(
            Said("Me", [text], step=step)
            for step, text in [(1, "First."), (1, "Still."), (3, "Third."), (2, "Second.")]
        ),
    )  # fmt: skip
    assert [(stage.id, stage.name) for stage in story_stages(told)] == [
        ("step-1", "1. First"), ("step-2", "2. Second"), ("step-3", "3. Third"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        pytest.param("I saw the sign.", "1. I saw the sign", id="full-stop"),
        pytest.param("I saw the sign over the door.", "1. I saw the sign over…", id="long"),
        pytest.param("I went in, slowly.", "1. I went in", id="first-clause"),
        pytest.param("At 9.30 it opened", "1. At 9.30 it opened", id="a-point-inside-a-number"),
    ],
)
def test_a_stage_is_named_by_the_steps_first_words(sentence: str, name: str) -> None:
    assert story_stages(document("a.txt", Said("Me", [sentence], step=1)))[0].name == name


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Opinión & más", "opinion_mas"),
        ("  x  ", "x"),
        ("---", "stage"),
        ("", "stage"),
        ("Ünïcode 7", "unicode_7"),
    ],
)
def test_slug(name: str, id_: str) -> None:
    assert slug(name) == id_


def test_the_frame_of_an_edited_map_has_its_stages_under_their_names() -> None:
    journey = drawn_on(
        ("use", "Day to day"), ("purchase", "Buy"), ("unpacking", "Unpacking"), ("onboarding", "Start")
    )
    frame = frame_of_map(journey, load_template(journey.template), "en", [], {})
    first, second, third, fourth = frame.stages
    template = {stage.id: stage for stage in make_frame(load_template("cx-lifecycle"), "en", [], []).stages}
    assert (first.id, first.name, first.lifecycle) == ("use", "Day to day", USE)
    assert first.description == template["use"].description
    assert (second.id, fourth.lifecycle) == ("purchase", template["onboarding"].lifecycle)
    assert (third.id, third.name, third.lifecycle) == ("unpacking", "Unpacking", UNKNOWN)
    assert frame.lanes == load_template("cx-lifecycle").lanes


def test_what_belonged_into_a_merged_stage_belongs_into_the_one_it_became() -> None:
    journey = drawn_on(("consideration", "Looking around"), ("use", "Use"))
    joined = {
        "consideration": (FormerStage("discovery", "Discovery"), FormerStage("mine", "Window shopping")),
        "gone": (FormerStage("use", "Use"),),
    }
    stage = frame_of_map(journey, load_template(journey.template), "en", [], joined).stages[0]
    template = {stage.id: stage for stage in make_frame(load_template("cx-lifecycle"), "en", [], []).stages}
    assert stage.lifecycle == (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert stage.description == (
        f"{template['consideration'].description} {template['discovery'].description} Window shopping"
    )


def drawn_on(*stages: tuple[str, str]) -> JourneyMap:
    named = tuple(Stage(id=id_, name=name, order=n) for n, (id_, name) in enumerate(stages, 1))
    return empty_map().model_copy(update={"stages": named})
