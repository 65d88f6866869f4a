"""Puts an answer together: sentences of ours, quotes as they were said, and what each rests on."""

from collections.abc import Iterable, Sequence

from journeyai.engines.conversation import Answer, Cited, Sentence
from journeyai.engines.local.answering.places import Place, of_evidence, telling
from journeyai.knowledge.guide import GuideEntry
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import Words, words
from journeyai.model.journey import Card, Evidence, JourneyMap

#: A statement on many people points at so many of them at most; the cards it names hold the rest.
MOST_CITES = 6


class Reply:
    """An answer as it grows.

    Attributes:
        journey: the map it is about.
        language: of our own sentences.
    """

    def __init__(self, journey: JourneyMap, language: str) -> None:
        self.journey = journey
        self.language = language
        self.phrases: Talk = talk("answers", language)
        self.words: Words = words(language)
        self._quotes = {item.id: item for item in journey.evidence}
        self._cited: dict[Cited, int] = {}
        self._sentences: list[Sentence] = []

    def say(self, key: str, places: Iterable[Place] = (), /, **values: object) -> None:
        """Say the sentence *key* of the theme `answers`, resting on *places*; a heading over quotes rests on none."""
        self.tell(self.phrases.say(key, **values), places)

    def tell(self, text: str, places: Iterable[Place] = ()) -> None:
        """Say *text*, resting on *places*."""
        cites = [self._cite(place.cited()) for place in list(places)[:MOST_CITES]]
        self._sentences.append(Sentence(text, tuple(dict.fromkeys(cites))))

    def quote(self, place: Place) -> None:
        """Say what stands at *place*; only its line breaks are made blanks."""
        text = " ".join(place.text.split())
        if place.speaker and place.speaker != place.record:
            self.say("quote", [place], text=text, who=place.speaker)
        else:
            self.say("quote_bare", [place], text=text)

    def tell_of_guide(self, entry: GuideEntry) -> None:
        """Say what the guide says under *entry*."""
        cite = self._cite(Cited(entry.text, guide=entry.title))
        self._sentences.append(Sentence(entry.text, (cite,)))
        if entry.source:
            self._sentences.append(Sentence(self.phrases.say("source", source=entry.source), (cite,)))

    def answer(self, *, found: bool = True) -> Answer:
        """Return what was said."""
        return Answer(found, tuple(self._sentences), tuple(self._cited))

    def refuse(self, key: str, /, **values: object) -> Answer:
        """Return the answer that is one sentence saying that nothing was found."""
        return Answer(False, (Sentence(self.phrases.say(key, **values)),))

    # What sentences are made of

    def quotes(self, ids: Iterable[str]) -> list[Place]:
        """Return the places of the map's quotes *ids*."""
        return [of_evidence(self._quotes[id_]) for id_ in ids if id_ in self._quotes]

    def of_card(self, card: Card, most: int = 1) -> list[Place]:
        """Return the most telling quotes of *card*: customers' if there are any."""
        places = self.quotes(card.evidence)
        return telling([place for place in places if place.is_customer] or places, most)

    def name(self, card: Card) -> str:
        """Return how *card* is named: `c12 “Late again” (5 people)`."""
        return self.phrases.say(
            "card",
            id=card.id,
            title=" ".join(card.title.split()),
            people=self.words.count("people", card.people),
        )

    def name_cards(self, cards: Sequence[Card]) -> None:
        """Say which cards of the map speak of this."""
        if cards:
            shown = ", ".join(self.name(card) for card in cards)
            self.say("on_the_map", [place for card in cards for place in self.of_card(card)], cards=shown)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Say each card and its most telling quote."""
        for card in cards:
            self.tell(f"{self.name(card)}.", self.of_card(card, 2))
            for place in self.of_card(card):
                if " ".join(place.text.split()).rstrip(".") != card.title.rstrip("."):
                    self.quote(place)

    def people(self, n: int) -> str:
        """Return *n* people in words."""
        return self.words.count("people", n)

    def documents(self, places: Iterable[Place]) -> str:
        """Return in words how many documents *places* stand in."""
        return self.words.count("documents", len({place.document for place in places}))

    def place(self, source: str, record: str | None) -> str:
        """Return how a document is named."""
        return source + (f" {record}" if record is not None else "")

    def _cite(self, cited: Cited) -> int:
        return self._cited.setdefault(cited, len(self._cited))


def strongest(
    journey: JourneyMap, lane: str, stage: str | None = None, persona: str | None = None
) -> list[Card]:
    """Return the cards of *lane* that stand, those with the most weight first: people × severity, then people."""
    cards = [
        card
        for card in journey.cards
        if card.lane == lane
        and card.status != "rejected"
        and stage in (None, card.stage)
        and (persona is None or persona in card.personas)
    ]
    return sorted(cards, key=lambda card: (-card.people * (card.severity or 1), -card.people, -card.mentions))


def spoken_in(quotes: Iterable[Evidence], stage: str) -> list[Place]:
    """Return the customers' places of a stage."""
    return [place for item in quotes if item.stage == stage and (place := of_evidence(item)).is_customer]
