"""What controls stand on: planted corpora with their maps, and the count of trials that held."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from journeyai.evaluation.gold import SCORED_LANES
from journeyai.evaluation.matching import Comparison, compare
from journeyai.evaluation.planted.files import PlantedCorpus, write
from journeyai.evaluation.planted.material import Material, Trade, load_material
from journeyai.evaluation.planted.script import Script, compose
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Drafted, Row, Workplace
from journeyai.model.journey import Card
from journeyai.resources import folder

LANGUAGES: Final = ("en", "es")
#: Corpora a language.
SEEDS: Final = 2
PEOPLE: Final = 18
FILES: Final = 12
#: Passages that a card must have for its theme to count as found, and for its people to be compared.
FEWEST: Final = 2
#: Notes on trials of one figure that did not hold.
_MOST_NOTES: Final = 4


class Tally:
    """How many trials of each kind held, and what is to be said of those that did not."""

    def __init__(self, figures: Sequence[str]) -> None:
        """Count for *figures*, in the order of the report."""
        self._trials: dict[str, list[bool]] = {figure: [] for figure in figures}
        self._misses: dict[str, list[str]] = {figure: [] for figure in figures}

    def add(self, figure: str, holds: bool, miss: str) -> None:
        """Count a trial; *miss* tells what is wrong if it does not hold."""
        self._trials[figure].append(holds)
        if not holds:
            self._misses[figure].append(miss)

    def row(self, subject: str) -> Row:
        """Return the figures, without a value where there was no trial, and notes on what did not hold."""
        figures = tuple(
            Figure(name, sum(held) / len(held) if held else None, len(held), None, None)
            for name, held in self._trials.items()
        )
        notes: list[str] = []
        for figure, misses in self._misses.items():
            told = list(dict.fromkeys(misses))
            notes += [f"{figure}: {miss}" for miss in told[:_MOST_NOTES]]
            if len(told) > _MOST_NOTES:
                notes.append(f"{figure}: and {len(told) - _MOST_NOTES} more like these.")
        return Row(subject, figures, tuple(notes))


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted corpus and the map drawn from it.

    Attributes:
        name: for notes: language, trade, what was changed.
        corpus: on disk.
        drafted: the map.
        comparison: the map laid over the truth.
    """

    name: str
    corpus: PlantedCorpus
    drafted: Drafted
    comparison: Comparison

    def carriers(self) -> dict[str, tuple[Card, int]]:
        """Return theme → the card of its own that holds most of its passages, and how many.

        A card is a theme's own if most of the card's passages are the theme's.
        """
        by_card: dict[int, Counter[str]] = defaultdict(Counter)
        for passage, found in self.comparison.pairs:
            if passage.segment.theme is not None:
                by_card[found.card][passage.segment.theme] += 1
        out: dict[str, tuple[Card, int]] = {}
        for number in sorted(by_card):
            theme, times = min(by_card[number].items(), key=lambda item: (-item[1], item[0]))
            if theme not in out or times > out[theme][1]:
                out[theme] = (self.comparison.cards[number], times)
        return out

    def found(self) -> set[str]:
        """Return the themes that some card is clearly of."""
        return {theme for theme, (_, times) in self.carriers().items() if times >= FEWEST}

    def scored(self) -> Iterator[Card]:
        """Yield the cards that tell of pains, delights and needs."""
        return (card for card in self.comparison.cards if card.lane in SCORED_LANES)


@dataclass(frozen=True, slots=True)
class Bench:
    """One planted corpus as it is, and what draws changed ones."""

    work: Workplace
    material: Material
    trade: Trade
    other: Trade
    seed: int
    base: Planted

    def draw(self, script: Script, change: str, order: Sequence[int] | None = None) -> Planted:
        """Write a changed *script*, and draft it; the arguments are those of the function `draw`."""
        return draw(self.work, script, f"{self.base.name}-{change}", order)

    def compose(self, personas: Sequence[str]) -> Script:
        """Arrange a corpus of the same size with people of *personas* alone."""
        people = sum(1 for _ in self.script.talks())
        return compose(
            self.material,
            self.trade.id,
            seed=self.seed,
            people=people,
            files=len(self.script.files),
            personas=personas,
        )

    @property
    def script(self) -> Script:
        """The unchanged corpus."""
        return self.base.corpus.script


def draw(work: Workplace, script: Script, name: str, order: Sequence[int] | None = None) -> Planted:
    """Write *script*, draft it, and lay the map over the truth; *order* is that in which the files are made."""
    corpus = write(script, work.scratch / name, order)
    drafted = work.draft(corpus.sources, script.material.language, name=f"controls-{name}")
    return Planted(name, corpus, drafted, compare(drafted.journey, corpus.gold, drafted.documents))


def planted_folder(work: Workplace) -> Path:
    """Return where the hand-written material is: beside the corpora, or as shipped."""
    beside = work.data.parent / "planted"
    return beside if beside.is_dir() else Path(str(folder("evals").joinpath("planted")))


def set_up(work: Workplace, language: str, number: int, people: int = PEOPLE, files: int = FILES) -> Bench:
    """Plant and draft corpus *number* in *language*; every second one is of the other trade."""
    material = load_material(planted_folder(work), language)
    trade, other = (material.trades[(number + turn) % len(material.trades)] for turn in (0, 1))
    seed = work.seed * SEEDS + number
    script = compose(material, trade.id, seed=seed, people=people, files=files)
    base = draw(work, script, f"{language}-{trade.id}-{seed}")
    return Bench(work, material, trade, other, seed, base)
