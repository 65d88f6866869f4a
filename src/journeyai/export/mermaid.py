"""The map as a Mermaid `journey`, which GitHub, GitLab, Notion and many wikis draw.

A section is a stage.  Its first task is how the stage feels, with the personas heard there as actors: read along, these
are the emotion curve.  Then come its strongest cards that tell a feeling, with how many people say each.  Mermaid
scores are whole: −2 … +2 becomes 1 … 5.  A stage that nobody feels anything about is scored 3, for a journey cannot be
drawn without, and says so.

Mermaid has no quoting.  What its grammar would take for its own (`:` `;` `#` `%` `,`, markup, a first word such as
`section`) is written as a character's number, `#58;`, and drawn as the character.
"""

import re
from collections.abc import Iterator
from typing import Final

from journeyai.export.material import Material
from journeyai.export.plain import cut, visible
from journeyai.export.reading import Point, Reading, strongest
from journeyai.model.journey import Card, JourneyMap, Persona

#: Cards a stage; fewer where the whole would be longer than Mermaid takes.
_CARDS: Final = 3
#: Mermaid refuses more than 50,000 characters.
_MOST_CHARS: Final = 48_000
#: Longest names, in characters: what its boxes hold.
_TITLE, _STAGE, _TASK, _ACTOR = 120, 40, 46, 40
#: Actors of one task; further ones could not be told from each other.
_ACTORS: Final = 6
#: Lanes that say nothing of what the customer goes through.
_NOT_TASKS: Final = frozenset({"opportunity", "measure"})
#: What the grammar or Mermaid's own escaping gives a meaning to.
_SPECIAL: Final = re.compile(r"""[:;#%,<>&"`{}\\¶ﬂ]""")
_KEYWORD: Final = re.compile(r"journey|title|section|acc|end|style|class|init|wrap", re.IGNORECASE)
_STAR: Final = "★ "


class MermaidExporter:
    """The stages, their strongest cards and who speaks there, as a user journey diagram."""

    suffix = ".mmd"

    def write(self, journey: JourneyMap, material: Material) -> bytes:
        """Return the diagram as UTF-8."""
        for cards in range(_CARDS, -1, -1):
            text = "".join(f"{line}\n" for line in _Diagram(journey, cards, with_actors=True).lines())
            if len(text) <= _MOST_CHARS:
                return text.encode("utf-8")
        lines = _Diagram(journey, 0, with_actors=False).lines()
        return "".join(f"{line}\n" for line in lines).encode("utf-8")


class _Diagram:
    """One way to write a map: with so many cards a stage, with or without who speaks."""

    def __init__(self, journey: JourneyMap, cards: int, *, with_actors: bool) -> None:
        self.journey = journey
        self.most = cards
        self.reading = Reading(journey)
        self.words = self.reading.words
        self.personas: tuple[Persona, ...] = journey.personas if with_actors else ()
        self.curves = {persona.id: Reading(journey, persona).curve() for persona in self.personas}

    def lines(self) -> Iterator[str]:
        yield "journey"
        yield f"  title {name(self.journey.title, _TITLE) or name(self.words.phrase('untitled'), _TITLE)}"
        for number, point in enumerate(self.reading.curve()):
            stage = point.stage
            star = _STAR if stage.moment_of_truth else ""
            yield f"  section {star}{name(stage.name, _STAGE) or name(stage.id, _STAGE)}"
            yield self._feeling(number, point)
            yield from map(self._card, self._cards(point))

    def _feeling(self, number: int, point: Point) -> str:
        if point.valence is None:
            return f"    {name(self.reading.gap(point), _TASK)}: 3"
        heard = [persona for persona in self.personas if self.curves[persona.id][number].people]
        people = f" · {self.words.count('people', point.people)}" if point.people else ""
        return self._task(f"{self.words.phrase('curve')}{people}", point.valence, heard)

    def _cards(self, point: Point) -> list[Card]:
        here = [
            card for card in self.reading.cards if card.stage == point.stage.id and card.valence is not None
        ]
        return strongest(card for card in here if card.lane not in _NOT_TASKS)[: self.most]

    def _card(self, card: Card) -> str:
        who = self.words.phrase("assumed") if card.assumption else self.words.count("people", card.people)
        speaking = [persona for persona in self.personas if persona.id in card.personas]
        return self._task(
            f"{cut(visible(card.title) or card.id, _TASK - len(who))} · {who}", card.valence or 0, speaking
        )

    def _task(self, what: str, valence: float, who: list[Persona]) -> str:
        actors = ", ".join(
            dict.fromkeys(name(persona.name or persona.id, _ACTOR) for persona in who[:_ACTORS])
        )
        return f"    {name(what, _TASK + 3)}: {score(valence)}" + (f": {actors}" if actors else "")


def score(valence: float) -> int:
    """Return the whole score, 1 … 5, of a *valence* of −2 … +2; halves go outward."""
    rounded = int(abs(valence) + 0.5)
    return 3 + (rounded if valence > 0 else -rounded)


def name(text: str, limit: int) -> str:
    """Return *text* as a name in a diagram: one line, at most *limit* characters before it is escaped."""
    text = cut(visible(text), limit)
    escaped = _SPECIAL.sub(lambda found: f"#{ord(found[0])};", text)
    if _KEYWORD.match(text) or text[:1] in {"-", "+"}:
        escaped = f"#{ord(text[0])};{escaped[1:]}"
    return escaped
