"""A question as it is sent: prompts filled in, sources' words cleaned and masked; and the key of its answer."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, Protocol

from journeyai.engines.llm.address import Address
from journeyai.engines.llm.asking import Question, R
from journeyai.engines.llm.money import estimate_tokens
from journeyai.engines.llm.schema import full_schema, prompt_schema
from journeyai.engines.llm.screen import clean, for_prompt
from journeyai.prompting import StepPrompts
from journeyai.settings import LLMSettings

#: Raised when the same reply would be read otherwise than before: answers kept by an older reading are asked again.
READING_VERSION: Final = 1

#: How much of a bad reply is shown to the model again.
_BAD_REPLY_CHARS: Final = 4000

Messages = Sequence[tuple[str, str]]
"""(role, text), in order."""


class Masker(Protocol):
    """Hides personal data of one question and shows it again in its answer."""

    def hide(self, text: str) -> str:
        """Return *text* with placeholders."""
        ...

    def show(self, text: str) -> str:
        """Return *text* with what the placeholders stand for."""
        ...


#: Names of people → a masker for one question.
MaskerFactory = Callable[[Sequence[str]], Masker]


@dataclass(frozen=True, slots=True)
class Sheet(Generic[R]):
    """A question ready to be sent.

    Attributes:
        question: what it is made of.
        prompts: of its step.
        system: the first message, as it is; a dialect may add the schema to it.
        user: the second.
        mask: what was hidden; None if nothing is.
        key: SHA-256 of everything that its answer depends on.
    """

    question: Question[R]
    prompts: StepPrompts
    system: str
    user: str
    mask: Masker | None
    key: str

    def hidden(self, text: str) -> str:
        """Return words of ours about this question as they may leave: harmless, with what was hidden hidden again."""
        shown = for_prompt(text)
        return self.mask.hide(shown) if self.mask else shown

    def objection(self, answered: str, problem: str) -> list[tuple[str, str]]:
        """Return the messages that show the model its own answer and say what is wrong with it."""
        shown = answered[:_BAD_REPLY_CHARS] or "(nothing)"
        return [("assistant", shown), ("user", self.prompts.retry.render({"error": problem}))]

    def tidy(self, text: str, most: int) -> str:
        """Return a text of the model with the real names back in, harmless and short."""
        return clean(self.mask.show(text) if self.mask else text, most)


def write_sheet(
    question: Question[R],
    prompts: StepPrompts,
    address: Address,
    settings: LLMSettings,
    masker: MaskerFactory | None,
) -> Sheet[R]:
    """Return *question* as it is sent.

    Raises:
        ResourceError: the prompts and the question's placeholders do not fit.
    """
    mask = masker(question.names) if masker else None
    values = dict(question.values)
    for name, text in question.data.items():
        # Hidden characters go first: within an e-mail address they would keep it from being found.
        shown = for_prompt(text)
        values[name] = mask.hide(shown) if mask else shown
    system = prompts.system.render(_only(values, prompts.system.variables))
    # What stands in the system message alone has no place in the other; what stands in neither is refused there.
    own = prompts.system.variables - prompts.user.variables
    user = prompts.user.render(_only(values, values.keys() - own))
    told = {
        "reading": READING_VERSION,
        "step": question.step,
        "messages": [system, user],
        "schema": full_schema(question.reply),
        "model": address.model,
        "address": address.kind,
        "temperature": settings.temperature,
        "room": question.room,
        "effort": settings.effort,
        "repeat": question.repeat,
    }
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return Sheet(question, prompts, system, user, mask, key)


def most_sent(messages: Messages, question: Question[R]) -> int:
    """Return how many tokens a request takes at most, with the schema wherever it stands."""
    shape = _tokens_of_ours(prompt_schema(question.reply))
    return shape + sum(
        _tokens_of_ours(text) if role == "system" else estimate_tokens(text) for role, text in messages
    )


#: Counted once: the same stands in every question of a step.
_tokens_of_ours = lru_cache(maxsize=64)(estimate_tokens)


def _only(values: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: values[name] for name in names if name in values}
