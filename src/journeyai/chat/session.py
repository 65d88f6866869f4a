"""One conversation about one study: what is open, and what was last spoken of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from journeyai.app import Study
from journeyai.chat.asking import Person
from journeyai.chat.output import Output
from journeyai.editor import Editor
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.journey import Evidence, JourneyMap

if TYPE_CHECKING:
    from journeyai.chat.assistant import Assistant
    from journeyai.chat.store import ChatStore


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
        last: ids of the cards that were shown last, in the order shown.
        started_at: the step of the history at which the conversation began; 0 before any.
        is_over: whether the person has asked to leave.
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

    @property
    def journey(self) -> JourneyMap:
        """The map as it stands."""
        return self.editor.journey

    def words(self, theme: str) -> Talk:
        """Return the sentences of *theme* in the map's language."""
        return talk(theme, self.journey.language)
