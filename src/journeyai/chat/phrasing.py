"""What a change will do, said in a line of the map's language."""

from collections.abc import Iterable, Mapping
from typing import Final

from journeyai.export.plain import shortened, visible
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import Words, words
from journeyai.model.changes import CHANGES, Change, Part
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.vocabulary import EMOTIONS, HEADWAYS, JUDGEMENTS, LANES

#: Titles longer than this are cut: the line is to be read at a glance.
_TITLE_CHARS: Final = 60
#: Things that are named one by one; of more, the rest are counted.
_MOST_NAMED: Final = 6


def phrase(change: Change, journey: JourneyMap, found: Mapping[str, Evidence] | None = None) -> str:
    """Return what *change* does to *journey*, in one line.

    Args:
        change: what is asked for.
        journey: the map before it.
        found: passages of the last search by the name they were shown under.
    """
    return _Phrasing(journey, found or {}).of(change)


def call(journey: JourneyMap, part: Part, id_: str) -> str:
    """Return what people call the thing *id_*: a card by id and title, a stage or persona by its name."""
    return _Phrasing(journey, {}).name(part, id_)


class _Phrasing:
    def __init__(self, journey: JourneyMap, found: Mapping[str, Evidence]) -> None:
        self._journey = journey
        self._found = found
        self._talk: Talk = talk("chat", journey.language)
        self._words: Words = words(journey.language)
        self._names: dict[Part, dict[str, str]] = {
            "stage": {item.id: item.name for item in journey.stages},
            "card": {item.id: item.title for item in journey.cards},
            "persona": {item.id: item.name for item in journey.personas},
            "evidence": {item.id: item.quote for item in journey.evidence}
            | {name: item.quote for name, item in found.items()},
        }

    def of(self, change: Change) -> str:
        needs = CHANGES[change.kind]
        firsts = [id_ for id_ in change.targets if needs.targets and id_ in self._names[needs.targets]]
        rest = [id_ for id_ in change.targets if id_ not in firsts]
        key = f"do_{change.kind}"
        if change.text in {None, ""} and f"{key}_bare" in self._talk.phrases:
            key += "_bare"
        return self._talk.say(
            key,
            n=len(firsts),
            what=self._all(needs.targets, firsts),
            more=self._all(needs.more, rest),
            to=self._to(change),
            text=self._text(change),
        )

    def name(self, part: Part, id_: str) -> str:
        called = self._names[part].get(id_)
        if called is None:
            return visible(id_)
        quoted = self._quoted(shortened(visible(called), _TITLE_CHARS))
        return quoted if part in {"stage", "persona"} else f"{visible(id_)} {quoted}"

    def _all(self, part: Part | None, ids: Iterable[str]) -> str:
        named = [self.name(part, id_) if part else visible(id_) for id_ in ids]
        if len(named) > _MOST_NAMED:
            more = self._talk.say("and_more", n=len(named) - _MOST_NAMED)
            return f"{', '.join(named[:_MOST_NAMED])} {more}"
        return ", ".join(named)

    def _to(self, change: Change) -> str:
        to, sort = change.to, CHANGES[change.kind].to
        if to is None or sort is None:
            return self._talk.say("at_the_end") if change.kind == "add_stage" else ""
        if sort == "place":
            if to in {"start", "end"}:
                return self._talk.say(f"at_the_{to}")
            return self._talk.say("after", stage=self.name("stage", to))
        if sort == "lane":
            return next((self._words.lane(lane, 1) for lane in LANES if lane == to), to)
        if sort == "emotion":
            return next((self._words.emotion(emotion) for emotion in EMOTIONS if emotion == to), to)
        if sort == "criterion":
            return self._words.criterion(to)
        if sort == "progress":
            return next((self._words.progress(name) for name in HEADWAYS if name == to), to)
        if sort == "scope":
            return self._talk.say(f"scope_{to}") if f"scope_{to}" in self._talk.phrases else to
        part: Part | None = CHANGES[change.kind].targets if sort == "target" else _PARTS.get(sort)
        return self.name(part, to) if part else visible(to)

    def _text(self, change: Change) -> str:
        if change.kind == "set_grade":
            return next((self._words.grade(name) for name in JUDGEMENTS if name == change.text), "")
        return self._quoted(change.text or "")

    def _quoted(self, text: str) -> str:
        return self._words.phrase("quoted", text=visible(text))


_PARTS: Final[dict[str, Part]] = {"stage": "stage", "persona": "persona"}
