"""What fills an element: whole values on the sample map, and what holds for every map and method."""

from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sample_map import MAPS, empty_map, english_map, hostile_map

from journeyai.export.elements import Element, Entry, elements
from journeyai.export.reading import Reading
from journeyai.knowledge.fillings import FILLINGS
from journeyai.knowledge.templates import Template, load_template, template_ids
from journeyai.model.journey import JourneyMap, Persona, SpeakerRole

METHODS: Final = template_ids()


def element(method: str, id_: str, journey: JourneyMap | None = None) -> Element:
    found = elements(Reading(journey or english_map()), load_template(method))
    return next(item for item in found if item.id == id_)


def told(item: Element) -> list[tuple[str, str]]:
    return [(entry.text, entry.note) for cell in item.cells for entry in cell]


def cards_of(item: Element) -> set[str]:
    return {id_ for cell in ids(item) for id_ in cell}


def ids(item: Element) -> list[list[str]]:
    return [[entry.card.id for entry in cell if entry.card] for cell in item.cells]


FILLED: Final = {
    "lost": (
        ("seven-steps", "moments_lost"),
        [
            (
                "The first e-mails end in the spam folder",
                "First loan · mean feeling −0.9 · 2 people · 2 documents",
            )
        ],
    ),
    "happy, the one behind whom most people stand first": (
        ("seven-steps", "moments_happy"),
        [
            ("Self-checkout takes seconds", "First loan · mean feeling +1.5 · 4 people · 4 documents"),
            ("The app renews a loan in one tap", "Everyday use · mean feeling +1.3 · 4 people · 4 documents"),
            (
                "The window displays draw people in from the street",
                "Discovery · mean feeling +1.4 · 3 people · 3 documents",
            ),
        ],
    ),
    "turning points": (
        ("asana", "turning_points"),
        [
            ("Getting help → Joining", "3 people · goes back 3 stages"),
            ("Discovery → First loan", "2 people · skips 2 stages"),
            ("Gave up online, did it at the desk.", "R02 · Joining"),
        ],
    ),
    "goal and scope": (
        ("hotjar", "scope"),
        [
            ("Find out why a third of new members never borrow a second book", ""),
            (
                "from moving into the city to renewing the card after a year",
                "the journey as it is today",
            ),
        ],
    ),
    "follow-up": (
        ("hotjar", "follow_ups"),
        [
            (
                "Stop the fine on the day the book is dropped in the box",
                "owner: Circulation desk · Getting help · 3 people · 3 documents",
            ),
            (
                "Say the deposit before the first field of the form",
                "owner: Membership team · Joining · 2 people · 2 documents",
            ),
        ],
    ),
    "asked for": (
        ("qualtrics", "solicited"),
        [
            ("5 people · 8 quotes", "mean feeling +0.3"),
            ("9 people · 18 quotes", "mean feeling −0.3"),
            ("5 people · 8 quotes", "mean feeling +0.8"),
            ("4 people · 9 quotes", "mean feeling +0.6"),
            ("3 people · 5 quotes", "mean feeling −1.2"),
            ("3 people · 4 quotes", "mean feeling +0.7"),
        ],
    ),
    "not controlled": (
        ("questionpro", "touchpoints_not_controlled"),
        [("People recommend the library to their neighbours", "word of mouth · 3 people · 3 documents")],
    ),
    "sum of a visit": (
        ("storyline", "sum"),
        [
            ("the whole: 0.0 on the mean of 6 stages", "25 people"),
            ("best: First loan (+0.7)", ""),
            ("worst: Getting help (−0.8)", ""),
        ],
    ),
    "nobody says anything of it": (("questionpro", "persona_habits"), []),
}


@pytest.mark.parametrize(("which", "expected"), FILLED.values(), ids=FILLED.keys())
def test_an_element_holds_what_the_map_says(which: tuple[str, str], expected: list[tuple[str, str]]) -> None:
    item = element(*which)
    assert told(item) == expected
    assert item.is_empty == (not expected)


def test_the_line_of_visibility_counts_the_cards_on_both_sides() -> None:
    line = [
        [entry.text for entry in cell] for cell in element("service-blueprint", "line_of_visibility").cells
    ]
    assert line[2] == ["1 card in the customer's sight", "2 cards behind the line"]
    below = [ids(element("service-blueprint", id_))[2] for id_ in ("back_stage", "support_processes")]
    assert [len(cell) for cell in below] == [1, 1]


def test_whatsapp_is_the_companys_where_one_of_its_people_answers() -> None:
    journey = english_map()
    card = next(card for card in journey.cards if card.channel == "post")
    source = journey.quotes(card)[0].source
    theirs = card.model_copy(update={"channel": "whatsapp"})
    cards = tuple(theirs if item == card else item for item in journey.cards)
    alone = journey.model_copy(update={"cards": cards})
    assert card.id in cards_of(element("questionpro", "touchpoints_not_controlled", alone))
    agent = SpeakerRole(name="Mo", role="agent")
    sources = tuple(
        item.model_copy(update={"speakers": (*item.speakers, agent)}) if item.source == source else item
        for item in journey.sources
    )
    answered = alone.model_copy(update={"sources": sources})
    assert card.id in cards_of(element("questionpro", "touchpoints_controlled", answered))


def test_without_a_scope_of_its_own_a_map_reaches_from_its_first_to_its_last_stage() -> None:
    journey = empty_map()
    assert told(element("hotjar", "scope", journey)) == [
        (
            "from Stage 1 to Stage 5",
            "the journey as it is today · its first and last stage; the study says nothing of its own",
        )
    ]


@pytest.mark.parametrize("method", METHODS)
def test_where_nothing_was_said_nothing_is_found(method: str) -> None:
    found = elements(Reading(empty_map()), load_template(method))
    assert [item.id for item in found if not item.is_empty] == (["scope"] if method == "hotjar" else [])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", MAPS)
def test_every_card_that_stands_is_shown_and_no_other(name: str, method: str) -> None:
    journey, template = MAPS[name](), load_template(method)
    found = elements(Reading(journey), template)
    shown = {entry.card.id for item in found for cell in item.cells for entry in cell if entry.card}
    assert shown == {card.id for card in journey.cards if card.status != "rejected"}
    assert len({item.id for item in found}) == len(found)
    for item, asked in zip(found, template.elements, strict=False):
        assert (item.id, item.by_stage, item.asked) == (asked.id, FILLINGS[asked.fill].by_stage, True)
        assert len(item.cells) == (len(journey.stages) if item.by_stage else 1)
    for item in found[len(template.elements) :]:
        assert not item.asked
        assert not item.is_empty
        assert not set().union(*map(cards_of, found[: len(template.elements)])) & cards_of(item)


@pytest.mark.parametrize("method", METHODS)
def test_of_a_persona_only_its_own_people_are_quoted(method: str) -> None:
    journey = english_map()
    persona = journey.personas[0]
    members = {(member.source, member.speaker) for member in persona.members}
    loose = {"measures", "visibility", "moment_measures", "personas"}
    template = load_template(method)
    fills = {asked.id: asked.fill for asked in template.elements}
    for item in elements(Reading(journey, persona), template):
        for entry in (entry for cell in item.cells for entry in cell):
            if entry.card:
                assert persona.id in entry.card.personas
            elif fills[item.id] not in loose:
                assert {(quote.source, quote.speaker) for quote in entry.quotes} <= members


def test_without_a_method_every_lane_with_a_card_is_a_row() -> None:
    found = elements(Reading(english_map()), None)
    assert [item.lane for item in found] == list(Reading(english_map()).lanes)
    assert all(item.by_stage and item.asked and item.id == item.lane for item in found)


def test_a_method_that_only_names_lanes_has_them_as_rows() -> None:
    method = Template("mine", {}, {}, (), ("delight", "thought", "back_stage"))
    found = elements(Reading(english_map()), method)
    assert [item.id for item in found if item.asked] == ["delight", "thought", "back_stage"]
    assert {item.id for item in found if not item.asked} >= {"also_pain_point", "also_opportunity"}


def test_a_text_is_a_quote_only_where_its_first_proof_says_it_word_for_word() -> None:
    quote = english_map().evidence[0]
    assert Entry(f" {quote.quote}\n", quotes=(quote,)).is_quote
    assert not Entry("12 people", quotes=(quote,)).is_quote
    assert not Entry(quote.quote).is_quote
    assert not Entry(quote.quote, english_map().cards[0], (quote,)).is_quote


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(METHODS), st.data())
def test_a_map_with_holes_is_filled_all_the_same(method: str, data: st.DataObject) -> None:
    journey = data.draw(st.sampled_from([english_map(), hostile_map()]))

    def some(items: Sequence[object]) -> tuple[object, ...]:
        return tuple(item for item in items if data.draw(st.booleans()))

    torn = journey.model_copy(
        update={
            "evidence": some(journey.evidence),
            "stages": some(journey.stages),
            "personas": some([*journey.personas, Persona(id="p9", name="")]),
            "sources": some(journey.sources),
        }
    )
    found = elements(Reading(torn), load_template(method))
    known = {item.id for item in torn.evidence}
    assert all(q.id in known for item in found for cell in item.cells for entry in cell for q in entry.quotes)
    assert found == elements(Reading(torn.model_copy(deep=True)), load_template(method))
