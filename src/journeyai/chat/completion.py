"""What Tab offers: commands, ids of cards with their titles, names of stages and personas, formats, files.

`suggest` is plain code; `ChatCompleter` hands it to prompt_toolkit.  Nothing is offered while the study is still being
opened.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from journeyai.export.plain import shortened, visible
from journeyai.knowledge.letters import fold

if TYPE_CHECKING:
    from journeyai.chat.commands.base import Command, Completes
    from journeyai.chat.session import Chat

#: Titles beside ids are cut: the menu is narrow.
_META_CHARS: Final = 48
#: Letters of free words before names are offered for them.
_LEAST_LETTERS: Final = 2
#: Most files that are offered.
_MOST_FILES: Final = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that can stand where the cursor is.

    Attributes:
        text: what is put in.
        replaces: characters before the cursor that it takes the place of.
        meta: what it is, beside it.
    """

    text: str
    replaces: int
    meta: str = ""


def suggest(chat: "Chat", before: str) -> list[Suggestion]:
    """Return what can stand after *before*, the text left of the cursor, in the order to offer it."""
    from journeyai.chat.commands.base import find_command

    line = before.rsplit("\n", 1)[-1]
    if before.startswith("/") and not any(char.isspace() for char in before):
        return _commands(chat, before)
    if before.startswith("/"):
        name, _, words = before[1:].partition(" ")
        known = find_command(name)
        return [] if known is None else _words(chat, known, words)
    word = line.rpartition(" ")[2]
    if not word:
        return []
    found = [item for item in _cards(chat) if fold(item[0]).startswith(fold(word))]
    if len(word) >= _LEAST_LETTERS:
        found += list(_tails(line, [*_stages(chat), *_personas(chat)]))
    return [
        Suggestion(text, len(_shared(line, text)) or len(word), meta)
        for text, meta in dict(found).items()
        if text != word
    ]


class ChatCompleter(Completer):
    """Completes what is typed, once the chat is open."""

    def __init__(self, chat: "Callable[[], Chat | None]") -> None:
        """Complete for the chat that *chat* gives; None while there is none yet."""
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what can stand where the cursor is."""
        chat = self._chat()
        if chat is None:
            return
        for item in suggest(chat, document.text_before_cursor):
            yield Completion(
                item.text, start_position=-item.replaces, display=visible(item.text), display_meta=item.meta
            )


# Inside

Offer = tuple[str, str]


def _commands(chat: "Chat", typed: str) -> list[Suggestion]:
    from journeyai.chat.commands.base import commands
    from journeyai.chat.commands.session import about

    language = chat.journey.language
    wanted = fold(typed[1:])
    return [
        Suggestion(f"/{name}", len(typed), shortened(about(command, language), _META_CHARS))
        for command in commands().values()
        for name in (command.name, *command.aliases)
        # An alias is offered only to whoever begins to type it.
        if fold(name).startswith(wanted) and (name == command.name or wanted)
    ]


def _words(chat: "Chat", command: "Command", words: str) -> list[Suggestion]:
    """Return what can stand behind a command's name."""
    found: list[Suggestion] = []
    word = words.rpartition(" ")[2]
    for sort in command.completes:
        if sort in {"stage", "persona", "lane", "source"}:
            offers = list(_OFFERS[sort](chat))
            pool = offers if not word else list(_tails(words, offers))
            found += [Suggestion(text, len(_shared(words, text)), meta) for text, meta in pool]
        elif sort == "path":
            found += _files(word)
        else:
            offered = _OFFERS[sort](chat)
            found += [
                Suggestion(text, len(word), meta)
                for text, meta in offered
                if fold(text).startswith(fold(word)) and text != word
            ]
    return list(dict.fromkeys(found))


def _cards(chat: "Chat") -> Iterator[Offer]:
    for card in chat.journey.cards:
        yield card.id, shortened(visible(card.title), _META_CHARS)


def _stages(chat: "Chat") -> Iterator[Offer]:
    for stage in sorted(chat.journey.stages, key=lambda stage: stage.order):
        yield visible(stage.name), stage.id


def _personas(chat: "Chat") -> Iterator[Offer]:
    for persona in chat.journey.personas:
        yield visible(persona.name), persona.id


def _lanes(chat: "Chat") -> Iterator[Offer]:
    from journeyai.knowledge.words import words
    from journeyai.model.vocabulary import LANES

    for lane in LANES:
        yield words(chat.journey.language).lane(lane, 1), lane


def _criteria(chat: "Chat") -> Iterator[Offer]:
    from journeyai.chat.arguments import labels_there

    for name in labels_there("criterion", chat.journey.language):
        yield name, ""


def _grades(chat: "Chat") -> Iterator[Offer]:
    from journeyai.chat.arguments import grades_there

    for name in grades_there(chat.journey.language):
        yield name, ""


def _progress(chat: "Chat") -> Iterator[Offer]:
    from journeyai.chat.arguments import labels_there

    for name in labels_there("progress", chat.journey.language):
        yield name, ""


def _sources(chat: "Chat") -> Iterator[Offer]:
    for source in chat.journey.sources:
        yield source.source, source.kind


def _formats(chat: "Chat") -> Iterator[Offer]:
    from journeyai.export import EXPORTERS

    for name in EXPORTERS:
        yield name, ""


def _names(chat: "Chat") -> Iterator[Offer]:
    from journeyai.chat.commands.base import commands
    from journeyai.chat.commands.session import about

    for name, command in commands().items():
        yield name, shortened(about(command, chat.journey.language), _META_CHARS)


def _branches(chat: "Chat") -> Iterator[Offer]:
    for name in chat.editor.branches:
        yield name, ""


_OFFERS: "Final[dict[Completes, Callable[[Chat], Iterator[Offer]]]]" = {
    "card": _cards,
    "stage": _stages,
    "persona": _personas,
    "lane": _lanes,
    "criterion": _criteria,
    "grade": _grades,
    "progress": _progress,
    "source": _sources,
    "format": _formats,
    "command": _names,
    "branch": _branches,
}


def _files(word: str) -> list[Suggestion]:
    """Return files and folders that *word* is the beginning of; hidden ones only after a dot."""
    folder, name = os.path.split(word)
    try:
        entries = sorted(Path(folder or ".").expanduser().iterdir())
    except OSError:
        return []
    return [
        Suggestion(entry.name + ("/" if entry.is_dir() else ""), len(name))
        for entry in entries[:_MOST_FILES]
        if entry.name.startswith(name) and (name.startswith(".") or not entry.name.startswith("."))
    ]


def _tails(line: str, offers: Iterable[Offer]) -> Iterator[Offer]:
    """Yield the names whose beginning stands at the end of *line*; a name may have several words."""
    for text, meta in offers:
        shared = _shared(line, text)
        if shared and len(shared) < len(text):
            yield text, meta


def _shared(line: str, text: str) -> str:
    """Return the longest end of *line*, from a word's beginning, that *text* begins with."""
    starts = [0, *(place + 1 for place, char in enumerate(line) if char == " ")]
    for start in starts:
        tail = line[start:]
        if tail and fold(text).startswith(fold(tail)):
            return tail
    return ""
