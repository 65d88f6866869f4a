"""Prompts as files: `prompts/<step>/{system,user,retry}.md`, Markdown with `$name` placeholders.

`string.Template` fills them: braces of JSON stay as they are, and a `$5` in what is filled in is not looked at again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Template
from typing import Final

from journeyai.errors import ResourceError
from journeyai.resources import folder

#: What is kept of a prompt's SHA-256 as its short name.
_HASH_LETTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text with placeholders.

    Attributes:
        name: `step/part`, as in `observe/user`.
        text: as it stands in the file.
    """

    name: str
    text: str

    @property
    def variables(self) -> frozenset[str]:
        """Names of the placeholders."""
        return _variables(self.text)

    def render(self, values: Mapping[str, str]) -> str:
        """Return the text with every placeholder filled.

        Raises:
            ResourceError: a placeholder has no value, a value no placeholder, or a `$` stands alone.
        """
        if not _is_valid(self.text):
            raise ResourceError(
                f"The prompt `{self.name}` holds a `$` that begins no name.", "Write it as `$$`."
            )
        missing = sorted(self.variables - values.keys())
        unused = sorted(values.keys() - self.variables)
        if missing or unused:
            told = [f"has no value for `{name}`" for name in missing]
            told += [f"has no place for `{name}`" for name in unused]
            raise ResourceError(
                f"The prompt `{self.name}` {', '.join(told)}.", "Mend the file in `prompts/`."
            )
        return Template(self.text).substitute(values)


@dataclass(frozen=True, slots=True)
class StepPrompts:
    """The three texts of a step.

    Attributes:
        step: its folder.
        system: who the model is and what it must hold to.
        user: the material.
        retry: what to say when a reply could not be read; takes `$error`.
    """

    step: str
    system: Prompt
    user: Prompt
    retry: Prompt

    @property
    def hash(self) -> str:
        """Short hash of all three: stands on the map and in every result."""
        whole = "\0".join(prompt.text for prompt in (self.system, self.user, self.retry))
        return hashlib.sha256(whole.encode()).hexdigest()[:_HASH_LETTERS]


@lru_cache(maxsize=256)
def _variables(text: str) -> frozenset[str]:
    return frozenset(Template(text).get_identifiers())


@lru_cache(maxsize=256)
def _is_valid(text: str) -> bool:
    return Template(text).is_valid()


@cache
def load_prompts(step: str) -> StepPrompts:
    """Return the prompts of *step*.

    Raises:
        ResourceError: there is no such folder, or one of its files is missing or is no UTF-8.
    """
    home = folder("prompts").joinpath(step)
    parts = {}
    for part in ("system", "user", "retry"):
        try:
            text = home.joinpath(f"{part}.md").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ResourceError(
                f"The prompt `{step}/{part}.md` is missing or cannot be read.", "Install JourneyAI again."
            ) from None
        parts[part] = Prompt(f"{step}/{part}", text.strip())
    return StepPrompts(step, parts["system"], parts["user"], parts["retry"])
