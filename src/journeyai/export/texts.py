"""The texts behind a map's quotes, read anew from the raw files."""

from collections.abc import Callable
from functools import cache

from journeyai.errors import SourceError
from journeyai.model.journey import JourneyMap
from journeyai.model.source import SourceFile


def texts_behind(
    journey: JourneyMap, read: Callable[[str], SourceFile]
) -> Callable[[str, str | None], str | None]:
    """Return what gives the canonical text of a source's record.

    Each source is read when it is first asked for, and once.  One that is gone, cannot be read, or is not the file that
    the map was drawn from, has no texts.

    Args:
        journey: the map.
        read: reads one source.
    """
    hashes = {source.source: source.sha256 for source in journey.sources}

    @cache
    def texts(source: str) -> dict[str | None, str]:
        if source not in hashes:
            return {}
        try:
            file = read(source)
        except (SourceError, OSError, ValueError):
            # A map from elsewhere may name what is no file name here, such as one with a NUL.
            return {}
        if file.sha256 != hashes[source]:
            return {}
        return {document.record: document.text for document in file.documents}

    return lambda source, record: texts(source).get(record)
