"""Which local engine this is: what was read by another one must be read again."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from journeyai import __version__
from journeyai.resources import folder

#: What the engine reads by, in `knowledge/`.
_KNOWLEDGE: Final = ("heads", "reader", "taxonomy")
_HASH_CHARS: Final = 16


@cache
def engine_identity() -> str:
    """Return a short hash of all that decides how passages are read: the engine's code, its weights and its words.

    Raises:
        ResourceError: the installation is incomplete.
    """
    digest = sha256(__version__.encode())
    code = files("journeyai.engines.local")
    for part in (code, code / "reader", *(folder("knowledge") / name for name in _KNOWLEDGE)):
        for file in sorted(part.iterdir(), key=lambda file: file.name):
            if file.is_file():
                digest.update(f"\n{file.name}\n".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:_HASH_CHARS]
