"""What cannot be done to a map, and the sentence that says so; the map is as it was then."""

from pathlib import Path
from string import Formatter
from typing import Any, cast

import pytest
from tests.operations.small import change, changed, ground, small_map

import journeyai.operations
from journeyai.errors import SettingsError
from journeyai.knowledge.talk import talk
from journeyai.model.changes import CHANGES, Change, ChangeKind
from journeyai.operations.apply import apply
from journeyai.operations.ground import RefusedError

STAGES = "find “Find”, buy “Buy”, use “Use” and leave “Leave”"
LATE = "c5 “The parcel came two weeks late.”"
SLOW = "c6 “Nobody answered my three phone calls.”"

REFUSED: dict[str, tuple[Change, str]] = {
    # What is not on the map
    "no such stage": (
        change("rename_stage", "sell", text="x"),
        "There is no stage sell on the map. Its stages are find, buy, use and leave.",
    ),
    "no such card": (
        change("accept", "c1", "c99"),
        "There is no card c99 on the map. /map shows the cards with their numbers.",
    ),
    "no such persona": (
        change("confirm_persona", "p9"),
        "There is no persona p9 on the map. There are 2: p1 and p2.",
    ),
    "no such quote": (
        change("attach_evidence", "c5", "e99"),
        "There is no quote e99 on the map, and the last search showed none of that name."
        " /why with a card shows its quotes.",
    ),
    "no such stage to go to": (
        change("move_card", "c5", to="sell"),
        "There is no stage sell on the map. Its stages are find, buy, use and leave.",
    ),
    "no such persona to go to": (
        change("move_speaker", to="p3", text="Ana"),
        "There is no persona p3 on the map. There are 2: p1 and p2.",
    ),
    "no such place": (
        change("add_stage", to="middle", text="x"),
        "There is no stage middle on the map. Its stages are find, buy, use and leave.",
    ),
    # What is missing
    "no kind": (Change(cast(ChangeKind, "burn"), ("c1",)), "There is no change called “burn”."),
    "no card named": (change("lock"), "Say which card."),
    "one card to merge": (
        change("merge_cards", "c5", "c5", to="c5"), "Name at least 2 different cards.",
    ),
    "one stage to merge": (change("merge_stages", "buy"), "Name at least 2 different stages."),
    "one persona to merge": (change("merge_personas", "p1"), "Name at least 2 different personas."),
    "no quote to attach": (change("attach_evidence", "c5"), "Say which quote."),
    "two stages to rename": (
        change("rename_stage", "buy", "use", text="x"), "This can be done to one stage at a time only.",
    ),
    "two cards to edit": (
        change("edit_title", "c1", "c2", text="x"), "This can be done to one card at a time only.",
    ),
    "targets for the whole map": (
        change("set_goal", "c1", text="x"), "This change is made to the map as a whole; leave out the parts named.",
    ),
    "nowhere to move": (change("move_card", "c1"), f"Say to which stage: {STAGES}."),
    "nowhere to put a stage": (
        change("move_stage", "buy"), f"Say where: at the start, at the end, or after one of {STAGES}.",
    ),
    "no lane": (
        change("add_card", "buy", text="x"),
        "Say to which lane: action, thought, question, motivation, need, expectation, touchpoint, pain_point, delight,"
        " technical_limit, back_stage, measure, opportunity.",
    ),
    "no severity": (
        change("set_severity", "c4"), "Say how grave it is: 1 is a nuisance, 2 real effort, 3 grave.",
    ),
    "severity beyond": (
        change("set_severity", "c4", to="4"),
        "“4” is no severity: 1 is a nuisance, 2 real effort, 3 grave.",
    ),
    "no such emotion": (
        change("set_emotion", "c4", to="rage"),
        "“rage” is no emotion of the map. These are: anger, frustration, anxiety, confusion, disappointment, sadness,"
        " neutral, relief, trust, satisfaction, joy, surprise.",
    ),
    "no such part of the scope": (
        change("set_scope", to="middle", text="x"),
        "“middle” is no part of the scope. These are: start, end, state, focus.",
    ),
    "no such state": (
        change("set_scope", to="state", text="past"),
        "“past” is not a state of the journey: say `current` or `future`.",
    ),
    "no words": (change("edit_title", "c1", text=" \n "), "Say the new words."),
    "too many words": (
        change("set_goal", text="x" * 241), "The new words have 241 characters; at most 240 fit.",
    ),
    "a target that is none": (
        change("merge_cards", "c5", "c6", to="c4"),
        "c4 is not one of those to be made one (c5 and c6); what stays must be one of them.",
    ),
    # Stages
    "stage name taken": (
        change("rename_stage", "buy", text="ÚSE"),
        "use “Use” is already called so; choose another name, or merge the stages.",
    ),
    "new stage name taken": (
        change("add_stage", text="use"),
        "use “Use” is already called so; choose another name, or merge the stages.",
    ),
    "stage with cards": (
        change("remove_stage", "buy"), "There are 3 cards in buy “Buy”. Say to which stage they go.",
    ),
    "stages with cards": (
        change("remove_stage", "buy", "leave", "find"),
        "There are 5 cards in buy “Buy”, leave “Leave” and find “Find”. Say to which stage they go.",
    ),
    "every stage": (
        change("remove_stage", "find", "buy", "use", "leave"),
        f"{STAGES} are all the stages there are; a map needs at least one.",
    ),
    "cards of a stage to itself": (
        change("remove_stage", "buy", to="buy"),
        "buy “Buy” is to be removed itself; name a stage that stays.",
    ),
    "after itself": (
        change("move_stage", "buy", to="buy"), "buy “Buy” cannot come after itself; name another stage.",
    ),
    # Cards
    "severity of no pain": (
        change("set_severity", "c4", "c3", "c7", to="2"),
        "Only pain points have a severity, and c3 “I want to see where my parcel is.” and"
        " c7 “The courier was very kind.” are none; change their lane first.",
    ),
    "nothing to grade by": (
        change("set_grade", "c9", text="high"), "Say what is graded: desirable, viable, feasible.",
    ),
    "graded by something else": (
        change("set_grade", "c9", to="pretty", text="high"),
        "“pretty” is nothing that an opportunity is graded by. These are: desirable, viable, feasible.",
    ),
    "no such grade": (
        change("set_grade", "c9", to="viable", text="9"),
        "“9” is no grade. The grades are: low, medium, high, unknown.",
    ),
    "no grade": (change("set_grade", "c9", to="viable"), "Say the new words."),
    "grade of no opportunity": (
        change("set_grade", "c9", "c4", to="viable", text="low"),
        "Only opportunities are graded, and c4 “The price was hidden until the end.” is none; change its lane first.",
    ),
    "no progress": (
        change("set_progress", "c9"), "Say how far it has got: idea, planned, under_way, done, dropped.",
    ),
    "no such progress": (
        change("set_progress", "c9", to="soon"),
        "“soon” does not say how far an opportunity has got. These do: idea, planned, under_way, done, dropped.",
    ),
    "progress of no opportunity": (
        change("set_progress", "c4", to="done"),
        "Only opportunities are planned and done, and c4 “The price was hidden until the end.” is none;"
        " change its lane first.",
    ),
    "merge of lanes": (
        change("merge_cards", "c5", "c7", to="c5"),
        "Only cards of one lane can be made one: c5 is in the lane “pain point” and c7 is in the lane “delight”."
        " Change a card's lane first.",
    ),
    "split without quotes": (
        change("split_card", "c5", text="x"),
        f"Say which quotes of {LATE} go to the new card. It has e8, e9 and e10.",
    ),
    "split of all quotes": (
        change("split_card", "c6", "e11", "e12", text="x"),
        f"At least one of the 2 quotes must stay with {SLOW}; name fewer.",
    ),
    "split of a single quote": (
        change("split_card", "c8", "e16", text="x"),
        "c8 “Tickets close” has a single quote and cannot be split.",
    ),
    "split of another's quote": (
        change("split_card", "c6", "e11", "e1", text="x"),
        f"e1 is no quote of {SLOW}. It has e11 and e12.",
    ),
    "detach another's quotes": (
        change("detach_evidence", "c6", "e1", "e2"),
        f"e1 and e2 are no quotes of {SLOW}. It has e11 and e12.",
    ),
    "a researcher's words": (
        change("attach_evidence", "c5", "s4"),
        "s4 is what a researcher says, and no evidence of what customers do or feel.",
    ),
    # Personas
    "persona name taken": (
        change("rename_persona", "p1", text="visitors"),
        "p2 “Visitors” is already called so; choose another name, or merge the personas.",
    ),
    "speaker in two files": (
        change("move_speaker", to="p2", text="Ana"),
        "“Ana” speaks in 2 files, maybe different people. Say which: a.md: Ana; d.md: Ana.",
    ),
    "nobody of that name": (
        change("move_speaker", to="p2", text="Desk"),
        "No customer called “Desk” speaks in the sources. Write the name as the source does.",
    ),
    # No effect
    "same stage name": (change("rename_stage", "buy", text="Buy "), "buy “Buy” is already called so."),
    "same place": (change("move_stage", "buy", to="find"), "buy “Buy” already stands there."),
    "same title": (change("edit_title", "c8", text="Tickets close"), "c8 “Tickets close” is already called so."),
    "same detail": (change("edit_detail", "c6", text="Thrice."), f"The detail of {SLOW} already reads so."),
    "same stage": (
        change("move_card", "c5", "c6", to="use"), f"{LATE} and {SLOW} already stand in use “Use”.",
    ),
    "same lane": (change("set_lane", "c8", to="back_stage"), "c8 “Tickets close” is already in the lane “back stage”."),
    "same severity": (change("set_severity", "c6", to="1"), f"{SLOW} already has severity 1."),
    "same emotion": (change("set_emotion", "c6", to="frustration"), f"{SLOW} already shows the emotion “frustration”."),
    "same owner": (change("set_owner", "c6", text="Service"), f"Service already takes care of {SLOW}."),
    "no owner before": (change("set_owner", "c5", text=""), f"Nobody is named who takes care of {LATE}."),
    "not locked": (change("unlock", "c8"), "c8 “Tickets close” is not locked."),
    "attached already": (change("attach_evidence", "c6", "s2"), f"{SLOW} already has this quote."),
    "member already": (change("move_speaker", to="p1", text="Eva"), "Eva already belongs to p1 “Callers”."),
    "same goal": (change("set_goal", text="To  see"), "The goal already reads so."),
    "same scope": (
        change("set_scope", to="state", text="current"), "This part of the scope (state) already reads so.",
    ),
    "same map title": (change("set_map_title", text="A shop"), "The map is already called “A shop”."),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_change_is_refused_in_one_plain_sentence(asked: Change, sentence: str) -> None:
    before = small_map().to_json()
    with pytest.raises(RefusedError) as refusal:
        changed(asked)
    assert refusal.value.message == sentence
    assert small_map().to_json() == before


FORBIDDEN = [
    change("edit_title", "c5", text="x"),
    change("edit_detail", "c5", text="x"),
    change("move_card", "c5", "c4", to="find"),
    change("merge_cards", "c5", "c6", to="c6"),
    change("split_card", "c5", "e8", text="x"),
    change("remove_card", "c5"),
    change("reject", "c5"),
    change("set_lane", "c5", to="need"),
    change("set_severity", "c5", to="1"),
    change("set_emotion", "c5", to="joy"),
    change("set_owner", "c5", text="x"),
    change("set_grade", "c5", to="viable", text="low"),
    change("set_progress", "c5", to="done"),
    change("attach_evidence", "c5", "s1"),
    change("detach_evidence", "c5", "e8"),
    change("remove_stage", "use", to="buy"),
]


@pytest.mark.parametrize("asked", FORBIDDEN, ids=[asked.kind for asked in FORBIDDEN])
def test_a_locked_card_refuses_every_change(asked: Change) -> None:
    locked = changed(change("lock", "c5"))
    with pytest.raises(RefusedError) as refusal:
        changed(asked, journey=locked)
    assert refusal.value.message == f"{LATE} is locked and stays as it is; unlock it first."


def test_every_locked_card_is_named() -> None:
    locked = changed(change("lock", "c5", "c6"))
    with pytest.raises(RefusedError) as refusal:
        changed(change("reject", "c4", "c5", "c6"), journey=locked)
    assert refusal.value.message == f"{LATE} and {SLOW} are locked and stay as they are; unlock them first."


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("accept", f"{LATE} is already accepted."),
        ("reject", f"{LATE} is already rejected."),
        ("lock", f"{LATE} is already locked."),
    ],
)
def test_what_is_so_already_is_said(kind: ChangeKind, sentence: str) -> None:
    once = changed(change(kind, "c5"))
    with pytest.raises(RefusedError) as refusal:
        changed(change(kind, "c5"), journey=once)
    assert refusal.value.message == sentence


def test_a_confirmed_persona_is_not_confirmed_again() -> None:
    once = changed(change("confirm_persona", "p1"))
    with pytest.raises(RefusedError, match=r"p1 “Callers” is already confirmed\."):
        changed(change("confirm_persona", "p1"), journey=once)


def test_a_persona_keeps_at_least_one_person() -> None:
    alone = changed(change("move_speaker", to="p2", text="Eva"))
    with pytest.raises(RefusedError) as refusal:
        changed(change("move_speaker", to="p2", text="a.md: Ana"), journey=alone)
    assert refusal.value.message == (
        "Ana is the only person of p1 “Callers”, who would be nobody then; merge the personas instead."
    )


def test_what_staff_say_is_no_evidence_of_what_customers_feel() -> None:
    # Once it is on the map, it is the person's to place.
    place = ground().found["s3"]
    other = small_map().model_copy(
        update={
            "evidence": tuple(item for item in small_map().evidence if item.id != "e16"),
            "cards": tuple(item for item in small_map().cards if item.id != "c8"),
        }
    )
    assert place.role == "agent"
    with pytest.raises(RefusedError) as refusal:
        changed(change("attach_evidence", "c5", "s3"), journey=other)
    assert refusal.value.message == (
        "s3 is what staff say, and no evidence for the lane “pain points”: only customers can tell that."
    )


def test_ratings_without_a_card_are_not_lost_with_their_stage() -> None:
    bare = changed(change("remove_card", "c3", "c4", "c10"))
    with pytest.raises(
        RefusedError, match=r"There are customers' ratings in buy “Buy”\. Say to which stage they go\."
    ):
        changed(change("remove_stage", "buy"), journey=bare)
    after = changed(change("remove_stage", "buy", to="find"), journey=bare)
    assert [measure.evidence for measure in after.stages[0].measures] == [("e17",)]


def test_the_only_stage_cannot_go() -> None:
    one = changed(change("merge_stages", "find", "buy", "use", "leave", to="use"))
    with pytest.raises(RefusedError, match=r"use “Use” is the only stage; a map needs at least one\."):
        changed(change("remove_stage", "use"), journey=one)


def test_one_refusal_undoes_the_whole_list() -> None:
    with pytest.raises(RefusedError, match="no card c99"):
        changed(change("set_goal", text="Other"), change("accept", "c99"))


def test_nothing_asked_and_nothing_changed_are_refused() -> None:
    with pytest.raises(RefusedError, match=r"No change is asked for\."):
        apply(small_map(), [], ground())
    with pytest.raises(RefusedError, match="would stay exactly as it is"):
        changed(change("lock", "c1"), change("unlock", "c1"))
    with pytest.raises(RefusedError, match="buy “Buy” is already called so"):
        changed(change("rename_stage", "buy", text="Buy"), change("unlock", "c1"))


def test_a_refusal_is_in_the_maps_language_and_shows_long_titles_short() -> None:
    spanish = changed(change("edit_title", "c5", text="x" * 100), change("lock", "c5")).model_copy(
        update={"language": "es"}
    )
    with pytest.raises(SettingsError) as refusal:
        changed(change("reject", "c5"), journey=spanish)
    assert refusal.value.message == (
        f"c5 «{'x' * 59}…» está bloqueada y se queda como está; desbloquéala antes."
    )


def test_no_sentence_is_there_for_nothing() -> None:
    folder = Path(journeyai.operations.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    built = {
        f"too_{much}_{part}s" for much in ("few", "many") for part in ("stage", "card", "persona", "evidence")
    }
    for needs in CHANGES.values():
        built |= {f"to_which_{needs.to}", f"not_a_{needs.to}"}
    assert {key for key in talk("refusals", "en").phrases if f'"{key}"' not in code} <= built


def test_both_languages_say_the_same_things() -> None:
    def shape(phrase: Any) -> Any:
        if isinstance(phrase, dict):
            return {form: shape(words) for form, words in phrase.items()}
        return {name for _, name, _, _ in Formatter().parse(phrase) if name}

    english, spanish = (talk("refusals", language).phrases for language in ("en", "es"))
    assert {key: shape(phrase) for key, phrase in english.items()} == {
        key: shape(phrase) for key, phrase in spanish.items()
    }
