"""What every picture of a map has: its map's words, a head with the map's title, and a foot on how it came about."""

from collections.abc import Iterable
from typing import ClassVar

from journeyai.export.pictures import look
from journeyai.export.pictures.drawing import Drawing, clean, named
from journeyai.export.pictures.lettering import wrapped
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import JourneyMap


class Sheet:
    """A picture being drawn from its head to its foot; each part returns how far down it ends."""

    #: Of the letters of the title, of what stands under it and of the foot.
    sizes: ClassVar[tuple[float, float, float]]
    #: Free above the title.
    top: ClassVar[float]

    def __init__(self, journey: JourneyMap) -> None:
        self.journey = journey
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.say = talk("pictures", journey.language)
        self.drawing = Drawing()
        self.points = self.reading.curve()
        self.width: float = look.WIDTH

    @property
    def title(self) -> str:
        """Of the map; never empty."""
        return named(self.journey.title) or self.words.phrase("untitled")

    @property
    def room(self) -> float:
        """Between the margins."""
        return self.width - 2 * look.MARGIN

    def head(self, told: Iterable[str], lines: int) -> float:
        """Write the title, and under it what is *told*, each in so many *lines* at most."""
        size, small, _ = self.sizes
        y = self.top + 30
        title = wrapped(self.title, self.room, size, 2, bold=True)
        y += self.drawing.text(look.MARGIN, y, title, size, font_weight="bold", fill=look.INK)
        for text in filter(None, map(clean, told)):
            shown = wrapped(text, self.room, small, lines)
            y += self.drawing.text(look.MARGIN, y, shown, small, fill=look.SOFT)
        return y

    def foot(self, y: float, told: Iterable[str]) -> float:
        """Write what is *told* of how the map came about, its first letters standing on *y*."""
        size = self.sizes[2]
        lines = wrapped(" · ".join(filter(None, map(clean, told))), self.room, size, 2)
        return y + self.drawing.text(look.MARGIN, y, lines, size, fill=look.SOFT)

    def rule(self, y: float) -> None:
        """Draw a line across the picture."""
        self.drawing.line((look.MARGIN, y), (self.width - look.MARGIN, y), stroke=look.LINE)
