"""Where the folders kept at the top of the repository are found, in a wheel and in a checkout alike."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from journeyai.errors import ResourceError

Folder = Literal["prompts", "knowledge", "evals"]


def folder(name: Folder) -> Traversable:
    """Return the shipped folder *name*.

    Raises:
        ResourceError: the installation is incomplete.
    """
    packaged = files("journeyai").joinpath("_data", name)
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[2] / name
    if checkout.is_dir():
        return checkout
    raise ResourceError(
        f"The folder `{name}` that ships with JourneyAI is missing from this installation.",
        "Install JourneyAI again.",
    )
