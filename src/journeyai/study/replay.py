"""A map as it was after any step: from one that is known, by the deltas of the log and the whole maps beside it."""

from dataclasses import dataclass

from journeyai.errors import SettingsError
from journeyai.model.journey import JourneyMap
from journeyai.operations.delta import Delta
from journeyai.operations.history import History
from journeyai.study.edit_log import EditLog, hash_of
from journeyai.study.former_maps import former_bytes


@dataclass(frozen=True, slots=True)
class Replay:
    """The steps of a history, taken back and done again on a map that is known; nothing is written.

    Attributes:
        log: where whole maps are kept.
        history: the steps.
        journey: the map that is known; None if there is none.
        data: its bytes in the file.
    """

    log: EditLog
    history: History
    journey: JourneyMap | None
    data: bytes

    def to(self, end: int, start: int | None = None) -> tuple[JourneyMap, bytes]:
        """Return the map after the step *end* and its bytes.

        Args:
            end: 0 for the map before the first step.
            start: the step after which the known map stands; None for the history's head.

        Raises:
            SettingsError: the history is damaged.
        """
        history, journey = self.history, self.journey
        up, down = history.path(history.head if start is None else start, end)
        try:
            for step in up:
                journey = step.delta.back(_there(journey)) if step.delta else self._replayed(step.parent)
            for step in down:
                journey = step.delta.forward(_there(journey)) if step.delta else self._kept(step.after)
            return self._with_bytes(_there(journey), history.hash_at(end) or hash_of(self.data))
        except (ValueError, KeyError) as error:
            raise SettingsError(
                f"The history of the map, `{self.log.path}`, is damaged: it does not lead back to step {end}.",
                "The map itself is whole. Move that file away to begin a new history.",
            ) from error

    def _replayed(self, step: int) -> JourneyMap:
        """Return the map after *step* from the nearest whole map that is kept."""
        deltas: list[Delta] = []
        at = step
        while (data := self.log.kept(self.history.hash_at(at))) is None:
            delta = self.history.steps[at].delta
            if delta is None:
                raise ValueError(f"The map after step {at} is not kept.")
            deltas.append(delta)
            at = self.history.steps[at].parent
        journey = JourneyMap.from_json(data)
        for delta in reversed(deltas):
            journey = delta.forward(journey)
        return journey

    def _kept(self, name: str) -> JourneyMap:
        data = self.log.kept(name)
        if data is None:
            raise ValueError(f"The map {name} is not kept.")
        return JourneyMap.from_json(data)

    def _with_bytes(self, journey: JourneyMap, name: str) -> tuple[JourneyMap, bytes]:
        """Return *journey* with the bytes it had in the file, which need not be those that we would write."""
        if journey is self.journey and hash_of(self.data) == name:
            return journey, self.data
        written = journey.to_json().encode()
        for data in (written, *former_bytes(written)):
            if hash_of(data) == name:
                return journey, data
        kept = self.log.kept(name)
        if kept is None or JourneyMap.from_json(kept) != journey:
            raise ValueError("The map is not the one it should be.")
        return journey, kept


def _there(journey: JourneyMap | None) -> JourneyMap:
    if journey is None:
        raise ValueError("There was no map.")
    return journey
