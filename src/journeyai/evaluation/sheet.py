"""What the figures of one map are computed from: the comparison, and what several of them need of it."""

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from journeyai.evaluation.bootstrap import Floats, share_out
from journeyai.evaluation.gold import SCORED_LANES, Passage
from journeyai.evaluation.matching import Comparison, Found
from journeyai.model.source import Document


class Sheet:
    """A comparison, and what several groups of figures need of it; each worked out once."""

    def __init__(self, compared: Comparison, documents: tuple[Document, ...]) -> None:
        self.compared = compared
        self.documents = {document.key: document for document in documents}
        self._file = {name: index for index, name in enumerate(compared.files)}

    def files(self, sources: Sequence[str]) -> list[int]:
        """Return each source's column in the weights."""
        return [self._file[source] for source in sources]

    @cached_property
    def passages(self) -> list[Passage]:
        """Labelled passages of the scored lanes."""
        return [p for p in self.compared.passages if p.segment.lane in SCORED_LANES]

    @cached_property
    def pairs(self) -> list[tuple[Passage, Found]]:
        """Matched pairs of the scored lanes."""
        return [pair for pair in self.compared.pairs if pair[1].lane in SCORED_LANES]

    @cached_property
    def themed(self) -> list[tuple[Passage, Found, str]]:
        """Matched pairs whose passage has a theme."""
        return [(*pair, theme) for pair in self.pairs if (theme := pair[0].segment.theme) is not None]

    @cached_property
    def staged(self) -> list[tuple[Passage, Found, str]]:
        """Matched pairs whose passage has a stage."""
        return [(*pair, stage) for pair in self.pairs if (stage := pair[0].segment.stage) is not None]

    @cached_property
    def cards(self) -> list[int]:
        """Cards of the scored lanes that stand on evidence, as indices; an assumption says that it has none."""
        cards = self.compared.cards
        return [i for i, card in enumerate(cards) if card.lane in SCORED_LANES and card.evidence]

    @cached_property
    def stage_names(self) -> dict[str, str]:
        """Stage on the map → gold's id for it where id or name is the same, else a name that gold does not use."""
        gold = {stage.casefold(): stage for stage in self.compared.gold.stages}
        return {
            stage.id: gold.get(stage.id.casefold()) or gold.get(stage.name.casefold()) or f"map:{stage.id}"
            for stage in self.compared.journey.stages
        }

    @cached_property
    def stage_labels(self) -> list[str]:
        """Every name a stage can have here: gold's, then the map's own, in the journey's order."""
        given = (self.stage_of(item) for _, item, _ in self.staged)
        return list(dict.fromkeys([*self.compared.gold.stages, *self.stage_names.values(), *given]))

    def stage_of(self, item: Found) -> str:
        """Return the stage that a piece of evidence stands in."""
        return self.stage_names.get(item.evidence.stage, f"map:{item.evidence.stage}")

    def pair_files(self, pairs: Sequence[tuple[Any, ...]]) -> list[int]:
        """Return the column of each pair's file."""
        return self.files([pair[0].segment.source for pair in pairs])

    def shares(self, things: Sequence[Hashable], places: Sequence[tuple[str, Hashable]]) -> Floats:
        """Return files × *things*: the share of each thing's *places* (source, thing) that lies in each file."""
        row = {thing: index for index, thing in enumerate(things)}
        counts = np.zeros((len(self.compared.files), len(row)))
        for source, thing in places:
            counts[self._file[source], row[thing]] += 1
        return share_out(counts)

    @cached_property
    def card_shares(self) -> Floats:
        """Files × `cards`: the share of each card's evidence that stands in each file."""
        journey, cards = self.compared.journey, self.compared.cards
        return self.shares(
            self.cards,
            [(item.source, index) for index in self.cards for item in journey.quotes(cards[index])],
        )
