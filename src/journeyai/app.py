"""The front door: a study, from Python, from a notebook and from the command line.

    from journeyai import Study

    journey = Study.open("my-study").draft()
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from journeyai import __version__
from journeyai.drafting.coverage import CoverageReport, find_left_out
from journeyai.drafting.frame import make_frame
from journeyai.drafting.pipeline import Order, Outcome, draft, observe
from journeyai.drafting.redraft import Merge, merge
from journeyai.drafting.verification import Verification, verify
from journeyai.engines.engine import Engine, Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.errors import SettingsError, SourceError
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap, Scope
from journeyai.model.source import Document, SourceFile
from journeyai.retrieval.index import Index, Update
from journeyai.retrieval.search import Filters, Passage
from journeyai.settings import ScopeSettings, StudySettings
from journeyai.sources import find_files, read_file, settings_for
from journeyai.sources.duplicates import with_duplicates
from journeyai.study.folder import StudyFolder, find_study, make_study, read_map

if TYPE_CHECKING:
    from types import TracebackType

#: Called with (step's name, done, total).
StepProgress = Callable[[str, int, int], None]


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
