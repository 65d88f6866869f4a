"""Makes the README's pictures of the sample study: `make pictures`.

The page as a browser shows it, in light and dark, with a card opened; and what the terminal shows, as rich draws it.
"""

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from journeyai.app import Study
from journeyai.export import export
from journeyai.rendering.journey import render_map
from tests.browser.conftest import chromium_arguments, find_chromium
from tests.repository import ROOT

PICTURES: Final = ROOT / "docs" / "pictures"
_SAMPLE: Final = ROOT / "knowledge" / "samples" / "en" / "sources"
_TITLE: Final = "Tarnbrook Cycles: living with a rented e-bike"
_GOAL: Final = "Find where riders lose trust between sign-up and the first winter."
#: A window as on a laptop, in CSS pixels.
_WINDOW: Final = {"width": 1440, "height": 900}
#: Columns and lines of the terminal's picture.
_COLUMNS: Final = 118
_LINES: Final = 62
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
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
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
        study = Study.create(
            Path(folder) / "study", title=_TITLE, goal=_GOAL, language="en", sources=_SAMPLE
        )
        journey = study.draft()
        page = Path(folder) / "map.html"
        page.write_bytes(export(journey, "html", study.material(journey)))
        _photograph(page)
        terminal = Console(
            record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
        )
        terminal.print(render_map(journey))
        lines = terminal.export_text(styles=True, clear=False).splitlines()[:_LINES]
        _draw(lines)


def _photograph(page: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*chromium_arguments()])
        for scheme in ("light", "dark"):
            opened = browser.new_page(viewport=_WINDOW, color_scheme=scheme, device_scale_factor=1.5)
            opened.goto(page.as_uri())
            opened.screenshot(path=PICTURES / f"page-{scheme}.png")
            if scheme == "light":
                _open_a_card(opened)
                opened.screenshot(path=PICTURES / "page-card.png")
            opened.close()
        browser.close()


def _open_a_card(page: Page) -> None:
    """Open the first pain point that people contradict, else the first one."""
    page.evaluate("window.journeyai.open(document.querySelector('.card[data-card]').dataset.card)")
    page.wait_for_timeout(400)


def _draw(lines: list[str]) -> None:
    from rich.text import Text

    console = Console(
        record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for line in lines:
        console.print(Text.from_ansi(line), no_wrap=True, overflow="crop")
    svg = console.export_svg(title="journeyai show", code_format=_SVG, unique_id="terminal")
    (PICTURES / "terminal.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
