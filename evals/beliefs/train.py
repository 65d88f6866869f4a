"""Learn what each trait of a belief and a card weighs: `python -m evals.beliefs.train` writes `knowledge/matters.yaml`.

Deterministic: logistic regression by L-BFGS from zero.  Only the sets of `evals/beliefs/sets` are learnt from, held
against the labelled themes of their corpora; nothing that is held back is opened.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from evals.beliefs.figures import Labels, Likeness, compared, likely, total
from evals.beliefs.sets import OTHER, UNCOUNTED, Held, names, on_map, on_themes
from evals.vectors import shipped_vectors
from journeyai.model.aliases import VectorSource
from journeyai.model.journey import JourneyMap
from journeyai.operations.matters import FELT, Compared
from journeyai.operations.weighing import FILE, TRAITS, Weighing

OUT: Final = Path(__file__).resolve().parents[2] / "knowledge" / FILE

#: Inverse regularisation, over traits of unit spread.
C: Final = 1.0
#: A workshop may bring forth few beliefs: sets are learnt whole, in lists of about so many, and without stages.
SHORT: Final = 8
#: What is said is to be right so often, on sets that were not learnt from; and what only may be.
SURE_PRECISION: Final = 0.8
PERHAPS_PRECISION: Final = 0.6

_HEAD: Final = """\
# What each trait of a belief and a card weighs when it is judged whether both are of one matter, and from which
# likelihood on it is said that they are (surely) or that they may be (perhaps).  Learnt, never edited by hand:
# `python -m evals.beliefs.train` writes it.
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A list of beliefs, compared with the cards of one map.

    Attributes:
        name: of the corpus.
        kind: all beliefs of a set; all, their stages unknown; or a short list of them.
        compared: the traits.
        labels: beliefs × cards.
    """

    name: str
    kind: Literal["whole", "no_stages", "short"]
    compared: Compared
    labels: Labels


def lessons(held: Held, vectors: VectorSource) -> list[Lesson]:
    """Return the lists that a set is learnt in: whole, without stages, and parted in short ones."""
    everything = list(range(len(held.beliefs)))
    step = max(1, round(len(everything) / SHORT))
    labels = held.labels()
    return [
        Lesson(held.name, "whole", compared(held, everything, vectors), labels),
        Lesson(held.name, "no_stages", compared(held, everything, vectors, stages=False), labels),
        *(
            Lesson(held.name, "short", compared(held, everything[at::step], vectors), labels[at::step])
            for at in range(step)
        ),
    ]


def learn(material: Sequence[Lesson]) -> Weighing:
    """Return the weights learnt from *material*; its thresholds are left at 1."""
    counted = [one.compared.comparable & (one.labels != UNCOUNTED) for one in material]
    return _fit(
        np.concatenate([one.compared.traits[rows] for one, rows in zip(material, counted, strict=True)]),
        np.concatenate([one.labels[rows] > OTHER for one, rows in zip(material, counted, strict=True)]),
    )


def crossed(
    material: Sequence[Lesson], others: Sequence[Lesson], kind: str = "whole"
) -> list[tuple[Likeness, Labels]]:
    """Return likelihoods and labels of each of *others* by weights that never saw a belief of its corpus.

    Args:
        material: what is learnt from.
        others: what is measured: the same, or the same beliefs held against drafted maps.
        kind: which of *others* are.
    """
    weighings = {
        name: learn([one for one in material if one.name != name])
        for name in dict.fromkeys(one.name for one in others)
    }
    return [(likely(one.compared, weighings[one.name]), one.labels) for one in others if one.kind == kind]


def threshold_of(parts: Sequence[tuple[Likeness, Labels]], precision: float) -> float:
    """Return the least likelihood from which on what is found is right with *precision*."""
    grid = [round(0.01 * step, 2) for step in range(5, 100)]
    good = (
        value
        for value in grid
        if all(total(parts, at).precision >= precision for at in (value, value + 0.01))
    )
    return next(good, 1.0)


def drafted(folder: Path) -> list[Held]:
    """Return the sets of which `journeyai eval maps --out FOLDER` drafted the corpora, on those maps."""
    found = []
    for name in names():
        path = folder / "local" / f"{name}.json"
        if path.is_file():
            journey = JourneyMap.model_validate_json(path.read_bytes())
            found.append(on_map(name, journey, FELT.__contains__))
    return found


def main() -> None:
    """Learn from all sets, choose thresholds by cross-validation, write."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    vectors = shipped_vectors()
    material = [lesson for name in names() for lesson in lessons(on_themes(name), vectors)]
    parts = crossed(material, material) + crossed(material, material, "short")
    weighing = learn(material)
    surely, perhaps = (threshold_of(parts, value) for value in (SURE_PRECISION, PERHAPS_PRECISION))
    lines = [f"  {name}: {weight:.3f}" for name, weight in zip(TRAITS, weighing.weights, strict=True)]
    text = "\n".join(
        [
            f"surely: {surely:.2f}",
            f"perhaps: {perhaps:.2f}",
            f"bias: {weighing.bias:.3f}",
            "weights:",
            *lines,
            "",
        ]
    )
    OUT.write_text(_HEAD + text, encoding="utf-8")


def _fit(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> Weighing:
    from scipy.optimize import minimize

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    signs = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (scaled @ weights)
        free = np.append(weights[:-1], 0.0)
        slope = -(signs / (1 + np.exp(margins))) @ scaled + free / C
        return float(np.logaddexp(0, -margins).sum() + (free @ free) / (2 * C)), slope

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / spread
    return Weighing(tuple(float(w) for w in weights), float(found[-1] - weights @ mean), 1.0, 1.0)


if __name__ == "__main__":
    main()
