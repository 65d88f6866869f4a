"""How summaries are made: everything that one depends on besides its item.

Two summaries of the same words by methods of the same fingerprint are the same; a finished one is never made again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from journeyai import __version__
from journeyai.engines.engine import Frame
from journeyai.engines.llm.sheet import READING_VERSION
from journeyai.engines.local.heads import load_heads
from journeyai.model.source import Document
from journeyai.model.summary import SUMMARY_VERSION, SummaryMadeBy
from journeyai.prompting import load_prompts
from journeyai.settings import LLMSettings, Reading
from journeyai.sources import LOADERS_VERSION

if TYPE_CHECKING:
    from journeyai.engines.llm.address import Address

#: Raised whenever the same document gives another summary by the same settings.
CODE: Final = 1
#: The steps of the `llm` engine that a summary is made by.
_STEPS: Final = ("combine", "summarise")


@dataclass(frozen=True)
class Method:
    """What is needed to make a worker anywhere; it can be pickled.

    Attributes:
        engine: who reads.
        frames: stages that are named; one of each language in which summaries may be, English first.  An item's
            summary is in its own language if that is one of them, else in the first.
        version: JourneyAI's.
        reading: how the local engine reads: `quick` or `thorough`.
        encoder: id of the encoder that the local engine's heads were trained for; empty for `llm`.
        model: None for `local`.
        address: what of the model's address an answer depends on; empty for `local`.
        asked_with: what else answers depend on (temperature, size of parts …), as text.
        prompts: (name, short hash) of each prompt, sorted.
        map_frame: the frame under which items are read for the map besides; None if they are not.
    """

    engine: Literal["local", "llm"]
    frames: tuple[Frame, ...]
    version: str = __version__
    reading: Reading = "quick"
    encoder: str = ""
    model: str | None = None
    address: str = ""
    asked_with: str = ""
    prompts: tuple[tuple[str, str], ...] = ()
    map_frame: Frame | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all of it, and of the numbers that stand for our code."""
        fields = [getattr(self, name) for name in self.__dataclass_fields__]
        told = (fields, SUMMARY_VERSION, CODE, LOADERS_VERSION)
        # The repr of values such as these is the same everywhere and always.
        return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def made_by(self) -> SummaryMadeBy:
        """What a summary says of who made it."""
        return SummaryMadeBy(
            engine=self.engine, model=self.model, version=self.version, prompts=dict(self.prompts)
        )

    def frame_of(self, document: Document) -> Frame:
        """Return the frame under which *document* is summarised: its language is the summary's."""
        own = (frame for frame in self.frames if frame.language == document.language)
        return next(own, self.frames[0])


def frames_for(language: str, frame: Callable[[str], Frame]) -> tuple[Frame, ...]:
    """Return a frame of each language in which summaries may be.

    Args:
        language: what the settings say; `auto` for each item's own.  Which language most of a study's sources are in
            does not count: a further source must not put everything that is summarised into another language.
        frame: makes a frame of a language.
    """
    return tuple(frame(code) for code in (("en", "es") if language == "auto" else (language,)))


def local_method(frames: tuple[Frame, ...], reading: Reading) -> Method:
    """Return the method of the local engine.

    Args:
        frames: see `Method`.
        reading: what the settings say; anything but `thorough` is quick, whatever the number of items.
    """
    chosen: Reading = "thorough" if reading == "thorough" else "quick"
    return Method("local", frames, reading=chosen, encoder=load_heads().encoder)


def model_method(
    frames: tuple[Frame, ...], address: "Address", settings: LLMSettings, map_frame: Frame | None
) -> Method:
    """Return the method of a language model.

    Args:
        frames: see `Method`.
        address: the model, and where it is.
        settings: how it is asked.
        map_frame: the frame of the study's map if items are read for it, too.
    """
    asked_with = (
        READING_VERSION, settings.temperature, settings.effort, settings.passage_tokens, settings.answer_tokens
    )  # fmt: skip
    return Method(
        "llm",
        frames,
        model=address.model,
        address=address.kind,
        asked_with=repr(asked_with),
        prompts=tuple((step, load_prompts(step).hash) for step in _STEPS),
        map_frame=map_frame,
    )
