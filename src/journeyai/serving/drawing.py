"""What the windows show of the map: drawn once a state for all of them, and while others look at it or change it."""

import threading
from functools import cache
from typing import Final

from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.export.html.page import Parts, Press
from journeyai.export.material import BARE, Material
from journeyai.export.texts import texts_behind
from journeyai.model.journey import JourneyMap
from journeyai.model.source import SourceFile
from journeyai.study.indexing import unchanged_sources


class Drawing:
    """Draws the page of a study's map, one state at a time."""

    def __init__(self, study: Study, journey: JourneyMap) -> None:
        """Make ready to draw maps of *study*.

        Args:
            study: whose method and files stand behind its maps.
            journey: the first map that will be drawn.

        Raises:
            SettingsError: the study's own method is broken.
        """
        self._study: Final = study
        self._lock: Final = threading.Lock()
        self._press: Final = Press()
        self._last: tuple[JourneyMap, Parts] | None = None
        # Whoever serves a study whose method is broken learns it now.
        self._material = _key(journey), _material(study, journey)

    def parts(self, journey: JourneyMap) -> Parts:
        """Return the page's parts of *journey*; windows that ask for the same map wait for the first of them."""
        with self._lock:
            if self._last is None or self._last[0] is not journey:
                self._last = journey, self._press.parts(journey, self._material_of(journey))
            return self._last[1]

    def _material_of(self, journey: JourneyMap) -> Material:
        """Return what stands behind *journey*; the files are read once, and again when it is drawn from others."""
        key = _key(journey)
        if self._material[0] != key:
            try:
                self._material = key, _material(self._study, journey)
            except SettingsError:
                # Broken while we serve: the map is shown by itself, and the next start says what is wrong.
                self._material = key, BARE
        return self._material[1]


def _key(journey: JourneyMap) -> object:
    return journey.template, tuple(source.sha256 for source in journey.sources)


def _material(study: Study, journey: JourneyMap) -> Material:
    """Return what `study.material` does; of sources that are as they were indexed, the texts are in the index.

    Raises:
        SettingsError: the study's own file of its method is broken.
    """

    @cache
    def indexed() -> dict[str, SourceFile]:
        return unchanged_sources(study.folder)

    def read(source: str) -> SourceFile:
        return indexed().get(source) or study.read(source)

    return Material(study.template_of(journey), texts_behind(journey, read))
