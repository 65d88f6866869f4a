"""What the heads learn from: a changed label asks for a new training, a held-back corpus never does."""

import json
from pathlib import Path

import numpy as np
from evals.heads.material import CLASSES, EXEMPLAR, Material, training_fingerprint
from evals.heads.train import CORPUS_WEIGHT, fit, folds, weights_of
from scipy.sparse import csr_matrix

from journeyai.engines.local.features import SPARSE_WIDTH


def corpus(
    folder: Path, *, lane: str = "need", held_back: bool = False, file: str = "I want a lift."
) -> Path:
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "sources" / "a.md").write_text(file, encoding="utf-8")
    segment = {
        "source": "a.md", "record": None, "speaker": "P1", "role": "customer", "quote": "I want a lift.", "lane": lane,
        "stage": "use", "theme": None, "valence": 0, "emotion": "neutral", "channel": None,
    }  # fmt: skip
    gold = {"language": "en", "held_back": held_back, "segments": [segment]}
    (folder / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder.parent


def test_a_changed_label_or_file_changes_the_fingerprint(tmp_path: Path) -> None:
    first = training_fingerprint(corpus(tmp_path / "en-a"))
    assert training_fingerprint(corpus(tmp_path / "en-a")) == first
    assert training_fingerprint(corpus(tmp_path / "en-a", lane="delight")) != first
    assert training_fingerprint(corpus(tmp_path / "en-a", file="I want a lift. Now.")) != first


def test_a_held_back_corpus_leaves_the_fingerprint_alone(tmp_path: Path) -> None:
    first = training_fingerprint(corpus(tmp_path / "en-a"))
    assert training_fingerprint(corpus(tmp_path / "en-b", held_back=True)) == first
    assert training_fingerprint(corpus(tmp_path / "en-b")) != first


def test_corpora_are_left_out_by_twos_and_the_samples_together() -> None:
    names = ["es-b", "sample-es", "en-c", "en-a", "sample-en"]
    assert folds(names) == [("sample-en", "sample-es"), ("en-a", "es-b"), ("en-c",)]


def material() -> Material:
    """Return two exemplars of "need", one of "none", and three utterances, of which one is a fragment."""
    lanes = [CLASSES["lane"].index(lane) for lane in ("need", "need", "none", "none", "need", "none")]
    dense = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [1, 0]], np.float32)
    return Material(
        corpus=np.array([EXEMPLAR] * 3 + ["en-a"] * 3),
        read=np.array([True] * 5 + [False]),
        dense=dense,
        sparse=csr_matrix((6, SPARSE_WIDTH), dtype=np.float32),
        targets={"lane": np.array(lanes)},
    )


def test_exemplars_weigh_by_rarity_and_utterances_alike_and_fragments_nothing() -> None:
    weights = weights_of("lane", material(), np.ones(6, bool))
    assert weights.tolist() == [0.75, 0.75, 1.5, CORPUS_WEIGHT, CORPUS_WEIGHT, 0]
    left_out = weights_of("lane", material(), material().corpus == EXEMPLAR)
    assert left_out.tolist() == [0.75, 0.75, 1.5, 0, 0, 0]


def test_a_fitted_head_tells_its_classes_apart_and_is_the_same_each_time() -> None:
    some = material()
    first, second = (fit("lane", some, np.ones(6, bool)) for _ in range(2))
    chosen = first.logits(some.dense, some.sparse).argmax(axis=1)[:5]
    assert chosen.tolist() == some.targets["lane"][:5].tolist()
    assert (first.dense == second.dense).all()
