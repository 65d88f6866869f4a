"""A YAML file that people write by hand, read so that every complaint names the file, the line and the key."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

import yaml

from journeyai.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Part:
    """One value of the file, with where it stands.

    Attributes:
        file: as people know it.
        node: of the YAML tree.
        key: the way to it, as `stages 2, lifecycle`; empty for the whole file.
    """

    file: str
    node: yaml.Node
    key: str = ""

    def fail(self, says: str, hint: str = "") -> NoReturn:
        """Complain of this value.

        Raises:
            SettingsError: always.
        """
        where = f"line {self.node.start_mark.line + 1}" + (f", `{self.key}`" if self.key else "")
        raise SettingsError(f"{self.file}, {where}: {says}", hint or "Mend that line.")

    def fields(self, known: Collection[str]) -> dict[str, "Part"]:
        """Return the values by their keys.

        Raises:
            SettingsError: these are no keys with values, one is not *known*, or one stands there twice.
        """
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("keys with values are wanted here.", f"Keys: {', '.join(sorted(known))}.")
        found: dict[str, Part] = {}
        for name, node in self.node.value:
            key = str(name.value)
            part = Part(self.file, name, f"{self.key}, {key}" if self.key else key)
            if key not in known:
                near = get_close_matches(key, known, n=1)
                meant = f" Did you mean `{near[0]}`?" if near else ""
                part.fail(f"there is no such key.{meant}", f"Keys: {', '.join(sorted(known))}.")
            if key in found:
                part.fail("the key stands there twice.")
            found[key] = Part(self.file, node, part.key)
        return found

    def one(self, fields: dict[str, "Part"], key: str) -> "Part":
        """Return the value of *key* out of this part's *fields*.

        Raises:
            SettingsError: it is missing.
        """
        if key not in fields:
            self.fail(f"the key `{key}` is missing.")
        return fields[key]

    def items(self) -> Iterator["Part"]:
        """Yield the values of a list.

        Raises:
            SettingsError: it is no list, or an empty one.
        """
        if not isinstance(self.node, yaml.SequenceNode) or not self.node.value:
            self.fail("a list is wanted here.")
        for number, node in enumerate(self.node.value, 1):
            yield Part(self.file, node, f"{self.key} {number}".strip())

    def text(self) -> str:
        """Return the words that stand there, on one line.

        Raises:
            SettingsError: there are none.
        """
        if not isinstance(self.node, yaml.ScalarNode) or not str(self.node.value).strip():
            self.fail("words are wanted here.")
        return " ".join(str(self.node.value).split())

    def number(self) -> float:
        """Return the number that stands there.

        Raises:
            SettingsError: it is none.
        """
        try:
            return float(self.text())
        except ValueError:
            self.fail(f"`{self.text()}` is no number.")

    def choice(self, known: Collection[str]) -> str:
        """Return the word that stands there, one of *known*.

        Raises:
            SettingsError: it is another one.
        """
        word = self.text()
        if word not in known:
            near = get_close_matches(word, known, n=1)
            meant = f" Did you mean `{near[0]}`?" if near else ""
            self.fail(f"`{word}` is not known here.{meant}", f"Known: {', '.join(known)}.")
        return word

    def in_languages(self, languages: Collection[str]) -> dict[str, str]:
        """Return the words by language: written so, or once for all; a language without words gets another's.

        Raises:
            SettingsError: there are no words, or of another language.
        """
        if isinstance(self.node, yaml.ScalarNode):
            return dict.fromkeys(languages, self.text())
        told = {code: part.text() for code, part in self.fields(languages).items()}
        if not told:
            self.fail("words are wanted here.")
        return {code: told.get(code, next(iter(told.values()))) for code in languages}


def read_marked(file: str, text: str) -> Part:
    """Return the whole of a YAML file.

    Args:
        file: as people know it.
        text: what stands in it.

    Raises:
        SettingsError: it is no YAML, or empty.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise SettingsError(
            f"{file}{line}: it cannot be read as YAML: {error.problem or error.context}.", "Mend that line."
        ) from None
    except yaml.YAMLError as error:
        raise SettingsError(f"{file}: it cannot be read as YAML: {error}.", "Mend the file.") from None
    if node is None:
        raise SettingsError(f"{file}, line 1: there is nothing in it.", "Write a method, or remove the file.")
    return Part(file, node)
