"""Which column of a table holds what, found by its header in English or Spanish and by what stands in it.

A header alone can mislead (`Nota` is a mark or a remark, `Valoración` a number or an opinion), so a few
rows are looked at before a column is called text or rating.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from journeyai.errors import SourceError
from journeyai.model.vocabulary import MeasureKind
from journeyai.settings import ColumnRole, SourceSettings
from journeyai.sources.ratings import read_rating

#: Rows looked at when a column is judged by its contents.
SAMPLE_ROWS = 200

#: A free-text answer has this many words on average; a choice from a list ("Very satisfied") has fewer.
FREE_TEXT_WORDS = 4.0

_TEXT = """
    text, texto, review, reviews, review text, review body, review content, reviewtext, comment, comments, commentary,
    body, content, contents, message, opinion, opinions, feedback, verbatim, verbatims, answer, response, remark,
    remarks, testimonial, description, note, notes, customer comment, customer feedback, open text, free text,
    open ended response, sentence, utterance, what you said, reason, why, pros, cons,
    resena, resenas, texto resena, texto de la resena, cuerpo, contenido, comentario, comentarios, opiniones, mensaje,
    respuesta, respuesta abierta, texto libre, observaciones, observacion, literal, testimonio, descripcion, valoracion,
    comentario del cliente, comentarios del cliente, comentario cliente, motivo, por que, nota, notas, frase, queja,
    sugerencia, sugerencias, ventajas, inconvenientes, texto del comentario, texto opinion, texto de la opinion
"""
_TITLE = """
    title, review title, subject, headline, heading, summary, review headline, review summary,
    titulo, asunto, titular, resumen, titulo de la resena, titulo resena, titulo del comentario
"""
_STARS = """
    stars, star, star rating, rating, ratings, score, review score, review rating, overall, overall rating, grade, mark,
    estrellas, puntuacion, puntaje, calificacion, valoracion, nota, nota media, valoracion global, puntuacion global,
    numero de estrellas, nota global, rating value, rate
"""
_NPS = "nps, nps score, net promoter score, puntuacion nps, nota nps, likelihood to recommend, recomendacion"
_CSAT = """
    csat, csat score, satisfaction, customer satisfaction, satisfaction score, satisfaction rating, overall satisfaction,
    satisfaccion, satisfaccion general, satisfaccion global, nivel de satisfaccion, grado de satisfaccion
"""
_CES = "ces, ces score, customer effort score, effort, effort score, esfuerzo, nivel de esfuerzo, esfuerzo del cliente"
_DATE = """
    date, review date, review submit date and time, submitted, submitted at, submit date, created, created at, timestamp,
    time, datetime, date created, review created at, published, published at, updated, at, response date, end date, day,
    fecha, fecha resena, fecha de la resena, fecha de envio, fecha y hora, fecha creacion, fecha de creacion,
    marca temporal, fecha de respuesta, fecha publicacion, fecha de publicacion, dia, hora
"""
_AUTHOR = """
    author, author name, user, user name, username, name, customer, customer name, reviewer, reviewer name, nickname,
    full name, client, by, reviewed by, email, e mail, email address, profile name,
    autor, autora, usuario, usuaria, nombre, cliente, nombre del cliente, nombre cliente, nombre de usuario, apodo,
    correo, correo electronico
"""
_CHANNEL = """
    channel, source, store, platform, site, origin, touchpoint, contact channel, via, medium,
    canal, fuente, tienda, plataforma, origen, medio, canal de contacto, canal de compra
"""
_ID = """
    id, review id, reviewid, response id, responseid, record id, row id, answer id, case id, ticket id, comment id, uuid,
    guid, key, case, record, number, ref, reference,
    id resena, id respuesta, id comentario, id de resena, codigo, folio, numero, referencia, identificador
"""
#: Name the person: an id when each row has another, the author when one answers more than once.
_PERSON_ID = """
    respondent, respondent id, respondentid, participant, participant id, user id, userid, customer id, customerid,
    reviewer id, client id, author id, subject id, member id, person, person id,
    encuestado, encuestada, id encuestado, id del encuestado, participante, id participante, id usuario, id cliente,
    id de usuario, id de cliente, cliente id, usuario id, persona, numero de cliente, socio
"""
_LANGUAGE = "language, lang, locale, reviewer language, review language, idioma, lengua, idioma de la resena"
_REPLY = """
    developer reply text, developer reply, developer response, reply, reply text, response text, owner response,
    owner reply, company response, company reply, business reply, seller reply, merchant reply, response from owner,
    respuesta del desarrollador, respuesta de la empresa, respuesta del propietario, respuesta empresa,
    respuesta del vendedor, respuesta de la tienda, replycontent, reply content
"""
#: Who speaks a row, in a table of conversations.
_SPEAKER = """
    speaker, role, sender, sender type, author type, from, said by, participant role, speaker role, direction,
    hablante, rol, emisor, remitente, interlocutor, quien
"""
_CONVERSATION = """
    conversation id, conversation, conversationid, dialogue id, dialog id, chat id, chat, session id, session, thread id,
    thread, ticket id, ticket, call id, call, convo id, transcript id, interview,
    id conversacion, conversacion, id de conversacion, id chat, id sesion, sesion, hilo, llamada, id llamada, entrevista
"""


def plain(header: str) -> str:
    """Return *header* as words: no accents, case, camel case or punctuation (`reviewText` → `review text`)."""
    spaced = re.sub(r"(?<=[a-záéíóúñ])(?=[A-ZÁÉÍÓÚÑ])", " ", header) if not header.isupper() else header
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(c)
    )
    return " ".join(re.findall(r"[^\W_]+", bare))


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.replace("\n", " ").split(","))


_VOCABULARY: dict[str, frozenset[str]] = {
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
    "speaker": _names(_SPEAKER),
    "conversation": _names(_CONVERSATION),
}
_KNOWN = frozenset().union(*_VOCABULARY.values())

#: A question about a measure, wherever the words stand in the header.
_MEASURE_WORDS: tuple[tuple[MeasureKind, re.Pattern[str]], ...] = (
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


@dataclass(frozen=True, slots=True)
class RatingColumn:
    """A column of ratings: where it is and what it measures."""

    index: int
    kind: MeasureKind


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row; an index, or None when the table has no such column.

    Attributes:
        headers: as the file has them, spaces around taken off; empty strings in a table without a header.
        text: columns of free text, left to right.
        labelled: whether each text is shown with its column's header.
        speaker: who says the row, in a table of conversations.
        conversation: the column whose equal values make one conversation.
        warnings: what was decided by looking at the contents; sentences.
    """

    headers: tuple[str, ...]
    text: tuple[int, ...]
    title: int | None = None
    ratings: tuple[RatingColumn, ...] = ()
    date: int | None = None
    author: int | None = None
    channel: int | None = None
    id: int | None = None
    person_id: int | None = None
    language: int | None = None
    reply: int | None = None
    speaker: int | None = None
    conversation: int | None = None
    labelled: bool = False
    warnings: tuple[str, ...] = field(default=())


def recognised(cells: Iterable[str]) -> int:
    """Return how many of *cells* read like the header of a column that we know, or like a survey's question."""
    return sum(1 for cell in cells if _is_question(cell) or plain(cell) in _KNOWN)


def _is_question(header: str) -> bool:
    """Whether *header* is a question put to people, as in survey exports."""
    bare = header.strip()
    return len(bare) <= 400 and len(bare.split()) >= 2 and (bare.startswith("¿") or bare.endswith("?"))


class _Contents:
    """What a sample of each column looks like; each column is judged once, when asked."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows[:SAMPLE_ROWS]

    def cells(self, index: int) -> list[str]:
        return [cell for row in self._rows if index < len(row) and (cell := row[index].strip())]

    def words(self, index: int) -> float:
        """Mean number of words in the filled cells."""
        cells = self.cells(index)
        return sum(len(re.findall(r"[^\W\d_]{2,}", cell)) for cell in cells) / len(cells) if cells else 0.0

    def free(self, index: int, *, asked: bool) -> bool:
        """Whether people wrote what they liked; *asked*: under a question, where a short answer counts too."""
        cells, words = self.cells(index), self.words(index)
        return words >= FREE_TEXT_WORDS or (asked and words >= 2.0 and len(set(cells)) > 0.6 * len(cells))

    def numeric(self, index: int) -> bool:
        """Whether the filled cells are ratings more often than not."""
        cells = self.cells(index)
        return sum(read_rating(cell) is not None for cell in cells) * 2 > len(cells)

    def wordless(self, index: int) -> bool:
        """Whether there are filled cells and hardly any has a word in it."""
        cells = self.cells(index)
        return bool(cells) and sum(bool(re.search(r"[^\W\d_]{2,}", cell)) for cell in cells) * 10 < len(cells)


def find_columns(
    headers: Sequence[str], rows: Sequence[Sequence[str]], settings: SourceSettings, source: str
) -> Columns:
    """Say which of *headers* holds what.

    Args:
        headers: the header row; empty strings for a table that has none.
        rows: data rows; only the first `SAMPLE_ROWS` are looked at.
        settings: `settings.columns` wins over everything found.
        source: the file's name, for messages.

    Raises:
        SourceError: a setting names a column that is not there, or no column can be read as text.
    """
    names = [plain(header) for header in headers]
    contents = _Contents(rows)
    chosen = _chosen(headers, names, settings, source)
    taken = {index for indices in chosen.values() for index in indices}
    warnings: list[str] = []

    def first(role: str, *, setting: ColumnRole | None = None) -> int | None:
        if setting is not None and setting in chosen:
            return chosen[setting][0]
        for index, name in enumerate(names):
            if index not in taken and name in _VOCABULARY[role]:
                taken.add(index)
                return index
        return None

    ratings = _ratings(headers, names, contents, chosen, taken)
    reply = first("reply")
    text = chosen.get("text") or _texts(headers, names, contents, taken)
    taken.update(text)
    title = first("title", setting="title")
    speaker = first("speaker")
    date = first("date", setting="date")
    author = first("author", setting="author")
    conversation = first("conversation") if speaker is not None else None
    id_ = first("id", setting="id")
    person_id = first("person_id")
    language = first("language")
    channel = first("channel", setting="channel")
    if not text and title is not None and "title" not in chosen and not contents.wordless(title):
        text, title = (title,), None
    if not text:
        text = _likeliest_text(headers, contents, taken | ({title} if title is not None else set()), source)
        if any(headers):
            warnings.append(
                f"No column of `{source}` is named as text; `{headers[text[0]]}`, the wordiest one, is read as it."
            )
        else:
            warnings.append(
                f"`{source}` has no header row; column {text[0] + 1}, the wordiest one, is read as the text."
            )
    return Columns(
        headers=tuple(header.strip() for header in headers),
        text=tuple(text),
        title=title,
        ratings=ratings,
        date=date,
        author=author,
        channel=channel,
        id=id_,
        person_id=person_id,
        language=language,
        reply=reply,
        speaker=speaker,
        conversation=conversation,
        labelled=len(text) > 1 or any(_is_question(headers[index]) for index in text),
        warnings=tuple(warnings),
    )


def _chosen(
    headers: Sequence[str], names: Sequence[str], settings: SourceSettings, source: str
) -> dict[ColumnRole, tuple[int, ...]]:
    """Return the columns that `journey.toml` names."""
    found: dict[ColumnRole, tuple[int, ...]] = {}
    for role, wanted in settings.columns.items():
        indices = []
        for name in [wanted] if isinstance(wanted, str) else wanted:
            exact = [index for index, header in enumerate(headers) if header.strip() == name.strip()]
            alike = exact or [index for index, header in enumerate(names) if header and header == plain(name)]
            if not alike and name.isdecimal() and 1 <= int(name) <= len(headers) and not any(headers):
                alike = [int(name) - 1]
            if not alike:
                listed = ", ".join(f"`{header.strip()}`" for header in headers if header.strip()) or "none"
                raise SourceError(
                    f"`journey.toml` names the column `{name}` for {role} of `{source}`, which has no such column; "
                    f"its columns are: {listed}.",
                    f'Mend `columns` under [sources."{source}"].',
                )
            indices.append(alike[0])
        if indices:
            found[role] = tuple(dict.fromkeys(indices))
    return found


def _ratings(
    headers: Sequence[str],
    names: Sequence[str],
    contents: _Contents,
    chosen: dict[ColumnRole, tuple[int, ...]],
    taken: set[int],
) -> tuple[RatingColumn, ...]:
    """Return the columns of numbers that customers gave, at most one of each kind unless they are questions."""
    found: dict[int, MeasureKind] = {}
    settable: tuple[tuple[ColumnRole, MeasureKind], ...] = (
        ("rating", "stars"), ("nps", "nps"), ("csat", "csat"), ("ces", "ces"),
    )  # fmt: skip
    for setting, kind in settable:
        for index in chosen.get(setting, ()):
            found[index] = kind
    for kind, pattern in _MEASURE_WORDS:
        if kind in found.values():
            continue
        for index, name in enumerate(names):
            asked = name in _VOCABULARY[kind]
            worded = bool(pattern.search(name)) and (kind != "stars" or _is_question(headers[index]))
            if index in taken or index in found or not (asked or worded) or not contents.numeric(index):
                continue
            found[index] = kind
            if not worded or asked:  # One column named so; several questions may each be a measure.
                break
    taken.update(found)
    return tuple(RatingColumn(index, found[index]) for index in sorted(found))


def _texts(
    headers: Sequence[str], names: Sequence[str], contents: _Contents, taken: set[int]
) -> tuple[int, ...]:
    """Return the columns named as text, and the questions answered in free words."""
    found = []
    for index, name in enumerate(names):
        if index in taken or contents.wordless(index):
            continue
        asked = _is_question(headers[index])
        sentence = asked or len(name.split()) >= FREE_TEXT_WORDS
        if name in _VOCABULARY["text"] or (sentence and contents.free(index, asked=asked)):
            found.append(index)
    return tuple(found)


def _likeliest_text(
    headers: Sequence[str], contents: _Contents, taken: set[int], source: str
) -> tuple[int, ...]:
    """Return the column with most words a cell, when nothing is named as text."""
    free = [index for index in range(len(headers)) if index not in taken]
    best = max(free, key=lambda index: (contents.words(index), -index), default=None)
    if best is None or contents.words(best) < 2.0:
        listed = ", ".join(f"`{header.strip()}`" for header in headers if header.strip())
        raise SourceError(
            f"`{source}` has no column of text" + (f" (its columns are {listed})." if listed else "."),
            f'Name it in `journey.toml`: [sources."{source}"], columns = {{ text = "…" }}.',
        )
    return (best,)
