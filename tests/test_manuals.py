"""`docs/settings.md` and `docs/errors.md` tell what the code does: keys, defaults, choices, variables, exit codes."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from tests.repository import ROOT

import journeyai
from journeyai import errors
from journeyai.cli import BUG, INTERRUPTED
from journeyai.settings import (
    LLMSettings,
    PrivacySettings,
    ScopeSettings,
    SearchSettings,
    Section,
    SourceSettings,
    StudySettings,
    read_settings,
)

SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ERRORS = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
#: Part of the page → what it describes, and which of its keys are parts of their own.
PARTS: dict[str, tuple[type[Section], set[str]]] = {
    "The study": (StudySettings, {"scope", "search", "llm", "privacy", "sources"}),
    "`[scope]`": (ScopeSettings, set()),
    "`[search]`": (SearchSettings, set()),
    "`[llm]`": (LLMSettings, set()),
    "`[privacy]`": (PrivacySettings, set()),
    '`[sources."…"]`': (SourceSettings, set()),
}


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row of *text* but the headers."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = {number for number, line in enumerate(lines) if re.fullmatch(r"[|:-]+", line)}
    body = [line for number, line in enumerate(lines) if not {number, number + 1} & rules]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def part(title: str) -> str:
    """Return the part of the settings' page whose heading begins with *title*."""
    return next(text for text in SETTINGS.split("\n## ") if text.startswith(title))


def choices(annotation: Any) -> Iterator[str]:
    """Yield every word that a value of this type may be, however deep."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    for inner in get_args(annotation):
        if not isinstance(inner, str):
            yield from choices(inner)


def variables_read() -> set[str]:
    """Return the environment variables that the package reads, from `os.environ` or what stands for it, `around`."""
    names = set()
    for path in Path(journeyai.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for found in re.findall(
            r"(?:os\.(?:environ\.get\(|environ\[|getenv\()|\baround\.get\()([^,)\]]+)", text
        ):
            if found.startswith(('"', "'")):
                names.add(ast.literal_eval(found))
            else:
                inside = path.relative_to(Path(journeyai.__file__).parents[1]).with_suffix("")
                names.add(getattr(importlib.import_module(".".join(inside.parts)), found))
    return names


@pytest.mark.parametrize("title", PARTS)
def test_every_key_stands_with_its_default(title: str) -> None:
    section, elsewhere = PARTS[title]
    told = {key.strip("`"): default.strip("`") for key, default, _ in rows(part(title))}
    held = json.loads(section().model_dump_json())
    assert told == {
        key: "none" if value is None else json.dumps(value)
        for key, value in held.items()
        if key not in elsewhere
    }


@pytest.mark.parametrize("title", PARTS)
def test_every_choice_is_named(title: str) -> None:
    section, elsewhere = PARTS[title]
    named = set(re.findall(r"`(\w+)`", part(title)))
    wanted = {
        word
        for key, field in section.model_fields.items()
        if key not in elsewhere
        for word in choices(field.annotation)
    }
    assert wanted - named == set()


def test_the_example_is_a_journey_toml(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", SETTINGS, re.DOTALL)
    assert example is not None
    path = tmp_path / "journey.toml"
    path.write_text(example[1], encoding="utf-8")
    settings = read_settings(path)
    assert settings.sources["reviews/*.csv"].columns == {"text": ["Pros", "Cons"], "rating": "Stars"}


def test_every_environment_variable_is_told() -> None:
    told = {cells[0].strip("`") for cells in rows(part("The environment"))}
    # `NO_COLOR` is read by rich, which draws for us.
    assert told == variables_read() | {"NO_COLOR"}


def test_every_kind_of_error_stands_with_its_exit_code() -> None:
    told = {(name.strip("`"), int(code)) for code, name, *_ in rows(ERRORS) if code.isdecimal() and name}
    kinds = {
        (name, kind.exit_code)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.JourneyAIError)
    }
    assert told == kinds - {("JourneyAIError", 1)}


def test_every_exit_code_of_the_help_is_told() -> None:
    from journeyai.cli.parser import make_parser

    told = {int(cells[0]) for cells in rows(ERRORS) if cells[0].isdecimal()}
    epilog = make_parser().epilog or ""
    assert told == {int(code) for code in re.findall(r"\b\d+\b", epilog.partition("exit codes:")[2])}
    assert {BUG, INTERRUPTED} < told
