"""What stands against a guess, whatever known requests are near: negations, conditions, words of something else."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from journeyai.engines.local.proposing.grading import grades_something
from journeyai.engines.local.proposing.lexicon import Phrase, lexicon, phrase
from journeyai.engines.local.proposing.mentions import Masked
from journeyai.knowledge.taxonomy import read_taxonomy
from journeyai.model.changes import Change

_CUTS: Final = frozenset({",", ";", ":", ".", "—", "–", "-", "but", "sino", "pero", "!"})
_NOT: Final = frozenset(
    {"no", "not", "never", "nunca", "jamas", "ni", "nope", "neither", "nor", "tampoco", "sin", "without", "nobody",
     "nadie", "nothing", "nada", "none", "ninguno"}
)  # fmt: skip
_LABELS: Final = {"set_lane": "lane", "set_emotion": "emotion", "set_severity": "grade"}
#: What a verb of the grammar orders → the kinds of change that it may be; verbs that order many things are not here.
_ORDERED: Final[Mapping[str, frozenset[str]]] = {
    "accept": frozenset({"accept", "confirm_persona"}),
    "confirm": frozenset({"accept", "confirm_persona"}),
    "reject": frozenset({"reject", "remove_card"}),
    "lock": frozenset({"lock"}),
    "unlock": frozenset({"unlock"}),
    "remove": frozenset({"remove_card", "remove_stage", "reject", "detach_evidence", "move_card"}),
    "merge": frozenset({"merge_cards", "merge_stages", "merge_personas"}),
    "split": frozenset({"split_card"}),
    "add": frozenset({"add_card", "add_stage", "attach_evidence", "edit_detail"}),
    "rename": frozenset({"edit_title", "rename_stage", "rename_persona"}),
    "attach": frozenset({"attach_evidence"}),
    "detach": frozenset({"detach_evidence"}),
}
#: A noun for what is changed → the kinds that change it.
_MEANT: Final[Mapping[str, frozenset[str]]] = {
    "owner": frozenset({"set_owner"}),
    "severity": frozenset({"set_severity"}),
    "emotion": frozenset({"set_emotion"}),
    "lane": frozenset({"set_lane", "add_card"}),
    "detail": frozenset({"edit_detail"}),
    "title": frozenset({"edit_title", "split_card", "merge_cards", "add_card"}),
}


def is_against(said: Masked, change: Change) -> bool:
    """Whether the request's own words forbid to guess *change*."""
    words = list(said.words)
    # No known request grades an opportunity: `c20's viability is low` is near to what says how grave a pain is.
    if any(_stands(words, way) for way in _open_words()) or grades_something(words):
        return True
    known, low = lexicon(), said.filler.low
    # `we need to talk about c3` names no lane.
    if any(one.sort == "lane" and one.end < said.filler.stop and low[one.end] == "to" for one in said.named):
        return True
    for at in range(len(words)):
        if known.reporting.find(words, at) or known.thinking.find(words, at):
            return True
        verb, noun = known.verbs.find(words, at), known.nouns.find(words, at)
        if (
            verb
            and words[at] not in known.doubtful
            and change.kind not in _ORDERED.get(verb[0].action, (change.kind,))
        ):
            return True
        if noun and change.kind not in _MEANT.get(str(noun[0]), (change.kind,)):
            return True
    return not all(_may_be_denied(piece, said, change) for piece in _pieces(said) if _denies(piece, said))


def _may_be_denied(piece: range, said: Masked, change: Change) -> bool:
    """Whether a piece with a negation only denies what a card was till now: `it is no delight, …`."""
    sort = _LABELS.get(change.kind)
    inside = [one for one in said.named if one.start in piece]
    return sort is not None and not any(one.sort == sort and str(one.value) == change.to for one in inside)


def _denies(piece: range, said: Masked) -> bool:
    named = {at for one in said.named for at in range(one.start, one.end)}
    low = list(said.filler.low)
    return any(
        at not in named and (lexicon().negations.find(low, at) or low[at].endswith("n't") or low[at] in _NOT)
        for at in piece
    )


def _pieces(said: Masked) -> Iterator[range]:
    """Yield the request's pieces between signs, as tokens."""
    inside = {at for one in said.named for at in range(one.start, one.end)}
    start = 0
    for at, word in enumerate(said.filler.low):
        if word in _CUTS and at not in inside:
            yield range(start, at)
            start = at + 1
    yield range(start, said.filler.stop)


def _stands(words: Sequence[str], way: Phrase) -> bool:
    return any(tuple(words[at : at + len(way)]) == way for at in range(len(words)))


@cache
def _open_words() -> tuple[Phrase, ...]:
    """Return the words that make a request a condition, a report, a joke or a thought."""
    return tuple(phrase(str(text)) for text in read_taxonomy("requests")["never_guessed"])
