"""The places that can be cited: the map's quotes, and what search finds beside them, with how nearly they answer."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from journeyai.engines.conversation import Cited
from journeyai.engines.local.answering.topics import Topic, word_set
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import VectorSource
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.vocabulary import Lane, Role
from journeyai.retrieval.search import Passage
from journeyai.sources.people import person_key

#: A place that speaks of the topic at least so nearly is about it.
ABOUT: Final = 0.55
#: A title vouches for its card's quotes when it speaks of the topic so nearly.
_SURE: Final = 0.8
#: What a place has of a record whose title speaks of the topic, or of the words around it in its turn.
_BY_CONTEXT: Final = 0.56
#: A title is no longer than this, in words that say something.
_TITLE_WORDS: Final = 4
#: Two texts so alike (cosine) mean the same, whatever their words.  By trial with the default encoder: texts that have
#: nothing to do with a question reach 0.5.
ALIKE: Final = 0.6
#: A passage longer than this is cut to the sentence that answers.
_SHORT: Final = 90
_TELLING_WORDS: Final = range(5, 40)

_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a source.

    Attributes:
        source: the file.
        record: the record in it.
        start: first character in the document's canonical text.
        end: one past the last.
        text: the words.
        speaker: who says them.
        role: who the speaker is.
        evidence: the map's quote that it is; None for a passage the map does not quote.
        score: how nearly it speaks of what was asked (0 … 1).
    """

    source: str
    record: str | None
    start: int
    end: int
    text: str
    speaker: str | None
    role: Role
    evidence: Evidence | None = None
    score: float = 1.0

    @property
    def lane(self) -> Lane | None:
        """The lane it stands in; None where the map does not quote it."""
        return self.evidence.lane if self.evidence else None

    @property
    def is_customer(self) -> bool:
        """Whether a customer says it, or a researcher reports it of one."""
        if self.evidence is not None:
            return self.role in {"customer", "researcher", "unknown"} and self.lane != "back_stage"
        return self.role in {"customer", "unknown"}

    @property
    def person(self) -> str:
        """The key of the person it counts for."""
        if self.role == "researcher":
            return f"{self.source}#{self.record or ''}|"
        return person_key(self.source, self.record, self.speaker)

    @property
    def document(self) -> tuple[str, str | None]:
        """What names its document."""
        return self.source, self.record

    def cited(self) -> Cited:
        """Return it as an answer points at it."""
        return Cited(
            self.text,
            self.source,
            self.record,
            self.start,
            self.end,
            self.speaker,
            self.evidence.id if self.evidence else None,
        )


def of_evidence(item: Evidence, score: float = 1.0) -> Place:
    """Return the place of a quote of the map."""
    return Place(
        item.source, item.record, item.start, item.end, item.quote, item.speaker, item.role, item, score
    )


def of_passage(item: Passage) -> Place:
    """Return the place of a passage that search has found."""
    return Place(item.source, item.record, item.start, item.end, item.text, item.speaker, item.role)


def standing(journey: JourneyMap) -> list[Evidence]:
    """Return the map's quotes, without those that stand on rejected cards alone."""
    kept = {id_ for card in journey.cards if card.status != "rejected" for id_ in card.evidence}
    gone = {id_ for card in journey.cards if card.status == "rejected" for id_ in card.evidence} - kept
    return [item for item in journey.evidence if item.id not in gone]


def find(
    topic: Topic,
    quotes: Sequence[Evidence],
    passages: Sequence[Passage],
    asked: str,
    encode: VectorSource | None,
    vouched: frozenset[str] = frozenset(),
) -> list[Place]:
    """Return the places that speak of *topic*, best first; equally good ones in the order of the sources.

    Args:
        topic: what is asked about.
        quotes: of the map.
        passages: that a search for it has found.
        asked: the topic's words, for comparison by meaning.
        encode: gives vectors of texts; None to compare by words alone.
        vouched: quotes that are about it whatever their words, since the title of their card says so.
    """
    titled = _titled(topic, quotes, passages)
    around = _around(topic, quotes, passages)
    meant = _alike(asked, passages, encode)
    found: dict[str, Place] = {}
    by_document: dict[tuple[str, str | None], list[Evidence]] = defaultdict(list)
    for item in quotes:
        by_document[item.source, item.record].append(item)
        score = topic.score(item.quote)
        is_mate = (item.source, item.record) in titled and len(word_set(item.quote)) >= _TITLE_WORDS
        if score < ABOUT and (item.id in around or item.id in vouched or is_mate):
            score = _BY_CONTEXT
        if score >= ABOUT:
            found[item.id] = of_evidence(item, score)
    others = []
    for passage in passages:
        place = _cut(topic, passage)
        place = replace(place, score=max(place.score, meant.get(passage, 0.0)))
        if place.score < ABOUT:
            continue
        inside = [
            item
            for item in by_document[passage.document]
            if item.start < place.end and place.start < item.end
        ]
        if inside:
            best = max(
                inside, key=lambda item: (min(item.end, place.end) - max(item.start, place.start), item.id)
            )
            found.setdefault(best.id, of_evidence(best, _BY_CONTEXT))
        else:
            others.append(place)
    places = [*found.values(), *others]
    return sorted(places, key=lambda one: (-one.score, one.source, one.record or "", one.start))


def _overlap(start: int, end: int, passage: Passage) -> bool:
    return start < passage.end and passage.start < end


def _titled(
    topic: Topic, quotes: Sequence[Evidence], passages: Sequence[Passage]
) -> set[tuple[str, str | None]]:
    """Return the records whose title speaks of *topic*."""
    texts = [(item.source, item.record, item.start, item.quote) for item in quotes]
    texts += [(item.source, item.record, item.start, item.text) for item in passages]
    # A title opens its record: a short sentence further down speaks for itself alone.
    return {
        (source, record)
        for source, record, start, text in texts
        if record is not None
        and start == 0
        and len(word_set(text)) <= _TITLE_WORDS
        and topic.score(text) >= ABOUT
    }


def _around(topic: Topic, quotes: Sequence[Evidence], passages: Sequence[Passage]) -> set[str]:
    """Return the quotes that need the words around them, in the same turn, to speak of *topic* whole."""
    found = [passage for passage in passages if topic.score(passage.text) >= ABOUT]
    return {
        item.id
        for item in quotes
        for passage in found
        if (item.source, item.record) == passage.document
        and _overlap(item.start, item.end, passage)
        and topic.score(item.quote) > 0
    }


def _alike(asked: str, passages: Sequence[Passage], encode: VectorSource | None) -> dict[Passage, float]:
    """Return the passages that mean what is asked, with how much: from `ALIKE` up."""
    if encode is None or not passages or not asked.strip():
        return {}
    vectors = encode([asked, *(passage.text for passage in passages)])
    likeness = np.einsum("ij,j->i", vectors[1:], vectors[0])
    return {
        passage: float(value)
        for passage, value in zip(passages, likeness, strict=True)
        if value >= ALIKE and passage.role in {"customer", "unknown"}
    }


def _cut(topic: Topic, passage: Passage) -> Place:
    """Return the sentence of *passage* that speaks most of *topic*, to the letter; one that is short stays whole."""
    start, text = passage.start, passage.text
    if len(text) > _SHORT:
        pieces, at = [], 0
        for end in [*(match.start() for match in _SENTENCE_END.finditer(text)), len(text)]:
            piece = text[at:end]
            lead = len(piece) - len(piece.lstrip())
            if piece.strip():
                pieces.append((at + lead, piece.strip()))
            at = end
        offset, text = max(pieces, key=lambda piece: (topic.score(piece[1]), -piece[0]))
        start += offset
    score = max(topic.score(text), _BY_CONTEXT if topic.score(passage.text) >= ABOUT else 0.0)
    return Place(
        passage.source, passage.record, start, start + len(text), text,
        passage.speaker, passage.role, None, score,
    )  # fmt: skip


def telling(places: Iterable[Place], most: int) -> list[Place]:
    """Return at most *most* of *places*, the most telling first: near the topic, felt, neither a scrap nor a speech.

    One a person, as long as there are others.
    """
    ranked = sorted(places, key=lambda one: (-_weight(one), one.source, one.record or "", one.start))
    chosen: list[Place] = []
    rest: list[Place] = []
    persons: set[str] = set()
    texts: set[frozenset[str]] = set()
    for place in ranked:
        words = word_set(place.text)
        if words in texts:
            continue
        texts.add(words)
        (rest if place.person in persons else chosen).append(place)
        persons.add(place.person)
    return [*chosen, *rest][:most]


def _weight(place: Place) -> float:
    words = len(place.text.split())
    felt = abs(place.evidence.valence) / 2 if place.evidence else 0.2
    sure = (place.evidence.confidence or 0.5) if place.evidence else 0.4
    length = 0.0 if words in _TELLING_WORDS else -0.5
    return place.score + 0.25 * felt + 0.2 * sure + length


def people(places: Iterable[Place]) -> int:
    """Return how many customers speak in *places*.

    What a researcher reports counts for the participant it is about: nobody besides the customer of that document.
    """
    told = [place for place in places if place.is_customer]
    own = {place.person: place.document for place in told if place.role != "researcher"}
    reported = {place.document for place in told if place.role == "researcher"}
    return len(own) + len(reported - set(own.values()))


def vouched_for(journey: JourneyMap, topic: Topic) -> frozenset[str]:
    """Return the quotes of cards whose title speaks of *topic* in words of its own.

    A title that is itself one of the quotes, as the local engine's are, stands for that quote alone.
    """
    return frozenset(
        id_
        for card in journey.cards
        if card.status != "rejected" and card.lane not in {"measure", "opportunity"}
        if topic.score(card.title) >= _SURE and not _is_quote(journey, card)
        for id_ in card.evidence
    )


def _is_quote(journey: JourneyMap, card: Card) -> bool:
    bare = fold(card.title).rstrip(".…!? ")
    return any(bare in fold(item.quote) for item in journey.quotes(card))


def cards_of(journey: JourneyMap, places: Sequence[Place], topic: Topic | None = None) -> list[Card]:
    """Return the cards that stand behind *places*, those with most of them first.

    A card belongs there when its title speaks of the topic, or a third of its quotes do.
    """
    ids = {place.evidence.id for place in places if place.evidence}
    found = []
    for card in journey.cards:
        if card.status == "rejected" or card.lane in {"measure", "opportunity"}:
            continue
        own = len(ids.intersection(card.evidence))
        if own and (
            3 * own >= len(card.evidence) or (topic is not None and topic.score(card.title) >= ABOUT)
        ):
            found.append((own, card))
    found.sort(key=lambda pair: (-pair[0], -pair[1].people))
    return [card for _, card in found]
