"""Who may look at the page, and who may change the map by it.

Three secrets, each for one way: the address printed in the terminal lets a browser in and is exchanged at once for a
cookie, so that it stays neither in the address bar nor in the history; the cookie lets it read; and every change
brings what stands in the page alone, as cookies of 127.0.0.1 go to every port of this machine.

A page of the network can send a browser here, under a name of its own that leads to this machine (DNS rebinding), or
with a form.  So the `Host` must be one of this machine's own names, and a change must come from the page's own origin.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

#: A `Host` that names this machine, as a browser writes it.  Any port: behind a tunnel it is another than ours.
_OWN_NAME: Final = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{1,5})?")
#: Header that brings the page's own secret.
PAGE_HEADER: Final = "x-journeyai-page"
#: What a request asks of the address bar, or of a page of ours; never of another page.
_OWN_SITES: Final = ("same-origin", "none")

#: Sent with every answer: nothing is kept, framed, read or named elsewhere.
HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(slots=True)
class Guard:
    """The secrets of one run of the server, and what is asked of a request.

    Attributes:
        address: the secret in the address; lets any browser in that brings it.
        page: the secret in the page; every change brings it.
        cookie: the secret of who was let in.
        tickets: secrets that let one browser in once.
    """

    address: str = field(default_factory=_secret)
    page: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    tickets: set[str] = field(default_factory=set)

    def ticket(self) -> str:
        """Return a secret that opens the page once.

        It goes to the browser by its command line, which other people of this machine can read.
        """
        ticket = _secret()
        self.tickets.add(ticket)
        return ticket

    def lets_in(self, token: str) -> bool:
        """Whether *token*, of an address, opens the page; a ticket is used up by it."""
        if _same(token, self.address):
            return True
        found = next((ticket for ticket in self.tickets if _same(token, ticket)), None)
        self.tickets.discard(found or "")
        return found is not None

    def knows(self, cookie: str) -> bool:
        """Whether *cookie* is the one of who was let in."""
        return _same(cookie, self.cookie)

    def lets_change(self, headers: Mapping[str, str]) -> bool:
        """Whether a change comes from the page: its origin, its secret, and JSON, which no form can send."""
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        return (
            headers.get("origin", "") == f"http://{headers.get('host', '')}"
            and kind == "application/json"
            and _same(headers.get(PAGE_HEADER, ""), self.page)
        )


def is_own_name(host: str) -> bool:
    """Whether *host*, of a request, is a name of this machine and not one that was made to lead here."""
    return _OWN_NAME.fullmatch(host) is not None


def is_asked_by_itself(headers: Mapping[str, str]) -> bool:
    """Whether a request was made by a page of ours or by a person; browsers that do not say so are believed."""
    return headers.get("sec-fetch-site", "none") in _OWN_SITES


def _same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing of the secret."""
    return compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode())
