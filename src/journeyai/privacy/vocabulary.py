"""The words by which personal data is recognised, from `knowledge/taxonomy/personal.yaml`."""

from dataclasses import dataclass
from functools import cache

from journeyai.knowledge.stopwords import stopwords
from journeyai.knowledge.taxonomy import read_taxonomy


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Sets of folded words.

    Attributes:
        given: given names.
        also_words: given names that mean something else, too.
        roles: what people and services are called by what they do.
        no_names: words with a capital that stand where a name would.
        empty: stop words of both languages.
    """

    given: frozenset[str]
    also_words: frozenset[str]
    roles: frozenset[str]
    no_names: frozenset[str]
    empty: frozenset[str]

    @property
    def only_names(self) -> frozenset[str]:
        """Given names that mean nothing else."""
        return self.given - self.also_words


@cache
def vocabulary() -> Vocabulary:
    """Read the word lists, once."""
    raw = read_taxonomy("personal")
    given = frozenset(word for names in raw["given"].values() for word in names.split())
    return Vocabulary(
        given=given,
        also_words=frozenset(raw["also_words"].split()),
        roles=frozenset(raw["roles"].split()),
        no_names=frozenset(raw["no_names"].split()),
        empty=stopwords(),
    )
