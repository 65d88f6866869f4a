from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chat.rooms import room
from tests.studies import copy_study

from journeyai.chat.turn import take

Drafted = Callable[[str], Path]


@pytest.fixture(params=["en", "es"])
def study(request: pytest.FixtureRequest, drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted(request.param), tmp_path / "study")


def test_why_shows_each_quote_with_its_surroundings_and_what_made_the_card(study: Path) -> None:
    chat, out = room(study)
    card = max(chat.journey.cards, key=lambda card: (card.people, len(card.evidence)))
    assert take(chat, f"/why {card.id}") == 0
    text = out.take("/why")["text"]
    quotes = chat.journey.quotes(card)
    assert all(f"{item.id} " in text and item.source in text for item in quotes)
    assert chat.journey.made_by.engine in text
    first = quotes[0]
    document = next(told for told in chat.study.read(first.source).documents if told.record == first.record)
    number = next(said.number for said in document.utterances if said.start == first.start)
    if number:
        assert " ".join(document.utterances[number - 1].text.split())[:30] in " ".join(text.split())


def test_why_tells_what_a_person_did_to_the_card(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/accept c1") == 0
    out.take("/accept")
    assert take(chat, "/why c1") == 0
    assert "#2 " in out.take("/why c1")["text"]


def test_a_source_that_is_gone_is_said_and_the_rest_is_shown(study: Path) -> None:
    chat, out = room(study)
    card = next(card for card in chat.journey.cards if card.documents > 1)
    gone = chat.journey.quotes(card)[0].source
    (study / "sources" / gone).unlink()
    assert take(chat, f"/why {card.id}") == 0
    text = " ".join(out.take("/why")["text"].split())
    assert gone in text
    assert all(f"{item.id} " in text for item in chat.journey.quotes(card))


def test_log_and_blame_tell_steps_in_the_words_of_the_person(study: Path) -> None:
    chat, out = room(study)
    take(chat, "/lock c2")
    take(chat, "/accept c1")
    out.take("changes")
    take(chat, "/log")
    turn = out.take("/log")
    assert [step["kind"] for step in turn["steps"]] == ["draft", "change", "change"]
    assert [step["request"] for step in turn["steps"]] == ["", "/lock c2", "/accept c1"]
    assert turn["text"].index("/accept c1") < turn["text"].index("/lock c2")
    take(chat, "/log 1")
    assert [step["request"] for step in out.take("/log 1")["steps"]] == ["/accept c1"]
    take(chat, "/blame c2")
    assert [step["request"] for step in out.take("/blame")["steps"]] == ["", "/lock c2"]
    take(chat, "/blame c3")
    assert [step["kind"] for step in out.take("/blame c3")["steps"]] == ["draft"]


def test_undo_and_redo_give_back_the_very_bytes(study: Path) -> None:
    path = study / "map.json"
    first = path.read_bytes()
    chat, out = room(study)
    take(chat, "/accept c1")
    take(chat, "/reject c2")
    last = path.read_bytes()
    assert take(chat, "/undo 2") == 0
    assert path.read_bytes() == first
    assert take(chat, "/redo 2") == 0
    assert path.read_bytes() == last
    assert take(chat, "/undo 3") == 2
    assert path.read_bytes() == last
    out.take("x")


@pytest.mark.parametrize(
    "line", ["/undo", "/redo", "/undo 0", "/undo -1", "/undo ２", "/log many", "/redo 9999999999"]
)
def test_what_cannot_be_counted_or_taken_back_is_refused(drafted: Drafted, tmp_path: Path, line: str) -> None:
    chat, out = room(copy_study(drafted("en"), tmp_path / "study"))
    while take(chat, "/undo") == 0:
        pass
    while take(chat, "/redo") == 0:
        pass
    if line == "/undo":
        while take(chat, "/undo") == 0:
            pass
    out.take("before")
    assert take(chat, line) == 2
    assert out.take(line)["error"]["message"]


def test_diff_is_since_the_chat_began_since_the_draft_or_against_a_file(study: Path) -> None:
    chat, out = room(study)
    (study / "before.json").write_bytes((study / "map.json").read_bytes())
    take(chat, "/accept c1")
    out.take("/accept")
    diffs = []
    for line in (
        "/diff",
        "/diff session",
        "/diff draft",
        "/diff before.json",
        f"/diff {study / 'before.json'}",
    ):
        assert take(chat, line) == 0
        diffs.append(out.take(line)["diff"])
    assert diffs == diffs[:1] * 5
    assert take(chat, "/diff nowhere.json") == 2
    assert take(chat, "/diff journey.toml") == 2


def test_a_branch_is_another_version_and_back(study: Path) -> None:
    chat, out = room(study)
    before = (study / "map.json").read_bytes()
    assert take(chat, "/branch bold") == 0
    take(chat, "/reject c1")
    assert take(chat, "/switch main") == 0
    turn = out.take("/switch main")
    assert (turn["branch"], (study / "map.json").read_bytes()) == ("main", before)
    take(chat, "/branch")
    assert out.take("/branch")["branches"] == ["main", "bold"]
    assert take(chat, "/switch nowhere") == 2
    assert take(chat, "/branch bold") == 0
    assert chat.editor.current_branch == "bold"
    assert take(chat, "/branch bold") == 2


@pytest.mark.parametrize("name", ["future", "Futuro"])
def test_a_branch_of_the_future_shows_the_journey_as_it_should_be(study: Path, name: str) -> None:
    chat, out = room(study)
    assert take(chat, f"/branch {name}") == 0
    assert chat.journey.scope.state == "future"
    out.take(f"/branch {name}")
    take(chat, "/diff main")
    assert out.take("/diff main")["diff"]["map"] == {"scope.state": ["current", "future"]}
    assert take(chat, "/switch main") == 0
    assert [branch.state for branch in chat.editor.list_branches()] == ["current", "future"]


def test_what_if_shows_the_map_without_sources_and_applies_nothing(study: Path) -> None:
    chat, out = room(study)
    before = (study / "map.json").read_bytes()
    file = next(item.source for item in chat.journey.evidence if item.source.endswith(".csv"))
    folder = file.partition("/")[0]
    seen = []
    for line in (
        f"drop {folder}/*.csv",
        f"drop {file}",
        file,
        f"sin {folder}/",
        f'drop "{file}"',
        f"drop sources/{file}",
    ):
        assert take(chat, f"/what-if {line}") == 0
        seen.append(out.take(line)["diff"])
    assert seen == seen[:1] * len(seen)
    assert seen[0]
    assert (study / "map.json").read_bytes() == before


def test_what_if_leaves_out_the_people_of_a_persona_by_id_or_name(study: Path) -> None:
    chat, out = room(study)
    persona = chat.journey.personas[0]
    assert take(chat, f"/what-if drop {persona.id}") == 0
    by_id = out.take("id")
    assert take(chat, f"/what-if drop {persona.name}") == 0
    assert out.take("name")["diff"] == by_id["diff"]


@pytest.mark.parametrize(
    "line", ["/what-if", "/what-if drop", "/what-if drop nowhere/*", "/what-if drop *", "/what-if drop p99"]
)
def test_what_if_of_nothing_or_of_everything_is_refused(study: Path, line: str) -> None:
    chat, out = room(study)
    assert take(chat, line) == 2
    assert out.take(line)["error"]["message"]


def test_personas_are_compared_by_id_or_name(study: Path) -> None:
    chat, out = room(study)
    if len(chat.journey.personas) < 2:
        pytest.skip("this draft has one persona")
    one, other = chat.journey.personas[:2]
    assert take(chat, f"/compare {one.id} {other.id}") == 0
    text = out.take("ids")["text"]
    assert take(chat, f"/compare {one.name} and {other.name}") == 0
    assert out.take("names")["text"] == text


@pytest.mark.parametrize(
    "line", ["/compare", "/compare p1", "/compare p1 p1", "/compare p1 p99", "/compare p1 nobody"]
)
def test_two_different_personas_are_needed(study: Path, line: str) -> None:
    chat, out = room(study)
    assert take(chat, line) == 2
    assert out.take(line)["error"]["message"]


def test_a_card_that_was_typed_in_is_not_said_to_be_an_engine_s_once_it_has_evidence(study: Path) -> None:
    chat, out = room(study)
    first = chat.journey.stages[0]
    quote = chat.journey.evidence[0].id
    assert take(chat, f"/add-card {first.id} need A thing that I think") == 0
    mine = next(card.id for card in chat.journey.cards if card.title == "A thing that I think")
    assert take(chat, f"/attach {mine} {quote}") == 0
    out.take("")

    assert take(chat, f"/why {mine}") == 0

    text = " ".join(out.take("/why")["text"].split())
    spoken = chat.words("understand")
    assert spoken.say("made_by_you") in text
    assert spoken.say("sure_unknown") in text
    assert spoken.say("rule_group") not in text
    assert f"{chat.journey.made_by.engine} engine" not in text


def test_a_file_that_is_no_map_is_told_with_what_is_wrong_in_it(study: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{", encoding="utf-8")
    chat, out = room(study)
    assert take(chat, f"/diff {wrong}") == 2
    error = out.take("/diff")["error"]
    assert error["message"] == chat.words("understand").say("no_file", path=str(wrong))
    assert "not a journey map" in error["hint"]
