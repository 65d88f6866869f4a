"""What can fill an element of a method: a closed set of words, each plain code over the map.

The code is in `journeyai.export.elements`; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from journeyai.knowledge.said import CUES
from journeyai.model.vocabulary import LIFECYCLE, Lane

Fill = Literal[
    "cards",
    "contacts",
    "feelings",
    "stages",
    "timeline",
    "measures",
    "own_words",
    "quotes",
    "asked",
    "people",
    "visibility",
    "channels",
    "goal",
    "scope",
    "personas",
    "empathy",
    "said",
    "persona_said",
    "by_channel",
    "key_moments",
    "moment_measures",
    "outcomes",
    "follow_ups",
    "priorities",
    "ideas",
    "turning_points",
    "moment",
    "moment_needs",
    "at",
    "experience",
]
FILLS: Final[tuple[Fill, ...]] = get_args(Fill)


@dataclass(frozen=True, slots=True)
class Filling:
    """How one word fills an element.

    Attributes:
        by_stage: whether there is a cell for each stage.
        lanes: what it draws on, unless the method says otherwise; a draft must ask for them.
        takes_lanes: whether the method may name lanes.
        which: what the method may, or must, choose between; empty if nothing.
        needs_which: whether it must choose.
    """

    by_stage: bool = False
    lanes: tuple[Lane, ...] = ()
    takes_lanes: bool = False
    which: tuple[str, ...] = ()
    needs_which: bool = False


FILLINGS: Final[dict[Fill, Filling]] = {
    # A cell a stage.
    "cards": Filling(by_stage=True, takes_lanes=True, which=("positive", "neutral", "negative")),
    "contacts": Filling(
        by_stage=True,
        lanes=("touchpoint",),
        takes_lanes=True,
        which=("controlled", "not_controlled", "not_told"),
        needs_which=True,
    ),
    "feelings": Filling(by_stage=True),
    "stages": Filling(by_stage=True),
    "timeline": Filling(by_stage=True),
    "measures": Filling(by_stage=True, lanes=("measure",)),
    "own_words": Filling(by_stage=True, lanes=("thought",), takes_lanes=True),
    "quotes": Filling(by_stage=True),
    "asked": Filling(by_stage=True, which=("solicited", "unsolicited"), needs_which=True),
    "people": Filling(by_stage=True),
    "visibility": Filling(by_stage=True),
    "channels": Filling(by_stage=True),
    # One list.
    "goal": Filling(),
    "scope": Filling(),
    "personas": Filling(),
    "empathy": Filling(),
    "said": Filling(which=CUES, needs_which=True),
    "persona_said": Filling(which=CUES, needs_which=True),
    "by_channel": Filling(),
    "key_moments": Filling(
        lanes=("pain_point", "delight"), which=("lost", "happy", "angry"), needs_which=True
    ),
    "moment_measures": Filling(lanes=("pain_point", "delight")),
    "outcomes": Filling(lanes=("opportunity",)),
    "follow_ups": Filling(lanes=("opportunity",)),
    "priorities": Filling(),
    "ideas": Filling(lanes=("opportunity",)),
    "turning_points": Filling(),
    "moment": Filling(),
    "moment_needs": Filling(lanes=("need",), which=("as_it_is", "going_badly"), needs_which=True),
    "at": Filling(takes_lanes=True, which=(*LIFECYCLE, "buying"), needs_which=True),
    "experience": Filling(),
}
