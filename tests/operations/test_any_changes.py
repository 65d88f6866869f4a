"""What holds after any changes, valid or refused, in any order."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import prove
from tests.operations.small import documents, ground, small_map

from journeyai.model.changes import CHANGE_KINDS, CHANGES, LABELS, Change, Destination, Part
from journeyai.model.journey import Card, JourneyMap
from journeyai.operations.apply import apply
from journeyai.operations.figures import recount
from journeyai.operations.ground import RefusedError

IDS: dict[Part, Sequence[str]] = {
    "stage": ("find", "buy", "use", "leave", "new", "nowhere"),
    "card": tuple(f"c{number}" for number in range(1, 16)),
    "persona": ("p1", "p2", "p3"),
    "evidence": (*(f"e{number}" for number in range(1, 22)), "s1", "s2", "s3", "s4"),
}
TO: dict[Destination, Sequence[str]] = {
    "stage": IDS["stage"],
    "place": (*IDS["stage"], "start", "end"),
    "persona": IDS["persona"],
    "target": (),
    "lane": ("pain_point", "delight", "need", "opportunity", "measure", "rage"),
    "severity": ("1", "3", "9"),
    "emotion": ("joy", "anger"),
    "scope": LABELS["scope"],
    "criterion": (*LABELS["criterion"], "pretty"),
    "progress": (*LABELS["progress"], "soon"),
}
WORDS = ("New", "Use", "Ana", "a.md: Ana", "Eva", "Ben", "R1", "future", "high", "low", "", "  ", "x" * 300)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Return a change that is mostly sound: of the right shape, with ids most of which are on the map."""
    kind = draw(st.sampled_from(CHANGE_KINDS))
    needs = CHANGES[kind]
    targets: list[str] = []
    if needs.targets is not None:
        most = min(needs.most, 3)
        targets = draw(st.lists(st.sampled_from(IDS[needs.targets]), min_size=needs.least, max_size=most))
    if needs.more is not None:
        targets += draw(st.lists(st.sampled_from(IDS[needs.more]), max_size=3))
    to = None
    if needs.to is not None:
        choices = targets if needs.to == "target" else TO[needs.to]
        to = (
            draw(st.none() | st.sampled_from(choices))
            if not needs.needs_to
            else draw(st.sampled_from(choices))
        )
    text = draw(st.sampled_from(WORDS)) if needs.text != "none" else None
    return Change(kind, tuple(targets), to, text)


#: A change that must not be refused for its shape alone, so that what it does is met often enough.
LIKELY = st.one_of(
    st.builds(
        lambda kind, cards: Change(kind, tuple(cards), cards[0] if kind == "merge_cards" else None),
        st.sampled_from(["merge_cards", "accept", "reject", "lock", "unlock", "remove_card"]),
        st.lists(st.sampled_from(IDS["card"][:11]), min_size=2, max_size=2, unique=True),
    ),
    st.builds(
        lambda card, stage: Change("move_card", (card,), stage),
        st.sampled_from(IDS["card"][:11]),
        st.sampled_from(IDS["stage"][:4]),
    ),
    st.builds(
        lambda kind, card, quote: Change(kind, (card, quote), None, "A part"),
        st.sampled_from(["split_card", "attach_evidence", "detach_evidence"]),
        st.sampled_from(IDS["card"][3:7]),
        st.sampled_from(IDS["evidence"]),
    ),
    st.builds(
        lambda stages: Change("merge_stages", tuple(stages), stages[0], "One"),
        st.lists(st.sampled_from(IDS["stage"][:4]), min_size=2, max_size=3, unique=True),
    ),
)


@settings(max_examples=150, deadline=None)
@given(asked=st.lists(st.lists(LIKELY | changes(), min_size=1, max_size=3), min_size=1, max_size=6))
def test_after_any_changes_the_map_is_proved_and_what_they_do_not_touch_is_the_same(
    asked: list[list[Change]],
) -> None:
    journey = small_map()
    for together in asked:
        text = journey.to_json()
        try:
            after = apply(journey, together, ground(journey))
        except RefusedError:
            assert journey.to_json() == text
            continue
        assert journey.to_json() == text, "the map before is as it was"
        assert after != journey
        assert JourneyMap.from_json(after.to_json()) == after
        assert [finding.problem for finding in prove(after, documents()).findings] == []
        assert recount(after, ground(after)) == after, "what is counted, is counted of the map as it stands"
        assert [stage.order for stage in after.stages] == list(range(1, len(after.stages) + 1))
        assert _points_at_what_is_there(after)
        _check_untouched(journey, after, together)
        journey = after


def _points_at_what_is_there(journey: JourneyMap) -> bool:
    stages = {stage.id for stage in journey.stages}
    personas = {persona.id for persona in journey.personas}
    ends = {end for move in journey.transitions for end in (move.from_, move.to)}
    return (
        {item.stage for item in journey.evidence} | ends | {card.stage for card in journey.cards} <= stages
        and {id_ for card in journey.cards for id_ in card.personas} <= personas
        and all(not set(card.evidence) & set(card.against) for card in journey.cards)
        and all(card.severity is None or card.lane == "pain_point" for card in journey.cards)
        and all(card.assumption == (not card.evidence) for card in journey.cards)
        and all(
            card.lane == "opportunity" or (card.judged, card.progress) == (None, None)
            for card in journey.cards
        )
    )


def _check_untouched(before: JourneyMap, after: JourneyMap, together: list[Change]) -> None:
    """Check that cards which no change names differ at most in where they stand and whose they are."""
    named = {id_ for change in together for id_ in change.targets}
    kinds = {change.kind for change in together}
    free: set[str] = set()
    if kinds & {"merge_stages", "remove_stage"}:
        # A stage that goes hands its cards on; whoever moves one by removing its stage has edited it.
        free |= {"stage", "status"}
    if kinds & {"merge_personas", "move_speaker"}:
        free.add("personas")
    if kinds & {"set_grade", "set_progress"}:
        # What comes first is a matter of all opportunities.
        free.add("judged")
    now = {card.id: card for card in after.cards}
    for card in before.cards:
        if card.id not in named:
            assert _without(card, free) == _without(now[card.id], free)


def _without(card: Card, fields: set[str]) -> str:
    return card.model_dump_json(exclude=fields)
