"""How it ended: read from what is said near the end, by whom, and with a "not" or without.

The customer knows best: their word that it works, or that it still does not, decides.  Without such a word it is what
staff did last (a deed, a refusal, a promise) and how the customer takes it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from journeyai.engines.local.summarising.hearing import Heard, Passage
from journeyai.model.summary import Outcome

#: The end: the last third of what the customer says, and at least so many passages.
_LEAST_END: Final = 3
#: From this on a feeling tells of harm, not of a nuisance.
_STRONG: Final = -1.0
#: Least certainty of a lane that is to tell how it ended.
_SURE: Final = 0.5


def outcome(heard: Heard) -> Outcome:
    """Return how it ended for the customer; `unknown` where the words do not tell."""
    if not heard.customer:
        return "unknown"
    return _of_talk(heard) if heard.is_talk else _of_story(heard)


def _of_story(heard: Heard) -> Outcome:
    """Of a review, an interview, a note: only what is told outright counts."""
    told = _end(heard.customer)
    word, _ = _last_word(told)
    if heard.document.kind == "interview":
        # People are asked about this and that: a "still not" is about one of many things.
        return "unknown"
    if word == "solved":
        return "resolved"
    if word == "unsolved" and not _is_praise(told[-1]):
        return "unresolved"
    felt = [passage for passage in told if passage.lane in {"pain_point", "delight"}]
    if heard.document.kind == "review" and felt and all(passage.lane == "pain_point" for passage in felt):
        # Nothing but harm to the very end.
        return "unresolved" if felt[-1].valence <= _STRONG and felt[-1].weight >= _SURE else "unknown"
    return "unknown"


def _of_talk(heard: Heard) -> Outcome:
    told = _end(heard.customer)
    word, at = _last_word(told)
    done, refused, promised = (_last_of_staff(heard, kind) for kind in ("done", "refused", "promise"))
    closing = _closing(heard)
    if word == "unsolved" and at < done and _thanks(p for p in heard.customer if p.number > done):
        # It was not, then staff did something, and the customer thanks them.
        word = ""
    is_partial = any("partial" in passage.marks.labels for passage in told[-2:])
    if is_partial or (word == "unsolved" and any("solved" in passage.marks.labels for passage in closing)):
        return "partly" if done >= 0 or promised >= 0 or word == "solved" else "unresolved"
    if word:
        return "resolved" if word == "solved" else "unresolved"
    if refused > done:
        # A thank-you for the effort changes nothing; what was offered instead, and taken up, may.
        is_open = _is_pleased(closing) or _is_taken_up(heard, refused)
        return "unresolved" if not is_open or _has_harm(closing) else "unknown"
    if done >= 0:
        return _of_deed(heard, done, is_pleased=_thanks(closing))
    if promised >= 0:
        # What was asked for is as good as done where its promise pleases.
        return "resolved" if _is_pleased(closing) and _is_inquiry(heard) else "unknown"
    if _has_harm([passage for passage in closing if passage.utterance.turn != _first_turn(heard)]):
        return "unresolved"
    return "resolved" if _thanks(closing) and _is_inquiry(heard) else "unknown"


def _of_deed(heard: Heard, done: int, *, is_pleased: bool) -> Outcome:
    """Return how it ended where staff's last word of it was a deed, at the passage *done*."""
    after = [
        passage for passage in heard.customer if passage.number > done and not passage.marks.says_nothing
    ]
    if _has_harm(after):
        return "unresolved"
    by = next(passage for passage in heard.agent if passage.number == done)
    if "arranged" in by.marks.labels and not _is_inquiry(heard):
        # A visit that is set down mends nothing yet.
        return "unknown"
    return "resolved" if is_pleased or not after else "unknown"


def _end(customer: Sequence[Passage]) -> Sequence[Passage]:
    """Return the last passages that say something."""
    telling = [passage for passage in customer if not passage.marks.says_nothing] or list(customer)
    return telling[-max(_LEAST_END, len(telling) // 3) :]


def _closing(heard: Heard) -> list[Passage]:
    """Return what the customer says in their last two turns."""
    turns = list(dict.fromkeys(passage.utterance.turn for passage in heard.customer))[-2:]
    return [passage for passage in heard.customer if passage.utterance.turn in turns]


def _first_turn(heard: Heard) -> int:
    """Return the index of the turn in which the customer puts the matter."""
    said = [passage for passage in heard.customer if not passage.marks.says_nothing]
    return (said or list(heard.customer))[0].utterance.turn


def _last_word(told: Sequence[Passage]) -> tuple[str, int]:
    """Return the last of `solved` and `unsolved` that is said, and where; empty and −1 if neither is."""
    for passage in reversed(told):
        if passage.marks.asks:
            continue
        labels = passage.marks.labels
        if "unsolved" in labels:
            return "unsolved", passage.number
        if "solved" in labels:
            return "solved", passage.number
    return "", -1


def _thanks(passages: Iterable[Passage]) -> bool:
    return any(passage.marks.labels & {"pleased", "thanks"} for passage in passages)


def _is_pleased(passages: Iterable[Passage]) -> bool:
    return any("pleased" in passage.marks.labels for passage in passages)


def _is_taken_up(heard: Heard, refused: int) -> bool:
    """Whether staff asked something after the refusal at the passage *refused*, and the customer said yes to it."""
    asked = False
    for passage in heard.passages:
        if passage.number <= refused:
            continue
        if passage.side == "agent":
            asked = passage.marks.asks
        elif asked and "consent" in passage.marks.labels:
            return True
    return False


def _last_of_staff(heard: Heard, kind: str) -> int:
    """Return the number of the last passage in which staff do, refuse or promise something; −1 if there is none."""
    for passage in reversed(heard.agent):
        marks = passage.marks
        if marks.promises_of_side if kind == "promise" else kind in marks.labels and not marks.asks:
            return passage.number
    return -1


def _has_harm(passages: Sequence[Passage]) -> bool:
    """Whether the last of *passages* that is felt is told as bad, for certain."""
    felt = [passage for passage in passages if passage.lane in {"pain_point", "delight"}]
    return bool(felt) and felt[-1].lane == "pain_point" and felt[-1].weight >= _SURE


def _is_praise(passage: Passage) -> bool:
    return passage.lane == "delight" and passage.weight >= _SURE


def _is_inquiry(heard: Heard) -> bool:
    """Whether the customer came to ask or to have something done, not to complain."""
    return not any(
        passage.lane == "pain_point" or "unsolved" in passage.marks.labels for passage in heard.customer
    )
