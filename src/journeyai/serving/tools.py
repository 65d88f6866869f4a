"""What can be done to the map as it stands, for the page's script: its words, the stages, and what each card has."""

from typing import Any, Final

from journeyai.export.plain import visible
from journeyai.knowledge.talk import talk
from journeyai.knowledge.words import words
from journeyai.model.changes import TEXT_LETTERS
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.vocabulary import CRITERIA, HEADWAYS, JUDGEMENTS

#: Begins the keys of what the script says.
_SAID: Final = "script_"


def tools_of(journey: JourneyMap, undo: str, redo: str) -> dict[str, Any]:
    """Return what the script needs to offer changes to *journey*.

    Args:
        journey: the map.
        undo: what would be taken back; empty if nothing can be.
        redo: what would be done again; empty if nothing can be.
    """
    stages = sorted(journey.stages, key=lambda stage: stage.order)
    spoken = words(journey.language)
    return {
        "words": {
            key.removeprefix(_SAID): phrase
            for key, phrase in talk("live", journey.language).phrases.items()
            if key.startswith(_SAID)
        },
        "letters": TEXT_LETTERS,
        "criteria": [[name, _capital(spoken.criterion(name))] for name in CRITERIA],
        "grades": [[grade, spoken.grade(grade)] for grade in JUDGEMENTS],
        "headways": [[headway, spoken.progress(headway)] for headway in HEADWAYS],
        "undo": undo,
        "redo": redo,
        "stages": [[stage.id, visible(stage.name)] for stage in stages],
        "cards": [_card(card) for card in journey.cards if card.status != "rejected"],
    }


def _card(card: Card) -> dict[str, Any]:
    """Return what can be changed on *card*; what is empty is left out."""
    told: dict[str, Any] = {
        "id": card.id,
        "title": visible(card.title),
        "detail": visible(card.detail),
        "stage": card.stage,
        "lane": card.lane,
        "owner": visible(card.owner or ""),
        "severity": card.severity or 0,
        "accepted": card.status == "accepted",
        "locked": card.locked,
    }
    if card.lane == "opportunity":
        told["progress"] = card.progress or ""
        told |= {name: getattr(card.judged, name) for name in CRITERIA if card.judged is not None}
    return {name: value for name, value in told.items() if value}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
