"""`journeyai draft`."""

import argparse

from journeyai.app import Drawn
from journeyai.cli.commands.stdio import open_study, print_exactly, print_result, remark, stage_names
from journeyai.cli.rendering.progress import Steps
from journeyai.cli.rendering.reports import render_draft


def run(arguments: argparse.Namespace) -> int:
    """Draft the map and say in a few lines what it holds."""
    study = open_study(arguments.study)
    with Steps(quiet=arguments.quiet) as steps:
        drawn = study.draw(
            engine=arguments.engine,
            template=arguments.template,
            stages=stage_names(arguments.stages),
            personas=arguments.personas,
            only_new=arguments.only_new,
            progress=steps.tell,
        )
    tell(drawn, quiet=arguments.quiet)
    if arguments.json:
        print_exactly(drawn.journey.to_json())
    else:
        print_result(render_draft(drawn.journey, str(study.folder.map_path)))
    return 0


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
