"""Answers about somebody who speaks in the sources: who they are to the study, and what they say most tellingly."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering.about_topic import SearchFunction
from journeyai.engines.local.answering.places import Place, of_evidence, of_passage, standing, telling
from journeyai.engines.local.answering.question import Question
from journeyai.engines.local.answering.reply import Reply
from journeyai.knowledge.letters import fold
from journeyai.model.vocabulary import Role

_MOST_QUOTES: Final = 5
_MOST_LANES: Final = 3
#: Of somebody who tells fewer feelings and needs than this anything is shown.
_FEWEST_FELT: Final = 3
_PASSAGES: Final = 30
#: Asked which of them is meant, people read no longer list.
_MOST_NAMED: Final = 6
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks.

    Attributes:
        source: the file.
        name: as it stands there.
        role: who they are to the study.
        places: what they say.
    """

    source: str
    name: str
    role: Role
    places: tuple[Place, ...]

    @property
    def documents(self) -> list[tuple[str, str | None]]:
        """The documents they speak in, in order."""
        return sorted({place.document for place in self.places}, key=lambda one: (one[0], one[1] or ""))


def find_speakers(reply: Reply, names: Sequence[str], search: SearchFunction | None) -> list[Speaker]:
    """Return who is called by all of the folded words *names*, by file; with *search* those nobody quotes, too."""
    places = [of_evidence(item) for item in standing(reply.journey)]
    known = {(place.source, place.record, place.start) for place in places}
    places += [
        of_passage(one)
        for one in (search(" ".join(names), _PASSAGES) if search else ())
        if (one.source, one.record, one.start) not in known
    ]
    found: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        if place.speaker and _is_called(place.speaker, names):
            found.setdefault((place.source, place.speaker), []).append(place)
    speakers = [
        Speaker(source, name, own[0].role, tuple(own)) for (source, name), own in sorted(found.items())
    ]
    exact = [speaker for speaker in speakers if _WORD.findall(fold(speaker.name)) == list(names)]
    return exact if len(exact) == 1 else speakers


def _is_called(speaker: str, names: Sequence[str]) -> bool:
    return set(names) <= set(_WORD.findall(fold(speaker)))


def about_speakers(reply: Reply, question: Question, speakers: Sequence[Speaker], name: str) -> Answer:
    """Answer who somebody is; ask which, where several are called so.

    Members of staff of one name and role are taken for one; customers never are, for two files seldom mean one person.
    """
    in_file = [one for one in speakers if fold(one.source) in fold(question.asked)]
    chosen = in_file or list(speakers)
    if len(chosen) > 1 and not _is_one(chosen):
        who = ", ".join(
            reply.phrases.say("in_place", name=one.name, place=reply.place(*one.documents[0]))
            for one in chosen[:_MOST_NAMED]
        )
        reply.say("which_of", [one.places[0] for one in chosen[:_MOST_NAMED]], name=name, who=who)
        return reply.answer()
    _tell(reply, chosen)
    return reply.answer()


def _is_one(speakers: Sequence[Speaker]) -> bool:
    return len({(fold(one.name), one.role) for one in speakers}) == 1 and speakers[0].role != "customer"


def _tell(reply: Reply, speakers: Sequence[Speaker]) -> None:
    first = speakers[0]
    places = [place for one in speakers for place in one.places]
    best = telling(places, 1)
    documents = [document for one in speakers for document in one.documents]
    shown = ", ".join(reply.place(*document) for document in documents[:_MOST_NAMED])
    reply.say("speaker", best, name=first.name, role=reply.words.role(first.role), place=shown)
    for persona in reply.journey.personas:
        if any(member.source == first.source and member.speaker == first.name for member in persona.members):
            reply.say("speaker_persona", best, id=persona.id, name=persona.name)
    quoted = [place for place in places if place.lane is not None]
    if quoted:
        lanes = Counter(place.lane for place in quoted if place.lane is not None).most_common(_MOST_LANES)
        names = ", ".join(reply.words.lane(lane) for lane, _ in lanes)
        reply.say("speaker_map", quoted, n=len(quoted), lanes=names)
    chosen = _most_telling(places)
    reply.say("tells_most")
    for place in chosen:
        reply.quote(place)


def _most_telling(places: Sequence[Place]) -> list[Place]:
    """Return what one person says most tellingly, in the order it was said."""
    felt = [place for place in places if place.lane in {"pain_point", "delight", "need"}]
    best = telling(felt if len(felt) >= _FEWEST_FELT else places, _MOST_QUOTES)
    return sorted(best, key=lambda place: (place.source, place.record or "", place.start))


def about_name(reply: Reply, names: Sequence[str], typed: str, search: SearchFunction) -> Answer:
    """Answer about a name nobody speaks under: where it is mentioned, or that it is not."""
    wanted = set(names)
    places = [of_evidence(item) for item in standing(reply.journey)]
    for one in search(" ".join(names), _PASSAGES):
        place = of_passage(one)
        if not any(
            place.document == own.document and place.start < own.end and own.start < place.end
            for own in places
        ):
            places.append(place)
    spoken = [place for place in places if wanted <= set(_WORD.findall(fold(place.text)))]
    if not spoken:
        return reply.refuse("nobody", name=typed)
    best = telling(spoken, _MOST_QUOTES)
    reply.say("mentioned", name=typed)
    for place in best:
        reply.quote(place)
    return reply.answer()
