"""The conversations of `evals/summaries`: invented, labelled line by line.

Nothing here knows how an engine sums up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, get_args

from journeyai.errors import SourceError
from journeyai.model.source import Document, Utterance
from journeyai.model.summary import Outcome
from journeyai.model.vocabulary import KINDS, Kind, Role
from journeyai.sources.building import Passage, join_passages

HALVES: Final = ("development", "held_back")
LANGUAGES: Final = ("en", "es")

#: Letter before a line → who says it, and whether it is an internal note.
SPEAKERS: Final[dict[str, tuple[Role, bool]]] = {
    "c": ("customer", False),
    "a": ("agent", False),
    "r": ("researcher", False),
    "s": ("system", False),
    "n": ("agent", True),
}
#: Kinds written in one go: their lines are sentences of one turn.
_ONE_TURN: Final[frozenset[Kind]] = frozenset({"review", "survey"})
_KEYS: Final = {"id", "language", "kind", "said", "outcome", "issue", "pains", "promises", "end"}
_README: Final = "evals/summaries/README.md says their form."


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation and what a summary of it must say.

    Attributes:
        id: its name in both halves.
        language: ISO 639-1.
        kind: of material.
        said: letter of `SPEAKERS` and words, a line each; lines are numbered from 1.
        outcome: how it ended.
        issue: lines any of which states the matter.
        pains: lines in which something went badly for the customer.
        promises: lines in which their speaker's side commits itself to a deed to come.
        end: sign of what the customer feels last: −1, 0 or 1.
    """

    id: str
    language: str
    kind: Kind
    said: tuple[tuple[str, str], ...]
    outcome: Outcome
    issue: tuple[int, ...]
    pains: tuple[int, ...]
    promises: tuple[int, ...]
    end: int

    def lines_of(self, letters: str) -> tuple[int, ...]:
        """Return the numbers of the lines that one of *letters* says."""
        return tuple(number for number, (who, _) in enumerate(self.said, 1) if who in letters)


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read one half.

    Raises:
        SourceError: it cannot be read, or something in it is no labelled conversation.
    """
    import yaml

    try:
        told = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError(f"The conversations `{path}` cannot be read: {error}.") from None
    if not isinstance(told, list):
        raise SourceError(f"`{path}` is no list of conversations.", _README)
    cases = []
    for number, one in enumerate(told, 1):
        try:
            cases.append(_case(one))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"`{path}`, conversation {number}: {error}.", _README) from None
    return tuple(cases)


def _case(told: Mapping[str, Any]) -> Case:
    if not isinstance(told, Mapping) or set(told) != _KEYS:
        raise ValueError(f"its keys must be {', '.join(sorted(_KEYS))}")
    said = tuple((str(who), str(words)) for line in told["said"] for who, words in line.items())
    case = Case(
        id=str(told["id"]),
        language=str(told["language"]),
        kind=told["kind"],
        said=said,
        outcome=told["outcome"],
        issue=tuple(told["issue"]),
        pains=tuple(told["pains"]),
        promises=tuple(told["promises"]),
        end=told["end"],
    )
    for wrong in _faults(case):
        raise ValueError(wrong)
    return case


def _faults(case: Case) -> Iterator[str]:
    """Yield what is wrong with the labels, a clause each."""
    if case.language not in LANGUAGES:
        yield f"`{case.language}` is no language of these"
    if case.kind not in KINDS:
        yield f"`{case.kind}` is no kind"
    if case.outcome not in get_args(Outcome):
        yield f"`{case.outcome}` is no outcome"
    if case.end not in (-1, 0, 1):
        yield "`end` is -1, 0 or 1"
    if unknown := {who for who, _ in case.said} - set(SPEAKERS):
        yield f"nobody is `{sorted(unknown)[0]}`"
    customers = case.lines_of("cr" if case.kind == "note" else "c")
    for name, lines, allowed in (
        ("issue", case.issue, customers),
        ("pains", case.pains, customers),
        ("promises", case.promises, case.lines_of("ca")),
    ):
        if wrong := set(lines) - set(allowed):
            yield f"`{name}` names line {min(wrong)}, which is not of those who can say it"
    if not case.issue:
        yield "`issue` names no line"


def document_of(case: Case) -> Document:
    """Return the conversation as a loader would give it, a line each of its canonical text."""
    told = [(*SPEAKERS[who], words) for who, words in case.said]
    if case.kind in _ONE_TURN:
        runs = groupby(told, key=lambda line: line[:2])
        told = [(*who, "\n".join(words for *_, words in lines)) for who, lines in runs]
    passages = [
        Passage(words, role, private=private, person=f"{case.id}|customer" if role == "customer" else None)
        for role, private, words in told
    ]
    return join_passages(source=f"{case.id}.txt", record=None, kind=case.kind, passages=passages)


def lines_of(utterance: Utterance, document: Document) -> frozenset[int]:
    """Return the numbers of the lines that *utterance* stands in."""
    first = document.text.count("\n", 0, utterance.start) + 1
    return frozenset(range(first, first + utterance.text.count("\n") + 1))
