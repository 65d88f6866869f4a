"""Stages: put elsewhere, added, removed."""

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.reader import Reader
from journeyai.engines.local.proposing.tokens import lows
from journeyai.model.changes import TEXT_LETTERS, Change
from journeyai.model.journey import JourneyMap


def in_order(journey: JourneyMap) -> list[str]:
    """Return the ids of the stages as they follow one another."""
    return [stage.id for stage in sorted(journey.stages, key=lambda stage: stage.order)]


def moved(reader: Reader) -> list[Change]:
    """Read `move Support after Purchase`, `put stage 4 first`, `stage 5 goes before stage 3`.

    Raises:
        AskBackError: which stage, or where, is not said.
    """
    reader.only("stage", "place", "number", "noun")
    stages = reader.these("stage")
    subject = next((item for item in stages if reader.role(item) not in ("after", "before", "between")), None)
    if subject is None:
        back = reader.back("stage")
        if not back:
            raise AskBackError("which_part")
        subject = Item("stage", back, 0, 0)
    if len(subject.value) != 1:
        raise AskBackError("one_at_a_time")
    moving = str(subject.value[0])
    others = [id_ for id_ in in_order(reader.state.journey) if id_ != moving]
    goals = [item for item in stages if item is not subject]
    places = reader.these("place", "number")
    if len(goals) + len(places) != 1 and not (len(goals) == 2 and not places):
        raise AskBackError("where")
    place = _numbered(places[0], others) if places else _beside(reader, goals, others)
    if place == moving:
        raise AskBackError("where")
    return [Change("move_stage", (moving,), place)]


def _numbered(item: Item, others: list[str]) -> str:
    if item.kind == "place":
        return str(item.value)
    number = int(item.value)
    if not 1 <= number <= len(others) + 1:
        raise AskBackError("where")
    return "start" if number == 1 else others[number - 2]


def _beside(reader: Reader, goals: list[Item], others: list[str]) -> str:
    first = goals[0]
    role = reader.role(first)
    ids: list[str] = [id_ for item in goals for id_ in item.value]
    if any(id_ not in others for id_ in ids):
        raise AskBackError("where")
    if role == "between":
        if len(ids) != 2:
            raise AskBackError("where")
        return _between(ids, others)
    if len(ids) != 1:
        raise AskBackError("where")
    if role == "after":
        return ids[0]
    if role == "before":
        at = others.index(ids[0])
        return others[at - 1] if at else "start"
    raise AskBackError("where")


def _between(ids: list[str], others: list[str]) -> str:
    """Return the earlier of two stages that follow one another."""
    first, second = sorted(others.index(id_) for id_ in ids)
    if second - first != 1:
        raise AskBackError("where")
    return others[first]


def swapped(clause: Clause, state: State) -> list[Change]:
    """Read `swap stages 2 and 3`: two neighbours change places."""
    reader = Reader.of(clause, state)
    reader.only("stage", "noun")
    ids = [id_ for item in reader.these("stage") for id_ in item.value]
    order = in_order(state.journey)
    if len(ids) != 2 or abs(order.index(ids[0]) - order.index(ids[1])) != 1:
        raise AskBackError("where")
    first, second = sorted(ids, key=order.index)
    return [Change("move_stage", (first,), second)]


def added(clause: Clause, state: State, noun: int) -> list[Change]:
    """Read `add a stage called Winter between Use and Support`; *noun* is the token of the word stage.

    Raises:
        AskBackError: its name is not said, or where is not understood.
    """
    low = lows(clause.tokens)
    at, end, to = _place_of(clause, state)
    quotes = [index for index, token in enumerate(clause.tokens) if token.quoted and not at <= index < end]
    if len(quotes) == 1:
        text = clause.raw(state, quotes[0], quotes[0] + 1)
        inside = {*range(at, end), quotes[0]}
        _nothing_else(clause, state, inside)
    else:
        text = _unquoted(clause, state, low, (at, end), noun)
    if not text or not any(letter.isalnum() for letter in text) or text.lower().startswith(("for ", "para ")):
        raise AskBackError("which_text")
    if len(text) > TEXT_LETTERS:
        raise AskBackError("too_long", n=TEXT_LETTERS)
    return [Change("add_stage", (), to, text)]


def _place_of(clause: Clause, state: State) -> tuple[int, int, str | None]:
    """Return the tokens that say where, and what they say."""
    low = lows(clause.tokens)
    found: list[tuple[int, int, str | None]] = []
    at = 0
    while at < len(low):
        role = state.lexicon.roles.find(low, at)
        if role and role[0] in ("after", "before", "between"):
            reader = Reader.of(clause, state, role[1], _stop(clause, state, role[1], role[0]))
            stages = reader.these("stage")
            ends = max((item.end for item in stages), default=0)
            if stages and not [item for item in reader.items if item.kind != "stage" and item.start < ends]:
                for item in stages:
                    reader.roles[item.start] = str(role[0])
                found.append((at, ends, _beside(reader, stages, in_order(state.journey))))
                at = ends
                continue
        elif role and role[0] in ("to", "in"):
            begin = role[1] + (role[1] < len(low) and low[role[1]] in ("the", "el", "la"))
            place = state.lexicon.places.find(low, begin) if begin < len(low) else None
            if place:
                found.append((at, place[1], str(place[0])))
        at += 1
    if len(found) > 1:
        raise AskBackError("where")
    return found[0] if found else (len(low), len(low), None)


def _stop(clause: Clause, state: State, start: int, role: str) -> int:
    """Return where the words of a place end: before the new stage's name."""
    low = lows(clause.tokens)
    for at in range(start, len(low)):
        found = state.lexicon.roles.find(low, at)
        if clause.tokens[at].quoted or (found and found[0] in ("called", "colon")):
            return at
        if role != "between" and at > start and low[at] == ",":
            return at
    return len(low)


def _unquoted(clause: Clause, state: State, low: list[str], place: tuple[int, int], noun: int) -> str:
    start, end = place
    begin = noun + 1
    role = next(
        (
            (at, found[1])
            for at in range(len(low))
            if (found := state.lexicon.roles.find(low, at))
            and found[0] in ("called", "colon")
            and not start <= at < end
        ),
        None,
    )
    if role is not None:
        begin = role[1]
    elif noun > 0 and begin >= min(start, len(low)):
        # `add a Winter stage after Use`, `add Winter as a stage`
        words = [
            at
            for at in range(noun)
            if low[at] not in ("a", "an", "the", "new", "una", "nueva", "as", "como", "la")
        ]
        return clause.raw(state, words[0], words[-1] + 1) if words else ""
    stop = start if start > begin else len(low)
    text = clause.raw(state, begin, stop)
    after = [token for token in clause.tokens[end:] if token.low[:1].isalnum()] if start > begin else []
    if after and not all(token.low in ("please", "por", "favor", "porfa") for token in after):
        raise AskBackError("not_read", said=clause.raw(state, end))
    return text


def _nothing_else(clause: Clause, state: State, known: set[int]) -> None:
    """Refuse words beside the name and the place."""
    reader = Reader.of(clause, state)
    for item in reader.items:
        if item.start in known or (item.kind == "noun" and item.value in ("stage", "name", "map")):
            continue
        raise AskBackError("not_read", said=reader.said(item))


def removed(reader: Reader) -> list[Change]:
    """Read `delete stage 3`, `delete Support and move its cards to Use` (the second half comes with it)."""
    stages = [item for item in reader.these("stage") if reader.role(item) in ("", "of")]
    goals = [item for item in reader.these("stage") if item not in stages]
    reader.only("stage", "noun")
    ids = tuple(dict.fromkeys(id_ for item in stages for id_ in item.value))
    if not ids:
        raise AskBackError("which_part")
    if len(goals) > 1 or (goals and (len(goals[0].value) != 1 or goals[0].value[0] in ids)):
        raise AskBackError("which_goal")
    return [Change("remove_stage", ids, str(goals[0].value[0]) if goals else None)]
