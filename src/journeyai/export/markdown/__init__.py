"""The map as one Markdown page, as GitHub renders it: personas, curve, grid, cards with quotes, evidence.

Everything from outside is escaped, so that no source can add a heading, a link, an image, a mention or HTML.
"""

from journeyai.export.markdown.escaping import escaped
from journeyai.export.markdown.page import Page
from journeyai.export.material import Material
from journeyai.model.journey import JourneyMap

__all__ = ["MarkdownExporter", "escaped"]


class MarkdownExporter:
    """Writes one page of GitHub-flavoured Markdown, UTF-8."""

    suffix = ".md"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the page."""
        return (Page(journey, material.template).text().rstrip() + "\n").encode("utf-8")
