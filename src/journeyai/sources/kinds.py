"""What sort of material a file is, by the names of its folders and its own."""

import re
from typing import Final

from journeyai.knowledge.letters import ascii_letters
from journeyai.model.vocabulary import Channel, Kind

_NAMES: Final[dict[Kind, str]] = {
    "interview": "interview interviews entrevista entrevistas int usability moderated focusgroup focus",
    "chat": """chat chats livechat whatsapp conversation conversations conversacion conversaciones mensajes
        messages""",
    "call": "call calls llamada llamadas phone telefono telefonicas voz callcenter callcentre",
    "ticket": """ticket tickets case cases incidencia incidencias helpdesk zendesk intercom queja quejas
        complaint complaints reclamacion reclamaciones email emails correo correos""",
    "review": """review reviews resena resenas opinion opiniones valoraciones appstore playstore googleplay
        trustpilot""",
    "survey": """survey surveys encuesta encuestas nps csat ces cuestionario cuestionarios questionnaire
        questionnaires poll responses respuestas""",
    "note": """note notes nota notas diary diaries diario diarios observation observations observacion
        observaciones memo memos story stories storyline relato relatos historia fieldnotes""",
}
_KINDS: Final[dict[str, Kind]] = {word: kind for kind, words in _NAMES.items() for word in words.split()}


def kind_by_name(source: str) -> Kind | None:
    """Return the kind that the nearest folder tells, else the file's own name; None if neither does."""
    plain = ascii_letters(source)
    *folders, name = plain.split("/")
    for part in [*reversed(folders), name.rpartition(".")[0] or name]:
        for word in re.findall(r"[a-z]+", part):
            if kind := _KINDS.get(word):
                return kind
    return None


def channel_of(kind: Kind) -> Channel | None:
    """Return the channel that a conversation of this kind itself used, if the kind tells."""
    channels: dict[Kind, Channel] = {"chat": "chat", "call": "phone"}
    return channels.get(kind)
