"""The public door: finds a study's files, and reads one of them with the loader that fits it.

Nothing here goes past a bad file in silence: it is an error that names the file, or it is listed as skipped.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Final

from journeyai.errors import SourceError
from journeyai.model.source import Document, Skipped, SourceFile
from journeyai.settings import SourceSettings
from journeyai.sources.decoding import what_binary
from journeyai.sources.language import UNKNOWN, usual_language
from journeyai.sources.loader import LOADERS, Loaded, Loader, RawFile

#: The largest file that is read, in bytes.
LARGEST: Final = 100_000_000

#: What operating systems and editors leave behind; nobody wants to be told of it.
_JUNK = re.compile(
    r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|__MACOSX|\.git|\.svn|\.gitkeep|\.gitignore|\.keep|~\$.*|.*~|\.~lock\..*"
    r"|\.Spotlight-V100|\.Trashes|\.sync|\.dropbox.*|.*\.swp|Icon\r?",
    re.IGNORECASE,
)
_SUPPORTED = ".txt, .md, .docx, .pdf, .html, .vtt, .srt, .csv, .tsv, .xlsx, .json and .jsonl"


def find_files(root: Path) -> tuple[list[tuple[str, Path]], list[tuple[str, Skipped]]]:
    """Return the files under *root* as (source, path), sorted by source, and what was left out.

    Hidden files, links that lead outside *root* and what is no file are left out with a reason; what
    operating systems leave behind is left out in silence.

    Raises:
        SourceError: *root* is not a folder.
    """
    if not root.is_dir():
        raise SourceError(f"There is no folder `{root}`.", "Correct `sources_folder` in journey.toml, or make it.")
    home = root.resolve()
    found: list[tuple[str, Path]] = []
    skipped: list[Skipped] = []
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            skipped.append(Skipped(folder.relative_to(root).as_posix(), _reason(error)))
            continue
        for entry in entries:
            source = entry.relative_to(root).as_posix()
            if _JUNK.fullmatch(entry.name):
                continue
            if reason := _left_out(entry, home):
                skipped.append(Skipped(source, reason))
            elif entry.is_dir():
                waiting.append(entry)
            else:
                found.append((source, entry))
    return sorted(found), sorted(skipped, key=lambda item: item.where)
