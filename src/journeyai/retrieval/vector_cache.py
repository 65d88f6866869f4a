"""Vectors kept by encoder and text, so that no sentence is embedded twice."""

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np

from journeyai.model.aliases import Progress, Vectors
from journeyai.retrieval.encoders import Encoder, ManyAtOnce, clean
from journeyai.sqlite_file import transaction

#: Sentences embedded between two commits: about a second of work of the built-in encoder.
BATCH: Final = 1024

#: Hashes asked for in one statement.
_CHUNK: Final = 500


def text_hash(text: str) -> bytes:
    """Return the 16 bytes that stand for *text* (cleaned)."""
    return blake2b(text.encode(), digest_size=16).digest()


class VectorCache:
    """The table `vectors` of the study's database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def vectors(self, encoder: Encoder, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one row a text, in order; those not yet known are embedded and kept.

        Args:
            encoder: asked only for the distinct texts it has not seen.
            texts: in any order, with repetitions.
            progress: called with the number of texts embedded and the number to embed.

        Raises:
            EngineError: a remote encoder does not answer; what was done is kept.
        """
        cleaned = [clean(text) for text in texts]
        places: dict[bytes, list[int]] = {}
        by_hash: dict[bytes, str] = {}
        for place, text in enumerate(cleaned):
            digest = text_hash(text)
            places.setdefault(digest, []).append(place)
            by_hash[digest] = text
        rows: Vectors | None = None
        for digest, row in self._read(encoder.id, by_hash):
            if rows is None:
                rows = np.empty((len(texts), len(row)), dtype=np.float32)
            rows[places[digest]] = row
            del by_hash[digest]
        for digests, found in self.embed(encoder, by_hash, progress):
            if rows is None:
                rows = np.empty((len(texts), found.shape[1]), dtype=np.float32)
            for digest, row in zip(digests, found, strict=True):
                rows[places[digest]] = row
        return np.empty((0, encoder.dimensions), dtype=np.float32) if rows is None else rows

    def embed(
        self, encoder: Encoder, texts: dict[bytes, str], progress: Progress | None = None
    ) -> Iterator[tuple[list[bytes], Vectors]]:
        """Embed *texts* (hash → cleaned text) and keep them; yield each batch once it is safe on disk.

        In the order of the texts, so that neither the order of the files nor an interruption decides
        which sentences are computed together: that moves the last bits.
        """
        waiting = sorted(texts.items(), key=lambda pair: pair[1])
        starts = range(0, len(waiting), BATCH)
        batches = ([text for _, text in waiting[start : start + BATCH]] for start in starts)
        many = encoder if isinstance(encoder, ManyAtOnce) else None
        encoded = many.encode_parts(batches) if many else map(encoder.encode, batches)
        for start, rows in zip(starts, encoded, strict=True):
            digests = [digest for digest, _ in waiting[start : start + BATCH]]
            with transaction(self._connection):
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                    ((encoder.id, digest, row.tobytes()) for digest, row in zip(digests, rows, strict=True)),
                )
            if progress:
                progress(start + len(digests), len(waiting))
            yield digests, rows

    def of_sentences(self, encoder_id: str, ids: Sequence[int]) -> tuple[list[int], Vectors | None]:
        """Return those of *ids* that have a vector, sorted, and their rows; None if none has."""
        kept: list[int] = []
        blobs: list[bytes] = []
        for start in range(0, len(ids), _CHUNK):
            listed = ", ".join(str(int(id_)) for id_ in ids[start : start + _CHUNK])
            for id_, blob in self._connection.execute(
                # CROSS JOIN keeps SQLite from beginning with the vectors, which takes a hundred times longer.
                f"""SELECT s.id, v.vector FROM sentences s CROSS JOIN vectors v
                    ON v.hash = s.hash AND v.encoder = ? WHERE s.id IN ({listed}) ORDER BY s.id""",
                (encoder_id,),
            ):
                kept.append(id_)
                blobs.append(blob)
        return kept, as_rows(blobs) if blobs else None

    def forget_unused(self) -> int:
        """Delete the vectors of texts that no source says any more; return how many."""
        with transaction(self._connection):
            return self._connection.execute(
                "DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM sentences)"
            ).rowcount

    def _read(self, encoder_id: str, wanted: dict[bytes, str]) -> Iterator[tuple[bytes, Vectors]]:
        """Yield the known ones among *wanted* with their vectors."""
        digests = sorted(wanted)
        for start in range(0, len(digests), _CHUNK):
            listed = ", ".join(f"x'{digest.hex()}'" for digest in digests[start : start + _CHUNK])
            yield from (
                (digest, np.frombuffer(blob, dtype=np.float32))
                for digest, blob in self._connection.execute(
                    f"SELECT hash, vector FROM vectors WHERE encoder = ? AND hash IN ({listed})",
                    (encoder_id,),
                ).fetchall()
            )


def as_rows(blobs: Sequence[bytes]) -> Vectors:
    """Return stored vectors as the rows of one array."""
    return np.frombuffer(b"".join(blobs), dtype=np.float32).reshape(len(blobs), -1)
