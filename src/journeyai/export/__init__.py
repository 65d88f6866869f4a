"""Hands a map on: as data, pages, tables, pictures, documents and for other tools; and reads it as people do.

A new format is a module with a class that has the members of `Exporter`, and a line in `EXPORTERS`.  What people read
off a map is in `reading` and `elements`, the same for the terminal and for every format.
"""

from difflib import get_close_matches
from importlib import import_module
from typing import Final, Protocol, cast

from journeyai.errors import SettingsError
from journeyai.export.material import BARE, Material
from journeyai.model.journey import JourneyMap

__all__ = ["BARE", "EXPORTERS", "Exporter", "Material", "export", "exporter"]


class Exporter(Protocol):
    """Writes a map in one format."""

    suffix: str
    """Of the file, with the dot."""

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the whole file; the same map and material give the same bytes."""
        ...


#: Format → where its exporter lives.  Nothing is imported until it is chosen.
EXPORTERS: Final = {
    "json": "journeyai.export.json:JsonExporter",
    "md": "journeyai.export.markdown:MarkdownExporter",
    "html": "journeyai.export.html:HtmlExporter",
    "csv": "journeyai.export.tables:CardsExporter",
    "quotes-csv": "journeyai.export.tables:QuotesExporter",
    "mermaid": "journeyai.export.mermaid:MermaidExporter",
    "curve-svg": "journeyai.export.pictures:CurveSvgExporter",
    "curve-png": "journeyai.export.pictures:CurvePngExporter",
    "grid-svg": "journeyai.export.pictures:GridSvgExporter",
    "grid-png": "journeyai.export.pictures:GridPngExporter",
    "wall-svg": "journeyai.export.pictures:WallSvgExporter",
    "wall-png": "journeyai.export.pictures:WallPngExporter",
    "docx": "journeyai.export.office.report:ReportExporter",
    "pptx": "journeyai.export.office.slides:SlidesExporter",
    "xlsx": "journeyai.export.office.workbook:WorkbookExporter",
    "cjml": "journeyai.export.interchange.cjml:CjmlExporter",
    "theydo": "journeyai.export.interchange.theydo:TheyDoExporter",
    "theydo-opportunities": "journeyai.export.interchange.theydo:TheyDoOpportunitiesExporter",
    "lucid": "journeyai.export.interchange.lucid:LucidExporter",
    "qdpx": "journeyai.export.interchange.qda:QdaExporter",
}

#: Other names people use for a format.
_ALIASES: Final = {
    "markdown": "md",
    "htm": "html",
    "page": "html",
    "web": "html",
    "mmd": "mermaid",
    "svg": "grid-svg",
    "png": "grid-png",
    "word": "docx",
    "powerpoint": "pptx",
    "excel": "xlsx",
    "refi-qda": "qdpx",
}


def exporter(format: str) -> Exporter:
    """Return the exporter for *format*.

    Raises:
        SettingsError: there is none; the message names those there are.
    """
    name = format.strip().lower().removeprefix(".")
    name = _ALIASES.get(name, name)
    if name not in EXPORTERS:
        close = get_close_matches(name, EXPORTERS, n=1)
        nearest = f" Did you mean `{close[0]}`?" if close else ""
        raise SettingsError(
            f"A map cannot be exported as `{format}`.{nearest}", f"Formats: {', '.join(sorted(EXPORTERS))}."
        )
    module, _, class_name = EXPORTERS[name].partition(":")
    return cast("Exporter", getattr(import_module(module), class_name)())


def export(journey: JourneyMap, format: str, material: Material = BARE) -> bytes:
    """Return *journey* as a file in *format*, one of `EXPORTERS`.

    Raises:
        SettingsError: there is no such format.
    """
    return exporter(format).write(journey, material)
