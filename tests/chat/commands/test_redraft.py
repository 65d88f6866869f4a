"""A re-draft asked for in the chat, from the line that asks to the map on disk."""

import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.chat.rooms import room
from tests.studies import SAMPLES, copy_study

from journeyai.app import Study
from journeyai.chat.turn import take
from journeyai.drafting.continuity import number_of
from journeyai.model.journey import Card, JourneyMap

Drafted = Callable[[str], Path]

NEW = "reviews/appstore.tsv"
#: What a kept card counts anew when people are found who say the same.
COUNTED = {"personas", "evidence", "against", "people", "documents", "mentions", "valence", "confidence"}


@pytest.fixture
def study(drafted: Drafted, tmp_path: Path) -> Path:
    return copy_study(drafted("en"), tmp_path / "s")


@pytest.fixture
def nobody() -> Iterator[str]:
    """Return an address of this machine at which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/v1"


def map_of(root: Path) -> JourneyMap:
    return JourneyMap.from_json((root / "map.json").read_bytes())


def decided(card: Card) -> dict[str, Any]:
    """Return what of *card* is a person's to change."""
    return {name: value for name, value in card.model_dump().items() if name not in COUNTED}


def test_a_redraft_keeps_what_was_accepted_marks_what_is_new_and_asks_no_model(
    study: Path, nobody: str
) -> None:
    with (study / "journey.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[llm]\nmodel = "nobody"\nbase_url = "{nobody}"\n')
    assert Study.open(study).asks_a_model(), "the settings alone would ask"
    chat, out = room(study)
    pains = [card.id for card in map_of(study).cards if card.lane == "pain_point"]
    assert take(chat, f"/accept {' '.join(pains)}") == 0
    # Else the draft groups people anew.
    assert take(chat, "/confirm p1") == 0
    before = map_of(study)
    out.take("/accept")
    (study / "sources" / NEW).parent.mkdir()
    shutil.copyfile(SAMPLES / "en" / "sources" / NEW, study / "sources" / NEW)

    assert take(chat, "/redraft") == 0

    told = out.take("/redraft")["text"]
    after = map_of(study)
    cards = {card.id: card for card in after.cards}
    accepted = [card for card in before.cards if card.status == "accepted"]
    gained = [card for card in accepted if card.evidence != cards[card.id].evidence]
    assert [decided(cards[card.id]) for card in accepted] == [decided(card) for card in accepted]
    assert [cards[card.id] for card in accepted if card not in gained] == [
        card for card in accepted if card not in gained
    ]
    sources = {item.id: item.source for item in after.evidence}
    for card in gained:
        more = cards[card.id].evidence[len(card.evidence) :]
        assert cards[card.id].evidence == (*card.evidence, *more)
        assert {sources[id_] for id_ in more} == {NEW}
    assert gained
    assert f"Kept {len(accepted)} of your cards, {len(gained)} of them with new evidence" in told
    # What is new has a number that nothing had, and is marked; nothing else is.
    new = set(cards) - {card.id for card in before.cards}
    assert new
    assert set(re.findall(r"^\+ (c\d+) ", told, re.MULTILINE)) == new
    assert min(map(number_of, new)) > max(number_of(card.id) for card in before.cards)
    assert f"Cards that were not there before: {len(new)}." in told
    assert after.made_by.engine == "local"
    # The conversation goes on, and what is done in it is known to be of it.
    assert take(chat, f"/lock {pains[0]}") == 0
    drafted, locked = chat.editor.steps()[-2:]
    assert (drafted.kind, drafted.session) == ("draft", chat.store.id)
    assert (locked.kind, locked.session) == ("change", chat.store.id)


def test_a_redraft_without_anything_new_leaves_the_map_to_the_byte(study: Path) -> None:
    chat, out = room(study)
    assert take(chat, "/accept c1") == 0
    out.take("/accept c1")
    before = (study / "map.json").read_bytes()
    assert take(chat, "/redraft") == 0
    assert "The map is as it was: nothing new in the sources." in out.take("/redraft")["text"]
    assert (study / "map.json").read_bytes() == before
    assert [step.kind for step in chat.editor.steps()] == ["draft", "change"]


def test_a_number_that_a_card_once_had_never_names_another(study: Path) -> None:
    chat, out = room(study)
    gone = study / "sources" / "surveys" / "nps.csv"
    kept = gone.read_bytes()
    first = {card.id: card.title for card in chat.journey.cards}
    gone.unlink()
    assert take(chat, "/redraft") == 0
    vanished = first.keys() - {card.id for card in chat.journey.cards}
    assert vanished
    gone.write_bytes(kept)
    assert take(chat, "/redraft") == 0
    out.take("")
    again = {card.id for card in chat.journey.cards}
    assert not vanished & again
    assert len(again) == len(first)
