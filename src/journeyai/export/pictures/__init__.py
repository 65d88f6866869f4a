"""The emotion curve and the whole grid as pictures: SVG, and PNG drawn from it."""

from journeyai.export.material import Material
from journeyai.export.pictures.curve import draw_curve
from journeyai.export.pictures.grid import draw_grid
from journeyai.export.pictures.png import pixels
from journeyai.model.journey import JourneyMap


class CurveSvgExporter:
    """How each stage feels, for everyone and for each persona; shapes and text that can be edited."""

    suffix = ".svg"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the picture as UTF-8."""
        return draw_curve(journey).svg.encode("utf-8")


class CurvePngExporter:
    """The same as pixels."""

    suffix = ".png"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the picture as PNG."""
        return pixels(draw_curve(journey))


class GridSvgExporter:
    """The stages across and the method's elements down, as much as a slide holds; shapes and text to be edited."""

    suffix = ".svg"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the picture as UTF-8."""
        return draw_grid(journey, material.template).svg.encode("utf-8")


class GridPngExporter:
    """The same as pixels."""

    suffix = ".png"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the picture as PNG."""
        return pixels(draw_grid(journey, material.template))


class WallSvgExporter:
    """The same grid with every card on it, for a wall; shapes and text that can be edited."""

    suffix = ".svg"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the picture as UTF-8."""
        return draw_grid(journey, material.template, whole=True).svg.encode("utf-8")


class WallPngExporter:
    """The same as pixels."""

    suffix = ".png"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the picture as PNG."""
        return pixels(draw_grid(journey, material.template, whole=True))
