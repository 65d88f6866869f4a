"""Decides what kind of question was asked, and who answers it."""

from collections.abc import Sequence

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering import about_map
from journeyai.engines.local.answering.about_channels import about_channels
from journeyai.engines.local.answering.about_people import about_name, about_speakers, find_speakers
from journeyai.engines.local.answering.about_topic import SearchFunction, about_staff, about_topic
from journeyai.engines.local.answering.about_words import about_entry, entry_named, find_entry
from journeyai.engines.local.answering.about_work import about_work
from journeyai.engines.local.answering.how_to import find_deed
from journeyai.engines.local.answering.program import find_thing
from journeyai.engines.local.answering.question import Question, letters, read
from journeyai.engines.local.answering.reply import Reply
from journeyai.errors import SettingsError
from journeyai.knowledge.guide import GuideEntry
from journeyai.knowledge.letters import fold
from journeyai.model.aliases import VectorSource
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import Lane
from journeyai.retrieval.search import Passage


def answer(
    question: str,
    journey: JourneyMap,
    *,
    search: SearchFunction,
    language: str,
    encode: VectorSource | None = None,
) -> Answer:
    """Return what the map, its sources and the guide say to *question*.

    Our own sentences are in the question's language where it is clearly English or Spanish, else in *language*; quotes
    stay as they were said.  The same question to the same map is answered the same.

    Args:
        question: in English or Spanish, whatever language the sources are in.
        journey: the map as it stands.
        search: finds passages of the sources: (text, how many) → best first.
        language: ISO 639-1 code of the map's own words.
        encode: vectors of texts, for comparison by meaning; None to compare by words alone.

    Raises:
        ResourceError: a file of `knowledge/` is missing.
        EngineError: a remote encoder does not answer.
    """
    asked = read(question)
    reply = Reply(journey, asked.language or language)
    for courtesy in ("thanks", "abilities", "greeting"):
        if asked.is_only(courtesy, "thanks", "greeting", "abilities", "polite"):
            reply.say(courtesy)
            return reply.answer()
    entry = _of_guide(journey, asked)
    if entry is not None:
        return about_entry(reply, entry)
    return _of_map(reply, asked) or _of_sources(reply, asked, _patient(search), encode)


def _of_guide(journey: JourneyMap, asked: Question) -> GuideEntry | None:
    """Return the entry of the guide that answers; None where it does not."""
    deed = find_deed(asked, about_map.stage_names(journey), [fold(one.name) for one in journey.personas])
    if deed is not None:
        return deed
    thing = find_thing(asked)
    if thing is not None:
        return thing
    staged = about_map.named_stage(journey, asked)
    if asked.asks("gaps") and not asked.besides("gaps", "gap_words").topic([staged[1]] if staged else ()):
        return entry_named("gaps")
    entry = find_entry(asked)
    return entry if about_map.named_persona(journey, asked) is None else None


def _patient(search: SearchFunction) -> SearchFunction:
    """Return *search*, which finds nothing where nothing is indexed: the map may know all the same."""

    def found(text: str, most: int) -> Sequence[Passage]:
        try:
            return search(text, most)
        except SettingsError:
            return ()

    return found


def _of_map(reply: Reply, asked: Question) -> Answer | None:
    """Answer what the map itself holds; None for any other question."""
    cards = [card for card in reply.journey.cards if card.id in asked.labels()]
    if cards:
        return about_map.about_cards(reply, cards, asked)
    persona = about_map.named_persona(reply.journey, asked)
    if persona is not None:
        return about_map.about_persona(reply, persona, asked.lanes)
    if asked.asks("moment"):
        return about_map.about_moment(reply)
    if asked.asks("about_map") or asked.asks("material"):
        return about_map.about_material(reply, of_map=asked.asks("about_map"))
    if asked.asks("first"):
        return about_map.about_first(reply)
    staged = about_map.named_stage(reply.journey, asked)
    if (work := about_work(reply, asked, staged)) is not None:
        return work
    if asked.asks("channels") and not asked.besides("channels", "channel_words").topic(
        [staged[1]] if staged else ()
    ):
        return about_channels(reply, staged[0] if staged else None)
    if asked.topic() or staged:
        return None
    if asked.asks("persona_word") and not {"delight"}.intersection(asked.lanes):
        return about_map.about_personas(reply, asked.lanes)
    for key in ("worst", "best"):
        if asked.asks(key) and (asked.asks("stages") or asked.asks("feeling") or asked.asks("where")):
            return about_map.about_feeling(reply, key)
    return None


def _of_sources(reply: Reply, asked: Question, search: SearchFunction, encode: VectorSource | None) -> Answer:
    """Answer about a speaker, a stage, the lanes, or a topic."""
    journey = reply.journey
    if asked.asks("staff"):
        about = asked.besides("staff", "staff_words")
        return about_staff(reply, about, about.topic(), search)
    groups = asked.topic()
    names = _names(asked, groups)
    if names:
        # Searching takes its time: only who asks for a person is asked about people the map does not quote.
        speakers = find_speakers(reply, names, search if asked.asks("who_is") else None)
        if speakers:
            return about_speakers(reply, asked, speakers, _typed(asked, names))
        if asked.asks("who_is"):
            return about_name(reply, names, _typed(asked, names), search)
        who = _speaker_among(reply.journey, asked, names)
        if who:
            rest = [[word for word in group if word not in who] for group in groups]
            return about_topic(reply, asked, [group for group in rest if group], search, encode, None, who)
    staged = about_map.named_stage(journey, asked)
    stage = staged[0] if staged else None
    groups = asked.topic([staged[1]]) if staged else groups
    if groups:
        return about_topic(reply, asked, groups, search, encode, stage)
    if not journey.cards:
        return reply.refuse("no_map")
    if stage is not None:
        return about_map.about_stage(reply, asked, stage)
    lanes = asked.lanes or _implied(asked)
    if lanes:
        return about_map.about_lanes(reply, lanes)
    if asked.asks("stages") and journey.stages:
        return about_map.about_stages(reply)
    return reply.refuse("not_understood")


def _implied(asked: Question) -> tuple[Lane, ...]:
    """Return the lanes that "what is worst?" and "what is best?" are after."""
    return ("pain_point",) if asked.asks("worst") else ("delight",) if asked.asks("best") else ()


def _names(asked: Question, groups: Sequence[Sequence[str]]) -> list[str]:
    """Return the words that could be somebody's name: all that is asked about, or the labels in it."""
    words = [word for group in groups for word in group]
    return words or [label for label in asked.labels() if not label.startswith(("c", "e"))]


def _speaker_among(journey: JourneyMap, asked: Question, names: Sequence[str]) -> list[str]:
    """Return the words of *names*, typed with a capital, that are part of a speaker's name: "does Ana speak of …?"."""
    known = {word for item in journey.evidence if item.speaker for word in letters(item.speaker)}
    typed = {word for text in asked.asked.split()[1:] if text[:1].isupper() for word in letters(text)}
    return [word for word in names if word in known and word in typed]


def _typed(asked: Question, names: Sequence[str]) -> str:
    """Return the name as it was typed."""
    typed = [
        word.strip("¿?¡!.,;:\"'“”«»()")
        for word in asked.asked.split()
        if set(letters(word)) & set(names) or word.strip("¿?¡!.,;:").lower() in names
    ]
    return " ".join(typed) or " ".join(names)
