from collections.abc import Iterator, Mapping, Sequence

import pytest
from tests.drafting.material import FRAME, Said, document, draw, files_of, seen, silent, vectors

from journeyai.drafting.pipeline import Order, draft
from journeyai.drafting.stability import with_stability
from journeyai.engines.engine import Frame
from journeyai.engines.scripted import ScriptedEngine
from journeyai.model.aliases import Progress
from journeyai.model.journey import Card, JourneyMap, Scope
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey, Measure

STARS = Measure("stars", 1, 1, 5)
TALKS = [
    document(
        f"{who}.md", Said(who, ["Refunds take weeks.", "For ever and a day.", "The driver was ever so kind."])
    )
    for who in "abc"
]


class Wavering(ScriptedEngine):
    """Says something else whenever it reads again."""

    def __init__(
        self, script: Mapping[DocumentKey, Sequence[Observation]], runs: Sequence[Sequence[Observation]]
    ) -> None:
        super().__init__(script)
        self.runs = runs
        self.repeats: list[int] = []

    def observe_again(
        self, documents: Sequence[Document], frame: Frame, progress: Progress, repeat: int
    ) -> Iterator[Observation]:
        self.repeats.append(repeat)
        for done, item in enumerate(documents, 1):
            yield from (found for found in self.runs[repeat - 1] if found.document == item.key)
            progress(done, len(documents))


def script_of(observations: Sequence[Observation]) -> dict[DocumentKey, list[Observation]]:
    script: dict[DocumentKey, list[Observation]] = {}
    for item in observations:
        script.setdefault(item.document, []).append(item)
    return script


FIRST = [seen(item, 0, "pain_point", 1, -1) for item in TALKS]


def marks(*runs: Sequence[Observation], drawn: Sequence[Observation] = FIRST) -> list[float | None]:
    journey = draw(TALKS, drawn).journey
    engine = Wavering(script_of(drawn), runs)
    cards = with_stability(
        journey.cards, journey.evidence, TALKS, FRAME, engine, len(runs), lambda done, total: None
    )
    assert engine.repeats == list(range(1, len(runs) + 1))
    return [card.stability for card in cards if card.lane != "opportunity"]


A = TALKS[0]


@pytest.mark.parametrize(
    ("again", "mark"),
    [
        pytest.param(FIRST, 1.0, id="all speakers"),
        pytest.param(FIRST[:2], 1.0, id="two of three"),
        pytest.param(FIRST[:1], 0.0, id="one of three"),
        pytest.param([], 0.0, id="nobody"),
        pytest.param([seen(t, 0, "need") for t in TALKS], 0.0, id="another lane"),
        pytest.param([seen(t, 2, "pain_point") for t in TALKS], 0.0, id="other words"),
        pytest.param([seen(t, (0, 1), "pain_point") for t in TALKS], 1.0, id="a longer passage"),
        pytest.param(
            [seen(t, 0, "pain_point", 2, 2, "joy") for t in TALKS], 1.0, id="other stage and feeling"
        ),
        pytest.param([seen(t, 0, "pain_point") for t in (A, A, A)], 0.0, id="one speaker three times"),
        pytest.param([seen(t, (0, 9), "pain_point") for t in TALKS], 0.0, id="lines that are not there"),
    ],
)
def test_a_card_is_found_again_by_half_of_its_speakers_in_its_lane(
    again: list[Observation], mark: float
) -> None:
    assert marks(again) == [mark]


def test_the_mark_is_the_share_of_runs() -> None:
    assert marks(FIRST, [], FIRST) == [0.67]
    assert marks([], FIRST) == [0.5]


def test_one_quote_of_a_speaker_who_says_it_twice_is_enough() -> None:
    said = document("twice.md", Said("d", ["Refunds take weeks.", "Refunds take weeks!"]))
    drawn = [seen(said, 0, "pain_point", 1, -1), seen(said, 1, "pain_point", 1, -1)]
    journey = draw([said], drawn).journey
    assert [card.mentions for card in journey.cards] == [2]
    for again in drawn:
        engine = Wavering({}, [[again]])
        (card,) = with_stability(
            journey.cards, journey.evidence, [said], FRAME, engine, 1, lambda done, total: None
        )
        assert card.stability == 1.0


def rated() -> tuple[list[Document], list[Observation]]:
    documents = [
        document(
            f"r{n}.csv",
            Said("R", ["Refunds take weeks, I lost my money."], person=f"p{n}"),
            Said("R", ["1"], person=f"p{n}", measure=STARS),
            kind="review",
        )
        for n in range(6)
    ]
    return documents, [seen(item, 0, "pain_point", 1, -2, "anger") for item in documents]


def drawn_twice(stability: int, *, wavering: bool) -> JourneyMap:
    documents, observations = rated()
    script = script_of(observations)
    engine = Wavering(script, [observations, []]) if wavering else ScriptedEngine(script)
    order = Order("T", "G", Scope(), FRAME, 0, "0", "2026-11-21T10:00:00+00:00", stability)
    return draft(order, files_of(documents), documents, engine, vectors, silent).journey


def lanes(cards: Sequence[Card]) -> dict[str, float | None]:
    return {card.lane: card.stability for card in cards}


@pytest.mark.parametrize(
    ("wavering", "mark"),
    [pytest.param(True, 0.5, id="found in one of two"), pytest.param(False, 1.0, id="deterministic")],
)
def test_what_is_counted_or_proposed_has_no_mark(wavering: bool, mark: float) -> None:
    assert lanes(drawn_twice(2, wavering=wavering).cards) == {
        "pain_point": mark,
        "opportunity": None,
        "measure": None,
    }


def test_without_re_runs_nothing_is_marked() -> None:
    assert set(lanes(drawn_twice(0, wavering=True).cards).values()) == {None}


def test_progress_runs_on_over_all_runs() -> None:
    told: list[tuple[int, int]] = []
    journey = draw(TALKS, FIRST).journey
    engine = Wavering(script_of(FIRST), [FIRST, FIRST])
    with_stability(
        journey.cards,
        journey.evidence,
        TALKS,
        FRAME,
        engine,
        2,
        lambda done, total: told.append((done, total)),
    )
    assert told == [(n, 6) for n in range(1, 7)]
