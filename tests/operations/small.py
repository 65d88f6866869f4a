"""A small study whose map has all that a change can touch: its documents, the map, and the ground it stands on."""

from collections.abc import Mapping, Sequence
from functools import cache

from tests.drafting.material import Said, document, prove

from journeyai.drafting.ground import ground_of
from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import (
    Card,
    Coverage,
    Empathy,
    Evidence,
    JourneyMap,
    MadeBy,
    Member,
    Persona,
    Source,
    SpeakerRole,
    Stage,
    StageMeasure,
    Transition,
)
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import Emotion, Lane
from journeyai.operations.apply import apply
from journeyai.operations.figures import recount
from journeyai.operations.ground import Ground

LATE = "The parcel came two weeks late."
SLOW = "Nobody answered my three phone calls."
KIND = "The courier was very kind."
WISH = "I want to see where my parcel is."
PRICE = "The price was hidden until the end."
FOUND = "A friend told me about the shop."
MORE = "I waited at home for nothing."


def _review(record: str, words: str, stars: int) -> Document:
    return document(
        "reviews.csv",
        Said(record, [words]),
        Said(
            record,
            [str(stars)],
            measure=Measure("stars", stars, 1, 5),
            person=f"reviews.csv#{record}|{record}",
        ),
        record=record,
        kind="review",
    )


@cache
def documents() -> tuple[Document, ...]:
    """Return three talks, a call with an agent, a told visit, and two reviews with stars."""
    return (
        document("a.md", Said("Ana", [LATE, SLOW, WISH, FOUND, MORE])),
        document("b.md", Said("Ben", [LATE, PRICE, KIND, WISH])),
        document("c.md", Said("Eva", [SLOW, PRICE, LATE]), Said("Guide", ["And then?"], "researcher")),
        document(
            "d.md", Said("Ana", [KIND]), Said("Desk", ["We close it after a day."], "agent"), kind="call"
        ),
        document("e.md", Said("Leo", ["I opened the door."], step=1)),
        _review("R1", PRICE, 2),
        _review("R2", KIND, 5),
    )


_QUOTES: Sequence[tuple[int, int, str, Lane, float, Emotion, float | None]] = (
    # document, utterance, stage, lane, valence, emotion, confidence: e1, e2 …
    (0, 3, "find", "action", 0.5, "trust", 0.9),
    (4, 0, "find", "touchpoint", 0.8, "trust", 0.7),
    (0, 2, "buy", "need", 0.0, "neutral", 0.6),
    (1, 3, "buy", "need", 0.0, "neutral", 0.5),
    (1, 1, "buy", "pain_point", -1.2, "frustration", 0.6),
    (2, 1, "buy", "pain_point", -0.8, "disappointment", 0.5),
    (5, 0, "buy", "pain_point", -1.4, "anger", 0.5),
    (0, 0, "use", "pain_point", -1.5, "anger", 0.8),
    (1, 0, "use", "pain_point", -2.0, "anger", 0.4),
    (2, 2, "use", "pain_point", -1.0, "sadness", None),
    (0, 1, "use", "pain_point", -1.0, "frustration", 0.5),
    (2, 0, "use", "pain_point", -1.1, "frustration", 0.4),
    (1, 2, "use", "delight", 1.5, "joy", 0.8),
    (3, 0, "use", "delight", 1.0, "joy", 0.6),
    (6, 0, "use", "delight", 1.2, "joy", 0.5),
    (3, 1, "use", "back_stage", 0.0, "neutral", 0.9),
    (5, 1, "buy", "measure", -1.0, "neutral", 1.0),
    (6, 1, "use", "measure", 2.0, "neutral", 1.0),
)


def quote(number: int, source: int, utterance: int, stage: str, lane: Lane, valence: float, emotion: Emotion,
          confidence: float | None) -> Evidence:  # fmt: skip
    """Return the words of an utterance as evidence under a number."""
    told = documents()[source]
    said = told.utterances[utterance]
    turn = told.turn_of(said)
    return Evidence(
        id=f"e{number}",
        source=told.source,
        record=told.record,
        start=said.start,
        end=said.end,
        quote=said.text,
        speaker=turn.speaker,
        role=turn.role,
        at=turn.at,
        stage=stage,
        lane=lane,
        valence=valence,
        emotion=emotion,
        channel=None,
        confidence=confidence,
    )


_CARDS: Sequence[Mapping[str, object]] = (
    {"lane": "action", "stage": "find", "title": FOUND, "evidence": ("e1",), "personas": ("p1",)},
    {"lane": "touchpoint", "stage": "find", "title": "The door", "evidence": ("e2",), "personas": ("p2",)},
    {"lane": "need", "stage": "buy", "title": WISH, "evidence": ("e3", "e4"), "personas": ("p1", "p2")},
    {"lane": "pain_point", "stage": "buy", "title": PRICE, "evidence": ("e5", "e6", "e7"), "severity": 2,
     "personas": ("p1", "p2"), "supported": True, "stability": 1.0, "emotion": "frustration"},
    {"lane": "pain_point", "stage": "use", "title": LATE, "evidence": ("e8", "e9", "e10"), "severity": 3,
     "personas": ("p1", "p2"), "supported": True, "stability": 0.5, "emotion": "anger", "against": ("e15",)},
    {"lane": "pain_point", "stage": "use", "title": SLOW, "evidence": ("e11", "e12"), "severity": 1,
     "personas": ("p1",), "channel": "phone", "owner": "Service", "emotion": "frustration", "detail": "Thrice."},
    {"lane": "delight", "stage": "use", "title": KIND, "evidence": ("e13", "e14", "e15"),
     "personas": ("p2",), "emotion": "joy"},
    {"lane": "back_stage", "stage": "use", "title": "Tickets close", "evidence": ("e16",)},
    {"lane": "opportunity", "stage": "use", "title": "Mend it", "evidence": ("e8", "e9", "e10"),
     "personas": ("p1", "p2")},
    {"lane": "measure", "stage": "buy", "title": "stars: 2.0 on average", "evidence": ("e17",)},
    {"lane": "measure", "stage": "use", "title": "stars: 5.0 on average", "evidence": ("e18",)},
)  # fmt: skip


def _member(source: str, speaker: str) -> Member:
    return Member(source=source, speaker=speaker)


@cache
def small_map() -> JourneyMap:
    """Return the map: 4 stages (the last without cards), 11 cards, 18 quotes, 2 personas, 2 returns; all counted."""
    names = {"find": "Find", "buy": "Buy", "use": "Use", "leave": "Leave"}
    rated = {"buy": "e17", "use": "e18"}
    journey = JourneyMap(
        title="A shop",
        goal="To see",
        language="en",
        template="cx-lifecycle",
        made_by=MadeBy(engine="local", version="0", at="2026-11-21T10:00:00Z"),
        sources=_sources(),
        stages=tuple(
            Stage(
                id=id_,
                name=name,
                order=number,
                measures=(StageMeasure(kind="stars", value=3, evidence=(rated[id_],)),) if id_ in rated else (),
            )
            for number, (id_, name) in enumerate(names.items(), 1)
        ),
        personas=(
            Persona(
                id="p1", name="Callers", members=(_member("a.md", "Ana"), _member("c.md", "Eva")),
                evidence=("e8", "e12"), goals=("Calm",), empathy=Empathy(feels=(LATE, PRICE), says=(WISH,)),
            ),
            Persona(
                id="p2", name="Visitors", members=(_member("b.md", "Ben"), _member("e.md", "Leo")),
                evidence=("e9",), goals=("Speed", "Calm"), empathy=Empathy(feels=(LATE,)),
            ),
        ),
        cards=tuple(Card.model_validate({"id": f"c{n}", **card}) for n, card in enumerate(_CARDS, 1)),
        evidence=tuple(quote(n, *row) for n, row in enumerate(_QUOTES, 1)),
        transitions=(
            Transition.model_validate({"from": "use", "to": "buy", "people": 1, "evidence": ("e6",)}),
            Transition.model_validate({"from": "use", "to": "find", "people": 1, "evidence": ("e1",)}),
        ),
        coverage=Coverage(utterances=0, customer=0, used=0),
    )  # fmt: skip
    counted = recount(journey, ground_of(documents()))
    mended = card(counted, "c5").model_dump(
        include={"people", "documents", "mentions", "valence", "confidence"}
    )
    cards = tuple(c.model_copy(update=mended) if c.lane == "opportunity" else c for c in counted.cards)
    # c10, a measure of the second stage, stands with that.
    order = list(names)
    return counted.model_copy(
        update={"cards": tuple(sorted(cards, key=lambda item: order.index(item.stage)))}
    )


def _sources() -> tuple[Source, ...]:
    from tests.drafting.material import files_of

    return tuple(
        Source(
            source=file.source,
            sha256=file.sha256,
            kind=file.kind,
            solicited=True,
            language="en",
            utterances=sum(len(told.utterances) for told in file.documents),
            speakers=tuple(
                SpeakerRole(name=turn.speaker or "", role=turn.role)
                for told in file.documents
                for turn in told.turns
            ),
        )
        for file in files_of(documents())
    )


#: What a search has shown: more words of Ana's, words on the map already, the agent's, the researcher's.
FOUND_PLACES: Mapping[str, Evidence] = {
    "s1": quote(0, 0, 4, "find", "thought", -0.7, "sadness", 0.3).model_copy(update={"id": "s1"}),
    "s2": quote(0, 2, 0, "find", "thought", 0.0, "neutral", 0.3).model_copy(update={"id": "s2"}),
    "s3": quote(0, 3, 1, "find", "thought", 0.0, "neutral", 0.3).model_copy(update={"id": "s3"}),
    "s4": quote(0, 2, 3, "find", "thought", 0.0, "neutral", 0.3).model_copy(update={"id": "s4"}),
}


def ground(journey: JourneyMap | None = None) -> Ground:
    """Return the ground of *journey*, the small map if none is named."""
    return ground_of(documents(), journey or small_map(), found=FOUND_PLACES)


def change(kind: ChangeKind, *targets: str, to: str | None = None, text: str | None = None) -> Change:
    """Return a change."""
    return Change(kind, targets, to, text)


def changed(*changes: Change, journey: JourneyMap | None = None) -> JourneyMap:
    """Return the small map, or *journey*, after *changes*; it is proved against the documents."""
    before = journey or small_map()
    after = apply(before, changes, ground(before))
    assert JourneyMap.from_json(after.to_json()) == after
    assert [finding.problem for finding in prove(after, documents()).findings] == []
    return after


def card(journey: JourneyMap, id_: str) -> Card:
    """Return the card *id_*."""
    return next(item for item in journey.cards if item.id == id_)


def stage(journey: JourneyMap, id_: str) -> Stage:
    """Return the stage *id_*."""
    return next(item for item in journey.stages if item.id == id_)


def touched(before: JourneyMap, after: JourneyMap) -> dict[str, dict[str, object]]:
    """Return what differs: `stages.use`, `cards.c3`, `title` … → field → new value; None for what is gone."""
    out: dict[str, dict[str, object]] = {}
    for part in ("stages", "personas", "cards", "evidence"):
        old = {item.id: item for item in getattr(before, part)}
        new = {item.id: item for item in getattr(after, part)}
        for id_ in old.keys() - new.keys():
            out[f"{part}.{id_}"] = {}
        for id_, item in new.items():
            fields = type(item).model_fields
            was = old.get(id_)
            differs = {
                name: getattr(item, name) for name in fields
                if was is None or getattr(was, name) != getattr(item, name)
            }  # fmt: skip
            if differs:
                out[f"{part}.{id_}"] = differs
    for name in ("title", "goal", "scope", "transitions", "coverage", "sources", "made_by"):
        if getattr(before, name) != getattr(after, name):
            out[name] = {name: getattr(after, name)}
    return out
