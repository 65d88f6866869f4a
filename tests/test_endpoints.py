import pytest

from journeyai.endpoints import check_key_may_go, is_this_machine
from journeyai.errors import SettingsError


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://localhost:8080/v1", True),
        ("http://models.localhost/v1", True),
        ("http://127.0.0.3:1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost.example.org", False),
        ("http://192.168.0.7:8080", False),
        ("https://api.openai.com/v1", False),
        ("nonsense", False),
        (None, False),
    ],
)
def test_this_machine_is_known_by_its_name_or_number(address: str | None, here: bool) -> None:
    assert is_this_machine(address) is here


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://localhost:8080/v1", None),
        ("https://api.openai.com/v1", None),
        ("https://models.example.org/v1", "https://models.example.org/other"),
    ],
)
def test_a_key_goes_here_to_its_vendor_and_where_the_person_says(address: str, own: str | None) -> None:
    check_key_may_go(address, own)


@pytest.mark.parametrize("own", [None, "https://models.example.com/v1"])
def test_a_key_goes_nowhere_else(own: str | None) -> None:
    with pytest.raises(SettingsError, match=r"`models\.example\.org`") as raised:
        check_key_may_go("https://user:word@models.example.org/v1?x=1", own)
    assert "word" not in f"{raised.value.message}{raised.value.hint}"
