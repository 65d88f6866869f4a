"""Train the local engine's heads on all exemplars and write `knowledge/heads/heads.npz`.

Deterministic: logistic regression by L-BFGS from zero, classes balanced.  `--crossval` prints out-of-fold figures
(five folds by trade, so that a trade is never in training and test at once) and writes nothing.
"""

import argparse
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from evals.heads.exemplars import Exemplar, fingerprint, read_exemplars
from journeyai.engines.local.features import (
    LETTER_BUCKETS,
    SIGN_WIDTH,
    SPARSE_WIDTH,
    letters_and_words,
    signs,
)
from journeyai.engines.local.heads import HEADS, HeadName
from journeyai.retrieval.encoders import Encoder, make_encoder
from journeyai.settings import SearchSettings

OUT = Path(__file__).resolve().parents[2] / "knowledge" / "heads" / "heads.npz"

#: How loud each group of features is before the regularised fit; found by cross-validation (docs/decisions/0006).
DENSE_SCALE, SIGN_SCALE = 2.0, 0.5
#: Inverse regularisation per head, found the same way.
C: dict[HeadName, float] = {"lane": 4.0, "stage": 1.0, "valence": 2.0, "emotion": 1.0}
FOLDS = 5
SHORT_WORDS = 10


def labels_of(head: HeadName, exemplars: list[Exemplar]) -> tuple[list[str], NDArray[np.bool_]]:
    """Return the labels of *head* and which exemplars take part."""
    match head:
        case "lane":
            return [e.lane for e in exemplars], np.ones(len(exemplars), bool)
        case "stage":
            return [e.stage or "" for e in exemplars], np.array([e.stage is not None for e in exemplars])
        case "valence":
            return [str(e.valence) for e in exemplars], np.ones(len(exemplars), bool)
        case "emotion":
            return [e.emotion for e in exemplars], np.ones(len(exemplars), bool)


def matrix(exemplars: list[Exemplar], encoder: Encoder) -> Any:
    """Return the features of all exemplars as one sparse matrix: vector, letters and words, signs."""
    texts = [e.text for e in exemplars]
    sparse = letters_and_words(texts)
    return hstack(
        [
            csr_matrix(encoder.encode(texts) * DENSE_SCALE),
            csr_matrix((sparse.values, (sparse.rows, sparse.columns)), shape=(len(texts), SPARSE_WIDTH)),
            csr_matrix(signs(texts, [e.role for e in exemplars]) * SIGN_SCALE),
        ]
    ).tocsr()


def fit(head: HeadName, features: Any, labels: list[str]) -> LogisticRegression:
    """Fit one head."""
    return LogisticRegression(C=C[head], class_weight="balanced", max_iter=1000).fit(features, labels)


def train(exemplars: list[Exemplar], encoder: Encoder) -> None:
    """Fit every head on everything and write the weights (half precision)."""
    features = matrix(exemplars, encoder)
    weights, biases, classes = [], [], {}
    for head in HEADS:
        labels, mask = labels_of(head, exemplars)
        model = fit(head, features[mask], [label for label, kept in zip(labels, mask, strict=True) if kept])
        weights.append(model.coef_.T)
        biases.append(model.intercept_)
        classes[head] = [str(label) for label in model.classes_]
    stacked = np.hstack(weights)
    dense, sparse, sign = np.split(stacked, [encoder.dimensions, encoder.dimensions + SPARSE_WIDTH])
    assert sign.shape[0] == SIGN_WIDTH
    OUT.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        OUT,
        encoder=encoder.id,
        exemplars=fingerprint(exemplars),
        dense=(dense * DENSE_SCALE).astype(np.float16),
        sparse=sparse.astype(np.float16),
        signs=(sign * SIGN_SCALE).astype(np.float16),
        bias=np.concatenate(biases).astype(np.float32),
        **cast("dict[str, Any]", {f"labels_{head}": np.array(classes[head]) for head in HEADS}),
    )
    print(
        f"{OUT.name}: {len(exemplars)} exemplars, {LETTER_BUCKETS} letter buckets, {OUT.stat().st_size / 1e6:.1f} MB"
    )


def out_of_fold(head: HeadName, features: Any, exemplars: list[Exemplar]) -> NDArray[Any]:
    """Return the label predicted for each exemplar by a head that never saw its trade."""
    labels, mask = labels_of(head, exemplars)
    known = np.array(labels)
    trades = sorted({e.trade for e in exemplars})
    fold = np.array([trades.index(e.trade) % FOLDS for e in exemplars])
    predicted = np.full(len(exemplars), "", dtype=object)
    for number in range(FOLDS):
        learn, test = mask & (fold != number), mask & (fold == number)
        predicted[test] = fit(head, features[learn], list(known[learn])).predict(features[test])
    return predicted


def crossval(exemplars: list[Exemplar], encoder: Encoder) -> None:
    """Print out-of-fold figures for each head, and lanes by language and length."""
    features = matrix(exemplars, encoder)
    lanes = np.array([e.lane for e in exemplars])
    language = np.array([e.language for e in exemplars])
    short = np.array([len(e.text.split()) <= SHORT_WORDS for e in exemplars])
    for head in HEADS:
        labels, mask = labels_of(head, exemplars)
        known, predicted = (
            np.array(labels)[mask].astype(str),
            out_of_fold(head, features, exemplars)[mask].astype(str),
        )
        macro = f1_score(known, predicted, average="macro")
        print(f"{head:8} accuracy {np.mean(known == predicted):.3f}  macro-F1 {macro:.3f}")
        if head != "lane":
            continue
        for lane in ("pain_point", "delight", "need", "none"):
            row = [f"{lane:12} F1 {f1_score(lanes == lane, predicted == lane):.3f}"]
            for name, part in {
                "en": language == "en",
                "es": language == "es",
                "≤10 words": short,
                ">10": ~short,
            }.items():
                row.append(f"{name} {f1_score(lanes[part] == lane, predicted[part] == lane):.3f}")
            print("  ", "  ".join(row))


def main() -> None:
    """Train, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--crossval", action="store_true", help="print out-of-fold figures instead of training"
    )
    arguments = parser.parse_args()
    exemplars, encoder = read_exemplars(), make_encoder(SearchSettings())
    (crossval if arguments.crossval else train)(exemplars, encoder)


if __name__ == "__main__":
    main()
