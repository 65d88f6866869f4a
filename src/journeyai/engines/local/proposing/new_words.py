"""What may fill a slot besides references: labels, new words, names of people and teams."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.endings import NAMING, TAILS
from journeyai.engines.local.proposing.items import Clause, Item, State, trimmed
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.tokens import inner
from journeyai.engines.local.proposing.turns import is_passed
from journeyai.knowledge.stopwords import stopwords

_SIGNS: Final = frozenset({",", ";", ":", ".", "—", "–", "(", ")", "!", "¡", "?", "¿", "…", "="})
_HEADS: Final = frozenset(
    {"one", "ones", "card", "cards", "thing", "bit", "complaint", "stuff", "point", "story", "comment",
     "remark", "quote"}
)  # fmt: skip
_JOINS: Final = frozenset({"and", "y", "e", "but", "pero", "then", "luego", "whereas", "mientras"})
#: Verbs with which another change of the same thing begins: `… and come before Daily riding`.
_COMES: Final = frozenset(
    {
        "come",
        "comes",
        "go",
        "goes",
        "va",
        "van",
        "should",
        "must",
        "is",
        "are",
        "es",
        "son",
        "it",
        "they",
        "belongs",
        "no",
        "not",
    }
)
_VOCATIVES: Final = frozenset(
    {"che", "po", "wey", "guey", "mate", "please", "pls", "plz", "porfa", "porfis", "thanks", "gracias",
     "ta", "folks", "amigo", "tio", "tia", "parce", "vale", "ok", "okay", "cheers"}
)  # fmt: skip
_TEAMS: Final = frozenset(
    {"team", "desk", "department", "dept", "equipo", "departamento", "squad", "crew", "office", "area"}
)
#: With these an explanation begins rather than a name: `a stage for the ID check`.
_LEADS: Final = frozenset(
    {
        "for",
        "where",
        "that",
        "so",
        "to",
        "in",
        "on",
        "with",
        "para",
        "donde",
        "que",
        "con",
        "en",
        "from",
        "by",
        "como",
        "as",
        "called",
        "named",
    }
)
_MOST_NAME: Final = 6
_NO_NAME: Final = frozenset(
    {"it", "this", "that", "them", "nobody", "nadie", "someone", "somebody", "alguien", "he", "she",
     "they", "we", "i", "you", "yo", "el", "ella", "ellos", "nosotros", "who", "quien", "not", "no",
     "people", "me", "us", "what", "which", "there", "users", "customers", "clientes", "is", "are",
     "es", "que", "if", "si", "in", "charge", "on", "to", "with", "for", "from", "cargo", "en", "por",
     "para", "con", "down", "off", "responsible", "responsable", "owner", "a", "as", "como", "should",
     "would", "could", "any", "some", "its", "their"}
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


class WordFiller:
    """Fills slots with labels and new words from one clause."""

    def __init__(self, clause: Clause, state: State) -> None:
        self.clause = clause
        self.state = state
        self.scanner = Scanner(clause, state)
        self.low = self.scanner.low
        self.stop = len(self.low)
        self.words = frozenset(self.low)
        self._known: dict[tuple[str, int, bool], list[Filled]] = {}

    def verb(self, at: int, actions: frozenset[str]) -> int | None:
        """Return where a verb ends that orders one of *actions*; None where there is none."""
        found = self.state.lexicon.verbs.find(self.low[: self.stop], at) if at < self.stop else None
        if found is None or found[0].mood != "order" or found[0].action not in actions:
            return None
        return int(found[1])

    def _label(self, kind: str, at: int) -> Iterator[Filled]:
        lexicon = self.state.lexicon
        begin = at
        while begin < self.stop and self.low[begin] in (
            "a",
            "an",
            "un",
            "una",
            "as",
            "como",
            "of",
            "de",
            "the",
            "la",
            "el",
        ):
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
        if not self._may_be_text(begin):
            return
        yield from self._unquoted(begin)

    def _may_be_text(self, begin: int) -> bool:
        """Whether all that is left may be new words, and holds no ids, quotes or explanation."""
        low = self.low[begin : self.stop]
        leads = begin > 0 and self.low[begin - 1] == ":"
        if low[0] in ("something", "whatever", "anything", "algo", "cualquier"):
            return False
        if not leads and (low[0] in _LEADS or ":" in low):
            return False
        has_ids = any(word[:1] in "cep" and word[1:].isdigit() for word in low)
        return not has_ids and not any(token.quoted for token in self.scanner.tokens[begin:])

    def _unquoted(self, begin: int) -> Iterator[Filled]:
        """Yield what is left without politeness, if nothing else begins in it."""
        low = self.low[begin : self.stop]
        end = self.stop
        while end > begin + 1 and low[end - begin - 2] == "," and low[end - begin - 1] in _VOCATIVES:
            end -= 2
        for tail in TAILS:
            if tuple(self.low[end - len(tail) : end]) == tail and end - len(tail) > begin:
                end -= len(tail)
        for place in range(begin + 1, end - 1):
            if self.low[place] in _JOINS and self._asks_more(place + 1):
                return
        ask = None
        if not NAMING.isdisjoint(self.low[begin:end]):
            ask = AskBackError("quote_it", said=self.clause.raw(self.state, begin, end))
        for place in range(begin + 1, end - 1):
            if self.low[place] in (",", ";", "-", "–", "—"):
                if self._goes_on(place + 1):
                    return
                if self.low[begin - 1] != ":":
                    ask = AskBackError("quote_it", said=self.clause.raw(self.state, begin, end))
        first, final = self.scanner.tokens[begin].start, self.scanner.tokens[end - 1].end
        # A question may be what is to be written.
        if self.state.text[first - 1 : first] == "¿" and self.state.text[final : final + 1] == "?":
            first, final = first - 1, final + 1
        text = trimmed(self.state.text[first:final])
        yield Filled(Item("quote", text, begin, self.stop), self.stop, text, ask)

    def _asks_more(self, at: int) -> bool:
        """Whether after `and` another change begins: a verb that orders, a part of the map, a property."""
        begin = at
        while begin < self.stop and self.low[begin] in (
            "the",
            "el",
            "la",
            "los",
            "las",
            "its",
            "su",
            "sus",
            "a",
            "that",
            "que",
            "then",
            "luego",
        ):
            begin += 1
        if begin >= self.stop:
            return False
        verb = self.state.lexicon.verbs.find(self.low, begin)
        noun = self.state.lexicon.nouns.find(self.low, begin)
        return bool(
            (
                verb
                and verb[0].mood == "order"
                and (
                    verb[0].clitic
                    or self.low[begin] not in self.state.lexicon.doubtful
                    or self.low[begin + 1 : begin + 2] in (["it"], ["them"])
                )
            )
            or (noun and begin > at)
            or self.low[begin] in _COMES
            or self.state.lexicon.scope.find(self.low, begin)
            or self.scanner.is_part(begin, self.stop)
        )

    def _goes_on(self, at: int) -> bool:
        """Whether after a comma something else begins than the rest of the new words."""
        lexicon, low = self.state.lexicon, self.low
        begin = at + (low[at] in ("and", "y", "then", "luego"))
        if begin >= self.stop:
            return False
        return bool(
            lexicon.corrections.find(low, begin)
            or lexicon.openers.find(low, begin)
            or ((verb := lexicon.verbs.find(low, begin)) and verb[0].mood == "order")
            or self.scanner.is_part(begin, self.stop)
        )

    def _name(self, at: int) -> Iterator[Filled]:
        """Read who takes care: a few words without signs, ids and verbs of change."""
        begin = at
        while begin < self.stop and self.low[begin] in ("a", "the", "al", "el", "la", "los", "las"):
            begin += 1
        if begin < self.stop and self.scanner.tokens[begin].quoted:
            text = inner(self.state.text, self.scanner.tokens[begin])
            yield Filled(Item("words", (text,), begin, begin + 1), begin + 1, text)
            return
        for end in range(min(self.stop, begin + _MOST_NAME), begin, -1):
            said = self.low[begin:end]
            if all(word[:1].isalpha() for word in said) and not any(map(self._is_no_name, range(begin, end))):
                if not (self._is_capital(begin) or _TEAMS & set(said)):
                    continue
                if not self._is_free(begin, end):
                    continue
                if (
                    said[-1] in stopwords()
                    or said[0] in stopwords()
                    or is_passed(self.low, end - 1) > end - 1
                ):
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

    def _is_capital(self, at: int) -> bool:
        """Whether the word begins with a capital letter, as names do: `c5 es de risa` gives no owner."""
        return self.state.text[self.scanner.tokens[at].start].isupper()

    def _is_no_name(self, at: int) -> bool:
        word = self.low[at]
        return word in _NO_NAME or (word[:1] in "cep" and word[1:].isdigit())
