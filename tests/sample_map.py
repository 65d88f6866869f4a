"""Maps to render and export: an invented city library in English and in Spanish, a hostile one, an empty one.

The library, its people and everything they say are invented.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from tests.sample_words import ENGLISH, SPANISH, CardData, MapData

from journeyai.model.journey import (
    Card,
    Coverage,
    Empathy,
    Evidence,
    JourneyMap,
    MadeBy,
    Member,
    Persona,
    Scope,
    Source,
    SpeakerRole,
    Stage,
    StageMeasure,
    Transition,
)
from journeyai.model.vocabulary import SOLICITED, Channel, Emotion, Kind, Lane, Role
from journeyai.operations.figures import combined_confidence

_ENDINGS: Final[dict[str, Kind]] = {
    "interviews": "interview",
    "chats": "chat",
    "calls": "call",
    "tickets": "ticket",
    "reviews": "review",
    "survey": "survey",
    "notes": "note",
}


def _place(speaker: str) -> tuple[str, str | None, str | None]:
    """Return source, record and time for a speaker: P3 is interviewed, R07 reviews, T4711 writes a ticket."""
    name, number = speaker.split("/", maxsplit=1)[0], "".join(filter(str.isdigit, speaker))
    if name.startswith("P"):
        return f"interviews/int-{int(number):02}.md", None, None
    if name.startswith("R"):
        return "reviews/reviews.csv", name, f"2026-0{int(number) % 8 + 1}-1{int(number) % 9}"
    if name.startswith("T"):
        return "tickets/tickets.json", number, f"2026-05-0{int(number) % 9 + 1}T09:30:00"
    if name.startswith("S"):
        return "survey/joining.csv", name, None
    if name.startswith("K"):
        return "calls/call-07.vtt", None, "00:03:12"
    return f"chats/chat-{name.lower()}.txt", None, None


@dataclass
class _Builder:
    """Gathers evidence and cards, numbering them as the drafting does."""

    data: MapData
    evidence: list[Evidence] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    def quote(self, card: CardData, speaker: str, words: str, sign: int) -> str:
        role: Role = "agent" if speaker.startswith("K") or card.lane == "back_stage" else "customer"
        source, record, at = _place(speaker)
        start = 40 + 73 * len(self.evidence) % 1700
        valence = max(-2.0, min(2.0, sign * (card.valence + 0.1 * (len(words) % 5 - 2))))
        item = Evidence(
            id=f"e{len(self.evidence) + 1}",
            source=source,
            record=record,
            start=start,
            end=start + len(words),
            quote=words,
            speaker=speaker,
            role=role,
            at=at,
            stage=card.stage,
            lane=card.lane if sign > 0 else ("delight" if card.valence < 0 else "pain_point"),
            valence=round(valence, 2),
            emotion=card.emotion if sign > 0 else ("satisfaction" if card.valence < 0 else "frustration"),
            channel=card.channel,
            confidence=round(0.4 + 0.06 * (7 * len(words) % 10), 2),
        )
        self.evidence.append(item)
        return item.id

    def card(self, data: CardData) -> None:
        ids = [self.quote(data, speaker, words, 1) for speaker, words in data.quotes]
        against = [self.quote(data, speaker, words, -1) for speaker, words in data.against]
        people = {speaker for speaker, _ in data.quotes if data.lane != "back_stage"}
        personas = [
            id_ for id_, members in self.data.members.items() if any(person in members for person in people)
        ]
        self.cards.append(
            Card(
                id=f"c{len(self.cards) + 1}",
                lane=data.lane,
                stage=data.stage,
                personas=tuple(personas),
                title=data.title,
                detail=data.detail,
                valence=data.valence if ids else None,
                emotion=data.emotion if ids else None,
                severity=data.severity,
                channel=data.channel,
                people=len(people),
                documents=len({_place(speaker)[:2] for speaker, _ in data.quotes}),
                mentions=len(ids) + (1 if len(ids) > 3 else 0),
                against=tuple(against),
                status=data.status,
                locked=data.locked,
                assumption=not ids,
                owner=data.owner,
                stability=data.stability,
                confidence=self.confidence(ids),
                evidence=tuple(ids),
            )
        )

    def confidence(self, ids: Sequence[str]) -> float | None:
        """Every sample card's quotes are of different people."""
        return combined_confidence((item.id, item.confidence) for item in self.evidence if item.id in ids)

    def stages(self) -> tuple[Stage, ...]:
        return tuple(
            self.stage(id_, name, order) for order, (id_, name) in enumerate(self.data.stages.items(), 1)
        )

    def stage(self, id_: str, name: str, order: int) -> Stage:
        here = [item for item in self.evidence if item.stage == id_ and item.role == "customer"]
        by_person: dict[str | None, list[float]] = {}
        feelings: dict[Emotion, set[str | None]] = {}
        for item in here:
            by_person.setdefault(item.speaker, []).append(item.valence)
            feelings.setdefault(item.emotion, set()).add(item.speaker)
        means = [sum(values) / len(values) for values in by_person.values()]
        rated = tuple(item.id for item in here if item.lane == "measure")
        return Stage(
            id=id_,
            name=name,
            order=order,
            summary=self.data.summaries.get(id_, ""),
            valence=round(sum(means) / len(means), 2) if means else None,
            emotions={emotion: len(people) for emotion, people in feelings.items()},
            moment_of_truth=id_ in self.data.moments,
            measures=(StageMeasure(kind="stars", value=2.9, evidence=rated),) if rated else (),
        )

    def sources(self) -> tuple[Source, ...]:
        speakers: dict[str, dict[str, Role]] = {}
        for item in self.evidence:
            speakers.setdefault(item.source, {})[item.speaker or ""] = item.role
        return tuple(
            Source(
                source=source,
                sha256=f"{number:064x}",
                kind=(kind := _ENDINGS[source.split("/", maxsplit=1)[0]]),
                solicited=kind in SOLICITED,
                language=self.data.language,
                utterances=40 + 7 * number,
                speakers=tuple(SpeakerRole(name=name, role=role) for name, role in sorted(names.items())),
            )
            for number, (source, names) in enumerate(sorted(speakers.items()), 1)
        )

    def persona(self, id_: str, words: dict[str, Any]) -> Persona:
        members = self.data.members[id_]
        mine = [item for item in self.evidence if item.speaker in members]
        places = sorted({(item.source, item.speaker or "") for item in mine})
        return Persona(
            id=id_,
            members=tuple(Member(source=source, speaker=speaker) for source, speaker in places),
            evidence=tuple(item.id for item in mine),
            empathy=Empathy(says=tuple(item.quote for item in mine[:2])),
            **words,
        )

    def build(self) -> JourneyMap:
        for card in self.data.cards:
            self.card(card)
        title, goal, scope = self.data.heading
        return JourneyMap(
            title=title,
            goal=goal,
            scope=Scope(start=scope[0], end=scope[1]),
            language=self.data.language,
            template="cx-lifecycle",
            made_by=MadeBy(engine="local", version="0.1.0", at="2026-11-21T10:00:00Z"),
            sources=self.sources(),
            stages=self.stages(),
            personas=tuple(self.persona(id_, words) for id_, words in self.data.personas.items()),
            cards=tuple(self.cards),
            evidence=tuple(self.evidence),
            transitions=tuple(self.transition(*row) for row in self.data.transitions),
            coverage=Coverage(utterances=912, customer=604, used=398),
        )

    def transition(self, origin: str, target: str, people: int) -> Transition:
        mine = [item.id for item in self.evidence if item.stage == origin and item.role == "customer"]
        return Transition.model_validate(
            {"from": origin, "to": target, "people": people, "evidence": tuple(mine[-people:])}
        )


@cache
def english_map() -> JourneyMap:
    """Return a full map: 7 stages (one without evidence), 3 personas, 45 cards, 111 quotes."""
    return _Builder(ENGLISH).build()


@cache
def spanish_map() -> JourneyMap:
    """Return the same kind of map in Spanish, smaller."""
    return _Builder(SPANISH).build()


def empty_map(language: str = "en") -> JourneyMap:
    """Return a map with stages and nothing on them."""
    return JourneyMap(
        language=language,
        template="cx-lifecycle",
        made_by=MadeBy(engine="local", version="0.1.0", at="2026-11-21T10:00:00Z"),
        sources=(),
        stages=tuple(Stage(id=f"s{number}", name=f"Stage {number}", order=number) for number in range(1, 6)),
        coverage=Coverage(utterances=0, customer=0, used=0),
    )


#: What a source may try on a terminal, a web page or a reader.
ATTACKS: Final[Sequence[str]] = (
    "\x1b]0;owned\x07the title bar",
    "\x1b[2J\x1b[31mwipes the screen\x1b[0m",
    "[red]not red[/] [/bold] [link=file:///x]click[/link]",
    "left \u202eright to left\u202c \u2066isolated\u2069",
    "zero\u200bwidth\u200djoiner\ufeffbom\u00adsoft",
    "wide 漢字かな交じり文 and 👩‍👩‍👧‍👦 👍🏽 ☎️ é",
    "first line\nsecond line\r\n\tthird\x0bfourth\x85fifth\u2028sixth",
    "x" * 500,
    "words " + "y" * 500 + " after",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt;",
    "| a | b |\n|---|---|\n# heading\n> quote\n- [ ] item\n```\ncode",
    "![x](http://evil.test/x.png) [l](javascript:alert(1)) <http://evil.test>"
    " www.evil.test @someone #1 :smile:",
    "`code` **bold** __bold__ ~~gone~~ $x^2$ \\ 1. one",
    "\x00\x01\x7f\x9b31m",
    "   ",
    "",
)


@cache
def hostile_map() -> JourneyMap:
    """Return a map whose every word from outside tries to break the page; twelve stages with long names."""
    stages = tuple(
        Stage(
            id=f"s{number}",
            name=f"{ATTACKS[number % len(ATTACKS)]} a very long name of stage number {number} without end",
            order=number,
            summary=ATTACKS[(number + 3) % len(ATTACKS)],
            valence=None if number % 5 == 0 else (-1) ** number * (number % 5) / 2,
            emotions={"anger": 3} if number % 2 else {},
            moment_of_truth=number in {3, 4},
        )
        for number in range(1, 13)
    )
    lanes: Sequence[Lane] = ("pain_point", "delight", "need", "opportunity", "back_stage")
    channels: Sequence[Channel | None] = ("word_of_mouth", None, "app")
    evidence = tuple(
        Evidence(
            id=f"e{number}",
            source=f"chats/{ATTACKS[number % len(ATTACKS)]}.txt",
            record=ATTACKS[(number + 5) % len(ATTACKS)] if number % 3 else None,
            start=number,
            end=number + 10,
            quote=ATTACKS[number % len(ATTACKS)],
            speaker=ATTACKS[(number + 2) % len(ATTACKS)] if number % 4 else None,
            role="customer" if number % 4 else "unknown",
            at="\x1b[5m2026" if number % 2 else None,
            stage=stages[number % 12].id,
            lane=lanes[number % 5],
            valence=-2.0,
            emotion="anger",
            channel=channels[number % 3],
        )
        for number in range(1, 49)
    )
    cards = tuple(
        Card(
            id=f"c{number}",
            lane=lanes[number % 5],
            stage=stages[number % 12].id,
            personas=("p1",) if number % 2 else ("p2", "gone"),
            title=f"Card {number}: {ATTACKS[number % len(ATTACKS)]}",
            detail=ATTACKS[(number + 1) % len(ATTACKS)],
            severity=3 if number % 5 == 0 else None,
            channel=channels[number % 3],
            people=number % 4,
            documents=number % 3,
            mentions=number,
            against=(f"e{number}",) if number % 6 == 0 else (),
            status="rejected" if number % 11 == 0 else "draft",
            evidence=tuple(f"e{other}" for other in range(number, min(number + number % 4, 49))),
            owner=ATTACKS[number % len(ATTACKS)],
        )
        for number in range(1, 49)
    )
    personas = tuple(
        Persona(id=f"p{number}", name=ATTACKS[number], summary=ATTACKS[number + 1], goals=ATTACKS[4:8])
        for number in (1, 2)
    )
    return JourneyMap(
        title=ATTACKS[0],
        goal=ATTACKS[1],
        scope=Scope(start=ATTACKS[3], end=ATTACKS[2], focus=ATTACKS[9], state="future"),
        language="xx",
        template="cx-lifecycle",
        made_by=MadeBy(engine=ATTACKS[1], model=ATTACKS[0], version="0.1.0", at="2026-11-21T10:00:00Z"),
        sources=(
            Source(
                source=ATTACKS[0],
                sha256="0" * 64,
                kind="chat",
                solicited=False,
                language="xx",
                utterances=9,
                speakers=(SpeakerRole(name=ATTACKS[1], role="customer"),),
            ),
        ),
        stages=stages,
        personas=personas,
        cards=cards,
        evidence=evidence,
        transitions=tuple(
            Transition.model_validate({"from": "s3", "to": to, "people": 2, "evidence": ("e1",)})
            for to in ("s1", "s9")
        ),
        coverage=Coverage(utterances=100, customer=50, used=10),
    )


#: Every sample map by name, for tests that hold for all of them.
MAPS: Final[dict[str, Callable[[], JourneyMap]]] = {
    "english": english_map,
    "spanish": spanish_map,
    "hostile": hostile_map,
    "empty": empty_map,
}
