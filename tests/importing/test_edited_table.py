"""Cards edited in a spreadsheet: exactly what was edited becomes changes, and nothing else ever does."""

from collections.abc import Mapping
from typing import Final

import pytest
from tests.importing.files import COLUMNS, edit, given, new_row, read, rows_of, text_of, versions
from tests.operations.small import change, documents, small_map
from tests.sample_map import MAPS

from journeyai.drafting.ground import ground_of
from journeyai.export.material import BARE
from journeyai.export.tables import CARD_COLUMNS, CardsExporter, card_rows
from journeyai.importing.intake import read_edits
from journeyai.importing.problems import ImportRefusedError
from journeyai.model.changes import Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.apply import apply


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("name", MAPS)
def test_a_table_that_nobody_edited_changes_nothing(name: str, delimiter: str) -> None:
    journey = MAPS[name]()
    if not journey.cards:
        return
    edits, problems = read(text_of(rows_of(journey), delimiter), journey)
    assert (edits.edits, edits.told, problems) == ((), (), [])


def test_the_bytes_that_are_written_change_nothing() -> None:
    journey = MAPS["spanish"]()
    edits, problems = read(CardsExporter().write(journey, BARE).decode("utf-8"), journey)
    assert (edits.edits, problems) == ((), [])


def test_what_spreadsheets_make_of_figures_and_labels_is_no_edit() -> None:
    journey = MAPS["english"]()
    rows = rows_of(journey)
    places = [n for n, key in enumerate(CARD_COLUMNS) if key in {"valence", "confidence", "stability"}]
    for row in rows[1:]:
        for place in places:
            if row[place]:
                row[place] = f"{float(row[place]):.2f}".replace(".", ",")
        row[list(CARD_COLUMNS).index("locked")] = row[list(CARD_COLUMNS).index("locked")].upper()
    edits, problems = read(text_of(rows), journey)
    assert (edits.edits, problems) == ((), [])


@pytest.mark.parametrize("mark", ["?", "??"], ids=["one mark", "two marks"])
def test_letters_that_an_old_encoding_lacks_are_no_edit(mark: str) -> None:
    journey = renamed(small_map(), "c5", "Late 🚚 again – señor")
    rows = rows_of(journey)
    edit(rows, "c5", title=f"Late {mark} again – señor")
    assert read(text_of(rows), journey)[0].edits == ()
    edit(rows, "c5", title=f"Late {mark} again?")
    assert len(read(text_of(rows), journey)[0].changes) == 1


EDITS: Final[Mapping[str, tuple[dict[str, str], tuple[Change, ...]]]] = {
    "title": ({"title": "Two weeks late"}, (change("edit_title", "c5", text="Two weeks late"),)),
    "title on two lines": ({"title": "Two\nweeks"}, (change("edit_title", "c5", text="Two weeks"),)),
    "title like a formula": ({"title": "'=late"}, (change("edit_title", "c5", text="=late"),)),
    "detail": ({"detail": "From the depot"}, (change("edit_detail", "c5", text="From the depot"),)),
    "stage by its name": ({"stage": "buy"}, (change("move_card", "c5", to="buy"),)),
    "stage by its id": ({"stage_id": "buy"}, (change("move_card", "c5", to="buy"),)),
    "stage by both": ({"stage_id": "buy", "stage": "Buy"}, (change("move_card", "c5", to="buy"),)),
    "lane": ({"lane": "Need"}, (change("set_lane", "c5", to="need"),)),
    "lane in Spanish": ({"lane": "necesidades"}, (change("set_lane", "c5", to="need"),)),
    "severity": ({"severity": "1"}, (change("set_severity", "c5", to="1"),)),
    "severity with decimals": ({"severity": "1.0"}, (change("set_severity", "c5", to="1"),)),
    "emotion": ({"emotion": "sadness"}, (change("set_emotion", "c5", to="sadness"),)),
    "owner": ({"owner": "Kim"}, (change("set_owner", "c5", text="Kim"),)),
    "accepted": ({"status": "Accepted"}, (change("accept", "c5"),)),
    "rejected": ({"status": "rechazada"}, (change("reject", "c5"),)),
    "removed": ({"status": "remove"}, (change("remove_card", "c5"),)),
    "removed in Spanish": ({"status": "Quitar"}, (change("remove_card", "c5"),)),
    "locked with an edit": (
        {"locked": "yes", "title": "Late"},
        (change("edit_title", "c5", text="Late"), change("lock", "c5")),
    ),
}


@pytest.mark.parametrize(("cells", "changes"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_cell_is_exactly_its_change(cells: dict[str, str], changes: tuple[Change, ...]) -> None:
    journey = small_map()
    rows = rows_of(journey)
    edit(rows, "c5", **cells)
    edits, problems = read(text_of(rows), journey)
    assert (edits.changes, problems) == (changes, [])


PLANS: Final[Mapping[str, tuple[dict[str, str], tuple[Change, ...]]]] = {
    "a grade": ({"desirable": "High"}, (change("set_grade", "c9", to="desirable", text="high"),)),
    "a grade in Spanish": ({"viable": "mucho"}, (change("set_grade", "c9", to="viable", text="high"),)),
    "all grades and progress": (
        {"desirable": "high", "viable": "medium", "feasible": "low", "progress": "Under way"},
        (
            change("set_grade", "c9", to="desirable", text="high"),
            change("set_grade", "c9", to="viable", text="medium"),
            change("set_grade", "c9", to="feasible", text="low"),
            change("set_progress", "c9", to="under_way"),
        ),
    ),
    "progress in Spanish": ({"progress": "en marcha"}, (change("set_progress", "c9", to="under_way"),)),
    "progress as the map has it": (
        {"progress": "under_way"},
        (change("set_progress", "c9", to="under_way"),),
    ),
    "unknown where nobody graded": ({"desirable": "unknown", "viable": "no se sabe"}, ()),
    "graded, then accepted": (
        {"feasible": "low", "status": "accepted"},
        (change("set_grade", "c9", to="feasible", text="low"), change("accept", "c9")),
    ),
}


@pytest.mark.parametrize(("cells", "changes"), PLANS.values(), ids=PLANS.keys())
def test_grades_and_progress_of_an_opportunity_are_changes_once(
    cells: dict[str, str], changes: tuple[Change, ...]
) -> None:
    journey = small_map()
    rows = rows_of(journey)
    edit(rows, "c9", **cells)
    edits, problems = read(text_of(rows), journey)
    assert (edits.changes, problems) == (changes, [])
    # The order of all opportunities follows from the grades, and that the card was edited: neither is an edit.
    after = apply(journey, changes, ground_of(documents(), journey)) if changes else journey
    again, problems = read(text_of(rows), after, journey)
    assert (again.changes, problems) == ((), [])


def test_a_table_with_one_edit_is_taken_in_twice_without_harm() -> None:
    journey = small_map()
    rows = rows_of(journey)
    edit(rows, "c5", title="Late")
    edits, problems = read(text_of(rows), renamed(journey, "c5", "Late"), journey)
    assert (edits.changes, problems) == ((), [])


def test_a_grade_taken_to_unknown_is_a_change_and_an_emptied_one_is_refused() -> None:
    graded = apply(
        small_map(),
        [change("set_grade", "c9", to="viable", text="low"), change("set_progress", "c9", to="planned")],
        ground_of(documents(), small_map()),
    )
    rows = rows_of(graded)
    edit(rows, "c9", viable="unknown")
    assert read(text_of(rows), graded)[0].changes == (change("set_grade", "c9", to="viable", text="unknown"),)
    number = edit(rows, "c9", viable="low", progress="")
    _, problems = read(text_of(rows), graded)
    assert [(row, column) for row, column, _ in problems] == [(number, "Progress")]
    edit(rows, "c9", progress="planned", priority="7")
    _, problems = read(text_of(rows), graded)
    assert problems == [
        (
            number,
            "Priority",
            "the order follows from the grades of all opportunities; edit desirable, viable and feasible, "
            "and leave “1” here",
        )
    ]


@pytest.mark.parametrize(
    ("language", "grade", "progress"),
    [
        (
            "en",
            "Only opportunities are graded, and c5 “The parcel came two weeks late.” is none; change its lane first.",
            "Only opportunities are planned and done, and c5 “The parcel came two weeks late.” is none; "
            "change its lane first.",
        ),
        (
            "es",
            "Solo se valoran oportunidades, y c5 «The parcel came two weeks late.» no lo es; cambia antes su carril.",
            "Solo las oportunidades se planifican y se hacen, y c5 «The parcel came two weeks late.» no lo es; "
            "cambia antes su carril.",
        ),
    ],
    ids=["en", "es"],
)
def test_other_cards_are_neither_graded_nor_planned(language: str, grade: str, progress: str) -> None:
    journey = small_map().model_copy(update={"language": language})
    for key, said, words in (("viable", "high", grade), ("progress", "done", progress)):
        rows = rows_of(journey)
        number = edit(rows, "c5", **{key: said})
        data = text_of(rows).encode()
        with pytest.raises(ImportRefusedError) as caught:
            read_edits(given("cards.csv", data), versions(journey), ground_of(documents(), journey))
        heading = rows[0][COLUMNS[key]]
        assert [(found.row, found.column, found.text) for found in caught.value.problems] == [
            (number, heading, words)
        ]


def test_a_card_is_made_an_opportunity_and_graded_in_one_row() -> None:
    journey = small_map()
    rows = rows_of(journey)
    edit(rows, "c5", lane="Opportunity", feasible="high", progress="idea")
    data = text_of(rows).encode()
    edits = read_edits(given("cards.csv", data), versions(journey), ground_of(documents(), journey))
    assert edits.changes == (
        change("set_lane", "c5", to="opportunity"),
        change("set_grade", "c5", to="feasible", text="high"),
        change("set_progress", "c5", to="idea"),
    )


def test_a_card_is_unlocked_before_it_is_edited() -> None:
    journey = small_map()
    cards = tuple(card.model_copy(update={"locked": card.id == "c5"}) for card in journey.cards)
    journey = journey.model_copy(update={"cards": cards})
    rows = rows_of(journey)
    edit(rows, "c5", locked="no", title="Late")
    assert read(text_of(rows), journey)[0].changes == (
        change("unlock", "c5"),
        change("edit_title", "c5", text="Late"),
    )


REFUSED: Final[Mapping[str, tuple[dict[str, str], str, str]]] = {
    "people": ({"people": "99"}, "People", "follows from the sources"),
    "quotes": ({"quotes": "e1"}, "Quotes", "follows from the sources"),
    "valence": ({"valence": "2"}, "Valence (−2 to +2)", "follows from the sources"),
    "personas": ({"personas": "Nobody"}, "Personas", "follows from the sources"),
    "no title": ({"title": ""}, "Title", "a card needs a title"),
    "a long title": ({"title": "x" * 241}, "Title", "241 characters; at most 240"),
    "no such stage": ({"stage_id": "gone"}, "Stage id", "no stage “gone”; it has: Find, Buy, Use"),
    "two stages": ({"stage_id": "buy", "stage": "Find"}, "Stage", "the stage buy and the name another one"),
    "no such lane": ({"lane": "weather"}, "Lane", "“weather” is no lane"),
    "no such severity": ({"severity": "9"}, "Severity (1–3)", "“9” is no severity"),
    "no severity": ({"severity": ""}, "Severity (1–3)", "cannot be left empty"),
    "no such emotion": ({"emotion": "meh"}, "Emotion", "“meh” is no emotion"),
    "no such status": ({"status": "ok"}, "Status", "write accepted, rejected, or remove"),
    "no such grade": ({"viable": "9"}, "Viable", "“9” is no grade: write high, medium, low or unknown"),
    "no such progress": ({"progress": "soon"}, "Progress", "“soon” is not how far an opportunity has got"),
    "neither yes nor no": ({"locked": "perhaps"}, "Locked", "neither yes nor no"),
    "no such card": ({"card_id": "c99"}, "Card", "no card c99 on the map"),
    "twice": ({"card_id": "c1"}, "Card", "stands in row"),
}


@pytest.mark.parametrize(("cells", "column", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_with_its_row_and_column(
    cells: dict[str, str], column: str, words: str
) -> None:
    journey = small_map()
    rows = rows_of(journey)
    number = edit(rows, "c5", **cells)
    _, problems = read(text_of(rows), journey)
    assert [(row, where) for row, where, _ in problems] == [(number, column)]
    assert words in problems[0][2]


def test_everything_wrong_is_told_at_once_and_in_the_order_of_the_file() -> None:
    journey = small_map()
    rows = rows_of(journey)
    numbers = [edit(rows, card.id, people="77") for card in journey.cards]
    _, problems = read(text_of(rows), journey)
    assert [row for row, _, _ in problems] == sorted(numbers)


def test_a_new_row_is_a_new_card_as_an_assumption() -> None:
    journey = small_map()
    rows = rows_of(journey)
    new_row(
        rows,
        stage="Use",
        lane="Pain point",
        title="Too heavy",
        severity="2",
        detail="Workshop",
        status="accepted",
    )
    edits, problems = read(text_of(rows), journey, number=50)
    assert problems == []
    assert edits.changes == (
        change("add_card", "use", to="pain_point", text="Too heavy"),
        change("edit_detail", "c50", text="Workshop"),
        change("set_severity", "c50", to="2"),
        change("accept", "c50"),
    )


def test_a_new_opportunity_can_be_graded_and_planned() -> None:
    journey = small_map()
    rows = rows_of(journey)
    new_row(
        rows,
        stage="Use",
        lane="Opportunity",
        title="A lighter one",
        desirable="high",
        viable="unknown",
        progress="idea",
    )
    edits, problems = read(text_of(rows), journey, number=50)
    assert problems == []
    assert edits.changes == (
        change("add_card", "use", to="opportunity", text="A lighter one"),
        change("set_grade", "c50", to="desirable", text="high"),
        change("set_progress", "c50", to="idea"),
    )


NEW_REFUSED: Final = {
    "no title": ({"stage": "Use", "lane": "need"}, ["Title"]),
    "no stage": ({"lane": "need", "title": "A"}, ["Stage"]),
    "no lane": ({"stage": "Use", "title": "A"}, ["Lane"]),
    "figures": ({"stage": "Use", "lane": "need", "title": "A", "people": "5"}, ["People"]),
    "no such persona": ({"stage": "Use", "lane": "need", "title": "A", "personas": "Zoe"}, ["Personas"]),
}


@pytest.mark.parametrize(("cells", "columns"), NEW_REFUSED.values(), ids=NEW_REFUSED.keys())
def test_a_new_row_that_says_too_little_or_too_much_is_refused(
    cells: dict[str, str], columns: list[str]
) -> None:
    journey = small_map()
    rows = rows_of(journey)
    number = new_row(rows, **cells)
    edits, problems = read(text_of(rows), journey)
    assert edits.changes == ()
    assert [(row, column) for row, column, _ in problems] == [(number, column) for column in columns]


def test_a_row_left_out_stays_and_is_told() -> None:
    journey = small_map()
    rows = [row for row in rows_of(journey) if row[0] != "c5"]
    edits, problems = read(text_of(rows), journey)
    assert (edits.edits, problems) == ((), [])
    assert edits.told == (
        "1 card of the map is not in the file and stays: c5. To remove a card, write remove in its status.",
    )


def test_columns_may_be_left_out_and_strange_ones_are_passed_over() -> None:
    journey = small_map()
    text = "Note,card,TITLE\nlook,c5,Late again\n,c1," + card_rows(journey)[0]["title"] + "\n"
    rows = {cells["card_id"]: cells for cells in card_rows(journey)}
    text = f"Note,card,TITLE\nlook,c5,Late again\n,c1,{rows['c1']['title']}\n"
    edits, problems = read(text, journey)
    assert (edits.changes, problems) == ((change("edit_title", "c5", text="Late again"),), [])
    assert edits.told[0] == "The column “Note” is none of ours and was passed over."


def test_a_stage_named_anew_in_all_its_rows_is_renamed() -> None:
    journey = small_map()
    rows = rows_of(journey)
    for card in journey.cards:
        if card.stage == "use":
            edit(rows, card.id, stage="Live with it")
    edits, problems = read(text_of(rows), journey)
    assert (edits.changes, problems) == ((change("rename_stage", "use", text="Live with it"),), [])


def test_a_table_taken_in_twice_changes_nothing_the_second_time() -> None:
    journey = small_map()
    rows = rows_of(journey)
    new_row(rows, stage="Use", lane="need", title="A lighter one")
    edit(rows, "c5", title="Late")
    after = with_card(renamed(journey, "c5", "Late"), "c50", "A lighter one")
    edits, problems = read(text_of(rows), after, journey)
    assert (edits.edits, problems) == ((), [])


def test_what_was_changed_on_the_map_since_is_not_taken_back() -> None:
    before = small_map()
    now = renamed(before, "c1", "Changed in the chat")
    rows = rows_of(before)
    edit(rows, "c5", title="Changed in the file")
    edits, problems = read(text_of(rows), now, before)
    assert (edits.changes, problems) == ((change("edit_title", "c5", text="Changed in the file"),), [])


def test_what_was_changed_on_both_sides_is_refused() -> None:
    before = small_map()
    rows = rows_of(before)
    number = edit(rows, "c5", title="Changed in the file")
    _, problems = read(text_of(rows), renamed(before, "c5", "Changed in the chat"), before)
    assert [(row, column) for row, column, _ in problems] == [(number, "Title")]
    assert "is now “Changed in the chat”" in problems[0][2]


def test_a_card_that_is_gone_since_is_told_if_it_was_not_edited() -> None:
    before = small_map()
    now = before.model_copy(update={"cards": tuple(card for card in before.cards if card.id != "c5")})
    rows = rows_of(before)
    edits, problems = read(text_of(rows), now, before)
    assert (edits.edits, problems) == ((), [])
    assert "1 card of the file is no longer on the map: c5." in edits.told
    number = edit(rows, "c5", title="Edited")
    assert [row for row, _, _ in read(text_of(rows), now, before)[1]] == [number]


def test_the_table_of_another_study_is_refused_in_one_sentence() -> None:
    _, problems = read(text_of(rows_of(MAPS["english"]())), small_map())
    assert [text[:30] for _, _, text in problems] == ["most of its cards are not thos"]


def renamed(journey: JourneyMap, id_: str, title: str) -> JourneyMap:
    cards = tuple(
        card.model_copy(update={"title": title, "status": "edited"}) if card.id == id_ else card
        for card in journey.cards
    )
    return journey.model_copy(update={"cards": cards})


def with_card(journey: JourneyMap, id_: str, title: str) -> JourneyMap:
    card = journey.cards[0].model_copy(
        update={"id": id_, "title": title, "lane": "need", "stage": "use", "evidence": (), "assumption": True}
    )
    return journey.model_copy(update={"cards": (*journey.cards, card)})
