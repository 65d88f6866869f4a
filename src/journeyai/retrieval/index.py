"""The index of one study: what was read, its vectors, and the search over both.  One process at a time.

Everything under `.journeyai/index` can be made again from the sources.  Chroma and the encoder's weights
are loaded only by what needs them: nothing that was indexed before is read with either.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from filelock import FileLock, Timeout

from journeyai.errors import ReadOnlyError, StudyBusyError
from journeyai.model.aliases import Progress, Vectors
from journeyai.model.source import Document, SourceFile
from journeyai.retrieval.database import database_errors
from journeyai.retrieval.encoders import Encoder, make_encoder
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.search import Passage, Search
from journeyai.retrieval.store import FileState, Store, UtteranceKey
from journeyai.retrieval.vector_index import VectorIndex
from journeyai.settings import SearchSettings

OWN_FOLDER: Final = ".journeyai"


@dataclass(frozen=True, slots=True)
class Update:
    """What an update did.

    Attributes:
        read: files put in.
        removed: files taken out.
        embedded: distinct sentences that were turned into vectors.
        messages: what a person should know; each a sentence.
    """

    read: int
    removed: int
    embedded: int
    messages: tuple[str, ...]


class Index:
    """The index of one study, owned by this process until it is closed.  For one thread."""

    def __init__(
        self, store: Store, encoder: Encoder, vector_index: VectorIndex, lock: FileLock, path: Path
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._vector_index = vector_index
        self._lock = lock
        self._path = path
        self._search = Search(store, encoder, vector_index.query)

    @classmethod
    def open(cls, folder: Path, settings: SearchSettings, encoder: Encoder | None = None) -> Self:
        """Open or make the index of the study in *folder*.

        Args:
            folder: the study.
            settings: which encoder, and where the vectors are kept.
            encoder: used instead of the one that *settings* name.

        Raises:
            StudyBusyError: another process has the study open.
            ReadOnlyError: the folder cannot be written.
            SettingsError: the encoder cannot be used.
        """
        chosen = encoder or make_encoder(settings)
        home = folder / OWN_FOLDER / "index"
        lock = FileLock(folder / OWN_FOLDER / "lock", blocking=False)
        try:
            home.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise StudyBusyError(
                f"Another JourneyAI process is using the study in `{folder}`.",
                "Wait until it ends, or end it (a chat with /quit), and try again.",
            ) from None
        except OSError as error:
            raise ReadOnlyError(
                f"The study in `{folder}` cannot be written to: {error.strerror or error}.",
                "Check the folder's permissions.",
            ) from error
        path = home / "store.sqlite"
        try:
            store = Store(path)
        except BaseException:
            lock.release()
            raise
        vector_index = VectorIndex(store, chosen.id, home, settings.chroma_url)
        return cls(store, chosen, vector_index, lock, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the study."""
        try:
            self._vector_index.close()
        finally:
            self._store.close()
            self._lock.release()

    @property
    def encoder(self) -> Encoder:
        """The encoder whose vectors are searched."""
        return self._encoder

    def files(self) -> dict[str, FileState]:
        """Return every indexed file with what tells whether it must be read again, sorted by source."""
        with database_errors(self._path):
            return self._store.files()

    def update(
        self,
        changed: Iterable[tuple[SourceFile, FileState]] = (),
        removed: Iterable[str] = (),
        progress: Progress | None = None,
    ) -> Update:
        """Put in the files that are new or changed, take out those that are gone, and embed what is new.

        Interrupted anywhere, the next update goes on where this one stopped.

        Args:
            changed: files as they were read; may be a generator, each is kept as it comes.
            removed: sources that are no longer there.
            progress: called with the number of sentences embedded and the number to embed.

        Raises:
            EngineError: a remote encoder does not answer; what was done is kept.
            SettingsError: the disk is full, or the Chroma server does not answer.
        """
        with database_errors(self._path):
            messages = [self._store.notice] if self._store.notice else []
            self._store.notice = ""
            gone = 0
            for source in removed:
                self._store.drop(source)
                gone += 1
            read = 0
            for file, state in changed:
                self._store.put(file, state)
                read += 1
            messages += self._encoder_message()
            embedded = self._embed(progress)
            self._vector_index.sync()
            self._store.erase_deleted_words()
            messages += self._vector_index.messages
            self._vector_index.messages.clear()
        return Update(read, gone, embedded, tuple(messages))

    def vectors(
        self, texts: Sequence[str], encoder: Encoder | None = None, progress: Progress | None = None
    ) -> Vectors:
        """Return one vector a text, in order; those already known are read, the others embedded and kept.

        Args:
            texts: any texts, with repetitions.
            encoder: asked instead of the index's own.
            progress: called with the number of texts embedded and the number to embed.

        Raises:
            EngineError: a remote encoder does not answer; what was done is kept.
        """
        with database_errors(self._path):
            return self._store.vectors.vectors(encoder or self._encoder, texts, progress)

    def documents(self) -> Iterator[Document]:
        """Yield every document, by source and then in the file's order."""
        with database_errors(self._path):
            yield from self._store.documents()

    def source_files(self) -> Iterator[SourceFile]:
        """Yield every file as it was read, sorted by source."""
        with database_errors(self._path):
            yield from self._store.source_files()

    def kept_reading(self, key: str) -> str | None:
        """Return what `keep_reading` kept under *key*; None if nothing, or since then anything else."""
        with database_errors(self._path):
            known, _, text = (self._store.meta("reading") or "").partition("\n")
        return text if known == key else None

    def keep_reading(self, key: str, text: str) -> None:
        """Keep *text*, made of the sources as they are, until one of them changes or another is kept.

        Args:
            key: one line that names all that it was made of.
            text: without any words of the sources.
        """
        with database_errors(self._path):
            self._store.set_meta("reading", f"{key}\n{text}")

    def staged_as(self) -> str | None:
        """Return the key under which `set_stages` was last called; None if a source has changed since."""
        with database_errors(self._path):
            return self._store.meta("staged")

    def set_stages(self, stages: Mapping[UtteranceKey, str], key: str | None = None) -> None:
        """Keep the stage of each utterance, for searches by stage.

        Args:
            stages: of the utterances that have one.
            key: names all that they were worked out from; None if nobody will ask.
        """
        with database_errors(self._path):
            self._store.set_stages(stages)
            self._store.set_meta("staged", key)

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Passage]:
        """Return at most *k* passages that answer *question*, best first.

        A question finds passages in other languages too.

        Raises:
            SettingsError: the question is empty, or the Chroma server does not answer.
            EngineError: a remote encoder does not answer.
        """
        with database_errors(self._path):
            self._embed(None)
            return self._search.find(question, k, filters or Filters())

    def prune(self) -> int:
        """Erase every trace of texts that no source says any more; return how many vectors that were."""
        with database_errors(self._path):
            # Chroma does not erase what it deletes.
            self._vector_index.discard()
            forgotten = self._store.prune()
            self._embed(None)
            self._vector_index.sync()
            return forgotten

    def _embed(self, progress: Progress | None) -> int:
        """Embed the sentences that have no vector of this encoder; return how many."""
        if self._store.meta("embedded") == self._encoder.id and not self._store.meta("dirty"):
            return 0
        waiting = self._store.sentences_without_vector(self._encoder.id)
        for _ in self._store.vectors.embed(self._encoder, waiting, progress):
            pass
        self._store.set_meta("embedded", self._encoder.id)
        return len(waiting)

    def _encoder_message(self) -> list[str]:
        before = self._store.meta("embedded")
        if before is None or before == self._encoder.id:
            return []
        return [
            f"The encoder was `{before}` and is now `{self._encoder.id}`: every sentence is embedded again."
        ]
