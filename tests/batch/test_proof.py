import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from journeyai.batch.proof import is_summaries, prove
from journeyai.batch.run import Batch, Order
from journeyai.errors import SettingsError, SourceError
from journeyai.model.source import SourceFile
from journeyai.settings import SourceSettings
from journeyai.sources import read_file

CHAT = """\
Agent Lee: Hello, how can I help?
Ana (customer): My refund is three weeks late and nobody answers my mails!
Agent Lee: I am sorry. I will send you the refund today.
Ana (customer): Finally, thank you, that helps me a lot.
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a real file of summaries of one chat."""
    monkeypatch.chdir(tmp_path)
    Path("chat.txt").write_text(CHAT, encoding="utf-8")
    out = tmp_path / "s.jsonl"
    Batch().run(Order(("chat.txt",), engine="local", out=out), lambda state: None)
    return out


def reader(source: str) -> SourceFile:
    return read_file(Path(source), source, SourceSettings())


def test_what_was_summarised_is_proved(made: Path) -> None:
    assert is_summaries(made)
    found = prove(made, reader)
    assert (found.summaries, found.failed, found.wrong, found.findings) == (1, 0, 0, ())
    assert found.quotes >= 3
    assert found.proved


def invent(summary: dict[str, Any]) -> None:
    summary["key_quotes"][0]["quote"] = "I love waiting"


def move(summary: dict[str, Any]) -> None:
    summary["key_quotes"][0]["start"] += 1
    summary["key_quotes"][0]["quote"] = summary["key_quotes"][0]["quote"][1:]
    summary["key_quotes"][0]["end"] += 10_000


def give_to_another(summary: dict[str, Any]) -> None:
    summary["key_quotes"][0]["speaker"] = "Agent Lee"


def promise_for_another(summary: dict[str, Any]) -> None:
    summary["promises"][0]["who"] = "customer"


def claim_another_file(summary: dict[str, Any]) -> None:
    summary["sha256"] = "0" * 64


def claim_another_record(summary: dict[str, Any]) -> None:
    summary["record"] = "R1"


def lose_the_file(summary: dict[str, Any]) -> None:
    summary["source"] = "gone.txt"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (invent, "are not the quote's."),
        (move, "are not the quote's."),
        (give_to_another, "is Ana (customer)'s, not Agent Lee's."),
        (promise_for_another, "is the agent's, not the customer's."),
        (claim_another_file, "`chat.txt` is not the file that was summarised."),
        (claim_another_record, "There is no record R1 in `chat.txt`."),
        (lose_the_file, "gone.txt"),
    ],
)
def test_whatever_does_not_hold_is_found(
    made: Path, change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    summary = json.loads(made.read_text(encoding="utf-8"))
    change(summary)
    made.write_text(json.dumps(summary) + "\n", encoding="utf-8")
    found = prove(made, reader)
    assert not found.proved
    assert (found.findings[0].line, found.findings[0].source) == (1, summary["source"])
    assert problem in found.findings[0].problem


def test_a_line_that_only_says_why_there_is_no_summary_needs_no_proof(made: Path) -> None:
    failed = json.loads(made.read_text(encoding="utf-8"))
    failed |= {"source": "gone.txt", "key_quotes": [], "pain_points": [], "promises": []}
    failed["error"] = {"fault": "source", "message": "It is gone."}
    made.write_text(made.read_text(encoding="utf-8") + json.dumps(failed) + "\n", encoding="utf-8")
    found = prove(made, reader)
    assert (found.summaries, found.failed, found.proved) == (1, 1, True)


def test_a_line_that_is_no_summary_is_named(made: Path) -> None:
    with made.open("a", encoding="utf-8") as file:
        file.write('{"source": 1}\n')
    with pytest.raises(SettingsError, match=r"Line 2 of `.*s.jsonl` is no summary\."):
        prove(made, reader)


def test_a_map_is_no_file_of_summaries(tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text('{"format": "journeyai/map"}', encoding="utf-8")
    assert not is_summaries(tmp_path / "map.json")
    assert not is_summaries(tmp_path / "gone.json")


def test_a_source_that_cannot_be_read_is_read_once_and_named(made: Path) -> None:
    asked: list[str] = []

    def read(source: str) -> SourceFile:
        asked.append(source)
        raise SourceError("It is locked.")

    made.write_text(made.read_text(encoding="utf-8") * 3, encoding="utf-8")
    found = prove(made, read)
    assert [one.problem for one in found.findings] == ["It is locked."] * 3
    assert asked == ["chat.txt"]
