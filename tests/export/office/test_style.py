from itertools import pairwise

import pytest

from journeyai.export.office import style
from journeyai.export.office.style import Tone, dots, feeling_tone, lane_tone, strength

TONES = {name: value for name, value in vars(style).items() if isinstance(value, Tone)}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["its own", style.WHITE, style.PAPER])
@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_every_ink_can_be_read_on_the_grounds_it_stands_on(tone: Tone, ground: str) -> None:
    assert contrast(tone.ink, tone.wash if ground == "its own" else ground) >= 4.5


def test_ink_and_soft_letters_can_be_read_on_every_ground() -> None:
    grounds = {tone.wash for tone in TONES.values()} | {style.WHITE, style.PAPER}
    assert min(contrast(ink, ground) for ink in (style.INK, style.SOFT) for ground in grounds) >= 4.5


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (0, "○○○○"),
        (1, "●○○○"),
        (2, "●●○○"),
        (3, "●●○○"),
        (4, "●●●○"),
        (7, "●●●○"),
        (8, "●●●●"),
        (900, "●●●●"),
    ],
)
def test_strength_is_told_in_dots(people: int, told: str) -> None:
    assert dots(people) == told


def test_more_people_are_never_weaker() -> None:
    assert all(strength(a) <= strength(b) for a, b in pairwise(range(40)))


def test_what_hurts_pleases_or_is_unknown_looks_different() -> None:
    looks = [feeling_tone(-1.2), feeling_tone(1.2), feeling_tone(0.1), feeling_tone(None)]
    assert len(set(looks)) == 4
    assert (lane_tone("pain_point"), lane_tone("delight")) == (feeling_tone(-2), feeling_tone(2))
