"""What a model must know to take part in a conversation: what was said before, and what there is to answer from.

Made by plain code, bounded, and always labelled as material: nothing of it can give orders.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.engines.conversation import Cited
from journeyai.engines.llm.screen import speaks_to_machine
from journeyai.engines.llm.steps.answer import MOST_PLACES, Place
from journeyai.engines.llm.steps.lines import flat
from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import content_words
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.knowledge.words import words
from journeyai.model.journey import Card, Evidence, JourneyMap, Persona
from journeyai.retrieval.search import Passage

#: Characters of what was said before, all together.
BEFORE_LETTERS: Final = 1600
_ASKED_LETTERS: Final = 200
_SHOWN_LETTERS: Final = 80
_MOST_SHOWN: Final = 10
#: A question of so few telling words lives by the one before it.
_FEW_WORDS: Final = 2

#: Of what is answered from: the rest of `MOST_PLACES` are passages that search has found.
_MOST_CARDS: Final = 6
_QUOTES_OF_CARD: Final = 2
_QUOTES_OF_PERSONA: Final = 3
#: Words are told apart by their first letters, as in `drafting.likeness`.
_STEM_LETTERS: Final = 5

_GOES_ON: Final = re.compile(
    r"\W*(?:and|or|but|what about|how about|y|e|o|pero|tambien|and also|ademas)\b"
    r"|.*\b(?:they|them|those|these|that one|it|there|ellos|ellas|esos|esas|estos|estas|eso|alli|ahi)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn that is over.

    Attributes:
        asked: the person's words.
        shown: what they saw, as ids with a title or places: `c3 Fees appear`, `e12 · reviews.csv R07`.
    """

    asked: str
    shown: tuple[str, ...] = ()


def told_before(exchanges: Sequence[Exchange], on_screen: Sequence[str] = ()) -> str:
    """Return the last of *exchanges* as lines for a prompt, the oldest first; empty without any.

    Args:
        exchanges: oldest first.
        on_screen: what a command has shown since, in the same form.
    """
    lines = [f"(before) on the screen now: {_listed(on_screen)}"] if on_screen else []
    left = BEFORE_LETTERS - sum(map(len, lines))
    for exchange in reversed(exchanges):
        asked = "(not told)" if speaks_to_machine(exchange.asked) else flat(exchange.asked, _ASKED_LETTERS)
        line = f"(before) asked: {asked}"
        if exchange.shown:
            line += f" · shown: {_listed(exchange.shown)}"
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    return "".join(f"{line}\n" for line in reversed(lines))


def searched_for(question: str, exchanges: Sequence[Exchange]) -> str:
    """Return what to search for: *question*, with the one before it if it goes on from there."""
    if not exchanges:
        return question
    told = content_words(question)
    if len(told) > _FEW_WORDS and not _GOES_ON.match(fold(question)):
        return question
    return f"{exchanges[-1].asked} {question}"


def language_of(text: str, otherwise: str) -> str:
    """Return in which of our languages *text* is written, by its small words; *otherwise* if they do not tell."""
    told = set(re.findall(r"[^\W\d_]+", fold(text)))
    counts = {code: len(told & set(listed.split())) for code, listed in read_taxonomy("stopwords").items()}
    best = max(counts.values(), default=0)
    found = [code for code, count in counts.items() if count == best]
    if len(found) == 1:
        return found[0]
    if re.search(r"[¿¡ñ]", text):
        return "es"
    return otherwise


def find_places(
    searched: str,
    journey: JourneyMap,
    search: Callable[[str], Sequence[Passage]],
    guide: Callable[[str], Sequence[Cited]],
) -> tuple[Place, ...]:
    """Return what an answer to *searched* may rest on, each place once: cards, personas, the guide, passages.

    Args:
        searched: what to look for.
        journey: the map, whose words are looked through.
        search: words → passages of the sources, best first.
        guide: words → entries of the guide that fit.
    """
    quotes = {item.id: item for item in journey.evidence}
    found: dict[tuple[object, ...], Place] = {}
    for place in (
        *_of_personas(searched, journey, quotes),
        *_of_cards(searched, journey, quotes),
        *(Place(cited) for cited in guide(searched)),
        *_of_passages(search(searched), journey),
    ):
        cited = place.cited
        found.setdefault((cited.source, cited.record, cited.start, cited.end, cited.guide), place)
    return tuple(found.values())[:MOST_PLACES]


def _listed(shown: Sequence[str]) -> str:
    told = [
        "(not told)" if speaks_to_machine(item) else flat(item, _SHOWN_LETTERS)
        for item in shown[:_MOST_SHOWN]
    ]
    return "; ".join([*told, *([f"and {len(shown) - _MOST_SHOWN} more"] if len(shown) > _MOST_SHOWN else [])])


def _of_personas(searched: str, journey: JourneyMap, quotes: Mapping[str, Evidence]) -> Iterator[Place]:
    asked = _topic(searched)
    named = set(re.findall(r"\w+", fold(searched)))
    for persona in journey.personas:
        if fold(persona.id) not in named and not _is_named(persona, asked):
            continue
        about = _sentence(
            f"persona {persona.id} {persona.name}, {len(persona.members)} people: {persona.summary}"
        )
        for id_ in persona.evidence[:_QUOTES_OF_PERSONA]:
            if id_ in quotes:
                yield Place(_cited(quotes[id_]), about)


def _is_named(persona: Persona, asked: set[str]) -> bool:
    """Return whether the words ask for *persona*: any telling word of a name, for nobody says the whole of it."""
    return bool(_stems(persona.name) & asked)


def _of_cards(searched: str, journey: JourneyMap, quotes: Mapping[str, Evidence]) -> Iterator[Place]:
    asked, named = _topic(searched), set(re.findall(r"\w+", fold(searched)))
    stages = {stage.id: stage.name for stage in journey.stages}
    talk = words("en")

    def rank(card: Card) -> tuple[bool, int, int]:
        # Not of its detail: plain code writes it, in words that every question has.
        shared = len(_stems(card.title) & asked)
        return fold(card.id) in named, shared, card.people

    cards = [card for card in journey.cards if card.status != "rejected" and any(rank(card)[:2])]
    for card in sorted(cards, key=rank, reverse=True)[:_MOST_CARDS]:
        people = "1 person" if card.people == 1 else f"{card.people} people"
        lane = talk.lane(card.lane, 1)
        about = _sentence(
            f"card {card.id}, {lane} in {stages.get(card.stage, card.stage)}, {people}: {card.title}"
        )
        for id_ in card.evidence[:_QUOTES_OF_CARD]:
            if id_ in quotes:
                yield Place(_cited(quotes[id_]), about)
        for id_ in card.against[:1]:
            if id_ in quotes:
                yield Place(_cited(quotes[id_]), f"speaks against {about}")


def _of_passages(passages: Sequence[Passage], journey: JourneyMap) -> Iterator[Place]:
    held: dict[tuple[str, str | None], list[Evidence]] = {}
    for item in journey.evidence:
        held.setdefault((item.source, item.record), []).append(item)
    for passage in passages:
        if passage.role == "system":
            continue
        overlapping = (
            item.id
            for item in held.get(passage.document, ())
            if item.start < passage.end and passage.start < item.end
        )
        cited = Cited(
            text=passage.text,
            source=passage.source,
            record=passage.record,
            start=passage.start,
            end=passage.end,
            speaker=passage.speaker,
            evidence=next(overlapping, None),
        )
        speaker = passage.speaker if passage.speaker != passage.record else None
        yield Place(cited, ", ".join(filter(None, (speaker, passage.role))))


def _cited(item: Evidence) -> Cited:
    return Cited(
        text=item.quote,
        source=item.source,
        record=item.record,
        start=item.start,
        end=item.end,
        speaker=item.speaker,
        evidence=item.id,
    )


def _sentence(text: str) -> str:
    """Return what is told of a part of the map; nothing of one that gives orders."""
    return "on the map" if speaks_to_machine(text) else flat(text, 200)


def _stems(text: str) -> set[str]:
    return {word[:_STEM_LETTERS] for word in content_words(text)}


def _topic(searched: str) -> set[str]:
    """Return the words that a question is about, without those with which questions are asked."""
    frame = {word[:_STEM_LETTERS] for word in fold(str(read_taxonomy("questions")["frame"])).split()}
    return _stems(searched) - frame
