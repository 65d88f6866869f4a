"""An encoder behind an OpenAI-compatible address.  With it, the sources' sentences leave this machine."""

import os
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

import numpy as np
import openai

from journeyai.endpoints import ADDRESS_VARIABLE, KEY_VARIABLE, check_key_may_go
from journeyai.errors import EngineError, SettingsError
from journeyai.model.aliases import Vectors
from journeyai.retrieval.encoders import clean
from journeyai.settings import SearchSettings

_TIMEOUT_SECONDS: Final = 60.0
_BATCH_TEXTS: Final = 256
#: OpenAI takes 300,000 tokens a request; a token is seldom less than a character.
_BATCH_CHARS: Final = 200_000
#: OpenAI takes 8,191 tokens a text.  Cutting by characters needs no tokenizer, which would be downloaded.
_TEXT_CHARS: Final = 8_000

#: What went wrong at the service → what to do.  The first class that fits.
_ADVICE: Final[tuple[tuple[type[openai.OpenAIError], str, str], ...]] = (
    (openai.APITimeoutError, "did not answer in time", "Try again; what is done is kept."),
    (openai.APIConnectionError, "cannot be reached", "Check the network and `base_url` in `journey.toml`."),
    (openai.AuthenticationError, "refuses the key", f"Check `{KEY_VARIABLE}`."),
    (
        openai.PermissionDeniedError,
        "does not let this key use the model",
        f"Check `{KEY_VARIABLE}` and `model`.",
    ),
    (openai.NotFoundError, "does not know the model or the address", "Check `model` and `base_url`."),
    (openai.RateLimitError, "has had too many requests, or the account is used up", "Wait, then try again."),
    (openai.InternalServerError, "has a fault of its own", "Try again later; what is done is kept."),
    (openai.APIStatusError, "refuses the request", "Check `model` and `base_url` under `[search]`."),
    (openai.OpenAIError, "gave an answer that cannot be understood", "Check `base_url` under `[search]`."),
)


class RemoteEncoder:
    """Embeddings of any OpenAI-compatible service."""

    def __init__(self, settings: SearchSettings) -> None:
        own = os.environ.get(ADDRESS_VARIABLE) or None
        address = settings.base_url or own
        key = os.environ.get(KEY_VARIABLE)
        if key and settings.base_url:
            check_key_may_go(settings.base_url, own)
        if not key and address is None:
            raise SettingsError(
                f"The encoder `openai` needs a key, and `{KEY_VARIABLE}` is not set.",
                'Set it, or set `encoder = "use"` in `journey.toml` to stay on this machine.',
            )
        # Servers of one's own mostly ask for no key, but the client insists on sending one.
        self._client = openai.OpenAI(api_key=key or "none", base_url=address, timeout=_TIMEOUT_SECONDS)
        self._model = settings.model
        self._host = urlsplit(str(self._client.base_url)).netloc.rpartition("@")[2]
        self._dimensions = 0
        self.id: Final = f"{self._host}/{self._model}"

    @property
    def dimensions(self) -> int:
        """Length of a vector; asks the service if it has not answered anything yet."""
        if not self._dimensions:
            self.encode(["length"])
        return self._dimensions

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return one unit row a text, in order.

        Raises:
            EngineError: the service does not answer, refuses, or answers nonsense.
        """
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        rows = np.concatenate([self._ask(batch) for batch in _batches(texts)])
        self._dimensions = rows.shape[1]
        return rows

    def _ask(self, batch: list[str]) -> Vectors:
        try:
            # "float", because servers other than OpenAI's often do not know the client's default, base64.
            answer = self._client.embeddings.create(model=self._model, input=batch, encoding_format="float")
            by_place = {item.index: item.embedding for item in answer.data}
            rows = np.array([by_place[place] for place in range(len(batch))], dtype=np.float32)
            if rows.ndim != 2 or not np.isfinite(rows).all():
                raise ValueError("not a table of numbers")
        except openai.OpenAIError as error:
            raise self._told(error) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise EngineError(
                f"The encoder at `{self._host}` gave an answer that is not a list of vectors.",
                "Check that `base_url` under `[search]` is an OpenAI-compatible embeddings service.",
            ) from error
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
        return unit

    def _told(self, error: openai.OpenAIError) -> EngineError:
        what, advice = next((what, advice) for kind, what, advice in _ADVICE if isinstance(error, kind))
        return EngineError(f"The encoder `{self._model}` at `{self._host}` {what}.", advice)


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts, cleaned and cut to what a service takes, in requests it takes."""
    batch: list[str] = []
    chars = 0
    for text in texts:
        # An empty input is refused with the whole request.
        sent = clean(text).strip()[:_TEXT_CHARS] or "."
        if batch and (len(batch) == _BATCH_TEXTS or chars + len(sent) > _BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(sent)
        chars += len(sent)
    if batch:
        yield batch
