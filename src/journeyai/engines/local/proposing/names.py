"""What the parts of a map are called, and which part somebody means who calls it nearly so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import Any, Final

from rapidfuzz.distance import OSA

from journeyai.engines.local.proposing.lexicon import Phrase, Table, phrase
from journeyai.engines.local.proposing.tokens import words_of
from journeyai.errors import ResourceError
from journeyai.knowledge.stopwords import stopwords
from journeyai.knowledge.taxonomy import read_yaml
from journeyai.model.journey import Card, JourneyMap

#: Share of what somebody says of a card that must stand in its title when not all of it does, and what no other card
#: may reach then.
_NEARLY: Final = 0.6
_FAR: Final = 0.4
#: Words are the same that begin alike, as elsewhere in the local engine.
_STEM_LETTERS: Final = 5
_SAY_LITTLE: Final = frozenset(
    {"card", "cards", "tarjeta", "tarjetas", "one", "ones", "thing", "bit", "cosa", "people", "gente"}
)


@dataclass
class Names:
    """The names on one map.

    Attributes:
        journey: the map.
        stages: folded name → id; after a request has renamed a stage also the new name.
        personas: the same.
        speakers: folded name → how it is written, for everybody who speaks in the sources.
    """

    journey: JourneyMap
    stages: dict[Phrase, str] = field(default_factory=dict)
    personas: dict[Phrase, str] = field(default_factory=dict)
    speakers: dict[Phrase, str] = field(default_factory=dict)
    _titles: set[Phrase] = field(default_factory=set)
    _words: dict[str, set[str]] = field(default_factory=dict)
    _count: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Gather the names."""
        known = _template_names(self.journey.template)
        for stage in self.journey.stages:
            for text in (stage.name, stage.id, *known.get(stage.id, ())):
                if text in (stage.name, stage.id) or not self._taken(text):
                    self.stages.setdefault(phrase(text), stage.id)
        self.stages.update({phrase(stage.name): stage.id for stage in self.journey.stages})
        for persona in self.journey.personas:
            key = tuple(word for word in phrase(persona.name) if word[:1].isalnum())
            self.personas.setdefault(phrase(persona.name), persona.id)
            self.personas.setdefault(key, persona.id)
            for member in persona.members:
                self.speakers.setdefault(phrase(member.speaker), member.speaker)
        for source in self.journey.sources:
            for speaker in source.speakers:
                if speaker.role in ("customer", "unknown"):
                    self.speakers.setdefault(phrase(speaker.name), speaker.name)
        self._titles = {key for card in self.journey.cards if len(key := phrase(card.title)) > 2}
        for card in self.journey.cards:
            self._words[card.id] = _meaning(f"{card.title} {card.detail}")
            self._count.update(self._words[card.id])

    def _taken(self, text: str) -> bool:
        """Whether another stage of the map bears this name."""
        return any(phrase(stage.name) == phrase(text) for stage in self.journey.stages)

    @cached_property
    def people_words(self) -> frozenset[str]:
        """The words of all names of speakers and personas, folded."""
        return frozenset(word for name in (*self.speakers, *self.personas) for word in name)

    def bearers(self, word: str) -> tuple[str, ...]:
        """Return the speakers whose name begins or ends with *word*, and has more words than it."""
        return tuple(
            sorted(
                {
                    full
                    for name, full in self.speakers.items()
                    if len(name) > 1 and word in (name[0], name[-1])
                }
            )
        )

    @property
    def title_sizes(self) -> tuple[int, ...]:
        """The numbers of tokens that titles have, the greatest first."""
        return tuple(sorted({len(title) for title in self._titles}, reverse=True))

    def is_title(self, said: Sequence[str]) -> bool:
        """Whether these tokens are the whole title of a card, of three tokens or more."""
        return tuple(said) in self._titles

    def stage_table(self) -> Table:
        """Return the names of stages."""
        return _table(self.stages)

    def persona_table(self) -> Table:
        """Return the names of personas."""
        return _table(self.personas)

    def speaker_table(self) -> Table:
        """Return the names of speakers."""
        return _table(self.speakers)

    def near(self, said: Sequence[str], called: dict[Phrase, str]) -> tuple[str, ...]:
        """Return the ids of *called* that *said* may mean: the same words, some of them, or nearly the same."""
        key = tuple(said)
        if key in called:
            return (called[key],)
        if not key:
            return ()
        whole = " ".join(key)
        typed = {id_ for name, id_ in called.items() if _typo(whole, " ".join(name))}
        if typed:
            return tuple(sorted(typed))
        meant = [word for word in key if word not in stopwords()] or list(key)
        part = {
            id_
            for name, id_ in called.items()
            if all(any(_same(word, other) for other in name) for word in meant)
        }
        return tuple(sorted(part))

    def partly(self, said: Sequence[str], called: dict[Phrase, str]) -> tuple[str, ...]:
        """Return the ids of *called* whose names have all of *said*, as they are or with a slip."""
        return tuple(
            sorted(
                {
                    id_
                    for name, id_ in called.items()
                    if all(any(_alike(word, other) for other in name) for word in said)
                }
            )
        )

    def titled(self, said: Iterable[str], cards: Sequence[Card]) -> tuple[tuple[Card, ...], bool]:
        """Return those of *cards* that *said* may mean, and whether it is sure enough to take the only one."""
        written = list(said)
        exact = [card for card in cards if words_of(card.title) == written]
        if exact:
            return tuple(exact), True
        asked = {word for word in written if _says(word)} or set(written)
        if not asked:
            return (), False
        known = {id_: self._words[id_] for id_ in (card.id for card in cards)}
        weights = {word: self._weight(word) for word in asked}
        total = sum(weights.values())
        scores = {
            card.id: sum(w for word, w in weights.items() if _among(word, known[card.id])) / total
            for card in cards
        }
        full = [card for card in cards if scores[card.id] > 0.99]
        if full:
            return tuple(_most_meant(full, asked)), True
        near = sorted((card for card in cards if scores[card.id] >= _FAR), key=lambda card: -scores[card.id])
        if len(near) == 1 and scores[near[0].id] >= _NEARLY and len(asked) > 1:
            matched = sum(_among(word, known[near[0].id]) for word in asked)
            return (near[0],), matched > 1
        return tuple(near), False

    def holds(self, card: Card, said: Iterable[str]) -> bool:
        """Whether all of *said* stand in the words of *card*."""
        return all(any(_alike(word, other) for other in self._words[card.id]) for word in said if _says(word))

    def _weight(self, word: str) -> float:
        """Return how much a word tells: one that few titles have tells most."""
        return log(1 + (1 + len(self._words)) / (1 + self._count[word]))


def _most_meant(cards: Sequence[Card], asked: set[str]) -> Sequence[Card]:
    """Leave out the opportunities that only repeat another card's title (`Mend: …`)."""
    others = [card for card in cards if card.lane != "opportunity"]
    titles = [words_of(card.title) for card in others]
    kept = [
        card
        for card in cards
        if card.lane != "opportunity"
        or not any(words_of(card.title)[-len(title) :] == title for title in titles)
    ]
    return kept or cards


def _meaning(text: str) -> set[str]:
    return {word for word in words_of(text) if _says(word)}


def _says(word: str) -> bool:
    return word not in stopwords() and word not in _SAY_LITTLE and (len(word) > 1 or word.isdigit())


def _among(word: str, others: Iterable[str]) -> bool:
    return any(_same(word, other) for other in others)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or long in (f"{short}s", f"{short}es") or _typo(one, other)


def _same(one: str, other: str) -> bool:
    """Whether two words are one: alike, alike at the beginning, or a slip of the fingers apart."""
    if one == other:
        return True
    if one[:1].isdigit() or other[:1].isdigit() or min(len(one), len(other)) < 3:
        return False
    short, long = sorted((one, other), key=len)
    if long in (f"{short}s", f"{short}es"):
        return True
    if (
        len(short) > _STEM_LETTERS
        and short[:_STEM_LETTERS] == long[:_STEM_LETTERS]
        and len(long) - len(short) <= 4
    ):
        return True
    return _typo(one, other)


def _typo(one: str, other: str) -> bool:
    """Whether *one* is *other* with a slip: one letter of five, two of nine."""
    length = min(len(one), len(other))
    slips = 0 if length < 5 else 1 if length < 9 else 2
    if one[:1] != other[:1] or abs(len(one) - len(other)) > slips:
        return False
    return slips > 0 and OSA.distance(one, other, score_cutoff=slips) <= slips


def _table(names: dict[Phrase, Any]) -> Table:
    kept = {key: value for key, value in names.items() if key}
    return Table(kept, max(map(len, kept), default=1))


def _template_names(template: str) -> dict[str, tuple[str, ...]]:
    """Return the names that the template's stages have in both languages."""
    try:
        told = read_yaml(f"templates/{template}.yaml")
    except (ResourceError, ValueError):
        return {}
    return {stage["id"]: tuple(stage["name"].values()) for stage in told.get("stages", ())}
