from io import StringIO

from rich.console import Console

from journeyai.rendering.progress import Steps


def work(steps: Steps) -> None:
    with steps:
        for done in range(4):
            steps.tell("read", done, 3)
        steps.step("Counting [red]stars[/]")(1, 2)


def test_nothing_is_drawn_when_nobody_watches() -> None:
    console = Console(file=StringIO(), force_terminal=False)
    work(Steps(console=console))
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == ""


def test_nothing_is_drawn_when_asked_to_be_quiet() -> None:
    console = Console(file=StringIO(), force_terminal=True)
    work(Steps(quiet=True, console=console))
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == ""


def test_each_step_has_a_bar_by_its_name_in_a_terminal() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=100, _environ={})
    work(Steps(console=console))
    assert isinstance(console.file, StringIO)
    drawn = console.file.getvalue()
    assert "Reading the files" in drawn
    assert "3/3" in drawn
    assert "Counting [red]stars[/]" in drawn
