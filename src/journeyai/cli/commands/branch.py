"""`journeyai branch`."""

import argparse
from dataclasses import asdict
from typing import Any

from journeyai.cli.commands.stdio import open_study, print_json, print_result, remark
from journeyai.editor import Editor
from journeyai.errors import SettingsError
from journeyai.knowledge.talk import talk
from journeyai.operations.comparison import Comparison
from journeyai.rendering.comparison import render_comparison
from journeyai.rendering.history import render_branches

#: What the map of a branch shows.
_SHOWS = {"current": "the journey as it is", "future": "the journey as it should be"}


def run(arguments: argparse.Namespace) -> int:
    """List the branches of the map, go to one, or make one and go there."""
    editor = open_study(arguments.study).editor()
    if arguments.name is None:
        if arguments.future:
            raise SettingsError(
                "`--future` needs the name of the new branch.", "For example: journeyai branch future"
            )
        _list(editor, as_json=arguments.json)
    elif arguments.name in editor.branches:
        _go(editor, arguments)
    else:
        _make(editor, arguments)
    return 0


def _list(editor: Editor, *, as_json: bool) -> None:
    branches = editor.list_branches()
    if as_json:
        print_json([asdict(branch) for branch in branches])
    else:
        print_result(render_branches(branches, editor.journey.language))


def _go(editor: Editor, arguments: argparse.Namespace) -> None:
    name = arguments.name
    if arguments.future and editor.map_of(name).scope.state != "future":
        say = talk("history", editor.journey.language).say
        raise SettingsError(say("future_taken", name=name), say("future_taken_hint"))
    if name == editor.current_branch:
        if arguments.json:
            print_json(_told(editor, made=False))
        remark(f"You are on `{name}` already: {_shown(editor)}.", quiet=arguments.quiet)
        return
    changed = editor.switch(name)
    if arguments.json:
        print_json(_told(editor, made=False, changed=changed))
    else:
        print_result(render_comparison(changed, editor.journey))
    remark(f"You are on `{name}`: {_shown(editor)}.", quiet=arguments.quiet)


def _make(editor: Editor, arguments: argparse.Namespace) -> None:
    old = editor.current_branch
    editor.branch(arguments.name, future=arguments.future)
    if arguments.json:
        print_json(_told(editor, made=True))
    remark(
        f"You are on the new branch `{arguments.name}`: {_shown(editor)}. What you change now is on it alone.",
        quiet=arguments.quiet,
    )
    remark(
        f"journeyai branch {old} goes back; journeyai diff {old} {arguments.name} shows what is to change."
        if editor.journey.scope.state == "future"
        else f"journeyai branch {old} goes back; journeyai diff {old} {arguments.name} shows what differs.",
        quiet=arguments.quiet,
    )


def _shown(editor: Editor) -> str:
    return f"it shows {_SHOWS[editor.journey.scope.state]}"


def _told(editor: Editor, *, made: bool, changed: Comparison | None = None) -> dict[str, Any]:
    """Return where we stand now, for scripts."""
    return {
        "branch": editor.current_branch,
        "made": made,
        "state": editor.journey.scope.state,
        "changes": changed.as_values() if changed else None,
    }
