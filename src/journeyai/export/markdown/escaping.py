"""Words from outside as Markdown that shows exactly them, so that no source can add a heading, a link or HTML."""

import re
from typing import Final

from journeyai.export.plain import visible

#: Characters that Markdown, GitHub's extensions or a table could read as more than themselves.
_SPECIAL: Final = re.compile(r"[\\`*_\[\]#|~$]")
#: What begins a list, an underline or a numbered item at the start of a line.
_OPENING: Final = re.compile(r"^([-+=]|\d+[.)])")
#: What GitHub turns into a link, a mention or a picture without any markup.
_LINKING: Final = re.compile(r":(?=//|[\w+-]+:)|(?<=\bwww)\.|@", re.IGNORECASE)
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """Return *text* as one line of Markdown that renders as exactly its visible characters."""
    line = "".join(_HTML.get(char, char) for char in visible(text))
    line = _SPECIAL.sub(r"\\\g<0>", line)
    line = _OPENING.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", line)
    return _LINKING.sub(lambda found: f"&#{ord(found[0])};", line)
