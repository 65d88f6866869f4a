"""The engine that asks a model: labels by number, words for themes and personas, a second look at its own titles.

Words of sources go out only in questions that hold one document alone.  Whatever goes over several documents is made of
gists and titles, which are the model's own, and of these only the words that more than one document uses
(`sharing.py`): what a poisoned document can change ends with its own observations.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from journeyai.engines.engine import (
    Candidate,
    CardFacts,
    Claim,
    Engine,
    Frame,
    Idea,
    PersonaFacts,
    PersonaWords,
    Regrouped,
    Voice,
)
from journeyai.engines.llm.asking import Asker, Failure
from journeyai.engines.llm.sharing import SharedWords
from journeyai.engines.llm.steps import check, group, observe, opportunity, persona, stage, theme
from journeyai.engines.local.titles import best_title
from journeyai.engines.local.words import describe_persona
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import Progress
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import Lane
from journeyai.prompting import load_prompts

#: Steps that a draft takes.
STEPS: Final = ("observe", "theme", "group", "persona", "stage", "opportunity", "check")


class LLMEngine(Engine):
    """Asks a model, holds it to what it was asked, and falls back on plain code where it gives no answer."""

    name = "llm"

    def __init__(
        self,
        asker: Asker,
        *,
        passage_tokens: int,
        names: Callable[[DocumentKey], Sequence[str]] = lambda key: (),
        everybody: Sequence[str] = (),
        progress: Callable[[str], Progress] = lambda step: _silent,
    ) -> None:
        """Make an engine.

        Args:
            asker: the model.
            passage_tokens: about how many tokens of a document go out in one question.
            names: of the people in a document, to be masked.
            everybody: names of all people of the study, to be masked where several documents meet.
            progress: gives what is told how far a step is.
        """
        self._asker = asker
        self._passage_tokens = passage_tokens
        self._names = names
        self._everybody = everybody
        self._progress = progress
        #: Titles taken from quotes, for want of a gist: they are a source's words and go into no further question.
        self._extracted: set[str] = set()
        self._shared = SharedWords()
        #: Titles given to themes, made of shared words alone: they may go anywhere.
        self._given: set[str] = set()
        self.tally = observe.Tally()
        self.failures: list[Failure] = []
        self.dropped: Counter[str] = Counter()

    @property
    def model(self) -> str | None:  # type: ignore[override]
        """The model's name, as the map tells it."""
        return self._asker.model

    @property
    def prompts(self) -> dict[str, str]:
        """Step → short hash of its prompts."""
        return {step: load_prompts(step).hash for step in STEPS}

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the points made in *documents*, in order."""
        self._shared.read(documents)
        for observation in observe.observe(
            documents, frame, self._asker, progress, passage_tokens=self._passage_tokens, tally=self.tally
        ):
            self._shared.told([observation])
            yield observation

    def observe_again(
        self, documents: Sequence[Document], frame: Frame, progress: Progress, repeat: int
    ) -> Iterator[Observation]:
        """Yield the points that re-run *repeat* (from 1) finds, without asking twice about anything."""
        again = observe.Tally()
        yield from observe.observe(
            documents,
            frame,
            self._asker,
            progress,
            passage_tokens=self._passage_tokens,
            glean=False,
            repeat=repeat,
            tally=again,
        )
        self.tally.lost += again.lost

    def title(self, quotes: Sequence[str], lane: Lane, language: str) -> str:
        """Name a theme for which the model gave no words: with the clearest short clause among its quotes."""
        found = best_title(quotes, lane)
        self._extracted.add(found)
        return found

    def regroup(
        self, candidates: Sequence[Candidate], frame: Frame, progress: Progress
    ) -> Sequence[Regrouped]:
        """Merge, split and name themes by their gists; what stays at home keeps its group and its own gist's name."""
        shareable = self._shared.shareable
        themes = theme.regroup(candidates, frame.language, self._asker, progress, self._everybody, shareable)
        self.failures += themes.failures
        self._given |= themes.given
        found = list(themes.found)
        homes = _homes(found)
        for row, candidate in enumerate(candidates):
            left = tuple(
                (row, n) for n, gist in enumerate(candidate.gists) if not gist or not shareable(gist)
            )
            named = next((gist for gist in candidate.gists if gist), "")
            if left and row in homes:
                # It goes where most of its rough group goes.
                home = found[homes[row]]
                found[homes[row]] = replace(home, points=(*home.points, *left))
            elif left and named:
                found.append(Regrouped(theme.as_title(named), left))
        return found

    def group_people(
        self, voices: Sequence[Voice], most: int, frame: Frame
    ) -> Sequence[Sequence[int]] | None:
        """Return groups of people who behave alike; None where there are too many for one question, or no answer."""
        told = [
            Voice(tuple((lane, self._shared.shareable(gist)) for lane, gist in voice.said))
            for voice in voices
        ]
        found = group.run(told, most, frame.language, self._everybody, self._asker, self._progress("group"))
        if found is None or isinstance(found, Failure):
            self._failed(found)
            return None
        self.dropped["group"] += found.dropped
        return [some.people for some in found.groups]

    def describe(self, facts: PersonaFacts) -> PersonaWords:
        """Name and describe a persona, each line from statements of its people; by plain code if there is no answer."""
        told = tuple(replace(item, text=self._shared.shareable(item.text)) for item in facts.statements)
        found = persona.run(
            replace(facts, statements=told), self._everybody, self._asker, self._progress("persona")
        )
        plain = describe_persona(facts)
        if found is None or isinstance(found, Failure):
            self._failed(found)
            return plain
        self.dropped["persona"] += found.dropped + found.unsupported + found.invented
        words = found.words
        return PersonaWords(words.name or plain.name, words.summary or plain.summary, words.portrait)

    def sum_up(self, stages: Sequence[Sequence[CardFacts]], language: str) -> Sequence[str]:
        """Return a sentence or two on each stage, from its cards' titles."""
        shown = [self._shown(cards) for cards in stages]
        found = stage.run(shown, language, self._everybody, self._asker, self._progress("stage"))
        self.failures += found.failures
        self.dropped["stage"] += found.dropped + found.uncited
        return found.texts

    def find_ideas(self, cards: Sequence[CardFacts], language: str) -> Sequence[Idea] | None:
        """Return what to change, from the cards' titles; None if there is no answer."""
        found = opportunity.run(
            self._shown(cards), language, self._everybody, self._asker, self._progress("opportunity")
        )
        if found is None or isinstance(found, Failure):
            self._failed(found)
            return None
        self.dropped["opportunity"] += found.dropped + found.uncited
        return found.ideas

    def check(self, claims: Sequence[Claim], language: str) -> Sequence[bool | None]:
        """Ask of each quote, document by document, whether it bears out the title it stands under."""
        asked = [replace(claim, title=self._claimed(claim)) for claim in claims]
        # A title may name somebody of another document.
        titles = set(re.findall(r"\w+", fold(" ".join(claim.title for claim in asked))))
        told = [name for name in self._everybody if titles.intersection(re.findall(r"\w+", fold(name)))]
        found = check.run(asked, lambda key: (*self._names(key), *told), self._asker, self._progress("check"))
        self.failures += found.failures
        self.dropped["check"] += found.dropped
        return found.supported

    # Inside

    def _shown(self, cards: Sequence[CardFacts]) -> list[CardFacts]:
        """Return *cards* with what of their titles may be told; one whose title is a source's words goes untold."""
        return [replace(card, title=self._shareable_title(card.title)) for card in cards]

    def _shareable_title(self, title: str) -> str:
        """Return what of *title* may be told where several documents meet."""
        if title in self._extracted:
            return ""
        return title if title in self._given else self._shared.shareable(title)

    def _claimed(self, claim: Claim) -> str:
        """Return the title that is held against its quotes; empty where that is of no use.

        A title taken from a quote needs no proof by it.  One that rests on several documents must not carry the words
        of one into the question about another.
        """
        if claim.title in self._extracted:
            return ""
        alone = len({document for document, _ in claim.quotes}) == 1
        return claim.title if alone else self._shareable_title(claim.title)

    def _failed(self, answer: Failure | None) -> None:
        if answer is not None:
            self.failures.append(answer)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def _homes(themes: Sequence[Regrouped]) -> dict[int, int]:
    """Return, by candidate, the theme that holds most of its points; the first of several."""
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for number, found in enumerate(themes):
        for row, _ in found.points:
            counts[row][number] += 1
    return {row: min(votes, key=lambda number: (-votes[number], number)) for row, votes in counts.items()}
