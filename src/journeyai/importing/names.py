"""What teams call the parts of a map: lanes, stages and columns, in English and Spanish, forgiving of spelling."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, cast, get_args

from journeyai.knowledge.letters import fold
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.knowledge.templates import Template
from journeyai.knowledge.words import words
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import EMOTIONS, LANES, Emotion, Lane

#: How alike, of 100, two names are that differ by a slip of the keyboard.
_ALIKE: Final = 86
#: Names shorter than this are not forgiven a slip: `use` is not `user`.
_LEAST_LETTERS: Final = 5
_LANGUAGES: Final = ("en", "es")
#: What stands before a name: a number, or the word for what it is.
_BEFORE: Final = re.compile(
    r"^(?:(?:stage|phase|step|etapa|fase|paso)\s*(?:\d+|[ivx]+)?\s*[:.)–—-]+\s*"
    r"|(?:stage|phase|step|etapa|fase|paso)\s+(?:\d+|[ivx]+)\s+"
    r"|\d+\s*[:.)–—-]*\s*)"
)
_SIGNS: Final = re.compile(r"[^\w\s'&/-]+|_")

Column = Literal["stage", "lane", "text", "persona", "score", "detail"]
_COLUMNS: Final[tuple[Column, ...]] = get_args(Column)


def shown(text: str) -> str:
    """Return a stage's name as it is shown: without the number, or the word, that stands before it."""
    found = _BEFORE.match(text.lower()) if len(text.lower()) == len(text) else None
    return text[found.end() :].strip() or text if found else text


def bare(text: str) -> str:
    """Return a name as names are compared: folded, without signs, emojis, numbers and words such as `Stage 2:`."""
    plain = _SIGNS.sub(" ", _BEFORE.sub("", fold(text).strip(" *_#:")))
    return " ".join(plain.replace("/", " ").replace("-", " ").split())


def lane_named(text: str) -> Lane | None:
    """Return the lane that *text* names; None if it names none."""
    found = _match(bare(text), _lane_names())
    return cast("Lane", found) if found else None


def is_feelings(text: str) -> bool:
    """Whether *text* names a row that says how stages feel."""
    return _match(bare(text), _feeling_names()) is not None


def emotion_named(text: str) -> Emotion | None:
    """Return the emotion that *text* names, and nothing but an emotion; None if it names none."""
    return cast("Emotion | None", _emotion_names().get(bare(text)))


def column_named(text: str) -> Column | None:
    """Return what a column called *text* holds; None if it is none of ours."""
    return cast("Column | None", _column_names().get(bare(text)))


def is_persona(text: str) -> str | None:
    """Return the name behind a heading such as `Persona: Ana`; None if it is no such heading."""
    told = re.match(
        r"\W*(?:persona|perfil|profile)s?\b\s*(?:\d+\s*)?[:–—-]?\s*(.*)$", text.strip(), re.IGNORECASE
    )
    return told.group(1).strip(" *_#:") if told else None


def is_goal(text: str) -> bool:
    """Whether *text* says that the map's goal follows."""
    return bare(text) in _workshop()["goal"]


@dataclass(frozen=True, slots=True)
class StageNames:
    """The stages that names of a file can be of.

    Attributes:
        names: folded name → id of the stage.
    """

    names: Mapping[str, str]

    @classmethod
    def of_template(cls, template: Template) -> "StageNames":
        """Return the names of the stages of *template*, and what teams call stages of the same id."""
        return cls(_joined((stage.id, (stage.id, *stage.names.values())) for stage in template.stages))

    @classmethod
    def of_map(cls, journey: JourneyMap, template: Template | None) -> "StageNames":
        """Return the names of the stages of *journey*, and of those of its template in either language."""
        told = {stage.id: stage.names.values() for stage in template.stages} if template else {}
        own = {bare(stage.name): stage.id for stage in journey.stages}
        more = _joined((stage.id, (stage.id, *told.get(stage.id, ()))) for stage in journey.stages)
        return cls({**more, **own})

    def find(self, text: str) -> str | None:
        """Return the id of the stage that *text* names; None if it names none."""
        return _match(bare(text), self.names)


def looks_like_stage(text: str) -> bool:
    """Whether teams call a stage so, in whatever method."""
    known = {bare(word): id_ for id_, listed in _workshop()["stages"].items() for word in listed}
    return _match(bare(text), known) is not None or bool(
        re.match(r"\W*(?:stage|phase|step|etapa|fase|paso)\s*\d", fold(text))
    )


def faces() -> Mapping[str, int]:
    """Return emoji → the feeling that it says, −2 … 2."""
    return _faces()


def _joined(stages: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Return folded name → id; what a stage is called by its method counts before what teams call others."""
    own = [(id_, tuple(names)) for id_, names in stages]
    found = {bare(name): id_ for id_, names in own for name in names}
    for id_, _ in own:
        for name in _workshop()["stages"].get(id_, ()):
            found.setdefault(bare(name), id_)
    return found


def _match(name: str, names: Mapping[str, str]) -> str | None:
    if name in names:
        return names[name]
    if len(name) < _LEAST_LETTERS:
        return None
    from rapidfuzz import fuzz, process

    best = process.extractOne(
        name, [known for known in names if known], scorer=fuzz.ratio, score_cutoff=_ALIKE
    )
    return names[best[0]] if best else None


@cache
def _workshop() -> dict[str, Any]:
    return read_taxonomy("workshop")


@cache
def _lane_names() -> dict[str, str]:
    found: dict[str, str] = {}
    requests: Any = read_taxonomy("requests")
    for lane in LANES:
        own = [lane, *(words(code).lane(lane, n) for code in _LANGUAGES for n in (1, 2))]
        for name in (*_workshop()["lanes"][lane], *own):
            found[bare(name)] = lane
    for lane, listed in requests["lanes"].items():
        for name in listed:
            found.setdefault(bare(str(name)), lane)
    return found


@cache
def _feeling_names() -> dict[str, str]:
    return {bare(name): name for name in _workshop()["feelings"]}


@cache
def _emotion_names() -> dict[str, str]:
    requests: Any = read_taxonomy("requests")
    found = {bare(str(name)): emotion for emotion, listed in requests["emotions"].items() for name in listed}
    for emotion in EMOTIONS:
        for code in _LANGUAGES:
            found[bare(words(code).emotion(emotion))] = emotion
    return found


@cache
def _column_names() -> dict[str, str]:
    return {bare(name): column for column in _COLUMNS for name in _workshop()["columns"][column]}


@cache
def _faces() -> dict[str, int]:
    return {face: int(value) for value, listed in _workshop()["faces"].items() for face in listed}
