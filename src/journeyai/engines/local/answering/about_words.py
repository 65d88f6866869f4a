"""Answers from the guide: what a word of the field means, how to work with JourneyAI, with an example of this map."""

import re
from typing import Final

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering.about_channels import by_channel, name_channel
from journeyai.engines.local.answering.places import people, standing, telling
from journeyai.engines.local.answering.question import Question, cues
from journeyai.engines.local.answering.reply import Reply, spoken_in, strongest
from journeyai.knowledge.guide import LANGUAGES, GuideEntry, guide
from journeyai.knowledge.letters import fold
from journeyai.model.vocabulary import LANES

#: Before a name these point at this map: "what are the pain points?" asks for them, without "the" for the word.
_DEFINITE: Final = r"\b(?:the|our|my|these|los|las|el|la|nuestros|nuestras|mis|este|esta) "


def find_entry(question: Question) -> GuideEntry | None:
    """Return the guide's entry that *question* asks for; None when it asks for something else.

    It must ask for a meaning or a way of doing, and hold nothing besides the names of entries.
    """
    is_computed = question.asks("computed")
    if not (is_computed or question.asks("guide")):
        return None
    if any(question.asks(kind) for kind in ("worst", "best", "first")):
        return None
    text = question.folded
    found: list[tuple[int, int, GuideEntry]] = []
    rest = text
    for name, entry in _names():
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rest)
        if match:
            found.append((-len(name), match.start(), entry))
            rest = rest[: match.start()] + "," * len(name) + rest[match.end() :]
    if not found or Question(rest, _bare(rest), None, ()).topic():
        return None
    _, at, entry = min(found, key=lambda item: item[:2])
    is_of_map = entry.example and re.search(_DEFINITE + "$", text[:at])
    meaning = re.search(
        r"\b(?:mean|means|meaning|significa|definicion|quiere decir|difference|diferencia)\b", text
    )
    return None if is_of_map and not (meaning or is_computed) else entry


def _bare(text: str) -> str:
    """Return *text* without what asks for a meaning or a way of counting, and what things in general are called."""
    for kind in ("computed", "guide", "objects"):
        text = cues().kinds[kind].sub(", ", text)
    return text


def _names() -> list[tuple[str, GuideEntry]]:
    """Return every folded name of every entry in both languages, longest first."""
    names: dict[str, GuideEntry] = {}
    for language in LANGUAGES:
        for entry in guide(language):
            for name in (entry.title, *entry.names):
                names.setdefault(_plain(name), entry)
    return sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))


def _plain(name: str) -> str:
    """Return a name as questions are read: folded, without signs."""
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


def entry_named(id_: str) -> GuideEntry:
    """Return the guide's entry *id_*."""
    return next(entry for entry in guide(LANGUAGES[0]) if entry.id == id_)


def about_entry(reply: Reply, entry: GuideEntry) -> Answer:
    """Answer what the guide says, in the answer's language, with this map's own example where there is one."""
    own = next((one for one in guide(reply.language) if one.id == entry.id), entry)
    reply.tell_of_guide(own)
    _example(reply, own.example)
    return reply.answer()


def _example(reply: Reply, example: str) -> None:
    journey = reply.journey
    if example in LANES:
        cards = strongest(journey, example)[:1]
        if cards:
            reply.say("own_example", reply.of_card(cards[0]), example=reply.name(cards[0]))
            for place in reply.of_card(cards[0]):
                reply.quote(place)
    elif example in {"stage", "moment_of_truth"}:
        stages = [stage for stage in journey.stages if stage.moment_of_truth or example == "stage"]
        spoken = [(stage, spoken_in(standing(journey), stage.id)) for stage in stages]
        spoken = [(stage, places) for stage, places in spoken if places]
        if spoken:
            stage, places = max(spoken, key=lambda one: (people(one[1]), -one[0].order))
            felt = [place for place in places if place.lane in {"pain_point", "delight"}]
            key = "example_stage" if example == "stage" else "example_moment"
            told = reply.phrases.say(key, stage=stage.name, people=reply.people(people(places)))
            best = telling(felt or places, 1)
            reply.say("own_example", best, example=told)
            for place in best:
                reply.quote(place)
    elif example == "channel":
        for channel, places in by_channel(journey)[:1]:
            reply.say("own_example", telling(places, 1), example=name_channel(reply, channel, places))
    elif example in {"persona", "empathy"} and journey.personas:
        persona = journey.personas[0]
        best = telling(reply.quotes(persona.evidence), 1)
        if best:
            told = reply.phrases.say(
                "example_persona", id=persona.id, name=persona.name, people=reply.people(len(persona.members))
            )
            reply.say("own_example", best, example=told)
