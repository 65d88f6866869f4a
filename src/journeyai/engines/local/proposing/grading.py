"""What may fill the slots of turns that speak of opportunities: grades, and how far something has got.

An adverb that no table knows says how much, and nobody can tell how much: `nearly done` is not done.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, Literal, get_args

from rapidfuzz.distance import OSA

from journeyai.engines.local.proposing.items import Item
from journeyai.engines.local.proposing.lexicon import Phrase, Table, phrase
from journeyai.engines.local.proposing.new_words import Filled
from journeyai.knowledge.taxonomy import read_taxonomy

GradingSlot = Literal["criterion", "asset", "rating", "verdicts", "progress"]
GRADING_SLOTS: Final[frozenset[str]] = frozenset(get_args(GradingSlot))

#: How one criterion is graded.
Verdict = tuple[str, str]

#: Adverbs that take nothing back.
_PLAIN: Final = frozenset({"finally", "really", "actually", "officially", "recently", "clearly", "certainly",
                           "finalmente", "realmente", "oficialmente", "claramente", "recientemente"})  # fmt: skip
#: The last word of what says that it is less, or not that alone.
_HEDGES: Final = frozenset({"quite", "rather", "bit", "little", "poco", "bastante", "just", "simply", "only", "merely",
                            "solo", "of", "almost", "casi", "half", "medio"})  # fmt: skip
_ADVERB_ENDS: Final = ("ly", "mente")
_LEAST_LETTERS: Final = 4
#: Letters of a word from which one slip of the pen is forgiven, unless it is the first letter: `liability`.
_LEAST_MISSPELT: Final = 7


@cache
def _tables() -> Mapping[str, Table]:
    """Return the tables of `gradings` in `turns.yaml`, by name."""
    told = read_taxonomy("turns")["gradings"]
    found: dict[str, Table] = {}
    for name, meanings in told.items():
        ways = {phrase(str(text)): key for key, texts in meanings.items() for text in texts}
        found[name] = Table(ways, max(map(len, ways)))
    return found


def _find(name: str, words: list[str], at: int) -> tuple[Any, int] | None:
    """Return what the longest phrase of a table at *at* means and where it ends; one letter may be wrong."""
    table = _tables()[name]
    if found := table.find(words, at):
        return found
    word = words[at] if at < len(words) else ""
    if len(word) < _LEAST_MISSPELT:
        return None
    near = {meaning for way, meaning in table.meanings.items() if _is_slip(word, way)}
    return (near.pop(), at + 1) if len(near) == 1 else None


def _is_slip(word: str, way: Phrase) -> bool:
    return (
        len(way) == 1
        and len(way[0]) >= _LEAST_MISSPELT
        and way[0][0] == word[0]
        and OSA.distance(word, way[0], score_cutoff=1) <= 1
    )


def fill_grading(kind: str, low: Sequence[str], at: int) -> Iterator[Filled]:
    """Yield what fills a slot of *kind*, one of `GRADING_SLOTS`, at token *at*.

    `verdicts` are one or more criteria, each with its grade; the item's value holds them as pairs.
    """
    words = list(low)
    if kind == "verdicts":
        for verdicts, end in _verdicts(words, at):
            yield Filled(Item("criterion", verdicts, at, end), end)
        return
    # A noun has its grade behind it: `viable poco, factible algo`.
    if kind != "asset" and _is_hedged(words, at):
        return
    if found := _find(kind, words, at):
        text = str(found[0]) if kind == "rating" else ""
        yield Filled(Item("criterion", found[0], at, found[1]), found[1], text)


def grades_something(low: Sequence[str]) -> bool:
    """Whether one of the words is how opportunities are graded: who reads on without it reads past something."""
    words = list(low)
    return any(_find(name, words, at) for at in range(len(words)) for name in ("asset", "criterion", "unfit"))


def _is_hedged(low: Sequence[str], at: int) -> bool:
    """Whether one of the two words before says that it is less: `practically done`, `prácticamente está hecha`."""
    return any(
        word in _HEDGES or (word.endswith(_ADVERB_ENDS) and word not in _PLAIN and len(word) > _LEAST_LETTERS)
        for word in low[max(0, at - 2) : at]
    )


# Verdicts


def _verdicts(words: list[str], at: int) -> Iterator[tuple[tuple[Verdict, ...], int]]:
    """Yield lists of verdicts with where they end, the longest first: `very desirable, but hardly feasible`."""
    for verdict, end, is_noun in _verdict(words, at):
        for begin, is_joined in _next(words, end):
            for rest, stop in _verdicts(words, begin):
                # Without a sign between them, nobody can tell which grade belongs to what: `desirable low viable`.
                is_clear = is_joined or (is_noun and any(noun for _, _, noun in _verdict(words, begin)))
                if is_clear and verdict[0] not in {other for other, _ in rest}:
                    yield (verdict, *rest), stop
        yield (verdict,), end


def _next(words: list[str], end: int) -> Iterator[tuple[int, bool]]:
    """Yield where a further verdict may begin, and whether a sign or a conjunction stands before it."""
    begin = end
    while begin < len(words) and _is(words, begin, "join"):
        begin += 1
    yield begin, begin > end


def _verdict(words: list[str], at: int) -> Iterator[tuple[Verdict, int, bool]]:
    """Yield one verdict, where it ends, and whether its grade stands behind it."""
    if noun := _find("asset", words, at):
        for begin in (noun[1], noun[1] + 1):
            if (begin == noun[1] or _is(words, noun[1], "link")) and (
                rating := _find("rating", words, begin)
            ):
                yield (str(noun[0]), str(rating[0])), rating[1], True
    begin = at + 1 if _is(words, at, "article") else at
    if rating := _find("rating", words, begin):
        begin = rating[1] + 1 if _is(words, rating[1], "of") else rating[1]
        if noun := _find("asset", words, begin):
            yield (str(noun[0]), str(rating[0])), noun[1], False
    yield from _adjective(words, at)


def _adjective(words: list[str], at: int) -> Iterator[tuple[Verdict, int, bool]]:
    """Yield `not viable`, `inviable`, `hardly feasible`, `desirable`."""
    if denied := _find("denial", words, at):
        if adjective := _find("criterion", words, denied[1]):
            yield (str(adjective[0]), "low"), adjective[1], False
    elif (unfit := _find("unfit", words, at)) and not _is_hedged(words, at):
        yield (str(unfit[0]), "low"), unfit[1], False
    rating = _find("adverb", words, at)
    begin = rating[1] if rating else at
    if (adjective := _find("criterion", words, begin)) and (rating or not _is_hedged(words, at)):
        yield (str(adjective[0]), str(rating[0]) if rating else "high"), adjective[1], False


def _is(words: list[str], at: int, name: str) -> bool:
    return at < len(words) and (words[at],) in _tables()[name].meanings
