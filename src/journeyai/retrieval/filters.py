"""Which utterances a search may return."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate

from journeyai.model.vocabulary import Kind, Role
from journeyai.retrieval.document_json import pack
from journeyai.retrieval.encoders import clean


@dataclass(frozen=True, slots=True)
class Filters:
    """Every field that is set must fit.

    Attributes:
        source: a path inside `sources/`, or a pattern such as `chats/*`.
        kind: what sort of material it stands in.
        speaker: the speaker's name, in any case.
        role: who the speaker is to the study.
        language: ISO 639-1 code of the utterance.
        stage: id of the stage of the map that the utterance stands in.
    """

    source: str | None = None
    kind: Kind | None = None
    speaker: str | None = None
    role: Role | None = None
    language: str | None = None
    stage: str | None = None

    def __bool__(self) -> bool:
        return self != Filters()


def fold_speaker(name: str) -> str:
    """Return *name* as speakers are compared."""
    return clean(name).strip().casefold()


def matching_sources(pattern: str, sources: Iterable[str]) -> list[str]:
    """Return those of *sources* that *pattern* names: the path itself, else all that the pattern fits."""
    sources = list(sources)
    if pattern in sources:
        return [pattern]
    fits = re.compile(translate(pattern)).match
    return [source for source in sources if fits(source)]


def conditions(filters: Filters, sources: Iterable[str]) -> tuple[str, list[object]]:
    """Return *filters* as SQL over `utterances u`, `documents d` and `files f`, with its values.

    Args:
        filters: what must fit.
        sources: every source there is.
    """
    terms = ["1"]
    values: list[object] = []
    if filters.source is not None:
        names = matching_sources(filters.source, sources)
        # Not bound one by one: there may be more files than SQLite has variables.
        listed = ", ".join(f"x'{pack(name).hex()}'" for name in names)
        terms.append(f"f.source IN ({listed})")
    columns = {
        "d.kind": filters.kind,
        "u.speaker": None if filters.speaker is None else fold_speaker(filters.speaker),
        "u.role": filters.role,
        "u.language": filters.language,
        "u.stage": filters.stage,
    }
    for column, value in columns.items():
        if value is not None:
            terms.append(f"{column} = ?")
            values.append(clean(value))
    return " AND ".join(terms), values
