"""Evidence: quotes of the map (`e12`) and places a search has shown (`s1`), attached to cards and taken off them."""

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, State
from journeyai.engines.local.proposing.reader import Reader
from journeyai.model.changes import Change

_KINDS = ("card", "evidence", "found", "noun")


def attached(clause: Clause, state: State) -> list[Change]:
    """Read `attach e12 to c3`, `link s1 with that card`."""
    reader = Reader.of(clause, state)
    return [Change("attach_evidence", (_card(reader), *_evidence(reader)))]


def detached(clause: Clause, state: State) -> list[Change]:
    """Read `detach e12 from c3`."""
    reader = Reader.of(clause, state)
    if any(item.kind == "found" for item in reader.items):
        raise AskBackError("not_read", said="s…")
    return [Change("detach_evidence", (_card(reader), *_evidence(reader)))]


def carried(reader: Reader) -> list[Change]:
    """Read `move e12 from c3 to c7`, `put e12 on c3`."""
    cards = reader.these("card")
    source = [
        item
        for item in cards
        if reader.role(item) == "from" or (reader.role(item) == "of" and len(cards) == 2)
    ]
    goals = [item for item in cards if item not in source]
    reader.with_titles()
    reader.only(*_KINDS)
    evidence = _evidence(reader)
    if len(goals) != 1 and not (not goals and reader.back("card")):
        raise AskBackError("which_cards")
    goal = reader.cards(goals or [])
    if len(goal) != 1:
        raise AskBackError("one_at_a_time")
    found = [Change("attach_evidence", (*goal, *evidence))]
    if source:
        off = reader.cards(source)
        if len(off) != 1 or off == goal:
            raise AskBackError("one_at_a_time")
        found.insert(0, Change("detach_evidence", (*off, *evidence)))
    return found


def split(clause: Clause, state: State) -> list[Change]:
    """Read `split c3: e12 and e14 become “Late refunds”`.

    Raises:
        AskBackError: the card, the quotes or the new title are not said.
    """
    reader = Reader.of(clause, state)
    end = max((item.end for item in reader.these("evidence")), default=0)
    cards = list(reader.these("card"))
    text_at = None
    for role in ("called", "colon", "as", "to"):
        text_at = text_at if text_at is not None else _after(reader, role, end)
    quote = next((item for item in reader.items if item.kind == "quote"), None)
    head = Reader.of(clause, state, 0, quote.start if quote else (text_at if text_at is not None else None))
    cards = head.these("card") or (cards if quote else [])
    evidence = reader.these("evidence")
    ids = reader.cards(cards)
    if len(ids) != 1:
        raise AskBackError("one_at_a_time")
    if not evidence:
        raise AskBackError("which_quotes", name=ids[0])
    for item in head.items:
        if item.kind == "not":
            raise AskBackError("negated")
        if item.kind in ("beyond", "stage", "persona", "lane"):
            raise AskBackError("not_read", said=head.said(item))
    if quote is None and text_at is None:
        raise AskBackError("which_text")
    text = (
        clause.raw(state, quote.start, quote.end) if quote else clause.raw(state, text_at or 0, clause.reason)
    )
    quotes = tuple(dict.fromkeys(id_ for item in evidence for id_ in item.value))
    return [Change("split_card", (*ids, *quotes), text=text)]


def _after(reader: Reader, role: str, end: int) -> int | None:
    """Return where words begin that follow *role* behind the quotes."""
    return next(
        (item.start for item in reader.items if item.start >= end and reader.role(item) == role), None
    )


def _card(reader: Reader) -> str:
    reader.with_titles()
    reader.only(*_KINDS)
    cards = reader.cards()
    if len(cards) != 1:
        raise AskBackError("one_at_a_time")
    return cards[0]


def _evidence(reader: Reader) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(id_ for item in reader.these("evidence", "found") for id_ in item.value))
    if not ids:
        raise AskBackError("which_quotes_any")
    return ids
