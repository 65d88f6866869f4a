"""An answer while it comes: pieces put together, and whatever already stands whole in them handed on.

What one could get wrong: what was handed on has been read by a person and cannot be taken back, so nothing is handed
on before it is whole, and once anything is, the same question is not asked again.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final, Generic, cast

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessageChunk
from langchain_core.messages.ai import UsageMetadata

from journeyai.engines.llm.asking import R
from journeyai.engines.llm.schema import read_so_far
from journeyai.engines.llm.sheet import Messages, Sheet

#: Fields of what LangChain tells of an answer that we look at; servers repeat them, and it would string them together.
_TOLD_ONCE: Final = ("finish_reason", "stop_reason", "done_reason", "model_name")


class NotStreamedError(Exception):
    """A server that was to answer bit by bit sent nothing that can be read so.  Never leaves the client."""


class ListenerError(Exception):
    """Whoever listens failed, not the server: a screen that is gone.  Never leaves the client."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Ear(Generic[R]):
    """Reads an answer as it comes and hands on what stands whole in it.

    Attributes:
        reply: all that was handed on; None before anything was.
    """

    def __init__(self, sheet: Sheet[R], heard: Callable[[R], None]) -> None:
        """Listen to the answer of *sheet*.

        Args:
            sheet: the question.
            heard: given the reply so far, whenever an entry of it has come to its end.
        """
        self.reply: R | None = None
        self._sheet = sheet
        self._heard = heard
        self._entries = 0
        self._ends = 0

    def take(self, text: str) -> None:
        """Take the text so far.

        Raises:
            ListenerError: it could not be handed on.
        """
        ends = text.count("}")
        if ends == self._ends:
            # Only a brace ends an entry.
            return
        self._ends = ends
        reply = read_so_far(text, self._sheet.question.reply, self._sheet.tidy)
        if reply is None or (count := len(getattr(reply, reply.entries))) <= self._entries:
            return
        self._entries, self.reply = count, reply
        try:
            self._heard(reply)
        except Exception as error:
            raise ListenerError(error) from error


async def streamed(
    request: Any, messages: Messages, take: Callable[[str], None], options: Mapping[str, Any]
) -> AIMessage:
    """Send *request* and return its whole answer, as if it had come at once.

    Args:
        request: LangChain's runnable.
        messages: what is sent.
        take: given the text so far, with each piece.
        options: what else the request is sent with.

    Raises:
        NotStreamedError: nothing came that can be read bit by bit.
        ListenerError: from *take*.
    """
    texts: list[str] = []
    about: dict[str, Any] = {}
    usage: dict[str, int] = {}
    pieces = 0
    coming = cast("AsyncIterator[BaseMessageChunk]", request.astream(list(messages), **options))
    try:
        async with aclosing(cast("Any", coming)):
            async for piece in coming:
                pieces += 1
                for name in _TOLD_ONCE:
                    if found := piece.response_metadata.get(name):
                        about.setdefault(name, found)
                if isinstance(piece, AIMessageChunk) and piece.usage_metadata:
                    _count(usage, piece.usage_metadata)
                if text := str(piece.text):
                    texts.append(text)
                    take("".join(texts))
    except ValueError as error:
        if pieces:
            raise
        raise NotStreamedError from error
    if not texts and not about:
        raise NotStreamedError
    told = None
    if usage:
        told = UsageMetadata(
            input_tokens=usage["input_tokens"],
            output_tokens=usage["output_tokens"],
            total_tokens=usage["input_tokens"] + usage["output_tokens"],
        )
    return AIMessage(content="".join(texts), response_metadata=about, usage_metadata=told)


def _count(usage: dict[str, int], told: UsageMetadata) -> None:
    """Take over what a piece tells of tokens: some servers tell all so far with every piece, others each part once."""
    usage["input_tokens"] = max(usage.get("input_tokens", 0), told["input_tokens"])
    usage["output_tokens"] = max(usage.get("output_tokens", 0), told["output_tokens"])
