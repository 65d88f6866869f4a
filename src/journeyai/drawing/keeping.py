"""The end of a draft: merged into the map as it stands by then, and written as a step of its history."""

from collections.abc import Sequence

from journeyai.drafting.redraft import Merge, merge
from journeyai.drawing.order import check_drawable
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document
from journeyai.operations.decisions import decisions_of
from journeyai.study.map_history import MapHistory, MapMovedError


def keep(
    record: MapHistory, fresh: JourneyMap, documents: Sequence[Document], *, only_new: bool, session: str = ""
) -> tuple[JourneyMap, Merge | None]:
    """Write the draft *fresh*, merged into the map as it stands by now; nothing if only its time would change.

    Returns:
        The map as it now stands, and what was kept of the one before; None if there was none.

    Raises:
        SettingsError: the map that stands is one of how the journey should be.
    """
    while True:
        record.refresh()
        # Somebody may have gone to the future state while the sources were read.
        check_drawable(record, fresh.scope.state)
        old = record.journey if record.has_map else None
        decided = decisions_of(record.history.line())
        given = record.given()
        merged = (
            merge(old, fresh, documents, decisions=decided, keep_all=only_new, given=given) if old else None
        )
        journey = merged.journey if merged else fresh
        if old is not None:
            made_then = journey.made_by.model_copy(update={"at": old.made_by.at})
            if journey.model_copy(update={"made_by": made_then}) == old:
                return old, merged
        try:
            record.add_step("draft", journey, by="journeyai", session=session)
        except MapMovedError:
            # Somebody has changed the map just now: their change is kept, too.
            continue
        return journey, merged
