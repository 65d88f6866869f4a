import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.chat.rooms import room
from tests.studies import copy_study

from journeyai.app import Study
from journeyai.chat.commands.base import commands, find_command
from journeyai.chat.commands.show import as_evidence
from journeyai.chat.turn import take
from journeyai.knowledge.talk import talk
from journeyai.retrieval.search import Passage
from journeyai.study.indexing import open_index

Drafted = Callable[[str], Path]
MINE = (
    *("map", "persona", "stage", "card", "curve", "search", "verify", "coverage"),
    *(
        "why",
        "log",
        "blame",
        "diff",
        "undo",
        "redo",
        "branch",
        "switch",
        "what-if",
        "compare",
        "review",
        "gaps",
    ),
)


@pytest.fixture(params=["en", "es"])
def study(request: pytest.FixtureRequest, drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted(request.param), tmp_path / "study")


def test_every_command_of_ours_is_known_and_has_help_in_both_languages() -> None:
    assert set(MINE) <= set(commands())
    spanish = talk("help", "es").phrases
    assert [name for name in MINE if name not in spanish] == []
    assert [name for name in MINE if not commands()[name].about.endswith(".")] == []


@pytest.mark.parametrize("typed", ["mapa", "tarjeta", "buscar", "deshacer", "huecos", "revisar", "etapas"])
def test_commands_have_spanish_names(typed: str) -> None:
    found = find_command(typed)
    assert found is not None
    assert found.name in MINE


@pytest.mark.parametrize(
    "line", ["/map", "/persona", "/stage", "/curve", "/verify", "/gaps", "/log", "/branch", "/diff"]
)
def test_looking_changes_nothing(study: Path, line: str) -> None:
    before = (study / "map.json").read_bytes()
    chat, out = room(study)
    assert take(chat, line) == 0
    assert out.take(line)["text"]
    assert (study / "map.json").read_bytes() == before


def test_a_stage_is_found_by_its_number_and_its_cards_are_spoken_of_next(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/stage 4") == 0
    fourth = chat.journey.stages[3]
    assert chat.last
    assert set(chat.last) == {card.id for card in chat.journey.cards if card.stage == fourth.id}
    text = out.take("/stage 4")["text"]
    # The order in which they are shown is the order in which "the first one" counts.
    places = [text.index(f"{id_} ") for id_ in chat.last]
    assert places == sorted(places)


def test_a_persona_is_found_by_id_and_name(study: Path) -> None:
    chat, out = room(study)
    first = chat.journey.personas[0]
    assert take(chat, "/persona p1") == 0
    by_id = out.take("/persona p1")["text"]
    assert take(chat, f"/persona {first.name}") == 0
    assert out.take("x")["text"] == by_id
    assert set(chat.last) == {card.id for card in chat.journey.cards if "p1" in card.personas}


def test_an_unknown_stage_is_an_error_that_says_what_there_is(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/stage nowhere") == 2
    assert "nowhere" in out.take("/stage nowhere")["error"]["message"]


def test_a_card_is_shown_with_every_quote(study: Path) -> None:
    chat, out = room(study)
    card = max(chat.journey.cards, key=lambda card: len(card.evidence))
    assert take(chat, f"/card {card.id}") == 0
    turn = out.take("/card")
    assert turn["cards"] == [card.id]
    assert chat.last == (card.id,)
    assert all(f"{id_} " in turn["text"] for id_ in card.evidence)


@pytest.mark.parametrize("line", ["/card", "/card c9999", "/card something"])
def test_without_a_card_it_is_refused(study: Path, line: str) -> None:
    chat, out = room(study)
    assert take(chat, line) == 2
    assert out.take(line)["error"]["message"]


def test_what_a_search_finds_can_be_attached(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/search factura invoice order pedido") == 0
    turn = out.take("/search")
    assert list(chat.found) == [f"s{n}" for n in range(1, len(chat.found) + 1)]
    assert [item["id"] for item in turn["found"]] == list(chat.found)
    for item in chat.found.values():
        files = Study.open(study).read(item.source).documents
        text = next(document.text for document in files if document.record == item.record)
        assert text[item.start : item.end] == item.quote


@pytest.mark.parametrize("line", ["/search", "/search --stage Use", "/search --etapa Uso", "/search --stage"])
def test_a_search_for_nothing_is_refused(study: Path, line: str) -> None:
    chat, _ = room(study)
    assert take(chat, line) == 2


def staged(study: Path) -> Counter[str]:
    """Return how many utterances stand in each stage, as the index has it."""
    with closing(sqlite3.connect(study / ".journeyai" / "index" / "store.sqlite")) as database:
        rows = database.execute("SELECT stage FROM utterances WHERE stage IS NOT NULL").fetchall()
    return Counter(stage for (stage,) in rows)


def test_a_search_in_a_stage_follows_the_map_through_every_change(study: Path) -> None:
    chat, _ = room(study, yes=True)
    first, second = chat.journey.stages[:2]
    assert take(chat, f'/search price --stage "{first.name.upper()}"') == 0
    assert chat.found
    before = staged(study)
    assert take(chat, f"/merge {first.id} {second.id}") == 0
    assert take(chat, f"/rename {first.id} Zzz") == 0
    assert take(chat, "/search price --stage zzz") == 0
    both = {first.id: before[first.id] + before[second.id]}
    assert staged(study) == {id_: n for id_, n in before.items() if id_ != second.id} | both
    assert take(chat, f"/search price --stage {second.name}") == 2
    assert take(chat, "/undo 2") == 0
    assert take(chat, f"/search price --stage {second.id}") == 0
    assert staged(study) == before


def test_a_card_that_is_moved_takes_its_words_into_the_other_stage(study: Path) -> None:
    chat, _ = room(study, yes=True)
    card = max(chat.journey.cards, key=lambda card: len(card.evidence))
    other = next(stage for stage in chat.journey.stages if stage.id != card.stage)
    assert take(chat, f"/search price --stage {other.id}") == 0
    before = staged(study)
    assert take(chat, f"/move {card.id} {other.id}") == 0
    assert take(chat, f"/search price --stage {other.id}") == 0
    assert staged(study)[other.id] > before[other.id]


def test_a_search_in_an_unknown_stage_lists_the_stages_of_the_map(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/search price --stage nowhere") == 2
    error = out.take("/search")["error"]
    assert "nowhere" in error["message"]
    assert [stage.name for stage in chat.journey.stages if stage.name not in error["hint"]] == []


def test_a_passage_feels_as_the_quote_it_overlaps_or_like_nothing(drafted: Drafted) -> None:
    journey = Study.open(drafted("en")).map
    item = next(item for item in journey.evidence if abs(item.valence) > 1)
    there = Passage(
        (item.source, item.record), item.start, item.end, item.quote, 0, item.speaker, item.role, item.at,
        "interview", "en", 1.0,
    )  # fmt: skip
    assert as_evidence(there, journey, "s1") == item.model_copy(update={"id": "s1", "confidence": None})
    far = Passage(("nowhere.md", None), 0, 5, "Words", 0, "Zoe", "customer", None, "interview", "en", 1.0)
    assert (as_evidence(far, journey, "s2").valence, as_evidence(far, journey, "s2").emotion) == (
        0.0,
        "neutral",
    )


def test_coverage_names_what_is_left_out(drafted: Drafted, tmp_path: Path) -> None:
    chat, out = room(copy_study(drafted("en"), tmp_path / "study"))
    assert take(chat, "/coverage") == 0
    turn = out.take("/coverage")
    assert len(turn["coverage"]["left_out"]) <= 15
    assert turn["coverage"]["customer"] > 0


def test_coverage_says_that_it_reads_only_when_it_does(drafted: Drafted, tmp_path: Path) -> None:
    chat, out = room(copy_study(drafted("en"), tmp_path / "study"))
    reading = chat.words("chat").say("step_observe")
    assert take(chat, "/coverage") == 0
    first = out.take("/coverage")
    with open_index(chat.study.folder) as index:
        index.keep_reading("another", "{}")
    assert take(chat, "/coverage") == 0
    second = out.take("/coverage")
    assert reading not in first["text"]
    assert reading in second["text"]
    assert second["coverage"] == first["coverage"]


def test_proof_coverage_and_what_is_not_there_are_told_in_the_language_of_the_map(study: Path) -> None:
    chat, out = room(study)
    spanish = chat.journey.language == "es"
    for line, english, other in (
        ("/verify", "Every quote stands", "Cada cita está donde dice el mapa"),
        ("/coverage", "things customers said are on the map", "cosas que dijeron los clientes"),
        ("/stage nowhere", "The map has no stage `nowhere`", "El mapa no tiene ninguna etapa `nowhere`"),
        ("/persona nobody", "The map has no persona `nobody`", "El mapa no tiene ningún perfil `nobody`"),
    ):
        take(chat, line)
        text = " ".join(out.take(line)["text"].split())
        assert (other if spanish else english) in text
        assert (english if spanish else other) not in text


def test_the_chat_names_its_own_commands(study: Path) -> None:
    chat, out = room(study)
    take(chat, "/reject c1 c2")
    out.take("")
    take(chat, "/coverage")
    take(chat, "/map")
    text = " ".join(out.take("")["text"].split())
    assert "/coverage all" in text
    assert "/card c1 c2" in text
    assert "journeyai " not in text
    assert "--evidence" not in text


def test_a_search_whose_words_nobody_says_says_so(study: Path) -> None:
    chat, out = room(study)
    near = chat.words("show").say("found_near", words="zeppelin")
    assert take(chat, "/search zeppelin") == 0
    assert near in out.take("")["text"]

    said = chat.found["s1"].quote
    assert take(chat, f"/search {said}") == 0
    assert chat.words("show").say("found_near", words=said) not in out.take("")["text"]
