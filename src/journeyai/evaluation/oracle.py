"""A perfect reader: it answers each of our questions from gold labels, as the best of models would.

What is lost against it, the machinery loses.  It answers the plain prompt and langextract's prompt with the same
knowledge, retyping the quotes as they ask it to, so that tokens can be compared for the same content.

A model that retypes makes mistakes.  The best ones were seen to invent 1.2 % of their quotes (Hill et al., PLOS Digital
Health 2026, 10.1371/journal.pdig.0001189); a gold passage has 15.6 words in the mean, which makes one word in 1,300
wrong: `ERRORS`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final, Self

from journeyai.evaluation.gold import load, read_documents, sources_folder
from journeyai.evaluation.oracle_knowledge import TITLE_LETTERS, Knowledge, Known, Reading, shortened

#: Chance that a word is retyped wrongly.
ERRORS: Final = 0.0008
#: What a reader without labels takes for granted.
_USUAL_STAGE: Final = "use"
_MOST_LINES: Final = 4
_MOST_IDEAS: Final = 7
_NAME_LETTERS: Final = 38

_DATA: Final = re.compile(r"<<<DATA\n(.*)\nDATA>>>", re.DOTALL)
_LINE: Final = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_SPEAKER: Final = re.compile(r"\A(?:customer(?: \d+)?|agent|researcher|system|unknown|other): ")
_STATEMENT: Final = re.compile(r"\Aperson (\d+) · ([\w ]+): (.*)\Z")
_CARD: Final = re.compile(r"\A([\w ]+?) · .*?: (.*)\Z")
#: Headings of documents in the plain prompt (`plain_prompt.material`).
_HEADING: Final = re.compile(r"^=== ([^\n#]+?)(?:#([^\n]+))? ===$", re.MULTILINE)

Messages = Sequence[Mapping[str, str]]
Schema = Mapping[str, Any]
Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the oracle behaves.

    Attributes:
        errors: chance that a word is retyped wrongly.
        milliseconds: before an answer is there, from when the request was read.
        seed: of its mistakes and of its gists.
        letters: count four characters as a token, in place of a tokenizer: costs no time.
    """

    errors: float = ERRORS
    milliseconds: float = 0.0
    seed: int = 0
    letters: bool = False


class Oracle:
    """Answers requests from labels; the same request is always answered the same way."""

    def __init__(self, knowledge: Knowledge, manner: Manner | None = None) -> None:
        """Make a reader.

        Args:
            knowledge: what it knows.
            manner: how it retypes.
        """
        self._knowledge = knowledge
        self._manner = manner or Manner()

    @classmethod
    def of(cls, folders: Iterable[Path], manner: Manner | None = None) -> Self:
        """Make a reader of the labelled corpora in *folders*.

        Raises:
            SourceError: a corpus is broken.
        """
        corpora = [(load(folder), read_documents(sources_folder(folder))) for folder in folders]
        return cls(Knowledge(corpora, manner.seed if manner else 0), manner)

    def answer(self, messages: Messages, schema: Schema) -> str:
        """Return the reply to *messages* as JSON.

        Args:
            messages: of a chat, each with `role` and `content`.
            schema: that the reply must have; empty if none was sent.
        """
        asked = next((message["content"] for message in messages if message["role"] == "user"), "")
        data = _DATA.search(asked)
        lines = {int(number): text for number, text in _LINE.findall(data[1] if data else "")}
        whole = "\n".join(message["content"] for message in messages)
        fields = frozenset(schema.get("properties", {}))
        steps: dict[str, Callable[[], Reply]] = {
            "points": lambda: self._observe(lines, schema),
            "themes": lambda: self._theme(lines),
            "groups": lambda: self._group(lines),
            "goals": lambda: self._persona(lines),
            "opportunities": lambda: self._opportunities(lines),
            "summary": lambda: _sum_up(lines),
            "not_borne_out": lambda: {"not_borne_out": []},
        }
        if "cards" in fields:
            reply = self._whole_map(whole)
        elif found := next((name for name in steps if name in fields), None):
            reply = steps[found]()
        else:
            reply = self._extractions(whole)
        return json.dumps(reply, ensure_ascii=False, separators=(",", ":"))

    # Our steps

    def _observe(self, lines: Mapping[int, str], schema: Schema) -> Reply:
        told = {number: _SPEAKER.sub("", text) for number, text in lines.items()}
        reading = self._knowledge.document_of(told)
        known = reading.points if reading else ()
        point: Schema = schema["properties"]["points"]["items"]["properties"]
        points = []
        for item in known:
            numbers = [number for number in dict.fromkeys(item.numbers) if number in told]
            if not numbers or item.segment.lane not in point["l"]["enum"]:
                continue
            stages: Sequence[str] = point["s"]["enum"]
            points.append(
                {
                    "n": numbers,
                    "l": item.segment.lane,
                    "s": _stage(item, stages),
                    "v": item.segment.valence,
                    "e": item.segment.emotion,
                    "c": item.segment.channel or "none",
                    "g": item.gist,
                }
            )
        return {"points": points}

    def _theme(self, lines: Mapping[int, str]) -> Reply:
        by_cause: dict[str, list[int]] = defaultdict(list)
        lane = self._knowledge.lane_most_told(lines.values())
        for number, text in lines.items():
            by_cause[self._knowledge.cause_of(text, lane) or f"? {number}"].append(number)
        return {
            "themes": [
                {"t": self._knowledge.label_of(cause), "n": numbers}
                for cause, numbers in by_cause.items()
                if len(numbers) > 1
            ]
        }

    def _group(self, lines: Mapping[int, str]) -> Reply:
        told = [[part.partition(": ")[2] for part in text.split("; ")] for text in lines.values()]
        groups: dict[str, list[int]] = defaultdict(list)
        for number, persona in zip(lines, self._knowledge.persons(told), strict=True):
            if persona is not None:
                groups[persona].append(number)
        return {
            "groups": [
                {"name": shortened(self._knowledge.names[persona], _NAME_LETTERS), "people": people}
                for persona, people in groups.items()
                if len(people) > 1
            ]
        }

    def _persona(self, lines: Mapping[int, str]) -> Reply:
        parts = {
            "goals": "need",
            "motivations": "motivation",
            "frustrations": "pain point",
            "behaviours": "action",
        }
        by_lane: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
        for number, text in lines.items():
            if found := _STATEMENT.match(text):
                cause = self._knowledge.cause_of(found[3]) or found[3]
                by_lane[found[2]][cause].append((number, found[1]))
        told = {}
        for part, lane in parts.items():
            shared = [
                (cause, said)
                for cause, said in by_lane[lane].items()
                if len({person for _, person in said}) > 1
            ]
            shared.sort(key=lambda item: -len(item[1]))
            told[part] = [
                {"text": self._words(cause), "cites": [number for number, _ in said]}
                for cause, said in shared[:_MOST_LINES]
            ]
        first = next((line["text"] for part in told.values() for line in part), "Varied")
        name = shortened(str(first), _NAME_LETTERS)
        return {"name": name, "summary": shortened(f"What joins them: {first}", 150), **told}

    def _opportunities(self, lines: Mapping[int, str]) -> Reply:
        cards = [(number, found) for number, text in lines.items() if (found := _CARD.match(text))]
        weighty = [(n, card) for n, card in cards if card[1] in {"pain point", "need"}] or cards
        return {
            "opportunities": [
                {
                    "title": shortened(f"Mend this: {card[2]}", TITLE_LETTERS),
                    "detail": shortened(f"Customers tell of it: {card[2]}. Begin with the worst case.", 230),
                    "cites": [number],
                    "desirable": "high",
                    "viable": "unknown",
                    "feasible": "unknown",
                    "priority": place,
                }
                for place, (number, card) in enumerate(weighty[:_MOST_IDEAS], 1)
            ]
        }

    def _words(self, cause: str) -> str:
        try:
            return shortened(self._knowledge.label_of(cause), TITLE_LETTERS)
        except KeyError:
            return shortened(cause, TITLE_LETTERS)

    # Others' prompts

    def _whole_map(self, text: str) -> Reply:
        readings = self._shown(text)
        cards: dict[str, list[tuple[Known, Reading]]] = defaultdict(list)
        people: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        for reading in readings:
            for item in reading.points:
                cards[item.cause].append((item, reading))
                if item.persona is not None:
                    people[item.persona][_source(reading), item.speaker] = None
        # The weightiest first, as anybody tells a map.
        ordered = sorted(cards.values(), key=lambda inside: -len(inside))
        stages = dict.fromkeys(item[0][0].segment.stage or _USUAL_STAGE for item in ordered)
        return {
            "cards": [
                {
                    "lane": inside[0][0].segment.lane,
                    "stage": inside[0][0].segment.stage or _USUAL_STAGE,
                    "title": inside[0][0].label,
                    "evidence": [
                        {
                            "quote": self._retyped(item.segment.quote),
                            "source": _source(reading),
                            "speaker": item.speaker,
                            "valence": item.segment.valence,
                            "emotion": item.segment.emotion,
                            "channel": item.segment.channel or "none",
                        }
                        for item, reading in inside
                    ],
                }
                for inside in ordered
            ],
            "personas": [
                {
                    "name": shortened(self._knowledge.names[persona], _NAME_LETTERS),
                    "summary": shortened(self._knowledge.names[persona], 150),
                    "people": [{"source": source, "speaker": speaker} for source, speaker in members],
                }
                for persona, members in people.items()
            ],
            "stages": [
                {
                    "stage": stage,
                    "summary": _sentence(
                        inside[0][0].label for inside in ordered if inside[0][0].segment.stage == stage
                    ),
                }
                for stage in stages
            ],
            "opportunities": [
                {
                    "title": shortened(f"Mend this: {inside[0][0].label}", TITLE_LETTERS),
                    "detail": f"Customers tell of it: {inside[0][0].label}. Begin with the worst case.",
                }
                for inside in ordered
                if inside[0][0].segment.lane in {"pain_point", "need"}
            ][:_MOST_IDEAS],
        }

    def _extractions(self, text: str) -> Reply:
        """Answer langextract: the chunk stands between the last `Q:` and the last `A:`."""
        chunk = text.rpartition("\nQ: ")[2].rpartition("\nA:")[0]
        reading = self._knowledge.documents_holding(chunk)
        there = " ".join(chunk.split())
        return {
            "extractions": [
                {
                    item.segment.lane: self._retyped(item.segment.quote),
                    f"{item.segment.lane}_attributes": {
                        "theme": item.label,
                        "stage": item.segment.stage or _USUAL_STAGE,
                        "valence": str(item.segment.valence),
                        "emotion": item.segment.emotion,
                        "channel": item.segment.channel or "none",
                    },
                }
                for item in (reading.points if reading else ())
                if " ".join(item.segment.quote.split()) in there
            ]
        }

    def _shown(self, text: str) -> list[Reading]:
        """Return the documents whose headings stand in *text*; of several corpora's, the one's whose words do."""
        keys = [(source, record or None) for source, record in _HEADING.findall(text)]
        corpora = dict.fromkeys(reading.corpus for reading in self._knowledge.readings)
        found = [
            [r for key in keys if (r := self._knowledge.document_named(key, corpus)) is not None]
            for corpus in corpora
        ]
        # By words, not by names: corpora are laid out alike.
        return max(
            found,
            key=lambda readings: sum(
                r.document.utterances[0].text in text for r in readings if r.document.utterances
            ),
            default=[],
        )

    def _retyped(self, quote: str) -> str:
        words = " ".join(quote.split()).split(" ")
        dice = Random(sha256(f"{self._manner.seed} {quote}".encode()).digest())
        return " ".join(
            _slipped(word, dice) if dice.random() < self._manner.errors else word for word in words
        )


def _slipped(word: str, dice: Random) -> str:
    """Return *word* as somebody gets it wrong who smooths while copying: without a letter, or another small word."""
    if len(word) > 3:
        place = dice.randrange(1, len(word))
        return word[:place] + word[place + 1 :]
    return {"the": "a", "a": "the", "el": "un", "la": "una", "I": "we"}.get(word, f"{word} {word}")


def _sum_up(lines: Mapping[int, str]) -> Reply:
    cards = [(number, found[2]) for number, text in lines.items() if (found := _CARD.match(text))][:3]
    return {"summary": _sentence(title for _, title in cards), "cites": [number for number, _ in cards]}


def _sentence(titles: Iterable[str]) -> str:
    return shortened(f"Customers tell: {'; '.join(list(titles)[:3])}.", 230)


def _stage(item: Known, stages: Sequence[str]) -> str:
    for stage in (item.segment.stage, _USUAL_STAGE):
        if stage in stages:
            return str(stage)
    return stages[len(stages) // 2]


def _source(reading: Reading) -> str:
    source, record = reading.document.key
    return f"{source}#{record}" if record else source
