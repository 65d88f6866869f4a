"""The study's own store: files, documents and utterances as they were read, and the words to find them by.

The only truth of the index.  Chroma is made from it and can be thrown away; this cannot.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from journeyai.model.source import Document, DocumentKey, Skipped, SourceFile
from journeyai.retrieval.database import open_database
from journeyai.retrieval.document_json import (
    Body,
    dump_document,
    dump_notes,
    load_body,
    load_document,
    pack,
    unpack,
)
from journeyai.retrieval.encoders import clean
from journeyai.retrieval.filters import Filters, conditions, fold_speaker
from journeyai.retrieval.vector_cache import VectorCache, text_hash
from journeyai.sqlite_file import transaction

#: (document, number): names an utterance within a study.
UtteranceKey = tuple[DocumentKey, int]

_ALL: Final = Filters()


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells whether a file must be read again.

    Attributes:
        sha256: hex digest of its bytes.
        size: in bytes.
        mtime_ns: when it was last written.
        fingerprint: of everything else its reading depends on: its settings, the loaders' version.
    """

    sha256: str
    size: int
    mtime_ns: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence was said: one utterance."""

    document_id: int
    number: int
    sentence: int


class Store:
    """Documents on disk.  One connection, one thread.

    Attributes:
        vectors: the vectors kept beside the sentences.
        notice: one sentence on why everything must be read again; empty if it need not.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the store.

        Raises:
            SettingsError: the file cannot be opened or written.
        """
        self._connection, self.notice = open_database(path)
        self.vectors = VectorCache(self._connection)
        if self.meta("study") is None:
            self.set_meta("study", secrets.token_hex(8))

    def close(self) -> None:
        """Close it; what was read is on disk already."""
        self._connection.close()

    # Files and documents

    def files(self) -> dict[str, FileState]:
        """Return every file that was read, sorted by source."""
        rows = self._connection.execute(
            "SELECT source, sha256, size, mtime_ns, fingerprint FROM files ORDER BY source"
        )
        return {unpack(source): FileState(*state) for source, *state in rows}

    def put(self, file: SourceFile, state: FileState) -> None:
        """Keep *file* as it was read, in place of what was kept of it before.

        Raises:
            ValueError: the state is of other bytes, or an utterance is not a slice of its document.
        """
        if file.sha256 != state.sha256:
            raise ValueError(f"The state of `{file.source}` is of other bytes than its documents.")
        with transaction(self._connection):
            before = self._delete(file.source)
            row = (pack(file.source), file.sha256, state.size, state.mtime_ns, state.fingerprint)
            file_id = self._connection.execute(
                "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, file.kind, file.loader, dump_notes(file)),
            ).lastrowid
            for place, document in enumerate(file.documents):
                if document.source != file.source:
                    raise ValueError(f"A document of `{document.source}` is in `{file.source}`.")
                self._insert(file_id, place, document)
            self._forget(before)
            self._mark_dirty()

    def drop(self, source: str) -> None:
        """Forget *source* and everything only it said; nothing happens if it is not there."""
        with transaction(self._connection):
            self._forget(self._delete(source))
            self._mark_dirty()

    def source_files(self) -> Iterator[SourceFile]:
        """Yield every file as it was read, sorted by source."""
        files = self._connection.execute(
            "SELECT id, source, sha256, kind, loader, notes FROM files ORDER BY source"
        ).fetchall()
        for file_id, source, sha256, kind, loader, notes in files:
            name = unpack(source)
            raw = json.loads(unpack(notes))
            rows = self._connection.execute(
                "SELECT record, body FROM documents WHERE file = ? ORDER BY place", (file_id,)
            )
            yield SourceFile(
                source=name,
                sha256=sha256,
                kind=kind,
                loader=loader,
                documents=tuple(_document(name, record, body) for record, body in rows),
                skipped=tuple(Skipped(where, reason) for where, reason in raw["skipped"]),
                warnings=tuple(raw["warnings"]),
            )

    def documents(self) -> Iterator[Document]:
        """Yield every document, by source and then in the file's order."""
        for file in self.source_files():
            yield from file.documents

    def body(self, document_id: int) -> tuple[DocumentKey, Body]:
        """Return what names the document in one row of the store, and the document as it is kept."""
        source, record, body = self._connection.execute(
            "SELECT f.source, d.record, d.body FROM documents d JOIN files f ON f.id = d.file WHERE d.id = ?",
            (document_id,),
        ).fetchone()
        return (unpack(source), None if record is None else unpack(record)), load_body(body)

    def set_stages(self, stages: Mapping[UtteranceKey, str]) -> None:
        """Keep which stage each utterance was put in, in place of what was kept before.

        Utterances that are not in the store are passed over.
        """
        with transaction(self._connection):
            ids = {
                (unpack(source), None if record is None else unpack(record)): document_id
                for document_id, source, record in self._connection.execute(
                    "SELECT d.id, f.source, d.record FROM documents d JOIN files f ON f.id = d.file"
                )
            }
            self._connection.execute("UPDATE utterances SET stage = NULL WHERE stage IS NOT NULL")
            self._connection.executemany(
                "UPDATE utterances SET stage = ? WHERE document = ? AND number = ?",
                ((stage, ids[key], number) for (key, number), stage in stages.items() if key in ids),
            )

    # Sentences, and where they were said

    def is_empty(self) -> bool:
        """Return whether nothing was said in any file."""
        return not self._number("SELECT EXISTS (SELECT 1 FROM sentences)")

    def sentence_count(self) -> int:
        """Return the number of distinct texts."""
        return self._number("SELECT count(*) FROM sentences")

    def sentence_ids(self) -> list[int]:
        """Return every sentence's id, in the order of the texts."""
        return [id_ for (id_,) in self._connection.execute("SELECT id FROM sentences ORDER BY text")]

    def sentences_without_vector(self, encoder_id: str) -> dict[bytes, str]:
        """Return hash → text of the sentences that *encoder_id* has not embedded."""
        return dict(
            self._connection.execute(
                """SELECT hash, text FROM sentences WHERE hash NOT IN
                   (SELECT hash FROM vectors WHERE encoder = ?)""",
                (encoder_id,),
            )
        )

    def some_sentence_ids(self, n: int) -> list[int]:
        """Return the oldest *n* sentences' ids."""
        return [
            id_ for (id_,) in self._connection.execute("SELECT id FROM sentences ORDER BY id LIMIT ?", (n,))
        ]

    def sentence_hashes(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Return what tells *ids* apart whatever order the files were read in; unknown ones are left out."""
        listed = ", ".join(str(int(id_)) for id_ in ids)
        return dict(self._connection.execute(f"SELECT id, hash FROM sentences WHERE id IN ({listed})"))

    def word_counts(self, ids: Sequence[int]) -> dict[int, int]:
        """Return how many words, divided by blanks, each of *ids* has; unknown ones are left out."""
        listed = ", ".join(str(int(id_)) for id_ in ids)
        rows = self._connection.execute(f"SELECT id, text FROM sentences WHERE id IN ({listed})")
        return {id_: len(text.split()) for id_, text in rows}

    def keyword_hits(self, expression: str, limit: int, filters: Filters = _ALL) -> list[int]:
        """Return the sentences that best match an FTS5 *expression*, best first, at most *limit*.

        Equal scores stand in the order of the hashes, and a group of equals that the limit would cut is
        left out whole, so that the answer does not depend on the order in which files were read.
        """
        # +rowid: by itself SQLite would put the question once for every id that the filters let through.
        inside, values = self._restriction(filters, column="+rowid")
        sql = f"""SELECT hit.id, hit.score, s.hash FROM
                  (SELECT rowid AS id, rank AS score FROM words WHERE words MATCH ? {inside}
                   ORDER BY rank LIMIT ?) hit JOIN sentences s ON s.id = hit.id"""
        rows = self._connection.execute(sql, (expression, *values, limit + 1)).fetchall()
        if len(rows) > limit:
            worst = max(score for _, score, _ in rows)
            better = [row for row in rows if row[1] != worst]
            # All equal: the hashes alone must say which.
            rows = better or self._connection.execute(sql, (expression, *values, -1)).fetchall()
        rows.sort(key=lambda row: (row[1], row[2]))
        return [id_ for id_, _, _ in rows[:limit]]

    def filtered_vectors(self, encoder_id: str, filters: Filters) -> Iterator[list[tuple[int, bytes, bytes]]]:
        """Yield (id, hash, vector) of the sentences that *filters* let through, some thousands at a time."""
        inside, values = self._restriction(filters, column="s.id")
        rows = self._connection.execute(
            # CROSS JOIN keeps SQLite from beginning with the vectors, which takes a hundred times longer.
            f"""SELECT s.id, s.hash, v.vector FROM sentences s CROSS JOIN vectors v
                ON v.hash = s.hash AND v.encoder = ? WHERE 1 {inside}""",
            (encoder_id, *values),
        )
        while chunk := rows.fetchmany(4096):
            yield chunk

    def places(self, sentences: Sequence[int], filters: Filters = _ALL) -> list[Place]:
        """Return where *sentences* were said, by source, record's place and number."""
        terms, values = conditions(filters, self._sources(filters))
        listed = ", ".join(str(int(id_)) for id_ in sentences)
        rows = self._connection.execute(
            f"""SELECT u.document, u.number, u.sentence
                FROM utterances u JOIN documents d ON d.id = u.document JOIN files f ON f.id = d.file
                WHERE u.sentence IN ({listed}) AND {terms}
                ORDER BY f.source, d.place, u.number""",
            values,
        )
        return [Place(*row) for row in rows]

    # What else must be remembered

    def meta(self, key: str) -> str | None:
        """Return what was kept under *key*."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep *value* under *key*; None forgets it."""
        if value is None:
            self._connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        else:
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def prune(self) -> int:
        """Delete the vectors of texts no longer said, and every trace of deleted texts; return how many."""
        forgotten = self.vectors.forget_unused()
        self._connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return forgotten

    def erase_deleted_words(self) -> None:
        """Take the words of deleted sentences out of the word index; by themselves they stay for long."""
        if self.meta("unerased"):
            with transaction(self._connection):
                self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
                self.set_meta("unerased", None)

    # Inside

    def _number(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])

    def _mark_dirty(self) -> None:
        self.set_meta("dirty", "1")
        # What was made of the sources as they were must not outlive them.
        self.set_meta("reading", None)
        self.set_meta("staged", None)

    def _sources(self, filters: Filters) -> Iterable[str]:
        return self.files() if filters.source is not None else ()

    def _restriction(self, filters: Filters, column: str) -> tuple[str, list[object]]:
        """Return *filters* as a condition on a sentence's id; nothing if they let everything through."""
        if not filters:
            return "", []
        terms, values = conditions(filters, self._sources(filters))
        return (
            f"""AND {column} IN (SELECT u.sentence FROM utterances u JOIN documents d ON d.id = u.document
                JOIN files f ON f.id = d.file WHERE {terms})""",
            values,
        )

    def _insert(self, file_id: int | None, place: int, document: Document) -> None:
        record = None if document.record is None else pack(document.record)
        document_id = self._connection.execute(
            "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?)",
            (file_id, place, record, document.kind, dump_document(document)),
        ).lastrowid
        texts = [clean(utterance.text) for utterance in document.utterances]
        hashes = [text_hash(text) for text in texts]
        self._connection.executemany(
            "INSERT INTO sentences (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
            zip(hashes, texts, strict=True),
        )
        rows = []
        for digest, utterance in zip(hashes, document.utterances, strict=True):
            turn = document.turn_of(utterance)
            speaker = None if turn.speaker is None else fold_speaker(turn.speaker)
            rows.append(
                (document_id, utterance.number, digest, turn.role, clean(utterance.language), speaker)
            )
        self._connection.executemany(
            """INSERT INTO utterances VALUES
               (NULL, ?, ?, (SELECT id FROM sentences WHERE hash = ?), ?, ?, ?, NULL)""",
            rows,
        )

    def _delete(self, source: str) -> list[int]:
        """Delete *source* with its documents and utterances; return the sentences they said."""
        ids = [
            id_
            for (id_,) in self._connection.execute(
                """SELECT DISTINCT u.sentence FROM utterances u JOIN documents d ON d.id = u.document
                   JOIN files f ON f.id = d.file WHERE f.source = ?""",
                (pack(source),),
            )
        ]
        self._connection.execute("DELETE FROM files WHERE source = ?", (pack(source),))
        return ids

    def _forget(self, sentences: Sequence[int]) -> None:
        """Delete those of *sentences* that nobody says any more."""
        self._connection.executemany(
            """DELETE FROM sentences WHERE id = ?1
               AND NOT EXISTS (SELECT 1 FROM utterances WHERE sentence = ?1)""",
            ((id_,) for id_ in sentences),
        )
        if sentences:
            self.set_meta("unerased", "1")


def _document(source: str, record: bytes | None, body: bytes) -> Document:
    return load_document(source, None if record is None else unpack(record), body)
