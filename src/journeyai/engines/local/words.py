"""Short texts that the local engine puts together from facts, in the study's language."""

from typing import Final

from journeyai.engines.engine import PersonaFacts, PersonaWords

_MOST_KEYWORDS: Final = 3


def describe_persona(facts: PersonaFacts) -> PersonaWords:
    """Name a persona by the words its people use more than others, and tell its stages, channels and pain."""
    keywords = facts.keywords[:_MOST_KEYWORDS]
    spanish = facts.language == "es"
    if keywords:
        name = " · ".join([keywords[0].capitalize(), *keywords[1:]])
    else:
        name = facts.stages[0] if facts.stages else ("Grupo" if spanish else "Group")
    return PersonaWords(name, _summary_es(facts) if spanish else _summary_en(facts))


def _summary_en(facts: PersonaFacts) -> str:
    parts = [f"{facts.size} {'person' if facts.size == 1 else 'people'}"]
    if facts.stages:
        parts.append(f"who speak most of {' and '.join(facts.stages[:2])}")
    if facts.channels:
        parts.append(f"use {', '.join(facts.channels[:3])}")
    return ", ".join(parts) + "."


def _summary_es(facts: PersonaFacts) -> str:
    parts = [f"{facts.size} {'persona' if facts.size == 1 else 'personas'}"]
    if facts.stages:
        parts.append(
            f"que {'habla' if facts.size == 1 else 'hablan'} sobre todo de {' y '.join(facts.stages[:2])}"
        )
    if facts.channels:
        parts.append(f"{'usa' if facts.size == 1 else 'usan'} {', '.join(facts.channels[:3])}")
    return ", ".join(parts) + "."
