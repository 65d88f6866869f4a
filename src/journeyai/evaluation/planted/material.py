"""What is written by hand for planted corpora, one file a language (`evals/planted`)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from journeyai.errors import ResourceError


@dataclass(frozen=True, slots=True)
class Prompted:
    """How others bring a theme up."""

    interviewer: str
    agent: str


@dataclass(frozen=True, slots=True)
class Told:
    """A persona's situation in mouths that must not found it.

    Attributes:
        agent: as an agent tells of other customers.
        others: as a customer tells of somebody else.
        rival: as somebody tells it of themselves, who buys from another company.
    """

    agent: tuple[str, ...]
    others: tuple[str, ...]
    rival: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Character:
    """A persona to plant: what its people say of themselves, and the themes they care for."""

    id: str
    name: str
    situation: tuple[str, ...]
    prefers: tuple[str, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class Motif:
    """A theme to plant, with its labels and the different wordings of different people."""

    id: str
    lane: str
    label: str
    stage: str
    severity: int | None
    valence: int
    emotion: str
    channel: str | None
    prompted: Prompted
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """A made-up company's customers."""

    id: str
    about: str
    personas: tuple[Character, ...]
    themes: tuple[Motif, ...]

    def theme(self, id_: str) -> Motif:
        """Return the theme called *id_*."""
        return next(theme for theme in self.themes if theme.id == id_)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything written by hand in one language."""

    language: str
    interviewer: str
    agents: tuple[str, ...]
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    names: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    filler: tuple[str, ...]
    trades: tuple[Trade, ...]


@cache
def load_material(folder: Path, language: str) -> Material:
    """Read what is written by hand in *language*.

    Raises:
        ResourceError: the file is missing or does not hold what it must.
    """
    import yaml

    path = folder / f"{language}.yaml"
    try:
        return TypeAdapter(Material).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ResourceError(
            f"The material for planted corpora `{path.name}` cannot be used: {str(error).splitlines()[0]}.",
            "Take the folder `evals/planted` as it ships with JourneyAI.",
        ) from None
