"""Whether a change is one the person can have asked for: the last word on a model that was talked into something.

Titles on a map come from sources, and no screen knows every order that can stand in one.  So what a model proposes is
held against the person's own words: parts they did not name stay out where they named others, and nothing is deleted,
rejected, merged or taken off by a request that holds no word for it.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from journeyai.engines.llm.steps.map_lines import stems
from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import Talk
from journeyai.model.changes import ChangeKind

#: An id as maps have them: of cards, evidence and personas; of passages that a search has shown.
_ID: Final = re.compile(r"\b[ceps]\d+\b")
#: Words by which a request means more parts than those whose ids it says.
_MORE: Final = re.compile(
    r"\b(?:all|every\w*|each|any|others?|rest|remaining|both|same|similar|like|those|these|which"
    r"|that (?:say|speak|talk|are|have)|cards|stages|personas|quotes|evidence|pain points?|pains|needs|delights"
    r"|tod[ao]s?|cada|cualquier\w*|otr[ao]s?|demas|resto|amb[ao]s|mism[ao]s?|similares|parecid[ao]s|que"
    r"|es[ao]s|est[ao]s|aquell[ao]s|(?:la|el|las|los) (?:de|del)|tarjetas|etapas|fases|citas|evidencias?"
    r"|dolores|puntos de dolor|necesidades)\b"
)

#: Parts that a reason names.
_MOST_NAMED: Final = 5

_REMOVE: Final = (
    r"delet|remov|drop|eras|discard|rid\b|throw|toss|scrap|clear|cut\b|kill|bin\b|trash|ditch|lose\b|out\b|away"
    r"|take\b.*\boff|without|n[o']t (?:need|belong|want)|should(?:n't| not)? (?:go|be (?:there|here))|gone|unnecess"
    r"|elimin|borr|quit|suprim|descart|tir[ae]|sac[aoue]|fuera|sobr[ae]|sin\b|desap|vol[ae]"
    r"|no (?:hace falta|necesit|quer|quier|debe|pint)"
)
_REJECT: Final = (
    r"reject|dismiss|wrong|false|untrue|n[o']t (?:true|right|correct|real)|incorrect|nonsense|rubbish|mistake|invalid"
    r"|bad\b|disagree|disapprov|rechaz|descart|fals|mentira|equivoc|\bmal\b|no (?:es|son|vale|sirve|estoy)"
    rf"|tonteria|disparate|desestim|desaprueb|{_REMOVE}"
)
_MERGE: Final = (
    r"merg|combin|join|unit|unif|fus|fold|consolid|amalgam|togeth|single|\bone\b|same|duplic|dupe|redund|twice|repeat|into"
    r"|collaps|absorb|group|junt|\bun(?:e|en|es|ir\w*|id\w*|ela?s?|amos|an?)\b|\bsol[ao]\b|fund|agrup|mezcl|reun"
    r"|mism[oa]|repet|repit|veces|redund|iguales|doble|dentro|integr|\ben\b"
)
#: Kinds by which something is lost → a word that a request for them holds, folded.
_WORDS: Final[Mapping[ChangeKind, re.Pattern[str]]] = {
    "remove_card": re.compile(_REMOVE),
    "remove_stage": re.compile(rf"{_REMOVE}|{_MERGE}"),
    "reject": re.compile(_REJECT),
    "merge_cards": re.compile(_MERGE),
    "merge_stages": re.compile(_MERGE),
    "merge_personas": re.compile(_MERGE),
    "detach_evidence": re.compile(rf"detach|unlink|separ|desvinc|despeg|desasoc|apart|{_REJECT}"),
}


def not_asked_for(
    kind: ChangeKind, targets: Collection[str], request: str, called: Mapping[str, str], words: Talk
) -> str:
    """Return why a change is not one that *request* can mean; empty if it can be.

    Args:
        kind: what would be done.
        targets: what it would be done to, by id.
        request: the person's words.
        called: id → its name or title on the map: a part may be meant by a word of it.
        words: in which it is said why.
    """
    asked = fold(request)
    pattern = _WORDS.get(kind)
    if pattern is not None and not pattern.search(asked):
        return words.say("not_asked")
    named = set(_ID.findall(asked))
    if not named or _MORE.search(_ID.sub(" ", asked)):
        return ""
    sorts = {id_[0] for id_ in named}
    spoken_of = stems(request)
    beyond = [
        f"`{id_}`"
        for id_ in targets
        if _ID.fullmatch(fold(id_))
        and fold(id_) not in named
        and fold(id_)[0] in sorts
        and not stems(called.get(id_, "")) & spoken_of
    ]
    return words.say("not_named", named=", ".join(beyond[:_MOST_NAMED])) if beyond else ""
