"""The two columns that say in which stage a card is: the id counts, and the name where the name was edited."""

from collections.abc import Mapping

from journeyai.importing.problems import Problems
from journeyai.importing.sheets import CardSheet
from journeyai.knowledge.letters import fold
from journeyai.model.changes import TEXT_LETTERS, Change
from journeyai.model.journey import JourneyMap

Cells = Mapping[str, str]


class StageColumn:
    """What the columns of stages ask for.

    Where a stage's name is another one in every row that has its id, and no other stage is called so, the stage was
    named anew; else the card was moved.
    """

    def __init__(
        self, sheet: CardSheet, base: Mapping[str, Cells], journey: JourneyMap, problems: Problems
    ) -> None:
        self._sheet = sheet
        self._base = base
        self._journey = journey
        self._problems = problems
        self._ids = {stage.id for stage in journey.stages}
        self._names = {fold(stage.name): stage.id for stage in journey.stages}
        self._renamed = self._find_renamed()

    def renamed(self) -> list[Change]:
        """Return the changes that name stages anew."""
        return [Change("rename_stage", (id_,), text=name) for id_, name in self._renamed.items()]

    def explains(self, key: str, cells: Cells) -> bool:
        """Whether an edited cell *key* asks for nothing of its card."""
        if key == "stage" and self._renamed.get(cells.get("stage_id", "")) == cells["stage"]:
            return True
        # One of the two columns asks for both.
        was = self._base.get(cells["card_id"], {})
        return key == "stage" and "stage_id" in cells and cells["stage_id"] != was.get("stage_id")

    def asked(self, row: int, cells: Cells) -> str | None:
        """Return the id of the stage that a row asks for; None if it names none, which is then noted."""
        id_, name = cells.get("stage_id", ""), cells.get("stage", "")
        was = self._base.get(cells["card_id"])
        if was is not None and id_ == was["stage_id"] and name and name != was["stage"]:
            id_ = ""
        by_name = self._names.get(fold(name)) or next(
            (known for known, new in self._renamed.items() if new == name), None
        )
        if id_ and id_ not in self._ids:
            # Who writes a stage into a table need not know that it has an id besides its name.
            by_id = self._names.get(fold(id_))
            if by_id is None:
                self._unknown(row, "stage_id", id_)
                return None
            id_ = by_id
        moved_by_id = was is not None and name == was["stage"]
        if id_ and by_name and by_name != id_ and not moved_by_id:
            self._problems.add("stages_differ", row=row, column=self._heading("stage"), id=id_, name=name)
            return None
        found = id_ or by_name
        if not found:
            self._unknown(row, "stage", name)
            return None
        return found

    def _find_renamed(self) -> dict[str, str]:
        if not {"stage", "stage_id"} <= self._sheet.headings.keys():
            return {}
        names: dict[str, set[str]] = {}
        for cells in self._sheet.rows.values():
            was = self._base.get(cells["card_id"])
            if was is not None and cells["stage_id"] == was["stage_id"]:
                names.setdefault(cells["stage_id"], set()).add(cells["stage"])
        old = {stage.id: stage.name for stage in self._journey.stages}
        written = {cells["stage_id"]: cells["stage"] for cells in self._base.values()}
        return {
            id_: name
            for id_, (name, *others) in ((id_, sorted(found)) for id_, found in names.items())
            if not others
            and id_ in old
            and name
            and name not in {written.get(id_), old[id_]}
            and fold(name) not in self._names
            and len(name) <= TEXT_LETTERS
        }

    def _unknown(self, row: int, key: str, text: str) -> None:
        known = ", ".join(stage.name for stage in self._journey.stages)
        self._problems.add(
            "no_stage", row=row, column=self._heading(key), text=text or "–", known=known[:200]
        )

    def _heading(self, key: str) -> str:
        return self._sheet.headings.get(key, key)
