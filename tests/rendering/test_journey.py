import re
import unicodedata
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.sample_map import MAPS, empty_map, english_map, hostile_map, spanish_map

from journeyai.errors import SettingsError
from journeyai.export.plain import visible
from journeyai.model.journey import JourneyMap
from journeyai.rendering.journey import render_map

Golden = Callable[[str, str], None]

WIDTHS = (40, 57, 80, 100, 139, 140, 160, 200)


@cache
def page(name: str, width: int, evidence: bool) -> str:
    return printed(render_map(MAPS[name](), evidence=evidence), width)


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("journey", [english_map, spanish_map])
def test_the_whole_map_reads_as_agreed(journey: Callable[[], JourneyMap], width: int, golden: Golden) -> None:
    golden(f"show-{journey.__name__}-{width}.txt", printed(render_map(journey()), width))


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("stage", {"stage": "support", "evidence": True}),
        ("lane", {"lane": "pain_point"}),
        ("persona", {"persona": "p3"}),
    ],
)
def test_a_part_of_the_map_reads_as_agreed(name: str, chosen: dict[str, object], golden: Golden) -> None:
    golden(f"show-{name}-80.txt", printed(render_map(english_map(), **chosen), 80))  # type: ignore[arg-type]


def test_the_empty_map_says_what_to_do_first() -> None:
    assert printed(render_map(empty_map()), 80) == (
        "Journey map\n"
        "Drawn by    local engine, template cx-lifecycle · 2026-11-21\n"
        "Coverage    customers said nothing that could be used\n"
        "\n"
        "No cards yet. Run `journeyai draft` first.\n"
    )


@pytest.mark.parametrize("evidence", [False, True], ids=["best quotes", "all quotes"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", MAPS)
def test_no_line_is_wider_than_the_terminal_or_padded(name: str, width: int, evidence: bool) -> None:
    lines = page(name, width, evidence).split("\n")
    assert [line for line in lines if cell_len(line) > width or line != line.rstrip()] == []


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(MAPS)), st.integers(40, 220))
def test_every_width_is_kept(name: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in printed(render_map(MAPS[name]()), width).split("\n"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", MAPS)
def test_nothing_unseen_reaches_the_terminal(name: str, width: int) -> None:
    unseen = {
        char for char in page(name, width, True) if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}
    }
    assert unseen <= {"\n"}


@pytest.mark.parametrize("colour", [False, True])
def test_colours_are_the_only_escapes(colour: bool) -> None:
    text = printed(render_map(hostile_map(), evidence=True), 80, colour=colour)
    sent = set(re.findall(r"\x1b[^m]*m?", text))
    assert bool(sent) is colour
    # Bold, dim, off, and red, green, magenta, default as foreground; never a background.
    assert all(re.fullmatch(r"\x1b\[(?:(?:0|1|2|22|3[1259]);?)+m", code) for code in sent), sent


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", MAPS)
def test_no_word_of_a_quote_is_broken(name: str, width: int) -> None:
    shown = {word.strip("“”«»") for word in page(name, width, True).split()}
    quoted = {word.strip("“”«»") for item in MAPS[name]().evidence for word in visible(item.quote).split()}
    # Half the narrowest page, which is what two columns leave; longer words may be broken.
    fitting = {word for word in quoted if cell_len(word) <= min(width, 68) - 8}
    used = {id_ for card in MAPS[name]().cards for id_ in (*card.evidence, *card.against)}
    assert all(item.id in used for item in MAPS[name]().evidence if name != "hostile")
    assert fitting <= shown


@pytest.mark.parametrize("width", [40, 80, 139])
@pytest.mark.parametrize("name", MAPS)
def test_every_card_is_named_when_evidence_is_asked_for(name: str, width: int) -> None:
    squeezed = "".join(page(name, width, True).split())
    assert [
        card.id for card in MAPS[name]().cards if "".join(visible(card.title).split()) not in squeezed
    ] == []


def test_cards_stand_in_order_of_people_then_documents() -> None:
    text = printed(render_map(english_map(), stage="purchase", lane="pain_point"), 80)
    titles = re.findall(r"^[•?] ([A-Z].*)$", text, flags=re.M)
    assert titles == [
        "The deposit is shown only at the last step of the form",
        "Proof of address is refused without a reason",
        "The form forgets everything when the session ends",
        "The photo for the card must be taken at the desk",
        "The password must change after the first sign-in",
    ]


def test_a_long_lane_says_how_many_more_there_are_and_how_to_see_them() -> None:
    assert "  … and 2 more (journeyai show --stage purchase)\n" in page("english", 80, False)


@pytest.mark.parametrize(
    "line",
    [
        "  5 people · 5 documents · contradicted by 2 quotes · severity 3 of 3\n",
        "  1 person · 1 document · one voice only\n",
        "  assumption, no evidence yet\n",
        "1 rejected card is not shown (--evidence lists it).\n",
    ],
    ids=["contradicted", "one voice", "assumption", "rejected"],
)
def test_the_strength_of_a_card_is_told_in_words(line: str) -> None:
    assert line in page("english", 80, False)


def test_a_quote_that_is_the_title_is_not_said_twice() -> None:
    journey = english_map()
    said = next(item.id for item in journey.evidence if item.quote.startswith("Bring a coat"))
    cards = tuple(
        card.model_copy(update={"title": "Bring a coat!", "evidence": (said, *card.evidence)})
        if card.title.startswith("The reading room")
        else card
        for card in journey.cards
    )
    text = printed(render_map(journey.model_copy(update={"cards": cards})), 80)
    assert text.count("Bring a coat") == 1
    assert "  word for word — R08, reviews/reviews.csv\n" in text


def test_a_persona_has_its_own_curve_and_its_own_cards() -> None:
    text = printed(render_map(english_map(), persona="The night reader"), 80)
    assert "   mean    +0.3         –          +0.5" in text
    assert "The window displays" not in text
    assert "4 people (3 of this persona) · 4 documents" in text


@pytest.mark.parametrize("wanted", ["support", "Getting help", "getting-help", "6"])
def test_a_stage_is_found_by_id_name_or_number(wanted: str) -> None:
    expected = printed(render_map(english_map(), stage="support"), 80)
    assert printed(render_map(english_map(), stage=wanted), 80) == expected


@pytest.mark.parametrize("wanted", ["pain_point", "pain points", "Pain-Point"])
def test_a_lane_is_found_however_it_is_written(wanted: str) -> None:
    expected = printed(render_map(english_map(), lane="pain_point"), 80)
    assert printed(render_map(english_map(), lane=wanted), 80) == expected


def test_a_lane_is_found_by_its_spanish_name() -> None:
    assert "PUNTOS DE DOLOR" in printed(render_map(spanish_map(), lane="puntos de dolor"), 80)


@pytest.mark.parametrize(
    ("chosen", "message", "hint"),
    [
        (
            {"stage": "suport"},
            "The map has no stage `suport`. Did you mean `support`?",
            "There are: Discovery (discovery), Consideration (consideration), Joining (purchase), First loan "
            "(onboarding), Everyday use (use), Getting help (support), Staying a member (loyalty).",
        ),
        (
            {"persona": "p9"},
            "The map has no persona `p9`.",
            "There are: The one-book visitor (p1), The family on Saturday (p2), The night reader (p3).",
        ),
        (
            {"lane": "zzz"},
            "The map has no lane `zzz`.",
            "There are: action, thought, question, motivation, need, expectation, touchpoint, pain_point, "
            "delight, technical_limit, back_stage, measure, opportunity.",
        ),
    ],
    ids=["stage", "persona", "lane"],
)
def test_what_the_map_has_not_is_said_with_what_it_has(
    chosen: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        render_map(english_map(), **chosen)  # type: ignore[arg-type]
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_opportunities_are_the_heaviest_pains_while_there_are_none() -> None:
    journey = english_map()
    cards = tuple(card for card in journey.cards if card.lane != "opportunity")
    text = printed(render_map(journey.model_copy(update={"cards": cards})), 80)
    part = text[text.index("Where to start") :]
    assert re.findall(r"^ \d  (.*)$", part, flags=re.M) == [
        "The deposit is shown only at the last step of the form",
        "Fines go on growing while a returned book is looked for",
        "The opening hours are hard to find on the website",
        "Proof of address is refused without a reason",
        "Waiting lists for new novels run to months",
    ]


def test_what_the_engine_is_not_sure_of_is_marked_and_the_mark_explained() -> None:
    text = printed(render_map(english_map(), stage="purchase", evidence=True), 80)
    key = "? the engine is not sure of it\n"
    assert text.count(key) == 1
    unsure = [
        card.title
        for card in english_map().cards
        if card.stage == "purchase" and card.status == "draft" and (card.confidence or 1) < 0.8
    ]
    assert sorted(re.findall(r"^\? ([A-Z].*)$", text, flags=re.M)) == sorted(unsure)
    assert "Every address is checked by hand at the end of the day" in unsure
    assert "\n  ? “" in text


def test_a_map_of_which_nothing_is_known_has_no_marks_and_no_legend() -> None:
    journey = english_map()
    bare = journey.model_copy(
        update={
            "cards": tuple(card.model_copy(update={"confidence": None}) for card in journey.cards),
            "evidence": tuple(item.model_copy(update={"confidence": None}) for item in journey.evidence),
        }
    )
    assert not re.search(r"^ *\? ", printed(render_map(bare, evidence=True), 80), flags=re.M)


def test_quotes_are_marked_only_where_all_of_them_are_shown() -> None:
    assert "? “" not in page("english", 80, False)
