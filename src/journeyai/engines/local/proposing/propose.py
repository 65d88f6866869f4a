"""Free requests in English and Spanish become changes, by grammar: what is not understood for sure is asked back.

Where the grammar does not understand the words at all, known requests that are near may tell; that is never sure.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from journeyai.engines.conversation import Proposed
from journeyai.engines.local.proposing import cards, evidence, stages, values, wording
from journeyai.engines.local.proposing.asking import AskBackError, spoken
from journeyai.engines.local.proposing.clauses import Part, parts
from journeyai.engines.local.proposing.items import Clause, Refers, State
from journeyai.engines.local.proposing.joining import completed_by, joined, kept
from journeyai.engines.local.proposing.lexicon import lexicon, phrase
from journeyai.engines.local.proposing.names import Names
from journeyai.engines.local.proposing.nearness import (
    LEAST,
    LEAST_OF_REMARKS,
    Nearness,
    guessed,
    known_nearness,
)
from journeyai.engines.local.proposing.remarks import check_harmless, check_not_taken_back, note_remark
from journeyai.engines.local.proposing.sentences import sentences
from journeyai.model.changes import CHANGES, MOST_TARGETS, Change
from journeyai.model.journey import JourneyMap

#: A longer request is a pasted text.
LONGEST: Final = 1500


#: Questions that only say that the words are not understood; where the grammar asks anything else, it knows why.
_NOT_UNDERSTOOD: Final = frozenset({"", "not_read", "which_shown", "what_to_do", "add_what"})

Handler = Callable[[Clause, State], list[Change]]
_HANDLERS: Final[dict[str, Handler]] = {
    "rename": wording.rename,
    "call": wording.rename,
    "merge": cards.merged,
    "split": evidence.split,
    "move": values.change,
    "put": values.change,
    "set": values.change,
    "is": values.change,
    "assign": values.change,
    "add": cards.added,
    "remove": cards.removed,
    "clear": cards.removed,
    "accept": cards.judged,
    "confirm": cards.judged,
    "reject": cards.judged,
    "lock": cards.judged,
    "unlock": cards.judged,
    "attach": evidence.attached,
    "detach": evidence.detached,
    "swap": stages.swapped,
}


def propose(
    request: str,
    journey: JourneyMap,
    *,
    last: Sequence[str] = (),
    near: Callable[[], Nearness] | None = known_nearness,
) -> Proposed:
    """Return the changes that *request* asks for; nothing is applied.

    Args:
        request: the person's words, in English or Spanish whatever the map's language.
        journey: the map as it stands.
        last: ids of the cards that were shown last, in their order: `it`, `the first one`.
        near: gives the nearness to known requests, where the words are not understood; None for the grammar alone.

    Returns:
        All changes of the request or none: with a question in `unclear` where one part is not understood.
    """
    found = _propose(request, journey, last, near)
    if not found.choices:
        return found
    readable = tuple(
        choice
        for choice in found.choices
        if choice.startswith("/") or (choice != request and _propose(choice, journey, last, None).changes)
    )
    return replace(found, choices=readable)


def _propose(
    request: str, journey: JourneyMap, last: Sequence[str], near: Callable[[], Nearness] | None
) -> Proposed:
    """Read *request* with turns of phrase; sure is what the grammar of verbs alone reads alike.

    Turns read more, and are likelier to read what was not meant; nearness to known requests, still likelier, is asked
    where neither understands the words (docs/decisions/0016).
    """
    if len(request) > LONGEST:
        return Proposed((), spoken(journey.language).say("too_much"))
    known = {card.id for card in journey.cards}
    shown = tuple(dict.fromkeys(id_ for id_ in last if id_ in known))
    state = State(request, journey, Names(journey), lexicon(), shown)
    # Each reading leaves its marks on the state and the names.
    found, why = _read(replace(state, names=Names(journey), told=[]))
    if not found.unclear:
        by_verbs, _ = _read(replace(state, names=Names(journey), told=[], with_turns=False))
        if found.changes:
            return replace(found, is_sure=found.changes == by_verbs.changes)
        if by_verbs.changes:
            return replace(by_verbs, is_sure=False)
    if near is not None and why in _NOT_UNDERSTOOD:
        return _guessed(state, near, LEAST if why else LEAST_OF_REMARKS) or found
    return found


def _read(state: State) -> tuple[Proposed, str]:
    """Return what the grammar makes of the request, and the key of its question; empty where it has none."""
    try:
        changes = _all(state)
    except AskBackError as ask:
        return Proposed((), ask.say(state.journey.language), choices=ask.choices), ask.key
    return Proposed(tuple(dict.fromkeys(changes))), ""


def _guessed(state: State, near: Callable[[], Nearness], least: float) -> Proposed | None:
    """Return what known requests that are near ask for: never sure; None where they do not tell."""
    change = guessed(state, near, least)
    if change is None:
        return None
    try:
        _allowed([change], state.journey)
        return Proposed((_checked(change),), is_sure=False)
    except AskBackError as ask:
        return Proposed((), ask.say(state.journey.language))


def _all(state: State) -> list[Change]:
    changes: list[Change] = []
    open_text = False
    waiting: Clause | None = None
    remarks: list[Clause] = []
    deemed: list[Change] = []
    for sentence in sentences(state.text, state):
        for part in parts(sentence, state):
            if waiting is not None and part.is_order:
                # `accept and lock c3`: both verbs have the same object.
                changes += _one(replace(part.clause, action=waiting.action), state, changes)
                waiting = None
            if (told := _told(part, state, changes)) is not None:
                changes += told
                deemed += told if part.is_deemed else ()
                open_text = open_text and part.changes is None
                continue
            if not part.is_order:
                _remark(part.clause, state, changes, open_text)
                remarks.append(part.clause)
                continue
            if _only_verb(part.clause):
                waiting = part.clause
                continue
            found = _one(part.clause, state, changes)
            changes += found
            open_text = (
                bool(found) and found[-1].text is not None and not any(t.quoted for t in part.clause.tokens)
            )
        if waiting is not None:
            changes += _one(waiting, state, changes)
            waiting = None
    changes = _meant(changes, deemed)
    for remark in remarks if changes else ():
        check_harmless(remark, changes, state)
    _allowed(changes, state.journey)
    return [_checked(change) for change in changes]


def _told(part: Part, state: State, changes: list[Change]) -> list[Change] | None:
    """Return what a turn of phrase, or a clause without its verb, asks for; None where *part* is neither."""
    if part.changes is not None:
        found: list[Change] | None = list(part.changes)
    elif changes and not part.is_order and state.with_turns:
        found = completed_by(part.clause, state, changes)
    else:
        found = None
    for change in found or ():
        _note(change, state)
    return found


def _remark(clause: Clause, state: State, changes: Sequence[Change], open_text: bool) -> None:
    """Note what a remark speaks of; ask where it may belong to new words, or take a change back.

    Raises:
        AskBackError: it may.
    """
    if open_text and changes:
        raise AskBackError("quote_it", said=state.text[clause.tokens[0].start :] if clause.tokens else "")
    if changes:
        check_not_taken_back(clause, state)
    note_remark(clause, state)


def _meant(changes: Sequence[Change], deemed: Sequence[Change]) -> list[Change]:
    """Leave out what is only said of cards: `c3 is fine, lock it` and `c3 is sad, delete it` ask for one thing."""
    gone = {id_ for change in changes if change.kind == "remove_card" for id_ in change.targets}
    return [
        change
        for change in changes
        if not (change.kind in ("set_lane", "set_emotion", "set_severity") and set(change.targets) <= gone)
        and not (
            list(changes).count(change) <= list(deemed).count(change)
            and any(set(change.targets) & set(other.targets) for other in changes if other != change)
        )
    ]


def _allowed(changes: Sequence[Change], journey: JourneyMap) -> None:
    """Refuse changes to locked cards, merges across lanes, and one card both accepted and rejected.

    Raises:
        AskBackError: one of *changes* is of these.
    """
    locked = {card.id for card in journey.cards if card.locked}
    lanes: dict[str, str | None] = {card.id: card.lane for card in journey.cards}
    verdicts: dict[str, str] = {}
    for change in changes:
        if change.kind in ("accept", "reject") and any(
            verdicts.setdefault(id_, change.kind) != change.kind for id_ in change.targets
        ):
            raise AskBackError("two_values")
        if change.kind == "unlock":
            locked -= set(change.targets)
        elif change.kind not in ("lock", "accept") and (fixed := sorted(locked & set(change.targets))):
            raise AskBackError("locked", n=len(fixed), names=", ".join(fixed[:5]))
        if change.kind == "set_lane":
            lanes |= dict.fromkeys(change.targets, change.to)
        if change.kind == "merge_cards" and len({lanes[id_] for id_ in change.targets}) > 1:
            raise AskBackError("lanes_differ", names=", ".join(change.targets[:5]))


def _only_verb(clause: Clause) -> bool:
    return (
        not clause.tokens
        and not clause.clitic
        and clause.action in ("accept", "confirm", "reject", "lock", "unlock")
    )


def _one(clause: Clause, state: State, before: list[Change]) -> list[Change]:
    """Return the changes of one clause, and note what it spoke of."""
    action = clause.action
    if action.startswith("!"):
        raise AskBackError(f"elsewhere_{action[1:]}")
    if action == "keep":
        kept(clause, state, before)
        return []
    if action == "discard":
        raise AskBackError("discard", _instead(clause, state))
    if action.startswith("scope_"):
        found = wording.scoped(clause, state, action.removeprefix("scope_"))
    elif more := joined(clause, state, before):
        return more
    else:
        found = _HANDLERS[action](clause, state)
    for change in found:
        _note(change, state)
    return found


def _instead(clause: Clause, state: State) -> list[str]:
    """Return the request with `discard` said as delete and as reject."""
    words = ("borra", "rechaza") if clause.language == "es" else ("delete", "reject")
    text = state.text
    verb = text[clause.start : clause.verb_end]
    tail = clause.clitic if clause.clitic and verb.endswith(clause.clitic) else ""
    return [text[: clause.start] + word + tail + text[clause.verb_end :] for word in words]


def _note(change: Change, state: State) -> None:
    """Remember what a change was done to, for `it` and `them`, and the new name of a stage or persona."""
    sort = CHANGES[change.kind].targets
    targets = (
        change.targets
        if change.kind not in ("attach_evidence", "detach_evidence", "split_card")
        else change.targets[:1]
    )
    state.doubt = None
    if change.kind in ("add_card", "add_stage", "remove_card", "remove_stage"):
        state.spoken = None
        state.doubt = AskBackError("new_part") if change.kind.startswith("add") else AskBackError("gone")
        if change.kind == "remove_card":
            state.told += change.targets
        return
    if change.kind.startswith("merge") and change.to:
        targets = (change.to,)
    if sort in ("card", "stage", "persona") and targets:
        refers: Refers = "card" if sort == "card" else "stage" if sort == "stage" else "persona"
        state.spoken = (refers, targets)
        state.told += targets if refers == "card" else ()
    if change.text and change.kind in ("rename_stage", "rename_persona"):
        names = state.names.stages if change.kind == "rename_stage" else state.names.personas
        names.setdefault(phrase(change.text), change.targets[0])


def _checked(change: Change) -> Change:
    """Hold a change to what its kind needs; a grammar that gives less is not trusted.

    Raises:
        AskBackError: it lacks something, or has too much.
    """
    needs = CHANGES[change.kind]
    if needs.targets is None:
        return change
    if len(change.targets) > MOST_TARGETS:
        raise AskBackError("too_many", n=MOST_TARGETS)
    if (
        needs.more is None
        and not needs.least <= len(change.targets) <= needs.most
        and change.kind != "add_stage"
    ):
        raise AskBackError("one_at_a_time" if needs.most == 1 else "which_part")
    if needs.to in ("stage", "persona") and change.to in change.targets:
        raise AskBackError("which_goal")
    return change
