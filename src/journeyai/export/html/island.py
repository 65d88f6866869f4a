"""What the page's script works with: every card's quotes and the words around them, each string once.

Quotes are cut by the browser from the stretches of text they stand in, so that words around several quotes are kept
once.  Positions in those stretches count UTF-16 units, as the browser counts.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from journeyai.export.html.text import language_tag, lines
from journeyai.export.material import CONTEXT_CHARS, Material
from journeyai.export.plain import visible
from journeyai.export.reading import unsure_quote
from journeyai.knowledge.words import Words
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.vocabulary import KINDS, ROLES

#: Characters around all quotes together, for each character of the quotes' own records in `map.json` (some 500 a
#: quote): a page stays smaller than 1.3 times its map.
_CONTEXT_BUDGET: Final = 260


@dataclass(slots=True)
class Pool:
    """Strings by number, each once."""

    strings: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def put(self, text: str) -> int:
        """Return the number of *text*."""
        number = self._numbers.setdefault(text, len(self.strings))
        if number == len(self.strings):
            self.strings.append(text)
        return number


@dataclass(frozen=True, slots=True)
class Cutting:
    """Where a quote stands: in which stretch of text, from where to where in UTF-16 units."""

    stretch: int
    start: int
    end: int


def quote_rows(journey: JourneyMap, material: Material, words: Words) -> dict[str, object]:
    """Return the quotes of *journey* as short rows, with what the rows point at.

    A row is `[place, speaker, role, at, stretch, start, end, position, feeling, doubt]`: numbers into `places`,
    `strings`, `roles` and `stretches`; `position` is where the quote begins in its document.
    """
    pool, stretches = Pool(), Pool()
    sources: dict[str, int] = {}
    places: dict[tuple[str, str | None], int] = {}
    cuttings = _cuttings(journey.evidence, material, stretches)
    rows: list[list[object]] = []
    for item in journey.evidence:
        sources.setdefault(item.source, len(sources))
        place = places.setdefault((item.source, item.record), len(places))
        cutting = cuttings[item.id]
        rows.append(
            [
                place,
                pool.put(visible(item.speaker or "")),
                ROLES.index(item.role),
                pool.put(visible(item.at or "")),
                cutting.stretch,
                cutting.start,
                cutting.end,
                item.start,
                pool.put("" if item.emotion == "neutral" else words.emotion(item.emotion)),
                int(unsure_quote(item)),
            ]
        )
    known = {source.source: source for source in journey.sources}
    about = []
    for name in sources:
        source = known.get(name)
        kind = KINDS.index(source.kind) if source else -1
        language = language_tag(source.language) if source else ""
        about.append([visible(name), kind, int(source.solicited) if source else -1, language])
    return {
        "strings": pool.strings,
        "stretches": stretches.strings,
        "sources": about,
        "places": [[sources[source], visible(record or "")] for source, record in places],
        "roles": [words.role(role) for role in ROLES],
        "kinds": [[kind, words.kind(kind)] for kind in KINDS],
        "ids": [visible(item.id) for item in journey.evidence],
        "quotes": rows,
    }


def island(data: Mapping[str, object]) -> str:
    """Return *data* as JSON that can stand inside a `<script>`: nothing in it can end the element or open another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _cuttings(evidence: Iterable[Evidence], material: Material, stretches: Pool) -> dict[str, Cutting]:
    """Put the stretches of text that hold *evidence* in *stretches*, and tell where each quote stands in them."""
    found: dict[str, Cutting] = {}
    items = list(evidence)
    by_document: dict[tuple[str, str | None], list[tuple[int, int, Evidence]]] = defaultdict(list)
    for item, window in zip(items, _windows(items, material), strict=True):
        if window is None:
            quote = visible(item.quote)
            found[item.id] = Cutting(stretches.put(quote), 0, _units(quote))
        else:
            by_document[item.source, item.record].append((*window, item))
    for windows in by_document.values():
        text = material.document(windows[0][2]) or ""
        for low, high, inside in _merged(windows):
            stretch, at = _stretch(text, low, high, inside)
            number = stretches.put(stretch)
            for item in inside:
                found[item.id] = Cutting(number, at[item.start], at[item.end])
    return found


def _windows(items: list[Evidence], material: Material) -> list[tuple[int, int] | None]:
    """Return how much of its document is shown with each quote, from where to where; None where it is not at hand.

    The more the words around all quotes together come to, the fewer are taken around each.
    """
    around = [material.around(item) for item in items]
    by_document: dict[tuple[str, str | None], list[tuple[int, int, Evidence]]] = defaultdict(list)
    windows: list[tuple[int, int] | None] = []
    for item, sides in zip(items, around, strict=True):
        window = None if sides is None else (item.start - len(sides[0]), item.end + len(sides[1]))
        windows.append(window)
        if window:
            by_document[item.source, item.record].append((*window, item))
    total = sum(high - low for found in by_document.values() for low, high, _ in _merged(found))
    if total <= _CONTEXT_BUDGET * len(items):
        return windows
    chars = CONTEXT_CHARS * _CONTEXT_BUDGET * len(items) // total
    fewer: list[tuple[int, int] | None] = []
    for item in items:
        sides = material.around(item, chars)
        fewer.append(None if sides is None else (item.start - len(sides[0]), item.end + len(sides[1])))
    return fewer


def _merged(windows: Iterable[tuple[int, int, Evidence]]) -> list[tuple[int, int, list[Evidence]]]:
    """Join windows of one document that overlap or touch, in the order of the text."""
    joined: list[tuple[int, int, list[Evidence]]] = []
    for low, high, item in sorted(windows, key=lambda window: (window[0], window[1], window[2].id)):
        if joined and low <= joined[-1][1]:
            first, last, inside = joined[-1]
            joined[-1] = (first, max(last, high), [*inside, item])
        else:
            joined.append((low, high, [item]))
    return joined


def _stretch(text: str, low: int, high: int, inside: Iterable[Evidence]) -> tuple[str, dict[int, int]]:
    """Return what can be seen of *text* from *low* to *high*, and where each quote's ends have come to stand in it."""
    edges = sorted({low, high, *(edge for item in inside for edge in (item.start, item.end))})
    at, cleaned, units = {low: 0}, [], 0
    for left, right in pairwise(edges):
        piece = lines(text[left:right])
        cleaned.append(piece)
        units += _units(piece)
        at[right] = units
    return "".join(cleaned), at


def _units(text: str) -> int:
    """Return how long *text* is to the browser."""
    return len(text.encode("utf-16-le")) // 2
