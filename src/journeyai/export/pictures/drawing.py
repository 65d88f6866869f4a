"""A picture as SVG: a few shapes and text as text, and nothing that runs, links or loads anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from journeyai.export.geometry import Place, figure
from journeyai.export.pictures.lettering import FAMILY, LEADING
from journeyai.export.plain import cut, visible

#: Not characters at all, and not allowed in XML.
_NO_CHARACTERS: Final = str.maketrans("", "", "\ufffe\uffff")
#: No text in a picture is longer, nor what is read out of it or shown beside the pointer.
_MOST_CHARS: Final = 20_000


def clean(text: str) -> str:
    """Return *text* as a picture may hold it: one line, visible, allowed in XML."""
    return visible(text[:_MOST_CHARS]).translate(_NO_CHARACTERS)


def named(text: str) -> str:
    """Return *text* as the name or the title of something, no longer than such a thing is."""
    return cut(clean(text))


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture.

    Attributes:
        svg: the whole file.
        width: in units, pixels where it is shown as it is.
        height: in units.
    """

    svg: str
    width: float
    height: float


class Drawing:
    """Shapes in the order in which they are drawn, later ones over earlier ones."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, **look: object) -> None:
        """Draw a rectangle; *look* holds attributes of SVG, `_` for `-`."""
        box = f'x="{figure(x)}" y="{figure(y)}" width="{figure(width)}" height="{figure(height)}"'
        self._parts.append(f"<rect {box}{_attributes(look)}/>")

    def path(self, path: str, **look: object) -> None:
        """Draw a path."""
        self._parts.append(f'<path d="{path}"{_attributes(look)}/>')

    def line(self, start: Place, end: Place, **look: object) -> None:
        """Draw a straight line."""
        self.path(f"M{_pair(start)}L{_pair(end)}", **look)

    def shape(self, corners: Sequence[Place], **look: object) -> None:
        """Draw the shape with these *corners*."""
        self.path("M" + "L".join(map(_pair, corners)) + "Z", **look)

    def text(self, x: float, y: float, lines: Sequence[str] | str, size: float, **look: object) -> float:
        """Write *lines*, the first one's letters standing on *y*.

        Returns:
            How high they are, a line's leading each.
        """
        lines = [lines] if isinstance(lines, str) else lines
        if lines:
            spans = "".join(
                f'<tspan x="{figure(x)}" y="{figure(y + number * size * LEADING)}">{escape(clean(line))}</tspan>'
                for number, line in enumerate(lines)
            )
            self._parts.append(f'<text font-size="{figure(size)}"{_attributes(look)}>{spans}</text>')
        return len(lines) * size * LEADING

    def begin(self, about: str = "") -> None:
        """Begin a group; *about* is shown beside the pointer."""
        self._parts.append(f"<g>{_title(about)}" if about else "<g>")

    def end(self) -> None:
        """End the group."""
        self._parts.append("</g>")

    def picture(
        self, name: str, width: float, height: float, title: str, about: str, language: str
    ) -> Picture:
        """Return the whole picture.

        Args:
            name: of the picture among those of a page.
            width: in pixels.
            height: in pixels.
            title: its name for screen readers.
            about: what it shows, for screen readers.
            language: of its words.
        """
        box = f"{figure(width)} {figure(height)}"
        across, down = box.split()
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box}" width="{across}" height="{down}"'
            f' role="img" aria-labelledby="{name}-title {name}-about" xml:lang={quoteattr(clean(language))}'
            f' font-family="{FAMILY}">'
        )
        told = (
            f'<title id="{name}-title">{escape(clean(title))}</title>'
            f'<desc id="{name}-about">{escape(clean(about))}</desc>'
        )
        ground = f'<rect width="{across}" height="{down}" fill="#ffffff"/>'
        body = "\n".join(self._parts)
        svg = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{told}\n{ground}\n{body}\n</svg>\n'
        return Picture(svg, width, height)


def _attributes(look: dict[str, object]) -> str:
    written = (
        (name.rstrip("_").replace("_", "-"), value) for name, value in look.items() if value is not None
    )
    return "".join(
        f" {name}={quoteattr(figure(value) if isinstance(value, float) else str(value))}"
        for name, value in written
    )


def _title(about: str) -> str:
    return f"<title>{escape(clean(about))}</title>"


def _pair(place: Place) -> str:
    return f"{figure(place[0])} {figure(place[1])}"
