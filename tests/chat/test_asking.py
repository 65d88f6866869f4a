"""What a person at a terminal is asked, and what counts as an answer."""

from collections.abc import Sequence

import pytest

from journeyai.chat.asking import TerminalPerson, question_rows
from journeyai.chat.output import JsonOutput
from journeyai.knowledge.talk import talk

KINDS = ["add pain point at Use: it is cold", "add need at Use: it is cold", "add delight at Use: it is cold"]


class Typing(TerminalPerson):
    """A person who types what the test says, and Ctrl-D after it."""

    def __init__(self, *typed: str | None) -> None:
        self.heard = JsonOutput()
        self._typed = list(typed)
        super().__init__(self.heard, talk("chat", "en"))

    def _ask(self, question: str, bindings: object = None, default: str = "") -> str | None:
        return self._typed.pop(0) if self._typed else None


@pytest.mark.parametrize(
    ("typed", "is_yes"),
    [(["y"], True), (["Sí."], True), ([""], False), ([None], False), (["No!"], False), (["maybe", "y"], True),
     (["yes please", "a", "b", "y"], False), (["/map"], False)],
    ids=["y", "accent", "enter", "ctrl-d", "no", "asked-again", "three-times", "nothing-more"],
)  # fmt: skip
def test_only_a_yes_is_a_yes_and_what_is_neither_is_asked_again(
    typed: Sequence[str | None], is_yes: bool
) -> None:
    person = Typing(*typed)
    assert person.confirm("Do this?") is is_yes
    said = person.heard.take("")["text"]
    unclear = [each for each in typed[:3] if each not in {"y", "Sí.", "", None, "No!"}]
    assert said.count("neither yes nor no") == len(unclear)


@pytest.mark.parametrize(
    ("typed", "picked"),
    [(["2"], 1), (["9", "2"], 1), (["need"], 1), (["Use", "delight"], 2), (["nonsense", ""], None), (["q"], None)],
    ids=["number", "out-of-range", "word", "word-of-all", "nothing", "q"],
)  # fmt: skip
def test_an_option_is_picked_by_its_number_or_by_a_word_of_its_own(
    typed: Sequence[str], picked: int | None
) -> None:
    assert Typing(*typed).choose("Which?", KINDS) == picked


@pytest.mark.parametrize(("typed", "picked"), [("y", 0), ("sí", 0), ("1", 0), ("", None), ("no", None)])
def test_the_only_option_is_picked_by_a_yes(typed: str, picked: int | None) -> None:
    assert Typing(typed).choose("This?", ["/branch future"]) == picked


def test_a_yes_picks_none_of_several() -> None:
    assert Typing("y", "2").choose("Which?", KINDS) == 1


def test_a_command_picks_nothing_and_is_not_swallowed_in_silence() -> None:
    person = Typing("/undo", "1")
    assert person.choose("Which?", KINDS) is None
    assert "Type the command again" in person.heard.take("")["text"]


def test_a_long_question_is_broken_between_words_and_the_last_row_asks() -> None:
    question = "Read the sources again and redraw the map? Accepted cards stay as they are. [y/n] "
    rows = question_rows(question, 40)
    assert " ".join(row.strip() for row in rows) == question.strip()
    assert max(map(len, rows)) < 40
    assert rows[-1].endswith("[y/n] ")
    assert question_rows("Do this? [y/n] ", 40) == ["Do this? [y/n] "]
