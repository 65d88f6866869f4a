"""Renders the page: everything is in it before any script runs, so it can be read and printed without one.

The page allows itself nothing but its own script and style, named by their hashes: no network, no inline handler.
"""

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from journeyai.export.html.facts import card_rows, entry_rows
from journeyai.export.html.island import island, quote_rows
from journeyai.export.html.view import View
from journeyai.export.material import Material
from journeyai.model.journey import JourneyMap

_PACKAGE: Final = "journeyai.export.html"
#: The parts of the page's script, in order.
_SCRIPT: Final = ("data", "filters", "comparing", "panel", "start")
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
    """What changes on the page when the map does.

    Attributes:
        main: the inside of `<main>`, HTML.
        data: what the script works with, JSON.
    """

    main: str
    data: str


def render_page(journey: JourneyMap, material: Material, live: Live | None = None) -> str:
    """Return the whole page.

    Args:
        journey: the map.
        material: its method and the words around its quotes.
        live: for a page that changes the map; None for a file to be handed on.
    """
    view = View(journey, material)
    head, script, style = _file("head.js"), _script(), _style()
    # The live script is the server's; it stands beside the page's, so that one hash tells of both.
    scripts = [script, _file("live.js")] if live else [script]
    told: dict[str, object] = {"live": {"token": live.token, "head": live.head}} if live else {}
    return (
        _environment()
        .get_template("page.html")
        .render(
            view=view,
            words=view.words,
            say=view.talk.say,
            policy=policy([head, *scripts], style, live=live is not None),
            style=style,
            head=head,
            scripts=scripts,
            main=_main(view),
            data=_data(view, material, told),
        )
    )


def render_parts(journey: JourneyMap, material: Material) -> Parts:
    """Return the parts of the page that a change to the map changes."""
    view = View(journey, material)
    return Parts(_main(view), _data(view, material, {}))


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


def _data(view: View, material: Material, more: dict[str, object]) -> str:
    journey, phrases = view.journey, view.talk.phrases.items()
    return island(
        {
            **quote_rows(journey, material, view.words),
            "cards": card_rows(view),
            "entries": entry_rows(view),
            "words": {
                key.removeprefix("script_"): said for key, said in phrases if key.startswith("script_")
            },
            "language": view.words.language,
            "stages": [column.name for column in view.columns()],
            "stageNames": {column.id: column.name for column in view.columns()},
            "lanes": {lane: view.words.lane(lane, 1) for lane in view.reading.lanes},
            "curves": {one.id: [point and point.level for point in one.line.dots] for one in view.series()},
            **more,
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
