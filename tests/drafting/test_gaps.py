from itertools import chain

import pytest
from tests.sample_map import MAPS, empty_map, english_map, spanish_map

from journeyai.drafting.gaps import Gap, find_gaps
from journeyai.model.journey import Card, JourneyMap, Member


def gaps_of(journey: JourneyMap, kind: str) -> list[Gap]:
    return [gap for gap in find_gaps(journey) if gap.kind == kind]


def with_cards(journey: JourneyMap, *cards: Card) -> JourneyMap:
    return journey.model_copy(update={"cards": cards})


def test_a_stage_without_anything_is_asked_for_by_its_neighbours() -> None:
    assert gaps_of(english_map(), "silent_stage") == [
        Gap(
            "silent_stage",
            "“Consideration”: nothing at all is known",
            (
                "Between “Discovery” and “Joining”: tell me about “Consideration” from beginning to end.",
                "If you told a friend about “Consideration”, which part would you tell first, and why that one?",
            ),
            ("consideration",),
        )
    ]


def test_a_stage_told_by_staff_alone_has_no_customers_voice() -> None:
    journey = english_map()
    staff = next(card for card in journey.cards if card.lane == "back_stage")
    customers = [card for card in journey.cards if card.stage != staff.stage]
    (gap,) = gaps_of(with_cards(journey, *customers, staff), "staff_stage")
    assert (gap.stages, gap.n) == ((staff.stage,), len(staff.evidence))
    quote = journey.quotes(staff)[0].quote.removesuffix(".")
    assert gap.questions[1] == f"Our staff say “{quote}”. How did you see that, on your side?"


def test_rejected_cards_fill_no_gap() -> None:
    journey = english_map()
    rejected = [card.model_copy(update={"status": "rejected"}) for card in journey.cards]
    assert [gap.kind for gap in find_gaps(with_cards(journey, *rejected))] == ["silent_stage"] * 7


def test_a_persona_of_few_people_is_asked_about_where_it_speaks_most() -> None:
    gaps = gaps_of(spanish_map(), "few_people")
    assert [(gap.persona, gap.n) for gap in gaps] == [("p2", 4), ("p3", 3)]
    assert gaps[1].says == "perfil «Quien lee de noche»: solo 3 personas"
    assert gaps[1].questions == (
        "Lléveme por «Uso diario» tal como lo vivió la última vez: ¿qué buscaba y qué se le puso por delante?",
        "Alguien nos dijo «Leer lo que leen sus amigos». ¿Cuándo le ha pasado algo así y cuándo no?",
    )


def test_five_people_are_enough_for_a_persona() -> None:
    journey = spanish_map()
    five = tuple(Member(source="interviews/a.md", speaker=f"P{n}") for n in range(5))
    personas = tuple(persona.model_copy(update={"members": five}) for persona in journey.personas)
    assert not gaps_of(journey.model_copy(update={"personas": personas}), "few_people")


def test_an_assumption_is_asked_for_without_saying_that_it_is_so() -> None:
    (gap,) = gaps_of(english_map(), "assumption")
    assert gap.card == "c7"
    assert gap.questions == (
        "At “Consideration”: when did you last meet anything like “Parents weigh us against the bookshop next"
        " door”? If never, what was it like instead?",
    )


def test_a_lane_from_one_source_is_to_be_asked_elsewhere() -> None:
    journey = english_map()
    delight = next(card for card in journey.cards if card.lane == "delight" and len(card.evidence) >= 3)
    here = {item.id for item in journey.quotes(delight)}
    evidence = tuple(
        item.model_copy(update={"source": "reviews/one.csv"}) if item.id in here else item
        for item in journey.evidence
    )
    cards = [card for card in journey.cards if card.lane != "delight"]
    journey = journey.model_copy(update={"cards": (*cards, delight), "evidence": evidence})
    (gap,) = gaps_of(journey, "one_source")
    assert (gap.lanes, gap.source) == (("delight",), "reviews/one.csv")
    assert gap.says == "Delights: all from one source, reviews/one.csv"
    assert len(gap.questions) == 2


@pytest.mark.parametrize(("solicited", "kind"), [(True, "only_asked"), (False, "only_unasked")])
def test_material_of_one_sort_alone_is_a_gap(solicited: bool, kind: str) -> None:
    journey = english_map()
    assert not gaps_of(journey, kind)
    sources = tuple(source.model_copy(update={"solicited": solicited}) for source in journey.sources)
    (gap,) = gaps_of(journey.model_copy(update={"sources": sources}), kind)
    worst = min(journey.stages, key=lambda stage: stage.valence or 0)
    assert gap.stages == (worst.id,)
    assert any(worst.name in question for question in gap.questions)


def test_only_lanes_that_the_template_asks_for_are_missed() -> None:
    journey = english_map().model_copy(update={"template": "hotjar"})
    lanes = set(chain.from_iterable(gap.lanes for gap in gaps_of(journey, "empty_cells")))
    assert "expectation" not in lanes
    assert lanes


def test_a_template_that_is_not_ours_is_no_error() -> None:
    journey = english_map()
    assert find_gaps(journey.model_copy(update={"template": "of-my-own"})) == find_gaps(journey)


@pytest.mark.parametrize("name", MAPS)
def test_every_gap_has_one_or_two_questions(name: str) -> None:
    gaps = find_gaps(MAPS[name]())
    assert {len(gap.questions) for gap in gaps} <= {1, 2}
    assert len({gap.says for gap in gaps}) == len(gaps)


def test_of_an_empty_map_every_stage_is_missing() -> None:
    assert [gap.kind for gap in find_gaps(empty_map("es"))] == ["silent_stage"] * 5


def test_a_map_without_stages_has_no_gaps() -> None:
    assert find_gaps(empty_map().model_copy(update={"stages": ()})) == ()
