"""The map as it is: the very text of `map.json`, contract and all."""

from journeyai.export.material import Material
from journeyai.model.journey import JourneyMap


class JsonExporter:
    """Writes `journeyai/map` JSON, UTF-8."""

    suffix = ".json"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the map's own JSON."""
        return journey.to_json().encode("utf-8")
