"""Feelings as teams write them."""

import pytest

from journeyai.importing.feelings import Feeling, read_feelings

CELLS = {
    "a glad face": ("😀", 2.0, None, ""),
    "a sad face": ("🙁", -1.0, None, ""),
    "two faces": ("🙂😠", -0.5, None, ""),
    "a face with words": ("😟 the price", -1.0, None, "the price"),
    "out of five": ("4/5", 1.0, None, ""),
    "out of ten": ("0/10", -2.0, None, ""),
    "stars": ("★★★★☆", 1.0, None, ""),
    "stars alone": ("⭐⭐", -1.0, None, ""),
    "pluses": ("++", 2.0, None, ""),
    "a minus": ("−", -1.0, None, ""),
    "more minuses than there are": ("----", -2.0, None, ""),
    "a typed face": (":-(", -1.0, None, ""),
    "an emotion": ("Frustrated", -1.0, "frustration", ""),
    "an emotion in Spanish": ("Alegría", 1.0, "joy", ""),
    "words alone": ("Waits for the van", None, None, "Waits for the van"),
    "nothing": ("", None, None, ""),
    "a year is no feeling": ("2024 was hard", None, None, "2024 was hard"),
}


@pytest.mark.parametrize(("cell", "valence", "emotion", "words"), CELLS.values(), ids=CELLS.keys())
def test_a_cell_says_its_feeling(cell: str, valence: float | None, emotion: str | None, words: str) -> None:
    (found,), _ = read_feelings([cell])
    assert found == Feeling(valence, emotion, words)  # type: ignore[arg-type]


SCALES = {
    "one to five": (["1", "3", "5"], [-2.0, 0.0, 2.0], False),
    "signed": (["-2", "0", "+1"], [-2.0, 0.0, 1.0], False),
    "a nought makes it signed": (["0", "1", "2"], [0.0, 1.0, 2.0], False),
    "to ten": (["2", "5", "10"], [-1.2, 0.0, 2.0], False),
    "of ones and twos nobody can tell": (["1", "2"], [-2.0, -1.0], True),
    "with a comma": (["3,5", "5"], [0.5, 2.0], False),
}


@pytest.mark.parametrize(("cells", "valences", "guessed"), SCALES.values(), ids=SCALES.keys())
def test_a_row_of_figures_tells_its_scale(cells: list[str], valences: list[float], guessed: bool) -> None:
    found, told = read_feelings(cells)
    assert ([item.valence for item in found], told) == (valences, guessed)
