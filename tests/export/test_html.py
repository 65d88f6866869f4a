import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from evals.bench.page import make_map
from hypothesis import given
from hypothesis import strategies as st
from tests.export.documents import with_documents
from tests.sample_map import ATTACKS, MAPS, empty_map, english_map, hostile_map, spanish_map

from journeyai.export import BARE, Material, export
from journeyai.export.elements import elements
from journeyai.export.html.curve import HEIGHT, height_of, line_through
from journeyai.export.html.page import Live, Press, render_page, whole_page
from journeyai.export.html.text import cut, language_tag, lines
from journeyai.export.plain import visible
from journeyai.export.reading import Reading
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import JourneyMap, Judged

STANDING = {"english": english_map, "spanish": spanish_map, "hostile": hostile_map}


class Page(HTMLParser):
    """A page as a browser takes it apart: elements with their attributes, and the text inside some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, dict[str, str | None], str]] = []
        self.words: list[str] = []
        self._raw: tuple[str, dict[str, str | None]] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._raw = (tag, dict(attrs)) if tag in {"script", "style"} else None

    def handle_data(self, data: str) -> None:
        if self._raw:
            self.inside.append((*self._raw, data))
        else:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._raw = None

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [
            value or "" for _, attributes in self.elements if (value := attributes.get(attribute)) is not None
        ]

    def island(self, id_: str) -> dict[str, Any]:
        (text,) = (body for _, attributes, body in self.inside if attributes.get("id") == id_)
        data: dict[str, Any] = json.loads(text)
        return data

    @property
    def data(self) -> dict[str, Any]:
        """All that the script works with."""
        return self.island("data") | self.island("quotes")


def page(journey: JourneyMap, material: Material = BARE, live: Live | None = None) -> Page:
    return Page(whole_page(Press().parts(journey, material), live))


def quotes(data: dict[str, Any]) -> list[str]:
    """Return the quotes as the browser cuts them: by UTF-16 units."""
    found = []
    for row in data["quotes"]:
        stretch = data["stretches"][row[4]].encode("utf-16-le")
        found.append(stretch[2 * row[5] : 2 * row[6]].decode("utf-16-le"))
    return found


@pytest.mark.parametrize("name", STANDING)
def test_every_card_that_stands_is_on_the_page_and_no_rejected_one(name: str) -> None:
    journey = STANDING[name]()
    standing = {card.id for card in journey.cards if card.status != "rejected"}
    shown = page(journey)
    assert set(shown.values("data-card")) == standing
    assert {row["id"]: row.get("t", "") for row in shown.data["cards"]} == {
        card.id: visible(card.title) for card in journey.cards if card.id in standing
    }


@pytest.mark.parametrize("name", STANDING)
def test_every_quote_is_on_the_page_word_for_word_without_any_file_at_hand(name: str) -> None:
    journey = STANDING[name]()
    assert quotes(page(journey).data) == [visible(item.quote) for item in journey.evidence]


@pytest.mark.parametrize("name", ["english", "spanish"])
def test_every_quote_is_cut_out_of_the_words_around_it(name: str) -> None:
    journey, material = with_documents(STANDING[name]())
    data = page(journey, material).data
    assert quotes(data) == [visible(item.quote) for item in journey.evidence]
    assert all("Said before" in data["stretches"][row[4]][: row[5]] for row in data["quotes"])


def test_letters_that_take_two_units_do_not_shift_the_quotes() -> None:
    journey, material = with_documents(english_map(), "\n👩‍👩‍👧 \u202e𝒜 {n}\u200b:\t\x07 ")
    assert quotes(page(journey, material).data) == [visible(item.quote) for item in journey.evidence]


def test_a_quote_that_does_not_stand_in_its_file_is_shown_without_words_around_it() -> None:
    journey, material = with_documents(english_map())
    moved = replace(material, text=lambda source, record: "Quite another file, and long enough. " * 200)
    assert page(journey, moved).data["stretches"] == page(journey).data["stretches"]


def test_words_around_several_quotes_are_kept_once() -> None:
    journey, material = with_documents(english_map())
    stretches = page(journey, material).data["stretches"]
    assert sum(stretch.count("Said before") for stretch in stretches) == len(journey.evidence)
    assert len(stretches) < len(journey.evidence)


def test_the_more_words_there_are_around_all_quotes_the_fewer_each_has() -> None:
    journey, material = with_documents(english_map(), between="\nword " * 300 + "{n} ")
    data = page(journey, material).data
    assert sum(map(len, data["stretches"])) < 420 * len(journey.evidence)
    assert quotes(data) == [visible(item.quote) for item in journey.evidence]


def test_for_and_against_point_at_the_cards_own_quotes() -> None:
    journey = english_map()
    data = page(journey).data
    told = {
        row["id"]: ([data["ids"][n] for n in row.get("e", [])], [data["ids"][n] for n in row.get("a", [])])
        for row in data["cards"]
    }
    assert told == {
        card.id: (list(card.evidence), list(card.against))
        for card in journey.cards
        if card.status != "rejected"
    }


@pytest.mark.parametrize("live", [None, Live("a-token", 12)], ids=["static", "live"])
@pytest.mark.parametrize("name", MAPS)
def test_the_page_allows_itself_its_own_script_and_style_and_nothing_else(
    name: str, live: Live | None
) -> None:
    shown = page(MAPS[name](), BARE, live)
    (policy,) = (
        a["content"] for tag, a in shown.elements if a.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().partition(" ")[::2] for rule in (policy or "").split(";"))
    hashed = {
        tag: {
            f"'sha256-{base64.b64encode(sha256(body.encode()).digest()).decode()}'"
            for kind, attributes, body in shown.inside
            if kind == tag and attributes.get("type") != "application/json"
        }
        for tag in ("script", "style")
    }
    assert set(rules.pop("script-src").split()) == hashed["script"]
    assert set(rules.pop("style-src").split()) == hashed["style"]
    assert rules.pop("connect-src", None) == ("'self'" if live else None)
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}


@pytest.mark.parametrize("name", MAPS)
def test_nothing_on_the_page_runs_loads_or_styles_by_an_attribute(name: str) -> None:
    shown = page(MAPS[name]())
    names = {attribute for _, attributes in shown.elements for attribute in attributes}
    assert not [attribute for attribute in names if attribute.startswith("on")]
    assert not names & {"style", "src", "srcdoc", "action", "formaction", "background", "ping"}
    assert set(shown.values("href")) == {"#map"}
    assert not {tag for tag, _ in shown.elements} & {
        "img",
        "iframe",
        "object",
        "embed",
        "link",
        "base",
        "a:script",
    }


def test_a_hostile_map_adds_no_element_of_its_own() -> None:
    plain, hostile = page(english_map()), page(hostile_map())
    known = {tag for tag, _ in plain.elements} | {"em", "blockquote", "dl", "dt", "dd", "div"}
    assert {tag for tag, _ in hostile.elements} <= known
    assert [tag for tag, _ in hostile.elements].count("script") == [tag for tag, _ in plain.elements].count(
        "script"
    )
    assert "<script>alert(1)</script> <img src=x onerror=alert(1)>" in hostile.text


@pytest.mark.parametrize("attack", ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "\u2028"])
def test_the_data_cannot_leave_its_element(attack: str) -> None:
    journey = english_map()
    first = journey.cards[0].model_copy(update={"title": attack, "detail": attack})
    said = journey.evidence[0].model_copy(update={"quote": attack, "speaker": attack})
    update = {"cards": (first, *journey.cards[1:]), "evidence": (said, *journey.evidence[1:])}
    shown = page(journey.model_copy(update=update))
    assert shown.data["cards"][0].get("t", "") == visible(attack)
    assert quotes(shown.data)[0] == visible(attack)
    assert len([tag for tag, _ in shown.elements if tag == "script"]) == 4


def test_a_word_of_a_million_letters_is_kept_once_and_cut_where_it_is_shown() -> None:
    journey = english_map()
    first = journey.evidence[0].model_copy(update={"quote": "x" * 1_000_000})
    card = next(card for card in journey.cards if first.id in card.evidence)
    cards = tuple(
        card.model_copy(update={"title": "y" * 1_000_000}) if one.id == card.id else one
        for one in journey.cards
    )
    large = journey.model_copy(update={"evidence": (first, *journey.evidence[1:]), "cards": cards})
    assert len(render_page(large, BARE)) < len(render_page(journey, BARE)) + 2_010_000
    assert max(map(len, page(large).words)) < 1000


@pytest.mark.parametrize(
    ("journey", "language", "words"),
    [
        (english_map, "en", ("How it feels", "no evidence", "How to read this", "Only their cards")),
        (spanish_map, "es", ("Cómo se vive", "sin evidencia", "Cómo se lee", "Solo sus tarjetas")),
        (hostile_map, "en", ("How it feels", "no evidence", "How to read this", "Only their cards")),
    ],
)
def test_the_page_speaks_the_language_of_the_map(
    journey: Callable[[], JourneyMap], language: str, words: tuple[str, ...]
) -> None:
    text = render_page(journey(), BARE)
    assert f'<html lang="{language}">' in text
    assert [word for word in words if word not in text] == []


def test_quotes_tell_their_own_language() -> None:
    journey = english_map()
    spanish = tuple(source.model_copy(update={"language": "es"}) for source in journey.sources)
    shown = page(journey.model_copy(update={"sources": spanish}))
    assert {source[3] for source in shown.data["sources"]} == {"es"}
    assert "es" in shown.values("lang")
    assert set(page(journey).values("lang")) == {"en"}


@pytest.mark.parametrize("code", ["und", "", "EN", "en us", 'en" onload="x', "x" * 9])
def test_what_is_no_language_is_not_named(code: str) -> None:
    assert language_tag(code) == ""


@pytest.mark.parametrize("template", template_ids())
@pytest.mark.parametrize("journey", [english_map, spanish_map, empty_map])
def test_all_that_a_method_asks_for_is_on_the_page(journey: Callable[[], JourneyMap], template: str) -> None:
    method = load_template(template)
    shown = page(journey(), Material(method))
    asked = elements(Reading(journey()), method)
    words = re.sub(r"\W", "", shown.text).casefold()
    assert [one.name for one in asked if re.sub(r"\W", "", one.name).casefold() not in words] == []
    empty = sum(not cell for one in asked for cell in one.cells)
    cells = [
        attributes.get("class")
        for tag, attributes in shown.elements
        if tag == "div" and "data-print" in attributes
    ]
    sections = [
        attributes.get("class")
        for tag, attributes in shown.elements
        if "extra" in (attributes.get("class") or "")
    ]
    assert cells.count("cell empty") + sum("is-empty" in (name or "") for name in sections) == empty


def test_an_empty_map_says_what_to_do() -> None:
    assert "No cards yet. Run `journeyai draft` first." in page(empty_map()).text


def test_a_served_page_knows_its_token_its_head_and_its_quotes_and_a_file_does_not() -> None:
    parts = Press().parts(english_map(), BARE)
    served, file = Page(whole_page(parts, Live("a-token", 12))), page(english_map())
    assert served.island("live") == {"token": "a-token", "head": 12, "quotes": parts.quotes_name}
    # The script that changes the map, too.
    assert len(served.inside) == len(file.inside) + 2
    assert "a-token" not in file.text


def test_the_parts_are_those_of_the_page() -> None:
    journey, material = with_documents(english_map())
    parts = Press().parts(journey, material)
    whole = render_page(journey, material)
    assert all(part in whole for part in (parts.title, parts.main, parts.data, parts.quotes))


@pytest.mark.parametrize("name", MAPS)
def test_the_same_map_gives_the_same_page(name: str) -> None:
    journey = MAPS[name]()
    again = JourneyMap.from_json(journey.to_json())
    assert export(journey, "html") == export(again, "html")


def test_a_large_page_is_not_much_larger_than_its_map() -> None:
    journey, documents = make_map(400, 4000)
    material = Material(load_template("cx-lifecycle"), lambda source, record: documents.get((source, record)))
    size = len(render_page(journey, material).encode())
    assert size <= 1.3 * len(journey.to_json().encode())


def test_a_curve_is_broken_where_nobody_told_a_feeling() -> None:
    line = line_through([1.0, -1.0, None, 0.5])
    top, bottom, last = height_of(1), height_of(-1), height_of(0.5)
    assert line.path.startswith(f"M50 {top:.0f}C")
    assert line.path.count("M") == 2
    assert line.path.endswith(f"M350 {last:.0f}h.1")
    assert [dot and (dot.x, dot.y, dot.level, dot.is_low) for dot in line.dots] == [
        (12.5, 100 * top / HEIGHT, 1.0, False),
        (37.5, 100 * bottom / HEIGHT, -1.0, True),
        None,
        (87.5, 100 * last / HEIGHT, 0.5, False),
    ]


@given(st.lists(st.none() | st.floats(-2, 2), max_size=12))
def test_a_curve_never_goes_beyond_the_feelings_it_joins(valences: list[float | None]) -> None:
    known = [height_of(value) for value in valences if value is not None]
    numbers = [
        float(part) for part in re.findall(r"-?[\d.]+", line_through(valences).path.replace("h.1", ""))
    ]
    heights = numbers[1::2]
    assert all(min(known) - 0.06 <= height <= max(known) + 0.06 for height in heights)


@given(st.text(), st.integers(4, 40))
def test_what_is_cut_is_visible_and_no_longer_than_asked(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert visible(short) == short or short.endswith("…")


@pytest.mark.parametrize("text", ATTACKS)
def test_lines_stay_lines_and_nothing_else_that_is_not_seen(text: str) -> None:
    assert visible(lines(text)) == visible(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [("one ", "two"), ("one", " two"), ("one\n", "two"), ("one", "\ntwo"), ("one \n", " two")],
)
def test_the_space_between_pieces_is_kept(before: str, after: str) -> None:
    assert (lines(before) + lines(after)).split() == ["one", "two"]


@pytest.mark.parametrize(
    ("journey", "tags", "facts"),
    [
        (
            english_map,
            ["2 · high / unknown / low", "under way", "Kim <b>"],
            [["Owner", "Kim <b>"], ["Judged", "priority 2 · desirable: high · viable: unknown · feasible: low"],
             ["Progress", "under way"]],
        ),
        (
            spanish_map,
            ["2 · mucho / no se sabe / poco", "en marcha", "Kim <b>"],
            [["Responsable", "Kim <b>"],
             ["Valoración", "prioridad 2 · deseable: mucho · viable: no se sabe · factible: poco"],
             ["Avance", "en marcha"]],
        ),
    ],
    ids=["en", "es"],
)  # fmt: skip
def test_an_opportunity_shows_grades_progress_and_owner_on_its_card_and_in_its_panel(
    journey: Callable[[], JourneyMap], tags: list[str], facts: list[list[str]]
) -> None:
    before = journey()
    judged = Judged(desirable="high", viable="unknown", feasible="low", priority=2)
    first = next(card for card in before.cards if card.lane == "opportunity")
    mine = first.model_copy(update={"judged": judged, "progress": "under_way", "owner": "Kim <b>"})
    cards = tuple(mine if card.id == first.id else card for card in before.cards)
    parts = Press().parts(before.model_copy(update={"cards": cards}), BARE)
    button = parts.main.partition(f'data-card="{first.id}"')[2].partition("</button>")[0]
    shown = [unescape(text) for text in re.findall(r'<span class="tag plan"[^>]*>(.*?)</span>', button)]
    assert shown == tags
    row = next(row for row in json.loads(parts.data)["cards"] if row["id"] == first.id)
    assert [fact for fact in row["f"] if fact[0] in {name for name, _ in facts}] == facts
