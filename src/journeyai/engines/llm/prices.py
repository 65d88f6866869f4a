"""What a model costs: the settings' own price, else the dated list `knowledge/prices.yaml`, else unknown.

An unknown price is None and never zero, and a name is never priced by another one that only begins like it:
`gpt-4o-mini` is not `gpt-4o`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import yaml

from journeyai.errors import ResourceError, SettingsError
from journeyai.resources import folder

if TYPE_CHECKING:
    from journeyai.settings import LLMSettings

_MILLION: Final = Decimal(1_000_000)

#: What may stand before a model's name: the vendor itself, in LangChain's form (`openai:…`) and in a gateway's
#: (`openai/…`), and Google's own form.  Resellers have prices of their own, so they are not here.
_VENDOR: Final = re.compile(
    r"^(?:(?:openai|anthropic|google|google_genai|mistralai|mistral|deepseek)[:/])?(?:models/)?"
)
#: What may stand after it without another price: the date or number of a snapshot, or that it is the latest.
_SNAPSHOT: Final = re.compile(r"-(?:latest|\d{4}-\d{2}-\d{2}|20\d{6}|preview-\d{2}-\d{4}|00\d)$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars a million tokens.

    Attributes:
        sent: list price of a token sent.
        received: of a token received; what a model thinks to itself counts as received.
        cached: of a token sent that the vendor had kept from an earlier question; None if not known.
        written: of a token sent that the vendor keeps for later ones unasked; None where that costs no more.
        as_of: the day the price is from; None for the settings' own and for this machine.
    """

    sent: Decimal
    received: Decimal
    cached: Decimal | None = None
    written: Decimal | None = None
    as_of: date | None = None

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Return the most US dollars that these tokens can cost.

        Nobody is told beforehand what a vendor keeps, so that no token counts as cached and every one as written.
        """
        return (tokens_in * max(self.sent, self.written or self.sent) + tokens_out * self.received) / _MILLION

    def least(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Return the US dollars these tokens cost by the list, none of them cached or written."""
        return (tokens_in * self.sent + tokens_out * self.received) / _MILLION

    def in_batch(self) -> "Price":
        """Return what the same tokens cost in a batch that may take a day: half."""
        return Price(
            self.sent / 2,
            self.received / 2,
            None if self.cached is None else self.cached / 2,
            None if self.written is None else self.written / 2,
            self.as_of,
        )


FREE: Final = Price(Decimal(0), Decimal(0))


def find_price(model: str, settings: "LLMSettings", *, loopback: bool) -> Price | None:
    """Return the price of *model*, or None if nobody knows it.

    Args:
        model: with or without a provider before it.
        settings: `price_in` and `price_out` win over everything.
        loopback: the model runs on this machine, where tokens cost nothing.

    Raises:
        SettingsError: one of the two prices is set, and the other is not known.
        ResourceError: the list is missing or broken.
    """
    known = FREE if loopback else listed_price(model)
    if settings.price_in is None and settings.price_out is None:
        return known
    if known is None and (settings.price_in is None or settings.price_out is None):
        given, other = ("price_in", "price_out") if settings.price_out is None else ("price_out", "price_in")
        raise SettingsError(
            f"`{given}` is set for `{model}`, but `{other}` is not, and the list of prices does not know it.",
            f"Set `{other}` under `[llm]` as well, in US dollars a million tokens.",
        )
    fallback = known or FREE
    return Price(
        sent=fallback.sent if settings.price_in is None else Decimal(str(settings.price_in)),
        received=fallback.received if settings.price_out is None else Decimal(str(settings.price_out)),
    )


def listed_price(model: str) -> Price | None:
    """Return the list price of *model*; None if it is not on the list.

    Raises:
        ResourceError: the list is missing or broken.
    """
    prices = _price_list()
    name = _plain(_VENDOR.sub("", model.strip().lower()))
    return prices.get(name) or prices.get(_SNAPSHOT.sub("", name))


def _plain(name: str) -> str:
    """Return *name* as the list is keyed: gateways write `claude-sonnet-4.5` for `claude-sonnet-4-5`."""
    return name.replace(".", "-")


@cache
def _price_list() -> dict[str, Price]:
    try:
        text = folder("knowledge").joinpath("prices.yaml").read_text(encoding="utf-8")
        vendors: Mapping[str, Any] = yaml.safe_load(text)["vendors"]
        return {
            _plain(str(name)): _parse(entry, vendor["as_of"])
            for vendor in vendors.values()
            for name, entry in vendor["models"].items()
        }
    except (
        OSError,
        ArithmeticError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        yaml.YAMLError,
    ) as error:
        raise ResourceError(
            f"The list of prices `knowledge/prices.yaml` is missing or broken: {error}."
        ) from error


def _parse(entry: Mapping[str, Any], as_of: date) -> Price:
    if unknown := entry.keys() - {"in", "out", "cached_in", "written_in"}:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    # By way of `str`, so that 0.1 is a tenth.
    held = {key: Decimal(str(value)) for key, value in entry.items()}
    return Price(held["in"], held["out"], held.get("cached_in"), held.get("written_in"), as_of)
