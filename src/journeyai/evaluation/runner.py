"""Runs the tasks with one engine, keeps its maps, and writes what was found after each task.

A map is drafted once in a run, however many tasks look at it.  Nothing of an earlier run is used unless *rescore* asks
for it: then nothing is drafted, and every figure is computed anew from the maps that were kept.
"""

import os
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Final

from journeyai import __version__
from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.evaluation.bootstrap import SEED
from journeyai.evaluation.gold import GOLD_FILE, Gold, load, locate, read_documents, sources_folder
from journeyai.evaluation.makers import Made, Maker, load_maker
from journeyai.evaluation.results import CorpusInfo, Making, Run, TaskResult, read_run, with_tasks, write_run
from journeyai.evaluation.task import Drafted, Task, Workplace
from journeyai.evaluation.tasks import TASKS, load_task
from journeyai.model.journey import JourneyMap
from journeyai.resources import folder
from journeyai.settings import STUDY_FILE
from journeyai.sources import find_files
from journeyai.study.folder import read_map, write_whole

#: A name that is the same on every system.
_NAME: Final = re.compile(r"[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run.

    Attributes:
        engine: a name of `makers.MAKERS`; with *rescore* any name under which maps are kept.
        out: where results and maps go.
        work: a folder for studies, emptied by the caller; runs that share it index each corpus once.
        tasks: names; empty for all that can run here.
        corpora: names of ours, or folders with a `gold.json`; empty for all of ours.
        outside: the folder of public sets, or None.
        seed: of whatever is drawn by lot.
        rescore: compute the figures from the maps in *out*.
    """

    engine: str
    out: Path
    work: Path
    tasks: tuple[str, ...] = ()
    corpora: tuple[str, ...] = ()
    outside: Path | None = None
    seed: int = SEED
    rescore: bool = False


def run(request: Request, say: Callable[[str], None]) -> Run:
    """Run the tasks, and return what they found, as it was written to `OUT/ENGINE.json`.

    Raises:
        SettingsError: there is no such engine, task, corpus or folder; or a map that was to be scored again is missing.
        SourceError: a corpus is broken.
    """
    if not _NAME.fullmatch(request.engine):
        raise SettingsError(f"`{request.engine}` is no engine's name.", "Use letters, digits, - and _.")
    tasks = choose_tasks(request)
    folders = choose_corpora(request.corpora) if any(task.of_corpora for task in tasks) else ()
    corpora = tuple(_check(path) for path in folders)
    drafts = Drafts(request, None if request.rescore else load_maker(request.engine), say)
    out = request.out / f"{request.engine}.json"
    # Not every task drafts, and so makes the folder; where it cannot be made, writing says why.
    with suppress(OSError):
        request.out.mkdir(parents=True, exist_ok=True)
    kept = Run(drafts.making, f"{__version__} {revision() or ''}".rstrip(), request.seed, corpora, ())
    done: list[TaskResult] = []
    for task in tasks:
        scratch = request.work / "scratch" / request.engine / task.name
        scratch.mkdir(parents=True)
        place = Workplace(
            own_data(), request.outside, scratch, drafts, request.seed, say, folders, request.engine
        )
        start = perf_counter()
        rows = tuple(task.run(place))
        seconds = round(perf_counter() - start, 1)
        done.append(TaskResult(task.name, task.title, task.about, task.of_corpora, seconds, rows))
        kept = with_tasks(replace(kept, making=drafts.making), done)
        write_run(out, kept)
    return kept


def choose_tasks(request: Request) -> list[Task]:
    """Return the tasks that were asked for; without names, all that can run with what was given.

    Raises:
        SettingsError: there is no such task, or it needs a folder of public sets.
    """
    if request.tasks:
        chosen = [load_task(name) for name in dict.fromkeys(request.tasks)]
        for task in chosen:
            if task.needs_outside and request.outside is None:
                raise SettingsError(
                    f"The task `{task.name}` looks at public data, which is not shipped.",
                    "Name the folder that holds it: --data DIR.",
                )
    else:
        every = [load_task(name) for name in TASKS]
        chosen = [
            task
            for task in every
            if (request.outside is not None or not task.needs_outside)
            and (task.of_corpora or not request.corpora)
        ]
    if request.outside is not None and not request.outside.is_dir():
        raise SettingsError(
            f"`{request.outside}` is not a folder.", "Name the folder of public sets: --data DIR."
        )
    return chosen


def own_data() -> Path:
    """Return the folder of our own corpora."""
    return Path(str(folder("evals").joinpath("data")))


def choose_corpora(names: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders of the corpora called *names*, each a name of ours or a folder; all of ours without names.

    Raises:
        SettingsError: there is no such corpus, or two are called the same.
    """
    own = {path.parent.name: path.parent for path in sorted(own_data().glob(f"*/{GOLD_FILE}"))}
    chosen: dict[str, Path] = {}
    for name in names or own:
        path = own.get(name) or Path(name)
        if not (path / GOLD_FILE).is_file():
            raise SettingsError(
                f"There is no corpus `{name}`: it is none of {', '.join(own)}, and no folder with a `{GOLD_FILE}`.",
                "Name one of them, or such a folder.",
            )
        title = path.resolve().name
        if chosen.setdefault(title, path).resolve() != path.resolve():
            raise SettingsError(f"Two corpora are called `{title}`.", "Give one of the folders another name.")
    return tuple(chosen.values())


def _check(path: Path) -> CorpusInfo:
    """Read a corpus once before the work begins, so that a broken one is told now and not after minutes."""
    gold: Gold = load(path)
    documents = read_documents(sources_folder(path))
    locate(gold, documents)
    files = len({document.source for document in documents})
    return CorpusInfo(gold.name, gold.language, gold.held_back, files, len(gold.segments))


class Drafts:
    """Drafts each study once with one engine, and keeps its map in `OUT/ENGINE/`.

    Attributes:
        making: how the maps came about, as far as they are.
    """

    def __init__(self, request: Request, maker: Maker | None, say: Callable[[str], None]) -> None:
        """Keep maps where *request* says.

        Args:
            request: what is run.
            maker: draws the maps; None to take those that were kept.
            say: tells the user.
        """
        self._maps = request.out / request.engine
        self._work = request.work
        self._say = say
        self._drafted: dict[str, tuple[str, Drafted]] = {}
        self._maker = maker
        before = request.out / f"{request.engine}.json"
        if maker is not None:
            self.making = _new(request.engine)
        else:
            self.making = read_run(before).making if before.is_file() else _unknown(request.engine)

    def __call__(self, sources: Path, language: str, *, name: str) -> Drafted:
        """Draft the folder *sources*, or take the map that was drafted of the same files under this *name*.

        Raises:
            SettingsError: nothing is to be drafted, and no map was kept under this name.
        """
        print_ = _fingerprint(sources)
        known = self._drafted.get(name)
        if known is not None and known[0] == print_:
            return known[1]
        path = self._maps / f"{_file_name(name)}.json"
        drafted = (
            self._rescored(path, sources, name)
            if self._maker is None
            else self._draft(self._maker, path, sources, language, name)
        )
        self._drafted[name] = (print_, drafted)
        return drafted

    def _draft(self, maker: Maker, path: Path, sources: Path, language: str, name: str) -> Drafted:
        # Other engines that draft the same folder find it indexed, but no map.
        home = sha256(f"{name}\n{sources.resolve()}".encode()).hexdigest()[:12]
        root = self._work / "studies" / f"{_file_name(name)}-{home}"
        there = (root / STUDY_FILE).is_file()
        study = Study.open(root) if there else Study.create(root, language=language, sources=sources)
        study.folder.map_path.unlink(missing_ok=True)
        start = perf_counter()
        made = maker(study)
        seconds = round(perf_counter() - start, 2)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, made.journey.to_json().encode())
        self._remember(made, name, seconds)
        return Drafted(made.journey, tuple(read_documents(sources)), seconds)

    def _remember(self, made: Made, name: str, seconds: float) -> None:
        by = made.journey.made_by
        self.making = replace(
            self.making,
            model=by.model,
            prompts={**self.making.prompts, **by.prompts},
            tokens=self.making.tokens + made.tokens,
            usd=self.making.usd + made.usd,
            drafts={**self.making.drafts, name: seconds},
            quotes=dict(Counter(self.making.quotes) + Counter(made.quotes)),
        )

    def _rescored(self, path: Path, sources: Path, name: str) -> Drafted:
        if not path.is_file():
            raise SettingsError(
                f"There is no map `{path}` to score again.", "Run without --rescore first, or lay it there."
            )
        journey = read_map(path)
        if changed := _changed(journey, sources):
            self._say(f"{name}: {', '.join(changed)} changed since the map was drafted; its figures suffer.")
        return Drafted(journey, tuple(read_documents(sources)), self.making.drafts.get(name, 0.0))


def _changed(journey: JourneyMap, sources: Path) -> list[str]:
    """Return the files of *journey* that are gone or not what they were."""
    now = {name: sha256(path.read_bytes()).hexdigest() for name, path in find_files(sources)[0]}
    return [item.source for item in journey.sources if now.get(item.source) != item.sha256]


def _fingerprint(sources: Path) -> str:
    """Return what is the same only for the same files in the same place."""
    whole = sha256(str(sources.resolve()).encode())
    for name, path in sorted(find_files(sources)[0]):
        whole.update(f"{name}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "--", name)


def _new(engine: str) -> Making:
    return Making(
        engine=engine,
        model=None,
        version=__version__,
        revision=revision(),
        prompts={},
        at=datetime.now(UTC).replace(microsecond=0).isoformat(),
        platform=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        tokens=0,
        usd=0.0,
        drafts={},
    )


def _unknown(engine: str) -> Making:
    """Return what is known of maps that came from elsewhere: nothing."""
    return Making(engine, None, "", None, {}, "", "", 0, 0.0, {})


def revision() -> str | None:
    """Return the checkout's revision, short, with a `+` if files differ from it; None outside a checkout."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return None
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        return f"{head}+" if _git(root, "status", "--porcelain") else head
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(root: Path, *arguments: str) -> str:
    asked = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, check=True, text=True, encoding="utf-8"
    )
    return asked.stdout.strip()
