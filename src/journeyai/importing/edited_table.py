"""A table of cards that was written by us and edited in a spreadsheet, as changes of the map.

A cell counts as edited only if it is not what we wrote, on the version of the map that the table was written from: so
what a cell cannot show is never lost, and what was changed on the map since is not taken back.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from journeyai.export.plain import visible
from journeyai.export.tables import card_rows, label
from journeyai.importing.cells import EDITABLE, VERDICTS, Cells, asks_removal, is_same, weight, whole
from journeyai.importing.edits import Edit, Edits, Versions
from journeyai.importing.names import lane_named
from journeyai.importing.problems import Problems
from journeyai.importing.sheets import CardSheet
from journeyai.importing.stages_column import StageColumn
from journeyai.knowledge.letters import fold
from journeyai.model.changes import LABELS, TEXT_LETTERS, Change, ChangeKind
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import CRITERIA

#: Of these a new row may say something.
_OF_NEW: Final = (*EDITABLE, "card_id", "personas", "persona_ids", "assumption")
#: Share of the cards of a table that must be this map's.
_OURS: Final = 0.5


def edits_of_table(sheet: CardSheet, versions: Versions, first_number: int, problems: Problems) -> Edits:
    """Return what was edited in *sheet*; what cannot be done is noted in *problems*.

    Args:
        sheet: the table.
        versions: of the map, the present one first.
        first_number: of the first card that is made.
        problems: takes what is wrong.
    """
    return _Reader(sheet, versions, first_number, problems).edits()


class _Reader:
    def __init__(self, sheet: CardSheet, versions: Versions, first_number: int, problems: Problems) -> None:
        self.sheet = sheet
        self.problems = problems
        self.say = problems.say
        self.number = first_number
        self.journey = next(versions())
        self.now = _by_id(self.journey)
        self.is_older = False
        self.known = 0
        self.base = self._base(versions)
        listed = {cells["card_id"] for cells in sheet.rows.values()}
        self.there: set[tuple[str, str, str]] = {
            (card.stage, card.lane, visible(card.title))
            for card in self.journey.cards
            if card.id not in listed
        }
        self.stages = StageColumn(sheet, self.base, self.journey, problems)

    def edits(self) -> Edits:
        seen: dict[str, int] = {}
        edits = [Edit((("", change),)) for change in self.stages.renamed()]
        told = [self.say.say("strange_column", column=name) for name in self.sheet.strange]
        gone: list[str] = []
        for row, cells in self.sheet.rows.items():
            id_ = cells["card_id"]
            if id_ in seen:
                self.problems.add(
                    "id_twice", row=row, column=self._heading("card_id"), id=id_, first=seen[id_]
                )
            elif not id_:
                edits += self._new(row, cells)
            elif id_ not in self.base:
                self.problems.add("unknown_card", row=row, column=self._heading("card_id"), id=id_)
            elif id_ not in self.now:
                gone.append(id_)
                if not asks_removal(cells) and self._edited(cells, self.base[id_]):
                    self.problems.add("card_gone", row=row, id=id_)
            else:
                edits += self._known(row, id_, cells)
            if id_:
                seen[id_] = row
        missing = [id_ for id_ in self.base if id_ not in seen and id_ in self.now]
        if self.is_older:
            told.append(self.say.say("earlier_version"))
        if self.known:
            told.append(self.say.say("already_there", n=self.known))
        if gone:
            told.append(self.say.say("gone_cards", n=len(gone), ids=", ".join(gone[:20])))
        if missing:
            told.append(self.say.say("missing_cards", n=len(missing), ids=_some(missing)))
        return Edits(tuple(edits), tuple(told))

    def _base(self, versions: Versions) -> dict[str, Cells]:
        """Return the cards of the version that the table differs least from."""
        best: tuple[int, dict[str, Cells]] | None = None
        rows = [cells for cells in self.sheet.rows.values() if cells["card_id"]]
        listed = {cells["card_id"] for cells in rows}
        last, cards = self.journey, self.now
        for journey in versions():
            cards = _by_id(journey, last, cards)
            last = journey
            differing = sum(
                self._apart(cells, cards[cells["card_id"]]) if cells["card_id"] in cards else len(cells)
                for cells in rows
            )
            differing += len(cards.keys() - listed)
            if best is None or differing < best[0]:
                best = differing, cards
            if not differing:
                break
        base = best[1] if best else {}
        self.is_older = base != self.now
        self._check_ours(rows, base)
        return base

    def _check_ours(self, rows: Sequence[Cells], base: Mapping[str, Cells]) -> None:
        """Refuse a table of another map: the same numbers, other cards."""
        known = [cells for cells in rows if cells["card_id"] in base]
        ours = [cells for cells in known if _looks_the_same(cells, base[cells["card_id"]])]
        if rows and len(ours) < _OURS * len(rows):
            self.problems.add("other_map")
            self.problems.refuse()

    def _edited(self, cells: Cells, was: Cells) -> list[str]:
        return [key for key, value in cells.items() if not is_same(key, value, was[key])]

    def _apart(self, cells: Cells, was: Cells) -> int:
        return sum(weight(key, cells[key]) for key in self._edited(cells, was))

    def _heading(self, key: str) -> str:
        return self.sheet.headings.get(key, key)

    # A card that is there

    def _known(self, row: int, id_: str, cells: Cells) -> list[Edit]:
        was, now = self.base[id_], self.now[id_]
        edited = self._edited(cells, was)
        if asks_removal(cells):
            return [Edit(((self._heading("status"), Change("remove_card", (id_,))),), row)]
        changes: list[tuple[str, Change]] = []
        for key in (*EDITABLE, *(key for key in edited if key not in EDITABLE)):
            if key not in edited or self.stages.explains(key, cells):
                continue
            value = cells[key]
            if is_same(key, value, now[key]):
                continue
            if not is_same(key, was[key], now[key]):
                self.problems.add(
                    "changed_since", row=row, column=self._heading(key), id=id_, was=was[key], now=now[key]
                )
            elif key not in EDITABLE:
                why = "priority_follows" if key == "priority" else "not_editable"
                self.problems.add(why, row=row, column=self._heading(key), was=was[key] or "–")
            else:
                change = self._change(row, key, id_, cells)
                changes += [(self._heading(key), change)] if change else []
        return [Edit(tuple(_in_turn(changes)), row)] if changes else []

    def _change(self, row: int, key: str, id_: str, cells: Cells) -> Change | None:
        """Return the change that one edited cell asks for; None if it cannot be."""
        value, heading = cells[key], self._heading(key)
        if key in {"title", "detail", "owner"}:
            return self._worded(row, key, id_, value)
        if key in {"stage_id", "stage"}:
            stage = self.stages.asked(row, cells)
            return Change("move_card", (id_,), to=stage) if stage else None
        if key == "locked":
            answer = label("locked", value)
            if answer is None:
                self.problems.add("yes_or_no", row=row, column=heading, text=value)
                return None
            return Change("lock" if answer == "true" else "unlock", (id_,))
        if not value:
            self.problems.add("not_emptied", row=row, column=heading)
            return None
        if key == "status":
            status = label("status", value)
            if status not in VERDICTS:
                self.problems.add("no_status", row=row, column=heading, text=value)
                return None
            return Change("accept" if status == "accepted" else "reject", (id_,))
        return self._labelled(row, key, id_, value)

    def _worded(self, row: int, key: str, id_: str, value: str) -> Change | None:
        kinds: dict[str, ChangeKind] = {"title": "edit_title", "detail": "edit_detail", "owner": "set_owner"}
        if key == "title" and not value:
            self.problems.add("no_title", row=row, column=self._heading(key))
        elif len(value) > TEXT_LETTERS:
            self.problems.add(
                "too_long", row=row, column=self._heading(key), n=TEXT_LETTERS, letters=len(value)
            )
        else:
            return Change(kinds[key], (id_,), text=value)
        return None

    def _labelled(self, row: int, key: str, id_: str, value: str) -> Change | None:
        if key == "severity":
            to = whole(value) if whole(value) in LABELS["severity"] else None
        elif key == "lane":
            to = label("lane", value) or lane_named(value)
        else:
            to = label(key, value)
        if to is None:
            why = "no_grade" if key in CRITERIA else f"no_{key}"
            self.problems.add(why, row=row, column=self._heading(key), text=value)
            return None
        if key in CRITERIA:
            return Change("set_grade", (id_,), to=key, text=to)
        kinds: dict[str, ChangeKind] = {
            "severity": "set_severity",
            "lane": "set_lane",
            "emotion": "set_emotion",
            "progress": "set_progress",
        }
        return Change(kinds[key], (id_,), to=to)

    # A new card

    def _new(self, row: int, cells: Cells) -> list[Edit]:
        before = len(self.problems)
        title = cells.get("title", "")
        stage = self.stages.asked(row, cells)
        lane = label("lane", cells.get("lane", "")) or lane_named(cells.get("lane", ""))
        if not title:
            self.problems.add("new_without_title", row=row, column=self._heading("title"))
        if lane is None:
            self.problems.add("no_lane", row=row, column=self._heading("lane"), text=cells.get("lane", ""))
        for key, value in cells.items():
            if key not in _OF_NEW and value not in {"", "0"}:
                self.problems.add("new_has_figures", row=row, column=self._heading(key))
        personas = self._personas(row, cells)
        if len(self.problems) > before or stage is None or lane is None:
            return []
        if (stage, lane, title) in self.there:
            # The table was taken in before: a row without an id has made its card already.
            self.known += 1
            return []
        self.there.add((stage, lane, title))
        number, self.number = self.number, self.number + 1
        id_ = f"c{number}"
        changes = [
            (self._heading("title"), Change("add_card", (stage, *personas), to=lane, text=title)),
        ]
        for key in ("detail", "severity", "emotion", "owner", *CRITERIA, "progress", "status", "locked"):
            value = cells.get(key, "")
            if (
                value
                and not is_same(key, value, "")
                and not (key == "status" and label("status", value) in {"draft", "edited"})
            ):
                change = self._change(row, key, id_, cells)
                if change is not None and change.kind != "unlock":
                    changes.append((self._heading(key), change))
        return [Edit(tuple(changes), row, number)]

    def _personas(self, row: int, cells: Cells) -> list[str]:
        ids = {persona.id: persona.id for persona in self.journey.personas}
        names = {fold(persona.name): persona.id for persona in self.journey.personas}
        found = []
        key = "persona_ids" if cells.get("persona_ids") else "personas"
        for name in cells.get(key, "").split(","):
            known = ids.get(name.strip()) or names.get(fold(name.strip()))
            if known:
                found.append(known)
            elif name.strip():
                self.problems.add("no_persona", row=row, column=self._heading(key), text=name.strip())
        return found


def _by_id(
    journey: JourneyMap, last: JourneyMap | None = None, known: Mapping[str, Cells] | None = None
) -> dict[str, Cells]:
    """Return id → cells as they are written; of cards that are as on the map *last*, what is *known* of them."""
    if last is None or known is None or _names(journey) != _names(last):
        return {cells["card_id"]: cells for cells in card_rows(journey)}
    same = {card.id: card for card in last.cards}
    changed = tuple(card for card in journey.cards if same.get(card.id) != card)
    new = card_rows(journey.model_copy(update={"cards": changed})) if changed else ()
    fresh = {cells["card_id"]: cells for cells in new}
    return {card.id: fresh.get(card.id) or known[card.id] for card in journey.cards}


def _names(journey: JourneyMap) -> tuple[object, ...]:
    """Return what stands in the cells of a card besides its own fields."""
    stages = [(stage.id, stage.name, stage.order) for stage in journey.stages]
    personas = [(persona.id, persona.name) for persona in journey.personas]
    return journey.language, stages, personas, journey.evidence


def _in_turn(changes: list[tuple[str, Change]]) -> list[tuple[str, Change]]:
    """Return *changes* so that a lock holds after the others and not before them."""
    return [item for item in changes if item[1].kind != "lock"] + [
        item for item in changes if item[1].kind == "lock"
    ]


def _looks_the_same(cells: Cells, was: Cells) -> bool:
    """Whether a row is of the same card: nobody edits its words and its quotes at once."""
    told = [key for key in ("title", "quotes", "first_quote", "detail") if cells.get(key) and key in was]
    return not told or any(cells[key] == was[key] for key in told)


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:20]) + (" …" if len(ids) > 20 else "")
