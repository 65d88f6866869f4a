"""`journeyai search`."""

import argparse
from dataclasses import asdict

from journeyai.cli.commands.stdio import open_study, print_json, print_result, remark
from journeyai.rendering.choice import choose
from journeyai.rendering.passages import render_passages
from journeyai.retrieval.filters import Filters


def run(arguments: argparse.Namespace) -> int:
    """Find passages."""
    study = open_study(arguments.study)
    stage = choose(study.map, None, arguments.stage, None).stage if arguments.stage is not None else None
    filters = Filters(
        source=arguments.source,
        kind=arguments.kind,
        speaker=arguments.speaker,
        role=arguments.role,
        language=arguments.language,
        stage=stage.id if stage else None,
    )
    found = study.search(arguments.query, arguments.k, filters)
    if arguments.json:
        print_json([{"source": item.source, "record": item.record, **_rest(asdict(item))} for item in found])
    elif found:
        print_result(render_passages(found))
    else:
        remark("Nothing in the sources fits.", quiet=arguments.quiet)
    return 0


def _rest(item: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in item.items() if key != "document"}
