from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.engines.local.summarising.cues import load_outcome_cues
from journeyai.knowledge.clauses import plain
from journeyai.knowledge.taxonomy import read_taxonomy

READ = load_outcome_cues().read


@pytest.mark.parametrize(
    "text",
    [
        "I'll send you a replacement tomorrow.",
        "I’ll send you a replacement tomorrow.",
        "We will refund the fee by Friday.",
        "i'm going to call my bank",
        "Le enviaremos un técnico mañana.",
        "Te llamaré en cuanto sepa algo.",
        "te mando un recordatorio una hora antes",
        "Voy a poner una denuncia hoy mismo.",
        "Allí estaré.",
        "I'll call you back. Let me know if you need anything else.",
    ],
)
def test_a_commitment_to_a_deed_is_a_promise(text: str) -> None:
    assert READ(text).promises


@pytest.mark.parametrize(
    "text",
    [
        "I won't send you anything.",
        "We will not refund that.",
        "No le enviaremos nada.",
        "I'll send it if you pay first.",
        "Si paga antes, le enviaremos el paquete.",
        "Shall I send it? I'll send it, right?",
        "¿Le llamamos mañana?",
        "I can send you a form.",
        "Puedo enviarle un formulario.",
        "You'll find it on the website.",
        "I'll be honest with you.",
        "I'll do that.",
        "I'll take the room.",
        "Let me check that for you.",
        "Quiere que le compre el billete siempre.",
        "Ayer retiré el paquete.",
        "Llamo porque hoy no funciona.",
        "They sent me the wrong size.",
        "",
    ],
)
def test_what_is_offered_asked_denied_or_hangs_on_an_if_is_none(text: str) -> None:
    assert not READ(text).promises


@pytest.mark.parametrize(
    "text",
    [
        "A colleague will call you tomorrow.",
        "You will receive a link by e-mail.",
        "Recibirá un enlace en su correo.",
        "Le llamará un técnico.",
        "Se pondrán en contacto con usted.",
    ],
)
def test_what_others_will_do_is_a_promise_of_their_side_alone(text: str) -> None:
    marks = READ(text)
    assert (marks.promises, marks.promises_of_side) == (False, True)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("It works now, thank you!", "solved"),
        ("Ya me funciona.", "solved"),
        ("The problem is not solved.", "unsolved"),
        ("It hasn't been sorted.", "unsolved"),
        ("No está solucionado.", "unsolved"),
        ("Sigo esperando la otra.", "unsolved"),
        ("We have refunded the payment.", "done"),
        ("Hemos retirado el servicio.", "done"),
        ("We are unable to offer a refund.", "refused"),
        ("No podemos devolver el importe.", "refused"),
        ("I want my money back.", "wish"),
        ("Quiero cambiar el vuelo.", "wish"),
    ],
)
def test_how_things_stand_is_told_with_a_not_and_without(text: str, label: str) -> None:
    assert label in READ(text).labels


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The problem is not solved.", "solved"),
        ("Call me if that doesn't work.", "unsolved"),
        ("Tell me when it is fixed, not until it's sorted", "pleased"),
        ("I have received your message.", "done"),
        ("We have not refunded it.", "done"),
        ("Hemos recibido su mensaje.", "done"),
    ],
)
def test_what_is_not_said_is_not_told(text: str, label: str) -> None:
    assert label not in READ(text).labels


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("Hello!", True),
        ("Buenos días, muchas gracias.", True),
        ("Ok thanks, bye", True),
        ("", True),
        ("My router is dead.", False),
        ("No funciona", False),
    ],
)
def test_greetings_and_thanks_say_nothing(text: str, nothing: bool) -> None:
    assert READ(text).says_nothing is nothing


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert READ(text) == READ(text)


def test_a_word_without_end_is_read_at_once() -> None:
    assert READ("a" * 1_000_000).labels == frozenset()


def test_the_file_holds_folded_phrases_of_both_languages_and_none_twice() -> None:
    raw = read_taxonomy("outcomes")
    for label, by_language in raw.items():
        assert set(by_language) in ({"en", "es"}, {"es"}), label
        for language, entries in by_language.items():
            # A bare `no` or `on` in the file would be a truth value.
            listed = entries.split() if isinstance(entries, str) else entries
            assert all(isinstance(entry, str) and entry.strip() == entry for entry in listed), label
            doubled = [entry for entry in set(listed) if listed.count(entry) > 1]
            assert label == "small_talk" or not doubled, (label, language, doubled)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("I'm very sorry, but there is no room available for your requested dates.", True),
        ("I'm sorry, but your reservation request was unsuccessful.", True),
        ("Lo siento, no hay habitaciones esos días.", True),
        ("There is no charge for that.", False),
        ("There are no hidden fees.", False),
        ("No hay problema.", False),
        ("No hay ningún coste.", False),
    ],
)
def test_a_no_to_what_is_asked_for_is_a_refusal_and_a_no_charge_is_none(text: str, *, refused: bool) -> None:
    assert ("refused" in READ(text).labels) is refused


@pytest.mark.parametrize(
    ("text", "plea"),
    [
        ("Can you help me or what?", True),
        ("I sure hope someone can help me this time.", True),
        ("Hola, necesito ayuda urgente", True),
        ("Can you help me cancel my order?", False),
        ("I need to reserve a flight.", False),
        ("Necesito cancelar el pedido", False),
        ("Hello", False),
    ],
)
def test_a_call_for_help_may_not_say_with_what(text: str, *, plea: bool) -> None:
    assert READ(text).is_plea is plea


@pytest.mark.parametrize(
    "text",
    [
        "I will need that information to schedule the appointment.",
        "I'm afraid I'll get on the wrong bus again.",
        "I do hope I will get better.",
        "I guess I'll bring a jacket",
    ],
)
def test_what_is_feared_hoped_or_needed_is_no_promise(text: str) -> None:
    assert not READ(text).promises


def test_each_phrase_is_found_by_itself() -> None:
    missed = [
        (label, phrase)
        for label in ("solved", "unsolved", "refused", "wish", "trouble", "matter")
        for phrase in chain.from_iterable(read_taxonomy("outcomes")[label].values())
        if label not in READ(plain(phrase).replace("*", "")).labels
    ]
    assert missed == []
