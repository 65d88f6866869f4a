"""What it was about, what happened and what the customer wanted, each in the source's own words."""

from collections.abc import Sequence
from typing import Final

from journeyai.engines.local.features import tokens
from journeyai.engines.local.summarising.hearing import Heard, Passage
from journeyai.engines.local.summarising.wording import likeness, shortened, stems, without_greeting
from journeyai.knowledge.words import words
from journeyai.model.vocabulary import Lane

MOST_ISSUE: Final = 160
MOST_STORY: Final = 600
#: A passage of the story, at most: four of them with their speakers' names fit.
_MOST_TOLD: Final = 130
_MOST_PASSAGES: Final = 4
#: What a lane says for being the matter.
_MATTERS: Final[dict[Lane, float]] = {
    "pain_point": 1.0,
    "need": 0.8,
    "question": 0.7,
    "expectation": 0.6,
    "technical_limit": 0.6,
    "action": 0.4,
    "motivation": 0.4,
    "opportunity": 0.3,
}
#: The matter stands early: each passage that says something before another takes so much from that one's worth.
_LATER: Final = 0.35
#: What it costs to call for help and not to say with what.
_PLEA: Final = 1.5
_SAME: Final = 0.8


def matter(heard: Heard) -> Passage | None:
    """Return the passage that states the matter: the customer's, or whoever speaks first if they say nothing."""
    said = [passage for passage in heard.customer if not passage.marks.says_nothing]
    if not said:
        others = [passage for passage in heard.passages if not passage.marks.says_nothing]
        return next(iter(heard.customer or others or heard.passages), None)
    worth = [_matter_worth(passage, rank, heard) for rank, passage in enumerate(said)]
    return said[max(range(len(said)), key=lambda index: (worth[index], -index))]


def issue(passage: Passage) -> str:
    """Return the words of the matter, without a greeting, at most `MOST_ISSUE` characters."""
    return shortened(without_greeting(shortened(passage.utterance.text, 4 * MOST_ISSUE)), MOST_ISSUE)


def customer_goal(heard: Heard) -> str:
    """Return the wish that tells best what the customer wanted, at most `MOST_ISSUE` characters; empty if none does."""
    best, worth = None, 0.0
    for rank, passage in enumerate(heard.customer):
        own = _wish_worth(passage) - 0.05 * rank
        if own > worth:
            best, worth = passage, own
    return "" if best is None else issue(best)


def what_happened(heard: Heard, about: Passage, language: str) -> str:
    """Return two to four passages in order, each with who said it; one, if more was not said.

    Args:
        heard: the document.
        about: the matter, from `matter`.
        language: of the words for who speaks.
    """
    chosen = [about]
    for passage in (_staffs(heard), _turn(heard, about), _ending(heard), *_strongest(heard)):
        if passage is not None and len(chosen) < _MOST_PASSAGES and _is_new(passage, chosen):
            chosen.append(passage)
    return _told(sorted(chosen, key=lambda passage: passage.number), language)


def _matter_worth(passage: Passage, rank: int, heard: Heard) -> float:
    marks = passage.marks
    worth = (_MATTERS.get(passage.lane, 0.0) if passage.lane else 0.0) * (0.5 + passage.weight)
    worth += 0.5 * ("matter" in marks.labels) + 0.4 * ("wish" in marks.labels) + 0.15 * marks.asks
    worth += 0.1 * min(5, len(stems(passage.utterance.text)))
    worth -= 0.6 * bool(marks.labels & {"solved", "thanks"}) + _PLEA * marks.is_plea
    # Where nobody is asked for help, the matter is what is felt most, wherever it stands.
    later = _LATER if heard.is_talk else 0.3 * _LATER
    strength = 0.0 if heard.is_talk else 0.3 * abs(passage.valence)
    return round(worth + strength - later * rank, 6)


def _wish_worth(passage: Passage) -> float:
    if passage.marks.says_nothing or passage.marks.is_plea or len(tokens(passage.utterance.text)) < 3:
        return 0.0
    wishes = 0.6 * ("wish" in passage.marks.labels)
    if passage.lane in {"need", "question", "expectation"}:
        wishes += passage.weight * (0.8 if passage.lane == "need" else 0.4)
    elif not wishes:
        return 0.0
    return wishes


def _staffs(heard: Heard) -> Passage | None:
    """Return what staff did, refused or promised last; else the longest they said."""
    said = [passage for passage in heard.agent if not passage.marks.says_nothing]
    deeds = [
        passage
        for passage in said
        if not passage.marks.asks
        and (passage.marks.labels & {"done", "refused"} or passage.marks.promises_of_side)
    ]
    if deeds:
        return deeds[-1]
    told = [passage for passage in said if not passage.marks.asks] or said
    return max(told, key=lambda passage: (len(stems(passage.utterance.text)), -passage.number), default=None)


def _turn(heard: Heard, about: Passage) -> Passage | None:
    """Return where the customer's story turns after *about*: the first word on how it stands, or what is felt most."""
    later = [
        passage
        for passage in heard.customer
        if passage.number > about.number and not passage.marks.says_nothing
    ]
    told = [passage for passage in later if passage.marks.labels & {"solved", "unsolved", "partial"}]
    if told:
        return told[0]
    felt = [passage for passage in later if passage.lane in {"pain_point", "delight"}]
    return min(
        felt, key=lambda passage: (-abs(passage.valence * passage.weight), passage.number), default=None
    )


def _ending(heard: Heard) -> Passage | None:
    """Return the customer's last words, even a thank-you if that is all the end there is.

    Where two sides do not settle something, as in an interview, the last words are an end only if they tell something.
    """
    said = [
        passage
        for passage in heard.customer
        if not passage.marks.says_nothing and (heard.is_talk or passage.lane is not None)
    ]
    closing = [
        passage for passage in heard.customer if passage.marks.labels & {"solved", "unsolved", "pleased"}
    ]
    return max((*said[-1:], *closing[-1:]), key=lambda passage: passage.number, default=None)


def _strongest(heard: Heard) -> Sequence[Passage]:
    """Return what is felt, the strongest first."""
    felt = [
        passage for passage in heard.customer if passage.lane is not None and not passage.marks.says_nothing
    ]
    return sorted(felt, key=lambda passage: (-abs(passage.valence * passage.weight), passage.number))


def _is_new(passage: Passage, chosen: Sequence[Passage]) -> bool:
    own = stems(passage.utterance.text)
    return all(
        passage.number != other.number and likeness(own, stems(other.utterance.text)) < _SAME
        for other in chosen
    )


def _told(passages: Sequence[Passage], language: str) -> str:
    opening, closing = ("«", "»") if language == "es" else ("“", "”")
    known = words(language)
    parts: list[str] = []
    before = ""
    for passage in passages:
        role = passage.role
        who = known.role(role).capitalize() if role != "unknown" else ""
        quote = f"{opening}{shortened(passage.utterance.text, _MOST_TOLD)}{closing}"
        parts.append(quote if who in ("", before) else f"{who}: {quote}")
        before = who
    return shortened(" ".join(parts), MOST_STORY)
