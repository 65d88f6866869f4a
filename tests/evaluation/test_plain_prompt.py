from pathlib import Path
from typing import Any

import pytest
from tests.drafting.material import FRAME, Said, document
from tests.evaluation.pool import write_pool

from journeyai.app import Study
from journeyai.engines.llm.asking import Failure, Question, R
from journeyai.evaluation import makers
from journeyai.evaluation.oracle import Manner, Oracle
from journeyai.evaluation.oracle_server import OracleServer
from journeyai.evaluation.plain_prompt import (
    CardReply,
    MapReply,
    MemberReply,
    PersonaReply,
    PlainEngine,
    QuoteReply,
    load_prompt,
    material,
    portions,
)  # fmt: skip
from journeyai.evaluation.typed_quotes import Library
from journeyai.model.aliases import Progress
from journeyai.model.observation import Observation
from journeyai.model.source import Document

ANN = document(
    "ann.txt",
    Said("Ann", ["The queue is  endless.", "It\u2019s cold \u2014 very."]),
    Said("Desk", ["Sorry."], "agent"),
)
BOB = document("bob.txt", Said("Bob", ["Long queues.", "Open at night."]))


class Asker:
    """Gives each question the next answer."""

    model = "scripted"

    def __init__(self, *answers: MapReply | Failure) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def is_kept(self, question: Question[Any]) -> bool:
        """Nothing is kept."""
        return False

    def ask_all(self, questions: list[Question[R]], progress: Progress) -> list[R | Failure]:
        self.asked += [question.data["material"] for question in questions]
        return [self.answers.pop(0) for _ in questions]  # type: ignore[misc]


def reply(*quotes: tuple[str, str, str], lane: str = "pain_point") -> MapReply:
    evidence = [
        QuoteReply(quote=q, source=s, speaker=who, valence=-1, emotion="anger", channel="none")
        for q, s, who in quotes
    ]
    card = CardReply.model_validate(
        {"lane": lane, "stage": "buy", "title": "Queues are long", "evidence": evidence}
    )
    people = [
        MemberReply(source="ann.txt", speaker="Ann"),
        MemberReply(source="bob.txt", speaker="Bob (customer)"),
    ]
    persona = PersonaReply(name="Waiters", summary="", people=people)
    return MapReply(cards=[card], personas=[persona], stages=[], opportunities=[])


def silent(done: int, total: int) -> None:
    pass


def drawn(asker: Asker, *documents: Document) -> tuple[PlainEngine, list[Observation]]:
    engine = PlainEngine(asker, most_personas=4)  # type: ignore[arg-type]
    return engine, list(engine.observe(documents, FRAME, silent))


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The queue is  endless.", "The queue is  endless."),
        ("The queue is endless.", "The queue is  endless."),
        ("It's cold - very.", "It\u2019s cold \u2014 very."),
        ("\u201cIt's cold\u201d", "It\u2019s cold"),
    ],
    ids=["to the letter", "blanks", "typography", "quoted"],
)
def test_a_quote_is_found_however_it_is_set(quote: str, found: str) -> None:
    (place,) = Library([ANN, BOB]).places(quote)
    assert place.document.text[place.start : place.end] == found


@pytest.mark.parametrize("quote", ["The queues is endless.", "", "  ", "the queue"], ids=repr)
def test_other_words_are_found_nowhere(quote: str) -> None:
    assert Library([ANN, BOB]).places(quote) == []


def test_invented_quotes_and_wrong_mouths_are_counted() -> None:
    asker = Asker(
        reply(
            ("Long queues.", "bob.txt", "Bob"),
            ("The queue is endless.", "bob.txt", "Bob"),
            ("Nobody ever said this.", "ann.txt", "Ann"),
            ("Sorry.", "ann.txt", "Desk (agent)"),
        )
    )
    engine, seen = drawn(asker, ANN, BOB)
    assert engine.quotes.to_json() == {"given": 4, "invented": 1, "wrong_mouth": 1, "unusable": 1}
    assert [(one.document, one.utterances, one.gist) for one in seen] == [
        (("ann.txt", None), (0,), "Queues are long"),
        (("bob.txt", None), (0,), "Queues are long"),
    ]


def test_an_answer_that_broke_off_is_asked_for_in_halves() -> None:
    broke = Failure("truncated", "broke off")
    asker = Asker(broke, reply(("The queue is endless.", "ann.txt", "Ann")), broke)
    engine, seen = drawn(asker, ANN, BOB)
    assert len(asker.asked) == 3
    assert len(seen) == 1
    assert engine.failures == [broke]


def test_sources_that_do_not_fit_one_prompt_are_cut_between_documents() -> None:
    assert [len(some) for some in portions([ANN, BOB], 30_000)] == [2]
    assert [len(some) for some in portions([ANN, BOB], 5)] == [1, 1]


def test_the_material_names_every_document_and_speaker() -> None:
    assert material([BOB]) == "=== bob.txt ===\nBob (customer): Long queues. Open at night."


def test_the_prompts_placeholders_are_those_that_are_filled() -> None:
    prompts = load_prompt("plain")
    assert prompts.system.variables == {"language", "most", "stages"}
    assert prompts.user.variables == {"material"}
    assert prompts.retry.variables == {"error"}


@pytest.mark.parametrize(("errors", "invented"), [(0.0, 0), (1.0, 6)], ids=["copies well", "always slips"])
def test_a_map_is_made_of_what_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, errors: float, invented: int
) -> None:
    pool = write_pool(tmp_path / "pool")
    manner = Manner(errors=errors, letters=True)
    with OracleServer(Oracle.of([pool], manner), manner) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        made = makers.plain(Study.create(tmp_path / "study", language="en", sources=pool / "sources"))
    assert made.quotes == {"given": 6, "invented": invented, "wrong_mouth": 0, "unusable": 0}
    assert made.tokens == server.served.tokens_in + server.served.tokens_out
    assert len(made.journey.evidence) == 6 - invented
