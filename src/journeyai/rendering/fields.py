"""The fields of a map in words: what each is called, its values as people read them, before and after."""

from collections.abc import Iterable, Sequence
from typing import Final

from journeyai.export.plain import shortened, visible
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import Words, words
from journeyai.model.journey import Card, JourneyMap, Persona, Stage
from journeyai.operations.comparison import Comparison, FieldChange, FieldValue

NEW: Final = "+"
GONE: Final = "−"

#: Longest text of a field that is shown whole, and ids that are named before the rest is counted.
_FIELD_CHARS: Final = 160
_TITLE_CHARS: Final = 100
_IDS: Final = 8
_QUOTE_IDS: Final = 4


class FieldWords:
    """Puts the fields of two compared maps to words."""

    def __init__(self, comparison: Comparison, journey: JourneyMap) -> None:
        self._talk: Talk = talk("comparison", journey.language)
        self._words: Words = words(journey.language)
        gone_stages = [gone.stage for gone in comparison.stages_removed]
        gone_personas = [gone.persona for gone in comparison.personas_removed]
        # What is gone first: an id that is still there has its present name.
        self._stages = {stage.id: stage.name for stage in (*gone_stages, *journey.stages)}
        self._personas = {persona.id: persona.name for persona in (*gone_personas, *journey.personas)}
        self._order = [stage.id for stage in sorted(journey.stages, key=lambda stage: stage.order)]

    def _field(self, field: FieldChange, *, of_map: bool = False, n: int = 1) -> str:
        """Return what changes, in words; it changes on *n* things."""
        name = "map_title" if of_map and field.name == "title" else field.name
        before, after = field.before, field.after
        if isinstance(after, bool) and not isinstance(before, str):
            key = "is" if after else "is_not"
            if f"{key}_{name}" in self._talk.phrases:
                return self._talk.say(f"{key}_{name}", n=n)
            return self._talk.say(key, what=self._talk.say(f"label_{name}"))
        if field.name in {"evidence", "against"}:
            told = self._quotes(as_tuple(before), as_tuple(after))
        elif set(as_tuple(before)) & set(as_tuple(after)):
            # Of a list most of which stays, what comes and what goes is enough.
            told = ", ".join(
                [
                    f"{NEW}{self._one(field.name, item)}"
                    for item in as_tuple(after)
                    if item not in as_tuple(before)
                ]
                + [
                    f"{GONE}{self._one(field.name, item)}"
                    for item in as_tuple(before)
                    if item not in as_tuple(after)
                ]
            )
        else:
            told = self._arrow(self._value(field.name, before), self._value(field.name, after))
        return f"{self._talk.say(f'label_{name}')}: {told}"

    def _quotes(self, before: Sequence[str], after: Sequence[str]) -> str:
        signed = [f"{NEW}{id_}" for id_ in after if id_ not in before]
        signed += [f"{GONE}{id_}" for id_ in before if id_ not in after]
        ids = f" ({', '.join(signed)})" if 0 < len(signed) <= _QUOTE_IDS else ""
        return self._arrow(str(len(before)), str(len(after))) + ids

    def _value(self, name: str, value: FieldValue) -> str:
        """Return a field's value as people read it."""
        if value is None or value in ("", ()):
            return self._talk.say("none")
        if isinstance(value, tuple):
            return self._listed([self._one(name, item) for item in value])
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return self._words.signed(value)
        return self._one(name, value)

    def _one(self, name: str, value: str) -> str:
        if name == "stage":
            return self._quoted(self._stages.get(value, value))
        if name == "personas":
            return self._quoted(self._personas.get(value, value))
        if name == "lane":
            return self._words.lane(value, 1)  # type: ignore[arg-type]
        if name == "emotion":
            return self._words.emotion(value)  # type: ignore[arg-type]
        if name in {"channel", "channels"}:
            return self._words.channel(value)  # type: ignore[arg-type]
        if name == "status":
            return self._talk.say("status_draft") if value == "draft" else self._words.status(value)
        if name == "progress":
            return self._words.progress(value)  # type: ignore[arg-type]
        if name.startswith("judged."):
            return self._words.grade(value)  # type: ignore[arg-type]
        if name == "scope.state":
            return self._talk.say(f"state_{value}")
        return self._quoted(value, _FIELD_CHARS)

    def _quoted(self, text: str, limit: int = _TITLE_CHARS) -> str:
        return self._talk.say("quoted", text=shortened(visible(text), limit))

    def _stage_name(self, stage: Stage) -> str:
        return self._talk.say("stage", name=self._quoted(stage.name))

    def _persona_name(self, persona: Persona) -> str:
        return self._talk.say("persona", name=self._quoted(persona.name))

    def _card_name(self, id_: str, title: str) -> str:
        return self._talk.say("card", id=id_, name=self._quoted(title))

    def _where(self, lane: str, stage: str) -> str:
        name = self._quoted(self._stages.get(stage, stage))
        return self._talk.say("card_in", lane=self._words.lane(lane, 1), stage=name)  # type: ignore[arg-type]

    def _progress(self, card: Card) -> str:
        if card.progress is None:
            return ""
        return self._words.phrase("progress", progress=self._words.progress(card.progress))

    def _place(self, key: str, stage: str) -> str:
        return self._talk.say(key, place=self._order.index(stage) + 1, of=len(self._order))

    def _people(self, n: int) -> str:
        return self._talk.say("people", n=n)

    def _arrow(self, before: str, after: str) -> str:
        return self._talk.say("arrow", before=before, after=after)

    def _listed(self, names: Iterable[str], most: int = _IDS) -> str:
        shown = [visible(name) for name in names]
        rest = len(shown) - most
        # One more name is as short as saying that there is one more.
        if rest > 1:
            return f"{', '.join(shown[:most])} {self._talk.say('also', n=rest)}"
        return ", ".join(shown)


def as_tuple(value: FieldValue) -> tuple[str, ...]:
    """Return the items of a field that is a list; none of another."""
    return value if isinstance(value, tuple) else ()
