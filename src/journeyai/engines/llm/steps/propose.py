"""What a person asks for in free words becomes typed changes to the map.  Nothing is applied here.

The request is the person's; titles on the map are material.  What a model may make of either is bounded by
`journeyai.model.changes`: known kinds, known ids, known labels; anything else is left out, and said.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import Field

from journeyai.engines.conversation import Proposed
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.screen import clean, speaks_to_machine
from journeyai.engines.llm.steps.asked_for import not_asked_for
from journeyai.engines.llm.steps.examples import is_copied
from journeyai.engines.llm.steps.lines import flat, language_name
from journeyai.engines.llm.steps.map_lines import ID_LETTERS, map_lines, told_cards, told_evidence, told_found
from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.changes import (
    CHANGES,
    GRADES,
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
from journeyai.model.journey import JourneyMap

STEP: Final = "propose"
MOST_CHANGES: Final = 12
UNCLEAR_LETTERS: Final = 240
_REQUEST_LETTERS: Final = 2000
_OBJECTION_LETTERS: Final = 800
#: What a model is told of its own reply stands among a prompt's words.
_PROMPT_LANGUAGE: Final = "en"
#: Unknown ids that a reason names.
_MOST_NAMED: Final = 5


#: Says why changes cannot be made to the map, in a sentence; None if they can.
Check = Callable[[Sequence[Change]], str | None]


class ChangeReply(Reply):
    """One change, flat."""

    kind: ChangeKind
    targets: list[Annotated[str, Field(max_length=ID_LETTERS)]] = Field(max_length=MOST_TARGETS)
    to: Annotated[str, Field(max_length=ID_LETTERS)] | None
    text: Annotated[str, Field(max_length=TEXT_LETTERS)] | None


class ProposeReply(Reply):
    """All changes, or a question."""

    changes: list[ChangeReply] = Field(max_length=MOST_CHANGES)
    unclear: str = Field(max_length=UNCLEAR_LETTERS)


@dataclass(frozen=True, slots=True)
class Around:
    """What a request is made in.

    Attributes:
        names: of people, masked wherever they stand; those who speak in the sources, so that a speaker can be moved.
        before: what was spoken of before, from `talking.told_before`.
        found: names under which a search has shown passages (`s1`): they can be attached to a card.
        check: why changes cannot be made to the map; None if they can.
    """

    names: Sequence[str] = ()
    before: str = ""
    found: Sequence[str] = ()
    check: Check | None = None


_ALONE: Final = Around()


def question(
    request: str, drawn: JourneyMap, language: str, around: Around = _ALONE
) -> Question[ProposeReply] | None:
    """Return what is asked; None when the request is empty.

    Args:
        request: the person's words.
        drawn: the map that is to be changed.
        language: ISO 639-1 code of the person's.
        around: what it is made in.
    """
    asked = flat(request, _REQUEST_LETTERS)
    if not asked:
        return None
    cards = told_cards(asked, drawn)
    return Question(
        step=STEP,
        values={
            "kinds": "\n".join(_told(kind, needs) for kind, needs in CHANGES.items()),
            "lanes": ", ".join(LABELS["lane"]),
            "emotions": ", ".join(LABELS["emotion"]),
            "language": language_name(language),
            "shown": f"The map has {len(drawn.cards)} cards; {len(cards)} of them are told.",
        },
        data={
            "request": asked,
            "before": around.before,
            "lines": "\n".join(map_lines(asked, cards, drawn, around.found)),
        },
        reply=ProposeReply,
        room=2500,
        names=around.names,
        about="the change asked for",
        check=lambda reply: _objection(read(reply, request, drawn, around.found), around.check),
    )


def read(
    reply: ProposeReply,
    request: str,
    drawn: JourneyMap,
    shown: Sequence[str] = (),
    language: str = _PROMPT_LANGUAGE,
) -> Proposed:
    """Return the changes of *reply* that hold together, and in *language* why the others do not."""
    # A model that proposes something may still fill the field, with "none" or a remark: only a question stops it.
    unclear = clean(reply.unclear, UNCLEAR_LETTERS)
    if speaks_to_machine(unclear) or (reply.changes and "?" not in unclear):
        unclear = ""
    if unclear:
        return Proposed((), unclear)
    reading = _Reading(flat(request, _REQUEST_LETTERS), drawn, shown, talk("reply", language))
    found = [change for item in reply.changes if (change := reading.change(item)) is not None]
    return Proposed(
        tuple(dict.fromkeys(found)), dropped=reading.dropped, reasons=tuple(dict.fromkeys(reading.reasons))
    )


def run(
    request: str,
    drawn: JourneyMap,
    language: str,
    asker: Asker,
    around: Around = _ALONE,
) -> Proposed | Failure:
    """Turn *request* into changes to *drawn*; an empty one asks for nothing, and nobody is asked.

    What names unknown parts, or cannot be done, goes back to the model once; what is still so goes to the person, as
    a reason.

    Raises:
        EngineError: the model cannot be asked.
        BudgetError: the question might cost more than is left.
    """
    wanted = question(request, drawn, language, around)
    if wanted is None:
        return Proposed(())
    (reply,) = asker.ask_all([wanted], lambda done, total: None)
    if isinstance(reply, Failure):
        return reply
    found = read(reply, request, drawn, around.found, drawn.language)
    refusal = around.check(found.changes) if around.check and found.changes else None
    return replace(found, changes=(), reasons=(*found.reasons, refusal)) if refusal else found


def _objection(found: Proposed, check: Check | None) -> str:
    """Return what the model is told of changes that are no use as they are."""
    if found.reasons:
        return flat(" ".join(found.reasons), _OBJECTION_LETTERS)
    refusal = check(found.changes) if check and found.changes else None
    return flat(refusal, _OBJECTION_LETTERS) if refusal else ""


class _RefusedError(Exception):
    """Why a change is left out.  Never leaves this module."""


class _Reading:
    """Reads the changes of one reply against the lines that were told."""

    def __init__(self, asked: str, drawn: JourneyMap, shown: Sequence[str], words: Talk) -> None:
        self.dropped = 0
        self.reasons: list[str] = []
        self._asked = asked
        self._words = words
        self._say = words.say
        self._titles = {card.id: card.title for card in drawn.cards}
        self._titles |= {persona.id: persona.name for persona in drawn.personas}
        self._ids: dict[Part, dict[str, str]] = {
            "stage": _called((stage.id, stage.name) for stage in drawn.stages),
            "persona": _called((persona.id, persona.name) for persona in drawn.personas),
            "card": {fold(card.id): card.id for card in told_cards(asked, drawn)},
            "evidence": {fold(id_): id_ for id_ in (*told_evidence(asked, drawn), *told_found(asked, shown))},
        }

    def change(self, item: ChangeReply) -> Change | None:
        """Return *item* as a change, or None, with the reason noted."""
        needs = CHANGES[item.kind]
        try:
            targets = self._targets(item, needs, needs.targets) if needs.targets else ()
            to = self._to(item, needs, targets)
            text = self._text(item, needs, to)
            if why := not_asked_for(item.kind, targets, self._asked, self._titles, self._words):
                raise _RefusedError(why)
        except _RefusedError as why:
            self.reasons.append(self._say("left_out", kind=item.kind, why=why))
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
            if len(unknown) > _MOST_NAMED:
                named = self._say("and_more", named=named, n=len(unknown) - _MOST_NAMED)
            sort = self._say(f"one_{part}")
            if needs.more is not None:
                sort = self._say("or", first=sort, second=self._say(f"one_{needs.more}"))
            self.reasons.append(self._say("passes_over", kind=item.kind, named=named, sort=sort))
        if not needs.least <= len(first) <= needs.most or len(more) < needs.least_more:
            raise _RefusedError(self._wanted(needs, part))
        return (*first, *more)

    def _to(self, item: ChangeReply, needs: Needs, targets: tuple[str, ...]) -> str | None:
        if needs.to is None:
            return None
        said = (item.to or "").strip()
        if not said:
            if needs.needs_to:
                raise _RefusedError(self._say("no_destination", to=self._say(f"to_{needs.to}")))
            return targets[0] if needs.to == "target" else None
        label = re.sub(r"[\s-]+", "_", fold(said))
        part = needs.targets if needs.to == "target" else _PARTS.get(needs.to)
        if label in LABELS.get(needs.to, ()):
            return label
        to = self._found(said, part) if part else None
        if to is None:
            # What should stay after a merge was counted with its targets.
            self.dropped += needs.to in _PARTS
            raise _RefusedError(
                self._say("wrong_destination", said=_shown(said), to=self._say(f"to_{needs.to}"))
            )
        if needs.to in _PARTS and to in targets:
            raise _RefusedError(self._say("both", to=to))
        return to

    def _text(self, item: ChangeReply, needs: Needs, to: str | None) -> str | None:
        if needs.text == "none":
            return None
        text = None if item.text is None else clean(item.text, TEXT_LETTERS)
        if needs.text == "optional":
            text = text or None
        elif text is None or (not text and needs.text == "needed"):
            raise _RefusedError(self._say("no_words"))
        if needs.to == "criterion":
            grade = fold(text or "")
            if grade not in GRADES:
                raise _RefusedError(self._say("wrong_grade", said=_shown(text or "")))
            return grade
        # Words the person never said come from a title or from the prompt's own example.
        if text and fold(text) not in fold(self._asked):
            if speaks_to_machine(text):
                raise _RefusedError(self._say("order"))
            if is_copied(STEP, text, [self._asked]):
                raise _RefusedError(self._say("not_yours"))
        if to == "state" and needs.to == "scope":
            text = fold(text or "")
            if text not in SCOPE_STATES:
                first, second = SCOPE_STATES
                states = self._say("or", first=first, second=second)
                raise _RefusedError(self._say("wrong_state", states=states))
        return text

    def _wanted(self, needs: Needs, part: Part) -> str:
        """Return which targets a change needs."""
        say = self._say
        more = say("and_part", part=say(f"one_{needs.more}")) if needs.least_more else ""
        if needs.most == 1:
            return say("needs_exactly", part=say(f"one_{part}"), more=more)
        return say("needs_some", n=needs.least, parts=say(f"many_{part}"), more=more)

    def _found(self, said: str, part: Part) -> str | None:
        return self._ids[part].get(fold(said.strip().strip("[]`").strip()))


#: Destinations that are a part of the map.
_PARTS: Final[dict[Destination, Part]] = {"stage": "stage", "place": "stage", "persona": "persona"}
#: What `to` says, for the model.
_TO: Final[dict[Destination, str]] = {
    "stage": "a stage",
    "place": "a stage, start or end",
    "persona": "a persona",
    "target": "which stays",
    "lane": "a lane",
    "severity": "1, 2 or 3",
    "emotion": "an emotion",
    "scope": "start, end, state or focus",
    "criterion": "desirable, viable or feasible",
    "progress": "idea, planned, under_way, done or dropped",
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
    return clean(said, ID_LETTERS).replace("`", "'")
