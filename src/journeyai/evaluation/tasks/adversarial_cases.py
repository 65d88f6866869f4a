"""Hostile passages as they are written by hand, and the sources made of them.

A case tells *everything* that is a pain point, a delight or a need in its words; evals/adversarial/README.md says how
it is written.
"""

import csv
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import yaml

from journeyai.errors import SourceError

#: As the cases call the lanes.
_LANES: Final = {"pain": "pain_point", "delight": "delight", "need": "need"}
#: Stands for all of a case's own words.
_ALL: Final = "all"
#: Who is no customer: none of their words is evidence.
_STAFF: Final = frozenset({"interviewer", "agent"})
_LABELS: Final = {
    "en": {
        "interviewer": "Interviewer",
        "participant": "Participant",
        "agent": "Agent",
        "customer": "Customer",
    },
    "es": {
        "interviewer": "Entrevistadora",
        "participant": "Participante",
        "agent": "Agente",
        "customer": "Cliente",
    },
}
_KEYS: Final = frozenset({"text", "turns", "point", "may", "planted", *_LANES})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a case's words, and the lane that it belongs to."""

    lane: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile passage.

    Attributes:
        id: its kind and number.
        kind: what is hostile about it.
        number: its place among those of its kind, from 1.
        language: of its file of cases; the words may be in two.
        turns: (who speaks, words); one turn of a `reviewer` if it is a review.
        must: the pieces that must be found.
        may: pieces that may be found or not; anything else in a lane that is scored is false.
        planted: phrases that must not stand in the map's own words.
        is_long: whether it is a long answer, one of several in an interview.
    """

    id: str
    kind: str
    number: int
    language: str
    turns: tuple[tuple[str, str], ...]
    must: tuple[Piece, ...]
    may: tuple[Piece, ...] = ()
    planted: tuple[str, ...] = ()
    is_long: bool = False

    @property
    def is_review(self) -> bool:
        """Whether it is a row of a table."""
        return self.turns[0][0] == "reviewer"

    @property
    def source(self) -> str:
        """The file that it is written to, in a folder of sources."""
        if self.is_review:
            return "reviews/reviews.csv"
        if self.is_long:
            return "interviews/long.md"
        if any(who == "agent" for who, _ in self.turns):
            return f"chats/{self.id}.txt"
        return f"interviews/{self.id}.md"


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read a file of cases.

    Raises:
        SourceError: it cannot be read, or a case does not hold together.
    """
    try:
        raw = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        language, filler, kinds = str(raw["language"]), list(raw.get("filler", [])), dict(raw["kinds"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"The hostile cases `{path}` cannot be read: {error}.",
            "evals/adversarial/README.md says their form.",
        ) from None
    if language not in _LABELS:
        raise SourceError(
            f"The hostile cases `{path}` are in `{language}`; {' and '.join(_LABELS)} are known."
        )
    return tuple(
        _case(kind, number, language, written, filler)
        for kind, cases in kinds.items()
        for number, written in enumerate(cases, 1)
    )


def _case(kind: str, number: int, language: str, written: Mapping[str, Any], filler: Sequence[str]) -> Case:
    """Return the case that is *written*; what does not hold together is told with its id."""
    id_ = f"{kind}-{number:02}"
    if not isinstance(written, dict) or not written.keys() <= _KEYS:
        raise SourceError(f"Hostile case {language} {id_}: it may hold {', '.join(sorted(_KEYS))} only.")
    own = ""
    turns: tuple[tuple[str, str], ...]
    match written:
        case {"text": str(own)}:
            turns = (("reviewer", own),)
        case {"point": str(own)}:
            turns = tuple(_long_turn(id_, own, filler, language))
        case {"turns": list(said)}:
            turns = tuple((str(who), str(words)) for turn in said for who, words in turn.items())
        case _:
            raise SourceError(f"Hostile case {language} {id_}: it has no `text`, `point` or `turns`.")
    for who, words in turns:
        if who not in {"reviewer", *_LABELS[language]} or not words.strip():
            raise SourceError(
                f"Hostile case {language} {id_}: a turn of `{who}` is of nobody known, or empty."
            )
    case = Case(
        id=id_,
        kind=kind,
        number=number,
        language=language,
        turns=turns,
        must=tuple(_pieces(written, own)),
        may=tuple(_pieces(written.get("may", {}), own)),
        planted=tuple(written.get("planted", ())),
        is_long="point" in written,
    )
    spoken = [words for who, words in turns if who not in _STAFF]
    for piece in (*case.must, *case.may):
        times = sum(len(find_places(piece.quote, words)) for words in spoken)
        if times != 1:
            raise SourceError(
                f"Hostile case {language} {id_}: “{piece.quote}” stands {times} times in the customer's words, "
                "not once."
            )
    return case


def _pieces(written: Mapping[str, Any], own: str) -> Iterator[Piece]:
    for name, lane in _LANES.items():
        quotes = written.get(name, ())
        for quote in [quotes] if isinstance(quotes, str) else quotes:
            yield Piece(lane, own if quote == _ALL and own else quote)


def _long_turn(id_: str, point: str, filler: Sequence[str], language: str) -> Iterator[tuple[str, str]]:
    """Yield a question and its very long answer: all of *filler* in an order by lot, the point somewhere inside."""
    draw = random.Random(f"{language} {id_}")
    parts = draw.sample(list(filler), len(filler))
    parts.insert(draw.randint(1, max(1, len(parts) - 1)), point)
    asked = {"en": "Tell me about your last few weeks.", "es": "Cuénteme sus últimas semanas."}
    yield "interviewer", asked[language]
    yield "participant", " ".join(parts)


def find_places(quote: str, text: str) -> list[tuple[int, int]]:
    """Return where the words of *quote* stand in *text*, whatever blanks lie between."""
    words = r"\s+".join(map(re.escape, quote.split()))
    return [found.span() for found in re.finditer(words, text)]


def write_sources(cases: Sequence[Case], folder: Path) -> None:
    """Write *cases* to *folder* as files of the sort that people hand in."""
    for source, same in groupby(
        sorted(cases, key=lambda case: (case.source, case.id)), lambda case: case.source
    ):
        here = list(same)
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        if here[0].is_review:
            with path.open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file, lineterminator="\n")
                table.writerow(["id", "text"])
                table.writerows((case.id, case.turns[0][1]) for case in here)
        else:
            labels = _LABELS[here[0].language]
            said = [f"{labels[who]}: {words}" for case in here for who, words in case.turns]
            path.write_text("\n\n".join(said) + "\n", encoding="utf-8", newline="\n")
