"""A clause's items, sorted out: what it is done to, where it goes, what it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.lexicon import CLITIC_MANY, CLITIC_ONE
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.shown import pointed_at
from journeyai.engines.local.proposing.titles import read_quote, read_words

_PARTS = ("card", "stage", "persona", "evidence", "found", "speaker")


@dataclass
class Reader:
    """The items of one clause, each with the preposition before it.

    Attributes:
        clause: the clause.
        state: of the request.
        scanner: of the clause.
        items: all items but prepositions.
    """

    clause: Clause
    state: State
    scanner: Scanner
    items: list[Item] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, clause: Clause, state: State, start: int = 0, end: int | None = None) -> "Reader":
        """Read the items of *clause* between two tokens."""
        reader = cls(clause, state, Scanner(clause, state))
        role = ""
        for item in reader.scanner.items(start, end):
            if item.kind == "role":
                role = role if role and item.value == "of" else str(item.value)
                continue
            reader.items.append(item)
            reader.roles[item.start] = role
            role = ""
        return reader

    def role(self, item: Item) -> str:
        """Return the preposition before *item*; empty when there is none."""
        return self.roles.get(item.start, "")

    def these(self, *kinds: str) -> list[Item]:
        """Return the items of these kinds."""
        return [item for item in self.items if item.kind in kinds]

    def with_titles(self, texts: bool = True) -> None:
        """Read quoted strings and bare words as titles of cards.

        Raises:
            AskBackError: they name none, or several.
        """
        for place, item in enumerate(self.items):
            if item.kind == "quote":
                self.items[place] = read_quote(self.scanner, item)
            elif item.kind == "words" and texts:
                self.items[place] = read_words(self.scanner, item)

    def cards(self, items: Sequence[Item] | None = None) -> tuple[str, ...]:
        """Return the cards of *items* (all items when None), or those the clause points back at.

        Raises:
            AskBackError: it names none.
        """
        chosen = self.these("card") if items is None else items
        ids = tuple(dict.fromkeys(id_ for item in chosen if item.kind == "card" for id_ in item.value))
        if ids:
            return ids
        back = self.back("card")
        if back:
            return back
        raise AskBackError("which_cards")

    def back(self, kind: str) -> tuple[str, ...]:
        """Return what a clitic, or a clause without an object, points back at."""
        if self.clause.clitic in (*CLITIC_ONE, *CLITIC_MANY) or self.clause.clitic.endswith(
            ("lo", "la", "los", "las")
        ):
            number = "many" if self.clause.clitic.endswith("s") else "one"
            item = pointed_at(self.scanner, number, 0, 0)
            return tuple(item.value) if item.kind == kind else ()
        if self.clause.clitic in ("le", "les") or self.clause.topic:
            if self.state.doubt is not None:
                raise self.state.doubt
            if self.state.spoken is not None and self.state.spoken[0] == kind:
                return self.state.spoken[1]
            if (
                self.clause.clitic == "le"
                and kind == "card"
                and self.state.spoken is None
                and len(self.state.last) == 1
            ):
                return self.state.last
        return ()

    def only(self, *kinds: str) -> None:
        """Refuse a clause that says more than *kinds*.

        Raises:
            AskBackError: it forbids, speaks of what nobody changes by hand, or has words that are not understood.
        """
        for item in self.items:
            if item.kind == "not":
                raise AskBackError("negated")
            if item.kind == "beyond":
                raise AskBackError("cannot", said=self.said(item))
        for item in self.items:
            if item.kind not in kinds or (
                item.kind == "noun" and not self._may_stand(str(item.value), kinds)
            ):
                raise AskBackError("not_read", said=self.said(item))

    def _may_stand(self, noun: str, kinds: Sequence[str]) -> bool:
        """Whether a noun only says what an item is: `card c3`, `the severity` before a grade."""
        own = {
            "stage": "stage",
            "persona": "persona",
            "speaker": "persona",
            "evidence": "evidence",
            "assumption": "card",
        }
        labels = {"severity": "severity", "emotion": "emotion", "lane": "lane", "lock": "status"}
        return noun in ("card", "map", "duplicate") or (own | labels).get(noun, noun) in kinds

    def said(self, item: Item) -> str:
        """Return the request's words of *item*."""
        return self.clause.raw(self.state, item.start, item.end) if item.end > item.start else ""


def quoted_choice(clause: Clause, state: State, start: int) -> str:
    """Return the request with the clause's text from token *start* on in quotation marks."""
    first, last = clause.tokens[start], clause.tokens[-1]
    return f"{state.text[: first.start]}“{state.text[first.start : last.end].strip(' .')}”{state.text[last.end :]}"
