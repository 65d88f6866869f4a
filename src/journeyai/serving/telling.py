"""What is said of changes and steps: short, in the map's language, for a notice and for a screen reader."""

import re
from collections.abc import Sequence
from typing import Final

from journeyai.errors import JourneyAIError
from journeyai.export.plain import shortened, visible
from journeyai.knowledge.talk import Talk
from journeyai.model.changes import CHANGES, Change
from journeyai.model.journey import JourneyMap
from journeyai.operations.history import Step

#: A longer title or request is cut.
_TITLE_CHARS: Final = 60
_REQUEST_CHARS: Final = 120
#: A command of the chat; a path, which may look like one, stands in backticks.
_COMMAND: Final = re.compile(r"(?:^|\s)/[a-z][a-z-]*(?![\w/])")
_SENTENCES: Final = re.compile(r"(?<=[.!?]) ")


def tell_changes(changes: Sequence[Change], journey: JourneyMap, talk: Talk) -> str:
    """Return what *changes* do, in a few words without a full stop.

    Args:
        changes: at least one.
        journey: a map that their cards are, or were, on.
        talk: the sentences of the page.
    """
    first = changes[0]
    key = f"did_{first.kind}"
    if len(changes) > 1 or key not in talk.phrases:
        return talk.say("did_change", n=len(changes))
    names = {card.id: card.title for card in journey.cards}
    cards = [id_ for id_ in first.targets if CHANGES[first.kind].targets == "card"]
    if len(cards) != 1:
        return talk.say(key, what=talk.say("cards", n=len(cards)))
    title = shortened(visible(names.get(cards[0], "")), _TITLE_CHARS)
    return talk.say(
        key, what=talk.say("card", id=visible(cards[0]), title=title) if title else visible(cards[0])
    )


def tell_step(step: Step, journey: JourneyMap, talk: Talk) -> str:
    """Return what *step* did: in the person's own words, if there were any."""
    if step.request:
        return talk.say("request", text=shortened(visible(step.request), _REQUEST_CHARS))
    if step.changes:
        return tell_changes(step.changes, journey, talk)
    return talk.say("drafted" if step.kind == "draft" else "by_hand")


def tell_error(error: JourneyAIError) -> str:
    """Return what is wrong and what to do next, without the sentences that name a command of the chat."""
    told = " ".join(text for text in (error.message, error.hint) if text)
    of_the_page = [sentence for sentence in _SENTENCES.split(told) if not _COMMAND.search(sentence)]
    return " ".join(of_the_page) or told
