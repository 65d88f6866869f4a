"""The front door: a study, from Python, from a notebook and from the command line.

from journeyai import Study

journey = Study.open("my-study").draft()
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from journeyai.drafting import kept_reading
from journeyai.drafting.coverage import CoverageReport, find_left_out
from journeyai.drafting.frame import make_frame, own_stages
from journeyai.drafting.staging import stage_utterances
from journeyai.drafting.verification import Verification, verify
from journeyai.drawing.order import frame_now
from journeyai.drawing.run import DraftRequest, Drawing, Drawn, asks_a_model
from journeyai.editor import Editor
from journeyai.engines.engine import EngineMaker, Frame
from journeyai.errors import SettingsError
from journeyai.export.material import Material
from journeyai.export.texts import texts_behind
from journeyai.knowledge.templates import Template, find_template, load_template
from journeyai.model.aliases import StepProgress
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document, SourceFile
from journeyai.operations.decisions import decisions_of
from journeyai.retrieval.encoders import Encoder
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.search import Passage
from journeyai.settings import StudySettings
from journeyai.sources.duplicates import with_duplicates
from journeyai.study.folder import (
    TEMPLATES_FOLDER,
    StudyFolder,
    find_study,
    make_study,
    name_sources,
    read_map,
)
from journeyai.study.indexing import IndexReport, index_sources, open_index, read_source

if TYPE_CHECKING:
    from journeyai.engines.llm.session import Conversation, Wish


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def _unheard(sentence: str) -> None:
    """Tell nobody."""


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
            title=title, goal=goal, language=language, template=method.id, stages=list(stages)
        )
        if method.most_personas is not None:
            most = min(settings.personas, method.most_personas)
            settings = settings.model_copy(update={"personas": most})
        if sources is not None:
            settings = settings.model_copy(update={"sources_folder": name_sources(Path(sources), root)})
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
        with open_index(self.folder, encoder) as index:
            return index_sources(self.folder, index, only, progress)

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
        request = DraftRequest(
            engine=engine,
            template=template,
            stages=stages,
            personas=personas,
            only_new=only_new,
            wish=wish,
            stability=stability,
            session=session,
        )
        return Drawing(self.folder, request, progress).draw(announce)

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
        request = DraftRequest(template=template, stages=stages, wish=wish, stability=stability)
        return Drawing(self.folder, request, progress).plan()

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
        with open_index(self.folder) as index:
            if not index.files():
                raise SettingsError("Nothing is indexed yet.", "Run `journeyai index` first.")
            if filters and filters.stage is not None:
                editor = self.editor()
                joined = decisions_of(editor.steps()).joined
                stage_utterances(index, editor.journey, editor.last_draft(), joined)
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
        with open_index(self.folder) as index:
            documents = list(index.documents())
            method = load_template(journey.template, self.folder.templates)
            frame = make_frame(method, journey.language, (), documents)
            seen = kept_reading.look(index, documents, frame, self.settings.reading, progress)
        return find_left_out(journey, documents, seen)

    def read(self, source: str) -> SourceFile:
        """Read one source anew from its raw file, without the index.

        Raises:
            SourceError: it is not there, or cannot be read.
        """
        return read_source(self.folder.sources, source, self.settings)

    def asks_a_model(self, engine: str | EngineMaker | None = None, wish: "Wish | None" = None) -> bool:
        """Whether the `llm` engine draws: it was named, or `auto` finds a key, an address or another vendor's model."""
        return asks_a_model(self.settings, engine, wish)

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
        with open_index(self.folder) as index:
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
        return frame_now(self.folder, template, language, progress)

    def template_of(self, journey: JourneyMap) -> Template | None:
        """Return the method of *journey*, the study's own ones first; None when nobody knows it.

        Raises:
            SettingsError: the study's own file is broken.
        """
        return find_template(journey.template, self.folder.templates)

    def material(self, journey: JourneyMap) -> Material:
        """Return what stands behind *journey*: its method, and its sources read anew when they are wanted.

        Raises:
            SettingsError: the study's own file of its method is broken.
        """
        return Material(self.template_of(journey), texts_behind(journey, self.read))
