"""What a user who knows the labels does to a draft, how the halves are put together, and what the figures count."""

from pathlib import Path

import pytest
from tests.evaluation.material import DOCUMENTS, GOLD, card, make_map, perfect_map, quote
from tests.evaluation.pool import write_pool

from journeyai.app import Study
from journeyai.evaluation.gold import read_documents
from journeyai.evaluation.matching import compare
from journeyai.evaluation.sheet import Sheet
from journeyai.evaluation.task import Drafted, Workplace
from journeyai.evaluation.tasks.learning import TASK, corrected, figures, halves, pieced
from journeyai.model.journey import JourneyMap

EVERY = ("desk.txt", "pool.txt", "cafe.txt")


def flawed_map() -> JourneyMap:
    """Return a map on which one quote is right, one in the wrong lane and stage, one nothing, and the rest missing."""
    return make_map(
        [
            quote("e1", "desk.txt", "The queue is endless.", "pain_point", "use", -1),
            quote("e2", "desk.txt", "I want evening hours.", "pain_point", "buy", -1),
            quote("e3", "cafe.txt", "Just passing by.", "delight", "find", 1),
            quote("e4", "pool.txt", "Queues again today.", "action", "find", 0),
        ],
        [
            card("c1", "pain_point", "use", 2, "e1", "e2"),
            card("c2", "delight", "find", 1, "e3"),
            card("c3", "action", "find", 1, "e4"),
        ],
    )


def sheet(journey: JourneyMap) -> Sheet:
    return Sheet(compare(journey, GOLD, DOCUMENTS), DOCUMENTS)


def done(journey: JourneyMap) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(card.status, card.lane, card.stage, card.evidence) for card in journey.cards]


def test_what_is_right_is_accepted_what_is_elsewhere_moved_and_the_rest_rejected() -> None:
    assert done(corrected(flawed_map(), GOLD, DOCUMENTS, EVERY)) == [
        # In the labelled stage; a lane that is labelled here and there alone is left to itself.
        ("accepted", "pain_point", "buy", ("e1",)),
        ("edited", "need", "buy", ("e2",)),
        ("rejected", "delight", "find", ("e3",)),
    ]


def test_only_the_files_that_were_gone_over_are_corrected() -> None:
    assert done(corrected(flawed_map(), GOLD, DOCUMENTS, ["cafe.txt"])) == [
        ("rejected", "delight", "find", ("e3",))
    ]
    assert done(corrected(flawed_map(), GOLD, DOCUMENTS, [])) == []


def test_every_file_is_corrected_once_and_measured_once() -> None:
    assert halves(DOCUMENTS) == (
        ({"cafe.txt", "pool.txt"}, {"desk.txt"}),
        ({"desk.txt"}, {"cafe.txt", "pool.txt"}),
    )


def test_of_each_draft_only_the_files_it_is_measured_in_count() -> None:
    whole = pieced([(perfect_map(), {"desk.txt"}), (flawed_map(), {"cafe.txt", "pool.txt"})])
    found = {(item.lane, item.evidence.quote) for item in compare(whole, GOLD, DOCUMENTS).found}
    assert found == {
        ("pain_point", "The queue is endless."),
        ("need", "I want evening hours."),
        ("delight", "The water is lovely."),
        ("delight", "Just passing by."),
        ("action", "Queues again today."),
    }


def test_figures_are_those_a_hand_computes() -> None:
    before, after = sheet(flawed_map()), sheet(perfect_map())
    told = {item.name: (item.value, item.n) for item in figures(before, after, seed=7)}
    # Pain points: one of two is right, of four that are labelled; nothing right of the others.
    assert told == {
        "learning.pain_point.before": (pytest.approx(2 * 1 / (2 + 4)), 6),
        "learning.pain_point.after": (1.0, 8),
        "learning.delight.before": (0.0, 3),
        "learning.delight.after": (1.0, 4),
        "learning.need.before": (0.0, 2),
        "learning.need.after": (1.0, 4),
        "learning.gain": (pytest.approx((2 / 3 + 1 + 1) / 3), 16),
        # The one passage that was found before stood in the wrong stage; of what is found after, seven have a theme.
        "learning.stage_gain": (1.0, 7),
    }


def test_no_change_is_no_gain_and_its_interval_says_so() -> None:
    same = sheet(flawed_map())
    assert [(item.name, item.value, item.low, item.high) for item in figures(same, same, seed=7)[-2:]] == [
        ("learning.gain", 0.0, 0.0, 0.0),
        ("learning.stage_gain", 0.0, 0.0, 0.0),
    ]


def work(tmp_path: Path, engine: str) -> Workplace:
    """Return a workplace whose draft of the pool is made by *engine*, and made only once."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def draft(sources: Path, language: str, *, name: str) -> Drafted:
        journey = Study.create(tmp_path / f"study-{name}", language=language, sources=sources).draft(
            engine="local"
        )
        by = journey.made_by.model_copy(update={"engine": engine})
        return Drafted(journey.model_copy(update={"made_by": by}), tuple(read_documents(sources)), 0.0)

    pool = write_pool(tmp_path / "en-pool")
    return Workplace(tmp_path, None, scratch, draft, 7, lambda text: None, (pool,))


def test_a_corpus_is_a_row(tmp_path: Path) -> None:
    (row,) = TASK.run(work(tmp_path, "local"))
    assert row.subject == "en-pool"
    assert [item.name for item in row.figures][-2:] == ["learning.gain", "learning.stage_gain"]
    assert row.notes[0].startswith("Corrected: ")


def test_other_engines_do_not_learn(tmp_path: Path) -> None:
    assert list(TASK.run(work(tmp_path, "lexicon"))) == []
