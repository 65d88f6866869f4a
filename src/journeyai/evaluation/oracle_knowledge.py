"""What a perfect reader knows of labelled corpora: which lines make which point, about what, and who belongs together.

Its gists are the labels of the gold themes in slightly other words (word order, a word left out, a synonym), drawn by
a seed: to bring them together again takes more than comparing letters, as it does with a model's.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Final

from journeyai.drafting.grounding import person_of
from journeyai.engines.llm.steps.lines import flat
from journeyai.evaluation.gold import Gold, GoldSegment, Passage, locate
from journeyai.evaluation.matching import Span, overlaps
from journeyai.knowledge.letters import fold
from journeyai.model.source import Document, DocumentKey, Utterance

#: What the prompt asks for: eight words; and what the reply may hold.
_GIST_WORDS: Final = 8
_GIST_LETTERS: Final = 78
TITLE_LETTERS: Final = 88
#: Ways of saying it that are tried before a gist that means another theme already is told by its label.
_TRIES: Final = 12
_SAME: Final[Mapping[str, str]] = {
    "app": "application", "bill": "invoice", "bills": "invoices", "card": "bank card", "cannot": "can't",
    "cost": "price", "costs": "charges", "nobody": "no one", "phone": "telephone", "price": "cost",
    "slow": "sluggish", "staff": "employees", "wait": "delay", "waits": "delays", "wrong": "incorrect",
    "aplicación": "app", "billete": "pasaje", "cita": "hora", "coste": "precio", "factura": "recibo",
    "lento": "despacio", "nadie": "ninguna persona", "personal": "empleados", "precio": "coste", "rápido": "ágil",
    "tarda": "se demora", "teléfono": "línea telefónica",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A labelled passage as a reader of numbered lines can name it.

    Attributes:
        passage: the passage and where it stands.
        numbers: first and last utterance.
        person: who says it; None for staff.
        speaker: the name that stands at it.
        persona: id of the gold persona that the speaker belongs to, with its corpus; None for nobody's.
        cause: the same for all that is about the same.
        label: the cause in words.
        gist: the same in slightly other words.
    """

    passage: Passage
    numbers: tuple[int, int]
    person: str | None
    speaker: str
    persona: str | None
    cause: str
    label: str
    gist: str

    @property
    def segment(self) -> GoldSegment:
        """The labels."""
        return self.passage.segment


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and what is known of it.

    Attributes:
        corpus: its corpus's name.
        document: itself.
        points: in text order.
    """

    corpus: str
    document: Document
    points: tuple[Known, ...]


class Knowledge:
    """All labels of some corpora, to be looked up by what a question shows."""

    def __init__(self, corpora: Iterable[tuple[Gold, Sequence[Document]]], seed: int = 0) -> None:
        """Learn *corpora* by heart.

        Args:
            corpora: labels and their documents.
            seed: of the gists.

        Raises:
            SourceError: a labelled passage does not stand in its document.
        """
        self.readings: list[Reading] = []
        self._causes: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._said: dict[str, list[frozenset[str]]] = defaultdict(list)
        self._personas: dict[str, str | None] = {}
        #: Persona's id, with its corpus → its name.
        self.names: dict[str, str] = {}
        for gold, documents in corpora:
            self._learn(gold, documents, seed)
        self._told = {frozenset(text.split()): cause for text, cause in self._causes.items()}
        self._lines: dict[str, set[int]] = defaultdict(set)
        for place, reading in enumerate(self.readings):
            for utterance in reading.document.utterances:
                self._lines[_line(utterance.number, flat(utterance.text))].add(place)

    def document_of(self, lines: Mapping[int, str]) -> Reading | None:
        """Return the document that the numbered *lines* are of; of several that hold them all, one with labels."""
        found: set[int] | None = None
        for number, text in lines.items():
            holders = self._lines.get(_line(number, text), set())
            found = holders if found is None else found & holders
        return self._most_told(found or ())

    def document_named(self, key: DocumentKey, corpus: str) -> Reading | None:
        """Return the document called *key*."""
        return next((r for r in self.readings if r.document.key == key and r.corpus == corpus), None)

    def documents_holding(self, text: str) -> Reading | None:
        """Return a document that holds *text*, whatever its blanks."""
        wanted = " ".join(text.split())
        return self._most_told(
            place
            for place, reading in enumerate(self.readings)
            if wanted in " ".join(reading.document.text.split())
        )

    def cause_of(self, text: str, lane: str | None = None) -> str | None:
        """Return what a gist, a title, or what is left of one is about: the cause whose words hold all of its.

        Of several, the one told in the fewest words; None if no cause has these words.

        Args:
            text: words may be left out of it.
            lane: of the cause; None for any.
        """
        exact = self._causes.get(_bare(text))
        if exact is not None and lane in {None, lane_of(exact)}:
            return exact
        words = frozenset(_bare(text).split())
        if not words:
            return None
        holding = (
            (len(told), cause)
            for told, cause in self._told.items()
            if words <= told and lane in {None, lane_of(cause)}
        )
        return min(holding, default=(0, None))[1]

    def lane_most_told(self, texts: Iterable[str]) -> str | None:
        """Return the lane that most of *texts* are of."""
        counts = Counter(lane_of(cause) for text in texts if (cause := self.cause_of(text)) is not None)
        return max(sorted(counts), key=lambda lane: counts[lane], default=None)

    def label_of(self, cause: str) -> str:
        """Return *cause* in words."""
        return self._labels[cause]

    def persons(self, told: Sequence[Sequence[str]]) -> list[str | None]:
        """Return the persona of the person behind each of *told*, who is known only by what they say.

        Who says exactly the same as others cannot be told from them: each line takes one of these people.
        """
        left = dict(self._said)
        found: list[str | None] = []
        for said in told:
            wanted = [frozenset(_bare(text).split()) for text in said]
            best, person = max(
                ((_likeness(wanted, has), person) for person, has in left.items()), default=(0.0, "")
            )
            if best > 0:
                del left[person]
            found.append(self._personas.get(person) if best > 0 else None)
        return found

    # Inside

    def _learn(self, gold: Gold, documents: Sequence[Document], seed: int) -> None:
        by_document: dict[DocumentKey, list[Passage]] = defaultdict(list)
        for passage in locate(gold, documents):
            if passage.segment.lane not in {"none", "measure"}:
                by_document[passage.document].append(passage)
        themes = {theme.id: theme.label for theme in gold.themes}
        home = {(m.source, m.speaker): f"{gold.name}/{p.id}" for p in gold.personas for m in p.members}
        self.names |= {f"{gold.name}/{persona.id}": persona.name for persona in gold.personas}
        for document in documents:
            points = []
            for passage in sorted(by_document[document.key], key=lambda p: (p.start, p.end, p.segment.lane)):
                numbers = _numbers(passage, document)
                if numbers is None:
                    continue
                segment = passage.segment
                alone = f"{document.source}#{document.record}@{passage.start}"
                cause = f"{gold.name}/{segment.lane}/{segment.theme or alone}"
                label = themes.get(segment.theme or "") or " ".join(segment.quote.split()[:_GIST_WORDS])
                turn = document.turn_of(document.utterances[numbers[0]])
                points.append(
                    Known(
                        passage=passage,
                        numbers=numbers,
                        person=person_of(document, turn),
                        speaker=turn.speaker or segment.speaker or turn.role,
                        persona=home.get((segment.source, segment.speaker or "")),
                        cause=cause,
                        label=shortened(label, TITLE_LETTERS),
                        gist=self._gist(cause, label, f"{seed} {alone}"),
                    )
                )
            self._remember(points)
            self.readings.append(Reading(gold.name, document, tuple(points)))

    def _remember(self, points: Sequence[Known]) -> None:
        for point in points:
            self._labels[point.cause] = point.label
            self._causes.setdefault(_bare(point.label), point.cause)
            if point.person is not None:
                self._said[point.person].append(frozenset(_bare(point.gist).split()))
                if self._personas.get(point.person) is None:
                    self._personas[point.person] = point.persona

    def _gist(self, cause: str, label: str, seed: str) -> str:
        """Return *label* in slightly other words that are not said of any other cause."""
        dice = Random(sha256(f"{cause} {seed}".encode()).digest())
        gist = ""
        for _ in range(_TRIES):
            gist = _varied(label, dice)
            if self._causes.setdefault(_bare(gist), cause) == cause:
                return gist
        for number in range(2, 1000):
            told = f"{shortened(label, _GIST_LETTERS - 5)} {number}"
            if self._causes.setdefault(_bare(told), cause) == cause:
                return told
        return gist

    def _most_told(self, places: Iterable[int]) -> Reading | None:
        found = sorted(places)
        return self.readings[max(found, key=lambda p: (len(self.readings[p].points), -p))] if found else None


def shortened(text: str, most: int) -> str:
    """Return the first whole words of *text*, at most *most* characters."""
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most + 1].rpartition(" ")[0][:most] or words[:most]


def lane_of(cause: str) -> str:
    """Return the lane that *cause* belongs to."""
    return cause.split("/", 2)[1]


def _likeness(told: Sequence[frozenset[str]], has: Sequence[frozenset[str]]) -> float:
    """Return the share of *told* that are parts of what somebody *has* said, a little less for all else they said."""
    left = list(has)
    met = 0
    for words in told:
        whole = next((said for said in left if words <= said), None)
        if whole is not None:
            left.remove(whole)
            met += 1
    return met / max(len(told), 1) - 0.001 * len(left) if met else 0.0


def _varied(label: str, dice: Random) -> str:
    words = re.sub(r"[;:\"“”«»()\[\]]", " ", label).split()
    words = [_SAME.get(word.lower(), word) if dice.random() < 0.5 else word for word in words]
    way = dice.randrange(4)
    if way == 1 and len(words) > 4:
        del words[dice.randrange(1, len(words))]
    elif way == 2 and len(words) > 4:
        turn = dice.randrange(2, 4)
        words = words[-turn:] + words[:-turn]
    gist = shortened(" ".join(words[:_GIST_WORDS]), _GIST_LETTERS).strip(" .,;:!?¡¿'-–—")
    return gist[:1].lower() + gist[1:]


def _numbers(passage: Passage, document: Document) -> tuple[int, int] | None:
    """Return the first and the last utterance that *passage* shares at least half with, all of one turn."""

    def fits(utterance: Utterance) -> bool:
        return overlaps(passage, Span(document.key, utterance.start, utterance.end))

    inside = [utterance for utterance in document.utterances if fits(utterance)]
    inside = [utterance for utterance in inside if utterance.turn == inside[0].turn]
    return (inside[0].number, inside[-1].number) if inside else None


def _line(number: int, text: str) -> str:
    return f"{number} {text}"


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
