"""The figures themselves, group by group: each from per-passage values that a resample weighs anew.

Passages, pairs and people count as often as their file is drawn, and what they decide together (which card carries a
theme, what a theme votes for) is decided anew.  Cards and themes stand in several files: where they are counted
themselves, each counts by the share of its passages that is drawn, since a resample never holds all files and would
always find too few.  Which of the user's own stages is which is decided once, from all files.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from journeyai.drafting.coverage import count_coverage
from journeyai.drafting.verification import quote_problem
from journeyai.evaluation import agreement, clusters
from journeyai.evaluation.bootstrap import Floats, Statistics
from journeyai.evaluation.gold import SCORED_LANES, Passage, bare_speaker
from journeyai.evaluation.matching import Found, overlaps
from journeyai.evaluation.sheet import Sheet
from journeyai.model.source import Document

#: Least and greatest value of the figures that can lie outside 0 … 1.
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "themes.cards_per_theme": (0, math.inf),
    "themes.cards_per_gold_theme": (0, math.inf),
    "stages.order": (-1, 1),
    "valence.mae": (0, 4),
    "valence.curve": (-1, 1),
    "people.error": (0, math.inf),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that are computed together.

    Attributes:
        counts: figure's name → what it rests on, in the order of a report.
        statistics: their values from resamples.
    """

    counts: Mapping[str, int]
    statistics: Statistics


def _means(items: Mapping[str, tuple[ArrayLike, Sequence[int]]]) -> Group:
    """Return figures that are plain means: name → (values, their files' columns)."""

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        return {name: agreement.mean(values, weights[:, files]) for name, (values, files) in items.items()}

    return Group({name: len(files) for name, (_, files) in items.items()}, statistics)


def _quotes(sheet: Sheet) -> Group:
    """Quotes that stand in the raw files as the map says, and pairs with the right speaker and role."""
    evidence = sheet.compared.journey.evidence
    exact = [quote_problem(item, sheet.documents) is None for item in evidence]
    right = [_is_attributed(sheet, passage, item) for passage, item in sheet.pairs]
    return _means(
        {
            "quotes.exact": (exact, sheet.files([item.source for item in evidence])),
            "quotes.attributed": (right, sheet.pair_files(sheet.pairs)),
        }
    )


def _is_attributed(sheet: Sheet, passage: Passage, item: Found) -> bool:
    """Whether speaker and role are right; document and record are, or the two would not have matched.

    What a researcher's note reports is the researcher's in writing and the participant's in substance: either is right.
    """
    evidence, segment = item.evidence, passage.segment
    document = sheet.documents.get(item.document)
    if document is not None and document.kind == "note" and evidence.role == "researcher":
        return True
    return (bare_speaker(evidence.speaker), evidence.role) == (bare_speaker(segment.speaker), segment.role)


def _evidence(sheet: Sheet) -> Group:
    """Precision, recall, F1 of each scored lane; recall alone of the others, which are labelled here and there."""
    counts: dict[str, int] = {}
    sides: dict[str, tuple[list[int], list[int], list[int]]] = {}
    compared = sheet.compared
    known = Counter(p.segment.lane for p in compared.passages if p.segment.lane != "none")
    for lane in dict.fromkeys([*SCORED_LANES, *sorted(known)]):
        there = sheet.files([p.segment.source for p in compared.passages if p.segment.lane == lane])
        made = sheet.files([item.evidence.source for item in compared.found if item.lane == lane])
        right = sheet.pair_files([pair for pair in compared.pairs if pair[1].lane == lane])
        sides[lane] = (right, there, made)
        sizes = {"precision": len(made), "recall": len(there), "f1": len(there) + len(made)}
        told = sizes if lane in SCORED_LANES else ("recall",)
        counts |= {f"evidence.{lane}.{name}": sizes[name] for name in told}

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        out: dict[str, Floats] = {}
        for lane, columns in sides.items():
            sums = (weights[:, side].sum(axis=-1) for side in columns)
            for name, values in agreement.precision_recall_f1(*sums)._asdict().items():
                out[f"evidence.{lane}.{name}"] = values
        return out

    return Group(counts, statistics)


def _themes(sheet: Sheet) -> Group:
    """Do passages of one theme stand on one card, and is there a card for each theme?

    A theme with a single labelled passage can have no card of its own and takes no part in recall.
    """
    known = [theme for *_, theme in sheet.themed]
    given = [item.card for _, item, _ in sheet.themed]
    files = sheet.pair_files(sheet.themed)
    places = [(p.segment.source, theme) for p in sheet.passages if (theme := p.segment.theme) is not None]
    labelled = [theme for _, theme in places]
    labelled_files = sheet.files([source for source, _ in places])
    counted = Counter(labelled)
    themes = [theme for theme in counted if counted[theme] >= 2]
    met = list(dict.fromkeys(known))
    hit = list(dict.fromkeys(given))
    here = [passage.segment.source for passage, *_ in sheet.themed]
    theme_shares = sheet.shares(themes, [place for place in places if counted[place[1]] >= 2])
    met_shares = sheet.shares(met, list(zip(here, known, strict=True)))
    hit_shares = sheet.shares(hit, list(zip(here, given, strict=True)))
    card_shares = sheet.card_shares

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        heavy = weights[:, files]
        return {
            "themes.recall": clusters.theme_recall(known, given, labelled, heavy, weights[:, labelled_files]),
            "themes.purity": clusters.purity(known, given, heavy),
            "themes.homogeneity": clusters.homogeneity(known, given, heavy),
            "themes.completeness": clusters.completeness(known, given, heavy),
            "themes.v_measure": clusters.v_measure(known, given, heavy),
            "themes.cards_per_theme": _ratio_of_sums(weights, hit_shares, met_shares),
            "themes.cards_per_gold_theme": _ratio_of_sums(weights, card_shares, theme_shares),
        }

    groupings = dict.fromkeys(("purity", "homogeneity", "completeness", "v_measure"), len(known))
    sizes = {"recall": len(themes), **groupings}
    sizes |= {"cards_per_theme": len(met), "cards_per_gold_theme": len(themes)}
    return Group({f"themes.{name}": n for name, n in sizes.items()}, statistics)


def _ratio_of_sums(weights: Floats, part: Floats, whole: Floats) -> Floats:
    return agreement.ratio((weights @ part).sum(axis=-1), (weights @ whole).sum(axis=-1))


def _stages(sheet: Sheet) -> Group:
    """Is the passage in the right part of the journey: by name, by its theme's vote, under any naming, in order?"""
    gold = sheet.compared.gold
    known = [stage for *_, stage in sheet.staged]
    given = [sheet.stage_of(item) for _, item, _ in sheet.staged]
    files = sheet.pair_files(sheet.staged)
    naming = agreement.best_naming(known, given)
    renamed = [naming.get(stage) for stage in given]
    voters = [theme for *_, theme in sheet.themed]
    votes = [sheet.stage_of(item) for _, item, _ in sheet.themed]
    truth = {theme.id: theme.stage for theme in gold.themes}
    voter_files = sheet.pair_files(sheet.themed)
    orders = {stage.id: float(stage.order) for stage in sheet.compared.journey.stages}
    order = np.array([orders.get(item.evidence.stage, math.nan) for _, item, _ in sheet.staged])
    within = agreement.one_hot(known, gold.stages)

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        heavy = weights[:, files]
        return {
            "stages.by_name": agreement.accuracy(known, given, heavy),
            "stages.by_theme": agreement.voted_accuracy(
                voters, votes, truth, sheet.stage_labels, weights[:, voter_files]
            ),
            "stages.by_match": agreement.accuracy(known, renamed, heavy),
            "stages.order": np.array([_order(row) for row in _mean_by(order, heavy, within)]),
        }

    sizes = {"by_name": len(known), "by_theme": len(voters), "by_match": len(known), "order": len(set(known))}
    return Group({f"stages.{name}": n for name, n in sizes.items()}, statistics)


def _order(places: Floats) -> float:
    """Return Kendall's τ between the journey's order and the mean *places* of its stages' passages on the map."""
    there = [(index, place) for index, place in enumerate(places) if not np.isnan(place)]
    return agreement.kendall_tau([index for index, _ in there], [place for _, place in there])


def _mean_by(values: Floats, weights: Floats, groups: Floats) -> Floats:
    """Return the weighted mean of *values* in each of *groups* (items × groups), resample by resample."""
    there = ~np.isnan(values)
    heavy = weights[:, there]
    return agreement.ratio((heavy * values[there]) @ groups[there], heavy @ groups[there])


def _valence(sheet: Sheet) -> Group:
    """Good from bad, how far off, and whether the curve over the journey has the right shape.

    `sign` tells bad, neither and good apart, with `agreement.DEAD_ZONE` round 0; `sign_where_felt` asks only of what
    was labelled as felt, and only for the side.
    """
    known = np.array([passage.segment.valence for passage, _ in sheet.pairs], np.float64)
    given = np.array([item.evidence.valence for _, item in sheet.pairs], np.float64)
    files = np.array(sheet.pair_files(sheet.pairs), np.int64)
    same_sign = agreement.sign(known) == agreement.sign(given)
    felt = known != 0
    same_side = np.sign(known) == np.sign(given)
    gold_curve, map_curve = _curves(sheet)

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        heavy = weights[:, files]
        return {
            "valence.sign": agreement.mean(same_sign, heavy),
            "valence.sign_where_felt": agreement.mean(same_side[felt], heavy[:, felt]),
            "valence.mae": agreement.mean(np.abs(known - given), heavy),
            "valence.curve": agreement.pearson(gold_curve(weights), map_curve(weights)),
        }

    once = np.ones((1, len(sheet.compared.files)))
    points = ~np.isnan(gold_curve(once)) & ~np.isnan(map_curve(once))
    sizes = {"sign": len(known), "sign_where_felt": int(felt.sum()), "mae": len(known)}
    sizes["curve"] = int(points.sum())
    return Group({f"valence.{name}": n for name, n in sizes.items()}, statistics)


def _curves(sheet: Sheet) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """Return the mean valence of each gold stage, as labelled and as on the map, as functions of the weights."""
    stages = sheet.compared.gold.stages
    counterpart = _counterparts(sheet)
    labelled = [p for p in sheet.passages if p.segment.stage is not None]
    standing = [item for item in sheet.compared.found if item.lane in SCORED_LANES]
    gold_values = np.array([p.segment.valence for p in labelled], np.float64)
    gold_files = sheet.files([p.segment.source for p in labelled])
    gold_groups = agreement.one_hot([p.segment.stage for p in labelled], stages)
    map_values = np.array([item.evidence.valence for item in standing], np.float64)
    map_files = sheet.files([item.evidence.source for item in standing])
    map_groups = agreement.one_hot(
        [sheet.stage_of(item) for item in standing], [counterpart.get(stage) for stage in stages]
    )
    return (
        lambda weights: _mean_by(gold_values, weights[:, gold_files], gold_groups),
        lambda weights: _mean_by(map_values, weights[:, map_files], map_groups),
    )


def _counterparts(sheet: Sheet) -> dict[str, str]:
    """Return gold stage → the map's stage for it: of the same name, else the one that best shares its passages."""
    on_map = set(sheet.stage_names.values())
    named = {stage: stage for stage in sheet.compared.gold.stages if stage in on_map}
    rest = [
        (stage, given)
        for _, item, stage in sheet.staged
        if stage not in named and (given := sheet.stage_of(item)) not in named
    ]
    return named | agreement.best_naming([given for _, given in rest], [stage for stage, _ in rest])


def _emotions(sheet: Sheet) -> Group:
    """Of matched pairs, whether the emotion is the labelled one."""
    known = [passage.segment.emotion for passage, _ in sheet.pairs]
    given = [item.evidence.emotion for _, item in sheet.pairs]
    files = sheet.pair_files(sheet.pairs)

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        return {
            "emotions.macro_f1": agreement.macro_f1(known, given, weights[:, files]),
            "emotions.accuracy": agreement.accuracy(known, given, weights[:, files]),
        }

    return Group(dict.fromkeys(("emotions.macro_f1", "emotions.accuracy"), len(known)), statistics)


def _personas(sheet: Sheet) -> Group:
    """Are people grouped as labelled (those in a group on both sides), and how many labelled ones are in one at all?"""
    placed = {
        (member.source, bare_speaker(member.speaker)): persona.id
        for persona in sheet.compared.journey.personas
        for member in persona.members
    }
    members = [
        (member.source, persona.id, placed.get((member.source, bare_speaker(member.speaker))))
        for persona in sheet.compared.gold.personas
        for member in persona.members
    ]
    both = [(source, known, given) for source, known, given in members if given is not None]
    known, given = [known for _, known, _ in both], [given for *_, given in both]
    files = sheet.files([source for source, *_ in both])
    everyone = sheet.files([source for source, *_ in members])
    is_placed = [given is not None for *_, given in members]

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        return {
            "personas.v_measure": clusters.v_measure(known, given, weights[:, files]),
            "personas.placed": agreement.mean(is_placed, weights[:, everyone]),
        }

    return Group({"personas.v_measure": len(both), "personas.placed": len(members)}, statistics)


def _people(sheet: Sheet) -> Group:
    """A card's count of people against the distinct labelled speakers of the theme that most of its passages tell of.

    A speaker is a name in a file, as for personas.  Of themes equally frequent on a card the first in gold counts.
    """
    speakers: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for passage in sheet.passages:
        if passage.segment.theme is not None:
            speakers[passage.segment.theme].add((passage.segment.source, passage.segment.speaker))
    given = [item.card for _, item, _ in sheet.themed]
    main = agreement.majority(
        given, [theme for *_, theme in sheet.themed], [theme.id for theme in sheet.compared.gold.themes]
    )
    cards = list(main)
    errors = np.array(
        [abs(sheet.compared.cards[card].people - len(speakers[main[card]])) for card in cards], np.float64
    )
    shares = sheet.shares(cards, [(pair[0].segment.source, pair[1].card) for pair in sheet.themed])

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        return {
            "people.error": agreement.mean(errors, weights @ shares),
            "people.exact": agreement.mean(errors == 0, weights @ shares),
        }

    return Group(dict.fromkeys(("people.error", "people.exact"), len(cards)), statistics)


def _cards(sheet: Sheet) -> Group:
    """Cards of the scored lanes that no labelled passage speaks for."""
    matched = {(item.lane, item.evidence.id) for _, item in sheet.pairs}
    cards = [sheet.compared.cards[index] for index in sheet.cards]
    bare = [not any((card.lane, id_) in matched for id_ in card.evidence) for card in cards]
    shares = sheet.card_shares
    return Group(
        {"cards.unsupported": len(bare)},
        lambda weights: {"cards.unsupported": agreement.mean(bare, weights @ shares)},
    )


def _coverage(sheet: Sheet) -> Group:
    """Labelled passages that are quoted on any card, and customers' utterances that are."""
    quoted = [any(overlaps(p, item) for item in sheet.compared.found) for p in sheet.passages]
    files = sheet.files([p.segment.source for p in sheet.passages])
    said, used = _utterances(sheet)

    def statistics(weights: Floats) -> Mapping[str, Floats]:
        return {
            "coverage.passages": agreement.mean(quoted, weights[:, files]),
            "coverage.utterances": agreement.ratio(weights @ used, weights @ said),
        }

    return Group({"coverage.passages": len(quoted), "coverage.utterances": int(said.sum())}, statistics)


def _utterances(sheet: Sheet) -> tuple[Floats, Floats]:
    """Return, for each file, how many things customers said in it, and how many of them the map quotes."""
    evidence = [item.evidence for item in sheet.compared.found]
    by_file: dict[str, list[Document]] = defaultdict(list)
    for document in sheet.documents.values():
        by_file[document.source].append(document)
    counted = [count_coverage(by_file[name], evidence) for name in sheet.compared.files]
    said = np.array([coverage.customer for coverage in counted], np.float64)
    return said, np.array([coverage.used for coverage in counted], np.float64)


#: In the order of a report.
GROUPS: Final[tuple[Callable[[Sheet], Group], ...]] = (
    _quotes,
    _evidence,
    _themes,
    _stages,
    _valence,
    _emotions,
    _personas,
    _people,
    _cards,
    _coverage,
)
