"""Which files belong to the repository: git's answer, or where there is no git (an unpacked archive) `.gitignore`'s."""

import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def kept_files(*folders: str) -> list[str]:
    """Return the names, with `/`, of all files under *folders* (all if none) that git keeps or is about to."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders],
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        # A file that was removed and not yet committed is still listed.
        return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())
    starts = [ROOT / name for name in folders] or [ROOT]
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    return sorted(path.relative_to(ROOT).as_posix() for start in starts for path in _walk(start, ignored))


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        if any(fnmatchcase(path.name, pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path
