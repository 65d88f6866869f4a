"""The map as lines that a model is told: stages, personas, cards, and the evidence that a request names."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from journeyai.engines.llm.screen import speaks_to_machine
from journeyai.engines.llm.steps.lines import flat
from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import content_words
from journeyai.model.changes import MOST_TARGETS
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.vocabulary import CRITERIA

#: Cards that are told; of a larger map, those the request speaks of come first.
MOST_CARDS: Final = 150
_TITLE_LETTERS: Final = 120
_NAME_LETTERS: Final = 80
ID_LETTERS: Final = 60
#: Words are told apart by their first letters, as in `drafting.likeness`.
_STEM_LETTERS: Final = 5


def map_lines(
    asked: str, cards: Sequence[Card], drawn: JourneyMap, found: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the map's lines; no name or title can begin with what looks like another id."""
    for stage in sorted(drawn.stages, key=lambda stage: stage.order):
        yield f"[{_words(stage.id, ID_LETTERS)}] stage: {_words(stage.name, _NAME_LETTERS)}"
    for persona in drawn.personas:
        confirmed = " · confirmed" if persona.confirmed else ""
        yield f"[{_words(persona.id, ID_LETTERS)}] persona{confirmed}: {_words(persona.name, _NAME_LETTERS)}"
    for card in cards:
        facts = [
            "card",
            card.lane,
            _words(card.stage, ID_LETTERS),
            "1 person" if card.people == 1 else f"{card.people} people",
        ]
        if card.severity is not None:
            facts.append(f"severity {card.severity}")
        if card.judged is not None:
            facts += [f"{name} {getattr(card.judged, name)}" for name in CRITERIA]
        if card.progress is not None:
            facts.append(card.progress)
        if card.status != "draft":
            facts.append(card.status)
        if card.locked:
            facts.append("locked")
        yield f"[{_words(card.id, ID_LETTERS)}] {' · '.join(facts)}: {_words(card.title, _TITLE_LETTERS)}"
    for id_ in told_evidence(asked, drawn):
        behind = [card.id for card in drawn.cards if id_ in (*card.evidence, *card.against)]
        yield f"[{id_}] evidence of {', '.join(behind) or 'no card'}"
    for name in told_found(asked, found):
        yield f"[{name}] evidence of no card, shown by a search"


def _words(text: str, longest: int) -> str:
    """Return *text* as it is told: in one line, without square brackets, and not at all if it gives orders."""
    if speaks_to_machine(text):
        return "(not told: reads like an order)"
    return flat(text, longest).replace("[", "(").replace("]", ")")


def told_cards(asked: str, drawn: JourneyMap) -> list[Card]:
    """Return the cards that are told, in the map's order.

    Of too many: those the request names by id, then those whose title or stage it shares a word with, then those that
    stand for most people.
    """
    if len(drawn.cards) <= MOST_CARDS:
        return list(drawn.cards)
    ids, spoken_of = _ids(asked), stems(asked)
    stage_names = {stage.id: stage.name for stage in drawn.stages}

    def rank(place: int) -> tuple[bool, bool, int, int]:
        card = drawn.cards[place]
        about = f"{card.title} {card.stage} {stage_names.get(card.stage, '')}"
        return fold(card.id) not in ids, not spoken_of & stems(about), -card.people, place

    return [drawn.cards[place] for place in sorted(sorted(range(len(drawn.cards)), key=rank)[:MOST_CARDS])]


def told_evidence(asked: str, drawn: JourneyMap) -> list[str]:
    """Return the ids of the evidence that the request names; no other evidence is told of."""
    ids = _ids(asked)
    return [item.id for item in drawn.evidence if fold(item.id) in ids][:MOST_TARGETS]


def told_found(asked: str, found: Sequence[str]) -> list[str]:
    """Return the names of passages that the request says; no other is told of."""
    ids = _ids(asked)
    return [name for name in found if fold(name) in ids][:MOST_TARGETS]


def _ids(asked: str) -> set[str]:
    return set(re.findall(r"\w+", fold(asked)))


def stems(text: str) -> set[str]:
    """Return the telling words of *text* by their first letters."""
    return {word[:_STEM_LETTERS] for word in content_words(text)}
