from collections.abc import Callable
from typing import Any

import pytest
from tests.drafting.material import Said, document, draw, prove, seen

from journeyai.drafting.verification import Finding
from journeyai.model.journey import Card, Empathy, Evidence, JourneyMap, Member, Persona, Transition
from journeyai.model.source import Document

LATE = "The parcel came nine days late."
LATE_TOO = "My parcel came days late."
QUICK = "The parcel came in a day, not late at all."


def documents() -> list[Document]:
    return [
        document(
            "a.md", Said("Mo", ["So?"], role="researcher"), Said("Ana", [LATE, "I rang."], at="00:01:00")
        ),
        document("r.csv", Said("R1", [LATE_TOO]), kind="review", record="R1"),
        document("r.csv", Said("R2", [QUICK]), kind="review", record="R2"),
    ]


@pytest.fixture(scope="module")
def journey() -> JourneyMap:
    a, r1, r2 = documents()
    observations = [
        seen(a, 1, "pain_point", 1, -1),
        seen(r1, 0, "pain_point", 1, -1),
        seen(r2, 0, "delight", 1, 1),
        seen(a, 2, "action", 2),
    ]
    return draw([a, r1, r2], observations).journey


def with_evidence(journey: JourneyMap, id_: str, **update: Any) -> JourneyMap:
    return journey.model_copy(
        update={
            "evidence": tuple(
                item.model_copy(update=update) if item.id == id_ else item for item in journey.evidence
            )
        }
    )


def with_card(journey: JourneyMap, **update: Any) -> JourneyMap:
    """Return *journey* with its card about late parcels changed."""
    return journey.model_copy(
        update={
            "cards": tuple(
                card.model_copy(update=update) if card.id == late(journey).id else card
                for card in journey.cards
            )
        }
    )


def late(journey: JourneyMap) -> Card:
    return next(card for card in journey.cards if card.lane == "pain_point")


def of_ana(journey: JourneyMap) -> Evidence:
    return next(item for item in journey.evidence if item.quote == LATE)


def test_an_untouched_map_is_proved(journey: JourneyMap) -> None:
    found = prove(journey, documents())
    assert found.findings == ()
    assert (found.sources, found.quotes, found.cards) == (2, 4, len(journey.cards))
    assert late(journey).against


WRONG: dict[str, dict[str, Any]] = {
    "one-character-of-the-quote": {"quote": LATE.replace("nine", "nime")},
    "a-quote-from-nowhere": {"quote": "Never said."},
    "one-character-further": {"start": 11},
    "another-speaker": {"speaker": "Ben"},
    "no-speaker": {"speaker": None},
    "another-role": {"role": "agent"},
    "another-time": {"at": "00:02:00"},
    "no-time": {"at": None},
    "negative-offsets": {"start": -40, "end": -9},
    "backwards": {"start": 60, "end": 20},
    "past-the-end": {"start": 10, "end": 10**30},
    "huge": {"start": 10**30, "end": 10**31},
    "over-two-turns": {"start": 4, "end": 20},
    "another-record": {"record": "R9"},
    "another-file": {"source": "r.csv"},
    "a-file-not-listed": {"source": "../secret.txt"},
}


@pytest.mark.parametrize("update", WRONG.values(), ids=WRONG.keys())
def test_a_quote_that_was_not_said_so_is_found_and_its_cards_named(
    journey: JourneyMap, update: dict[str, Any]
) -> None:
    item = of_ana(journey)
    found = prove(with_evidence(journey, item.id, **update), documents())
    assert not found.proved
    mine = [finding for finding in found.findings if finding.evidence == item.id]
    assert mine
    assert {late(journey).id} <= {card for finding in mine for card in finding.cards}


def test_evidence_held_against_a_card_names_that_card_too(journey: JourneyMap) -> None:
    id_ = late(journey).against[0]
    (finding, *_) = prove(with_evidence(journey, id_, quote="It was fine."), documents()).findings
    assert late(journey).id in finding.cards


def test_one_changed_character_of_a_file_names_every_card_that_rests_on_it(journey: JourneyMap) -> None:
    changed = [
        document(
            "a.md", Said("Mo", ["So?"], role="researcher"), Said("Ana", [LATE, "I rung."], at="00:01:00")
        ),
        *documents()[1:],
    ]
    found = prove(journey, changed)
    first = found.findings[0]
    assert first.problem == "`a.md` is not the file the map was drawn from."
    assert set(first.cards) == {card.id for card in journey.cards}


def test_a_file_that_is_gone_names_its_cards(journey: JourneyMap) -> None:
    found = prove(journey, documents()[:1])
    assert found.findings[0].problem == "`r.csv` is not in the folder of sources."
    assert late(journey).id in found.findings[0].cards


COUNTS: dict[str, dict[str, Any]] = {
    "more-people": {"people": 3},
    "more-documents": {"documents": 3},
    "fewer-documents": {"documents": 1},
    "more-mentions": {"mentions": 3},
    "fewer-mentions": {"mentions": 1},
    "no-evidence": {"evidence": ()},
    "dangling-evidence": {"evidence": ("e1", "e77")},
    "dangling-contradiction": {"against": ("e78",)},
    "a-quote-twice": {"evidence": ("e1", "e1")},
    "a-stage-that-is-not-there": {"stage": "nowhere"},
}


@pytest.mark.parametrize("update", COUNTS.values(), ids=COUNTS.keys())
def test_a_card_that_claims_what_its_quotes_do_not_bear_out_is_named(
    journey: JourneyMap, update: dict[str, Any]
) -> None:
    found = prove(with_card(journey, **update), documents())
    assert [finding.cards for finding in found.findings] == [(late(journey).id,)]
    assert late(journey).id in found.findings[0].problem


def test_a_quote_under_two_ids_is_still_one_quote(journey: JourneyMap) -> None:
    card = late(journey)
    again = of_ana(journey).model_copy(update={"id": "e99"})
    doubled = with_card(journey, evidence=(*card.evidence, "e99"), mentions=card.mentions + 1)
    doubled = doubled.model_copy(update={"evidence": (*journey.evidence, again)})
    assert f"Card {card.id} counts a quote twice, under two ids." in [
        finding.problem for finding in prove(doubled, documents()).findings
    ]


def test_one_person_behind_two_records_is_not_two_people(journey: JourneyMap) -> None:
    a, r1, _ = documents()
    same = document("r.csv", Said("R1", [LATE_TOO], person=a.turns[1].person), kind="review", record="R1")
    drawn = draw([a, same], [seen(a, 1, "pain_point", 1, -1), seen(same, 0, "pain_point", 1, -1)]).journey
    assert late(drawn).people == 1
    assert prove(drawn, [a, same]).proved
    tampered = with_card(drawn, people=2)
    assert [finding.problem for finding in prove(tampered, [a, same]).findings] == [
        "Card c1 counts 2 people; its quotes are of 1."
    ]
    assert r1.key == same.key


def test_an_assumption_needs_no_evidence(journey: JourneyMap) -> None:
    assert prove(with_card(journey, evidence=(), against=(), assumption=True), documents()).proved


def persona(**update: Any) -> Persona:
    return Persona(id="p1", name="N", members=(Member(source="a.md", speaker="Ana"),)).model_copy(
        update=update
    )


def returns(people: int, evidence: tuple[str, ...]) -> Transition:
    return Transition.model_validate({"from": "use", "to": "buy", "people": people, "evidence": evidence})


REST: dict[str, tuple[Callable[[JourneyMap], dict[str, Any]], str]] = {
    "an-invented-saying": (
        lambda journey: {"personas": (persona(empathy=Empathy(feels=("I hate it here.",))),)},
        "Persona p1 is said to say `I hate it here.`, which is no quote on the map.",
    ),
    "a-personas-dangling-evidence": (
        lambda journey: {"personas": (persona(evidence=("e99",)),)},
        "Persona p1 points at evidence that is not on the map: e99.",
    ),
    "a-returns-dangling-evidence": (
        lambda journey: {"transitions": (returns(0, ("e99",)),)},
        "The return from use to buy points at evidence that is not on the map: e99.",
    ),
    "a-return-of-too-many": (
        lambda journey: {"transitions": (returns(2, ("e1",)),)},
        "The return from use to buy counts more people than its quotes are of.",
    ),
    "two-quotes-with-one-id": (
        lambda journey: {"evidence": (*journey.evidence, journey.evidence[0])},
        "Two quotes have the id e1.",
    ),
}


@pytest.mark.parametrize(("change", "problem"), REST.values(), ids=REST.keys())
def test_the_rest_of_the_map_rests_on_its_evidence_too(
    journey: JourneyMap, change: Callable[[JourneyMap], dict[str, Any]], problem: str
) -> None:
    found = prove(journey.model_copy(update=change(journey)), documents())
    assert found.findings == (Finding(problem, None, (), None),)


@pytest.mark.parametrize("id_", ["", "c", "c²", "c-1", "٣", "🙂", "c" * 5000])
def test_strange_ids_of_cards_crash_nothing(journey: JourneyMap, id_: str) -> None:
    found = prove(with_card(journey, id=id_), documents()[:1])
    assert not found.proved
