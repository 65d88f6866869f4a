"""Text from outside on its way to the page: visible, of a bearable length, in a language that can be named."""

import re
from typing import Final

from journeyai.export.plain import visible

#: Characters of a title or an entry that a card shows; the panel shows the rest.
TITLE_CHARS: Final = 180
#: Characters of a line of the heading, a persona or a stage.
LINE_CHARS: Final = 320
#: Characters of the quote under a card's title.
GLIMPSE_CHARS: Final = 150

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def cut(text: str, limit: int) -> str:
    """Return *text* visible and in one line, at most *limit* characters, between words if a space is near."""
    text = visible(text)
    if len(text) <= limit:
        return text
    space = text.rfind(" ", limit * 2 // 3, limit)
    return text[: space if space > 0 else limit - 1].rstrip() + "…"


def lines(text: str) -> str:
    """Return *text* with its lines kept and each made visible; one space stays where a line begins or ends in space.

    What stands before and after a quote is cleaned apart from it, so the space between them must not get lost.
    """
    return "\n".join(_line(line) for line in text.splitlines() or [""]) + (
        "\n" if text.endswith("\n") else ""
    )


def _line(line: str) -> str:
    seen = visible(line)
    if not seen:
        return " " if line else ""
    return (" " if line[0].isspace() else "") + seen + (" " if line[-1].isspace() else "")


def language_tag(code: str) -> str:
    """Return *code* if it can stand in a `lang` attribute, else nothing."""
    return code if code != "und" and _LANGUAGE.fullmatch(code) else ""
