import pytest

from journeyai.serving.guard import PAGE_HEADER, TICKET_SECONDS, Guard, is_asked_by_itself, is_own_name


def own_headers(guard: Guard, **more: str) -> dict[str, str]:
    return {
        "host": "127.0.0.1:8321",
        "origin": "http://127.0.0.1:8321",
        "content-type": "application/json",
        PAGE_HEADER: guard.page,
    } | {name.replace("_", "-"): value for name, value in more.items()}


def test_every_secret_is_another_one_at_every_start() -> None:
    first, second = Guard(), Guard()
    secrets = {first.address, first.page, first.cookie, second.address, second.page, second.cookie}
    assert len(secrets) == 6
    # 256 bits.
    assert all(len(secret) == 43 for secret in secrets)
    assert first.place != second.place
    assert len(first.place) == 20


def test_the_address_opens_the_page_again_and_again_and_a_ticket_once() -> None:
    guard = Guard()
    ticket, other = guard.ticket(), guard.ticket()
    assert [guard.lets_in(guard.address), guard.lets_in(guard.address)] == [True, True]
    assert [guard.lets_in(ticket.secret), guard.lets_in(ticket.secret)] == [True, False]
    assert (ticket.used.is_set(), other.used.is_set()) == (True, False)
    assert guard.lets_in(other.secret)


@pytest.mark.parametrize(("waited", "opens"), [(TICKET_SECONDS - 1, True), (TICKET_SECONDS, False)])
def test_a_ticket_opens_the_page_for_a_minute(waited: float, opens: bool) -> None:
    now = 1000.0
    guard = Guard(clock=lambda: now)
    ticket = guard.ticket()
    now += waited
    assert guard.lets_in(ticket.secret) is opens
    assert guard.tickets == []
    assert guard.lets_in(guard.address)


@pytest.mark.parametrize("token", ["", "x", "ñ", "\ud800", "A" * 43, "A" * 100_000])
def test_nothing_else_opens_it(token: str) -> None:
    guard = Guard()
    assert not guard.lets_in(token)
    assert not guard.knows(token)


def test_one_secret_does_not_stand_for_another() -> None:
    guard = Guard()
    assert not guard.lets_in(guard.cookie)
    assert not guard.lets_in(guard.page)
    assert not guard.knows(guard.address)
    assert not guard.lets_change(own_headers(guard) | {PAGE_HEADER: guard.cookie})


def test_a_change_comes_from_the_page() -> None:
    guard = Guard()
    assert guard.lets_change(own_headers(guard))
    assert guard.lets_change(own_headers(guard, content_type="application/json; charset=utf-8"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:8321"},
        {"origin": "http://localhost:8321"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": ""},
    ],
    ids=lambda wrong: f"{next(iter(wrong))}-{next(iter(wrong.values()))}",
)
def test_a_change_from_elsewhere_is_refused(wrong: dict[str, str]) -> None:
    guard = Guard()
    assert not guard.lets_change(own_headers(guard, **wrong))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8321", "localhost", "localhost:1"])
def test_this_machine_has_two_names(host: str) -> None:
    assert is_own_name(host)


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "evil.example:8321", "127.0.0.1.evil.example", "evil.example#127.0.0.1", "127.0.0.2",
        "127.0.0.1:8321@evil.example", "evil@127.0.0.1", "0.0.0.0:8321", "[::1]:8321", "127.0.0.1:", "127.0.0.1:x",
        "127.0.0.1:1234567", "127.0.0.1\n", "localhost.", "2130706433", "127.1", "١27.0.0.1",
    ],
)  # fmt: skip
def test_every_other_host_is_refused(host: str) -> None:
    assert not is_own_name(host)


@pytest.mark.parametrize(
    ("site", "is_own"), [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)]
)
def test_a_browser_says_who_asks(site: str, is_own: bool) -> None:
    assert is_asked_by_itself({"sec-fetch-site": site}) is is_own
    assert is_asked_by_itself({})
