"""The command line as a process: interrupted, piped away, started twice, on a terminal."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest
from filelock import FileLock
from tests.studies import copy_study, environment, run, small_study

from journeyai import JourneyMap, Study
from journeyai.cli import main
from journeyai.cli.parser import COMMANDS, load_command, make_parser

Drafted = Callable[[str], Path]
posix = pytest.mark.skipif(os.name == "nt", reason="signals and terminals of POSIX")


def start(*arguments: str | Path, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "journeyai", *map(str, arguments)],
        cwd=cwd, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_every_command_of_the_table_can_be_typed_and_loaded() -> None:
    (subcommands,) = (
        action.choices for action in make_parser()._actions if action.choices and action.dest == "command"
    )
    assert set(subcommands) == set(COMMANDS)
    for name in COMMANDS:
        assert callable(load_command(name))


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_there_for_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*filter(None, [command]), "--help"])
    assert left.value.code == 0
    assert "usage: journeyai" in capsys.readouterr().out


@posix
@pytest.mark.parametrize("after", [0.4, 1.0])
def test_an_interrupted_draft_says_so_and_loses_nothing(
    drafted: Drafted, tmp_path: Path, after: float
) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    journey = Study.open(root).map
    first = journey.cards[0].model_copy(update={"status": "edited", "title": "Mine"})
    kept = journey.model_copy(update={"cards": (first, *journey.cards[1:])})
    Study.open(root).folder.write_map(kept)
    (root / "sources" / "int-9.txt").write_text("Mo: So?\nP9: They charged me twice.\n", encoding="utf-8")
    process = start("draft", cwd=root)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    out, told = process.communicate(timeout=60)
    # Before Python has started (or after the end) the signal is not ours to answer.
    assert process.returncode in {130, 0, -signal.SIGINT}, told.decode()
    if process.returncode == 130:
        assert out == b""
        assert told.decode().startswith("Interrupted.\n")
        assert "Traceback" not in told.decode()
    now = JourneyMap.from_json((root / "map.json").read_bytes())
    assert first.title in {card.title for card in now.cards}
    again = run("draft", cwd=root)
    assert again.returncode == 0, again.stderr.decode()
    assert Study.open(root).verify().findings == ()
    assert "Mine" in {card.title for card in Study.open(root).map.cards}


def test_ctrl_c_inside_a_command_is_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    class Interrupting:
        @property
        def buffer(self) -> object:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupting())
    assert main(["source", "-"]) == 130
    assert capsys.readouterr().err.startswith("Interrupted.\n")


def test_a_mistake_of_ours_is_told_as_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["source", "-"]) == 1
    assert "This is a mistake in JourneyAI, not in your files." in capsys.readouterr().err


@posix
@pytest.mark.parametrize(
    "command", ["show --evidence", "show --json", "export", "coverage --all", "--help", "schema map"]
)
def test_whoever_stops_reading_is_no_error(drafted: Drafted, command: str) -> None:
    line = f"{shlex.quote(sys.executable)} -m journeyai {command} | head -c 20; echo ${{PIPESTATUS[0]}}"
    told = subprocess.run(
        ["bash", "-c", line], cwd=drafted("es"), env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert told.stdout.endswith("0\n")
    assert told.stderr == ""


@posix
def test_a_pipe_that_is_closed_before_anything_is_written_is_no_error(drafted: Drafted) -> None:
    process = start("show", "--evidence", cwd=drafted("es"))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert told == b""


def test_a_second_process_is_told_to_wait(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    with FileLock(root / ".journeyai" / "lock"):
        told = run("draft", cwd=root)
        reading = run("show", cwd=root)
    assert (told.returncode, told.stdout) == (2, b"")
    assert "Another JourneyAI process is using the study" in told.stderr.decode()
    assert reading.returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_stream_that_cannot_write_everything_ends_nothing(drafted: Drafted, encoding: str) -> None:
    env = environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    root = drafted("es")
    for arguments, code in ((["show", "--evidence"], 0), (["draft", "--stages", "á, á"], 2)):
        told = run(*arguments, cwd=root, env=env)
        assert told.returncode == code, told.stderr
        assert b"Traceback" not in told.stderr
    # What a program reads is UTF-8 whatever the terminal is.
    assert run("show", "--json", cwd=root, env=env).stdout == (root / "map.json").read_bytes()
    name = next(s.source for s in Study.open(root).map.sources if s.source.endswith(".md"))
    assert (
        run("source", name, cwd=root, env=env)
        .stdout.decode()
        .startswith(Study.open(root).read(name).documents[0].text)
    )


def on_a_terminal(
    command: list[str], cwd: Path, env: dict[str, str], columns: int = 80, rows: int = 50
) -> bytes:
    """Run *command* on a pseudo-terminal and return every byte that it writes there."""
    import fcntl
    import pty
    import struct
    import termios

    process, terminal = pty.fork()
    if process == 0:
        os.chdir(cwd)
        os.execve(command[0], command, env)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    data = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0, data.decode("utf-8", "replace")
    return data


@posix
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_colours_are_for_terminals_that_want_them(drafted: Drafted) -> None:
    command = [sys.executable, "-m", "journeyai", "show"]
    root = drafted("en")
    terminal = environment(TERM="xterm-256color")
    assert b"\x1b[" in on_a_terminal(command, root, terminal)
    plain = on_a_terminal(command, root, terminal | {"NO_COLOR": "1"})
    assert b"\x1b[3" not in plain
    assert b"\x1b[9" not in plain
    assert b"\x1b" not in run("show", cwd=root).stdout


@posix
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_bars_are_gone_when_a_draft_is_done(tmp_path: Path) -> None:
    study = small_study(tmp_path / "s", "en")
    command = [sys.executable, "-m", "journeyai", "draft"]
    data = on_a_terminal(command, study.folder.root, environment(TERM="xterm-256color"))
    screen = pyte.Screen(80, 50)
    pyte.ByteStream(screen).feed(data)
    shown = "\n".join(screen.display)
    assert "Drafted" in shown
    assert "Finding what people say" in data.decode()
    assert "Finding what people say" not in shown


@posix
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")
def test_the_demo_in_a_real_terminal(tmp_path: Path) -> None:
    socket = ["tmux", "-L", f"journeyai-{os.getpid()}", "-f", os.devnull]

    def tmux(*arguments: str) -> str:
        return subprocess.run(
            [*socket, *arguments], env=environment(TERM="xterm-256color", LC_ALL="C.UTF-8"), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", check=True,
        ).stdout  # fmt: skip

    command = f"cd {shlex.quote(str(tmp_path))}; {shlex.quote(sys.executable)} -m journeyai demo; echo code=$?; read x"
    tmux("-u", "new-session", "-d", "-x", "80", "-y", "50", "bash", "-c", command)
    try:
        tmux("set-option", "-g", "history-limit", "20000")
        for _ in range(720):
            shown = tmux("capture-pane", "-p")
            if "code=" in shown:
                break
            time.sleep(0.25)
        assert "code=0" in shown
        everything = tmux("capture-pane", "-p", "-S", "-")
    finally:
        tmux("kill-server")
    assert "The map:" in everything
    assert "Tarnbrook Cycles" in everything
    assert "�" not in everything
    assert max(len(line) for line in everything.splitlines()) <= 80
    assert (tmp_path / "journeyai-demo" / "map.json").is_file()
