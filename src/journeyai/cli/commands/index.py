"""`journeyai index`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path

from journeyai.app import Study
from journeyai.cli.commands.stdio import open_study, print_json, print_result, remark
from journeyai.errors import SourceError
from journeyai.model.source import SourceFile
from journeyai.rendering.progress import Steps
from journeyai.rendering.sources import render_sources
from journeyai.retrieval.cluster_encoder import ClusterEncoder
from journeyai.retrieval.encoders import Encoder
from journeyai.settings import SourceSettings
from journeyai.sources import read_bytes
from journeyai.sources.language import most_common
from journeyai.study.folder import write_whole
from journeyai.study.indexing import IndexReport


def run(arguments: argparse.Namespace) -> int:
    """Index the sources; exit code 3 if any file could not be read."""
    study = open_study(arguments.study)
    only = [name for path in arguments.paths for name in _named(study, path, quiet=arguments.quiet)]
    with Steps(quiet=arguments.quiet) as steps, _encoder(study, arguments.cluster) as encoder:
        report = study.index(only, steps.tell, encoder=encoder)
    if arguments.json:
        print_json(as_json(report))
    else:
        print_result(render_sources(report.files, [(item.source, item.reason) for item in report.left_out]))
        tell(report, quiet=arguments.quiet)
    return SourceError.exit_code if report.left_out else 0


def _encoder(study: Study, address: str | None) -> AbstractContextManager[Encoder | None]:
    """Return the study's encoder on the workers of the cluster at *address*; None for the usual one."""
    if address is None:
        return nullcontext()
    from journeyai.cluster import check_address, open_cluster

    check_address(address)
    return ClusterEncoder(study.settings.search, lambda: open_cluster(address))


def tell(report: IndexReport, *, quiet: bool) -> None:
    """Say on stderr what the update did and what was passed over."""
    for item in report.ignored:
        remark(f"Passed over: {item.source} ({item.reason}).", quiet=quiet)
    for message in report.update.messages:
        remark(message, quiet=quiet)
    remark(f"{_changes(report)} journeyai doctor says how to mend what was read wrongly.", quiet=quiet)


def _changes(report: IndexReport) -> str:
    done = report.update
    parts = [
        _counted(done.read, "file") + " new or changed" if done.read else "",
        _counted(done.removed, "file") + " gone" if done.removed else "",
        _counted(done.embedded, "new sentence") + " made searchable" if done.embedded else "",
    ]
    return f"{', '.join(filter(None, parts)) or 'Nothing new or changed'}."


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def as_json(report: IndexReport) -> dict[str, object]:
    """Return the report for scripts."""
    return {
        "files": [_file(file) for file in report.files],
        "left_out": [{"source": item.source, "reason": item.reason} for item in report.left_out],
        "ignored": [{"source": item.source, "reason": item.reason} for item in report.ignored],
        "read": report.update.read,
        "removed": report.update.removed,
        "embedded": report.update.embedded,
        "messages": list(report.update.messages),
    }


def _file(file: SourceFile) -> dict[str, object]:
    speakers = {
        (turn.speaker, turn.role): None
        for document in file.documents
        for turn in document.turns
        if turn.speaker
    }
    return {
        "source": file.source,
        "sha256": file.sha256,
        "kind": file.kind,
        "language": most_common([document.language for document in file.documents]),
        "documents": len(file.documents),
        "utterances": sum(len(document.utterances) for document in file.documents),
        "speakers": [{"name": name, "role": role} for name, role in speakers],
        "skipped": [{"where": item.where, "reason": item.reason} for item in file.skipped],
        "warnings": list(file.warnings),
    }


def _named(study: Study, path: str, *, quiet: bool) -> Sequence[str]:
    """Return the sources that *path* names: a file or a folder of sources, or standard input, which is kept as one."""
    root = study.folder.sources
    if path == "-":
        return [_keep_input(root, quiet=quiet)]
    for candidate in (root / path, Path(path)):
        whole = candidate.resolve()
        if whole.exists() and whole.is_relative_to(root):
            name = whole.relative_to(root).as_posix()
            if whole.is_dir():
                return sorted(
                    file.relative_to(root).as_posix() for file in whole.rglob("*") if file.is_file()
                )
            return [name]
    if Path(path).exists():
        raise SourceError(
            f"`{path}` is not in the study's folder of sources, `{root}`.",
            "Copy it there, or make a study over its folder with `journeyai init DIR --from FOLDER`.",
        )
    raise SourceError(f"There is no `{path}` in `{root}`.")


def _keep_input(root: Path, *, quiet: bool) -> str:
    """Keep standard input as a new source, so that what is quoted from it can be proved later."""
    data = sys.stdin.buffer.read()
    read_bytes(data, "stdin", SourceSettings())
    name = f"stdin-{sha256(data).hexdigest()[:8]}{_suffix(data)}"
    if not (root / name).exists():
        write_whole(root / name, data)
    remark(f"Standard input is kept as {root / name}.", quiet=quiet)
    return name


def _suffix(data: bytes) -> str:
    head = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:6]
    if head.startswith((b"{", b"[")) and not head.startswith(b"[0"):
        return ".json"
    return ".vtt" if head.startswith(b"WEBVTT") else ".txt"
