"""What a person may set: `journey.toml` of a study, and a few environment variables.

Keys of services are read from the environment when they are used and are never part of these values.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from journeyai.errors import SettingsError
from journeyai.model.vocabulary import Kind, Role

STUDY_FILE: Final = "journey.toml"
STUDY_VARIABLE: Final = "JOURNEYAI_STUDY"
CHROMA_VARIABLE: Final = "JOURNEYAI_CHROMA_URL"

#: Columns of a table (or keys of a record) that can be named by hand.
ColumnRole = Literal["text", "title", "rating", "date", "author", "channel", "id", "nps", "csat", "ces"]


class Section(BaseModel):
    """A table of `journey.toml`; an unknown key is an error, so that a typo is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceSettings(Section):
    """How one file (or every file that a pattern such as `chats/*.txt` fits) is to be read."""

    kind: Kind | None = None
    """What sort of material it is."""
    encoding: str | None = None
    """A Python codec name, for example `cp1252`."""
    delimiter: str | None = None
    """The character between columns."""
    language: str | None = None
    """ISO 639-1 code of everything in it."""
    ignore: bool = False
    """Leave it out."""
    roles: dict[str, Role] = {}
    """Speaker's name → role; `*` stands for every other speaker."""
    columns: dict[ColumnRole, str | list[str]] = {}
    """What a column holds → its header (several are joined for `text`)."""


class ScopeSettings(Section):
    """What the map covers, in the user's words."""

    start: str = ""
    end: str = ""
    state: Literal["current", "future"] = "current"
    focus: str = ""


class SearchSettings(Section):
    """Which encoder turns sentences into vectors for search, and where they are kept."""

    encoder: Literal["use", "e5", "openai"] = "use"
    """`use` comes with JourneyAI; `e5` with the extra `journeyai[e5]`; `openai` asks an
    OpenAI-compatible address, so the sources' sentences leave this machine."""
    model: str = "text-embedding-3-small"
    """For `openai`: the embedding model."""
    base_url: str | None = None
    """For `openai`: the address; None for `OPENAI_BASE_URL` or the vendor's own."""
    chroma_url: str | None = None
    """Address of a Chroma server (`chroma run`); None keeps the index inside the study."""


#: How much a model is to think before it answers; `auto` for little where it is known to think.
Effort = Literal["auto", "none", "minimal", "low", "medium", "high"]


class LLMSettings(Section):
    """Which model drafts, and how it is asked.  Its key comes from the environment and is never kept."""

    model: str = ""
    """`gpt-5-mini`, `anthropic:claude-…` …; empty for `JOURNEYAI_MODEL`, else what the address is known to have."""
    base_url: str | None = None
    """Address of an OpenAI-compatible server; None for `OPENAI_BASE_URL` or the vendor's own."""
    timeout_seconds: float = Field(default=120, gt=0)
    """Longest wait for one reply; a slow model of one's own may need 3600."""
    concurrency: int = Field(default=8, ge=1, le=256)
    """Most questions under way at the same time."""
    retries: int = Field(default=4, ge=0, le=20)
    """How often a question is asked again when the server is busy or has a fault."""
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    temperature: float = Field(default=0.0, ge=0, le=2)
    """0 for the likeliest words; a model that takes none is asked without."""
    passage_tokens: int = Field(default=2500, ge=200)
    """About how many tokens of a document are read in one question."""
    answer_tokens: int = Field(default=4000, ge=200)
    """Most tokens of one answer; what a longer one would have held is asked for again."""
    effort: Effort = "auto"
    """How much a model that thinks first is to think."""
    max_cost: float | None = Field(default=None, gt=0)
    """Most US dollars that a draft may cost."""
    max_tokens: int | None = Field(default=None, gt=0)
    """Most tokens, sent and received, that a draft may take."""
    price_in: float | None = Field(default=None, ge=0)
    """US dollars a million tokens sent; None for `knowledge/prices.yaml`."""
    price_out: float | None = Field(default=None, ge=0)
    """US dollars a million tokens received."""
    log_content: bool = False
    """Whether the log of calls keeps what was asked and answered."""


class PrivacySettings(Section):
    """What is hidden before anything leaves this machine."""

    mask: Literal["auto", "always", "never"] = "auto"
    """`auto` masks for every address but this machine's own."""
    names: list[str] = []
    """Names and words of your own that are masked besides."""
    keep: list[str] = []
    """Words that look like personal data and are none: a product's name, a public number."""


#: How the local engine reads: sentence by sentence, each in its context, or as the size of the study allows.
Reading = Literal["auto", "quick", "thorough"]


class StudySettings(Section):
    """Everything in `journey.toml`."""

    title: str = ""
    goal: str = ""
    language: str = "auto"
    """The language of the map's own words: `en`, `es`, or `auto` for the one most of the sources are in."""
    template: str = "cx-lifecycle"
    stages: list[str] = []
    """The user's own stages, in order; empty for the template's."""
    personas: int = Field(default=4, ge=0, le=12)
    """Largest number of personas; 0 for none."""
    engine: Literal["auto", "local", "llm"] = "auto"
    reading: Reading = "auto"
    """How the local engine reads; `auto` reads thoroughly unless there is too much."""
    learn: bool = False
    """Whether accepted, edited and rejected cards teach the local engine how to read the rest."""
    sources_folder: str = "sources"
    """Where the files are, relative to the study or absolute."""
    scope: ScopeSettings = ScopeSettings()
    search: SearchSettings = SearchSettings()
    llm: LLMSettings = LLMSettings()
    privacy: PrivacySettings = PrivacySettings()
    sources: dict[str, SourceSettings] = {}


def read_settings(path: Path) -> StudySettings:
    """Read *path*, a `journey.toml`, with the environment's say on the Chroma address.

    Raises:
        SettingsError: the file is missing, is not TOML, or says something that cannot be understood.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(
            f"There is no `{path.name}` in `{path.parent}`.", "Run `journeyai init DIR` first."
        ) from None
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"`{path}` cannot be read: {error}.", "Mend the line named, or make the file anew."
        ) from None
    if (url := os.environ.get(CHROMA_VARIABLE)) and isinstance(raw.get("search", {}), dict):
        raw = {**raw, "search": {**raw.get("search", {}), "chroma_url": url}}
    try:
        return StudySettings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        wrong = (
            "is no setting that JourneyAI knows"
            if first["type"] == "extra_forbidden"
            else _plainly(first["msg"])
        )
        raise SettingsError(
            f"`{path}`: `{where}` {wrong}.", "docs/settings.md lists every key and what it may say."
        ) from None


def _plainly(message: str) -> str:
    """Return what pydantic says of a value, put after the name of its key."""
    return message.removeprefix("Value error, ").replace("Input should be", "should be", 1)
