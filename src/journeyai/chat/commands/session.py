"""Commands about the conversation itself: help, saving, cost, model, going on with an earlier one, leaving."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from journeyai.chat.commands.base import Command, command, commands, find_command
from journeyai.chat.store import CHATS_FOLDER, chats, recall
from journeyai.errors import SettingsError
from journeyai.export.plain import visible
from journeyai.knowledge.talk import talk
from journeyai.operations.comparison import compare
from journeyai.rendering.comparison import render_comparison
from journeyai.rendering.console import harmless
from journeyai.rendering.layout import as_they_are, labelled
from journeyai.study.folder import write_whole

if TYPE_CHECKING:
    from journeyai.chat.session import Chat
    from journeyai.chat.store import Remembered
    from journeyai.export import Exporter

#: Where `/export` writes to, in the study, unless a file is named.
EXPORTS_FOLDER: Final = "exports"
#: Turns that are shown when a conversation goes on.
SHOWN_TURNS: Final = 3
#: Lines of each.
_SHOWN_LINES: Final = 12
#: Chats that are listed.
_LISTED: Final = 10
_EDITORS: Final = ("nano", "vi", "notepad")


@command("help", "h", "?", "ayuda", usage="[COMMAND]", completes=("command",))
def help_(chat: "Chat", words: str) -> None:
    """List the commands, or say what one of them does."""
    from journeyai.chat.turn import no_such_command

    out, say = chat.out, chat.words("chat").say
    language = chat.journey.language
    if words:
        known = find_command(words.removeprefix("/"))
        if known is None:
            raise no_such_command(chat, words.removeprefix("/"))
        out.say(usage(known, language))
        out.say(f"  {about(known, language)}")
        if known.aliases:
            out.say("  " + say("help_also", names=", ".join(f"/{name}" for name in known.aliases)))
        return
    for theme, group in groupby(commands().values(), lambda known: known.theme):
        rows = [(_typed(known, language), _first(about(known, language))) for known in group]
        # Shown, not said: what a list of commands stands under is not to be repeated without the list on /resume.
        out.show(Text(say(f"help_{theme}")))
        out.show(_Listing(rows))
    out.say("\n" + say("help_foot"))


@dataclass(frozen=True, slots=True)
class _Listing:
    """Two columns, the second wrapped."""

    rows: Sequence[tuple[str, str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width - 2
        lines = [
            line for left, right in self.rows for line in labelled(left, Text(right), width, _COLUMN, "")
        ]
        yield from as_they_are([Text("  ").append_text(line) for line in lines])


#: Cells of the column of commands in `/help`; longer usages are told by `/help COMMAND`.
_COLUMN: Final = 33


def about(known: Command, language: str) -> str:
    """Return what a command does, in *language*."""
    told = talk("help", language).phrases.get(known.name) if language != "en" else None
    return str(told) if told else known.about


def usage(known: Command, language: str) -> str:
    """Return what is typed, with the placeholders in *language*."""
    names = talk("help", language).phrases.get("placeholders", {})
    words = re.sub(r"[A-Z]{2,}|\bor\b", lambda found: names.get(found[0], found[0]), known.usage)
    return f"/{known.name} {words}".strip()


def typed_usage(name: str, language: str) -> str:
    """Return what is typed for the command *name*, without the slash, with the placeholders in *language*."""
    known = find_command(name)
    return usage(known, language).removeprefix("/") if known else name


def _typed(known: Command, language: str) -> str:
    whole = usage(known, language)
    return whole if len(whole) < _COLUMN else f"/{known.name} …"


def _first(text: str) -> str:
    """Return the first sentence."""
    return text.split(". ", maxsplit=1)[0].removesuffix(".")


@command("save", "guardar")
def save(chat: "Chat", words: str) -> None:
    """Say where map and chat are kept. Every change is saved as it is made; a lost map's file is written again."""
    say, path = chat.words("chat").say, chat.study.folder.map_path
    aside = chat.editor.restore()
    if aside is not None:
        chat.out.say(say("restored"))
    if aside not in {None, path}:
        chat.out.say(say("set_aside", path=aside))
    chat.out.say(say("saved", path=path))
    if chat.store.is_begun:
        chat.out.say(say("saved_chat", path=chat.store.path))


@command("cost", "coste", "tokens")
def cost(chat: "Chat", words: str) -> None:
    """Say what asking a language model has taken in this chat, and what the cap leaves."""
    lines = chat.assistant.cost()
    for line in lines or [chat.words("chat").say("cost_local")]:
        chat.out.say(line)


@command("model", "modelo", usage="[local|NAME]")
def model(chat: "Chat", words: str) -> None:
    """Say who answers, or let another answer: `local`, or the name of a language model."""
    say = chat.words("chat").say
    if words:
        is_local = words == "local"
        chat.let_answer("local" if is_local else "llm", "" if is_local else words)
    name = chat.assistant.name
    chat.out.say(say("model_is", name=say("model_local") if name == "local" else name))


@command("resume", "reanudar", usage="[CHAT]")
def resume(chat: "Chat", words: str) -> None:
    """Go on with an earlier chat: the last one, or the one named."""
    folder = chat.study.folder.inner / CHATS_FOLDER
    mine = chat.store.id
    earlier = [name for name in chats(folder) if name != mine]
    if not earlier:
        raise SettingsError(chat.words("chat").say("no_chats"))
    if words and words.removesuffix(".jsonl") not in earlier:
        say = chat.words("chat").say
        known = ", ".join(earlier[:_LISTED])
        raise SettingsError(say("no_chat", name=visible(words)), say("known_chats", names=known))
    store, remembered = recall(folder, words or earlier[0])
    chat.go_on_with(store, remembered)
    show_turns(chat, remembered)


def show_turns(chat: "Chat", remembered: "Remembered") -> None:
    """Show the last turns of a conversation that goes on."""
    out, say = chat.out, chat.words("chat").say
    turns = [turn for turn in remembered.turns if not turn.input.startswith(("/resume", "/quit"))]
    out.say(say("resumed", id=chat.store.id, n=len(turns)))
    if len(turns) > SHOWN_TURNS:
        out.say(say("earlier", n=len(turns) - SHOWN_TURNS))
    for turn in turns[-SHOWN_TURNS:]:
        out.say("\n".join(f"> {line}" for line in harmless(turn.input).split("\n")))
        lines = turn.text.split("\n")
        out.say("\n".join(lines[:_SHOWN_LINES] + (["…"] if len(lines) > _SHOWN_LINES else [])))


@command("quit", "q", "exit", "salir")
def quit_(chat: "Chat", words: str) -> None:
    """Leave the chat. Everything is kept, and `journeyai chat --resume` goes on with it."""
    chat.is_over = True


@command("editor", "e", usage="[TEXT]")
def editor(chat: "Chat", words: str) -> None:
    """Write what you want to say in your own editor (the environment variable EDITOR), and say it."""
    say = chat.words("chat").say
    if not chat.is_at_terminal:
        raise SettingsError(say("not_in_a_script", name="editor"))
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    program = shlex.split(named) if named else [name for name in _EDITORS if shutil.which(name)][:1]
    if not program or shutil.which(program[0]) is None:
        raise SettingsError(say("no_editor"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journeyai.md"
        path.write_text(words, encoding="utf-8")
        if subprocess.run([*program, str(path)], check=False).returncode:
            raise SettingsError(say("editor_failed", editor=program[0]))
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not text:
        raise SettingsError(say("editor_empty"))
    chat.next_line = text


@command("export", "exportar", usage="[--format FORMAT] [FILE]", completes=("format", "path"))
def export(chat: "Chat", words: str) -> None:
    """Write the map to a file: JSON, Markdown …; without a FILE into the study's folder `exports`."""
    from journeyai.export import EXPORTERS

    say = chat.words("chat").say
    try:
        parts = shlex.split(words)
    except ValueError:
        parts = words.split()
    format_, files = "", []
    while parts:
        part = parts.pop(0)
        if part.startswith("--format="):
            format_ = part.partition("=")[2]
        elif part in {"--format", "-f", "--formato"}:
            format_ = parts.pop(0) if parts else ""
        elif part in {"--out", "-o"}:
            continue
        elif part in EXPORTERS and not format_ and not parts:
            format_ = part
        else:
            files.append(part)
    if len(files) > 1 or any(file.startswith("--") for file in files):
        raise SettingsError(
            say("wrong_words", words=words), say("usage", usage=typed_usage("export", chat.journey.language))
        )
    writer = _writer(chat, format_, files)
    folder = chat.study.folder
    path = (
        Path(files[0]).expanduser()
        if files
        else folder.root / EXPORTS_FOLDER / f"{folder.map_path.stem}{writer.suffix}"
    )
    whole = path.resolve()
    if whole == folder.map_path.resolve() or whole.is_relative_to(folder.sources):
        raise SettingsError(say("not_there", path=path))
    if files and path.exists() and not chat.person.confirm(say("overwrite", path=path)):
        chat.out.say(say("nothing_to_export"))
        return
    if files and not path.parent.is_dir():
        raise SettingsError(say("no_folder", path=path.parent))
    data = writer.write(chat.journey, chat.study.material(chat.journey))
    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, data)
    except (OSError, SettingsError):
        raise SettingsError(say("cannot_write", path=path), say("cannot_write_hint")) from None
    chat.out.record("written", str(path))
    chat.out.say(say("exported", path=path))


def _writer(chat: "Chat", format_: str, files: Sequence[str]) -> "Exporter":
    """Return what writes the map: in *format_*, else in the format that the file's name asks for, else as JSON.

    A name with another ending, or a word alone, asks for a format that is not there: JSON under it would mislead.

    Raises:
        SettingsError: a map cannot be written so.
    """
    from journeyai.export import EXPORTERS, exporter
    from journeyai.export.endings import format_of

    if files and not format_:
        format_ = format_of(files[0]) or ("" if set("/\\") & set(files[0]) else files[0])
    try:
        return exporter(format_ or "json")
    except SettingsError:
        say = chat.words("chat").say
        names = ", ".join(sorted(EXPORTERS))
        raise SettingsError(say("no_format", name=visible(format_)), say("formats", names=names)) from None


@command("redraft", "redibujar")
def redraft(chat: "Chat", words: str) -> None:
    """Read the sources again and redraw the map; accepted, edited and locked cards stay as they are."""
    out, say = chat.out, chat.words("chat").say
    # Whoever answers in this chat draws, too: a person who chose this machine alone is not overruled by a key.
    engine, wish = chat.assistant.engine, chat.assistant.wish
    # Without the map's file, what the person decided would be drawn over.
    chat.editor.refresh()
    if chat.study.asks_a_model(engine, wish):
        out.say(chat.study.plan(wish=wish))
    if not chat.person.confirm(say("redraft_ask")):
        out.say(say("not_done"))
        return
    begun: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        if step not in begun:
            begun.add(step)
            out.say(f"  · {step_name(step)}")

    def step_name(step: str) -> str:
        phrases = chat.words("chat").phrases
        return say(f"step_{step}") if f"step_{step}" in phrases else step

    before = chat.journey
    drawn = chat.study.draw(engine=engine, wish=wish, session=chat.store.id, progress=tell, announce=out.say)
    chat.editor.refresh()
    after = chat.journey
    for item in drawn.index.left_out:
        out.warn(item.reason)
    difference = compare(before, after)
    if before == after:
        out.say(say("redraft_same"))
        return
    if drawn.merge:
        merge = drawn.merge
        counts = {
            "gained": len(merge.gained),
            "added": len(merge.added),
            "fresh": len(difference.cards_added),
        }
        out.say(say("redraft_kept", n=len(merge.kept), **counts))
        for card in merge.lost:
            out.warn(say("redraft_lost", card=card))
    out.show(render_comparison(difference, after))
    out.say(say("done"))
