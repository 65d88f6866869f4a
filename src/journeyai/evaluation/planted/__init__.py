"""Planted corpora: sources of any size whose truth is known to the letter, because it was put there.

Every wording is written by hand (`evals/planted`); nothing is filled into patterns.  Dice choose who speaks, of what,
in which order and in which format.  A corpus is first a `Script`, which controls may change (take a theme out, let
an agent say it), and is then written: the same script gives the same bytes.
"""

from journeyai.evaluation.planted.files import PlantedCorpus, plant, write
from journeyai.evaluation.planted.material import Material, load_material
from journeyai.evaluation.planted.script import Script, compose

__all__ = ["Material", "PlantedCorpus", "Script", "compose", "load_material", "plant", "write"]
