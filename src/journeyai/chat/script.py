"""The chat without anybody at it: messages of the command line, or lines of standard input; a transcript or JSON lines.

Nobody is asked: a proposal is carried out with `--yes`, else it is shown and nothing is changed.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from journeyai.app import Study
from journeyai.chat.asking import ScriptPerson
from journeyai.chat.output import JsonOutput, TerminalOutput
from journeyai.chat.session import Wanted, open_chat
from journeyai.chat.turn import take, take_up
from journeyai.rendering.console import harmless

#: A longer input is cut where it is repeated in a transcript.
_ECHO_CHARS: Final = 2000


def run_script(
    study: Study, wanted: Wanted, lines: Iterable[str], *, yes: bool, write: "Callable[[str], None] | None"
) -> int:
    """Do every line's turn.

    Args:
        study: with a map.
        wanted: how the chat is opened.
        lines: what is said, a turn each.
        yes: what is answered to every confirmation.
        write: takes each turn as a line of JSON; None for a transcript on stdout.

    Returns:
        0, or the exit code of the first turn that did not do what was asked; the others are done all the same.

    Raises:
        JourneyAIError: the chat cannot be opened.
    """
    plain = None if write else TerminalOutput()
    told = JsonOutput()
    out = plain or told
    chat, remembered = open_chat(study, wanted, out, lambda talk: ScriptPerson(out, talk, yes=yes))
    code = 0
    try:
        if remembered.pending is not None:
            take_up(chat, remembered)
            if write:
                write(_json(told, remembered.pending.request))
        for line in lines:
            if plain:
                typed = harmless(line.strip())
                typed = typed if len(typed) <= _ECHO_CHARS else f"{typed[:_ECHO_CHARS]} …"
                plain.say("\n".join(f"> {part}" for part in typed.split("\n")))
            turned = take(chat, line)
            code = code or turned
            if plain:
                plain.end()
                plain.say("")
                sys.stdout.flush()
            elif write:
                write(_json(told, line.strip()))
            if chat.is_over:
                break
    finally:
        chat.assistant.close()
    return code


def read_lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield what is said in the lines *texts*: one a line, or several between a line `{` and a line `}`.

    Empty lines, and lines that begin with `#`, say nothing.
    """
    held: list[str] | None = None
    for text in texts:
        line = text.rstrip("\r\n")
        if held is not None:
            if line.strip() == "}":
                yield "\n".join(held)
                held = None
            else:
                held.append(line)
        elif line.strip() == "{":
            held = []
        elif line.strip() and not line.lstrip().startswith("#"):
            yield line
    if held:
        yield "\n".join(held)


def _json(told: JsonOutput, line: str) -> str:
    return json.dumps(told.take(line), ensure_ascii=False) + "\n"
