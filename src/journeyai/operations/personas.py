"""What can be done to personas.  Which of them a card is of, is counted in the end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from journeyai.knowledge.letters import fold
from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import Empathy, Member, Persona
from journeyai.operations.bench import Bench, one_line
from journeyai.operations.membership import voice_of

_LISTS: Final = ("goals", "motivations", "frustrations", "behaviours", "channels", "evidence")


def _rename_persona(bench: Bench, change: Change) -> None:
    persona = bench.persona(change.targets[0])
    name = one_line(change.text or "")
    if name == persona.name and persona.confirmed:
        raise bench.idle("same_name", part=bench.named([persona]))
    _check_name(bench, name, persona.id)
    bench.put_persona(persona, name=name, confirmed=True)


def _check_name(bench: Bench, name: str, *own: str) -> None:
    """Refuse a name that another persona has."""
    for persona in bench.personas:
        if persona.id not in own and fold(persona.name) == fold(name):
            raise bench.refused("persona_name_taken", persona=bench.named([persona]))


def _confirm_persona(bench: Bench, change: Change) -> None:
    personas = [bench.persona(id_) for id_ in change.targets]
    open_ = [persona for persona in personas if not persona.confirmed]
    if not open_:
        raise bench.idle("already_confirmed", n=len(personas), personas=bench.named(personas))
    for persona in open_:
        bench.put_persona(persona, confirmed=True)


def _merge_personas(bench: Bench, change: Change) -> None:
    personas = [bench.persona(id_) for id_ in change.targets]
    target = bench.persona(change.to or change.targets[0])
    name = one_line(change.text or "") or target.name
    _check_name(bench, name, *(persona.id for persona in personas))
    others = [persona for persona in personas if persona.id != target.id]
    ordered = [target, *others]
    update: dict[str, Any] = {
        field: tuple(dict.fromkeys(item for persona in ordered for item in getattr(persona, field)))
        for field in _LISTS
    }
    empathy = {
        field: tuple(dict.fromkeys(item for persona in ordered for item in getattr(persona.empathy, field)))
        for field in Empathy.model_fields
    }
    bench.put_persona(
        target,
        **update,
        name=name,
        summary=next((persona.summary for persona in ordered if persona.summary), ""),
        empathy=Empathy(**empathy),
        members=_sorted(member for persona in personas for member in persona.members),
        confirmed=True,
    )
    gone = {persona.id for persona in others}
    bench.personas = [persona for persona in bench.personas if persona.id not in gone]
    for card in list(bench.cards):
        if gone & set(card.personas):
            now = {target.id if id_ in gone else id_ for id_ in card.personas}
            bench.put_card(card, personas=tuple(sorted(now)))


def _move_speaker(bench: Bench, change: Change) -> None:
    target = bench.persona(change.to or "")
    member = _find_speaker(bench, change.text or "")
    losing = [p for p in bench.personas if p.id != target.id and member in p.members]
    if member in target.members and not losing:
        raise bench.idle("already_member", speaker=member.speaker, persona=bench.named([target]))
    emptied = [persona for persona in losing if len(persona.members) == 1]
    if emptied:
        raise bench.refused("persona_left_empty", speaker=member.speaker, persona=bench.named(emptied))
    own = [
        id_
        for id_, item in bench.evidence.items()
        if voice_of(item, bench.ground) == (member.source, member.speaker)
    ]
    moved: list[str] = []
    for persona in losing:
        moved += [id_ for id_ in persona.evidence if id_ in own]
        bench.put_persona(
            persona,
            members=tuple(item for item in persona.members if item != member),
            evidence=tuple(id_ for id_ in persona.evidence if id_ not in own),
            empathy=_without(bench, persona, member, own),
        )
    bench.put_persona(
        target,
        members=_sorted((*target.members, member)),
        evidence=tuple(dict.fromkeys((*target.evidence, *moved))),
        confirmed=True,
    )
    bench.regroup |= {card.id for card in bench.cards if set(card.evidence) & set(own)}


def _without(bench: Bench, persona: Persona, member: Member, own: list[str]) -> Empathy:
    """Return the sayings of *persona* without those that only *member* says."""
    left = {(item.source, item.speaker) for item in persona.members if item != member}
    theirs = {
        " ".join(item.quote.split())
        for item in bench.evidence.values()
        if voice_of(item, bench.ground) in left
    }
    gone = {" ".join(bench.evidence[id_].quote.split()) for id_ in own} - theirs
    return Empathy(
        **{
            field: tuple(saying for saying in getattr(persona.empathy, field) if saying not in gone)
            for field in Empathy.model_fields
        }
    )


def _find_speaker(bench: Bench, text: str) -> Member:
    """Return the speaker that *text* names, as `speaker` or `source: speaker`."""
    wanted = one_line(text)
    known = bench.ground.speakers | {
        (member.source, member.speaker) for persona in bench.personas for member in persona.members
    }
    for alike in (str, fold):
        found = sorted(
            pair for pair in known if alike(wanted) in {alike(pair[1]), alike(f"{pair[0]}: {pair[1]}")}
        )
        if len(found) == 1:
            return Member(source=found[0][0], speaker=found[0][1])
        if found:
            named = [f"{source}: {speaker}" for source, speaker in found[:12]]
            if len(found) > len(named):
                named.append("…")
            raise bench.refused("speaker_in_several", n=len(found), speaker=wanted, places="; ".join(named))
    raise bench.refused("unknown_speaker", speaker=wanted)


def _sorted(members: Any) -> tuple[Member, ...]:
    return tuple(sorted(dict.fromkeys(members), key=lambda member: (member.source, member.speaker)))


PERSONA_CHANGES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {
        "rename_persona": _rename_persona,
        "confirm_persona": _confirm_persona,
        "merge_personas": _merge_personas,
        "move_speaker": _move_speaker,
    }
)
