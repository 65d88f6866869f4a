"""Who a speaker is to the study: by the words of the label, else by how the speaker talks.

What the user sets wins over everything; what cannot be told is `unknown`, with a sentence on how to set it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from journeyai.knowledge.letters import ascii_letters
from journeyai.model.vocabulary import Kind, Role
from journeyai.sources.parts import EVERYWHERE

#: What only a speaker's label calls them, beside `EVERYWHERE`.
_RESEARCHER = "investigator uxr observer question pregunta"
_SYSTEM = "locucion grabacion recording announcement"
_AGENT = """bot chatbot supervisor supervisora technician receptionist recepcionista salesperson services
    teleoperator teleasistente dependienta dependiente representante"""
_CUSTOMER = """huesped encuestado encuestada consumidora tenant passenger pasajero pasajera llamante
    answer respuesta"""
#: In this order: "customer service" is an agent, "user researcher" a researcher.
_WORDS: Final[tuple[tuple[frozenset[str], Role], ...]] = (
    (EVERYWHERE["researcher"].union(_RESEARCHER.split()), "researcher"),
    (EVERYWHERE["system"].union(_SYSTEM.split()), "system"),
    (EVERYWHERE["agent"].union(_AGENT.split()), "agent"),
    (EVERYWHERE["customer"].union(_CUSTOMER.split()), "customer"),
)
#: Participants, diarists, respondents and users by number: `P4`, `D11`, `R2`, `U03`.
_NUMBERED = re.compile(r"[pdru][ ._#-]?\d{1,3}[a-z]?|part(?:icipant)?[ ._#-]*\d{1,3}", re.IGNORECASE)

#: A company's name with a person's; a place or an age in brackets begins with no capital, or is a number.
_CARRIED = re.compile(
    r"(?P<before>[A-ZÀ-Þ][^()|]{1,40}?)[ ][-–—|][ ][^()|]{1,40}|[^()|]{1,40}[ ]?\((?P<after>[A-ZÀ-Þ][^()]{2,40})\)"
)
#: Letters that ask, where letters are the only labels: question, interviewer, moderator, entrevistador.
_LETTERS_ASK = ("q", "i", "m", "e")

_ASKED_WELL = re.compile(
    r"""
    thank(?:s|\s+you)\s+(?:so\s+much\s+)?for\s+(?:joining|coming|taking\s+part|your\s+time|being\s+here|agreeing)
    | gracias\s+por\s+(?:venir|participar|tu\s+tiempo|su\s+tiempo|acompañ|estar|aceptar|recibir)
    | can\s+you\s+(?:tell|walk|describe|show)
    | tell\s+me\s+(?:about|more)
    | walk\s+me\s+through
    | could\s+you\s+(?:tell|describe)
    | cu[eé]ntame
    | cu[eé]nteme
    | me\s+puedes?\s+contar
    | h[aá]blame
    | qu[eé]\s+te\s+pareci[oó]
    | c[oó]mo\s+te\s+sentiste
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: Only somebody who serves says these.
_SERVES = re.compile(
    r"""
    how\s+(?:can|may|could)\s+(?:i|we)\s+(?:help|assist)|what\s+can\s+i\s+do\s+for\s+you
    |thank(?:s|\s+you)\s+for\s+(?:calling|contacting|reaching\s+out|your\s+patience|holding|choosing)
    |you['’]?re\s+(?:speaking|through)\s+(?:with|to)|who\s+am\s+i\s+(?:talking|speaking)\s+(?:to|with)|\w+\s+speaking[.,!?]
    |(?:is\s+there\s+)?anything\s+else\s+(?:i|we)\s+can|may\s+i\s+have\s+your
    |could\s+(?:you|i)\s+(?:confirm|have|get|take|provide|give\s+me)\s+your|can\s+i\s+(?:take|have|get)\s+your
    |i['’]?ve\s+(?:escalated|refunded|issued|processed)|(?:calls?\s+(?:is|are|may\s+be)\s+recorded)
    |en\s+qu[eé]\s+(?:puedo|podemos|(?:le|te|les)\s+(?:puedo|podemos))\s*(?:ayudar|servir|atender)?
    |gracias\s+por\s+(?:llamar|contactar|escribirnos|su\s+paciencia|tu\s+paciencia|comunicarse|ponerse)
    # A name, or it is a customer telling how one is spoken to: "te habla con un cariño …".
    |(?:le|te|les)\s+(?:atiende|habla|saluda)\s+(?-i:[A-ZÀ-Þ][a-zß-ÿ])
    |habla\s+(?:usted\s+)?con\s+\w+,|con\s+qui[eé]n\s+(?:tengo\s+el\s+gusto|hablo)
    |soy\s+\w+,?\s+(?:su|tu|el|la|un|una)?\s*(?:asesora?|agente|gestora?|t[eé]cnic[oa]|comercial|operadora?)\b
    |lamento\s+(?:mucho\s+)?(?:las?\s+molestias|escuchar)|disculpe\s+las?\s+molestias|(?:le|te)\s+pido\s+disculpas
    |algo\s+m[aá]s\s+en\s+(?:lo\s+)?que|puedo\s+ayudar(?:le|te|la|lo)|(?:le|te)\s+puedo\s+ayudar
    |me\s+(?:indica|facilita|confirma|puede\s+(?:dar|decir|indicar|confirmar|facilitar))\s+(?:el|la|su|tu)
    |me\s+(?:das|dices|pasas|indicas|confirmas)\s+(?:el|la|tu)\s+(?:n[uú]mero|nombre|correo|e-?mail|dni|referencia|c[oó]digo)
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: With these a machine begins.
_INTRODUCES = re.compile(
    r"""
    \b(?:i['’]?m|i\s+am|this\s+is)\s+(?:[^\W\d_]+,?\s+)?(?:an?|the|your|our)\s+(?:[\w-]+\s+){0,2}
        (?:bot|chat-?bot|virtual\s+(?:assistant|agent)|automated\s+assistant|digital\s+assistant)\b
    |\bsoy\s+(?:[^\W\d_]+,?\s+)?(?:un|una|el|la|tu|su|vuestr[oa])\s+(?:[\w-]+\s+){0,2}
        (?:bot|chat-?bot|robot|asistente(?:\s+virtual|\s+de|\s+digital)?|agente\s+virtual)\b
    |\b(?:choose|pick|select)\s+(?:an?|one\s+of\s+the(?:se)?)\s+options?\b|\bask\s+me\s+(?:anything|about)\b
    |\b(?:elige|elija|escoge|escoja|selecciona|seleccione|marca|marque)\s+una\s+(?:de\s+(?:las|estas)\s+)?opci[oó]n
    |\bpreg[uú]nt[ae]me\s+(?:lo\s+que|cualquier)
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: With these it goes on; customers tell of them too.
_MENUS = re.compile(
    r"""
    \breply\s+(?:with\s+)?\d\s+(?:for|to)\b|\b(?:press|type|send)\s+\d\s+(?:for|to|if)\b|\bmain\s+menu\b
    |\byou(?:['’]?re|\s+are)\s+(?:now\s+)?number\s+\d+\s+in\s+(?:the|our)\s+queue
    |\b(?:responde|responda|escribe|escriba|pulsa|pulse|marca|marque|env[ií]a|teclea|teclee)\s+(?:un\s+|el\s+|con\s+)?
        \d\s+(?:para|si)\b
    |\bmen[uú]\s+principal\b|\bno\s+(?:te|le)\s+(?:he\s+)?entend(?:[ií]|ido)\b[^.]*\bopci[oó]n
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: Others say these now and then; twice as good as one of the above.
_MAY_SERVE = re.compile(
    r"""
    (?:i['’]?m|i\s+am|we['’]?re|we\s+are)\s+(?:so\s+|very\s+|really\s+)?sorry\s+(?:to\s+hear|for\s+(?:the|that|any)|about)
    |apologi[sz]e\s+for|i\s+do\s+apologi[sz]e|let\s+me\s+(?:check|look|pull|see)|bear\s+with\s+me|one\s+moment
    |thank\s+you\s+for\s+(?:waiting|that|confirming)|i\s+can\s+see\s+(?:here|that)|have\s+you\s+got\s+your
    |(?:this\s+is|my\s+name\s+is)\s+\w+\s+(?:from|with)|i\s+(?:completely\s+|totally\s+)?understand\s+(?:how|your)
    |have\s+a\s+(?:nice|great|lovely|good)\s+(?:day|weekend|evening)|i['’]?ll\s+(?:pass|raise|escalate|look\s+into)
    |gracias\s+por\s+(?:la\s+espera|esperar|escribir|la\s+paciencia)|sentimos\s+(?:mucho|las|los|la|el)
    |perm[ií]tame|d[eé]jeme\s+(?:comprobar|revisar|ver|consultar|mirar)|un\s+momento|bienvenid[oa]s?\s+a|entiendo\s+(?:su|tu)
    |que\s+tenga\s+(?:un\s+)?buen|lamento|lo\s+miro|le\s+(?:cuento|comento|confirmo|paso)|qued(?:o|amos)\s+a\s+su
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who.

    Attributes:
        roles: speaker's name → role.
        warnings: a sentence for what could not be told.
    """

    roles: Mapping[str, Role]
    warnings: tuple[str, ...] = ()


def role_by_words(label: str) -> Role | None:
    """Return the role that the words of a speaker's label tell ("Agent Priya", "P03"), or None."""
    if _NUMBERED.fullmatch(label.strip()):
        return "customer"
    plain = ascii_letters(label)
    words = re.findall(r"[a-z]+", plain.replace("(a)", "").replace("/a", ""))
    for names, role in _WORDS:
        if not names.isdisjoint(words):
            return role
    for word in re.findall(r"[^\W_]+", label):
        if re.fullmatch(r"[Pp]\d{1,3}", word):
            return "customer"
    return None


def serves(text: str) -> bool:
    """Return whether *text* holds what only somebody who serves customers says."""
    return _SERVES.search(text) is not None


def cast(source: str, said: Sequence[tuple[str, str]], kind: Kind, chosen: Mapping[str, Role]) -> Cast:
    """Find out everybody's role.

    Args:
        source: the file, for the warning.
        said: (speaker, words) of each turn, in order.
        kind: what sort of material it is.
        chosen: what the user sets: name → role, `*` for every other speaker.
    """
    talk: dict[str, list[str]] = {}
    for name, words in said:
        talk.setdefault(name, []).append(words)
    by_name = {name.casefold().strip(): role for name, role in chosen.items()}
    roles: dict[str, Role] = {}
    for name in talk:
        role = by_name.get(name.casefold()) or by_name.get("*") or role_by_words(name)
        if role:
            roles[name] = role
    roles.update(_by_letters([name for name in talk if name not in roles], talk))
    if kind in {"chat", "call", "ticket"}:
        roles.update(_by_machine([name for name in talk if name not in roles], talk))
        roles.update(_by_company([name for name in talk if name not in roles], talk))
    open_names = [name for name in talk if name not in roles]
    if open_names:
        roles.update(_by_talk(talk, open_names, roles, kind))
    unknown = [name for name in talk if name not in roles]
    roles.update(dict.fromkeys(unknown, "unknown"))
    return Cast({name: roles[name] for name in talk}, (_ask(source, unknown),) if unknown else ())


def _by_letters(names: Sequence[str], talk: Mapping[str, list[str]]) -> dict[str, Role]:
    """Resolve labels of one letter: `I`/`R`, `Q`/`A`, and the Spanish `E`/`P` and `P`/`R`."""
    letters = [name for name in names if len(name) == 1]
    if len(letters) < 2 or len(letters) != len(talk):
        return {}
    lower = {name.casefold() for name in letters}
    asks = next((letter for letter in _LETTERS_ASK if letter in lower), "p" if "r" in lower else None)
    if asks is None:
        return {}
    return {name: "researcher" if name.casefold() == asks else "customer" for name in letters}


def _by_machine(names: Sequence[str], talk: Mapping[str, list[str]]) -> dict[str, Role]:
    """Take for agents who offer menus or call themselves a bot, in the first words or again and again.

    A customer says such a thing too, but once and of somebody else: "it told me to press 1 for sales".
    """
    machines = [
        name
        for name in names
        if any(map(_INTRODUCES.search, talk[name][:1]))
        or sum(1 for words in talk[name] if _INTRODUCES.search(words) or _MENUS.search(words))
        >= max(2, len(talk[name]) / 4)
    ]
    found: dict[str, Role] = dict.fromkeys(machines, "agent")
    people = [name for name in talk if name not in found and role_by_words(name) is None]
    if (
        found
        and len(people) == 2
        and not any(map(serves, (words for name in people for words in talk[name])))
    ):
        found[people[1]] = "agent"  # Who joins the customer and the machine is the person it handed over to.
    return found if len(found) < len(talk) else {}


def carries_company(names: Sequence[str]) -> bool:
    """Return whether some of *names*, not all, carry one company's: `Ana (Norvia)`, `Norvia - Ana`."""
    carried = [_company(name) for name in names if role_by_words(name) is None]
    return len(set(filter(None, carried))) == 1 and len([c for c in carried if c]) < len(names)


def _by_company(names: Sequence[str], talk: Mapping[str, list[str]]) -> dict[str, Role]:
    """Take those for agents who carry one and the same company with their names, when somebody carries none."""
    carried = {name: company for name in names if (company := _company(name))}
    if len(set(carried.values())) != 1 or len(carried) == len(talk):
        return {}
    others = [name for name in talk if name not in carried]
    # `Marta (Oviedo)` may say where she lives: then somebody else serves.
    if any(role_by_words(name) == "agent" or any(map(serves, talk[name])) for name in others):
        return {}
    return dict.fromkeys(carried, "agent")


def _company(name: str) -> str:
    """Return what stands with a name: `Ana (Norvia)`, `Norvia - Ana`; empty if nothing does."""
    match = _CARRIED.fullmatch(name)
    return (match["after"] or match["before"] or "").casefold() if match else ""


def _by_talk(
    talk: Mapping[str, list[str]], names: Sequence[str], known: Mapping[str, Role], kind: Kind
) -> dict[str, Role]:
    """Tell the roles of *names* from the roles already known and from how they talk."""
    other: Role = "agent" if kind in {"chat", "call", "ticket"} else "researcher"
    present = set(known.values())
    if "agent" in present and other == "agent":
        # A call may be handed to a second agent, who says so.
        leads = [name for name in names if any(map(serves, talk[name]))]
        return {name: "agent" if name in leads and len(leads) < len(talk) else "customer" for name in names}
    if present & {"agent", "researcher"}:
        return dict.fromkeys(names, "customer")
    leads = _serving(talk, names) if other == "agent" else _asking(talk, names)
    if "customer" in present:
        # A customer is there: the only other one, or the one who talks so, is who serves or asks.
        leads = leads or (list(names) if len(names) == 1 else [])
        return dict.fromkeys(leads, other)
    if not leads or len(leads) == len(names):
        return {}
    return {name: other if name in leads else "customer" for name in names}


def _serving(talk: Mapping[str, list[str]], names: Sequence[str]) -> list[str]:
    """Return who talks like an agent; nobody if everybody or nobody does."""
    if len(names) < 2:
        return []
    scores = {name: sum(map(_service, talk[name])) for name in names}
    most = max(scores.values())
    # A customer may say one of these things; an agent says them far more.
    return [name for name in names if scores[name] >= 2 and scores[name] * 3 > most] if most >= 2 else []


def _service(words: str) -> int:
    return 2 * len(_SERVES.findall(words)) + len(_MAY_SERVE.findall(words))


def _asking(talk: Mapping[str, list[str]], names: Sequence[str]) -> list[str]:
    """Return the one who asks: clearly more of the turns are questions, or the words are an interviewer's."""
    if len(names) < 2:
        return []

    def score(name: str) -> float:
        turns = talk[name]
        questions = sum(1 for words in turns if words.rstrip(" \n\"'”»)").endswith("?")) / len(turns)
        asked = sum(1 for words in turns if _ASKED_WELL.search(words)) / len(turns)
        return questions + asked + (0.2 if name == next(iter(talk)) else 0.0)

    first, second, *_ = sorted(names, key=score, reverse=True)
    return [first] if score(first) >= 0.4 and score(first) >= 1.5 * score(second) else []


def _ask(source: str, names: Sequence[str]) -> str:
    listed = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    if len(names) == 1:
        return (
            f"It cannot be told whether {listed} asks, serves or is a customer, so their words are not used; "
            f'set it in journey.toml: [sources."{source}"] roles = {{ "{names[0]}" = "customer" }}.'
        )
    return (
        f"It cannot be told which of {listed} is a customer and who asks or serves, so their words are not used; "
        f'set it in journey.toml, such as [sources."{source}"] roles = {{ "{names[0]}" = "customer", '
        f'"{names[1]}" = "agent" }}, the other way round, or as "researcher".'
    )
