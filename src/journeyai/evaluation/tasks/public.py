"""Public sets, labelled by others for other ends: how far what they know is found on a map.

A set's sentences are drafted as a table, a row a sentence, all by one reader: then nothing is left out for being one
voice among many, and the map shows what the engine sees in each sentence.

    pain.recall, delight.recall   negative, positive aspects whose words stand on a pain point, a delight     0 … 1
    pain.false, delight.false     sentences without such an aspect that stand there all the same  0 … 1, 0 is best
    sign                          aspects quoted as pain or delight, on the right one                         0 … 1
    mixed.split                   sentences of praise beside complaint, found as two pieces                   0 … 1
    emotion.macro_f1, .accuracy   GoEmotions' labels; what is on no card is neutral                           0 … 1
    friction.auc                  an annoyed customer's dialogue is felt as worse than a smooth one           0 … 1
    friction.gap                  mean valence of the smooth dialogues less that of the annoyed              −4 … 4
    stages.order                  Kendall's τ of the stages' order and where their evidence stands           −1 … 1
"""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from journeyai.evaluation.agreement import accuracy, kendall_tau, macro_f1, mean, ratio
from journeyai.evaluation.bootstrap import Floats, Statistics, estimate
from journeyai.evaluation.matching import Span, shared
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Drafted, Row, Task, Workplace
from journeyai.evaluation.tasks.public_sets import (
    Aspect,
    Dialogue,
    Sentence,
    read_app_reviews,
    read_goemotions,
    read_mams,
    read_star,
)
from journeyai.model.journey import Evidence

#: Texts drawn by lot: as many as keep the set well under a minute.
_FELT: Final = 1500
#: Of each sort; both together stay below the crowd in which a map leaves single voices out.
_DIALOGUES: Final = 70

_LANE_OF: Final = {-1: "pain_point", 1: "delight"}

#: Our emotions in the words of GoEmotions' Ekman grouping, by that paper's own table of its 28 labels: annoyance is
#: anger there, disappointment sadness, approval and gratitude joy, confusion surprise.  Disgust we have none for.
EKMAN: Final = {
    "anger": "anger",
    "frustration": "anger",
    "anxiety": "fear",
    "confusion": "surprise",
    "disappointment": "sadness",
    "sadness": "sadness",
    "neutral": "neutral",
    "relief": "joy",
    "trust": "joy",
    "satisfaction": "joy",
    "joy": "joy",
    "surprise": "surprise",
}

#: Words of an aspect that are found are half of it at least.
_HALF: Final = 0.5

Item = TypeVar("Item")

#: A row of the table → (card's lane, evidence) on the map.
ByRow = Mapping[int, Sequence[tuple[str, Evidence]]]


def run(workplace: Workplace) -> Iterator[Row]:
    """Yield a row for each set that is there."""
    root = workplace.outside
    if root is None:
        return
    for name, (path, make) in _SETS.items():
        if (root / path).is_file():
            workplace.say(f"Public set {name}")
            yield make(workplace, root / path)
        else:
            workplace.say(f"The public set {name} is left out: there is no `{path}` in the folder.")


# Sentences


def _mams(workplace: Workplace, path: Path) -> Row:
    sentences = read_mams(path)
    notes = (
        ()
        if any(a.span for s in sentences for a in s.aspects)
        else (
            "This copy of MAMS gives categories without places: an aspect counts as found when anything in its "
            "sentence is.",
        )
    )
    return Row("mams", _aspect_figures(workplace, "mams", sentences), notes)


def _app_reviews(workplace: Workplace, path: Path) -> Row:
    sentences = [one for one in read_app_reviews(path) if any(aspect.sign for aspect in one.aspects)]
    note = "Sentences whose features are all neutral are left out; features are marked, not every complaint."
    return Row("app-reviews", _aspect_figures(workplace, "app-reviews", sentences), (note,))


def _aspect_figures(workplace: Workplace, name: str, sentences: Sequence[Sentence]) -> tuple[Figure, ...]:
    drafted, found = _draft_table(workplace, name, [one.text for one in sentences])
    starts = _starts(drafted, sentences)
    counts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, one in enumerate(sentences):
        here = found.get(row, ())
        lanes = {lane for lane, _ in here}
        signs = {aspect.sign for aspect in one.aspects}
        told: dict[str, tuple[int, int]] = {}
        hits = [
            (aspect.sign, _lanes_on(aspect, here, starts.get(row, 0)))
            for aspect in one.aspects
            if aspect.sign
        ]
        for sign, lane in _LANE_OF.items():
            own = [on for its, on in hits if its == sign]
            short = "pain" if sign < 0 else "delight"
            told[f"{short}.recall"] = (sum(lane in on for on in own), len(own))
            told[f"{short}.false"] = (int(sign not in signs and lane in lanes), int(sign not in signs))
        felt = [(sign, on) for sign, on in hits if on & set(_LANE_OF.values())]
        told["sign"] = (sum(_LANE_OF[sign] in on for sign, on in felt), len(felt))
        mixed = {-1, 1} <= signs
        told["mixed.split"] = (int(mixed and _is_split(here)), int(mixed))
        for figure, part in told.items():
            counts[figure].append(part)
    return shares(counts, workplace.seed)


def _lanes_on(aspect: Aspect, here: Sequence[tuple[str, Evidence]], start: int) -> set[str]:
    """Return the lanes of the evidence that holds the words of *aspect*; *start*: where its sentence begins."""
    return {lane for lane, item in here if _holds(item, aspect, start)}


def _holds(item: Evidence, aspect: Aspect, start: int) -> bool:
    if aspect.span is not None:
        return item.start < start + aspect.span[1] and start + aspect.span[0] < item.end
    if aspect.words:
        quoted = set(re.findall(r"\w+", item.quote.casefold()))
        words = re.findall(r"\w+", aspect.words.casefold())
        return sum(word in quoted for word in words) >= _HALF * max(1, len(words))
    return True


def _is_split(here: Sequence[tuple[str, Evidence]]) -> bool:
    """Whether a complaint and a praise stand side by side, not on the same words."""
    places = {lane: [_place(item) for its, item in here if its == lane] for lane in _LANE_OF.values()}
    return any(not shared(one, other) for one in places["pain_point"] for other in places["delight"])


def _place(item: Evidence) -> Span:
    return Span((item.source, item.record), item.start, item.end)


def _starts(drafted: Drafted, sentences: Sequence[Sentence]) -> dict[int, int]:
    """Return where each row's sentence begins in its document."""
    texts = {
        int(document.record): document.text for document in drafted.documents if document.record is not None
    }
    return {row: max(0, text.find(sentences[row].text)) for row, text in texts.items()}


# Emotions


def _goemotions(workplace: Workplace, path: Path) -> Row:
    known = {*EKMAN.values()}
    usable = [one for one in read_goemotions(path, path.parent / "labels.txt") if one.emotion in known]
    chosen = pick(usable, _FELT, workplace.seed)
    _, found = _draft_table(workplace, "goemotions", [one.text for one in chosen])
    told = [one.emotion for one in chosen]
    given = [_emotion(found.get(row, ())) for row in range(len(chosen))]

    def statistics(weights: Floats) -> dict[str, Floats]:
        return {
            "emotion.macro_f1": macro_f1(told, given, weights),
            "emotion.accuracy": accuracy(told, given, weights),
        }

    note = (
        f"{len(chosen)} texts drawn by lot from those with one emotion, disgust left out; "
        f"{sum(row in found for row in range(len(chosen)))} of them stand on a card. They are talk among strangers "
        "on a forum: few are about a service."
    )
    return Row(
        "goemotions",
        _estimated(
            statistics,
            dict.fromkeys(("emotion.macro_f1", "emotion.accuracy"), len(chosen)),
            len(chosen),
            workplace.seed,
        ),
        (note,),
    )


def _emotion(here: Sequence[tuple[str, Evidence]]) -> str:
    """Return the emotion of the longest quote, in Ekman's words."""
    if not here:
        return "neutral"
    _, item = max(here, key=lambda one: (one[1].end - one[1].start, -one[1].start))
    return EKMAN[item.emotion]


# Dialogues


def _star(workplace: Workplace, path: Path) -> Row:
    dialogues = read_star(path)
    chosen = [
        one
        for annoyed in (False, True)
        for one in pick([it for it in dialogues if it.annoyed == annoyed], _DIALOGUES, workplace.seed)
    ]
    drafted = _draft_dialogues(workplace, chosen)
    order = {stage.id: stage.order for stage in drafted.journey.stages}
    said: dict[str, list[Evidence]] = defaultdict(list)
    for item in drafted.journey.evidence:
        if item.role == "customer":
            said[item.source].append(item)
    # A dialogue that brings nothing to the map was felt as neither good nor bad.
    felt = np.array([_mean_valence(said.get(_file(one), ())) for one in chosen])
    annoyed = np.array([one.annoyed for one in chosen], np.float64)
    taus = np.array([_tau(said.get(_file(one), ()), order) for one in chosen])
    worse = (felt[:, None] < felt[None, :]) + 0.5 * (felt[:, None] == felt[None, :])

    def statistics(weights: Floats) -> dict[str, Floats]:
        bad, good = weights * annoyed, weights * (1 - annoyed)
        pairs = bad.sum(axis=-1) * good.sum(axis=-1)
        gap = mean(np.broadcast_to(felt, good.shape), good) - mean(np.broadcast_to(felt, bad.shape), bad)
        return {
            "friction.auc": ratio(((bad @ worse) * good).sum(axis=-1), pairs),
            "friction.gap": gap,
            "stages.order": mean(np.nan_to_num(taus), weights * ~np.isnan(taus)),
        }

    ns = {
        "friction.auc": len(chosen),
        "friction.gap": len(chosen),
        "stages.order": int((~np.isnan(taus)).sum()),
    }
    notes = (
        "The annoyed were told to play it; their words are often calm.",
        "`stages.order` is of dialogues with evidence in two stages; a point's stage is what it is about, which need "
        "not be in the order of the talk.",
    )
    return Row("star", _estimated(statistics, ns, len(chosen), workplace.seed), notes)


def _draft_dialogues(workplace: Workplace, dialogues: Sequence[Dialogue]) -> Drafted:
    sources = workplace.scratch / "star"
    for one in dialogues:
        path = sources / _file(one)
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{'Customer' if own else 'Agent'}: {words}" for own, words in one.turns]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return workplace.draft(sources, "en", name="star")


def _file(dialogue: Dialogue) -> str:
    return f"chats/{dialogue.id}.txt"


def _mean_valence(items: Sequence[Evidence]) -> float:
    return sum(item.valence for item in items) / len(items) if items else 0.0


def _tau(items: Sequence[Evidence], order: Mapping[str, int]) -> float:
    ordered = sorted(items, key=lambda item: item.start)
    return kendall_tau([order[item.stage] for item in ordered], list(range(len(ordered))))


# For all of them


def pick(items: Sequence[Item], most: int, seed: int) -> list[Item]:
    """Return at most *most* of *items*, drawn by lot, in their own order."""
    if len(items) <= most:
        return list(items)
    return [items[index] for index in sorted(random.Random(seed).sample(range(len(items)), most))]


def _draft_table(workplace: Workplace, name: str, texts: Sequence[str]) -> tuple[Drafted, ByRow]:
    """Draft *texts* as a table of one reader; return the map, and the evidence of each row."""
    sources = workplace.scratch / name
    path = sources / "reviews" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["id", "author", "text"])
        table.writerows((row, "one reader", text) for row, text in enumerate(texts))
    drafted = workplace.draft(sources, "en", name=name)
    by_id = {item.id: item for item in drafted.journey.evidence}
    found: dict[int, list[tuple[str, Evidence]]] = defaultdict(list)
    for lane, id_ in dict.fromkeys(
        (card.lane, id_) for card in drafted.journey.cards for id_ in card.evidence
    ):
        item = by_id.get(id_)
        if item is not None and item.record is not None and lane == item.lane:
            found[int(item.record)].append((lane, item))
    return drafted, found


def shares(counts: Mapping[str, Sequence[tuple[int, int]]], seed: int) -> tuple[Figure, ...]:
    """Return each share of *counts* (part, whole of each thing) with its interval, by resampling the things."""
    tables = {name: np.array(parts, np.float64).reshape(-1, 2) for name, parts in counts.items()}

    def statistics(weights: Floats) -> dict[str, Floats]:
        return {name: ratio(weights @ table[:, 0], weights @ table[:, 1]) for name, table in tables.items()}

    things = max((len(table) for table in tables.values()), default=0)
    return _estimated(statistics, {name: int(t[:, 1].sum()) for name, t in tables.items()}, things, seed)


def _estimated(statistics: Statistics, ns: Mapping[str, int], things: int, seed: int) -> tuple[Figure, ...]:
    ranges = {"friction.gap": (-4.0, 4.0), "stages.order": (-1.0, 1.0)}
    found = estimate(statistics, things, seed=seed, ranges=ranges)
    return tuple(
        Figure(name, found[name].value, n, found[name].low, found[name].high) for name, n in ns.items()
    )


#: Set → its file in the folder, and what makes its row.
_SETS: Final[Mapping[str, tuple[str, Callable[[Workplace, Path], Row]]]] = {
    "mams": ("mams/test.xml", _mams),
    "app-reviews": ("app-reviews/Ground_truth.xlsx", _app_reviews),
    "goemotions": ("goemotions/test.tsv", _goemotions),
    "star": ("star/star_sample.jsonl", _star),
}

TASK: Final = Task(
    name="public",
    title="Public sets",
    about=(
        "English sets that others labelled for other ends: aspects of restaurant sentences (MAMS), features in app "
        "reviews, emotions of forum talk (GoEmotions), dialogues with annoyed customers (STAR). Their labels are not "
        "ours: compare engines by these figures, do not read them as how good a map is."
    ),
    run=run,
    needs_outside=True,
)
