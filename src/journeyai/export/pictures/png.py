"""Turns a picture into pixels, with the letters that are shipped and no others."""

from typing import Final

import resvg_py

from journeyai.export.pictures.drawing import Picture
from journeyai.export.pictures.lettering import NAME, font_files

#: Pixels for each unit of the drawing: 2,400 across, more than a projector has.
_ZOOM: Final = 1.5
#: No side has more pixels than programs that show slides take.
_MOST_PIXELS: Final = 12_000


def pixels(picture: Picture) -> bytes:
    """Return *picture* as PNG."""
    zoom = min(_ZOOM, _MOST_PIXELS / max(picture.width, picture.height))
    with font_files() as fonts:
        return resvg_py.svg_to_bytes(
            svg_string=picture.svg,
            width=round(picture.width * zoom),
            height=round(picture.height * zoom),
            skip_system_fonts=True,
            font_files=fonts,
            font_family=NAME,
            sans_serif_family=NAME,
        )
