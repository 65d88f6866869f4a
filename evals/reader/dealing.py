"""How the material is dealt out: windows with their labels, epoch by epoch, batch by batch, and steps of contrast.

Everything random comes from the generator that is handed in.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from evals.heads.exemplars import Exemplar
from evals.reader.material import Corpus, Label, exemplar_document, exemplar_label, labelled_windows
from journeyai.engines.local.reader.windows import Tokenise, Window

#: Tokens of a batch, padding included.
BATCH_TOKENS: Final = 1600
#: What an exemplar weighs beside an utterance of a corpus.
EXEMPLAR_WEIGHT: Final = 0.6
#: A contrast step takes so many themes of one corpus and so many passages of each.
CONTRAST_THEMES, CONTRAST_PASSAGES = 8, 3


@dataclass(slots=True)
class Item:
    """A window with its labels and weight."""

    window: Window
    labels: list[Label | None]
    weight: float


def batches(items: Sequence[Item], rng: np.random.Generator) -> list[list[Item]]:
    """Return batches of windows of like length, in random order."""
    order = sorted(rng.permutation(len(items)), key=lambda n: len(items[n].window.ids) + rng.integers(12))
    made: list[list[Item]] = [[]]
    for number in order:
        item = items[number]
        if (
            made[-1]
            and (len(made[-1]) + 1) * max(len(item.window.ids), len(made[-1][-1].window.ids)) > BATCH_TOKENS
        ):
            made.append([])
        made[-1].append(item)
    return [made[n] for n in rng.permutation(len(made))]


class Material:
    """All that is trained on, and how it is dealt out."""

    def __init__(self, exemplars: list[Exemplar], corpora: list[Corpus], tokenise: Tokenise) -> None:
        self._exemplars, self._corpora, self._tokenise = exemplars, corpora, tokenise
        self.corpus_items = [item for corpus in corpora for item in corpus_items(corpus, tokenise)]
        by_trade: dict[tuple[str, str, str], list[Exemplar]] = defaultdict(list)
        for item in exemplars:
            by_trade[item.language, item.trade, item.role].append(item)
        self._groups = [by_trade[key] for key in sorted(by_trade)]
        self._themes = [_theme_places(corpus) for corpus in corpora]
        self._windows: dict[tuple[int, int, int], Item] = {}

    def epoch(self, rng: np.random.Generator) -> list[Item]:
        """Return one epoch's windows: corpora as they are, exemplars alone or in small runs, dealt anew."""
        return [*self.corpus_items, *self._dealt(rng)]

    def _dealt(self, rng: np.random.Generator) -> Iterator[Item]:
        number = 0
        for group in self._groups:
            order = [group[n] for n in rng.permutation(len(group))]
            while order:
                size = int(rng.choice([1, 1, 2, 3, 4]))
                run, order = order[:size], order[size:]
                document = exemplar_document(run, number)
                labels = {n: exemplar_label(item) for n, item in enumerate(run)}
                number += 1
                for window, known in labelled_windows(document, labels, self._tokenise):
                    yield Item(window, list(known), EXEMPLAR_WEIGHT)

    def contrasts(self, rng: np.random.Generator) -> Iterator[tuple[list[Item], list[str]]]:
        """Yield endless contrast steps: passages of several themes of one corpus, each inside a narrow window."""
        while True:
            for number in rng.permutation(len(self._corpora)):
                themes = self._themes[number]
                chosen = [sorted(themes)[n] for n in rng.permutation(len(themes))[:CONTRAST_THEMES]]
                items, names = [], []
                for theme in chosen:
                    places = themes[theme]
                    for n in rng.permutation(len(places))[:CONTRAST_PASSAGES]:
                        items.append(self._narrow(int(number), *places[n]))
                        names.append(theme)
                yield items, names

    def _narrow(self, corpus: int, document: int, utterance: int) -> Item:
        """Return the window of one utterance with its neighbours."""
        key = (corpus, document, utterance)
        if key not in self._windows:
            whole = self._corpora[corpus].documents[document]
            near = tuple(u for u in whole.utterances if abs(u.number - utterance) <= 1)
            (window, *_) = (
                w for w, _ in labelled_windows(replace(whole, utterances=near), {}, self._tokenise)
            )
            window.spans = [span for span in window.spans if span[0] == utterance]
            self._windows[key] = Item(window, [None], 1.0)
        return self._windows[key]


def corpus_items(corpus: Corpus, tokenise: Tokenise) -> list[Item]:
    """Return all windows of a corpus."""
    out = []
    for place, document in enumerate(corpus.documents):
        labels = {number: label for (where, number), label in corpus.labels.items() if where == place}
        out += [Item(w, list(known), 1.0) for w, known in labelled_windows(document, labels, tokenise)]
    return out


def _theme_places(corpus: Corpus) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, label in corpus.labels.items():
        if label.theme is not None:
            places[label.theme].append(place)
    return {theme: found for theme, found in places.items() if len(found) >= 2}
