"""Who says what, to whom, in which file: a corpus before it is written, arranged by dice from material."""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from journeyai.errors import SettingsError
from journeyai.evaluation.planted.material import Character, Material, Motif
from journeyai.model.source import DocumentKey
from journeyai.model.vocabulary import Role

Form = Literal["reviews", "interview", "tickets", "chat", "captions"]

#: Formats in the order in which files get them: tables that hold many people are among the first.
FORMS: Final[tuple[Form, ...]] = ("reviews", "interview", "tickets", "chat", "captions", "interview", "chat")
SUFFIXES: Final[Mapping[Form, str]] = {
    "reviews": ".csv",
    "interview": ".md",
    "tickets": ".json",
    "chat": ".txt",
    "captions": ".vtt",
}
_TABLES: Final = ("reviews", "tickets")
#: Points that somebody makes; who talks for an hour makes more of them than who types a review.
_MENTIONS: Final[Mapping[Form, int]] = {
    "interview": 6,
    "captions": 5,
    "chat": 4,
    "tickets": 3,
    "reviews": 2,
}
#: How likely a point is of the persona's own themes.
_OWN_SHARE: Final = 0.75

STAGES: Final = ("discovery", "consideration", "purchase", "onboarding", "use", "support", "loyalty")


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence or two; *theme* if they are one of its wordings."""

    text: str
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What one of the two says in one go."""

    role: Role
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One document: one customer, and whoever asks or serves.

    Attributes:
        record: its row or ticket; None if it is a file of its own.
        speaker: the customer's name as sources and map give it.
        other: the interviewer's or agent's name; empty in a review.
        persona: id, or None for somebody without.
        lines: in order.
    """

    record: str | None
    speaker: str
    other: str
    persona: str | None
    lines: tuple[Line, ...]

    def said(self) -> Iterator[tuple[Line, Saying]]:
        """Yield everything that is said, in order."""
        for line in self.lines:
            for saying in line.sayings:
                yield line, saying


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """One file to write."""

    source: str
    form: Form
    talks: tuple[Talk, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A corpus before it is written; *known* are the themes its passages are labelled with."""

    material: Material
    known: tuple[Motif, ...]
    characters: tuple[Character, ...]
    files: tuple[ScriptFile, ...]

    def talks(self) -> Iterator[tuple[ScriptFile, Talk]]:
        """Yield every document."""
        for file in self.files:
            for talk in file.talks:
                yield file, talk

    def document(self, key: DocumentKey) -> Talk | None:
        """Return the document called *key*."""
        return next((talk for file, talk in self.talks() if (file.source, talk.record) == key), None)


class Deck:
    """Hands out items in an order drawn by lot, each once before any comes again."""

    def __init__(self, items: Sequence[str], dice: random.Random) -> None:
        self._items = list(items)
        dice.shuffle(self._items)
        self._next = 0

    def draw(self, but: Collection[str] = ()) -> str:
        """Return the next item that is not in *but*; if all are, the next one."""
        for _ in self._items:
            item = self._items[self._next % len(self._items)]
            self._next += 1
            if item not in but:
                return item
        return item


def compose(
    material: Material,
    trade: str,
    *,
    seed: int,
    people: int = 24,
    files: int = 14,
    themes: int | None = None,
    personas: Collection[str] | None = None,
) -> Script:
    """Arrange a corpus.

    Args:
        material: of one language.
        trade: id of one of its trades.
        seed: the same seed, the same script.
        people: who each speak in one document; at least as many as files.
        files: in mixed formats.
        themes: how many of the trade's themes are spoken of; None for all.
        personas: ids of those that people are of; None for all.

    Raises:
        SettingsError: there is no such trade, or there are fewer people than files.
    """
    chosen = next((item for item in material.trades if item.id == trade), None)
    if chosen is None:
        raise SettingsError(
            f"There is no trade `{trade}` to plant.",
            f"There are {', '.join(item.id for item in material.trades)}.",
        )
    if not 1 <= files <= people:
        raise SettingsError(
            f"{people} people do not fill {files} files.", "Plant at least one file, and one person a file."
        )
    dice = random.Random(f"{seed} {material.language} {trade}")
    most = len(chosen.themes)
    picked = sorted(dice.sample(range(most), min(themes or most, most)))
    known = tuple(chosen.themes[index] for index in picked)
    characters = tuple(item for item in chosen.personas if personas is None or item.id in personas)
    return _Composer(material, known, characters, dice).compose(people, files)


class _Composer:
    """The dice and decks of one script."""

    def __init__(
        self,
        material: Material,
        known: tuple[Motif, ...],
        characters: tuple[Character, ...],
        dice: random.Random,
    ) -> None:
        self._material, self._known, self._characters, self._dice = material, known, characters, dice
        self._filler = Deck(material.filler, dice)
        self._questions = Deck(material.questions, dice)
        self._answers = Deck(material.answers, dice)
        self._names = Deck(material.names, dice)
        self._wordings = {theme.id: Deck(theme.wordings, dice) for theme in known}
        self._situations = {item.id: Deck(item.situation, dice) for item in characters}
        self._drawn: Counter[str] = Counter()

    def compose(self, people: int, files: int) -> Script:
        forms = [FORMS[number % len(FORMS)] for number in range(files)]
        tables = [number for number, form in enumerate(forms) if form in _TABLES]
        sizes = [1] * files
        for number in range(people - files):
            sizes[tables[number % len(tables)]] += 1
        cast = [self._characters[number % len(self._characters)] for number in range(people)]
        self._dice.shuffle(cast)
        made: list[ScriptFile] = []
        numbers: Counter[str] = Counter()
        for form, size in zip(forms, sizes, strict=True):
            numbers[form] += 1
            source = f"{form}/{form}-{numbers[form]:02}{SUFFIXES[form]}"
            talks = tuple(self._talk(form, numbers[form], row, cast.pop()) for row in range(1, size + 1))
            made.append(ScriptFile(source, form, talks))
        return Script(self._material, self._known, self._characters, tuple(made))

    def _talk(self, form: Form, number: int, row: int, character: Character) -> Talk:
        record, speaker, other = None, self._name(), self._dice.choice(self._material.agents)
        if form == "interview":
            speaker, other = f"P{number}", self._material.interviewer
        elif form == "reviews":
            record = speaker = f"R{number}{row:03}"
            other = ""
        elif form == "tickets":
            record = f"T{number}{row:03}"
        situations = self._situations[character.id]
        opening = [Saying(situations.draw()) for _ in range(1 if form in _TABLES else 2)]
        points = self._points(character, _MENTIONS[form])
        return Talk(record, speaker, other, character.id, self._lines(form, opening, points))

    def _name(self) -> str:
        """Return a name that nobody else has: the second Edwin is Edwin B."""
        name = self._names.draw()
        self._drawn[name] += 1
        again = self._drawn[name] - 1
        return (
            name if not again else f"{name} {chr(ord('A') + again % 26)}{'' if again < 26 else again // 26}"
        )

    def _points(self, character: Character, count: int) -> list[Saying]:
        """Return *count* points in the journey's order, most of them of the persona's own themes."""
        own = [theme for theme in self._known if theme.id in character.prefers]
        rest = [theme for theme in self._known if theme.id not in character.prefers]
        self._dice.shuffle(own)
        self._dice.shuffle(rest)
        picked: list[Motif] = []
        while len(picked) < count and (own or rest):
            from_own = own and (not rest or self._dice.random() < _OWN_SHARE)
            picked.append((own if from_own else rest).pop())
        picked.sort(key=lambda theme: (STAGES.index(theme.stage), theme.id))
        return [Saying(self._wordings[theme.id].draw(), theme.id) for theme in picked]

    def _lines(self, form: Form, opening: Sequence[Saying], points: Sequence[Saying]) -> tuple[Line, ...]:
        if form == "reviews":
            padded = [*opening, *points, Saying(self._filler.draw())]
            return (Line("customer", tuple(padded)),)
        asks: Role = "researcher" if form == "interview" else "agent"
        turns: list[list[Saying]] = [[Saying(self._filler.draw()), *opening]]
        turns += [[point] for point in points]
        for turn in turns[1:]:
            if self._dice.random() < 0.6:
                turn.insert(self._dice.randint(0, 1), Saying(self._filler.draw()))
        prompts = self._questions if asks == "researcher" else self._answers
        lines: list[Line] = []
        for turn in turns:
            lines += [Line(asks, (Saying(prompts.draw()),)), Line("customer", tuple(turn))]
        return tuple(lines[1:] if form == "tickets" else lines)
