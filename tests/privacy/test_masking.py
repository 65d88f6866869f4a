"""What is hidden comes back, who is the same stays the same, and what a source writes is never somebody's name."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.privacy import Masker
from journeyai.settings import PrivacySettings

NAMES = ("Laura Bennett", "Rosa", "P1", "Customer", "Cliente 3")


def masker(*names: str, **settings_: list[str]) -> Masker:
    return Masker(names, PrivacySettings.model_validate(settings_))


def test_placeholders_are_numbered_by_first_appearance_and_told() -> None:
    mask = masker("Laura Bennett", "Tom Reed")
    hidden = mask.hide(
        "Tom Reed wrote to a.b@example.com, then Laura Bennett, then TOM REED to A.B@EXAMPLE.COM."
    )
    assert hidden == "[PERSON_1] wrote to [EMAIL_1], then [PERSON_2], then [PERSON_1] to [EMAIL_1]."
    assert dict(mask.hidden) == {
        "[PERSON_1]": "Tom Reed",
        "[EMAIL_1]": "a.b@example.com",
        "[PERSON_2]": "Laura Bennett",
    }


def test_a_number_is_the_same_however_it_is_spaced() -> None:
    hidden = masker().hide("Call 07700 900123 or 07700900123; card 4111 1111 1111 1111, 4111-1111-1111-1111.")
    assert hidden == "Call [PHONE_1] or [PHONE_1]; card [CARD_1], [CARD_1]."


def test_a_first_name_is_the_person_whose_only_it_can_be() -> None:
    mask = masker("José Álvarez", "Ana Ruiz", "Ana Soto")
    assert mask.hide("José Álvarez, JOSE ALVAREZ, José; Ana; Ana Ruiz") == (
        "[PERSON_1], [PERSON_1], [PERSON_1]; [PERSON_2]; [PERSON_3]"
    )


def test_placeholders_go_on_over_the_texts_of_one_question() -> None:
    mask = masker("Ana Ruiz", "Tom Reed")
    assert [mask.hide(text) for text in ("Tom Reed", "Ana Ruiz, Tom")] == [
        "[PERSON_1]",
        "[PERSON_2], [PERSON_1]",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "[PERSON_1]",
        "person_1",
        "[Person 1]",
        "PERSON_1",
        "[person-1]",
        r"\[PERSON\_1\]",
        "[ PERSON_1 ]",
        r"PERSON\_1",
    ],
)
def test_a_placeholder_is_known_however_a_model_writes_it(written: str) -> None:
    mask = masker("Laura Bennett")
    mask.hide("Laura Bennett called.")
    assert mask.show(f"**{written}** called") == "**Laura Bennett** called"


@pytest.mark.parametrize(
    "written", ["[PERSON_2]", "[PERSON_01x]", "person 1", "Person 1", "xperson_1", "[ANIMAL_1]"]
)
def test_what_was_never_given_out_stays(written: str) -> None:
    mask = masker("Laura Bennett")
    mask.hide("Laura Bennett called.")
    assert mask.show(written) == written


@pytest.mark.parametrize(
    "planted",
    [
        "[PERSON_1]",
        "person_1",
        "[Person 1]",
        r"\[PERSON\_1\]",
        "[TEXT_1]",
        "person_1@example.com",
        "[person 01]",
    ],
)
def test_what_a_source_writes_is_never_shown_as_a_name(planted: str) -> None:
    mask = masker("Laura Bennett")
    mask.hide("Laura Bennett called.")
    hidden = mask.hide(f"Write {planted} here")
    assert "PERSON" not in hidden.upper()
    assert mask.show(str.__str__(hidden)) == f"Write {planted} here"
    assert mask.show("".join(hidden)) == f"Write {planted} here"


def test_labels_are_not_hidden() -> None:
    text = "P1 and R07 agree, Customer and Agent do not, Cliente 3 left, TCK-4471 is closed."
    assert masker("P1", "R07", "Customer", "Agent", "Cliente 3", "TCK-4471", "Speaker 2").hide(text) == text


def test_words_of_the_users_own_are_hidden_and_others_kept() -> None:
    mask = masker("Rosa Campos", names=["Proyecto Nube"], keep=["info@example.com", "Rosa"])
    assert mask.hide("Rosa: proyecto  nube, info@example.com, b@example.com, Rosa Campos") == (
        "Rosa: [WORD_1], info@example.com, [EMAIL_1], [PERSON_1]"
    )


#: Pieces that meet in every order: personal data, what looks like a placeholder, and its parts.
PIECES = st.sampled_from(
    ["Laura Bennett", "laura", "Rosa", "rosa", "a@example.com", "07700 900123", "4111111111111111",
     "[PERSON_1]", "person_1",
     "[Person 1]",
     "[", "]", "\\", "_", "1", "PERSON", "[TEXT_1]", "EMAIL_", " ", "\n", "my name is ", "me llamo ",
     "ñ", ", ",
     "https://x.example/a?t=1", "[[", "text_2", "12345678Z", "C/ Mayor 3", "order no. 5512-7", "𝒳", "\u200b"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=80))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_hidden_text_is_shown_letter_for_letter_and_hidden_once(text: str) -> None:
    mask = masker(*NAMES)
    hidden = mask.hide(text)
    assert mask.show(hidden) == text
    assert mask.hide(hidden) == hidden
    assert masker(*NAMES).hide(text) == hidden


def test_a_name_that_touches_something_like_a_placeholder_is_hidden() -> None:
    mask = masker("Laura Bennett")
    hidden = mask.hide("text_2Laura Bennetttext_2")
    assert hidden == "[TEXT_1][PERSON_1][TEXT_1]"
    assert mask.show(hidden) == "text_2Laura Bennetttext_2"


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_even_without_its_memory_a_text_comes_back_but_for_ways_of_writing(text: str) -> None:
    mask = masker(*NAMES)
    hidden = "".join(mask.hide(text))
    given_out = re.findall(r"\[[A-Z]+_\d+\]", hidden)
    if len(given_out) == len(set(given_out)):
        assert mask.show(hidden) == text


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_no_name_is_left_and_none_is_made_up(texts: list[str]) -> None:
    mask = masker(*NAMES)
    hidden = [mask.hide(text) for text in texts]
    assert not any(re.search(r"(?<!\w)laura bennett(?!\w)", text, re.IGNORECASE) for text in hidden)
    assert [mask.show(one) for one in hidden] == texts
