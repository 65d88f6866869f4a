"""The chat at a terminal: a prompt, and below it what is said, downwards only.

The prompt comes first.  Until it stands, only what it needs is imported (prompt_toolkit, and the map for a word of
greeting); everything else is imported and opened in a thread while the person reads and types.  So this module must
import nothing heavy at its top: `tests/chat/test_terminal.py` looks.
"""

import sys
import tempfile
import textwrap
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from journeyai.chat.completion import ChatCompleter
from journeyai.export.plain import visible
from journeyai.knowledge.talk import Talk, talk
from journeyai.study.folder import StudyFolder, find_study

if TYPE_CHECKING:
    from journeyai.chat.session import Chat
    from journeyai.chat.store import Remembered
    from journeyai.model.journey import JourneyMap

PROMPT: Final = "> "
#: Before each further line of one input.
_FURTHER: Final = "… "
HISTORY_FILE: Final = "history"
#: The folder of chats, as `store.CHATS_FOLDER`, which would import too much here.
_CHATS: Final = "chats"
#: Lines that the menu of completions may take.
_MENU_LINES: Final = 8
#: How long the opening may take, in seconds, before it is spoken of.
_PATIENCE: Final = 0.3

Opened = tuple["Chat", "Remembered"]


def run_terminal(
    root: Path | None, *, engine: str = "", model: str = "", resume: str | None = None, yes: bool = False
) -> int:
    """Talk with the person at the terminal until they leave.

    Args:
        root: the study's folder; None for the one we stand in.
        engine: as in `Wanted`.
        model: as in `Wanted`.
        resume: as in `Wanted`.
        yes: whether confirmations are answered with yes.

    Returns:
        0.

    Raises:
        SettingsError: there is no study, no map, or no such conversation.
    """
    folder = find_study(root, Path.cwd())
    journey = folder.read_map()
    say = talk("chat", journey.language)
    opening = _Opening(lambda: _open(folder, engine, model, resume, yes))
    if resume is None:
        _greet(folder, journey, say)
    else:
        _go_on(*opening.wait(say), say)
    session = _session(folder, opening)
    while True:
        try:
            line = session.prompt(PROMPT)
        except KeyboardInterrupt:
            _print(say.say("line_kept" if session.default_buffer.text.strip() else "leave_hint"))
            continue
        except EOFError:
            break
        if line.strip() and not _turn(opening, line, say):
            break
    opening.leave(say)
    return 0


def spoken(text: str) -> str:
    """Return what was meant by the input *text*: without the braces around several lines."""
    stripped = text.strip()
    if stripped.startswith("{") and stripped.endswith("}"):
        return stripped[1:-1].strip()
    return stripped


def is_unfinished(text: str) -> bool:
    """Whether Enter begins a further line of *text* rather than sending it: a brace is still open."""
    stripped = text.strip()
    return stripped.startswith("{") and not stripped.endswith("}")


# Inside


class _TypedBefore(FileHistory):
    """The lines that were typed before; where they cannot be kept, those of this sitting."""

    def load_history_strings(self) -> Iterable[str]:
        """Return them, the newest first."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Keep one, if that can be."""
        with suppress(OSError):
            super().store_string(string)


class _Opening:
    """The chat, opened in a thread, which is begun once the first prompt stands: two imports at once are both slow."""

    def __init__(self, make: Callable[[], Opened]) -> None:
        self._made: Opened | None = None
        self._is_open = threading.Event()
        self._error: BaseException | None = None
        self._is_begun = False
        self._thread = threading.Thread(target=self._run, args=(make,), name="opening", daemon=True)

    def begin(self, _: object = None) -> None:
        """Begin, if that was not done yet."""
        if not self._is_begun:
            self._is_begun = True
            self._thread.start()

    def _run(self, make: Callable[[], Opened]) -> None:
        try:
            self._made = make()
        except BaseException as error:
            self._error = error
        finally:
            self._is_open.set()
        if self._made is not None:
            _warm_up(self._made[0])

    def chat(self) -> "Chat | None":
        """Return the chat if it is open already."""
        return self._made[0] if self._made else None

    def wait(self, say: Talk) -> Opened:
        """Return the chat when it is open; after a moment, say what is waited for.

        Raises:
            JourneyAIError: it cannot be opened.
        """
        self.begin()
        if not self._is_open.wait(_PATIENCE):
            _print(say.say("opening"))
            # A wait without end would not hear Ctrl-C on some systems.
            while not self._is_open.wait(0.1):
                pass
        if self._error is not None:
            raise self._error
        assert self._made is not None
        return self._made

    def leave(self, say: Talk) -> None:
        """Close the chat; a study that is just being opened is first opened, so that nothing is torn."""
        if self._is_begun:
            self._thread.join()
        if self._made is None:
            return
        chat, _ = self._made
        chat.assistant.close()
        if chat.store.is_begun:
            _print(say.say("goodbye", id=chat.store.id))


def _open(folder: StudyFolder, engine: str, model: str, resume: str | None, yes: bool) -> Opened:
    """Import and open everything.  Runs in the thread."""
    from journeyai.app import Study
    from journeyai.chat.asking import TerminalPerson
    from journeyai.chat.commands.base import commands
    from journeyai.chat.output import TerminalOutput
    from journeyai.chat.session import Wanted, open_chat

    out = TerminalOutput()
    wanted: Wanted = Wanted(engine, model, resume)
    made = open_chat(Study(folder), wanted, out, lambda words: TerminalPerson(out, words, yes=yes))
    made[0].is_at_terminal = True
    commands()
    return made


def _warm_up(chat: "Chat") -> None:
    """Load what the first question would else wait for; nothing leaves this machine, and nobody hears of a failure."""
    from journeyai.retrieval.encoders import make_encoder

    search = chat.study.settings.search
    if search.encoder != "openai":
        with suppress(Exception):
            make_encoder(search).encode(["ready"])


def _turn(opening: _Opening, line: str, say: Talk) -> bool:
    """Do what *line* says; return whether the chat goes on.  No error ends it."""
    chat, _ = opening.wait(say)
    from journeyai.chat.turn import take

    lines = [spoken(line)]
    while lines:
        text = lines.pop()
        try:
            take(chat, text)
        except KeyboardInterrupt:
            _end(chat)
            _print(say.say("stopped"))
        except Exception:
            # The chat is the person's work: a mistake of ours must not end it.
            _end(chat)
            _print(say.say("our_mistake", path=_traced(chat.store.path.with_suffix(".error.txt"))))
        if chat.next_line:
            lines.append(chat.next_line)
            _print("\n".join(PROMPT + visible(part) for part in chat.next_line.split("\n")))
            chat.next_line = ""
    _end(chat)
    return not chat.is_over


def _traced(path: Path) -> Path:
    """Write what went wrong to *path*, or to a temporary file where the study cannot be written to; return which."""
    told = traceback.format_exc()
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(told)
    except OSError:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt", delete=False) as elsewhere:
            elsewhere.write(told)
        return Path(elsewhere.name)
    return path


def _end(chat: "Chat") -> None:
    from journeyai.chat.output import TerminalOutput

    if isinstance(chat.out, TerminalOutput):
        chat.out.end()


def _greet(folder: StudyFolder, journey: "JourneyMap", say: Talk) -> None:
    """Say in two lines what is open and what can be typed."""
    unreviewed = sum(card.status == "draft" and not card.locked for card in journey.cards)
    title = visible(journey.title) or folder.root.name
    cards = say.say("cards", n=len(journey.cards))
    for line in (say.say("hello", title=title, cards=cards, unreviewed=unreviewed), say.say("hello_hint")):
        _print(textwrap.fill(line, get_terminal_size().columns - 1))


def _go_on(chat: "Chat", remembered: "Remembered", say: Talk) -> None:
    """Show where the conversation was left, and finish what was being decided."""
    from journeyai.chat.commands.session import show_turns
    from journeyai.chat.turn import take_up

    show_turns(chat, remembered)
    take_up(chat, remembered)
    _end(chat)


def _session(folder: StudyFolder, opening: _Opening) -> "PromptSession[str]":
    chats = folder.inner / _CHATS
    with suppress(OSError):
        chats.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        history=_TypedBefore(str(chats / HISTORY_FILE)),
        completer=ChatCompleter(opening.chat),
        complete_while_typing=False,
        key_bindings=_keys(),
        multiline=True,
        prompt_continuation=lambda width, line, wraps: "" if wraps else _FURTHER,
        reserve_space_for_menu=_MENU_LINES,
        enable_open_in_editor=True,
        tempfile_suffix=".md",
    )
    session.app.after_render += opening.begin
    return session


def _keys() -> KeyBindings:
    """Enter sends (or closes the menu, or begins a line while a brace is open); Alt-Enter begins a line."""
    keys = KeyBindings()

    @keys.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif is_unfinished(buffer.text):
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _further(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("c-c")
    @keys.add("<sigint>")
    def _leave_line(event: KeyPressEvent) -> None:
        if event.current_buffer.text.strip():
            # What was typed is not lost: the up arrow brings it back.
            event.current_buffer.append_to_history()
        event.app.exit(exception=KeyboardInterrupt, style="class:aborting")

    return keys


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
