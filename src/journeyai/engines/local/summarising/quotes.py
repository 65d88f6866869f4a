"""The customer's words that tell most."""

from typing import Final

from journeyai.engines.local.candidates import LEAST_WORDS
from journeyai.engines.local.features import tokens
from journeyai.engines.local.summarising.hearing import Heard, Passage
from journeyai.engines.local.summarising.wording import is_like_any, stems
from journeyai.model.source import Utterance

MOST_QUOTES: Final = 5
#: Longer than this nobody reads a quote.
_MOST_WORDS: Final = 45
_LEAST_LIKENESS: Final = 0.6
#: What is felt by less than this is told dryly; so much of that is enough.
_FELT: Final = 0.5
_MOST_DRY: Final = 2
#: Least worth of a quote.
_LEAST_WORTH: Final = 0.25


def key_quotes(heard: Heard) -> tuple[Utterance, ...]:
    """Return at most `MOST_QUOTES` utterances in the order of the text; staff's only if the customer tells nothing."""
    chosen = _best(heard.customer) or _best(heard.agent)
    return tuple(passage.utterance for passage in sorted(chosen, key=lambda one: one.number))


def _best(passages: tuple[Passage, ...]) -> list[Passage]:
    ranked = sorted(
        ((_worth(passage), passage) for passage in passages), key=lambda item: (-item[0], item[1].number)
    )
    chosen: list[Passage] = []
    dry = 0
    known: list[frozenset[str]] = []
    for worth, passage in ranked:
        if worth < _LEAST_WORTH or len(chosen) == MOST_QUOTES:
            break
        words = stems(passage.utterance.text)
        is_dry = abs(passage.valence) < _FELT
        if not (is_dry and dry == _MOST_DRY) and not is_like_any(words, known, _LEAST_LIKENESS):
            dry += is_dry
            chosen.append(passage)
            known.append(words)
    return chosen


def _worth(passage: Passage) -> float:
    """Return how much *passage* tells: how strongly it is felt and how surely; 0 for what is no quote."""
    count = len(tokens(passage.utterance.text))
    if passage.marks.says_nothing or not LEAST_WORDS < count <= _MOST_WORDS or passage.lane is None:
        return 0.0
    decides = 0.3 * bool(passage.marks.labels & {"solved", "unsolved", "refused", "wish"})
    return round((0.5 + abs(passage.valence)) * passage.weight + decides, 6)
