import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.pool import write_pool

from journeyai.app import Study
from journeyai.drafting.frame import make_frame
from journeyai.engines.engine import Frame
from journeyai.engines.llm.asking import Question
from journeyai.engines.llm.schema import strict_schema
from journeyai.engines.llm.steps import observe
from journeyai.evaluation import makers
from journeyai.evaluation.gold import load, read_documents
from journeyai.evaluation.oracle import Manner, Messages, Oracle
from journeyai.evaluation.oracle_knowledge import Knowledge, shortened
from journeyai.evaluation.oracle_server import OracleServer
from journeyai.evaluation.plain_prompt import material
from journeyai.evaluation.scoring import score
from journeyai.knowledge.templates import load_template
from journeyai.model.source import Document
from journeyai.prompting import load_prompts


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pool(tmp_path_factory.mktemp("oracle") / "pool")


@pytest.fixture(scope="module")
def documents(pool: Path) -> list[Document]:
    return read_documents(pool / "sources")


@pytest.fixture(scope="module")
def frame(documents: Sequence[Document]) -> Frame:
    return make_frame(load_template("cx-lifecycle"), "en", [], documents)


def messages_of(question: Question[Any]) -> Messages:
    values = {**question.values, **question.data}
    prompts = load_prompts(question.step)
    return [
        {"role": role, "content": prompt.render({name: values[name] for name in prompt.variables})}
        for role, prompt in (("system", prompts.system), ("user", prompts.user))
    ]


def user(text: str) -> Messages:
    return [{"role": "user", "content": text}]


def lines(*told: str) -> Messages:
    shown = "\n".join(f"[{number}] {text}" for number, text in enumerate(told, 1))
    return user(f"<<<DATA\n{shown}\nDATA>>>")


def fields(*names: str) -> dict[str, Any]:
    return {"properties": {name: {} for name in names}}


def test_it_labels_the_lines_of_the_document_it_is_shown(
    pool: Path, documents: Sequence[Document], frame: Frame
) -> None:
    (first, _) = observe.plan(documents, frame, 2500)
    reply = json.loads(Oracle.of([pool]).answer(messages_of(first), strict_schema(first.reply)))
    assert [(p["n"], p["l"], p["s"], p["v"], p["e"], p["c"]) for p in reply["points"]] == [
        ([1], "pain_point", "use", -2, "frustration", "none"),
        ([3], "need", "use", 0, "neutral", "none"),
        ([4], "delight", "use", 2, "satisfaction", "none"),
    ]


def test_lines_of_an_unknown_document_make_no_point(pool: Path, frame: Frame) -> None:
    schema = strict_schema(observe.reply_for(("use",), ("need",)))
    assert Oracle.of([pool]).answer(lines("customer: Never said here."), schema) == '{"points":[]}'


def test_gists_say_the_same_in_other_words_and_are_known_again(pool: Path) -> None:
    knowledge = Knowledge([(load(pool), read_documents(pool / "sources"))])
    points = [point for reading in knowledge.readings for point in reading.points]
    assert {knowledge.cause_of(point.gist) for point in points} == {point.cause for point in points}
    assert all(knowledge.cause_of(point.label) == point.cause for point in points)


def test_another_seed_gives_other_gists(pool: Path) -> None:
    told = [
        [point.gist for reading in Knowledge([corpus], seed).readings for point in reading.points]
        for seed in (0, 0, 1)
        for corpus in [(load(pool), read_documents(pool / "sources"))]
    ]
    assert told[0] == told[1] != told[2]


def test_statements_of_one_cause_become_one_theme_and_those_alone_are_left_out(pool: Path) -> None:
    asked = lines("The water is pleasant", "Something else", "Open in the evening", "the water is pleasant")
    assert json.loads(Oracle.of([pool]).answer(asked, fields("themes"))) == {
        "themes": [{"t": "The water is pleasant", "n": [1, 4]}]
    }


def test_people_of_one_persona_are_one_group(pool: Path) -> None:
    knowledge = Knowledge([(load(pool), read_documents(pool / "sources"))])
    told = [
        "; ".join(f"{point.segment.lane}: {point.gist}" for point in reading.points)
        for reading in knowledge.readings
    ]
    assert json.loads(Oracle(knowledge).answer(lines(*told), fields("groups"))) == {
        "groups": [{"name": "Swimmers", "people": [1, 2]}]
    }


def test_an_opportunity_a_stage_and_a_check_cite_numbers(pool: Path) -> None:
    oracle = Oracle.of([pool])
    cards = lines(
        "delight · 2 people · feeling +2.0: Water", "pain point · Use · 2 people · severity 2 of 3: Queue"
    )
    ideas = json.loads(oracle.answer(cards, fields("opportunities")))["opportunities"]
    assert [(idea["title"], idea["cites"], idea["priority"]) for idea in ideas] == [
        ("Mend this: Queue", [2], 1)
    ]
    assert json.loads(oracle.answer(cards, fields("summary", "cites"))) == {
        "summary": "Customers tell: Water; Queue.",
        "cites": [1, 2],
    }
    assert oracle.answer(cards, fields("not_borne_out")) == '{"not_borne_out":[]}'


def test_a_persona_holds_what_two_of_its_people_say(pool: Path) -> None:
    asked = lines(
        "person 1 · need: Open in the evening",
        "person 2 · need: open in the evening",
        "person 1 · pain point: The queue at the desk is long",
    )
    reply = json.loads(Oracle.of([pool]).answer(asked, fields("name", "goals")))
    assert reply["goals"] == [{"text": "Open in the evening", "cites": [1, 2]}]
    assert reply["frustrations"] == []


def test_langextracts_chunk_gets_the_quotes_that_stand_in_it(pool: Path) -> None:
    asked = user("Extract.\n\nQ: An example\nA: {}\n\nQ: I wish you would open in the evening.\nA: ")
    (found,) = json.loads(Oracle.of([pool], Manner(errors=0)).answer(asked, {}))["extractions"]
    assert found["need"] == "I wish you would open in the evening."


@pytest.mark.parametrize(("errors", "share"), [(0.0, 0.0), (1.0, 1.0)], ids=["never slips", "always slips"])
def test_quotes_are_retyped_with_the_errors_asked_for(
    pool: Path, documents: Sequence[Document], errors: float, share: float
) -> None:
    oracle = Oracle.of([pool], Manner(errors=errors))
    reply = json.loads(oracle.answer(user(material(documents)), fields("cards")))
    quotes = [item["quote"] for card in reply["cards"] for item in card["evidence"]]
    whole = " ".join(" ".join(document.text.split()) for document in documents)
    assert len(quotes) == 6
    assert sum(quote not in whole for quote in quotes) / len(quotes) == share


def test_the_server_counts_what_it_serves_and_refuses_what_is_no_chat(pool: Path) -> None:
    manner = Manner(letters=True)
    with OracleServer(Oracle.of([pool], manner), manner) as server:
        body = {
            "messages": lines("x"),
            "response_format": {"json_schema": {"schema": fields("not_borne_out")}},
        }
        told = post(server.base_url, json.dumps(body).encode())
        with pytest.raises(urllib.error.HTTPError, match="400"):
            post(server.base_url, b"[]")
    assert told["choices"][0]["message"]["content"] == '{"not_borne_out":[]}'
    assert told["usage"] == {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    assert (server.served.calls, server.served.tokens_in, server.served.tokens_out) == (1, 10, 5)
    assert server.served.letters_out == 20


def post(base_url: str, body: bytes) -> Any:
    request = urllib.request.Request(
        f"{base_url}/chat/completions", body, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_against_a_perfect_reader_the_machinery_loses_nothing(
    pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manner = Manner(letters=True)
    with OracleServer(Oracle.of([pool], manner), manner) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        made = makers.llm(Study.create(tmp_path / "study", language="en", sources=pool / "sources"))
    assert made.tokens == server.served.tokens_in + server.served.tokens_out
    assert made.quotes == {}
    scores = score(made.journey, load(pool), read_documents(pool / "sources"), resamples=0)
    for name in ("evidence.pain_point.f1", "evidence.need.f1", "themes.recall", "themes.v_measure"):
        assert scores[name].value == 1.0
    assert scores["stages.by_name"].value == scores["personas.placed"].value == 1.0


def test_a_text_is_shortened_at_a_word() -> None:
    assert shortened("three  short words", 12) == "three short"
    assert shortened("unbreakable", 5) == "unbre"
