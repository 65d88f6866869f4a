"""Words for who somebody is to the study: `agent`, `end-user`, `cliente`, `bot`.

Some mean the same wherever they stand; those are here for all.  A speaker's label and a field of a record have
words of their own beside them, and a `bot` answers as an agent by its label but is a machine in a field.
"""

from typing import Final

from journeyai.model.vocabulary import Role
from journeyai.sources.headers import plain

_EVERYWHERE: Final[dict[Role, str]] = {
    "researcher": """
        researcher interviewer moderator facilitator moderador moderadora entrevistador entrevistadora
        investigador investigadora facilitador facilitadora
    """,
    "system": "system sistema ivr",
    "agent": """
        agent advisor adviser support operator representative rep assistant helpdesk staff seller service
        agente asesor asesora soporte operador operadora atencion teleoperador teleoperadora comercial
        tecnico tecnica asistente gestor gestora vendedor vendedora empleado empleada
    """,
    "customer": """
        participant participante respondent interviewee entrevistado entrevistada customer client cliente
        clienta usuario usuaria guest user visitor caller shopper buyer patient paciente consumer consumidor
        visitante comprador compradora member socio socia
    """,
}
#: Words, folded, that name a role both in a speaker's label and in a field of a record.
EVERYWHERE: Final = {role: frozenset(words.split()) for role, words in _EVERYWHERE.items()}
#: What only a field of a record calls them, comma between names: whole values, as in `author.type = "end-user"`.
_IN_FIELDS: Final[dict[Role, str]] = {
    "researcher": "",
    "system": """
        bot, chatbot, automation, automatic, workflow, action, trigger, robot, accion, automatico,
        automatizacion, mensaje automatico, notification, notificacion, function, tool, event, evento
    """,
    "agent": """
        admin, administrator, wizard, support agent, employee, consultant, csr, owner, developer, team, teammate,
        outgoing, outbound, help desk, customer service, customer support, atencion al cliente, saliente, equipo,
        administrador
    """,
    "customer": """
        end user, enduser, requester, contact, lead, subscriber, human, prosumer, incoming, inbound, solicitante,
        contacto, invitado, abonado, entrante, client side, customer side
    """,
}
_ROLES: Final[dict[str, Role]] = {
    name: role
    for role, names in _IN_FIELDS.items()
    for name in (*EVERYWHERE[role], *map(str.strip, names.split(",")))
    if name
}


def role_named(word: str | None) -> Role | None:
    """Return the role that *word* names; None if it does not name a part but perhaps a person."""
    return _ROLES.get(plain(word)) if word else None
