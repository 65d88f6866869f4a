"""The registry of the chat's commands.  To add one: a function with a docstring and `@command`, in a module here."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from journeyai.chat.session import Chat

#: What can be completed after a command's name.
Completes = Literal[
    "card",
    "stage",
    "persona",
    "lane",
    "criterion",
    "grade",
    "progress",
    "source",
    "format",
    "command",
    "branch",
    "path",
]

Run = Callable[["Chat", str], None]

#: Modules that hold commands, in the order in which help lists them.
_MODULES: Final = ("show", "understand", "review", "change", "session")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed behind a slash.

    Attributes:
        name: what is typed, without the slash.
        aliases: other names for it, Spanish ones among them.
        usage: what follows the name, such as `CARD [CARD …]`; empty for nothing.
        about: what it does, in English, from the docstring's first paragraph.
        theme: the module's name; help groups by it.
        completes: what the words behind it are completed from.
        run: takes the chat and the words behind the name, stripped.
    """

    name: str
    aliases: tuple[str, ...]
    usage: str
    about: str
    theme: str
    completes: tuple[Completes, ...]
    run: Run


_COMMANDS: dict[str, Command] = {}


def command(
    name: str, *aliases: str, usage: str = "", completes: Sequence[Completes] = ()
) -> Callable[[Run], Run]:
    """Register a function as the command *name*."""

    def register(run: Run) -> Run:
        about = " ".join((inspect.getdoc(run) or "").split("\n\n")[0].split())
        theme = run.__module__.rpartition(".")[2]
        _COMMANDS[name] = Command(name, aliases, usage, about, theme, tuple(completes), run)
        return run

    return register


def commands() -> dict[str, Command]:
    """Return every command by name, theme by theme."""
    for module in _MODULES:
        import_module(f"journeyai.chat.commands.{module}")
    order = {module: place for place, module in enumerate(_MODULES)}
    return dict(sorted(_COMMANDS.items(), key=lambda item: (order[item[1].theme], item[0])))


def find_command(typed: str) -> Command | None:
    """Return the command called *typed* by its name or an alias."""
    known = commands()
    wanted = typed.casefold()
    if wanted in known:
        return known[wanted]
    return next((command for command in known.values() if wanted in command.aliases), None)
