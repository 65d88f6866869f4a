"""The words behind a command that changes the map, read against the map.  Nothing is guessed.

An unknown id or name is an error that names it.  Names of several words need no quotation marks where they are those
of a stage or persona; titles of cards do.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from journeyai.chat.phrasing import call
from journeyai.errors import SettingsError
from journeyai.export.plain import visible
from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import talk
from journeyai.knowledge.words import words
from journeyai.model.changes import LABELS, Destination, Part
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.vocabulary import CRITERIA, EMOTIONS, HEADWAYS, JUDGEMENTS, LANES

_TOKEN: Final = re.compile(r"\"([^\"]*)\"|“([^”]*)”|«([^»]*)»|([^\s,;]+)")
_AND: Final = frozenset({"and", "y", "e", "with", "con", "&", "+"})
_TO: Final = frozenset({
    "to", "into", "in", "as", "a", "al", "en", "la", "the", "hacia", "por", "como", "after", "tras", "despues", "de",
    "del", "of", "at", "->", "→", "=", ":", "named", "called", "titled", "llamada", "llamado", "etapa", "stage",
    "persona", "perfil",
})  # fmt: skip
_PLACES: Final = {
    "start": "start", "beginning": "start", "first": "start", "principio": "start", "inicio": "start",
    "end": "end", "last": "end", "final": "end", "fin": "end",
}  # fmt: skip
_SCOPES: Final = {"inicio": "start", "fin": "end", "estado": "state", "foco": "focus"}
#: Further names of labels, folded.
_ALSO: Final[Mapping[Destination, dict[str, str]]] = {
    "scope": _SCOPES,
    "criterion": {
        "desirability": "desirable", "deseabilidad": "desirable", "viability": "viable", "viabilidad": "viable",
        "feasibility": "feasible", "factibilidad": "feasible",
    },
    "progress": {
        "planificado": "planned", "planeada": "planned", "planeado": "planned", "ongoing": "under_way",
        "in progress": "under_way", "started": "under_way", "en curso": "under_way", "empezada": "under_way",
        "finished": "done", "hecho": "done", "terminada": "done", "terminado": "done", "discarded": "dropped",
        "descartado": "dropped",
    },
}  # fmt: skip
_MORE_GRADES: Final = {
    "bajo": "low", "baja": "low", "medio": "medium", "media": "medium", "alto": "high", "alta": "high",
    "desconocido": "unknown", "desconocida": "unknown", "?": "unknown",
}  # fmt: skip
_ID: Final[Mapping[Part, re.Pattern[str]]] = {
    "card": re.compile(r"c\d+"),
    "evidence": re.compile(r"[es]\d+"),
    "persona": re.compile(r"p\d+"),
}
_RANGE: Final = re.compile(r"(c\d+)(?:-|–|\.\.)(c\d+)")
#: Most words of a stage's or persona's name.
_NAME_WORDS: Final = 10
#: Up to so many words that are left are taken for the name that is not known; of more, the first.
_FEW_WORDS: Final = 3
#: How alike, of 100, a mistyped name and the one that is suggested must be.
_ALIKE: Final = 60


class Arguments:
    """The words, taken from the front one after the other."""

    def __init__(self, typed: str, journey: JourneyMap, found: Mapping[str, Evidence]) -> None:
        self._typed = typed
        self._journey = journey
        self._talk = talk("chat", journey.language)
        self._tokens = list(_TOKEN.finditer(typed))
        self._at = 0
        self._names: dict[Part, dict[str, str]] = {
            "card": {fold(item.id): item.id for item in journey.cards},
            "stage": _named((item.id, item.name) for item in journey.stages),
            "persona": _named((item.id, item.name) for item in journey.personas),
            "evidence": {fold(item.id): item.id for item in journey.evidence}
            | {fold(name): name for name in found},
        }
        titles = [fold(card.title) for card in journey.cards]
        self._titles = {
            fold(card.title): card.id for card in journey.cards if titles.count(fold(card.title)) == 1
        }

    def is_next(self, part: Part) -> bool:
        """Whether what comes next is called so by the map."""
        return self._match(part)[0] != []

    def things(self, part: Part) -> list[str]:
        """Take ids or names of *part* as long as there are any; each once.

        Raises:
            SettingsError: something looks like such an id, and the map has none.
        """
        taken: list[str] = []
        while True:
            start = self._at
            self._skip(_AND)
            ids, length = self._match(part)
            if not ids:
                self._refuse_unknown(part)
                self._at = start
                return list(dict.fromkeys(taken))
            taken += ids
            self._at += length

    def thing(self, part: Part) -> str | None:
        """Take one id or name of *part*, which words like "to" or "into" may stand before; None if there is none."""
        start = self._at
        self._skip(_TO)
        ids, length = self._match(part)
        if len(ids) == 1:
            self._at += length
            return ids[0]
        self._refuse_unknown(part)
        self._at = start
        return None

    def label(self, sort: Destination) -> str | None:
        """Take a label of *sort* (a lane, an emotion …), by its id or its name in either language."""
        return self._known(_labels(sort))

    def _known(self, known: Mapping[str, str]) -> str | None:
        """Take what is a key of *known*."""
        start = self._at
        # First without passing over anything: `en marcha` begins with such a small word.
        for skip in (frozenset[str](), _TO):
            self._skip(skip)
            for length in range(3, 0, -1):
                value = known.get(self._phrase(length))
                if value is not None:
                    self._at += length
                    return value
        self._at = start
        return None

    def grade(self) -> str | None:
        """Take a grade (low, medium …), by its id or its name in either language."""
        return self._known(_grades())

    def place(self) -> str | None:
        """Take a place in the journey: the stage right before it, `start` or `end`."""
        start = self._at
        self._skip(_TO)
        value = _PLACES.get(self._phrase(1))
        if value and not self.is_next("stage"):
            self._at += 1
            return value
        self._at = start
        return self.thing("stage")

    def rest(self, skip: bool = False) -> str:
        """Take all that is left, as it was typed, without quotation marks around the whole.

        Args:
            skip: pass over words like "to" or "as" before it.
        """
        if skip:
            self._skip(_TO)
        if self._at >= len(self._tokens):
            return ""
        token = self._tokens[self._at]
        last = self._at == len(self._tokens) - 1
        text = _word(token) if last else self._typed[token.start() :]
        self._at = len(self._tokens)
        return text.strip()

    def left(self) -> str:
        """Return what was not taken."""
        return self._typed[self._tokens[self._at].start() :] if self._at < len(self._tokens) else ""

    def missing(self, part: Part) -> SettingsError:
        """Return the error that what comes next is no *part* of the map."""
        self._skip(_TO)
        words = self._tokens[self._at : self._at + _NAME_WORDS]
        name = " ".join(map(_word, words if len(words) <= _FEW_WORDS else words[:1]))
        names = self._names[part]
        found = process.extractOne(fold(name), names.keys(), scorer=fuzz.WRatio, score_cutoff=_ALIKE)
        near = self._talk.say("near", name=call(self._journey, part, names[found[0]])) if found else ""
        return SettingsError(self._talk.say(f"no_such_{part}", name=visible(name)), near)

    # Inside

    def _match(self, part: Part) -> tuple[list[str], int]:
        """Return the ids that come next, and how many words they take."""
        if self._at >= len(self._tokens):
            return [], 0
        names = self._names[part]
        word = self._phrase(1)
        if part == "card" and (span := _RANGE.fullmatch(word)):
            return self._range(*span.groups()), 1
        if part == "card" and word in self._titles:
            return [self._titles[word]], 1
        for length in range(_NAME_WORDS if part in {"stage", "persona"} else 1, 0, -1):
            if (found := names.get(self._phrase(length))) is not None:
                return [found], length
        return [], 0

    def _range(self, first: str, last: str) -> list[str]:
        ends = [int(first[1:]), int(last[1:])]
        return [card.id for card in self._journey.cards if _number(card.id) in range(ends[0], ends[1] + 1)]

    def _phrase(self, length: int) -> str:
        tokens = self._tokens[self._at : self._at + length]
        return fold(" ".join(map(_word, tokens)).strip()) if len(tokens) == length else ""

    def _skip(self, these: frozenset[str]) -> None:
        """Pass over small words; not over one with which a stage's own name begins."""
        while self._at < len(self._tokens) and self._phrase(1) in these:
            if self._match("stage")[0] or self._match("persona")[0]:
                return
            self._at += 1

    def _refuse_unknown(self, part: Part) -> None:
        pattern = _ID.get(part)
        word = self._phrase(1)
        if pattern and pattern.fullmatch(word):
            raise SettingsError(self._talk.say(f"no_such_{part}", name=word))


def last_connector(typed: str, connectors: Sequence[str]) -> tuple[str, str]:
    """Return what stands before and after the last of *connectors* (whole words); all of it and nothing if none is."""
    pattern = r"(?i)(?:^|\s)(?:" + "|".join(re.escape(word) for word in connectors) + r")(?=\s)"
    found = list(re.finditer(pattern, typed))
    return (typed[: found[-1].start()], typed[found[-1].end() :]) if found else (typed, "")


def _labels(sort: Destination) -> dict[str, str]:
    """Return every name of every label of *sort*, folded."""
    known = {fold(label.replace("_", " ")): label for label in LABELS[sort]} | {
        fold(label): label for label in LABELS[sort]
    }
    for language in ("en", "es"):
        text = words(language)
        if sort == "lane":
            known |= {fold(text.lane(lane, n)): lane for lane in LANES for n in (1, 2)}
        if sort == "emotion":
            known |= {fold(text.emotion(emotion)): emotion for emotion in EMOTIONS}
        if sort == "criterion":
            known |= {fold(text.criterion(name)): name for name in CRITERIA}
        if sort == "progress":
            known |= {fold(text.progress(name)): name for name in HEADWAYS}
    return known | _ALSO.get(sort, {})


def _grades() -> dict[str, str]:
    """Return every name of every grade, folded."""
    known: dict[str, str] = {grade: grade for grade in JUDGEMENTS} | _MORE_GRADES
    for language in ("en", "es"):
        known |= {fold(words(language).grade(grade)): grade for grade in JUDGEMENTS}
    return known


def grades_there(language: str) -> list[str]:
    """Return the grades as people say them in *language*; each can be typed so."""
    return [words(language).grade(grade) for grade in JUDGEMENTS]


def labels_there(sort: Destination, language: str) -> list[str]:
    """Return the labels of *sort* as people say them in *language*; each can be typed so. None for a stage and such."""
    text = words(language)
    if sort == "lane":
        return [text.lane(lane, 1) for lane in LANES]
    if sort == "emotion":
        return [text.emotion(emotion) for emotion in EMOTIONS]
    if sort == "criterion":
        return [text.criterion(name) for name in CRITERIA]
    if sort == "progress":
        return [text.progress(name) for name in HEADWAYS]
    if sort == "scope" and language == "es":
        return list(_SCOPES)
    return list(LABELS.get(sort, ()))


def _named(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return id and name, folded, → id; a name that two things have is nobody's."""
    listed = list(pairs)
    names = [fold(name.strip()) for _, name in listed]
    by_name = {fold(name.strip()): id_ for id_, name in listed if names.count(fold(name.strip())) == 1}
    by_name.pop("", None)
    return by_name | {fold(id_): id_ for id_, _ in listed}


def _word(token: re.Match[str]) -> str:
    return next((group for group in token.groups() if group is not None), "")


def _number(id_: str) -> int:
    return int(id_[1:]) if id_[1:].isdecimal() else -1
