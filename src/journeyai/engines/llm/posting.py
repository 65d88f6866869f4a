"""A question put to an OpenAI-compatible server by its own package, without LangChain around it.

For answers that come at once.  In a batch of thousands LangChain's and openai's typed layers take more of the one
processor that a Python process has than all of our own work: 2.4 of 6.3 ms an item (`evals/bench/batch_llm.py`).
The connections, limits and errors are the same.
"""

import json
from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata

from journeyai.engines.llm.sheet import Messages


async def posted(model: Any, messages: Messages, body: Mapping[str, Any]) -> AIMessage:
    """Return the answer to *messages* as LangChain would tell it.

    Args:
        model: LangChain's, whose connection is used.
        messages: what is sent.
        body: what goes into the request beside them.

    Raises:
        openai.APIError: the server refuses, or cannot be reached.
        ValueError: what came is none of a model's answers.
    """
    told = [{"role": role, "content": text} for role, text in messages]
    answer = await model.root_async_client.post(
        "/chat/completions", cast_to=object, body={"model": model.model_name, "messages": told, **body}
    )
    # A server may call its JSON something else; then it comes as text.
    return read_answer(json.loads(answer) if isinstance(answer, str) else answer)


def read_answer(answer: Any) -> AIMessage:
    """Return what the body of a response says.

    Raises:
        ValueError: there is no message in it.
    """
    choices = answer.get("choices") if isinstance(answer, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    choice = choice if isinstance(choice, dict) else {}
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ValueError("There is no message in the response.")
    content = message.get("content")
    return AIMessage(
        content=content if isinstance(content, str | list) else "",
        additional_kwargs={"refusal": message["refusal"]} if message.get("refusal") else {},
        response_metadata={"finish_reason": choice.get("finish_reason"), "model_name": answer.get("model")},
        usage_metadata=_usage(answer.get("usage")),
    )


def _usage(told: Any) -> UsageMetadata | None:
    """Return the tokens that a server counted; None if it did not."""
    if not isinstance(told, dict):
        return None
    sent, received = told.get("prompt_tokens"), told.get("completion_tokens")
    if not isinstance(sent, int) and not isinstance(received, int):
        return None
    counts = [count if isinstance(count, int) else 0 for count in (sent, received)]
    return UsageMetadata(input_tokens=counts[0], output_tokens=counts[1], total_tokens=sum(counts))
