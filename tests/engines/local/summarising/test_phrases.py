import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.engines.local.summarising.phrases import Hit, Phrases, words_of

PHRASES = Phrases(
    {"good": ["it works", "sorted", "funciona perfect*"], "bad": ["still not", "estafa*", "it"]}
)


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("It works now", [Hit("bad", 0, 1), Hit("good", 0, 2)]),
        ("works it", [Hit("bad", 1, 2)]),
        ("That is SORTED, and still not.", [Hit("good", 2, 3), Hit("bad", 4, 6)]),
        ("Funciona perfectamente", [Hit("good", 0, 2)]),
        ("estafadores", [Hit("bad", 0, 1)]),
        ("still", []),
        ("", []),
    ],
)
def test_phrases_are_found_as_whole_words_wherever_they_stand(text: str, hits: list[Hit]) -> None:
    assert PHRASES.find(words_of(text)) == hits


@pytest.mark.parametrize("phrase", ["", "*", "a*"])
def test_a_phrase_that_would_match_anything_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="would match anything"):
        Phrases({"x": [phrase]})


def test_a_contraction_is_one_word_with_any_apostrophe() -> None:
    assert words_of("I’ll e-mail Íñigo's number 42!") == ["i'll", "e-mail", "inigo's", "number", "42"]


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for hit in PHRASES.find(words := words_of(text)):
        assert 0 <= hit.start < hit.end <= len(words)
