from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.drafting.material import FRAME
from tests.engines.llm.servers import ModelServer, says
from tests.engines.llm.test_shared import REPLY, TALKS

from journeyai.engines.llm.accounts import Account
from journeyai.engines.llm.session import Wish
from journeyai.engines.llm.steps.observe import observe
from journeyai.engines.llm.steps.summarise import summarise
from journeyai.engines.llm.summary_session import SummarySession, open_summaries
from journeyai.engines.recap import Recap
from journeyai.errors import BudgetError, SettingsError
from journeyai.settings import LLMSettings, StudySettings


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(lambda asked: says({"points": []} if '"l"' in asked.text else REPLY)) as running:
        yield running


def settings(server: ModelServer, **llm: object) -> StudySettings:
    return StudySettings(llm=LLMSettings(base_url=server.url, model="tiny", **llm))


def recaps(session: SummarySession) -> list[object]:
    with ThreadPoolExecutor(4) as pool:
        return list(
            pool.map(lambda talk: summarise(talk, FRAME, 2500, session.asker.item()), TALKS, timeout=30)
        )


def test_a_session_asks_counts_and_keeps(server: ModelServer, tmp_path: Path) -> None:
    for kept in (0, 6):
        with open_summaries(settings(server), tmp_path, Wish(), jobs=4) as session:
            assert all(isinstance(recap, Recap) for recap in recaps(session))
            report = session.report()
        assert report == Account(
            model="tiny",
            host=server.url.removeprefix("http://").removesuffix("/v1"),
            asked=6 - kept,
            kept=kept,
            failed=0,
            tokens=(6 - kept) * 15,
            estimated=False,
            usd=report.usd,
            notice="",
        )
        assert report.usd == 0
    assert len(server.requests) == 6


def test_no_more_are_asked_at_once_than_jobs(server: ModelServer, tmp_path: Path) -> None:
    server.answer = lambda _: says(REPLY, wait=0.1)
    with open_summaries(settings(server), tmp_path, Wish(), jobs=2) as session:
        recaps(session)
    assert server.most_at_once == 2


def test_the_estimate_leaves_out_what_is_kept_and_tells_both_parts(
    server: ModelServer, tmp_path: Path
) -> None:
    with open_summaries(settings(server), tmp_path, Wish()) as session:
        summaries, reading = session.estimate(TALKS, lambda _: FRAME, map_frame=FRAME)
        line = session.first_line(summaries, reading)
        recaps(session)
    assert line.startswith("About 12–14 questions to tiny at 127.0.0.1")
    assert line.endswith(
        "6–8 of these questions read the transcripts for the map; `--no-map` leaves them out."
    )
    with open_summaries(settings(server), tmp_path, Wish()) as session:
        summaries, reading = session.estimate(TALKS, lambda _: FRAME, map_frame=FRAME)
        assert (summaries.calls.high, reading.calls.low) == (0, 6)
        list(observe(TALKS, FRAME, session.asker.item(), lambda *_: None, passage_tokens=2500))
    with open_summaries(settings(server), tmp_path, Wish()) as session:
        both = session.estimate(TALKS, lambda _: FRAME, map_frame=FRAME)
        assert session.first_line(*both).startswith("Nothing to ask")


def test_a_cap_counts_from_the_job_s_beginning_until_it_is_finished(
    server: ModelServer, tmp_path: Path
) -> None:
    with open_summaries(settings(server), tmp_path, Wish()) as session:
        recaps(session)
        assert session.budget.tokens == 90
    wish = Wish(max_tokens=5000)
    with open_summaries(settings(server, answer_tokens=200), tmp_path, wish) as session:
        assert session.budget.tokens == 90
        session.finish()
    with open_summaries(settings(server), tmp_path, Wish(max_tokens=100)) as session:
        assert session.budget.tokens == 0
        assert all(isinstance(recap, Recap) for recap in recaps(session))
        with pytest.raises(BudgetError):
            list(observe(TALKS, FRAME, session.asker.item(), lambda *_: None, passage_tokens=2500))


def test_without_a_model_it_is_said_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "JOURNEYAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError), open_summaries(StudySettings(), tmp_path, Wish()):
        pass
