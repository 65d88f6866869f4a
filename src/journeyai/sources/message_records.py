"""Tickets and chats as JSON of any making: a record with a list of comments or messages.

Zendesk's is one of them.  Keys are compared as plain words, in English and Spanish, so `createdAt`,
`created_at` and `Created at` are one key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from journeyai.model.source import Skipped
from journeyai.model.vocabulary import MeasureKind, Role
from journeyai.sources.cells import channel_named, language_named
from journeyai.sources.conversations import Author, Conversation, GivenRating, Message
from journeyai.sources.headers import plain
from journeyai.sources.html import html_to_text
from journeyai.sources.json_records import (
    Record,
    Value,
    first_of,
    is_html,
    plain_keys,
    time_of,
    truth_of,
    words_of,
)
from journeyai.sources.parts import role_named
from journeyai.sources.ratings import Rating, Scale, read_rating


def _keys(listed: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in listed.replace("\n", " ").split(","))


MESSAGES = _keys("""
    comments, messages, original, conversation, events, turns, dialogue, dialog, transcript, utterances,
    thread, replies, interactions, entries, history, log, chat, comentarios, mensajes, conversacion,
    turnos, eventos, dialogo, intervenciones, transcripcion, respuestas, hilo, historial
""")
TEXT = _keys("""
    plain body, body, text, message, content, comment, utterance, texto, mensaje, cuerpo, contenido,
    comentario, html body, body html, value, said
""")
AUTHOR = _keys("""
    from, author, speaker, sender, user, name, author name, sender name, from name, participant, by, de,
    autor, autora, hablante, remitente, nombre, usuario, emisor, nombre autor
""")
AUTHOR_ID = _keys("author id, user id, sender id, from id, participant id, autor id, id autor")
PART = _keys(
    "role, rol, author type, sender type, author role, sender role, user type, direction, type, tipo"
)
#: Their value is a name (`"agent": "Laura"`) or a part (`"agent": "User"`).
SPOKEN_BY = _keys("agent, customer, client, operator, assistant, bot, agente, cliente, operador, asesor")
WHEN = _keys("""
    at, date, created at, timestamp, time, sent at, created, ts, datetime, fecha, hora, fecha y hora,
    fecha creacion, enviado, creado
""")
PRIVATE = _keys("""
    private, is private, internal, is internal, internal note, note, interna, interno, privada, privado,
    nota, nota interna, es interna, es privada
""")
PUBLIC = _keys("public, is public, publico, publica")
VISIBILITY = _keys("visibility, part type, type, tipo, visibilidad, kind")
_PRIVATE_WORDS = frozenset(
    _keys("""
    note, private, internal, internal note, private note, nota, privada, privado, interna, interno,
    nota interna, nota privada
""")
)
RECORD = _keys("""
    id, review id, ticket id, conversation id, convo id, dialogue id, dialog id, chat id, call id, session id,
    case id, case number, ticket number, number, key, uuid, ref, reference, numero, folio, codigo, id ticket,
    id conversacion, id caso, referencia
""")
SUBJECT = _keys("subject, title, asunto, titulo, raw subject")
DESCRIPTION = _keys(
    "description, descripcion, body, text, initial message, question, detalle, mensaje, texto, consulta"
)
CUSTOMER = _keys("""
    requester, customer, client, contact, end user, user, visitor, cliente, solicitante, usuario,
    contacto, customer name, requester name, client name, user name, nombre cliente, nombre del cliente,
    submitter
""")
CUSTOMER_ID = _keys(
    "requester id, customer id, client id, user id, contact id, cliente id, id cliente, submitter id"
)
AGENT = _keys(
    "assignee, agent, operator, owner, assigned to, agent name, agente, asignado, asignado a, operador"
)
AGENT_ID = _keys("assignee id, agent id, operator id, owner id, agente id, id agente")
CHANNEL = _keys("channel, via, canal, source, medio, origen, contact channel")
LANGUAGE = _keys("language, lang, locale, idioma")
_RATINGS: tuple[tuple[MeasureKind, tuple[str, ...]], ...] = (
    ("csat", _keys("""
    satisfaction rating, csat, satisfaction, satisfaction score, csat score, rating, conversation rating,
    satisfaccion, valoracion, puntuacion, calificacion, score
""")),
    ("nps", _keys("nps, nps score")),
    ("ces", _keys("ces, ces score, effort, esfuerzo")),
    ("stars", _keys("stars, star rating, estrellas")),
)  # fmt: skip
REMARK = _keys("""
    csat comment, satisfaction comment, rating comment, rating remark, comentario csat, comentario
    satisfaccion, comentario valoracion, comentario de satisfaccion, satisfaction feedback
""")
_RATING_VALUE = _keys("score, rating, value, stars, puntuacion, valor, nota")
_RATING_REMARK = _keys("comment, remark, feedback, reason, comentario, motivo")
_GOOD = frozenset(
    _keys("""
    good, positive, satisfied, happy, thumbs up, goodwithcomment, good with comment, buena, bueno, positiva,
    positivo, satisfecho, satisfecha
""")
)
_BAD = frozenset(
    _keys("""
    bad, negative, unsatisfied, dissatisfied, unhappy, thumbs down, badwithcomment, bad with comment, mala,
    malo, negativa, negativo, insatisfecho, insatisfecha
""")
)
#: A survey that was not sent, or not answered.
_NOT_RATED = frozenset({"offered", "unoffered", "not offered", "pending", "sin valorar", "none"})

_NAME = _keys("name, nombre, display name, full name, username, email, correo")
_ID = _keys("id, user id, uuid, email")


@dataclass(slots=True)
class Findings:
    """What is left out of the messages of a file, gathered as it is read."""

    skipped: list[Skipped] = field(default_factory=list)
    wordless: int = 0
    """Messages without words: attachments, assignments, changes of state."""
    reversed: list[str] = field(default_factory=list)
    """Records whose messages stand newest first."""


def opened(record: Record) -> Record:
    """Return *record* with the ticket that it wraps (`{"ticket": {…}, "comments": […]}`) laid open."""
    for key in ("ticket", "case", "caso", "chat", "conversation", "conversacion"):
        inner = record.get(key)
        if isinstance(inner, dict):
            return {**inner, **{k: v for k, v in record.items() if k != key}}
    return record


def messages_of(record: Record) -> tuple[str, list[Value]] | None:
    """Return the key and the list under which *record* keeps its messages; None if it keeps none."""
    by_name = {plain(key): key for key in reversed(list(record))}
    for name in MESSAGES:
        value = record[by_name[name]] if name in by_name else None
        if isinstance(value, dict):  # One more wrapping: {"comments": {"data": [...]}}.
            value = next((inner for inner in value.values() if isinstance(inner, list)), None)
        if isinstance(value, list) and (not value or any(_is_message(item) for item in value)):
            return by_name[name], value
    return None


def _is_message(item: Value) -> bool:
    if isinstance(item, dict):
        if _texts(item) or any(key in plain_keys(item) for key in (*TEXT, *PART[:2])):
            return True
        return bool(_keyed_by_part(item, Author())[0])
    if isinstance(item, list):
        return len(item) >= 2 and all(isinstance(part, str) for part in item[:2])
    return isinstance(item, str) and _spoken_line(item)[:1] != [] and _spoken_line(item)[0].author != Author()


def read_conversation(
    record: Record, name: str, path: str, users: Mapping[str, Author], findings: Findings
) -> Conversation:
    """Read one ticket or chat.

    Args:
        record: laid open by `opened`.
        name: what names it in the file.
        path: where it stands in the file, for messages.
        users: the file's own list of people, by id.
        findings: what is left out is added to it.
    """
    kept = messages_of(record)
    key, items = kept or ("", list[Value]())
    messages: list[Message] = []
    for index, item in enumerate(items):
        read = _messages(item, users)
        if read is None:
            findings.skipped.append(Skipped(f"{path}.{key}[{index}]", "not a message"))
        elif not read:
            findings.wordless += 1
        else:
            messages.extend(read)
    if _newest_first(messages):
        messages.reverse()
        findings.reversed.append(name)
    customer = _person(first_of(record, CUSTOMER), first_of(record, CUSTOMER_ID), users)
    description = first_of(record, DESCRIPTION)
    words = _clean(words_of(description))
    if words.strip() and (not messages or not _same(words, messages[0].text)):
        wrote = customer if customer != Author() else Author("customer", None, "customer")
        messages.insert(
            0, Message(words, Author(wrote.name, wrote.id, "customer"), time_of(first_of(record, WHEN)))
        )
    ratings, remarks = _ratings(record)
    via = first_of(record, CHANNEL)
    if isinstance(via, dict):
        via = first_of(via, ("channel", "canal", "type", "name"))
    return Conversation(
        name,
        tuple(messages),
        subject=_clean(words_of(first_of(record, SUBJECT))),
        customer=customer,
        agents=_agents(record, users),
        ratings=ratings,
        remarks=remarks,
        channel=channel_named(words_of(via)),
        language=language_named(words_of(first_of(record, LANGUAGE))),
    )


def people_in(value: Value) -> dict[str, Author]:
    """Return the people of a file's `users` list, by id."""
    users: dict[str, Author] = {}
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict) and (id_ := words_of(first_of(item, _ID))):
            name = words_of(first_of(item, _NAME)).strip() or None
            users[id_] = Author(name, id_, role_named(words_of(first_of(item, PART))))
    return users


def _messages(item: Value, users: Mapping[str, Author]) -> list[Message] | None:
    """Return the messages in one entry of a list, several if its text is in parts; None if it is none."""
    if isinstance(item, str):
        return _spoken_line(item)
    if isinstance(item, list):
        if len(item) < 2 or not all(isinstance(part, str) for part in item[:2]):
            return None
        name, text = words_of(item[0]), words_of(item[1])
        return [Message(text, Author(name, None, role_named(name)))] if text.strip() else []
    if not isinstance(item, dict):
        return None
    texts = _texts(item)
    author = _author(item, users)
    if not texts:
        texts, author = _keyed_by_part(item, author)
    if not texts:
        return []
    at = time_of(first_of(item, WHEN))
    return [Message(text, author, at, _is_private(item)) for text in texts]


def _spoken_line(line: str) -> list[Message]:
    """Read `Agent: hello`; without a part before the colon nobody is named."""
    text = words_of(line)
    name, colon, rest = text.partition(":")
    role = role_named(name) if colon and len(name) <= 40 else None
    if role is not None and rest.strip():
        return [Message(rest.strip(), Author(name.strip(), None, role))]
    return [Message(text, Author())] if text.strip() else []


def _texts(item: Record) -> list[str]:
    """Return the words of a message: one text, or its parts when the text is a list of parts."""
    by_name = plain_keys(item)
    for key in TEXT:
        value = by_name.get(key)
        if isinstance(value, dict):
            value = first_of(value, TEXT)
        parts = value if isinstance(value, list) else [value]
        found = []
        for part in parts:
            words = _clean(words_of(first_of(part, TEXT) if isinstance(part, dict) else part))
            if words.strip():
                found.append(words)
        if found:
            return found
    return []


def _keyed_by_part(item: Record, author: Author) -> tuple[list[str], Author]:
    """Read `{"customer": "hello"}` and `{"userComment": {"text": "…"}}`: the key says who speaks."""
    for key, value in item.items():
        name = plain(key)
        role = role_named(name) or role_named(name.split(" ")[0]) if name else None
        if role is None:
            continue
        texts = _texts(value) if isinstance(value, dict) else [_clean(words_of(value))]
        if texts and texts[0].strip():
            return texts, Author(key, None, role)
    return [], author


def _author(item: Record, users: Mapping[str, Author]) -> Author:
    by_name = plain_keys(item)
    role: Role | None = None
    name: str | None = None
    id_ = words_of(first_of(item, AUTHOR_ID)) or None
    for key in PART:
        value = by_name.get(key)
        role = role or (role_named(value) if isinstance(value, str) else None)
    for key in (*AUTHOR, *SPOKEN_BY):
        value = by_name.get(key)
        if isinstance(value, dict):
            person = _person(value, None, users)
            role, name, id_ = role or person.role, name or person.name, id_ or person.id
        elif isinstance(value, int) and not isinstance(value, bool):
            id_ = id_ or words_of(value)
        elif isinstance(value, str) and value.strip():
            part = role_named(value)
            if part is None:
                name = name or value.strip()
                role = role or (role_named(key) if key in SPOKEN_BY else None)
            else:
                role = role or part
    known = users.get(id_ or "")
    if known is not None:
        return Author(name or known.name, id_, known.role or role)
    if name is None and id_ is None and role is None:
        name = words_of(first_of(item, PART[:2])).strip() or None
    return Author(name, id_, role)


def _person(value: Value, id_value: Value, users: Mapping[str, Author]) -> Author:
    """Read a person given as a name, an id or an object."""
    id_ = words_of(id_value) or None
    if isinstance(value, dict):
        name = words_of(first_of(value, _NAME)).strip() or None
        role = next((r for key in PART if (r := role_named(words_of(first_of(value, (key,)))))), None)
        id_ = id_ or words_of(first_of(value, _ID)) or None
    else:
        written = words_of(value).strip()
        name, role = (written or None) if isinstance(value, str) else None, None
        id_ = id_ or (written or None if not isinstance(value, str) else None)
    known = users.get(id_ or "")
    if known is not None:
        return Author(name or known.name, id_, known.role or role)
    return Author(name, id_, role)


def _agents(record: Record, users: Mapping[str, Author]) -> frozenset[str]:
    assignee = _person(first_of(record, AGENT), first_of(record, AGENT_ID), users)
    named = {plain(assignee.name)} if assignee.name and role_named(assignee.name) is None else set()
    staff = {id_ for id_, user in users.items() if user.role == "agent"}
    return frozenset(named | staff | ({assignee.id} if assignee.id else set()))


def _is_private(item: Record) -> bool:
    by_name = plain_keys(item)
    if any(truth_of(by_name[key]) is False for key in PUBLIC if key in by_name):
        return True
    if any(truth_of(by_name[key]) for key in PRIVATE if key in by_name):
        return True
    return any(plain(words_of(by_name[key])) in _PRIVATE_WORDS for key in VISIBILITY if key in by_name)


def _ratings(record: Record) -> tuple[tuple[GivenRating, ...], tuple[str, ...]]:
    ratings: list[GivenRating] = []
    remarks: list[str] = []
    for kind, keys in _RATINGS:
        value = first_of(record, keys)
        if isinstance(value, dict):
            remark = words_of(first_of(value, _RATING_REMARK))
            if remark.strip():
                remarks.append(remark)
            value = first_of(value, _RATING_VALUE)
        text = words_of(value).strip()
        word = plain(text)
        if not text or word in _NOT_RATED:
            continue
        if word in _GOOD or word in _BAD:
            ratings.append(GivenRating("csat", text, Rating(float(word in _GOOD)), Scale(0, 1, told=True)))
        else:
            ratings.append(GivenRating(kind, text, read_rating(text)))
    remark = words_of(first_of(record, REMARK))
    if remark.strip():
        remarks.append(remark)
    return tuple(ratings), tuple(remarks)


def _clean(text: str) -> str:
    return html_to_text(text) if is_html(text) else text


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _newest_first(messages: list[Message]) -> bool:
    """Whether every message has a time and each stands before an earlier one (ISO times compare as text)."""
    times = [message.at or "" for message in messages]
    if len(times) < 2 or not all(time[:4].isdigit() and time[4:5] == "-" for time in times):
        return False
    return times[0] > times[-1] and all(one >= next_ for one, next_ in pairwise(times))
