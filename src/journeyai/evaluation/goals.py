"""What the local engine is to reach on corpora that nobody tuned on, by language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from journeyai.evaluation.scoring import Figure


@dataclass(frozen=True, slots=True)
class Goal:
    """A headline figure.

    Attributes:
        figure: its name.
        words: what a reader of the report calls it.
        short: a column's head.
        ends: language → (least, most), either None.
    """

    figure: str
    words: str
    short: str
    ends: Mapping[str, tuple[float | None, float | None]]

    def told(self, language: str) -> str:
        """Return the goal as the report writes it; empty if there is none."""
        least, most = self.ends.get(language, (None, None))
        if least is not None and most is not None:
            return f"{least:g}–{most:g}"
        return f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most is not None else ""

    def is_reached(self, figure: Figure, language: str) -> bool | None:
        """Return whether *figure* reaches it; None without a goal."""
        if language not in self.ends:
            return None
        least, most = self.ends[language]
        value = figure.value
        # A figure that cannot be told reaches nothing.
        return value is not None and (least is None or value >= least) and (most is None or value <= most)


def _least(english: float, spanish: float) -> Mapping[str, tuple[float | None, float | None]]:
    return {"en": (english, None), "es": (spanish, None)}


GOALS: Final = (
    Goal("quotes.exact", "quotes exact", "exact", _least(1, 1)),
    Goal("quotes.attributed", "quotes attributed", "attrib.", _least(0.99, 0.99)),
    Goal("evidence.pain_point.f1", "evidence F1: pain points", "pain", _least(0.74, 0.72)),
    Goal("evidence.delight.f1", "evidence F1: delights", "delight", _least(0.62, 0.62)),
    Goal("evidence.need.f1", "evidence F1: needs", "need", _least(0.60, 0.58)),
    Goal("themes.recall", "theme recall", "recall", _least(0.75, 0.75)),
    Goal("themes.v_measure", "theme V-measure", "V", _least(0.65, 0.65)),
    Goal("themes.cards_per_theme", "cards per theme", "cards", {"en": (0.8, 1.6), "es": (0.8, 1.6)}),
    Goal("stages.by_theme", "stage by name, themes voting", "stage", _least(0.62, 0.65)),
    Goal("valence.sign", "valence sign", "sign", _least(0.85, 0.82)),
    Goal("valence.mae", "valence MAE", "MAE", {"en": (None, 0.70), "es": (None, 0.75)}),
    Goal("emotions.macro_f1", "emotion macro-F1", "emotion", _least(0.35, 0.35)),
    Goal("personas.v_measure", "persona V-measure", "pers. V", _least(0.5, 0.5)),
    Goal("personas.placed", "people placed in a persona", "placed", _least(0.7, 0.7)),
)
