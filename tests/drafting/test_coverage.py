from tests.drafting.material import Said, document, draw, seen

from journeyai.drafting.coverage import count_coverage, find_left_out, sightings
from journeyai.drafting.ground import ground_of
from journeyai.drafting.grounding import ground
from journeyai.model.changes import Change
from journeyai.model.source import Measure
from journeyai.operations.apply import apply

TALK = document(
    "a.md",
    Said("Mo", ["How was it?"], role="researcher"),
    Said(
        "Ana",
        ["It broke twice.", "The blue one is on the left shelf in the hall.", "Hm.", "I waited an hour."],
    ),
)
REVIEW = document(
    "r.csv",
    Said("R1", ["2"], measure=Measure("stars", 2, 1, 5)),
    Said("R1", ["Never again."]),
    kind="review",
    record="R1",
)
DOCUMENTS = [TALK, REVIEW]
OBSERVED = [seen(TALK, (1, 2), "pain_point", 1, -1), seen(TALK, 4, "pain_point", 1, -1, confidence=0.3)]


def test_what_reached_no_card_is_listed_most_telling_first() -> None:
    journey = draw(DOCUMENTS, OBSERVED[:1]).journey
    points = ground(OBSERVED, {item.key: item for item in DOCUMENTS}).points
    report = find_left_out(journey, DOCUMENTS, sightings(points))
    assert (report.customer, report.used, report.unread) == (5, 2, ("r.csv",))
    assert [(item.text, item.lane) for item in report.left_out] == [
        ("I waited an hour.", "pain_point"),
        ("Never again.", None),
        ("Hm.", None),
    ]
    for item in report.left_out:
        text = {d.key: d.text for d in DOCUMENTS}[item.source, item.record]
        assert text[item.start : item.end] == item.text


def test_the_map_counts_as_the_list_does() -> None:
    journey = draw(DOCUMENTS, OBSERVED[:1]).journey
    report = find_left_out(journey, DOCUMENTS, {})
    assert (journey.coverage.customer, journey.coverage.used) == (report.customer, report.used)
    assert len(report.left_out) == report.customer - report.used


def test_a_part_of_an_utterance_on_the_map_counts_as_used() -> None:
    journey = draw(DOCUMENTS, OBSERVED[:1]).journey
    part = journey.evidence[0].model_copy(update={"start": journey.evidence[0].start + 3})
    assert count_coverage(DOCUMENTS, [part]).used == 2
    assert count_coverage(DOCUMENTS, []).used == 0


def test_a_quote_that_was_taken_off_its_card_is_left_out_again() -> None:
    journey = draw(DOCUMENTS, OBSERVED[:1]).journey
    (card,) = journey.cards
    asked = Change("detach_evidence", (card.id, *card.evidence))
    after = apply(journey, [asked], ground_of(DOCUMENTS, journey))
    report = find_left_out(after, DOCUMENTS, {})
    assert (after.coverage.used, report.used, report.unread) == (0, 0, ("a.md", "r.csv"))
