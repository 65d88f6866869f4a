"""What narrows a set of cards: lane, status, stage, number of people, owner, grade, exceptions."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.items import Item
from journeyai.engines.local.proposing.lexicon import phrase
from journeyai.model.journey import Card

if TYPE_CHECKING:
    from journeyai.engines.local.proposing.scanner import Scanner


Test = Callable[[Card], bool]


ARTICLES: Final = frozenset({"the", "of", "las", "los", "la", "el", "de", "my", "our", "mis"})


_THAT: Final = frozenset(
    {
        "that",
        "which",
        "que",
        "are",
        "is",
        "'s",
        "estan",
        "esta",
        "este",
        "esten",
        "son",
        "sea",
        "sean",
        "marked",
        "marcadas",
        "as",
        "como",
        "still",
        "ya",
        "already",
        "hoy",
        "siga",
        "sigan",
        "sigue",
        "siguen",
        "aun",
        "todavia",
        "that's",
    }
)


_HEADS: Final = frozenset(
    {
        "person",
        "people",
        "persona",
        "personas",
        "voice",
        "voices",
        "voz",
        "voces",
        "customer",
        "customers",
        "cliente",
        "clientes",
    }
)


_MORE: Final = (("more", "than"), ("mas", "de"), ("over",))


_LESS: Final = (("less", "than"), ("fewer", "than"), ("menos", "de"), ("under",))


_LEAST: Final = (("at", "least"), ("al", "menos"), ("como", "minimo"))


_MOST: Final = (("at", "most"), ("como", "mucho"), ("como", "maximo"))


_ONLY: Final = frozenset(
    {"only", "just", "solo", "a", "single", "sola", "un", "unica", "exactly", "exactamente"}
)


_SAID: Final = frozenset(
    {"said", "mentioned", "raised", "brought", "up", "dijo", "menciono", "comento", "conto", "cuenta",
     "dice", "by", "backed", "por", "mentions", "says", "talked", "about", "spoke", "of", "has", "have",
     "ha", "dicho", "mencionado", "talks", "told", "us", "complained", "dicha", "mencionada", "dichas",
     "mencionadas"}
)  # fmt: skip


OWNS: Final = frozenset(
    {"owns", "own", "owned", "has", "have", "holds", "assigned", "lleva", "llevan", "tiene", "tienen",
     "cargo", "asignadas", "asignada", "asignado", "owner", "responsable", "handles", "after"}
)  # fmt: skip


_OWNING: Final = OWNS | frozenset(
    {
        "that",
        "which",
        "que",
        "hoy",
        "now",
        "is",
        "are",
        "by",
        "to",
        "a",
        "de",
        "con",
        "with",
        "whose",
        "las",
        "los",
        "estan",
        "esta",
        "ahora",
        "today",
        "looks",
        "look",
        "como",
    }
)


STATUS: Final = {"accept": "accepted", "reject": "rejected"}


class Conditions:
    """A set that is being read."""

    def __init__(self, scanner: "Scanner", stop: int) -> None:
        self.scanner = scanner
        self.low = scanner.low[:stop]
        self.stop = stop
        self.tests: list[Test] = []
        self.stage: Item | None = None
        self.without: tuple[str, ...] = ()
        self.alone = False

    def adjective(self, at: int) -> int:
        """Read `rejected`, `grave`, `locked`, `draft` before or after the noun; return the end (at: none)."""
        lexicon = self.scanner.state.lexicon
        if found := lexicon.statuses.find(self.low, at):
            self.tests.append(_status(found[0]))
            return found[1]
        if found := lexicon.filters.find(self.low, at):
            self.tests.append(_filter(found[0]))
            return found[1]
        if (
            (found := lexicon.severity.find(self.low, at))
            and not self.low[at].isdigit()
            and found[1] < self.stop
        ):
            grade = int(found[0])
            if self.low[at] not in ("two", "dos", "three", "tres", "uno", "one"):
                self.tests.append(lambda card: card.severity == grade)
                return found[1]
        return at

    def lane(self, at: int) -> int:
        """Read the name of a lane; return the end (at: none)."""
        found = self.scanner.state.lexicon.lanes.find(self.low, at)
        if found is None:
            return at
        lane, end = found
        self.tests.append(lambda card: card.lane == lane)
        return int(end)

    def condition(self, at: int) -> int:
        """Read what follows the noun: a stage, a number of people, a severity, a persona, an exception."""
        for read in (
            self._said_by,
            self._people,
            self._owner,
            self._severity,
            self._except,
            self._persona,
            self._place,
            self._state,
        ):
            if (end := read(at)) > at:
                return end
        return at

    def _place(self, at: int) -> int:
        role = self.scanner.state.lexicon.roles.find(self.low, at)
        if role is None or role[0] not in ("in", "of", "from") or self.stage is not None:
            return at
        begin = self._articles(role[1])
        if begin >= self.stop:
            return at
        item = self.scanner.stage_at(begin, self.stop)
        if item is None:
            return at
        ids = item.value
        self.stage = Item("role", role[0], at, item.end, filter=item)
        self.tests.append(lambda card: card.stage in ids)
        return item.end

    def _persona(self, at: int) -> int:
        role = self.scanner.state.lexicon.roles.find(self.low, at)
        if role is None or role[0] not in ("of", "from", "by"):
            return at
        item = self.scanner.persona_at(self._articles(role[1]), self.stop)
        if item is None:
            return at
        ids = item.value
        self.tests.append(lambda card: any(id_ in card.personas for id_ in ids))
        return item.end

    def _articles(self, at: int) -> int:
        while at < self.stop and self.low[at] in ARTICLES:
            at += 1
        return at

    def _people(self, at: int) -> int:
        begin = at
        while begin < self.stop and self.low[begin] in (
            *_THAT,
            "with",
            "con",
            "have",
            "has",
            "tienen",
            "from",
            "de",
            "by",
            "who",
            "behind",
        ):
            begin += 1
        compare = "=="
        for sign, ways in ((">", _MORE), ("<", _LESS), (">=", _LEAST), ("<=", _MOST)):
            for way in ways:
                if tuple(self.low[begin : begin + len(way)]) == way:
                    compare, begin = sign, begin + len(way)
        only = begin
        while only < self.stop and self.low[only] in _ONLY:
            only += 1
        count = self.scanner.state.lexicon.numbers.find(self.low, only)
        number, end = (count[0], count[1]) if count else (1, only)
        while count and end < self.stop and self.low[end] in _ONLY:
            end += 1
        if not count and only < self.stop and self.low[only].isdigit():
            number, end = int(self.low[only][:6]), only + 1
        elif not count and only == begin:
            return at
        if end >= self.stop or self.low[end] not in _HEADS or begin == at:
            return at
        value = int(number)
        tests: dict[str, Test] = {
            "==": lambda card: card.people == value,
            ">": lambda card: card.people > value,
            "<": lambda card: card.people < value,
            ">=": lambda card: card.people >= value,
            "<=": lambda card: card.people <= value,
        }
        self.tests.append(tests[compare])
        return end + 1

    def _said_by(self, at: int) -> int:
        """Read `that only one person said`, `que solo dijo una persona`, `said by one rider`."""
        begin = at
        while begin < self.stop and self.low[begin] in (*_THAT, *_ONLY):
            begin += 1
        saying = begin
        while saying < self.stop and self.low[saying] in _SAID:
            saying += 1
        count = self.scanner.state.lexicon.numbers.find(self.low, saying)
        if begin == at or count is None or count[1] >= self.stop or self.low[count[1]] not in _HEADS:
            return at
        end = count[1] + 1
        after = end
        while after < self.stop and self.low[after] in _SAID:
            after += 1
        if after == end and saying == begin:
            return at
        value = int(count[0])
        self.tests.append(lambda card: card.people == value)
        return after

    def _owner(self, at: int) -> int:
        """Read `that Logistics owns`, `que lleva Logística`, of owners that the map knows."""
        begin = at
        while begin < self.stop and self.low[begin] in _OWNING:
            begin += 1
        owners = {phrase(card.owner): card.owner for card in self.scanner.state.journey.cards if card.owner}
        for name, owner in owners.items():
            end = begin + len(name)
            if begin > at and tuple(self.low[begin:end]) == name:
                while end < self.stop and self.low[end] in _OWNING:
                    end += 1
                if end == begin + len(name) and not set(self.low[at:begin]) & OWNS:
                    return at
                self.tests.append(_owned(owner))
                return end
        return at

    def _severity(self, at: int) -> int:
        begin = at
        while begin < self.stop and self.low[begin] in ("with", "con", "of", "de", "a", "la"):
            begin += 1
        noun = self.scanner.state.lexicon.nouns.find(self.low, begin)
        if begin == at or noun is None or noun[0] != "severity":
            return at
        grade = self.scanner.state.lexicon.severity.find(self.low, noun[1])
        if grade is None:
            return at
        wanted = int(grade[0])
        self.tests.append(lambda card: card.severity == wanted)
        return int(grade[1])

    def _state(self, at: int) -> int:
        begin = at
        while begin < self.stop and self.low[begin] in _THAT:
            begin += 1
        filtered = self.scanner.state.lexicon.filters.find(self.low, at) or (
            self.scanner.state.lexicon.filters.find(self.low, begin) if begin < self.stop else None
        )
        if filtered:
            self.tests.append(_filter(filtered[0]))
            return int(filtered[1])
        # `the delights as wrong`: what they become; `the delights that are wrong`: what they are.
        if self.alone:
            end = self.adjective(begin)
            return end if end > begin else at
        if begin == at or self.low[at] not in ("that", "which", "que", "that's"):
            return at
        end = self.adjective(begin)
        return end if end > begin else at

    def _except(self, at: int) -> int:
        role = self.scanner.state.lexicon.roles.find(self.low, at)
        if role is None or role[0] != "except":
            return at
        items = [
            item for item in self.scanner.items(role[1], self.stop) if item.kind != "words" or item.value
        ]
        if not items or items[0].kind != "card":
            raise AskBackError("not_read", said=self.scanner.clause.raw(self.scanner.state, at, self.stop))
        self.without = items[0].value
        return items[0].end

    def cards(self) -> tuple[str, ...]:
        """Return the cards that pass all tests, in the map's order."""
        return tuple(
            card.id
            for card in self.scanner.state.journey.cards
            if card.id not in self.without and all(test(card) for test in self.tests)
        )


def _owned(owner: str) -> Test:
    return lambda card: card.owner == owner


def _status(word: str) -> Test:
    if word == "lock":
        return lambda card: card.locked
    if word == "unlock":
        return lambda card: not card.locked
    return lambda card: card.status == STATUS[word]


def _filter(word: str) -> Test:
    if word == "draft":
        return lambda card: card.status == "draft"
    if word == "edited":
        return lambda card: card.status == "edited"
    if word == "no_owner":
        return lambda card: not card.owner
    return lambda card: card.assumption
