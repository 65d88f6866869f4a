"""What can be changed on a map: the closed set of changes, and what each of them needs.

A change is what somebody *asks* for, in ids and labels.  Whether it can be done to a certain map, what it does to it
and whether the user wants it, is seen elsewhere.  To add a kind: a word in `ChangeKind`, a line in `CHANGES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from journeyai.model.vocabulary import CRITERIA, EMOTIONS, HEADWAYS, JUDGEMENTS, LANES

ChangeKind = Literal[
    "rename_stage",
    "add_stage",
    "remove_stage",
    "merge_stages",
    "move_stage",
    "edit_title",
    "edit_detail",
    "move_card",
    "merge_cards",
    "split_card",
    "add_card",
    "remove_card",
    "accept",
    "reject",
    "lock",
    "unlock",
    "set_lane",
    "set_severity",
    "set_emotion",
    "set_owner",
    "set_grade",
    "set_progress",
    "rename_persona",
    "confirm_persona",
    "merge_personas",
    "move_speaker",
    "set_goal",
    "set_scope",
    "set_map_title",
    "attach_evidence",
    "detach_evidence",
]
CHANGE_KINDS: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)

#: What has an id on a map.
Part = Literal["stage", "card", "persona", "evidence"]

#: What `to` says: the stage it goes to; the place in the journey, which is a stage's id (right after it), `start` or
#: `end`; the persona it goes to; which of the targets stays; or a label.
Destination = Literal[
    "stage", "place", "persona", "target", "lane", "severity", "emotion", "scope", "criterion", "progress"
]

#: What `text` says: nothing; new words; new words, or none to take the old ones away; new words if there are any.
Words = Literal["none", "needed", "may_be_empty", "optional"]

#: Labels that `to` may say besides ids.  What `set_scope` sets is a field of `Scope`.
LABELS: Final[Mapping[Destination, tuple[str, ...]]] = MappingProxyType(
    {
        "place": ("start", "end"),
        "lane": LANES,
        "severity": ("1", "2", "3"),
        "emotion": EMOTIONS,
        "scope": ("start", "end", "state", "focus"),
        "criterion": CRITERIA,
        "progress": HEADWAYS,
    }
)
#: What the text of `set_scope` may be when it sets the state.
SCOPE_STATES: Final = ("current", "future")
#: What the text of `set_grade` may be.
GRADES: Final = JUDGEMENTS

#: Most targets of one change.
MOST_TARGETS: Final = 150
#: Longest text of a change, in characters.
TEXT_LETTERS: Final = 240


@dataclass(frozen=True, slots=True)
class Needs:
    """What one kind of change needs.

    Attributes:
        means: what it does, in a few plain words (they also tell a model which kind to choose).
        targets: of what sort its first targets are; None when it has no targets.
        least: fewest of them.
        most: most of them.
        more: of what sort further targets are; None when there are none.
        least_more: fewest of these.
        to: what `to` says; None when it says nothing.
        needs_to: whether `to` must be there.
        text: what `text` says.
    """

    means: str
    targets: Part | None = None
    least: int = 1
    most: int = MOST_TARGETS
    more: Part | None = None
    least_more: int = 0
    to: Destination | None = None
    needs_to: bool = True
    text: Words = "none"


@dataclass(frozen=True, slots=True)
class Change:
    """One change that is asked for.

    Attributes:
        kind: what is to be done.
        targets: ids of what it is done to, each once however often it was named; those of sort
            `Needs.targets` first, then those of `Needs.more`.
        to: an id or a label, as `Needs.to` says.  A merge always has it: the target that stays.
        text: new words; empty to take the old ones away; None where the kind has none.
    """

    kind: ChangeKind
    targets: tuple[str, ...] = ()
    to: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        """Else one that is named a thousand times would stand in the log a thousand times."""
        object.__setattr__(self, "targets", tuple(dict.fromkeys(self.targets)))


CHANGES: Final[Mapping[ChangeKind, Needs]] = MappingProxyType(
    {
        "rename_stage": Needs("name a stage anew", "stage", most=1, text="needed"),
        "add_stage": Needs("a new stage named text, after to", to="place", needs_to=False, text="needed"),
        "remove_stage": Needs("remove stages, cards go to", "stage", to="stage", needs_to=False),
        "merge_stages": Needs(
            "make stages one", "stage", least=2, to="target", needs_to=False, text="optional"
        ),
        "move_stage": Needs("put a stage right after to", "stage", most=1, to="place"),
        "edit_title": Needs("word a card's title anew", "card", most=1, text="needed"),
        "edit_detail": Needs("word a card's detail anew", "card", most=1, text="may_be_empty"),
        "move_card": Needs("put cards into another stage", "card", to="stage"),
        "merge_cards": Needs("make cards one", "card", least=2, to="target", needs_to=False, text="optional"),
        "split_card": Needs(
            "cut a new card titled text off a card, with the evidence named",
            "card",
            most=1,
            more="evidence",
            text="needed",
        ),
        "add_card": Needs(
            "a new card titled text in a stage and lane",
            "stage",
            most=1,
            more="persona",
            to="lane",
            text="needed",
        ),
        "remove_card": Needs("delete cards", "card"),
        "accept": Needs("cards are right", "card"),
        "reject": Needs("cards are wrong", "card"),
        "lock": Needs("keep cards as they are", "card"),
        "unlock": Needs("undo lock", "card"),
        "set_lane": Needs("say of what sort cards are", "card", to="lane"),
        "set_severity": Needs("say how grave: 1 nuisance, 2 effort, 3 grave", "card", to="severity"),
        "set_emotion": Needs("say what is felt", "card", to="emotion"),
        "set_owner": Needs("text is who takes care", "card", text="may_be_empty"),
        "set_grade": Needs(
            "grade opportunities; text is low, medium, high or unknown",
            "card",
            to="criterion",
            text="needed",
        ),
        "set_progress": Needs("how far opportunities have got", "card", to="progress"),
        "rename_persona": Needs("name a persona anew", "persona", most=1, text="needed"),
        "confirm_persona": Needs("personas are right", "persona"),
        "merge_personas": Needs(
            "make personas one", "persona", least=2, to="target", needs_to=False, text="optional"
        ),
        "move_speaker": Needs("the speaker named text belongs to a persona", to="persona", text="needed"),
        "set_goal": Needs("what the map is for", text="may_be_empty"),
        "set_scope": Needs(
            "what the map covers; state is current or future", to="scope", text="may_be_empty"
        ),
        "set_map_title": Needs("title the map", text="needed"),
        "attach_evidence": Needs("evidence belongs to a card", "card", most=1, more="evidence", least_more=1),
        "detach_evidence": Needs(
            "evidence does not belong to a card", "card", most=1, more="evidence", least_more=1
        ),
    }
)
