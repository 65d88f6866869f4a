"""Makes the README's pictures of the sample study: `make pictures`.

The page as a browser shows it, in light and dark, with a card opened; and what the terminal shows, as rich draws it.
"""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import ViewportSize, sync_playwright
from rich.console import Console
from rich.text import Text
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.repository import ROOT

from journeyai.app import Study
from journeyai.export import export
from journeyai.export.reading import Reading
from journeyai.knowledge.words import words
from journeyai.rendering.journey import render_map

PICTURES: Final = ROOT / "docs" / "pictures"
_SAMPLE: Final = ROOT / "knowledge" / "samples" / "en" / "sources"
_TITLE: Final = "Tarnbrook Cycles: living with a rented e-bike"
_GOAL: Final = "Find where riders lose trust between sign-up and the first winter."
#: A window as on a laptop, in CSS pixels.
_WINDOW: Final[ViewportSize] = {"width": 1440, "height": 900}
#: Columns of the terminal's picture.
_COLUMNS: Final = 118
#: The picture of a terminal without anything fetched from elsewhere.
_SVG: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Draft the sample, show it, and keep the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        study = Study.create(Path(folder) / "study", title=_TITLE, goal=_GOAL, language="en", sources=_SAMPLE)
        journey = study.draft()
        page = Path(folder) / "map.html"
        page.write_bytes(export(journey, "html", study.material(journey)))
        _photograph(page, Reading(journey).heaviest_pains(1)[0].id)
        terminal = Console(
            record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
        )
        terminal.print(render_map(journey, study.template_of(journey)))
        _draw(_telling(terminal.export_text(styles=True).splitlines(), journey.language))


def _photograph(page: Path, card: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*ARGUMENTS])
        for scheme in ("light", "dark"):
            opened = browser.new_page(viewport=_WINDOW, color_scheme=scheme, device_scale_factor=1.5)
            opened.goto(page.as_uri())
            opened.screenshot(path=PICTURES / f"page-{scheme}.png")
            if scheme == "light":
                opened.evaluate("card => window.journeyai.open(card)", card)
                opened.wait_for_timeout(400)
                opened.screenshot(path=PICTURES / "page-card.png")
            opened.close()
        browser.close()


def _telling(lines: list[str], language: str) -> list[str]:
    """Return the map's heading, its curve and its grid; personas and stages are what the page shows."""
    fixed = words(language)
    starts = [fixed.phrase(name) for name in ("personas", "curve", "stages")]
    personas, curve, stages = (
        next(number for number, line in enumerate(lines) if f"{start} ━" in Text.from_ansi(line).plain)
        for start in starts
    )
    return [*lines[:personas], *lines[curve : stages - 1]]


def _draw(lines: list[str]) -> None:
    console = Console(
        record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for line in lines:
        console.print(Text.from_ansi(line), no_wrap=True, overflow="crop")
    svg = console.export_svg(title="journeyai show", code_format=_SVG, unique_id="terminal")
    (PICTURES / "terminal.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
