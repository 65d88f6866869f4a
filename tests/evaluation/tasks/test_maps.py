"""What a map missed and made up is listed with what it was taken for."""

from tests.evaluation.material import DOCUMENTS, GOLD, card, make_map, perfect_map, quote

from journeyai.evaluation.tasks.maps import list_errors


def test_a_perfect_map_has_no_errors() -> None:
    assert list_errors(perfect_map(), GOLD, DOCUMENTS) == []


def test_misses_and_inventions_are_told_with_the_other_lane() -> None:
    evidence = [
        quote("e1", "desk.txt", "The queue is endless.", "delight", "buy", 1),
        quote("e2", "cafe.txt", "Just passing by.", "need", "use", 0),
    ]
    journey = make_map(evidence, [card("c1", "delight", "buy", 1, "e1"), card("c2", "need", "use", 1, "e2")])
    lines = list_errors(journey, GOLD, DOCUMENTS)
    assert lines[0] == "missed pain_point (taken for delight): The queue is endless."
    assert lines[1] == "missed pain_point (taken for nothing): Queues again today."
    assert sorted(line for line in lines if line.startswith("made up")) == [
        "made up delight (is pain_point): The queue is endless.",
        "made up need (is not labelled): Just passing by.",
    ]
