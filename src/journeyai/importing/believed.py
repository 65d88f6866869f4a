"""What a team believes, as it was found in a file: before it is a map, or changes of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import Emotion, Lane


@dataclass(frozen=True, slots=True)
class Belief:
    """One thing that is believed.

    Attributes:
        text: in the team's words.
        lane: of the card it becomes.
        stage: the stage as the file names it; empty if it names none.
        row: the line or row of the file.
        detail: what the file says besides, such as the name of a row that is no lane of ours.
        persona: whom it is believed of, as the file names them; empty for everybody.
        valence: how it feels, if the file says so.
        emotion: the feeling, if the file names one.
    """

    text: str
    lane: Lane
    stage: str
    row: int
    detail: str = ""
    persona: str = ""
    valence: float | None = None
    emotion: Emotion | None = None


@dataclass(slots=True)
class Believed:
    """Everything that was found in a file, gathered part by part.

    Attributes:
        title: of the map.
        goal: of the map.
        stages: names of stages in the file's order.
        personas: names in the file's order.
        beliefs: in the file's order.
        feelings: name of a stage → feelings that are believed there.
        unknown_lanes: names of rows and headings that are no lane of ours, with the lane that was taken.
        without_lane: how many cards stand under no row at all.
        told: what the person should know, as (key of a sentence, its values).
    """

    title: str = ""
    goal: str = ""
    stages: list[str] = field(default_factory=list)
    personas: list[str] = field(default_factory=list)
    beliefs: list[Belief] = field(default_factory=list)
    feelings: dict[str, list[float]] = field(default_factory=dict)
    unknown_lanes: dict[str, Lane] = field(default_factory=dict)
    without_lane: int = 0
    told: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def add_stage(self, name: str) -> None:
        """Note that the file has a stage *name*."""
        if name and name not in self.stages:
            self.stages.append(name)

    def add(self, belief: Belief) -> None:
        """Add *belief*, with its stage and its persona."""
        self.add_stage(belief.stage)
        if belief.persona and belief.persona not in self.personas:
            self.personas.append(belief.persona)
        self.beliefs.append(belief)

    def add_feeling(self, stage: str, valence: float) -> None:
        """Note how *stage* is believed to feel."""
        self.add_stage(stage)
        self.feelings.setdefault(stage, []).append(valence)

    def lane_for(self, name: str, valence: float | None = None) -> Lane:
        """Return the lane that stands for the row *name*, which is none of ours, and remember to tell."""
        lane: Lane = "thought"
        if not name:
            self.without_lane += 1
            return lane
        if valence is not None and abs(valence) >= 1:
            lane = "delight" if valence > 0 else "pain_point"
        self.unknown_lanes.setdefault(name, lane)
        return lane

    def tell(self, key: str, **values: object) -> None:
        """Note a sentence for the person, once."""
        if (key, values) not in self.told:
            self.told.append((key, values))


def believed_of_map(journey: JourneyMap) -> Believed:
    """Return what a map says as beliefs: its cards that are not rejected, without whatever proves them."""
    found = Believed(title=journey.title, goal=journey.goal)
    names = {stage.id: stage.name for stage in sorted(journey.stages, key=lambda stage: stage.order)}
    people = {persona.id: persona.name for persona in journey.personas}
    for name in names.values():
        found.add_stage(name)
    for stage in journey.stages:
        if stage.valence is not None:
            found.add_feeling(stage.name, stage.valence)
    for number, card in enumerate(journey.cards, 1):
        if card.status != "rejected":
            found.add(
                Belief(
                    card.title,
                    card.lane,
                    names.get(card.stage, ""),
                    number,
                    card.detail,
                    _first(people.get(id_, "") for id_ in card.personas),
                    card.valence,
                    card.emotion,
                )
            )
    return found


def _first(names: Iterable[str]) -> str:
    return next((name for name in names if name), "")
