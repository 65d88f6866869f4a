"""Methods as files: ours, a study's own that come first, and what is said of broken ones."""

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import ROOT

from journeyai.errors import SettingsError
from journeyai.export.elements import _FILLERS
from journeyai.knowledge.fillings import FILLINGS, FILLS
from journeyai.knowledge.letters import fold
from journeyai.knowledge.said import CUES
from journeyai.knowledge.templates import (
    ElementTemplate,
    Template,
    load_template,
    parse_template,
    template_ids,
)
from journeyai.model.vocabulary import LANES

MANUAL: Final = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")

GOOD: Final = """\
name: My method
stages:
  - id: before
    name: {en: Before, es: Antes}
    lifecycle: {discovery: 1, purchase: 0.5}
  - id: after
    name: After
elements:
  - id: hurts
    name: What hurts
    fill: cards
    lanes: [pain_point]
  - id: next
    name: {es: Lo siguiente}
    fill: outcomes
"""

#: What is wrong → (what is put in place of what, the sentence).
BROKEN: Final = {
    "no such lane": (
        ("[pain_point]", "[pain_points]"),
        "`m.yaml`, line 12, `elements 1, lanes 1`: `pain_points` is not known here. Did you mean `pain_point`?",
    ),
    "no such filling": (
        ("fill: outcomes", "fill: outcome"),
        "`m.yaml`, line 15, `elements 2, fill`: `outcome` is not known here. Did you mean `outcomes`?",
    ),
    "no such key": (
        ("    fill: outcomes", "    fil: outcomes"),
        "`m.yaml`, line 15, `elements 2, fil`: there is no such key. Did you mean `fill`?",
    ),
    "a key twice": (
        ("    fill: outcomes", "    fill: outcomes\n    fill: goal"),
        "`m.yaml`, line 16, `elements 2, fill`: the key stands there twice.",
    ),
    "no stages": (
        (GOOD[GOOD.index("stages:") : GOOD.index("elements:")], ""),
        "`m.yaml`, line 1: the key `stages` is missing.",
    ),
    "stages are no list": (
        (GOOD[GOOD.index("  - id: before") : GOOD.index("elements:")], "  before\n"),
        "`m.yaml`, line 3, `stages`: a list is wanted here.",
    ),
    "a stage without a name": (
        ("    name: After\n", ""),
        "`m.yaml`, line 6, `stages 2`: the key `name` is missing.",
    ),
    "a name without words": (
        ("name: After", "name: []"),
        "`m.yaml`, line 7, `stages 2, name`: keys with values are wanted here.",
    ),
    "a language we do not speak": (
        ("{es: Lo siguiente}", "{fr: La suite}"),
        "`m.yaml`, line 14, `elements 2, name, fr`: there is no such key.",
    ),
    "two stages of one id": (
        ("id: after", "id: before"),
        "`m.yaml`, line 6, `stages 2`: there is one with the id `before` already.",
    ),
    "an id that is none": (
        ("id: after", "id: After the sale"),
        "`m.yaml`, line 6, `stages 2, id`: `After the sale` is no id.",
    ),
    "a weight that is no number": (
        ("purchase: 0.5", "purchase: half"),
        "`m.yaml`, line 5, `stages 1, lifecycle, purchase`: `half` is no number.",
    ),
    "a weight too large": (
        ("purchase: 0.5", "purchase: 5"),
        "`m.yaml`, line 5, `stages 1, lifecycle, purchase`: a weight is a number from 0 to 1.",
    ),
    "no such part of the lifecycle": (
        ("purchase: 0.5", "buying: 0.5"),
        "`m.yaml`, line 5, `stages 1, lifecycle, buying`: there is no such key.",
    ),
    "lanes where none belong": (
        ("fill: outcomes", "fill: outcomes\n    lanes: [need]"),
        "`m.yaml`, line 16, `elements 2, lanes`: `outcomes` knows its lanes by itself.",
    ),
    "lanes missing": (
        ("    lanes: [pain_point]\n", ""),
        "`m.yaml`, line 9, `elements 1`: `cards` needs the key `lanes`.",
    ),
    "which where nothing is to be chosen": (
        ("fill: outcomes", "fill: outcomes\n    which: happy"),
        "`m.yaml`, line 16, `elements 2, which`: `outcomes` has nothing to choose between.",
    ),
    "which missing": (
        ("fill: outcomes", "fill: said"),
        "`m.yaml`, line 13, `elements 2`: `said` needs the key `which`.",
    ),
    "asks for nothing": (
        (GOOD[GOOD.index("elements:") :], ""),
        "`m.yaml`, line 1: it asks for nothing: `elements` or `lanes` is missing.",
    ),
    "another id than the file": (
        ("name: My method", "id: other"),
        "`m.yaml`, line 1, `id`: it is `other`, but the file is called `m`.",
    ),
    "a bracket left open": (
        ("[pain_point]", "[pain_point"),
        "`m.yaml`, line 13: it cannot be read as YAML: expected ',' or ']', but got ':'.",
    ),
    "empty": ((GOOD, "# nothing\n"), "`m.yaml`, line 1: there is nothing in it."),
    "a list": ((GOOD, "- a\n- b\n"), "`m.yaml`, line 1: keys with values are wanted here."),
    "most personas in words": (
        ("name: My method", "most_personas: a few"),
        "`m.yaml`, line 1, `most_personas`: `a few` is no number.",
    ),
}


def test_every_filling_has_its_code_and_its_options() -> None:
    assert set(FILLINGS) == set(FILLS) == set(_FILLERS)


def test_the_manual_lists_every_filling_what_it_chooses_between_and_every_method() -> None:
    rows = [line.split("|")[1:-1] for line in MANUAL.splitlines() if line.startswith("| `")]
    rows = [cells for cells in rows if cells[0] != " `fill` "]
    told = {cells[0].strip(" `"): cells for cells in rows}
    assert [name for name in (*FILLS, *template_ids()) if name not in told] == []
    assert len(told) == len(FILLS) + len(template_ids())
    for name, filling in FILLINGS.items():
        chosen = set(re.findall(r"`(\w+)`", told[name][2]))
        if name == "at":
            assert chosen == {"buying"}
        elif name in {"said", "persona_said"}:
            assert chosen > {"persona_said"} or chosen > {"said"}
            assert chosen - {"said", "persona_said"} <= set(filling.which)
        else:
            assert chosen == set(filling.which)
    both = {*re.findall(r"`(\w+)`", told["said"][2]), *re.findall(r"`(\w+)`", told["persona_said"][2])}
    assert both - {"said", "persona_said"} == set(CUES)


def test_the_manuals_own_method_is_one() -> None:
    example = MANUAL.partition("```yaml\n")[2].partition("```")[0]
    assert [element.id for element in parse_template("renewal", "`r`", example).elements] == [
        "hurts",
        "leaving",
    ]


def test_the_default_method_asks_for_every_lane() -> None:
    assert load_template("cx-lifecycle").lanes == LANES


@pytest.mark.parametrize("template_id", template_ids())
def test_every_method_of_ours_speaks_both_languages(template_id: str) -> None:
    template = load_template(template_id)
    named: list[Template | ElementTemplate] = [template, *template.elements]
    for part in named:
        assert all(part.names.values())
        assert all(part.about.values())
        assert all(about.endswith(".") for about in part.about.values())
    ids = [element.id for element in template.elements]
    assert len(set(ids)) == len(ids) > 0


def test_a_method_of_somebodys_own_is_read_whole() -> None:
    template = parse_template("m", "`m.yaml`", GOOD)
    assert template.names == {"en": "My method", "es": "My method"}
    assert template.lanes == ("pain_point", "opportunity")
    assert [stage.names["es"] for stage in template.stages] == ["Antes", "After"]
    assert template.stages[0].lifecycle == (1, 0, 0.5, 0, 0, 0, 0)
    assert [(element.names["en"], element.fill) for element in template.elements] == [
        ("What hurts", "cards"),
        ("Lo siguiente", "outcomes"),
    ]


@pytest.mark.parametrize(("change", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_is_told_by_file_line_and_key(change: tuple[str, str], says: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(SettingsError) as told:
        parse_template("m", "`m.yaml`", GOOD.replace(*change))
    assert told.value.message == says
    assert told.value.hint


def complaint(text: str) -> str:
    """Return what is said of a file; empty if it is a method."""
    try:
        parse_template("m", "`m.yaml`", text)
    except SettingsError as error:
        return error.message
    return ""


@given(st.text(alphabet=" -:[]{}&*!|>'\"#\n\tabidnamestgl01,?%@`"))
def test_whatever_stands_in_a_file_is_a_method_or_a_sentence(text: str) -> None:
    told = complaint(text)
    assert not told or told.startswith("`m.yaml`")


def test_a_studys_own_methods_come_first_and_stand_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "hubspot.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "mine.yml").write_text(GOOD, encoding="utf-8-sig")
    (tmp_path / ".hidden.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a method", encoding="utf-8")
    assert load_template("hubspot", tmp_path).names["en"] == "My method"
    assert load_template("mine", tmp_path).stages == load_template("hubspot", tmp_path).stages
    assert load_template("hubspot").names["en"] == "Purchase and use"
    assert load_template("hotjar", tmp_path) is load_template("hotjar")
    assert template_ids(tmp_path) == sorted([*template_ids(), "mine"])
    assert template_ids(tmp_path / "gone") == template_ids()
    with pytest.raises(SettingsError, match="Did you mean `mine`") as told:
        load_template("mime", tmp_path)
    assert told.value.hint == f"Templates: {', '.join(template_ids(tmp_path))}."


def test_a_file_that_is_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_template("mine", tmp_path).names["en"] == "My method"
    file.write_text(GOOD.replace("My method", "Ours"), encoding="utf-8")
    assert load_template("mine", tmp_path).names["en"] == "Ours"


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"name: \xff", "is not written in UTF-8"), (b"#" * 1_000_001, "is too large for a template")],
    ids=["not UTF-8", "a megabyte"],
)
def test_a_file_that_is_no_text_is_told(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "mine.yaml").write_bytes(data)
    with pytest.raises(SettingsError, match=says):
        load_template("mine", tmp_path)


@pytest.mark.parametrize("template_id", ["../secret", "/etc/passwd", "", ".", "mine.yaml"])
def test_a_name_that_is_a_path_is_no_method(tmp_path: Path, template_id: str) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (tmp_path / "secret.yaml").write_text(GOOD, encoding="utf-8")
    (own / "mine.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(SettingsError, match="There is no template"):
        load_template(template_id, own)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("5e", "five-e"),
        ("5E", "five-e"),
        ("five-E", "five-e"),
        ("las cinco e", "five-e"),
        ("Service Blueprint", "service-blueprint"),
        ("service_blueprint", "service-blueprint"),
        ("blueprint", "service-blueprint"),
        ("AARRR", "aarrr"),
        ("métricas pirata", "aarrr"),
        ("7 steps", "seven-steps"),
        ("Ciclo de vida del cliente", "cx-lifecycle"),
    ],
)
def test_a_method_of_ours_is_found_by_what_people_call_it(name: str, id_: str) -> None:
    assert load_template(name).id == id_


@pytest.mark.parametrize("name", ["", "-", "e", "service", "blue print s"])
def test_half_a_name_is_none(name: str) -> None:
    with pytest.raises(SettingsError, match="There is no template"):
        load_template(name)


def test_no_two_methods_share_a_name() -> None:
    names = [
        (fold(name).replace(" ", ""), one.id)
        for one in map(load_template, template_ids())
        for name in (one.id, *one.names.values(), *one.also)
    ]
    owners = {name: {id_ for other, id_ in names if other == name} for name, _ in names}
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_a_file_of_ones_own_comes_before_another_name_of_ours(tmp_path: Path) -> None:
    (tmp_path / "5e.yaml").write_text(GOOD, encoding="utf-8")
    assert load_template("5e", tmp_path).names["en"] == "My method"
