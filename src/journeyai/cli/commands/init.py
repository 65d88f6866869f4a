"""`journeyai init`."""

import argparse

from journeyai.app import Study
from journeyai.cli.commands.stdio import print_exactly, remark, stage_names


def run(arguments: argparse.Namespace) -> int:
    """Make a study."""
    study = Study.create(
        arguments.directory,
        title=arguments.title,
        goal=arguments.goal,
        language=arguments.lang,
        template=arguments.template,
        stages=stage_names(arguments.stages),
        sources=arguments.sources,
    )
    print_exactly(f"{study.folder.root}\n")
    if arguments.sources is None:
        remark(
            f"Put your files into {study.folder.sources}, then run `journeyai draft` there.",
            quiet=arguments.quiet,
        )
    else:
        remark(
            f"The files in {study.folder.sources} are read and never written to. "
            "Now run `journeyai draft` in the study's folder.",
            quiet=arguments.quiet,
        )
    return 0
