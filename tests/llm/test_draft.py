"""A draft by a real model that understands little: the map is whole and proved all the same, and nothing is paid twice.

The study is broken off once, drawn, and drawn again until nothing new is answered; each test looks at one side of that.
"""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from tests.llm.server import MODEL, LlamaServer
from tests.studies import SAMPLES, environment, run

from journeyai.app import Study
from journeyai.model.journey import JourneyMap

pytestmark = pytest.mark.llm_server

#: File of the sample → the lines that are taken: on a busy machine the model writes five tokens a second.
CUT: Final = {
    "en/sources/chats/chat-01.txt": slice(9, 12),
    "en/sources/interviews/int-03.txt": slice(0, 7),
    "en/sources/reviews/appstore.tsv": slice(0, 3),
    "es/sources/encuestas/nps.csv": slice(0, 3),
}
SETTINGS: Final = """
language = "en"
[llm]
concurrency = 2
timeout_seconds = 600
log_content = true
"""
#: Of one run, on a machine that does much else besides.
MOST_SECONDS: Final = 900
#: Runs until nothing new is answered: what failed is asked again, and may be answered then.
MOST_RUNS: Final = 6


@dataclass(frozen=True)
class Run:
    """What a run of `journeyai draft` left behind.

    Attributes:
        code: its exit code.
        told: what it printed on stderr.
        calls: the lines that it added to the log of calls.
        asked: questions that the server took up meanwhile.
        journey: the text of the map, if there is one.
    """

    code: int
    told: str
    calls: list[dict[str, Any]]
    asked: int
    journey: str

    def sent(self, *outcomes: str) -> list[str]:
        """Return what was asked in the calls that were sent and came to one of *outcomes* (to any, if none)."""
        return [
            json.dumps(call["asked"])
            for call in self.calls
            if not call["cached"] and (not outcomes or call["outcome"] in outcomes)
        ]

    @property
    def failed(self) -> list[str]:
        """What was asked and not answered."""
        return self.sent("truncated", "unreadable")


@dataclass(frozen=True)
class Story:
    """A study and its runs: the first is broken off, the last two give no new answer."""

    root: Path
    runs: list[Run]


def make_study(root: Path) -> Path:
    """Make a study over the beginnings of a few files."""
    Study.create(root, title="A small study", language="en")
    (root / "journey.toml").write_text(SETTINGS, encoding="utf-8")
    for name, lines in CUT.items():
        target = root / "sources" / Path(name).name
        whole = (SAMPLES / name).read_text(encoding="utf-8").splitlines(keepends=True)
        target.write_text("".join(whole[lines]), encoding="utf-8")
    return root


def log_of(root: Path) -> list[dict[str, Any]]:
    path = root / ".journeyai" / "calls.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def draft(root: Path, llama: LlamaServer, *, break_off_after: int = 0) -> Run:
    """Run `journeyai draft` as a person would, and press Ctrl-C once so many answers are there."""
    before, asked = len(log_of(root)), llama.asked()
    command = [sys.executable, "-m", "journeyai", "draft", "--engine", "llm", "--study", str(root)]
    with subprocess.Popen(
        command,
        env=environment(OPENAI_BASE_URL=llama.url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            deadline = time.monotonic() + MOST_SECONDS
            while break_off_after and process.poll() is None and time.monotonic() < deadline:
                if len(log_of(root)) - before >= break_off_after:
                    process.send_signal(signal.SIGINT)
                    break
                time.sleep(0.1)
            _, told = process.communicate(timeout=MOST_SECONDS)
        except BaseException:
            process.kill()
            raise
    path = root / "map.json"
    journey = path.read_text(encoding="utf-8") if path.exists() else ""
    calls = log_of(root)[before:]
    return Run(process.returncode, told, calls, llama.asked() - asked, journey)


@pytest.fixture(scope="module")
def story(llama: LlamaServer, tmp_path_factory: pytest.TempPathFactory) -> Story:
    root = make_study(tmp_path_factory.mktemp("llm") / "study")
    runs = [draft(root, llama, break_off_after=2), draft(root, llama)]
    while len(runs) < MOST_RUNS:
        runs.append(draft(root, llama))
        if not runs[-1].sent("answered"):
            break
    return Story(root, runs)


def test_ctrl_c_ends_a_draft_without_a_map_and_keeps_what_was_answered(story: Story) -> None:
    broken_off = story.runs[0]
    assert (broken_off.code, broken_off.journey) == (130, "")
    assert "Traceback" not in broken_off.told
    assert broken_off.sent("answered", "truncated", "unreadable")


def test_a_draft_ends_with_a_whole_map_whose_every_quote_is_proved(story: Story) -> None:
    for finished in story.runs[1:]:
        # 4 says that something went without an answer and can be asked again.
        assert finished.code in ((0, 4) if finished.failed else (0,)), finished.told
        journey = JourneyMap.model_validate_json(finished.journey)
        assert journey.cards
        assert journey.evidence
    proved = run("verify", "--study", story.root)
    assert proved.returncode == 0, proved.stdout.decode() + proved.stderr.decode()


def test_the_first_line_tells_what_a_draft_will_take_and_another_what_it_took(story: Story) -> None:
    lines = story.runs[1].told.splitlines()
    assert [line for line in lines if line.startswith("About ") and f"to {MODEL} at 127.0.0.1:" in line]
    assert [line for line in lines if line.startswith(f"Asked {MODEL} at 127.0.0.1:")]


def test_every_call_stands_in_the_log_with_what_it_took(story: Story) -> None:
    for finished in story.runs[1:]:
        sent = [call for call in finished.calls if not call["cached"]]
        assert {call["outcome"] for call in sent} <= {"answered", "truncated", "unreadable"}
        assert {(call["model"], call["dialect"], call["estimated"]) for call in sent} <= {
            (MODEL, "json_schema", False)
        }
        assert all(call["tokens_in"] and call["tokens_out"] for call in sent)
        assert sum(call["tries"] for call in sent) == finished.asked


def test_what_was_answered_is_never_asked_again(story: Story) -> None:
    answered: set[str] = set()
    for one in story.runs:
        assert answered.isdisjoint(one.sent())
        answered.update(one.sent("answered"))
    assert answered


def test_a_draft_to_which_nothing_new_was_answered_gives_the_same_map(story: Story) -> None:
    *_, before, last = story.runs
    assert last.sent("answered") == []
    assert last.asked == len(last.failed)
    assert last.journey == before.journey
