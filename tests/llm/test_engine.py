"""The engine's later questions, with facts of our own: what comes back points at nothing that was not asked about.

A draft by this model seldom gets as far: its points share few words that a theme could be named after.
"""

from collections.abc import Iterator

import pytest
from tests.drafting.material import FRAME
from tests.llm.server import LlamaServer

from journeyai.engines.engine import Candidate, CardFacts, Claim
from journeyai.engines.llm.address import find_address
from journeyai.engines.llm.answers import AnswerStore
from journeyai.engines.llm.call_log import CallLog
from journeyai.engines.llm.client import LLMClient
from journeyai.engines.llm.engine import LLMEngine
from journeyai.engines.llm.money import Budget
from journeyai.settings import LLMSettings

pytestmark = pytest.mark.llm_server

CARDS = [
    CardFacts("pain_point", "Buy", "Hidden fees at the end", 3, -1.5, 2),
    CardFacts("delight", "Buy", "The clerk was kind", 2, 1.5, None),
]


@pytest.fixture(scope="module")
def engine(llama: LlamaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LLMEngine]:
    folder = tmp_path_factory.mktemp("engine")
    settings = LLMSettings(base_url=llama.url, timeout_seconds=600, concurrency=2)
    with AnswerStore(folder / "cache.sqlite") as store:
        budget = Budget(store.open_job("draft"), None)
        address = find_address(settings, environment={})
        with LLMClient(address, settings, store, budget, None, CallLog(folder / "calls.jsonl")) as client:
            yield LLMEngine(client, passage_tokens=settings.passage_tokens)


def test_themes_hold_points_that_were_given_each_at_most_once(engine: LLMEngine) -> None:
    gists = ("fees shown too late", "price differs at the till", "staff are friendly", "clerk was kind")
    found = engine.regroup([Candidate("pain_point", "Buy", gists)], FRAME, lambda done, total: None)
    points = [point for theme in found for point in theme.points]
    assert set(points) <= {(0, place) for place in range(len(gists))}
    assert len(points) == len(set(points))
    assert all(len(theme.title or "") <= 120 for theme in found)


def test_each_stage_has_a_summary_or_none(engine: LLMEngine) -> None:
    found = engine.sum_up([CARDS, []], "en")
    assert len(found) == 2
    assert found[1] == ""


def test_each_claim_is_borne_out_or_not_or_unchecked(engine: LLMEngine) -> None:
    quotes = ((("a.md", None), "Pone 20 y al pagar son 26."), (("b.md", None), "The lady was ever so nice."))
    found = engine.check([Claim("Hidden fees", quotes), Claim("Friendly staff", quotes[1:])], "en")
    assert len(found) == 2
    assert set(found) <= {True, False, None}
