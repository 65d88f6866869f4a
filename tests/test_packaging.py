"""The wheel: everything is in it, and it drafts a map from a place where there is no checkout."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tests.repository import ROOT, kept_files

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", re.MULTILINE)


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run *command* with nothing in the environment that points at this checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JOURNEYAI"))
    }
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment | {"PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source archive, and from it the wheel, as a release would; return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment and return its folder of programs.

    What the wheel requires is borrowed from the running environment by a `.pth` line.  The wheel's own folder
    comes first on the path, and `.pth` files inside the borrowed folder (an editable install) are not read.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(scheme="venv", vars={"base": str(home), "platbase": str(home)})
    programs, library = Path(paths["scripts"]), Path(paths["purelib"])
    installed = run(
        *(sys.executable, "-m", "pip", "--python", programs / Path(sys.executable).name),
        *("install", "--quiet", "--no-deps", "--no-index", wheel),
    )
    assert installed.returncode == 0, installed.stderr
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (library / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n", encoding="utf-8")
    return programs


@pytest.mark.packaging
def test_the_wheel_holds_every_shipped_file_and_the_type_marker(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    folders = ("data", "adversarial", "planted", "privacy", "edits", "questions", "summaries", "baselines")
    measured_with = (*folders, "README.md", "thresholds.toml")
    shipped = kept_files("prompts", "knowledge", *(f"evals/{name}" for name in measured_with))
    assert {"knowledge/templates/cx-lifecycle.yaml", "evals/thresholds.toml"} <= set(shipped)
    assert {f"journeyai/_data/{name}" for name in shipped} - names == set()
    assert {"journeyai/py.typed", "journeyai-0.1.0.dist-info/licenses/LICENSE"} <= names
    assert {name.partition("/")[0] for name in names} == {"journeyai", "journeyai-0.1.0.dist-info"}


@pytest.mark.packaging
def test_the_source_archive_holds_what_a_test_run_needs(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        top = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"src", "tests", "evals", "prompts", "knowledge", "Makefile", *LOCKS} <= top


@pytest.mark.packaging
def test_an_installed_wheel_drafts_a_map_whose_every_quote_is_proved(scripts: Path, tmp_path: Path) -> None:
    """In Spanish: the English demo is run by `test_readme.py`."""
    python, journeyai = scripts / Path(sys.executable).name, scripts / "journeyai"
    where = run(python, "-c", "import journeyai; print(journeyai.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(scripts.parent)

    demo = run(journeyai, "demo", "study", "--lang", "es", cwd=tmp_path)
    assert demo.returncode == 0, demo.stderr
    written: dict[str, Any] = json.loads((tmp_path / "study" / "map.json").read_text(encoding="utf-8"))
    schema = json.loads(run(journeyai, "schema", "map", cwd=tmp_path).stdout)
    jsonschema.validate(written, schema)
    assert (written["format"], written["language"]) == ("journeyai/map", "es")
    assert written["cards"]
    assert written["evidence"]

    proved = run(journeyai, "verify", "--study", "study", cwd=tmp_path)
    assert proved.returncode == 0, proved.stdout + proved.stderr


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_hashes_every_line(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all(PINNED.match(entry) and "--hash=sha256:" in entry for entry in entries)


def test_the_locks_answer_what_the_project_file_asks_for() -> None:
    """A range that was changed without `make lock` shows here, and not on somebody's fresh machine."""
    run_time, everything = (dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8"))) for name in LOCKS)
    groups = PYPROJECT["dependency-groups"]
    asked = [(line, run_time) for line in PYPROJECT["project"]["dependencies"] + groups["build"]]
    # These pin their releases: 6 GB that only who trains the reader needs, and a server for one set of tests.
    locked = [lines for name, lines in groups.items() if name not in {"reader", "llm-server"}]
    asked += [(line, everything) for lines in locked for line in lines if isinstance(line, str)]
    wrong = []
    for line, lock in asked:
        wanted = Requirement(line)
        version = lock.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(Version(version)):
            wrong.append(f"{line}: locked {version}")
    assert wrong == []
    assert run_time.items() <= everything.items()
