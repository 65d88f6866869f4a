import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.told import SAMPLES, check_spans, load, measures, shared, skipped, turns

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.json_records import parse, time_of
from journeyai.sources.loader import Loaded
from journeyai.sources.reading import read_bytes
from journeyai.sources.tickets import JsonLoader

JSON = JsonLoader()


def loaded(value: object, source: str = "data.json", **choices: object) -> Loaded:
    return load(JSON, json.dumps(value), source, SourceSettings.model_validate(choices))


def test_a_zendesk_ticket() -> None:
    result = load(JSON, shared("export-formats/zendesk_tickets.json"), "tickets.json")

    (document,) = result.documents
    assert (result.kind, document.record, document.channel) == ("ticket", "35436", "web")
    assert turns(document) == [
        ("20978392", "customer", "Refund not received"),
        ("20978392", "customer", "I was charged twice."),
        ("agent", "agent!", "Internal note: check gateway"),
        ("20978392", "customer", "bad"),
        ("20978392", "customer", "Took too long"),
    ]
    assert measures(document) == [("csat", 0, 0, 1)]
    assert {turn.person for turn in document.turns if turn.role == "customer"} == {"tickets.json|20978392"}
    assert (result.skipped, result.warnings) == ((), ())


def test_zendesk_users_give_names_and_roles() -> None:
    (document,) = loaded(
        {
            "users": [
                {"id": 1, "name": "Eva Ríos", "role": "end-user"},
                {"id": 2, "name": "Luis", "role": "agent"},
                {"id": 3, "name": "Rosa", "role": "end-user"},
            ],
            "tickets": [
                {
                    "id": 9,
                    "subject": "Invoice",
                    "description": "The invoice is wrong",
                    "requester_id": 1,
                    "comments": [
                        {"author_id": 1, "public": True, "body": "The invoice is wrong"},
                        {"author_id": 2, "public": True, "html_body": "<p>Which <b>one</b>?</p>"},
                        {"author_id": 3, "public": True, "body": "The March one, I am her partner"},
                    ],
                }
            ],
        }
    ).documents

    assert turns(document) == [
        ("Eva Ríos", "customer", "Invoice"),
        ("Eva Ríos", "customer", "The invoice is wrong"),
        ("Luis", "agent", "Which one?"),
        ("Rosa", "customer", "The March one, I am her partner"),
    ]


def test_an_intercom_conversation() -> None:
    result = load(JSON, shared("export-formats/intercom_conversation.json"), "chat.json")

    (document,) = result.documents
    assert (result.kind, document.record, document.channel) == ("chat", "42", "chat")
    assert turns(document) == [
        ("system", "system", "Login issue"),
        ("Cara", "customer", "I can't log in"),
        ("Ada", "agent", "Try resetting"),
        ("agent", "agent!", "Escalating to billing"),
        ("Cara", "customer", "2"),
        ("Cara", "customer", "slow"),
    ]
    assert measures(document) == [("csat", 2, 1, 5)]
    assert document.turns[1].at == "2023-11-14T22:13:20Z"


def test_an_app_store_feed() -> None:
    result = load(JSON, shared("export-formats/appstore_rss.json"), "appstore.json")

    (document,) = result.documents
    assert (result.kind, document.record, document.turns[0].at) == (
        "review",
        "r1",
        "2026-03-28T10:00:00-07:00",
    )
    assert turns(document) == [
        ("r1", "customer", "App broken"),
        ("r1", "customer", "Cannot log in since the update."),
        ("r1", "customer", "1"),
    ]
    assert {turn.person for turn in document.turns} == {"appstore.json|user123"}


def test_star_dialogues_have_users_and_wizards() -> None:
    result = load(JSON, shared("star/star_sample.jsonl"), "star.jsonl")

    roles = {turn.role for document in result.documents for turn in document.turns}
    assert (len(result.documents), roles, result.kind) == (391, {"customer", "agent"}, "chat")
    assert turns(result.documents[0])[:3] == [
        ("R1", "customer", "I want to reserve a room at the Hyatt from 5/26-27, please."),
        ("agent", "agent", "May I have your name, please?"),
        ("R1", "customer", "Ben"),
    ]
    spoken_by = {
        turn.speaker for document in result.documents for turn in document.turns if turn.role == "customer"
    }
    assert len(spoken_by) == 391
    assert {part.reason for part in result.skipped} == {"no messages"}
    check_spans(result.documents)


def test_abcd_actions_are_the_systems() -> None:
    result = load(JSON, shared("abcd/abcd_sample.json"), "abcd.json")

    assert [document.record for document in result.documents] == ["3592", "9489", "3695"]
    assert turns(result.documents[0])[5:8] == [
        ("agent", "agent", "thanks, may I ask the reason for the return?"),
        ("system", "system", "Account has been pulled up for Crystal Minh."),
        ("3592", "customer", "I got the wrong size."),
    ]
    check_spans(result.documents)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param(
            {
                "numero": "A1",
                "asunto": "Pedido",
                "cliente": {"nombre": "Rosa"},
                "mensajes": [
                    {"de": "cliente", "texto": "No llega", "fecha": "2026-01-02"},
                    {"de": "Soporte", "texto": "Va de camino"},
                    {"de": "Soporte", "texto": "Llamar al almacén", "interna": True},
                ],
            },
            [
                ("Rosa", "customer", "Pedido"),
                ("Rosa", "customer", "No llega"),
                ("agent", "agent", "Va de camino"),
                ("agent", "agent!", "Llamar al almacén"),
            ],
            id="spanish",
        ),
        pytest.param(
            {
                "id": 1,
                "requester": "Ann",
                "comments": [
                    {"author": "Ann", "body": "It broke"},
                    {"author": "Bo", "body": "Sorry to hear"},
                ],
            },
            [("Ann", "customer", "It broke"), ("Bo", "agent", "Sorry to hear")],
            id="requester by name",
        ),
        pytest.param(
            {
                "id": 1,
                "messages": [{"role": "assistant", "content": "Hi"}, {"role": "user", "content": "My bill"}],
            },
            [("agent", "agent", "Hi"), ("1", "customer", "My bill")],
            id="roles",
        ),
        pytest.param(
            {
                "id": 1,
                "messages": [{"role": "user", "content": [{"type": "text", "text": "A"}, {"text": "B"}]}],
            },
            [("1", "customer", "A"), ("1", "customer", "B")],
            id="text in parts",
        ),
        pytest.param(
            {"id": 1, "conversation": ["Agent: hello", "Customer: my bill is wrong"]},
            [("agent", "agent", "hello"), ("1", "customer", "my bill is wrong")],
            id="lines",
        ),
        pytest.param(
            {"id": 1, "turns": [{"customer": "my bill is wrong"}, {"agent": "let me look"}]},
            [("1", "customer", "my bill is wrong"), ("agent", "agent", "let me look")],
            id="keys that are parts",
        ),
        pytest.param(
            {
                "id": 1,
                "subject": "Help",
                "description": "It broke",
                "requester": {"name": "Ann"},
                "comments": [],
            },
            [("Ann", "customer", "Help"), ("Ann", "customer", "It broke")],
            id="description only",
        ),
        pytest.param(
            {"id": 1, "subject": "It  broke", "messages": [{"from": "customer", "text": "it broke, again"}]},
            [("1", "customer", "it broke, again")],
            id="subject that is the beginning of the message",
        ),
        pytest.param(
            {
                "id": 1,
                "comments": [
                    {
                        "from": "customer",
                        "name": "Ann",
                        "body": "It came.\n\nOn Monday, Bo wrote:\n> It will come",
                    }
                ],
            },
            [("Ann", "customer", "It came."), ("system", "system", "On Monday, Bo wrote:\n> It will come")],
            id="quoted answer",
        ),
        pytest.param(
            {
                "id": 1,
                "messages": [
                    {"from": "agent", "text": "second", "at": "2026-01-02T10:00:00Z"},
                    {"from": "customer", "text": "first", "at": "2026-01-01T10:00:00Z"},
                ],
            },
            [("1", "customer", "first"), ("agent", "agent", "second")],
            id="newest first",
        ),
        pytest.param(
            {
                "id": 1,
                "messages": [
                    {"from": "customer", "text": "a"},
                    {"from": "customer", "note": True, "text": "b"},
                ],
            },
            [("1", "customer", "a"), ("agent", "agent!", "b")],
            id="a private note is never the customer's",
        ),
    ],
)
def test_records_with_messages_of_any_making(record: object, said: list[tuple[str, str, str]]) -> None:
    (document,) = loaded([record]).documents

    assert turns(document) == said


def test_a_rating_has_its_own_wording_and_remark() -> None:
    result = loaded(
        [
            {
                "id": n,
                "messages": [{"from": "customer", "text": "hello there"}],
                "csat": value,
                "csat_comment": "slow",
            }
            for n, value in enumerate(["2", 5, "great", None])
        ]
    )

    assert [turns(document)[1:] for document in result.documents] == [
        [("0", "customer", "2"), ("0", "customer", "slow")],
        [("1", "customer", "5"), ("1", "customer", "slow")],
        [("2", "customer", "slow")],
        [("3", "customer", "slow")],
    ]
    assert [measures(document) for document in result.documents] == [
        [("csat", 2, 1, 5)], [("csat", 5, 1, 5)], [], [],
    ]  # fmt: skip
    assert result.warnings == (
        "Nothing tells the scale of CSAT in `data.json`; it is read as 1 (worst) to 5 (best).",
        "Ratings of `data.json` that cannot be read are left out: `great` (2).",
    )


def test_who_wrote_first_is_supposed_to_be_the_customer_and_it_is_said() -> None:
    messages = [
        {"author": "Bo", "text": "Hello, how can I help you today?"},
        {"author": "Ann", "text": "My parcel never came"},
    ]
    result = loaded([{"id": 7, "messages": messages}])

    assert turns(result.documents[0]) == [
        ("Bo", "agent", "Hello, how can I help you today?"),
        ("Ann", "customer", "My parcel never came"),
    ]
    assert result.warnings == (
        "`data.json` does not say who is the customer in 7: whoever wrote first, and not as an agent does, "
        "is taken as the customer, the others as agents. Set `roles` in `journey.toml` if that is wrong.",
    )
    set_by_user = loaded([{"id": 7, "messages": messages}], roles={"ann": "agent", "Bo": "customer"})
    assert [role for _, role, _ in turns(set_by_user.documents[0])] == ["customer", "agent"]
    assert set_by_user.warnings == ()


def test_what_is_not_understood_is_left_out_with_its_place() -> None:
    result = loaded(
        {
            "tickets": [
                {
                    "id": 1,
                    "comments": [{"from": "customer", "text": "it broke"}, 7, ["x"], {"from": "agent"}],
                },
                5,
                {"id": 2, "comments": "none"},
                None,
            ]
        }
    )

    assert [document.record for document in result.documents] == ["1"]
    assert sorted(skipped(result)) == [
        ("tickets[0].comments[1]", "not a message"),
        ("tickets[0].comments[2]", "not a message"),
        ("tickets[1]", "not an object"),
        ("tickets[2]", "no messages"),
        ("tickets[3]", "not an object"),
    ]
    assert result.warnings == (
        "1 message without words (attachments, changes of state) in `data.json`: left out.",
    )


def test_records_without_ids_of_their_own_are_numbered() -> None:
    result = loaded([{"id": 1, "messages": [{"from": "customer", "text": text}]} for text in ("one", "two")])

    assert [document.record for document in result.documents] == ["R1", "R2"]
    assert result.warnings == (
        "Some records of `data.json` have no id, or the same one; all are named R1, R2 and so on, "
        "in the file's order.",
    )


@pytest.mark.parametrize(
    "value",
    [
        [
            {
                "id": "a",
                "text": "it came late",
                "rating": 2,
                "author": {"name": "Ann"},
                "created_at": 1767312000,
            }
        ],
        {
            "reviews": [
                {"id": "a", "body": "it came late", "stars": "2", "userName": "Ann", "date": "2026-01-02"}
            ]
        },
        {"data": [{"id": "a", "attributes": {"body": "it came late", "rating": 2, "nickname": "Ann"}}]},
        {"reseñas": [{"id": "a", "texto": "it came late", "puntuación": 2, "autor": "Ann"}]},
    ],
    ids=["bare", "reviews", "nested", "spanish"],
)
def test_flat_objects_are_reviews(value: object) -> None:
    result = loaded(value)

    assert result.kind == "review"
    assert turns(result.documents[0]) == [("a", "customer", "it came late"), ("a", "customer", "2")]
    assert result.documents[0].turns[0].person == "data.json|Ann"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": [1,\n 2', "`x.json` ends too early, at line 2: it looks cut off (expecting ',' delimiter)."),
        ('{"a": "half', "`x.json` ends too early, at line 1: it looks cut off (unterminated string)."),
        ('{"a": 1,\n "b" 2}', "`x.json` is not JSON at line 2, column 6: expecting ':' delimiter."),
        ("hello", "`x.json` is not JSON at line 1, column 1: expecting value."),
        ("  \n", "`x.json` is empty."),
        ("[]", "`x.json` has no records."),
        ("3", "`x.json` holds a single value and no records."),
        ("[" * 100_000, "`x.json` cannot be read as JSON: its values are nested too deeply."),
        ("[" + "9" * 5000 + "]", "`x.json` cannot be read as JSON: a number in it has thousands of digits."),
        ('[{"a": 1, "b": null}]', "`x.json` has no column of text (its columns are `a`, `b`)."),
    ],
    ids=[
        "cut",
        "cut in a string",
        "broken",
        "prose",
        "blank",
        "no records",
        "number",
        "deep",
        "digits",
        "no text",
    ],
)
def test_json_that_cannot_be_read_says_where_and_why(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        load(JSON, text, "x.json")

    assert caught.value.message == message


def test_a_bad_line_costs_that_line() -> None:
    good = '{"id": %d, "messages": [{"from": "customer", "text": "it came late"}]}'
    result = load(JSON, "\n".join([good % 1, "{bad}", "", good % 2, '{"id": 3, "mess']), "x.jsonl")

    assert [document.record for document in result.documents] == ["1", "2"]
    assert skipped(result) == [
        ("line 2", "is not JSON: expecting property name enclosed in double quotes at column 2"),
        ("line 5", "ends too early"),
    ]


def test_lines_under_a_json_name_are_lines() -> None:
    assert parse('{"a": 1}\n{"a": 2}\n', "x.json").value == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (1700000000, "2023-11-14T22:13:20Z"),
        (1700000000000, "2023-11-14T22:13:20Z"),
        ("2026-01-02T10:00", "2026-01-02T10:00"),
        (12, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (True, None),
        ({}, None),
    ],
)
def test_times_are_read(value: object, time: str | None) -> None:
    assert time_of(value) == time


def test_json_under_a_text_name_is_json() -> None:
    data = b'[{"id": 1, "messages": [{"from": "customer", "text": "it came late"}]}]'

    assert read_bytes(data, "export.txt", SourceSettings()).loader == "json"


@pytest.mark.parametrize(
    ("source", "first"),
    [
        ("en/sources/tickets/zendesk.json", "51001"),
        ("en/sources/tickets/helpdesk.jsonl", "H-3301"),
        ("es/sources/tickets/zendesk.json", "51001"),
        ("es/sources/tickets/incidencias.jsonl", "INC-0301"),
    ],
)
def test_the_sample_studies_tickets_load(source: str, first: str) -> None:
    result = load(JSON, (SAMPLES / source).read_bytes(), source.split("/", 2)[2])

    assert (result.kind, len(result.documents), result.documents[0].record) == ("ticket", 10, first)
    assert (result.skipped, result.warnings) == ((), ())
    assert all("customer" in {turn.role for turn in document.turns} for document in result.documents)
    assert all(
        turn.role == "agent" for document in result.documents for turn in document.turns if turn.private
    )
    check_spans(result.documents)


WORDS = st.text(max_size=80)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "tickets", "ticket", "comments", "messages", "body", "text", "author", "from", "at",
                 "public", "subject", "satisfaction_rating", "source", "conversation_parts", "feed",
                 "entry", "users", "rating", "role", "conversations", "customer", "description", "label"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@settings(deadline=None)
@given(VALUES, st.sampled_from(["data.json", "data.jsonl", "data.txt"]))
def test_any_json_is_read_or_is_a_plain_error(value: object, source: str) -> None:
    message = source
    try:
        check_spans(loaded(value, source).documents)
    except SourceError as error:
        message = error.message
    assert source in message


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["customer", "agent"]), WORDS), min_size=1, max_size=6), WORDS)
def test_every_utterance_stands_verbatim_in_its_field(messages: list[tuple[str, str]], subject: str) -> None:
    record = {
        "id": 1,
        "subject": subject,
        "messages": [{"from": who, "text": text} for who, text in messages],
    }
    fields = [
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd") for _, text in messages
    ]
    result = loaded([record])

    check_spans(result.documents)
    for document in result.documents:
        for utterance in document.utterances:
            assert any(
                utterance.text in field
                for field in [*fields, subject.replace("\r", "\n").replace("\x00", "\ufffd")]
            )


def test_lone_surrogates_do_not_get_through() -> None:
    result = load(JSON, '[{"id": "\\ud800", "text": "it came \\udfff late"}]')

    assert result.documents[0].text.encode() == "it came \ufffd late".encode()
    assert (result.documents[0].record or "").encode()


def test_customers_without_a_name_are_told_apart_as_people_are() -> None:
    result = loaded(
        {
            "tickets": [
                {
                    "id": 7,
                    "requester_id": 900,
                    "subject": "Late",
                    "comments": [{"author_id": 900, "body": "It is late"}],
                },
                {
                    "id": 8,
                    "requester_id": 900,
                    "subject": "Lost",
                    "comments": [{"author_id": 900, "body": "It is lost"}],
                },
                {"id": 9, "comments": [{"from": "customer", "body": "My bill is wrong"}]},
            ]
        }
    )

    spoken = {(turn.speaker, turn.person) for document in result.documents for turn in document.turns}
    assert spoken == {("900", "data.json|900"), ("9", "data.json#9|customer")}


def test_reviews_under_their_ids_are_rows() -> None:
    result = loaded(
        {"a1": {"text": "It came late", "rating": 1}, "a2": {"text": "All was well", "rating": 5}}
    )

    assert [(document.record, turns(document)) for document in result.documents] == [
        ("a1", [("a1", "customer", "It came late"), ("a1", "customer", "1")]),
        ("a2", [("a2", "customer", "All was well"), ("a2", "customer", "5")]),
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"Refunds": {"description": "how to refund", "steps": {"first": {"text": "pull up the account"}}}},
        {
            "$schema": "https://json-schema.org/x",
            "title": "Journey",
            "properties": {"a": {"description": "the text of it"}},
        },
        {},
    ],
    ids=["a manual", "a schema", "nothing"],
)
def test_an_object_that_holds_no_list_is_refused(value: object) -> None:
    with pytest.raises(SourceError, match=r"`data\.json` holds no list of reviews, tickets or chats\."):
        loaded(value)
