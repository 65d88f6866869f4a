"""Which model, at which address, with which key; and the LangChain chat model for it.

Keys are read from the environment when they are needed.  They stand in no `repr`, no message and no log.
"""

import os
import re
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from journeyai.endpoints import ADDRESS_VARIABLE, KEY_VARIABLE, VENDOR_HOST, check_key_may_go, is_this_machine
from journeyai.errors import EngineError, SettingsError
from journeyai.settings import LLMSettings, PrivacySettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MODEL_VARIABLE: Final = "JOURNEYAI_MODEL"
#: Asked at OpenAI's own address when nobody names a model: small, cheap, and good at closed labels.
DEFAULT_MODEL: Final = "gpt-5-mini"
OLLAMA_VARIABLE: Final = "OLLAMA_HOST"

#: Provider that `init_chat_model` knows → the package it lives in.  A test holds this to LangChain's own table.
PROVIDERS: Final[Mapping[str, str]] = {
    "anthropic": "langchain-anthropic",
    "anthropic_bedrock": "langchain-aws",
    "azure_ai": "langchain-azure-ai",
    "azure_openai": "langchain-openai",
    "baseten": "langchain-baseten",
    "bedrock": "langchain-aws",
    "bedrock_converse": "langchain-aws",
    "bedrock_mantle_anthropic": "langchain-aws",
    "bedrock_mantle_openai": "langchain-aws",
    "cohere": "langchain-cohere",
    "deepseek": "langchain-deepseek",
    "fireworks": "langchain-fireworks",
    "google_anthropic_vertex": "langchain-google-vertexai",
    "google_genai": "langchain-google-genai",
    "google_vertexai": "langchain-google-vertexai",
    "groq": "langchain-groq",
    "huggingface": "langchain-huggingface",
    "ibm": "langchain-ibm",
    "langsmith": "langchain-openai",
    "litellm": "langchain-litellm",
    "meta": "langchain-meta",
    "mistralai": "langchain-mistralai",
    "nvidia": "langchain-nvidia-ai-endpoints",
    "ollama": "langchain-ollama",
    "openai": "langchain-openai",
    "openrouter": "langchain-openrouter",
    "perplexity": "langchain-perplexity",
    "together": "langchain-together",
    "upstage": "langchain-upstage",
    "xai": "langchain-xai",
}

_OLLAMA_ADDRESS: Final = "http://127.0.0.1:11434"
#: What a server is asked for its list of models at most; it is a small file.
_LIST_SECONDS: Final = 30.0
#: A reply of the longest room is far below this; more is a fault, and would fill the memory.
MOST_REPLY_BYTES: Final = 8_000_000
#: What services' keys look like; an error may hold a part of one.
_KEYLIKE: Final = re.compile(r"\b(?:sk|pk|rk|gsk|xai|key|Bearer)[-_ ][\w*.-]{6,}")


@dataclass(frozen=True, slots=True)
class Address:
    """A model and where it is.

    Attributes:
        provider: as `init_chat_model` names it; `openai` for every OpenAI-compatible server.
        model: the name that the server knows.
        base_url: None for the vendor's own; may hold a password, so it is shown to nobody: show `host`.
        key: None where the vendor's package finds its own.
    """

    provider: str
    model: str
    base_url: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """Host and port for people and logs: no user, no password, no path, no query."""
        if self.base_url is None:
            return VENDOR_HOST if self.provider == "openai" else self.provider
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def is_here(self) -> bool:
        """Whether it is this machine itself, so that nothing leaves it."""
        return is_this_machine(self.base_url)

    @property
    def kind(self) -> str:
        """What of the address an answer depends on: `openai@here`, `openai@models.example.org`; never the port."""
        where = "here" if self.is_here else (urlsplit(self.base_url or "").hostname or self.host)
        return f"{self.provider}@{where}"

    def hide(self, text: str) -> str:
        """Return *text* without the key, the address's password, or anything that looks like a key."""
        parts = urlsplit(self.base_url or "")
        secrets = (self.key, parts.password, unquote(parts.password or ""), parts.query)
        # The longest first, or what is left of it would stay.
        for secret in sorted(
            {secret for secret in secrets if secret and len(secret) > 3}, key=len, reverse=True
        ):
            text = text.replace(secret, "…")
        return _KEYLIKE.sub("…", text)


def is_configured(
    settings: LLMSettings, model: str = "", environment: Mapping[str, str] | None = None
) -> bool:
    """Return whether there is a model to ask: a key, an address, or a model of another provider is set."""
    around = os.environ if environment is None else environment
    named = model or settings.model or around.get(MODEL_VARIABLE, "")
    provider, _ = _split(named)
    return bool(
        around.get(KEY_VARIABLE, "").strip()
        or settings.base_url
        or around.get(ADDRESS_VARIABLE, "").strip()
        or provider not in {"", "openai"}
    )


def find_address(
    settings: LLMSettings, model: str = "", environment: Mapping[str, str] | None = None
) -> Address:
    """Return the model to ask: *model* (the command's), else `journey.toml`'s, else the environment's.

    A server of one's own with no model named is asked which it has; the first is taken.

    Raises:
        SettingsError: name, address or key is missing or wrong.
        EngineError: the server does not tell which models it has.
    """
    address = name_address(settings, model, environment)
    return address if address.model else _with_first_model(address, settings)


def name_address(
    settings: LLMSettings, model: str = "", environment: Mapping[str, str] | None = None
) -> Address:
    """Return what `find_address` does without asking anybody: its model is empty if the server's first one is taken.

    Raises:
        SettingsError: as for `find_address`.
    """
    around = os.environ if environment is None else environment
    named = (model or settings.model or around.get(MODEL_VARIABLE, "")).strip()
    provider, name = _split(named)
    if provider not in {"", "openai"}:
        return _of_another(provider, name, settings, around)
    own = _checked(around.get(ADDRESS_VARIABLE, "").strip() or None)
    base_url = _checked(settings.base_url) or own
    key = around.get(KEY_VARIABLE, "").strip() or None
    is_vendor = base_url is None or urlsplit(base_url).hostname == VENDOR_HOST
    if key is not None and settings.base_url:
        check_key_may_go(base_url or "", own)
    if not provider and base_url is None and ":" in name and not name.startswith("ft:"):
        raise SettingsError(
            f"`{name.partition(':')[0]}` of the model `{name}` is no provider that JourneyAI knows.",
            f"Known are: {', '.join(PROVIDERS)}. For a server of your own, set `base_url` under `[llm]`.",
        )
    if is_vendor and key is None:
        raise SettingsError(
            f"The `llm` engine needs a key, and `{KEY_VARIABLE}` is not set.",
            "Set it, or `base_url` under `[llm]` for a server of your own, or use `--engine local`.",
        )
    if is_vendor and not name:
        name = DEFAULT_MODEL
    # Servers of one's own mostly ask for no key, but the client insists on sending one.
    return Address("openai", name, base_url, key or "none")


def chat_model(address: Address, settings: LLMSettings, room: int) -> "BaseChatModel":
    """Return LangChain's model for *address*, which tries nothing again by itself.

    Args:
        address: whom to ask.
        settings: for the time limit, and the temperature of those that take it only here.
        room: most tokens of an answer, for those that take it only here.

    Raises:
        SettingsError: the provider's package is not installed, or it lacks its key.
    """
    from langchain.chat_models import init_chat_model

    # It warns, on the person's screen, of errors that it raises as well.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"langchain_openai\b")
    options: dict[str, Any] = {"timeout": settings.timeout_seconds, "max_retries": 0}
    if address.base_url is not None:
        options["base_url"] = address.base_url
    if address.provider == "openai":
        options |= {"api_key": address.key, "use_responses_api": False}
        options |= _http_clients(address, settings)
    elif address.provider == "ollama":
        # It knows neither of the two, and names its time limit as its HTTP client does.
        options = {key: value for key, value in options.items() if key == "base_url"}
        options |= {"num_predict": room, "temperature": settings.temperature}
        options["client_kwargs"] = {"timeout": settings.timeout_seconds}
    else:
        options |= {"max_tokens": room, "temperature": settings.temperature}
    try:
        model: BaseChatModel = init_chat_model(address.model, model_provider=address.provider, **options)
    except ImportError:
        package = PROVIDERS[address.provider]
        raise SettingsError(
            f"Models of `{address.provider}` need the package `{package}`, which is not installed.",
            f"Run `pip install {package}`.",
        ) from None
    except (ValueError, TypeError, OSError) as error:
        # A package of another vendor that lacks its key, or takes none of these.
        reason = address.hide(str(error)).strip().partition("\n")[0][:200]
        raise SettingsError(
            f"The model `{address.model}` of `{address.provider}` cannot be set up: {reason}",
            "Its own variables (a key, a region) must be set in the environment.",
        ) from None
    return model


def is_masked(privacy: PrivacySettings, address: Address) -> bool:
    """Return whether personal data is hidden from *address*."""
    return privacy.mask == "always" or (privacy.mask == "auto" and not address.is_here)


class ReplyTooLongError(OSError):
    """A server sent more than any answer may hold."""


def _http_options(address: Address) -> dict[str, Any]:
    """Return how openai's HTTP clients are made."""
    return {
        # A proxy of the environment must not see what is asked of this very machine.
        "trust_env": not address.is_here,
        # What is asked goes to the address that the person named, and nowhere else.
        "follow_redirects": False,
        # No certificate is ever looked at there, and reading the machine's takes a fifth of a second.
        "verify": not (address.is_here and str(address.base_url).startswith("http:")),
    }


def _http_clients(address: Address, settings: LLMSettings) -> dict[str, Any]:
    """Return openai's own HTTP clients; the one that is used bounds what a server may send."""
    import openai

    async def read_bounded(response: Any) -> None:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            response.aiter_bytes = _bounded(response.aiter_bytes)
            return
        body = bytearray()
        # Decoded, so that a small body that unpacks to a large one is stopped, too.
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MOST_REPLY_BYTES:
                raise ReplyTooLongError("The reply is too long.")
        # What the client's own `aread` would have set; it finds it and reads no further.
        response._content = bytes(body)

    options = _http_options(address) | {"timeout": settings.timeout_seconds}
    hooks = {"response": [read_bounded]}
    return {
        "http_async_client": openai.DefaultAsyncHttpxClient(event_hooks=hooks, **options),
        # Never used, but LangChain makes it, and would make it dearer.
        "http_client": openai.DefaultHttpxClient(**options),
    }


def _bounded(pieces: Callable[..., AsyncIterator[bytes]]) -> Callable[..., AsyncIterator[bytes]]:
    """Return *pieces* of an answer that comes bit by bit, up to the same bound."""

    async def read(*wanted: Any) -> AsyncIterator[bytes]:
        count = 0
        async for piece in pieces(*wanted):
            count += len(piece)
            if count > MOST_REPLY_BYTES:
                raise ReplyTooLongError("The reply is too long.")
            yield piece

    return read


def _split(name: str) -> tuple[str, str]:
    """Return (provider, model); without a provider's name before the first colon, it is all the model's name."""
    provider, colon, model = name.partition(":")
    return (provider, model) if colon and provider in PROVIDERS else ("", name)


def _of_another(provider: str, name: str, settings: LLMSettings, around: Mapping[str, str]) -> Address:
    """Return the address of a vendor's own package; `OPENAI_BASE_URL` and `OPENAI_API_KEY` do not concern it."""
    if not name:
        raise SettingsError(f"No model of `{provider}` is named.", f"Write `{provider}:NAME`.")
    base_url = _checked(settings.base_url)
    if provider == "ollama" and base_url is None:
        told = around.get(OLLAMA_VARIABLE, "").strip()
        base_url = _checked(told if "://" in told else f"http://{told}") if told else _OLLAMA_ADDRESS
    return Address(provider, name, base_url)


def _checked(base_url: str | None) -> str | None:
    """Return the address without its last slash.

    Raises:
        SettingsError: it is no address of the web.
    """
    if base_url is None:
        return None
    try:
        parts: SplitResult = urlsplit(base_url.strip())
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine:
        # The address itself is not shown: it may hold a password.
        raise SettingsError(
            "The model's address is no address that can be asked.",
            f"Write `base_url` under `[llm]`, or `{ADDRESS_VARIABLE}`, as in `http://127.0.0.1:8080/v1`.",
        )
    return base_url.strip().rstrip("/")


def _with_first_model(address: Address, settings: LLMSettings) -> Address:
    """Return *address* with the first model that its server lists."""
    import openai

    from journeyai.engines.llm.faults import diagnose

    try:
        with openai.DefaultHttpxClient(**_http_options(address)) as http:
            client = openai.OpenAI(
                api_key=address.key,
                base_url=address.base_url,
                timeout=min(settings.timeout_seconds, _LIST_SECONDS),
                max_retries=1,
                http_client=http,
            )
            listed = [str(model.id) for model in client.models.list().data if model.id]
    except (openai.OpenAIError, OSError, ValueError, TypeError, AttributeError) as error:
        fault = diagnose(error)
        what = fault.what if fault else "does not tell which models it has"
        raise EngineError(
            f"The server at `{address.host}` {what}.",
            "Check `base_url`, or name the model: `model` under `[llm]`, or `--model`.",
        ) from None
    if not listed:
        raise EngineError(
            f"The server at `{address.host}` has no model.", "Load one there, or name it with `--model`."
        )
    return Address(address.provider, listed[0], address.base_url, address.key)
