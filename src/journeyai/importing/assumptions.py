"""What a team believes, as a map of assumptions of its own, or as cards added to a study's map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.importing.believed import Belief, Believed
from journeyai.importing.edits import Edit, Edits, next_number
from journeyai.importing.names import StageNames, shown
from journeyai.importing.problems import Problems, shorten
from journeyai.knowledge.letters import fold, slug
from journeyai.knowledge.talk import Talk
from journeyai.knowledge.templates import Template
from journeyai.model.changes import TEXT_LETTERS, Change
from journeyai.model.journey import Card, Coverage, JourneyMap, MadeBy, Persona, Stage
from journeyai.operations.bench import one_line
from journeyai.operations.ground import Ground

#: The engine's name on a map that was taken in.
ENGINE: Final = "import"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A map of assumptions, and what the person should know of how it was read."""

    journey: JourneyMap
    told: tuple[str, ...]


def map_of(
    believed: Believed, template: Template, language: str, *, version: str, at: str, say: Talk
) -> TakenIn:
    """Return what is believed as a map without evidence.

    Args:
        believed: what was found.
        template: the method whose stages those of the file are matched with; its stages if the file names none.
        language: of the map.
        version: of JourneyAI.
        at: when, ISO 8601 in UTC.
        say: the sentences that are told.
    """
    told = tell(believed, say)
    stages = _stages(believed, template, language)
    first = next(iter(stages))
    loose = [belief for belief in believed.beliefs if not belief.stage]
    if loose:
        told.append(say.say("without_stage", n=len(loose), stage=stages[first].name))
    personas = {name: f"p{number}" for number, name in enumerate(believed.personas, 1)}
    cards = tuple(
        Card(
            id=f"c{number}",
            lane=belief.lane,
            stage=(stages[belief.stage] if belief.stage else stages[first]).id,
            personas=(personas[belief.persona],) if belief.persona else (),
            title=one_line(belief.text),
            detail=one_line(belief.detail),
            valence=belief.valence,
            emotion=belief.emotion,
            assumption=True,
        )
        for number, belief in enumerate(believed.beliefs, 1)
    )
    journey = JourneyMap(
        title=one_line(believed.title),
        goal=one_line(believed.goal),
        language=language,
        template=template.id,
        made_by=MadeBy(engine=ENGINE, version=version, at=at),
        sources=(),
        stages=tuple({stage.id: stage for stage in stages.values()}.values()),
        personas=tuple(Persona(id=id_, name=one_line(name)) for name, id_ in personas.items()),
        cards=cards,
        coverage=Coverage(utterances=0, customer=0, used=0),
    )
    return TakenIn(journey, tuple(told))


def edits_of(
    believed: Believed, journey: JourneyMap, template: Template | None, ground: Ground, problems: Problems
) -> Edits:
    """Return the changes that add what is believed to *journey*, cards that are there already left out.

    Args:
        believed: what was found.
        journey: the study's map.
        template: its method; None where it is not at hand.
        ground: which numbers and ids were given already.
        problems: takes what is wrong.
    """
    say = problems.say
    told = tell(believed, say)
    names = StageNames.of_map(journey, template)
    places, added = _places(believed, journey, names, ground)
    edits = [Edit((("", change),)) for change in added]
    told += [say.say("stage_added", stage=shorten(change.text or "")) for change in added]
    people = {fold(persona.name): persona.id for persona in journey.personas}
    there = {(card.stage, card.lane, _words(card.title)) for card in journey.cards}
    first = min(journey.stages, key=lambda stage: stage.order)
    number, known, loose = next_number(journey, ground), 0, 0
    for belief in believed.beliefs:
        stage = places[belief.stage] if belief.stage else first.id
        loose += not belief.stage
        key = (stage, belief.lane, _words(belief.text))
        if key in there:
            known += 1
            continue
        there.add(key)
        edits.append(_edit(belief, stage, people, number, problems))
        number += 1
    if loose:
        told.append(say.say("without_stage", n=loose, stage=first.name))
    if known:
        told.append(say.say("already_there", n=known))
    unknown = [name for name in believed.personas if fold(name) not in people]
    if unknown:
        told.append(say.say("personas_unknown", n=len(unknown), names=", ".join(map(shorten, unknown[:10]))))
    if believed.feelings:
        told.append(say.say("feelings_left", n=len(believed.feelings)))
    return Edits(tuple(edits), tuple(told))


def tell(believed: Believed, say: Talk) -> list[str]:
    """Return what the person should know of how the file was read."""
    told = [
        say.say(
            key,
            **{name: shorten(value) if isinstance(value, str) else value for name, value in values.items()},
        )
        for key, values in believed.told
    ]
    if believed.without_lane:
        told.append(say.say("without_lane", n=believed.without_lane))
    for name, lane in believed.unknown_lanes.items():
        told.append(say.say("unknown_lane", name=shorten(name), lane=say.say(f"lane_{lane}")))
    return told


def _stages(believed: Believed, template: Template, language: str) -> dict[str, Stage]:
    """Return name in the file → stage; ids are the template's where the names are of its stages."""
    if not believed.stages:
        return {
            stage.id: Stage(id=stage.id, name=stage.names.get(language, stage.names["en"]), order=number)
            for number, stage in enumerate(template.stages, 1)
        }
    names = StageNames.of_template(template)
    taken: set[str] = set()
    found: dict[str, Stage] = {}
    for number, name in enumerate(believed.stages, 1):
        known = names.find(name)
        id_ = known if known is not None and known not in taken else _free(slug(shown(name)), taken)
        taken.add(id_)
        told = believed.feelings.get(name)
        valence = round(sum(told) / len(told), 2) if told else None
        found[name] = Stage(id=id_, name=one_line(shown(name)), order=number, valence=valence)
    return found


def _free(id_: str, taken: set[str]) -> str:
    number, free = 2, id_
    while free in taken:
        free, number = f"{id_}_{number}", number + 1
    return free


def _places(
    believed: Believed, journey: JourneyMap, names: StageNames, ground: Ground
) -> tuple[dict[str, str], list[Change]]:
    """Return name in the file → id of the map's stage, and the changes that make those it does not have."""
    # As `operations/stages` gives ids.
    taken = {stage.id for stage in journey.stages} | ground.past_stages
    places: dict[str, str] = {}
    added: list[Change] = []
    last = ""
    needed = {belief.stage for belief in believed.beliefs}
    for name in believed.stages:
        known = names.find(name)
        if known is None and name in needed:
            text = one_line(shown(name))[:TEXT_LETTERS]
            known = _free(slug(text), taken)
            taken.add(known)
            added.append(Change("add_stage", to=last or "start", text=text))
        if known is not None:
            places[name] = last = known
    return places, added


def _edit(belief: Belief, stage: str, people: Mapping[str, str], number: int, problems: Problems) -> Edit:
    id_ = f"c{number}"
    persona = people.get(fold(belief.persona)) if belief.persona else None
    texts: Sequence[tuple[str, str]] = (("title", belief.text), ("detail", belief.detail))
    for column, text in texts:
        if len(one_line(text)) > TEXT_LETTERS:
            problems.add("too_long", row=belief.row, column=column, n=TEXT_LETTERS, letters=len(text))
    changes = [
        ("", Change("add_card", (stage, persona) if persona else (stage,), to=belief.lane, text=belief.text))
    ]
    if belief.detail:
        changes.append(("", Change("edit_detail", (id_,), text=belief.detail)))
    if belief.emotion is not None:
        changes.append(("", Change("set_emotion", (id_,), to=belief.emotion)))
    return Edit(tuple(changes), belief.row, number)


def _words(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in fold(text)).split())
