"""Commands that check the map: every card once, and what is missing."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from journeyai.chat.commands.base import command
from journeyai.chat.commands.understand import reasons_of
from journeyai.chat.phrasing import phrase
from journeyai.drafting.gaps import find_gaps
from journeyai.drafting.reviewing import likely_same, to_review
from journeyai.errors import SettingsError
from journeyai.export.plain import shortened, visible
from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import Talk
from journeyai.knowledge.words import words as words_of
from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import Card
from journeyai.operations.ground import RefusedError
from journeyai.rendering.gaps import render_gaps
from journeyai.rendering.reasons import render_reasons
from journeyai.rendering.review import render_review

if TYPE_CHECKING:
    from journeyai.chat.session import Chat

#: Where the chat keeps which cards were skipped.
_NOTE: Final = "review_skipped"
#: What each change is called, by its key.
_KEY_OF: Final[Mapping[ChangeKind, str]] = {
    "accept": "key_a",
    "edit_title": "key_e",
    "reject": "key_r",
    "merge_cards": "key_m",
    "lock": "key_l",
}
#: The keys, in the order in which they are offered.
_KEYS: Final = ("a", "e", "r", "m", "s", "v", "l", "u", "q")
_AGAIN: Final = frozenset({"again", "all", "otra vez", "todas", "de nuevo"})
_ALL: Final = frozenset({"all", "todo", "todos"})
#: Gaps that are shown before the rest is counted.
_GAPS: Final = 8
_TITLE_CHARS: Final = 60


@command("review", "revisar", "revision", usage="[again]")
def review(chat: "Chat", words: str) -> None:
    """Go through the cards nobody has decided on, the weakest first, one key each. It goes on where you left."""
    if words and fold(words) not in _AGAIN:
        raise SettingsError(chat.words("review").say("usage", words=visible(words)))
    if words:
        chat.notes.pop(_NOTE, None)
    _Review(chat).run()


@dataclass(slots=True)
class _Review:
    """One walk through the cards.

    Attributes:
        chat: the conversation.
        done: what was done in this walk, oldest first, in words, with the card it was done to and whether it was a
            step of the history (a skip is not).
        first: id of the card that is shown next, whatever the order; empty for the weakest.
    """

    chat: "Chat"
    done: list[tuple[str, str, bool]] = field(default_factory=list)
    first: str = ""

    def run(self) -> None:
        """Show card after card until none is left or the person leaves."""
        shown = ""
        while (card := self._next()) is not None:
            if card.id != shown:
                self._show(card)
                shown = card.id
            key = self.chat.person.key(self._say("ask", card=card.id), self._keys())
            if key == "q":
                break
            if self._press(key, card):
                shown = ""
        self._close()

    def _next(self) -> Card | None:
        waiting = self._waiting()
        return next((card for card in waiting if card.id == self.first), waiting[0] if waiting else None)

    def _waiting(self) -> list[Card]:
        skipped = self._skipped()
        return [card for card in to_review(self.chat.journey) if card.id not in skipped]

    def _skipped(self) -> set[str]:
        """Return the ids of cards that were skipped and are still undecided."""
        kept = self.chat.notes.get(_NOTE)
        noted = set(kept) if isinstance(kept, list) else set()
        return noted & {card.id for card in to_review(self.chat.journey)}

    def _show(self, card: Card) -> None:
        self.chat.last = (card.id,)
        left, skipped = len(self._waiting()), len(self._skipped())
        self.chat.out.show(render_review(self.chat.journey, card, left=left, skipped=skipped))

    def _press(self, key: str, card: Card) -> bool:
        """Do what *key* stands for; return whether the card, or the next one, is to be shown."""
        presses: Mapping[str, Callable[[Card], bool]] = {
            "a": lambda card: self._change(card, "accept"),
            "r": lambda card: self._change(card, "reject"),
            "l": lambda card: self._change(card, "lock"),
            "e": self._edit,
            "m": self._merge,
            "s": self._skip,
            "v": self._why,
            "u": lambda _: self._undo(),
        }
        try:
            return presses[key](card)
        except RefusedError as error:
            self.chat.out.warn(error.message)
            return False

    def _change(
        self, card: Card, kind: ChangeKind, to: str | None = None, text: str | None = None, *more: str
    ) -> bool:
        chat = self.chat
        change = Change(kind, (card.id, *more), to, text)
        proposal = chat.editor.propose([change], chat.found)
        told = phrase(change, proposal.before)
        chat.editor.commit(proposal, request=f"/review: {self._say(_KEY_OF[kind])} {card.id}")
        chat.out.say(self._say("done", what=told))
        self.done.append((told, card.id, True))
        self.first = ""
        return True

    def _edit(self, card: Card) -> bool:
        text = self.chat.person.edit(self._say("new_title"), card.title)
        return self._change(card, "edit_title", text=text) if text else False

    def _merge(self, card: Card) -> bool:
        other = self._other(card)
        if other is None:
            return False
        # The one more people stand behind keeps its words.
        stays = card if card.people > other.people else other
        return self._change(card, "merge_cards", stays.id, None, other.id)

    def _other(self, card: Card) -> Card | None:
        chat = self.chat
        alike = likely_same(chat.journey, card)
        if not alike:
            chat.out.warn(self._say("merge_none"))
            return None
        options = [*map(self._option, alike), self._say("merge_other")]
        chat.out.say(self._say("merge_with", card=card.id))
        picked = chat.person.choose(self._say("merge_with", card=card.id), options)
        if picked is None:
            return None
        if picked < len(alike):
            return alike[picked]
        typed = chat.person.edit(self._say("merge_id"), "")
        named = {other.id: other for other in chat.journey.cards if other.id != card.id}
        if typed and fold(typed) not in named:
            chat.out.warn(self._say("merge_unknown", name=visible(typed)))
        return named.get(fold(typed)) if typed else None

    def _option(self, card: Card) -> str:
        journey = self.chat.journey
        stage = next((stage.name for stage in journey.stages if stage.id == card.stage), card.stage)
        return self._say(
            "merge_option",
            card=card.id,
            title=shortened(visible(card.title), _TITLE_CHARS),
            people=words_of(journey.language).count("people", card.people),
            stage=visible(stage),
        )

    def _skip(self, card: Card) -> bool:
        self.chat.notes[_NOTE] = sorted({*self._skipped(), card.id})
        told = self._say("skipped_card", card=card.id)
        self.chat.out.say(told)
        self.done.append((f"{self._say('key_s')} {card.id}", card.id, False))
        self.first = ""
        return True

    def _why(self, card: Card) -> bool:
        self.chat.out.show(render_reasons(self.chat.journey, card, reasons_of(self.chat, card)))
        return False

    def _undo(self) -> bool:
        """Take back what was done last in this walk, and show that card again."""
        if not self.done:
            self.chat.out.warn(self._say("nothing_to_undo"))
            return False
        told, card, is_step = self.done[-1]
        if is_step:
            self.chat.editor.undo()
        else:
            self.chat.notes[_NOTE] = sorted(self._skipped() - {card})
        self.done.pop()
        self.first = card
        self.chat.out.say(self._say("undone", what=told))
        return True

    def _close(self) -> None:
        out = self.chat.out
        left, skipped = len(self._waiting()), len(self._skipped())
        if left:
            out.say(self._say("goes_on", n=left))
        elif skipped:
            out.say(self._say("only_skipped", n=skipped))
        else:
            out.say(self._say("all_done"))
        out.record("review", {"left": left, "skipped": skipped, "done": [told for told, _, _ in self.done]})

    def _keys(self) -> dict[str, str]:
        return {key: self._say(f"key_{key}") for key in _KEYS}

    def _say(self, key: str, **values: object) -> str:
        spoken: Talk = self.chat.words("review")
        return spoken.say(key, **values)


@command("gaps", "huecos", usage="[all]")
def gaps(chat: "Chat", words: str) -> None:
    """Show what is missing on the map, and the interview questions that would fill it."""
    found = find_gaps(chat.journey, chat.study.template_of(chat.journey))
    most = None if fold(words) in _ALL else _GAPS
    chat.out.show(render_gaps(found, chat.journey.language, most=most))
    chat.out.record("gaps", [asdict(gap) for gap in found])
