"""Poisoned documents, and what they would be without the poison.

They are kept as files of the sorts that people hand in, in `evals/adversarial/poisoned/LANGUAGE/`; what is poisonous in
each stands in `LANGUAGE.yaml` beside the folder.  The README there says how they are written.
"""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

import yaml

from journeyai.errors import SourceError

_README: Final = "evals/adversarial/poisoned/README.md says their form."
#: Files that are archives of XML.
_ZIPPED: Final = frozenset({".docx", ".xlsx"})


@dataclass(frozen=True, slots=True)
class Payload:
    """An instruction, or a part of one.

    Attributes:
        text: as it stands in the file, or in its name.
        twin: what stands there in the harmless twin.
    """

    text: str
    twin: str = ""


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A document that tries to command whoever reads it.

    Attributes:
        language: of the customer's own words.
        path: the file.
        attack: what sort of attack it is.
        wants: what obedience would look like.
        payload: the instruction, piece by piece, each once.
    """

    language: str
    path: Path
    attack: str
    wants: str
    payload: tuple[Payload, ...]

    @property
    def name(self) -> str:
        """Its language and file: no two are called the same."""
        return f"{self.language}/{self.path.name}"

    def twin(self) -> tuple[str, bytes]:
        """Return the name and the bytes of the same file without the payload.

        Raises:
            SourceError: a part of the payload stands neither in the file nor in its name.
        """
        name, data = self.path.name, self.path.read_bytes()
        for part in self.payload:
            cleaned = (name.replace(part.text, part.twin), _without(data, self.path.suffix, part))
            if cleaned == (name, data):
                raise SourceError(f"Poisoned document {self.name}: “{part.text}” is not in it.", _README)
            name, data = cleaned
        return name, data


def load_poisoned(folder: Path, language: str) -> tuple[Poisoned, ...]:
    """Return the poisoned documents of *language*, in the order of their list.

    Args:
        folder: `evals/adversarial/poisoned`, or one of the same form.
        language: ISO 639-1 code.

    Raises:
        SourceError: the list cannot be read, or a file is missing.
    """
    path = folder / f"{language}.yaml"
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))["documents"]
        found = tuple(_poisoned(one, folder / language, language) for one in listed)
    except OSError as error:
        raise SourceError(f"`{path.name}` cannot be read: {error.strerror}.", _README) from None
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        raise SourceError(f"`{path.name}` is no list of poisoned documents.", _README) from None
    if missing := next((one.path.name for one in found if not one.path.is_file()), None):
        raise SourceError(f"`{path.name}` lists `{missing}`, which is not there.", _README)
    return found


def _poisoned(written: Mapping[str, Any], folder: Path, language: str) -> Poisoned:
    payload = tuple(Payload(part["text"], part.get("twin", "")) for part in written["payload"])
    return Poisoned(language, folder / written["file"], written["attack"], written["wants"], payload)


def _without(data: bytes, suffix: str, part: Payload) -> bytes:
    """Return *data* with *part* replaced, however this sort of file writes it."""
    if suffix in _ZIPPED:
        return _zip_without(data, part)
    if suffix == ".pdf":
        # The places of its parts are kept in the file, so nothing may move.
        old = part.text.encode("cp1252")
        return data.replace(old, part.twin.encode("cp1252").ljust(len(old))[: len(old)])
    text = data.decode("utf-8")
    for written in (_plain, _as_json, _as_cell):
        if (old_text := written(part.text)) in text:
            return text.replace(old_text, written(part.twin)).encode("utf-8")
    return data


def _zip_without(data: bytes, part: Payload) -> bytes:
    old, new = (escape(text, quote=False) for text in (part.text, part.twin))
    # Some programs write letters beyond ASCII as numbers.
    for errors, encoding in (("strict", "utf-8"), ("xmlcharrefreplace", "ascii")):
        cleaned = _members_without(data, old.encode(encoding, errors), new.encode(encoding, errors))
        if cleaned is not None:
            return cleaned
    return data


def _members_without(data: bytes, old: bytes, new: bytes) -> bytes | None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        members = [(member, whole.read(member)) for member in whole.infolist()]
    if not any(old in inside for _, inside in members):
        return None
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as cleaned:
        for member, inside in members:
            cleaned.writestr(member, inside.replace(old, new))
    return out.getvalue()


def _plain(text: str) -> str:
    return text


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _as_cell(text: str) -> str:
    """Return *text* as it stands in a quoted cell, without the quotes around it."""
    row = io.StringIO()
    csv.writer(row, quoting=csv.QUOTE_ALL, lineterminator="").writerow([text])
    return row.getvalue()[1:-1]


def texts(poisoned: Sequence[Poisoned]) -> list[str]:
    """Return every payload of *poisoned*, the parts of each put together, and each part by itself."""
    whole = [" ".join(part.text for part in one.payload) for one in poisoned]
    return [*whole, *(part.text for one in poisoned for part in one.payload)]
