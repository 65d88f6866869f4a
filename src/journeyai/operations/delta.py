"""What differs between two maps, to the byte, and as small as what differs.

Parts that have a name of their own (stages, personas, cards, quotes …) are compared one by one, and of a part that is
on both maps only the fields that differ are kept.  Values are as in `map.json`, so that a delta can be kept as JSON.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, Field, TypeAdapter

from journeyai.model.journey import JourneyMap, Value

#: Parts of a map that are lists → what names an element of the list.
_KEYS: Final[Mapping[str, Callable[[Any], str]]] = {
    "sources": lambda item: item.source,
    "stages": lambda item: item.id,
    "personas": lambda item: item.id,
    "cards": lambda item: item.id,
    "evidence": lambda item: item.id,
    "transitions": lambda item: f"{item.from_}\n{item.to}",
}


class FieldDelta(Value):
    """A part of the map that is kept whole: a word, the scope, or a list in which a name stands twice."""

    before: Any
    after: Any


class ElementDelta(Value):
    """An element of a list."""

    id: str
    before: dict[str, Any] | None
    """The fields that differ; all of them where the element goes; None where it is new."""
    after: dict[str, Any] | None
    """The same, after; None where the element goes."""
    place: int | None = None
    """Its index in the list that has it; None where both have it."""


class ListDelta(Value):
    """A list of the map: its elements, and its order where that is another."""

    elements: tuple[ElementDelta, ...] = ()
    order_before: tuple[str, ...] | None = None
    """The names of all elements in order, only where those on both maps changed places."""
    order_after: tuple[str, ...] | None = None


class Delta(Value):
    """What differs between two maps; it leads from each of them to the other."""

    fields: dict[str, FieldDelta] = Field(default_factory=dict)
    lists: dict[str, ListDelta] = Field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.fields and not self.lists

    def forward(self, before: JourneyMap) -> JourneyMap:
        """Return the map after; what does not differ is the same object.

        Raises:
            ValueError: *before* is not the map that this is the difference from.
        """
        return self._applied(before, forward=True)

    def back(self, after: JourneyMap) -> JourneyMap:
        """Return the map before; what does not differ is the same object.

        Raises:
            ValueError: *after* is not the map that this is the difference to.
        """
        return self._applied(after, forward=False)

    def touched(self, part: str) -> frozenset[str]:
        """Return the names of the elements of the list *part* (`cards`, `stages` …) that differ."""
        listed = self.lists.get(part)
        return frozenset(element.id for element in listed.elements) if listed else frozenset()

    def _applied(self, journey: JourneyMap, *, forward: bool) -> JourneyMap:
        update: dict[str, Any] = {
            name: _adapter(name).validate_python(field.after if forward else field.before)
            for name, field in self.fields.items()
        }
        for name, listed in self.lists.items():
            update[name] = _list_applied(name, getattr(journey, name), listed, forward=forward)
        return journey.model_copy(update=update)


def difference(before: JourneyMap, after: JourneyMap) -> Delta:
    """Return what differs: `forward(before)` writes the bytes of *after*, `back(after)` those of *before*."""
    fields: dict[str, FieldDelta] = {}
    lists: dict[str, ListDelta] = {}
    for name in JourneyMap.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old is new:
            continue
        if name in _KEYS:
            listed = _list_difference(_KEYS[name], old, new)
            if listed is not None:
                if listed.elements or listed.order_before is not None:
                    lists[name] = listed
                continue
        old_values, new_values = (
            _adapter(name).dump_python(v, mode="json", by_alias=True) for v in (old, new)
        )
        if not _same(old_values, new_values):
            fields[name] = FieldDelta(before=old_values, after=new_values)
    return Delta(fields=fields, lists=lists)


def _list_difference(
    key: Callable[[Any], str], before: Sequence[BaseModel], after: Sequence[BaseModel]
) -> ListDelta | None:
    """Return what differs between two lists; None where a name stands twice in one of them."""
    old = {key(item): (place, item) for place, item in enumerate(before)}
    new = {key(item): (place, item) for place, item in enumerate(after)}
    if len(old) != len(before) or len(new) != len(after):
        return None
    elements: list[ElementDelta] = []
    for name, (place, item) in old.items():
        if name not in new:
            elements.append(ElementDelta(id=name, before=_values(item), after=None, place=place))
        elif item is not new[name][1]:
            was, now = _values(item), _values(new[name][1])
            differing = [field for field in was if not _same(was[field], now[field])]
            if differing:
                elements.append(
                    ElementDelta(
                        id=name,
                        before={field: was[field] for field in differing},
                        after={field: now[field] for field in differing},
                    )
                )
    elements += [
        ElementDelta(id=name, before=None, after=_values(item), place=place)
        for name, (place, item) in new.items()
        if name not in old
    ]
    if [name for name in old if name in new] == [name for name in new if name in old]:
        return ListDelta(elements=tuple(elements))
    return ListDelta(elements=tuple(elements), order_before=tuple(old), order_after=tuple(new))


def _list_applied(
    name: str, items: Sequence[BaseModel], listed: ListDelta, *, forward: bool
) -> tuple[BaseModel, ...]:
    key = _KEYS[name]
    kind: type[BaseModel] = JourneyMap.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]
    changed: dict[str, BaseModel | None] = {}
    placed: list[tuple[int, BaseModel]] = []
    by_name = {key(item): item for item in items}
    for element in listed.elements:
        old, new = (element.before, element.after) if forward else (element.after, element.before)
        if (old is None) == (element.id in by_name):
            raise ValueError(f"`{element.id}` of `{name}` is not as the difference says.")
        if old is None:
            placed.append((element.place or 0, kind.model_validate(new)))
        elif new is None:
            changed[element.id] = None
        else:
            changed[element.id] = kind.model_validate(_values(by_name[element.id]) | new)
    kept = [found for item in items if (found := changed.get(key(item), item)) is not None]
    order = listed.order_after if forward else listed.order_before
    if order is not None:
        all_ = {key(item): item for item in (*kept, *(item for _, item in placed))}
        if all_.keys() != set(order):
            raise ValueError(f"`{name}` is not as the difference says.")
        return tuple(all_[id_] for id_ in order)
    for place, item in sorted(placed, key=lambda pair: pair[0]):
        kept.insert(place, item)
    return tuple(kept)


def _values(item: BaseModel) -> dict[str, Any]:
    return item.model_dump(mode="json", by_alias=True)


def _same(one: object, other: object) -> bool:
    """Whether two values are written alike: the order of keys and the sign of zero count."""
    return one is other or json.dumps(one) == json.dumps(other)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    annotation: Any = JourneyMap.model_fields[name].annotation
    return TypeAdapter(annotation)
