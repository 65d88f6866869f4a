"""Fit the weights of `drafting/likeness.py` on labelled corpora that the reader has not learnt from.

    python -m evals.likeness en-letting es-reparto --reading thorough

Pairs of points of one lane: is it one labelled theme, or not?  A logistic regression on the four likenesses, one corpus
left out in turn; printed are its weights and the average precision on the corpus left out.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from journeyai.drafting import likeness
from journeyai.drafting.frame import make_frame
from journeyai.drafting.grounding import Point
from journeyai.drafting.pipeline import observe
from journeyai.engines.local.engine import LocalEngine
from journeyai.evaluation.gold import SCORED_LANES, load, locate, read_documents, sources_folder
from journeyai.knowledge.templates import load_template
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings

ROOT = Path(__file__).resolve().parent
NAMES = ("around", "words", "stage", "context")

Pairs = tuple[NDArray[Any], NDArray[Any]]


def labelled_points(name: str, vectors: VectorSource, reading: Any) -> tuple[list[Point], list[str | None]]:
    """Return what the engine observes in a corpus and is labelled so, with the theme of each."""
    folder = ROOT / "data" / name
    gold = load(folder)
    if gold.held_back:
        raise SystemExit(f"{name} is held back: nothing may be chosen on it.")
    documents = read_documents(sources_folder(folder))
    frame = make_frame(load_template("cx-lifecycle"), gold.language, [], documents)
    found = observe(documents, frame, LocalEngine(vectors, reading), lambda done, total: None).points
    passages = locate(gold, documents)
    points: list[Point] = []
    themes: list[str | None] = []
    for point in found:
        if point.lane not in SCORED_LANES:
            continue
        for passage in passages:
            shared = min(point.end, passage.end) - max(point.start, passage.start)
            shorter = min(point.end - point.start, passage.end - passage.start)
            same = (passage.document, passage.segment.lane) == (point.document.key, point.lane)
            if same and 2 * shared >= shorter:
                points.append(point)
                themes.append(passage.segment.theme)
                break
    return points, themes


def pairs(points: list[Point], themes: list[str | None], vectors: VectorSource) -> Pairs:
    """Return the likenesses of all pairs of one lane (pairs × 4), and whether they are of one theme."""
    blocks = [likeness.around(points, vectors), likeness.word_rows(points)]
    blocks.append(np.array([point.observation.stages for point in points], np.float32))
    read = [point.observation.vector for point in points if point.observation.vector is not None]
    if len(read) == len(points):
        rows = np.stack(read)
        blocks.append(likeness.unit(rows - rows.mean(axis=0)))
    lanes = np.array([point.lane for point in points])
    first, second = np.triu_indices(len(points), 1)
    kept = lanes[first] == lanes[second]
    first, second = first[kept], second[kept]
    features = np.stack([(block[first] * block[second]).sum(axis=1) for block in blocks], axis=1)
    labels = np.array(
        [themes[a] is not None and themes[a] == themes[b] for a, b in zip(first, second, strict=True)]
    )
    return features, labels


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+", help="at least two folders of evals/data")
    parser.add_argument("--reading", choices=("thorough", "quick"), default="thorough")
    chosen = parser.parse_args()
    encoder = make_encoder(SearchSettings())

    def vectors(texts: Any) -> Vectors:
        return encoder.encode(texts)

    data = {name: pairs(*labelled_points(name, vectors, chosen.reading), vectors) for name in chosen.corpora}
    for left_out, (features, labels) in data.items():
        others = [pair for name, pair in data.items() if name != left_out]
        model = LogisticRegression(max_iter=500).fit(
            np.concatenate([pair[0] for pair in others]), np.concatenate([pair[1] for pair in others])
        )
        alone = [average_precision_score(labels, column) for column in features.T]
        together = average_precision_score(labels, model.decision_function(features))
        told = "  ".join(
            f"{name} {weight:.1f} (alone {score:.2f})"
            for name, weight, score in zip(NAMES, model.coef_[0], alone, strict=False)
        )
        print(
            f"{left_out:14} {labels.mean():.3f} of pairs; all {together:.2f}; weights of the others: {told}"
        )


if __name__ == "__main__":
    main()
