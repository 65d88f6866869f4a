"""What the chat shows of a map: lists, cards, the curve, passages, reasons, the history, two personas, a review."""

from collections.abc import Callable, Mapping

import pytest
from rich.cells import cell_len
from rich.console import RenderableType
from tests.rendering.screen import printed
from tests.sample_map import MAPS, english_map, hostile_map, spanish_map

from journeyai.drafting.surroundings import Neighbour, Surroundings
from journeyai.model.changes import Change
from journeyai.model.journey import Card, JourneyMap
from journeyai.operations.history import Step
from journeyai.rendering.history import LoggedStep, render_branches, render_log
from journeyai.rendering.journey import render_map
from journeyai.rendering.parts import CardList, CurveView, FoundList, PersonaList, StageList
from journeyai.rendering.personas import render_personas
from journeyai.rendering.reasons import Reasons, render_reasons
from journeyai.rendering.review import render_review
from journeyai.study.branches import Branch

Golden = Callable[[str, str], None]
Page = Callable[[JourneyMap], RenderableType]


def rich_card(journey: JourneyMap) -> Card:
    """Return a card with quotes for and against it, if there is one."""
    return max(journey.cards, key=lambda card: (bool(card.against), len(card.evidence)))


def steps(request: str = "merge c3 and c7") -> list[LoggedStep]:
    change = Change("accept", ("c3",))
    made = Step(step=12, parent=11, branch="main", at="2026-11-22T10:58:12+00:00", by="user", request=request,
                kind="change", changes=(change,), before="a", after="b")  # fmt: skip
    draft = Step(
        step=11, parent=0, branch="main", at="2026-11-21T09:00:00+00:00", kind="draft", before="", after="a"
    )
    outside = draft.model_copy(update={"step": 13, "parent": 12, "kind": "outside", "by": "Eva"})
    return [
        LoggedStep(outside, marks=["here"]),
        LoggedStep(made, [f"{request} {number}" for number in range(9)]),
        LoggedStep(draft),
    ]


def reasons(journey: JourneyMap) -> Reasons:
    card = rich_card(journey)
    quotes = journey.quotes(card)
    around = {
        item.id: Surroundings(
            Neighbour("What happened then?", "Interviewer", "researcher"), Neighbour(item.quote)
        )
        for item in quotes[:2]
    }
    return Reasons(around, {item.id: "one and the same" for item in quotes[:2]}, steps())


PAGES: Mapping[str, Page] = {
    "personas": PersonaList,
    "stages": StageList,
    "card": lambda journey: CardList(journey, (rich_card(journey), journey.cards[0])),
    "curve": lambda journey: CurveView(journey, journey.personas[0]),
    "found": lambda journey: FoundList(
        journey,
        {f"s{n}": item.model_copy(update={"id": f"s{n}"}) for n, item in enumerate(journey.evidence[:3], 1)},
    ),
    "compare": lambda journey: render_personas(journey, journey.personas[0], journey.personas[1]),
    "why": lambda journey: render_reasons(journey, rich_card(journey), reasons(journey)),
    "review": lambda journey: render_review(journey, rich_card(journey), left=12, skipped=1),
    "log": lambda journey: render_log(steps(), journey.language, earlier=7),
    "branches": lambda journey: render_branches(
        (Branch("main", 3, "current", False), Branch("bold", 12, "future", True)), journey.language
    ),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_every_page_reads_as_agreed(journey: Callable[[], JourneyMap], page: str, golden: Golden) -> None:
    golden(f"chat-{page}-{journey.__name__}-80.txt", printed(PAGES[page](journey()), 80))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", ["english", "spanish", "hostile"])
def test_every_page_fits_and_nothing_in_it_commands(name: str, width: int, page: str) -> None:
    text = printed(PAGES[page](MAPS[name]()), width)
    assert "\x1b" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("page", PAGES)
def test_without_colour_the_page_says_the_same(page: str) -> None:
    import re

    coloured = printed(PAGES[page](english_map()), 80, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == printed(PAGES[page](english_map()), 80)


@pytest.mark.parametrize("width", [60, 80, 160])
def test_the_map_of_the_chat_names_every_card_it_shows(width: int) -> None:
    journey = english_map()
    page = printed(render_map(journey, stage="support", in_chat=True), width)
    shown = [card for card in journey.cards if card.stage == "support" and card.status != "rejected"]
    assert all(f" {card.id} " in page for card in shown)
    assert "journeyai show" not in printed(render_map(journey, in_chat=True), width)


def test_an_assumption_was_made_by_a_person() -> None:
    journey = english_map()
    (assumed,) = [card for card in journey.cards if card.assumption]
    page = printed(render_reasons(journey, assumed, Reasons()), 80)
    assert "Nobody is quoted: it is an assumption." in page
    assert "Typed in by a person; no engine made it." in page


def test_a_card_drawn_by_a_model_names_its_prompts() -> None:
    journey = english_map()
    made = journey.made_by.model_copy(
        update={
            "model": "large-1",
            "prompts": {"observe": "3f2a91", "persona": "0", "opportunity": "1", "theme": "77c0de"},
        }
    )
    journey = journey.model_copy(update={"made_by": made})
    page = printed(render_reasons(journey, journey.cards[0], Reasons()), 120)
    assert "Drawn by the model large-1, version 0.1.0, 2026-11-21 10:00 UTC." in page
    assert "Prompts (name and hash): observe 3f2a91, theme 77c0de." in page


def test_a_quote_that_the_map_lost_is_named() -> None:
    journey = english_map()
    card = journey.cards[0].model_copy(update={"evidence": (*journey.cards[0].evidence, "e999")})
    assert "e999 is not on the map." in printed(render_reasons(journey, card, Reasons()), 80)


def test_words_of_a_request_are_no_markup() -> None:
    page = printed(render_log(steps("[red]x[/] \x1b[2Jwipe"), "en"), 80)
    assert "[red]x[/] wipe" in page
    assert "\x1b" not in page


def test_personas_of_a_hostile_map_are_listed_on_their_own_lines() -> None:
    assert len(printed(PersonaList(hostile_map()), 200).splitlines()) >= 2
