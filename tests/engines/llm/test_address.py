from collections.abc import Mapping

import pytest
from tests.engines.llm.servers import ModelServer, Told, says, shows_page

from journeyai.endpoints import ADDRESS_VARIABLE, KEY_VARIABLE
from journeyai.engines.llm.address import (
    DEFAULT_MODEL,
    PROVIDERS,
    Address,
    chat_model,
    find_address,
    is_configured,
)
from journeyai.errors import EngineError, JourneyAIError, SettingsError
from journeyai.settings import LLMSettings

KEY = "sk-very-secret-1234567890"
LOCAL = "http://127.0.0.1:8080/v1"


@pytest.mark.parametrize(
    ("settings", "model", "environment", "address"),
    [
        pytest.param(
            LLMSettings(model="b"),
            "a",
            {"JOURNEYAI_MODEL": "c", "OPENAI_API_KEY": KEY},
            Address("openai", "a", None, KEY),
            id="the-command-goes-first",
        ),
        pytest.param(
            LLMSettings(model="b"),
            "",
            {"JOURNEYAI_MODEL": "c", "OPENAI_API_KEY": KEY},
            Address("openai", "b", None, KEY),
            id="then-the-study",
        ),
        pytest.param(
            LLMSettings(),
            "",
            {"JOURNEYAI_MODEL": "c", "OPENAI_API_KEY": KEY},
            Address("openai", "c", None, KEY),
            id="then-the-environment",
        ),
        pytest.param(
            LLMSettings(base_url=LOCAL + "/"),
            "m",
            {"OPENAI_BASE_URL": "http://10.0.0.9/v1"},
            Address("openai", "m", LOCAL, "none"),
            id="the-study's-address-before-the-environment's",
        ),
        pytest.param(
            LLMSettings(),
            "llama3.2:3b",
            {"OPENAI_BASE_URL": LOCAL},
            Address("openai", "llama3.2:3b", LOCAL, "none"),
            id="a-colon-is-part-of-a-name",
        ),
        pytest.param(
            LLMSettings(),
            "openai:llama3.2:3b",
            {"OPENAI_BASE_URL": LOCAL},
            Address("openai", "llama3.2:3b", LOCAL, "none"),
            id="after-a-provider-too",
        ),
        pytest.param(
            LLMSettings(),
            "ft:small:org::1",
            {"OPENAI_API_KEY": KEY},
            Address("openai", "ft:small:org::1", None, KEY),
            id="a-fine-tuned-model's-name",
        ),
        pytest.param(
            LLMSettings(),
            "anthropic:claude-x",
            {"OPENAI_BASE_URL": LOCAL, "OPENAI_API_KEY": KEY},
            Address("anthropic", "claude-x"),
            id="another-provider-gets-neither-address-nor-key",
        ),
        pytest.param(
            LLMSettings(),
            "ollama:llama3.2:3b",
            {},
            Address("ollama", "llama3.2:3b", "http://127.0.0.1:11434"),
            id="ollama-is-here",
        ),
        pytest.param(
            LLMSettings(),
            "ollama:m",
            {"OLLAMA_HOST": "10.0.0.9:11434"},
            Address("ollama", "m", "http://10.0.0.9:11434"),
            id="or-where-its-variable-says",
        ),
    ],
)
def test_the_model_is_found_where_it_is_named_first(
    settings: LLMSettings, model: str, environment: Mapping[str, str], address: Address
) -> None:
    assert find_address(settings, model, environment) == address


@pytest.mark.parametrize(
    ("model", "environment", "words"),
    [
        pytest.param("m", {}, "OPENAI_API_KEY", id="no-key"),
        pytest.param("foo:bar", {"OPENAI_API_KEY": KEY}, "`foo`", id="no-such-provider"),
        pytest.param("ollama:", {}, "No model of `ollama`", id="provider-without-model"),
        pytest.param("m", {"OPENAI_BASE_URL": "localhost:80/v1"}, "address", id="no-scheme"),
        pytest.param("m", {"OPENAI_BASE_URL": f"https://u:{KEY}@/v1"}, "address", id="no-host"),
        pytest.param("m", {"OPENAI_BASE_URL": "http://h:port/v1"}, "address", id="no-port"),
    ],
)
def test_what_is_missing_is_said(model: str, environment: Mapping[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        find_address(LLMSettings(), model, environment)
    assert words in caught.value.message
    assert KEY not in f"{caught.value.message} {caught.value.hint}"


def test_a_key_alone_asks_the_vendors_own_small_model() -> None:
    found = find_address(LLMSettings(), environment={"OPENAI_API_KEY": KEY})
    assert (found.model, found.host) == (DEFAULT_MODEL, "api.openai.com")


def test_a_server_is_asked_for_its_model_when_none_is_named() -> None:
    with ModelServer(says({}), models=("first", "second")) as server:
        found = find_address(LLMSettings(base_url=server.url), "", {})
    assert found == Address("openai", "first", server.url, "none")


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        pytest.param((), "has no model", id="none"),
        pytest.param(Told(b'{"error": {"message": "no"}}', status=401), "refuses the key", id="key"),
        pytest.param(shows_page(), "none of a model's", id="page"),
        pytest.param(Told(b"[]"), "none of a model's", id="no-list"),
    ],
)
def test_a_server_without_a_list_is_said(listed: tuple[str, ...] | Told, words: str) -> None:
    models, told = (listed, None) if isinstance(listed, tuple) else ((), listed)
    with ModelServer(says({}), models=models, listing=told) as server, pytest.raises(EngineError) as caught:
        find_address(LLMSettings(base_url=server.url), "", {"OPENAI_API_KEY": KEY})
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("settings", "environment", "expected"),
    [
        pytest.param(LLMSettings(), {}, False, id="nothing"),
        pytest.param(LLMSettings(model="m"), {}, False, id="a-name-alone"),
        pytest.param(LLMSettings(), {"OPENAI_API_KEY": " "}, False, id="an-empty-key"),
        pytest.param(LLMSettings(), {"OPENAI_API_KEY": KEY}, True, id="key"),
        pytest.param(LLMSettings(base_url=LOCAL), {}, True, id="address"),
        pytest.param(LLMSettings(), {"OPENAI_BASE_URL": LOCAL}, True, id="address-around"),
        pytest.param(LLMSettings(model="ollama:m"), {}, True, id="another-provider"),
    ],
)
def test_a_model_is_there_when_a_key_or_an_address_is(
    settings: LLMSettings, environment: Mapping[str, str], expected: bool
) -> None:
    assert is_configured(settings, "", environment) is expected


@pytest.mark.parametrize(
    ("base_url", "host", "is_here", "kind"),
    [
        (None, "api.openai.com", False, "openai@api.openai.com"),
        ("http://127.0.0.1:80/v1", "127.0.0.1:80", True, "openai@here"),
        ("http://127.9.9.9/v1", "127.9.9.9", True, "openai@here"),
        ("http://[::1]:80/v1", "[::1]:80", True, "openai@here"),
        ("http://localhost:1/v1", "localhost:1", True, "openai@here"),
        (
            "http://localhost.evil.example/v1",
            "localhost.evil.example",
            False,
            "openai@localhost.evil.example",
        ),
        ("http://127.0.0.1@evil.example/v1", "evil.example", False, "openai@evil.example"),
        ("http://0.0.0.0/v1", "0.0.0.0", False, "openai@0.0.0.0"),
        (f"https://u:{KEY}@h.example:8/v1?key={KEY}", "h.example:8", False, "openai@h.example"),
    ],
)
def test_only_the_host_of_an_address_is_shown(
    base_url: str | None, host: str, is_here: bool, kind: str
) -> None:
    address = Address("openai", "m", base_url, KEY)
    assert (address.host, address.is_here, address.kind) == (host, is_here, kind)
    assert KEY not in f"{address!r} {address} {address.host} {address.kind}"


def test_no_secret_is_left_in_what_is_hidden() -> None:
    address = Address("openai", "m", f"https://u:pass%40word@h.example/v1?key={KEY}", "k-987654321")
    told = f"no k-987654321, no pass%40word, no pass@word, no {KEY}, no sk-abcd…wxyz and no sk-proj-abcdef123"
    assert address.hide(told) == "no …, no …, no …, no …, no sk-abcd…wxyz and no …"


def test_the_providers_are_those_of_langchain() -> None:
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    packages = {
        name: module.partition(".")[0].replace("_", "-") for name, (module, *_) in _BUILTIN_PROVIDERS.items()
    }
    assert dict(PROVIDERS) == packages


def test_a_missing_package_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        chat_model(Address("anthropic", "claude-x"), LLMSettings(), 100)
    assert caught.value.message == (
        "Models of `anthropic` need the package `langchain-anthropic`, which is not installed."
    )
    assert caught.value.hint == "Run `pip install langchain-anthropic`."


def test_a_key_is_never_shown_by_the_model_either() -> None:
    model = chat_model(Address("openai", "m", LOCAL, KEY), LLMSettings(), 100)
    assert KEY not in f"{model!r} {model}"


def test_every_error_of_an_address_is_ours() -> None:
    with pytest.raises(JourneyAIError):
        find_address(LLMSettings(base_url="http://[::1"), "m", {})


@pytest.mark.parametrize("address", ["https://models.example.org/v1", "http://10.0.0.7:8080/v1"])
def test_a_study_alone_cannot_have_the_key_sent_elsewhere(address: str) -> None:
    settings = LLMSettings(model="m", base_url=address)
    with pytest.raises(SettingsError, match="would send your key to"):
        find_address(settings, environment={KEY_VARIABLE: "sk-mine"})
    vouched = {KEY_VARIABLE: "sk-mine", ADDRESS_VARIABLE: address.replace("/v1", "/other")}
    assert find_address(settings, environment=vouched).base_url == address


def test_without_a_key_or_at_home_a_study_names_the_address() -> None:
    settings = LLMSettings(model="m", base_url="https://models.example.org/v1")
    assert find_address(settings, environment={}).key == "none"
    here = LLMSettings(model="m", base_url="http://127.0.0.1:8080/v1")
    assert find_address(here, environment={KEY_VARIABLE: "sk-mine"}).is_here
