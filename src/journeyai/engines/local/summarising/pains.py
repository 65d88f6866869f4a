"""What went badly for the customer: passages of one point joined, each point with a title."""

from typing import Final

from journeyai.engines.local.candidates import LEAST_WORDS
from journeyai.engines.local.features import tokens
from journeyai.engines.local.summarising.hearing import Heard, Passage
from journeyai.engines.local.summarising.wording import likeness, one_line, stems
from journeyai.engines.local.titles import best_title
from journeyai.engines.recap import PainPoint

MOST_PAINS: Final = 12
#: Passages that share so much of their words are one point.
_LEAST_LIKENESS: Final = 0.5
#: A sentence as short as this goes on with the one before it: "Four times!".
_SHORT: Final = 5


def pain_points(heard: Heard) -> tuple[PainPoint, ...]:
    """Return the customer's pains in the order they are first told; of too many, those told most strongly."""
    groups: list[list[Passage]] = []
    for passage in heard.customer:
        if not _is_pain(passage):
            continue
        own = next((group for group in groups if _belongs(passage, group)), None)
        if own is None:
            groups.append([passage])
        else:
            own.append(passage)
    if len(groups) > MOST_PAINS:
        kept = sorted(groups, key=lambda group: (sum(map(_strength, group)), group[0].number))[:MOST_PAINS]
        groups = sorted(kept, key=lambda group: group[0].number)
    return tuple(_point(group) for group in groups)


def _is_pain(passage: Passage) -> bool:
    return passage.lane == "pain_point" and not passage.marks.says_nothing


def _strength(passage: Passage) -> float:
    """Return how much it hurts; the more, the lower."""
    return passage.valence * passage.weight


def _belongs(passage: Passage, group: list[Passage]) -> bool:
    last = group[-1]
    follows = passage.number == last.number + 1 and passage.utterance.turn == last.utterance.turn
    if follows and len(passage.utterance.text.split()) <= _SHORT:
        return True
    words = stems(passage.utterance.text)
    return any(likeness(words, stems(other.utterance.text)) >= _LEAST_LIKENESS for other in group)


def _point(group: list[Passage]) -> PainPoint:
    # The most telling first: titles are taken from the words most typical of a theme.
    told = sorted(group, key=lambda passage: (_strength(passage), passage.number))
    texts = [one_line(passage.utterance.text) for passage in told]
    whole = [text for text in texts if len(tokens(text)) >= LEAST_WORDS]
    title = best_title(whole or texts, "pain_point")
    return PainPoint(title, tuple(passage.utterance for passage in group))
