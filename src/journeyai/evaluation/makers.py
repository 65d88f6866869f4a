"""Who can draw the maps that are looked at.  To add one, write a function like these and add a line to `MAKERS`.

A maker need not be one of our engines: one prompt to a model that asks for the whole map is a maker, too.  Maps that
exist already (a person's, another program's) need none: lay them where a run keeps its maps and score them again
(`journeyai eval --rescore`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Final

from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.evaluation import baselines
from journeyai.model.journey import JourneyMap


@dataclass(frozen=True, slots=True)
class Made:
    """A map and what it cost.

    Attributes:
        journey: the map.
        tokens: sent to and received from a model.
        usd: paid for them, in US dollars.
    """

    journey: JourneyMap
    tokens: int = 0
    usd: float = 0.0


#: Draws the map of a study that has none yet.
Maker = Callable[[Study], Made]

#: Name → where its maker lives.
MAKERS: Final = {
    "local": "journeyai.evaluation.makers:local",
    "majority": "journeyai.evaluation.makers:majority",
    "prototypes": "journeyai.evaluation.makers:prototypes",
    "lexicon": "journeyai.evaluation.makers:lexicon",
}

#: Drawn besides with `--baselines`, in the order of the report: what needs no key.
BASELINES: Final = ("majority", "prototypes", "lexicon")


def load_maker(name: str) -> Maker:
    """Return the maker called *name*.

    Raises:
        SettingsError: there is none.
    """
    if name not in MAKERS:
        near = get_close_matches(name, MAKERS, 1)
        raise SettingsError(
            f"There is no engine `{name}` to look at.",
            f"Did you mean `{near[0]}`?"
            if near
            else f"There are: {', '.join(MAKERS)}. Maps of your own are scored with --rescore.",
        )
    module, _, function = MAKERS[name].partition(":")
    maker: Maker = getattr(import_module(module), function)
    return maker


def local(study: Study) -> Made:
    """Draw with the local engine."""
    return Made(study.draft(engine="local"))


def majority(study: Study) -> Made:
    """Draw with `baselines.MajorityEngine`."""
    return Made(study.draft(engine=baselines.majority))


def prototypes(study: Study) -> Made:
    """Draw with `baselines.PrototypeEngine`."""
    return Made(study.draft(engine=baselines.prototypes))


def lexicon(study: Study) -> Made:
    """Draw with `baselines.LexiconEngine`."""
    return Made(study.draft(engine=baselines.lexicon))
