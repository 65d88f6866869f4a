"""Short texts that the local engine puts together from facts, in the study's language."""

from collections.abc import Sequence
from typing import Final

from journeyai.engines.engine import PersonaFacts, PersonaWords

_MOST_KEYWORDS: Final = 4


def describe_persona(facts: PersonaFacts) -> PersonaWords:
    """Name a persona by the stage and the channel that set its people apart; tell what they speak of.

    A plain name for a proposal: who the people are is for the user to say.
    """
    return PersonaWords(_name(facts), _summary_es(facts) if facts.language == "es" else _summary_en(facts))


def _name(facts: PersonaFacts) -> str:
    parts = [*facts.stages[:1], *facts.channels[:1]]
    return " · ".join(parts) or ("Grupo" if facts.language == "es" else "Group")


def _summary_en(facts: PersonaFacts) -> str:
    parts = []
    if facts.stages:
        parts.append(f"Speak more than others of {' and '.join(facts.stages[:2])}")
    if facts.channels:
        parts.append(f"mostly by {', '.join(facts.channels[:2])}")
    return _sentence(parts) + _keywords(facts, "In their words")


def _summary_es(facts: PersonaFacts) -> str:
    parts = []
    if facts.stages:
        parts.append(f"Hablan más que el resto de {' y '.join(facts.stages[:2])}")
    if facts.channels:
        parts.append(f"sobre todo por {', '.join(facts.channels[:2])}")
    return _sentence(parts) + _keywords(facts, "En sus palabras")


def _sentence(parts: Sequence[str]) -> str:
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _keywords(facts: PersonaFacts, lead: str) -> str:
    return f" {lead}: {', '.join(facts.keywords[:_MOST_KEYWORDS])}." if facts.keywords else ""
