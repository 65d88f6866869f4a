"""Commands that change the map: what they say when they are typed wrong, in the map's language."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chat.rooms import room
from tests.studies import copy_study

from journeyai.chat.turn import take
from journeyai.model.journey import Judged

Drafted = Callable[[str], Path]


@pytest.mark.parametrize(
    ("language", "line", "message", "hint"),
    [
        ("en", "/lane c1 foo", "pain point, delight", "Usage: /lane CARD… LANE"),
        ("es", "/lane c1 foo", "punto de dolor, momento feliz", "Uso: /lane TARJETA… CARRIL"),
        ("es", "/emotion c1 foo", "enfado, frustración, inquietud", "Uso: /emotion TARJETA… EMOCIÓN"),
        ("es", "/scope foo", "inicio, fin, estado, foco", "Uso: /scope"),
        ("es", "/severity c1 9", "1, 2, 3", "Uso: /severity TARJETA… 1|2|3"),
        (
            "en",
            "/grade c1 feasible",
            "is not one of: low, medium, high, unknown",
            "Usage: /grade OPPORTUNITY…",
        ),
        ("en", "/grade c1", "desirable, viable, feasible", "Usage: /grade OPPORTUNITY…"),
        ("es", "/valorar c1 factible nada", "poco, algo, mucho, no se sabe", "Uso: /grade OPORTUNIDAD…"),
        ("es", "/avance c1 luego", "idea, planificada, en marcha, hecha, descartada", "Uso: /progress"),
        ("en", "/merge c1 c1", "Name at least 2 different cards.", "Usage: /merge THING THING"),
        ("es", "/merge c1", "Nombra al menos 2 tarjetas distintas.", "Uso: /merge COSA COSA"),
    ],
)
def test_what_is_typed_wrong_is_told_in_the_words_of_the_map(
    drafted: Drafted, tmp_path: Path, language: str, line: str, message: str, hint: str
) -> None:
    chat, out = room(copy_study(drafted(language), tmp_path / "s"))

    assert take(chat, line) == 2

    error = out.take(line)["error"]
    assert message in error["message"]
    assert hint in error["hint"]


@pytest.mark.parametrize("emotion", ["inquietud", "anxiety"])
def test_a_label_is_taken_by_its_name_in_either_language(
    drafted: Drafted, tmp_path: Path, emotion: str
) -> None:
    chat, _ = room(copy_study(drafted("es"), tmp_path / "s"))
    assert take(chat, f"/emotion c1 {emotion}") == 0
    assert next(card for card in chat.journey.cards if card.id == "c1").emotion == "anxiety"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            ["/grade {id} feasible high", "/grade {id} desirability medium", "/progress {id} under way"],
        ),
        ("es", ["/valorar {id} factible mucho", "/grade {id} deseable a algo", "/avance {id} en marcha"]),
    ],
    ids=["en", "es"],
)
def test_opportunities_are_graded_and_followed_in_the_words_of_the_map(
    drafted: Drafted, tmp_path: Path, language: str, lines: list[str]
) -> None:
    chat, _ = room(copy_study(drafted(language), tmp_path / "s"))
    idea = next(card for card in chat.journey.cards if card.lane == "opportunity")

    assert [take(chat, line.format(id=idea.id)) for line in lines] == [0, 0, 0]

    after = next(card for card in chat.journey.cards if card.id == idea.id)
    judged = Judged(desirable="medium", viable="unknown", feasible="high", priority=1)
    assert after == idea.model_copy(update={"judged": judged, "progress": "under_way", "status": "edited"})
