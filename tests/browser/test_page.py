"""The web page in a real browser, opened from disk as people open it."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect
from pypdf import PdfReader
from tests.export.documents import with_documents
from tests.sample_map import MAPS, empty_map, english_map, hostile_map, spanish_map

from journeyai.export import BARE, Material
from journeyai.export.html.page import Press, render_page
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import JourneyMap

Open = Callable[..., Page]

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Open:
    """Write a map's page to disk and open it."""

    def open_page(journey: JourneyMap, material: Material = BARE, hash: str = "") -> Page:
        path = tmp_path / "map.html"
        path.write_text(render_page(journey, material), encoding="utf-8")
        page.goto("about:blank")
        page.goto(path.as_uri() + hash)
        return page

    return open_page


@pytest.fixture
def english(opened: Open) -> Page:
    return opened(*with_documents(english_map()))


def hash_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).fragment).items()}


def shown_cards(page: Page) -> set[str]:
    """Return the cards that the filters leave on the map, those behind "more" too."""
    ids: list[str] = page.evaluate(
        "[...document.querySelectorAll('.map .cell:not([hidden]) li:not(.out) > [data-card]')]"
        ".map((card) => card.dataset.card)"
    )
    return set(ids)


def standing(journey: JourneyMap) -> set[str]:
    return {card.id for card in journey.cards if card.status != "rejected"}


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'select[name="{name}"]').select_option(value)


def panel(page: Page) -> Locator:
    return page.locator("#panel")


@pytest.mark.parametrize("name", MAPS)
def test_every_map_opens_without_a_word_of_complaint(name: str, opened: Open, complaints: list[str]) -> None:
    page = opened(*with_documents(MAPS[name]()))
    expect(page.locator("h1")).to_be_visible()
    assert shown_cards(page) == standing(MAPS[name]())
    assert complaints == []


def test_the_curve_is_lined_up_with_the_columns_under_it(english: Page) -> None:
    for number in range(1, 8):
        column = english.locator(f".stage:nth-of-type({number})").bounding_box()
        assert column is not None
        middle = column["x"] + column["width"] / 2
        dots: list[float] = english.evaluate(
            "[...document.querySelectorAll('.series.a .dot')].map((dot) => { const box = dot.getBoundingClientRect();"
            " return box.x + box.width / 2 })"
        )
        stage = english_map().stages[number - 1]
        assert stage.valence is None or min(abs(dot - middle) for dot in dots) < 1.5


def test_headings_stay_in_sight_when_the_map_is_moved(opened: Open) -> None:
    page = opened(hostile_map())
    page.evaluate("scrollTo(600, 900)")
    page.wait_for_timeout(100)
    bar = page.locator(".controls").bounding_box()
    heads = page.locator(".stage-head").all()
    lanes = page.locator(".lanes").bounding_box()
    assert bar is not None
    assert lanes is not None
    assert bar["y"] == 0
    assert lanes["x"] == 0
    tops = {round(box["y"]) for head in heads if (box := head.bounding_box())}
    assert tops == {round(bar["height"])}


def test_a_card_opens_its_quotes_among_the_words_around_them(english: Page) -> None:
    card = next(card for card in english_map().cards if card.against and len(card.evidence) > 1)
    english.locator(f'.map [data-card="{card.id}"]').click()
    expect(panel(english)).to_be_visible()
    expect(panel(english).locator("h2")).to_have_text(card.title)
    evidence = {item.id: item for item in english_map().evidence}
    first = panel(english).locator(".quote").first
    expect(first.locator("mark")).to_have_text(evidence[card.evidence[0]].quote)
    expect(first.locator("blockquote")).to_contain_text("Said before")
    expect(first.locator("blockquote")).to_contain_text("And said after.")
    expect(first.locator("blockquote")).to_have_attribute("lang", "en")
    item = evidence[card.evidence[0]]
    for told in (item.speaker, "customer", item.source):
        expect(first.locator(".cite")).to_contain_text(told or "")
    marks = panel(english).locator(".quote mark").all_text_contents()
    assert marks == [evidence[id_].quote for id_ in (*card.evidence, *card.against)]
    expect(panel(english).locator("h3.contra")).to_be_visible()


def test_the_panel_tells_who_opened_it_and_has_room_for_actions(english: Page) -> None:
    english.evaluate(
        "document.addEventListener('journeyai:opened', ({detail}) => {"
        " window.told = [detail.card, detail.panel.querySelectorAll('.card-actions[hidden]:empty').length] })"
    )
    english.evaluate("journeyai.open('c3')")
    assert english.evaluate("window.told") == ["c3", 1]


def test_every_card_opens_and_an_unknown_one_does_not(opened: Open, complaints: list[str]) -> None:
    page = opened(hostile_map())
    for id_ in sorted(standing(hostile_map())):
        assert page.evaluate(f"journeyai.open({json.dumps(id_)})") is True
    assert page.evaluate("journeyai.open('nothing')") is False
    assert complaints == []


def test_a_card_opened_right_after_another_was_closed_stays_open(english: Page) -> None:
    """The browser tells of the closing only later."""
    english.evaluate(
        "() => { journeyai.open('c1'); document.querySelector('#panel').close(); journeyai.open('c2');"
        " return new Promise((done) => setTimeout(done, 100)) }"
    )
    assert hash_of(english) == {"card": "c2"}
    parts = Press().parts(english_map(), BARE)
    english.evaluate("parts => journeyai.refresh(parts)", asdict(parts))
    expect(panel(english)).to_be_visible()


def test_an_assumption_says_that_nobody_said_it(english: Page) -> None:
    card = next(card for card in english_map().cards if card.assumption)
    english.locator(f'.map [data-card="{card.id}"]').click()
    expect(panel(english)).to_contain_text("No evidence yet: nobody in the sources says this.")


def test_a_long_quote_is_cut_until_it_is_wanted(opened: Open) -> None:
    journey = english_map()
    long = journey.evidence[0].model_copy(update={"quote": "z" * 1_000_000})
    card = next(card.id for card in journey.cards if long.id in card.evidence)
    page = opened(journey.model_copy(update={"evidence": (long, *journey.evidence[1:])}))
    page.evaluate(f"journeyai.open('{card}')")
    quote = panel(page).locator(".quote").filter(has_text="zzz")
    assert len(quote.locator("mark").inner_text()) < 1000
    quote.get_by_role("button", name="Show all of it").click()
    assert len(quote.locator("mark").text_content() or "") == 1_000_000
    assert page.evaluate(
        "document.querySelector('#panel').scrollWidth <= document.querySelector('#panel').clientWidth"
    )


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("persona", "p2", lambda card, told: "p2" in card.personas),
        ("row", "delight", lambda card, told: card.lane == "delight"),
        ("kind", "review", lambda card, told: "reviews" in told),
        ("asked", "1", lambda card, told: told & {"interviews", "survey", "notes"}),
        ("asked", "0", lambda card, told: told - {"interviews", "survey", "notes"}),
        ("status", "accepted", lambda card, told: card.status == "accepted"),
        ("status", "against", lambda card, told: card.against),
        ("status", "assumption", lambda card, told: card.assumption),
    ],
)
def test_a_filter_leaves_what_it_asks_for_and_says_so(
    name: str, value: str, fits: Callable[[Any, set[str]], Any], opened: Open
) -> None:
    journey = english_map()
    page = opened(journey)
    folders = {item.id: item.source.partition("/")[0] for item in journey.evidence}
    wanted = {
        card.id
        for card in journey.cards
        if card.status != "rejected" and fits(card, {folders[id_] for id_ in card.evidence})
    }
    choose(page, name, value)
    assert shown_cards(page) == wanted
    expect(page.locator("#state")).to_contain_text(f"{len(wanted)} of {len(standing(journey))} cards")
    assert hash_of(page) == {name: value}
    page.get_by_role("button", name="Show everything").click()
    assert shown_cards(page) == standing(journey)
    assert hash_of(page) == {}


def test_search_looks_into_titles_and_quotes_whatever_the_accents(opened: Open) -> None:
    journey = spanish_map()
    card = next(card for card in journey.cards if any(letter in card.title for letter in "áéíóú"))
    page = opened(journey)
    plain = card.title.translate(str.maketrans("áéíóúñ", "aeioun")).upper()
    page.get_by_role("searchbox").fill(plain)
    expect(page.locator("#state")).to_contain_text(" de ")
    assert card.id in shown_cards(page)
    quote = journey.evidence[-1].quote
    page.get_by_role("searchbox").fill(quote)
    expect(page.locator("#state")).to_contain_text(quote)
    assert shown_cards(page) == {
        one.id
        for one in journey.cards
        if one.status != "rejected" and journey.evidence[-1].id in (*one.evidence, *one.against)
    }


def test_least_people_counts_people(english: Page) -> None:
    english.get_by_label("People, at least").fill("4")
    wanted = {card.id for card in english_map().cards if card.people >= 4 and card.status != "rejected"}
    assert shown_cards(english) == wanted
    expect(english.locator("#state")).to_contain_text("at least 4 people")


def test_the_address_brings_back_what_was_seen(opened: Open) -> None:
    page = opened(english_map(), hash="#persona=p1&people=2&b=p2&quotes=1&card=c1")
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator('select[name="persona"]')).to_have_value("p1")
    expect(page.locator('[data-compare="b"]')).to_have_value("p2")
    expect(page.get_by_role("checkbox", name="Quotes")).to_be_checked()
    expect(page.locator(".glimpse:visible").first).to_be_visible()
    assert hash_of(page) == {"persona": "p1", "people": "2", "b": "p2", "quotes": "1"}


@pytest.mark.parametrize(
    "hash",
    ["#persona=gone&row=%3Cb%3E&people=-3&a=x&b=y&card=nothing", "#%", "#card=c1&card=c2", "#people=abc"],
)
def test_an_address_that_makes_no_sense_does_no_harm(hash: str, opened: Open, complaints: list[str]) -> None:
    page = opened(english_map(), hash=hash)
    page.keyboard.press("Escape")
    assert shown_cards(page) == standing(english_map())
    assert complaints == []


def test_two_personas_are_compared(english: Page) -> None:
    english.locator('[data-compare="a"]').select_option("p1")
    english.locator('[data-compare="b"]').select_option("p2")
    drawn = english.evaluate(
        "[...document.querySelectorAll('.series')].filter((g) => getComputedStyle(g).display !== 'none')"
        ".map((g) => g.dataset.series)"
    )
    assert drawn == ["p1", "p2"]
    expect(english.locator(".apart")).to_contain_text("Furthest apart:")
    both = {
        card.id
        for card in english_map().cards
        if {"p1", "p2"} <= set(card.personas) and card.status != "rejected"
    }
    marked = english.evaluate(
        "[...document.querySelectorAll('.map .card.of-a.of-b')].map((c) => c.dataset.card)"
    )
    assert set(marked) == both
    expect(english.locator(".apart")).to_contain_text(f"{len(both)} of both")


def test_a_persona_in_the_strip_filters_and_draws_its_curve(english: Page) -> None:
    button = english.locator('[data-person="p1"]')
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert hash_of(english) == {"persona": "p1", "b": "p1"}
    button.click()
    assert hash_of(english) == {}


def test_the_curve_has_a_table_behind_it(english: Page) -> None:
    table = english.locator(".behind table")
    expect(table).to_be_hidden()
    english.get_by_text("The curve as a table").click()
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() == 7
    expect(english.get_by_role("img", name="Lowest: ")).to_be_visible()


def test_all_is_done_with_the_keyboard(english: Page) -> None:
    english.keyboard.press("Tab")
    expect(english.get_by_text("Skip to the map")).to_be_focused()
    english.keyboard.press("Enter")
    expect(english.locator("#map")).to_be_focused()
    english.keyboard.press("/")
    expect(english.get_by_role("searchbox")).to_be_focused()
    first = english.locator(".map .card").first
    first.focus()
    outline = first.evaluate(
        "(card) => getComputedStyle(card).outlineStyle + getComputedStyle(card).outlineWidth"
    )
    assert outline == "solid2px"
    english.keyboard.press("Enter")
    expect(panel(english).locator("h2")).to_be_focused()
    title = panel(english).locator("h2").inner_text()
    english.keyboard.press("j")
    expect(panel(english).locator("h2")).not_to_have_text(title)
    english.keyboard.press("k")
    expect(panel(english).locator("h2")).to_have_text(title)
    english.keyboard.press("Escape")
    expect(panel(english)).to_be_hidden()
    expect(first).to_be_focused()
    english.keyboard.press("ArrowRight")
    column = english.evaluate("document.activeElement.closest('.stage').getAttribute('aria-labelledby')")
    assert column != "stage-1"
    before = english.evaluate("document.activeElement.dataset.card")
    english.keyboard.press("ArrowDown")
    assert english.evaluate("document.activeElement.dataset.card") != before


def test_a_card_behind_more_gets_the_focus_back(english: Page) -> None:
    hidden = english.evaluate("document.querySelector('.map li.s > .card').dataset.card")
    english.evaluate(f"journeyai.open('{hidden}')")
    english.keyboard.press("Escape")
    expect(english.locator(f'.map [data-card="{hidden}"]')).to_be_focused()


def test_the_theme_follows_the_system_until_another_is_chosen(english: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    english.emulate_media(color_scheme="light")
    light = english.evaluate(ground)
    english.emulate_media(color_scheme="dark")
    dark = english.evaluate(ground)
    assert light != dark
    switch = english.get_by_role("button", name="Theme: as the system")
    switch.click()
    english.emulate_media(color_scheme="light")
    assert english.evaluate(ground) == dark
    english.reload()
    assert english.evaluate(ground) == dark
    english.get_by_role("button", name="Theme: dark").click()
    english.emulate_media(color_scheme="dark")
    assert english.evaluate(ground) == light


def test_on_a_phone_stages_stand_one_under_the_other(english: Page) -> None:
    english.set_viewport_size(PHONE)
    boxes = [box for stage in english.locator(".stage").all() if (box := stage.bounding_box())]
    assert len({box["x"] for box in boxes}) == 1
    assert [box["y"] for box in boxes] == sorted({box["y"] for box in boxes})
    assert english.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(english.locator(".cell h4").first).to_be_visible()
    expect(english.locator('select[name="persona"]')).to_be_hidden()
    english.get_by_role("button", name="Filters").click()
    expect(english.locator('select[name="persona"]')).to_be_visible()


def test_a_hostile_map_does_not_widen_a_phone(opened: Open) -> None:
    page = opened(hostile_map())
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize(
    "journey",
    [
        pytest.param(english_map, id="english"),
        pytest.param(spanish_map, id="spanish"),
        pytest.param(empty_map, id="empty"),
    ],
)
def test_the_map_is_printed_on_one_to_three_pages(
    journey: Callable[[], JourneyMap], paper: str, opened: Open
) -> None:
    page = opened(journey(), Material(load_template("cx-lifecycle")))
    pages = PdfReader(io.BytesIO(page.pdf(format=paper, landscape=True))).pages
    assert 1 <= len(pages) <= 3
    text = " ".join(part.extract_text() for part in pages)
    assert [stage.name for stage in journey().stages if stage.name.split()[0] not in text] == []
    box = pages[0].mediabox
    assert box.width > box.height


@pytest.mark.parametrize("template", template_ids())
def test_every_method_is_printed_on_at_most_three_pages(template: str, opened: Open) -> None:
    page = opened(english_map(), Material(load_template(template)))
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4", landscape=True))).pages) <= 3


def test_what_is_filtered_is_printed_so_and_says_so(english: Page) -> None:
    choose(english, "row", "pain_point")
    reader = PdfReader(io.BytesIO(english.pdf(format="A4", landscape=True)))
    text = reader.pages[0].extract_text()
    assert "cards" in text
    assert "Delights" not in text


def test_without_scripts_all_cards_are_there_with_a_quote_each(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(render_page(*with_documents(english_map())), encoding="utf-8")
    assert page.context.browser is not None
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(path.as_uri())
    for locator in (plain.locator(".map [data-card]").last, plain.locator(".glimpse").first):
        expect(locator).to_be_visible()
    expect(plain.locator(".controls")).to_be_hidden()
    assert plain.locator(".map [data-card]:visible").count() == len(standing(english_map()))
    context.close()


def test_a_changed_map_takes_the_place_of_the_old_one(english: Page, complaints: list[str]) -> None:
    journey, material = with_documents(english_map())
    choose(english, "status", "draft")
    english.evaluate("journeyai.open('c1')")
    first = journey.cards[0].model_copy(update={"title": "Renamed meanwhile"})
    parts = Press().parts(journey.model_copy(update={"cards": (first, *journey.cards[1:])}), material)
    english.evaluate("parts => journeyai.refresh(parts)", asdict(parts))
    expect(panel(english).locator("h2")).to_have_text("Renamed meanwhile")
    expect(english.locator('select[name="status"]')).to_have_value("draft")
    english.keyboard.press("Escape")
    expect(english.locator('.map [data-card="c1"]')).to_be_focused()
    gone = Press().parts(journey.model_copy(update={"cards": journey.cards[1:]}), material)
    english.evaluate("journeyai.open('c1')")
    english.evaluate("parts => journeyai.refresh(parts)", asdict(gone))
    expect(panel(english)).to_be_hidden()
    english.evaluate("journeyai.say('Undone.')")
    expect(english.get_by_role("status").filter(has_text="Undone.")).to_be_visible()
    assert complaints == []


def test_who_wants_no_motion_gets_none(english: Page) -> None:
    english.emulate_media(reduced_motion="reduce")
    english.evaluate("journeyai.open('c1')")
    assert english.evaluate("getComputedStyle(document.querySelector('#panel')).animationName") == "none"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("english", "map"),
        ("english", "panel"),
        ("english", "compare"),
        ("spanish", "quotes"),
        ("hostile", "map"),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(
    name: str, width: int, scheme: str, state: str, opened: Open, npm_file: Callable[[str], Path]
) -> None:
    hashes = {"map": "", "panel": "#card=c1", "compare": "#a=p1&b=p2", "quotes": "#quotes=1&people=2"}
    axe = npm_file("axe-core/axe.min.js").read_text(encoding="utf-8")
    page = opened(*with_documents(MAPS[name]()))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto(page.url.partition("#")[0] + hashes[state])
    if state == "map":
        page.get_by_text("The curve as a table").click()
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    serious = [
        (rule["id"], [node["target"] for node in rule["nodes"]][:3], rule["nodes"][0]["failureSummary"])
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
    ]
    assert serious == []
