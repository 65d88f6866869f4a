import pytest
from tests.sample_map import empty_map, english_map, spanish_map

from journeyai.export.reading import (
    Reading,
    coverage_line,
    engine_line,
    scope_line,
    sources_line,
    unsure_quote,
)
from journeyai.knowledge.words import words
from journeyai.model.journey import Card, Evidence, JourneyMap


def test_the_head_of_a_map_is_told_in_its_language() -> None:
    journey, text = spanish_map(), words("es")
    assert [line(journey, text) for line in (sources_line, scope_line, engine_line, coverage_line)] == [
        "10 fuentes: 5 entrevistas, 1 archivo de chats, 1 llamada, 1 archivo de tiques, 1 archivo de reseñas, "
        "1 encuesta · 16 personas citadas · español",
        "desde la mudanza a la ciudad hasta la renovación del carné · tal como es hoy",
        "motor local, plantilla cx-lifecycle · 2026-11-21",
        "398 de 604 cosas dichas por clientes se citan aquí (66 %)",
    ]


def test_the_curve_shows_no_fewer_people_than_a_card_has() -> None:
    journey = english_map()
    cards = tuple(card.model_copy(update={"people": 40}) for card in journey.cards)
    points = Reading(journey.model_copy(update={"cards": cards})).curve()
    assert [point.people for point in points] == [40] * 7


def test_a_personas_curve_weighs_every_person_the_same() -> None:
    journey = english_map()
    persona = journey.personas[2]
    point = Reading(journey, persona).curve()[5]
    said = [item.valence for item in journey.evidence if item.stage == "support" and item.speaker == "T4725"]
    assert point.people == 1
    assert point.valence == pytest.approx(sum(said) / len(said))


def test_the_best_quote_is_one_read_at_a_glance() -> None:
    journey = english_map()
    reading = Reading(journey)
    card = next(card for card in journey.cards if card.id == "c8")
    first = journey.quotes(card)[0]
    best = reading.best(card)
    assert len(first.quote) > 240
    assert best is not None
    assert best.quote == "Twelve euros. At the end. I closed the tab."


def test_the_quote_that_bears_the_title_out_is_the_one_shown_even_if_others_say_more() -> None:
    journey = english_map()
    card = next(card for card in journey.cards if card.id == "c8")
    named = card.model_copy(update={"title": "Twelve euros, at the end: I closed the tab"})
    best = Reading(journey).best(named)
    assert best is not None
    assert best.quote == "Twelve euros. At the end. I closed the tab."


def test_what_agents_tell_is_counted_as_quotes_and_not_as_people() -> None:
    card = Card(id="c", lane="back_stage", stage="s1", title="t", evidence=("e1", "e2"))
    assert Reading(empty_map()).backing(card) == "2 quotes, not from customers"


def test_a_card_without_evidence_is_an_assumption_or_said_to_have_none() -> None:
    reading = Reading(empty_map())
    assert [
        reading.backing(Card(id="c", lane="need", stage="s1", title="t", assumption=assumption))
        for assumption in (True, False)
    ] == ["assumption, no evidence yet", "no evidence"]


@pytest.mark.parametrize(
    ("update", "unsure"),
    [
        pytest.param({"confidence": 0.79}, True, id="below"),
        pytest.param({"confidence": 0.8}, False, id="at-the-threshold"),
        pytest.param({"confidence": None}, False, id="not-known"),
        pytest.param({"confidence": 0.1, "status": "accepted"}, False, id="accepted"),
        pytest.param({"confidence": 0.1, "status": "edited"}, False, id="edited"),
        pytest.param({"confidence": 0.1, "locked": True}, False, id="locked"),
        pytest.param({"confidence": 0.1, "status": "rejected"}, False, id="rejected"),
    ],
)
def test_a_card_is_unsure_until_the_reviewer_has_decided_on_it(
    update: dict[str, object], unsure: bool
) -> None:
    card = Card(id="c", lane="need", stage="s1", title="t").model_copy(update=update)
    assert Reading(empty_map()).unsure(card) is unsure


@pytest.mark.parametrize(
    ("language", "update", "feeling"),
    [
        pytest.param("en", {"emotion": "anger"}, "anger", id="named"),
        pytest.param("en", {"emotion": "neutral"}, "", id="neutral"),
        pytest.param("en", {"valence": -1.2}, "upset", id="only-that-it-is-bad"),
        pytest.param("es", {"valence": -1.2}, "malestar", id="only-that-it-is-bad-in-spanish"),
        pytest.param("en", {"valence": 0.6}, "pleased", id="only-that-it-is-good"),
        pytest.param("es", {"valence": 0.6}, "agrado", id="only-that-it-is-good-in-spanish"),
        pytest.param("en", {"valence": 0.3}, "", id="calm"),
        pytest.param("en", {}, "", id="not-known"),
        pytest.param("en", {"lane": "measure", "valence": -2.0}, "", id="a-rating-says-it-itself"),
    ],
)
def test_a_feeling_is_told_no_finer_than_it_is_known(
    language: str, update: dict[str, object], feeling: str
) -> None:
    card = Card(id="c", lane="pain_point", stage="s1", title="t").model_copy(update=update)
    assert Reading(empty_map(language)).feeling(card) == feeling


@pytest.mark.parametrize(
    ("confidence", "unsure"), [(0.59, True), (0.6, False), (None, False)], ids=["below", "at", "not-known"]
)
def test_a_quote_is_unsure_below_the_threshold(confidence: float | None, unsure: bool) -> None:
    item = english_map().evidence[0].model_copy(update={"confidence": confidence})
    assert unsure_quote(item) is unsure


def test_evidence_that_is_not_on_the_map_is_passed_over() -> None:
    assert Reading(empty_map()).quotes(["e1"]) == []


def test_people_without_a_name_count_by_their_record() -> None:
    journey = empty_map()
    told = tuple(
        Evidence(
            id=f"e{n}", source="chats.json", record=str(n), start=0, end=1, quote="x", speaker=None,
            role="customer", at=None, stage="s1", lane="need", valence=0, emotion="neutral", channel=None,
        )
        for n in range(3)
    )  # fmt: skip
    drawn = JourneyMap.model_validate({**journey.model_dump(by_alias=True), "evidence": told})
    assert Reading(drawn).curve()[0].people == 3


def test_who_did_not_go_straight_on_is_told_by_how_many_they_are() -> None:
    found = Reading(english_map()).detours()
    assert [(it.origin.name, it.target.name, it.people, it.how, len(it.quotes)) for it in found] == [
        ("Getting help", "Joining", 3, "goes back 3 stages", 3),
        ("Discovery", "First loan", 2, "skips 2 stages", 2),
    ]


def test_nobody_goes_to_a_stage_that_the_map_does_not_have() -> None:
    journey = english_map()
    moves = tuple(move.model_copy(update={"to": "nowhere"}) for move in journey.transitions)
    assert Reading(journey.model_copy(update={"transitions": moves})).detours() == []
