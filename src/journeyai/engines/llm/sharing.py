"""What may go from one document into a question over several: words that more than one document uses.

A source that gives orders can make a model write them into its own document's gists.  Before a gist meets others, the
words that no second document uses are taken out of it, so that nothing one document alone says can be said to the
model anywhere else; and a name that one document alone holds stays there, too.  A gist that loses half of its words
stays at home altogether: what nobody else speaks of has nobody to be joined with.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.knowledge.stopwords import content_words
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey

#: Documents that must use a word before it may go among others.
LEAST_DOCUMENTS: Final = 2
#: Share of a text's words that must be left, or none of it goes.
LEAST_LEFT: Final = 0.5
#: Words are told apart by their first letters without a plural's `s`: a crude stem for English and Spanish alike.
_STEM_LETTERS: Final = 5
#: Small words that turn others round.
_TURNING: Final = frozenset(
    {"no", "not", "never", "nobody", "nothing", "without", "cannot", "sin", "nunca", "nadie", "nada"}
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class SharedWords:
    """The words of a study by how many of its documents use them; grows while documents are read."""

    def __init__(self) -> None:
        self._documents: Counter[str] = Counter()
        self._seen: set[tuple[DocumentKey, str]] = set()
        #: Document → the one that it repeats, or itself: who posts a thing twice says it once.
        self._first: dict[DocumentKey, DocumentKey] = {}

    def read(self, documents: Iterable[Document]) -> None:
        """Count the words that stand in *documents*."""
        for document in documents:
            self._first[document.key] = document.duplicate_of or document.key
            self._count(document.key, (utterance.text for utterance in document.utterances))

    def told(self, observations: Iterable[Observation]) -> None:
        """Count the words that the model has for what is said: each for the document it speaks of."""
        for observation in observations:
            self._count(observation.document, (observation.gist,))

    def _count(self, document: DocumentKey, texts: Iterable[str]) -> None:
        key = self._first.get(document, document)
        for stem in stems(texts):
            if (key, stem) not in self._seen:
                self._seen.add((key, stem))
                self._documents[stem] += 1

    def shareable(self, text: str) -> str:
        """Return the telling words of *text* that may go into a question over several documents, in order.

        Empty if too few of them may.  Where there is one document alone, there is nobody to keep anything from.
        """
        if len(set(self._first.values())) == 1:
            return text
        told = [(word, stems([word])) for word in _WORD.findall(text)]
        telling = [(word, found) for word, found in told if found or fold(word) in _TURNING]
        kept = [
            (word, found)
            for word, found in telling
            if all(self._documents[stem] >= LEAST_DOCUMENTS for stem in found)
        ]
        full = sum(bool(found) for _, found in telling)
        left = sum(bool(found) for _, found in kept)
        return " ".join(word for word, _ in kept) if full and left >= LEAST_LEFT * full else ""


def stems(texts: Iterable[str]) -> set[str]:
    """Return the different stems of the content words of *texts*."""
    return {word.removesuffix("s")[:_STEM_LETTERS] for text in texts for word in content_words(fold(text))}
