"""The requests of `evals/edits`: what people ask of a map in free words, and the changes they mean.

A request may have several right readings (`ways`); which of them is written first means nothing.  Nothing here knows
how an engine reads.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from pydantic import ValidationError

from journeyai.errors import SourceError
from journeyai.model.changes import (
    CHANGE_KINDS,
    CHANGES,
    LABELS,
    SCOPE_STATES,
    TEXT_LETTERS,
    Change,
    Needs,
    Part,
)
from journeyai.model.journey import JourneyMap

HALVES: Final = ("development", "held_back")
LANGUAGES: Final = ("en", "es")
#: Requests that were written later, about grades, progress and future states → whether what goes wrong is listed.
LATER: Final[Mapping[str, bool]] = MappingProxyType({"opportunities": True, "opportunities-untuned": False})
LEVELS: Final = (1, 2, 3)

#: What must come of a request: changes; a question back; nothing, because it cannot be done or is not wanted; nothing,
#: because it asks something.
Expect = Literal["changes", "ask", "refuse", "question"]
EXPECTED: Final[tuple[Expect, ...]] = get_args(Expect)

Way = tuple[Change, ...]

_KEYS: Final = {"id", "language", "map", "level", "request", "last", "expect", "changes", "note"}
_README: Final = "evals/edits/README.md says their form."


@dataclass(frozen=True, slots=True)
class Case:
    """One request.

    Attributes:
        id: its name in both halves, `r001` …
        language: of the request, ISO 639-1.
        journey: language of the map that is spoken of, which names it.
        level: 1 plain, with ids; 2 names and titles, two things at once; 3 roundabout.
        request: as a person typed it.
        last: ids of the cards shown before, in order; mostly none.
        expect: what must come of it.
        ways: right readings, each a list of changes; none unless changes are expected.
        note: why, for whoever reads the file.
    """

    id: str
    language: str
    journey: str
    level: int
    request: str
    last: tuple[str, ...]
    expect: Expect
    ways: tuple[Way, ...]
    note: str


def load_maps(folder: Path) -> Mapping[str, JourneyMap]:
    """Return the frozen maps, by language.

    Args:
        folder: `evals/edits`, or one of the same form.

    Raises:
        SourceError: one cannot be read.
    """
    found = {}
    for language in LANGUAGES:
        path = folder / "maps" / f"{language}.json"
        try:
            found[language] = JourneyMap.from_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise SourceError(f"The map `{path}` cannot be read: {error}.") from None
    return MappingProxyType(found)


def load_cases(path: Path, maps: Mapping[str, JourneyMap]) -> tuple[Case, ...]:
    """Read one half.

    Args:
        path: a file with a request a line.
        maps: as `load_maps` gives them.

    Raises:
        SourceError: it cannot be read, or a line is no request, or expects what its map does not have.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"The requests `{path}` cannot be read: {error}.") from None
    cases = []
    for number, line in enumerate(lines, 1):
        try:
            case = _case(json.loads(line), maps)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"`{path}`, line {number} is no request: {error}.", _README) from None
        if wrong := faults(case, maps[case.journey]):
            raise SourceError(f"`{path}`, line {number}: {wrong[0]}", _README)
        cases.append(case)
    return tuple(cases)


def _case(told: Mapping[str, Any], maps: Mapping[str, JourneyMap]) -> Case:
    if not _KEYS <= set(told) <= _KEYS | {"or"}:
        raise ValueError(f"its keys are {', '.join(sorted(told))}")
    ways = [told["changes"], *told.get("or", ())]
    for key, known in (
        ("language", LANGUAGES),
        ("map", tuple(maps)),
        ("level", LEVELS),
        ("expect", EXPECTED),
    ):
        if told[key] not in known:
            raise ValueError(f"`{key}` is {told[key]!r}")
    if not told["request"].strip():
        raise ValueError("it has no words")
    return Case(
        id=told["id"],
        language=told["language"],
        journey=told["map"],
        level=told["level"],
        request=told["request"],
        last=tuple(told["last"]),
        expect=told["expect"],
        ways=tuple(tuple(map(_change, way)) for way in ways if way),
        note=told["note"],
    )


def _change(told: Mapping[str, Any]) -> Change:
    if told["kind"] not in CHANGE_KINDS:
        raise ValueError(f"`{told['kind']}` is no kind of change")
    return Change(told["kind"], tuple(told["targets"]), told["to"], told["text"])


def faults(case: Case, journey: JourneyMap) -> list[str]:
    """Return what cannot be meant by *case*, spoken of *journey*: unknown ids, a change without what it needs."""
    known = _ids(journey)
    found = [f"`{id_}` was shown, but is no card." for id_ in case.last if id_ not in known["card"]]
    if (case.expect == "changes") != bool(case.ways):
        found.append(f"`{case.expect}` is expected, with {len(case.ways)} readings.")
    for change in (change for way in case.ways for change in way):
        found += [f"{spell([change])}: {why}" for why in _faults(change, CHANGES[change.kind], known)]
    return found


def _ids(journey: JourneyMap) -> Mapping[Part, frozenset[str]]:
    return {
        "stage": frozenset(one.id for one in journey.stages),
        "card": frozenset(one.id for one in journey.cards),
        "persona": frozenset(one.id for one in journey.personas),
        "evidence": frozenset(one.id for one in journey.evidence),
    }


def _faults(change: Change, needs: Needs, known: Mapping[Part, frozenset[str]]) -> list[str]:
    found = []
    first = [one for one in change.targets if needs.targets and one in known[needs.targets]]
    more = [one for one in change.targets if needs.more and one in known[needs.more]]
    if [*first, *more] != list(change.targets):
        found.append("a target is unknown or out of order.")
    if needs.targets and not needs.least <= len(first) <= needs.most:
        found.append(f"it has {len(first)} targets.")
    if len(more) < needs.least_more:
        found.append("it lacks evidence.")
    if needs.to is None or change.to is None:
        right = change.to is None and (needs.to is None or not needs.needs_to)
    elif needs.to == "target":
        right = change.to in first
    else:
        parts: dict[str, Part] = {"stage": "stage", "place": "stage", "persona": "persona"}
        ids = known[parts[needs.to]] if needs.to in parts else frozenset()
        right = change.to in ids or change.to in LABELS.get(needs.to, ())
    if not right:
        found.append(f"`to` is {change.to!r}.")
    text = change.text
    if (
        (needs.text == "none" and text is not None)
        or (needs.text == "needed" and not text)
        or (needs.text == "may_be_empty" and text is None)
        or (text is not None and len(text) > TEXT_LETTERS)
        or (change.to == "state" and needs.to == "scope" and text not in SCOPE_STATES)
    ):
        found.append(f"`text` is {text!r}.")
    return found


def spell(changes: Sequence[Change]) -> str:
    """Return *changes* in one line: `merge_cards c3 c7 → c3; lock c3`."""
    return "; ".join(
        " ".join([change.kind, *change.targets])
        + ("" if change.to is None else f" → {change.to}")
        + ("" if change.text is None else f" “{change.text}”")
        for change in changes
    )
