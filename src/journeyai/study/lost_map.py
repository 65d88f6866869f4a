"""A map whose file was deleted, or made something else, while the study was open: what is wrong, and what is set aside.

`MapHistory` still knows such a map as it last was, and can write it again.
"""

from pathlib import Path

from journeyai.errors import SettingsError
from journeyai.study.folder import read_map


class MapLostError(SettingsError):
    """The map's file is gone, or is no map any more; nothing was written, and the map as it last was is still known."""


def why_lost(path: Path) -> str | None:
    """Return what is wrong with the map's file: empty if it is gone, None if nothing is."""
    if not path.exists():
        return ""
    if not path.is_file():
        # To read from a pipe may never end.
        return f"`{path}` is no file."
    try:
        read_map(path)
    except SettingsError as error:
        return error.message
    return None


def set_aside(path: Path) -> Path:
    """Move a broken map out of the way, to `map.broken.json` or the next such name that is free.

    Returns:
        Where it is now; *path* itself if there was nothing.

    Raises:
        SettingsError: it cannot be moved.
    """
    if not path.exists():
        return path
    names = (f"{path.stem}.broken{number}{path.suffix}" for number in ("", *range(2, 1000)))
    aside = next(free for name in names if not (free := path.with_name(name)).exists())
    try:
        path.rename(aside)
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be moved: {error.strerror}.") from None
    return aside
