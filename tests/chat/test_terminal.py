"""The chat at a terminal: the first prompt is light, and the real program in a real terminal does as it says."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.studies import copy_study, environment

from journeyai import JourneyMap
from journeyai.chat.terminal import is_unfinished, spoken

Drafted = Callable[[str], Path]
in_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")


@pytest.mark.parametrize(
    ("typed", "unfinished", "meant"),
    [
        ("merge c3 and c7", False, "merge c3 and c7"),
        ("{", True, "{"),
        ("{\none\ntwo", True, "{\none\ntwo"),
        ("{\none\n\ntwo\n}", False, "one\n\ntwo"),
        (" { one } ", False, "one"),
        ("a { b", False, "a { b"),
        ("pasted\nlines\n", False, "pasted\nlines"),
    ],
)
def test_braces_hold_several_lines(typed: str, unfinished: bool, meant: str) -> None:
    assert is_unfinished(typed) is unfinished
    assert spoken(typed) == meant


def test_the_first_prompt_imports_nothing_heavy() -> None:
    """Everything else is imported behind it; whole seconds of waiting hang on this list."""
    heavy = (
        "numpy", "rich", "journeyai.app", "journeyai.editor", "journeyai.retrieval", "journeyai.drafting", "chromadb",
        "onnxruntime", "openai", "langchain_core", "rapidfuzz",
    )  # fmt: skip
    code = f"import sys, journeyai.chat.terminal\nprint([name for name in {heavy!r} if name in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"


class Terminal:
    """A real terminal with a shell in it."""

    def __init__(self, folder: Path, columns: int = 80, rows: int = 24) -> None:
        self._socket = ["tmux", "-L", f"journeyai-chat-{os.getpid()}-{folder.parent.name}", "-f", os.devnull]
        self._env = environment(TERM="xterm-256color", LC_ALL="C.UTF-8", PS1="$ ", EDITOR="false")
        self.tmux(
            "-u", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), "sh", ";",
            "set-option", "-g", "history-limit", "20000",
        )  # fmt: skip

    def tmux(self, *arguments: str, given: str = "") -> str:
        return subprocess.run(
            [*self._socket, *arguments], env=self._env, input=given, capture_output=True, text=True,
            encoding="utf-8", check=True,
        ).stdout  # fmt: skip

    def type(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def say(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)
        self.type("Enter")

    def paste(self, text: str) -> None:
        """Paste as a terminal does for a program that asked for bracketed paste."""
        self.tmux("load-buffer", "-", given=text)
        self.tmux("paste-buffer", "-p")

    def everything(self) -> str:
        """Return what is and was on the screen, the lines that were wrapped joined."""
        return self.tmux("capture-pane", "-p", "-J", "-S", "-")

    def wait(self, words: str, times: int = 1) -> str:
        """Wait until *words* stand there so often; return everything."""
        for _ in range(300):
            shown = self.everything()
            if shown.count(words) >= times:
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{words!r} never came:\n{shown}")

    def start(self, more: str = "") -> None:
        """Start the chat and wait for its prompt."""
        self.say(f"{CHAT} {more}")
        for _ in range(300):
            if self.everything().rstrip().endswith("\n>"):
                return
            time.sleep(0.1)
        raise AssertionError(f"No prompt:\n{self.everything()}")

    def close(self) -> None:
        self.tmux("kill-server")


@pytest.fixture
def study(drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted("en"), tmp_path / "s")


@pytest.fixture
def terminal(study: Path) -> Iterator[Terminal]:
    opened = Terminal(study)
    yield opened
    opened.close()


CHAT = f"{shlex.quote(sys.executable)} -m journeyai chat --engine local"


def turns_of(study: Path) -> list[dict[str, object]]:
    (path,) = (study / ".journeyai" / "chats").glob("*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@in_tmux
def test_a_pasted_paragraph_is_one_message(study: Path, terminal: Terminal) -> None:
    pasted = "".join(f"line {number} of what somebody wrote\n" for number in range(1, 31))
    terminal.start()
    terminal.paste(f"{pasted}what do they say?")
    terminal.wait("what do they say?")
    time.sleep(0.3)
    terminal.type("Enter")
    terminal.say("/quit")
    terminal.wait("--resume")
    said = [event["input"] for event in turns_of(study) if event["what"] == "turn"]
    assert said == [f"{pasted}what do they say?", "/quit"]


@in_tmux
def test_tab_completes_commands_cards_and_stages(study: Path, terminal: Terminal) -> None:
    card = JourneyMap.from_json((study / "map.json").read_bytes()).cards[0]
    terminal.start()
    terminal.say("/save")
    terminal.wait("The map is saved at every change")
    terminal.type("/acc", "Tab")
    terminal.wait("> /accept")
    terminal.type("Space", "c", "Tab")
    # The menu says what each card is.
    terminal.wait(card.title[:20])
    terminal.type("C-c")
    terminal.type("/quit", "Enter")
    shown = terminal.wait("--resume")
    assert "Not sent; the up arrow brings it back." in shown
    # The menu has left nothing behind.
    assert card.title[:20] not in shown


@in_tmux
def test_ctrl_c_stops_what_is_going_on_and_the_chat_goes_on(study: Path, terminal: Terminal) -> None:
    before = (study / "map.json").read_bytes()
    terminal.start()
    terminal.type("C-c")
    terminal.wait("Ctrl-D or /quit leaves")
    terminal.say("/redraft")
    terminal.wait("[y/n]")
    terminal.say("y")
    terminal.wait("· Reading the files")
    terminal.type("C-c")
    terminal.wait("Stopped. What came so far is kept.")
    assert (study / "map.json").read_bytes() == before
    terminal.say("/accept c1")
    terminal.wait("[y/n]", 2)
    terminal.say("y")
    terminal.wait("Done. /undo takes it back.")
    terminal.type("C-d")
    terminal.wait("journeyai chat --resume")
    assert JourneyMap.from_json((study / "map.json").read_bytes()).cards[0].status == "accepted"


@in_tmux
def test_a_narrower_window_loses_nothing_and_breaks_nothing(terminal: Terminal) -> None:
    terminal.start()
    terminal.say("/help")
    first = terminal.wait("/help COMMAND tells more")
    terminal.tmux("resize-window", "-x", "60", "-y", "24")
    terminal.say("/help merge")
    terminal.wait("/merge THING")
    terminal.say("/quit")
    shown = terminal.wait("--resume")
    for line in first.split("\n"):
        assert line.strip()[:50] in shown
    assert max(map(len, terminal.tmux("capture-pane", "-p").splitlines())) <= 60
    assert "�" not in shown


@in_tmux
def test_killed_it_goes_on_with_every_change_and_the_open_proposal(study: Path, terminal: Terminal) -> None:
    terminal.start()
    terminal.say("/accept c1")
    terminal.wait("[y/n]")
    terminal.say("y")
    terminal.wait("Done. /undo takes it back.")
    terminal.say("/lock c2")
    terminal.wait("[y/n]", 2)
    pid = terminal.tmux("display-message", "-p", "#{pane_pid}").strip()
    (child,) = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", pid], capture_output=True, text=True, check=True
    ).stdout.split()
    os.kill(int(child), signal.SIGKILL)
    terminal.wait("Killed")
    # The terminal is left as the prompt had it.
    terminal.type("C-j", "stty sane; clear", "C-j")
    time.sleep(0.5)
    terminal.tmux("clear-history")
    terminal.say(f"{CHAT} --resume")
    terminal.wait("goes on; 2 turns so far.")
    terminal.wait("This was proposed and not decided when the chat ended:")
    terminal.wait("[y/n]")
    terminal.say("y")
    terminal.wait("Done. /undo takes it back.", 2)
    terminal.say("/quit")
    terminal.wait("--resume")
    cards = {card.id: card for card in JourneyMap.from_json((study / "map.json").read_bytes()).cards}
    assert (cards["c1"].status, cards["c2"].locked) == ("accepted", True)
    log = (study / ".journeyai" / "log.jsonl").read_text(encoding="utf-8")
    assert log.count('"kind":"change"') == 2


@in_tmux
def test_what_was_typed_comes_back_in_the_next_chat(study: Path, terminal: Terminal) -> None:
    terminal.start()
    terminal.say("/save")
    terminal.wait("This chat:")
    terminal.type("/not", "Space", "sent", "C-c")
    terminal.wait("Not sent")
    terminal.type("C-d")
    terminal.wait("--resume")
    terminal.start()
    terminal.type("Up")
    terminal.wait("> /not sent", 2)
    terminal.type("Up")
    terminal.wait("> /save", 2)
