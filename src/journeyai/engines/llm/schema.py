"""Reply classes as JSON schemas that every server takes, and replies' text back as values."""

import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from functools import cache
from itertools import takewhile
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from journeyai.engines.llm.asking import R, Reply

#: The strictest servers know these; bounds of texts are sent where they are taken, the rest is left to our own reading.
_STRICT_KEYWORDS: Final = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "description",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
    }
)  # fmt: skip
#: A text without a bound of its own is cut here.
_LONGEST_TEXT: Final = 2000
#: Problems of a reply that are told to the model.
_MOST_PROBLEMS: Final = 5
#: Braces of prose, or of an object that broke off, that are looked behind for the reply.
_MOST_BRACES: Final = 20
_THINKING: Final = re.compile(r"\s*<think(?!.*</think)", re.DOTALL | re.IGNORECASE)
_THOUGHTS: Final = re.compile(r"^.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)

Schema = Mapping[str, Any]


class UnreadableError(Exception):
    """A reply that is not what was asked for.  Never leaves the client.

    Attributes:
        problem: what is wrong, for the model and the log.
        is_shapeless: it holds no object with any of the fields asked for, as if no schema had been given.
    """

    def __init__(self, problem: str, *, is_shapeless: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_shapeless = is_shapeless


@cache
def full_schema(reply: type[Reply]) -> Schema:
    """Return the schema of *reply* in one piece (no references), with every bound.

    Raises:
        TypeError: it holds what no strict schema can say: a mapping, a tuple, or itself.
    """
    raw = reply.model_json_schema()
    whole: Schema = _inlined(raw, raw.get("$defs", {}), ())
    return whole


@cache
def strict_schema(reply: type[Reply]) -> Schema:
    """Return the schema of *reply* as strict servers want it: nothing optional, nothing further, no text bounds."""
    stripped: Schema = _stripped(full_schema(reply), _STRICT_KEYWORDS)
    return stripped


@cache
def bounded_schema(reply: type[Reply]) -> Schema:
    """Return the strict schema with the bounds of texts besides, for servers that hold a model to them."""
    bounded: Schema = _stripped(full_schema(reply), _STRICT_KEYWORDS | {"maxLength"})
    return bounded


@cache
def prompt_schema(reply: type[Reply]) -> str:
    """Return the schema of *reply* in compact form, to be written into a prompt."""
    return json.dumps(full_schema(reply), ensure_ascii=False, separators=(",", ":"))


def read_reply(text: str, reply: type[R], tidy: Callable[[str, int], str]) -> R:
    """Return what *text* says; thoughts, code fences and words around the first object are passed over.

    Args:
        text: what the model wrote.
        reply: what it was asked for.
        tidy: (text of a field, longest) → what is kept of it; not called for labels of closed sets.

    Raises:
        UnreadableError: there is no such reply in it.
    """
    return _validated(_first_object(text, frozenset(full_schema(reply)["properties"])), reply, tidy)


def read_broken_off(text: str, reply: type[R], tidy: Callable[[str, int], str]) -> R | None:
    """Return the whole entries of an answer that broke off, as an answer; None if it has none.

    The last entry is never among them: a number may have lost its end without a trace.  The arguments are those of
    `read_reply`.
    """
    start = text.find("{", _after_thoughts(text)) if reply.entries else -1
    return None if start < 0 else _entries_of(text[start:], reply, tidy, (-1,))


def read_so_far(text: str, reply: type[R], tidy: Callable[[str, int], str]) -> R | None:
    """Return the whole entries of an answer that is still coming, as an answer; None if it has none yet.

    The last entry is among them as soon as its closing brace is there.  The arguments are those of `read_reply`.
    """
    if not reply.entries or _THINKING.match(text):
        return None
    start, end = text.find("{", _after_thoughts(text)), text.rfind("}") + 1
    return None if start < 0 or end <= start else _entries_of(text[start:end], reply, tidy, (None, -1))


def _entries_of(
    text: str, reply: type[R], tidy: Callable[[str, int], str], ends: Sequence[int | None]
) -> R | None:
    """Return the entries of the beginning of an object up to the first of *ends* that makes an answer of them."""
    try:
        found = from_json(text, allow_partial=True)
    except ValueError:
        return None
    entries = found.get(reply.entries) if isinstance(found, dict) else None
    if not isinstance(entries, list):
        return None
    # What stands before the entries is whole.
    before = {name: found[name] for name in takewhile(lambda name: name != reply.entries, found)}
    before = {name: value for name, value in before.items() if name in reply.model_fields}
    for end in ends:
        if not entries[:end]:
            return None
        with suppress(UnreadableError):
            return _validated(before | {reply.entries: entries[:end]}, reply, tidy)
    return None


def _validated(found: Mapping[str, Any], reply: type[R], tidy: Callable[[str, int], str]) -> R:
    try:
        return reply.model_validate(_tidied(found, full_schema(reply), tidy))
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)[:_MOST_PROBLEMS]
        ]
        raise UnreadableError("; ".join(problems)) from None


def _after_thoughts(text: str) -> int:
    """Return where the answer begins, behind whatever a model thought aloud."""
    thoughts = _THOUGHTS.match(text)
    return thoughts.end() if thoughts else 0


def _first_object(text: str, fields: frozenset[str]) -> dict[str, Any]:
    """Return the first object with any of *fields*; objects and braces of prose before it are passed over.

    Raises:
        UnreadableError: there is none.
    """
    text = text[_after_thoughts(text) :]
    decoder = json.JSONDecoder()
    start = text.find("{")
    problem = "" if start >= 0 else "There is no JSON object in it."
    for _ in range(_MOST_BRACES):
        if start < 0:
            break
        try:
            found, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            problem = problem or f"It is no JSON: {error.msg} at character {error.pos - start} of the object."
        except RecursionError:
            raise UnreadableError("It is nested too deeply.") from None
        else:
            if isinstance(found, dict) and (not fields or fields & found.keys()):
                return found
        start = text.find("{", start + 1)
    problem = problem or f"The object has none of the fields {sorted(fields)}."
    raise UnreadableError(problem, is_shapeless=not any(f'"{name}"' in text for name in fields))


def _tidied(value: Any, schema: Schema, tidy: Callable[[str, int], str]) -> Any:
    """Return *value* with every free text of the schema tidied."""
    for choice in schema.get("anyOf", ()):
        if _fits(value, choice):
            return _tidied(value, choice, tidy)
    if isinstance(value, str) and schema.get("type") == "string" and "enum" not in schema:
        return tidy(value, schema.get("maxLength", _LONGEST_TEXT))
    if isinstance(value, list) and schema.get("type") == "array":
        return [_tidied(item, schema.get("items", {}), tidy) for item in value]
    if isinstance(value, dict) and schema.get("type") == "object":
        parts = schema.get("properties", {})
        return {name: _tidied(item, parts.get(name, {}), tidy) for name, item in value.items()}
    return value


def _fits(value: Any, schema: Schema) -> bool:
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "array": list,
        "object": dict,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    if not isinstance(value, kinds.get(schema.get("type", ""), ())):
        return False
    if "enum" in schema:
        return value in schema["enum"]
    return not isinstance(value, dict) or set(value) <= set(schema.get("properties", {}))


def _inlined(node: Any, defined: Schema, inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, defined, inside) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name in inside:
            raise TypeError(f"A reply cannot hold itself: {name}.")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _inlined({**defined[name], **beside}, defined, (*inside, name))
    if "prefixItems" in node or isinstance(node.get("additionalProperties"), dict):
        raise TypeError("A reply can hold neither tuples nor mappings: no strict schema can say them.")
    whole: dict[str, Any] = {}
    for key, value in node.items():
        if key in {"$defs", "title", "default", "discriminator"}:
            continue
        if key == "properties":
            whole[key] = {name: _inlined(part, defined, inside) for name, part in value.items()}
        elif key == "const":
            whole["enum"] = [value]
        elif key == "oneOf":
            whole["anyOf"] = _inlined(value, defined, inside)
        else:
            whole[key] = _inlined(value, defined, inside)
    if whole.get("type") == "object":
        whole["required"] = list(whole.get("properties", {}))
        whole["additionalProperties"] = False
    return whole


def _stripped(node: Any, keywords: Set[str]) -> Any:
    if isinstance(node, list):
        return [_stripped(item, keywords) for item in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            kept[key] = {name: _stripped(part, keywords) for name, part in value.items()}
        elif key == "enum":
            kept[key] = value
        elif key in keywords:
            kept[key] = _stripped(value, keywords)
    return kept
