"""What may fill the slots of a turn of phrase: references, labels, new words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Clause, Item, State, trimmed
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.tokens import inner, words_of
from journeyai.engines.local.proposing.turns import is_passed
from journeyai.knowledge.stopwords import stopwords

_ARTICLES: Final = frozenset({"the", "la", "el", "las", "los", "lo", "card", "tarjeta", "our", "my"})
_AND: Final = (("and",), ("y",), ("e",), ("&",), ("+",), (",",), (",", "and"), ("n",), ("plus",), ("con",), ("with",), ("/",))
_SIGNS: Final = frozenset({",", ";", ":", ".", "—", "–", "(", ")", "!", "¡", "?", "¿", "…", "="})
_HEADS: Final = frozenset({"one", "ones", "card", "cards", "thing", "bit", "complaint", "stuff", "point", "story", "comment",
                           "remark", "quote"})  # fmt: skip
_POINTERS: Final = _HEADS | {"the", "la", "lo", "el", "las", "los", "esa", "esta", "ese", "este", "eso", "esto", "that", "this", "tarjeta",
                             "tarjetita", "ficha", "cosa", "queja", "tema", "historia", "asunto", "rollo"}  # fmt: skip
_VOCATIVES: Final = frozenset({"che", "po", "wey", "guey", "mate", "please", "pls", "plz", "porfa", "porfis", "thanks", "gracias", "ta", "folks",
                               "amigo", "tio", "tia", "parce", "vale", "ok", "okay", "cheers"})  # fmt: skip
_MOST_NAME: Final = 6
_MOST_TITLE: Final = 14
_NO_NAME: Final = frozenset(
    {"it", "this", "that", "them", "nobody", "nadie", "someone", "somebody", "alguien", "he", "she", "they", "we", "i",
     "you", "yo", "el", "ella", "ellos", "nosotros", "who", "quien", "not", "no", "people", "me", "us", "what", "which",
     "there", "users", "customers", "clientes", "is", "are", "es", "que", "if", "si", "in", "charge", "on", "to", "with",
     "for", "from", "cargo", "en", "por", "para", "con", "down", "off", "responsible", "responsable", "owner", "a", "as",
     "como", "should", "would", "could", "any", "some", "its", "their"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """What fills a slot.

    Attributes:
        item: what it is.
        end: one past its last token.
        text: new words; empty for references.
        ask: the question that stands in the way, where what is spoken of is not there or not sure.
    """

    item: Item
    end: int
    text: str = ""
    ask: AskBackError | None = None


class Filler:
    """Fills slots from one clause; what it has read once it remembers."""

    def __init__(self, clause: Clause, state: State) -> None:
        self.clause = clause
        self.state = state
        self.scanner = Scanner(clause, state)
        self.low = self.scanner.low
        self.stop = len(self.low)
        self.words = frozenset(self.low)
        self._known: dict[tuple[str, int, bool], list[Filled]] = {}

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
        elif kind == "number":
            if self.low[at].isdigit():
                yield Filled(Item("number", self.low[at], at, at + 1), at + 1)
        else:
            yield from self._label(kind, at)

    def verb(self, at: int, actions: frozenset[str]) -> int | None:
        """Return where a verb ends that orders one of *actions*; None where there is none."""
        found = self.state.lexicon.verbs.find(self.low[: self.stop], at) if at < self.stop else None
        if found is None or found[0].mood != "order" or found[0].action not in actions:
            return None
        return int(found[1])

    # References

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
        if item is not None and item.kind == kind and item.value:
            yield Filled(item, item.end)
        elif item is not None and kind == "evidence" and item.kind == "found":
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
                if said and all(token[:1].isalnum() or token in ("'s", "£") for token in self.low[at : end - 1]):
                    yield from self._titled(said, at, end, 1)
            elif all(word[:1].isalnum() or word == "'s" for word in self.low[at:end]):
                yield from self._titled(self.low[at:end], at, end, 2)

    def _counts(self, at: int) -> bool:
        """Whether a number or its place stands at *at*: `the third` is no word of a title."""
        lexicon = self.state.lexicon
        tables = (lexicon.ordinals, lexicon.numbers, lexicon.pronouns, lexicon.nouns, lexicon.lanes, lexicon.emotions)
        return any(table.find(self.low, at) for table in tables)

    def _pointed(self, at: int) -> Iterator[Filled]:
        """Read `la del coro`, `the one about the choir`: as many words as one title alone has."""
        begin = at
        while begin < self.stop and self.low[begin] in _POINTERS:
            begin += 1
        lead = self.state.lexicon.roles.find(self.low[: self.stop], begin) if begin > at and begin < self.stop else None
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
        if found and spoken and spoken[0] == kind and self.state.doubt is None:
            if (found[0] == "one") == (len(spoken[1]) == 1):
                yield Filled(Item(kind, spoken[1], at, found[1]), found[1])  # type: ignore[arg-type]

    def _near(self, kind: str, names: dict[tuple[str, ...], str], at: int) -> Iterator[Filled]:
        """Read a part of a name, where it is the name of one only: `Atención`, `the parents`."""
        for size in range(min(5, self.stop - at), 0, -1):
            said = self.low[at : at + size]
            if not all(word[:1].isalpha() for word in said) or all(word in stopwords() for word in said):
                continue
            if said[-1] in stopwords() or said[0] in stopwords() or len(said[0]) < 3:
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
            near = self.state.names.near([self.low[at]], names) if len(self.low[at]) > 3 else ()
            if len(near) != 1:
                return
            name = near[0]
        files = sorted(
            {m.source for p in self.state.journey.personas for m in p.members if m.speaker == name}
        )
        ask = AskBackError("which_file", name=name, names=", ".join(files[:5])) if len(files) > 1 else None
        yield Filled(Item("speaker", (name,), at, end), end, ask=ask)

    # Labels and words

    def _label(self, kind: str, at: int) -> Iterator[Filled]:
        lexicon = self.state.lexicon
        begin = at
        while begin < self.stop and self.low[begin] in ("a", "an", "un", "una", "as", "como", "of", "de", "the", "la", "el"):
            begin += 1
        tables = {
            "lane": lexicon.lanes,
            "emotion": lexicon.emotions,
            "severity": lexicon.severity,
            "status": lexicon.statuses,
        }
        wanted = {"label": tuple(tables), "grade": ("severity",)}.get(kind, (kind,))
        if kind in ("place", "state"):
            table = lexicon.places if kind == "place" else lexicon.states
            if begin < self.stop and (hit := table.find(self.low[: self.stop], begin)):
                yield Filled(Item("place", hit[0], begin, hit[1]), hit[1])
            return
        if begin >= self.stop:
            return
        for name in wanted:
            if hit := tables[name].find(self.low[: self.stop], begin):
                yield Filled(Item(name, hit[0], begin, hit[1]), hit[1])  # type: ignore[arg-type]
        if "severity" in wanted and self.low[begin] in ("1", "2", "3"):
            yield Filled(Item("severity", self.low[begin], begin, begin + 1), begin + 1)

    def _words(self, at: int, quoted: bool, last: bool) -> Iterator[Filled]:
        """Read new words: a quoted string, or all that is left of the clause."""
        begin = at
        while begin < self.stop and self.low[begin] in _SIGNS:
            begin += 1
        if begin >= self.stop:
            return
        if self.scanner.tokens[begin].quoted:
            text = self.clause.raw(self.state, begin, begin + 1)
            yield Filled(Item("quote", text, begin, begin + 1), begin + 1, text)
            return
        if quoted or not last:
            return
        low = self.low[begin : self.stop]
        if any(word[:1] in "cep" and word[1:].isdigit() for word in low) or any(
            token.quoted for token in self.scanner.tokens[begin:]
        ):
            return
        end = self.stop
        while end > begin + 1 and low[end - begin - 2] == "," and low[end - begin - 1] in _VOCATIVES:
            end -= 2
        ask = None
        for place in range(begin + 1, end - 1):
            if self.low[place] in (",", ";", "-", "–", "—"):
                if self._goes_on(place + 1):
                    return
                if self.low[begin - 1] != ":":
                    ask = AskBackError("quote_it", said=self.clause.raw(self.state, begin, end))
        text = trimmed(self.state.text[self.scanner.tokens[begin].start : self.scanner.tokens[end - 1].end])
        yield Filled(Item("quote", text, begin, self.stop), self.stop, text, ask)

    def _goes_on(self, at: int) -> bool:
        """Whether after a comma something else begins than the rest of the new words."""
        lexicon, low = self.state.lexicon, self.low
        begin = at + (low[at] in ("and", "y", "then", "luego"))
        if begin >= self.stop:
            return False
        return bool(
            lexicon.corrections.find(low, begin)
            or lexicon.openers.find(low, begin)
            or (verb := lexicon.verbs.find(low, begin)) and verb[0].mood == "order"
            or self.scanner.is_part(begin, self.stop)
        )

    def _name(self, at: int) -> Iterator[Filled]:
        """Read who takes care: a few words without signs, ids and verbs of change."""
        begin = at
        while begin < self.stop and self.low[begin] in ("a", "the", "al"):
            begin += 1
        if begin < self.stop and self.scanner.tokens[begin].quoted:
            text = inner(self.state.text, self.scanner.tokens[begin])
            yield Filled(Item("words", (text,), begin, begin + 1), begin + 1, text)
            return
        for end in range(min(self.stop, begin + _MOST_NAME), begin, -1):
            said = self.low[begin:end]
            if all(word[:1].isalpha() for word in said) and not any(map(self._is_no_name, range(begin, end))):
                if not self._is_free(begin, end):
                    continue
                if said[-1] in stopwords() or said[0] in stopwords() or is_passed(self.low, end - 1) > end - 1:
                    continue
                text = self.clause.raw(self.state, begin, end)
                yield Filled(Item("words", (text,), begin, end), end, text)

    def _is_free(self, begin: int, end: int) -> bool:
        """Whether the words are no part of the map, and nothing that a card can be."""
        lexicon = self.state.lexicon
        tables = (lexicon.lanes, lexicon.emotions, lexicon.severity, lexicon.statuses, lexicon.places, lexicon.nouns,
                  self.state.names.stage_table(), self.state.names.persona_table(), lexicon.pronouns)  # fmt: skip
        words = self.low[:end]
        return not any((hit := table.find(words, begin)) and hit[1] == end for table in tables)

    def _is_no_name(self, at: int) -> bool:
        word = self.low[at]
        return word in _NO_NAME or (word[:1] in "cep" and word[1:].isdigit())
