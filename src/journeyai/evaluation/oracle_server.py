"""The oracle behind an OpenAI-compatible address of this machine, with a count of what was asked and answered."""

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final

from journeyai.evaluation.loopback import Answering, LoopbackServer, Spoken
from journeyai.evaluation.oracle import Manner, Oracle
from journeyai.resources import folder as shipped_folder

MODEL: Final = "oracle"

Counting = Callable[[str], int]


def tokenizer() -> Counting:
    """Return what counts a text's tokens as a vendor's model does (o200k), or as our own reader's XLM-R does.

    The former's tables come with `bpe-openai`, a development package; the latter takes punctuation, and so JSON, apart.
    """
    if find_spec("bpe_openai") is not None:
        with warnings.catch_warnings():
            # It opens its tables in a way that Python 3.11 calls old.
            warnings.simplefilter("ignore", DeprecationWarning)
            encoding = import_module("bpe_openai").get_encoding("o200k_base")
        return lambda text: len(encoding.encode_ordinary(text))
    from tokenizers import Tokenizer

    path = shipped_folder("knowledge").joinpath("reader", "tokenizer.json")
    made = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    made.no_truncation()
    made.no_padding()
    return lambda text: len(made.encode(text, add_special_tokens=False).ids)


def _by_letters(text: str) -> int:
    return -(-len(text) // 4)


@dataclass(slots=True)
class Served:
    """What a server has answered so far.

    Attributes:
        calls: answers given.
        tokens_in: of all questions.
        tokens_out: of all answers.
        letters_out: characters of all answers.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    letters_out: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, tokens_in: int, tokens_out: int, letters_out: int) -> None:
        """Count an answer."""
        with self._lock:
            self.calls += 1
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out
            self.letters_out += letters_out


class OracleServer(LoopbackServer):
    """An oracle behind an OpenAI-compatible address of this machine, until it is closed."""

    def __init__(self, oracle: Oracle, manner: Manner | None = None) -> None:
        """Serve *oracle* at a free port."""
        self.served = Served()
        super().__init__(MODEL, _answering(oracle, manner or Manner(), self.served))


def _answering(oracle: Oracle, manner: Manner, served: Served) -> Answering:
    count = _by_letters if manner.letters else tokenizer()

    def answer(request: Mapping[str, Any]) -> Spoken:
        due = time.monotonic() + manner.milliseconds / 1000
        messages = request["messages"]
        schema = request.get("response_format", {}).get("json_schema", {}).get("schema", {})
        reply = oracle.answer(messages, schema)
        spoken = Spoken(reply, sum(4 + count(message["content"]) for message in messages), count(reply))
        served.add(spoken.tokens_in, spoken.tokens_out, len(reply))
        time.sleep(max(0.0, due - time.monotonic()))
        return spoken

    return answer
