import re
from string import Formatter
from typing import Any, get_args

import pytest

from journeyai.knowledge.words import Words, words
from journeyai.model.vocabulary import KINDS, LANES, ROLES, Channel, Emotion, MeasureKind

LANGUAGES = ("en", "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_vocabulary_has_a_name(language: str) -> None:
    table = words(language).table
    sections = ("lanes", "emotions", "channels", "roles", "kinds", "measures")
    assert [tuple(table[name]) for name in sections] == [
        LANES,
        get_args(Emotion),
        get_args(Channel),
        ROLES,
        KINDS,
        get_args(MeasureKind),
    ]


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    english, spanish = words("en").table, words("es").table
    assert {name: shape(section) for name, section in english.items()} == {
        name: shape(section) for name, section in spanish.items()
    }


def shape(section: dict[str, Any]) -> dict[str, Any]:
    """Return the section with the names of its placeholders in place of its words."""
    return {
        key: {form: places(text) for form, text in value.items()}
        if isinstance(value, dict)
        else places(value)
        for key, value in section.items()
    }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["0 people", "1 person", "2 people"]), ("es", ["0 personas", "1 persona", "2 personas"])],
)
def test_numbers_have_their_nouns(language: str, said: list[str]) -> None:
    assert [words(language).count("people", n) for n in range(3)] == said


def test_names_have_a_plural() -> None:
    spanish = words("es")
    assert (spanish.lane("pain_point", 1), spanish.lane("pain_point"), spanish.role("customer", 3)) == (
        "punto de dolor",
        "puntos de dolor",
        "clientes",
    )


@pytest.mark.parametrize(
    ("language", "value", "signed"),
    [
        ("en", -1.25, "−1.2"),
        ("en", 0.04, "0.0"),
        ("en", -0.04, "0.0"),
        ("es", 0.55, "+0,6"),
        ("es", 2, "+2,0"),
    ],
)
def test_feelings_are_written_as_the_language_writes_numbers(
    language: str, value: float, signed: str
) -> None:
    assert words(language).signed(value) == signed


def test_a_language_without_words_gets_the_english_ones() -> None:
    assert words("fi") == Words("en", words("en").table)


def test_a_language_is_called_by_its_name_or_else_its_code() -> None:
    assert [words("es").name_of_language(code) for code in ("en", "es", "und", "fi")] == [
        "inglés",
        "español",
        "idioma desconocido",
        "fi",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_left_with_a_stray_space(language: str) -> None:
    flat = str(words(language).table)
    assert re.search(r"  |' | '[,}]", flat) is None
