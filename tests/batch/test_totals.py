from pathlib import Path

import numpy as np
import pytest
from tests.batch.ledgers import told

from journeyai.batch import totals
from journeyai.batch.totals import count
from journeyai.model.batch import PainCount, WorstItem
from journeyai.model.summary import SaidQuote, Summary, SummaryError, SummaryPain
from journeyai.retrieval.encoders import UseEncoder


def summary(number: int, *pains: str, **values: object) -> Summary:
    quote = SaidQuote(quote="x", start=0, end=1, speaker=None)
    return Summary.model_validate(
        {
            "source": f"{number:03}.txt",
            "record": None,
            "sha256": "0",
            "language": "en",
            "pain_points": tuple(SummaryPain(title=title, evidence=(quote,)) for title in pains),
            **values,
        }
    )


def test_outcomes_feelings_languages_and_failures_are_counted(tmp_path: Path) -> None:
    failed = Summary(
        source="bad.txt",
        record="R1",
        sha256="0",
        language="und",
        error=SummaryError(fault="source", message="It is empty."),
    )
    items = [
        summary(1, outcome="resolved", valence_path=(-0.5, -1.5, 1.0), emotion_end="relief"),
        summary(2, outcome="resolved", valence_path=(0.0, 1.0)),
        failed,
        summary(3, language="es", valence_path=(-2.0,), emotion_end="anger"),
        summary(4, valence_path=(-1.5,), emotion_end="sadness"),
    ]
    with told(tmp_path, items) as (ledger, result):
        found = count(ledger, result, None)
    assert found.items == 4
    assert found.outcomes == {"resolved": 2, "unresolved": 0, "partly": 0, "unknown": 2}
    assert found.languages == {"en": 3, "es": 1}
    assert found.worst == (
        WorstItem("003.txt", None, "anger", -2.0),
        WorstItem("001.txt", None, "relief", -1.5),
        WorstItem("004.txt", None, "sadness", -1.5),
    )
    assert [(one.source, one.record, one.message) for one in found.failures] == [
        ("bad.txt", "R1", "It is empty.")
    ]
    assert (found.failed, found.seconds, found.tokens) == (1, 12.0, None)


def test_a_pain_in_other_words_and_another_language_counts_as_the_same_and_once_an_item(
    tmp_path: Path,
) -> None:
    items = [
        summary(1, "I lost my debit card", "The refund took three weeks"),
        summary(2, "I just lost my debit card today", "I lost my card, the debit card"),
        summary(3, "My debit card is lost"),
        summary(4, "The courier was rude"),
        summary(5),
    ]
    with told(tmp_path, items) as (ledger, result):
        found = count(ledger, result, UseEncoder().encode).pains
    assert found[0] == PainCount(found[0].title, 3, 4)
    assert "debit card" in found[0].title
    assert sorted((one.title, one.items) for one in found[1:]) == [
        ("The courier was rude", 1),
        ("The refund took three weeks", 1),
    ]


def test_of_too_many_items_some_are_drawn_by_lot_always_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "MOST_COMPARED", 20)
    items = [summary(number, "Waits for days" if number % 2 else f"Pain {number}") for number in range(200)]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with told(tmp_path / "a", items) as (ledger, result):
        first = count(ledger, result, None).pains
    with told(tmp_path / "b", items[::-1]) as (ledger, result):
        again = count(ledger, result, None).pains
    assert first == again
    assert first[0].title == "Waits for days"
    assert first[0].looked_at == 20
    assert 4 <= first[0].items <= 16


def test_nothing_at_all_is_no_error(tmp_path: Path) -> None:
    with told(tmp_path, []) as (ledger, result):
        found = count(ledger, result, lambda texts: np.zeros((len(texts), 512), np.float32))
    assert (found.items, found.pains, found.worst, found.failures) == (0, (), (), ())
