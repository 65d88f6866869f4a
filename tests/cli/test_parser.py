"""What can be typed, and what is refused before any command is loaded."""

import argparse
from collections.abc import Callable

import pytest

from journeyai.cli.options.looking import KINDS, ROLES
from journeyai.cli.options.shared import amount, count, positive
from journeyai.cli.parser import make_parser
from journeyai.model import vocabulary


def test_search_offers_the_kinds_and_roles_of_the_model() -> None:
    assert (KINDS, ROLES) == (vocabulary.KINDS, vocabulary.ROLES)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        pytest.param(count, "0", 0, id="none of them"),
        pytest.param(positive, "1", 1, id="one"),
        pytest.param(amount, "0.5", 0.5, id="half a dollar"),
    ],
)
def test_a_number_is_read(read: Callable[[str], float], text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "complaint"),
    [
        pytest.param(count, "-1", "'-1' is not a whole number", id="below none"),
        pytest.param(count, "1.5", "'1.5' is not a whole number", id="a part"),
        pytest.param(count, "²", "'²' is not a whole number", id="a raised digit"),
        pytest.param(positive, "0", "'0' is not a number from 1 up", id="none where one is needed"),
        pytest.param(amount, "0", "'0' is no amount of US dollars above 0", id="nothing to spend"),
        pytest.param(amount, "nan", "'nan' is no amount of US dollars above 0", id="not a number"),
        pytest.param(amount, "inf", "'inf' is no amount of US dollars above 0", id="without end"),
        pytest.param(amount, "two", "'two' is no amount of US dollars above 0", id="a word"),
    ],
)
def test_what_is_no_such_number_is_refused(read: Callable[[str], float], text: str, complaint: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        read(text)
    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    "command", [("draft",), ("summarise", "chats"), ("chat",)], ids=lambda typed: typed[0]
)
def test_who_asks_a_model_can_name_it(command: tuple[str, ...]) -> None:
    typed = make_parser().parse_args([*command, "--engine", "llm", "--model", "gpt-5-mini"])
    assert (typed.engine, typed.model) == ("llm", "gpt-5-mini")


@pytest.mark.parametrize("command", [("draft",), ("summarise", "chats")], ids=lambda typed: typed[0])
def test_who_spends_can_set_an_end_to_it(command: tuple[str, ...]) -> None:
    typed = make_parser().parse_args([*command, "--dry-run", "--max-cost", "2", "--max-tokens", "900"])
    assert (typed.dry_run, typed.max_cost, typed.max_tokens) == (True, 2.0, 900)
