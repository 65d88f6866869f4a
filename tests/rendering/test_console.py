import io
import sys

import pytest

from journeyai.rendering.console import harmless, make_console, safe


def test_a_pipe_gets_a_hundred_columns_and_no_colour(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    console = make_console()
    console.print(safe("[red]as it is[/] :smile:", "bold red"))
    assert (console.width, capsys.readouterr().out) == (100, "[red]as it is[/] :smile:\n")


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("0", 100), ("wide", 100)])
def test_columns_are_taken_from_the_environment(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert make_console().width == width


def test_a_width_that_was_asked_for_stands_over_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert make_console(40).width == 40


def test_no_color_is_honoured_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = make_console()
    assert console.is_terminal
    assert console.no_color


def test_a_stream_that_cannot_write_a_star_gets_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252", newline="\n"))
    make_console().print(safe("★ café"))
    sys.stdout.flush()
    assert raw.getvalue() == b"? caf\xe9\n"


def test_what_could_command_a_terminal_is_shown_in_its_place() -> None:
    assert harmless("a\x1b[31m\tb\n\u202ec\xa0d\r\x9b") == "a␛[31m\tb\n�c d␍�"
