"""What of a theme's, or somebody's, words can be seen on a map.

A trace is a word that stands in the theme's wordings and nowhere else in all that was written by hand in its language;
a text that holds two of them speaks of the theme.  A quote speaks of it when its words are those of a wording; words of
three letters and fewer are found anywhere and count for nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from journeyai.evaluation.planted.material import Character, Material, Motif
from journeyai.knowledge.letters import fold
from journeyai.model.journey import Card, JourneyMap

#: Shorter words are found anywhere.
_FEWEST_LETTERS: Final = 4
#: As many traces in a text of the map's own are no chance.
_FEWEST_TRACES: Final = 2
#: Share of a quote's, or of a wording's, words that both have.
_SAME: Final = 0.7
_FEWEST_WORDS: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Traces:
    """What gives a theme away: words of its own, and its wordings as sets of words."""

    words: frozenset[str]
    wordings: tuple[frozenset[str], ...]

    def in_text(self, text: str) -> bool:
        """Whether *text* speaks of the theme."""
        return len(self.words & words_of(text)) >= _FEWEST_TRACES

    def in_quote(self, quote: str) -> bool:
        """Whether *quote* is, or is a part of, one of the wordings."""
        heard = words_of(quote)
        return any(
            len(heard & wording) >= max(_FEWEST_WORDS, _SAME * min(len(heard), len(wording)))
            for wording in self.wordings
        )

    def on_card(self, card: Card, journey: JourneyMap) -> bool:
        """Whether *card* carries the theme, in its own words or in its quotes."""
        own = self.in_text(f"{card.title}. {card.detail}")
        return own or any(self.in_quote(item.quote) for item in journey.quotes(card))


def words_of(text: str) -> frozenset[str]:
    """Return the different words of *text* that are not too short, without case and accents."""
    return frozenset(word for word in _WORD.findall(fold(text)) if len(word) >= _FEWEST_LETTERS)


def theme_traces(material: Material) -> Mapping[str, Traces]:
    """Return the traces of every theme of every trade of *material*, by id."""
    return _theme_traces(material)


@cache
def _theme_traces(material: Material) -> Mapping[str, Traces]:
    themes = [theme for trade in material.trades for theme in trade.themes]
    common = words_of(" ".join(_other_texts(material)))
    by_theme = {theme.id: words_of(" ".join(theme.wordings)) for theme in themes}
    out = {}
    for theme in themes:
        elsewhere = common.union(*(words for id_, words in by_theme.items() if id_ != theme.id))
        out[theme.id] = Traces(
            by_theme[theme.id] - elsewhere, tuple(words_of(wording) for wording in theme.wordings)
        )
    return out


def character_traces(material: Material, character: Character) -> Traces:
    """Return what gives *character* away when others tell of such people."""
    told = (*character.told.agent, *character.told.others, *character.told.rival)
    others = [text for other in _characters(material) if other.id != character.id for text in other.situation]
    themes = [text for theme in _motifs(material) for text in theme.wordings]
    elsewhere = words_of(
        " ".join([*material.filler, *material.questions, *material.answers, *others, *themes])
    )
    return Traces(words_of(" ".join(told)) - elsewhere, tuple(words_of(text) for text in told))


def _characters(material: Material) -> Iterator[Character]:
    for trade in material.trades:
        yield from trade.personas


def _motifs(material: Material) -> Iterator[Motif]:
    for trade in material.trades:
        yield from trade.themes


def _other_texts(material: Material) -> Iterator[str]:
    yield from (*material.filler, *material.questions, *material.answers, *material.titles)
    for character in _characters(material):
        told = character.told
        yield from (*character.situation, *told.agent, *told.others, *told.rival)
