"""Requests as people say them, with what they ask for; and that nothing is ever guessed."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.local.proposing.maps import journey

from journeyai.engines.conversation import Proposed
from journeyai.engines.local.proposing import propose
from journeyai.engines.local.proposing.lexicon import lexicon
from journeyai.engines.local.proposing.turns import Slot, gaps, turns
from journeyai.knowledge.taxonomy import read_taxonomy, read_yaml
from journeyai.model.changes import CHANGE_KINDS, CHANGES, GRADES, LABELS, SCOPE_STATES, Change
from journeyai.model.journey import JourneyMap

LAST: Final = {"en": ("c43", "c44", "c45"), "es": ("c41", "c42")}


def told(proposed: Proposed) -> str:
    """`?` for asked back, nothing for no request; else the changes: kind, targets, to, text."""
    if proposed.unclear:
        assert not proposed.changes
        return "?"
    return " ; ".join(
        f"{c.kind} {','.join(c.targets) or '-'} {c.to or '-'} {'-' if c.text is None else c.text}".rstrip()
        for c in proposed.changes
    )


def spoken() -> list[tuple[str, str, str]]:
    rows = []
    for line in Path(__file__).with_name("requests.txt").read_text(encoding="utf-8").splitlines():
        if line.strip():
            language, request, expected = (part.strip() for part in line.split("|"))
            rows.append((language, request, expected))
    return rows


SPOKEN: Final = spoken()


@pytest.mark.parametrize(("language", "request_", "expected"), SPOKEN, ids=[row[1] for row in SPOKEN])
def test_it_is_understood_as_meant(language: str, request_: str, expected: str) -> None:
    found = propose(request_, journey(language), last=LAST[language])
    assert told(found) == expected.rstrip()


def test_every_kind_is_asked_for_in_both_languages() -> None:
    for language in ("en", "es"):
        asked = " ; ".join(expected for code, _, expected in SPOKEN if code == language)
        missing = [kind for kind in CHANGE_KINDS if f"{kind} " not in asked]
        assert missing == []


def test_choices_are_whole_requests_that_are_understood() -> None:
    found = propose("discard c43", journey("en"))
    assert found.unclear
    assert found.choices == ("delete c43", "reject c43")
    assert [told(propose(choice, journey("en"))) for choice in found.choices] == [
        "remove_card c43 - -",
        "reject c43 - -",
    ]


def test_an_owner_that_is_also_a_stage_is_asked_back() -> None:
    found = propose("assign c43 to Support", journey("en"))
    assert [told(propose(choice, journey("en"))) for choice in found.choices] == [
        "set_owner c43 - Support",
        "move_card c43 support -",
    ]


def test_two_cards_that_fit_are_offered() -> None:
    found = propose("lock the card about a bike", journey("en"))
    assert found.changes == ()
    assert "c72" in found.unclear
    assert all(told(propose(choice, journey("en"))).startswith("lock c") for choice in found.choices)


def test_a_spanish_word_that_asks_is_no_order() -> None:
    assert propose("qué pasa con c41 en Uso diario", journey("es")) == Proposed(())


@pytest.mark.parametrize("words", ["belongs to p2", "goes with p2", "is one of p2"])
def test_half_a_name_is_asked_back_with_the_whole_one(words: str) -> None:
    drawn = JourneyMap.from_json(journey("en").to_json().replace('"Walter"', '"Marta Quill"'))
    found = propose(f"Marta {words}", drawn)
    assert (found.changes, found.choices) == ((), (f"Marta Quill {words}",))
    assert "Marta Quill" in found.unclear
    assert told(propose(found.choices[0], drawn)) == "move_speaker - p2 Marta Quill"


def test_the_question_back_is_in_the_maps_language() -> None:
    assert propose("delete c999", journey("es")).unclear.startswith("No hay ninguna tarjeta c999")
    assert propose("borra c999", journey("en")).unclear.startswith("There is no card c999")


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_was_shown_but_is_gone_is_nothing(language: str) -> None:
    assert told(propose("lock it", journey(language), last=("c999",))) == "?"


def test_a_remark_that_names_another_card_is_what_it_means() -> None:
    found = propose("the keypad card is odd, lock it", journey("en"), last=("c43",))
    assert told(found) in ("lock c12 - -", "?")


def test_what_the_remark_names_and_is_not_there_leaves_it_to_nothing() -> None:
    assert told(propose("the card about unicorns is odd, delete it", journey("en"), last=("c43",))) == "?"


def test_a_line_break_is_a_space_unless_an_order_begins_after_it() -> None:
    assert propose("¿Qué dicen\ndel precio?", journey("es")) == Proposed(())
    assert told(propose("bloquea c41\nde una vez", journey("es"))) == "lock c41 - -"
    assert told(propose("lock c3\naccept c4", journey("en"))) == "lock c3 - - ; accept c4 - -"


def test_every_turn_of_phrase_is_well_formed() -> None:
    for turn in (*turns(), *(turn for of_kind in gaps().values() for turn in of_kind)):
        slots = {element.name for element in turn.elements if isinstance(element, Slot)}
        for gives in turn.gives:
            assert {*gives.targets} - {"it"} <= slots | {"x", "p"}
            assert not gives.text or gives.text in slots | {"-", *SCOPE_STATES, *GRADES}


def test_both_languages_have_the_same_questions() -> None:
    told_ = read_yaml("talk/proposing.yaml")
    assert list(told_["en"]) == list(told_["es"])


def test_the_words_file_has_only_words() -> None:
    def walk(part: object) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                assert not isinstance(key, bool)
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)
        else:
            # YAML reads a bare yes, no, on or off as a truth value.
            assert isinstance(part, str | int)
            assert not isinstance(part, bool)

    walk(read_taxonomy("requests"))


def fits(change: Change, drawn: JourneyMap) -> None:
    """Hold a change to the map and to what its kind needs."""
    needs = CHANGES[change.kind]
    parts = {
        "card": {card.id for card in drawn.cards},
        "stage": {stage.id for stage in drawn.stages},
        "persona": {persona.id for persona in drawn.personas},
        "evidence": {item.id for item in drawn.evidence},
    }
    assert len(set(change.targets)) == len(change.targets)
    first = [id_ for id_ in change.targets if needs.targets and id_ in parts[needs.targets]]
    more = [id_ for id_ in change.targets if id_ not in first]
    if needs.targets is None:
        assert change.targets == ()
    else:
        assert needs.least <= len(first) <= needs.most
    assert len(more) >= needs.least_more
    for id_ in more:
        found = needs.more == "evidence" and change.kind == "attach_evidence" and id_[:1] == "s"
        assert found or (needs.more is not None and id_ in parts[needs.more])
    if needs.to is None:
        assert change.to is None
    elif change.to is None:
        assert not needs.needs_to
    elif needs.to == "target":
        assert change.to in change.targets
    else:
        sort = {"place": "stage", "stage": "stage", "persona": "persona"}.get(needs.to)
        assert change.to in LABELS.get(needs.to, ()) or (sort is not None and change.to in parts[sort])
    if needs.text in ("none",):
        assert change.text is None
    elif needs.text == "needed":
        assert change.text
        assert len(change.text) <= 240


WORDS: Final = sorted(
    {
        " ".join(key)
        for table in (
            lexicon().verbs,
            lexicon().nouns,
            lexicon().roles,
            lexicon().pronouns,
            lexicon().lanes,
            lexicon().severity,
            lexicon().ordinals,
            lexicon().places,
            lexicon().openers,
        )
        for key in table.meanings
    }
    | {
        "c3",
        "c43",
        "c44",
        "c999",
        "e184",
        "e207",
        "p1",
        "p3",
        "s1",
        "stage 2",
        "etapa 3",
        "Support",
        "Uso diario",
        "Dana",
        "all",
        "todas",
        "not",
        "no",
        ",",
        ":",
        ".",
        "?",
        "“New words”",
        "'quoted",
        "the",
        "la",
        "a",
        "and",
        "y",
        "card about",
        "-",
        "2",
        "99",
    }
)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=9), language=st.sampled_from(["en", "es"]))
def test_whatever_words_meet_what_is_proposed_fits_the_map(words: list[str], language: str) -> None:
    found = propose(" ".join(words), journey(language), last=LAST[language])
    assert not (found.changes and found.unclear)
    for change in found.changes:
        fits(change, journey(language))


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    for request in (text, f"merge c43 {text}", f"rename stage 2 to {text}", f"{text} delete c3"):
        for change in propose(request, journey("en"), last=LAST["en"]).changes:
            fits(change, journey("en"))


def test_the_same_request_gives_the_same() -> None:
    for language, request, _ in SPOKEN[:40]:
        once = propose(request, journey(language), last=LAST[language])
        assert propose(request, journey(language), last=LAST[language]) == once


@pytest.mark.parametrize(
    ("request_", "is_sure"),
    [("accept c43", True), ("lock c43 and c44", True), ("c43 and c44 are the same thing", False)],
)
def test_what_turns_of_phrase_alone_read_is_not_sure(request_: str, is_sure: bool) -> None:
    found = propose(request_, journey("en"))
    assert found.changes
    assert found.is_sure is is_sure


@pytest.mark.parametrize(
    "request_", ["c31 is feasible", "mark c31 as planned", "c31: desirable high, viable low"]
)
def test_what_is_said_of_an_opportunity_is_as_sure_as_an_order(request_: str) -> None:
    assert propose(request_, journey("en")).is_sure
