"""A tiny labelled corpus on disk, about an invented swimming pool: enough to draft, too little to conclude anything."""

import json
from pathlib import Path
from typing import Any, Final

FILES: Final = {
    "interviews/ann.txt": (
        "Interviewer: How did you find the pool?\n"
        "Ann: The queue at the desk is endless and terrible.\n"
        "Interviewer: And then?\n"
        "Ann: I wish you would open in the evening. The water is lovely and clean.\n"
    ),
    "interviews/bob.txt": (
        "Interviewer: How was your visit?\n"
        "Bob: Awful queues again today, I waited an hour. Please could you open at night.\n"
        "Interviewer: Anything good?\n"
        "Bob: The water felt great, I was very pleased with it.\n"
    ),
}


def write_pool(folder: Path, *, held_back: bool = False, language: str = "en", **changes: Any) -> Path:
    """Write the corpus to *folder* and return it; *changes* replace parts of its `gold.json`."""
    for name, text in FILES.items():
        path = folder / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    gold = {
        "language": language,
        "held_back": held_back,
        "stages": ["discovery", "consideration", "purchase", "onboarding", "use", "support", "loyalty"],
        "personas": [
            {"id": "all", "name": "Swimmers", "members": [_member("Ann"), _member("Bob")]},
        ],
        "themes": [
            _theme("queue", "pain_point", "The queue at the desk is long", 2),
            _theme("hours", "need", "Open in the evening", None),
            _theme("water", "delight", "The water is pleasant", None),
        ],
        "segments": [
            _segment("Ann", "The queue at the desk is endless and terrible.", "pain_point", "queue", -2),
            _segment("Ann", "I wish you would open in the evening.", "need", "hours", 0),
            _segment("Ann", "The water is lovely and clean.", "delight", "water", 2),
            _segment("Bob", "Awful queues again today, I waited an hour.", "pain_point", "queue", -2),
            _segment("Bob", "Please could you open at night.", "need", "hours", 0),
            _segment("Bob", "The water felt great, I was very pleased with it.", "delight", "water", 2),
        ],
    }
    (folder / "gold.json").write_text(json.dumps({**gold, **changes}), encoding="utf-8")
    return folder


def _member(name: str) -> dict[str, str]:
    return {"source": f"interviews/{name.lower()}.txt", "speaker": name}


def _theme(id_: str, lane: str, label: str, severity: int | None) -> dict[str, Any]:
    return {"id": id_, "lane": lane, "label": label, "stage": "use", "severity": severity}


def _segment(name: str, quote: str, lane: str, theme: str, valence: int) -> dict[str, Any]:
    emotion = {-2: "frustration", 0: "neutral", 2: "satisfaction"}[valence]
    return {
        **_member(name), "record": None, "role": "customer", "quote": quote, "lane": lane, "stage": "use",
        "theme": theme, "valence": valence, "emotion": emotion, "channel": None,
    }  # fmt: skip
