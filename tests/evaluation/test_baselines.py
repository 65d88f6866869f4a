"""The baselines know what they say they know, and nothing else."""

from collections.abc import Sequence
from functools import cache

import pytest
from tests.drafting.material import Said, document

from journeyai.drafting.frame import make_frame
from journeyai.engines.engine import Engine, Frame, PersonaFacts
from journeyai.evaluation import baselines
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.aliases import Vectors
from journeyai.model.observation import Observation
from journeyai.model.source import Document
from journeyai.retrieval.encoders import Encoder, make_encoder
from journeyai.settings import SearchSettings

TALK = document(
    "talk.txt",
    Said("Ana", ["The app is terrible and slow.", "I wish it could save my card.", "The staff were lovely."]),
    Said("Rob", ["How may I help you today?"], role="agent"),
    Said("Ana", ["Hello there.", "We moved house in March last year."]),
)


def frame(template: str = "cx-lifecycle") -> Frame:
    return make_frame(load_template(template), "en", (), [TALK])


@cache
def encoder() -> Encoder:
    return make_encoder(SearchSettings())


def vectors(texts: Sequence[str]) -> Vectors:
    return encoder().encode(list(texts))


def observed(engine: Engine, *documents: Document) -> list[Observation]:
    return list(engine.observe(documents or (TALK,), frame(), lambda done, total: None))


def test_majority_says_the_same_of_every_customers_sentence_and_nothing_of_others() -> None:
    found = observed(baselines.majority(vectors))
    assert [one.utterances for one in found] == [(0,), (1,), (2,), (5,)]
    assert {(one.lane, one.valence, one.emotion) for one in found} == {("pain_point", -1.0, "frustration")}
    assert {frame().stages[one.stages.index(1.0)].id for one in found} == {"use"}


@pytest.mark.parametrize("template", template_ids())
def test_every_template_has_a_commonest_stage(template: str) -> None:
    if stages := frame(template).stages:
        weights = baselines.commonest_stage(frame(template))
        assert (len(weights), sum(weights)) == (len(stages), 1.0)


def test_lexicon_counts_words_of_praise_complaint_and_wishing() -> None:
    found = observed(baselines.lexicon(vectors))
    assert [(one.utterances, one.lane, one.valence) for one in found] == [
        ((0,), "pain_point", -2.0),
        ((1,), "need", 0.0),
        ((2,), "delight", 1.0),
    ]


def test_lexicon_hears_a_not() -> None:
    talk = document("a.txt", Said("Ana", ["It was not great at all.", "No problem with the desk."]))
    assert [one.lane for one in observed(baselines.lexicon(vectors), talk)] == ["pain_point", "delight"]


def test_prototypes_takes_the_nearest_description_in_both_languages() -> None:
    talk = document(
        "a.txt",
        Said("Ana", [
            "They broke their promise and I was left waiting for weeks.",
            "Llegó tarde, roto y costó mucho dinero.",
            "Good morning, thank you very much, goodbye.",
        ]),
    )  # fmt: skip
    found = observed(baselines.prototypes(vectors), talk)
    assert [(one.utterances, one.lane, one.valence) for one in found] == [
        ((0,), "pain_point", -1.0),
        ((1,), "pain_point", -1.0),
    ]


@pytest.mark.parametrize("name", ["majority", "prototypes", "lexicon"])
def test_a_baseline_says_the_same_twice_and_nothing_of_silence(name: str) -> None:
    engine: Engine = getattr(baselines, name)(vectors)
    assert engine.name == name
    assert observed(engine) == observed(engine)
    assert observed(engine, document("b.txt", Said("Rob", ["Hello."], role="agent"))) == []


def test_titles_and_names_are_plain() -> None:
    engine = baselines.majority(vectors)
    assert engine.title(["one two three " * 10], "need", "en").split() == ["one", "two", "three"] * 4
    facts = PersonaFacts("en", 3, (), (), (), (), ("Use",), (), ())
    assert engine.describe(facts).name == "Use"
