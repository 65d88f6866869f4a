"""One conversation about one study: what is open, and what was last spoken of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from journeyai.app import Study
from journeyai.chat.asking import Person
from journeyai.chat.output import Output
from journeyai.chat.store import CHATS_FOLDER, ChatStore, Clock, Remembered, recall, utc_now
from journeyai.editor import Editor
from journeyai.errors import SettingsError
from journeyai.export.plain import visible
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.changes import Change
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.operations.ground import RefusedError

if TYPE_CHECKING:
    from journeyai.chat.assistant import Assistant, Subject


@dataclass(slots=True)
class Chat:
    """The state of one conversation.

    Attributes:
        study: what is spoken about.
        editor: its map and the map's history.
        assistant: who understands free words.
        out: where words go.
        person: who is asked back.
        store: where the conversation is kept as it happens.
        found: passages of the last search by the name they were shown under: `s1`, `s2`.
        last: ids of the cards that were shown or changed last, in that order.
        started_at: the step of the history at which the conversation began; 0 before any.
        is_over: whether the person has asked to leave.
        notes: what commands want to find again when the conversation is resumed, as JSON holds it.
        is_at_terminal: whether a person sits at it, who can be given an editor.
        next_line: what was written in an editor, and is said next; mostly empty.
    """

    study: Study
    editor: Editor
    assistant: "Assistant"
    out: Output
    person: Person
    store: "ChatStore"
    found: Mapping[str, Evidence] = field(default_factory=dict)
    last: tuple[str, ...] = ()
    started_at: int = 0
    is_over: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    is_at_terminal: bool = False
    next_line: str = ""

    @property
    def journey(self) -> JourneyMap:
        """The map as it stands."""
        return self.editor.journey

    def words(self, theme: str) -> Talk:
        """Return the sentences of *theme* in the map's language."""
        return talk(theme, self.journey.language)

    def let_answer(self, engine: str, model: str = "") -> None:
        """Let another understand free words from now on.

        Args:
            engine: `local`, `llm`, `auto`; empty for what `journey.toml` says.
            model: a model's name; empty for the settings'.

        Raises:
            SettingsError: a model is wanted, and it has no address or no key; who answered before still does.
        """
        from journeyai.chat.assistant import make_assistant

        fresh = make_assistant(_subject(self.study, lambda: self), engine, model)
        try:
            # A model is opened when it is first asked: one that has no key shows itself here.
            _ = fresh.name
        except SettingsError as error:
            say = self.words("chat").say
            raise SettingsError(say("no_model", name=visible(model or engine)), error.message) from None
        if self.store.is_begun:
            fresh.take_up(recall(self.store.folder, self.store.id)[1].turns)
        self.assistant.close()
        self.assistant = fresh

    def go_on_with(self, store: "ChatStore", remembered: Remembered) -> None:
        """Take up the conversation of *store* where it was left."""
        self.store = store
        self.found = dict(remembered.found or {})
        known = {card.id for card in self.journey.cards}
        self.last = tuple(id_ for id_ in remembered.last if id_ in known)
        self.started_at = remembered.started_at
        self.notes = dict(remembered.notes or {})
        self.assistant.take_up(remembered.turns)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a chat is to be opened.

    Attributes:
        engine: `local`, `llm`, `auto`; empty for what `journey.toml` says.
        model: a model's name; empty for the settings'.
        resume: None for a new conversation; a conversation's id, or empty for the last one.
        clock: what says the time.
    """

    engine: str = ""
    model: str = ""
    resume: str | None = None
    clock: Clock = utc_now


def open_chat(
    study: Study, wanted: Wanted, out: Output, person: Callable[[Talk], Person]
) -> tuple[Chat, Remembered]:
    """Open a conversation about *study*.

    Args:
        study: with a map.
        wanted: how.
        out: where words go.
        person: makes who is asked back, given the chat's own words.

    Returns:
        The chat, and what the conversation that is gone on with left behind; nothing for a new one.

    Raises:
        SettingsError: there is no map, no such conversation, or no such engine.
    """
    from journeyai.chat.assistant import make_assistant

    editor = study.editor()
    folder = study.folder.inner / CHATS_FOLDER
    remembered = Remembered()
    if wanted.resume is not None:
        store, remembered = recall(folder, wanted.resume, wanted.clock)
    else:
        store = ChatStore(folder, clock=wanted.clock)
        store.started_at = editor.head
    chat = Chat(
        study=study,
        editor=editor,
        assistant=make_assistant(_subject(study, lambda: chat), wanted.engine, wanted.model),
        out=out,
        person=person(talk("chat", editor.journey.language)),
        store=store,
        started_at=store.started_at,
    )
    if wanted.resume is not None:
        chat.go_on_with(store, remembered)
    return chat, remembered


def _subject(study: Study, chat: Callable[[], Chat]) -> "Subject":
    """Return what *chat* speaks of, whatever it has come to when an assistant looks."""
    from journeyai.chat.assistant import Subject

    def refusal(changes: Sequence[Change]) -> str | None:
        try:
            chat().editor.propose(changes, chat().found)
        except RefusedError as error:
            return error.message
        return None

    return Subject(study, lambda: chat().journey, lambda: chat().last, lambda: chat().found, refusal)
