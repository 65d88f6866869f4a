"""The map as one web page: opens from disk, needs no network, prints; `page` renders it."""

from journeyai.export.html.page import render_page
from journeyai.export.material import Material
from journeyai.model.journey import JourneyMap

__all__ = ["HtmlExporter"]


class HtmlExporter:
    """Writes one self-contained HTML page, UTF-8."""

    suffix = ".html"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the page."""
        return render_page(journey, material).encode("utf-8")
