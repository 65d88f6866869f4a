"""What a person asks for in free words becomes typed changes to the map.  Nothing is applied here.

The request is the person's; titles on the map are material.  What a model may make of either is bounded by
`journeyai.model.changes`: known kinds, known ids, known labels; anything else is left out, and said.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean, speaks_to_machine
from journeyai.engines.llm.steps.examples import is_copied
from journeyai.engines.llm.steps.lines import flat, language_name
from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import content_words
from journeyai.model.aliases import Progress
from journeyai.model.changes import (
    CHANGES,
    LABELS,
    MOST_TARGETS,
    SCOPE_STATES,
    TEXT_LETTERS,
    Change,
    ChangeKind,
    Destination,
    Needs,
    Part,
    Words,
)
from journeyai.model.journey import Card, JourneyMap

STEP: Final = "propose"
MOST_CHANGES: Final = 12
#: Cards that are told; of a larger map, those the request speaks of come first.
MOST_CARDS: Final = 150
UNCLEAR_LETTERS: Final = 240
_REQUEST_LETTERS: Final = 2000
_TITLE_LETTERS: Final = 120
_NAME_LETTERS: Final = 80
_ID_LETTERS: Final = 60
#: Words are told apart by their first letters, as in `drafting.likeness`.
_STEM_LETTERS: Final = 5
#: Unknown ids that a reason names.
_MOST_NAMED: Final = 5


class ChangeReply(Reply):
    """One change, flat."""

    kind: ChangeKind
    targets: list[Annotated[str, Field(max_length=_ID_LETTERS)]] = Field(max_length=MOST_TARGETS)
    to: Annotated[str, Field(max_length=_ID_LETTERS)] | None
    text: Annotated[str, Field(max_length=TEXT_LETTERS)] | None


class ProposeReply(Reply):
    """All changes, or a question."""

    changes: list[ChangeReply] = Field(max_length=MOST_CHANGES)
    unclear: str = Field(max_length=UNCLEAR_LETTERS)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of a request.

    Attributes:
        changes: in the order asked, each once; empty when something is unclear.
        unclear: a question to the person, in their language; empty when none is needed.
        dropped: ids the model gave that are no id of the lines it saw.
        reasons: what was left out, and why: a plain sentence each.
    """

    changes: tuple[Change, ...]
    unclear: str
    dropped: int
    reasons: tuple[str, ...]


def question(
    request: str, drawn: JourneyMap, language: str, names: Sequence[str] = ()
) -> Question[ProposeReply] | None:
    """Return what is asked; None when the request is empty.

    Args:
        request: the person's words.
        drawn: the map that is to be changed.
        language: ISO 639-1 code of the person's.
        names: of people, masked wherever they stand; those who speak in the sources, so that a speaker can be moved.
    """
    asked = flat(request, _REQUEST_LETTERS)
    if not asked:
        return None
    cards = _cards(asked, drawn)
    return Question(
        step=STEP,
        values={
            "kinds": "\n".join(_told(kind, needs) for kind, needs in CHANGES.items()),
            "lanes": ", ".join(LABELS["lane"]),
            "emotions": ", ".join(LABELS["emotion"]),
            "language": language_name(language),
            "shown": f"The map has {len(drawn.cards)} cards; {len(cards)} of them are told.",
        },
        data={"request": asked, "lines": "\n".join(_lines(asked, cards, drawn))},
        reply=ProposeReply,
        room=2500,
        names=names,
        about="the change asked for",
    )


def read(reply: ProposeReply, request: str, drawn: JourneyMap) -> Proposed:
    """Return the changes of *reply* that hold together, and why the others do not."""
    # A model that proposes something may still fill the field, with "none" or a remark: only a question stops it.
    unclear = clean(reply.unclear, UNCLEAR_LETTERS)
    if speaks_to_machine(unclear) or (reply.changes and "?" not in unclear):
        unclear = ""
    if unclear:
        return Proposed((), unclear, 0, ())
    reading = _Reading(flat(request, _REQUEST_LETTERS), drawn)
    found = [change for item in reply.changes if (change := reading.change(item)) is not None]
    return Proposed(tuple(dict.fromkeys(found)), "", reading.dropped, tuple(dict.fromkeys(reading.reasons)))


def run(
    request: str,
    drawn: JourneyMap,
    language: str,
    asker: Asker,
    progress: Progress,
    names: Sequence[str] = (),
) -> Proposed | Failure:
    """Turn *request* into changes to *drawn*; an empty one asks for nothing, and nobody is asked."""
    wanted = question(request, drawn, language, names)
    if wanted is None:
        return Proposed((), "", 0, ())
    (reply,) = asker.ask_all([wanted], progress)
    return reply if isinstance(reply, Failure) else read(reply, request, drawn)


class _RefusedError(Exception):
    """Why a change is left out.  Never leaves this module."""


class _Reading:
    """Reads the changes of one reply against the lines that were told."""

    def __init__(self, asked: str, drawn: JourneyMap) -> None:
        self.dropped = 0
        self.reasons: list[str] = []
        self._asked = asked
        self._ids: dict[Part, dict[str, str]] = {
            "stage": _called((stage.id, stage.name) for stage in drawn.stages),
            "persona": _called((persona.id, persona.name) for persona in drawn.personas),
            "card": {fold(card.id): card.id for card in _cards(asked, drawn)},
            "evidence": {fold(id_): id_ for id_ in _evidence(asked, drawn)},
        }

    def change(self, item: ChangeReply) -> Change | None:
        """Return *item* as a change, or None, with the reason noted."""
        needs = CHANGES[item.kind]
        try:
            targets = self._targets(item, needs, needs.targets) if needs.targets else ()
            to = self._to(item, needs, targets)
            text = self._text(item, needs, to)
        except _RefusedError as why:
            self.reasons.append(f"`{item.kind}` was left out: {why}")
            return None
        return Change(item.kind, targets, to, text)

    def _targets(self, item: ChangeReply, needs: Needs, part: Part) -> tuple[str, ...]:
        first: dict[str, None] = {}
        more: dict[str, None] = {}
        unknown: dict[str, None] = {}
        # What stays after a merge is one of its targets, whether or not the model names it twice.
        stays = [item.to] if item.to and needs.to == "target" else []
        for said in (*item.targets, *stays):
            if id_ := self._found(said, part):
                first[id_] = None
            elif needs.more and (id_ := self._found(said, needs.more)):
                more[id_] = None
            else:
                unknown[_shown(said)] = None
        if unknown:
            self.dropped += len(unknown)
            named = ", ".join(f"`{id_}`" for id_ in list(unknown)[:_MOST_NAMED])
            rest = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
            sort = part if needs.more is None else f"{part} or {needs.more}"
            self.reasons.append(f"`{item.kind}` passes over {named}{rest}: not the id of a known {sort}.")
        if not needs.least <= len(first) <= needs.most or len(more) < needs.least_more:
            raise _RefusedError(_wanted(needs, part))
        return (*first, *more)

    def _to(self, item: ChangeReply, needs: Needs, targets: tuple[str, ...]) -> str | None:
        if needs.to is None:
            return None
        said = (item.to or "").strip()
        if not said:
            if needs.needs_to:
                raise _RefusedError(f"it does not say {_DESTINATIONS[needs.to]}.")
            return targets[0] if needs.to == "target" else None
        label = re.sub(r"[\s-]+", "_", fold(said))
        part = needs.targets if needs.to == "target" else _PARTS.get(needs.to)
        if label in LABELS.get(needs.to, ()):
            return label
        to = self._found(said, part) if part else None
        if to is None:
            # What should stay after a merge was counted with its targets.
            self.dropped += needs.to in _PARTS
            raise _RefusedError(f"`{_shown(said)}` is not {_DESTINATIONS[needs.to]}.")
        if needs.to in _PARTS and to in targets:
            raise _RefusedError(f"`{to}` cannot be both what is changed and where it goes.")
        return to

    def _text(self, item: ChangeReply, needs: Needs, to: str | None) -> str | None:
        if needs.text == "none":
            return None
        text = None if item.text is None else clean(item.text, TEXT_LETTERS)
        if needs.text == "optional":
            text = text or None
        elif text is None or (not text and needs.text == "needed"):
            raise _RefusedError("it has no words.")
        # Words the person never said come from a title or from the prompt's own example.
        if text and fold(text) not in fold(self._asked):
            if speaks_to_machine(text):
                raise _RefusedError("its words read like an order to a machine.")
            if is_copied(STEP, text, [self._asked]):
                raise _RefusedError("its words are not yours.")
        if to == "state" and needs.to == "scope":
            text = fold(text or "")
            if text not in SCOPE_STATES:
                raise _RefusedError(f"the state of a map is {' or '.join(SCOPE_STATES)}.")
        return text

    def _found(self, said: str, part: Part) -> str | None:
        return self._ids[part].get(fold(said.strip().strip("[]`").strip()))


#: Destinations that are a part of the map.
_PARTS: Final[dict[Destination, Part]] = {"stage": "stage", "place": "stage", "persona": "persona"}
#: What `to` says, for people.
_DESTINATIONS: Final[dict[Destination, str]] = {
    "stage": "the stage it goes to",
    "place": "where in the journey",
    "persona": "the persona it goes to",
    "target": "the one that stays",
    "lane": "a lane of the map",
    "severity": "a severity from 1 to 3",
    "emotion": "an emotion the map knows",
    "scope": "start, end, state or focus",
}
#: The same for the model, shorter.
_TO: Final[dict[Destination, str]] = {
    "stage": "a stage",
    "place": "a stage, start or end",
    "persona": "a persona",
    "target": "which stays",
    "lane": "a lane",
    "severity": "1, 2 or 3",
    "emotion": "an emotion",
    "scope": "start, end, state or focus",
}
_TEXT: Final[dict[Words, str]] = {
    "needed": "text",
    "may_be_empty": 'text, or "" to clear',
    "optional": "text or null",
}
_PLURALS: Final[dict[Part, str]] = {
    "stage": "stages",
    "card": "cards",
    "persona": "personas",
    "evidence": "evidence",
}


def _called(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return, folded, what each of *named* (id, name) may be called → its id.

    Models say a stage's or persona's name for its id; it will do where it is nobody else's.
    """
    pairs = list(named)
    names = Counter(fold(name.strip()) for _, name in pairs)
    by_name = {fold(name.strip()): id_ for id_, name in pairs if names[fold(name.strip())] == 1}
    by_name.pop("", None)
    return by_name | {fold(id_): id_ for id_, _ in pairs}


def _wanted(needs: Needs, part: Part) -> str:
    """Return which targets a change needs, for people."""
    if needs.most == 1:
        whole = f"it needs exactly one {part}"
    else:
        whole = f"it needs {'one or more' if needs.least == 1 else 'two or more'} {_PLURALS[part]}"
    return f"{whole}, and {needs.more}." if needs.least_more else f"{whole}."


def _told(kind: ChangeKind, needs: Needs) -> str:
    """Return the line that tells a model of *kind*."""
    parts = []
    if needs.targets:
        many = needs.targets if needs.most == 1 else f"{needs.least}+ {_PLURALS[needs.targets]}"
        more = (
            ""
            if needs.more is None
            else f"{', then ' if needs.least_more else ', maybe '}{_PLURALS[needs.more]}"
        )
        parts.append(f"targets {many}{more}")
    if needs.to:
        parts.append(f"to {_TO[needs.to]}{'' if needs.needs_to else ' or null'}")
    if needs.text != "none":
        parts.append(_TEXT[needs.text])
    return f"- {kind} ({needs.means}): {'; '.join(parts)}"


def _shown(said: str) -> str:
    return clean(said, _ID_LETTERS).replace("`", "'")


def _lines(asked: str, cards: Sequence[Card], drawn: JourneyMap) -> Iterator[str]:
    """Yield the map's lines; no name or title can begin with what looks like another id."""
    for stage in sorted(drawn.stages, key=lambda stage: stage.order):
        yield f"[{_words(stage.id, _ID_LETTERS)}] stage: {_words(stage.name, _NAME_LETTERS)}"
    for persona in drawn.personas:
        confirmed = " · confirmed" if persona.confirmed else ""
        yield f"[{_words(persona.id, _ID_LETTERS)}] persona{confirmed}: {_words(persona.name, _NAME_LETTERS)}"
    for card in cards:
        facts = [
            "card",
            card.lane,
            _words(card.stage, _ID_LETTERS),
            "1 person" if card.people == 1 else f"{card.people} people",
        ]
        if card.severity is not None:
            facts.append(f"severity {card.severity}")
        if card.status != "draft":
            facts.append(card.status)
        if card.locked:
            facts.append("locked")
        yield f"[{_words(card.id, _ID_LETTERS)}] {' · '.join(facts)}: {_words(card.title, _TITLE_LETTERS)}"
    for id_ in _evidence(asked, drawn):
        behind = [card.id for card in drawn.cards if id_ in (*card.evidence, *card.against)]
        yield f"[{id_}] evidence of {', '.join(behind) or 'no card'}"


def _words(text: str, longest: int) -> str:
    """Return *text* as it is told: in one line, without square brackets, and not at all if it gives orders."""
    if speaks_to_machine(text):
        return "(not told: reads like an order)"
    return flat(text, longest).replace("[", "(").replace("]", ")")


def _cards(asked: str, drawn: JourneyMap) -> list[Card]:
    """Return the cards that are told, in the map's order.

    Of too many: those the request names by id, then those whose title or stage it shares a word with, then those that
    stand for most people.
    """
    if len(drawn.cards) <= MOST_CARDS:
        return list(drawn.cards)
    ids, stems = _ids(asked), _stems(asked)
    stage_names = {stage.id: stage.name for stage in drawn.stages}

    def rank(place: int) -> tuple[bool, bool, int, int]:
        card = drawn.cards[place]
        about = f"{card.title} {card.stage} {stage_names.get(card.stage, '')}"
        return fold(card.id) not in ids, not stems & _stems(about), -card.people, place

    return [drawn.cards[place] for place in sorted(sorted(range(len(drawn.cards)), key=rank)[:MOST_CARDS])]


def _evidence(asked: str, drawn: JourneyMap) -> list[str]:
    """Return the ids of the evidence that the request names; no other evidence is told of."""
    ids = _ids(asked)
    return [item.id for item in drawn.evidence if fold(item.id) in ids][:MOST_TARGETS]


def _ids(asked: str) -> set[str]:
    return set(re.findall(r"\w+", fold(asked)))


def _stems(text: str) -> set[str]:
    return {word[:_STEM_LETTERS] for word in content_words(text)}
