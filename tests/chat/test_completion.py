"""What Tab offers, on a real map."""

from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from tests.chat.rooms import room
from tests.studies import copy_study

from journeyai.chat.completion import ChatCompleter, Suggestion, suggest
from journeyai.chat.session import Chat
from journeyai.export import EXPORTERS

Drafted = Callable[[str], Path]


@pytest.fixture
def chat(drafted: Drafted, tmp_path: Path) -> Chat:
    return room(copy_study(drafted("es"), tmp_path / "s"))[0]


def texts(chat: Chat, before: str) -> list[str]:
    return [item.text for item in suggest(chat, before)]


def completed(chat: Chat, before: str) -> list[str]:
    """Return the line after each completion."""
    completions = ChatCompleter(lambda: chat).get_completions(Document(before), CompleteEvent())
    return [before[: len(before) + item.start_position] + item.text for item in completions]


def test_nothing_is_offered_before_the_study_is_open() -> None:
    assert list(ChatCompleter(lambda: None).get_completions(Document("/h"), CompleteEvent())) == []


def test_a_slash_offers_every_command_and_no_alias(chat: Chat) -> None:
    offered = texts(chat, "/")
    assert {"/help", "/merge", "/why", "/review", "/export"} <= set(offered)
    assert "/ayuda" not in offered


def test_whoever_begins_an_alias_is_offered_it(chat: Chat) -> None:
    assert suggest(chat, "/ayu") == [Suggestion("/ayuda", 4, "Mostrar los comandos, o decir qué hace uno.")]


def test_cards_are_offered_by_id_with_their_titles(chat: Chat) -> None:
    card = chat.journey.cards[0]
    offered = {item.text: item.meta for item in suggest(chat, "/accept c")}
    assert set(offered) == {card.id for card in chat.journey.cards}
    assert offered[card.id][:20] == card.title[:20]
    assert "/accept c2 c1" in completed(chat, "/accept c2 c1")[0:1] + completed(chat, "/accept c2 c")


def test_a_name_of_several_words_is_completed_as_a_whole(chat: Chat) -> None:
    stage = max(chat.journey.stages, key=lambda stage: len(stage.name))
    half = stage.name[: len(stage.name) // 2 + 1]
    assert f"/stage {stage.name}" in completed(chat, f"/stage {half.lower()}")
    assert f"mueve c1 a {stage.name}" in completed(chat, f"mueve c1 a {half.lower()}")


def test_free_words_offer_cards_and_names_and_nothing_for_an_empty_line(chat: Chat) -> None:
    assert texts(chat, "") == []
    assert texts(chat, "une c1 ") == []
    assert "une c1 y c2" in completed(chat, "une c1 y c")


def test_lanes_formats_and_commands_are_offered_where_they_belong(chat: Chat) -> None:
    assert "/lane c1 punto de dolor" in completed(chat, "/lane c1 punto d")
    assert set(EXPORTERS) <= set(texts(chat, "/export "))
    assert texts(chat, "/help mer") == ["merge"]
    assert "main" in texts(chat, "/switch ")


def test_files_are_offered_by_their_folder(
    chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "map.md").touch()
    (tmp_path / ".hidden").touch()
    monkeypatch.chdir(tmp_path)
    assert "/export out/" in completed(chat, "/export ou")
    assert "/export out/map.md" in completed(chat, "/export out/m")
    assert not any(".hidden" in text for text in texts(chat, "/export "))
    assert texts(chat, "/export gone/x") == []


def test_an_unknown_command_offers_nothing(chat: Chat) -> None:
    assert texts(chat, "/nothing c") == []
