"""JourneyAI drafts customer journey maps in which every claim is proved from the user's own files."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeyai.app import Study
    from journeyai.model.journey import JourneyMap

__version__ = "0.1.0"
__all__ = ["JourneyMap", "Study", "__version__"]

_HOMES = {"Study": "journeyai.app", "JourneyMap": "journeyai.model.journey"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `journeyai --help` loads nothing it does not need."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
