"""The front door: a study, from Python, from a notebook and from the command line.

from journeyai import Study

journey = Study.open("my-study").draft()
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from journeyai import __version__
from journeyai.drafting import kept_reading
from journeyai.drafting.coverage import CoverageReport, find_left_out, sightings
from journeyai.drafting.frame import make_frame, own_stages
from journeyai.drafting.pipeline import Outcome, draft, observe
from journeyai.drafting.redraft import Merge, find_rejected
from journeyai.drafting.staging import stages_of_utterances
from journeyai.drafting.verification import Verification, verify
from journeyai.drawing import check_drawable, frame_for, keep, language_of, order_for
from journeyai.editor import Editor
from journeyai.engines.engine import Engine, EngineMaker, Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.heads import load_heads
from journeyai.engines.local.learning import lessons_of
from journeyai.errors import ResourceError, SettingsError, SourceError
from journeyai.export.material import Material
from journeyai.export.texts import texts_behind
from journeyai.knowledge.templates import Template, load_template, template_ids
from journeyai.model.aliases import StepProgress, Vectors
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document, SourceFile
from journeyai.operations.decisions import decisions_of
from journeyai.retrieval.encoders import Encoder, make_encoder
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.index import Index
from journeyai.retrieval.search import Passage
from journeyai.settings import SearchSettings, StudySettings
from journeyai.sources.duplicates import with_duplicates
from journeyai.study.folder import TEMPLATES_FOLDER, StudyFolder, find_study, make_study, read_map
from journeyai.study.indexing import Indexing, IndexReport, read_source
from journeyai.study.map_history import MapHistory

if TYPE_CHECKING:
    from journeyai.engines.llm.session import Conversation, Report, Session, Wish


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def _unheard(sentence: str) -> None:
    """Tell nobody."""


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


class Study:
    """One study: a folder of sources, an index, a map."""

    def __init__(self, folder: StudyFolder) -> None:
        self.folder = folder

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """Open a study.

        Args:
            path: its folder; None for `JOURNEYAI_STUDY`, else the nearest folder upward that is one.

        Raises:
            SettingsError: there is no study, or its `journey.toml` is wrong.
        """
        folder = find_study(Path(path) if path is not None else None, Path.cwd())
        _ = folder.settings
        return cls(folder)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        title: str = "",
        goal: str = "",
        language: str = "auto",
        template: str = "cx-lifecycle",
        stages: Sequence[str] = (),
        sources: str | Path | None = None,
    ) -> Self:
        """Make a study in the folder *path*.

        Args:
            path: made if it does not exist.
            title: of the map.
            goal: why it is drawn.
            language: of the map's own words; `auto` for the sources' own.
            template: the method.
            stages: the user's own stages.
            sources: an existing folder of files to draw from, left where it is; None for `sources/` in the study.

        Raises:
            SettingsError: there is a study already, no such template, or no such folder of sources.
        """
        root = Path(path)
        method = load_template(template, root / TEMPLATES_FOLDER)
        if stages:
            own_stages(stages, language, method)
        settings = StudySettings(
            title=title, goal=goal, language=language, template=template, stages=list(stages)
        )
        if method.most_personas is not None:
            most = min(settings.personas, method.most_personas)
            settings = settings.model_copy(update={"personas": most})
        if sources is not None:
            given = Path(sources)
            if not given.is_dir():
                raise SettingsError(f"`{given}` is not a folder.", "Name the folder that holds your files.")
            if root.resolve().is_relative_to(given.resolve()):
                raise SettingsError(
                    f"The study `{root}` would lie inside its own folder of sources, `{given}`.",
                    "Make it beside that folder.",
                )
            settings = settings.model_copy(update={"sources_folder": _relative(given, root)})
        return cls(make_study(root, settings))

    @property
    def settings(self) -> StudySettings:
        """What `journey.toml` says."""
        return self.folder.settings

    @property
    def map(self) -> JourneyMap:
        """The map as it stands.

        Raises:
            SettingsError: there is none yet.
        """
        return self.folder.read_map()

    def editor(self) -> Editor:
        """Return the map with its history, to be changed; the index is opened only while the sources are read.

        Raises:
            SettingsError: there is no map yet, or its history cannot be read.
        """
        return Editor(self.folder, self.documents)

    def index(
        self,
        only: Sequence[str] = (),
        progress: StepProgress = _silent,
        *,
        encoder: Encoder | None = None,
    ) -> IndexReport:
        """Read, check and index what is new or changed; forget what has vanished.

        Args:
            only: sources to look at; empty for all.
            progress: told how far each step is.
            encoder: asked in place of the one that `journey.toml` names; the same one, but elsewhere.

        Raises:
            SettingsError: the folder of sources is missing.
            StudyBusyError: another process has the study open.
        """
        with self._open_index(encoder) as index:
            return self._index(index, only, progress)

    def draw(
        self,
        *,
        engine: Literal["auto", "local", "llm"] | EngineMaker | None = None,
        template: str | None = None,
        stages: Sequence[str] = (),
        personas: int | None = None,
        only_new: bool = False,
        wish: "Wish | None" = None,
        stability: int = 0,
        session: str = "",
        announce: Callable[[str], None] = _unheard,
        progress: StepProgress = _silent,
    ) -> Drawn:
        """Index what changed, draft the map, keep the user's decisions, and write `map.json`.

        Args:
            engine: None for what `journey.toml` says; or what makes an engine of your own from a source of vectors.
            template: a method's id; None for the study's.
            stages: stage names in order; empty for the study's or the template's.
            personas: at most so many; None for what `journey.toml` says, and a method named here begins with.
            only_new: keep every card of the map as it stands and only add.
            wish: which model and which caps, in place of what `journey.toml` says; for the `llm` engine.
            stability: how often all is read again to mark each card firm or shaky.
            session: the chat that it is wanted in; empty outside one.
            announce: told in one sentence what asking a model will take, before anything is asked.
            progress: told how far each step is.

        Raises:
            SettingsError: the settings do not fit together.
            SourceError: no source could be used.
            EngineError: the model cannot be asked; what it answered is kept.
            BudgetError: the next question might cost more than the cap leaves; what is answered is kept.
        """
        settings = self.settings
        check_drawable(MapHistory(self.folder), settings.scope.state)
        with ExitStack() as stack:
            index = stack.enter_context(self._open_index())
            report = self._index(index, (), progress)
            record = MapHistory(self.folder)
            documents = self._material(index)
            frame = frame_for(settings, documents, record, template, stages, self.folder.templates)
            asking = None
            if self.asks_a_model(engine, wish):
                asking = stack.enter_context(self._session(documents, wish, progress))
                announce(asking.first_line(asking.estimate(documents, frame, stability)))
                worker: Engine = asking.engine
            else:
                worker = self._engine(engine or settings.engine, index, documents)
            name = self.folder.root.name
            if personas is None and template is not None:
                begins = self._method(template).most_personas
                personas = None if begins is None else min(begins, settings.personas)
            order = order_for(settings, name, frame, record, personas, stability, __version__)
            decided = decisions_of(record.history.line())
            rejected = find_rejected(record.journey, decided) if record.has_map else None
            outcome = draft(order, report.files, documents, worker, self._vectors(index), progress, rejected)
            journey, merged = keep(record, outcome.journey, documents, only_new=only_new, session=session)
            if isinstance(worker, LocalEngine) and not worker.is_taught:
                kept_reading.keep(index, documents, frame, settings.reading, outcome.seen)
            asked = None
            if asking is not None:
                asked = asking.report()
                if not asked.failed:
                    # Else the next run asks for the rest, under the same cap.
                    asking.finish()
        return Drawn(journey, outcome, merged, report, asked)

    def plan(
        self,
        *,
        template: str | None = None,
        stages: Sequence[str] = (),
        wish: "Wish | None" = None,
        stability: int = 0,
        progress: StepProgress = _silent,
    ) -> str:
        """Index what changed, and return in one sentence what a draft by a model would take; nothing is asked.

        The arguments are those of `draw`.

        Raises:
            SettingsError: no model is named, or it has no key.
            SourceError: no source could be used.
        """
        check_drawable(MapHistory(self.folder), self.settings.scope.state)
        with self._open_index() as index:
            self._index(index, (), progress)
            documents = self._material(index)
            record = MapHistory(self.folder)
            frame = frame_for(self.settings, documents, record, template, stages, self.folder.templates)
            with self._session(documents, wish, progress) as session:
                return session.first_line(session.estimate(documents, frame, stability))

    def draft(
        self,
        *,
        engine: Literal["auto", "local", "llm"] | EngineMaker | None = None,
        template: str | None = None,
        stages: Sequence[str] = (),
        personas: int | None = None,
        only_new: bool = False,
    ) -> JourneyMap:
        """Draft the map and return it; the arguments are those of `draw`."""
        return self.draw(
            engine=engine, template=template, stages=stages, personas=personas, only_new=only_new
        ).journey

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
        """Return at most *k* passages that answer *question*, best first.

        Raises:
            SettingsError: the question is empty, nothing is indexed yet, or a stage is asked for and there is no map.
        """
        with self._open_index() as index:
            if not index.files():
                raise SettingsError("Nothing is indexed yet.", "Run `journeyai index` first.")
            if filters and filters.stage is not None:
                self._stage_utterances(index)
            return index.search(question, k, filters)

    def verify(self, other: Path | JourneyMap | None = None) -> Verification:
        """Prove the study's map, or an *other* one, against the raw files."""
        journey = read_map(other) if isinstance(other, Path) else other
        return verify(self.map if journey is None else journey, self.read)

    def coverage(self, progress: StepProgress = _silent) -> CoverageReport:
        """Return what customers said that reached no card.

        Args:
            progress: told how far reading is; not called where what was read before is still known.
        """
        journey = self.map
        with self._open_index() as index:
            documents = list(index.documents())
            frame = make_frame(self._method(journey.template), journey.language, (), documents)
            reading = self.settings.reading
            seen = kept_reading.recall(index, documents, frame, reading)
            if seen is None:
                progress("observe", 0, len(documents))
                documents = with_duplicates(documents)
                # Read without asking anybody, for a look at a map must cost nothing, and without what decisions on
                # cards teach, or each decision would have everything read again.
                worker = LocalEngine(self._vectors(index), reading)
                grounded = observe(
                    documents, frame, worker, lambda done, total: progress("observe", done, total)
                )
                seen = sightings(grounded.points)
                kept_reading.keep(index, documents, frame, reading, seen)
        return find_left_out(journey, documents, seen)

    def read(self, source: str) -> SourceFile:
        """Read one source anew from its raw file, without the index.

        Raises:
            SourceError: it is not there, or cannot be read.
        """
        return read_source(self.folder.sources, source, self.settings)

    def asks_a_model(self, engine: str | EngineMaker | None = None, wish: "Wish | None" = None) -> bool:
        """Whether the `llm` engine draws: it was named, or `auto` finds a key, an address or another vendor's model."""
        name = engine or self.settings.engine
        if name != "auto":
            return name == "llm"
        from journeyai.engines.llm.address import is_configured

        return is_configured(self.settings.llm, wish.model if wish else "")

    def conversation(self, wish: "Wish | None" = None) -> AbstractContextManager["Conversation"]:
        """Return a language model ready to be spoken with about this study, for as long as the context lasts.

        Args:
            wish: which model and which caps, in place of what `journey.toml` says.

        Raises:
            SettingsError: no model is named, or it has no key.
            EngineError: the server does not tell which models it has.
        """
        from journeyai.engines.llm.session import Wish, open_conversation

        return open_conversation(self.settings, self.folder.inner, self.documents(), wish or Wish())

    def documents(self) -> list[Document]:
        """Return what was read, near-duplicates marked, and let go of the index again."""
        with self._open_index() as index:
            return with_duplicates(index.documents())

    def frame(
        self,
        template: str | None = None,
        *,
        language: str | None = None,
        progress: StepProgress = _silent,
    ) -> Frame:
        """Return what a draft would be drawn on now.

        Indexes what changed first if it depends on what the sources say: their language, or the steps of a told story.

        Args:
            template: a method's id; None for the study's.
            language: of its words; None for the one that a draft has.
            progress: told how far indexing is.

        Raises:
            SettingsError: there is no such template, or the settings do not fit together.
            SourceError: no source could be used.
        """
        settings = (
            self.settings if language is None else self.settings.model_copy(update={"language": language})
        )
        record = MapHistory(self.folder)
        drawn = record.journey.template if record.has_map else settings.template
        told = any(self._method(name).stages_from_story for name in (template or settings.template, drawn))
        if settings.language != "auto" and not told:
            return frame_for(settings, (), record, template, (), self.folder.templates)
        with self._open_index() as index:
            self._index(index, (), progress)
            if told:
                return frame_for(settings, self._material(index), record, template, (), self.folder.templates)
            # Of the sources their language alone counts: one document in memory at a time.
            if not any(document.utterances for document in index.documents()):
                raise self._nothing()
            language = language_of(settings, index.documents())
            settings = settings.model_copy(update={"language": language})
            return frame_for(settings, (), record, template, (), self.folder.templates)

    def template_of(self, journey: JourneyMap) -> Template | None:
        """Return the method of *journey*, the study's own ones first; None when nobody knows it.

        Raises:
            SettingsError: the study's own file is broken.
        """
        known = template_ids(self.folder.templates)
        return load_template(journey.template, self.folder.templates) if journey.template in known else None

    def material(self, journey: JourneyMap) -> Material:
        """Return what stands behind *journey*: its method, and its sources read anew when they are wanted.

        Raises:
            SettingsError: the study's own file of its method is broken.
        """
        return Material(self.template_of(journey), texts_behind(journey, self.read))

    # Inside

    def _method(self, template_id: str) -> Template:
        return load_template(template_id, self.folder.templates)

    def _stage_utterances(self, index: Index) -> None:
        """Let *index* know in which stage of the map as it stands each utterance is.

        Raises:
            SettingsError: there is no map.
        """
        editor = self.editor()
        drafted = editor.last_draft()
        joined = decisions_of(editor.steps()).joined
        told = repr((__version__, editor.journey, drafted, joined))
        key = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        if index.staged_as() != key:
            documents = list(index.documents())
            index.set_stages(stages_of_utterances(editor.journey, drafted, joined, documents), key)

    def _material(self, index: Index) -> list[Document]:
        """Return what is drawn from.

        Raises:
            SourceError: there is nothing.
        """
        documents = with_duplicates(index.documents())
        if not any(document.utterances for document in documents):
            raise self._nothing()
        return documents

    def _nothing(self) -> SourceError:
        return SourceError(
            f"There is nothing to draw from in `{self.folder.sources}`.",
            "Put interviews, chats, tickets or reviews there; `journeyai index` says what could not be read.",
        )

    def _session(
        self, documents: Sequence[Document], wish: "Wish | None", progress: StepProgress
    ) -> AbstractContextManager["Session"]:
        from journeyai.engines.llm.session import Wish, open_session

        return open_session(self.settings, self.folder.inner, documents, wish or Wish(), progress)

    def _open_index(self, encoder: Encoder | None = None) -> Index:
        return Index.open(self.folder.root, self.settings.search, encoder)

    def _index(self, index: Index, only: Sequence[str], progress: StepProgress) -> IndexReport:
        root = self.folder.sources
        if not root.is_dir():
            raise SettingsError(
                f"The folder of sources `{root}` is not there.",
                "Mend `sources_folder` in `journey.toml`, or make it.",
            )
        if self.folder.root.is_relative_to(root):
            raise SettingsError(
                f"The study `{self.folder.root}` lies inside its own folder of sources, `{root}`: "
                "its map would be read as a source.",
                "Make the study beside that folder, and name the folder in `sources_folder`.",
            )
        return Indexing(root, self.settings, index, progress).run(only)

    def _engine(self, name: str | EngineMaker, index: Index, documents: Sequence[Document]) -> Engine:
        if callable(name):
            return name(self._vectors(index))
        learns = self.settings.learn and self.folder.map_path.is_file()
        lessons = lessons_of(self.map, documents) if learns else ()
        return LocalEngine(self._vectors(index), self.settings.reading, lessons)

    def _vectors(self, index: Index) -> Callable[[Sequence[str]], Vectors]:
        """Return the source of the local engine's vectors: the index's own if it uses the same encoder."""
        wanted = load_heads().encoder
        encoder = index.encoder if index.encoder.id == wanted else make_encoder(SearchSettings())
        if encoder.id != wanted:
            raise ResourceError(
                f"The local engine's heads were trained for `{wanted}`; installed is `{encoder.id}`.",
                "Install JourneyAI again, or run `make heads`.",
            )
        return lambda texts: index.vectors(texts, encoder)


def _relative(folder: Path, root: Path) -> str:
    """Return *folder* as `journey.toml` names it: relative to the study if it lies inside, else absolute."""
    whole = folder.resolve()
    home = root.resolve()
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else whole.as_posix()
