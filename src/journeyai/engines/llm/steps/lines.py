"""Words of others on numbered lines, the only form in which a model gets to see them.

Lines stand between `<<<DATA` and `DATA>>>` in every prompt.  No line can look like either mark, nor begin a line of its
own, whatever is in it: blanks are flattened, characters nobody can see are taken out *before* the marks are looked for
(or taking them out later would put a mark together), and a number in square brackets gets round ones.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Annotated, Final

from pydantic import Field

from journeyai.engines.llm.screen import for_prompt
from journeyai.knowledge.words import words
from journeyai.model.source import Turn, Utterance

#: What a model points at.  It has no upper bound, unlike a scale: which numbers there are, each question tells, and
#: `resolved` drops the others.
LineNumber = Annotated[int, Field(ge=0)]

#: More characters of one line than this are cut: a "sentence" of ten thousand is a log or a dump.
LONGEST_LINE: Final = 2000

#: Control, format (zero width, bidirectional), surrogate, private-use and unassigned characters.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: Marks and letters that take no room: joiners, fillers, variation selectors.
_NO_ROOM: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_RUN: Final = re.compile("[<\ufe64\uff1c]{2,}|[>\ufe65\uff1e]{2,}")
#: Without one of these, or anything beyond ASCII, a line holds neither.
_MARKS: Final = frozenset("<>[")
_LINE_NUMBER: Final = re.compile(r"[\[\uff3b]\s*(\d+)\s*[\]\uff3d]")


def flat(text: str, longest: int = LONGEST_LINE) -> str:
    """Return *text* as one line that cannot be taken for anything but words: at most *longest* characters."""
    # First as the client does it when the question leaves: what it takes out must not bring a mark to light.
    line = for_prompt(" ".join(text.split()))
    if not line.isprintable():
        line = "".join(char for char in line if unicodedata.category(char) not in _UNSEEN)
    if not line.isascii():
        line = _NO_ROOM.sub("", line)
    line = " ".join(line.split())
    if not line.isascii() or _MARKS.intersection(line):
        line = _RUN.sub(lambda run: " ".join(run[0]), line)
        line = _LINE_NUMBER.sub(r"(\1)", line)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def numbered(lines: Iterable[tuple[int, str]]) -> str:
    """Return a line `[number] text` for each of *lines*, made flat."""
    return "\n".join(f"[{number}] {flat(text)}" for number, text in lines)


def spoken(turn: Turn, utterance: Utterance) -> str:
    """Return the words of *utterance*, or what it rates and on which scale, for a bare `4` says nothing."""
    rated = turn.measure
    if rated is None:
        return utterance.text
    return f"rates it {rated.value:g}, from {rated.low:g} (worst) to {rated.high:g} (best)"


def resolved(cited: Iterable[int], known: Collection[int]) -> tuple[tuple[int, ...], int]:
    """Return the numbers of *cited* that are among *known*, each once, in order, and how many are not."""
    first = dict.fromkeys(cited)
    kept = tuple(number for number in first if number in known)
    return kept, len(first) - len(kept)


def language_name(code: str) -> str:
    """Return what the language *code* is called in English, as prompts ask for it."""
    return words("en").name_of_language(code)
