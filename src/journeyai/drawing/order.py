"""What a draft of a study begins with: the documents, the frame that they are sorted into, and the order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from journeyai.drafting.frame import frame_of_map, make_frame
from journeyai.drafting.pipeline import Order
from journeyai.engines.engine import Frame
from journeyai.errors import SettingsError, SourceError
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import load_template
from journeyai.model.aliases import StepProgress
from journeyai.model.journey import JourneyMap, Scope
from journeyai.model.source import Document
from journeyai.operations.decisions import Decisions, decisions_of
from journeyai.operations.history import MAIN
from journeyai.retrieval.index import Index
from journeyai.settings import ScopeSettings, StudySettings
from journeyai.sources.duplicates import with_duplicates
from journeyai.study.folder import StudyFolder
from journeyai.study.indexing import index_sources, open_index
from journeyai.study.map_history import MapHistory


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


def documents_to_draw(folder: StudyFolder, index: Index) -> list[Document]:
    """Return what is drawn from: all that *index* holds, near-duplicates marked.

    Raises:
        SourceError: nobody says anything in it.
    """
    documents = with_duplicates(index.documents())
    if not any(document.utterances for document in documents):
        raise _nothing(folder)
    return documents


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
    method = load_template(template or settings.template, templates)
    own = stages or (settings.stages if template is None or method.id == settings.template else ())
    return make_frame(method, language, own, documents)


def frame_now(
    folder: StudyFolder, template: str | None, language: str | None, progress: StepProgress
) -> Frame:
    """Return what a draft would be drawn on now; what changed is indexed first if it depends on what the sources say.

    Args:
        folder: the study.
        template: a method's id; None for the study's.
        language: of its words; None for the one that a draft has.
        progress: told how far indexing is.

    Raises:
        SettingsError: there is no such template, or the settings do not fit together.
        SourceError: no source could be used.
    """
    settings = folder.settings
    if language is not None:
        settings = settings.model_copy(update={"language": language})
    record = MapHistory(folder)
    drawn = record.journey.template if record.has_map else settings.template
    methods = (load_template(name, folder.templates) for name in (template or settings.template, drawn))
    told = any(method.stages_from_story for method in methods)
    if settings.language != "auto" and not told:
        return frame_for(settings, (), record, template, (), folder.templates)
    with open_index(folder) as index:
        index_sources(folder, index, (), progress)
        if told:
            documents = documents_to_draw(folder, index)
            return frame_for(settings, documents, record, template, (), folder.templates)
        # Of the sources their language alone counts: one document in memory at a time.
        if not any(document.utterances for document in index.documents()):
            raise _nothing(folder)
        language = language_of(settings, index.documents())
        settings = settings.model_copy(update={"language": language})
        return frame_for(settings, (), record, template, (), folder.templates)


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


def _scope(settings: ScopeSettings, old: JourneyMap | None, decided: Decisions) -> Scope:
    scope = Scope(start=settings.start, end=settings.end, state=settings.state, focus=settings.focus)
    kept = decided.scope if old else frozenset()
    return scope.model_copy(update={name: getattr(old.scope, name) for name in kept} if old else {})


def _nothing(folder: StudyFolder) -> SourceError:
    return SourceError(
        f"There is nothing to draw from in `{folder.sources}`.",
        "Put interviews, chats, tickets or reviews there; `journeyai index` says what could not be read.",
    )
