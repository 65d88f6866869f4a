"""What people say of themselves: told in the first person, in both languages, and nothing guessed."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.knowledge.channels import control_of
from journeyai.knowledge.said import CUES, said_in
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.vocabulary import CHANNELS

SAID: Final = {
    "income": ("I get by on my pension.", "Con mi sueldo no llego a fin de mes."),
    "interests": ("I’m a keen walker", "EN MI TIEMPO LIBRE pinto"),
    "information_sources": ("I read it on a forum last night", "Eso lo leí anoche en un foro"),
    "habits": ("I usually check it before bed", "Suelo mirarlo por la noche"),
    "brands": ("I used to be with another firm", "Antes estaba con otra compañía"),
    "spending": ("I pay £63 a month", "Pago 38 euros todos los meses"),
    "situation": ("I live alone in a flat", "Vivo sola, con el canario"),
    "company": ("I work for the council", "Mi jefe no quiere"),
    "alternatives": ("I compared it with two others", "Pedí tres presupuestos"),
    "falls_short": ("It broke down and I sent it back", "Se rompió a la semana"),
    "repeat": ("I'd recommend it to anybody", "Se la he recomendado a mi cuñada"),
    "handed_on": ("Then they put me through to billing", "Me pasaron con tres personas"),
    "doubted_or_left": ("I gave up after half an hour", "Estuve a punto de cancelar"),
    "durations": ("Five and a half weeks, eleven days", "Tardaron tres meses"),
}

#: Words that look alike and say nothing of the kind.
NOT_SAID: Final = {
    "the floor, not a habit": "El resto miró al suelo radiante",
    "time, not money": "I spent 20 minutes on hold",
    "nobody's source": "Nadie me habló de ese seguro",
    "a door bell": "Toco el timbre y no abre nadie",
    "somebody else's pension": "Her pension was late",
    "somebody else's home": "They live in a castle",
    "not handed on": "A mí no me pasaron con nadie",
    "a change of mind, not of company": "Me cambié de idea",
}
ABOUT_PERSONS: Final = frozenset(CUES[:8])


def test_each_cue_has_words_in_both_languages() -> None:
    table = read_taxonomy("said")
    assert set(table) == {*CUES, "numbers"}
    assert all(table[cue]["en"] and table[cue]["es"] for cue in CUES)


@pytest.mark.parametrize("cue", CUES)
def test_what_is_said_is_found_in_both_languages(cue: str) -> None:
    assert [cue in said_in(text) for text in SAID[cue]] == [True, True]


@pytest.mark.parametrize("text", NOT_SAID.values(), ids=NOT_SAID.keys())
def test_what_only_looks_like_it_is_not_found(text: str) -> None:
    assert said_in(text) & (ABOUT_PERSONS | {"handed_on"}) == frozenset()


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert said_in(text) <= set(CUES)


def test_of_a_text_without_end_the_beginning_counts() -> None:
    assert said_in("word " * 400 + "I live alone") == frozenset()


def test_every_channel_and_review_sites_have_somebody_who_controls_them() -> None:
    assert set(read_taxonomy("channels")) == {*CHANNELS, "reviews"}
    assert {control_of(channel) for channel in CHANNELS} == {"company", "others", "where_it_answers"}
    assert [name for name in (*CHANNELS, "reviews") if control_of(name) == "others"] == [
        "social",
        "word_of_mouth",
        "reviews",
    ]
