"""Finding passages by their words and by their meaning at once.

Two rankings of sentences, BM25 over words and cosine over vectors, are fused by reciprocal rank (Cormack,
Clarke and Büttcher, SIGIR 2009): their scores cannot be compared, their ranks can.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from journeyai.errors import SettingsError
from journeyai.model.aliases import Vectors
from journeyai.model.source import DocumentKey
from journeyai.model.vocabulary import Kind, Role
from journeyai.retrieval.document_json import Body
from journeyai.retrieval.encoders import Encoder, clean
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.keyword import keyword_expression
from journeyai.retrieval.store import Place, Store
from journeyai.retrieval.vector_cache import as_rows

#: The constant of the paper: how little it matters to be first rather than third.
RANK_CONSTANT: Final = 60

#: A line of fewer words is a title or said in passing: it names the topic and tells nothing of it.  It counts half,
#: which puts it behind the sentences found with it.  A longer ramp (whole from twelve words on) finds more of the
#: labelled passages still, but puts "The parcel arrived damaged" behind any longer sentence that is only near.
_FEWEST_WORDS: Final = 4
_SCRAP_SHARE: Final = 0.5

#: Sentences taken from each ranking.
_POOL: Final = 40

#: What an encoder is given of a question; a longer one is a pasted passage.
_QUESTION_CHARS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Passage:
    """Words around an utterance that answers a question.

    Attributes:
        document: what names the document.
        start: first character of the passage in the document's canonical text.
        end: one past the last.
        text: the words themselves: the utterance, with the one before and the one after it in the same turn.
        utterance: the number of the utterance that was found.
        speaker: who said it, if that is known.
        role: who the speaker is to the study.
        at: when it was said, as the source tells it.
        kind: what sort of material it stands in.
        language: of the utterance.
        score: the fused score; larger is better, and only to be compared within one search.
    """

    document: DocumentKey
    start: int
    end: int
    text: str
    utterance: int
    speaker: str | None
    role: Role
    at: str | None
    kind: Kind
    language: str
    score: float

    @property
    def source(self) -> str:
        """Path of the file inside `sources/`."""
        return self.document[0]

    @property
    def record(self) -> str | None:
        """The row, ticket or message inside the file."""
        return self.document[1]


class Search:
    """Searches one study."""

    def __init__(
        self, store: Store, encoder: Encoder, nearest: Callable[[Vectors, int], Sequence[tuple[int, float]]]
    ) -> None:
        """Search *store*.

        Args:
            store: the sentences, their words and their vectors.
            encoder: the one that the vectors are of.
            nearest: (about) the k sentences nearest to a vector, as ids with their distances.
        """
        self._store = store
        self._encoder = encoder
        self._nearest = nearest
        self._body = lru_cache(maxsize=64)(store.body)

    def find(self, question: str, k: int, filters: Filters) -> list[Passage]:
        """Return at most *k* passages, best first; equally good ones by source, record's place and number.

        Raises:
            SettingsError: the question has no character to search for.
            EngineError: a remote encoder does not answer.
        """
        asked = clean(question).strip()
        if not asked:
            raise SettingsError("The question is empty.", "Write what to look for, as a word or a sentence.")
        if k < 1 or self._store.is_empty():
            return []
        pool = max(_POOL, 2 * k)
        # One after the other: with the encoder in a thread of its own, a search took longer, not less.
        by_words = self._by_words(asked, pool, filters)
        vector = self._encoder.encode([asked[:_QUESTION_CHARS]], query=True)[0]
        scores = fuse([by_words, self._by_meaning(vector, pool, filters)])
        scores = weighed(scores, self._store.word_counts(list(scores)))
        return self._passages(scores, k, filters)

    def _by_words(self, asked: str, pool: int, filters: Filters) -> list[int]:
        expression = keyword_expression(asked)
        return self._store.keyword_hits(expression, pool, filters) if expression else []

    def _by_meaning(self, vector: Vectors, pool: int, filters: Filters) -> list[int]:
        if filters:
            # Exactly and over the candidates alone: Chroma's filtered queries are slower than this.
            return _best(vector, self._store.filtered_vectors(self._encoder.id, filters), pool)
        found = sorted(self._nearest(vector, pool), key=lambda hit: hit[1])
        if len({distance for _, distance in found}) < len(found):
            # Equals stand by hash, so that the order in which files were read does not decide.
            hashes = self._store.sentence_hashes([id_ for id_, _ in found])
            found.sort(key=lambda hit: (hit[1], hashes[hit[0]]))
        return [id_ for id_, _ in found]

    def _passages(self, scores: dict[int, float], k: int, filters: Filters) -> list[Passage]:
        passages: list[Passage] = []
        shown: set[tuple[int, int]] = set()
        for place, score in self._ranked_places(scores, k, filters):
            if len(passages) == k:
                break
            if (place.document_id, place.number) in shown:
                continue
            key, body = self._body(place.document_id)
            first, last = _around(body, place.number)
            shown.update((place.document_id, number) for number in range(first, last + 1))
            passages.append(_passage(key, body, place.number, first, last, score))
        return passages

    def _ranked_places(
        self, scores: dict[int, float], k: int, filters: Filters
    ) -> Iterator[tuple[Place, float]]:
        """Yield where the sentences of *scores* were said, best first; equally good ones as the store orders them.

        Asks the store for about *k* sentences at a time: most searches need no more.
        """
        ranked = sorted(scores, key=lambda sentence: -scores[sentence])
        while ranked:
            lowest = scores[ranked[:k][-1]]
            batch = [sentence for sentence in ranked if scores[sentence] >= lowest]
            ranked = ranked[len(batch) :]
            places = self._store.places(batch, filters)
            places.sort(key=lambda place: -scores[place.sentence])
            for place in places:
                yield place, scores[place.sentence]


def fuse(rankings: Sequence[Sequence[int]]) -> dict[int, float]:
    """Return the reciprocal-rank score of everything in *rankings*, each best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (RANK_CONSTANT + rank)
    return scores


def weighed(scores: Mapping[int, float], words: Mapping[int, int]) -> dict[int, float]:
    """Return *scores*, those of scraps lessened.

    Args:
        scores: of each sentence.
        words: how many each has.
    """
    return {
        id_: score if words[id_] >= _FEWEST_WORDS else _SCRAP_SHARE * score for id_, score in scores.items()
    }


def _cosines(rows: Vectors, vector: Vectors) -> Vectors:
    """Return the cosine of each unit row with the unit *vector*.

    Not `@`, whose threads wait for each other for longer than these few sums take.
    """
    scores: Vectors = np.einsum("ij,j->i", rows, vector)
    return scores


def _best(vector: Vectors, chunks: Iterator[list[tuple[int, bytes, bytes]]], n: int) -> list[int]:
    """Return the ids of the *n* rows nearest to *vector*, nearest first; equals by hash."""
    best: list[tuple[float, bytes, int]] = []
    for chunk in chunks:
        scores = _cosines(as_rows([blob for _, _, blob in chunk]), vector)
        if len(chunk) > n:
            worst_kept = np.partition(scores, -n)[-n]
            chosen = np.flatnonzero(scores >= worst_kept)
        else:
            chosen = np.arange(len(chunk))
        best += [(-float(scores[row]), chunk[row][1], chunk[row][0]) for row in chosen]
        best = sorted(best)[:n]
    return [id_ for _, _, id_ in best]


def _around(body: Body, number: int) -> tuple[int, int]:
    """Return the numbers of the first and last utterance of the passage around *number*."""
    turns = [turn for turn, _, _, _ in body["utterances"][max(0, number - 1) : number + 2]]
    here = body["utterances"][number][0]
    first = number - 1 if number > 0 and turns[0] == here else number
    last = number + 1 if number + 1 < len(body["utterances"]) and turns[-1] == here else number
    return first, last


def _passage(key: DocumentKey, body: Body, number: int, first: int, last: int, score: float) -> Passage:
    turn, _, _, language = body["utterances"][number]
    speaker, role, _, at, *_ = body["turns"][turn]
    start, end = body["utterances"][first][1], body["utterances"][last][2]
    return Passage(
        document=key,
        start=start,
        end=end,
        text=body["text"][start:end],
        utterance=number,
        speaker=speaker,
        role=role,
        at=at,
        kind=body["kind"],
        language=language,
        score=score,
    )
