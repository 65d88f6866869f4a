"""The study's folder: where things are, how a study is made and found, how its map is written.

`sources/` is only ever read.  `map.json` is replaced in one step, so that whoever reads it, and whatever kills us,
finds either the old map or the new one.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from journeyai.errors import SettingsError
from journeyai.model.journey import JourneyMap
from journeyai.settings import STUDY_FILE, STUDY_VARIABLE, StudySettings, read_settings

MAP_FILE: Final = "map.json"
INNER_FOLDER: Final = ".journeyai"
SOURCES_FOLDER: Final = "sources"
TEMPLATES_FOLDER: Final = "templates"


@dataclass(frozen=True)
class StudyFolder:
    """A study's folder.

    Attributes:
        root: the folder that holds `journey.toml`.
    """

    root: Path

    @cached_property
    def settings(self) -> StudySettings:
        """What `journey.toml` says, read once."""
        return read_settings(self.root / STUDY_FILE)

    @property
    def sources(self) -> Path:
        """Where the user's files are."""
        return (self.root / self.settings.sources_folder).resolve()

    @property
    def map_path(self) -> Path:
        """The map's file."""
        return self.root / MAP_FILE

    @property
    def templates(self) -> Path:
        """Where methods of the user's own are; most studies have none."""
        return self.root / TEMPLATES_FOLDER

    @property
    def inner(self) -> Path:
        """Our own folder: index, locks."""
        return self.root / INNER_FOLDER

    def read_map(self) -> JourneyMap:
        """Return the study's map.

        Raises:
            SettingsError: there is none yet, or the file is not a map.
        """
        if not self.map_path.is_file():
            raise SettingsError(f"There is no map in `{self.root}` yet.", "Run `journeyai draft` first.")
        return read_map(self.map_path)

    def write_map(self, journey: JourneyMap) -> None:
        """Replace the study's map."""
        write_whole(self.map_path, journey.to_json().encode())


def read_map(path: Path) -> JourneyMap:
    """Read a map from any file.

    Raises:
        SettingsError: the file is missing or is not a map of this version.
    """
    try:
        return JourneyMap.from_json(path.read_bytes())
    except FileNotFoundError:
        raise SettingsError(f"There is no file `{path}`.") from None
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise SettingsError(
            f"`{path}` is not a journey map: {where}: {first['msg']}.",
            "A map is what `journeyai draft` writes; `journeyai schema map` describes it.",
        ) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that a reader, or a crash, never meets half of it.

    Raises:
        SettingsError: the place cannot be written to.
    """
    write_pieces(path, (data,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Do the same with what comes piece by piece and need not fit into memory.

    Raises:
        SettingsError: the place cannot be written to.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            # A device or a pipe is written to; replacing it would take `/dev/null` from everybody.
            with path.open("wb") as file:
                file.writelines(pieces)
            return
        # A link stays a link.
        target = path.resolve()
        fresh = target.parent / f".{target.name[:200]}.{os.getpid()}.new"
        try:
            with fresh.open("wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        except BaseException:
            with suppress(OSError):
                fresh.unlink()
            raise
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be written: {error.strerror}.") from None


def find_study(given: Path | None, start: Path) -> StudyFolder:
    """Find the study: the given folder, else `JOURNEYAI_STUDY`, else the nearest folder upward from *start*.

    Raises:
        SettingsError: there is none.
    """
    named = given or (Path(value) if (value := os.environ.get(STUDY_VARIABLE)) else None)
    if named is not None:
        if not (named / STUDY_FILE).is_file():
            raise SettingsError(
                f"`{named}` is not a study: it has no `{STUDY_FILE}`.",
                f"Make it one with `journeyai init {named}`.",
            )
        return StudyFolder(named.resolve())
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / STUDY_FILE).is_file():
            return StudyFolder(folder)
    raise SettingsError(
        f"No study here: neither `{start.resolve()}` nor a folder above it has a `{STUDY_FILE}`.",
        "Make one with `journeyai init DIR`, or name one with `--study DIR`.",
    )


def make_study(root: Path, settings: StudySettings) -> StudyFolder:
    """Make a study in *root*, which may exist and hold files.

    Raises:
        SettingsError: there is a study already, or the place cannot be written to.
    """
    path = root / STUDY_FILE
    if path.exists():
        raise SettingsError(
            f"`{root}` is a study already.",
            f"Change `{STUDY_FILE}` with an editor, or choose another folder.",
        )
    try:
        root.mkdir(parents=True, exist_ok=True)
        if settings.sources_folder == SOURCES_FOLDER:
            (root / SOURCES_FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise SettingsError(f"`{root}` cannot be made: {error.strerror}.") from None
    write_whole(path, settings_text(settings).encode("utf-8", "replace"))
    return StudyFolder(root.resolve())


def name_sources(given: Path, root: Path) -> str:
    """Return an existing folder of files as `journey.toml` names it: relative if it lies in the study, else absolute.

    Args:
        given: the folder, left where it is.
        root: the study's, which need not be there yet.

    Raises:
        SettingsError: it is no folder, or the study would lie inside it.
    """
    if not given.is_dir():
        raise SettingsError(f"`{given}` is not a folder.", "Name the folder that holds your files.")
    whole, home = given.resolve(), root.resolve()
    if home.is_relative_to(whole):
        raise SettingsError(
            f"The study `{root}` would lie inside its own folder of sources, `{given}`.",
            "Make it beside that folder.",
        )
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else whole.as_posix()


def settings_text(settings: StudySettings) -> str:
    """Return a `journey.toml` that says *settings*, with a word on each line of what it is for."""
    scope = settings.scope
    lines = [
        "# What this study is about, and how its files are to be read.",
        _line("title", settings.title),
        _line("goal", settings.goal, "why the map is drawn: one or two sentences"),
        _line("language", settings.language, "of the map's own words: en, es, or auto for the sources' own"),
        _line("template", settings.template, "the method: `journeyai doctor` lists them"),
        _line("stages", settings.stages, 'your own stages in order, for example ["Find", "Buy", "Use"]'),
        _line("personas", settings.personas, "at most so many; 0 for none"),
        _line("engine", settings.engine),
        _line("sources_folder", settings.sources_folder, "relative to this file, or absolute"),
        "",
        "[scope]",
        _line("start", scope.start, "where the journey begins"),
        _line("end", scope.end, "where it ends"),
        _line("state", scope.state, "current or future"),
        _line("focus", scope.focus, "a narrow flow, or empty for the whole journey"),
        "",
        "# If a file was read wrongly, say how it is to be read, for example:",
        '# [sources."chats/chat-01.txt"]',
        '# kind = "chat"                    # interview, chat, call, ticket, review, survey, note',
        '# roles = { "Ana" = "agent", "*" = "customer" }',
        '# [sources."reviews/*.csv"]',
        '# encoding = "cp1252"',
        '# columns = { text = "Comment", rating = "Stars" }',
    ]
    return "\n".join(lines) + "\n"


def _line(key: str, value: Any, comment: str = "") -> str:
    # A TOML basic string is written as JSON writes one, but for DEL, which JSON leaves bare.
    text = f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
    return f"{text}  # {comment}" if comment else text
