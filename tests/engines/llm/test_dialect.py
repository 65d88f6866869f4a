from dataclasses import replace

import pytest
from pydantic import Field

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.asking import Reply
from journeyai.engines.llm.dialect import THINKING_ROOM, Dialect, effort_for, first_dialect, kept_dialect
from journeyai.engines.llm.schema import prompt_schema, strict_schema

HERE = Address("openai", "m", "http://127.0.0.1:1/v1", "none")


class Word(Reply):
    word: str


class Bounded(Reply):
    word: str = Field(max_length=40)


def test_an_unknown_server_is_asked_for_a_strict_schema() -> None:
    assert Dialect().parameters(Word, 50, 0.0, 2) == {
        "max_tokens": 50,
        "temperature": 0.0,
        "seed": 2,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Word", "strict": True, "schema": strict_schema(Word)},
        },
    }
    assert Dialect().system("Be brief.", Word) == "Be brief."


def test_texts_are_bounded_where_a_server_takes_bounds() -> None:
    def sent(dialect: Dialect) -> object:
        return dialect.parameters(Bounded, 50, 0.0, 0)["response_format"]["json_schema"]["schema"][
            "properties"
        ]

    assert sent(Dialect()) == {"word": {"type": "string", "maxLength": 40}}
    assert sent(Dialect(takes_bounds=False)) == {"word": {"type": "string"}}
    assert not first_dialect(Address("openai", "m")).takes_bounds


def test_the_simplest_form_says_it_all_in_the_prompt() -> None:
    plain = Dialect(form="plain", limit="max_completion_tokens", takes_temperature=False, takes_seed=False)
    assert plain.parameters(Word, 50, 0.0, 0) == {"max_completion_tokens": 50}
    assert plain.system("Be brief.", Word) == (
        "Be brief.\n\nReply with one JSON object and nothing else. It must fit this JSON schema:\n"
        + prompt_schema(Word)
    )


def test_each_address_is_first_asked_as_it_surely_understands() -> None:
    assert first_dialect(HERE) == Dialect(limit="max_tokens")
    assert first_dialect(Address("openai", "m")).limit == "max_completion_tokens"
    assert first_dialect(Address("anthropic", "m")).form == "plain"


@pytest.mark.parametrize(
    ("before", "status", "text", "after"),
    [
        pytest.param(
            Dialect(),
            400,
            "'response_format.type' must be 'text'",
            Dialect(takes_bounds=False),
            id="bounds-go-first",
        ),
        pytest.param(
            Dialect(), 400, "'maxLength' is not permitted.", Dialect(takes_bounds=False), id="bounds"
        ),
        pytest.param(
            Dialect(takes_bounds=False),
            400,
            "'response_format.type' must be 'text'",
            Dialect(form="json_object", takes_bounds=False),
            id="form",
        ),
        pytest.param(
            Dialect(form="json_object"),
            400,
            "response_format unsupported",
            Dialect(form="plain"),
            id="form-again",
        ),
        pytest.param(Dialect(form="plain"), 400, "response_format unsupported", None, id="no-simpler-form"),
        pytest.param(Dialect(), 500, "failed to parse grammar", Dialect(takes_bounds=False), id="grammar"),
        pytest.param(
            Dialect(takes_bounds=False, is_settled=True),
            400,
            "json_schema unsupported",
            Dialect(form="json_object", takes_bounds=False),
            id="unsettles",
        ),
        pytest.param(
            Dialect(),
            400,
            "Unsupported value: 'temperature' does not support 0.0 with this model.",
            Dialect(takes_temperature=False),
            id="temperature",
        ),
        pytest.param(
            Dialect(), 422, "seed: Extra inputs are not permitted", Dialect(takes_seed=False), id="seed"
        ),
        pytest.param(
            Dialect(),
            400,
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            Dialect(limit="max_completion_tokens"),
            id="limit",
        ),
        pytest.param(
            Dialect(limit="max_completion_tokens"),
            400,
            "Unknown parameter: max_completion_tokens",
            Dialect(limit="max_tokens"),
            id="limit-back",
        ),
        pytest.param(
            Dialect(),
            400,
            "Unsupported value: 'reasoning_effort' does not support 'low' with this model.",
            Dialect(takes_effort=False),
            id="effort",
        ),
        pytest.param(Dialect(), 400, "The messages are wrong", None, id="something-else"),
        pytest.param(Dialect(), 429, "response_format", None, id="busy"),
        pytest.param(Dialect(), None, "response_format", None, id="no-answer"),
    ],
)
def test_a_server_is_understood(
    before: Dialect, status: int | None, text: str, after: Dialect | None
) -> None:
    assert before.after_refusal(status, text) == after


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("gpt-5-mini", True),
        ("gpt-5.4", True),
        ("o4-mini", True),
        ("ft:gpt-5-mini:acme::1", True),
        ("gpt-5-chat-latest", False),
        ("gpt-4.1-mini", False),
        ("gpt-4o", False),
    ],
)
def test_the_vendors_models_that_think_first_get_room_for_it_and_are_asked_for_little(
    model: str, thinks: bool
) -> None:
    there = Address("openai", model)
    told = first_dialect(there).parameters(Word, 50, 0.0, 0, effort_for(there, "auto"))
    assert told["max_completion_tokens"] == (50 + THINKING_ROOM if thinks else 50)
    assert told.get("reasoning_effort") == ("low" if thinks else None)


def test_a_server_of_ones_own_is_told_an_effort_only_if_the_settings_name_one() -> None:
    assert [effort_for(HERE, "auto"), effort_for(HERE, "high")] == ["", "high"]
    assert (
        Dialect(takes_effort=False)
        .parameters(Word, 50, 0.0, 0, "high")
        .keys()
        .isdisjoint({"reasoning_effort"})
    )


def test_what_was_found_out_is_kept() -> None:
    known = replace(Dialect(), form="json_object", takes_seed=False, is_settled=True)
    assert kept_dialect(known.as_values(), HERE) == known


@pytest.mark.parametrize("values", [None, {}, {"form": "xml"}, {"forms": "plain"}, {"limit": 5}])
def test_what_cannot_be_understood_is_found_out_again(values: dict[str, object] | None) -> None:
    assert kept_dialect(values, HERE) == first_dialect(HERE)
