"""How well beliefs are matched with what customers say: `python -m evals.beliefs`.

Thresholds are chosen on every second corpus and told of the others; corpora that are held back choose nothing.
"""

from collections.abc import Sequence

import numpy as np

from evals.beliefs.figures import Crossing, Figures, total
from evals.beliefs.pairs import corpora, of_pairs, read_pairs
from journeyai.model.aliases import Vectors
from journeyai.operations.matters import SAME_MATTER, SURELY
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings

#: Precision from which on a finding is called sure.
SURE_PRECISION = 0.85


def _line(name: str, threshold: float, found: Figures) -> str:
    return (
        f"{name:18} {threshold:.2f}  precision {found.precision:.2f}  recall {found.recall:.2f}  "
        f"F1 {found.f1:.2f}  ({found.hits} of {found.found} found, {found.right} right)  "
        f"found for strange beliefs {found.alarms:.2f}"
    )


def main() -> None:
    """Choose, and report."""
    encoder = make_encoder(SearchSettings())
    known: dict[str, Vectors] = {}

    def vectors(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encoder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    settings = corpora()
    crossings = {}
    for setting in settings:
        strangers = [
            belief for other in settings if other.name != setting.name for belief in other.beliefs[::4]
        ]
        crossings[setting.name] = Crossing(setting, strangers, vectors)
    free = [setting.name for setting in settings if not setting.held_back]
    ours = [crossings[name] for name in free[::2]]
    others = [crossings[name] for name in free[1::2]]
    kept = [crossings[setting.name] for setting in settings if setting.held_back]
    grid = [round(0.2 + 0.01 * step, 2) for step in range(45)]
    best = max(grid, key=lambda value: (round(total(ours, value).f1, 3), value))
    sure = next(value for value in grid if total(ours, value).precision >= SURE_PRECISION)
    print(f"chosen {best:.2f} and {sure:.2f}; in use {SAME_MATTER:.2f} and {SURELY:.2f}")
    for threshold in (best, sure, SAME_MATTER, SURELY):
        for name, part in (("chosen on", ours), ("others", others), ("held back", kept)):
            print(_line(name, threshold, total(part, threshold)))
    pairs = read_pairs()
    crossing = Crossing(of_pairs(pairs), (), vectors)
    for threshold in (SAME_MATTER, SURELY):
        print(_line("written pairs", threshold, crossing.at(threshold)))
        shares = crossing.shares(pairs, threshold)
        print("  found of", ", ".join(f"{says} {share:.2f}" for says, share in sorted(shares.items())))


if __name__ == "__main__":
    main()
