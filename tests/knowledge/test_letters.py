import pytest

from journeyai.knowledge.letters import ascii_letters, fold


@pytest.mark.parametrize(
    ("text", "folded", "ascii_alone"),
    [
        ("Atención", "atencion", "atencion"),
        ("Atencio\N{COMBINING ACUTE ACCENT}n", "atencio\N{COMBINING ACUTE ACCENT}n", "atencion"),
        ("¿RESEÑAS?", "¿resenas?", "resenas?"),
        ("Straße 4", "straße 4", "strasse 4"),
        ("İstanbul", "istanbul", "istanbul"),
        ("客户", "客户", ""),
    ],
    ids=["accent", "decomposed", "marks", "sharp s", "dotted capital i", "another script"],
)
def test_letters_are_compared_without_case_and_accents(text: str, folded: str, ascii_alone: str) -> None:
    assert (fold(text), ascii_letters(text)) == (folded, ascii_alone)
