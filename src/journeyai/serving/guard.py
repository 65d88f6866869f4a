"""Who may look at the page, and who may change the map by it.

Three secrets, each for one way: the address printed in the terminal lets a browser in and is exchanged at once for a
cookie, so that it stays neither in the address bar nor in the history; the cookie lets it read; and every change
brings what stands in the page alone.

Browsers send the cookies of 127.0.0.1 to every port of this machine, where others may listen; what does part them is
their path.  So the page lives under a path that nobody can guess, and its cookie is sent to nothing else.

A page of the network can send a browser here, under a name of its own that leads to this machine (DNS rebinding), or
with a form.  So the `Host` must be one of this machine's own names, and a change must come from the page's own origin.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from string import ascii_lowercase
from typing import Final

#: A `Host` that names this machine, as a browser writes it.  Any port: behind a tunnel it is another than ours.
_OWN_NAME: Final = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{1,5})?")
#: Header that brings the page's own secret.
PAGE_HEADER: Final = "x-journeyai-page"
#: What a request asks of the address bar, or of a page of ours; never of another page.
_OWN_SITES: Final = ("same-origin", "none")
#: How long a ticket opens the page, in seconds: a browser that is started for it may take half a minute.
TICKET_SECONDS: Final = 60.0
#: Of the page's own path: 94 bits.
_PLACE_LETTERS: Final = 20

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


def _place() -> str:
    return "".join(secrets.choice(ascii_lowercase) for _ in range(_PLACE_LETTERS))


@dataclass(frozen=True, slots=True)
class Ticket:
    """Lets one browser in once, and soon.

    Attributes:
        secret: stands in the address.
        until: when it ends, by the guard's clock.
        used: set when it was used.
    """

    secret: str
    until: float
    used: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class Guard:
    """The secrets of one run of the server, and what is asked of a request.

    Attributes:
        address: the secret in the address; lets any browser in that brings it.
        page: the secret in the page; every change brings it.
        cookie: the secret of who was let in.
        place: the name of the path under which all is that can be asked for.
        tickets: those that were not used yet.
        clock: the time in seconds, from any beginning.
    """

    address: str = field(default_factory=_secret)
    page: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    place: str = field(default_factory=_place)
    tickets: list[Ticket] = field(default_factory=list)
    clock: Callable[[], float] = time.monotonic

    def ticket(self) -> Ticket:
        """Return what opens the page once, within the next minute."""
        ticket = Ticket(_secret(), self.clock() + TICKET_SECONDS)
        self.tickets.append(ticket)
        return ticket

    def lets_in(self, token: str) -> bool:
        """Whether *token*, of an address, opens the page; a ticket is used up by it."""
        if _same(token, self.address):
            return True
        found = next((ticket for ticket in self.tickets if _same(token, ticket.secret)), None)
        if found is None:
            return False
        self.tickets.remove(found)
        found.used.set()
        return self.clock() < found.until

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
