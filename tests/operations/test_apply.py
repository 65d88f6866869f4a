"""What each kind of change does to a map, as a whole: everything that differs afterwards is written down here."""

from typing import Any

import pytest
from tests.operations.small import (
    FOUND,
    KIND,
    LATE,
    PRICE,
    WISH,
    card,
    change,
    changed,
    small_map,
    stage,
    touched,
)

from journeyai.model.changes import CHANGE_KINDS, Change
from journeyai.model.journey import Coverage, Empathy, Judged, Member, Scope, StageMeasure, Transition

FELT_WITHOUT_LATE = {"valence": 0.32, "emotions": {"joy": 3, "frustration": 2}}
FELT_WITH_PRICE = {
    "valence": -0.33,
    "emotions": {"anger": 3, "frustration": 3, "joy": 3, "disappointment": 1, "sadness": 1},
}
ANA, EVA = Member(source="a.md", speaker="Ana"), Member(source="c.md", speaker="Eva")
BEN, LEO = Member(source="b.md", speaker="Ben"), Member(source="e.md", speaker="Leo")
BOTH_RATINGS = (StageMeasure(kind="stars", value=3.5, evidence=("e18", "e17")),)
RETURN_TO_FIND = Transition.model_validate({"from": "use", "to": "find", "people": 1, "evidence": ("e1",)})
IN_USE = {f"evidence.e{n}": {"stage": "use"} for n in (3, 4, 5, 6, 7, 17)}

EFFECTS: dict[str, tuple[Change, dict[str, dict[str, Any]]]] = {
    "rename_stage": (change("rename_stage", "buy", text=" Order \n it "), {"stages.buy": {"name": "Order it"}}),
    "add_stage": (
        change("add_stage", to="find", text="Añadir más"),
        {
            "stages.anadir_mas": {
                "id": "anadir_mas", "name": "Añadir más", "order": 2, "summary": "", "valence": None, "emotions": {},
                "moment_of_truth": False, "duration": None, "measures": (),
            },
            "stages.buy": {"order": 3}, "stages.use": {"order": 4}, "stages.leave": {"order": 5},
        },
    ),
    "remove_stage": (
        change("remove_stage", "buy", to="use"),
        {
            "stages.buy": {},
            "stages.use": {"order": 2, **FELT_WITH_PRICE, "measures": BOTH_RATINGS},
            "stages.leave": {"order": 3},
            "cards.c3": {"stage": "use", "status": "edited"},
            "cards.c4": {"stage": "use", "status": "edited"},
            "cards.c10": {"stage": "use", "status": "edited"},
            **IN_USE,
            "transitions": {"transitions": (RETURN_TO_FIND,)},
        },
    ),
    "remove_stage without cards": (change("remove_stage", "leave"), {"stages.leave": {}}),
    "merge_stages": (
        change("merge_stages", "buy", "use", to="use", text="Both"),
        {
            "stages.buy": {},
            "stages.use": {"name": "Both", "order": 2, **FELT_WITH_PRICE, "measures": BOTH_RATINGS},
            "stages.leave": {"order": 3},
            "cards.c3": {"stage": "use"}, "cards.c4": {"stage": "use"}, "cards.c10": {"stage": "use"},
            **IN_USE,
            "transitions": {"transitions": (RETURN_TO_FIND,)},
        },
    ),
    "move_stage": (
        change("move_stage", "use", to="start"),
        {"stages.use": {"order": 1}, "stages.find": {"order": 2}, "stages.buy": {"order": 3}},
    ),
    "move_stage after": (
        change("move_stage", "find", to="use"),
        {"stages.buy": {"order": 1}, "stages.use": {"order": 2}, "stages.find": {"order": 3}},
    ),
    "edit_title": (
        change("edit_title", "c4", text="Hidden price"),
        {"cards.c4": {"title": "Hidden price", "status": "edited", "stability": None, "supported": None}},
    ),
    "edit_detail": (change("edit_detail", "c6", text=""), {"cards.c6": {"detail": "", "status": "edited"}}),
    "move_card": (
        change("move_card", "c4", to="use"),
        {
            "stages.buy": {"valence": None, "emotions": {}}, "stages.use": FELT_WITH_PRICE,
            "cards.c4": {"stage": "use", "status": "edited"},
            "evidence.e5": {"stage": "use"}, "evidence.e6": {"stage": "use"}, "evidence.e7": {"stage": "use"},
        },
    ),
    "move_card of a measure": (
        change("move_card", "c10", to="use"),
        {
            "stages.buy": {"measures": ()}, "stages.use": {"measures": BOTH_RATINGS},
            "cards.c10": {"stage": "use", "status": "edited"}, "evidence.e17": {"stage": "use"},
        },
    ),
    "move_card of an opportunity": (
        # Its quotes are those of the pain it would mend, and stay with that.
        change("move_card", "c9", to="buy"),
        {"cards.c9": {"stage": "buy", "status": "edited"}},
    ),
    "merge_cards": (
        change("merge_cards", "c5", "c6", to="c6", text="Late and silent"),
        {
            "cards.c5": {},
            "cards.c6": {
                "title": "Late and silent", "evidence": ("e11", "e12", "e8", "e9", "e10"), "against": ("e15",),
                "people": 3, "documents": 3, "mentions": 5, "valence": -1.43, "emotion": "anger", "severity": 3,
                "confidence": 0.93, "personas": ("p1", "p2"), "status": "edited",
            },
        },
    ),
    "merge_cards of two stages": (
        change("merge_cards", "c5", "c4", to="c5"),
        {
            "stages.buy": {"valence": None, "emotions": {}}, "stages.use": FELT_WITH_PRICE,
            "cards.c4": {},
            "cards.c5": {
                "evidence": ("e8", "e9", "e10", "e5", "e6", "e7"), "people": 4, "documents": 4, "mentions": 6,
                "valence": -1.35, "confidence": 0.98, "status": "edited", "stability": None, "supported": None,
            },
            "evidence.e5": {"stage": "use"}, "evidence.e6": {"stage": "use"}, "evidence.e7": {"stage": "use"},
        },
    ),
    "split_card": (
        change("split_card", "c5", "e9", text="Very late"),
        {
            "cards.c5": {
                "evidence": ("e8", "e10"), "people": 2, "documents": 2, "mentions": 2, "valence": -1.25,
                "confidence": 0.8, "personas": ("p1",), "status": "edited", "stability": None, "supported": None,
            },
            "cards.c12": {
                "id": "c12", "lane": "pain_point", "stage": "use", "personas": ("p2",), "title": "Very late",
                "detail": "", "valence": -2.0, "emotion": "anger", "severity": 3, "channel": None, "people": 1,
                "documents": 1, "mentions": 1, "against": (), "status": "edited", "locked": False,
                "assumption": False, "stability": None, "supported": None, "judged": None, "confidence": 0.4,
                "owner": None, "progress": None, "evidence": ("e9",),
            },
        },
    ),
    "add_card": (
        change("add_card", "leave", "p2", "p1", to="question", text="Why do they leave?"),
        {
            "cards.c12": {
                "id": "c12", "lane": "question", "stage": "leave", "personas": ("p1", "p2"),
                "title": "Why do they leave?", "detail": "", "valence": None, "emotion": None, "severity": None,
                "channel": None, "people": 0, "documents": 0, "mentions": 0, "against": (), "status": "edited",
                "locked": False, "assumption": True, "stability": None, "supported": None, "judged": None,
                "confidence": None, "owner": None, "progress": None, "evidence": (),
            },
        },
    ),
    "remove_card": (
        change("remove_card", "c6"),
        {
            "cards.c6": {},
            "stages.use": {"valence": -0.11, "emotions": {"joy": 3, "anger": 2, "sadness": 1}},
            # e12 is still one of a persona's quotes.
            "coverage": {"coverage": Coverage(utterances=20, customer=16, used=14)},
        },
    ),
    "accept": (
        change("accept", "c1", "c2"), {"cards.c1": {"status": "accepted"}, "cards.c2": {"status": "accepted"}},
    ),
    "reject": (
        change("reject", "c5"), {"cards.c5": {"status": "rejected"}, "stages.use": FELT_WITHOUT_LATE},
    ),
    "reject of a measure": (
        change("reject", "c10"), {"cards.c10": {"status": "rejected"}, "stages.buy": {"measures": ()}},
    ),
    "lock": (change("lock", "c1"), {"cards.c1": {"locked": True}}),
    "set_lane": (
        change("set_lane", "c5", to="need"),
        {
            "cards.c5": {"lane": "need", "severity": None, "confidence": None, "status": "edited"},
            "stages.use": FELT_WITHOUT_LATE,
            "evidence.e8": {"lane": "need", "confidence": None},
            "evidence.e9": {"lane": "need", "confidence": None},
            "evidence.e10": {"lane": "need"},
        },
    ),
    "set_severity": (
        change("set_severity", "c4", "c6", to="3"),
        {"cards.c4": {"severity": 3, "status": "edited"}, "cards.c6": {"severity": 3, "status": "edited"}},
    ),
    "set_emotion": (
        change("set_emotion", "c6", to="anxiety"), {"cards.c6": {"emotion": "anxiety", "status": "edited"}},
    ),
    "set_owner": (change("set_owner", "c6", text=""), {"cards.c6": {"owner": None, "status": "edited"}}),
    "rename_persona": (
        change("rename_persona", "p1", text="Patient callers"),
        {"personas.p1": {"name": "Patient callers", "confirmed": True}},
    ),
    "set_grade": (
        change("set_grade", "c9", to="feasible", text=" high "),
        {"cards.c9": {
            "judged": Judged(desirable="unknown", viable="unknown", feasible="high", priority=1), "status": "edited",
        }},
    ),
    "set_progress": (change("set_progress", "c9", to="under_way"), {"cards.c9": {"progress": "under_way"}}),
    "confirm_persona": (
        change("confirm_persona", "p1", "p2"),
        {"personas.p1": {"confirmed": True}, "personas.p2": {"confirmed": True}},
    ),
    "merge_personas": (
        change("merge_personas", "p1", "p2", to="p2", text="Everybody"),
        {
            "personas.p1": {},
            "personas.p2": {
                "name": "Everybody", "confirmed": True, "members": (ANA, BEN, EVA, LEO),
                "evidence": ("e9", "e8", "e12"), "empathy": Empathy(feels=(LATE, PRICE), says=(WISH,)),
            },
            **{f"cards.c{n}": {"personas": ("p2",)} for n in (1, 3, 4, 5, 6, 9)},
        },
    ),
    "move_speaker": (
        change("move_speaker", to="p2", text="eva"),
        {
            # What only Eva says goes with her; Ana says, too, that the parcel came late.
            "personas.p1": {"members": (ANA,), "evidence": ("e8",), "empathy": Empathy(feels=(LATE,), says=(WISH,))},
            "personas.p2": {"members": (BEN, EVA, LEO), "evidence": ("e9", "e12"), "confirmed": True},
            "cards.c4": {"personas": ("p2",)}, "cards.c6": {"personas": ("p1", "p2")},
        },
    ),
    "set_goal": (change("set_goal", text=""), {"goal": {"goal": ""}}),
    "set_scope": (change("set_scope", to="state", text="future"), {"scope": {"scope": Scope(state="future")}}),
    "set_map_title": (change("set_map_title", text="Our shop"), {"title": {"title": "Our shop"}}),
    "attach_evidence": (
        change("attach_evidence", "c5", "s1", "e15"),
        {
            "cards.c5": {
                "evidence": ("e8", "e9", "e10", "e19", "e15"), "against": (), "people": 4, "documents": 4,
                "mentions": 5, "valence": -0.73, "confidence": 0.94, "status": "edited", "stability": None,
                "supported": None,
            },
            "stages.use": {"valence": -0.03, "emotions": {"joy": 3, "anger": 2, "frustration": 2, "sadness": 2}},
            "evidence.e19": {
                "id": "e19", "source": "a.md", "record": None, "start": 142, "end": 171,
                "quote": "I waited at home for nothing.", "speaker": "Ana", "role": "customer", "at": None,
                "stage": "use", "lane": "pain_point", "valence": -0.7, "emotion": "sadness", "channel": None,
                "confidence": None,
            },
            "coverage": {"coverage": Coverage(utterances=20, customer=16, used=16)},
        },
    ),
    "detach_evidence": (
        change("detach_evidence", "c6", "e11", "e12"),
        {
            "cards.c6": {
                "evidence": (), "people": 0, "documents": 0, "mentions": 0, "valence": None, "confidence": None,
                "assumption": True, "status": "edited",
            },
            "stages.use": {"valence": -0.11, "emotions": {"joy": 3, "anger": 2, "sadness": 1}},
            "coverage": {"coverage": Coverage(utterances=20, customer=16, used=14)},
        },
    ),
    "detach_evidence that speaks against": (
        change("detach_evidence", "c5", "e15"),
        {"cards.c5": {"against": (), "status": "edited", "stability": None, "supported": None}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "effect"), EFFECTS.values(), ids=EFFECTS.keys())
def test_a_change_does_this_and_nothing_else(asked: Change, effect: dict[str, dict[str, Any]]) -> None:
    assert touched(small_map(), changed(asked)) == effect


def test_every_kind_of_change_is_shown_here() -> None:
    assert {asked.kind for asked, _ in EFFECTS.values()} | {"unlock"} == set(CHANGE_KINDS)


def test_unlock_makes_a_card_free_again() -> None:
    locked = changed(change("lock", "c5"))
    assert changed(change("unlock", "c5"), journey=locked) == small_map()


def test_a_locked_card_can_be_accepted() -> None:
    after = changed(change("lock", "c5"), change("accept", "c5"))
    assert (card(after, "c5").status, card(after, "c5").locked) == ("accepted", True)


def test_a_locked_card_goes_along_when_its_stage_is_merged() -> None:
    locked = changed(change("lock", "c4"))
    after = changed(change("merge_stages", "buy", "use", to="use"), journey=locked)
    assert touched(locked, after)["cards.c4"] == {"stage": "use"}


def test_changes_are_one_step_and_a_later_one_may_name_what_an_earlier_one_makes() -> None:
    after = changed(
        change("add_stage", to="buy", text="Wait"),
        change("add_card", "wait", to="need", text="A date"),
        change("attach_evidence", "c12", "s1"),
        change("move_card", "c5", to="wait"),
    )
    assert [item.id for item in after.stages] == ["find", "buy", "wait", "use", "leave"]
    assert [item.id for item in after.cards] == [
        "c1", "c2", "c3", "c4", "c10", "c5", "c12", "c6", "c7", "c8", "c9", "c11",
    ]  # fmt: skip
    assert (card(after, "c12").assumption, card(after, "c12").people) == (False, 1)


def test_a_change_without_effect_is_passed_over_beside_one_that_has_some() -> None:
    after = changed(change("rename_stage", "buy", text="Buy"), change("lock", "c1"))
    assert touched(small_map(), after) == {"cards.c1": {"locked": True}}


def test_targets_named_twice_count_once() -> None:
    twice = changed(change("merge_cards", "c5", "c6", "c5", "c6", to="c5"))
    assert twice == changed(change("merge_cards", "c5", "c6", to="c5"))


def test_a_measure_that_is_rejected_and_then_accepted_counts_as_before() -> None:
    rejected = changed(change("reject", "c10"))
    after = changed(change("accept", "c10"), journey=rejected)
    assert stage(after, "buy") == stage(small_map(), "buy")


def test_a_measure_tells_the_mean_of_the_ratings_it_has_now() -> None:
    after = changed(change("merge_cards", "c10", "c11", to="c11"))
    assert card(after, "c11").title == "stars: 3.5 on average"
    named = changed(change("edit_title", "c11", text="Stars"))
    assert card(changed(change("merge_cards", "c10", "c11", to="c11"), journey=named), "c11").title == "Stars"


def test_a_rating_taken_off_its_card_is_no_measure_of_the_stage() -> None:
    assert stage(changed(change("detach_evidence", "c10", "e17")), "buy").measures == ()


def test_a_rejected_card_stays_rejected_when_it_moves_and_lives_again_when_it_is_worded_anew() -> None:
    rejected = changed(change("reject", "c4"))
    assert card(changed(change("move_card", "c4", to="use"), journey=rejected), "c4").status == "rejected"
    assert card(changed(change("edit_title", "c4", text="No"), journey=rejected), "c4").status == "edited"


def test_a_quote_that_another_card_of_the_stage_has_stays_there() -> None:
    shared = changed(change("attach_evidence", "c6", "e8"))
    after = changed(change("move_card", "c5", to="buy"), journey=shared)
    stages = {item.id: item.stage for item in after.evidence}
    assert [stages[id_] for id_ in ("e8", "e9", "e10")] == ["use", "buy", "buy"]


def test_a_quote_on_two_cards_keeps_its_lane_when_one_of_them_changes_its_own() -> None:
    shared = changed(change("attach_evidence", "c6", "e8"))
    after = changed(change("set_lane", "c5", to="need"), journey=shared)
    lanes = {item.id: (item.lane, item.confidence) for item in after.evidence}
    assert (lanes["e8"], lanes["e9"]) == (("pain_point", 0.8), ("need", None))


def test_a_passage_that_is_on_the_map_already_is_not_entered_again() -> None:
    # s2 is Eva's complaint, which is e12.
    after = changed(change("attach_evidence", "c5", "s2"))
    assert card(after, "c5").evidence == ("e8", "e9", "e10", "e12")
    assert len(after.evidence) == len(small_map().evidence)


def test_a_passage_named_twice_under_two_names_is_attached_once() -> None:
    after = changed(change("attach_evidence", "c5", "s2", "e12"))
    assert card(after, "c5").evidence == ("e8", "e9", "e10", "e12")


def test_what_staff_say_is_evidence_for_what_happens_behind_the_scenes() -> None:
    split = changed(change("detach_evidence", "c8", "e16"))
    assert card(changed(change("attach_evidence", "c8", "s3"), journey=split), "c8").evidence == ("e16",)


def test_a_new_stage_never_takes_an_id_that_another_one_has_or_had() -> None:
    first = changed(change("add_stage", text="Buy again"), change("add_stage", text="Buy, again!"))
    assert [item.id for item in first.stages][-2:] == ["buy_again", "buy_again_2"]
    renamed = changed(change("rename_stage", "buy", text="Order"), change("add_stage", text="Buy"))
    assert renamed.stages[-1].id == "buy_2"


def test_a_speaker_named_with_the_file_moves_from_that_file_alone() -> None:
    after = changed(change("move_speaker", to="p2", text="d.md: Ana"))
    assert [persona.members for persona in after.personas] == [
        (ANA, EVA),
        (BEN, Member(source="d.md", speaker="Ana"), LEO),
    ]


def test_returns_from_merged_stages_are_one_and_their_people_are_counted_once() -> None:
    after = changed(change("set_goal", text="x"), change("merge_stages", "find", "buy", to="buy"))
    assert after.transitions == (
        Transition.model_validate({"from": "use", "to": "buy", "people": 2, "evidence": ("e6", "e1")}),
    )


def test_words_are_kept_on_one_line_without_what_cannot_be_seen() -> None:
    after = changed(change("edit_title", "c1", text=" A\x1b[31m red \u202e\n title👩‍👧 "))
    assert card(after, "c1").title == "A[31m red title👩‍👧"


def test_what_is_untouched_is_the_very_same_object() -> None:
    before = small_map()
    after = changed(change("edit_title", "c1", text=KIND + PRICE + FOUND))
    assert all(new is old for new, old in zip(after.cards[1:], before.cards[1:], strict=True))
    assert all(new is old for new, old in zip(after.evidence, before.evidence, strict=True))
    assert all(new is old for new, old in zip(after.stages, before.stages, strict=True))


def test_a_quote_that_lay_loose_stands_where_its_new_card_stands() -> None:
    # Off a pain point of `use`, onto a need of `buy`; e10 stays on a card of its own.
    after = changed(change("detach_evidence", "c5", "e8"), change("attach_evidence", "c3", "e8", "e10"))
    labels = {item.id: (item.stage, item.lane, item.confidence) for item in after.evidence}
    assert labels["e8"] == ("buy", "need", None)
    assert labels["e10"] == ("use", "pain_point", None)
    assert {item.id: item.stage for item in small_map().evidence}["e8"] == "use"
