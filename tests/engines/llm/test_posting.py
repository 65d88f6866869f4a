import asyncio
from types import SimpleNamespace
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage
from tests.engines.llm.servers import ModelServer, Told, fails, mislabels, refuses, says, shows_page

from journeyai.engines.llm.faults import diagnose
from journeyai.engines.llm.posting import posted
from journeyai.engines.llm.told import Tried, told

MESSAGES = (("system", "You read."), ("user", "A line."))


def ask(told: Told, **body: Any) -> tuple[AIMessage, dict[str, Any]]:
    async def run(url: str) -> AIMessage:
        async with openai.AsyncOpenAI(base_url=url, api_key="k", max_retries=0) as client:
            return await posted(SimpleNamespace(root_async_client=client, model_name="tiny"), MESSAGES, body)

    with ModelServer(told) as server:
        message = asyncio.run(run(server.url))
    return message, server.bodies[0]


def test_a_question_is_sent_with_all_that_is_told_beside_it() -> None:
    _, body = ask(says("{}"), temperature=0.0, max_tokens=300)
    assert body == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "You read."}, {"role": "user", "content": "A line."}],
        "temperature": 0.0,
        "max_tokens": 300,
    }


@pytest.mark.parametrize(
    ("sent", "text", "tokens", "broke_off", "refused"),
    [
        pytest.param(says("Well."), "Well.", (10, 5, False), False, False, id="plain"),
        pytest.param(mislabels("Well."), "Well.", (10, 5, False), False, False, id="mislabelled"),
        pytest.param(says("We", ending="length"), "We", (10, 5, False), True, False, id="broken-off"),
        pytest.param(refuses(), "", (10, 5, False), False, True, id="refused"),
        pytest.param(says(None), "", (10, 5, False), False, False, id="nothing"),
        pytest.param(
            says("Well.", ending="content_filter"), "Well.", (10, 5, False), False, True, id="filtered"
        ),
        pytest.param(
            Told(b'{"choices": [{"message": {"content": [{"type": "text", "text": "Well."}]}}]}'),
            "Well.",
            None,
            False,
            False,
            id="in-parts",
        ),
        pytest.param(
            Told(b'{"choices": [{"message": {"content": "A"}}], "usage": {"completion_tokens": 3}}'),
            "A",
            (0, 3, False),
            False,
            False,
            id="half-counted",
        ),
    ],
)
def test_an_answer_is_read_as_langchain_reads_it(
    sent: Told, text: str, tokens: tuple[int, int, bool] | None, broke_off: bool, refused: bool
) -> None:
    found = told(ask(sent)[0], Tried(1, 0, MESSAGES))
    assert (found.text, found.broke_off, found.has_refused) == (text, broke_off, refused)
    usage = (found.usage.tokens_in, found.usage.tokens_out, found.usage.estimated)
    assert usage == tokens if tokens else found.usage.estimated


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        pytest.param(Told(b"[]"), "nonsense", id="list"),
        pytest.param(Told(b'{"choices": null}'), "nonsense", id="null"),
        pytest.param(Told(b'{"choices": [7]}'), "nonsense", id="number"),
        pytest.param(Told(b'{"choices": [{"message": "Well."}]}'), "nonsense", id="bare-text"),
        pytest.param(Told(b'{"choi'), "nonsense", id="half"),
        pytest.param(Told(b"\xff\xfe\xff"), "nonsense", id="bytes"),
        pytest.param(shows_page(), "nonsense", id="page"),
        pytest.param(fails(401), "key", id="401"),
        pytest.param(fails(429), "busy", id="429"),
        pytest.param(fails(500), "server", id="500"),
    ],
)
def test_what_is_no_answer_is_known_for_what_it_is(sent: Told, fault: str) -> None:
    with pytest.raises((ValueError, openai.APIError)) as caught:
        ask(sent)
    found = diagnose(caught.value)
    assert found is not None
    assert found.name == fault
