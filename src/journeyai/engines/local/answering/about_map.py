"""Answers that the map itself holds: stages, lanes, feelings, personas, what weighs most, what it was drawn from."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering.about_work import say_work
from journeyai.engines.local.answering.places import Place, of_evidence, people, standing, telling
from journeyai.engines.local.answering.question import Question
from journeyai.engines.local.answering.reply import Reply, spoken_in, strongest
from journeyai.knowledge.letters import fold
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.journey import Card, JourneyMap, Persona, Stage
from journeyai.model.vocabulary import Lane

_MOST_CARDS: Final = 4
_MOST_OF_STAGE: Final = 2
_MOST_EMOTIONS: Final = 3
_MOST_LINES: Final = 4
_MOST_QUOTES: Final = 3
#: What a stage is told by.
_TOLD: Final[tuple[Lane, ...]] = ("pain_point", "delight", "need")
#: Before the name of a stage that is a common word, too: "in use", "la etapa de compra".
_BEFORE: Final = (
    r"\b(?:stage|phase|in|during|at|etapa|fase|en|durante)(?: de)?(?: the| la| el| los| las| my)? "
)


def named_stage(journey: JourneyMap, question: Question) -> tuple[Stage, str] | None:
    """Return the stage that *question* names, and the folded name it does so by; None for none.

    A name is known in both languages when the template has both.  One that is a common word ("use", "support") counts
    where it has a capital, where the word "stage" or "in" stands before it, or where nothing else is asked about.
    """
    names = stage_names(journey)
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if not re.search(rf"\b{re.escape(name)}\b", question.folded):
            continue
        has_capital = any(
            match.group()[:1].isupper() and match.start() > 1
            for match in re.finditer(rf"\b{re.escape(name)}\b", question.asked, re.IGNORECASE)
        ) or any(stage.name in question.asked[1:] for stage in journey.stages if stage.name[:1].isupper())
        announced = re.search(_BEFORE + re.escape(name) + r"\b", question.folded) or question.asks("stages")
        alone = not question.topic([name])
        if has_capital or announced or alone or " " in name:
            return names[name], name
    return None


def stage_names(journey: JourneyMap) -> dict[str, Stage]:
    """Return each stage by its folded names, in both languages where it has those of its template."""
    names: dict[str, Stage] = {}
    template = load_template(journey.template) if journey.template in template_ids() else None
    for stage in journey.stages:
        own = [stage.name, stage.id.replace("-", " ")]
        # Only while the stage has a template's name is the template's other name its own.
        for item in template.stages if template else ():
            if item.id == stage.id and fold(stage.name) in map(fold, item.names.values()):
                own += item.names.values()
        for name in own:
            names.setdefault(fold(name), stage)
    return names


def about_stage(reply: Reply, question: Question, stage: Stage) -> Answer:
    """Answer what a stage is like, or what stands in the lanes asked for."""
    if question.lanes:
        return about_lanes(reply, question.lanes, stage)
    spoken = spoken_in(standing(reply.journey), stage.id)
    if not spoken:
        return reply.refuse("stage_empty", stage=stage.name)
    count = reply.words.count("people_quoted", people(spoken))
    best = telling(spoken, _MOST_QUOTES)
    if stage.valence is None:
        reply.say("stage_no_feeling", best, stage=stage.name, people=count)
    else:
        reply.say("stage", best, stage=stage.name, people=count, valence=reply.words.signed(stage.valence))
    if stage.emotions:
        felt = sorted(stage.emotions.items(), key=lambda item: (-item[1], item[0]))[:_MOST_EMOTIONS]
        names = [reply.phrases.say("emotion", emotion=reply.words.emotion(name), n=n) for name, n in felt]
        top = {name for name, _ in felt}
        feeling = [place for place in spoken if place.evidence and place.evidence.emotion in top]
        reply.say("most_felt", telling(feeling or spoken, _MOST_QUOTES), emotions=", ".join(names))
    for lane in _TOLD:
        cards = strongest(reply.journey, lane, stage.id)[:_MOST_OF_STAGE]
        if cards:
            reply.say("lane", lane=_capital(reply.words.lane(lane)))
            reply.show_cards(cards)
    return reply.answer()


def about_lanes(
    reply: Reply, lanes: tuple[Lane, ...], stage: Stage | None = None, persona: str | None = None
) -> Answer:
    """Answer with the strongest cards of *lanes*."""
    found = False
    for lane in lanes:
        cards = strongest(reply.journey, lane, stage.id if stage else None, persona)[:_MOST_CARDS]
        if not cards:
            continue
        found = True
        key = "strongest_in" if stage else "strongest"
        reply.say(key, lane=_capital(reply.words.lane(lane)), stage=stage.name if stage else "",
        )  # fmt: skip
        reply.show_cards(cards)
    if not found:
        key = "none_of_lane_in" if stage else "none_of_lane"
        return reply.refuse(key, lane=reply.words.lane(lanes[0]), stage=stage.name if stage else "")
    return reply.answer()


def about_stages(reply: Reply) -> Answer:
    """Answer which stages there are."""
    stages = sorted(reply.journey.stages, key=lambda stage: stage.order)
    names = ", ".join(" ".join(stage.name.split()) for stage in stages)
    reply.say("stages", stages=reply.words.count("stages", len(stages)), names=names)
    return reply.answer()


def about_cards(reply: Reply, cards: Sequence[Card], asked: Question) -> Answer:
    """Answer what stands behind *cards*: what was said of them, who says it, and who says the opposite."""
    for card in cards:
        reply.tell(f"{reply.name(card)}.", reply.of_card(card, _MOST_QUOTES))
        say_work(reply, card, asked)
        for place in reply.of_card(card, _MOST_QUOTES):
            reply.quote(place)
        against = reply.quotes(card.against)[:_MOST_QUOTES]
        if against:
            reply.say("lane", lane=reply.words.phrase("against"))
            for place in against:
                reply.quote(place)
    return reply.answer()


def about_moment(reply: Reply) -> Answer:
    """Answer which stage is the moment of truth."""
    stages = [stage for stage in reply.journey.stages if stage.moment_of_truth]
    if not stages:
        return reply.refuse("no_moment")
    for stage in stages:
        _feeling(reply, "moment", stage)
    return reply.answer()


def about_feeling(reply: Reply, key: str) -> Answer:
    """Answer where people feel `worst` or `best`."""
    felt = [stage for stage in reply.journey.stages if stage.valence is not None]
    if not felt:
        return reply.refuse("no_feelings")
    sign = 1 if key == "worst" else -1
    _feeling(reply, key, min(felt, key=lambda stage: (sign * (stage.valence or 0.0), stage.order)))
    return reply.answer()


def _feeling(reply: Reply, key: str, stage: Stage) -> None:
    """Say how a stage feels, with what is felt most strongly there."""
    places = spoken_in(standing(reply.journey), stage.id)
    felt = [place for place in places if place.lane in {"pain_point", "delight"}]
    if key != "moment":
        bad = key == "worst"
        felt = [one for one in felt if one.evidence and (one.evidence.valence < 0) == bad] or felt
    best = telling(felt or places, _MOST_QUOTES)
    reply.say(
        key, best, stage=stage.name, people=reply.words.count("people_quoted", people(places)),
        valence=reply.words.signed(stage.valence or 0.0),
    )  # fmt: skip
    lanes: tuple[Lane, ...] = (
        ("pain_point", "delight")
        if key == "moment"
        else (("pain_point",) if key == "worst" else ("delight",))
    )
    reply.name_cards([card for lane in lanes for card in strongest(reply.journey, lane, stage.id)[:2]])
    for place in best:
        reply.quote(place)


def named_persona(journey: JourneyMap, question: Question) -> Persona | str | None:
    """Return the persona that *question* names; the id it gives where there is none such; None if it names none."""
    by_id = {persona.id: persona for persona in journey.personas}
    if match := re.search(r"\b(?:persona|perfil)\s+p?(\d+)\b", question.folded):
        return by_id.get(f"p{match[1]}", f"p{match[1]}")
    # Interviews have their P1, too: that is somebody who speaks.
    speakers = {item.speaker for item in journey.evidence}
    for typed in re.findall(r"\b[pP]\d+\b", question.asked):
        if typed not in speakers and typed.lower() in by_id:
            return by_id[typed.lower()]
    for persona in sorted(journey.personas, key=lambda one: (-len(one.name), one.id)):
        if fold(persona.name) in fold(question.asked):
            return persona
    return None


def about_personas(reply: Reply, lanes: tuple[Lane, ...] = ()) -> Answer:
    """Answer who the personas are, or what each wants or is hurt by."""
    journey = reply.journey
    if not journey.personas:
        return reply.refuse("no_personas")
    if lanes:
        key = "persona_frustrations" if "pain_point" in lanes else "persona_goals"
        told = [
            _lines(reply, one, key, one.frustrations if "pain_point" in lanes else one.goals)
            for one in journey.personas
        ]
        return reply.answer() if any(told) else reply.refuse("none_of_lane", lane=reply.words.lane(lanes[0]))
    own = [place for persona in journey.personas for place in telling(reply.quotes(persona.evidence), 1)]
    reply.say("personas", own, n=len(journey.personas))
    for persona in journey.personas:
        _introduce(reply, persona)
    return reply.answer()


def about_persona(reply: Reply, persona: Persona | str, lanes: tuple[Lane, ...]) -> Answer:
    """Answer who a persona is, what it wants, or what hurts it."""
    if isinstance(persona, str):
        ids = ", ".join(one.id for one in reply.journey.personas)
        return reply.refuse("no_such_persona", id=persona, ids=ids)
    if not lanes:
        _introduce(reply, persona)
        for key, texts in (("persona_goals", persona.goals), ("persona_frustrations", persona.frustrations)):
            _lines(reply, persona, key, texts)
        return reply.answer()
    wants = {"need", "expectation", "motivation"}.intersection(lanes)
    texts = (
        (*persona.goals, *persona.motivations)
        if wants
        else persona.frustrations
        if "pain_point" in lanes
        else ()
    )
    if not _lines(reply, persona, "persona_goals" if wants else "persona_frustrations", texts):
        cards = [lane for lane in lanes if strongest(reply.journey, lane, persona=persona.id)]
        if not cards:
            return reply.refuse("persona_nothing", id=persona.id, name=persona.name)
    for lane in lanes:
        if cards_here := strongest(reply.journey, lane, persona=persona.id)[:_MOST_OF_STAGE]:
            reply.say("lane", lane=_capital(reply.words.lane(lane)))
            reply.show_cards(cards_here)
    return reply.answer()


def _introduce(reply: Reply, persona: Persona) -> None:
    own = telling(
        [place for place in reply.quotes(persona.evidence) if place.is_customer], 1
    ) or reply.quotes(persona.evidence[:1])
    reply.say(
        "persona", own, id=persona.id, name=persona.name, people=reply.people(len(persona.members)),
        confirmed="" if persona.confirmed else reply.phrases.say("not_confirmed"),
    )  # fmt: skip
    if persona.summary:
        reply.tell(persona.summary, own)
    for place in own:
        reply.quote(place)


def _lines(reply: Reply, persona: Persona, key: str, texts: tuple[str, ...]) -> bool:
    """Say what stands in a persona's list, each line with the quote it was taken from; whether there is any."""
    shown = texts[:_MOST_LINES]
    if not shown:
        return False
    quotes = standing(reply.journey)
    told: list[tuple[str, list[Place], bool]] = []
    for text in shown:
        bare = fold(text).rstrip(".…!? ")
        own = [of_evidence(item) for item in quotes if bare in fold(item.quote)][:1]
        # Lists begin with capitals; a quote stays as it was said.
        at = fold(own[0].text).find(bare) if own else 0
        said = own[0].text[at : at + len(bare)] if own else text.rstrip(".")
        told.append((" ".join(said.split()), own or telling(reply.quotes(persona.evidence), 1), bool(own)))
    reply.say(key, id=persona.id, name=persona.name)
    for text, own, is_quote in told:
        # What a person or a model has put in words of its own gets no quotation marks.
        if is_quote:
            reply.say("quote_bare", own, text=text)
        else:
            reply.tell(f"{text}.", own)
    return True


def about_first(reply: Reply) -> Answer:
    """Answer what weighs most, and so might be mended first."""
    cards = strongest(reply.journey, "pain_point")[:_MOST_CARDS]
    if not cards:
        return reply.refuse("none_of_lane", lane=reply.words.lane("pain_point"))
    reply.say("first")
    for card in cards:
        reply.say(
            "first_card", reply.of_card(card, _MOST_QUOTES), id=card.id, title=card.title,
            people=reply.people(card.people), severity=card.severity or "?",
        )  # fmt: skip
    return reply.answer()


def about_material(reply: Reply, *, of_map: bool) -> Answer:
    """Answer what the map is, and what it was drawn from."""
    journey, words = reply.journey, reply.words
    if of_map:
        reply.say(
            "about_map", title=journey.title or words.phrase("untitled"),
            stages=words.count("stages", len(journey.stages)),
            cards=words.count("cards", sum(card.status != "rejected" for card in journey.cards)),
        )  # fmt: skip
        if journey.goal:
            reply.say("goal", goal=journey.goal)
    kinds = Counter(source.kind for source in journey.sources)
    told = [
        reply.phrases.say("material_kind", n=n, kind=words.kind(kind, n)) for kind, n in sorted(kinds.items())
    ]
    reply.say("material", files=words.count("sources", len(journey.sources)), kinds=", ".join(told))
    reply.say("coverage", used=journey.coverage.used, customer=journey.coverage.customer)
    return reply.answer()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
