"""Maps that lie about where a quote stands or who said it: `verify` must refuse every one of them."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey

#: How many quotes each lie is tried on.
_TRIED: Final = 4


@dataclass(frozen=True, slots=True)
class Forgery:
    """A false map.

    Attributes:
        lie: what kind, in words.
        journey: the map.
    """

    lie: str
    journey: JourneyMap


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a forger has to work with."""

    journey: JourneyMap
    documents: Mapping[DocumentKey, Document]
    dice: random.Random

    def other_document(self, item: Evidence, *, same_file: bool) -> Document | None:
        """Return another document that is long enough, in the same file or in another one."""
        there = [
            document
            for key, document in sorted(
                self.documents.items(), key=lambda pair: (pair[0][0], pair[0][1] or "")
            )
            if key != (item.source, item.record)
            and (document.source == item.source) == same_file
            and len(document.text) >= item.end
        ]
        return self.dice.choice(there) if there else None

    def text(self, item: Evidence) -> str:
        """Return the whole text of the quote's document."""
        return self.documents[item.source, item.record].text


def forge(journey: JourneyMap, documents: Sequence[Document], seed: int) -> Iterator[Forgery]:
    """Yield false maps made from *journey*, each with one lie.

    Args:
        journey: an honest map.
        documents: what it was drawn from.
        seed: decides which quotes are lied about.
    """
    dice = random.Random(f"{seed} forgery")
    by_key = {document.key: document for document in documents}
    cited = {id_ for card in journey.cards for id_ in card.evidence}
    quoted = [item for item in journey.evidence if item.id in cited and item.role == "customer"]
    scene = _Scene(journey, by_key, dice)
    for lie, tell in _LIES.items():
        tried = 0
        for item in dice.sample(quoted, len(quoted)):
            if tried == _TRIED:
                break
            false = tell(scene, item)
            # A document may by chance hold the same words at the same place: then it is no lie.
            if false is not None and false != item:
                tried += 1
                yield Forgery(lie, _with(journey, false))
    yield from _forged_counts(journey, dice)


def _with(journey: JourneyMap, item: Evidence) -> JourneyMap:
    evidence = tuple(item if other.id == item.id else other for other in journey.evidence)
    return journey.model_copy(update={"evidence": evidence})


def _moved(item: Evidence, document: Document, start: int, end: int) -> Evidence:
    place = {"source": document.source, "record": document.record, "start": start, "end": end}
    return item.model_copy(update=place)


def _other_file(scene: _Scene, item: Evidence) -> Evidence | None:
    document = scene.other_document(item, same_file=False)
    return _moved(item, document, item.start, item.end) if document else None


def _other_record(scene: _Scene, item: Evidence) -> Evidence | None:
    document = scene.other_document(item, same_file=True)
    return _moved(item, document, item.start, item.end) if document else None


def _other_words_there(scene: _Scene, item: Evidence) -> Evidence | None:
    """Another file's words, cited as they stand there, in the name of who said the quote."""
    document = scene.other_document(item, same_file=False)
    if document is None:
        return None
    heard = [
        (utterance, turn)
        for utterance in document.utterances
        if (turn := document.turn_of(utterance)).speaker != item.speaker
    ]
    if not heard:
        return None
    utterance, turn = scene.dice.choice(heard)
    moved = _moved(item, document, utterance.start, utterance.end)
    return moved.model_copy(update={"quote": utterance.text, "at": turn.at})


def _twin(scene: _Scene, item: Evidence) -> Evidence | None:
    """Move to where somebody else says the very same words, but keep the speaker."""
    for key, document in sorted(scene.documents.items(), key=lambda pair: (pair[0][0], pair[0][1] or "")):
        start = document.text.find(item.quote)
        if key == (item.source, item.record) or start < 0:
            continue
        end = start + len(item.quote)
        turn = next((turn for turn in document.turns if turn.start <= start and end <= turn.end), None)
        if turn is not None and (turn.speaker, turn.role) != (item.speaker, item.role):
            return _moved(item, document, start, end).model_copy(update={"at": turn.at})
    return None


def _other_speaker(scene: _Scene, item: Evidence) -> Evidence | None:
    names = {turn.speaker for document in scene.documents.values() for turn in document.turns}
    others = sorted(name for name in names if name is not None and name != item.speaker)
    return item.model_copy(update={"speaker": scene.dice.choice(others)}) if others else None


def _nobody(scene: _Scene, item: Evidence) -> Evidence | None:
    return item.model_copy(update={"speaker": None})


def _other_role(scene: _Scene, item: Evidence) -> Evidence | None:
    return item.model_copy(update={"role": "agent"})


def _agents_words(scene: _Scene, item: Evidence) -> Evidence | None:
    """What the agent or the interviewer says in the same document, in the customer's name."""
    document = scene.documents[item.source, item.record]
    served = [
        (utterance, turn)
        for utterance in document.utterances
        if (turn := document.turn_of(utterance)).role in ("agent", "researcher")
    ]
    if not served:
        return None
    utterance, turn = scene.dice.choice(served)
    moved = _moved(item, document, utterance.start, utterance.end)
    return moved.model_copy(update={"quote": utterance.text, "at": turn.at})


def _shifted(by: int) -> Callable[[_Scene, Evidence], Evidence | None]:
    def tell(scene: _Scene, item: Evidence) -> Evidence | None:
        start, end = item.start + by, item.end + by
        if start < 0 or scene.text(item)[start:end] == item.quote:
            return None
        return item.model_copy(update={"start": start, "end": end})

    return tell


def _other_word(scene: _Scene, item: Evidence) -> Evidence | None:
    """One word left out of the quote."""
    words = item.quote.split(" ")
    del words[scene.dice.randrange(len(words))]
    return item.model_copy(update={"quote": " ".join(words)}) if words else None


def _over_the_turn(scene: _Scene, item: Evidence) -> Evidence | None:
    """The quote made longer by what the next speaker says."""
    document = scene.documents[item.source, item.record]
    following = next((turn for turn in document.turns if turn.start >= item.end), None)
    if following is None or following.speaker == item.speaker:
        return None
    text = document.text[item.start : following.end]
    return item.model_copy(update={"end": following.end, "quote": text})


def _other_time(scene: _Scene, item: Evidence) -> Evidence | None:
    return item.model_copy(update={"at": "1999-01-01T00:00:00"})


def _no_such_file(scene: _Scene, item: Evidence) -> Evidence | None:
    return item.model_copy(update={"source": "interview/nobody.md"})


_LIES: Final[Mapping[str, Callable[[_Scene, Evidence], Evidence | None]]] = {
    "another file, the same place": _other_file,
    "another record, the same place": _other_record,
    "another file's words, the old name": _other_words_there,
    "the same words in another mouth": _twin,
    "another speaker": _other_speaker,
    "no speaker": _nobody,
    "another role": _other_role,
    "the agent's words": _agents_words,
    "a place 1 further": _shifted(1),
    "a place 1 before": _shifted(-1),
    "a place 40 further": _shifted(40),
    "a word left out": _other_word,
    "over the turn's end": _over_the_turn,
    "another time": _other_time,
    "no such file": _no_such_file,
}


def _forged_counts(journey: JourneyMap, dice: random.Random) -> Iterator[Forgery]:
    """Yield maps on which a card counts what is not there."""
    cards = [card for card in journey.cards if card.evidence]
    for card in dice.sample(cards, min(_TRIED, len(cards))):
        yield Forgery("one person too many", _with_card(journey, card, {"people": card.people + 1}))
        yield Forgery("one file too many", _with_card(journey, card, {"documents": card.documents + 1}))
        first = next(item for item in journey.evidence if item.id == card.evidence[0])
        copied = first.model_copy(update={"id": "e999999"})
        longer = journey.model_copy(update={"evidence": (*journey.evidence, copied)})
        counted = {"evidence": (*card.evidence, copied.id), "mentions": card.mentions + 1}
        yield Forgery("one quote under two numbers", _with_card(longer, card, counted))
    source = dice.choice(journey.sources)
    others = tuple(item for item in journey.sources if item != source)
    changed = (*others, source.model_copy(update={"sha256": "0" * 64}))
    yield Forgery("a file that changed since", journey.model_copy(update={"sources": changed}))


def _with_card(journey: JourneyMap, card: Card, update: Mapping[str, object]) -> JourneyMap:
    cards = tuple(
        other.model_copy(update=update) if other.id == card.id else other for other in journey.cards
    )
    return journey.model_copy(update={"cards": cards})
