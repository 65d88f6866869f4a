"""What headers of columns and keys of records are called, in English and Spanish.

Names are compared as plain words (`plain`): without accents, case, camel case and punctuation, so the lists
are written that way.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from journeyai.model.vocabulary import MeasureKind

_TEXT = """
    text, texto, review, reviews, review text, review body, review content, reviewtext, comment, comments,
    commentary, body, content, contents, message, opinion, opinions, feedback, verbatim, verbatims,
    answer, response, remark, remarks, testimonial, description, note, notes, customer comment, customer
    feedback, open text, free text, open ended response, sentence, utterance, what you said, reason, why,
    pros, cons, resena, resenas, texto resena, texto de la resena, cuerpo, contenido, comentario,
    comentarios, opiniones, mensaje, respuesta, respuesta abierta, texto libre, observaciones,
    observacion, literal, testimonio, descripcion, valoracion, comentario del cliente, comentarios del
    cliente, comentario cliente, motivo, por que, nota, notas, frase, queja, sugerencia, sugerencias,
    ventajas, inconvenientes, texto del comentario, texto opinion, texto de la opinion
"""
_TITLE = """
    title, review title, subject, headline, heading, summary, review headline, review summary, titulo,
    asunto, titular, resumen, titulo de la resena, titulo resena, titulo del comentario
"""
_STARS = """
    stars, star, star rating, rating, ratings, score, review score, review rating, overall, overall
    rating, grade, mark, estrellas, puntuacion, puntaje, calificacion, valoracion, nota, nota media,
    valoracion global, puntuacion global, numero de estrellas, nota global, rating value, rate
"""
_NPS = "nps, nps score, net promoter score, puntuacion nps, nota nps, likelihood to recommend, recomendacion"
_CSAT = """
    csat, csat score, satisfaction, customer satisfaction, satisfaction score, satisfaction rating,
    overall satisfaction, satisfaccion, satisfaccion general, satisfaccion global, nivel de satisfaccion,
    grado de satisfaccion
"""
_CES = """
    ces, ces score, customer effort score, effort, effort score, esfuerzo, nivel de esfuerzo,
    esfuerzo del cliente
"""
_DATE = """
    date, review date, review submit date and time, submitted, submitted at, submit date, created, created
    at, timestamp, time, datetime, date created, review created at, published, published at, updated, at,
    response date, end date, day, fecha, fecha resena, fecha de la resena, fecha de envio, fecha y hora,
    fecha creacion, fecha de creacion, marca temporal, fecha de respuesta, fecha publicacion, fecha de
    publicacion, dia, hora
"""
_AUTHOR = """
    author, author name, customer email, reviewer nickname,
    user, user name, username, name, customer, customer name, reviewer, reviewer
    name, nickname, full name, client, by, reviewed by, email, e mail, email address, profile name, autor,
    autora, usuario, usuaria, nombre, cliente, nombre del cliente, nombre cliente, nombre de usuario,
    apodo, correo, correo electronico
"""
_CHANNEL = """
    channel, source, store, platform, site, origin, touchpoint, contact channel, via, medium, canal,
    fuente, tienda, plataforma, origen, medio, canal de contacto, canal de compra
"""
_ID = """
    id, review id, reviewid, response id, responseid, record id, row id, answer id, case id, ticket id,
    comment id, uuid, guid, key, case, record, number, ref, reference, id resena, id respuesta, id
    comentario, id de resena, codigo, folio, numero, referencia, identificador
"""
#: Name the person: an id when each row has another, the author when one answers more than once.
_PERSON_ID = """
    respondent, respondent id, respondentid, participant, participant id, user id, userid, customer id,
    customerid, reviewer id, client id, author id, subject id, member id, person, person id, encuestado,
    encuestada, id encuestado, id del encuestado, participante, id participante, id usuario, id cliente,
    id de usuario, id de cliente, cliente id, usuario id, persona, numero de cliente, socio
"""
_LANGUAGE = "language, lang, locale, reviewer language, review language, idioma, lengua, idioma de la resena"
_REPLY = """
    developer reply text, developer reply, developer response, reply, reply text, response text, owner
    response, owner reply, company response, company reply, business reply, seller reply, merchant reply,
    response from owner, respuesta del desarrollador, respuesta de la empresa, respuesta del propietario,
    respuesta empresa, respuesta del vendedor, respuesta de la tienda, replycontent, reply content
"""
#: Beside another column of text it is the company's reply; alone it is what a respondent wrote.
_ANSWER = "answer, response, responses, reply, replies, respuesta, respuestas, contestacion"
#: Who speaks a row, in a table of conversations.
_SPEAKER = """
    speaker, role, sender, sender type, author type, from, said by, participant role, speaker role,
    direction, hablante, rol, emisor, remitente, interlocutor, quien
"""
_CONVERSATION = """
    conversation id, conversation, conversationid, dialogue id, dialog id, chat id, chat, session id,
    session, thread id, thread, ticket id, ticket, call id, call, convo id, transcript id, interview, id
    conversacion, conversacion, id de conversacion, id chat, id sesion, sesion, hilo, llamada, id llamada,
    entrevista
"""


_CAMEL = re.compile(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])")


def plain(header: str) -> str:
    """Return *header* as words: without accents, case or punctuation: `reviewText` → `review text`."""
    spaced = _CAMEL.sub(" ", header)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(c)
    )
    return " ".join(re.findall(r"[^\W_]+", bare))


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.replace("\n", " ").split(","))


VOCABULARY: Final[dict[str, frozenset[str]]] = {
    "text": _names(_TEXT),
    "title": _names(_TITLE),
    "stars": _names(_STARS),
    "nps": _names(_NPS),
    "csat": _names(_CSAT),
    "ces": _names(_CES),
    "date": _names(_DATE),
    "author": _names(_AUTHOR),
    "channel": _names(_CHANNEL),
    "id": _names(_ID),
    "person_id": _names(_PERSON_ID),
    "language": _names(_LANGUAGE),
    "reply": _names(_REPLY),
    "answer": _names(_ANSWER),
    "speaker": _names(_SPEAKER),
    "conversation": _names(_CONVERSATION),
}
_KNOWN: Final = frozenset().union(*VOCABULARY.values())

#: A question about a measure, wherever the words stand in the header.
MEASURE_WORDS: Final[tuple[tuple[MeasureKind, re.Pattern[str]], ...]] = (
    ("nps", re.compile(r"\b(nps|net promoter|(likely|likelihood|probable|probabilidad) .*\brec\w+m\w*)\b")),
    (
        "ces",
        re.compile(r"\b(ces|effort|esfuerzo|how (easy|difficult)|como de facil|cuan facil|que tan facil)\b"),
    ),
    (
        "csat",
        re.compile(
            r"\b(csat|how satisfied|satisfied are you|satisfaccion|satisfecho|satisfecha|satisfaction)\b"
        ),
    ),
    (
        "stars",
        re.compile(r"\b(stars|estrellas|rating|rate|puntuacion|puntua\w*|calific\w+|valora\w*|score)\b"),
    ),
)


def recognised(cells: Iterable[str]) -> int:
    """Return how many of *cells* read like a header that we know, or like a survey's question."""
    return sum(1 for cell in cells if is_question(cell) or plain(cell) in _KNOWN)


def is_question(header: str) -> bool:
    """Whether *header* is a question put to people, as in survey exports."""
    bare = header.strip()
    return len(bare) <= 400 and len(bare.split()) >= 2 and (bare.startswith("¿") or bare.endswith("?"))
