"""From the messages of one ticket or chat to its document: who is the customer, who is not.

A private note is the agent's and stays private, whoever is named as its author.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from journeyai.model.source import Document
from journeyai.model.vocabulary import Channel, Kind, MeasureKind, Role
from journeyai.settings import SourceSettings
from journeyai.sources.building import Passage, join_passages
from journeyai.sources.cells import is_anonymous
from journeyai.sources.headers import plain
from journeyai.sources.parts import role_named
from journeyai.sources.people import person_key
from journeyai.sources.ratings import Rating, Scale, measure_of
from journeyai.sources.roles import role_by_words, serves

_MEASURE_LABELS = {"stars": "rating: ", "nps": "NPS: ", "csat": "satisfaction: ", "ces": "effort: "}


#: A line of the message that is answered, and the line that announces it.
_QUOTED = re.compile(r"^[ \t]*>", re.MULTILINE)
_QUOTES = re.compile(
    r"^[ \t]*(?:on|el)\b.{0,120}\b(?:wrote|escribi[oó]):[ \t]*$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who a record names as the author of a message.

    Attributes:
        name: a person's name or a part's (`agent`), as the record has it.
        id: the number or key that stands for the person.
        role: what the record says of the part, if it does.
    """

    name: str | None = None
    id: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        text: its words.
        author: who wrote it.
        at: when.
        private: an internal note.
    """

    text: str
    author: Author
    at: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class GivenRating:
    """A rating as a record gives it.

    Attributes:
        kind: what was asked.
        text: its own wording (`good`, `4`).
        rating: the number; None if the wording is no number.
        scale: its scale, when the format tells it; else that of all such ratings in the file.
    """

    kind: MeasureKind
    text: str
    rating: Rating | None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One ticket, chat or call, before it is a document.

    Attributes:
        record: what names it in the file; None if it is the whole file.
        messages: in order.
        subject: the requester's own headline.
        heading: a headline that somebody else, or a program, gave it; shown and never evidence.
        customer: what the record says of the customer.
        agents: ids, and names as plain words, that are known to be agents'.
        ratings: as the record gives them.
        remarks: what the customer said beside a rating.
        channel: how the conversation was held.
        language: ISO 639-1 code, when the record tells it.
    """

    record: str | None
    messages: Sequence[Message]
    subject: str = ""
    heading: str = ""
    customer: Author = Author()
    agents: frozenset[str] = frozenset()
    ratings: tuple[GivenRating, ...] = ()
    remarks: tuple[str, ...] = ()
    channel: Channel | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A conversation's document.

    Attributes:
        document: ready.
        supposed: whether its roles had to be supposed from who wrote first.
        unread: wordings of ratings that could not be read.
    """

    document: Document
    supposed: bool
    unread: tuple[str, ...] = ()


def conversation_document(
    conversation: Conversation,
    *,
    source: str,
    kind: Kind,
    settings: SourceSettings,
    scales: Mapping[MeasureKind, Scale] | None = None,
) -> Read:
    """Make the document of *conversation*; one passage a message, in order.

    Args:
        conversation: as the record tells it.
        source: the file.
        kind: what sort of material it is.
        settings: `roles` wins over what the record says.
        scales: of the ratings whose format does not tell it.
    """
    roles, supposed = _roles(conversation, settings)
    record = conversation.record
    customer = _customer(conversation, roles)
    passages: list[Passage] = []
    first = next((index for index, message in enumerate(conversation.messages) if not message.private), None)
    heading = _subject_passage(conversation, roles, first)
    if heading:
        passages.append(_passage(heading, source, record, customer))
    for message, role in zip(conversation.messages, roles, strict=True):
        for text, quoted in _own_and_quoted(message.text):
            writer = Author() if quoted else message.author
            at = None if quoted else message.at
            part = Message(text, writer, at, message.private)
            passages.append(_passage((part, "system" if quoted else role), source, record, customer))
    unread = []
    for given in conversation.ratings:
        scale = given.scale or (scales or {}).get(given.kind)
        measure = measure_of(given.kind, given.rating, scale) if given.rating and scale else None
        if measure is None:
            unread.append(given.text)
            continue
        said = _passage((Message(given.text, customer), "customer"), source, record, customer)
        passages.append(replace(said, measure=measure, label=_MEASURE_LABELS[measure.kind]))
    for remark in conversation.remarks:
        said = _passage((Message(remark, customer), "customer"), source, record, customer)
        passages.append(replace(said, label="comment: "))
    document = join_passages(
        source=source,
        record=record,
        kind=kind,
        passages=passages,
        language=settings.language or conversation.language,
        channel=conversation.channel,
    )
    return Read(document, supposed, tuple(unread))


def _own_and_quoted(text: str) -> Iterator[tuple[str, bool]]:
    """Part the writer's own lines from those that an e-mail programme quotes of somebody else (`> …`)."""
    if not (_QUOTED.search(text) or _QUOTES.search(text)):
        yield text, False
        return
    for quoted, lines in groupby(
        text.split("\n"), key=lambda line: bool(_QUOTED.match(line) or _QUOTES.match(line))
    ):
        part = "\n".join(lines)
        if part.strip():
            yield part, quoted


def _subject_passage(
    conversation: Conversation, roles: Sequence[Role], first: int | None
) -> tuple[Message, Role] | None:
    """Return the headline as the words of whoever opened the conversation; None if it only repeats them."""
    opening = conversation.messages[first].text if first is not None else ""
    for headline, own in ((conversation.subject, True), (conversation.heading, False)):
        if not headline.strip() or plain(opening[: 2 * len(headline) + 100]).startswith(plain(headline)):
            continue
        if not own:
            return Message(headline, Author()), "system"
        if first is None:
            return Message(headline, conversation.customer), "customer"
        return Message(headline, conversation.messages[first].author, conversation.messages[first].at), roles[
            first
        ]
    return None


def _passage(said: tuple[Message, Role], source: str, record: str | None, customer: Author) -> Passage:
    message, role = said
    author = message.author
    person = None
    if role == "customer":
        if _own_name(author) is None and (author.id is None or author.id == customer.id):
            author = replace(customer, role="customer")
        # Whoever has no name is called by what tells them apart in the file, as a review's author is by its id:
        # under the same word for all of them, a thousand chats would have one customer.
        speaker: str | None = _own_name(author) or author.id or record or "customer"
        person = person_key(source, record, _own_name(author) or "customer", _own_name(author) or author.id)
    elif role == "unknown":
        speaker = author.name or author.id
    else:
        speaker = _own_name(author) or role
    return Passage(message.text, role, speaker=speaker, person=person, at=message.at, private=message.private)


def _own_name(author: Author) -> str | None:
    """Return the author's name when it is somebody's, not a part's."""
    name = (author.name or "").strip()
    return None if not name or role_named(name) or is_anonymous(name) else name


def _customer(conversation: Conversation, roles: Sequence[Role]) -> Author:
    """Return the customer: as the record says, with the name filled in from the messages."""
    told = conversation.customer
    for message, role in zip(conversation.messages, roles, strict=True):
        if role != "customer":
            continue
        author = message.author
        if told.id is not None and author.id is not None and author.id != told.id:
            continue
        if _own_name(told) is None and _own_name(author):
            told = replace(told, name=author.name)
        if told.id is None and author.id is not None:
            told = replace(told, id=author.id)
    return told


def _roles(conversation: Conversation, settings: SourceSettings) -> tuple[list[Role], bool]:
    """Return each message's role, and whether some had to be told by who wrote first and how."""
    set_by_user = {name.casefold().strip(): role for name, role in settings.roles.items()}
    messages = conversation.messages
    known = [_known_role(message, conversation, set_by_user) for message in messages]
    names = [message.author.id or message.author.name for message in messages]
    by_name: dict[str | None, Role] = {}
    for name, role in zip(names, known, strict=True):
        if name and role and role != "system":
            by_name.setdefault(name, role)
    roles = [role or by_name.get(name) for role, name in zip(known, names, strict=True)]
    unsure = dict.fromkeys(name for name, role in zip(names, roles, strict=True) if name and role is None)
    if not unsure:
        return [role or "unknown" for role in roles], False
    talk = {name: [m.text for m, n in zip(messages, names, strict=True) if n == name] for name in unsure}
    told: dict[str | None, Role] = dict.fromkeys(unsure, "agent")
    if "customer" not in roles and ("agent" in roles or len(unsure) > 1):
        opener = next((name for name in unsure if not any(map(serves, talk[name]))), None)
        told[opener] = "customer"
    elif "customer" not in roles:
        told = {}
    return [role or told.get(name, "unknown") for role, name in zip(roles, names, strict=True)], bool(told)


def _known_role(message: Message, conversation: Conversation, set_by_user: Mapping[str, Role]) -> Role | None:
    author = message.author
    if message.private:
        return "agent"
    named = (author.name or author.id or "").casefold().strip()
    if role := set_by_user.get(named) or set_by_user.get("*"):
        return role
    if author.role is not None:
        return author.role
    return _role_by_name(author, conversation)


def _role_by_name(author: Author, conversation: Conversation) -> Role | None:
    """Return the role of an author whom the record names elsewhere, or whose name is a part's."""
    customer = conversation.customer
    if author.id is not None:
        if author.id == customer.id:
            return "customer"
        if author.id in conversation.agents or customer.id is not None:
            return "agent"
    own, theirs = _own_name(author), _own_name(customer)
    if own and theirs and plain(own) == plain(theirs):
        return "customer"
    if own and plain(own) in conversation.agents:
        return "agent"
    return role_named(author.name) or (role_by_words(author.name) if author.name else None)
