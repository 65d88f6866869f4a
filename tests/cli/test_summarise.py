"""`journeyai summarise` as it is typed: whole commands over small files, read by the local engine."""

import csv
import io
import json
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from journeyai.cli import main

CHAT: Final = """\
Customer: Hello there.
Customer: Two of the shelves arrived cracked.
Agent: I'm sorry. I will send you two new shelves tomorrow.
Customer: Perfect, thank you!
"""
OTHER: Final = "Customer: The app keeps crashing.\nAgent: We cannot mend that.\nCustomer: It still crashes.\n"


@pytest.fixture
def chats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "JOURNEYAI_STUDY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (folder := tmp_path / "chats").mkdir()
    (folder / "a.txt").write_text(CHAT, encoding="utf-8")
    (folder / "b.txt").write_text(OTHER, encoding="utf-8")
    return folder


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_folder_becomes_a_line_a_file_and_the_totals(
    chats: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summarise", "chats", "--out", "x.jsonl"]) == 0
    found = lines_of(Path("x.jsonl"))
    assert [one["source"] for one in found] == ["chats/a.txt", "chats/b.txt"]
    assert [one["outcome"] for one in found] == ["unknown", "unresolved"]
    told = capsys.readouterr().out
    assert told.startswith("2 summaries (")
    assert "unresolved 1, unknown 1" in told


def test_the_same_command_again_makes_nothing_again(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "chats", "--limit", "1", "--out", "x.jsonl"]) == 0
    before = Path("x.jsonl").read_bytes()
    assert main(["summarise", "chats", "--out", "x.jsonl"]) == 0
    assert "2 summaries, 1 of them from earlier runs" in capsys.readouterr().out
    assert Path("x.jsonl").read_bytes().startswith(before)
    whole = Path("x.jsonl").read_bytes()
    assert main(["summarize", "chats", "--out", "x.jsonl"]) == 0
    assert Path("x.jsonl").read_bytes() == whole


def test_what_cannot_be_read_stops_nothing(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (chats / "empty.txt").write_text("", encoding="utf-8")
    (chats / "torn.pdf").write_bytes(b"%PDF-1.4 torn")
    assert main(["summarise", "chats", "--out", "x.jsonl"]) == 3
    errors = {one["source"]: one["error"]["fault"] for one in lines_of(Path("x.jsonl")) if one["error"]}
    assert errors == {"chats/empty.txt": "source", "chats/torn.pdf": "source"}
    said = capsys.readouterr()
    assert "Failed (2)" in said.out
    assert "Mend or remove what failed" in said.err
    (chats / "empty.txt").write_text(OTHER, encoding="utf-8")
    (chats / "torn.pdf").unlink()
    assert main(["summarise", "chats", "--out", "x.jsonl", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_an_empty_folder_is_told(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("nothing").mkdir()
    assert main(["summarise", "nothing", "--out", "x.jsonl"]) == 0
    assert "Nothing to summarise was found there." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nowhere"], "There is no file or folder `nowhere`."),
        ([""], "One of the paths is empty."),
        (["-", "-"], "Standard input can be read once only."),
        (["chats", "--json"], "`--json` prints the totals on standard output"),
        (["chats", "--collect"], "`--collect` fetches what `--batch-api` sent."),
        (["chats", "--fresh", "--retry-failed"], "`--fresh` makes every summary again"),
        (["chats", "--format", "md", "--out", "chats"], "`chats` is a folder."),
        (["chats", "--out", "chats"], "`chats` is a folder."),
        (["chats", "--out", "chats/a.txt"], "Line 1 of `chats/a.txt` is no summary."),
        (["chats", "--cluster", "somewhere"], "`somewhere` is not the address of a cluster."),
        (["chats", "--engine", "llm"], "The `llm` engine needs a key"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_fit_is_refused_in_words(
    typed: list[str], said: str, chats: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summarise", *typed]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert (chats / "a.txt").read_text(encoding="utf-8") == CHAT


def test_a_digest_in_the_folder_is_no_source_of_the_next(
    chats: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["summarise", "chats", "--format", "md", "--out", "chats/sum.md"]) == 0
        assert capsys.readouterr().out.startswith("2 summaries")
    page = (chats / "sum.md").read_text(encoding="utf-8")
    assert "- Promises:\n  - Agent: I will send you two new shelves tomorrow.\n" in page
    assert "- Pain points:\n  - Two of the shelves arrived cracked" in page


def test_a_table_opens_in_a_spreadsheet(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "chats", "--format", "csv", "--out", "x.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"] == 2
    text = Path("x.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert head[:2] == ["Source", "Record"]
    assert [row[0] for row in rows] == ["chats/a.txt", "chats/b.txt"]
    assert {len(row) for row in rows} == {len(head)}


def test_a_dry_run_counts_and_writes_nothing(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "chats", "--dry-run", "--out", "x.jsonl"]) == 0
    assert "2 items are to be summarised by the local engine" in capsys.readouterr().out
    assert sorted(path.name for path in Path().iterdir()) == ["chats"]


def test_summaries_are_proved_from_the_files(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarise", "chats", "--out", "x.jsonl"]) == 0
    assert main(["verify", "x.jsonl"]) == 0
    assert "Proved: " in capsys.readouterr().out
    text = Path("x.jsonl").read_text(encoding="utf-8")
    Path("y.jsonl").write_text(text.replace("arrived cracked", "arrived crooked"), encoding="utf-8")
    assert main(["verify", "y.jsonl"]) == 6
    assert "are not the quote's." in capsys.readouterr().out


def test_a_file_that_is_not_there_cannot_be_proved(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "nowhere.jsonl"]) == 2
    assert "There is no file `nowhere.jsonl`." in capsys.readouterr().err


def test_each_line_fits_the_schema_that_is_printed(chats: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (chats / "empty.txt").touch()
    assert main(["summarise", "chats", "--out", "x.jsonl"]) == 3
    capsys.readouterr()
    assert main(["schema", "summary"]) == 0
    schema = json.loads(capsys.readouterr().out)
    lines = lines_of(Path("x.jsonl"))
    assert [line["error"] is None for line in lines] == [True, True, False]
    for line in lines:
        jsonschema.validate(line, schema)
