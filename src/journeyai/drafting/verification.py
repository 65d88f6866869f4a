"""The proof of a map: every quote again from the raw files, by hash and offset, and every count again.

No model and no index takes part: the files are read anew by the same loaders.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from journeyai.drafting.grounding import person_of, turn_at
from journeyai.errors import SourceError
from journeyai.model.journey import Card, Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey, SourceFile
from journeyai.sources.duplicates import with_duplicates

#: Reads one source anew; raises SourceError if it cannot be read or is gone.
Reader = Callable[[str], SourceFile]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold.

    Attributes:
        problem: one sentence.
        evidence: id of the quote concerned, if it is one.
        cards: ids of the cards that rest on it.
        source: the file concerned, if any.
    """

    problem: str
    evidence: str | None
    cards: tuple[str, ...]
    source: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found.

    Attributes:
        sources: number of files read.
        quotes: number of quotes checked.
        cards: number of cards checked.
        findings: what does not hold; empty if the map is proved.
    """

    sources: int
    quotes: int
    cards: int
    findings: tuple[Finding, ...]

    @property
    def proved(self) -> bool:
        """Whether everything holds."""
        return not self.findings


def verify(journey: JourneyMap, read: Reader) -> Verification:
    """Check *journey* against the raw files."""
    cards_of: dict[str, list[str]] = defaultdict(list)
    for card in journey.cards:
        for id_ in (*card.evidence, *card.against):
            cards_of[id_].append(card.id)
    findings, documents = _check_sources(journey, read, cards_of)
    findings.extend(
        Finding(problem, item.id, tuple(cards_of[item.id]), item.source)
        for item in journey.evidence
        if (problem := quote_problem(item, documents))
    )
    findings += _check_cards(journey, documents)
    findings += [Finding(problem, None, (), None) for problem in _rest_problems(journey)]
    return Verification(len(journey.sources), len(journey.evidence), len(journey.cards), tuple(findings))


def _check_sources(
    journey: JourneyMap, read: Reader, cards_of: Mapping[str, list[str]]
) -> tuple[list[Finding], dict[DocumentKey, Document]]:
    """Read every file of the map; a file whose bytes changed is a finding that names all cards resting on it."""
    findings: list[Finding] = []
    read_documents: list[Document] = []
    resting: dict[str, set[str]] = defaultdict(set)
    for item in journey.evidence:
        resting[item.source].update(cards_of[item.id])
    for source in journey.sources:
        cards = tuple(sorted(resting[source.source], key=_number))
        try:
            file = read(source.source)
        except SourceError as error:
            findings.append(Finding(error.message, None, cards, source.source))
            continue
        if file.sha256 != source.sha256:
            findings.append(
                Finding(
                    f"`{source.source}` is not the file the map was drawn from.", None, cards, source.source
                )
            )
        read_documents += file.documents
    listed = {source.source for source in journey.sources}
    unlisted = sorted({item.source for item in journey.evidence} - listed)
    findings.extend(
        Finding(f"`{name}` is quoted but not among the map's sources.", None, (), name) for name in unlisted
    )
    return findings, {document.key: document for document in with_duplicates(read_documents)}


def quote_problem(item: Evidence, documents: Mapping[DocumentKey, Document]) -> str | None:
    """Return what is wrong with a quote, None if it stands in *documents* as *item* says."""
    where = f"`{item.source}`" + (f", record {item.record}" if item.record is not None else "")
    document = documents.get((item.source, item.record))
    if document is None:
        return f"The quote's document is not there: {where}."
    if not 0 <= item.start < item.end <= len(document.text):
        return f"The quote's place {item.start}–{item.end} lies outside {where}."
    if document.text[item.start : item.end] != item.quote:
        return f"The words at {item.start}–{item.end} of {where} are not the quote's."
    turn = turn_at(document, item.start, item.end)
    if turn is None:
        return f"The quote at {item.start}–{item.end} of {where} runs over the words of one turn."
    place = f"The quote at {item.start}–{item.end} of {where}"
    if (turn.speaker, turn.role) != (item.speaker, item.role):
        return f"{place} is {turn.speaker or turn.role}'s, not {item.speaker or item.role}'s."
    if turn.at != item.at:
        return f"{place} was said at {turn.at or 'an unknown time'}, not at {item.at or 'an unknown time'}."
    return None


def count_people(quotes: Iterable[Evidence], documents: Mapping[DocumentKey, Document]) -> int:
    """Return how many people *quotes* are of: of one who speaks in several documents, if the sources show it, once."""
    return len({person_quoted(item, documents) for item in quotes} - {None})


def person_quoted(item: Evidence, documents: Mapping[DocumentKey, Document]) -> str | None:
    """Return the person whose words *item* counts for; None if it is nobody's, or no longer there."""
    document = documents.get((item.source, item.record))
    turn = turn_at(document, item.start, item.end) if document else None
    return person_of(document, turn) if document is not None and turn is not None else None


def _check_cards(journey: JourneyMap, documents: Mapping[DocumentKey, Document]) -> list[Finding]:
    """Count again what each card claims, and see that it points at evidence and a stage that exist."""
    by_id = {item.id: item for item in journey.evidence}
    stages = {stage.id for stage in journey.stages}
    return [
        Finding(problem, None, (card.id,), None)
        for card in journey.cards
        if (problem := _card_problem(card, by_id, stages, documents))
    ]


def _card_problem(
    card: Card,
    by_id: Mapping[str, Evidence],
    stages: Container[str],
    documents: Mapping[DocumentKey, Document],
) -> str | None:
    missing = [id_ for id_ in (*card.evidence, *card.against) if id_ not in by_id]
    if missing:
        return f"Card {card.id} points at evidence that is not on the map: {', '.join(missing)}."
    if card.stage not in stages:
        return f"Card {card.id} stands at a stage that is not on the map: {card.stage}."
    if not card.evidence:
        return (
            None if card.assumption else f"Card {card.id} has no evidence and is not marked as an assumption."
        )
    if len(set(card.evidence)) != len(card.evidence):
        return f"Card {card.id} counts a quote twice."
    quotes = [by_id[id_] for id_ in card.evidence]
    if len({(item.source, item.record, item.start, item.end) for item in quotes}) != len(quotes):
        return f"Card {card.id} counts a quote twice, under two ids."
    files = len({item.source for item in quotes})
    if card.documents != files:
        return f"Card {card.id} counts {card.documents} documents; its quotes come from {files}."
    if card.mentions != len(quotes):
        return f"Card {card.id} counts {card.mentions} mentions; it has {len(quotes)} quotes."
    people = count_people(quotes, documents)
    if card.people > people:
        return f"Card {card.id} counts {card.people} people; its quotes are of {people}."
    return None


def _rest_problems(journey: JourneyMap) -> Iterator[str]:
    """Yield what does not hold beside the cards: evidence listed twice, personas' sayings, measures, returns."""
    by_id: dict[str, Evidence] = {}
    for item in journey.evidence:
        if item.id in by_id:
            yield f"Two quotes have the id {item.id}."
        by_id[item.id] = item
    said = {" ".join(item.quote.split()) for item in journey.evidence}
    pointing = {f"Persona {persona.id}": persona.evidence for persona in journey.personas}
    for stage in journey.stages:
        for measure in stage.measures:
            pointing[f"Stage {stage.id}, {measure.kind}"] = measure.evidence
    for move in journey.transitions:
        pointing[f"The return from {move.from_} to {move.to}"] = move.evidence
        if move.people > len(
            {(e.source, e.record, e.speaker) for id_ in move.evidence if (e := by_id.get(id_))}
        ):
            yield f"The return from {move.from_} to {move.to} counts more people than its quotes are of."
    for what, ids in pointing.items():
        if missing := [id_ for id_ in ids if id_ not in by_id]:
            yield f"{what} points at evidence that is not on the map: {', '.join(missing)}."
    for persona in journey.personas:
        empathy = persona.empathy
        for saying in (*empathy.says, *empathy.thinks, *empathy.does, *empathy.feels):
            if saying not in said:
                yield f"Persona {persona.id} is said to say `{saying}`, which is no quote on the map."


def _number(id_: str) -> tuple[str, int]:
    digits = id_.lstrip("abcdefghijklmnopqrstuvwxyz")
    return (id_[: len(id_) - len(digits)], int(digits) if digits.isascii() and digits.isdecimal() else 0)
