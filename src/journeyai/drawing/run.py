"""One draft of a study from its sources to its map, or what it would take: index, frame, engine, draft, merge."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from journeyai import __version__
from journeyai.drafting import kept_reading
from journeyai.drafting.pipeline import Outcome, draft
from journeyai.drafting.redraft import Merge, find_rejected
from journeyai.drawing.keeping import keep
from journeyai.drawing.order import check_drawable, documents_to_draw, frame_for, order_for
from journeyai.engines.engine import Engine, EngineMaker, Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.learning import lessons_of
from journeyai.engines.local.vectors import vectors_through
from journeyai.knowledge.templates import load_template
from journeyai.model.aliases import StepProgress
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document
from journeyai.operations.decisions import decisions_of
from journeyai.retrieval.index import Index
from journeyai.settings import StudySettings
from journeyai.study.folder import StudyFolder
from journeyai.study.indexing import IndexReport, index_sources, open_index
from journeyai.study.map_history import MapHistory

if TYPE_CHECKING:
    from journeyai.engines.llm.session import Report, Session, Wish


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """What a person asks of one draft, in place of what `journey.toml` says.

    Attributes:
        engine: None for the settings'; or what makes an engine of one's own from a source of vectors.
        template: a method's id; None for the study's.
        stages: stage names in order; empty for the study's or the template's.
        personas: at most so many; None for what the settings say, and a method named here begins with.
        only_new: keep every card of the map as it stands and only add.
        wish: which model and which caps, for the `llm` engine.
        stability: how often all is read again to mark each card firm or shaky.
        session: the chat that it is wanted in; empty outside one.
    """

    engine: Literal["auto", "local", "llm"] | EngineMaker | None = None
    template: str | None = None
    stages: Sequence[str] = ()
    personas: int | None = None
    only_new: bool = False
    wish: "Wish | None" = None
    stability: int = 0
    session: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draft with its story.

    Attributes:
        journey: the map, as it now stands in the study.
        outcome: what the fresh draft held and what did not reach it.
        merge: what was kept of the map before; None if there was none.
        index: what indexing found.
        asked: what asking a language model came to; None without one.
    """

    journey: JourneyMap
    outcome: Outcome
    merge: Merge | None
    index: IndexReport
    asked: "Report | None" = None


def asks_a_model(settings: StudySettings, engine: str | EngineMaker | None, wish: "Wish | None") -> bool:
    """Whether the `llm` engine draws: it was named, or `auto` finds a key, an address or another vendor's model."""
    name = engine or settings.engine
    if name != "auto":
        return name == "llm"
    from journeyai.engines.llm.address import is_configured

    return is_configured(settings.llm, wish.model if wish else "")


class Drawing:
    """One run over a study."""

    def __init__(self, folder: StudyFolder, request: DraftRequest, progress: StepProgress) -> None:
        self._folder = folder
        self._settings = folder.settings
        self._request = request
        self._progress = progress

    def draw(self, announce: Callable[[str], None]) -> Drawn:
        """Index what changed, draft the map, keep the user's decisions, and write the map.

        Args:
            announce: told in one sentence what asking a model will take, before anything is asked.

        Raises:
            SettingsError: the settings do not fit together.
            SourceError: no source could be used.
            EngineError: the model cannot be asked; what it answered is kept.
            BudgetError: the next question might cost more than the cap leaves; what is answered is kept.
        """
        request, settings = self._request, self._settings
        check_drawable(MapHistory(self._folder), settings.scope.state)
        with ExitStack() as stack:
            index = stack.enter_context(open_index(self._folder))
            report = index_sources(self._folder, index, (), self._progress)
            record = MapHistory(self._folder)
            documents = documents_to_draw(self._folder, index)
            frame = self._frame(documents, record)
            asking = None
            if asks_a_model(settings, request.engine, request.wish):
                asking = stack.enter_context(self._session(documents))
                announce(self._first_line(asking, documents, frame))
                worker: Engine = asking.engine
            else:
                worker = self._engine(index, documents)
            name = self._folder.root.name
            order = order_for(
                settings, name, frame, record, self._most_personas(), request.stability, __version__
            )
            decided = decisions_of(record.history.line())
            rejected = find_rejected(record.journey, decided) if record.has_map else None
            vectors = vectors_through(index)
            outcome = draft(order, report.files, documents, worker, vectors, self._progress, rejected)
            journey, merged = keep(
                record, outcome.journey, documents, only_new=request.only_new, session=request.session
            )
            if isinstance(worker, LocalEngine) and not worker.is_taught:
                kept_reading.keep(index, documents, frame, settings.reading, outcome.seen)
            asked = None
            if asking is not None:
                asked = asking.report()
                if not asked.failed:
                    # Else the next run asks for the rest, under the same cap.
                    asking.finish()
        return Drawn(journey, outcome, merged, report, asked)

    def plan(self) -> str:
        """Index what changed, and return in one sentence what a draft by a model would take; nothing is asked.

        Raises:
            SettingsError: no model is named, or it has no key.
            SourceError: no source could be used.
        """
        check_drawable(MapHistory(self._folder), self._settings.scope.state)
        with open_index(self._folder) as index:
            index_sources(self._folder, index, (), self._progress)
            documents = documents_to_draw(self._folder, index)
            frame = self._frame(documents, MapHistory(self._folder))
            with self._session(documents) as session:
                return self._first_line(session, documents, frame)

    # Inside

    def _frame(self, documents: Sequence[Document], record: MapHistory) -> Frame:
        request = self._request
        return frame_for(
            self._settings, documents, record, request.template, request.stages, self._folder.templates
        )

    def _session(self, documents: Sequence[Document]) -> AbstractContextManager["Session"]:
        from journeyai.engines.llm.session import Wish, open_session

        wish = self._request.wish or Wish()
        return open_session(self._settings, self._folder.inner, documents, wish, self._progress)

    def _first_line(self, session: "Session", documents: Sequence[Document], frame: Frame) -> str:
        return session.first_line(session.estimate(documents, frame, self._request.stability))

    def _engine(self, index: Index, documents: Sequence[Document]) -> Engine:
        name = self._request.engine or self._settings.engine
        if callable(name):
            return name(vectors_through(index))
        learns = self._settings.learn and self._folder.map_path.is_file()
        lessons = lessons_of(self._folder.read_map(), documents) if learns else ()
        return LocalEngine(vectors_through(index), self._settings.reading, lessons)

    def _most_personas(self) -> int | None:
        """Return how many personas were asked for: by number, or by naming a method that begins with so many."""
        request = self._request
        if request.personas is not None or request.template is None:
            return request.personas
        begins = load_template(request.template, self._folder.templates).most_personas
        return None if begins is None else min(begins, self._settings.personas)
