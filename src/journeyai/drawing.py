"""What a draft of a study begins with and ends in: its frame and order before, the map that is kept after."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from journeyai.drafting.frame import frame_of_map, make_frame
from journeyai.drafting.pipeline import Order
from journeyai.drafting.redraft import Merge, merge
from journeyai.engines.engine import Frame
from journeyai.errors import SettingsError
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap, Scope
from journeyai.model.source import Document
from journeyai.operations.decisions import Decisions, decisions_of
from journeyai.operations.history import MAIN
from journeyai.settings import ScopeSettings, StudySettings
from journeyai.study.map_history import MapHistory, MapMovedError


def check_drawable(record: MapHistory, state: Literal["current", "future"]) -> None:
    """Refuse to draw the journey as it is over a map of how it should be.

    Args:
        record: the map that stands.
        state: of the journey that is to be drawn.

    Raises:
        SettingsError: what the sources say of today would be mixed into a wish.
    """
    if not record.has_map or state == "future" or record.journey.scope.state != "future":
        return
    say, branch = talk("history", record.journey.language).say, record.history.branch
    hint = say("draft_future_main") if branch == MAIN else say("draft_future_hint", main=MAIN)
    raise SettingsError(say("draft_future", branch=branch), hint)


def frame_for(
    settings: StudySettings,
    documents: Sequence[Document],
    record: MapHistory,
    template: str | None,
    stages: Sequence[str],
    templates: Path | None = None,
) -> Frame:
    """Return what is drawn on: the map's own stages once a person has changed them.

    Args:
        settings: of the study.
        documents: everything that was said.
        record: the map that stands, and what was done to it.
        template: a method's id, if the person names one now.
        stages: the person's own stages, if they name some now.
        templates: the folder of the study's own methods.

    Raises:
        SettingsError: there is no such template, or the stages do not fit.
    """
    language = language_of(settings, documents)
    decided = decisions_of(record.history.line())
    if decided.stages and record.has_map and template is None and not stages:
        method = load_template(record.journey.template, templates)
        return frame_of_map(record.journey, method, language, documents, decided.joined)
    own = stages or (settings.stages if template in (None, settings.template) else ())
    return make_frame(load_template(template or settings.template, templates), language, own, documents)


def language_of(settings: StudySettings, documents: Iterable[Document]) -> str:
    """Return the map's language: the setting, or the one most utterances are in; *documents* are looked at singly."""
    if settings.language != "auto":
        return settings.language
    counts = Counter(document.language for document in documents for _ in document.utterances)
    return max(("en", "es"), key=lambda code: counts[code])


def order_for(
    settings: StudySettings,
    name: str,
    frame: Frame,
    record: MapHistory,
    personas: int | None,
    stability: int,
    version: str,
) -> Order:
    """Return what is to be drawn: what the settings say, but for what a person has changed on the map.

    Args:
        settings: of the study.
        name: of the study's folder: the title of a map without one.
        frame: what is drawn on.
        record: the map that stands, and what was done to it.
        personas: at most so many; None for what the settings say.
        stability: how often all is read again.
        version: JourneyAI's.
    """
    decided = decisions_of(record.history.line())
    old = record.journey if record.has_map else None
    return Order(
        title=old.title if old and decided.title else settings.title or name,
        goal=old.goal if old and decided.goal else settings.goal,
        scope=_scope(settings.scope, old, decided),
        frame=frame,
        most_personas=settings.personas if personas is None else personas,
        version=version,
        at=datetime.now(UTC).replace(microsecond=0).isoformat(),
        stability=stability,
    )


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


def _scope(settings: ScopeSettings, old: JourneyMap | None, decided: Decisions) -> Scope:
    scope = Scope(start=settings.start, end=settings.end, state=settings.state, focus=settings.focus)
    kept = decided.scope if old else frozenset()
    return scope.model_copy(update={name: getattr(old.scope, name) for name in kept} if old else {})
