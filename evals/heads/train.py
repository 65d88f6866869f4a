"""Train the local engine's heads on exemplars and development corpora and write `knowledge/heads/heads.npz`.

Deterministic: multinomial logistic regression by L-BFGS from zero, a set number of steps.  `--crossval` prints, for
every corpus, figures of heads that never saw it nor the one it is paired with, and writes nothing.
"""

import argparse
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.heads.material import (
    AROUND_SCALE,
    CLASSES,
    EXEMPLAR,
    SIGN_SCALE,
    VECTOR_SCALE,
    Material,
    read_material,
    training_fingerprint,
)
from journeyai.engines.local.features import SIGN_WIDTH, SPARSE_WIDTH
from journeyai.engines.local.heads import HEADS, HeadName, softmax
from journeyai.engines.local.lanes import lane_priors
from journeyai.engines.local.surroundings import PLACE_WIDTH
from journeyai.retrieval.encoders import Encoder, make_encoder
from journeyai.settings import SearchSettings

OUT: Final = Path(__file__).resolve().parents[2] / "knowledge" / "heads" / "heads.npz"

#: What an utterance of a corpus weighs beside an exemplar.  Exemplars count by how rare their class is among them,
#: utterances alike, so that how often people say nothing is learnt, too.
CORPUS_WEIGHT: Final = 2.0
#: Inverse regularisation.
C: Final = 0.5
#: Steps of the fit; more change nothing out of fold.
STEPS: Final = 70

Logits = NDArray[np.float32]


class Fitted:
    """The weights of one head.

    Attributes:
        dense, sparse: features × classes.
        bias: classes.
    """

    def __init__(self, weights: NDArray[np.float32], dense: int) -> None:
        self.dense, self.sparse, self.bias = weights[:dense], weights[dense:-1], weights[-1]

    def logits(self, dense: NDArray[np.float32], sparse: Any) -> Logits:
        """Return rows × classes."""
        out: Logits = dense @ self.dense + sparse @ self.sparse + self.bias
        return out


def weights_of(head: HeadName, material: Material, learnt: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return what each row weighs when *head* learns from the rows *learnt*."""
    targets = material.targets[head]
    told = learnt & material.read & (targets >= 0)
    exemplars = told & (material.corpus == EXEMPLAR)
    counts = np.bincount(targets[exemplars], minlength=len(CLASSES[head]))
    out = np.zeros(len(targets), np.float32)
    out[exemplars] = exemplars.sum() / (np.count_nonzero(counts) * counts[targets[exemplars]])
    out[told & (material.corpus != EXEMPLAR)] = CORPUS_WEIGHT
    return out


def fit(head: HeadName, material: Material, learnt: NDArray[np.bool_]) -> Fitted:
    """Fit one head on the rows *learnt*.

    By hand: scikit-learn would take the dense columns, half of the work, as sparse ones, in double precision.
    """
    weight = weights_of(head, material, learnt)
    rows = weight > 0
    weight, dense, sparse = weight[rows, None], material.dense[rows], material.sparse[rows]
    turned, classes = sparse.T.tocsr(), len(CLASSES[head])
    goal = np.eye(classes, dtype=np.float32)[material.targets[head][rows]]
    total, width = float(weight.sum()), dense.shape[1]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        now = Fitted(flat.astype(np.float32).reshape(-1, classes), width)
        shares = softmax(now.logits(dense, sparse))
        miss = weight * (shares - goal)
        slope = np.vstack(
            [dense.T @ miss + now.dense / C, turned @ miss + now.sparse / C, miss.sum(axis=0, keepdims=True)]
        )
        told = -float((weight[:, 0] * np.log(shares[goal > 0] + 1e-12)).sum(dtype=np.float64))
        size = float((flat[:-classes] ** 2).sum())
        return (told + size / (2 * C)) / total, slope.ravel().astype(np.float64) / total

    start = np.zeros((width + SPARSE_WIDTH + 1) * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-9})
    return Fitted(found.x.astype(np.float32).reshape(-1, classes), width)


def train(encoder: Encoder) -> None:
    """Fit every head on everything and write the weights (half precision)."""
    material = read_material(encoder.encode)
    everything = np.ones(len(material.corpus), bool)
    heads = [fit(head, material, everything) for head in HEADS]
    dense = np.hstack([head.dense for head in heads])
    edges = np.cumsum([encoder.dimensions, encoder.dimensions, SIGN_WIDTH, PLACE_WIDTH])
    vector, around, sign, place, _ = np.split(dense, edges)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        OUT,
        encoder=encoder.id,
        learnt=training_fingerprint(),
        dense=(vector * VECTOR_SCALE).astype(np.float16),
        around=(around * AROUND_SCALE).astype(np.float16),
        sparse=np.hstack([head.sparse for head in heads]).astype(np.float16),
        signs=(sign * SIGN_SCALE).astype(np.float16),
        place=(place * SIGN_SCALE).astype(np.float16),
        bias=np.concatenate([head.bias for head in heads]),
        **cast("dict[str, Any]", {f"labels_{head}": np.array(CLASSES[head]) for head in HEADS}),
    )
    exemplars = material.corpus == EXEMPLAR
    print(
        f"{OUT.name}: {exemplars.sum()} exemplars, {(material.read & ~exemplars).sum()} utterances, "
        f"{OUT.stat().st_size / 1e6:.1f} MB"
    )


def folds(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the corpora *names* by twos: one of each language as far as there are, and the two samples together."""
    ordered = sorted(names)
    samples = [name for name in ordered if name.startswith("sample-")]
    english = [name for name in ordered if name.startswith("en-")]
    others = [name for name in ordered if name not in {*samples, *english}]
    pairs = [tuple(filter(None, pair)) for pair in zip_longest(english, others)]
    return [tuple(samples), *pairs] if samples else pairs


def out_of_fold(head: HeadName, material: Material) -> Logits:
    """Return each utterance's logits by a head that never saw its corpus."""
    out = np.zeros((len(material.corpus), len(CLASSES[head])), np.float32)
    for fold in folds(set(material.corpus) - {EXEMPLAR}):
        tested = np.isin(material.corpus, fold)
        fitted = fit(head, material, ~tested)
        out[tested] = fitted.logits(material.dense[tested], material.sparse[tested])
    return out


def lane_figures(logits: Logits, material: Material) -> dict[str, list[float]]:
    """Return for each corpus the F1 of pain points, delights and needs among all its customers' utterances."""
    lanes = CLASSES["lane"]
    chosen = (logits + lane_priors(lanes)).argmax(axis=1)
    chosen[~material.read] = lanes.index("none")
    known = material.targets["lane"]
    figures = {}
    for name in sorted(set(material.corpus) - {EXEMPLAR}):
        rows = material.corpus == name
        figures[name] = [
            2 * float(np.sum(rows & (chosen == n) & (known == n)))
            / max(1, int(np.sum(rows & (chosen == n)) + np.sum(rows & (known == n))))
            for n in map(lanes.index, ("pain_point", "delight", "need"))
        ]  # fmt: skip
    return figures


def crossval(encoder: Encoder) -> None:
    """Print out-of-fold figures of each corpus."""
    material = read_material(encoder.encode)
    labelled = material.targets["stage"] >= 0
    figures = lane_figures(out_of_fold("lane", material), material)
    print("F1             pain   delight need")
    for name, row in {**figures, "mean": list(np.mean(list(figures.values()), axis=0))}.items():
        print(f"{name:14}", "  ".join(f"{value:.3f}" for value in row))
    for head in HEADS[1:]:
        right = out_of_fold(head, material).argmax(axis=1) == material.targets[head]
        means = [right[labelled & (material.corpus == name)].mean() for name in figures]
        print(f"{head:14} {np.mean(means):.3f} right of the labelled passages")


def main() -> None:
    """Train, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--crossval", action="store_true", help="print out-of-fold figures instead of training"
    )
    arguments = parser.parse_args()
    (crossval if arguments.crossval else train)(make_encoder(SearchSettings()))


if __name__ == "__main__":
    main()
