"""The YAML files in `knowledge/`, as they are written there."""

from typing import Any

from journeyai.errors import ResourceError
from journeyai.resources import folder


def read_taxonomy(name: str) -> dict[str, Any]:
    """Return what `knowledge/taxonomy/NAME.yaml` says.

    Raises:
        ResourceError: it is missing or cannot be read.
    """
    return read_yaml(f"taxonomy/{name}.yaml")


def read_yaml(path: str) -> dict[str, Any]:
    """Return what the file *path* of `knowledge/` says.

    Raises:
        ResourceError: it is missing or cannot be read.
    """
    import yaml

    try:
        text = folder("knowledge").joinpath(path).read_text(encoding="utf-8")
        table: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, yaml.YAMLError) as error:
        raise ResourceError(
            f"`knowledge/{path}` cannot be read: {error}.", "Install JourneyAI again."
        ) from None
    return table
