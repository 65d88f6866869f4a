"""Guesses by nearness to known requests: what they read, that they are never sure, and what they never read."""

from typing import Final

import pytest
from tests.engines.local.proposing.maps import journey
from tests.engines.local.proposing.test_proposing import LAST, told

from journeyai.engines.conversation import Proposed
from journeyai.engines.local.proposing import propose
from journeyai.engines.local.proposing.nearness import (
    CLASSES,
    features,
    known_nearness,
    known_requests,
    spoken,
)
from journeyai.model.changes import CHANGE_KINDS

#: Nobody's of the known requests, and not read by the grammar.
GUESSED: Final = [
    ("en", "'New phone, new pairing' happens while people are in Support", "move_card c43 support -"),
    ("en", "CARD 12 -> LOCK", "lock c12 - -"),
    ("en", "the mood around c43 comes down to anger", "set_emotion c43 anger -"),
    ("en", "e184 speaks for c27 as well", "attach_evidence c27,e184 - -"),
]

#: They name what a change could be made of, and ask for none.
REFRAINED: Final = [
    ("en", "I deleted c43 yesterday"),
    ("en", "we were going to merge c43 and c44 last week"),
    ("en", "c43 and c44 could not be more different"),
    ("en", "c43 is by no means a need"),
    ("en", "nobody ever said that c43 belongs in Support"),
    ("en", "c43 to Support once legal has agreed"),
    ("en", "Hugh says c43 should go"),
    ("en", "it would be a mistake to lock c43"),
    ("en", "don't you dare touch c43"),
    ("en", "c43 out, wait, no, c44 out"),
    ("en", "the title of c43 sounds like frustration"),
    ("en", "what about c43 in Support"),
    ("en", "does c43 belong in Support"),
    ("en", "I love c43"),
    ("en", "c43 reminds me of c44"),
    ("en", "thanks, c43 was helpful"),
    ("en", "everything in Support is interesting"),
    ("es", "ayer borré c41"),
    ("es", "c41 y c42 no tienen nada que ver"),
    ("es", "c41 fuera si Ana está de acuerdo"),
    ("es", "nadie ha dicho que c41 sea una necesidad"),
    ("es", "jamás movería c41 a Uso diario"),
    ("es", "Lola dice que c41 sobra"),
    ("es", "sería un error bloquear c41"),
    ("es", "c41 me recuerda a c42"),
    ("es", "qué pasa con c41 en Uso diario"),
    ("es", "c41 fuera, no, espera, c42"),
    ("es", "me encanta c41"),
]


@pytest.mark.parametrize(("language", "request_"), REFRAINED, ids=[row[1] for row in REFRAINED])
def test_what_asks_for_nothing_is_never_guessed(language: str, request_: str) -> None:
    assert propose(request_, journey(language), last=LAST[language]).changes == ()


@pytest.mark.parametrize(("language", "request_", "expected"), GUESSED, ids=[row[1] for row in GUESSED])
def test_what_is_near_to_known_requests_is_guessed_and_never_sure(
    language: str, request_: str, expected: str
) -> None:
    drawn = journey(language)
    assert propose(request_, drawn, near=None).changes == ()
    found = propose(request_, drawn)
    assert (told(found), found.is_sure) == (expected, False)


def test_a_guess_that_the_map_refuses_is_told_with_its_reason() -> None:
    found = propose("the mood around c28 comes down to anger", journey("es"))
    assert (told(found), "c28 está bloqueada" in found.unclear) == ("?", True)


def test_the_grammar_alone_asks_no_known_request() -> None:
    assert propose("CARD 12 -> LOCK", journey("en"), near=None) == Proposed(())


def test_where_nothing_is_named_known_requests_are_not_even_loaded() -> None:
    def near() -> object:
        raise AssertionError("asked")

    assert propose("good morning everybody", journey("en"), near=near).changes == ()  # type: ignore[arg-type]


def test_known_requests_are_of_known_classes_and_both_languages() -> None:
    known = known_requests()
    assert {kind for kind, _, _ in known} <= set(CLASSES)
    # What is said of opportunities alone is read by turns of its own, and never guessed.
    assert set(CHANGE_KINDS) - {kind for kind, _, _ in known} == {"set_grade", "set_progress"}
    assert {language for _, language, _ in known} == {"en", "es"}


def test_a_known_request_is_nearest_to_its_own_class() -> None:
    support = known_nearness().support(("move", "<card>", "to", "<stage>"), "en")
    assert max(support, key=lambda one: support[one]) == "move_card"


def test_a_sign_that_a_person_types_is_no_slot() -> None:
    assert features(("<", "?")) == frozenset({"?"})
    assert spoken(("<card>", "<", "<stages>"), "en") == "the card < the stage"
