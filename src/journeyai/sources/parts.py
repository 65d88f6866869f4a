"""What a word such as `agent`, `end-user`, `cliente` or `bot` says about who speaks in a record."""

from typing import Final

from journeyai.model.vocabulary import Role
from journeyai.sources.headers import plain

_WORDS: Final[dict[Role, str]] = {
    "customer": """
    customer, client, user, end user, enduser, requester, contact, lead, visitor, consumer, buyer,
    shopper, guest, caller, patient, member, subscriber, human, prosumer, incoming, inbound, respondent,
    participant, interviewee, cliente, clienta, usuario, usuaria, solicitante, contacto, visitante,
    consumidor, comprador, compradora, invitado, paciente, socio, socia, abonado, participante,
    entrevistado, entrevistada, entrante, client side, customer side
""",
    "agent": """
    agent, admin, administrator, wizard, support, support agent, operator, representative, rep, staff,
    employee, assistant, advisor, adviser, consultant, csr, seller, owner, developer, team, teammate,
    outgoing, outbound, helpdesk, help desk, service, customer service, customer support, agente, asesor,
    asesora, operador, operadora, soporte, atencion al cliente, atencion, empleado, empleada,
    teleoperador, teleoperadora, gestor, gestora, tecnico, tecnica, asistente, comercial, vendedor,
    vendedora, saliente, equipo, administrador
""",
    "system": """
    system, bot, chatbot, automation, automatic, workflow, ivr, action, trigger, robot, sistema, accion,
    automatico, automatizacion, mensaje automatico, notification, notificacion, function, tool, event,
    evento
""",
    "researcher": """
    researcher, interviewer, moderator, facilitator, moderador, moderadora, entrevistador, entrevistadora,
    investigador, investigadora, facilitador, facilitadora
""",
}
_ROLES: Final[dict[str, Role]] = {
    name.strip(): role for role, names in _WORDS.items() for name in names.replace("\n", " ").split(",")
}


def role_named(word: str | None) -> Role | None:
    """Return the role that *word* names; None if it does not name a part but perhaps a person."""
    return _ROLES.get(plain(word)) if word else None
