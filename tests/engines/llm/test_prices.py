"""What a model costs: by whose word, for which names, and never by a name that only begins alike."""

from datetime import date
from decimal import Decimal

import pytest
import yaml
from tests.repository import ROOT

from journeyai.engines.llm.prices import FREE, Price, find_price, listed_price
from journeyai.errors import SettingsError
from journeyai.settings import LLMSettings

LIST = yaml.safe_load((ROOT / "knowledge" / "prices.yaml").read_text(encoding="utf-8"))
NAMES = [name for vendor in LIST["vendors"].values() for name in vendor["models"]]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("gpt-4o", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai:gpt-5-mini", "gpt-5-mini"),
        ("openai/gpt-5-mini", "gpt-5-mini"),
        (" GPT-5-Mini ", "gpt-5-mini"),
        ("anthropic:claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-3-5-haiku-latest", "claude-3-5-haiku"),
        ("models/gemini-2.5-flash", "gemini-2.5-flash"),
        ("google_genai:gemini-2.5-flash-preview-09-2025", "gemini-2.5-flash"),
        ("mistralai:mistral-small-latest", "mistral-small-latest"),
        ("deepseek:deepseek-flash", "deepseek-flash"),
    ],
)
def test_a_name_is_priced_as(asked: str, listed: str) -> None:
    assert listed_price(asked) == listed_price(listed) is not None


@pytest.mark.parametrize(
    "asked",
    [
        "", "gpt", "gpt-4", "gpt-4o-", "gpt-4o-audio-preview", "gpt-4o-mini-tts", "gpt-4o-2024", "gpt-4o-latest-x",
        "gpt-5-mini:free", "gpt-5x", "xgpt-5", "ft:gpt-4o-mini-2024-07-18:org::id", "o1", "claude", "claude-sonnet",
        "claude-sonnet-4-7", "gemini-2.5-flash-image", "mistral-small-2501", "azure_openai:gpt-4o",
        "bedrock:claude-sonnet-4-5", "ollama:gpt-4o", "meta-llama/Llama-3.1-8B-Instruct", "deepseek-r1:8b",
    ],
)  # fmt: skip
def test_a_name_is_not_priced(asked: str) -> None:
    assert listed_price(asked) is None


def test_a_snapshot_with_its_own_price_keeps_it() -> None:
    early, later = listed_price("gpt-4o-2024-05-13"), listed_price("gpt-4o-2024-11-20")
    assert early is not None
    assert later is not None
    assert (early.sent, later.sent) == (Decimal("5.0"), Decimal("2.5"))


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_list_is_a_price(name: str) -> None:
    price = listed_price(name)
    assert price is not None
    assert 0 < price.sent <= price.received < 1000
    assert price.cached is None or 0 < price.cached < price.sent
    assert price.written is None or price.sent < price.written <= 2 * price.sent
    assert price.as_of is not None
    assert date(2026, 1, 1) < price.as_of


def test_no_two_rows_are_one_name() -> None:
    assert len({name.replace(".", "-") for name in NAMES}) == len(NAMES)


def test_the_most_a_call_can_cost_counts_what_the_vendor_keeps_unasked() -> None:
    price = Price(Decimal(2), Decimal(10), cached=Decimal("0.2"), written=Decimal("2.5"))
    assert price.cost(1_000_000, 100_000) == Decimal("3.5")
    assert price.least(1_000_000, 100_000) == Decimal(3)


@pytest.mark.parametrize(
    ("model", "settings", "loopback", "price"),
    [
        pytest.param("llama3.2", {}, True, FREE, id="this machine costs nothing"),
        pytest.param("llama3.2", {}, False, None, id="elsewhere it is not known"),
        pytest.param(
            "llama3.2",
            {"price_in": 0.1, "price_out": 0.3},
            False,
            Price(Decimal("0.1"), Decimal("0.3")),
            id="set",
        ),
        pytest.param(
            "gpt-5-mini", {"price_in": 0.1}, False, Price(Decimal("0.1"), Decimal("2.0")), id="one of two set"
        ),
        pytest.param(
            "gpt-5-mini",
            {"price_out": 0.0},
            False,
            Price(Decimal("0.25"), Decimal("0.0")),
            id="set to nothing",
        ),
        pytest.param(
            "x", {"price_in": 1.0}, True, Price(Decimal("1.0"), Decimal(0)), id="this machine's power"
        ),
    ],
)
def test_settings_win(model: str, settings: dict[str, float], loopback: bool, price: Price | None) -> None:
    assert find_price(model, LLMSettings.model_validate(settings), loopback=loopback) == price


def test_half_a_price_of_an_unknown_model_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        find_price("llama3.2", LLMSettings(price_out=1), loopback=False)
    assert caught.value.message == (
        "`price_out` is set for `llama3.2`, but `price_in` is not, and the list of prices does not know it."
    )
    assert caught.value.hint == "Set `price_in` under `[llm]` as well, in US dollars a million tokens."
