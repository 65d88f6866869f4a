from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drafting.material import FRAME, Said, document, seen

from journeyai.drafting.grounding import Point, ground
from journeyai.drafting.regrouping import regrouped
from journeyai.drafting.themes import MOST_AGAINST, Theme
from journeyai.engines.engine import Candidate, Frame, Regrouped
from journeyai.engines.scripted import ScriptedEngine
from journeyai.model.aliases import Progress
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane


@dataclass
class Regrouping(ScriptedEngine):
    """Regroups as it is told to, and remembers what it was shown."""

    answer: Sequence[Regrouped] | None
    shown: list[Candidate] = field(default_factory=list)

    def regroup(
        self, candidates: Sequence[Candidate], frame: Frame, progress: Progress
    ) -> Sequence[Regrouped] | None:
        self.shown += candidates
        return self.answer


def silent(done: int, total: int) -> None:
    """Tell nobody."""


DOCUMENTS = [document(f"{who}.md", Said(who, [f"Said {n} by {who}." for n in range(6)])) for who in "abcdefg"]


def point(who: str, number: int, lane: Lane = "pain_point", stage: int = 0, gist: str = "late") -> Point:
    item: Document = next(d for d in DOCUMENTS if d.source == f"{who}.md")
    told = replace(seen(item, number, lane, stage, -1), gist=gist)
    return ground([told], {item.key: item}).points[0]


LATE = Theme("pain_point", 1, (point("a", 0, stage=1), point("b", 0, stage=1), point("a", 1, stage=1)))
SLOW = Theme("pain_point", 2, (point("c", 0, stage=2), point("d", 0, stage=2), point("a", 2, stage=2)))
KIND = Theme("delight", 0, (point("a", 3, "delight"), point("e", 0, "delight")))


def told(themes: Sequence[Theme]) -> list[tuple[str | None, Lane, int, int, int, list[str]]]:
    """Return title, lane, stage, people, documents and quotes of each theme."""
    return [
        (t.title, t.lane, t.stage, t.people, t.documents, [p.quote[5:-1] for p in t.points]) for t in themes
    ]


def test_an_engine_is_shown_gists_stages_and_lanes_and_no_quotes() -> None:
    engine = Regrouping(None)
    unsaid = Theme("need", 1, (point("a", 4, "need", 1, gist=""), point("b", 4, "need", 1, gist="lift")))
    assert regrouped([LATE, unsaid], engine, FRAME, silent) == [LATE, unsaid]
    assert engine.shown == [
        Candidate("pain_point", "Buy", ("late", "late", "late")),
        Candidate("need", "Buy", ("", "lift")),
    ]


def test_nothing_is_not_asked_about() -> None:
    engine = Regrouping([Regrouped("Ghost", ((0, 0),))])
    assert regrouped([], engine, FRAME, silent) == []
    assert engine.shown == []


def test_merged_themes_are_counted_and_placed_anew_and_each_ones_typical_points_come_first() -> None:
    every = tuple((row, place) for row in (0, 1) for place in range(3))
    found = regrouped([LATE, SLOW, KIND], Regrouping([Regrouped(" Comes\n late ", every)]), FRAME, silent)
    assert told(found) == [
        (None, "delight", 0, 2, 2, ["3 by a", "0 by e"]),
        # Four people: a votes half for each stage, b for the first, c and d for the second.
        ("Comes late", "pain_point", 2, 4, 4, ["0 by a", "0 by c", "0 by b", "0 by d", "1 by a", "2 by a"]),
    ]


def test_a_split_theme_has_its_people_and_stage_counted_anew() -> None:
    mixed = Theme("pain_point", 1, (point("a", 0, stage=1), point("b", 0, stage=1), point("c", 0, stage=2)))
    found = regrouped(
        [mixed],
        Regrouping([Regrouped("Bill wrong", ((0, 2),)), Regrouped("Comes late", ((0, 1), (0, 0)))]),
        FRAME,
        silent,
    )
    assert told(found) == [
        ("Comes late", "pain_point", 1, 2, 2, ["0 by a", "0 by b"]),
        ("Bill wrong", "pain_point", 2, 1, 1, ["0 by c"]),
    ]


def test_what_the_engine_passes_over_stays_where_it_was_under_its_own_words() -> None:
    found = regrouped([LATE, SLOW], Regrouping([Regrouped("Both", ((0, 0), (1, 0)))]), FRAME, silent)
    assert told(found) == [
        ("Both", "pain_point", 1, 2, 2, ["0 by a", "0 by c"]),
        (None, "pain_point", 1, 2, 2, ["0 by b", "1 by a"]),
        (None, "pain_point", 2, 2, 2, ["0 by d", "2 by a"]),
    ]


def test_lanes_are_never_mixed() -> None:
    mixing = Regrouped("All", ((0, 0), (1, 0), (0, 1), (1, 1), (0, 2)))
    found = regrouped([LATE, KIND], Regrouping([mixing]), FRAME, silent)
    assert told(found) == [
        (None, "delight", 0, 2, 2, ["3 by a", "0 by e"]),
        ("All", "pain_point", 1, 2, 2, ["0 by a", "0 by b", "1 by a"]),
    ]


@pytest.mark.parametrize(
    "places",
    [
        pytest.param((), id="none"),
        pytest.param(((9, 0), (0, 9), (-1, 0), (0, -1)), id="nowhere"),
    ],
)
def test_places_that_are_not_there_are_ignored(places: tuple[tuple[int, int], ...]) -> None:
    assert regrouped([LATE], Regrouping([Regrouped("Ghost", places)]), FRAME, silent) == [LATE]


def test_a_point_named_twice_is_of_the_first_theme_and_counted_once() -> None:
    twice = [Regrouped("First", ((0, 0), (0, 0), (0, 2))), Regrouped("Second", ((0, 0), (0, 1)))]
    assert told(regrouped([LATE], Regrouping(twice), FRAME, silent)) == [
        ("First", "pain_point", 1, 1, 1, ["0 by a", "1 by a"]),
        ("Second", "pain_point", 1, 1, 1, ["0 by b"]),
    ]


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        pytest.param("", None, id="empty"),
        pytest.param(" \n\t ", None, id="blank"),
        pytest.param("x" * 500, "x" * 120, id="endless"),
    ],
)
def test_a_title_is_one_line_of_bounded_length_or_still_to_be_found(title: str, kept: str | None) -> None:
    (found,) = regrouped([LATE], Regrouping([Regrouped(title, ((0, 0), (0, 1), (0, 2)))]), FRAME, silent)
    assert found.title == kept


def test_what_speaks_against_a_theme_speaks_against_what_becomes_of_it() -> None:
    praise = [point(who, 5, "delight") for who in "abcdefg"]
    one, other = replace(LATE, against=tuple(praise[:3])), replace(SLOW, against=tuple(praise[2:]))
    (merged,) = regrouped(
        [one, other],
        Regrouping([Regrouped("Late", tuple((r, p) for r in (0, 1) for p in range(3)))]),
        FRAME,
        silent,
    )
    assert merged.against == tuple(praise[:MOST_AGAINST])
    halves = regrouped([one], Regrouping([Regrouped("Late", ((0, 0),))]), FRAME, silent)
    assert [half.against for half in halves] == [tuple(praise[:3])] * 2


numbers = st.integers(-2, 7)
groups = st.lists(
    st.builds(Regrouped, st.text(max_size=6), st.lists(st.tuples(numbers, numbers), max_size=9).map(tuple)),
    max_size=6,
)


@settings(deadline=None)
@given(
    groups, st.lists(st.sampled_from(["pain_point", "delight", "need"]), min_size=1, max_size=4), st.data()
)
def test_no_point_is_lost_or_doubled_whatever_an_engine_returns(
    answer: list[Regrouped], lanes: list[Lane], data: st.DataObject
) -> None:
    themes = [
        Theme(
            lane,
            stage := data.draw(st.integers(0, 2)),
            tuple(
                point(who, number, lane, stage)
                for number, who in enumerate(data.draw(st.text("abcdefg", min_size=1, max_size=5)))
            ),
        )
        for lane in lanes
    ]
    # The same words may stand in two themes of a test, never in two of a study: told apart by identity.
    found = regrouped(themes, Regrouping(answer), FRAME, silent)
    before = sorted(id(p) for theme in themes for p in theme.points)
    assert sorted(id(p) for theme in found for p in theme.points) == before
    assert all(p.lane == theme.lane for theme in found for p in theme.points)
    assert all(theme.points for theme in found)
    assert [theme.lane for theme in found] == sorted(theme.lane for theme in found)
    assert regrouped(themes, Regrouping(answer), FRAME, silent) == found
