"""Cards: merged, added, removed, judged; stages and personas where the verb is the same."""

from typing import Final

from journeyai.engines.local.proposing import evidence, stages
from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.reader import Reader
from journeyai.engines.local.proposing.tokens import lows
from journeyai.engines.local.proposing.values import _has_property as has_property
from journeyai.knowledge.words import words
from journeyai.model.changes import Change, ChangeKind
from journeyai.model.vocabulary import Lane

_MERGES: Final[dict[str, ChangeKind]] = {
    "card": "merge_cards",
    "stage": "merge_stages",
    "persona": "merge_personas",
}
#: Lanes that are offered for a new card.
_LIKELY: Final[tuple[Lane, ...]] = ("pain_point", "delight", "need", "question", "expectation")
_VERDICTS: Final[dict[str, ChangeKind]] = {
    "accept": "accept",
    "confirm": "accept",
    "reject": "reject",
    "lock": "lock",
    "unlock": "unlock",
}


def merged(clause: Clause, state: State) -> list[Change]:
    """Read `merge c3 with c7 into “Late refunds”`, `une las etapas 2 y 3`."""
    low = lows(clause.tokens)
    called = _called(clause, state, low)
    reader = Reader.of(clause, state, 0, called[0] if called else None)
    text = clause.raw(state, called[1]) if called else None
    if not called:
        text = _into_text(reader)
    kind = _sort(reader)
    if kind == "card":
        reader.with_titles()
    reader.only(kind, "noun")
    items = reader.these(kind)
    ids = list(dict.fromkeys(id_ for item in items for id_ in item.value))
    if len(ids) < 2 and (back := reader.back(kind)):
        ids = list(dict.fromkeys([*back, *ids]))
    if len(ids) < 2:
        raise AskBackError("merge_with", n=len(ids))
    goals = [item for item in items if reader.role(item) in ("to", "in") and item is not items[0]]
    if goals and (len(goals) > 1 or len(goals[0].value) != 1):
        raise AskBackError("which_stays")
    to = str(goals[0].value[0]) if goals else ids[0]
    return [Change(_MERGES[kind], tuple(ids), to, text or None)]


def _called(clause: Clause, state: State, low: list[str]) -> tuple[int, int] | None:
    """Return where the name of what comes out begins: at `called`, or at `as`."""
    for at in range(1, len(low)):
        found = state.lexicon.roles.find(low, at)
        if found and found[0] in ("called", "as", "colon") and found[1] < len(low):
            return at, found[1]
    return None


def _into_text(reader: Reader) -> str | None:
    """Return the words after `into` that are no part of the map: `merge stages 2 and 3 into Checkout`."""
    last = reader.items[-1] if reader.items else None
    if (
        last is not None
        and last.kind in ("quote", "words")
        and reader.role(last) in ("to", "in")
        and len(reader.items) > 1
    ):
        if last.kind == "words":
            near = reader.state.names.near(last.value, reader.state.names.stages)
            if near:
                raise AskBackError("which_stays")
        reader.items.pop()
        return reader.said(last)
    return None


def _sort(reader: Reader) -> str:
    kinds = {item.kind for item in reader.items if item.kind in _MERGES}
    if len(kinds) > 1:
        raise AskBackError("mixed")
    if kinds:
        return kinds.pop()
    nouns = {item.value for item in reader.these("noun")}
    if reader.state.spoken is not None and not (nouns & {"card", "stage", "persona"}):
        return reader.state.spoken[0]
    return "stage" if "stage" in nouns else "persona" if "persona" in nouns else "card"


def removed(clause: Clause, state: State) -> list[Change]:
    """Read `delete c3`, `remove stage 2`, `remove e12 from c3`, `remove the owner of c3`."""
    if found := _cleared(clause, state):
        return found
    reader = Reader.of(clause, state)
    if reader.these("evidence"):
        if not reader.these("card", "quote", "words") and not (reader.clause.clitic or reader.clause.topic):
            raise AskBackError("detach_from")
        return evidence.detached(clause, state)
    nouns = {item.value for item in reader.these("noun")}
    if "lock" in nouns:
        reader.only("card", "noun", "status")
        return [Change("unlock", reader.cards())]
    if nouns & {"severity", "emotion", "lane", "evidence"}:
        raise AskBackError("cannot", said=clause.raw(state, 0))
    if reader.these("persona") or ("persona" in nouns and not reader.these("card")):
        raise AskBackError("cannot", said=clause.raw(state, 0))
    if not reader.these("card") and _is_stage(reader):
        return stages.removed(reader)
    if clause.action == "clear":
        raise AskBackError("what_to_do")
    reader.with_titles()
    if any(reader.role(item) == "from" for item in reader.these("stage")):
        raise AskBackError("remove_or_move")
    reader.only("card", "noun")
    return [Change("remove_card", reader.cards())]


def _is_stage(reader: Reader) -> bool:
    if reader.these("stage"):
        return True
    return reader.state.spoken is not None and reader.state.spoken[0] == "stage" and not reader.items


def _cleared(clause: Clause, state: State) -> list[Change]:
    """Read `remove the owner of c3`, `borra el detalle de c3`, `clear the goal`."""
    low = lows(clause.tokens)
    found = [(at, hit) for at in range(len(low)) if (hit := state.lexicon.nouns.find(low, at))]
    for _, (noun, _end) in found:
        if noun in ("owner", "detail", "goal", "focus", "title", "name"):
            reader = Reader.of(clause, state)
            if any(item.kind == "quote" for item in reader.items) and noun in ("title", "name"):
                return []
            reader.only("card", "noun", noun)
            if noun in ("title", "name"):
                raise AskBackError("cannot", said=clause.raw(state, 0))
            if noun == "goal":
                return [Change("set_goal", text="")]
            if noun == "focus":
                return [Change("set_scope", to="focus", text="")]
            cards = reader.cards()
            if noun == "detail" and len(cards) > 1:
                raise AskBackError("one_at_a_time")
            return [Change("set_owner" if noun == "owner" else "edit_detail", cards, text="")]
    return []


def judged(clause: Clause, state: State) -> list[Change]:
    """Read accept, confirm, reject, lock and unlock."""
    reader = Reader.of(clause, state)
    personas = reader.these("persona")
    nouns = {item.value for item in reader.these("noun")}
    every = any(word in ("all", "every", "todas", "todos", "both", "ambas") for word in reader.scanner.low)
    if personas or ("persona" in nouns and not reader.these("card")):
        if clause.action not in ("confirm", "accept"):
            raise AskBackError("cannot", said=clause.raw(state, 0))
        ids = tuple(dict.fromkeys(id_ for item in personas for id_ in item.value))
        if not ids and every:
            ids = tuple(persona.id for persona in state.journey.personas)
        reader.items = [
            item
            for item in reader.items
            if item.kind != "words" or any(w not in ("all", "todas", "every", "both") for w in item.value)
        ]
        reader.only("persona", "noun")
        if not ids:
            raise AskBackError("which_persona_none")
        return [Change("confirm_persona", ids)]
    if reader.these("stage") and not reader.these("card"):
        raise AskBackError("cards_of_stage", _all_cards(reader), names=reader.said(reader.these("stage")[0]))
    if (
        reader.state.spoken
        and reader.state.spoken[0] == "persona"
        and not reader.items
        and clause.action in ("confirm", "accept")
    ):
        return [Change("confirm_persona", reader.state.spoken[1])]
    reader.with_titles()
    reader.items = [item for item in reader.items if item.kind != "status"] or reader.items
    reader.only("card", "noun")
    return [Change(_VERDICTS[clause.action], reader.cards())]


def _all_cards(reader: Reader) -> list[str]:
    """Return the request for all cards of the stage it names."""
    item = reader.these("stage")[0]
    tokens, text = reader.clause.tokens, reader.state.text
    every = "todas las tarjetas de" if reader.clause.language == "es" else "all cards in"
    start = item.start
    while start and reader.scanner.low[start - 1] in ("the", "la", "el"):
        start -= 1
    return [f"{text[: tokens[start].start]}{every} {text[tokens[start].start :]}"]


def added(clause: Clause, state: State) -> list[Change]:
    """Read `add a stage …`, `add a pain point “…” to Support`, `add e12 to c3`."""
    low = lows(clause.tokens)
    quotes = [at for at, token in enumerate(clause.tokens) if token.quoted]
    colon = next((at for at, word in enumerate(low) if word == ":"), None)
    end = min([*quotes[:1], len(low)] if colon is None else [*quotes[:1], colon])
    nouns = {at: found[0] for at in range(end) if (found := state.lexicon.nouns.find(low, at))}
    lane = next(
        (found for at in range(len(low)) if at < end and (found := state.lexicon.lanes.find(low, at))), None
    )
    stage_at = next((at for at, noun in nouns.items() if noun == "stage"), None)
    card_at = next((at for at, noun in nouns.items() if noun in ("card", "assumption")), None)
    if any(noun == "persona" for noun in nouns.values()) and lane is None and card_at is None:
        raise AskBackError("cannot", said=clause.raw(state, 0))
    ids = [at for at in range(end) if low[at][:1] in "es" and low[at][1:].isdigit()]
    if ids and lane is None:
        return evidence.attached(clause, state)
    first = min([at for at in (card_at, _lane_at(low, state, end)) if at is not None], default=None)
    if stage_at is not None and (first is None or stage_at < first) and not _is_where(low, stage_at):
        return stages.added(clause, state, stage_at)
    if first is not None:
        return _new_card(clause, state, low)
    if stage_at is None and has_property(clause, state):
        from journeyai.engines.local.proposing.wording import worded

        return worded(clause, state, None)
    raise AskBackError("add_what")


def _lane_at(low: list[str], state: State, end: int) -> int | None:
    return next((at for at in range(end) if state.lexicon.lanes.find(low, at)), None)


def _is_where(low: list[str], at: int) -> bool:
    """Whether `stage` belongs to where something goes: `add to stage 2 …`, `añade en la etapa 2 …`."""
    before = [
        word
        for word in low[max(0, at - 4) : at]
        if word not in ("the", "la", "el", "last", "first", "second", "third", "primera", "segunda", "ultima")
    ]
    after = low[at + 1 : at + 2]
    return (
        bool(before)
        and before[-1] in ("in", "to", "en", "a", "of", "de", "into")
        and (before[-1] != "a" or bool(after and after[0].isdigit()))
    )


def _new_card(clause: Clause, state: State, low: list[str]) -> list[Change]:
    start, end, begin = _words(clause, state, low)
    head = Reader.of(clause, state, 0, start)
    tail = Reader.of(clause, state, end) if end < len(low) else None
    items = [(head, item) for item in head.items] + ([(tail, item) for item in tail.items] if tail else [])
    text = clause.raw(state, begin, end)
    for reader, item in items:
        if item.kind == "not":
            raise AskBackError("negated")
        is_set = item.kind == "card" and item.label is not None
        if item.kind not in ("stage", "lane", "persona", "noun", "severity") and not is_set:
            raise AskBackError("not_read", said=reader.said(item))
    lanes = [
        item.value if item.kind == "lane" else item.label
        for _, item in items
        if item.kind == "lane" or item.label
    ]
    where = [id_ for _, item in items if item.kind == "stage" for id_ in item.value]
    if not where and clause.topic and state.spoken and state.spoken[0] == "stage":
        where = list(state.spoken[1])
    personas = tuple(dict.fromkeys(id_ for _, item in items if item.kind == "persona" for id_ in item.value))
    if not text or not any(letter.isalnum() for letter in text):
        raise AskBackError("which_text")
    if any(item.kind == "severity" for _, item in items):
        raise AskBackError("add_then_set")
    if len(set(lanes)) != 1:
        raise AskBackError("which_new_lane", _with_lanes(clause, state) if not lanes else ())
    if len(set(where)) != 1:
        raise AskBackError("which_new_stage", _with_stages(clause, state) if not where else ())
    return [Change("add_card", (where[0], *personas), lanes[0], text)]


def _words(clause: Clause, state: State, low: list[str]) -> tuple[int, int, int]:
    """Return where the new card's words are introduced and end, and where they begin.

    Raises:
        AskBackError: there are none.
    """
    quotes = [at for at, token in enumerate(clause.tokens) if token.quoted]
    if quotes:
        at = quotes[-1]
        role = next(
            (
                r
                for r in range(at)
                if (f := state.lexicon.roles.find(low, r))
                and f[1] == at
                and f[0] in ("called", "colon", "about")
            ),
            at,
        )
        return role, at + 1, at
    for at in range(len(low)):
        found = state.lexicon.roles.find(low, at)
        if found and found[0] in ("called", "colon", "about") and found[1] < len(low):
            return at, _before_stage(clause, state, found[1]), found[1]
    raise AskBackError("which_text")


def _before_stage(clause: Clause, state: State, begin: int) -> int:
    """Return where unquoted words end: before `in Support` at the very end, if no stage is named earlier."""
    low = lows(clause.tokens)
    head = Reader.of(clause, state, 0, begin)
    if head.these("stage") or (clause.topic and state.spoken and state.spoken[0] == "stage"):
        return len(low)
    for at in range(len(low) - 1, begin, -1):
        found = state.lexicon.roles.find(low, at)
        if found and found[0] in ("in", "to") and found[1] < len(low):
            rest = Reader.of(clause, state, found[1])
            if (
                rest.items
                and all(item.kind in ("stage", "noun", "persona") for item in rest.items)
                and rest.these("stage")
            ):
                return at
    return len(low)


def _with_stages(clause: Clause, state: State) -> list[str]:
    text = state.text
    at = clause.verb_end
    into = "en la etapa" if clause.language == "es" else "in stage"
    return [
        f"{text[:at]} {into} {stage.order}{text[at:]}"
        for stage in sorted(state.journey.stages, key=lambda s: s.order)
    ]


def _with_lanes(clause: Clause, state: State) -> list[str]:
    text = state.text
    said = words(clause.language)
    low = lows(clause.tokens)
    at = next(
        (
            i
            for i, word in enumerate(low)
            if (hit := state.lexicon.nouns.find(low, i)) and hit[0] in ("card", "assumption")
        ),
        None,
    )
    if at is None:
        return []
    token = clause.tokens[at]
    article = at > 0 and low[at - 1] in ("a", "an", "un", "una")
    begin = clause.tokens[at - 1].start if article else token.start
    return [f"{text[:begin]}{said.lane(lane, 1)}{text[token.end :]}" for lane in _LIKELY]
