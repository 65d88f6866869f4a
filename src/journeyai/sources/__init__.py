"""Reads any file a researcher has into documents, turns and utterances with exact offsets."""

from journeyai.sources.loader import LOADERS_VERSION
from journeyai.sources.reading import (
    LARGEST,
    find_files,
    load_bytes,
    read_bytes,
    read_file,
    settings_for,
    walk_files,
)

__all__ = [
    "LARGEST",
    "LOADERS_VERSION",
    "find_files",
    "load_bytes",
    "read_bytes",
    "read_file",
    "settings_for",
    "walk_files",
]
