"""Changes put on a map: all of a list, or none.

To add a kind: a line in the table of the module whose parts it changes, and what it can be refused for in
`knowledge/talk/refusals.yaml`.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import JourneyMap
from journeyai.operations.bench import Bench, NoEffectError
from journeyai.operations.cards import CARD_CHANGES
from journeyai.operations.checking import checked
from journeyai.operations.ground import Ground
from journeyai.operations.heading import HEADING_CHANGES
from journeyai.operations.opportunities import OPPORTUNITY_CHANGES
from journeyai.operations.personas import PERSONA_CHANGES
from journeyai.operations.quotes import QUOTE_CHANGES
from journeyai.operations.stages import STAGE_CHANGES

#: Kind → what does it.  Each raises RefusedError before it has changed anything.
_DOES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {
        **STAGE_CHANGES,
        **CARD_CHANGES,
        **OPPORTUNITY_CHANGES,
        **QUOTE_CHANGES,
        **PERSONA_CHANGES,
        **HEADING_CHANGES,
    }
)


def apply(journey: JourneyMap, changes: Sequence[Change], ground: Ground) -> JourneyMap:
    """Return *journey* after *changes*, one after the other.

    What they touch is counted anew; everything else stays as it is, to the byte.  A change without effect is passed
    over beside others that have one.

    Args:
        journey: the map; it is not changed.
        changes: what is asked for.  A later one may name what an earlier one makes.
        ground: what the sources say.

    Raises:
        RefusedError: one of them cannot be made, or all of them together change nothing.
    """
    bench = Bench.of(journey, ground)
    if not changes:
        raise bench.refused("nothing_asked")
    idle: list[NoEffectError] = []
    for change in changes:
        try:
            sound = checked(bench, change)
            _DOES[sound.kind](bench, sound)
        except NoEffectError as error:
            idle.append(error)
    if len(idle) == len(changes):
        raise idle[0]
    after = bench.map()
    if after == journey:
        raise bench.refused("no_effect")
    return after
