"""`journeyai import` and `journeyai diff` with beliefs, on real studies."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.studies import copy_study

from journeyai.app import Study
from journeyai.cli import main
from journeyai.export.tables import CARD_COLUMNS
from journeyai.study.folder import read_map

Drafted = Callable[[str], Path]
Output = pytest.CaptureFixture[str]


@pytest.fixture(params=["en", "es"])
def study(request: pytest.FixtureRequest, drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted(request.param), tmp_path / "study")


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def export(study: Path, format: str, target: Path) -> Path:
    assert run("export", "--study", study, "--format", format, "--out", target, "--quiet") == 0
    return target


@pytest.mark.parametrize("format", ["csv", "json"])
def test_what_was_exported_and_not_edited_changes_nothing(
    study: Path, tmp_path: Path, format: str, capsys: Output
) -> None:
    before = (study / "map.json").read_bytes()
    path = export(study, format, tmp_path / f"map.{format}")
    assert run("import", path, "--study", study, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["changes"], told["step"], told["told"]) == (0, None, [])
    assert (study / "map.json").read_bytes() == before


def test_an_edit_is_one_step_that_can_be_undone(study: Path, tmp_path: Path, capsys: Output) -> None:
    before = (study / "map.json").read_bytes()
    path = export(study, "csv", tmp_path / "cards.csv")
    text = path.read_bytes().decode("utf-8-sig")
    delimiter = ";" if text.split("\r\n")[0].count(";") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    id_ = rows[1][0]
    rows[1][4] = "Reworded in the spreadsheet"
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)
    path.write_bytes(out.getvalue().encode("utf-16"))
    assert run("import", path, "--study", study, "--json") == 0
    assert json.loads(capsys.readouterr().out)["changes"] == 1
    editor = Study.open(study).editor()
    step = editor.steps()[-1]
    assert (step.by, step.kind, [change.kind for change in step.changes]) == (
        "import",
        "change",
        ["edit_title"],
    )
    assert editor.blame(id_)[-1] == step
    assert (
        next(card.title for card in editor.journey.cards if card.id == id_) == "Reworded in the spreadsheet"
    )
    editor.undo()
    assert (study / "map.json").read_bytes() == before


@pytest.mark.parametrize("format", ["csv", "json"])
def test_grades_and_progress_come_back_and_go_out_again(
    study: Path, tmp_path: Path, format: str, capsys: Output
) -> None:
    mine = next(card for card in Study.open(study).map.cards if card.lane == "opportunity").id
    path = export(study, format, tmp_path / f"map.{format}")
    wanted = {"desirable": "high", "feasible": "low", "progress": "under_way"}
    if format == "json":
        values = json.loads(path.read_text(encoding="utf-8"))
        card = next(card for card in values["cards"] if card["id"] == mine)
        grades = {"desirable": "high", "viable": "unknown", "feasible": "low", "priority": 1}
        card |= {"judged": (card["judged"] or grades) | {"desirable": "high", "feasible": "low"}}
        card["progress"] = "under_way"
        path.write_text(json.dumps(values), encoding="utf-8")
    else:
        text = path.read_bytes().decode("utf-8-sig")
        delimiter = ";" if text.split("\r\n")[0].count(";") else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        row = next(row for row in rows if row[0] == mine)
        words = (
            {"desirable": "high", "feasible": "low", "progress": "under way"}
            if delimiter == ","
            else {"desirable": "mucho", "feasible": "poco", "progress": "en marcha"}
        )
        for key, said in words.items():
            row[list(CARD_COLUMNS).index(key)] = said
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
    assert run("import", path, "--study", study, "--json") == 0
    assert json.loads(capsys.readouterr().out)["changes"] == len(wanted)
    card = next(card for card in Study.open(study).map.cards if card.id == mine)
    assert card.judged is not None
    found = {"desirable": card.judged.desirable, "feasible": card.judged.feasible, "progress": card.progress}
    assert found == wanted
    # The same file again, and what goes out now: neither changes anything.
    for file in (path, export(study, format, tmp_path / f"again.{format}")):
        assert run("import", file, "--study", study, "--json") == 0
        assert json.loads(capsys.readouterr().out)["changes"] == 0


METHOD = """\
name: {en: Two steps, es: Dos pasos}
stages:
  - {id: before, name: {en: Before, es: Antes}}
  - {id: after, name: {en: After, es: Después}}
elements:
  - {id: hurts, name: Ouch, fill: cards, lanes: [pain_point]}
"""


def test_beliefs_are_taken_in_by_a_studys_own_method(
    drafted: Drafted, tmp_path: Path, capsys: Output
) -> None:
    study = copy_study(drafted("en"), tmp_path / "study")
    (study / "templates").mkdir(exist_ok=True)
    (study / "templates" / "mine.yaml").write_text(METHOD, encoding="utf-8")
    page = tmp_path / "workshop.csv"
    page.write_text("Lane,Before,After\nPain points,Too dear,Heavy\n", encoding="utf-8")
    belief = tmp_path / "belief.json"
    assert run("import", page, "--study", study, "--template", "mine", "--out", belief, "--quiet") == 0
    believed = read_map(belief)
    assert (believed.template, [stage.id for stage in believed.stages]) == ("mine", ["before", "after"])
    assert run("import", page, "--study", study, "--template", "mine", "--quiet") == 0
    stages = Study.open(study).map.stages
    assert [stage.name for stage in stages if stage.name in {"Before", "After"}] == ["Before", "After"]
    assert run("import", page, "--study", study, "--template", "mime", "--out", belief) == 2
    assert "Did you mean `mine`?" in capsys.readouterr().err


def test_a_file_with_mistakes_is_refused_whole(study: Path, tmp_path: Path, capsys: Output) -> None:
    before = (study / "map.json").read_bytes()
    path = tmp_path / "cards.csv"
    cards = Study.open(study).map.cards
    path.write_text(
        f"card,title,people,owner\n{cards[0].id},{'x' * 300},1,Kim\nc9999,a,1,\n", encoding="utf-8"
    )
    assert run("import", path, "--study", study, "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert {problem["row"] for problem in told["problems"]} <= {2, 3, None}
    assert (study / "map.json").read_bytes() == before


def test_beliefs_are_written_and_held_against_the_evidence(
    study: Path, tmp_path: Path, capsys: Output
) -> None:
    page = tmp_path / "workshop.md"
    page.write_text(
        "# What we believe\n## Purchase\n- Pain points: the set-up fee comes as a surprise\n"
        "- Feelings: 🙁\n## Use\n- Pain points: the bike cannot be unlocked\n",
        encoding="utf-8",
    )
    belief = tmp_path / "belief.json"
    assert run("import", page, "--out", belief, "--json") == 0
    assert json.loads(capsys.readouterr().out)["cards"] == 2
    assert read_map(belief).made_by.engine == "import"
    assert run("diff", belief, "--study", study, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in found["beliefs"]] == ["c1", "c2"]
    assert [item["stage"] for item in found["feelings"]] == ["purchase"]
    assert found["unbelieved"]
    assert run("diff", belief, "--study", study) == 0
    assert capsys.readouterr().out.strip()


def test_beliefs_become_cards_of_the_study_once(study: Path, tmp_path: Path, capsys: Output) -> None:
    page = tmp_path / "workshop.csv"
    page.write_text("Lane,Purchase,Use\nPain points,Too dear,Heavy\n", encoding="utf-8")
    before = len(Study.open(study).map.cards)
    assert run("import", page, "--study", study, "--quiet") == 0
    assert run("import", page, "--study", study, "--quiet") == 0
    cards = Study.open(study).map.cards
    assert [card.title for card in cards if card.assumption][-2:] == ["Too dear", "Heavy"]
    assert len(cards) == before + 2
    capsys.readouterr()


def test_outside_a_study_the_map_is_written_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("workshop.md").write_text("## Use\n- Needs: a lighter one\n", encoding="utf-8")
    assert run("import", "workshop.md", "--quiet") == 0
    assert [card.title for card in read_map(Path("workshop.json")).cards] == ["a lighter one"]
    assert run("import", "workshop.md") == 2
    assert "is there already" in capsys.readouterr().err


REFUSED = {
    "our page": ("page.md", "md", (), 3, "a page that JourneyAI wrote"),
    "changes of a page": ("page.md", "md", ("--as", "changes"), 3, "names no cards of a map"),
    "a file of changes": ("map.json", "json", ("--out", "x.json"), 2, "holds changes of the study's map"),
}


@pytest.mark.parametrize(("name", "format", "options", "code", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_said_in_a_sentence(
    drafted: Drafted, tmp_path: Path, capsys: Output,
    name: str, format: str, options: tuple[str, ...], code: int, words: str,
) -> None:  # fmt: skip
    study = copy_study(drafted("en"), tmp_path / "study")
    path = export(study, format, tmp_path / name)
    assert run("import", path, "--study", study, *options) == code
    assert words in " ".join(capsys.readouterr().err.split())


def test_the_json_of_another_study_is_refused(drafted: Drafted, tmp_path: Path, capsys: Output) -> None:
    study = copy_study(drafted("en"), tmp_path / "study")
    path = export(drafted("es"), "json", tmp_path / "other.json")
    assert run("import", path, "--study", study) == 3
    assert "a map of other sources" in " ".join(capsys.readouterr().err.split())
