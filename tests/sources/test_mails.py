import pytest
from tests.sources.told import check_spans, load, turns

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.loader import Loaded, Loader, RawFile
from journeyai.sources.mails import MailLoader
from journeyai.sources.tickets import JsonLoader

THREAD = """Thread "Oven", exported

From: Leo Sand <leo@cafes.example>
To: Ida Marsh <ida@norvia.example>
Date: Mon, 19 May 2025 10:04:00 +0000
Subject: The oven

Dear Ida,
It is cold again.

From: Ida Marsh <ida@norvia.example>
To: Leo Sand <leo@cafes.example>
Date: Tue, 20 May 2025 21:15:00 +0000
Subject: RE: The oven

We send a man.
Ida
Customer Success, Norvia
> It is cold again.
"""
HILO = """De: Soporte Norvia <soporte@norvia.example>
Enviado el: martes, 20 de mayo de 2025 21:15
Para: Marta Gil
Asunto: RE: Horno

Ya va un técnico.

-----Mensaje original-----
De: Marta Gil [mailto:marta@correo.example]
Enviado el: lunes, 19 de mayo de 2025 10:04
Para: soporte@norvia.example
Asunto: Horno

No calienta.
"""
EML = """From: =?utf-8?q?Marta_Gil?= <marta@correo.example>
To: help@norvia.example
Subject: =?utf-8?q?Re=3A_Fr=C3=ADo?=
Date: Tue, 20 May 2025 21:15:00 +0200
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>It is <b>still</b> cold.</p>
"""


def read(data: str, source: str, loader: Loader | None = None, **settings: object) -> Loaded:
    loaded = load(loader or MailLoader(), data, source, SourceSettings.model_validate(settings))
    check_spans(loaded.documents)
    return loaded


def test_a_thread_has_a_turn_a_mail_and_quoted_lines_are_nobodys() -> None:
    loaded = read(THREAD, "emails/a.txt")
    document = loaded.documents[0]
    assert (loaded.kind, document.channel, loaded.warnings) == ("ticket", "email", ())
    assert turns(document) == [
        ("system", "system", "The oven"),
        ("Leo Sand", "customer", "Dear Ida,\nIt is cold again."),
        ("Ida Marsh", "agent", "We send a man.\nIda\nCustomer Success, Norvia"),
        ("system", "system", "> It is cold again."),
    ]
    assert [turn.at for turn in document.turns][1:3] == [
        "2025-05-19T10:04:00+00:00",
        "2025-05-20T21:15:00+00:00",
    ]


def test_an_answer_above_what_it_answers_is_turned_round() -> None:
    document = read(HILO, "correos/a.txt").documents[0]
    assert [(turn.speaker, turn.role, turn.at) for turn in document.turns][1:] == [
        ("Marta Gil", "customer", "2025-05-19T10:04"),
        ("Soporte Norvia", "agent", "2025-05-20T21:15"),
    ]


def test_an_eml_to_a_company_is_a_customers() -> None:
    assert turns(read(EML, "emails/a.eml").documents[0]) == [
        ("system", "system", "Frío"),
        ("Marta Gil", "customer", "It is still cold."),
    ]


def test_records_with_sender_and_recipient_are_threads() -> None:
    data = """[
    {"from": "a@gmail.com", "to": "help@norvia.example", "subject": "Bill",
     "date": "2025-05-01T10:00:00Z", "body": "Charged twice."},
    {"from": "b@gmail.com", "to": ["help@norvia.example"], "subject": "Door",
     "date": "2025-05-01T12:00:00Z", "body": "No key."},
    {"from": "help@norvia.example", "to": "a@gmail.com", "subject": "Re: Bill",
     "date": "2025-05-01T11:00:00Z", "body": "Refunded."}
    ]"""
    loaded = read(data, "emails/a.json", JsonLoader())
    assert [(document.record, turns(document)[1:]) for document in loaded.documents] == [
        (
            "Bill",
            [("a@gmail.com", "customer", "Charged twice."), ("help@norvia.example", "agent", "Refunded.")],
        ),
        ("Door", [("b@gmail.com", "customer", "No key.")]),
    ]


def test_who_cannot_be_told_is_supposed_and_said() -> None:
    text = "From: Leo\nTo: Ida\nDate: x\n\nIt is cold.\n\nFrom: Ida\nTo: Leo\nDate: y\n\nI see.\n"
    loaded = read(text, "a.txt")
    assert [turn[:2] for turn in turns(loaded.documents[0])] == [("Leo", "customer"), ("Ida", "agent")]
    assert loaded.warnings == (
        "Neither addresses nor signatures tell who is the customer in 1 of the threads in `a.txt`: whoever wrote "
        "first is taken as the customer. Set `roles` in `journey.toml` if that is wrong.",
    )


@pytest.mark.parametrize(
    ("source", "data", "fit"),
    [
        ("a.eml", "x", 0.95),
        ("a.txt", THREAD, 0.85),
        ("a.txt", HILO, 0.85),
        ("a.txt", "From: a farm\nI came from afar.", 0.0),
        ("a.txt", "Subject: my week\nDate: today\n\nIt broke.", 0.0),
        ("a.csv", THREAD, 0.0),
    ],
)
def test_a_thread_is_known_by_its_heads(source: str, data: str, fit: float) -> None:
    assert (
        MailLoader().fits(RawFile(source, "." + source.rpartition(".")[2], data.encode(), SourceSettings()))
        == fit
    )


@pytest.mark.parametrize(
    "data", ["", "From: a\n\n", "From: a\nSubject: b\n\n  \n"], ids=["empty", "head", "blank"]
)
def test_a_mail_without_words_is_refused(data: str) -> None:
    with pytest.raises(SourceError, match=r"`a\.eml` holds no mail with words"):
        read(data, "a.eml")


@pytest.mark.parametrize(
    "data", ["\x00\xff It is cold.", "Content-Type: text/plain; charset=nowhere\n\nIt is cold."]
)
def test_a_broken_head_costs_no_words(data: str) -> None:
    assert "It is cold." in turns(read(data, "a.eml").documents[0])[-1][2]
