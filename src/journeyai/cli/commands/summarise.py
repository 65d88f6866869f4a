"""`journeyai summarise`."""

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from journeyai.app import Study
from journeyai.batch.ledger import Ledger
from journeyai.batch.run import Batch, Order, Result
from journeyai.cli.commands.draft import wish_of
from journeyai.cli.commands.stdio import open_study, print_exactly, print_json, print_result, remark
from journeyai.errors import SettingsError
from journeyai.rendering.batch import BatchProgress, render_totals
from journeyai.settings import STUDY_VARIABLE

if TYPE_CHECKING:
    from journeyai.model.batch import Totals

#: What stands for standard output after `--out`.
_STDOUT = "-"


def run(arguments: argparse.Namespace) -> int:
    """Summarise what is named, and say what it came to.

    Returns:
        0 all done, 3 some sources failed, 4 the model failed for some, 5 the budget, 130 interrupted.
    """
    order = order_of(arguments)
    if arguments.batch_api:
        from journeyai.cli.commands.summarise_batch import run as run_batch

        return run_batch(arguments, order)
    if arguments.dry_run:
        print_exactly(f"{Batch().plan(order)}\nNothing was asked.\n")
        return 0
    with BatchProgress(quiet=arguments.quiet or shows_lines(arguments)) as progress:
        result = Batch().run(order, progress.tell, lambda text: remark(text, quiet=arguments.quiet))
    return finish(arguments, result)


def order_of(arguments: argparse.Namespace) -> Order:
    """Return what the command line asks for.

    Raises:
        SettingsError: its options do not fit together, or the study that it names is none.
    """
    if arguments.collect and not arguments.batch_api:
        raise SettingsError("`--collect` fetches what `--batch-api` sent.", "Add --batch-api.")
    if arguments.fresh and arguments.retry_failed:
        raise SettingsError(
            "`--fresh` makes every summary again, `--retry-failed` only those that failed.", "Leave one out."
        )
    if arguments.json and _writes_to_stdout(arguments):
        raise SettingsError(
            "`--json` prints the totals on standard output, and there the summaries go.",
            "Name a file for the summaries with --out.",
        )
    if arguments.format != "jsonl" and not _writes_to_stdout(arguments) and Path(arguments.out).is_dir():
        raise SettingsError(f"`{arguments.out}` is a folder.", "Name a file with --out.")
    return Order(
        paths=tuple(arguments.paths),
        study=_study(arguments.study),
        engine=arguments.engine,
        out=_out(arguments),
        digest=_digest(arguments),
        home=_home(arguments),
        jobs=arguments.jobs,
        limit=arguments.limit,
        fresh=arguments.fresh,
        retry_failed=arguments.retry_failed,
        ordered=arguments.ordered,
        wish=wish_of(arguments),
        cluster=arguments.cluster,
        no_map=arguments.no_map,
        template=arguments.template,
    )


def finish(arguments: argparse.Namespace, result: Result) -> int:
    """Write the digest, tell the totals, and return the exit code."""
    from journeyai.batch.totals import count
    from journeyai.retrieval.encoders import UseEncoder

    with Ledger(result.ledger) as ledger:
        totals = count(ledger, result, UseEncoder().encode)
        if arguments.format != "jsonl":
            _write_digest(arguments, ledger, result.run, totals)
    for notice in result.notices:
        remark(notice)
    _tell_totals(arguments, totals, result.state.kept)
    if result.interrupted:
        remark("Interrupted. Everything finished so far is kept; run the same command again to go on.")
    elif result.error is not None:
        remark(" ".join(text for text in (result.error.message, result.error.hint) if text))
    elif hint := _hint(totals, result):
        remark(hint, quiet=arguments.quiet)
    return result.exit_code


def _hint(totals: "Totals", result: Result) -> str:
    """Return what can be done about what has no summary; empty if nothing is amiss."""
    if result.model_faults:
        return "Run the same command again to try those that failed once more; nothing else is made again."
    if totals.failed:
        return "Mend or remove what failed, and run the same command again; nothing else is made again."
    if not totals.items:
        return "Nothing to summarise was found there."
    return ""


def _tell_totals(arguments: argparse.Namespace, totals: "Totals", kept: int) -> None:
    if _writes_to_stdout(arguments):
        if not arguments.quiet:
            from journeyai.rendering.console import make_console

            make_console(stderr=True).print(render_totals(totals, kept))
    elif arguments.json:
        print_json(asdict(totals))
    else:
        print_result(render_totals(totals, kept))


def _write_digest(arguments: argparse.Namespace, ledger: Ledger, run: int, totals: "Totals") -> None:
    from journeyai.batch.digest import digest
    from journeyai.study.folder import write_pieces

    pieces = digest(ledger, run, arguments.format, totals)
    if _writes_to_stdout(arguments):
        for piece in pieces:
            print_exactly(piece)
    else:
        write_pieces(Path(arguments.out), (piece.encode("utf-8", "backslashreplace") for piece in pieces))


def _study(directory: str | None) -> Study | None:
    """Return the study that is named, or that we stand in; None outside of one."""
    if directory or os.environ.get(STUDY_VARIABLE):
        return open_study(directory)
    try:
        return open_study(None)
    except SettingsError:
        if any((folder / "journey.toml").exists() for folder in (Path.cwd(), *Path.cwd().parents)):
            raise
        return None


def shows_lines(arguments: argparse.Namespace) -> bool:
    """Return whether the lines appear on a terminal, where a bar would be drawn between them."""
    return _writes_to_stdout(arguments) and sys.stdout.isatty()


def _writes_to_stdout(arguments: argparse.Namespace) -> bool:
    return arguments.out in (None, _STDOUT)


def _out(arguments: argparse.Namespace) -> Path | BinaryIO | None:
    if arguments.format != "jsonl":
        return None
    if not _writes_to_stdout(arguments):
        return Path(arguments.out)
    return cast("BinaryIO", _Terminal() if sys.stdout.isatty() else sys.stdout.buffer)


def _digest(arguments: argparse.Namespace) -> Path | None:
    return Path(arguments.out) if arguments.format != "jsonl" and not _writes_to_stdout(arguments) else None


def _home(arguments: argparse.Namespace) -> Path | None:
    """Return where the ledger is kept if it is not where the lines go."""
    if arguments.format == "jsonl" or _writes_to_stdout(arguments) or _study(arguments.study):
        return None
    return Path(arguments.out).resolve().parent


class _Terminal:
    """Standard output on a terminal: what could command it is written as JSON writes such characters."""

    def write(self, data: bytes) -> int:
        """Write whole lines."""
        text = data.decode("utf-8", "backslashreplace")
        sys.stdout.write(
            "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in text)
        )
        return len(data)

    def flush(self) -> None:
        """Let the lines be seen."""
        sys.stdout.flush()
