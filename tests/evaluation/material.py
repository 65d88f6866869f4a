"""A tiny labelled corpus about an invented swimming pool, and maps of it.

desk.txt  Ann: "The queue is endless." "I want evening hours." "The water is lovely."
pool.txt  Bob: "Queues again today." "Please open at night." "Nobody told me the price."
cafe.txt  Cleo (customer): "The water felt great." "Another long queue." "Just passing by."
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tests.drafting.material import Said, document

from journeyai.evaluation.gold import Gold, GoldMember, GoldPersona, GoldSegment, GoldTheme
from journeyai.model.journey import Card, Coverage, Evidence, JourneyMap, MadeBy, Member, Persona, Stage
from journeyai.model.source import Document
from journeyai.model.vocabulary import Emotion, Lane

DOCUMENTS: Final = (
    document(
        "desk.txt", Said("Ann", ["The queue is endless.", "I want evening hours.", "The water is lovely."])
    ),
    document(
        "pool.txt", Said("Bob", ["Queues again today.", "Please open at night.", "Nobody told me the price."])
    ),
    document(
        "cafe.txt",
        Said("Cleo (customer)", ["The water felt great.", "Another long queue.", "Just passing by."]),
    ),
)


def segment(
    source: str,
    speaker: str,
    quote: str,
    lane: str,
    theme: str | None = None,
    *,
    stage: str | None = "use",
    valence: int = -1,
    emotion: str = "frustration",
    channel: str | None = None,
    role: str = "customer",
    record: str | None = None,
) -> GoldSegment:
    """Return a labelled passage."""
    return GoldSegment(source, record, speaker, role, quote, lane, stage, theme, valence, emotion, channel)


GOLD: Final = Gold(
    language="en",
    stages=("find", "buy", "use"),
    personas=(
        GoldPersona("early", "Early swimmers", (GoldMember("desk.txt", "Ann"), GoldMember("pool.txt", "Bob"))),
        GoldPersona("late", "Late swimmers", (GoldMember("cafe.txt", "Cleo"),)),
    ),
    themes=(
        GoldTheme("queue", "pain_point", "The queue is long", "buy", 2),
        GoldTheme("hours", "need", "Open in the evening", "use", None),
        GoldTheme("water", "delight", "The water is pleasant", "use", None),
    ),
    segments=(
        segment("desk.txt", "Ann", "The queue is endless.", "pain_point", "queue", stage="buy", valence=-2),
        segment("pool.txt", "Bob", "Queues again today.", "pain_point", "queue", stage="buy"),
        segment("cafe.txt", "Cleo", "Another long queue.", "pain_point", "queue", stage="buy"),
        segment("pool.txt", "Bob", "Nobody told me the price.", "pain_point", stage="find", emotion="confusion"),
        segment("desk.txt", "Ann", "I want evening hours.", "need", "hours", valence=0, emotion="neutral"),
        segment("pool.txt", "Bob", "Please open at night.", "need", "hours", valence=0, emotion="neutral"),
        segment("desk.txt", "Ann", "The water is lovely.", "delight", "water", valence=2, emotion="joy"),
        segment("cafe.txt", "Cleo", "The water felt great.", "delight", "water", valence=1, emotion="joy"),
    ),
    name="pool",
)  # fmt: skip


def quote(
    id_: str,
    source: str,
    words: str,
    lane: Lane,
    stage: str,
    valence: float,
    emotion: Emotion = "frustration",
    documents: Sequence[Document] = DOCUMENTS,
) -> Evidence:
    """Return evidence that stands in *documents* as it says."""
    home = next(item for item in documents if item.source == source)
    start = home.text.index(words)
    return Evidence(
        id=id_, source=source, record=home.record, start=start, end=start + len(words), quote=words,
        speaker=home.turns[0].speaker, role=home.turns[0].role, at=None, stage=stage, lane=lane,
        valence=valence, emotion=emotion, channel=None,
    )  # fmt: skip


def card(id_: str, lane: Lane, stage: str, people: int, *evidence: str) -> Card:
    """Return a card."""
    return Card(
        id=id_, lane=lane, stage=stage, title=id_, people=people, evidence=evidence, mentions=len(evidence),
        documents=len(evidence),
    )  # fmt: skip


def make_map(
    evidence: Sequence[Evidence],
    cards: Sequence[Card],
    personas: Sequence[Persona] = (),
    stages: Sequence[str] = ("find", "buy", "use"),
) -> JourneyMap:
    """Return a map."""
    return JourneyMap(
        language="en",
        template="cx-lifecycle",
        made_by=MadeBy(engine="test", version="0", at="2026-11-22T10:00:00+00:00"),
        sources=(),
        stages=tuple(Stage(id=name, name=name, order=order) for order, name in enumerate(stages, start=1)),
        personas=tuple(personas),
        cards=tuple(cards),
        evidence=tuple(evidence),
        coverage=Coverage(utterances=9, customer=9, used=0),
    )


def persona(id_: str, *members: tuple[str, str]) -> Persona:
    """Return a persona with members (source, speaker)."""
    return Persona(
        id=id_, name=id_, members=tuple(Member(source=source, speaker=name) for source, name in members)
    )


def perfect_map() -> JourneyMap:
    """Return the map that says exactly what `GOLD` says."""
    evidence = [
        quote(f"e{index}", item.source, item.quote, item.lane, item.stage or "", item.valence, item.emotion)  # type: ignore[arg-type]
        for index, item in enumerate(GOLD.segments, start=1)
    ]
    cards = [
        card("c1", "pain_point", "buy", 3, "e1", "e2", "e3"),
        card("c2", "pain_point", "find", 1, "e4"),
        card("c3", "need", "use", 2, "e5", "e6"),
        card("c4", "delight", "use", 2, "e7", "e8"),
    ]
    people = [
        persona("p1", ("desk.txt", "Ann"), ("pool.txt", "Bob")),
        persona("p2", ("cafe.txt", "Cleo (customer)")),
    ]
    return make_map(evidence, cards, people)


def with_segments(*segments: GoldSegment) -> Gold:
    """Return `GOLD` with other segments."""
    return replace(GOLD, segments=segments)
