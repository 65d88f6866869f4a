"""Renders the page: everything is in it before any script runs, so it can be read and printed without one.

The page allows itself nothing but its own script and style, named by their hashes: no network, no inline handler.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from operator import attrgetter
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from journeyai.export.html.facts import card_rows, entry_rows
from journeyai.export.html.island import island, quote_rows
from journeyai.export.html.view import View
from journeyai.export.material import Material
from journeyai.knowledge.talk import talk
from journeyai.model.journey import JourneyMap, Source

_PACKAGE: Final = "journeyai.export.html"
#: The parts of the page's script, in order.
_SCRIPT: Final = ("data", "filters", "comparing", "panel", "start")
#: What of a quote the page's quotes show; its stage, its lane and how it feels are those of cards.
_LOOKED_AT: Final = attrgetter(
    "id", "source", "record", "start", "end", "quote", "speaker", "role", "at", "emotion", "confidence"
)
#: Stages, and rows, that the style is ready for: a page allows itself no style that its hash does not name.
_MOST_TRACKS: Final = 60


@dataclass(frozen=True, slots=True)
class Live:
    """What a page needs to change the map it shows.

    Attributes:
        token: proves to the server that it is asked by the page it served.
        head: the last step of the map's history that the page shows.
    """

    token: str
    head: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What a map makes of the page; all else on it is the same for every map.

    Attributes:
        title: of the window.
        language: of the page's own words.
        main: the inside of `<main>`, HTML.
        data: what the script works with but for the quotes, JSON.
        quotes: the quotes with the words around them, JSON; nine tenths of a page.
        quotes_name: names *quotes*: under the same name stand the same ones.
    """

    title: str
    language: str
    main: str
    data: str
    quotes: str
    quotes_name: str


class Press:
    """Renders one map after another; quotes that are those of the map before are not rendered again."""

    def __init__(self) -> None:
        self._made_from: _QuotesOf | None = None
        self._quotes = self._quotes_name = ""

    def parts(self, journey: JourneyMap, material: Material) -> Parts:
        """Return what *journey* makes of the page.

        Args:
            journey: the map.
            material: its method and the words around its quotes.
        """
        view = View(journey, material)
        quotes = tuple(map(_LOOKED_AT, journey.evidence))
        made_from = _QuotesOf(quotes, journey.sources, view.words.language, material.text)
        if made_from != self._made_from:
            self._quotes = island(quote_rows(journey, material, view.words))
            self._quotes_name = sha256(self._quotes.encode("utf-8")).hexdigest()
            self._made_from = made_from
        language = view.words.language
        return Parts(view.title, language, _main(view), _data(view), self._quotes, self._quotes_name)


@dataclass(frozen=True, slots=True)
class _QuotesOf:
    """All that `quote_rows` looks at.  Most changes leave it as it is, and to see that takes a tenth of making it."""

    quotes: tuple[tuple[object, ...], ...]
    sources: tuple[Source, ...]
    language: str
    text: Callable[[str, str | None], str | None]


def render_page(journey: JourneyMap, material: Material) -> str:
    """Return the whole page of *journey*, to be handed on as a file."""
    return whole_page(Press().parts(journey, material))


def whole_page(parts: Parts, live: Live | None = None) -> str:
    """Return the page that consists of *parts*; with *live*, one that changes the map."""
    head, script, style = _file("head.js"), _script(), _style()
    # The live script is the server's; it stands beside the page's, so that one hash tells of both.
    scripts = [script, _file("live.js")] if live else [script]
    islands = {"data": parts.data, "quotes": parts.quotes}
    if live:
        islands["live"] = island({"token": live.token, "head": live.head, "quotes": parts.quotes_name})
    return (
        _environment()
        .get_template("page.html")
        .render(
            parts=parts,
            say=talk("page", parts.language).say,
            policy=policy([head, *scripts], style, live=live is not None),
            style=style,
            head=head,
            scripts=scripts,
            islands=islands,
        )
    )


def policy(scripts: list[str], style: str, *, live: bool) -> str:
    """Return the Content-Security-Policy of a page with *scripts* and *style*: these, and nothing else."""
    allowed = " ".join(_hash(text) for text in scripts)
    connect = "; connect-src 'self'" if live else ""
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}{connect}; "
        "base-uri 'none'; form-action 'none'"
    )


def _main(view: View) -> str:
    return (
        _environment()
        .get_template("main.html")
        .render(view=view, words=view.words, say=view.talk.say)
        .strip()
    )


def _data(view: View) -> str:
    phrases, columns = view.talk.phrases.items(), view.columns()
    return island(
        {
            "cards": card_rows(view),
            "entries": entry_rows(view),
            "words": {
                key.removeprefix("script_"): said for key, said in phrases if key.startswith("script_")
            },
            "language": view.words.language,
            "stages": [column.name for column in columns],
            "stageNames": {column.id: column.name for column in columns},
            "lanes": {lane: view.words.lane(lane, 1) for lane in view.reading.lanes},
            "curves": {one.id: [point and point.level for point in one.line.dots] for one in view.series},
        }
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


@cache
def _file(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    """Return the parts of the script as one, in a scope of its own."""
    parts = "\n".join(_file(f"script/{name}.js") for name in _SCRIPT)
    return f'(() => {{\n"use strict";\n\n{parts}}})();\n'


@cache
def _style() -> str:
    tracks = "".join(
        f".{name}-{n}{{--{name}:{n}}}" for name in ("cols", "rows") for n in range(1, _MOST_TRACKS + 1)
    )
    return _file("page.css") + tracks + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
