"""How the chat asks the person back."""

from collections.abc import Mapping, Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final, Protocol

from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import Talk

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyPressEvent

    from journeyai.chat.output import Output

#: What counts as a yes, in every language of the chat.
YES: Final = frozenset({"y", "yes", "s", "si", "ok", "vale"})
#: What counts as a no, as nothing at all does.
NO: Final = frozenset({"", "n", "no", "nope", "q"})
#: How often a yes or a no is asked for before it is a no.
_MOST_ASKED: Final = 3
#: Room for the answer behind a question.
_ANSWER_CELLS: Final = 4


class Person(Protocol):
    """Somebody who can be asked; a script answers what its options say."""

    def confirm(self, question: str, *, is_sure: bool = True) -> bool:
        """Return whether they say yes; no answer is a no.

        Args:
            question: what is asked.
            is_sure: whether it is certain what they want; if not, nobody's `--yes` is a yes to it.
        """
        ...

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Return the index of the option they pick; None for none of them."""
        ...

    def key(self, question: str, keys: Mapping[str, str]) -> str:
        """Return one of *keys* (key → what it does), pressed alone; `q` if they leave."""
        ...

    def edit(self, question: str, text: str) -> str | None:
        """Return *text* as they changed it; None if they let it be."""
        ...


class ScriptPerson:
    """Nobody is there: a confirmation is what `--yes` says, and to everything else there is no answer."""

    def __init__(self, out: "Output", talk: Talk, *, yes: bool) -> None:
        self._out = out
        self._talk = talk
        self._yes = yes

    def confirm(self, question: str, *, is_sure: bool = True) -> bool:
        """Return what `--yes` says, and say so; a no to what is not certain."""
        if self._yes and not is_sure:
            self._out.say(self._talk.say("script_unsure", question=question))
            return False
        self._out.say(self._talk.say("script_yes" if self._yes else "script_no", question=question))
        return self._yes

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Say what could be picked, and pick nothing: a guess would change the map behind the person's back."""
        _list(self._out, options)
        self._out.say(self._talk.say("script_choice"))
        return None

    def key(self, question: str, keys: Mapping[str, str]) -> str:
        """Leave."""
        self._out.say(self._talk.say("script_key", question=question))
        return "q"

    def edit(self, question: str, text: str) -> str | None:
        """Let it be."""
        self._out.say(self._talk.say("script_key", question=question))
        return None


class TerminalPerson:
    """Somebody at a terminal.  Ctrl-C and Ctrl-D at a question are a no, and the chat goes on."""

    def __init__(self, out: "Output", talk: Talk, *, yes: bool = False) -> None:
        self._out = out
        self._talk = talk
        self._yes = yes

    def confirm(self, question: str, *, is_sure: bool = True) -> bool:
        """Ask for yes or no; Enter alone is a no, and what is neither is asked again."""
        if self._yes and is_sure:
            self._out.say(self._talk.say("script_yes", question=question))
            return True
        for _ in range(_MOST_ASKED):
            said = self._ask(f"{question} {self._talk.say('yes_no')} ")
            known = "" if said is None else fold(said.strip()).rstrip(".!")
            if known in YES or known in NO:
                return known in YES
            self._out.say(self._talk.say("yes_or_no"))
        return False

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """List the options and ask for a number, or words that one alone holds, until it is one of theirs or nothing.

        A yes picks the only one there is.  A command is none of them, and says so: it has to be typed again at the
        prompt.
        """
        _list(self._out, options)
        folded = [f" {fold(option)} " for option in options]
        while True:
            said = self._ask(self._talk.say("number", n=len(options)) + " ")
            known = "" if said is None else fold(said.strip())
            if known in NO:
                return None
            if known.startswith("/"):
                self._out.say(self._talk.say("none_chosen"))
                return None
            if len(options) == 1 and known in YES:
                return 0
            if known.isdecimal() and 1 <= int(known) <= len(options):
                return int(known) - 1
            fitting = [place for place, option in enumerate(folded) if f" {known} " in option]
            if len(fitting) == 1 and known not in YES:
                return fitting[0]

    def key(self, question: str, keys: Mapping[str, str]) -> str:
        """Wait for one of *keys*, pressed alone; their meanings stand behind the question."""
        from prompt_toolkit.key_binding import KeyBindings

        bindings = KeyBindings()

        def leave_with(key: str) -> None:
            @bindings.add(key, eager=True)
            def _pressed(event: "KeyPressEvent") -> None:
                event.current_buffer.text = key
                event.current_buffer.validate_and_handle()

        for key in keys:
            leave_with(key)
        bindings.add("<any>")(lambda event: None)
        bindings.add("enter", eager=True)(lambda event: None)
        meanings = " · ".join(f"{key} {means}" for key, means in keys.items())
        said = self._ask(f"{question} {meanings} > ", bindings)
        return said if said is not None and said in keys else "q"

    def edit(self, question: str, text: str) -> str | None:
        """Let them change *text* in place; Enter with nothing changed, and nothing at all, let it be."""
        said = self._ask(f"{question} ", default=text)
        return None if said is None or said.strip() in {"", text.strip()} else said.strip()

    def _ask(self, question: str, bindings: object = None, default: str = "") -> str | None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.formatted_text import FormattedText

        from journeyai.rendering.console import harmless

        # The line editor breaks a long line inside its words: what does not fit is said before, and the rest asked.
        *before, last = question_rows(harmless(question), get_terminal_size().columns)
        for row in before:
            self._out.say(row)
        asked = FormattedText([("", last)])
        session: PromptSession[str] = PromptSession(key_bindings=bindings)  # type: ignore[arg-type]
        try:
            return session.prompt(asked, default=default)
        except (KeyboardInterrupt, EOFError):
            return None


def question_rows(question: str, columns: int) -> list[str]:
    """Return *question* in rows no wider than *columns*, the space at its end kept, with room there to answer."""
    from rich.text import Text

    from journeyai.rendering.layout import wrap

    rows = [row.plain for row in wrap(Text(question.rstrip()), max(columns - _ANSWER_CELLS, _ANSWER_CELLS))]
    return [*rows[:-1], rows[-1] + " "] if rows else [question]


def _list(out: "Output", options: Sequence[str]) -> None:
    for number, option in enumerate(options, 1):
        out.say(f"  {number}  {option}")
