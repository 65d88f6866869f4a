"""Reads any file a researcher has into documents, turns and utterances with exact offsets."""

from journeyai.sources.loader import LOADERS_VERSION
from journeyai.sources.reading import find_files, read_bytes, read_file, settings_for

__all__ = ["LOADERS_VERSION", "find_files", "read_bytes", "read_file", "settings_for"]
