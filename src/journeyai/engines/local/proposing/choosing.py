"""When two things fit: the question, with the request written out for each of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from journeyai.engines.local.proposing.asking import MOST_CHOICES, AskBackError
from journeyai.engines.local.proposing.items import Item, State

if TYPE_CHECKING:
    from journeyai.engines.local.proposing.scanner import Scanner

_TITLE_LETTERS = 60


def one_of(scanner: "Scanner", kind: str, ids: Sequence[str], start: int, end: int) -> Item:
    """Return the only one of *ids* as an item.

    Raises:
        AskBackError: there are several.
    """
    if len(ids) == 1:
        return Item(kind, tuple(ids), start, end)  # type: ignore[arg-type]
    state = scanner.state
    raise AskBackError(
        f"which_{kind}",
        written_out(scanner, kind, ids, start, end),
        said=scanner.clause.raw(state, start, end),
        names=listed(state, kind, ids),
    )


def written_out(scanner: "Scanner", kind: str, ids: Sequence[str], start: int, end: int) -> list[str]:
    """Return the whole request once for each of *ids*, the id in the place of what was said."""
    text = scanner.state.text
    first, last = scanner.tokens[start], scanner.tokens[end - 1]
    orders = {stage.id: stage.order for stage in scanner.state.journey.stages}
    words = "etapa" if scanner.clause.language == "es" else "stage"
    return [
        text[: first.start] + (f"{words} {orders[id_]}" if kind == "stage" else id_) + text[last.end :]
        for id_ in ids[:MOST_CHOICES]
    ]


def listed(state: State, kind: str, ids: Sequence[str]) -> str:
    """Return what is behind *ids*, for people."""
    journey = state.journey
    if kind == "stage":
        named = {stage.id: stage.name for stage in journey.stages}
    elif kind == "persona":
        named = {persona.id: f"{persona.id} ({persona.name})" for persona in journey.personas}
    else:
        named = {card.id: f"{card.id} ({_short(card.title)})" for card in journey.cards}
    shown = [named.get(id_, id_) for id_ in ids[:MOST_CHOICES]]
    return ", ".join(shown) + (", …" if len(ids) > MOST_CHOICES else "")


def _short(title: str) -> str:
    return title if len(title) <= _TITLE_LETTERS else f"{title[:_TITLE_LETTERS].rstrip()}…"
