"""The scores of one map against one gold corpus, from the map alone: nothing is drafted anew.

Each figure has its value, the number of things it rests on, and an interval from resampled files.  Evidence that counts
is what customers said (or a researcher's note reports of them) and stands on a card that was not rejected, under that
card's lane.

    quotes.exact                    quotes of the map that stand in the raw files as it says            0 … 1
    quotes.attributed               matched passages with the right file, record, speaker and role      0 … 1
    evidence.LANE.precision         of what stands on cards of the lane, labelled so                    0 … 1
    evidence.LANE.recall            of what is labelled so, on a card of the lane                       0 … 1
    evidence.LANE.f1                their harmonic mean                                                 0 … 1
    themes.recall                   labelled themes that a card carries (`clusters.carried_themes`)     0 … 1
    themes.purity                   matched passages that are of their card's main theme                0 … 1
    themes.homogeneity              a card holds one theme                                              0 … 1
    themes.completeness             a theme is on one card                                              0 … 1
    themes.v_measure                their harmonic mean                                                 0 … 1
    themes.cards_per_theme          cards with a theme's passage ÷ themes met at least once             1 is best
    themes.cards_per_gold_theme     all cards of the lanes ÷ labelled themes                            1 is best
    stages.by_name                  matched passages in the labelled stage                              0 … 1
    stages.by_theme                 the same, all of a theme taking its most frequent stage             0 … 1
    stages.by_match                 the same as by name, under the best naming of the map's stages      0 … 1
    stages.order                    Kendall's τ: stages in order by where their passages stand         −1 … 1
    valence.sign                    bad, neither or good as labelled                                    0 … 1
    valence.sign_where_felt         the side, of what is labelled as felt                               0 … 1
    valence.mae                     mean distance from the labelled valence                             0 … 4, 0 is best
    valence.curve                   Pearson's r of the stages' mean valences                           −1 … 1
    emotions.macro_f1               mean F1 of the labels that occur                                    0 … 1
    emotions.accuracy               matched passages with the labelled emotion                          0 … 1
    personas.v_measure              people grouped as labelled                                          0 … 1
    personas.placed                 labelled people who are in a persona                                0 … 1
    people.error                    people on a card − labelled speakers of its main theme, unsigned    0 is best
    people.exact                    cards where they are the same                                       0 … 1
    cards.unsupported               cards without a matched passage                                     0 … 1, 0 is best
    coverage.passages               labelled passages quoted on any card                                0 … 1
    coverage.utterances             customers' utterances quoted on any card                            0 … 1

Of lanes that are labelled here and there recall alone is told; all other figures are of pain points, delights and
needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from journeyai.evaluation.bootstrap import RESAMPLES, SEED, estimate
from journeyai.evaluation.figures import GROUPS, RANGES
from journeyai.evaluation.gold import Gold
from journeyai.evaluation.matching import compare
from journeyai.evaluation.sheet import Sheet
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        name: `group.figure`, or `evidence.lane.figure`.
        value: None if nothing speaks for it.
        n: how many passages, pairs, cards, themes, stages or people it rests on.
        low: lower end of the 95 % interval; None without one.
        high: upper end.
    """

    name: str
    value: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of a map.

    Attributes:
        corpus: the gold corpus's name.
        resamples: how many the intervals rest on.
        seed: of the resampling.
        figures: in the order of a report.
    """

    corpus: str
    resamples: int
    seed: int
    figures: tuple[Figure, ...]

    def __getitem__(self, name: str) -> Figure:
        """Return the figure called *name*."""
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """Return the scores as plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the scores that `to_json` gave."""
        figures = tuple(Figure(**figure) for figure in kept["figures"])
        return cls(kept["corpus"], kept["resamples"], kept["seed"], figures)


def score(
    journey: JourneyMap,
    gold: Gold,
    documents: Sequence[Document],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Scores:
    """Score *journey* against *gold*.

    Args:
        journey: a map of the corpus, however it was made.
        gold: the corpus's labels.
        documents: the corpus's sources as they are read now (`gold.read_documents`).
        resamples: for the intervals; 0 for none.
        seed: of the resampling.

    Raises:
        SourceError: the labels do not fit the documents.
    """
    sheet = Sheet(compare(journey, gold, documents), tuple(documents))
    figures: list[Figure] = []
    for group in (make(sheet) for make in GROUPS):
        found = estimate(group.statistics, len(sheet.compared.files), resamples, seed, RANGES)
        for name, n in group.counts.items():
            one = found[name]
            figures.append(Figure(name, one.value, n, one.low, one.high))
    return Scores(gold.name, resamples, seed, tuple(figures))


def own_words(journey: JourneyMap) -> tuple[str, ...]:
    """Return every text on *journey* that is no quote and so must not do what a source tells it to."""
    texts = [journey.title, journey.goal, *(stage.summary for stage in journey.stages)]
    for card in journey.cards:
        texts += [card.title, card.detail]
    for persona in journey.personas:
        texts += [persona.name, persona.summary, *persona.goals, *persona.motivations]
        texts += [*persona.frustrations, *persona.behaviours]
    return tuple(text for text in texts if text)
