"""What is to be summarised, and how: the order, and the method that follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from journeyai.batch.items import Input, find_inputs
from journeyai.batch.ledger import LEDGER_FILE
from journeyai.batch.method import Method, frames_for, local_method, model_method
from journeyai.drafting.frame import make_frame
from journeyai.engines.engine import Frame
from journeyai.errors import SettingsError
from journeyai.knowledge.templates import load_template
from journeyai.settings import STUDY_FILE, StudySettings
from journeyai.study.folder import INNER_FOLDER

if TYPE_CHECKING:
    from journeyai.app import Study
    from journeyai.engines.llm.session import Wish


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be summarised, and how.

    Attributes:
        paths: files, folders, globs, `-`, `FILE#RECORD`.
        study: None outside of a study.
        engine: `auto` for `llm` if a model is configured, else `local`; None for what the study says (`auto` outside).
        out: a file of JSON lines that is appended to, a binary stream that gets every line of the run, or None for no
            lines at all (the ledger has them).
        digest: a file that is written from the ledger afterwards; like *out* it is no source.
        home: folder that `.journeyai/` is kept in; None for the study, else the folder of *out*, else the current one.
        jobs: questions under way at the same time; None for what the settings say.  The local engine takes one item
            at a time here, whatever this says.
        limit: at most so many items, in input order; None for all.
        fresh: forget the results of these items first.  The old output is kept aside as `NAME.before-1` (-2 …).
            Answers that a model was paid for are kept: another prompt or model is another method anyway.  A run that
            was killed goes on without this.
        retry_failed: only items that failed before.
        ordered: the output in input order.
        wish: which model and which caps, in place of what `journey.toml` says.
        cluster: address of a Dask scheduler, or `local:N`; empty for none.
        no_map: do not read items for the map besides.
        template: a method's id; None for the study's (outside of a study: the default one).
    """

    paths: tuple[str, ...]
    study: "Study | None" = None
    engine: Literal["auto", "local", "llm"] | None = None
    out: Path | BinaryIO | None = None
    digest: Path | None = None
    home: Path | None = None
    jobs: int | None = None
    limit: int | None = None
    fresh: bool = False
    retry_failed: bool = False
    ordered: bool = False
    wish: "Wish | None" = None
    cluster: str = ""
    no_map: bool = False
    template: str | None = None

    @property
    def settings(self) -> StudySettings:
        """Of the study; plain ones outside of a study."""
        return self.study.settings if self.study else StudySettings()

    @property
    def inner(self) -> Path:
        """The folder of ours: ledger, lock, a model's answers."""
        if self.home is not None:
            return self.home / INNER_FOLDER
        if self.study is not None:
            return self.study.folder.inner
        return (self.out.parent if isinstance(self.out, Path) else Path()) / INNER_FOLDER

    @property
    def ledger(self) -> Path:
        """Where the ledger is."""
        return self.inner / LEDGER_FILE

    @property
    def asks_a_model(self) -> bool:
        """Whether the `llm` engine reads."""
        if self.study is not None:
            return self.study.asks_a_model(self.engine, self.wish)
        from journeyai.engines.llm.address import is_configured

        name = self.engine or "auto"
        model = self.wish.model if self.wish else ""
        return name == "llm" or (name == "auto" and is_configured(self.settings.llm, model))

    def inputs(self) -> Iterator[Input]:
        """Return the files that the paths name, in input order.

        Raises:
            SettingsError: a path leads nowhere.
        """
        own = [path for path in (self.out, self.digest) if isinstance(path, Path)]
        if self.study is not None:
            own += [self.study.folder.root / STUDY_FILE, self.study.folder.map_path]
        return find_inputs(self.paths, self.settings, self.study.folder.sources if self.study else None, own)


def method_for(order: Order) -> Method:
    """Return how the summaries of *order* are made.

    Raises:
        SettingsError: no such template, no model, or no key.
        EngineError: the server does not tell which models it has.
        StudyBusyError: the study's sources must be looked at, and another process has it open.
    """
    settings = order.settings
    study = order.study

    def frame(language: str) -> Frame:
        if study is not None:
            return study.frame(order.template, language=language)
        return make_frame(load_template(order.template or settings.template), language, (), ())

    frames = frames_for(settings.language, frame)
    if not order.asks_a_model:
        return local_method(frames, settings.reading)
    from journeyai.engines.llm.address import find_address

    wish = order.wish
    address = find_address(wish.over(settings.llm) if wish else settings.llm, wish.model if wish else "")
    map_frame = study.frame(order.template) if study is not None and not order.no_map else None
    return model_method(frames, address, settings.llm, map_frame)


def check(order: Order) -> None:
    """Refuse what does not fit together.

    Raises:
        SettingsError: two wishes exclude each other.
    """
    if order.fresh and order.retry_failed:
        raise SettingsError("--fresh and --retry-failed exclude each other.", "Name the one that you mean.")
    if order.cluster and order.asks_a_model:
        raise SettingsError(
            "A cluster is of use to the local engine alone: a model is asked from one machine, many times at once.",
            "Use --jobs with a model, or --engine local with a cluster.",
        )
    if "-" in order.paths and len(set(order.paths)) < len(order.paths):
        raise SettingsError("Standard input can be read once only.", "Name `-` once.")
