"""Who counts as one person.

A name is a person within its file; a generic word such as "Customer" is another person in every record.
"""

import re

#: Words that name a part in a conversation, not somebody.
_GENERIC = re.compile(
    r"""(?:the\s+|el\s+|la\s+|an?\s+|un[ao]?\s+)?
    (?:customer|client|user|guest|visitor|caller|buyer|shopper|member|patient|respondent|participant|speaker|
       interviewee|subscriber|reviewer|anonymous|anonymous\s+user|a?\s*google\s+user|a?\s*google\s+play\s+user|me|i|
       requester|end[\s-]?user|consumer|caller|you|unknown|unknown\s+speaker|
       cliente|clienta|usuari[oa]|invitad[oa]|visitante|comprador|compradora|paciente|participante|
       encuestad[oa]|entrevistad[oa]|hablante|an[oó]nim[oa]|suscriptora?|socio|socia|solicitante|t[uú]|yo|
       un\s+usuario\s+de\s+google|usuario\s+de\s+google|desconocid[oa])
    (?:\(a\)|/a|\s*\(a\))?""",
    re.IGNORECASE | re.VERBOSE,
)


def is_generic(name: str) -> bool:
    """Return whether *name* says what somebody is, not who: "Customer", "Participante", but not "P3"."""
    return _GENERIC.fullmatch(name.strip().strip("*:").strip()) is not None


def person_key(source: str, record: str | None, speaker: str | None, author: str | None = None) -> str:
    """Return the key under which a customer counts as one person.

    Args:
        source: the file.
        record: the row, ticket or conversation inside it, if there is one.
        speaker: the name that stands at the words.
        author: the person's own name or account, when the source tells it besides; it wins.
    """
    for name in (author, speaker):
        if name is None or not name.strip():
            continue
        plain = " ".join(name.split())
        if not is_generic(plain):
            return f"{source}|{plain}"
    if speaker is None or not speaker.strip():
        return f"{source}#{record or ''}"
    return f"{source}#{record or ''}|{' '.join(speaker.split())}"
