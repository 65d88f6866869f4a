"""Reads a clause item by item: ids and lists of them, names, sets of cards, labels, prepositions."""

from collections.abc import Iterator, Sequence

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.choosing import one_of
from journeyai.engines.local.proposing.ids import AND, ARTICLES, DASHES, TO, IdReader, limited
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.sets import read_set
from journeyai.engines.local.proposing.shown import read_middle, read_shown
from journeyai.engines.local.proposing.titles import read_title
from journeyai.knowledge.stopwords import stopwords


class Scanner(IdReader):
    """Reads the items of one clause."""

    def __init__(self, clause: Clause, state: State) -> None:
        super().__init__(clause, state)
        self._stages = state.names.stage_table()
        self._personas = state.names.persona_table()
        self._speakers = state.names.speaker_table()

    def items(self, start: int = 0, end: int | None = None) -> Iterator[Item]:
        """Yield the items from token *start* on.

        Raises:
            AskBackError: a reference that fits nothing, or several things.
        """
        stop = (self.clause.reason or len(self.tokens)) if end is None else end
        words: int | None = None
        at = start
        while at < stop:
            item = self._item(at, stop, words)
            if item is None:
                words = at if words is None else words
                at += 1
                continue
            if words is not None:
                # What a noun makes a name of (`the fees card`) begins with the words before it.
                if item.start > words:
                    yield self._words(words, item.start)
                words = None
            if item.kind != "words" or item.value:
                yield item
            at = item.end
        if words is not None:
            yield self._words(words, stop)

    def _words(self, start: int, end: int) -> Item:
        return Item("words", tuple(self.low[start:end]), start, end)

    def _item(self, at: int, stop: int, words: int | None) -> Item | None:
        """Return the item at *at*; an item of no words is filler; None for a word that is nothing."""
        if self.tokens[at].quoted:
            return Item("quote", self.clause.raw(self.state, at, at + 1), at, at + 1)
        for read in (self._ids, self._numbered):
            if found := read(at, stop):
                return found
        before = at if words is None else words
        return (
            read_set(self, at, stop)
            or self._named_noun(at, stop, before)
            or read_middle(self, at, stop)
            or read_title(self, at, stop, before)
            or read_shown(self, at, stop)
            or self._named(at, stop)
            or self._label(at, stop)
        )

    # For the readers of sets and titles

    def is_id(self, at: int) -> bool:
        """Whether an id stands at *at*."""
        return self._id(at, len(self.low)) is not None

    def stage_at(self, at: int, stop: int) -> Item | None:
        """Return the stage that is named or numbered at *at*."""
        if at >= stop:
            return None
        for found in (self._numbered(at, stop), self._named_noun(at, stop, at), self._named(at, stop)):
            if found and found.kind == "stage":
                return found
        return self._nearly(at, stop)

    def _nearly(self, at: int, stop: int) -> Item | None:
        """Return the only stage whose name has these words: `Atención`."""
        for size in range(min(4, stop - at), 0, -1):
            said = self.low[at : at + size]
            plain = all(word.isalpha() for word in said) and not {said[0], said[-1]} & stopwords()
            if not plain or len(said[0]) < 3 or (size == 1 and self._label(at, stop)):
                continue
            near = self.state.names.partly(said, self.state.names.stages)
            if len(near) == 1:
                return Item("stage", near, at, at + size)
        return None

    def persona_at(self, at: int, stop: int) -> Item | None:
        """Return the persona that is named or numbered at *at*."""
        if at >= stop:
            return None
        if found := self._ids(at, stop):
            return found if found.kind == "persona" else None
        for found in (self._numbered(at, stop), self._named_noun(at, stop, at), self._named(at, stop)):
            if found and found.kind == "persona":
                return found
        return None

    def pointer(self, at: int, stop: int) -> bool:
        """Whether `the card about`, `la de` or `lo de` stands at *at*."""
        nxt = self.low[at + 1] if at + 1 < stop else ""
        return nxt in ("de", "del", "que", "one", "card", "bit")

    def is_part(self, at: int, stop: int) -> bool:
        """Whether a part of the map, a label or a place is named at *at* (after articles)."""
        while at < stop and self.low[at] in ("the", "a", "an", "la", "el", "las", "los", "un", "una"):
            at += 1
        if at >= stop:
            return False
        if self.is_id(at) or self._numbered(at, stop) or self.tokens[at].quoted:
            return True
        named = self._named(at, stop)
        label = None if named else self._label(at, stop)
        if named:
            return True
        if label is not None and label.kind == "noun":
            return label.value in ("stage", "persona", "card", "severity", "emotion", "lane")
        return label is not None and label.kind in ("lane", "emotion", "severity", "status", "place")

    # Stages by number; names beside their noun

    def _numbered(self, at: int, stop: int) -> Item | None:
        """Read `stage 2`, `stages 2 and 3`, `the second stage`, `etapa dos`, `stage number 2`."""
        ordinal = self.state.lexicon.ordinals.find(self.low, at)
        if ordinal and ordinal[1] < stop and (noun := self._noun(ordinal[1])) in ("stage", "persona"):
            return self._at_place(noun, [ordinal[0]], at, ordinal[1] + 1)
        if found := self._first_of(at, stop):
            return found
        noun = self._noun(at)
        if noun != "stage":
            return None
        numbers: list[int] = []
        begin = self._skip_signs(at + 1, stop)
        end = begin
        while (number := self._number(begin, stop)) is not None:
            if numbers and self.low[end : end + 1] and self.low[end] in DASHES | TO and begin == end + 1:
                numbers += range(numbers[-1] + 1, number)
            numbers.append(number)
            end = begin + 1
            begin = end
            while begin < stop and (self.low[begin] in AND or (begin > end and self.low[begin] in ARTICLES)):
                begin += 1
            if (
                begin == end
                and begin < stop
                and self.low[begin] in DASHES | (TO if self._plural(at) else set())
            ):
                begin += 1
            if begin == end:
                break
        return self._at_place(noun, numbers, at, end) if numbers else None

    def _first_of(self, at: int, stop: int) -> Item | None:
        """Read `first two stages`, `dos últimas etapas`."""
        lexicon, words = self.state.lexicon, self.low[:stop]
        begin = at + (self.low[at] in ARTICLES)
        pair: dict[str, tuple[int, int] | None] = {}
        for first, second in (("ordinals", "numbers"), ("numbers", "ordinals")):
            one = getattr(lexicon, first).find(words, begin)
            two = getattr(lexicon, second).find(words, one[1]) if one else None
            if one and two:
                pair = {first: one, second: two}
                end = two[1]
                break
        else:
            return None
        ordinal, number = pair["ordinals"], pair["numbers"]
        if (
            not ordinal
            or not number
            or ordinal[0] not in (1, -1)
            or end >= stop
            or self._noun(end) != "stage"
        ):
            return None
        size = number[0]
        numbers = list(range(1, size + 1)) if ordinal[0] == 1 else list(range(-size, 0))
        return self._at_place("stage", numbers, at, end + 1)

    def _plural(self, at: int) -> bool:
        return self.low[at].endswith("s")

    def _number(self, at: int, stop: int) -> int | None:
        if at >= stop:
            return None
        if self.low[at].isdigit():
            return limited(self.low[at])
        found = self.state.lexicon.numbers.find(self.low, at)
        return None if found is None or self.low[at] in ("una", "one") else int(found[0])

    def _at_place(self, noun: str, numbers: Sequence[int], start: int, end: int) -> Item:
        journey = self.state.journey
        ids = (
            [stage.id for stage in sorted(journey.stages, key=lambda stage: stage.order)]
            if noun == "stage"
            else [persona.id for persona in journey.personas]
        )
        found: dict[str, None] = {}
        for number in numbers:
            place = number - 1 if number > 0 else number
            if number == 0 or not -len(ids) <= place < len(ids):
                raise AskBackError(f"no_{noun}_number", number=number, n=len(ids))
            found[ids[place]] = None
        return Item(noun, tuple(found), start, end)  # type: ignore[arg-type]

    def _named_noun(self, at: int, stop: int, before: int) -> Item | None:
        """Read `stage Purchase`, `the Purchase stage`, `persona Marta`, and parts of such names."""
        noun = self._noun(at)
        if noun not in ("stage", "persona") or (noun == "persona" and self._counts(at + 1, stop)):
            return None
        names = self.state.names.stages if noun == "stage" else self.state.names.personas
        table = self._stages if noun == "stage" else self._personas
        begin = at + 1
        called = self.state.lexicon.roles.find(self.low, begin)
        if called and called[0] in ("called", "of", "colon") and called[1] < stop:
            begin = called[1]
        while begin < stop and self.low[begin] in ("the", "la", "el", "los", "las", "de", "del"):
            begin += 1
        if begin < stop and self.tokens[begin].quoted:
            if self.clause.action == "add":
                return None
            said = [
                word for word in lows_of(self.clause.raw(self.state, begin, begin + 1)) if word[:1].isalnum()
            ]
            return self._one(noun, names, said, at, begin + 1)
        if found := table.find(self.low[:stop], begin):
            return Item(noun, (found[0],), at, found[1])  # type: ignore[arg-type]
        if before < at and (near := self.state.names.near(self.low[before:at], names)):
            return one_of(self, noun, near, before, at + 1)
        for size in range(min(5, stop - begin), 0, -1):
            said = self.low[begin : begin + size]
            if all(word[:1].isalnum() for word in said) and (near := self.state.names.near(said, names)):
                return one_of(self, noun, near, at, begin + size)
        return None

    def _one(
        self, noun: str, names: dict[tuple[str, ...], str], said: Sequence[str], start: int, end: int
    ) -> Item:
        near = self.state.names.near(said, names)
        if not near:
            raise AskBackError(f"no_{noun}", name=self.clause.raw(self.state, end - 1, end))
        return one_of(self, noun, near, start, end)

    # Names and labels

    def _named(self, at: int, stop: int) -> Item | None:
        """Read the longest name of a stage, a persona or a speaker."""
        found = [
            (end, rank, kind, value)
            for rank, (kind, table) in enumerate(
                (("speaker", self._speakers), ("persona", self._personas), ("stage", self._stages))
            )
            if (hit := table.find(self.low[:stop], at))
            for value, end in [hit]
        ]
        if not found:
            return None
        end, _, kind, value = max(found)
        if kind != "stage" and end < stop and self._noun(end) == kind:
            end += 1
        if kind == "stage" and end < stop and self._noun(end) == "persona":
            near = self.state.names.near(self.low[at:end], self.state.names.personas)
            if near:
                return one_of(self, "persona", near, at, end + 1)
        if kind == "stage" and end < stop and self._noun(end) == "stage":
            end += 1
        return Item(kind, (value,), at, end)  # type: ignore[arg-type]

    def _label(self, at: int, stop: int) -> Item | None:
        lexicon = self.state.lexicon
        words = self.low[:stop]
        tables = (
            ("lane", lexicon.lanes),
            ("emotion", lexicon.emotions),
            ("severity", lexicon.severity),
            ("status", lexicon.statuses),
            ("noun", lexicon.nouns),
            ("beyond", lexicon.beyond),
            ("place", lexicon.places),
        )
        found = [
            (hit[1], -rank, kind, hit[0])
            for rank, (kind, table) in enumerate(tables)
            if (hit := table.find(words, at))
        ]
        filler = lexicon.filler[self.clause.language].find(words, at)
        role = lexicon.roles.find(words, at)
        if role and not (filler and filler[1] >= role[1]):
            found.append((role[1], 1, "role", role[0]))
        if filler and (
            not found or filler[1] > max(found)[0] or (filler[1] == max(found)[0] and max(found)[2] == "role")
        ):
            return Item("words", (), at, filler[1])
        if found:
            end, _, kind, value = max(found)
            return Item(kind, value, at, end)  # type: ignore[arg-type]
        if hit := lexicon.negations.find(words, at):
            return Item("not", self.low[at], at, hit[1])
        if self.low[at].isdigit():
            return Item("number", limited(self.low[at]), at, at + 1)
        if not self.low[at][:1].isalnum() and self.low[at] not in ("→",):
            return Item("words", (), at, at + 1)
        return None


def lows_of(text: str) -> list[str]:
    """Return the folded tokens of a string."""
    from journeyai.engines.local.proposing.tokens import tokens

    return [token.low for token in tokens(text)]
