from dataclasses import replace
from typing import Final

import pytest
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.export.methods import count_figures, write_methods
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import Card, JourneyMap

DEFAULT: Final = "cx-lifecycle"


def with_status(journey: JourneyMap, *statuses: str) -> JourneyMap:
    """Return *journey* with its first drafted cards in these statuses, all others undecided."""
    wanted = iter(statuses)
    cards: list[Card] = []
    for card in journey.cards:
        status = "draft" if card.assumption else next(wanted, "draft")
        cards.append(card.model_copy(update={"status": status}))
    return journey.model_copy(update={"cards": tuple(cards)})


@pytest.mark.parametrize("name", MAPS)
def test_every_map_has_a_report_of_a_few_plain_paragraphs(name: str) -> None:
    journey = MAPS[name]()
    page = write_methods(journey, count_figures(journey))
    assert page.startswith("## ")
    assert page.endswith("\n")
    assert "{" not in page
    assert "<script" not in page
    assert not [char for char in page if ord(char) < 32 and char != "\n"]


def test_figures_are_those_of_the_map() -> None:
    journey = with_status(english_map(), "accepted", "accepted", "edited", "rejected")
    figures = count_figures(journey)
    standing = [card for card in journey.cards if card.status != "rejected"]
    drafted = [card for card in journey.cards if not card.assumption]
    assert (figures.accepted, figures.edited, figures.rejected, figures.decided) == (2, 1, 1, 4)
    assert (figures.drafted, figures.cards) == (len(drafted), len(standing))
    assert figures.assumed == sum(card.assumption for card in standing)
    assert figures.single == sum(card.people == 1 and not card.assumption for card in standing)
    assert (figures.sources, figures.quotes) == (len(journey.sources), len(journey.evidence))


@pytest.mark.parametrize(
    ("journey", "sentence"),
    [
        (english_map(), "decided on 4: 2 accepted as drafted (50 %), 1 edited (25 %), 1 rejected (25 %)."),
        (
            spanish_map(),
            "decidieron sobre 4: 2 aceptadas tal cual (50 %), 1 corregidas (25 %), 1 rechazadas (25 %).",
        ),
    ],
)
def test_agreement_with_the_reviewers_is_told_in_the_maps_language(
    journey: JourneyMap, sentence: str
) -> None:
    reviewed = with_status(journey, "accepted", "accepted", "edited", "rejected")
    assert sentence in write_methods(reviewed, count_figures(reviewed))


def test_an_unreviewed_map_says_that_it_is_a_machines_draft() -> None:
    journey = with_status(english_map())
    assert "No card has been reviewed yet" in write_methods(journey, count_figures(journey))


@pytest.mark.parametrize(
    ("not_proved", "sentence"),
    [
        (None, ""),
        (0, "Each was found again word for word"),
        (1, "1 thing did not hold any more"),
        (2, "2 things did not hold any more"),
    ],
)
def test_proof_is_told_only_where_it_was_made(not_proved: int | None, sentence: str) -> None:
    journey = english_map()
    page = write_methods(journey, count_figures(journey, not_proved=not_proved))
    every = ("Each was found again", "did not hold any more")
    assert [told for told in every if told in page] == [told for told in every if told in sentence]
    assert sentence in page


def test_a_models_draft_names_the_model_its_prompts_and_what_re_runs_found() -> None:
    journey = english_map()
    made = journey.made_by.model_copy(
        update={"engine": "llm", "model": "gpt-5-mini", "prompts": {"observe": "1a2b3c", "name": "9f8e"}}
    )
    cards = tuple(
        card.model_copy(update={"stability": 1.0 if number % 2 else 0.25})
        for number, card in enumerate(journey.cards)
    )
    journey = journey.model_copy(update={"made_by": made, "cards": cards})
    figures = count_figures(journey)
    page = write_methods(journey, figures)
    assert "a language model, gpt-5-mini, which" in page
    assert "name `9f8e`, observe `1a2b3c`" in page
    assert f"of {figures.marked} cards marked, {figures.firm} were found again" in page
    assert 0 < figures.firm < figures.marked


def test_own_stages_are_told_from_the_templates() -> None:
    template = load_template(DEFAULT)
    journey = english_map()
    named = tuple(
        stage.model_copy(update={"id": mine.id})
        for stage, mine in zip(journey.stages, template.stages, strict=False)
    )
    with_theirs = journey.model_copy(update={"stages": named[:3], "template": DEFAULT})
    with_own = journey.model_copy(
        update={"stages": (named[0].model_copy(update={"id": "ours"}),), "template": DEFAULT}
    )
    theirs = write_methods(with_theirs, count_figures(with_theirs), template)
    own = write_methods(with_own, count_figures(with_own), template)
    assert "Stages and lanes are those of the template Customer lifecycle (`cx-lifecycle`)" in theirs
    assert "the stages are the team's own" in own


@pytest.mark.parametrize(
    ("solicited", "limit"), [(True, "what people say unasked is missing"), (False, "nobody was asked why")]
)
def test_one_sided_sources_are_among_the_limits(solicited: bool, limit: str) -> None:
    journey = english_map()
    sources = tuple(source.model_copy(update={"solicited": solicited}) for source in journey.sources)
    journey = journey.model_copy(update={"sources": sources})
    assert limit in write_methods(journey, count_figures(journey))


def test_few_customers_are_among_the_limits() -> None:
    journey = english_map()
    figures = replace(count_figures(journey), customers=5)
    assert "Only 5 customers are quoted." in write_methods(journey, figures)
