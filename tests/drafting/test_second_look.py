from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from tests.drafting.material import FRAME, Said, document, files_of, prove, seen, silent, vectors

from journeyai.drafting.pipeline import Order, draft
from journeyai.drafting.second_look import checked, summed_up
from journeyai.engines.engine import CardFacts, Claim
from journeyai.engines.scripted import ScriptedEngine
from journeyai.model.journey import Card, JourneyMap, Scope, Stage
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey, Measure

STARS = Measure("stars", 1, 1, 5)


class Looking(ScriptedEngine):
    """Sums up and checks as it is told to, and remembers what it was shown."""

    def __init__(
        self,
        script: Mapping[DocumentKey, Sequence[Observation]],
        verdicts: Sequence[bool | None] | None,
        summaries: Sequence[str] | None,
    ) -> None:
        super().__init__(script)
        self.verdicts, self.summaries = verdicts, summaries
        self.claims: list[Claim] = []
        self.stages: list[Sequence[CardFacts]] = []

    def check(self, claims: Sequence[Claim], language: str) -> Sequence[bool | None] | None:
        self.claims += claims
        return self.verdicts

    def sum_up(self, stages: Sequence[Sequence[CardFacts]], language: str) -> Sequence[str] | None:
        self.stages += stages
        return self.summaries


#: So that no review says nearly the same as another.
BESIDES = (
    "It was my birthday in March.",
    "The blue bicycle had a bell.",
    "Nobody in our street owns a drill.",
    "We moved to the harbour later on.",
    "A neighbour lent me some books.",
    "Snow fell on the garden all week.",
)


def study() -> tuple[list[Document], list[Observation]]:
    """Return three reviews that lose money over refunds (with stars), and one that praises."""
    documents = [
        document(
            f"r{n}.csv",
            Said("R", ["Refunds take weeks, I lost my money.", "Agents were kind.", besides], person=f"p{n}"),
            Said("R", ["1"], person=f"p{n}", measure=STARS),
            kind="review",
            record=f"row {n}",
        )
        for n, besides in enumerate(BESIDES)
    ]
    observations = [seen(item, 0, "pain_point", 1, -2, "anger") for item in documents]
    return documents, [*observations, *(seen(item, 1, "delight", 2, 1, "joy") for item in documents)]


def drawn(
    verdicts: Sequence[bool | None] | None, summaries: Sequence[str] | None
) -> tuple[JourneyMap, Looking, list[Document]]:
    documents, observations = study()
    script: dict[DocumentKey, list[Observation]] = {}
    for item in observations:
        script.setdefault(item.document, []).append(item)
    engine = Looking(script, verdicts, summaries)
    order = Order("T", "G", Scope(), FRAME, 0, "0", "2026-11-21T10:00:00+00:00")
    return draft(order, files_of(documents), documents, engine, vectors, silent).journey, engine, documents


def test_titles_that_quotes_do_not_bear_out_are_marked_and_proposals_and_figures_are_not_asked_about() -> (
    None
):
    journey, engine, documents = drawn([False, True], ["", "Money is late.", "It ends well."])
    assert {(card.lane, card.supported) for card in journey.cards} == {
        ("pain_point", False),
        ("delight", True),
        ("opportunity", None),
        ("measure", None),
    }
    assert [claim.title for claim in engine.claims] == [
        card.title for card in journey.cards if card.lane in {"pain_point", "delight"}
    ]
    assert sorted(engine.claims[0].quotes) == [
        ((f"r{n}.csv", f"row {n}"), "Refunds take weeks, I lost my money.") for n in range(6)
    ]
    assert prove(journey, documents).proved


def test_a_verdict_that_cannot_be_given_is_none() -> None:
    journey, _, _ = drawn([None, True], None)
    assert {card.lane: card.supported for card in journey.cards} == {
        "pain_point": None,
        "delight": True,
        "opportunity": None,
        "measure": None,
    }


def test_stages_are_summed_up_from_what_people_tell_and_not_from_proposals() -> None:
    journey, engine, _ = drawn(None, ["Nothing here.", "Money is late.", "It ends well."])
    assert [stage.summary for stage in journey.stages] == ["", "Money is late.", "It ends well."]
    assert [[card.lane for card in cards] for cards in engine.stages] == [
        [],
        [card.lane for card in journey.cards if card.stage == "buy" and card.lane != "opportunity"],
        ["delight"],
    ]
    assert engine.stages[2] == [CardFacts("delight", "Use", "Agents were kind.", 6, 1.0, None)]


def test_an_engine_without_a_second_look_leaves_titles_unmarked_and_stages_without_words() -> None:
    journey, _, _ = drawn(None, None)
    assert {card.supported for card in journey.cards} == {None}
    assert {stage.summary for stage in journey.stages} == {""}


@dataclass
class Silent(ScriptedEngine):
    """Must not be asked."""

    asked: list[object] = field(default_factory=list)

    def check(self, claims: Sequence[Claim], language: str) -> Sequence[bool | None] | None:
        raise AssertionError("asked")

    def sum_up(self, stages: Sequence[Sequence[CardFacts]], language: str) -> Sequence[str] | None:
        raise AssertionError("asked")


def test_an_empty_map_is_not_looked_at_again() -> None:
    stage = Stage(id="buy", name="Buy", order=1)
    idea = Card(id="c1", lane="opportunity", stage="buy", title="Pay at once")
    for cards in ([], [idea]):
        assert summed_up([stage], cards, FRAME, Silent()) == (stage,)
        assert checked(cards, [], FRAME, Silent()) == tuple(cards)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_local_engine_has_no_second_look(language: str) -> None:
    from evals.vectors import shipped_vectors

    from journeyai.engines.local.engine import LocalEngine

    documents, _ = study()
    order = Order(
        "T", "G", Scope(), replace(FRAME, language=language), 0, "0", "2026-11-21T10:00:00+00:00", 2
    )
    source = shipped_vectors()
    journey = draft(order, files_of(documents), documents, LocalEngine(source), source, silent).journey
    assert journey.cards
    assert {card.supported for card in journey.cards} == {None}
    assert {card.judged for card in journey.cards} == {None}
    assert {stage.summary for stage in journey.stages} == {""}
    assert journey.made_by.prompts == {}
    assert {card.stability for card in journey.cards if card.lane not in {"measure", "opportunity"}} == {1.0}
