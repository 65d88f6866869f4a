"""New words: titles, names, details, owners, the goal, what the map covers."""

from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.choosing import one_of
from journeyai.engines.local.proposing.endings import (
    COPULA,
    EMPTY,
    NAMING,
    PROPERTIES,
    TAILS,
    VAGUE,
    asks_more,
    corrects,
    goes_on,
    lows_in,
    remarks,
    state_of,
)
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.orders import reason_at
from journeyai.engines.local.proposing.reader import Reader, quoted_choice
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.titles import read_quote, read_words
from journeyai.model.changes import TEXT_LETTERS, Change, ChangeKind

_OF_CARDS: Final = ("title", "name", "detail", "owner")
_SUBJECTS: Final = ("card", "stage", "persona")
_VALUE: Final = frozenset({"to", "as", "called", "colon", "by"})
_ARTICLES: Final = frozenset({"the", "a", "an", "el", "la", "los", "las", "un", "una", "unos", "unas"})
_NAMES: Final = frozenset({"rename_stage", "rename_persona", "set_owner", "merge_stages", "merge_personas"})


def rename(clause: Clause, state: State) -> list[Change]:
    """Read `rename stage 2 to Checkout`, `call c3 Late refunds`, `llama Pago a la etapa 2`."""
    return worded(clause, state, None)


def worded(clause: Clause, state: State, what: str | None) -> list[Change]:
    """Read new words for what the clause names; *what* is the property if a verb alone says it."""
    frame = _Frame(clause, state)
    frame.read(what)
    text, from_token = frame.text()
    return [frame.change(text, from_token)]


class _Frame:
    """Subject, property and text of a clause, whatever their order."""

    def __init__(self, clause: Clause, state: State) -> None:
        self.clause = clause
        self.state = state
        self.scanner = Scanner(clause, state)
        self.property: str | None = None
        self.subject: Item | None = None
        self.is_map = False
        self.before: list[Item] = []
        self.value: int | None = None
        self.scope: str | None = None

    def read(self, what: str | None) -> None:
        """Find the subject and the property, and where the text begins."""
        self.property = what
        role, end = "", 0
        for item in self.scanner.items(0, len(self.clause.tokens)):
            if item.kind == "role":
                named = (
                    self.subject is not None or self.property is not None or self.is_map or bool(self.before)
                )
                if named and item.value in _VALUE and not self.goes_on(item):
                    self.value = item.end
                    return
                role = str(item.value)
                if role == "by" and self.property is None:
                    self.property = "owner"
                continue
            if not self._take(item, role):
                self.value = self._with_article(item.start, end)
                return
            role, end = "", item.end
            if (
                self.subject is not None
                and self.property in ("owner", "title", "detail", "name")
                and not self.before
            ):
                self.value = end if end < len(self.clause.tokens) else None

    def _with_article(self, start: int, least: int) -> int:
        """Return where new words begin that a name's own article stands before: `call p1 The Commuters`."""
        while start > least and self.clause.tokens[start - 1].low in _ARTICLES:
            start -= 1
        return start

    def goes_on(self, role: Item) -> bool:
        """Whether the subject is still to come after this preposition: `ponle a la etapa 2 el nombre …`."""
        if role.value == "to" and self.subject is None and self.clause.language == "es":
            nxt = next(iter(self.scanner.items(role.end)), None)
            return nxt is not None and nxt.kind in _SUBJECTS and not self.is_map
        if role.value == "as" and self.before and self.property is None:
            return True
        return role.value == "called" and self.property is None and self.subject is None and not self.is_map

    def _take(self, item: Item, role: str) -> bool:
        """Take an item as a part of the frame; False if the text begins with it."""
        if item.kind == "noun" and item.value in PROPERTIES:
            if self.property is None or (self.property == "name" and item.value == "title"):
                self.property = "title" if item.value == "name" else str(item.value)
                return True
            if item.value == "scope" and self.property in ("focus", "state"):
                return True
            if self.property == "scope" or (self.property == "title" and item.value in ("title", "name")):
                self.property = str(item.value) if item.value != "name" else "title"
                return True
            return False
        if item.kind == "noun" and item.value == "map" and self.subject is None:
            self.is_map = True
            return True
        if item.kind == "place" and self.property == "scope":
            self.scope = str(item.value)
            return True
        if item.kind == "place" and self.property is None and self.subject is None:
            self.scope = str(item.value)
            return True
        if (
            item.kind in _SUBJECTS
            and self.subject is None
            and not (self.is_map and self.property in ("goal",))
        ):
            self.subject = item
            return True
        if (
            self.subject is None
            and item.kind in ("quote", "words")
            and self.property in _OF_CARDS
            and role in ("of", "to", "in")
        ):
            self.subject = self._titled(item)
            return True
        if (
            self.subject is None
            and item.kind in ("quote", "words", "stage", "speaker", "emotion", "lane")
            and not self.is_map
            and self.property not in ("goal", "scope")
        ):
            self.before.append(item)
            return True
        return False

    def text(self) -> tuple[str | None, int]:
        """Return the new words and the token they begin at; None when there are none."""
        tokens = self.clause.tokens
        if self.value is not None:
            start = self.value
            while start < len(tokens) and (
                (
                    tokens[start].low in COPULA
                    and start + 1 < len(tokens)
                    and tokens[start].low not in ("on",)
                    and self._fillers(start)
                )
                or tokens[start].low in (":", "=", ",")
            ):
                start += 1
            role = self.state.lexicon.roles.find([token.low for token in tokens], start)
            if role and role[1] < len(tokens) and self._leads(str(role[0]), self.scanner.low[start]):
                start = role[1]
            if start < len(tokens):
                return self._until_end(start), start
        if self.before:
            first, last = self.before[0], self.before[-1]
            if self.subject is None and len(self.before) > 1 and first.kind in ("quote",):
                last = first
            return self.clause.raw(self.state, first.start, last.end), first.start
        return None, len(tokens)

    def _leads(self, role: str, word: str) -> bool:
        """Whether a preposition at its beginning does not belong to the text; `a` is an article in English."""
        return (role in _VALUE and word != "a") or (role == "to" and self.clause.language == "es")

    def _fillers(self, start: int) -> bool:
        """Whether the word at *start* still leads to the text: a copula after property or subject."""
        return self.value is not None and start <= self.value + 2

    def _until_end(self, start: int) -> str:
        tokens = self.clause.tokens
        end = len(tokens)
        low = [token.low for token in tokens]
        if tokens[start].quoted:
            if rest := [word for word in low[start + 1 :] if word[:1].isalnum() or word == "\0"]:
                self._allow_after_quote(start + 1, rest)
            return self.clause.raw(self.state, start, start + 1)
        for tail in TAILS:
            if tuple(low[end - len(tail) : end]) == tail and end - len(tail) > start:
                end -= len(tail)
        return self.clause.raw(self.state, start, end)

    def _allow_after_quote(self, start: int, rest: list[str]) -> None:
        """After a quoted text only politeness may follow, or the subject if it is still missing."""
        reader = Reader.of(self.clause, self.state, start)
        for item in reader.items:
            if (
                item.kind in _SUBJECTS
                and self.subject is None
                and reader.role(item) in ("of", "to", "in", "")
            ):
                self.subject = item
            elif not (item.kind == "noun" and item.value in ("card", "stage", "persona")):
                raise AskBackError("not_read", said=reader.said(item))

    def change(self, text: str | None, at: int) -> Change:
        """Return the change.

        Raises:
            AskBackError: what is changed is not said, or the words are not.
        """
        if self.property in ("goal", "focus", "state", "scope") or self.scope:
            return self._of_map(text, at)
        self._not_vague(text, at)
        head = self.scanner.low[: at if self.value is not None else None]
        self.is_map = self.is_map or (
            self.subject is None and self.property == "title" and bool({"map", "mapa"} & set(head))
        )
        if self.is_map and self.subject is None:
            return Change("set_map_title", text=self._needed(text, at))
        subject = self._subject()
        if self.property in ("owner", "detail"):
            kind: ChangeKind = "set_owner" if self.property == "owner" else "edit_detail"
            if subject.kind != "card":
                raise AskBackError("which_cards")
            if kind == "edit_detail" and len(subject.value) > 1:
                raise AskBackError("one_at_a_time")
            if text is not None and text.lower() in EMPTY:
                text = ""
            if text is None:
                raise AskBackError("which_text")
            return Change(kind, tuple(subject.value), text=self._whole(text, at, kind) if text else "")
        if len(subject.value) > 1:
            raise AskBackError("one_at_a_time")
        kinds: dict[str, ChangeKind] = {
            "card": "edit_title",
            "stage": "rename_stage",
            "persona": "rename_persona",
        }
        kind = kinds[subject.kind]
        return Change(kind, tuple(subject.value), text=self._whole(self._needed(text, at), at, kind))

    def _not_vague(self, text: str | None, at: int) -> None:
        """Ask for the words where it is only said that there should be others, or where a remark follows."""
        low = self.scanner.low
        if text is None or (at < len(low) and self.clause.tokens[at].quoted):
            return
        end = self.subject.end if self.subject is not None else at
        if set(lows_in(text)) <= VAGUE or ("," in low[end:at] and "que" in low[end:at]):
            raise AskBackError("which_text")

    def _subject(self) -> Item:
        if self.subject is not None:
            return self.subject
        reader = Reader(self.clause, self.state, self.scanner)
        for kind in _SUBJECTS:
            if (self.clause.clitic or self.clause.topic) and (back := reader.back(kind)):
                return Item(kind, back, 0, 0)
        if self.before and self.before[0].start != self._text_start():
            return self._titled(self.before[0])
        raise AskBackError("which_part")

    def _text_start(self) -> int:
        return self.text()[1]

    def _titled(self, item: Item) -> Item:
        if item.kind == "quote":
            near = self.state.names.near(
                [word for word in lows_in(str(item.value)) if word[:1].isalnum()], self.state.names.stages
            )
            if len(near) == 1 and self.property != "owner":
                return Item("stage", near, item.start, item.end)
            return read_quote(self.scanner, item)
        if item.kind == "words":
            for kind, names in (("stage", self.state.names.stages), ("persona", self.state.names.personas)):
                if near := self.state.names.near(item.value, names):
                    return one_of(self.scanner, kind, near, item.start, item.end)
            return read_words(self.scanner, item)
        return item

    def _of_map(self, text: str | None, at: int) -> Change:
        if self.subject is not None or self.before:
            raise AskBackError("not_read", said=self.clause.raw(self.state, 0))
        if self.property == "goal":
            if text is None:
                raise AskBackError("which_text")
            return Change("set_goal", text="" if text.lower() in EMPTY else self._whole(text, at, "set_goal"))
        part = self.scope or (
            "focus" if self.property == "focus" else "state" if self.property == "state" else None
        )
        if part is None or text is None:
            raise AskBackError("which_scope")
        if part == "state":
            return Change("set_scope", to="state", text=state_of(text, self.state))
        return Change("set_scope", to=part, text=self._whole(text, at, "set_scope"))

    def _needed(self, text: str | None, at: int) -> str:
        if not text:
            raise AskBackError("which_text")
        return text

    def _whole(self, text: str, at: int, kind: ChangeKind) -> str:
        """Return *text*, if it is surely all of it and nothing else.

        Raises:
            AskBackError: it is too long, or may go on with something that is not a name.
        """
        if len(text) > TEXT_LETTERS:
            raise AskBackError("too_long", n=TEXT_LETTERS)
        if not any(letter.isalnum() for letter in text):
            raise AskBackError("which_text")
        tokens = self.clause.tokens
        if at < len(tokens) and not tokens[at].quoted and self.value is not None:
            low = [token.low for token in tokens[at:]]
            if (kind in _NAMES and reason_at(low) is not None) or any(token.quoted for token in tokens[at:]):
                raise AskBackError("quote_it", [quoted_choice(self.clause, self.state, at)], said=text)
            names_another = kind in _NAMES and not NAMING.isdisjoint(low)
            if names_another or goes_on(low) or corrects(low) or remarks(low) or asks_more(low, self.state):
                raise AskBackError("quote_it", [quoted_choice(self.clause, self.state, at)], said=text)
            if low[0] in ("something", "algo", "whatever") or set(low) <= VAGUE:
                raise AskBackError("which_text")
        return text


def scoped(clause: Clause, state: State, part: str) -> list[Change]:
    """Read `the map ends when somebody cancels`."""
    begin = next(
        (at for at, token in enumerate(clause.tokens) if token.start >= clause.verb_end), len(clause.tokens)
    )
    subject = Reader.of(clause, state, 0, begin)
    subject.only("noun")
    if begin and not any(item.value in ("map", "scope") for item in subject.items):
        raise AskBackError("which_part")
    text = clause.raw(state, begin)
    if not text:
        raise AskBackError("which_text")
    low = [token.low for token in clause.tokens[begin:]]
    if not clause.tokens[begin].quoted and asks_more(low, state):
        raise AskBackError("quote_it", said=text)
    if len(text) > TEXT_LETTERS:
        raise AskBackError("too_long", n=TEXT_LETTERS)
    return [Change("set_scope", to=part, text=text)]
