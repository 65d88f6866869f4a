"""What may fill the slots of a turn of phrase: references, labels, new words."""

from collections.abc import Iterator
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.grading import GRADING_SLOTS, fill_grading
from journeyai.engines.local.proposing.items import Item
from journeyai.engines.local.proposing.new_words import Filled, WordFiller
from journeyai.engines.local.proposing.tokens import words_of
from journeyai.knowledge.stopwords import stopwords

_ARTICLES: Final = frozenset({"the", "la", "el", "las", "los", "lo", "card", "tarjeta", "our", "my"})
_AND: Final = (
    ("and",),
    ("y",),
    ("e",),
    ("&",),
    ("+",),
    (",",),
    (",", "and"),
    ("n",),
    ("plus",),
    ("con",),
    ("with",),
    ("/",),
)
_SIGNS: Final = frozenset({",", ";", ":", ".", "—", "–", "(", ")", "!", "¡", "?", "¿", "…", "="})
_HEADS: Final = frozenset(
    {"one", "ones", "card", "cards", "thing", "bit", "complaint", "stuff", "point", "story", "comment",
     "remark", "quote"}
)  # fmt: skip
_POINTERS: Final = _HEADS | frozenset(
    {"the", "la", "lo", "el", "las", "los", "esa", "esta", "ese", "este", "eso", "esto", "that", "this",
     "tarjeta", "tarjetita", "ficha", "cosa", "queja", "tema", "historia", "asunto", "rollo"}
)  # fmt: skip
_MOST_TITLE: Final = 14


class Filler(WordFiller):
    """Fills slots from one clause; what it has read once it remembers."""

    def fill(self, kind: str, at: int, last: bool) -> list[Filled]:
        """Return what may fill a slot of *kind* at token *at*, the longest first; *last*: nothing follows it."""
        key = (kind, at, last)
        if key not in self._known:
            found = list(self._fill(kind, at, last)) if at < self.stop else []
            self._known[key] = sorted(found, key=lambda one: (one.ask is not None, -one.end))
        return self._known[key]

    def _fill(self, kind: str, at: int, last: bool) -> Iterator[Filled]:
        if kind in ("text", "quote"):
            yield from self._words(at, kind == "quote", last)
        elif kind == "name":
            yield from self._name(at)
        elif kind == "card":
            yield from self._several("card", at)
        elif kind == "part":
            for sort in ("card", "stage", "persona"):
                yield from self._several(sort, at)
        elif kind in ("stage", "persona", "evidence", "speaker"):
            yield from self._several(kind, at)
        elif kind == "idea":
            yield from self._ideas(at)
        elif kind == "number":
            if self.low[at].isdigit():
                yield Filled(Item("number", self.low[at], at, at + 1), at + 1)
        elif kind in GRADING_SLOTS:
            yield from fill_grading(kind, self.low[: self.stop], at)
        else:
            yield from self._label(kind, at)

    # References

    def _ideas(self, at: int) -> Iterator[Filled]:
        """Yield cards, where all of them are opportunities."""
        lanes = {card.id: card.lane for card in self.state.journey.cards}
        for one in self._several("card", at):
            if one.ask is None and all(lanes[id_] == "opportunity" for id_ in one.item.value):
                yield one

    def _several(self, kind: str, at: int) -> Iterator[Filled]:
        """Yield one thing, and lists of things: `c3 and the fees card`."""
        for one in self._one(kind, at):
            yield one
            if one.ask is None:
                yield from self._more(kind, one)

    def _more(self, kind: str, one: Filled) -> Iterator[Filled]:
        for sign in _AND:
            end = one.end + len(sign)
            if tuple(self.low[one.end : end]) != sign or end >= self.stop:
                continue
            for other in self._one(kind, end):
                if other.ask is None and other.item.kind == one.item.kind:
                    ids = tuple(dict.fromkeys([*one.item.value, *other.item.value]))
                    both = Filled(Item(one.item.kind, ids, one.item.start, other.end), other.end)
                    yield both
                    yield from self._more(kind, both)

    def _one(self, kind: str, at: int) -> Iterator[Filled]:
        begin = at
        seen: set[int] = set()
        while begin < self.stop:
            for filled in self._read(kind, begin):
                if filled.end not in seen:
                    seen.add(filled.end)
                    yield filled
            if self.low[begin] not in _ARTICLES and not (
                kind in ("stage", "persona", "speaker", "evidence") and self._is_noun(begin, kind)
            ):
                return
            begin += 1

    def _is_noun(self, at: int, kind: str) -> bool:
        found = self.state.lexicon.nouns.find(self.low, at)
        return bool(found and found[0] == kind)

    def _read(self, kind: str, at: int) -> Iterator[Filled]:
        if kind == "speaker":
            yield from self._spoken("speaker", at)
            yield from self._speaker(at)
            return
        if kind == "stage":
            yield from self._stage(at)
            return
        try:
            item = self.scanner._item(at, self.stop, None)
        except AskBackError as ask:
            item = None
            if kind == "card":
                yield Filled(Item("card", (), at, self.stop), self._doubtful_end(at), ask=ask)
        if (item is not None and item.kind == kind and item.value) or (
            item is not None and kind == "evidence" and item.kind == "found"
        ):
            yield Filled(item, item.end)
        if kind == "card":
            yield from self._card(at, item)
        elif kind == "persona":
            yield from self._persona(at)
        elif kind == "evidence":
            yield from self._spoken("evidence", at)

    def _doubtful_end(self, at: int) -> int:
        end = at
        while end < self.stop and self.low[end] not in _SIGNS:
            end += 1
        return max(end, at + 1)

    def _card(self, at: int, item: Item | None) -> Iterator[Filled]:
        if item is not None and item.kind == "quote":
            said = words_of(str(item.value))
            found, sure = self.state.names.titled(said, self.state.journey.cards)
            if not found:
                yield Filled(item, at + 1, ask=AskBackError("no_title", said=str(item.value)))
            cards = (found, sure)
            if len(found) == 1 and sure and self.state.names.holds(found[0], said):
                yield Filled(Item("card", (cards[0][0].id,), at, at + 1), at + 1)
            return
        yield from self._pointed(at)
        article = at > 0 and self.low[at - 1] in ("the", "la", "el", "lo", "that", "this")
        if article and self.low[at].isalpha() and len(self.low[at]) > 2 and not self._counts(at):
            yield from self._titled([self.low[at]], at, at + 1, 1)
        for end in range(min(self.stop, at + _MOST_TITLE), at + 1, -1):
            if self.low[end - 1] in _HEADS and self.clause.language == "en":
                said = [word for word in self.low[at : end - 1] if word[:1].isalnum()]
                if said and all(
                    token[:1].isalnum() or token in ("'s", "£") for token in self.low[at : end - 1]
                ):
                    yield from self._titled(said, at, end, 1)
            elif all(word[:1].isalnum() or word == "'s" for word in self.low[at:end]):
                yield from self._titled(self.low[at:end], at, end, 2)

    def _counts(self, at: int) -> bool:
        """Whether a number or its place stands at *at*: `the third` is no word of a title."""
        lexicon = self.state.lexicon
        tables = (
            lexicon.ordinals,
            lexicon.numbers,
            lexicon.pronouns,
            lexicon.nouns,
            lexicon.lanes,
            lexicon.emotions,
        )
        return any(table.find(self.low, at) for table in tables)

    def _pointed(self, at: int) -> Iterator[Filled]:
        """Read `la del coro`, `the one about the choir`: as many words as one title alone has."""
        begin = at
        while begin < self.stop and self.low[begin] in _POINTERS:
            begin += 1
        lead = (
            self.state.lexicon.roles.find(self.low[: self.stop], begin)
            if begin > at and begin < self.stop
            else None
        )
        if lead is None or lead[0] not in ("of", "about"):
            if begin == at or begin >= self.stop or self.low[begin] != "que":
                return
            lead = ("about", begin + 1)
        for end in range(min(self.stop, lead[1] + _MOST_TITLE), lead[1], -1):
            said = [word for word in self.low[lead[1] : end] if word[:1].isalnum()]
            if said:
                yield from self._titled(said, at, end, 1)

    def _titled(self, said: list[str], at: int, end: int, least: int) -> Iterator[Filled]:
        """Yield the only card that all of the words said are in the title of."""
        telling = [word for word in said if word not in stopwords()]
        if len(telling) < least or said[-1] in stopwords():
            return
        found, sure = self.state.names.titled(said, self.state.journey.cards)
        if sure and len(found) == 1 and self.state.names.holds(found[0], telling):
            yield Filled(Item("card", (found[0].id,), at, end), end)

    def _stage(self, at: int) -> Iterator[Filled]:
        try:
            item = self.scanner.stage_at(at, self.stop)
        except AskBackError as ask:
            yield Filled(Item("stage", (), at, self.stop), self._doubtful_end(at), ask=ask)
            return
        if item is not None:
            yield Filled(item, item.end)
            return
        names = self.state.names.stages
        if self.scanner.tokens[at].quoted:
            words = words_of(self.clause.raw(self.state, at, at + 1))
            if len(near := self.state.names.near(words, names)) == 1:
                yield Filled(Item("stage", near, at, at + 1), at + 1)
            return
        yield from self._near("stage", names, at)
        yield from self._spoken("stage", at)

    def _persona(self, at: int) -> Iterator[Filled]:
        yield from self._near("persona", self.state.names.personas, at)
        yield from self._spoken("persona", at)

    def _spoken(self, kind: str, at: int) -> Iterator[Filled]:
        """Read `it` as the stage or persona that was spoken of."""
        found = self.state.lexicon.pronouns.find(self.low, at)
        if self.low[at] in ("him", "her", "he", "she"):
            found = "one", at + 1
        spoken = self.state.spoken
        if found is None or spoken is None or spoken[0] != kind or self.state.doubt is not None:
            return
        if (found[0] == "one") == (len(spoken[1]) == 1):
            yield Filled(Item(spoken[0], spoken[1], at, found[1]), found[1])

    def _near(self, kind: str, names: dict[tuple[str, ...], str], at: int) -> Iterator[Filled]:
        """Read a part of a name, where it is the name of one only: `Atención`, `the parents`."""
        for size in range(min(5, self.stop - at), 0, -1):
            said = self.low[at : at + size]
            if not all(word[:1].isalpha() for word in said) or all(word in stopwords() for word in said):
                continue
            if (
                said[-1] in stopwords()
                or said[0] in stopwords()
                or len(said[0]) < (3 if kind == "stage" else 5)
            ):
                continue
            near = self.state.names.partly(said, names)
            if len(near) == 1:
                yield Filled(Item(kind, near, at, at + size), at + size)  # type: ignore[arg-type]

    def _speaker(self, at: int) -> Iterator[Filled]:
        names = self.state.names.speakers
        found = self.state.names.speaker_table().find(self.low[: self.stop], at)
        end = found[1] if found else at + 1
        name = found[0] if found else None
        if self.scanner.tokens[at].quoted:
            name = names.get(tuple(words_of(self.clause.raw(self.state, at, at + 1))))
        if name is None:
            near = self.state.names.near([self.low[at]], names) if len(self.low[at]) > 6 else ()
            if len(near) != 1:
                yield from self._half_named(at)
                return
            name = near[0]
        files = sorted(
            {m.source for p in self.state.journey.personas for m in p.members if m.speaker == name}
        )
        ask = AskBackError("which_file", name=name, names=", ".join(files[:5])) if len(files) > 1 else None
        yield Filled(Item("speaker", (name,), at, end), end, ask=ask)

    def _half_named(self, at: int) -> Iterator[Filled]:
        """Yield, with the question whether it is they, the only speaker of whose name a part stands at *at*."""
        near = self.state.names.bearers(self.low[at]) if self._is_capital(at) else ()
        if len(near) == 1:
            token, text = self.scanner.tokens[at], self.state.text
            choice = text[: token.start] + near[0] + text[token.end :]
            said = text[token.start : token.end]
            ask = AskBackError("nearly_speaker", [choice], said=said, names=near[0])
            yield Filled(Item("speaker", near, at, at + 1), at + 1, ask=ask)
