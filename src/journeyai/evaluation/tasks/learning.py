"""Task `learning`: do corrections help where nobody corrected anything?

Half of a corpus's files are corrected as its labels say: what is right on a card is accepted, what belongs to another
lane is moved there, the rest is rejected.  Then the study is drafted anew with those lessons, and the evidence of the
other half is compared with the labels, before and after.  Then the halves change places: every file is measured once.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

import numpy as np

from journeyai.app import Study
from journeyai.engines.engine import Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.labels import Read
from journeyai.engines.local.learning import Lesson, lessons_of
from journeyai.evaluation import agreement
from journeyai.evaluation.bootstrap import Floats, estimate
from journeyai.evaluation.figures import GROUPS, Group
from journeyai.evaluation.gold import SCORED_LANES, Gold, load, sources_folder
from journeyai.evaluation.matching import Comparison, Found, compare, made_up
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.sheet import Sheet
from journeyai.evaluation.task import Drafted, Row, Task, Workplace
from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.journey import Card, JourneyMap
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane

#: The mean of the three lanes' gains, after less before, and the gain of passages in the right stage as themes vote.
GAIN: Final = "learning.gain"
STAGE_GAIN: Final = "learning.stage_gain"
_STAGES: Final = "stages.by_theme"


class Verdict(NamedTuple):
    """What a user who knows the labels does to a quote on a card."""

    status: Literal["accepted", "edited", "rejected"]
    lane: Lane
    stage: str


def run(work: Workplace) -> Iterator[Row]:
    """Yield what corrections did for each corpus; only the local engine learns, so for others there is nothing.

    Where some corpora are held back only they are looked at: an engine that was trained on a corpus has little to learn
    from its corrections.
    """
    golds = [(folder, load(folder)) for folder in work.corpora]
    unseen = [pair for pair in golds if pair[1].held_back]
    for folder, gold in unseen or golds:
        work.say(f"learning: {gold.name}")
        drafted = work.draft(sources_folder(folder), gold.language, name=gold.name)
        if drafted.journey.made_by.engine == LocalEngine.name:
            yield _corpus(folder, gold, drafted, work)


def _corpus(folder: Path, gold: Gold, drafted: Drafted, work: Workplace) -> Row:
    study = Study.create(work.scratch / gold.name, language=gold.language, sources=sources_folder(folder))
    parts = []
    kept: list[Read] = []
    told: Counter[str] = Counter()
    for corrected_files, others in halves(drafted.documents):
        judged = corrected(drafted.journey, gold, drafted.documents, corrected_files)
        lessons = lessons_of(judged, drafted.documents)
        told.update(card.status for card in judged.cards for _ in card.evidence)
        # Drafted over nothing: what is kept of the user's own cards is not what is looked at here.
        study.folder.map_path.unlink(missing_ok=True)
        journey = study.draft(engine=partial(_ReadsOnce, lessons=lessons, kept=kept))
        parts.append((journey, others))
    before = Sheet(compare(drafted.journey, gold, drafted.documents), drafted.documents)
    after = Sheet(compare(pieced(parts), gold, drafted.documents), drafted.documents)
    done = f"{told['accepted']} quotes accepted, {told['edited']} moved to another lane, {told['rejected']} rejected"
    return Row(gold.name, figures(before, after, seed=work.seed), (f"Corrected: {done}.",))


class _ReadsOnce(LocalEngine):
    """Reads once, however often the same files are drafted: only the lessons change."""

    def __init__(self, vectors: VectorSource, lessons: Sequence[Lesson], kept: list[Read]) -> None:
        super().__init__(vectors, lessons=lessons)
        self._kept = kept

    def read(self, documents: Sequence[Document], frame: Frame, progress: Progress) -> Iterator[Read]:
        """Yield what is thought of the passages."""
        if not self._kept:
            self._kept += super().read(documents, frame, progress)
        yield from self._kept


def halves(documents: Sequence[Document]) -> tuple[tuple[set[str], set[str]], tuple[set[str], set[str]]]:
    """Return (files that are corrected, files that are measured), both ways round: every second file by name."""
    files = sorted({document.source for document in documents})
    odd, even = set(files[::2]), set(files[1::2])
    return (odd, even), (even, odd)


def corrected(
    journey: JourneyMap, gold: Gold, documents: Sequence[Document], files: Collection[str]
) -> JourneyMap:
    """Return *journey* with what a user who knows the labels leaves of its quotes from *files*, and no other cards.

    Only what stands on a card of a scored lane is judged: what the draft missed, such a user does not see.
    """
    compared = compare(journey, gold, documents)
    stages = {stage.id for stage in journey.stages}
    cards: dict[Verdict, list[str]] = {}
    for item, lane, stage in _judged(compared):
        if item.evidence.source in files:
            verdict = _verdict(item, lane, stage if stage in stages else None)
            cards.setdefault(verdict, []).append(item.evidence.id)
    made = [
        Card(
            id=f"c{number}",
            lane=verdict.lane,
            stage=verdict.stage,
            title="",
            status=verdict.status,
            evidence=tuple(ids),
        )
        for number, (verdict, ids) in enumerate(sorted(cards.items()), 1)
    ]
    return journey.model_copy(update={"cards": tuple(made)})


def _judged(compared: Comparison) -> Iterator[tuple[Found, str | None, str | None]]:
    """Yield what stands in the scored lanes with the lane and stage it is labelled with, if any."""
    for passage, item in compared.pairs:
        if item.lane in SCORED_LANES:
            yield item, item.lane, passage.segment.stage
    for item, lane in made_up(compared, SCORED_LANES):
        yield item, lane, None


def _verdict(item: Found, lane: str | None, stage: str | None) -> Verdict:
    if lane is None or lane == "none":
        return Verdict("rejected", cast("Lane", item.lane), item.evidence.stage)
    return Verdict(
        "accepted" if lane == item.lane else "edited", cast("Lane", lane), stage or item.evidence.stage
    )


def pieced(parts: Sequence[tuple[JourneyMap, Collection[str]]]) -> JourneyMap:
    """Return one map of which each file's evidence is that of the draft it is measured in: (draft, its files)."""
    evidence, cards = [], []
    for number, (journey, files) in enumerate(parts):
        here = [item for item in journey.evidence if item.source in files]
        names: Mapping[str, str] = {item.id: f"{number}-{item.id}" for item in here}
        evidence += [item.model_copy(update={"id": names[item.id]}) for item in here]
        cards += [
            card.model_copy(
                update={
                    "id": f"{number}-{card.id}",
                    "evidence": tuple(names[i] for i in card.evidence if i in names),
                }
            )
            for card in journey.cards
        ]
    return parts[0][0].model_copy(update={"evidence": tuple(evidence), "cards": tuple(cards)})


def figures(before: Sheet, after: Sheet, *, seed: int) -> tuple[Figure, ...]:
    """Return each scored lane's F1 before and after, and the gains, whose intervals are those of the differences."""
    sides = {
        f"learning.{lane}.{when}": _counts(sheet.compared, lane)
        for lane in SCORED_LANES
        for when, sheet in (("before", before), ("after", after))
    }
    staged = [_stages(sheet) for sheet in (before, after)]

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        out = {
            name: agreement.precision_recall_f1(*(weights @ column for column in columns)).f1
            for name, columns in sides.items()
        }
        gains = [out[f"learning.{lane}.after"] - out[f"learning.{lane}.before"] for lane in SCORED_LANES]
        then, now = (group.statistics(weights)[_STAGES] for group in staged)
        return {**out, GAIN: np.mean(gains, axis=0), STAGE_GAIN: now - then}

    ranges = {GAIN: (-1, 1), STAGE_GAIN: (-1, 1)}
    found = estimate(statistics, len(before.compared.files), seed=seed, ranges=ranges)
    sizes = {name: int(there.sum() + made.sum()) for name, (_, there, made) in sides.items()}
    sizes[GAIN] = sum(n for name, n in sizes.items() if name.endswith(".after"))
    sizes[STAGE_GAIN] = staged[1].counts[_STAGES]
    return tuple(
        Figure(name, found[name].value, n, found[name].low, found[name].high) for name, n in sizes.items()
    )


def _stages(sheet: Sheet) -> Group:
    """Return the group of figures that `_STAGES` is one of."""
    return next(group for make in GROUPS if _STAGES in (group := make(sheet)).counts)


def _counts(compared: Comparison, lane: str) -> tuple[Floats, Floats, Floats]:
    """Return for each file what is right, what is labelled so, and what was made, in *lane*."""
    column = {name: index for index, name in enumerate(compared.files)}
    right = [passage.segment.source for passage, item in compared.pairs if item.lane == lane]
    there = [p.segment.source for p in compared.passages if p.segment.lane == lane]
    made = [item.evidence.source for item in compared.found if item.lane == lane]
    count = np.zeros((3, len(column)))
    for row, sources in enumerate((right, there, made)):
        for source in sources:
            count[row, column[source]] += 1
    return count[0], count[1], count[2]


TASK = Task(
    name="learning",
    title="Learning from corrections",
    about="Half of each corpus's files are corrected as the labels say, the study is drafted anew with `learn = true`, "
    "and the evidence of the other half is compared with the labels before and after (F1; both halves in turn). "
    "`learning.gain` is the mean of the three lanes' changes, `learning.stage_gain` that of passages found in the "
    "right stage (a theme votes for its own): above 0 corrections in some files help in the others. Of all corpora "
    "only those that are held back are looked at.",
    run=run,
    of_corpora=True,
)
