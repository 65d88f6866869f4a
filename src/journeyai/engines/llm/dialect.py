"""How a server wants to be asked: which form of structured replies, and which parameters it takes.

Found out from its own answers, one step at a time, and kept in the study, so that it is found out once.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.asking import Reply
from journeyai.engines.llm.schema import bounded_schema, prompt_schema, strict_schema
from journeyai.settings import Effort

Form = Literal["json_schema", "json_object", "plain"]

_FORMS: Final[tuple[Form, ...]] = ("json_schema", "json_object", "plain")
#: Statuses by which servers say that they do not know something in a request.
_REFUSALS: Final = frozenset({400, 404, 415, 422, 500, 501})
_ABOUT_FORM: Final = re.compile(
    r"response_?format|json_?schema|json_?object|structured[ _]output|guided|grammar|invalid schema",
    re.IGNORECASE,
)
#: Tokens beside those of the answer that a model which thinks first may use up, at the effort that is asked of it.
THINKING_ROOM: Final = 6000
#: The vendor's models that think before they answer, unless they are told how little of it is wanted.
_THINKING: Final = re.compile(r"^(?:ft:)?(?:gpt-(?:[5-9]|\d{2})|o\d)(?!.*chat)", re.IGNORECASE)
_ABOUT_USAGE: Final = re.compile(r"stream_options|include_usage")
_ABOUT_STREAM: Final = re.compile(r"\bstream(?:ing|ed)?\b", re.IGNORECASE)
_UNKNOWN: Final = re.compile(
    r"un(?:supported|known|recogni[sz]ed|expected)|not (?:supported|permitted|allowed|compatible|available)"
    r"|does not (?:support|apply)|doesn't support|extra (?:inputs|fields)|deprecated|only the default|instead"
    r"|invalid (?:parameter|argument)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one model at one address is asked.

    Attributes:
        form: how it is told what the reply must look like; in all but the first the schema stands in the prompt, too.
        limit: what it calls the most tokens of an answer.
        takes_temperature: whether it may be sent a temperature.
        takes_seed: whether it may be sent a seed.
        takes_bounds: whether a schema may say how long a text may be; a server that then holds its model to it saves
            the tokens of answers that never end.
        takes_effort: whether it may be told how much to think before it answers.
        takes_stream: whether it answers bit by bit when it is asked to.
        tells_usage: whether it may be asked to count tokens when it answers bit by bit.
        thinks: whether it uses up tokens on thoughts before it answers; they are paid like the answer.
        is_settled: whether it has given a readable answer in this form.
    """

    form: Form = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    takes_temperature: bool = True
    takes_seed: bool = True
    takes_bounds: bool = True
    takes_effort: bool = True
    takes_stream: bool = True
    tells_usage: bool = True
    thinks: bool = False
    is_settled: bool = False

    def most_tokens(self, room: int) -> int:
        """Return how many tokens may come back at most for an answer that takes *room*."""
        return room + THINKING_ROOM if self.thinks else room

    def parameters(
        self, reply: type[Reply], room: int, temperature: float, seed: int, effort: str = ""
    ) -> dict[str, Any]:
        """Return what goes into the request beside the messages; an empty *effort* leaves it to the server."""
        told: dict[str, Any] = {self.limit: self.most_tokens(room)}
        if effort and self.takes_effort:
            told["reasoning_effort"] = effort
        if self.takes_temperature:
            told["temperature"] = temperature
        if self.takes_seed:
            told["seed"] = seed
        if self.form == "json_schema":
            shape = bounded_schema(reply) if self.takes_bounds else strict_schema(reply)
            schema = {"name": reply.__name__, "strict": True, "schema": shape}
            told["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.form == "json_object":
            told["response_format"] = {"type": "json_object"}
        return told

    def streaming(self, address: Address) -> dict[str, Any]:
        """Return what LangChain is told besides when an answer shall come bit by bit."""
        # Other vendors' packages ask for the count by themselves, and know nothing of this.
        return {"stream_usage": self.tells_usage} if address.provider == "openai" else {}

    def system(self, text: str, reply: type[Reply]) -> str:
        """Return the system message, with the schema if the server is not sent it otherwise."""
        if self.form == "json_schema":
            return text
        told = "Reply with one JSON object and nothing else. It must fit this JSON schema:"
        return f"{text}\n\n{told}\n{prompt_schema(reply)}"

    def after_refusal(self, status: int | None, text: str) -> "Dialect | None":
        """Return how to ask a server that refused a request so asked; None if its refusal is about something else.

        Args:
            status: HTTP status of its refusal.
            text: its code, parameter and message.
        """
        if status not in _REFUSALS:
            return None
        is_unknown = bool(_UNKNOWN.search(text))
        if self.takes_temperature and is_unknown and re.search(r"\btemperature\b", text):
            return replace(self, takes_temperature=False)
        if self.takes_seed and is_unknown and re.search(r"\bseed\b", text):
            return replace(self, takes_seed=False)
        if self.takes_effort and is_unknown and "reasoning" in text:
            return replace(self, takes_effort=False)
        if self.tells_usage and is_unknown and _ABOUT_USAGE.search(text):
            return replace(self, tells_usage=False)
        if self.takes_stream and _ABOUT_STREAM.search(text) and (is_unknown or "false" in text):
            return replace(self, takes_stream=False)
        if self.limit == "max_tokens" and is_unknown and "max_completion_tokens" in text:
            return replace(self, limit="max_completion_tokens")
        if self.limit == "max_completion_tokens" and is_unknown and "max_completion_tokens" in text:
            return replace(self, limit="max_tokens")
        if not _ABOUT_FORM.search(text) and "maxLength" not in text:
            return None
        if self.form == "json_schema" and self.takes_bounds:
            # The likelier thing to be disliked in a schema, and the cheaper one to do without.
            return replace(self, takes_bounds=False)
        return self.stepped_down()

    def stepped_down(self) -> "Dialect | None":
        """Return the next simpler form; None if there is none."""
        place = _FORMS.index(self.form) + 1
        return replace(self, form=_FORMS[place], is_settled=False) if place < len(_FORMS) else None

    def as_values(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return asdict(self)


def first_dialect(address: Address) -> Dialect:
    """Return how an unknown server is asked first."""
    if address.provider != "openai":
        return Dialect(form="plain", takes_temperature=False, takes_seed=False)
    # Many servers pass over a name they do not know, and then answer without end: each is given the one it surely has.
    is_vendor = address.kind == "openai@api.openai.com"
    return Dialect(
        limit="max_completion_tokens" if is_vendor else "max_tokens",
        takes_bounds=not is_vendor,
        thinks=is_vendor and bool(_THINKING.match(address.model)),
    )


def effort_for(address: Address, wanted: Effort) -> str:
    """Return the effort that is asked for; empty to leave it to the server.

    By themselves the vendor's models think much longer than labels of closed sets need, and are paid for it.
    """
    if wanted != "auto":
        return wanted
    return "low" if first_dialect(address).thinks else ""


def kept_dialect(values: Mapping[str, Any] | None, address: Address) -> Dialect:
    """Return the dialect that was kept; the first one if there is none, or an older version's."""
    if values is None:
        return first_dialect(address)
    try:
        kept = Dialect(**values)
    except TypeError:
        return first_dialect(address)
    fine = kept.form in _FORMS and kept.limit in {"max_tokens", "max_completion_tokens"}
    return kept if fine else first_dialect(address)
