"""What the reader is trained on; torch is not needed for any of it."""

import ast
import json
from pathlib import Path

import pytest
from evals.heads.exemplars import Exemplar
from evals.reader.dealing import Material
from evals.reader.material import (
    EMOTIONS,
    LANES,
    STAGES,
    THREE,
    development_corpora,
    exemplar_document,
    exemplar_label,
    read_corpora,
    read_corpus,
)
from tests.engines.local.reader.test_windows import words
from tests.repository import ROOT

from journeyai.model.vocabulary import EMOTIONS as ALL_EMOTIONS
from journeyai.model.vocabulary import LIFECYCLE

HELD_BACK = {"en-clinic", "es-tramites"}


def test_the_names_of_the_columns_are_the_products_own() -> None:
    assert set(STAGES) == set(LIFECYCLE)
    assert set(EMOTIONS) == set(ALL_EMOTIONS)
    assert THREE == ("pain_point", "delight", "need")


def test_what_is_held_back_is_no_development_corpus() -> None:
    free = set(development_corpora())
    assert free.isdisjoint(HELD_BACK)
    assert free >= {"en-saas", "es-viajes", "sample-en", "sample-es"}


@pytest.mark.parametrize("name", sorted(HELD_BACK))
def test_a_corpus_that_is_held_back_is_refused_by_name(name: str) -> None:
    with pytest.raises(
        SystemExit, match=f"The corpus `{name}` is held back for measuring; these can be trained on: "
    ):
        read_corpora(names=["en-saas", name])


def test_a_corpus_that_is_not_there_is_said() -> None:
    with pytest.raises(SystemExit, match="The corpus `en-moon` is not there"):
        read_corpora(names=["en-moon"])


def test_nothing_that_trains_reads_a_corpus_past_that_refusal() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for part in ("reader", "heads")
        for path in (ROOT / "evals" / part).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.alias)
        and "read_corpus" in {getattr(node, "id", None), getattr(node, "name", None)}
    }
    assert readers == {"evals/reader/material.py"}


def small_corpus(data: Path, *, held_back: bool = False) -> Path:
    """Write a corpus of one interview and two reviews."""
    folder = data / "tiny"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "int.md").write_text(
        "**Moderator:** How was the refund?\n\n"
        "**P1:** The refund took six weeks. I live near the sea. The driver was kind.\n",
        encoding="utf-8",
    )
    (folder / "sources" / "reviews.csv").write_text(
        "id,stars,text\nR1,1,My refund never came at all.\nR2,5,The driver carried it upstairs for me.\n",
        encoding="utf-8",
    )
    segment = {"source": "int.md", "record": None, "lane": "pain_point", "stage": "support", "valence": -1}
    segments = [
        segment | {"quote": "The refund took six weeks.", "theme": "refund", "emotion": "frustration"},
        segment
        | {"quote": "The driver was kind.", "lane": "delight", "stage": "onboarding", "valence": 1}
        | {"theme": None, "emotion": "satisfaction"},
        segment
        | {"source": "reviews.csv", "record": "R1", "quote": "My refund never came at all.", "valence": -2}
        | {"theme": "refund", "emotion": "anger"},
    ]
    gold = {"language": "en", "held_back": held_back, "segments": segments}
    (folder / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder


def test_each_utterance_gets_its_passages_label(tmp_path: Path) -> None:
    corpus = read_corpus(small_corpus(tmp_path))
    told = {
        corpus.documents[place].utterances[number].text: label
        for (place, number), label in corpus.labels.items()
    }
    assert {text: (label.lane, label.stage, label.valence, label.theme) for text, label in told.items()} == {
        "The refund took six weeks.": (
            LANES.index("pain_point"),
            STAGES.index("support"),
            -1.0,
            "tiny:refund",
        ),
        "I live near the sea.": (-1, -1, None, None),
        "The driver was kind.": (LANES.index("delight"), STAGES.index("onboarding"), 1.0, None),
        "My refund never came at all.": (
            LANES.index("pain_point"),
            STAGES.index("support"),
            -2.0,
            "tiny:refund",
        ),
        "The driver carried it upstairs for me.": (-1, -1, None, None),
    }


def test_a_held_back_folder_is_passed_over_wherever_it_lies(tmp_path: Path) -> None:
    small_corpus(tmp_path, held_back=True)
    assert development_corpora(tmp_path) == []
    assert read_corpora(tmp_path) == []


def exemplar(text: str, **changed: str) -> Exemplar:
    told = {"role": "customer", "trade": "bank", "language": "en", **changed}
    return Exemplar(text=text, lane="need", stage=None, valence=0, emotion="neutral", channel=None, **told)  # type: ignore[arg-type]


def test_exemplars_make_a_document_in_which_each_stands_where_it_says() -> None:
    item = exemplar_document([exemplar("I want a card."), exemplar("¿Y el límite?")], 1)
    assert item.kind == "interview"
    assert [u.text for u in item.utterances] == ["I want a card.", "¿Y el límite?"]
    for utterance in item.utterances:
        assert item.text[utterance.start : utterance.end] == utterance.text
        assert item.turn_of(utterance).role == "customer"
    label = exemplar_label(exemplar("x"))
    assert (label.lane, label.stage, label.valence, label.theme) == (LANES.index("need"), -1, 0.0, None)


def test_an_epoch_deals_every_exemplar_and_every_window_once_and_by_its_seed_alone(tmp_path: Path) -> None:
    import numpy as np

    corpus = read_corpus(small_corpus(tmp_path))
    exemplars = [exemplar(f"I want card {n}.", trade=trade) for n in range(7) for trade in ("bank", "gym")]
    material = Material(exemplars, [corpus], words)
    epoch = material.epoch(np.random.default_rng(1))
    dealt = [item for item in epoch if item not in material.corpus_items]
    assert epoch[: len(material.corpus_items)] == material.corpus_items
    assert sum(len(item.window.spans) for item in dealt) == len(exemplars)
    assert material.epoch(np.random.default_rng(1)) == epoch
    assert material.epoch(np.random.default_rng(2)) != epoch


def test_a_step_of_contrast_is_of_themes_told_more_than_once(tmp_path: Path) -> None:
    import numpy as np

    material = Material([], [read_corpus(small_corpus(tmp_path))], words)
    items, names = next(material.contrasts(np.random.default_rng(0)))
    assert names == ["tiny:refund"] * 2
    assert [len(item.window.spans) for item in items] == [1, 1]
