"""`journeyai draft`."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from journeyai.cli.commands.stdio import open_study, print_exactly, print_result, remark, stage_names
from journeyai.drawing.run import Drawn
from journeyai.errors import EngineError, SettingsError
from journeyai.rendering.progress import Steps
from journeyai.rendering.reports import render_draft

if TYPE_CHECKING:
    from journeyai.engines.llm.session import Report, Wish
    from journeyai.engines.llm.steps.observe import Lost


def run(arguments: argparse.Namespace) -> int:
    """Draft the map and say in a few lines what it holds.

    Returns:
        0, or 4 if a model was asked and gave no answer to some of it.
    """
    study = open_study(arguments.study)
    asking: dict[str, Any] = {
        "template": arguments.template,
        "stages": stage_names(arguments.stages),
        "wish": wish_of(arguments),
        "stability": arguments.stability,
    }
    if arguments.dry_run:
        if not study.asks_a_model(arguments.engine, asking["wish"]):
            print_exactly("The local engine asks nobody: it needs no key and costs nothing.\n")
            return 0
        with Steps(quiet=arguments.quiet) as steps:
            sentence = study.plan(progress=steps.tell, **asking)
        print_exactly(f"{sentence}\nNothing was asked.\n")
        return 0
    with Steps(quiet=arguments.quiet) as steps:
        drawn = study.draw(
            engine=arguments.engine,
            personas=arguments.personas,
            only_new=arguments.only_new,
            announce=lambda sentence: remark(sentence, quiet=arguments.quiet),
            progress=steps.tell,
            **asking,
        )
    tell(drawn, quiet=arguments.quiet)
    if arguments.json:
        print_exactly(drawn.journey.to_json())
    else:
        print_result(render_draft(drawn.journey, str(study.folder.map_path)))
    return EngineError.exit_code if drawn.asked is not None and drawn.asked.failed else 0


def wish_of(arguments: argparse.Namespace) -> "Wish | None":
    """Return which model and which caps the command line asks for; None if it says nothing of them.

    Raises:
        SettingsError: it asks for the local engine, too, which has no model and costs nothing.
    """
    if not arguments.model and arguments.max_cost is None and arguments.max_tokens is None:
        return None
    if arguments.engine == "local":
        raise SettingsError(
            "`--model`, `--max-cost` and `--max-tokens` are for the `llm` engine, and `--engine local` asks no model.",
            "Leave one of the two out.",
        )
    from journeyai.engines.llm.session import Wish

    return Wish(arguments.model, arguments.max_cost, arguments.max_tokens)


def tell(drawn: Drawn, *, quiet: bool) -> None:
    """Say on stderr what could not be read, what was kept of the map before, and what was refused."""
    for item in drawn.index.left_out:
        remark(f"Left out: {item.reason}", quiet=False)
    if drawn.index.left_out:
        count = len(drawn.index.left_out)
        files = "1 file was" if count == 1 else f"{count} files were"
        remark(f"{files} left out; journeyai doctor says what to do about it.")
    for message in drawn.index.update.messages:
        remark(message, quiet=quiet)
    unknown = [
        file.source
        for file in drawn.index.files
        if file.documents
        and all(turn.role in {"unknown", "system"} for d in file.documents for turn in d.turns)
    ]
    for source in unknown:
        remark(
            f"Nobody in {source} could be told to be a customer, so nothing of it is evidence; "
            "journeyai doctor says what to do."
        )
    if drawn.merge and (drawn.merge.kept or drawn.merge.lost):
        merge = drawn.merge
        remark(
            f"Kept {len(merge.kept)} of your cards ({len(merge.gained)} with new evidence); "
            f"{len(merge.added)} others drawn anew.",
            quiet=quiet,
        )
        for card in merge.lost:
            remark(f"Card {card} has lost evidence: a source changed or is gone.")
        if merge.moved:
            remark(
                f"The stages changed: {', '.join(merge.moved)} moved to another; journeyai show tells where."
            )
    for reason, count in sorted(drawn.outcome.refused.items()):
        remark(f"{count} observations refused: {reason}.", quiet=quiet)
    if drawn.asked is not None:
        tell_asked(drawn.asked, quiet=quiet)
    unsupported = [card.id for card in drawn.journey.cards if card.supported is False]
    if unsupported:
        says = (
            "1 card says more than its quotes do, and is"
            if len(unsupported) == 1
            else (f"{len(unsupported)} cards say more than their quotes do, and are")
        )
        remark(f"{says} marked so: {', '.join(unsupported)}.")


def tell_asked(asked: "Report", *, quiet: bool) -> None:
    """Say on stderr what asking a model came to, and everything that went without an answer."""
    about = "about " if asked.estimated else ""
    cost = "" if asked.usd is None or not asked.usd else f", ${asked.usd:.2f} for this draft"
    kept = f"; {asked.kept:,} answered from earlier runs at no cost" if asked.kept else ""
    remark(
        f"Asked {asked.model} at {asked.host}: {asked.asked:,} answers, {about}{asked.tokens:,} tokens{cost}{kept}.",
        quiet=quiet,
    )
    if asked.dropped:
        remark(f"{asked.dropped} points or citations pointed at nothing and were dropped.", quiet=quiet)
    if asked.notice:
        remark(asked.notice)
    for lost in together(asked.lost):
        source, record = lost.document
        place = f"{source} {record}" if record else source
        first, last = lost.first + 1, lost.last + 1
        which = f"sentence {first}" if first == last else f"sentences {first}–{last}"
        remark(f"Not read: {place}, {which}: {lost.why}.")
    for failure in asked.failures:
        remark(f"Without an answer: {failure.about}: {failure.message}; done by plain rules instead.")
    if asked.failed:
        remark("Run the same command again to ask for these alone; all other answers are kept.")


def together(lost: Sequence["Lost"]) -> "list[Lost]":
    """Return what could not be read in order, with neighbours in one: what fails is halved down to single sentences."""
    found: list[Lost] = []
    for one in sorted(lost, key=lambda one: (one.document[0], one.document[1] or "", one.first)):
        last = found[-1] if found else None
        if last and (last.document, last.why) == (one.document, one.why) and one.first <= last.last + 1:
            found[-1] = replace(last, last=max(last.last, one.last))
        else:
            found.append(one)
    return found
