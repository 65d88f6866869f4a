"""What an operation must know of the sources and may not guess: who said it, and how much was said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from journeyai.errors import SettingsError
from journeyai.model.journey import Coverage, Evidence
from journeyai.model.vocabulary import MeasureKind


class RefusedError(SettingsError):
    """A change that cannot be made to this map; the map is as it was."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands behind one quote.

    Attributes:
        person: key of the person it counts for; None for staff, or where the source no longer holds it.
        is_story: whether it is a step of a told story, which has its feeling whatever its lane is.
        rating: what was rated and the value stated, if the quote is a stated measure.
        member: (source, speaker) under which that person can belong to a persona, where it is not simply the file and
            the speaker (else the record) of the quote: behind a researcher's report, the participant it is about.
    """

    person: str | None
    is_story: bool = False
    rating: tuple[MeasureKind, float] | None = None
    member: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The sources, as far as operations need them.

    Attributes:
        remark: quote → what stands behind it.
        coverage: quotes that the map points at → how much of the material that is.
        speakers: (source, speaker) of everybody who can belong to a persona.
        found: places that a search has shown, by the name they were shown under (`s1`): they can be attached.
        next_card: number for the next new card; numbers once given are never given again.
        next_evidence: the same for evidence.
        past_stages: ids that stages of this study have had: no new stage is given one of them.
    """

    remark: Callable[[Evidence], Remark]
    coverage: Callable[[Iterable[Evidence]], Coverage]
    speakers: frozenset[tuple[str, str]] = frozenset()
    found: Mapping[str, Evidence] = field(default_factory=dict)
    next_card: int = 1
    next_evidence: int = 1
    past_stages: frozenset[str] = frozenset()
