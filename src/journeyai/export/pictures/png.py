"""Turns a picture into pixels, with the letters that are shipped.

Letters that those fonts do not have (Chinese, Arabic, emoji) are taken from a font of the machine, where one has them;
else a box stands in their place.  Only then do two machines draw different pixels.
"""

from typing import Final

import resvg_py

from journeyai.export.pictures.drawing import Picture
from journeyai.export.pictures.lettering import NAME, font_files, lacks

#: Pixels for each unit of the drawing: 2,400 across at least, more than a projector has.
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
            skip_system_fonts=not lacks(picture.svg),
            font_files=fonts,
            font_family=NAME,
            sans_serif_family=NAME,
        )
