import json
from collections.abc import Callable
from pathlib import Path

from tests.studies import copy_study
from tests.typed import Typed

from journeyai.model.journey import JourneyMap


def test_the_report_tells_what_was_decided_and_that_every_quote_was_proved(
    typed: Typed, drafted: Callable[[str], Path], tmp_path: Path
) -> None:
    study = copy_study(drafted("en"), tmp_path / "study")
    ids = [card.id for card in JourneyMap.from_json((study / "map.json").read_bytes()).cards]
    changes = [f"/accept {ids[0]} {ids[1]}", f"/reject {ids[2]}", f"/rename {ids[3]} Words of my own"]
    messages = [part for change in changes for part in ("--message", change)]
    assert typed("chat", *messages, "--yes", cwd=study).returncode == 0

    told = typed("report", "--methods", "--quiet", cwd=study)
    figures = json.loads(typed("report", "--methods", "--json", "--quiet", cwd=study).stdout)

    page = told.stdout.decode()
    drafted_cards = len(ids)
    assert (told.returncode, told.stderr) == (0, b"")
    assert (figures["accepted"], figures["edited"], figures["rejected"], figures["drafted"]) == (
        2,
        1,
        1,
        drafted_cards,
    )
    assert (
        f"Of {drafted_cards} drafted cards reviewers decided on 4: 2 accepted as drafted (50 %), 1 edited (25 %), "
        "1 rejected (25 %)." in page
    )
    assert "Each was found again word for word" in page


def test_the_report_says_when_a_file_is_no_longer_what_was_quoted(
    typed: Typed, drafted: Callable[[str], Path], tmp_path: Path
) -> None:
    study = copy_study(drafted("es"), tmp_path / "study")
    item = JourneyMap.from_json((study / "map.json").read_bytes()).evidence[0]
    (study / "sources" / item.source).unlink()
    page = typed("report", "--methods", "--quiet", "--out", "metodo.md", cwd=study)
    assert page.returncode == 0
    assert "ya no se sostenía" in (study / "metodo.md").read_text(encoding="utf-8")


def test_a_report_that_is_not_there_is_named(typed: Typed, tmp_path: Path) -> None:
    told = typed("report", cwd=tmp_path)
    assert (told.returncode, told.stderr.decode()) == (
        2,
        "There is one report so far, that on the method.\nRun `journeyai report --methods`.\n",
    )
