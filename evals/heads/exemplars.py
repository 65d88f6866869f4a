"""The labelled sentences that the local engine's heads learn from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from journeyai.model.vocabulary import Role

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "exemplars"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One labelled sentence; see `knowledge/exemplars/README.md`."""

    text: str
    role: Role
    lane: str
    stage: str | None
    valence: int
    emotion: str
    channel: str | None
    trade: str
    language: str


def read_exemplars(folder: Path = FOLDER) -> list[Exemplar]:
    """Return all exemplars, file by file in the order of their names; `en-*.jsonl` is English, `es-*` Spanish."""
    return [
        Exemplar(**json.loads(line), language=path.name[:2])
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def fingerprint(exemplars: Sequence[Exemplar]) -> str:
    """Return a short hash of all texts and labels."""
    return sha256(
        repr([(e.text, e.role, e.lane, e.stage, e.valence, e.emotion) for e in exemplars]).encode()
    ).hexdigest()[:16]
