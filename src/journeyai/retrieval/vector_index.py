"""Keeps a Chroma collection in step with the store, and makes it anew whenever it is lost or damaged."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

from journeyai.errors import SettingsError
from journeyai.model.aliases import Vectors
from journeyai.retrieval.chroma import BATCH, BrokenIndexError, VectorCollection
from journeyai.retrieval.store import Store

Answer = TypeVar("Answer")

_PROBE_SECONDS: Final = 60

#: Vectors looked up when a collection is opened, and the cosine distance below which one is itself.
_SAMPLE: Final = 3
_SAME: Final = 0.001

REBUILT: Final = (
    "The vector index was damaged and has been made anew from the study's own store; nothing is lost."
)


class VectorIndex:
    """The vectors of every sentence of one encoder, in Chroma.

    The store remembers, under `chroma`, which collection it last brought up to date and the stamp it left
    on it, and under `dirty` that sentences have changed since.  A collection with another stamp belongs to
    somebody else (a copy of the study, another encoder, a server that was reset) and is filled anew.

    Each rebuilding takes a new folder: Chroma keeps the state of a folder it has once opened for as long
    as the process lives, even when the folder is gone.
    """

    def __init__(self, store: Store, encoder_id: str, home: Path, url: str | None) -> None:
        """Remember where things are; nothing is opened before it is needed.

        Args:
            store: whose sentences are kept.
            encoder_id: whose vectors are kept.
            home: folder for Chroma's folder.
            url: address of a Chroma server to use instead.
        """
        self._store = store
        self._encoder_id = encoder_id
        self._home = home
        self._url = url
        study = f"{store.meta('study')}\n{encoder_id}"
        self._name = "journeyai-" + blake2b(study.encode(), digest_size=12).hexdigest()
        self._marker = home / "unclean"
        self._collection: VectorCollection | None = None
        self._rebuilt = False
        self.messages: list[str] = []

    @property
    def in_step(self) -> bool:
        """Whether the collection has every sentence, as far as can be told without opening it."""
        if self._store.meta("dirty"):
            return False
        if self._collection is not None:
            return True
        if self._marker.exists() or self._store.meta("chroma_at") != self._here:
            return False
        return self._url is not None or (self._folder / "chroma.sqlite3").is_file()

    def sync(self) -> None:
        """Bring the collection up to date; every sentence must have its vector in the store.

        Raises:
            SettingsError: no Chroma server answers, or the folder cannot be written.
        """
        if not self.in_step:
            self._healing(self._ready)

    def query(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return the *k* sentences nearest to *vector* (found approximately): id and cosine distance.

        Raises:
            SettingsError: as `sync`.
        """

        def ask() -> list[tuple[int, float]]:
            return self._ready().query(vector, k)

        return self._healing(ask)

    def discard(self) -> None:
        """Throw the collection away; the next use fills a new one."""
        self.close()
        self._store.set_meta("chroma_at", None)
        self._store.set_meta("chroma_stamp", None)
        self._store.set_meta("chroma_folder", str(int(self._store.meta("chroma_folder") or 0) + 1))
        for folder in self._home.glob("chroma-*"):
            shutil.rmtree(folder, ignore_errors=True)
        self._marker.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of Chroma; a later use opens it again."""
        if self._collection is None:
            return
        collection, self._collection = self._collection, None
        try:
            collection.close()
        except BrokenIndexError:
            return
        if self._url is None:
            self._marker.unlink(missing_ok=True)

    # Inside

    @property
    def _folder(self) -> Path:
        return self._home / f"chroma-{self._store.meta('chroma_folder') or 0}"

    @property
    def _here(self) -> str:
        """The collection's name and where it is; without the study's own path, which may move."""
        return f"{self._name} {self._url or self._folder.name}"

    def _healing(self, action: Callable[[], Answer]) -> Answer:
        """Do *action*; if the collection turns out to be damaged, make it anew, once, and do it again."""
        try:
            return action()
        except BrokenIndexError as error:
            if self._rebuilt:
                raise self._beyond_repair(error) from error
        self._rebuilt = True
        self.messages.append(REBUILT)
        self.discard()
        try:
            return action()
        except BrokenIndexError as error:
            raise self._beyond_repair(error) from error

    def _beyond_repair(self, error: BrokenIndexError) -> SettingsError:
        return SettingsError(
            f"The vector index in `{self._url or self._home}` cannot be made: {error}.",
            "Check that the disk has room and the folder can be written to.",
        )

    def _ready(self) -> VectorCollection:
        """Return the collection, opened and up to date."""
        if self._collection is None:
            self._collection = self._open()
        if self._store.meta("dirty"):
            self._reconcile(self._collection)
        return self._collection

    def _open(self) -> VectorCollection:
        """Open the collection, and see whether it is what the store left behind."""
        before = self._store.meta("chroma_at")
        if before and before != self._here:
            self.discard()  # of another encoder, or in another place
        unclean = False
        if self._url is not None:
            collection = VectorCollection.on_server(self._url, self._name)
        else:
            unclean = self._marker.exists()
            if unclean and not self._survives_probe():
                raise BrokenIndexError("left unfinished by a process that was stopped")
            # Stands as long as Chroma is open: whoever comes after a sudden end (its own, too: a damaged
            # index can take the process down with it) must probe first.
            self._marker.write_text("Chroma is open, or its process was stopped.\n", encoding="utf-8")
            collection = VectorCollection.in_folder(self._folder, self._name)
        count = collection.count()
        if collection.stamp is None or collection.stamp != self._store.meta("chroma_stamp"):
            self._store.set_meta("dirty", "1")
            if count:
                collection.clear()
        elif unclean or count != self._store.sentence_count():
            self._store.set_meta("dirty", "1")
        elif not self._finds_its_own(collection):
            raise BrokenIndexError("the vectors that are there are not found")
        return collection

    def _reconcile(self, collection: VectorCollection) -> None:
        """Make the collection's ids those of the store."""
        ids = self._store.sentence_ids()
        there = collection.ids()
        collection.delete(sorted(there.difference(ids)))
        missing = [id_ for id_ in ids if id_ not in there]
        for start in range(0, len(missing), BATCH):
            self._add(collection, missing[start : start + BATCH])
        stamp = secrets.token_hex(8)
        self._store.set_meta("chroma_stamp", stamp)
        self._store.set_meta("chroma_at", self._here)
        collection.set_stamp(stamp)
        self._store.set_meta("dirty", None)

    def _finds_its_own(self, collection: VectorCollection) -> bool:
        """Return whether at least one of a few vectors is found where it should be.

        With its files gone or overwritten, Chroma may answer without a word from what is left.
        """
        sample = self._store.some_sentence_ids(_SAMPLE)
        _, rows = self._store.vectors.of_sentences(self._encoder_id, sample)
        if rows is None:
            return True
        nearest = [collection.query(row, 1) for row in rows]
        return any(hits and hits[0][1] < _SAME for hits in nearest)

    def _add(self, collection: VectorCollection, ids: Sequence[int]) -> None:
        kept, rows = self._store.vectors.of_sentences(self._encoder_id, ids)
        if rows is not None:
            collection.add(kept, rows)

    def _survives_probe(self) -> bool:
        """Return whether a process of its own can use the collection and live."""
        # -P: what lies in the current folder must not be imported.
        command = [sys.executable, "-P", "-m", "journeyai.retrieval.probe", str(self._folder), self._name]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0
