from dataclasses import dataclass

import pytest
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.sample_map import ATTACKS

from journeyai.model.vocabulary import Kind, Role
from journeyai.rendering.passages import render_passages


@dataclass(frozen=True)
class Found:
    source: str
    record: str | None
    text: str
    speaker: str | None
    role: Role = "customer"
    at: str | None = None
    start: int = 12
    end: int = 60
    kind: Kind = "chat"
    language: str = "en"
    score: float = 0.5


def test_passages_are_numbered_and_cited() -> None:
    found = [
        Found(
            "interviews/int-03.md",
            None,
            "I had typed in everything, my address, my employer, my landlord, and then came the deposit.",
            "P3",
        ),
        Found("tickets/tickets.json", "4711", "Please delete my data.", "T4711", at="2026-05-03"),
        Found("reviews/reviews.csv", "R07", "Free library, they say.", "R07"),
        Found("calls/call-07.vtt", None, "Welcome.", None, role="unknown", at="00:03:12"),
    ]
    assert printed(render_passages(found), 72) == (
        "1  I had typed in everything, my address, my employer, my landlord, and\n"
        "   then came the deposit.\n"
        "   P3 (customer) · interviews/int-03.md · characters 12–60\n"
        "\n"
        "2  Please delete my data.\n"
        "   T4711 (customer) · tickets/tickets.json 4711 · characters 12–60 ·\n   2026-05-03\n"
        "\n"
        "3  Free library, they say.\n"
        "   R07 (customer) · reviews/reviews.csv · characters 12–60\n"
        "\n"
        "4  Welcome.\n"
        "   role not known · calls/call-07.vtt · characters 12–60 · 00:03:12\n"
    )


def test_no_passage_is_said_to_be_none() -> None:
    assert printed(render_passages([]), 80) == "Nothing was found.\n"


@pytest.mark.parametrize("width", [40, 80, 160])
def test_hostile_passages_stay_inside_their_lines(width: int) -> None:
    found = [Found(attack, attack, attack, attack, at=attack) for attack in ATTACKS]
    lines = printed(render_passages(found), width).split("\n")
    assert all(cell_len(line) <= width and line.isprintable() for line in lines)
