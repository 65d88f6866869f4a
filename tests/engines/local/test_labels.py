from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from evals.vectors import shipped_vectors
from tests.drafting.material import Said, document

from journeyai.engines.local.candidates import Candidate, candidates
from journeyai.engines.local.heads import load_heads
from journeyai.engines.local.labels import Labeller, Labels, QuickLabeller, ThoroughLabeller
from journeyai.engines.local.lanes import AGENT_LANES
from journeyai.engines.local.reader.reader import load_reader
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import EMOTIONS, LANES


def quick() -> Labeller:
    return QuickLabeller(load_heads(), shipped_vectors())


def thorough() -> Labeller:
    return ThoroughLabeller(replace(load_reader(), known=OrderedDict()))


CALL = document(
    "call.txt",
    Said(
        "Ivo", ["I am so sorry, this is terrible, you lost a week.", "I send it again today."], role="agent"
    ),
    Said("P1", ["I lost a whole week and nobody told me.", "Ok.", "But you were lovely, thank you so much."]),
    Said("P1", ["2"], measure=Measure("csat", 2, 1, 5)),
    Said("Ivo", ["I hate our new system, it crashes every hour."], role="agent"),
    kind="call",
)
NOTE = document(
    "note.md",
    Said("Mo", ["She gave up at the fee and closed the tab, furious."], role="researcher"),
    Said("Mo", ["Seguro que se ahorra mucho tiempo con esto."], role="researcher"),
    kind="note",
)
STUDY = [document("empty.md"), CALL, document("x.md", Said("Mo", ["So?"], role="researcher")), NOTE]


@pytest.fixture(params=[quick, thorough], ids=["quick", "thorough"], scope="module")
def labeller(request: pytest.FixtureRequest) -> Labeller:
    made: Labeller = request.param()
    return made


def passages_of(documents: list[Document]) -> list[Candidate]:
    return [item for one in documents for item in candidates(one)]


def label(labeller: Labeller, documents: list[Document]) -> Labels:
    return labeller.label(documents, passages_of(documents))


def row(labels: Labels, index: int) -> np.ndarray:
    return np.concatenate(
        [
            labels.lane[index],
            labels.lifecycle[index],
            labels.emotion[index],
            labels.valence[index : index + 1],
        ]
    )


def test_there_is_a_label_of_every_kind_for_every_passage_on_its_scale(labeller: Labeller) -> None:
    labels, count = label(labeller, STUDY), len(passages_of(STUDY))
    assert count == 7
    assert labels.lane.shape == (count, len(labels.lanes))
    assert labels.lifecycle.shape == (count, 7)
    assert labels.emotion.shape == (count, len(labels.emotions))
    assert labels.valence.shape == (count,)
    for shares in (labels.lane, labels.lifecycle, labels.emotion):
        assert shares.sum(axis=1) == pytest.approx(np.ones(count), abs=1e-4)
        assert (shares >= 0).all()
    assert np.abs(labels.valence).max() <= 2
    assert set(labels.lanes) <= {*LANES, "none"}
    assert set(labels.emotions) == set(EMOTIONS)


def test_staff_never_get_a_pain_a_delight_or_a_need(labeller: Labeller) -> None:
    labels = label(labeller, STUDY)
    staff = [n for n, item in enumerate(passages_of(STUDY)) if item.turn.role == "agent"]
    barred = [n for n, lane in enumerate(labels.lanes) if lane not in AGENT_LANES]
    assert len(staff) == 3
    assert {labels.lanes[n] for n in barred} >= {"pain_point", "delight", "need", "expectation", "motivation"}
    assert not labels.lane[np.ix_(staff, barred)].any()
    customers = [n for n in range(len(labels.lane)) if n not in staff]
    assert (labels.lane[np.ix_(customers, barred)] > 0).all()


@pytest.mark.parametrize("make", [quick, thorough])
def test_the_same_passages_get_the_same_labels_twice(make: Callable[[], Labeller]) -> None:
    first, second = label(make(), STUDY), label(make(), STUDY)
    for field in fields(Labels):
        assert np.array_equal(getattr(first, field.name), getattr(second, field.name))


@pytest.mark.parametrize("make", [quick, thorough])
def test_a_passages_labels_do_not_depend_on_the_other_documents(make: Callable[[], Labeller]) -> None:
    alone = label(make(), [CALL])
    others = [document(f"{n}.md", Said("P", ["The parcel came late again, twice."] * n)) for n in range(1, 9)]
    study = [*others[:4], CALL, *others[4:]]
    together = label(make(), study)
    start = len(passages_of(others[:4]))
    for index in range(len(passages_of([CALL]))):
        assert row(together, start + index) == pytest.approx(row(alone, index), abs=1e-3)


def test_the_two_ways_say_complaint_and_praise_where_a_person_would(labeller: Labeller) -> None:
    labels = label(labeller, [CALL])
    said = [item.utterance.text for item in passages_of([CALL])]
    complaint = said.index("I lost a whole week and nobody told me.")
    assert labels.lanes[int(labels.lane[complaint].argmax())] == "pain_point"
    praise = said.index("But you were lovely, thank you so much.")
    assert labels.valence[complaint] < min(0, labels.valence[praise])


def test_only_what_is_read_in_its_context_has_vectors_for_it() -> None:
    assert label(quick(), STUDY).vectors is None
    vectors = label(thorough(), STUDY).vectors
    assert vectors is not None
    assert vectors.shape == (7, 384)


def test_two_documents_of_one_file_are_told_apart() -> None:
    rows = [
        document("r.csv", Said("R", [text]), record=record, kind="review")
        for record, text in (("1", "The refund never came back."), ("2", "It was easy and quick, I love it."))
    ]
    labels = label(thorough(), rows)
    assert labels.valence[0] < 0 < labels.valence[1]
