"""What came back from a model, or what a server said instead, taken out of LangChain's and openai's values."""

from dataclasses import dataclass
from typing import Final

from langchain_core.messages import AIMessage, BaseMessage

from journeyai.engines.llm.money import Usage, estimate_tokens
from journeyai.engines.llm.screen import clean
from journeyai.engines.llm.sheet import Messages

#: Why an answer ended, in the words of several vendors.
_BROKEN_OFF: Final = frozenset({"length", "max_tokens", "MAX_TOKENS", "model_length"})
_FILTERED: Final = frozenset({"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT"})
#: A server's own words are cut here.
_MOST_WORDS: Final = 160


@dataclass(frozen=True, slots=True)
class Tried:
    """A request that no answer came to.

    Attributes:
        tries: how often it was sent.
        milliseconds: from the first sending to the last fault.
        messages: what was sent.
    """

    tries: int
    milliseconds: int
    messages: Messages


@dataclass(frozen=True, slots=True)
class Told(Tried):
    """A request that was answered.

    Attributes:
        text: what the model wrote, as it came.
        broke_off: whether it used up its room.
        has_refused: whether the model, or a filter before it, would not answer.
        usage: what it took.
        model: who answered, by the server's word.
    """

    text: str
    broke_off: bool
    has_refused: bool
    usage: Usage
    model: str


def told(message: BaseMessage, tried: Tried) -> Told:
    """Return LangChain's *message* as ours."""
    about = message.response_metadata
    endings = (about.get(name) for name in ("finish_reason", "stop_reason", "done_reason"))
    ending = next((str(found) for found in endings if found), "")
    return Told(
        tries=tried.tries,
        milliseconds=tried.milliseconds,
        messages=tried.messages,
        text=str(message.text),
        broke_off=ending in _BROKEN_OFF,
        has_refused=bool(message.additional_kwargs.get("refusal")) or ending in _FILTERED,
        usage=usage_of(message, tried.messages),
        model=str(about.get("model_name") or ""),
    )


def usage_of(message: BaseMessage, messages: Messages) -> Usage:
    """Return the tokens that the server counted; ours, said to be, if it did not."""
    counted = message.usage_metadata if isinstance(message, AIMessage) else None
    if counted and (counted["input_tokens"] or counted["output_tokens"]):
        return Usage(counted["input_tokens"], counted["output_tokens"])
    sent = sum(estimate_tokens(text) for _, text in messages)
    return Usage(sent, estimate_tokens(str(message.text)), estimated=True)


def words_of(error: Exception) -> str:
    """Return what the server itself said, without what packages put around it; empty if it said nothing."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    said = inner.get("message") if isinstance(inner, dict) else inner
    return said if isinstance(said, str) else ""


def quoted(text: str) -> str:
    """Return a server's words as the end of a clause of ours: short, harmless, in quotation marks."""
    said = clean(text, _MOST_WORDS).rstrip(".")
    return f' ("{said}")' if said else ""
