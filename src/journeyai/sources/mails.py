"""E-mail: threads saved as text (blocks of From, To, Date, Subject), `.eml` files, and mails in JSON records.

One turn a mail.  Who writes from the company's address, or signs for it, is an agent.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from itertools import pairwise
from typing import Final

from journeyai.errors import SourceError
from journeyai.model.vocabulary import Role
from journeyai.settings import SourceSettings
from journeyai.sources.conversations import Author, Conversation, Message, Read, conversation_document
from journeyai.sources.html import html_to_text
from journeyai.sources.json_records import Record, first_of, is_html, time_of, words_of
from journeyai.sources.labels import times_said
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.roles import carries_company, role_by_words, serves

_FIELDS: Final[Mapping[str, str]] = {
    "from": "from", "de": "from", "to": "to", "para": "to", "a": "to", "cc": "cc", "cco": "cc", "bcc": "cc",
    "date": "date", "sent": "date", "fecha": "date", "enviado": "date", "enviado el": "date",
    "subject": "subject", "asunto": "subject", "reply-to": "cc", "responder a": "cc",
}  # fmt: skip
_FIELD = re.compile(
    r"[ \t]*[*_]{0,2}(?P<name>"
    + "|".join(sorted(map(re.escape, _FIELDS), key=len, reverse=True))
    + r")[*_]{0,2}[ ]?:"
    r"[*_]{0,2}[ \t]*(?P<value>[^\n]*)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"[ \t]*(?:[-_=*]{3,}[ \t]*(?:(?:original|forwarded)\s+message|mensaje\s+(?:original|reenviado))?[ \t]*[-_=*]*"
    r"|begin\s+forwarded\s+message:?)[ \t]*",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?:\s*(?:re|fw|fwd|rv|aw|rif)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
_SERVICE_ADDRESS = re.compile(
    r"(?:customer|client|user)?[._-]?(?:support|help(?:desk)?|info|service|services|billing|accounts?|sales|hello|contact|no-?reply"
    r"|do-?not-?reply|team|care|success|complaints|bookings|orders|atencion|soporte|ayuda|clientes?|facturacion|hola"
    r"|reservas|ventas|comercial|reclamaciones|pedidos|contacto|incidencias)(?:[._-]?(?:team|cliente|clientes|center))?",
    re.IGNORECASE,
)
#: Anybody may have an address there.
_FREE: Final = frozenset({
    "gmail", "googlemail", "hotmail", "outlook", "live", "msn", "yahoo", "ymail", "icloud", "me", "mac", "aol", "gmx",
    "proton", "protonmail", "telefonica", "movistar", "btinternet", "sky", "mail",
})  # fmt: skip
_SIGNED = re.compile(
    r"\b(?:customer\s+(?:success|service|services|support|care|experience|relations)|support\s+(?:team|agent|desk)|help\s?desk"
    r"|account\s+manager|(?:atenci[oó]n|servicio|soporte)\s+al\s+cliente|equipo\s+de\s+(?:soporte|atenci[oó]n|clientes)"
    r"|departamento\s+de\s+(?:atenci[oó]n|reclamaciones|facturaci[oó]n)|gestora?\s+de\s+(?:cuentas?|clientes))\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES: Final = 6
_FROM = ("from", "de", "sender", "remitente")
_TO = ("to", "para", "recipient", "recipients", "destinatario", "destinatarios")
_BODY = (
    "body",
    "plain body",
    "text",
    "content",
    "message",
    "cuerpo",
    "texto",
    "mensaje",
    "contenido",
    "html body",
)
_SUBJECT = ("subject", "asunto")
_DATE = ("date", "sent", "sent at", "fecha", "enviado", "created at", "timestamp", "time")
_THREAD = (
    "thread id",
    "thread",
    "conversation id",
    "conversation",
    "hilo",
    "id hilo",
    "id conversacion",
    "ticket id",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail.

    Attributes:
        sender: name and address as the mail gives them.
        to: those it is written to, as the mail gives them.
        when: as written; empty if it is not.
        subject: as written.
        body: the words.
    """

    sender: str
    to: str
    when: str
    subject: str
    body: str


class MailLoader:
    """Reads `.eml`, and threads of mails saved as text."""

    name = "mails"

    def fits(self, raw: RawFile) -> float:
        """Return 0.95 for `.eml`, 0.85 for text that begins with a mail's head or holds several."""
        if raw.suffix == ".eml":
            return 0.95
        if raw.suffix not in {".txt", ".md", ".text", ""}:
            return 0.0
        try:
            text = raw.text()
        except SourceError:
            return 0.0
        return 0.85 if mails_in(text[:200_000]) else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*.

        Raises:
            SourceError: it is not text, or holds no mail with words.
        """
        mails = _read_eml(raw) if raw.suffix == ".eml" else mails_in(raw.text())
        if not any(mail.body.strip() for mail in mails):
            raise SourceError(f"`{raw.source}` holds no mail with words.", "Save it again with its text.")
        read = thread_document(None, mails, raw.source, raw.settings)
        return Loaded(raw.settings.kind or "ticket", (read.document,), warnings=told([read], raw.source))


def mails_in(text: str) -> list[Mail]:
    """Return the mails of a thread saved as text, oldest first; none if it does not begin with a mail's head."""
    lines = text.split("\n")
    heads = list(_heads(lines))
    if not heads or sum(1 for line in lines[: heads[0][0]] if line.strip()) > _MOST_ABOVE:
        return []
    mails = []
    for (_, after, fields), following in zip(
        heads, [*(head[0] for head in heads[1:]), len(lines)], strict=True
    ):
        body = [line for line in lines[after:following] if not _RULE.fullmatch(line)]
        words = "\n".join(body).strip()
        mails.append(
            Mail(
                fields["from"], fields.get("to", ""), fields.get("date", ""), fields.get("subject", ""), words
            )
        )
    return _oldest_first(mails)


#: Lines with words that may stand above the first head: a title, an export's note.
_MOST_ABOVE: Final = 3


def _heads(lines: Sequence[str]) -> Iterable[tuple[int, int, dict[str, str]]]:
    """Yield each head's first line, the line after it, and its fields: a sender and at least one more."""
    at = 0
    while at < len(lines):
        fields: dict[str, str] = {}
        end = at
        while end < len(lines) and (match := _FIELD.fullmatch(lines[end][:1000])):
            fields.setdefault(_FIELDS[match["name"].casefold()], match["value"].strip())
            end += 1
        if fields.get("from") and len(fields.keys() & {"to", "date", "subject"}) >= _FEWEST_FIELDS:
            yield at, end, fields
        at = max(end, at + 1)


#: Beside the sender.
_FEWEST_FIELDS: Final = 2


def _read_eml(raw: RawFile) -> list[Mail]:
    try:
        message = message_from_bytes(raw.data, policy=policy.default)
        part = message.get_body(preferencelist=("plain", "html"))
        words = _content(part) if part is not None else ""
        fields = {name: str(message.get(name) or "") for name in ("from", "to", "date", "subject")}
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise SourceError(
            f"`{raw.source}` is not a mail that can be read ({type(error).__name__}).",
            "Save it again as .eml.",
        ) from None
    text = (html_to_text(words) if is_html(words) else words).replace("\r\n", "\n")
    lines = text.split("\n")
    first = next((head[0] for head in _heads(lines)), len(lines))
    own = "\n".join(line for line in lines[:first] if not _RULE.fullmatch(line)).strip()
    mail = Mail(fields["from"], fields["to"], fields["date"], fields["subject"], own)
    return _oldest_first([mail, *mails_in("\n".join(lines[first:]))])


def _content(part: MIMEPart) -> str:
    """Return the words of a mail's part; in UTF-8 if it names an encoding that nobody knows."""
    try:
        return str(part.get_content())
    except LookupError:
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def mail_threads(records: Sequence[Record]) -> dict[str, list[Mail]] | None:
    """Return the threads of flat records that have a sender, a recipient and a body, by id or subject; or None."""
    threads: dict[str, list[Mail]] = {}
    for record in records:
        sender, body = words_of(first_of(record, _FROM)), words_of(first_of(record, _BODY))
        if not sender or not body or not first_of(record, _TO):
            return None
        subject = words_of(first_of(record, _SUBJECT))
        name = words_of(first_of(record, _THREAD)) or _REPLY.sub("", subject).strip()
        text = html_to_text(body) if is_html(body) else body
        to = first_of(record, _TO)
        listed = ", ".join(map(words_of, to)) if isinstance(to, list) else words_of(to)
        mail = Mail(sender, listed, time_of(first_of(record, _DATE)) or "", subject, text)
        threads.setdefault(name, []).append(mail)
    return {name: _oldest_first(mails) for name, mails in threads.items()}


def thread_document(record: str | None, mails: Sequence[Mail], source: str, settings: SourceSettings) -> Read:
    """Make the document of a thread.

    Args:
        record: what names it in its file; None if it is the whole file.
        mails: oldest first.
        source: the file.
        settings: `roles` wins over what is found.
    """
    roles = _roles(mails)
    times = _times(mails)
    messages = [
        Message(
            mail.body,
            Author(_name(mail.sender), _address(mail.sender) or None, roles.get(_name(mail.sender))),
            at,
        )
        for mail, at in zip(mails, times, strict=True)
    ]
    conversation = Conversation(
        record, messages, heading=_REPLY.sub("", mails[0].subject).strip(), channel="email"
    )
    return conversation_document(
        conversation, source=source, kind=settings.kind or "ticket", settings=settings
    )


def told(reads: Sequence[Read], source: str) -> tuple[str, ...]:
    """Say in how many threads it had to be supposed who the customer is."""
    count = sum(read.supposed for read in reads)
    if not count:
        return ()
    return (
        f"Neither addresses nor signatures tell who is the customer in {count} of the threads in `{source}`: whoever "
        "wrote first is taken as the customer. Set `roles` in `journey.toml` if that is wrong.",
    )


def _roles(mails: Sequence[Mail]) -> dict[str, Role]:
    """Return who is an agent and who a customer, by name; nothing for those of whom it cannot be told."""
    senders = list(dict.fromkeys(mail.sender for mail in mails))
    everybody = [*senders, *(to for mail in mails for to in re.split(r"[,;]", mail.to))]
    company = {
        _domain(one) for one in everybody if _SERVICE_ADDRESS.fullmatch(_address(one).partition("@")[0])
    }
    company |= {_domain(mail.sender) for mail in mails if _signs(mail.body)}
    company |= {_domain(sender) for sender in senders if role_by_words(_name(sender)) == "agent"}
    company = {domain for domain in company if domain and domain.split(".")[0] not in _FREE}
    domains = {domain for one in everybody if (domain := _domain(one))}
    owned = {domain for domain in domains if domain.split(".")[0] not in _FREE}
    if not company and len(owned) == 1 and len(domains) > 1:
        company = owned
    roles: dict[str, Role] = {}
    named = [_name(sender) for sender in senders]
    for mail in mails:
        name = _name(mail.sender)
        known = role_by_words(name)
        carried = carries_company(named) and carries_company([name, ""])
        if known in {"agent", "customer"}:
            roles[name] = known
        elif (_domain(mail.sender) in company) or carried or _signs(mail.body) or serves(mail.body):
            roles[name] = "agent"
    others: dict[str, Role] = {name: "customer" for name in named if name not in roles}
    if roles or company:  # The company's side is known, so the rest is the other.
        return {**roles, **others}
    return roles


def _signs(body: str) -> bool:
    """Return whether the mail is signed for a company: "Customer Success", "Atención al cliente"."""
    own = [line for line in body.split("\n") if line.strip() and not line.lstrip().startswith(">")]
    return any(len(line.split()) <= 8 and _SIGNED.search(line) for line in own[-_SIGNATURE_LINES:])


def _name(sender: str) -> str:
    name, address = parseaddr(sender)
    shown = re.sub(r"\s*[<\[(](?:mailto:)?[^<>\[\]()\s]+@[^<>\[\]()\s]+[>\])]\s*", "", sender).strip(" \"'")
    return shown or name or address


def _address(sender: str) -> str:
    found = re.search(r"[^<>\[\]()\s:;,\"']+@[^<>\[\]()\s;,\"']+", sender)
    return found[0].casefold() if found else ""


def _domain(sender: str) -> str:
    return _address(sender).partition("@")[2]


def _times(mails: Sequence[Mail]) -> list[str | None]:
    dated = [_moment(mail.when) for mail in mails]
    said = times_said([mail.when for mail in mails], recording=False)
    return [
        moment.isoformat() if moment else mail.when if re.match(r"\d{4}-\d{2}-\d{2}T", mail.when) else at
        for mail, moment, at in zip(mails, dated, said, strict=True)
    ]


def _moment(when: str) -> datetime | None:
    try:
        return parsedate_to_datetime(when) if when else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _oldest_first(mails: list[Mail]) -> list[Mail]:
    """Turn a thread around whose times fall all the way: programs put the answer above what it answers."""
    times = [at or "" for at in _times(mails)]
    days = all(at[:4].isdigit() and at[4:5] == "-" for at in times)
    falling = days and all(one[:16] >= other[:16] for one, other in pairwise(times))
    return mails[::-1] if falling and times[:1] != times[-1:] else mails
