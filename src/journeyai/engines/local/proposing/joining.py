"""Clauses that belong to the change before them: `… and call it X`, `… and move its cards to X`, `…, keeping c7`."""

from dataclasses import replace

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.reader import Reader
from journeyai.engines.local.proposing.turning import continued
from journeyai.model.changes import Change


def completed_by(clause: Clause, state: State, changes: list[Change]) -> list[Change] | None:
    """Return what a clause without its verb asks for after *changes*; the last of them goes where it is completed."""
    before = changes[-1]
    more = continued(clause.tokens, state, clause.language, before)
    if more is None:
        return None
    if before.kind == "remove_stage":
        if before.to is not None:
            return None
        changes.pop()
        return [replace(before, to=more[0].to)]
    if before.kind.startswith("merge"):
        if not set(more[0].targets) <= set(before.targets) or len(more[0].targets) != 1:
            return None
        changes.pop()
        return [replace(before, to=more[0].targets[0])]
    return more


def joined(clause: Clause, state: State, before: list[Change]) -> list[Change]:
    """Read what belongs to the change before: `… and call it X`, `… and move its cards to X`, `…, keeping c7`."""
    if not before or not clause.topic:
        return []
    last = before[-1]
    if (
        last.kind in ("merge_cards", "merge_stages", "merge_personas")
        and clause.action in ("call", "rename")
        and last.text is None
    ):
        words = [token.low for token in clause.tokens]
        if (
            clause.clitic
            or words[:1] in (["it"], ["them"], ["that"])
            or {"result", "resultado", "merged"} & set(words)
        ):
            start = (
                0
                if clause.clitic
                else next(
                    (
                        i + 1
                        for i, w in enumerate(words)
                        if w in ("it", "them", "that", "result", "resultado", "card", "one")
                    ),
                    0,
                )
            )
            while (
                start < len(words)
                and words[start] in ("as", "to", "como", "a", ":", "stage", "card")
                and start + 1 < len(words)
            ):
                start += 1
            text = clause.raw(state, start)
            if not text:
                raise AskBackError("which_text")
            before[-1] = replace(last, text=text)
            return [before.pop()]
    if last.kind == "remove_stage" and last.to is None and clause.action in ("move", "put", "assign"):
        reader = Reader.of(clause, state)
        sets = [
            item.filter.filter
            for item in reader.these("card")
            if item.filter is not None and item.filter.filter is not None
        ]
        if sets and not reader.these("stage"):
            reader.items, reader.roles = [*sets], {}
        goals = [
            item
            for item in reader.these("stage")
            if reader.role(item) in ("to", "in") or len(reader.these("stage")) == 1
        ]
        cards_meant = (
            sets
            or {"cards", "tarjetas", "its", "sus", "their", "them"} & set(reader.scanner.low)
            or clause.clitic
        )
        if (
            len(goals) == 1
            and len(goals[0].value) == 1
            and cards_meant
            and goals[0].value[0] not in last.targets
        ):
            before.pop()
            return [replace(last, to=str(goals[0].value[0]))]
        raise AskBackError("which_goal")
    return []


def kept(clause: Clause, state: State, before: list[Change]) -> None:
    """Read `keep c7`: after a merge it says which stays; else it asks for nothing."""
    reader = Reader.of(clause, state)
    reader.only("card", "stage", "persona", "noun")
    ids = [id_ for item in reader.these("card", "stage", "persona") for id_ in item.value]
    state.told += ids
    if before and before[-1].kind.startswith("merge") and len(ids) == 1 and ids[0] in before[-1].targets:
        before[-1] = replace(before[-1], to=ids[0])
    elif before or not ids:
        raise AskBackError("not_read", said=state.text[clause.start :])
