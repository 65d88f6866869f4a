"""Short texts that the local engine puts together from facts, in the study's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.engines.engine import PersonaFacts, PersonaWords

_MOST_KEYWORDS: Final = 4


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What stands between the facts."""

    group: str
    speak_of: str
    both: str
    by: str
    in_their_words: str


_ENGLISH: Final = _Phrases("Group", "Speak more than others of", " and ", "mostly by", "In their words")
_SPANISH: Final = _Phrases("Grupo", "Hablan más que el resto de", " y ", "sobre todo por", "En sus palabras")


def describe_persona(facts: PersonaFacts) -> PersonaWords:
    """Name a persona by the stage and the channel that set its people apart; tell what they speak of.

    A plain name for a proposal: who the people are is for the user to say.
    """
    phrases = _SPANISH if facts.language == "es" else _ENGLISH
    name = " · ".join([*facts.stages[:1], *facts.channels[:1]]) or phrases.group
    parts = []
    if facts.stages:
        parts.append(f"{phrases.speak_of} {phrases.both.join(facts.stages[:2])}")
    if facts.channels:
        parts.append(f"{phrases.by} {', '.join(facts.channels[:2])}")
    keywords = ", ".join(facts.keywords[:_MOST_KEYWORDS])
    told = f" {phrases.in_their_words}: {keywords}." if keywords else ""
    return PersonaWords(name, _sentence(parts) + told)


def _sentence(parts: Sequence[str]) -> str:
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""
