from dataclasses import replace
from pathlib import Path

import pytest
from evals.vectors import shipped_vectors
from tests.drafting.material import Said, document

from journeyai.drafting.frame import make_frame, own_stages
from journeyai.engines.engine import Frame, PersonaFacts
from journeyai.engines.local.engine import (
    BATCH,
    MOST_THOROUGH,
    NEGATIVE,
    POSITIVE,
    THOROUGH_BATCH,
    LocalEngine,
)
from journeyai.engines.local.heads import load_heads
from journeyai.engines.local.reader.reader import load_reader
from journeyai.knowledge.templates import load_template
from journeyai.model.aliases import VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import LIFECYCLE
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import Reading, SearchSettings

READINGS: tuple[Reading, ...] = ("quick", "thorough")


@pytest.fixture(params=READINGS)
def reading(request: pytest.FixtureRequest) -> Reading:
    way: Reading = request.param
    return way


@pytest.fixture(scope="module")
def encode() -> VectorSource:
    return shipped_vectors()


FRAME = make_frame(load_template("cx-lifecycle"), "en", [], [])


def observe(
    encode: VectorSource, *documents: Document, frame: Frame = FRAME, reading: Reading = "quick"
) -> list[Observation]:
    return list(LocalEngine(encode, reading).observe(documents, frame, lambda done, total: None))


def one(encode: VectorSource, sentence: str, reading: Reading) -> Observation | None:
    found = observe(encode, document("a.md", Said("P1", [sentence])), reading=reading)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("sentence", "lane"),
    [
        ("The refund never arrived and nobody answered my e-mails.", "pain_point"),
        ("Me cobraron dos veces y nadie contesta al teléfono.", "pain_point"),
        ("It was delivered a day early and the driver was lovely.", "delight"),
        ("Me encantó lo fácil que fue darse de alta.", "delight"),
    ],
)
def test_plain_cases_are_read_as_people_read_them(
    encode: VectorSource, sentence: str, lane: str, reading: Reading
) -> None:
    found = one(encode, sentence, reading)
    assert found is not None
    assert found.lane == lane
    assert (found.valence < 0) == (lane == "pain_point")
    assert found.emotion in (NEGATIVE if lane == "pain_point" else POSITIVE)


@pytest.mark.parametrize(
    "sentence", ["Hello there, good morning.", "Yes, exactly.", "Sí, claro, eso es.", "Ok, thanks, bye."]
)
def test_small_talk_says_nothing(encode: VectorSource, sentence: str, reading: Reading) -> None:
    assert one(encode, sentence, reading) is None


TALK = document(
    "a.txt",
    Said("Agent", ["I hate that the van is late.", "We will send a technician tomorrow."], role="agent"),
    Said("Mo", ["What did you hate about the delivery?"], role="researcher"),
    Said("P1", ["The delivery was late twice and I was furious.", "OK.", "Terrible!"]),
    Said("P1", ["1"], measure=Measure("stars", 1, 1, 5)),
    Said(None, ["P1 has left the chat."], role="system"),
    kind="chat",
)


def test_an_agent_feels_nothing_on_the_map(encode: VectorSource, reading: Reading) -> None:
    staff = [item for item in observe(encode, TALK, reading=reading) if item.utterances[0] in {0, 1}]
    assert {item.lane for item in staff} <= {"touchpoint", "back_stage"}


def test_what_is_observed_keeps_to_its_scales(encode: VectorSource, reading: Reading) -> None:
    found = observe(encode, TALK, reading=reading)
    assert found
    for item in found:
        assert len(item.stages) == 7
        assert sum(item.stages) == pytest.approx(1, abs=1e-3)
        assert -2 <= item.valence <= 2
        assert item.confidence is not None
        assert 0 <= item.confidence <= 1
        assert 0 <= item.emotion_confidence <= 1


def plain(item: Observation) -> tuple[object, ...]:
    return item.document, item.utterances, item.lane, item.emotion, item.channel


def test_the_same_words_are_read_the_same_alone_and_in_company(
    encode: VectorSource, reading: Reading
) -> None:
    others = [
        document(f"{n}.md", Said("P", [f"The parcel number {n} came too late again."])) for n in range(40)
    ]
    load_reader().known.clear()
    alone = observe(encode, TALK, reading=reading)
    load_reader().known.clear()
    company = [
        item
        for item in observe(encode, *others[:20], TALK, *others[20:], reading=reading)
        if item.document == TALK.key
    ]
    assert [plain(item) for item in company] == [plain(item) for item in alone]
    for together, apart in zip(company, alone, strict=True):
        # The reader adds up in another order beside longer neighbours.
        assert together.stages == pytest.approx(apart.stages, abs=1e-3)
        assert together.valence == pytest.approx(apart.valence, abs=0.011)
        assert together.confidence == pytest.approx(apart.confidence, abs=1e-3)


def test_the_same_documents_are_read_the_same_twice(encode: VectorSource, reading: Reading) -> None:
    first = observe(encode, *LONG, reading=reading)
    load_reader().known.clear()
    assert observe(encode, *LONG, reading=reading) == first


LONG = [
    document(
        f"{name}.md",
        Said("Mo", ["How was it?"], role="researcher"),
        Said("P", ["The refund took six weeks.", "Six weeks!", "I rang and rang.", "Nobody ever answers."]),
        Said("P", ["The app is lovely though.", "It is quick and I like it.", "I want to pay by card."]),
    )
    for name in "abc"
]


def test_every_passage_is_told_once_and_joined_only_to_its_neighbour_in_the_turn(
    encode: VectorSource, reading: Reading
) -> None:
    found = observe(encode, *LONG, TALK, reading=reading)
    by_key = {item.key: item for item in (*LONG, TALK)}
    told = [(item.document, number) for item in found for number in item.utterances]
    assert len(told) == len(set(told))
    for item in found:
        inside = [by_key[item.document].utterances[number] for number in item.utterances]
        assert item.utterances == tuple(range(inside[0].number, inside[-1].number + 1))
        assert len({utterance.turn for utterance in inside}) == 1
    assert [item.document for item in found] == sorted((item.document for item in found), key=[*by_key].index)


def test_more_than_a_batch_is_read_in_order(encode: VectorSource, reading: Reading) -> None:
    size = {"quick": BATCH, "thorough": THOROUGH_BATCH}[reading]
    many = [
        document(f"{number}.md", Said("P", ["The parcel came late again today."] * (size // 2 + 5)))
        for number in range(3)
    ]
    told: list[tuple[int, int]] = []
    engine = LocalEngine(encode, reading)
    found = list(engine.observe(many, FRAME, lambda done, total: told.append((done, total))))
    assert {item.document[0] for item in found} == {"0.md", "1.md", "2.md"}
    assert [item.document[0] for item in found] == sorted(item.document[0] for item in found)
    assert told == [(2, 3), (3, 3)]


def test_a_large_study_is_read_quickly_and_a_small_one_thoroughly(encode: VectorSource) -> None:
    small = document("a.md", Said("P", ["The parcel came late again today."] * 3))
    large = document("b.md", Said("P", ["The parcel came late again today."] * (MOST_THOROUGH - 2)))
    assert {item.vector is None for item in observe(encode, small, reading="auto")} == {False}
    assert {item.vector is None for item in observe(encode, small, large, reading="auto")} == {True}


def test_nothing_to_read_is_nothing_observed(encode: VectorSource, reading: Reading) -> None:
    assert observe(encode, reading=reading) == []
    assert observe(encode, document("a.md", Said("Mo", ["So?"], role="researcher")), reading=reading) == []


def test_a_low_rating_turns_a_doubtful_sentence_down(encode: VectorSource, reading: Reading) -> None:
    def rated(stars: float) -> float:
        sentence = Said("R1", ["The delivery took four days."])
        item = document(
            "r.csv", Said("R1", [str(stars)], measure=Measure("stars", stars, 1, 5)), sentence, kind="review"
        )
        return sum(found.valence for found in observe(encode, item, reading=reading))

    assert rated(1) <= rated(5)


def test_the_users_own_stages_are_told_apart_by_their_words(encode: VectorSource, reading: Reading) -> None:
    frame = Frame("hotjar", "en", own_stages(["Choosing a bicycle", "Paying by card"], "en"), FRAME.lanes)
    (found,) = observe(
        encode,
        document("a.md", Said("P1", ["My card payment was refused three times."])),
        frame=frame,
        reading=reading,
    )
    assert found.stages[1] > found.stages[0]


def test_a_story_never_runs_backwards(encode: VectorSource, reading: Reading) -> None:
    steps = [
        "I read about it.",
        "I bought it online.",
        "I read about it again.",
        "It arrived broken.",
        "I told a friend.",
    ]
    story = document("s.txt", *(Said("Me", [text], step=n) for n, text in enumerate(steps, 1)))
    found = [item for item in observe(encode, story, reading=reading) if item.lane == "touchpoint"]
    assert [item.utterances for item in found] == [(n,) for n in range(5)]
    stages = [item.stages.index(1.0) for item in found]
    assert stages == sorted(stages)


def test_the_shipped_heads_fit_this_version() -> None:
    heads = load_heads()
    assert heads.encoder == make_encoder(SearchSettings()).id
    assert set(heads.labels["stage"]) == set(LIFECYCLE)
    assert len(heads.bias) == sum(len(labels) for labels in heads.labels.values())


FACTS = PersonaFacts("en", 3, ("A",), ("B",), (), (), ("Use", "Support"), ("phone",), ("battery", "charger"))


@pytest.mark.parametrize("language", ["en", "es", "fr"])
@pytest.mark.parametrize("size", [1, 2])
def test_a_persona_is_described_from_its_facts_alone(encode: VectorSource, language: str, size: int) -> None:
    engine = LocalEngine(encode)
    full = engine.describe(replace(FACTS, language=language, size=size))
    assert full.name
    assert "battery" in full.summary
    bare = engine.describe(PersonaFacts(language, size, (), (), (), (), (), (), ()))
    assert bare.name
    assert "None" not in bare.summary


def test_the_engine_keeps_no_file_open(encode: VectorSource, tmp_path: Path) -> None:
    assert LocalEngine(encode).model is None
