"""`python -m journeyai.retrieval.probe FOLDER NAME`: exits with 0 if that Chroma collection can be used.

A process of its own, because a damaged index can take the process down with it.
"""

import os
import sys
from pathlib import Path

from journeyai.retrieval.chroma import BrokenIndexError, probe


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    folder, name = arguments
    try:
        probe(Path(folder), name)
    except BrokenIndexError:
        return 1
    return 0


if __name__ == "__main__":
    # Not sys.exit: Chroma's threads over a damaged index may never end.
    os._exit(main(sys.argv[1:]))
