"""`journeyai import`: what was edited in a file of ours, or what a team believes."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from journeyai import __version__
from journeyai.app import Study
from journeyai.cli.commands.stdio import open_study, print_json, print_result, remark
from journeyai.editor import Editor
from journeyai.errors import SettingsError
from journeyai.importing.assumptions import map_of
from journeyai.importing.believed import Believed
from journeyai.importing.edits import Edits, versions_of
from journeyai.importing.files import Given, read_given
from journeyai.importing.intake import intake_of, language_of, read_assumptions, read_beliefs, read_edits
from journeyai.importing.names import StageNames
from journeyai.importing.problems import ImportRefusedError
from journeyai.knowledge.talk import talk
from journeyai.knowledge.templates import load_template
from journeyai.rendering.comparison import render_comparison
from journeyai.study.folder import write_whole

#: The method whose stages a file's are matched with, where neither it nor a study says otherwise.
_TEMPLATE = "cx-lifecycle"


def run(arguments: argparse.Namespace) -> int:
    """Take a file in: as one step of the study's history, or as a map of its own."""
    given = read_given(Path(arguments.file))
    intake = intake_of(given, arguments.intake)
    try:
        if intake == "changes":
            if arguments.out:
                raise SettingsError(
                    "--out writes a map of assumptions, and this file holds changes of the study's map.",
                    "Leave --out away, or take the file with --as assumptions.",
                )
            _take_changes(given, arguments)
        else:
            _take_assumptions(given, arguments)
    except ImportRefusedError as error:
        if arguments.json:
            problems = [{"row": p.row, "column": p.column, "text": p.text} for p in error.problems]
            print_json({"refused": error.message, "problems": problems})
        for line in error.lines:
            remark(line)
        raise
    return 0


def _take_changes(given: Given, arguments: argparse.Namespace) -> None:
    editor = open_study(arguments.study).editor()
    versions = versions_of(editor.journey, editor.steps(), editor.map_at)
    _commit(editor, read_edits(given, versions, editor.ground()), given, arguments)


def _take_assumptions(given: Given, arguments: argparse.Namespace) -> None:
    study = _study(arguments)
    if study is None or arguments.out:
        _write_map(given, arguments, study.folder.templates if study else None)
        return
    editor = study.editor()
    journey = editor.journey
    wish, own = arguments.template, study.folder.templates
    template = load_template(wish, own) if wish else study.template_of(journey)
    say = talk("importing", journey.language)
    believed = read_beliefs(given, StageNames.of_map(journey, template), say)
    edits = read_assumptions(given, believed, journey, template, editor.ground())
    _commit(editor, edits, given, arguments)


def _study(arguments: argparse.Namespace) -> Study | None:
    """Return the study that is named, or the one we stand in; None if there is none."""
    if arguments.study:
        return open_study(arguments.study)
    try:
        return open_study(None)
    except SettingsError:
        return None


def _commit(editor: Editor, edits: Edits, given: Given, arguments: argparse.Namespace) -> None:
    """Make *edits* one step of the history, and tell what they did."""
    say = talk("importing", editor.journey.language)
    told = [*_of_file(given, editor.journey.language), *edits.told]
    values: dict[str, Any] = {"changes": 0, "step": None, "told": told, "comparison": None}
    proposal = editor.propose(edits.changes) if edits.changes else None
    if proposal is not None:
        step = editor.commit(proposal, request=say.say("request", file=given.name), by="import")
        values |= {
            "changes": len(edits.changes),
            "step": step.step,
            "comparison": proposal.comparison.as_values(),
        }
    if arguments.json:
        print_json(values)
        return
    for sentence in told:
        remark(sentence, quiet=arguments.quiet)
    if proposal is None:
        remark(say.say("nothing_changed", file=given.name), quiet=arguments.quiet)
        return
    remark(say.say("done", n=len(edits.changes), file=given.name), quiet=arguments.quiet)
    print_result(render_comparison(proposal.comparison, proposal.after))
    remark(say.say("undo"), quiet=arguments.quiet)


def _write_map(given: Given, arguments: argparse.Namespace, own: Path | None) -> None:
    """Write what is believed as a map of its own; the methods in the folder *own* can be its method, too."""
    template = load_template(arguments.template or _TEMPLATE, own)
    names = StageNames.of_template(template)
    wish = arguments.lang
    believed: Believed = read_beliefs(given, names, talk("importing", "en" if wish == "auto" else wish))
    language = language_of(believed, wish)
    say = talk("importing", language)
    path = Path(arguments.out) if arguments.out else Path(given.name).with_suffix(".json")
    if not arguments.out and path.exists():
        raise SettingsError(f"`{path}` is there already.", "Say with --out where the map is to be written.")
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    taken = map_of(believed, template, language, version=__version__, at=now, say=say)
    write_whole(path, taken.journey.to_json().encode("utf-8"))
    told = [*_of_file(given, language), *taken.told]
    n, stages = len(taken.journey.cards), len(taken.journey.stages)
    if arguments.json:
        print_json({"written": str(path), "cards": n, "stages": stages, "told": told})
        return
    for sentence in told:
        remark(sentence, quiet=arguments.quiet)
    remark(say.say("written", n=n, stages=stages, path=path), quiet=arguments.quiet)
    remark(say.say("written_next", path=path), quiet=arguments.quiet)


def _of_file(given: Given, language: str) -> list[str]:
    if not given.is_guessed:
        return []
    return [talk("importing", language).say("old_encoding", file=given.name, encoding=given.encoding)]
