"""Chroma, which finds the vectors nearest to a question.  The only module that knows it.

It is given ids and vectors and nothing else, because what it deletes stays in its files, and it is
disposable, because a process that is killed while it writes can leave a collection that no call can read
any more (`InternalError`, or the end of the process).  Whoever uses it must be able to fill it again.
"""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from journeyai.errors import SettingsError
from journeyai.model.aliases import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

#: Vectors in one call: 1,000, 2,500 and 5,000 took the same time, and more memory.
BATCH: Final = 1000

_STAMP: Final = "stamp"
_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 60.0
_START_SERVER: Final = (
    "Start it with `chroma run`, or take `chroma_url` out of `journey.toml` (and JOURNEYAI_CHROMA_URL)."
)


class BrokenIndexError(Exception):
    """Chroma cannot read or write its own files; they are to be thrown away and made anew."""


class VectorCollection:
    """One collection of vectors under whole numbers, compared by cosine."""

    def __init__(self, client: "ClientAPI", name: str, where: str, *, remote: bool) -> None:
        self._client = client
        self._name = name
        self._where = where
        self._remote = remote
        with self._translated():
            self._collection = self._made()

    @classmethod
    def in_folder(cls, folder: Path, name: str) -> "VectorCollection":
        """Open or make the collection *name* in *folder*, which no other process may have open.

        Raises:
            BrokenIndexError: the files there are damaged.
        """
        with _translated_local():
            return cls(_local_client(folder), name, str(folder), remote=False)

    @classmethod
    def on_server(cls, url: str, name: str) -> "VectorCollection":
        """Open or make the collection *name* on the Chroma server at *url*.

        Raises:
            SettingsError: the address makes no sense, or no Chroma server answers there.
            BrokenIndexError: the server cannot open the collection.
        """
        import chromadb
        from chromadb.config import Settings

        parts = urlsplit(url if "//" in url else f"http://{url}")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 8000)
        except ValueError:
            port = 0
        if parts.scheme not in {"http", "https"} or not parts.hostname or not port:
            raise SettingsError(
                f"`{url}` is not the address of a Chroma server.", "Write it like `http://localhost:8000`."
            )
        try:
            # By itself the client would wait for a silent host for minutes.
            socket.create_connection((parts.hostname, port), timeout=_CONNECT_SECONDS).close()
            client = chromadb.HttpClient(
                host=parts.hostname,
                port=port,
                ssl=parts.scheme == "https",
                settings=Settings(anonymized_telemetry=False),
            )
        # The client raises bare ValueError and Exception for whatever the network or the other side does.
        except Exception as error:
            raise SettingsError(f"No Chroma server answers at `{url}`.", _START_SERVER) from error
        for session in _sessions(client):
            session.timeout = _ANSWER_SECONDS
        return cls(client, name, url, remote=True)

    @property
    def stamp(self) -> str | None:
        """What `set_stamp` last wrote; None for a new collection."""
        metadata = self._collection.metadata or {}
        stamp = metadata.get(_STAMP)
        return None if stamp is None else str(stamp)

    def set_stamp(self, stamp: str) -> None:
        """Mark the collection, so that its owner knows it again."""
        with self._translated():
            self._collection.modify(metadata={_STAMP: stamp})

    def count(self) -> int:
        """Return the number of vectors."""
        with self._translated():
            return self._collection.count()

    def ids(self) -> set[int]:
        """Return every id."""
        with self._translated():
            found = self._collection.get(include=[])["ids"]
        return {int(id_) for id_ in found if id_.isdecimal()}

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Write *vectors* under *ids*, over what stands there."""
        with self._translated():
            for start in range(0, len(ids), BATCH):
                chosen = slice(start, start + BATCH)
                self._collection.upsert(ids=[str(id_) for id_ in ids[chosen]], embeddings=vectors[chosen])

    def delete(self, ids: Sequence[int]) -> None:
        """Delete *ids*; unknown ones are passed over."""
        with self._translated():
            for start in range(0, len(ids), BATCH):
                self._collection.delete(ids=[str(id_) for id_ in ids[start : start + BATCH]])

    def query(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Return the ids nearest to *vector* (one unit row) with their cosine distances, nearest first."""
        with self._translated():
            found = self._collection.query(
                query_embeddings=np.atleast_2d(vector), n_results=k, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(int(id_), float(far)) for id_, far in zip(found["ids"][0], distances[0], strict=True)]

    def clear(self) -> None:
        """Make the collection anew, empty and without a stamp."""
        with self._translated():
            self._client.delete_collection(self._name)
            self._collection = self._made()

    def close(self) -> None:
        """Let go of the files or the connection."""
        with self._translated():
            for session in _sessions(self._client):
                session.close()
            self._client.close()  # type: ignore[attr-defined]  # missing from the vendor's interface alone

    def _made(self) -> "Collection":
        # No embedding function: Chroma's default would download a model.
        return self._client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if not self._remote:
            with _translated_local():
                yield
            return
        from chromadb.errors import NotFoundError

        try:
            yield
        except NotFoundError as error:
            raise BrokenIndexError(str(error)) from error
        # As above: a bare Exception for a server's error, an httpx error for a lost connection.
        except Exception as error:
            raise SettingsError(
                f"The Chroma server at `{self._where}` no longer answers as it should: {_first_line(error)}.",
                _START_SERVER,
            ) from error


def _sessions(client: "ClientAPI") -> list[Any]:
    """Return the HTTP sessions of a server's client (it has two); none for a folder's.

    Chroma 1.5 neither closes them nor gives them a time limit, and offers no other way to either.
    """
    owners = (client, getattr(client, "_admin_client", None))
    sessions = [getattr(getattr(owner, "_server", None), "_session", None) for owner in owners]
    return [session for session in sessions if session is not None]


def probe(folder: Path, name: str) -> None:
    """Read one vector and ask one question of the collection *name*, to see whether it can be used.

    To be run in a process of its own: a damaged index can end the process.

    Raises:
        BrokenIndexError: it cannot be used.
    """
    from chromadb.errors import NotFoundError

    with _translated_local():
        client = _local_client(folder)
        try:
            collection = client.get_collection(name, embedding_function=None)
        except NotFoundError:
            return
        if not collection.count():
            return
        rows = collection.get(limit=1, include=["embeddings"])["embeddings"]
        if rows is None or not len(rows):
            raise BrokenIndexError("a vector that is counted cannot be read")
        found = collection.query(query_embeddings=np.asarray(rows, dtype=np.float32), n_results=1)
        if not found["ids"][0]:
            raise BrokenIndexError("a vector that is there is not found")


def _local_client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except ValueError as error:  # "could not connect to tenant": its tables are gone
        raise BrokenIndexError(_first_line(error)) from error


@contextmanager
def _translated_local() -> Iterator[None]:
    """Turn everything that damaged files make Chroma raise into `BrokenIndexError`."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError) as error:
        raise BrokenIndexError(_first_line(error)) from error
    except BaseException as error:
        # A panic inside its Rust part is no Exception, so that nobody catches it by chance.
        if type(error).__name__ == "PanicException":
            raise BrokenIndexError(_first_line(error)) from error
        raise


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200].rstrip(".") or type(error).__name__
