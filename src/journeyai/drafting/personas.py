"""Personas: people grouped by what they do and meet, not by who they are said to be.

A group is a proposal for the user to confirm.  Whoever says too little, or fits no group, stays out of all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from journeyai.drafting.clustering import Rows, gather
from journeyai.drafting.grounding import Point
from journeyai.drafting.likeness import hashed, stems_of, unit
from journeyai.engines.engine import Engine, Frame, Voice
from journeyai.knowledge.stopwords import content_words, words_as_written
from journeyai.model.aliases import VectorSource
from journeyai.model.source import Document

#: Points that somebody must have made to found a group.
LEAST_POINTS: Final = 4
#: Smallest group.
LEAST_PEOPLE: Final = 2
#: Shares of likeness: what people say (mean sentence vector), which words they share, which stages and lanes they
#: speak of, and where the engine places what they tell.  Without an engine that does, the others share its part.
#: Chosen on nine development corpora, with `LEAST_LEAD` (docs/decisions/0011).
SAID, WORDS, BEHAVIOUR, READ = 0.4, 0.2, 0.1, 0.3
#: Somebody with fewer points joins the group they are this much likelier to than to the next.
LEAST_LEAD: Final = 0.05
_WORD_DIMENSIONS: Final = 2048
_MOST_PEOPLE: Final = 800
#: People whose vectors are asked for together: fewer questions to the store, little memory.
_PEOPLE_AT_ONCE: Final = 100
_MOST_KEYWORDS: Final = 6
#: A telling word is said by at least this share of the group, and has so many letters.
_LEAST_SHARE: Final = 0.25
_LEAST_LETTERS: Final = 4
_LANES: Final = ("pain_point", "delight", "need", "motivation", "action", "question", "expectation")


@dataclass(frozen=True, slots=True)
class Group:
    """People who behave alike.

    Attributes:
        people: their keys, sorted.
        keywords: words its people say and others do not, most telling first.
    """

    people: tuple[str, ...]
    keywords: tuple[str, ...]


def find_groups(
    points: Sequence[Point], documents: Iterable[Document], vectors: VectorSource, most: int
) -> list[Group]:
    """Return at most *most* groups of people, largest first.

    Args:
        points: of all customers.
        documents: everything that was said: people are alike in all they tell, not in their complaints alone.
        vectors: gives sentences their vectors.
        most: 0 gives none.
    """
    if most == 0:
        return []
    by_person: dict[str, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        if point.person is not None and point.lane in _LANES:
            by_person[point.person].append(index)
    people = sorted(by_person)
    founders = [person for person in people if len(by_person[person]) >= LEAST_POINTS]
    if len(founders) < 2 * LEAST_PEOPLE or most < 2:
        return [_one_group(founders, points, by_person)] if len(founders) >= LEAST_PEOPLE else []
    rows = _portraits(people, by_person, points, _voices(people, documents), vectors)
    founding = set(founders)
    founder_rows = rows[[row for row, person in enumerate(people) if person in founding]]
    labels = _split(founder_rows, min(most, len(founders) // LEAST_PEOPLE))
    fits = silhouettes(founder_rows, labels) >= 0
    home = {p: int(label) for p, label, fit in zip(founders, labels, fits, strict=True) if fit}
    centres = _centres(founder_rows, labels)
    for row, person in enumerate(people):
        if person not in founding:
            alike = centres @ rows[row]
            best, second = np.sort(alike)[::-1][:2]
            if best - second >= LEAST_LEAD:
                home[person] = int(alike.argmax())
    members = [
        tuple(sorted(person for person, label in home.items() if label == number))
        for number in range(len(centres))
    ]
    members = sorted(
        (group for group in members if len(group) >= LEAST_PEOPLE), key=lambda group: (-len(group), group)
    )
    words = _telling_words(members, points, by_person)
    return [Group(group, words[number]) for number, group in enumerate(members)]


def proposed_groups(points: Sequence[Point], frame: Frame, engine: Engine, most: int) -> list[Group] | None:
    """Return the groups that *engine* proposes, largest first; None if it leaves grouping to `find_groups`.

    A person is in one group at most, and a group has at least `LEAST_PEOPLE`.
    """
    by_person: dict[str, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        if point.person is not None and point.lane in _LANES:
            by_person[point.person].append(index)
    people = sorted(by_person)
    if most == 0 or len(people) < LEAST_PEOPLE:
        return None
    voices = [
        Voice(tuple((points[index].lane, points[index].observation.gist) for index in by_person[person]))
        for person in people
    ]
    proposed = engine.group_people(voices, most, frame)
    if proposed is None:
        return None
    placed: set[int] = set()
    groups: list[tuple[str, ...]] = []
    for members in proposed:
        inside = {row for row in members if 0 <= row < len(people)} - placed
        if len(inside) >= LEAST_PEOPLE and len(groups) < most:
            placed |= inside
            groups.append(tuple(people[row] for row in sorted(inside)))
    groups.sort(key=lambda group: (-len(group), group))
    words = _telling_words(groups, points, by_person)
    return [Group(group, words[number]) for number, group in enumerate(groups)]


def _one_group(
    founders: Sequence[str], points: Sequence[Point], by_person: Mapping[str, Sequence[int]]
) -> Group:
    return Group(tuple(founders), _telling_words([tuple(founders)], points, by_person)[0])


def _voices(people: Sequence[str], documents: Iterable[Document]) -> dict[str, list[str]]:
    """Return all that each of *people* says."""
    wanted = set(people)
    voices: dict[str, list[str]] = {person: [] for person in people}
    for document in documents:
        for utterance in document.utterances:
            turn = document.turn_of(utterance)
            if turn.person in wanted and turn.person is not None and turn.measure is None:
                voices[turn.person].append(utterance.text)
    return voices


def _portraits(
    people: Sequence[str],
    by_person: Mapping[str, Sequence[int]],
    points: Sequence[Point],
    voices: Mapping[str, Sequence[str]],
    vectors: VectorSource,
) -> Rows:
    """Return one unit row a person: what they say and how they behave, as it differs from the others."""
    stages = len(points[0].observation.stages)
    said = []
    behaviour = np.zeros((len(people), stages + len(_LANES)), dtype=np.float32)
    spoken = [voices[person] or [points[index].quote for index in by_person[person]] for person in people]
    for start in range(0, len(people), _PEOPLE_AT_ONCE):
        some = spoken[start : start + _PEOPLE_AT_ONCE]
        found = vectors([text for texts in some for text in texts])
        ends = np.cumsum([len(texts) for texts in some])
        said += [part.mean(axis=0) for part in np.split(found, ends[:-1])]
    for row, person in enumerate(people):
        for index in by_person[person]:
            observation = points[index].observation
            behaviour[row, :stages] += np.array(observation.stages, dtype=np.float32)
            behaviour[row, stages + _LANES.index(observation.lane)] += 1
        behaviour[row] /= len(by_person[person])
    blocks = [(SAID, _centred(np.stack(said))), (WORDS, _word_rows(spoken)), (BEHAVIOUR, _centred(behaviour))]
    if all(point.observation.vector is not None for point in points):
        told = [[points[index].observation.vector for index in by_person[person]] for person in people]
        read = np.stack([np.mean(np.stack([v for v in some if v is not None]), axis=0) for some in told])
        blocks.append((READ, _centred(read)))
    return unit(np.hstack([block * np.float32(share**0.5) for share, block in blocks]))


def _centred(rows: NDArray[np.float32]) -> Rows:
    """Return unit rows that say how each differs from the mean."""
    return unit(rows - rows.mean(axis=0))


def _word_rows(spoken: Sequence[Sequence[str]]) -> Rows:
    """Return a unit row a person from the content words that others use, too; the fewer use one, the more it tells."""
    stems = [stems_of(texts) for texts in spoken]
    users = Counter(stem for found in stems for stem in found)
    weight = {stem: log((1 + len(spoken)) / count) for stem, count in users.items() if count >= 2}
    return hashed(stems, weight, _WORD_DIMENSIONS)


def _split(rows: Rows, most: int) -> NDArray[np.int64]:
    """Split rows into 2 … *most* groups; how many is chosen by the mean silhouette (Rousseeuw 1987)."""
    if len(rows) > _MOST_PEOPLE:
        nearest, centres = gather(rows, _MOST_PEOPLE)
        return _split(unit(centres), most)[nearest]
    merges = _ward(rows)
    cuts = [_cut(merges, len(rows), count) for count in range(2, most + 1)]
    return max(
        cuts, key=lambda labels: (round(float(silhouettes(rows, labels).mean()), 4), -int(labels.max()))
    )


def _centres(rows: Rows, labels: NDArray[np.int64]) -> Rows:
    return unit(np.stack([rows[labels == number].mean(axis=0) for number in range(int(labels.max()) + 1)]))


def _ward(rows: Rows) -> list[tuple[int, int]]:
    """Return the joins of Ward's method (1963), first to last; each keeps the lower row's number."""
    count = len(rows)
    distance = np.maximum(0, 2 - 2 * (rows @ rows.T).astype(np.float64))
    np.fill_diagonal(distance, np.inf)
    sizes = np.ones(count)
    merges = []
    for _ in range(count - 1):
        a, b = divmod(int(distance.argmin()), count)
        keep, gone = min(a, b), max(a, b)
        total = sizes[keep] + sizes[gone] + sizes
        mixed = (
            (sizes[keep] + sizes) * distance[keep]
            + (sizes[gone] + sizes) * distance[gone]
            - sizes * distance[keep, gone]
        ) / total
        sizes[keep] += sizes[gone]
        mixed[[keep, gone]] = np.inf
        mixed[np.isinf(distance[keep]) | np.isinf(distance[gone])] = np.inf
        distance[keep], distance[:, keep] = mixed, mixed
        distance[gone], distance[:, gone] = np.inf, np.inf
        merges.append((keep, gone))
    return merges


def _cut(merges: Sequence[tuple[int, int]], rows: int, count: int) -> NDArray[np.int64]:
    """Return the labels 0 … *count* − 1 after all but the last *count* − 1 joins."""
    label = np.arange(rows)
    for keep, gone in merges[: rows - count]:
        label[label == label[gone]] = label[keep]
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    out: NDArray[np.int64] = rank[inverse]
    return out


def silhouettes(rows: Rows, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each row's silhouette (−1 … 1): how much nearer its group's mean it is than the next group's.

    The simplified silhouette (Hruschka et al. 2004), which grows with the rows and not with their pairs.
    """
    centres = _centres(rows, labels)
    distance = 1 - (rows @ centres.T).astype(np.float64)
    own = distance[np.arange(len(rows)), labels]
    distance[np.arange(len(rows)), labels] = np.inf
    other = distance.min(axis=1)
    out: NDArray[np.float64] = (other - own) / np.maximum(np.maximum(own, other), 1e-9)
    return out


def _telling_words(
    groups: Sequence[Sequence[str]], points: Sequence[Point], by_person: Mapping[str, Sequence[int]]
) -> list[tuple[str, ...]]:
    """Return, for each group, the words that more of its people say than of the others (log odds, smoothed)."""
    said = {
        person: {word for index in indexes for word in content_words(points[index].quote)}
        for person, indexes in by_person.items()
    }
    written = _as_written(point.quote for point in points)
    everybody: Counter[str] = Counter(word for words in said.values() for word in words)
    total = len(said)
    out = []
    for group in groups:
        inside: Counter[str] = Counter(word for person in group for word in said[person])
        scored = []
        for word, count in inside.items():
            if count < max(2, _LEAST_SHARE * len(group)) or len(word) < _LEAST_LETTERS:
                continue
            outside = everybody[word] - count
            odds = np.log((count + 0.5) / (len(group) + 1)) - np.log(
                (outside + 0.5) / (total - len(group) + 1)
            )
            scored.append((-round(float(odds) * count**0.5, 6), word))
        out.append(tuple(written[word] for _, word in sorted(scored)[:_MOST_KEYWORDS]))
    return out


def _as_written(quotes: Iterable[str]) -> dict[str, str]:
    """Return folded word → how it is written most often, with its accents."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for quote in quotes:
        for folded, form in words_as_written(quote):
            forms[folded][form] += 1
    return {folded: min(counts, key=lambda form: (-counts[form], form)) for folded, counts in forms.items()}
