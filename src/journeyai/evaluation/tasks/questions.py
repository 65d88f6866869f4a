"""Task `questions`: does the local engine answer what the sources tell, with the right places, and nothing else?

The questions are in `evals/questions/HALF.jsonl`, written by hand about the two sample studies and the guide; their
README tells how.  Each is asked of the map as the engine that is looked at drafts it.

    found      questions rightly answered or rightly refused                                    0 … 1
    answered   of those with an answer in the sources, the map or the guide, those answered     0 … 1
    refused    of those without, those refused                                                  0 … 1
    right      of answered questions whose places are labelled, those that point at one         0 … 1
    places     of the places they point at, those that may stand there                          0 … 1
    seconds    the median time of an answer, with the index open                                0 is best
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from journeyai.app import Study
from journeyai.engines.conversation import Answer, Cited
from journeyai.engines.local.answering import answer
from journeyai.errors import SourceError
from journeyai.evaluation.agreement import ratio
from journeyai.evaluation.bootstrap import Floats, estimate
from journeyai.evaluation.gold import Passage, bare_speaker, load, locate, sources_folder
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row, Task, Workplace
from journeyai.knowledge.guide import guide
from journeyai.knowledge.letters import fold
from journeyai.retrieval.index import Index

HALVES: Final = ("development", "held_back")
#: Questions that were written later, about the program itself; nothing is tuned on the second half.
LATER: Final = ("program", "program-untuned")
#: Of these, failures are told.
_LISTED: Final = frozenset({"development", "program"})
LANGUAGES: Final = ("en", "es")
#: Failures told in the notes of a row.
_EXAMPLES: Final = 8


@dataclass(frozen=True, slots=True)
class Right:
    """What a cited place must be to be right: any one of these; nothing given, nothing is judged.

    Attributes:
        themes: it shares characters with a passage of one of these themes of the corpus's gold.
        words: it says one of these, folded.
        speaker: this person says it.
        lane: it shares characters with a passage labelled so, in `stage` where that is given.
        stage: see `lane`.
        guide: it is one of these entries.
    """

    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    speaker: str = ""
    lane: str = ""
    stage: str = ""
    guide: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether anything is judged."""
        return bool(self.themes or self.words or self.speaker or self.lane or self.guide)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        id: its name in its file.
        study: the sample that it is asked of.
        language: it is asked in.
        kind: what sort of question it is, for the reader of the file.
        question: the words.
        found: whether there is an answer.
        right: the places that may be cited.
    """

    id: str
    study: str
    language: str
    kind: str
    question: str
    found: bool
    right: Right = field(default_factory=Right)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a question was answered.

    Attributes:
        asked: the question.
        found: whether the answer says that there is one.
        right: places it points at that may stand there.
        places: places it points at; 0 where none are judged.
        seconds: that it took.
    """

    asked: Asked
    found: bool
    right: int
    places: int
    seconds: float


def load_questions(path: Path) -> tuple[Asked, ...]:
    """Read a file of questions, one JSON object a line.

    Raises:
        SourceError: it cannot be read, or a line is no question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"The questions `{path}` cannot be read: {error}.") from None
    adapter: TypeAdapter[Asked] = TypeAdapter(Asked)
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(adapter.validate_python(_plain(json.loads(line))))
        except (ValueError, ValidationError) as error:
            raise SourceError(
                f"`{path}`, line {number}: it is no question ({str(error).splitlines()[0]}).",
                "evals/questions/README.md says their form.",
            ) from None
    return tuple(questions)


def _plain(told: Any) -> Any:
    """Refuse keys that nobody knows, which a dataclass would pass over."""
    if not isinstance(told, dict):
        raise ValueError("a question is an object")
    unknown = set(told) - set(Asked.__dataclass_fields__)
    unknown |= set(told.get("right", {})) - set(Right.__dataclass_fields__)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return told


def is_right(place: Cited, right: Right, passages: Sequence[Passage]) -> bool:
    """Return whether *place* may be cited.

    Args:
        place: what an answer points at.
        right: what is right.
        passages: the labelled passages of the corpus.
    """
    if place.guide is not None:
        ids = {entry.id for language in LANGUAGES for entry in guide(language) if entry.title == place.guide}
        return bool(ids & set(right.guide))
    if right.words and any(fold(word) in fold(place.text) for word in right.words):
        return True
    if right.speaker and bare_speaker(place.speaker) == right.speaker:
        return True
    return any(
        _wanted(passage, right)
        and passage.document == (place.source, place.record)
        and passage.start < place.end
        and place.start < passage.end
        for passage in passages
    )


def _wanted(passage: Passage, right: Right) -> bool:
    segment = passage.segment
    if segment.theme is not None and segment.theme in right.themes:
        return True
    return bool(right.lane) and segment.lane == right.lane and right.stage in ("", segment.stage)


def judge(asked: Asked, given: Answer, passages: Sequence[Passage], seconds: float) -> Verdict:
    """Compare an answer with what is known of its question."""
    judged = [
        place
        for place in given.cited
        # The guide's own example from the map is no answer to what a word means.
        if not asked.right.guide or place.guide is not None
    ]
    if not (asked.found and given.found and asked.right.is_told):
        judged = []
    return Verdict(
        asked,
        given.found,
        sum(is_right(place, asked.right, passages) for place in judged),
        len(judged),
        seconds,
    )


def figures(verdicts: Sequence[Verdict], seed: int) -> tuple[Figure, ...]:
    """Return the figures of some questions, with intervals by resampling the questions."""
    told = [one for one in verdicts if one.asked.found]
    counts: dict[str, tuple[list[float], list[float]]] = {
        "found": ([one.found == one.asked.found for one in verdicts], [1.0 for _ in verdicts]),
        "answered": (
            [one.asked.found and one.found for one in verdicts],
            [one.asked.found for one in verdicts],
        ),
        "refused": (
            [not one.asked.found and not one.found for one in verdicts],
            [not one.asked.found for one in verdicts],
        ),
        "right": (
            [one.right > 0 for one in verdicts],
            [one in told and one.found and one.asked.right.is_told for one in verdicts],
        ),
        "places": ([one.right for one in verdicts], [one.places for one in verdicts]),
    }
    drawn = estimate(lambda weights: _shares(counts, weights), len(verdicts), seed=seed)
    shares = tuple(
        Figure(name, drawn[name].value, int(sum(whole)), drawn[name].low, drawn[name].high)
        for name, (_, whole) in counts.items()
    )
    seconds = median(one.seconds for one in verdicts) if verdicts else None
    return (*shares, Figure("seconds", seconds, len(verdicts), None, None))


def _shares(counts: Mapping[str, tuple[list[float], list[float]]], weights: Floats) -> dict[str, Floats]:
    return {
        name: ratio(weights @ np.array(part, np.float64), weights @ np.array(whole, np.float64))
        for name, (part, whole) in counts.items()
    }


def findings(verdicts: Sequence[Verdict]) -> list[str]:
    """Return what went wrong, a sentence each."""
    told = []
    for one in verdicts:
        name = f"{one.asked.id} “{one.asked.question}”"
        if one.found != one.asked.found:
            told.append(f"{name} was {'answered' if one.found else 'refused'}.")
        elif one.places and not one.right:
            told.append(f"{name}: none of {one.places} places is right.")
        elif one.places and 2 * one.right < one.places:
            told.append(f"{name}: {one.right} of {one.places} places are right.")
    return told


def run(work: Workplace) -> Iterator[Row]:
    """Yield a row for each language of each half, and one for the whole half.

    Failures on the held-back half are counted and not listed: whoever saw them would tune to them.
    """
    folder = work.data.parent / "questions"
    names = [*HALVES, *(name for name in LATER if (folder / f"{name}.jsonl").exists())]
    halves = {half: load_questions(folder / f"{half}.jsonl") for half in names}
    verdicts: dict[str, Verdict] = {}
    for study in LANGUAGES:
        work.say(f"questions: the {study} sample")
        everything = [asked for half in halves.values() for asked in half if asked.study == study]
        verdicts.update((one.asked.id, one) for one in _ask(work, study, everything))
    for half, questions in halves.items():
        own = [verdicts[asked.id] for asked in questions]
        for language in LANGUAGES:
            spoken = [one for one in own if one.asked.language == language]
            notes = tuple(findings(spoken)[:_EXAMPLES]) if half in _LISTED else ()
            yield Row(f"{half}-{language}", figures(spoken, work.seed), notes)
        yield Row(f"{half}-all", figures(own, work.seed))


def _ask(work: Workplace, language: str, questions: Sequence[Asked]) -> Iterator[Verdict]:
    corpus = work.data / f"sample-{language}"
    gold, sources = load(corpus), sources_folder(corpus)
    drafted = work.draft(sources, language, name=gold.name)
    passages = locate(gold, drafted.documents)
    study = Study.create(work.scratch / gold.name, language=language, sources=sources)
    study.index()
    with Index.open(study.folder.root, study.settings.search) as index:
        # The first search loads the encoder, which in a chat has long been loaded.
        index.search("warm", 1)
        ask = partial(answer, search=index.search, language=drafted.journey.language, encode=index.vectors)
        for asked in questions:
            start = perf_counter()
            given = ask(asked.question, drafted.journey)
            yield judge(asked, given, passages, round(perf_counter() - start, 3))


TASK: Final = Task(
    name="questions",
    title="Questions to the chat",
    about="Questions about the two sample studies and the guide, half English, half Spanish, three in ten without any "
    "answer there, answered by the local engine. `found`: rightly answered or rightly refused; `answered` and "
    "`refused`: of those with and without an answer; `right`: of the answered ones, those that point at a right "
    "place; `places`: of all places they point at, the right ones. Questions and answers have one author, and nothing "
    "was tuned on `held_back`.",
    run=run,
)
