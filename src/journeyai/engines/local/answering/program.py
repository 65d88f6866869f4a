"""Which entry of the guide tells what the program itself has: "which templates are there?", "do you support Word?"."""

from dataclasses import replace

from journeyai.engines.local.answering.about_words import entry_named
from journeyai.engines.local.answering.question import Question, cues
from journeyai.knowledge.guide import GuideEntry


def find_thing(question: Question) -> GuideEntry | None:
    """Return the guide's entry on the thing of the program that *question* asks for; None when it asks for others.

    It must name one and hold nothing besides: "what do people say about formats?" asks what they say.

    Args:
        question: as it was asked.
    """
    if question.asks("told"):
        return None
    rest = question.folded
    found: list[tuple[int, int, str]] = []
    for order, (id_, thing) in enumerate(cues().things.items()):
        if match := thing.search(rest):
            found.append((match.start(), order, id_))
        rest = thing.sub(", ", rest)
    if (
        not found
        or replace(question, folded=rest).besides("having", "how_to", "having_words").says_anything()
    ):
        return None
    return entry_named(min(found)[2])
