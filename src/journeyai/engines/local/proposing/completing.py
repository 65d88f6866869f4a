"""A kind of change made whole with what a request names: all of it must have its place, or nothing comes of it."""

from collections.abc import Sequence
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import State
from journeyai.engines.local.proposing.mentions import Masked, Mention
from journeyai.engines.local.proposing.turns import groups
from journeyai.model.changes import CHANGES, MOST_TARGETS, TEXT_LETTERS, Change, ChangeKind
from journeyai.model.journey import JourneyMap

#: What `Needs.to` says → of what sort it is named.
_GOALS: Final = {
    "stage": "stage",
    "persona": "persona",
    "lane": "lane",
    "emotion": "emotion",
    "severity": "grade",
}
#: Groups of `turns.yaml` after which new words stand, to the end of the request.
_LEADS: Final = ("titled", "name_it")
#: Kinds of which the words between what is named tell more than what is named: only the grammar reads these.
_NEVER: Final = frozenset({"set_scope", "set_goal", "set_map_title", "set_grade", "set_progress"})
#: What names the second of two.
_LATTER: Final = frozenset({"into", "latter", "ultima", "ultimo", "segunda", "dentro", "wins", "gana"})


def completed(kind: ChangeKind, said: Masked, state: State) -> Change | None:
    """Return the one change of *kind* that what is named makes.

    Args:
        kind: what is to be done.
        said: the request.
        state: of the request.

    Returns:
        None where something is missing, is left over, or could be two things.
    """
    needs = CHANGES[kind]
    if kind in _NEVER:
        return None
    named, text = list(said.named), None
    if kind == "move_speaker":
        text = _only_speaker(named)
    elif kind == "set_owner":
        text = _only_name(said)
    elif needs.text != "none":
        named, text = _new_words(said, state)
    if (needs.text not in ("none", "optional") and not text) or len(text or "") > TEXT_LETTERS:
        return None
    targets = _targets(kind, named, state)
    more = _take(named, needs.more) if needs.more else ()
    if needs.targets and not needs.least <= len(targets) <= min(needs.most, MOST_TARGETS):
        return None
    if len(more) < needs.least_more or (kind == "split_card" and not more):
        return None
    to: str | None = None
    if needs.to == "place":
        to = _place(said, _take(named, "stage"), targets, state.journey)
    elif needs.to == "target":
        to = _staying(said, targets)
    elif needs.to:
        to = _goal(_GOALS[needs.to], named, targets, text or "", state.journey)
    if to is None and needs.to is not None and (needs.needs_to or needs.to == "place"):
        return None
    if any(not _is_so_already(one, targets, state.journey) for one in named):
        return None
    return Change(kind, (*targets, *more), to, text)


def _take(named: list[Mention], sort: str) -> tuple[str, ...]:
    """Return all that is named of *sort*, each once, and take it out of *named*."""
    ids = tuple(dict.fromkeys(str(id_) for one in named if one.sort == sort for id_ in one.value))
    named[:] = [one for one in named if one.sort != sort]
    return ids


def _targets(kind: ChangeKind, named: list[Mention], state: State) -> tuple[str, ...]:
    """Return what the change is done to; of stages that go somewhere only the first is it."""
    sort = CHANGES[kind].targets
    if sort is None:
        return ()
    if kind in ("remove_stage", "move_stage", "add_card"):
        first = next((one for one in named if one.sort == "stage"), None)
        if first is None:
            return ()
        named.remove(first)
        return tuple(first.value)
    ids = _take(named, sort)
    # `that is no question, it is a need`: the one card that was shown is spoken of.
    return ids or (state.last if sort == "card" and len(state.last) == 1 else ())


def _staying(said: Masked, targets: Sequence[str]) -> str:
    """Return which of merged *targets* stays: the one that is named again, the latter, or the first."""
    again = [one.value[0] for one in said.named[1:] if isinstance(one.value, tuple) and len(one.value) == 1]
    counts = [id_ for id_ in again if sum(id_ in one.value for one in said.named) > 1]
    if len(set(counts)) == 1 and counts[0] in targets:
        return str(counts[0])
    return targets[-1] if _LATTER & set(said.words) else targets[0]


def _goal(
    sort: str, named: list[Mention], targets: Sequence[str], who: str, journey: JourneyMap
) -> str | None:
    """Return the only value of *sort* that is named and not true already: `it is no delight, it is a need`."""
    found = [one for one in named if one.sort == sort]
    named[:] = [one for one in named if one.sort != sort]
    values = dict.fromkeys(
        str(value) for one in found for value in (one.value if isinstance(one.value, tuple) else (one.value,))
    )
    if len(values) > 1:
        now = _held(sort, targets, who, journey)
        values = {value: None for value in values if value not in now}
    return next(iter(values)) if len(values) == 1 else None


def _held(sort: str, targets: Sequence[str], who: str, journey: JourneyMap) -> frozenset[str]:
    """Return what is true of *targets* already: where they are, what they are, what is felt."""
    if sort == "persona":
        return frozenset(
            one.id for one in journey.personas if any(member.speaker == who for member in one.members)
        )
    field = {"grade": "severity"}.get(sort, sort)
    return frozenset(str(getattr(card, field)) for card in journey.cards if card.id in targets)


def _is_so_already(one: Mention, targets: Sequence[str], journey: JourneyMap) -> bool:
    """Whether what is left over only says where all *targets* are, or of what lane: `the fee in Purchase`."""
    if one.sort not in ("stage", "lane"):
        return False
    values = set(map(str, one.value)) if isinstance(one.value, tuple) else {str(one.value)}
    return bool(targets) and _held(one.sort, targets, "", journey) == values


def _place(said: Masked, stages: Sequence[str], moving: Sequence[str], journey: JourneyMap) -> str | None:
    """Return the stage after which one comes, `start` or `end`, as a change of order says it."""
    order = [stage.id for stage in sorted(journey.stages, key=lambda stage: stage.order)]
    others = [id_ for id_ in order if id_ not in moving]
    sides = [side for side in ("after", "before", "at_end", "at_start") if _says(said.words, side)]
    if len(stages) == 2 and not moving and others.index(stages[1]) - others.index(stages[0]) == 1:
        return stages[0]
    if len(stages) == 1 and stages[0] in others and ("after" in sides) != ("before" in sides):
        at = others.index(stages[0])
        return others[at] if "after" in sides else others[at - 1] if at else "start"
    if not stages and len(sides) == 1 and sides[0] in ("at_end", "at_start"):
        return sides[0].removeprefix("at_")
    return None


def _says(words: Sequence[str], group: str) -> bool:
    ways = groups()[group]
    return any(tuple(words[at : at + len(way)]) == way for at in range(len(words)) for way in ways)


def _new_words(said: Masked, state: State) -> tuple[list[Mention], str | None]:
    """Return what is named besides the new words, and these: the only quoted string, or what a lead leaves."""
    quotes = said.of("quote")
    if quotes:
        rest = [one for one in said.named if one.sort != "quote"]
        return rest, str(quotes[0].value) if len(quotes) == 1 else None
    filler = said.filler
    inside = {at for one in said.named for at in range(one.start, one.end)}
    for at in reversed(range(filler.stop)):
        if at in inside:
            continue
        for way in (way for group in _LEADS for way in groups()[group]):
            end = at + len(way)
            if tuple(filler.low[at:end]) != way or end >= filler.stop:
                continue
            try:
                found = [one for one in filler.fill("text", end, last=True) if one.ask is None]
            except AskBackError:
                continue
            if found and found[0].end == filler.stop:
                return [one for one in said.named if one.end <= at], found[0].text
    return list(said.named), None


def _only_speaker(named: list[Mention]) -> str | None:
    found = _take(named, "speaker")
    return found[0] if len(found) == 1 else None


def _only_name(said: Masked) -> str | None:
    """Return the only name of a person or team that stands outside of what is named."""
    inside = {at for one in said.named for at in range(one.start, one.end)}
    found: dict[int, str] = {}
    for at in range(said.filler.stop):
        for one in said.filler.fill("name", at, last=False) if at not in inside else ():
            if not inside & set(range(at, one.end)):
                found.setdefault(one.end, one.text)
    # At the beginning of a sentence each word has a capital letter.
    later = {end: text for end, text in found.items() if end > 1}
    names = set((later or found).values())
    return names.pop() if len(names) == 1 else None
