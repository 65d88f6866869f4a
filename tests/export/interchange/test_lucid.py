import io
import itertools
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.export.interchange.boxes import overlaps
from tests.sample_map import ATTACKS, MAPS, english_map

from journeyai.export import BARE
from journeyai.export.interchange.lucid import MOST_BYTES, LucidExporter
from journeyai.model.journey import JourneyMap, Stage


def document(journey: JourneyMap) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(LucidExporter().write(journey, BARE))) as archive:
        assert archive.namelist() == ["document.json"]
        body = archive.read("document.json")
    assert len(body) <= MOST_BYTES
    found: dict[str, Any] = json.loads(body)
    return found


def shapes(journey: JourneyMap) -> list[dict[str, Any]]:
    return [shape for page in document(journey)["pages"] for shape in page["shapes"]]


def seen(journey: JourneyMap) -> str:
    """Return all that stands on the board, without the shapes' notes."""
    return " ".join(Words.of(shape["text"]) for shape in shapes(journey))


class Words(HTMLParser):
    """Reads HTML as Lucid does: text, and the tags there are."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @classmethod
    def of(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        reader.close()
        return " ".join(reader.words)


def many(journey: JourneyMap, cards: int, stages: int) -> JourneyMap:
    """Return a map with *cards* cards of long titles on *stages* stages."""
    parts = tuple(Stage(id=f"s{n}", name=f"Stage {n}", order=n) for n in range(1, stages + 1))
    first = journey.cards[0]
    made = tuple(
        first.model_copy(
            update={"id": f"c{n}", "stage": parts[n % stages].id, "title": f"Card {n} {'word ' * 60}"}
        )
        for n in range(cards)
    )
    return journey.model_copy(update={"stages": parts, "cards": made})


@pytest.mark.parametrize("name", MAPS)
def test_the_document_is_as_lucid_documents_it(name: str) -> None:
    board = document(MAPS[name]())
    assert (set(board), board["version"]) == ({"version", "pages"}, 1)
    for page in board["pages"]:
        assert set(page) == {"id", "title", "settings", "shapes", "lines"}
        assert page["settings"] == {"infiniteCanvas": True}
        for shape in page["shapes"]:
            # A block of text takes no style.
            keys = {"id", "type", "boundingBox", "text"} | (
                {"style"} if shape["type"] == "rectangle" else set()
            )
            assert set(shape) - {"note"} == keys
            assert shape["type"] in {"rectangle", "text"}
            assert shape["boundingBox"]["w"] > 0 < shape["boundingBox"]["h"]
        for line in page["lines"]:
            assert set(line) == {"id", "lineType", "endpoint1", "endpoint2", "stroke"}
            assert {line["endpoint1"]["type"], line["endpoint2"]["type"]} == {"positionEndpoint"}


@pytest.mark.parametrize("name", MAPS)
def test_every_id_is_allowed_and_given_once(name: str) -> None:
    board = document(MAPS[name]())
    ids = [part["id"] for page in board["pages"] for part in (page, *page["shapes"], *page["lines"])]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z0-9\-_.~]{1,36}", id_) for id_ in ids)


@pytest.mark.parametrize("name", MAPS)
def test_colours_are_hexadecimal(name: str) -> None:
    text = json.dumps(document(MAPS[name]()))
    found = re.findall(r'"color": "([^"]*)"', text)
    assert found
    assert all(re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in found)


@pytest.mark.parametrize("name", MAPS)
def test_text_has_only_our_own_html(name: str) -> None:
    for shape in shapes(MAPS[name]()):
        reader = Words()
        reader.feed(shape["text"])
        assert reader.tags <= {"p", "b", "br"}


def test_a_note_is_neither_markup_nor_escaped_markup() -> None:
    """Lucid does not say whether it takes a note for HTML: it is the same words either way."""
    journey = english_map()
    stages = tuple(it.model_copy(update={"summary": "I < 3 & <b>you</b>"}) for it in journey.stages)
    changed = journey.model_copy(update={"stages": stages})
    notes = [shape["note"] for shape in shapes(changed) if "note" in shape]
    assert notes.count("I ‹ 3 & ‹b›you‹/b›") == len(stages)
    assert [note for note in notes if re.search("[<>]|&lt;", note)] == []


def test_what_a_source_wrote_is_read_as_it_was_written() -> None:
    attack = next(text for text in ATTACKS if "<script>" in text)
    first, *rest = english_map().cards
    journey = english_map().model_copy(update={"cards": (first.model_copy(update={"title": attack}), *rest)})
    assert attack in seen(journey)


@pytest.mark.parametrize("name", ["english", "spanish"])
def test_stages_cards_people_and_personas_stand_on_the_board(name: str) -> None:
    journey = MAPS[name]()
    text = seen(journey)
    assert [stage.name for stage in journey.stages if stage.name not in text] == []
    assert [persona.name for persona in journey.personas if persona.name not in text] == []
    assert [c.title for c in journey.cards if c.status != "rejected" and c.title not in text] == []


def test_the_curve_has_a_point_where_a_feeling_was_told_and_a_gap_where_none_was() -> None:
    journey = english_map()
    [page, _] = document(journey)["pages"]
    told = [stage.valence is not None for stage in journey.stages]
    joined = sum(a and b for a, b in itertools.pairwise(told))
    dots = [shape for shape in page["shapes"] if shape["type"] == "rectangle" and not shape["text"]]
    solid = [line for line in page["lines"] if line["stroke"]["style"] == "solid"]
    assert (len(dots), len(solid)) == (sum(told), joined)
    assert 0 < joined < len(told) - 1


def test_boxes_of_a_row_do_not_lie_over_one_another() -> None:
    for page in document(english_map())["pages"]:
        boxes = [s["boundingBox"] for s in page["shapes"] if s["type"] == "rectangle" and s["text"]]
        assert overlaps(boxes) == []


def test_many_stages_are_parted_into_pages() -> None:
    titles = [page["title"] for page in document(many(english_map(), 40, 30))["pages"]]
    name = english_map().title
    assert titles == [f"{name} 1/3", f"{name} 2/3", f"{name} 3/3", "Personas"]


def test_a_board_too_large_for_lucid_says_what_is_not_on_it() -> None:
    journey = many(english_map(), 4000, 5)
    text = seen(journey)
    shown = len(re.findall(r"Card \d+ word", text))
    assert 0 < shown < 4000
    assert f"{4000 - shown} cards are not on this board" in text
    assert "The quotes are not on this board" in text


def test_a_board_without_any_stage_is_a_board() -> None:
    pages = document(english_map().model_copy(update={"stages": (), "cards": ()}))["pages"]
    assert [page["title"] for page in pages] == ["Personas"]
