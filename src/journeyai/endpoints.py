"""Addresses of services, and which of them the person's key may go to."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from journeyai.errors import SettingsError

ADDRESS_VARIABLE: Final = "OPENAI_BASE_URL"
KEY_VARIABLE: Final = "OPENAI_API_KEY"
#: Where the key comes from, so where it may always go.
VENDOR_HOST: Final = "api.openai.com"


def is_this_machine(base_url: str | None) -> bool:
    """Return whether *base_url* is this machine itself, so that nothing sent there leaves it."""
    name = urlsplit(base_url or "").hostname or ""
    try:
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False


def check_key_may_go(base_url: str, own: str | None) -> None:
    """Refuse to send the person's key to an address that nobody but the study's folder names.

    A study may come from somebody else; what its `journey.toml` says must not collect keys.

    Args:
        base_url: what `journey.toml` says.
        own: what the person's environment says; None for nothing.

    Raises:
        SettingsError: the address is another machine's, and the environment does not name its host, too.
    """
    host = urlsplit(base_url).hostname
    is_named = own is not None and urlsplit(own).hostname == host
    if host == VENDOR_HOST or is_named or is_this_machine(base_url):
        return
    raise SettingsError(
        f"This study's `journey.toml` would send your key to `{host}`.",
        f"If the key belongs there, set `{ADDRESS_VARIABLE}` to that address, too; if not, take `base_url` out.",
    )
