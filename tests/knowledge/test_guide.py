"""The guide is whole in both languages, and its files are held to their form."""

import re

import pytest

from journeyai.errors import ResourceError
from journeyai.knowledge.guide import LANGUAGES, GuideEntry, guide, parse
from journeyai.model.vocabulary import LANES

EXAMPLES = {"", *LANES, "stage", "persona", "empathy", "moment_of_truth", "channel"}


def test_both_languages_explain_the_same_things_by_the_same_facts() -> None:
    english, spanish = (
        {entry.id: (entry.example, bool(entry.source)) for entry in guide(code)} for code in LANGUAGES
    )
    assert english == spanish
    assert len(english) >= 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_is_named_once_and_says_something(language: str) -> None:
    entries = guide(language)
    assert len({entry.id for entry in entries}) == len({entry.title for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.names, entry.id
        assert 15 <= len(entry.text.split()) <= 110, entry.id
        assert entry.example in EXAMPLES, entry.id


def test_commands_that_the_guide_names_are_the_same_in_both_languages() -> None:
    english, spanish = (
        {entry.id: set(re.findall(r"`(/\w+|--\w+)", entry.text)) for entry in guide(code)}
        for code in LANGUAGES
    )
    assert english == spanish


def test_another_language_gets_the_english_guide() -> None:
    assert guide("fr") == guide("en")


def test_a_file_is_read_entry_by_entry() -> None:
    text = "# Title\n\n## One\nid: one\nalso: uno, 1\nsource: A book\n\nFirst.\n\nSecond.\n\n## Two\nid: two\n\nText.\n"
    assert parse(text, "x.md") == (
        GuideEntry("one", "One", ("uno", "1"), "First.\n\nSecond.", "A book"),
        GuideEntry("two", "Two", (), "Text."),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## One\n\nText.\n", "has no id or no text"),
        ("## One\nid: one\n", "has no id or no text"),
        ("## One\nid: one\ncolour: red\n\nText.\n", "“colour: red” is no line of its head"),
        ("## One\nid: one\nid: two\n\nText.\n", "“id: two” is no line of its head"),
        ("## One\nid: one\nText.\n\nMore.\n", "“Text.” is no line of its head"),
    ],
    ids=["no-id", "no-text", "unknown-key", "twice", "no-blank-line"],
)
def test_a_broken_entry_is_named(text: str, message: str) -> None:
    with pytest.raises(ResourceError, match=re.escape(message)):
        parse(text, "x.md")
