"""How well beliefs are matched with what customers say: `python -m evals.beliefs`.

Sets of beliefs are measured by weights that never saw a belief of their corpus.  `--held-back` measures what ships
on what nothing was learnt from or chosen on: themes of the corpora that are held back, and the written pairs.
"""

import argparse
from pathlib import Path

from evals.beliefs.figures import Figures, of_setting, of_strangers, shares, total
from evals.beliefs.pairs import corpora, of_pairs, read_pairs
from evals.beliefs.sets import names, on_themes
from evals.beliefs.train import crossed, drafted, lessons
from evals.vectors import shipped_vectors
from journeyai.model.aliases import VectorSource
from journeyai.operations.weighing import weighing


def main() -> None:
    """Measure, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--maps", type=Path, help="a folder that `journeyai eval maps --out` wrote: maps, too"
    )
    parser.add_argument(
        "--held-back", action="store_true", help="measure what is held back; choose nothing by it"
    )
    arguments = parser.parse_args()
    vectors = shipped_vectors()
    if arguments.held_back:
        _held_back(vectors)
    else:
        _by_corpora(vectors, arguments.maps)


def _by_corpora(vectors: VectorSource, maps: Path | None) -> None:
    material = [lesson for name in names() for lesson in lessons(on_themes(name), vectors)]
    places = {"themes": material}
    if maps:
        places["maps"] = [lesson for held in drafted(maps) for lesson in lessons(held, vectors)]
    for place, others in places.items():
        for kind in ("whole", "short", "no_stages"):
            parts = crossed(material, others, kind)
            for threshold in (weighing().surely, weighing().perhaps):
                print(_line(f"{place}, {kind}", threshold, total(parts, threshold)))


def _held_back(vectors: VectorSource) -> None:
    settings = corpora()
    kept = [setting for setting in settings if setting.held_back]
    strangers = {
        setting.name: [belief for one in settings if one.name != setting.name for belief in one.beliefs[::4]]
        for setting in kept
    }
    for stages in (False, True):
        own = [of_setting(one, one.beliefs, vectors, weighing(), stages=stages) for one in kept]
        others = [of_setting(one, strangers[one.name], vectors, weighing(), stages=stages)[0] for one in kept]
        for threshold in (weighing().surely, weighing().perhaps):
            name = f"held back, stages {'known' if stages else 'unknown'}"
            strange = sum((of_strangers(likeness, threshold) for likeness in others), Figures())
            print(_line(name, threshold, total(own, threshold) + strange))
    pairs = read_pairs()
    setting = of_pairs(pairs)
    likeness, labels = of_setting(setting, setting.beliefs, vectors, weighing())
    for threshold in (weighing().surely, weighing().perhaps):
        print(_line("written pairs", threshold, total([(likeness, labels)], threshold)))
        told = shares(setting, likeness, pairs, threshold)
        print("  found of", ", ".join(f"{says} {share:.2f}" for says, share in sorted(told.items())))


def _line(name: str, threshold: float, found: Figures) -> str:
    return (
        f"{name:30} {threshold:.2f}  precision {found.precision:.2f}  recall {found.recall:.2f}  F1 {found.f1:.2f}  "
        f"({found.hits} of {found.found} found, {found.right} right)  agreeing {found.agreed:.2f}  "
        f"opposite {found.opposed:.2f}  found for beliefs without evidence {found.alarms:.2f}"
    )


if __name__ == "__main__":
    main()
