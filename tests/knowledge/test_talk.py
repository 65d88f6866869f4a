import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.repository import ROOT

from journeyai.errors import ResourceError
from journeyai.knowledge.talk import talk

THEMES = sorted((ROOT / "knowledge" / "talk").glob("*.yaml"))


def read(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def placeholders(phrase: Any) -> set[str]:
    texts = phrase.values() if isinstance(phrase, dict) else [phrase]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(str(text)) if name}


@pytest.mark.parametrize("path", [p for p in THEMES if p.stem != "help"], ids=lambda path: path.stem)
def test_both_languages_say_the_same_things_of_the_same_values(path: Path) -> None:
    table = read(path)
    assert set(table) == {"en", "es"}
    assert list(table["en"]) == list(table["es"])
    for key, phrase in table["en"].items():
        other = table["es"][key]
        assert placeholders(phrase) - {"n"} == placeholders(other) - {"n"}, key
        for said in (phrase, other):
            assert not isinstance(said, dict) or set(said) == {"one", "other"}, key


def test_a_phrase_is_said_with_its_values_and_in_its_form() -> None:
    said = talk("history", "es")
    assert said.language == "es"
    assert talk("history", "fr").language == "en"


def test_a_theme_that_is_not_there_is_told() -> None:
    with pytest.raises(ResourceError, match="talk/nothing"):
        talk("nothing", "en")
