"""An engine that says what it is told to: for tests of everything that stands on an engine."""

from collections.abc import Iterator, Mapping, Sequence

from journeyai.engines.engine import Engine, Frame, PersonaFacts, PersonaWords
from journeyai.model.aliases import Progress
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import Lane

_TITLE_WORDS = 12


class ScriptedEngine(Engine):
    """Observes what the script has for each document, right or wrong; titles are first words."""

    name = "scripted"
    model: str | None = None

    def __init__(self, script: Mapping[DocumentKey, Sequence[Observation]]) -> None:
        """Make an engine.

        Args:
            script: document → what is observed when it is read.  An observation may point anywhere: that is
                how grounding is tested.
        """
        self._script = script

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the script, document by document."""
        for done, document in enumerate(documents, 1):
            yield from self._script.get(document.key, ())
            progress(done, len(documents))

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Return the first words of the most typical quote."""
        return " ".join(quotes[0].split()[:_TITLE_WORDS])

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name a persona by its first frustration or goal, and tell how many people it is."""
        told = (*facts.frustrations, *facts.goals, f"{facts.size} people")
        return PersonaWords(told[0], f"{facts.size} people.")
