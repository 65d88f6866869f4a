"""Whether a change says all that its kind needs, and names what is on the map."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from journeyai.model.changes import (
    CHANGES,
    GRADES,
    LABELS,
    SCOPE_STATES,
    TEXT_LETTERS,
    Change,
    Destination,
    Part,
)
from journeyai.operations.bench import Bench, one_line

_ENDS: Final = ("start", "end")


def checked(bench: Bench, change: Change) -> Change:
    """Return *change* with its text cleaned.

    Raises:
        RefusedError: something is missing, too much, or not on the map.
    """
    needs = CHANGES.get(change.kind)
    if needs is None:
        raise bench.refused("unknown_kind", kind=one_line(str(change.kind))[:60])
    targets = change.targets
    if needs.targets is None and targets:
        raise bench.refused("no_targets")
    own = len(targets) if needs.more is None else needs.most
    first, more = targets[:own], targets[own:]
    _check_targets(bench, needs.targets, first, needs.least, needs.most)
    if needs.more is not None:
        _check_targets(bench, needs.more, more, needs.least_more, len(more))
    to = change.to or None
    if needs.to is not None:
        if to is None and needs.needs_to:
            raise bench.refused(f"to_which_{needs.to}", choices=_choices(bench, needs.to))
        if to is not None:
            _check_to(bench, needs.to, to, targets)
    return replace(change, to=to if needs.to else None, text=_text(bench, change))


def _check_targets(bench: Bench, part: Part | None, ids: Sequence[str], least: int, most: int) -> None:
    """Check that there are enough of *ids*, not too many, and that each is on the map."""
    if part is None:
        return
    if len(ids) < least:
        raise bench.refused(f"too_few_{part}s", n=least)
    if len(ids) > most:
        raise bench.refused(f"too_many_{part}s", n=most)
    for id_ in ids:
        if part == "stage":
            bench.stage(id_)
        elif part == "card":
            bench.card(id_)
        elif part == "persona":
            bench.persona(id_)


def _check_to(bench: Bench, destination: Destination, to: str, targets: Sequence[str]) -> None:
    """Check that *to* is what the change's `to` may say."""
    if destination == "stage":
        bench.stage(to)
    elif destination == "persona":
        bench.persona(to)
    elif destination == "target":
        if to not in targets:
            raise bench.refused("to_no_target", to=one_line(to)[:60], targets=bench.listed(targets))
    elif destination == "place":
        if to not in _ENDS:
            bench.stage(to)
    elif to not in LABELS[destination]:
        choices = _choices(bench, destination)
        raise bench.refused(f"not_a_{destination}", to=one_line(to)[:60], choices=choices)


def _choices(bench: Bench, destination: Destination) -> str:
    """Return what `to` may say, as people read it."""
    if destination in {"stage", "place"}:
        return bench.named(bench.stages)
    if destination == "persona":
        return bench.named(bench.personas) or "–"
    return ", ".join(LABELS.get(destination, ()))


def _text(bench: Bench, change: Change) -> str | None:
    """Return the change's words on one line, None if its kind has none."""
    wants = CHANGES[change.kind].text
    if wants == "none":
        return None
    text = one_line(change.text or "")
    if wants == "needed" and not text:
        raise bench.refused("text_needed")
    if len(text) > TEXT_LETTERS:
        raise bench.refused("text_too_long", n=TEXT_LETTERS, letters=len(text))
    if change.kind == "set_scope" and change.to == "state" and text not in SCOPE_STATES:
        raise bench.refused("not_a_state", text=text or "–")
    if change.kind == "set_grade" and text not in GRADES:
        raise bench.refused("not_a_grade", text=text[:60], choices=", ".join(GRADES))
    return text
