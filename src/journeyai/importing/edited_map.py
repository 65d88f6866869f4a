"""Our own JSON, edited with whatever edits JSON, as changes of the map.

What no change can say (a figure, a quote, a persona's text) is refused by its name: what the sources say is not for a
file to tell.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from journeyai.importing.cells import VERDICTS
from journeyai.importing.edits import Edit, Edits, Versions
from journeyai.importing.fields import (
    CARD_FIELDS,
    MAP_FIELDS,
    OF_NEW,
    PARTS,
    PERSONA_FIELDS,
    STAGE_FIELDS,
    apart_from,
    by_id,
    grade_of,
)
from journeyai.importing.problems import Problems
from journeyai.knowledge.letters import slug
from journeyai.model.changes import TEXT_LETTERS, Change, ChangeKind
from journeyai.model.journey import Card, JourneyMap, Judged, Persona, Stage
from journeyai.model.vocabulary import CRITERIA
from journeyai.operations.ground import Ground

_SETS: Final[Mapping[str, ChangeKind]] = {
    "title": "edit_title",
    "detail": "edit_detail",
    "owner": "set_owner",
    "lane": "set_lane",
    "stage": "move_card",
    "severity": "set_severity",
    "emotion": "set_emotion",
    "progress": "set_progress",
}


def edits_of_map(
    edited: JourneyMap, versions: Versions, ground: Ground, first_number: int, problems: Problems
) -> Edits:
    """Return what was edited in *edited*; what cannot be done is noted in *problems*.

    Args:
        edited: the file.
        versions: of the study's map, the present one first.
        ground: which ids were given already.
        first_number: of the first card that is made.
        problems: takes what is wrong.
    """
    return _Reader(edited, versions, ground, first_number, problems).edits()


class _Reader:
    def __init__(
        self, edited: JourneyMap, versions: Versions, ground: Ground, first_number: int, problems: Problems
    ) -> None:
        self.edited = edited
        self.journey = next(versions())
        self.problems = problems
        self.say = problems.say
        self.number = first_number
        self.taken = {stage.id for stage in self.journey.stages} | ground.past_stages
        self.stage_ids = {stage.id: stage.id for stage in self.journey.stages}
        self.base = self._base(versions)

    def edits(self) -> Edits:
        edits = [*self._heading(), *self._stages(), *self._personas(), *self._cards()]
        return Edits(tuple(edits), tuple(self._told()))

    def _base(self, versions: Versions) -> JourneyMap:
        """Return the version that the file differs least from; refuse a map of other sources."""
        best: tuple[int, JourneyMap] | None = None
        for journey in versions():
            apart = apart_from(self.edited, journey)
            if best is None or apart < best[0]:
                best = apart, journey
            if not apart:
                break
        base = best[1] if best else self.journey
        if [(item.source, item.sha256) for item in base.sources] != [
            (item.source, item.sha256) for item in self.edited.sources
        ]:
            self.problems.add("other_sources")
            self.problems.refuse()
        return base

    # The map itself

    def _heading(self) -> list[Edit]:
        changes: list[tuple[str, Change]] = []
        kinds: Mapping[str, ChangeKind] = {"title": "set_map_title", "goal": "set_goal"}
        for name, kind in kinds.items():
            if self._asked(name, *(getattr(one, name) for one in self._three())):
                changes.append((name, Change(kind, text=getattr(self.edited, name))))
        for name in type(self.edited.scope).model_fields:
            values = [getattr(one.scope, name) for one in self._three()]
            if self._asked(f"scope.{name}", *values):
                changes.append((f"scope.{name}", Change("set_scope", to=name, text=values[0])))
        for name in type(self.edited).model_fields:
            if name not in {*MAP_FIELDS, *PARTS} and getattr(self.edited, name) != getattr(self.base, name):
                self.problems.add("json_not_editable", column=name)
        return [Edit((change,)) for change in changes if self._fits(*change)]

    def _three(self) -> tuple[JourneyMap, JourneyMap, JourneyMap]:
        return self.edited, self.base, self.journey

    # Stages

    def _stages(self) -> list[Edit]:
        base, now = by_id(self.base.stages), by_id(self.journey.stages)
        ordered = sorted(self.edited.stages, key=lambda stage: stage.order)
        changes: list[tuple[str, Change]] = []
        last = "start"
        for stage in ordered:
            where = f"stages {stage.id}"
            if stage.id in base and stage.id not in now:
                self.problems.add("part_gone", column=where)
                continue
            if stage.id not in base:
                changes.append((where, self._new_stage(stage, last)))
            else:
                self._check_rest(where, stage, base[stage.id], STAGE_FIELDS)
                if self._asked(f"{where}.name", stage.name, base[stage.id].name, now[stage.id].name):
                    changes.append((f"{where}.name", Change("rename_stage", (stage.id,), text=stage.name)))
            last = self.stage_ids.get(stage.id, stage.id)
        return [Edit((change,)) for change in [*changes, *self._moved(ordered)]]

    def _new_stage(self, stage: Stage, last: str) -> Change:
        bare, number = slug(stage.name), 2
        id_ = bare
        while id_ in self.taken:
            id_, number = f"{bare}_{number}", number + 1
        self.taken.add(id_)
        self.stage_ids[stage.id] = id_
        blank = Stage(id=stage.id, name=stage.name, order=stage.order)
        self._check_rest(f"stages {stage.id}", stage, blank, frozenset())
        return Change("add_stage", to=last, text=stage.name)

    def _moved(self, ordered: Sequence[Stage]) -> list[tuple[str, Change]]:
        """Return the changes that put stages of the map into the file's order."""
        wanted = [stage.id for stage in ordered if stage.id in self.stage_ids]
        wanted = [id_ for id_ in wanted if id_ in by_id(self.base.stages)]
        before = [
            stage.id
            for stage in sorted(self.base.stages, key=lambda stage: stage.order)
            if stage.id in wanted
        ]
        changes = []
        for place, id_ in enumerate(wanted):
            if before[place] != id_:
                before.remove(id_)
                before.insert(place, id_)
                to = wanted[place - 1] if place else "start"
                changes.append((f"stages {id_}.order", Change("move_stage", (id_,), to=to)))
        return changes

    # Personas

    def _personas(self) -> list[Edit]:
        base, now = by_id(self.base.personas), by_id(self.journey.personas)
        changes: list[tuple[str, Change]] = []
        for persona in self.edited.personas:
            where = f"personas {persona.id}"
            if persona.id not in base:
                self.problems.add("json_new_part", column=where)
                continue
            if persona.id not in now:
                self.problems.add("part_gone", column=where)
                continue
            was, is_ = base[persona.id], now[persona.id]
            self._check_rest(where, persona, was, PERSONA_FIELDS)
            if self._asked(f"{where}.name", persona.name, was.name, is_.name):
                changes.append((f"{where}.name", Change("rename_persona", (persona.id,), text=persona.name)))
            if self._asked(f"{where}.confirmed", persona.confirmed, was.confirmed, is_.confirmed):
                if persona.confirmed:
                    changes.append((f"{where}.confirmed", Change("confirm_persona", (persona.id,))))
                else:
                    self.problems.add("json_not_editable", column=f"{where}.confirmed")
        return [Edit((change,)) for change in changes]

    # Cards

    def _cards(self) -> list[Edit]:
        base, now = by_id(self.base.cards), by_id(self.journey.cards)
        edits: list[Edit] = []
        for card in self.edited.cards:
            where = f"cards {card.id}"
            if card.id not in base:
                edits += self._new_card(where, card)
            elif card.id not in now:
                if card != base[card.id]:
                    self.problems.add("part_gone", column=where)
            else:
                edits += self._known_card(where, card, base[card.id], now[card.id])
        return edits

    def _known_card(self, where: str, card: Card, was: Card, now: Card) -> list[Edit]:
        self._check_rest(where, card, was, frozenset(CARD_FIELDS))
        changes: list[tuple[str, Change]] = []
        for name in CARD_FIELDS:
            wanted, before, is_ = (getattr(one, name) for one in (card, was, now))
            if name == "judged":
                changes += self._graded(f"{where}.judged", card.id, wanted, before, is_)
            elif self._asked(f"{where}.{name}", wanted, before, is_):
                changes += [
                    (f"{where}.{name}", change)
                    for change in self._of_field(f"{where}.{name}", card.id, name, wanted, is_)
                ]
        first = [item for item in changes if item[1].kind == "unlock"]
        rest = [item for item in changes if item[1].kind != "unlock"]
        return [Edit((*first, *rest))] if changes else []

    def _graded(
        self, where: str, id_: str, wanted: Judged | None, was: Judged | None, is_: Judged | None
    ) -> list[tuple[str, Change]]:
        """Return the changes that give the card *id_* the grades *wanted*; what comes first follows from them."""
        if wanted is None and was is not None:
            self.problems.add("not_emptied", column=where)
            return []
        if wanted and was and wanted.priority != was.priority:
            self.problems.add("priority_follows", column=f"{where}.priority", was=str(was.priority))
        return [
            (f"{where}.{name}", Change("set_grade", (id_,), to=name, text=grade_of(wanted, name)))
            for name in CRITERIA
            if self._asked(f"{where}.{name}", *(grade_of(judged, name) for judged in (wanted, was, is_)))
        ]

    def _of_field(self, where: str, id_: str, name: str, wanted: Any, is_: Any) -> list[Change]:
        """Return the changes that give the card *id_* the value *wanted* for its field *name*."""
        if name == "evidence":
            more = [item for item in wanted if item not in is_]
            less = [item for item in is_ if item not in wanted]
            if not more and not less:
                self.problems.add("json_not_editable", column=where)
            return [
                *([Change("attach_evidence", (id_, *more))] if more else []),
                *([Change("detach_evidence", (id_, *less))] if less else []),
            ]
        if name == "locked":
            return [Change("lock" if wanted else "unlock", (id_,))]
        if name == "status":
            if wanted not in VERDICTS:
                self.problems.add("no_status", column=where, text=wanted)
                return []
            return [Change("accept" if wanted == "accepted" else "reject", (id_,))]
        if name in {"title", "detail", "owner"}:
            change = Change(_SETS[name], (id_,), text=wanted or "")
            return [change] if self._fits(where, change) else []
        if wanted is None:
            self.problems.add("not_emptied", column=where)
            return []
        to = self._stage_id(where, wanted) if name == "stage" else str(wanted)
        return [Change(_SETS[name], (id_,), to=to)] if to else []

    def _new_card(self, where: str, card: Card) -> list[Edit]:
        for name, field in Card.model_fields.items():
            if name not in OF_NEW and getattr(card, name) != field.default:
                self.problems.add("json_not_editable", column=f"{where}.{name}")
        stage = self._stage_id(where, card.stage)
        if stage is None:
            return []
        number, self.number = self.number, self.number + 1
        id_ = f"c{number}"
        add = Change("add_card", (stage, *card.personas), to=card.lane, text=card.title)
        if not self._fits(f"{where}.title", add):
            return []
        changes: list[tuple[str, Change]] = [(where, add)]
        blank = Card(id=card.id, lane=card.lane, stage=card.stage, title=card.title, status="edited")
        for name in CARD_FIELDS:
            wanted, is_ = getattr(card, name), getattr(blank, name)
            if name == "judged":
                changes += self._graded(f"{where}.judged", id_, wanted, None, None)
            elif wanted != is_ and not (name == "status" and wanted == "draft"):
                changes += [
                    (f"{where}.{name}", change)
                    for change in self._of_field(f"{where}.{name}", id_, name, wanted, is_)
                ]
        return [Edit(tuple(changes), makes=number)]

    def _stage_id(self, where: str, id_: str) -> str | None:
        if id_ not in self.stage_ids:
            known = ", ".join(self.stage_ids)
            self.problems.add("no_stage", column=where, text=id_, known=known[:200])
        return self.stage_ids.get(id_)

    # What they share

    def _asked(self, where: str, wanted: Any, was: Any, is_: Any) -> bool:
        """Whether the file asks for another value than the map has; a clash with a later change is noted."""
        if wanted in (was, is_):
            return False
        if was != is_:
            self.problems.add("json_changed_since", column=where, now=str(is_))
            return False
        return True

    def _fits(self, where: str, change: Change) -> bool:
        if len(change.text or "") > TEXT_LETTERS:
            self.problems.add("too_long", column=where, n=TEXT_LETTERS, letters=len(change.text or ""))
            return False
        return True

    def _check_rest(
        self, where: str, part: Stage | Persona | Card, was: Stage | Persona | Card, free: frozenset[str]
    ) -> None:
        for name in type(part).model_fields:
            if name not in free and getattr(part, name) != getattr(was, name):
                self.problems.add("json_not_editable", column=f"{where}.{name}")

    def _told(self) -> list[str]:
        told = [] if self.base == self.journey else [self.say.say("earlier_version")]
        for name in PARTS:
            there = by_id(getattr(self.edited, name))
            now = by_id(getattr(self.journey, name))
            missing = [id_ for id_ in by_id(getattr(self.base, name)) if id_ not in there and id_ in now]
            if missing:
                told.append(self.say.say(f"json_missing_{name}", n=len(missing), ids=", ".join(missing[:20])))
        return told
