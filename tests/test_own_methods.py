"""A study's own methods from the front door to the last page, and what stands behind a map that is handed on."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.rendering.screen import printed
from tests.studies import copy_study, small_study

from journeyai.app import Study
from journeyai.cli.diagnosis import examine
from journeyai.errors import SettingsError
from journeyai.export import export
from journeyai.rendering.journey import render_map

Drafted = Callable[[str], Path]

MINE: Final = """\
name: {en: Two steps, es: Dos pasos}
stages:
  - {id: purchase, name: Purchase}
  - {id: later, name: Later, description: everything afterwards}
elements:
  - {id: hurts, name: Ouch, fill: cards, lanes: [pain_point]}
  - {id: next, name: Do next, fill: outcomes}
  - {id: hands, name: Handed on, fill: said, which: handed_on}
"""


def write_method(study: Study, name: str, text: str = MINE) -> Path:
    file = study.folder.templates / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_study_is_made_drafted_and_shown_by_its_own_method(tmp_path: Path) -> None:
    root = tmp_path / "s"
    (root / "templates").mkdir(parents=True)
    (root / "templates" / "hubspot.yaml").write_text(MINE, encoding="utf-8")
    small_study(tmp_path / "other", "en")
    study = Study.create(root, template="hubspot", language="en")
    shutil.copytree(tmp_path / "other" / "sources", root / "sources", dirs_exist_ok=True)
    journey = study.draft(engine="local")
    assert [stage.name for stage in journey.stages] == ["Purchase", "Later"]
    assert {card.lane for card in journey.cards} <= {"pain_point", "opportunity"}
    assert study.template_of(journey) is not None
    screen = printed(render_map(journey, study.template_of(journey)), 100)
    page = export(journey, "md", study.material(journey)).decode("utf-8")
    assert "OUCH" in screen
    assert [line[3:] for line in page.split("\n") if line.startswith("## ")][-3:] == [
        "Do next",
        "Handed on",
        "Evidence",
    ]
    # What is only named, not described, means what our methods mean by the name.
    frame = study.frame()
    assert frame.stages[0].description == "ordering, paying, stock, checkout, contract, permission to proceed"
    assert frame.stages[1].description == "everything afterwards"


def test_a_card_in_a_lane_that_the_method_does_not_ask_for_stands_under_its_own_heading(
    drafted: Drafted, tmp_path: Path
) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    write_method(study, "mine")
    journey = study.map.model_copy(update={"template": "mine"})
    unasked = next(card for card in journey.cards if card.lane == "delight")
    page = export(journey, "md", study.material(journey)).decode("utf-8")
    assert "#### Delight (not asked for by the method)" in page
    screen = printed(render_map(journey, study.template_of(journey), evidence=True), 100)
    assert "DELIGHT (NOT ASKED FOR BY THE METHOD)" in screen
    assert " ".join(unasked.title.split()[:3]) in screen


ACTS: Final[dict[str, Callable[[Study, Path], object]]] = {
    "create": lambda study, fresh: Study.create(fresh, template="mine"),
    "draft": lambda study, fresh: study.draft(template="mine"),
    "show": lambda study, fresh: study.template_of(study.map.model_copy(update={"template": "mine"})),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_a_broken_method_is_told_by_file_line_and_key(
    act: Callable[[Study, Path], object], drafted: Drafted, tmp_path: Path
) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    file = write_method(study, "mine", MINE.replace("fill: outcomes", "fill: outcome"))
    shutil.copytree(study.folder.templates, tmp_path / "new" / "templates")
    with pytest.raises(SettingsError) as told:
        act(study, tmp_path / "new")
    assert told.value.message.endswith(
        f"{file.name}`, line 7, `elements 2, fill`: `outcome` is not known here. Did you mean `outcomes`?"
    )
    assert not (tmp_path / "new" / "journey.toml").exists()


def test_the_doctor_lists_own_methods_and_names_a_broken_one_by_itself(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s")
    write_method(study, "mine")
    write_method(study, "torn", "stages: [")
    told = [finding for finding in examine(str(study.folder.root)) if finding.what == "templates"]
    assert [finding.state for finding in told] == ["wrong", "good"]
    assert "torn.yaml`, line 1: it cannot be read as YAML" in told[0].says
    assert "mine" in told[1].says.split(", ")
    assert "torn" not in told[1].says


def test_the_method_of_a_map_from_elsewhere_is_unknown_and_every_lane_is_shown(drafted: Drafted) -> None:
    study = Study.open(drafted("en"))
    journey = study.map.model_copy(update={"template": "of-somebody-else"})
    assert study.template_of(journey) is None
    assert study.material(journey).template is None
    assert "PAIN POINT" in printed(render_map(journey, None), 100)


def test_a_method_that_begins_with_few_personas_is_given_few_and_yields_to_a_number(
    drafted: Drafted, tmp_path: Path
) -> None:
    assert Study.create(tmp_path / "new", template="qualtrics").settings.personas == 3
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    write_method(study, "mine", f"{MINE}most_personas: 1\n")
    assert len(study.draft(engine="local", template="mine").personas) == 1
    assert len(study.draft(engine="local", template="mine", personas=2).personas) == 2


def test_own_stages_know_what_the_method_says_of_them(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    journey = study.draft(engine="local", template="aarrr", stages=["Referral", "Retention"])
    assert [stage.id for stage in journey.stages] == ["referral", "retention"]
    write_method(study, "mine")
    drawn = study.draft(engine="local", template="mine", stages=["Later", "Sooner"])
    assert [stage.name for stage in drawn.stages] == ["Later", "Sooner"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_quote_stands_in_the_text_behind_the_map(language: str, drafted: Drafted) -> None:
    study = Study.open(drafted(language))
    journey = study.map
    material = study.material(journey)
    assert [item.id for item in journey.evidence if material.document(item) is None] == []
    assert material.text("no/such/file.md", None) is None
    assert material.text("../../etc/passwd", None) is None


def test_a_file_that_is_gone_or_another_one_has_no_text(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    journey = study.map
    changed, gone, *_ = sorted({item.source for item in journey.evidence})
    (study.folder.sources / changed).write_bytes(
        (study.folder.sources / changed).read_bytes() + b"\n\nMore.\n"
    )
    (study.folder.sources / gone).unlink()
    material = study.material(journey)
    silent = {item.source for item in journey.evidence if material.document(item) is None}
    assert silent == {changed, gone}


def test_each_source_is_read_once(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    journey = study.map
    material = study.material(journey)
    first = journey.evidence[0]
    assert material.document(first)
    (study.folder.sources / first.source).unlink()
    assert material.document(first)
    assert study.material(journey).document(first) is None
