"""What the local engine saw in a study's sources, kept in its index: a second look at the coverage reads nothing again.

Kept are places, lanes and weights, no words and no names.  They are found again only under the very contents that
they were seen in, read by the very engine.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import cast

from journeyai.drafting.coverage import PointPlace, Sighting, sightings
from journeyai.drafting.pipeline import observe
from journeyai.engines.engine import Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.identity import engine_identity
from journeyai.engines.local.vectors import vectors_through
from journeyai.model.aliases import StepProgress
from journeyai.model.source import Document
from journeyai.model.vocabulary import Lane
from journeyai.retrieval.index import Index
from journeyai.settings import Reading
from journeyai.sources.duplicates import with_duplicates


def keep(
    index: Index,
    documents: Sequence[Document],
    frame: Frame,
    reading: Reading,
    seen: Mapping[PointPlace, Sighting],
) -> None:
    """Keep what was *seen* in *documents*, all that *index* holds, by an engine that nobody has taught."""
    places: dict[int, list[tuple[int, Lane, float]]] = {}
    for number, document in enumerate(_sorted(documents)):
        for utterance in document.utterances:
            sighting = seen.get((document.key, utterance.start))
            if sighting is not None:
                places.setdefault(number, []).append((utterance.start, sighting.lane, sighting.weight))
    index.keep_reading(_key(index, frame, reading), json.dumps(places, separators=(",", ":")))


def recall(
    index: Index, documents: Sequence[Document], frame: Frame, reading: Reading
) -> dict[PointPlace, Sighting] | None:
    """Return what was seen in *documents* when they were last read; None where that is not known."""
    text = index.kept_reading(_key(index, frame, reading))
    if text is None:
        return None
    places = cast("dict[str, list[tuple[int, Lane, float]]]", json.loads(text))
    listed = _sorted(documents)
    return {
        (listed[int(number)].key, start): Sighting(lane, weight)
        for number, told in places.items()
        for start, lane, weight in told
    }


def look(
    index: Index, documents: Sequence[Document], frame: Frame, reading: Reading, progress: StepProgress
) -> dict[PointPlace, Sighting]:
    """Return what there is to see in *documents*, all that *index* holds: as it is known, else read and kept.

    Args:
        index: of the study.
        documents: everything that was said.
        frame: what they are sorted into.
        reading: how closely they are read.
        progress: told how far reading is; not called where what was read before is still known.
    """
    seen = recall(index, documents, frame, reading)
    if seen is None:
        progress("observe", 0, len(documents))
        # Read without asking anybody, for a look at a map must cost nothing, and without what decisions on cards
        # teach, or each decision would have everything read again.
        worker = LocalEngine(vectors_through(index), reading)
        marked = with_duplicates(documents)
        grounded = observe(marked, frame, worker, lambda done, total: progress("observe", done, total))
        seen = sightings(grounded.points)
        keep(index, documents, frame, reading, seen)
    return seen


def _sorted(documents: Sequence[Document]) -> list[Document]:
    return sorted(documents, key=lambda document: (document.source, document.record or ""))


def _key(index: Index, frame: Frame, reading: Reading) -> str:
    """Return a hash of all that reading depends on.

    Of the frame only the lanes: which stages there are changes nothing of what words are taken for.
    """
    files = [[source, state.sha256, state.fingerprint] for source, state in index.files().items()]
    told = json.dumps([files, sorted(frame.lanes), reading, engine_identity()])
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
