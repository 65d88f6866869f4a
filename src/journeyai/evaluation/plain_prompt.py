"""A baseline: one plain prompt that asks a model for the whole map, quotes and all.

What it says it quotes is looked up in the sources: as it stands, then with blanks and typography evened out.  A quote
that is found nowhere is invented; one that is found, but not in the document and by the speaker named, is in the wrong
mouth.  The map is made of what is found, where it is found, which is in the baseline's favour; counting people,
grounding and drawing are those of any engine.  Sources that do not fit one prompt are cut into several.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Final, Literal, cast

from pydantic import Field

from journeyai.drafting.grounding import STAFF_LANES, person_of, turn_at
from journeyai.engines.engine import Candidate, Engine, Frame, PersonaFacts, PersonaWords, Regrouped, Voice
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.money import likely_tokens
from journeyai.engines.llm.steps.lines import language_name, spoken
from journeyai.evaluation.gold import bare_speaker
from journeyai.evaluation.typed_quotes import Library, Place, Quotes
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import Progress
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import CHANNELS, Channel, Emotion, Lane
from journeyai.prompting import Prompt, StepPrompts
from journeyai.resources import folder

STEP: Final = "plain"
#: About how many tokens of sources go into one prompt, and what its answer may take: within what models of today read
#: and write at a time.
MATERIAL_TOKENS: Final = 30_000
ROOM: Final = 32_000
_LONGEST_QUOTE: Final = 2000
_RETRY: Final = "That could not be read: $error\n\nGive the whole answer again, as one JSON object."
#: Lanes whose points people are grouped by (as `drafting.personas` lists voices).
_VOICED: Final = ("pain_point", "delight", "need", "motivation", "action", "question", "expectation")

_Text = Annotated[str, Field(max_length=300)]
_PlainLane = Literal[
    "pain_point", "delight", "need", "expectation", "motivation", "question", "action", "touchpoint",
    "technical_limit", "back_stage",
]  # fmt: skip


class QuoteReply(Reply):
    """A quote."""

    quote: Annotated[str, Field(max_length=_LONGEST_QUOTE)]
    source: _Text
    speaker: _Text
    valence: Annotated[int, Field(ge=-2, le=2)]
    emotion: Emotion
    channel: Annotated[str, Field(max_length=40)]


class CardReply(Reply):
    """A card and all that bears it out."""

    lane: _PlainLane
    stage: _Text
    title: _Text
    evidence: list[QuoteReply]


class MemberReply(Reply):
    """Somebody who belongs to a persona."""

    source: _Text
    speaker: _Text


class PersonaReply(Reply):
    """A persona."""

    name: _Text
    summary: _Text
    people: list[MemberReply]


class StageReply(Reply):
    """A stage in words."""

    stage: _Text
    summary: _Text


class OpportunityReply(Reply):
    """Something to change."""

    title: _Text
    detail: _Text


class MapReply(Reply):
    """The whole map."""

    cards: list[CardReply]
    personas: list[PersonaReply]
    stages: list[StageReply]
    opportunities: list[OpportunityReply]


class PlainEngine(Engine):
    """Draws from what one plain prompt gives back."""

    name = "plain"

    def __init__(self, asker: Asker, *, most_personas: int, material_tokens: int = MATERIAL_TOKENS) -> None:
        """Make an engine.

        Args:
            asker: the model.
            most_personas: that may be asked for.
            material_tokens: about how many tokens of sources go into one prompt.
        """
        self._asker = asker
        self._most_personas = most_personas
        self._material_tokens = material_tokens
        self.quotes = Quotes()
        self.failures: list[Failure] = []
        self._persona_of: dict[tuple[str, str], str] = {}
        self._names: dict[frozenset[str], PersonaWords] = {}
        self._spoken: dict[str, tuple[str, str]] = {}

    @property
    def model(self) -> str | None:  # type: ignore[override]
        """The model's name."""
        return self._asker.model

    @property
    def prompts(self) -> dict[str, str]:
        """The prompt's short hash."""
        return {STEP: load_prompt(STEP).hash}

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield what the model quotes and the sources hold, document by document."""
        library = Library(documents)
        found: dict[tuple[DocumentKey, tuple[int, ...], Lane], Observation] = {}
        for reply in self._replies(documents, frame, progress):
            for card in reply.cards:
                for quote in card.evidence:
                    seen = self._seen(card, quote, library, frame)
                    if seen is not None:
                        found.setdefault((seen.document, seen.utterances, seen.lane), seen)
            for persona in reply.personas:
                for member in persona.people:
                    self._persona_of.setdefault(_mouth(member.source, member.speaker), persona.name)
        order = {document.key: number for number, document in enumerate(documents)}
        yield from sorted(found.values(), key=lambda seen: (order[seen.document], seen.utterances, seen.lane))

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Return the first words of the most typical quote: for what the model did not title."""
        return " ".join(quotes[0].split()[:12])

    def regroup(
        self, candidates: Sequence[Candidate], frame: Frame, progress: Progress
    ) -> Sequence[Regrouped]:
        """Gather points by the title of the model's own card."""
        cards: dict[tuple[Lane, str], list[tuple[int, int]]] = defaultdict(list)
        titles: dict[tuple[Lane, str], str] = {}
        for row, candidate in enumerate(candidates):
            for place, title in enumerate(candidate.gists):
                if title:
                    cards[candidate.lane, fold(title)].append((row, place))
                    titles.setdefault((candidate.lane, fold(title)), title)
        return [Regrouped(titles[key], tuple(points)) for key, points in sorted(cards.items())]

    def group_people(
        self, voices: Sequence[Voice], most: int, frame: Frame
    ) -> Sequence[Sequence[int]] | None:
        """Group people as the model did."""
        people = sorted(self._spoken)
        if len(people) != len(voices):
            return None
        groups: dict[str, list[int]] = defaultdict(list)
        for row, person in enumerate(people):
            if (name := self._persona_of.get(self._spoken[person])) is not None:
                groups[name].append(row)
        return sorted(groups.values(), key=lambda rows: (-len(rows), rows))[:most]

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona by what it wants or what holds it up."""
        return PersonaWords(next(iter((*facts.goals, *facts.frustrations)), str(facts.size))[:40], "")

    # Inside

    def _replies(self, documents: Sequence[Document], frame: Frame, progress: Progress) -> Iterator[MapReply]:
        waiting = portions(documents, self._material_tokens)
        while waiting:
            asked = [self._question(some, frame) for some in waiting]
            halves: list[Sequence[Document]] = []
            for some, answer in zip(waiting, self._asker.ask_all(asked, progress), strict=True):
                if not isinstance(answer, Failure):
                    yield answer
                elif answer.reason in {"truncated", "unreadable"} and len(some) > 1:
                    halves += [some[: len(some) // 2], some[len(some) // 2 :]]
                else:
                    self.failures.append(answer)
            waiting = halves

    def _question(self, documents: Sequence[Document], frame: Frame) -> Question[MapReply]:
        return Question(
            step=STEP,
            values={
                "language": language_name(frame.language),
                "most": str(self._most_personas),
                "stages": "\n".join(f"  {stage.id}: {stage.name}" for stage in frame.stages),
            },
            data={"material": material(documents)},
            reply=MapReply,
            room=ROOM,
            names=tuple(dict.fromkeys(t.speaker for d in documents for t in d.turns if t.speaker)),
            about=f"{len(documents)} documents",
        )

    def _seen(self, card: CardReply, quote: QuoteReply, library: Library, frame: Frame) -> Observation | None:
        """Return *quote* as an observation where it stands, and count what it is."""
        self.quotes.given += 1
        places = library.places(quote.quote)
        if not places:
            self.quotes.invented += 1
            return None
        said = _mouth(quote.source, quote.speaker)
        place = next((p for p in places if _is_said(p, said)), None)
        if place is None:
            self.quotes.wrong_mouth += 1
            place = places[0]
        seen = _observation(card, quote, place, frame)
        if seen is None:
            self.quotes.unusable += 1
            return None
        turn = place.document.turn_of(place.document.utterances[seen.utterances[0]])
        person = person_of(place.document, turn)
        if person is not None and seen.lane in _VOICED and seen.lane in frame.lanes:
            self._spoken.setdefault(person, _mouth_of(place))
        return seen


def portions(documents: Sequence[Document], tokens: int) -> list[Sequence[Document]]:
    """Return *documents* in portions of about *tokens*; none is cut, and repetitions are left out."""
    parts: list[list[Document]] = [[]]
    size = 0
    for document in documents:
        if document.duplicate_of is not None or not document.utterances:
            continue
        length = likely_tokens(material([document]))
        if parts[-1] and size + length > tokens:
            parts.append([])
            size = 0
        parts[-1].append(document)
        size += length
    return [part for part in parts if part]


def material(documents: Sequence[Document]) -> str:
    """Return *documents* as they stand in the prompt: a heading each, and a line a turn."""
    shown = []
    for document in documents:
        lines: dict[int, list[str]] = defaultdict(list)
        for utterance in document.utterances:
            lines[utterance.turn].append(spoken(document.turn_of(utterance), utterance))
        told = [f"{_who(document, turn)}: {' '.join(' '.join(said).split())}" for turn, said in lines.items()]
        shown.append("\n".join([f"=== {_name(document.key)} ===", *told]))
    return "\n\n".join(shown)


@cache
def load_prompt(step: str) -> StepPrompts:
    """Return the prompt, for a client that asks for the prompts of *step*."""
    text = folder("evals").joinpath("baselines", f"{step}.md").read_text(encoding="utf-8")
    return StepPrompts(
        step,
        Prompt(f"{step}/system", text),
        Prompt(f"{step}/user", "$material"),
        Prompt(f"{step}/retry", _RETRY),
    )


def _who(document: Document, turn: int) -> str:
    said = document.turns[turn]
    return f"{said.speaker} ({said.role})" if said.speaker else said.role


def _name(key: DocumentKey) -> str:
    return f"{key[0]}#{key[1]}" if key[1] else key[0]


def _mouth(source: str, speaker: str) -> tuple[str, str]:
    """Return who is meant, as far as spelling goes; a role in brackets after the name is no part of it."""
    name = re.sub(r"\s*\((?:customer|agent|researcher|system)\)$", "", speaker.strip())
    return (source.strip().strip("=").strip(), fold(bare_speaker(name) or ""))


def _is_said(place: Place, said: tuple[str, str]) -> bool:
    """Whether the words at *place* are in the mouth *said*; a note's may be put in its participant's."""
    mouth = _mouth_of(place)
    turn = turn_at(place.document, place.start, place.start)
    is_told = place.document.kind == "note" and turn is not None and turn.role == "researcher"
    return mouth == said or (is_told and mouth[0] == said[0])


def _mouth_of(place: Place) -> tuple[str, str]:
    turn = turn_at(place.document, place.start, place.start)
    return _mouth(_name(place.document.key), (turn.speaker or turn.role) if turn else "")


def _observation(card: CardReply, quote: QuoteReply, place: Place, frame: Frame) -> Observation | None:
    """Return the utterances that the quote stands in; None if it runs over two turns, or its speaker has no say."""
    document = place.document
    inside = [u for u in document.utterances if u.start < place.end and place.start < u.end]
    most = max((min(u.end, place.end) - max(u.start, place.start) for u in inside), default=0)
    # A word that hangs over into the next sentence does not bring it in.
    inside = [
        u
        for u in inside
        if 2 * (min(u.end, place.end) - max(u.start, place.start)) >= min(u.end - u.start, most)
    ]
    if not inside or len({u.turn for u in inside}) != 1:
        return None
    turn = document.turn_of(inside[0])
    is_staff = turn.role in {"agent", "system"}
    if (is_staff and card.lane not in STAFF_LANES) or (not is_staff and person_of(document, turn) is None):
        return None
    ids = [stage.id for stage in frame.stages]
    stage = ids.index(card.stage) if card.stage in ids else len(ids) // 2
    return Observation(
        document=document.key,
        utterances=tuple(range(inside[0].number, inside[-1].number + 1)),
        lane=cast("Lane", card.lane),
        stages=tuple(float(place == stage) for place in range(len(ids))),
        valence=float(quote.valence),
        emotion=quote.emotion,
        channel=_channel(quote.channel),
        confidence=None,
        emotion_confidence=1.0,
        gist=card.title,
    )


def _channel(name: str) -> Channel | None:
    return next((channel for channel in CHANNELS if channel == name), None)
