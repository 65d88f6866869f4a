"""What may fill the slots of turns that speak of opportunities: grades, and how far something has got.

An adverb that no table knows says how much, and nobody can tell how much: `nearly done` is not done.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Literal, get_args

from journeyai.engines.local.proposing.items import Item
from journeyai.engines.local.proposing.lexicon import Table, phrase
from journeyai.engines.local.proposing.new_words import Filled
from journeyai.knowledge.taxonomy import read_taxonomy

GradingSlot = Literal["criterion", "asset", "rating", "verdict", "progress"]
GRADING_SLOTS: Final[frozenset[str]] = frozenset(get_args(GradingSlot))

#: Adverbs that take nothing back.
_PLAIN: Final = frozenset({"finally", "really", "actually", "officially", "recently", "clearly", "certainly",
                           "finalmente", "realmente", "oficialmente", "claramente", "recientemente"})  # fmt: skip
#: The last word of what says that it is less, or not that alone.
_HEDGES: Final = frozenset({"quite", "rather", "bit", "little", "poco", "bastante", "just", "simply", "only", "merely",
                            "solo", "of", "almost", "casi", "half", "medio"})  # fmt: skip
_ADVERB_ENDS: Final = ("ly", "mente")
_LEAST_LETTERS: Final = 4


@cache
def _tables() -> Mapping[str, Table]:
    """Return what each slot is filled with: `criterion` (an adjective), `asset` (a noun), `rating`, `progress`."""
    told = read_taxonomy("turns")["gradings"]
    found: dict[str, Table] = {}
    for name, meanings in told.items():
        ways = {phrase(str(text)): key for key, texts in meanings.items() for text in texts}
        found[name] = Table(ways, max(map(len, ways)))
    return found


def fill_grading(kind: str, low: Sequence[str], at: int) -> Iterator[Filled]:
    """Yield what fills a slot of *kind*, one of `GRADING_SLOTS`, at token *at*.

    A `verdict` is an adjective with what says how much: its value is the criterion, its text the grade.
    """
    words = list(low)
    if kind == "verdict":
        rating = _tables()["adverb"].find(words, at)
        begin = rating[1] if rating else at
        adjective = _tables()["criterion"].find(words, begin)
        if adjective and (rating or not _is_hedged(words, at)):
            grade = str(rating[0]) if rating else "high"
            yield Filled(Item("criterion", adjective[0], at, adjective[1]), adjective[1], grade)
        return
    # A noun has its grade behind it: `viable poco, factible algo`.
    if kind != "asset" and _is_hedged(words, at):
        return
    if found := _tables()[kind].find(words, at):
        text = str(found[0]) if kind == "rating" else ""
        yield Filled(Item("criterion", found[0], at, found[1]), found[1], text)


def _is_hedged(low: Sequence[str], at: int) -> bool:
    """Whether one of the two words before says that it is less: `practically done`, `prácticamente está hecha`."""
    return any(
        word in _HEDGES or (word.endswith(_ADVERB_ENDS) and word not in _PLAIN and len(word) > _LEAST_LETTERS)
        for word in low[max(0, at - 2) : at]
    )
