import json
import re
from collections.abc import Callable
from dataclasses import replace
from math import log, sqrt
from pathlib import Path

import pytest
from tests.drafting.material import Said, document
from tests.evaluation.material import (
    DOCUMENTS,
    GOLD,
    card,
    make_map,
    perfect_map,
    persona,
    quote,
    segment,
    with_segments,
)

from journeyai.errors import SourceError
from journeyai.evaluation import scoring
from journeyai.evaluation.scoring import Scores, own_words, score
from journeyai.model.journey import JourneyMap


def values(scores: Scores) -> dict[str, float | None]:
    return {figure.name: figure.value for figure in scores.figures}


def told(journey: JourneyMap, *names: str) -> list[float | None]:
    scores = score(journey, GOLD, DOCUMENTS, resamples=0)
    return [scores[name].value for name in names]


def test_a_map_that_says_what_the_labels_say_is_perfect() -> None:
    scores = score(perfect_map(), GOLD, DOCUMENTS, resamples=20)
    assert values(scores) == {
        "quotes.exact": 1, "quotes.attributed": 1,
        "evidence.pain_point.precision": 1, "evidence.pain_point.recall": 1, "evidence.pain_point.f1": 1,
        "evidence.delight.precision": 1, "evidence.delight.recall": 1, "evidence.delight.f1": 1,
        "evidence.need.precision": 1, "evidence.need.recall": 1, "evidence.need.f1": 1,
        "themes.recall": 1, "themes.purity": 1, "themes.homogeneity": 1, "themes.completeness": 1,
        "themes.v_measure": 1, "themes.cards_per_theme": 1, "themes.cards_per_gold_theme": pytest.approx(4 / 3),
        "stages.by_name": 1, "stages.by_theme": 1, "stages.by_match": 1, "stages.order": 1,
        "valence.sign": 1, "valence.sign_where_felt": 1, "valence.mae": 0, "valence.curve": pytest.approx(1),
        "emotions.macro_f1": 1, "emotions.accuracy": 1,
        "personas.v_measure": 1, "personas.placed": 1,
        "people.error": 0, "people.exact": 1, "cards.unsupported": 0,
        "coverage.passages": 1, "coverage.utterances": pytest.approx(8 / 9),
    }  # fmt: skip
    assert {figure.name: figure.n for figure in scores.figures} == {
        "quotes.exact": 8, "quotes.attributed": 8,
        "evidence.pain_point.precision": 4, "evidence.pain_point.recall": 4, "evidence.pain_point.f1": 8,
        "evidence.delight.precision": 2, "evidence.delight.recall": 2, "evidence.delight.f1": 4,
        "evidence.need.precision": 2, "evidence.need.recall": 2, "evidence.need.f1": 4,
        "themes.recall": 3, "themes.purity": 7, "themes.homogeneity": 7, "themes.completeness": 7,
        "themes.v_measure": 7, "themes.cards_per_theme": 3, "themes.cards_per_gold_theme": 3,
        "stages.by_name": 8, "stages.by_theme": 7, "stages.by_match": 8, "stages.order": 3,
        "valence.sign": 8, "valence.sign_where_felt": 6, "valence.mae": 8, "valence.curve": 3,
        "emotions.macro_f1": 8, "emotions.accuracy": 8,
        "personas.v_measure": 3, "personas.placed": 3,
        "people.error": 3, "people.exact": 3, "cards.unsupported": 4,
        "coverage.passages": 8, "coverage.utterances": 9,
    }  # fmt: skip


def flawed_map() -> JourneyMap:
    """Return a map with one queue missed, one taken for a need, a card made up, and its stages and moods off."""
    evidence = [
        quote("e1", "desk.txt", "The queue is endless.", "pain_point", "use", -1.5),
        quote("e2", "pool.txt", "Queues again today.", "pain_point", "buy", 0.6, "anger"),
        quote("e3", "cafe.txt", "Another long queue.", "need", "use", 0.0),
        quote("e4", "cafe.txt", "Just passing by.", "pain_point", "find", -0.4),
        quote("e5", "desk.txt", "I want evening hours.", "need", "use", -0.4, "neutral"),
    ]
    cards = [
        card("c1", "pain_point", "use", 1, "e1"),
        card("c2", "pain_point", "buy", 5, "e2"),
        card("c3", "pain_point", "find", 1, "e4"),
        card("c4", "need", "use", 2, "e3", "e5"),
        card("c5", "delight", "use", 0).model_copy(update={"assumption": True}),
    ]
    people = [persona("p1", ("desk.txt", "Ann"), ("cafe.txt", "Cleo (customer)"), ("cafe.txt", "Dora"))]
    return make_map(evidence, cards, people)


def test_a_flawed_map_by_hand() -> None:
    found = values(score(flawed_map(), GOLD, DOCUMENTS, resamples=0))
    # Three pairs: two queues, on a card each, and one wish for evening hours on a third card:
    # H(card | theme) is log 2 for two of three, H(card) is log 3.
    split = 1 - 2 / 3 * log(2) / log(3)
    assert found == {
        "quotes.exact": 1, "quotes.attributed": 1,
        "evidence.pain_point.precision": pytest.approx(2 / 3), "evidence.pain_point.recall": 0.5,
        "evidence.pain_point.f1": pytest.approx(4 / 7),
        "evidence.delight.precision": None, "evidence.delight.recall": 0, "evidence.delight.f1": 0,
        "evidence.need.precision": 0.5, "evidence.need.recall": 0.5, "evidence.need.f1": 0.5,
        # queue lies on c1 and c2, hours on c4: no card has two passages of one theme.
        "themes.recall": 0, "themes.purity": 1, "themes.homogeneity": 1,
        "themes.completeness": pytest.approx(split),
        "themes.v_measure": pytest.approx(2 * split / (1 + split)),
        "themes.cards_per_theme": 1.5, "themes.cards_per_gold_theme": pytest.approx(4 / 3),
        # e1 stands at use, not buy; the queue's vote is a tie, and buy comes before use.
        "stages.by_name": pytest.approx(2 / 3), "stages.by_theme": 1, "stages.by_match": pytest.approx(2 / 3),
        "stages.order": 1,  # buy's passages stand at 2.5 on average, use's at 3
        "valence.sign": pytest.approx(2 / 3), "valence.sign_where_felt": 0.5,
        "valence.mae": pytest.approx((0.5 + 1.6 + 0.4) / 3),
        # gold: find −1, buy −4/3, use 0.75; map: find −0.4, buy 0.6, use −1.9/3.
        # Deviations −17/36, −29/36, 46/36 and −23/90, 67/90, −44/90: −3576 / √(3246 · 6954)
        "valence.curve": pytest.approx(-3576 / sqrt(3246 * 6954)),
        # frustration 2·1/(2+1), neutral 1
        "emotions.macro_f1": pytest.approx((2 / 3 + 1) / 2), "emotions.accuracy": pytest.approx(2 / 3),
        "personas.v_measure": 0, "personas.placed": pytest.approx(2 / 3),
        # queue has three speakers: c1 says 1, c2 says 5; hours has two, c4 says 2.
        "people.error": pytest.approx(4 / 3), "people.exact": pytest.approx(1 / 3),
        "cards.unsupported": 0.25, "coverage.passages": 0.5, "coverage.utterances": pytest.approx(5 / 9),
    }  # fmt: skip


def test_a_map_of_nothing_has_no_figures_that_nothing_speaks_for() -> None:
    found = values(score(make_map([], []), GOLD, DOCUMENTS, resamples=20))
    assert {name: value for name, value in found.items() if value is not None} == {
        "evidence.pain_point.recall": 0, "evidence.pain_point.f1": 0, "evidence.delight.recall": 0,
        "evidence.delight.f1": 0, "evidence.need.recall": 0, "evidence.need.f1": 0, "themes.recall": 0,
        "themes.cards_per_gold_theme": 0, "personas.placed": 0, "coverage.passages": 0, "coverage.utterances": 0,
    }  # fmt: skip


def test_labels_without_anything_labelled_have_no_figures() -> None:
    nothing = replace(GOLD, segments=(), themes=(), personas=())
    found = values(score(perfect_map(), nothing, DOCUMENTS, resamples=20))
    assert {name: value for name, value in found.items() if value is not None} == {
        "quotes.exact": 1, "evidence.pain_point.precision": 0, "evidence.pain_point.f1": 0,
        "evidence.delight.precision": 0, "evidence.delight.f1": 0, "evidence.need.precision": 0,
        "evidence.need.f1": 0, "cards.unsupported": 1, "coverage.utterances": pytest.approx(8 / 9),
    }  # fmt: skip


def test_labels_that_do_not_fit_the_files_are_an_error() -> None:
    with pytest.raises(SourceError, match=r"`cafe\.txt`.*there is no such document"):
        score(perfect_map(), GOLD, DOCUMENTS[:2])


def test_a_quote_that_nobody_said_is_counted_even_of_a_file_that_is_not_there() -> None:
    journey = perfect_map()
    first, second, *rest = journey.evidence
    forged = first.model_copy(update={"quote": "The queue is a delight"})
    elsewhere = second.model_copy(update={"source": "gone.txt"})
    wrong = journey.model_copy(update={"evidence": (forged, elsewhere, *rest)})
    assert told(wrong, "quotes.exact", "evidence.pain_point.recall") == [0.75, 0.75]


def test_words_in_the_wrong_mouth_are_told() -> None:
    journey = perfect_map()
    first, second, *rest = journey.evidence
    wrong = (
        first.model_copy(update={"speaker": "Bob"}),
        second.model_copy(update={"role": "researcher"}),
        *rest,
    )
    assert told(journey.model_copy(update={"evidence": wrong}), "quotes.attributed") == [0.75]


def test_what_a_researchers_note_reports_is_the_participants() -> None:
    note = document("note.txt", Said(None, ["P4 gave up at the till."], role="researcher"), kind="note")
    gold = with_segments(segment("note.txt", "P4", "P4 gave up at the till.", "pain_point"))
    found = quote("e1", "note.txt", "P4 gave up at the till.", "pain_point", "use", -1, documents=[note])
    journey = make_map([found], [card("c1", "pain_point", "use", 1, "e1")])
    scores = score(journey, gold, [note, *DOCUMENTS], resamples=0)
    assert (scores["quotes.attributed"].value, scores["evidence.pain_point.f1"].value) == (1, 1)


def test_the_users_own_stages_are_matched_as_well_as_can_be() -> None:
    names = {"find": "Looking", "buy": "At the till", "use": "In the water"}
    perfect = perfect_map()
    evidence = [item.model_copy(update={"stage": f"own-{item.stage}"}) for item in perfect.evidence]
    journey = make_map(evidence, perfect.cards, perfect.personas, [f"own-{name}" for name in names])
    assert told(
        journey, "stages.by_name", "stages.by_theme", "stages.by_match", "stages.order", "valence.curve"
    ) == [0, 0, 1, 1, pytest.approx(1)]


def test_a_stage_of_the_same_name_is_the_same_stage() -> None:
    perfect = perfect_map()
    stages = tuple(stage.model_copy(update={"id": f"s{stage.order}", "name": stage.name.upper()})
                   for stage in perfect.stages)  # fmt: skip
    renamed = {old.id: new.id for old, new in zip(perfect.stages, stages, strict=True)}
    evidence = tuple(item.model_copy(update={"stage": renamed[item.stage]}) for item in perfect.evidence)
    journey = perfect.model_copy(update={"stages": stages, "evidence": evidence})
    assert told(journey, "stages.by_name", "stages.by_theme") == [1, 1]


def test_a_journey_told_backwards_is_out_of_order() -> None:
    perfect = perfect_map()
    stages = tuple(stage.model_copy(update={"order": 4 - stage.order}) for stage in perfect.stages)
    assert told(perfect.model_copy(update={"stages": stages}), "stages.by_name", "stages.order") == [1, -1]


def test_recall_alone_is_told_of_lanes_that_are_labelled_here_and_there() -> None:
    passing = segment("cafe.txt", "Cleo", "Just passing by.", "action", stage=None, valence=0)
    greeting = segment("desk.txt", "Ann", "is", "none", stage=None)
    gold = with_segments(*GOLD.segments, passing, replace(greeting, quote="The queue"))
    scores = score(perfect_map(), gold, DOCUMENTS, resamples=0)
    names = [figure.name for figure in scores.figures if "action" in figure.name or "none" in figure.name]
    assert names == ["evidence.action.recall"]
    assert scores["evidence.action.recall"].value == 0


def test_the_order_of_files_cards_and_evidence_does_not_matter() -> None:
    journey = flawed_map()
    turned = journey.model_copy(
        update={
            "evidence": journey.evidence[::-1],
            "cards": journey.cards[::-1],
            "personas": journey.personas[::-1],
        }
    )
    backwards = replace(GOLD, segments=GOLD.segments[::-1])
    one = score(journey, GOLD, DOCUMENTS, resamples=50)
    two = score(turned, backwards, DOCUMENTS[::-1], resamples=50)
    for a, b in zip(one.figures, two.figures, strict=True):
        assert (a.name, a.n) == (b.name, b.n)
        assert (b.value, b.low, b.high) == pytest.approx((a.value, a.low, a.high))


def test_every_interval_holds_its_figure() -> None:
    scores = score(flawed_map(), GOLD, DOCUMENTS)
    for figure in scores.figures:
        if figure.low is not None and figure.high is not None:
            assert figure.value is not None
            assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9, figure


def test_the_module_tells_what_each_figure_is() -> None:
    text = scoring.__doc__ or ""
    named = {name.replace("LANE", "need") for name in re.findall(r"^    (\w+\.[\w.]+) ", text, re.MULTILINE)}
    given = {figure.name for figure in score(perfect_map(), GOLD, DOCUMENTS, resamples=0).figures}
    assert named == {name for name in given if not re.search("pain_point|delight", name)}


def test_scores_survive_json() -> None:
    scores = score(flawed_map(), GOLD, DOCUMENTS, resamples=10, seed=5)
    assert Scores.from_json(json.loads(json.dumps(scores.to_json(), allow_nan=False))) == scores
    assert (scores.corpus, scores.resamples, scores.seed) == ("pool", 10, 5)
    with pytest.raises(KeyError):
        _ = scores["themes.beauty"]


def test_a_kept_map_is_scored_as_the_fresh_one() -> None:
    kept = JourneyMap.from_json(flawed_map().to_json())
    assert score(kept, GOLD, DOCUMENTS) == score(flawed_map(), GOLD, DOCUMENTS)


def test_own_words_are_everything_but_quotes() -> None:
    journey = perfect_map()
    first = journey.cards[0].model_copy(update={"title": "Queues", "detail": "Long ones"})
    texts = own_words(journey.model_copy(update={"title": "Pool", "cards": (first,)}))
    assert texts == ("Pool", "Queues", "Long ones", "p1", "p2")


def test_a_real_draft_is_scored(drafted: Callable[[str], Path]) -> None:
    from tests.repository import ROOT

    from journeyai.app import Study
    from journeyai.evaluation.gold import load, read_documents

    study = Study.open(drafted("en"))
    documents = read_documents(study.folder.sources)
    names = {item.source for item in documents}
    whole = load(ROOT / "evals" / "data" / "sample-en")
    gold = replace(whole, segments=tuple(item for item in whole.segments if item.source in names))
    scores = score(study.map, gold, documents, resamples=20)
    assert scores["quotes.exact"].value == 1
    assert scores["quotes.attributed"].value is not None
    assert scores["quotes.attributed"].value >= 0.99
    assert scores["evidence.pain_point.f1"].value is not None
    assert scores["evidence.pain_point.f1"].value > 0.3
