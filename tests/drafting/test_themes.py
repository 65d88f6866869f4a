import random
from dataclasses import replace

from tests.drafting.material import FRAME, STAGES, Said, document, draw, prove, seen, vectors

from journeyai.drafting.grounding import Point, ground
from journeyai.drafting.themes import Theme, find_themes
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.observation import Observation
from journeyai.model.source import Document

REFUND = "The refund took six weeks to arrive."
REFUND_TOO = "My refund took weeks to arrive."
REFUND_FAST = "The refund took one day to arrive."
APP = "The app crashes when scanning tickets."


def themes_of(documents: list[Document], observations: list[Observation]) -> list[Theme]:
    points = ground(observations, {item.key: item for item in documents}).points
    return find_themes(points, vectors)


def told(themes: list[Theme]) -> list[tuple[str, int, int, int]]:
    return [(theme.lane, theme.people, theme.documents, len(theme.points)) for theme in themes]


def card(journey: JourneyMap, words: str) -> Card:
    (found,) = (c for c in journey.cards if words in c.title and c.lane != "opportunity")
    return found


def three_voices() -> tuple[list[Document], list[Observation]]:
    chatty = document(
        "a.md", Said("Ana", [REFUND, REFUND_TOO, "That refund took weeks and weeks to arrive."])
    )
    brief = document("b.md", Said("Ben", [REFUND_TOO], person="ben"))
    later = document("d.md", Said("Ben", [APP], person="ben"))
    happy = document("c.md", Said("Cleo", [REFUND_FAST]))
    observations = [seen(chatty, number, "pain_point", 1, -1.5, "anger") for number in range(3)]
    observations += [
        seen(brief, 0, "pain_point", 2, -0.5, "frustration"),
        seen(later, 0, "pain_point", 2, -1.0, "frustration"),
        seen(happy, 0, "delight", 1, 2.0, "relief"),
    ]
    return [chatty, brief, happy, later], observations


def test_the_same_complaint_is_one_theme_and_people_count_once() -> None:
    documents, observations = three_voices()
    assert told(themes_of(documents, observations)) == [
        ("delight", 1, 1, 1),
        ("pain_point", 2, 2, 4),
        ("pain_point", 1, 1, 1),
    ]


def test_who_contradicts_is_found_both_ways() -> None:
    documents, observations = three_voices()
    delight, refund, app = themes_of(documents, observations)
    assert [point.quote for point in refund.against] == [REFUND_FAST]
    assert {point.quote for point in delight.against} <= {point.quote for point in refund.points}
    assert delight.against
    assert app.against == ()


def test_themes_do_not_depend_on_the_order_of_points() -> None:
    documents, observations = three_voices()
    points = list(ground(observations, {item.key: item for item in documents}).points)
    expected = find_themes(points, vectors)
    for seed in range(6):
        random.Random(seed).shuffle(points)
        assert find_themes(points, vectors) == expected


def test_the_stage_is_voted_by_people_and_not_by_mentions() -> None:
    loud = document("a.md", Said("Ana", [REFUND, REFUND_TOO, f"{REFUND_TOO} Really."]))
    others = [document(f"{name}.md", Said(name, [REFUND_TOO])) for name in ("b", "c")]
    observations = [seen(loud, number, "pain_point", 0) for number in range(3)]
    observations += [seen(other, 0, "pain_point", 2) for other in others]
    (theme,) = themes_of([loud, *others], observations)
    assert STAGES[theme.stage] == "use"


def test_one_who_says_everything_twice_changes_neither_people_nor_the_curve() -> None:
    documents, observations = three_voices()
    before = draw(documents, observations).journey
    said = documents[0].turns[0]
    ana = document("a.md", Said("Ana", [u.text for u in documents[0].utterances] * 2, person=said.person))
    doubled = [seen(ana, number, "pain_point", 1, -1.5, "anger") for number in range(6)]
    after = draw([ana, *documents[1:]], doubled + observations[3:]).journey
    assert [(c.people, c.documents, c.valence) for c in after.cards] == [
        (c.people, c.documents, c.valence) for c in before.cards
    ]
    assert [(s.valence, s.emotions, s.moment_of_truth) for s in after.stages] == [
        (s.valence, s.emotions, s.moment_of_truth) for s in before.stages
    ]
    assert card(after, "refund took weeks").mentions == 7


def test_a_near_duplicate_review_counts_as_one_person() -> None:
    first = document("r.csv", Said("R1", [REFUND]), kind="review", record="R1")
    copy = document("r.csv", Said("R2", [REFUND], person=first.turns[0].person), kind="review", record="R2")
    copy = replace(copy, duplicate_of=first.key)
    journey = draw(
        [first, copy], [seen(first, 0, "pain_point", 1, -1), seen(copy, 0, "pain_point", 1, -1)]
    ).journey
    (only,) = journey.cards
    assert (only.people, only.documents, only.mentions) == (1, 1, 2)
    assert prove(journey, [first, copy]).proved


def test_documents_are_files_and_not_rows() -> None:
    rows = [
        document("r.csv", Said(f"R{n}", [f"{REFUND} Row {n}."]), kind="review", record=f"R{n}")
        for n in range(4)
    ]
    journey = draw(rows, [seen(row, 0, "pain_point", 1, -1) for row in rows]).journey
    refund = card(journey, "refund")
    assert (refund.people, refund.documents, refund.mentions) == (4, 1, 4)


def test_evidence_stands_at_its_own_themes_stage_even_where_it_contradicts_another() -> None:
    documents, observations = three_voices()
    journey = draw(documents, observations).journey
    for item in journey.cards:
        assert {quote.stage for quote in journey.quotes(item)} == {item.stage}
        assert {quote.lane for quote in journey.quotes(item)} <= {item.lane, "pain_point"}


def test_steps_of_a_told_story_stay_apart_however_alike_they_are() -> None:
    story = document(
        "story.txt",
        *(Said(None, [f"I stood in the queue again {n}."], person="me", step=n) for n in range(1, 7)),
    )
    observations = [seen(story, number, "touchpoint", 0) for number in range(6)]
    assert told(themes_of([story], observations)) == [("touchpoint", 1, 1, 1)] * 6
    titles = [c.title for c in draw([story], observations).journey.cards]
    assert titles == [f"I stood in the queue again {n}." for n in range(1, 7)]


def test_no_points_make_no_themes_and_an_empty_map() -> None:
    quiet = document("a.md", Said("Ana", ["Hm."]))
    journey = draw([quiet], []).journey
    assert journey.cards == ()
    assert [stage.valence for stage in journey.stages] == [None, None, None]
    assert not any(stage.moment_of_truth for stage in journey.stages)
    assert journey.coverage.model_dump() == {"utterances": 1, "customer": 1, "used": 0}
    assert prove(journey, [quiet]).proved


def test_a_stage_in_which_nobody_feels_anything_is_no_moment_of_truth() -> None:
    two = [document(f"{n}.md", Said(n, [REFUND])) for n in ("a", "b")]
    journey = draw(two, [seen(item, 0, "pain_point", 1, 0.0) for item in two]).journey
    assert [stage.moment_of_truth for stage in journey.stages] == [False, False, False]


def test_points_of_every_lane_but_those_asked_for_stay_out() -> None:
    documents, observations = three_voices()
    narrow = replace(FRAME, lanes=("delight",))
    assert {c.lane for c in draw(documents, observations, frame=narrow).journey.cards} == {"delight"}


def test_a_point_knows_its_place() -> None:
    documents, observations = three_voices()
    (point,) = ground(observations[:1], {item.key: item for item in documents}).points
    assert isinstance(point, Point)
    assert point.place == ("a.md", "", 5)
