"""The stage of what was said: on the map as it stands, and before it was taken off."""

from collections.abc import Mapping

from tests.operations.small import FOUND, LATE, MORE, SLOW, WISH, change, changed, documents, small_map

from journeyai.drafting.staging import stages_of_utterances
from journeyai.model.journey import JourneyMap
from journeyai.operations.decisions import FormerStage

DRAFTED = {LATE: "use", SLOW: "use", WISH: "buy", FOUND: "find"}


def said(
    journey: JourneyMap,
    drafted: JourneyMap | None = None,
    joined: Mapping[str, tuple[FormerStage, ...]] | None = None,
) -> dict[str, str]:
    """Return the words of each utterance of the first document that has a stage, with it."""
    placed = stages_of_utterances(journey, drafted, joined or {}, documents())
    first = documents()[0]
    return {
        utterance.text: placed[first.key, utterance.number]
        for utterance in first.utterances
        if (first.key, utterance.number) in placed
    }


def test_what_the_map_quotes_stands_in_the_stage_of_its_card() -> None:
    assert said(small_map()) == DRAFTED
    assert said(changed(change("move_card", "c6", to="leave")), small_map()) == DRAFTED | {SLOW: "leave"}


def test_what_is_attached_later_stands_with_its_card() -> None:
    assert said(changed(change("attach_evidence", "c6", "s1")), small_map()) == DRAFTED | {MORE: "use"}


def test_what_is_on_no_card_any_more_stays_where_it_was_drafted() -> None:
    without = changed(change("remove_card", "c3"))
    assert said(without) == {words: stage for words, stage in DRAFTED.items() if words != WISH}
    assert said(without, small_map()) == DRAFTED


def test_what_was_drafted_into_a_stage_that_was_merged_stands_in_the_one_that_took_it() -> None:
    merged = changed(change("remove_card", "c3"), change("merge_stages", "use", "buy"))
    joined = {"use": (FormerStage("buy", "Buy"),)}
    assert said(merged, small_map(), joined) == DRAFTED | {WISH: "use"}
    # Where nobody knows what became of a stage, nothing is made up.
    assert said(merged, small_map()) == {words: stage for words, stage in DRAFTED.items() if words != WISH}


def test_a_part_of_an_utterance_and_several_in_one_quote_are_placed() -> None:
    journey = small_map()
    whole = next(item for item in journey.evidence if item.quote == LATE and item.source == "a.md")
    first = documents()[0]
    longer = whole.model_copy(
        update={"start": whole.start + 4, "end": whole.end + 5, "quote": first.text[whole.start + 4 : whole.end + 5]}
    )  # fmt: skip
    evidence = tuple(
        longer if item.id == whole.id else item for item in journey.evidence if item.quote != SLOW
    )
    changed_map = journey.model_copy(update={"evidence": evidence})
    assert said(changed_map) == DRAFTED
