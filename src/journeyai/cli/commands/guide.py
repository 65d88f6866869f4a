"""`journeyai guide`."""

import argparse
from collections.abc import Sequence

from journeyai.app import Study
from journeyai.cli.commands.stdio import open_study, print_json, print_result
from journeyai.errors import SettingsError
from journeyai.knowledge.guide import LANGUAGES, GuideEntry, guide, look_up
from journeyai.knowledge.talk import talk
from journeyai.rendering.guide import GuideView


def run(arguments: argparse.Namespace) -> int:
    """Explain a term or a way of working, or list what there is to be explained."""
    topic = " ".join(arguments.topic).strip()
    usual = _usual(arguments) if arguments.lang == "auto" else arguments.lang
    language, found = (usual, guide(usual)) if not topic else _find(topic, usual, arguments.lang == "auto")
    if not found:
        say = talk("guide", usual).say
        raise SettingsError(say("nothing", topic=topic), say("nothing_hint"))
    if arguments.json:
        print_json([_values(entry) for entry in found])
    else:
        print_result(GuideView(found, language, as_list=not topic))
    return 0


def _find(topic: str, usual: str, any_language: bool) -> tuple[str, Sequence[GuideEntry]]:
    """Return the language of *topic*, the usual one first, and what the guide says on it."""
    others = [code for code in LANGUAGES if code != usual] if any_language else []
    for language in (usual, *others):
        if found := look_up(topic, language):
            return language, found
    return usual, ()


def _usual(arguments: argparse.Namespace) -> str:
    """Return the language of the study's map where we stand in a study that has one; else English."""
    try:
        study: Study = open_study(arguments.study)
        language = study.map.language
    except SettingsError:
        if arguments.study:
            raise
        return LANGUAGES[0]
    return language if language in LANGUAGES else LANGUAGES[0]


def _values(entry: GuideEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": entry.title,
        "also": entry.names,
        "section": entry.section,
        "text": entry.text,
        "source": entry.source,
    }
