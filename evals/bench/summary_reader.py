"""A perfect reader of conversations: what the labels say of one, told by number as we ask, and retyped as others do."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from journeyai.engines.llm.steps.combine import MOST_PAINS, MOST_QUOTES, SHORT_LETTERS, STORY_LETTERS
from journeyai.engines.llm.steps.lines import spoken
from journeyai.engines.llm.steps.summarise import MOST_PROMISES
from journeyai.evaluation.gold import load, read_documents, sources_folder
from journeyai.evaluation.oracle_knowledge import Knowledge, Known, Reading, shortened
from journeyai.model.source import Document

#: What is summarised: conversations.
KINDS: Final = frozenset({"chat", "call", "ticket"})
_MOST_STEPS: Final = 8
_PROMISE: Final = re.compile(
    r"\b(?:i'll|we'll|i will|we will|you'll (?:get|have|receive)|i am going to|i'm going to"
    r"|(?:te|le|os|les) (?:llamo|llamaré|envío|enviaré|mando|mandaré|paso|pasaré|aviso|avisaré)"
    r"|lo (?:dejo|miro|reviso|paso)|voy a|vamos a)\b",
    re.IGNORECASE,
)

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader says of one conversation, the same both ways.

    Attributes:
        document: which.
        pointed: our answer: numbers of lines.
        typed: the same as contract 2 has it, its quotes retyped: a text and who says it.
    """

    document: Document
    pointed: Reply
    typed: Reply


def read(folders: Sequence[Path]) -> Iterator[Told]:
    """Yield what the labels of the corpora in *folders* say of each conversation that has any."""
    corpora = [(load(folder), read_documents(sources_folder(folder))) for folder in folders]
    for reading in Knowledge(corpora).readings:
        if reading.document.kind in KINDS and reading.points:
            yield _told(reading)


def _told(reading: Reading) -> Told:
    document = reading.document
    by_cause: dict[str, list[Known]] = defaultdict(list)
    for point in reading.points:
        by_cause[point.cause].append(point)
    pains = [inside for inside in by_cause.values() if inside[0].segment.lane == "pain_point"][:MOST_PAINS]
    promises = [u for u in document.utterances if _PROMISE.search(u.text)][:MOST_PROMISES]
    roles = {u.number: document.turn_of(u).role for u in document.utterances}
    # The strongest feelings tell most.
    telling = sorted(reading.points, key=lambda point: (-abs(point.segment.valence), point.numbers))
    quotes = sorted({point.numbers[0] for point in telling[:MOST_QUOTES]})
    words = _words(reading.points, by_cause)

    def quoted(number: int) -> Reply:
        utterance = document.utterances[number]
        turn = document.turn_of(utterance)
        return {"quote": spoken(turn, utterance), "speaker": turn.speaker}

    def cited(inside: Sequence[Known]) -> list[int]:
        return sorted(
            {number for point in inside for number in range(point.numbers[0], point.numbers[1] + 1)}
        )

    titles = [shortened(inside[0].label, 90) for inside in pains]
    made = [("agent" if roles[u.number] == "agent" else "customer", shortened(u.text, 60)) for u in promises]
    return Told(
        document,
        words
        | {
            "pain_points": [
                {"title": title, "cites": cited(inside)} for title, inside in zip(titles, pains, strict=True)
            ],
            "promises": [
                {"who": who, "what": what, "line": u.number}
                for (who, what), u in zip(made, promises, strict=True)
            ],
            "key_quotes": quotes,
        },
        words
        | {
            "pain_points": [
                {"title": title, "evidence": [quoted(number) for number in cited(inside)]}
                for title, inside in zip(titles, pains, strict=True)
            ],
            "promises": [
                {"who": who, "what": what, "evidence": quoted(u.number)}
                for (who, what), u in zip(made, promises, strict=True)
            ],
            "key_quotes": [quoted(number) for number in quotes],
        },
    )


def _words(points: Sequence[Known], by_cause: dict[str, list[Known]]) -> Reply:
    """Return what is told in a reader's own words and labels, the same both ways."""
    labels = list(dict.fromkeys(inside[0].label for inside in by_cause.values()))
    aims = [point.label for point in points if point.segment.lane in {"need", "motivation", "expectation"}]
    feelings = [point.segment.emotion for point in points]
    felt = [point.segment.valence for point in points]
    steps = max(1, -(-len(felt) // _MOST_STEPS))
    path = [
        round(sum(part) / len(part)) for at in range(0, len(felt), steps) if (part := felt[at : at + steps])
    ]
    story = ". ".join(f"{first}, and {then}" for first, then in list(pairwise([*labels, "it ends"]))[::2])
    return {
        "issue": shortened(labels[0], SHORT_LETTERS),
        "what_happened": shortened(f"The customer tells: {story}.", STORY_LETTERS),
        "customer_goal": shortened((aims or labels)[0], SHORT_LETTERS),
        "outcome": "resolved" if felt[-1] > 0 else "unresolved" if felt[-1] < 0 else "unknown",
        "emotion_start": feelings[0],
        "emotion_end": feelings[-1],
        "valence_path": path,
        "stages": list(dict.fromkeys(point.segment.stage for point in points if point.segment.stage)),
    }
