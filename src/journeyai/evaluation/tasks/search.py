"""Task `search`: does a question find the passages that answer it?

Each labelled theme's label is a question; its passages are the answers.  What is found is what a user is shown: the
sentence with its neighbours in the turn.  A passage is found when it and what is shown share half of the shorter.
"""

from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from journeyai.app import Study
from journeyai.evaluation.agreement import mean
from journeyai.evaluation.bootstrap import estimate
from journeyai.evaluation.gold import COUNTED_ROLES, Passage, load, locate, read_documents, sources_folder
from journeyai.evaluation.retrieval import ndcg_at, recall_at
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row, Task, Workplace
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.index import Index
from journeyai.retrieval.search import Passage as Shown

#: Passages asked for.
DEPTH: Final = 10


def run(work: Workplace) -> Iterator[Row]:
    """Yield how well each corpus's themes are found by their labels."""
    for folder in work.corpora:
        work.say(f"search: {folder.resolve().name}")
        yield _corpus(folder, work)


def _corpus(folder: Path, work: Workplace) -> Row:
    gold = load(folder)
    sources = sources_folder(folder)
    answers: dict[str, list[Passage]] = {}
    for passage in locate(gold, read_documents(sources)):
        if passage.segment.theme is not None and passage.segment.role in COUNTED_ROLES:
            answers.setdefault(passage.segment.theme, []).append(passage)
    study = Study.create(work.scratch / gold.name, language=gold.language, sources=sources)
    study.index()
    found: list[tuple[float, float, float]] = []
    # As `Study.search` does, but with the index opened once: opening takes longer than searching.
    with Index.open(study.folder.root, study.settings.search) as index:
        for theme in gold.themes:
            if wanted := answers.get(theme.id):
                shown = index.search(theme.label, DEPTH, Filters(role="customer"))
                found.append(rate(wanted, shown))
    names = ("search.recall_at_5", "search.recall_at_10", "search.ndcg_at_10")
    # Questions, not files, are what is drawn by lot here.
    each = np.array(found, np.float64).reshape(len(found), len(names))
    told = estimate(
        lambda weights: {name: mean(each[:, column], weights) for column, name in enumerate(names)},
        len(found),
        seed=work.seed,
    )
    return Row(
        gold.name,
        tuple(Figure(name, told[name].value, len(found), told[name].low, told[name].high) for name in names),
    )


def rate(wanted: Sequence[Passage], shown: Sequence[Shown]) -> tuple[float, float, float]:
    """Return recall at 5, recall at 10 and nDCG at 10."""
    answered = [[place for place, passage in enumerate(wanted) if _shows(item, passage)] for item in shown]
    recalls = []
    for k in (5, DEPTH):
        within = [place for places in answered[:k] for place in places]
        recalls.append(recall_at(len(within) or 1, range(len(wanted)), within))
    ranked: list[Hashable] = []
    for rank, places in enumerate(answered):
        # A place gains once, however many answers it shows; one that shows none is named so that nothing knows it.
        ranked.append(next((place for place in places if place not in ranked), f"rank {rank}"))
    gains: dict[Hashable, float] = dict.fromkeys(range(len(wanted)), 1.0)
    return recalls[0], recalls[1], ndcg_at(DEPTH, gains, ranked)


def _shows(item: Shown, passage: Passage) -> bool:
    shared = min(item.end, passage.end) - max(item.start, passage.start)
    shorter = min(item.end - item.start, passage.end - passage.start)
    return item.document == passage.document and shared > 0 and 2 * shared >= shorter


TASK = Task(
    name="search",
    title="Search",
    about="Each labelled theme is asked for by its label, among customers' words; its passages are the answers. "
    "Recall: the share of them in the first 5 or 10 results (with more answers than places, 1 cannot be reached). "
    "nDCG: how near the top they stand. What counts is what a user sees: a sentence with its neighbours. "
    "The engine plays no part.",
    run=run,
    of_corpora=True,
)
