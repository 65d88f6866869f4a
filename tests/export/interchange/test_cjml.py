from collections import Counter
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from tests.sample_map import MAPS, english_map, spanish_map

from journeyai.export import BARE
from journeyai.export.interchange.cjml import CjmlExporter, rating
from journeyai.model.journey import JourneyMap, Scope

#: Kind of touchpoint → its parts in their order, as cjml.no and its tools write them.
PARTS = {
    "Action": ["touchpointID", "belongsTo", "initiator", "comment"],
    "CommunicationPoint": ["touchpointID", "belongsTo", "initiator", "receiver", "channel", "comment"],
}


def written(journey: JourneyMap) -> Element:
    root: Element = ElementTree.fromstring(CjmlExporter().write(journey, BARE))
    return root


def future(journey: JourneyMap) -> JourneyMap:
    return journey.model_copy(update={"scope": Scope(state="future")})


@pytest.mark.parametrize("name", MAPS)
def test_the_file_has_the_parts_of_the_language(name: str) -> None:
    journey = MAPS[name]()
    root = written(journey)
    kind = "actual" if journey.scope.state == "current" else "planned"
    assert (root.tag, root.attrib, [child.tag for child in root]) == (
        "CJML",
        {"version": "2.0"},
        [f"{kind}Journey"],
    )
    assert [child.tag for child in root[0]] == [
        "journeyID",
        "journeyTitle",
        "journeyPhases",
        "journeyShortSummary",
        "journeyLongSummary",
        "actors",
        "touchpoints",
    ]
    for point in root.iterfind("*/touchpoints/*"):
        tags = [child.tag for child in point]
        assert point.tag.startswith(kind)
        assert [tag for tag in tags if tag != "touchpointExperience"] == PARTS[point.tag.removeprefix(kind)]
        assert tags[-1] in {"comment", "touchpointExperience"}


@pytest.mark.parametrize("name", MAPS)
def test_every_reference_has_its_target_and_every_id_is_given_once(name: str) -> None:
    root = written(MAPS[name]())
    actors = [actor.attrib["actorID"] for actor in root.iterfind("*/actors/*")]
    phases = [phase.attrib["phaseID"] for phase in root.iter("journeyPhase")]
    points = [point.text for point in root.iter("touchpointID")]
    assert max(Counter([*actors, *phases, *points]).values()) == 1
    assert {ref.attrib["actorIDref"] for ref in root.iter("refersTo")} <= set(actors)
    assert {ref.attrib["phaseIDref"] for ref in root.iter("belongsTo")} <= set(phases)


def test_what_happens_is_a_touchpoint_and_what_is_wanted_stands_with_its_phase() -> None:
    journey = english_map()
    root = written(journey)
    shown = [card for card in journey.cards if card.status != "rejected"]
    events = {"action", "touchpoint", "pain_point", "delight", "back_stage"}
    labels = [label.text for label in root.iter("initiatorLabel")]
    assert Counter(labels) == Counter(card.title for card in shown if card.lane in events)
    told = " ".join(phase.text or "" for phase in root.iter("phaseDescription"))
    assert [card.title for card in shown if card.lane not in events and card.title not in told] == []


def test_a_card_with_a_channel_is_a_point_of_communication() -> None:
    journey = english_map()
    root = written(journey)
    with_channel = {card.title for card in journey.cards if card.channel}
    points = {p.findtext("initiator/initiatorLabel") for p in root.iter("actualCommunicationPoint")}
    actions = {p.findtext("initiator/initiatorLabel") for p in root.iter("actualAction")}
    assert points <= with_channel
    assert not actions & with_channel


def test_what_goes_on_back_stage_is_done_by_the_provider() -> None:
    journey = spanish_map()
    behind = {card.title for card in journey.cards if card.lane == "back_stage"}
    by_provider = {
        point.findtext("initiator/initiatorLabel")
        for point in written(journey).iterfind("*/touchpoints/*")
        if point.find("initiator/refersTo").attrib["actorIDref"] == "SP1"  # type: ignore[union-attr]
    }
    assert by_provider == behind != set()


def test_experiences_are_customers_own_words_and_only_of_journeys_that_took_place() -> None:
    journey = english_map()
    said = {item.quote for item in journey.evidence if item.role == "customer"}
    felt = [text.text for text in written(journey).iter("experienceDescription")]
    assert felt
    assert set(felt) <= said
    assert list(written(future(journey)).iter("touchpointExperience")) == []


@pytest.mark.parametrize(
    ("valence", "steps"),
    [(-2, 1), (-1.5, 1), (-1.4, 2), (-0.5, 2), (-0.4, 3), (0, 3), (0.5, 4), (1.5, 5), (2, 5)],
)
def test_a_feeling_is_one_of_five_steps(valence: float, steps: int) -> None:
    assert rating(valence) == steps
