"""Hands a map on: as JSON, as one Markdown page; and reads it as people do (`reading`, `plot`, `plain`).

A new format is a module with a class that has the members of `Exporter`, a line in `EXPORTERS`, and a golden
file of its own.
"""

from difflib import get_close_matches
from importlib import import_module
from typing import Final, Protocol, cast

from journeyai.errors import SettingsError
from journeyai.model.journey import JourneyMap

__all__ = ["EXPORTERS", "Exporter", "export", "exporter"]


class Exporter(Protocol):
    """Writes a map in one format."""

    suffix: str
    """Of the file, with the dot."""

    def write(self, journey: JourneyMap) -> bytes:
        """Return the whole file; the same map gives the same bytes."""
        ...


#: Format → where its exporter lives.  Nothing is imported until it is chosen.
EXPORTERS: Final = {
    "json": "journeyai.export.json:JsonExporter",
    "md": "journeyai.export.markdown:MarkdownExporter",
}

#: Other names people use for a format.
_ALIASES: Final = {"markdown": "md"}


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


def export(journey: JourneyMap, format: str) -> bytes:
    """Return *journey* as a file in *format* (`json`, `md`).

    Raises:
        SettingsError: there is no such format.
    """
    return exporter(format).write(journey)
