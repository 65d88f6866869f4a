from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.drafting.material import Said, document

from journeyai.drafting.frame import make_frame, own_stages
from journeyai.engines.engine import Frame, PersonaFacts
from journeyai.engines.local.engine import BATCH, NEGATIVE, POSITIVE, LocalEngine
from journeyai.engines.local.heads import load_heads
from journeyai.engines.local.lanes import candidates
from journeyai.engines.local.stages import StageSorter
from journeyai.knowledge.templates import load_template
from journeyai.model.aliases import Vectors, VectorSource
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import LIFECYCLE
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings


@pytest.fixture(scope="module")
def encode() -> VectorSource:
    encoder = make_encoder(SearchSettings())
    known: dict[str, Vectors] = {}

    def vectors(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encoder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return vectors


FRAME = make_frame(load_template("cx-lifecycle"), "en", [], [])


def observe(encode: VectorSource, *documents: Document, frame: Frame = FRAME) -> list[Observation]:
    return list(LocalEngine(encode).observe(documents, frame, lambda done, total: None))


def one(encode: VectorSource, sentence: str, language: str = "en") -> Observation | None:
    found = observe(encode, document("a.md", Said("P1", [sentence]), language=language))
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
def test_plain_cases_are_read_as_people_read_them(encode: VectorSource, sentence: str, lane: str) -> None:
    found = one(encode, sentence)
    assert found is not None
    assert found.lane == lane
    assert (found.valence < 0) == (lane == "pain_point")
    assert found.emotion in (NEGATIVE if lane == "pain_point" else POSITIVE)


@pytest.mark.parametrize(
    "sentence", ["Hello there, good morning.", "Yes, exactly.", "Sí, claro, eso es.", "Ok, thanks, bye."]
)
def test_small_talk_says_nothing(encode: VectorSource, sentence: str) -> None:
    assert one(encode, sentence) is None


TALK = document(
    "a.txt",
    Said("Agent", ["I hate that the van is late.", "We will send a technician tomorrow."], role="agent"),
    Said("Mo", ["What did you hate about the delivery?"], role="researcher"),
    Said("P1", ["The delivery was late twice and I was furious.", "OK.", "Terrible!"]),
    Said("P1", ["1"], measure=Measure("stars", 1, 1, 5)),
    Said(None, ["P1 has left the chat."], role="system"),
    kind="chat",
)


def test_only_words_that_may_be_evidence_are_read() -> None:
    assert [item.utterance.text for item in candidates(TALK)] == [
        "I hate that the van is late.",
        "We will send a technician tomorrow.",
        "The delivery was late twice and I was furious.",
        "Terrible!",
    ]
    assert candidates(replace(TALK, duplicate_of=("b.txt", None))) == []


def test_an_agent_feels_nothing_on_the_map(encode: VectorSource) -> None:
    staff = [item for item in observe(encode, TALK) if item.utterances[0] in {0, 1}]
    assert {item.lane for item in staff} <= {"touchpoint", "back_stage"}


def test_what_is_observed_keeps_to_its_scales(encode: VectorSource) -> None:
    found = observe(encode, TALK)
    assert found
    for item in found:
        assert len(item.stages) == 7
        assert sum(item.stages) == pytest.approx(1, abs=1e-3)
        assert -2 <= item.valence <= 2
        assert 0 <= item.confidence <= 1
        assert 0 <= item.emotion_confidence <= 1


def test_the_same_words_are_read_the_same_alone_and_in_company(encode: VectorSource) -> None:
    others = [
        document(f"{n}.md", Said("P", [f"The parcel number {n} came too late again."])) for n in range(40)
    ]
    alone = observe(encode, TALK)
    company = [
        item for item in observe(encode, *others[:20], TALK, *others[20:]) if item.document == TALK.key
    ]
    assert company == alone


def test_more_than_a_batch_is_read_in_order(encode: VectorSource) -> None:
    many = [
        document("a.md", Said("P", ["The parcel came late again today."] * (BATCH // 2 + 50)))
        for _ in range(3)
    ]
    many = [replace(item, source=f"{number}.md") for number, item in enumerate(many)]
    told: list[tuple[int, int]] = []
    found = list(LocalEngine(encode).observe(many, FRAME, lambda done, total: told.append((done, total))))
    assert [item.document[0] for item in found] == sorted(item.document[0] for item in found)
    assert told[-1] == (3, 3)


def test_nothing_to_read_is_nothing_observed(encode: VectorSource) -> None:
    assert observe(encode) == []
    assert observe(encode, document("a.md", Said("Mo", ["So?"], role="researcher"))) == []


def test_a_low_rating_turns_a_doubtful_sentence_down(encode: VectorSource) -> None:
    def rated(stars: float) -> float:
        sentence = Said("R1", ["The delivery took four days."])
        item = document(
            "r.csv", Said("R1", [str(stars)], measure=Measure("stars", stars, 1, 5)), sentence, kind="review"
        )
        return sum(found.valence for found in observe(encode, item))

    assert rated(1) <= rated(5)


def test_the_users_own_stages_are_told_apart_by_their_words(encode: VectorSource) -> None:
    frame = Frame("hotjar", "en", own_stages(["Choosing a bicycle", "Paying by card"], "en"), FRAME.lanes)
    (found,) = observe(
        encode, document("a.md", Said("P1", ["My card payment was refused three times."])), frame=frame
    )
    assert found.stages[1] > found.stages[0]


def test_a_story_never_runs_backwards(encode: VectorSource) -> None:
    steps = [
        "I read about it.",
        "I bought it online.",
        "I read about it again.",
        "It arrived broken.",
        "I told a friend.",
    ]
    story = document("s.txt", *(Said("Me", [text], step=n) for n, text in enumerate(steps, 1)))
    found = [item for item in observe(encode, story) if item.lane == "touchpoint"]
    assert [item.utterances for item in found] == [(n,) for n in range(5)]
    stages = [item.stages.index(1.0) for item in found]
    assert stages == sorted(stages)


def test_stage_weights_are_shares_whatever_the_template(encode: VectorSource) -> None:
    sentence = document("a.md", Said("P1", ["x", "y", "z"]))
    where = [(sentence, sentence.turns[0])] * 3
    lifecycle = np.eye(7, dtype=np.float32)[:3]
    for name in ("cx-lifecycle", "hubspot", "asana", "seven-steps", "questionpro", "qualtrics", "hotjar"):
        frame = make_frame(load_template(name), "en", [], [])
        weights = StageSorter(frame, encode).weights(where, lifecycle, encode(["x", "y", "z"]), LIFECYCLE)
        assert weights.shape == (3, len(frame.stages))
        assert np.allclose(weights.sum(axis=1), 1, atol=1e-4)


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
