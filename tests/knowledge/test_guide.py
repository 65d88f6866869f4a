"""The guide is whole in both languages, and its files are held to their form."""

import re

import pytest

from journeyai.chat.commands.base import find_command
from journeyai.errors import ResourceError
from journeyai.export import EXPORTERS
from journeyai.knowledge.guide import LANGUAGES, GuideEntry, guide, look_up, named_in, parse
from journeyai.knowledge.templates import template_ids
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
        assert 15 <= len(entry.text.split()) <= (260 if "\n\n" in entry.text else 110), entry.id
        assert entry.example in EXAMPLES, entry.id


def test_commands_that_the_guide_names_are_the_same_in_both_languages() -> None:
    english, spanish = (
        {entry.id: set(re.findall(r"`(/\w+|--\w+)", entry.text)) for entry in guide(code)}
        for code in LANGUAGES
    )
    assert english == spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_names_every_template_and_every_format_and_no_command_that_is_not_there(
    language: str,
) -> None:
    entries = {entry.id: entry.text for entry in guide(language)}
    assert set(template_ids()) - set(re.findall(r"[\w-]+", entries["templates"])) == set()
    assert set(EXPORTERS) - set(re.findall(r"`([\w-]+)`", entries["export"])) == set()
    named = {name for text in entries.values() for name in re.findall(r"`/([\w-]+)", text)}
    assert {name for name in named if find_command(name) is None} == set()


def test_another_language_gets_the_english_guide() -> None:
    assert guide("fr") == guide("en")


def test_a_file_is_read_entry_by_entry() -> None:
    text = "# Title\n\n## One\nid: one\nalso: uno, 1\nsource: A book\n\nFirst.\n\nSecond.\n\n## Two\nid: two\n\nText.\n"
    assert parse(text, "x.md") == (
        GuideEntry("one", "One", ("uno", "1"), "First.\n\nSecond.", "A book", section="Title"),
        GuideEntry("two", "Two", (), "Text.", section="Title"),
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


@pytest.mark.parametrize(
    ("topic", "language", "ids"),
    [
        ("Moment of truth", "en", ["moment-of-truth"]),
        ("moments that matter", "en", ["moment-of-truth"]),
        ("moment-of-truth", "es", ["moment-of-truth"]),
        ("MOMENTO DE LA VERDAD", "es", ["moment-of-truth"]),
        ("what is a moment of truth?", "en", ["moment-of-truth"]),
        ("moment of thruth", "en", ["moment-of-truth"]),
        ("cuántas entrevistas", "es", ["how-many-interviews"]),
        ("xyzzy", "en", []),
        ("", "en", []),
        ("¿?", "es", []),
    ],
)
def test_a_topic_is_found_by_name_by_other_names_and_with_a_slip(
    topic: str, language: str, ids: list[str]
) -> None:
    assert [entry.id for entry in look_up(topic, language)] == ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_found_by_its_title_and_by_its_id(language: str) -> None:
    for entry in guide(language):
        assert look_up(entry.title, language) == (entry,)
        assert entry.id in {found.id for found in look_up(entry.id, language)}


def test_of_several_names_in_a_question_the_longest_comes_first() -> None:
    found = named_in("Is a customer journey a journey map with stages?", "en")
    assert [entry.id for entry in found][:1] == ["journey"]
    assert len(found) == 3
