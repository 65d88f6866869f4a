import io
import re
import unicodedata
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.sample_map import ATTACKS, MAPS, empty_map, english_map, spanish_map

from journeyai.export.material import BARE, Material
from journeyai.export.pictures import CurvePngExporter, GridPngExporter, GridSvgExporter
from journeyai.export.pictures.curve import draw_curve
from journeyai.export.pictures.grid import draw_grid
from journeyai.export.pictures.lettering import lacks, width, wrapped
from journeyai.export.pictures.look import pen
from journeyai.export.reading import Reading
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import Card, JourneyMap, Judged, Persona

SVG = "{http://www.w3.org/2000/svg}"
PICTURES: dict[str, Callable[[JourneyMap], str]] = {
    "curve": lambda journey: draw_curve(journey).svg,
    "grid": lambda journey: draw_grid(journey, None).svg,
}


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.encode("utf-8"))


def seen(svg: str) -> list[str]:
    """Return what is written in a picture, an entry a text."""
    return [" ".join(text.itertext()) for text in parsed(svg).iter(f"{SVG}text")]


def changed(**fields: Any) -> JourneyMap:
    return english_map().model_copy(update=fields)


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_shapes_and_text_and_nothing_that_runs_or_loads(picture: str, name: str) -> None:
    svg = PICTURES[picture](MAPS[name]())
    root = parsed(svg)
    names = {item.tag.removeprefix(SVG) for item in root.iter()}
    assert names <= {"svg", "title", "desc", "g", "rect", "path", "text", "tspan"}
    attributes = {key for item in root.iter() for key in item.attrib}
    assert not [key for key in attributes if key.startswith("on") or "href" in key or key == "style"]
    assert "url(" not in svg.replace("x.png)", "")


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("picture", PICTURES)
def test_no_text_stands_outside_the_picture(picture: str, name: str) -> None:
    root = parsed(PICTURES[picture](MAPS[name]()))
    across, down = float(root.attrib["width"]), float(root.attrib["height"])
    for text in root.iter(f"{SVG}text"):
        size, bold = float(text.attrib["font-size"]), text.get("font-weight") == "bold"
        for line in text:
            wide = width(line.text or "", size, bold=bold)
            share = {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", "start"), 0.0)
            left = float(line.attrib["x"]) - share * wide
            assert left >= 0
            assert left + wide <= across
            assert size <= float(line.attrib["y"]) <= down


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_screen_reader_is_told_what_the_picture_shows(picture: str, name: str) -> None:
    journey = MAPS[name]()
    root = parsed(PICTURES[picture](journey))
    title, about = root[0], root[1]
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", f"{title.get('id')} {about.get('id')}")
    assert (title.tag, about.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text
    assert about.text


def test_the_curve_tells_every_stage_of_everyone_and_of_each_persona() -> None:
    about = parsed(draw_curve(english_map()).svg)[1].text or ""
    assert about.startswith(
        "The emotion curve by stage, from −2 very bad to +2 very good. everyone (25 people): Discovery: +0.1"
        " (15 people); Consideration: no feeling told; Joining: −0.5 (19 people); First loan: +0.7 (11 people);"
    )
    assert "The night reader (5 people): Discovery: +0.3" in about


def test_the_curve_says_what_is_felt_where_and_by_how_many() -> None:
    texts = seen(draw_curve(spanish_map()).svg)
    points = Reading(spanish_map()).curve()
    assert [point.stage.name for point in points if point.stage.name not in texts] == []
    assert {f"{point.people} personas" for point in points if point.people > 1} <= set(texts)
    assert "todas las personas" in texts
    assert {persona.name for persona in spanish_map().personas} <= set(texts)
    moments = sum(stage.moment_of_truth for stage in spanish_map().stages)
    assert sum(text.startswith("momento de la") for text in texts) == moments


def test_a_stage_without_a_feeling_is_a_gap_that_says_why() -> None:
    texts = seen(draw_curve(english_map()).svg)
    assert texts.count("no feeling told") == 1
    assert seen(draw_curve(empty_map()).svg).count("no evidence") == 5


def test_everyones_line_is_broken_where_nothing_was_told() -> None:
    paths = [item.attrib for item in parsed(draw_curve(english_map()).svg).iter(f"{SVG}path")]
    lines = [path["d"] for path in paths if path.get("stroke-width") == "5.5" and path["fill"] == "none"]
    # The second of seven stages has no feeling: the first stands alone.
    assert [line.count("C") for line in lines] == [0, 4]


def test_personas_are_told_apart_without_colours() -> None:
    pens = [pen(number) for number in range(24)]
    for few in (pens[n : n + 6] for n in range(0, 24, 6)):
        assert (
            len({one.mark for one in few})
            == len({one.dashes for one in few})
            == len({one.colour for one in few})
        )
    assert len({(one.colour, one.dashes, one.mark) for one in pens}) == len(pens)


@pytest.mark.parametrize("colour", sorted({pen(number).colour for number in range(6)}))
def test_every_line_stands_out_from_the_ground(colour: str) -> None:
    """WCAG 2.2: graphics have a contrast of 3 : 1."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 3


@pytest.mark.parametrize("template", [None, *template_ids()])
@pytest.mark.parametrize("journey", [english_map(), spanish_map()], ids=["english", "spanish"])
def test_the_grid_holds_every_card_that_stands(journey: JourneyMap, template: str | None) -> None:
    picture = draw_grid(journey, load_template(template) if template else None)
    text = re.sub(r"\s", "", " ".join(parsed(picture.svg).itertext()))
    titles = [card.title for card in Reading(journey).cards]
    assert [title for title in titles if re.sub(r"\s", "", title) not in text] == []


def pains(n: int) -> tuple[Card, ...]:
    return tuple(
        Card(id=f"c{k}", lane="pain_point", stage="use", title=f"Pain {k}", people=k, documents=1)
        for k in range(1, n + 1)
    )


def test_the_grid_shows_the_strongest_and_counts_the_others() -> None:
    svg = draw_grid(changed(cards=pains(9)), None).svg
    shown = [text for text in seen(svg) if text.startswith(("Pain ", "+"))]
    assert shown[-7:] == ["Pain 9", "Pain 8", "Pain 7", "Pain 6", "Pain 5", "Pain 4", "+3"]
    assert "<title>Pain 3 · Pain 2 · Pain 1</title>" in svg
    assert [text for text in seen(svg) if "3 in all, which the picture for a wall (wall-svg) shows" in text]


@pytest.mark.parametrize("template", [None, *template_ids()])
@pytest.mark.parametrize("journey", [english_map(), spanish_map()], ids=["english", "spanish"])
def test_the_grid_goes_on_a_slide_and_its_letters_can_be_read_there(
    journey: JourneyMap, template: str | None
) -> None:
    picture = draw_grid(journey, load_template(template) if template else None)
    assert 1.25 <= picture.width / picture.height <= 2.2
    sizes = [float(text.attrib["font-size"]) for text in parsed(picture.svg).iter(f"{SVG}text")]
    assert min(sizes) * 1600 / picture.width >= 11


@pytest.mark.parametrize("template", [None, *template_ids()])
@pytest.mark.parametrize("journey", [english_map(), spanish_map()], ids=["english", "spanish"])
def test_the_picture_for_a_wall_draws_every_entry(journey: JourneyMap, template: str | None) -> None:
    method = load_template(template) if template else None
    texts = seen(draw_grid(journey, method, whole=True).svg)
    assert [text for text in texts if re.fullmatch(r"\+\d+", text)] == []
    written = re.sub(r"\s", "", "".join(texts))
    titles = [re.sub(r"\s", "", card.title) for card in Reading(journey).cards]
    assert [title for title in titles if title not in written] == []


def test_many_cards_of_a_cell_lie_beside_each_other_on_the_wall() -> None:
    """On a slide they cannot; there a column is as high as it is."""
    picture = draw_grid(changed(cards=pains(60)), None, whole=True)
    assert {f"Pain {n}" for n in range(1, 61)} <= set(seen(picture.svg))
    assert 1.2 <= picture.width / picture.height <= 1.7


def test_no_two_slips_lie_on_each_other() -> None:
    for whole in (False, True):
        root = parsed(draw_grid(changed(cards=pains(23)), None, whole=whole).svg)
        boxes = [
            [float(item.attrib[key]) for key in ("x", "y", "width", "height")]
            for item in root.iter(f"{SVG}rect")
            if item.get("rx") == "6"
        ]
        assert len(boxes) == (23 if whole else 6)
        for (x, y, wide, high), (x2, y2, wide2, high2) in combinations(boxes, 2):
            assert x + wide <= x2 or x2 + wide2 <= x or y + high <= y2 or y2 + high2 <= y


@pytest.mark.parametrize("whole", [False, True], ids=["slide", "wall"])
def test_an_opportunity_tells_its_grades_its_progress_and_its_owner(whole: bool) -> None:
    card = Card(
        id="c1",
        lane="opportunity",
        stage="use",
        title="Tell who is waiting",
        people=4,
        documents=2,
        judged=Judged(desirable="high", viable="medium", feasible="low", priority=1),
        progress="under_way",
        owner="Nia",
    )
    text = " ".join(seen(draw_grid(changed(cards=(card,)), None, whole=whole).svg))
    told = "4 people · 2 documents · priority 1 · desirable: high · viable: medium · feasible: low"
    assert told in text.replace("- ", "-")
    assert "owner: Nia" in text


def test_the_grid_says_where_there_is_no_evidence() -> None:
    svg = draw_grid(empty_map(), load_template("cx-lifecycle")).svg
    rows = [element for element in load_template("cx-lifecycle").elements if element.fill == "cards"]
    assert seen(svg).count("no evidence") >= len(rows)


def test_an_assumption_is_drawn_with_dashes_and_a_doubtful_card_with_its_mark() -> None:
    cards = (
        Card(id="c1", lane="need", stage="use", title="Believed", assumption=True, status="edited"),
        Card(id="c2", lane="need", stage="use", title="Unsure", people=1, documents=1, confidence=0.3),
    )
    svg = draw_grid(changed(cards=cards), None).svg
    assert svg.count('stroke-dasharray="5 4"') == 1
    assert "? Unsure" in seen(svg)
    assert "assumption, no evidence yet" in seen(svg)


@given(text=st.text() | st.sampled_from(ATTACKS), language=st.sampled_from(["en", "es"]))
@example(text="\ufffe\uffff]]><script>", language="en")
@settings(max_examples=40, deadline=None)
def test_whatever_a_map_says_is_a_picture(text: str, language: str) -> None:
    journey = english_map()
    journey = changed(
        title=text,
        goal=text,
        language=language,
        stages=tuple(stage.model_copy(update={"name": text}) for stage in journey.stages),
        personas=tuple(persona.model_copy(update={"name": text}) for persona in journey.personas),
        cards=tuple(card.model_copy(update={"title": text}) for card in journey.cards),
    )
    for draw in PICTURES.values():
        found = "".join(parsed(draw(journey)).itertext()).replace("\n", "")
        assert {unicodedata.category(char) for char in found}.isdisjoint({"Cc", "Cf", "Cs"})


def test_a_word_of_a_megabyte_makes_no_large_picture() -> None:
    long = "x" * 1_000_000
    cards = tuple(card.model_copy(update={"title": long, "detail": long}) for card in english_map().cards)
    journey = changed(title=long, cards=cards)
    assert len(draw_grid(journey, None).svg) < 500_000
    assert len(draw_curve(journey).svg) < 100_000


@pytest.mark.parametrize(
    ("exporter", "shape"), [(CurvePngExporter(), (2400, 1346)), (GridPngExporter(), (3000, None))]
)
def test_pixels_are_the_same_twice(
    exporter: CurvePngExporter | GridPngExporter, shape: tuple[int, int | None]
) -> None:
    data = exporter.write(english_map(), BARE)
    assert data == exporter.write(english_map().model_copy(deep=True), BARE)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.width) == ("PNG", shape[0])
    assert shape[1] in {None, image.height}


def test_the_pixels_show_letters_also_such_as_the_font_does_not_have() -> None:
    """They are another font's, or a box, and not nothing."""
    names = ("漢", "👍👍", "Ñandú")
    plain = empty_map()
    journeys = [plain.model_copy(update={"title": name, "stages": plain.stages[:1]}) for name in ("", *names)]
    pictures = [
        Image.open(io.BytesIO(CurvePngExporter().write(journey, BARE))).convert("L") for journey in journeys
    ]
    heads = [picture.crop((60, 60, 1200, 130)) for picture in pictures]
    assert len({head.tobytes() for head in heads}) == len(heads)
    assert [head for head in heads if min(head.tobytes()) > 80] == []


@pytest.mark.parametrize(
    ("text", "is_lacking"),
    [("Ñandú: «¿cuánto?» − 5 €…", False), ("", False), ("bicycle 漢", True), ("👍", True), ("قلم", True)],
)
def test_letters_that_the_shipped_font_does_not_have_are_known(text: str, is_lacking: bool) -> None:
    """Only for these are the machine's fonts opened: else every machine draws the same pixels."""
    assert lacks(text) is is_lacking


def test_a_template_decides_what_the_grid_shows() -> None:
    material = Material(template=load_template("hotjar"))
    assert GridSvgExporter().write(english_map(), material) != GridSvgExporter().write(english_map(), BARE)


def test_a_map_of_many_stages_and_personas_is_wider() -> None:
    stages = tuple(
        stage.model_copy(update={"id": f"s{n}", "order": n})
        for n, stage in enumerate(english_map().stages * 4, 1)
    )
    personas = tuple(Persona(id=f"p{n}", name=f"Persona number {n}") for n in range(1, 15))
    picture = draw_curve(changed(stages=stages, personas=personas))
    assert picture.width > 3000
    assert {persona.name for persona in personas} <= set(seen(picture.svg))


def test_a_map_without_stages_is_drawn() -> None:
    bare = empty_map().model_copy(update={"stages": ()})
    assert "Journey map" in seen(draw_curve(bare).svg)
    assert "Journey map" in seen(draw_grid(bare, load_template("cx-lifecycle")).svg)


@given(st.text(st.sampled_from("abc WMñ-/漢 "), max_size=200), st.integers(30, 300), st.integers(1, 4))
def test_lines_fit_and_no_letter_is_lost_but_behind_dots(text: str, room: int, lines: int) -> None:
    found = wrapped(text, room, 15, lines)
    assert len(found) <= lines
    assert all(width(line, 15) <= room for line in found)
    told = "".join("".join(found).split())
    whole = "".join(text.split())
    assert told == whole or (told.endswith("…") and whole.startswith(told[:-1].rstrip(",;:.–-")))


def test_words_stay_whole_where_they_fit() -> None:
    assert wrapped("one two three four", 80, 20, 3) == ["one two", "three", "four"]
    assert wrapped("one two three four", 80, 20, 2) == ["one two", "three…"]


def test_bold_is_wider_and_an_accent_takes_no_room() -> None:
    assert width("Consideración", 20, bold=True) > width("Consideración", 20) > width("Consideracio", 20)
    assert width("é", 20) == width("e\u0301", 20)
    assert all(a < b for a, b in pairwise([width("i", 20), width("n", 20), width("W", 20)]))
