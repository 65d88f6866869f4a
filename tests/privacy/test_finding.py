"""What is found, what is not, and that no text takes long."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.privacy import KINDS, Found, find
from journeyai.privacy.finding import _RANK, longest
from journeyai.privacy.people import is_label, name_words


def told(text: str, *names: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text, names)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("My name is Olive Hart and I wait", [("person", "Olive Hart")]),
        ("ME LLAMO OLGA RUIZ Y ESPERO", [("person", "OLGA RUIZ")]),
        ("me llamo yesenia y espero", [("person", "yesenia")]),
        ("Dear Mrs Quill,", [("person", "Mrs Quill")]),
        ("Un saludo,\nOlga Ruiz", [("person", "Olga Ruiz")]),
        ("write to o.hart@example.com.", [("email", "o.hart@example.com")]),
        ("olga arroba example punto com", [("email", "olga arroba example punto com")]),
        ("call +44 7700 900123", [("phone", "+44 7700 900123")]),
        ("mi móvil es 612 345 678", [("phone", "612 345 678")]),
        ("14 Maple Street, Leeds LS1 4AB", [("address", "14 Maple Street, Leeds LS1 4AB")]),
        ("calle Mayor, 12, 3º B, 28013 Madrid", [("address", "calle Mayor, 12, 3º B, 28013 Madrid")]),
        ("Carrera 15 # 93-47, apto 502", [("address", "Carrera 15 # 93-47, apto 502")]),
        ("card 4111 1111 1111 1111", [("card", "4111 1111 1111 1111")]),
        ("IBAN GB82 WEST 1234 5698 7654 32 please", [("account", "GB82 WEST 1234 5698 7654 32")]),
        ("dni 12345678Z", [("id", "12345678Z")]),
        ("SSN 219-09-9999", [("id", "219-09-9999")]),
        ("order no. 5512-77", [("reference", "5512-77")]),
        ("pedido #90331 roto", [("reference", "#90331")]),
        ("nací el 14 de marzo de 1986", [("birthdate", "14 de marzo de 1986")]),
        ("see https://x.example/r?token=a8d2.", [("link", "https://x.example/r?token=a8d2")]),
        ("from 203.0.113.7 and 2001:db8::1", [("ip", "203.0.113.7"), ("ip", "2001:db8::1")]),
        ("I am @olga.ruiz there", [("handle", "@olga.ruiz")]),
        ("matrícula 1234 BCD", [("plate", "1234 BCD")]),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_each_kind_is_found_whole(text: str, pieces: list[tuple[str, str]]) -> None:
    assert told(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "I paid 129.99 on 14 March 2024 for 2 pizzas.",
        "soy cliente desde 2015",
        "Dear customer,",
        "card 4111 1111 1111 1112 has a slip",
        "version 10.4.3.2",
        "https://www.example.com/help",
        "the management fee at 111.00, the bus at 8.01",
        "order 2 pizzas, case closed in 2024",
        "sí, señor. Una vez",
        "¡Feliz cumpleaños!\n04/01/2026, 20:31",
        "00:12:45 --> 00:12:48",
        "",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "names", "pieces"),
    [
        ("Rosa wants the rosa one", ["Rosa"], ["Rosa"]),
        ("laura and LAURA and Laurance", ["Laura Bennett"], ["laura", "LAURA"]),
        ("jose alvarez waits", ["José Álvarez"], ["jose alvarez"]),
        ("Sean O’Neill, Mr O'Neill", ["Sean O'Neill"], ["Sean O’Neill", "Mr O'Neill"]),
        ("Ana eats a banana", ["Ana"], ["Ana"]),
        ("Jean Luc Moreau", ["Jean-Luc Moreau"], ["Jean Luc Moreau"]),
        ("The Customer told P1 and Agent 2", ["Customer", "P1", "Agent 2"], []),
    ],
)
def test_known_names_are_found_at_the_edges_of_words(text: str, names: list[str], pieces: list[str]) -> None:
    assert [piece for _, piece in told(text, *names)] == pieces


@pytest.mark.parametrize(
    "name",
    [
        "P1",
        "R07",
        "Customer",
        "Cliente 3",
        "TCK-4471",
        "4711",
        "Agent",
        "Speaker_2",
        "Support Team",
        "el cliente",
        "?",
    ],
)
def test_a_label_is_no_name(name: str) -> None:
    assert is_label(name)


@pytest.mark.parametrize("name", ["Rosa", "Ana Ruiz", "Dr. Osei", "macca", "laura_b92x", "Agent Ana", "李雷"])
def test_a_name_is_no_label(name: str) -> None:
    assert not is_label(name)


def test_titles_and_parts_are_no_words_of_a_name() -> None:
    assert name_words("Dra. María-José Gil (Soporte)") == ("maria", "jose", "gil")


def test_the_longest_of_what_overlaps_is_taken_and_then_the_surest() -> None:
    found = [Found(0, 5, "phone"), Found(0, 5, "reference"), Found(4, 20, "link"), Found(20, 22, "person")]
    assert longest(found) == (Found(4, 20, "link"), Found(20, 22, "person"))
    assert longest(found[:2]) == (Found(0, 5, "reference"),)


def test_every_kind_has_its_rank() -> None:
    assert set(_RANK) == set(KINDS)


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=3))
@settings(max_examples=200, deadline=None)
def test_what_is_found_stands_in_order_inside_the_text(text: str, names: list[str]) -> None:
    edges = [edge for one in find(text, names) for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert len(set(edges[::2])) == len(edges) // 2
    assert all(0 <= edge <= len(text) for edge in edges)


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "A ", "Ana ", "@", "a@", "a.", "a.b@c.", "www.", ":", "0:", "(", "\n", "¡", "\r\n",
     "calle a b ", "order no ", "dni x y ",
     "cuenta de ", "born on ", "gracias,\n",
     "mr ", "\nname: ", "a at b dot ", "12 Ab ", "1-", "[", "ES12 ", "person_", "a-"],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    find("warm 07700 900123 4111 1111 1111 1111")
    text = (piece * 10_000)[:10_000]
    started = time.process_time()
    find(text, ("Ana Ruiz",))
    assert time.process_time() - started < 2
