"""Whose words a quote is, as personas know people: by the file and the name under which they speak."""

from collections.abc import Collection, Iterable, Mapping

from journeyai.model.journey import Evidence, Persona
from journeyai.operations.ground import Ground

#: (source, speaker)
Voice = tuple[str, str]


def voice_of(item: Evidence, ground: Ground) -> Voice:
    """Return under which file and name the person behind *item* belongs to a persona."""
    return ground.remark(item).member or (item.source, item.speaker or item.record or "")


class Membership:
    """Who belongs to which persona."""

    def __init__(self, personas: Iterable[Persona], evidence: Mapping[str, Evidence], ground: Ground) -> None:
        self._ground = ground
        self._homes: dict[Voice, set[str]] = {}
        for persona in personas:
            for member in persona.members:
                self._homes.setdefault((member.source, member.speaker), set()).add(persona.id)
        self._people: dict[str, set[str]] = {}
        for item in evidence.values():
            person = ground.remark(item).person
            if person is not None:
                self._people.setdefault(person, set()).update(self._homes.get(voice_of(item, ground), ()))

    def of(self, quotes: Collection[Evidence]) -> tuple[str, ...]:
        """Return the personas whose people *quotes* are of, sorted.

        Somebody whom no persona names in a file may be known to one from another file.
        """
        found: set[str] = set()
        for item in quotes:
            person = self._ground.remark(item).person
            if person is not None:
                found |= self._homes.get(voice_of(item, self._ground)) or self._people.get(person, set())
        return tuple(sorted(found))
