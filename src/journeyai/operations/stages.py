"""What can be done to stages.  Their numbers follow from their order and are given at the end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from journeyai.knowledge.letters import fold, slug
from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import Stage, Transition
from journeyai.operations.bench import Bench, one_line
from journeyai.operations.ratings import list_ratings_at


def _rename_stage(bench: Bench, change: Change) -> None:
    stage = bench.stage(change.targets[0])
    name = one_line(change.text or "")
    if name == stage.name:
        raise bench.idle("same_name", part=bench.named([stage]))
    _check_name(bench, name, stage.id)
    bench.put_stage(stage, name=name)


def _add_stage(bench: Bench, change: Change) -> None:
    name = one_line(change.text or "")
    _check_name(bench, name)
    taken = {stage.id for stage in (*bench.stages, *bench.journey.stages)} | bench.ground.past_stages
    bare, number = slug(name), 2
    id_ = bare
    while id_ in taken:
        id_, number = f"{bare}_{number}", number + 1
    bench.stages.insert(_place(bench, change.to or "end"), Stage(id=id_, name=name, order=0))


def _check_name(bench: Bench, name: str, *own: str) -> None:
    """Refuse a name that another stage has: nobody could tell them apart."""
    for stage in bench.stages:
        if stage.id not in own and fold(stage.name) == fold(name):
            raise bench.refused("stage_name_taken", stage=bench.named([stage]))


def _place(bench: Bench, to: str) -> int:
    """Return the place in the order that *to* names: first, last, or right after a stage."""
    if to == "start":
        return 0
    if to == "end":
        return len(bench.stages)
    after = bench.stage(to)
    return 1 + next(n for n, stage in enumerate(bench.stages) if stage.id == after.id)


def _move_stage(bench: Bench, change: Change) -> None:
    stage = bench.stage(change.targets[0])
    before = [other.id for other in bench.stages]
    if change.to == stage.id:
        raise bench.refused("after_itself", stage=bench.named([stage]))
    rest = [other for other in bench.stages if other.id != stage.id]
    all_stages, bench.stages = bench.stages, rest
    rest.insert(_place(bench, change.to or "end"), stage)
    if [other.id for other in rest] == before:
        bench.stages = all_stages
        raise bench.idle("same_place", stage=bench.named([stage]))


def _merge_stages(bench: Bench, change: Change) -> None:
    stages = [bench.stage(id_) for id_ in change.targets]
    target = bench.stage(change.to or change.targets[0])
    name = one_line(change.text or "") or target.name
    _check_name(bench, name, *(stage.id for stage in stages))
    others = [stage for stage in stages if stage.id != target.id]
    ordered = [target, *others]
    bench.put_stage(
        target,
        name=name,
        summary=next((stage.summary for stage in ordered if stage.summary), ""),
        duration=next((stage.duration for stage in ordered if stage.duration), None),
    )
    _hand_over(bench, others, target.id)


def _remove_stage(bench: Bench, change: Change) -> None:
    gone = [bench.stage(id_) for id_ in change.targets]
    names = bench.named(gone)
    if len(gone) == len(bench.stages):
        raise bench.refused("last_stage", n=len(gone), stages=names)
    if change.to in change.targets:
        raise bench.refused("to_removed", stage=bench.named([bench.stage(change.to or "")]))
    ids = {stage.id for stage in gone}
    cards = [card for card in bench.cards if card.stage in ids]
    if not change.to:
        if cards:
            raise bench.refused("stage_has_cards", n=len(cards), stages=names)
        if any(stage.measures for stage in gone):
            raise bench.refused("stage_has_ratings", stages=names)
    bench.free([card.id for card in cards])
    for card in cards:
        bench.edit_card(card, stage=bench.stage(change.to or "").id)
    if change.to:
        _hand_over(bench, gone, change.to)
    else:
        _hand_over(bench, gone, _neighbour(bench, ids), moves=False)


def _neighbour(bench: Bench, gone: set[str]) -> str:
    """Return the stage before those that go, or the first that stays: where quotes go that no card of theirs has."""
    first = next(n for n, stage in enumerate(bench.stages) if stage.id in gone)
    left = [stage.id for stage in bench.stages if stage.id not in gone]
    return left[max(0, first - 1)]


def _hand_over(bench: Bench, gone: list[Stage], to: str, *, moves: bool = True) -> None:
    """Take the stages *gone* off the map; what stands there goes to *to*.

    Cards move as they are, locked or not: it is their stage that goes on under another name.

    Args:
        bench: the map.
        gone: what goes.
        to: what stays.
        moves: whether returns from and to a stage that goes are now from and to *to*; else they go.
    """
    ids = {stage.id for stage in gone}
    for card in [card for card in bench.cards if card.stage in ids]:
        bench.put_card(card, stage=to)
    bench.relabel([id_ for id_, item in bench.evidence.items() if item.stage in ids], stage=to)
    list_ratings_at(bench, [id_ for stage in gone for item in stage.measures for id_ in item.evidence], to)
    bench.stages = [stage for stage in bench.stages if stage.id not in ids]
    if moves:
        _redirect(bench, ids, to)
    else:
        bench.transitions = [move for move in bench.transitions if not {move.from_, move.to} & ids]


def _redirect(bench: Bench, gone: set[str], to: str) -> None:
    """Let returns begin and end at *to* instead of the stages that go; one from a stage to itself is none."""
    merged: dict[tuple[str, str], Transition] = {}
    for move in bench.transitions:
        ends = (to if move.from_ in gone else move.from_, to if move.to in gone else move.to)
        if ends[0] == ends[1] and (move.from_ in gone or move.to in gone):
            continue
        known = merged.get(ends)
        if known is None:
            merged[ends] = move.model_copy(update={"from_": ends[0], "to": ends[1]})
            continue
        evidence = tuple(dict.fromkeys((*known.evidence, *move.evidence)))
        quotes = [bench.evidence[id_] for id_ in evidence if id_ in bench.evidence]
        people = len({bench.ground.remark(item).person for item in quotes} - {None})
        merged[ends] = known.model_copy(update={"evidence": evidence, "people": people})
    bench.transitions = list(merged.values())


STAGE_CHANGES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {
        "rename_stage": _rename_stage,
        "add_stage": _add_stage,
        "remove_stage": _remove_stage,
        "merge_stages": _merge_stages,
        "move_stage": _move_stage,
    }
)
