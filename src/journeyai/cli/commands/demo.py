"""`journeyai demo`: the first thing a newcomer runs."""

import argparse
from importlib.resources.abc import Traversable
from pathlib import Path

from journeyai.app import Study
from journeyai.cli.commands.draft import tell
from journeyai.cli.commands.stdio import print_result, remark
from journeyai.errors import SettingsError
from journeyai.export import export
from journeyai.knowledge.talk import talk
from journeyai.rendering.journey import render_map
from journeyai.rendering.progress import Steps
from journeyai.rendering.sources import render_sources
from journeyai.resources import folder
from journeyai.settings import STUDY_FILE
from journeyai.study.folder import write_whole

_TITLES = {
    "en": (
        "Tarnbrook Cycles: living with a rented e-bike",
        "Find where riders lose trust between sign-up and the first winter.",
    ),
    "es": (
        "Solvento Tejados: placas solares en casa",
        "Ver dónde se pierde la confianza entre el presupuesto y la primera factura.",
    ),
}
_FOLDERS = {"en": "journeyai-demo", "es": "journeyai-demo-es"}


def run(arguments: argparse.Namespace) -> int:
    """Write the sample study, then index, draft, show and export."""
    root = Path(arguments.directory or _FOLDERS[arguments.lang])
    study = _sample_study(root, arguments.lang)
    with Steps(quiet=arguments.quiet) as steps:
        # A first look must cost nothing and send nothing, whatever key happens to be set.
        drawn = study.draw(engine="local", progress=steps.tell)
    print_result(
        render_sources(drawn.index.files, [(item.source, item.reason) for item in drawn.index.left_out])
    )
    tell(drawn, quiet=arguments.quiet)
    material = study.material(drawn.journey)
    print_result(render_map(drawn.journey, material.template))
    page = root / "map.html"
    write_whole(page, export(drawn.journey, "html", material))
    say = talk("demo", arguments.lang).say
    made = {
        say("map"): study.folder.map_path,
        say("page"): page.resolve(),
        say("sources"): study.folder.sources,
    }
    widest = max(map(len, made))
    print()
    for label, path in made.items():
        print(f"{label:<{widest}}  {path}")
    remark(say("go_on", folder=root), quiet=arguments.quiet)
    return 0


def _sample_study(root: Path, language: str) -> Study:
    """Open the sample study in *root*, or write it there."""
    title, goal = _TITLES[language]
    if (root / STUDY_FILE).is_file():
        study = Study.open(root)
        if study.settings.title != title:
            raise SettingsError(f"`{root}` is another study.", "Name another folder: journeyai demo DIR")
    elif root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise SettingsError(f"`{root}` is not empty.", "Name another folder: journeyai demo DIR")
    else:
        study = Study.create(root, title=title, goal=goal, language=language)
    _copy(folder("knowledge").joinpath("samples", language, "sources"), study.folder.sources)
    return study


def _copy(source: Traversable, target: Path) -> None:
    """Copy what is not there yet: an earlier run may have been interrupted, and what was changed stays so."""
    target.mkdir(parents=True, exist_ok=True)
    for item in source.iterdir():
        if item.is_dir():
            _copy(item, target / item.name)
        elif not (target / item.name).exists():
            write_whole(target / item.name, item.read_bytes())
