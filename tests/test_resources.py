"""`journeyai.resources`: the shipped folders are found wherever the package lies."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import journeyai
from journeyai.resources import Folder, folder

PACKAGE = Path(journeyai.__file__).parent
MODULES = ("__init__.py", "errors.py", "resources.py")
FILE = "_data/knowledge/templates/one.yaml"


def copied_package(to: Path) -> Path:
    """Copy the few modules that `resources` stands on to the folder *to* and return the copy."""
    copy = to / "journeyai"
    copy.mkdir(parents=True)
    for name in MODULES:
        (copy / name).write_bytes((PACKAGE / name).read_bytes())
    return copy


def run(path: Path, code: str) -> str:
    """Run *code* in a new interpreter that finds the package at *path* first, and return what it prints."""
    code = f"import sys; sys.path.insert(0, {str(path)!r})\nfrom journeyai.resources import folder\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout.strip()


@pytest.mark.parametrize("name", ["prompts", "knowledge", "evals"])
def test_each_shipped_folder_is_found_and_says_what_it_is(name: Folder) -> None:
    assert folder(name).joinpath("README.md").read_text(encoding="utf-8").startswith("# ")


def test_an_installed_package_reads_the_folder_inside_itself(tmp_path: Path) -> None:
    inside = copied_package(tmp_path / "lib" / "python") / FILE
    inside.parent.mkdir(parents=True)
    inside.write_text("id: inside\n", encoding="utf-8")
    # A stranger's folder of the same name, where the one of a checkout would be.
    outside = tmp_path / "lib" / "knowledge" / "templates" / "one.yaml"
    outside.parent.mkdir(parents=True)
    outside.write_text("id: outside\n", encoding="utf-8")
    code = "print(folder('knowledge').joinpath('templates', 'one.yaml').read_text())"
    assert run(tmp_path / "lib" / "python", code) == "id: inside"


def test_a_zipped_wheel_is_read_without_unpacking(tmp_path: Path) -> None:
    wheel = tmp_path / "journeyai.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in MODULES:
            archive.write(PACKAGE / name, f"journeyai/{name}")
        archive.writestr(f"journeyai/{FILE}", "id: zipped\n")
    code = "print([item.name for item in folder('knowledge').joinpath('templates').iterdir()])"
    assert run(wheel, code) == "['one.yaml']"


def test_an_incomplete_installation_is_said_plainly(tmp_path: Path) -> None:
    copied_package(tmp_path / "somewhere" / "lib")
    code = """
from journeyai.errors import ResourceError
try:
    folder("prompts")
except ResourceError as error:
    print(error.message, error.hint)
"""
    assert run(tmp_path / "somewhere" / "lib", code) == (
        "The folder `prompts` that ships with JourneyAI is missing from this installation. "
        "Install JourneyAI again."
    )
