"""Intercom conversations: `source` opens, `conversation_parts` follow, bodies are HTML."""

from journeyai.model.source import Skipped
from journeyai.model.vocabulary import Channel, Role
from journeyai.sources.conversations import Author, Conversation, GivenRating, Message
from journeyai.sources.html import html_to_text
from journeyai.sources.json_records import Record, Value, time_of, words_of
from journeyai.sources.ratings import Scale, read_rating

_ROLES: dict[str, Role] = {
    "user": "customer", "lead": "customer", "contact": "customer", "visitor": "customer",
    "admin": "agent", "team": "agent", "bot": "system",
}  # fmt: skip
_CHANNELS: dict[str, Channel] = {
    "conversation": "chat", "chat": "chat", "email": "email", "facebook": "social", "instagram": "social",
    "twitter": "social", "whatsapp": "whatsapp", "sms": "sms", "phone_call": "phone", "phone_switch": "phone",
}  # fmt: skip


def is_intercom(record: Record) -> bool:
    """Whether *record* is a conversation as Intercom's API gives it."""
    opened = record.get("source")
    return isinstance(record.get("conversation_parts"), dict | list) and (
        opened is None or isinstance(opened, dict)
    )


def intercom_conversation(record: Record, name: str, path: str) -> tuple[Conversation, list[Skipped], int]:
    """Read one conversation.

    Args:
        record: the conversation.
        name: what names it in the file.
        path: where it stands, for messages.

    Returns:
        The conversation, the parts that could not be understood, and how many parts have no words.
    """
    opened = record.get("source")
    opened = opened if isinstance(opened, dict) else {}
    parts: Value = record.get("conversation_parts")
    if isinstance(parts, dict):
        parts = parts.get("conversation_parts")
    items = [(f"{path}.source", {"created_at": record.get("created_at"), **opened})] if opened else []
    skipped: list[Skipped] = []
    for index, part in enumerate(parts if isinstance(parts, list) else []):
        where = f"{path}.conversation_parts[{index}]"
        if isinstance(part, dict):
            items.append((where, part))
        else:
            skipped.append(Skipped(where, "not a part of a conversation"))
    messages = []
    wordless = 0
    for _, part in items:
        text = _words(part.get("body"))
        if not text.strip():
            wordless += 1
            continue
        private = words_of(part.get("part_type")).startswith("note")
        messages.append(Message(text, _author(part.get("author")), time_of(part.get("created_at")), private))
    ratings, remarks = _rating(record.get("conversation_rating"))
    conversation = Conversation(
        name,
        tuple(messages),
        subject=_words(opened.get("subject")),
        # Given by a teammate or by Intercom: not the customer's own words.
        heading=_words(record.get("title")),
        customer=_customer(record, messages),
        ratings=ratings,
        remarks=remarks,
        channel=_CHANNELS.get(words_of(opened.get("type"))),
    )
    return conversation, skipped, wordless


def _words(value: Value) -> str:
    text = words_of(value)
    return html_to_text(text) if "<" in text or "&" in text else text


def _author(value: Value) -> Author:
    if not isinstance(value, dict):
        return Author()
    name = words_of(value.get("name")).strip() or words_of(value.get("email")).strip()
    return Author(name or None, words_of(value.get("id")) or None, _ROLES.get(words_of(value.get("type"))))


def _customer(record: Record, messages: list[Message]) -> Author:
    """Return the customer: the first who writes, else the first contact that is named."""
    for message in messages:
        if message.author.role == "customer" and not message.private:
            return message.author
    contacts = record.get("contacts")
    listed = contacts.get("contacts") if isinstance(contacts, dict) else contacts
    for contact in listed if isinstance(listed, list) else []:
        if isinstance(contact, dict):
            author = _author(contact)
            return Author(author.name, author.id, "customer")
    return Author()


def _rating(value: Value) -> tuple[tuple[GivenRating, ...], tuple[str, ...]]:
    if not isinstance(value, dict):
        return (), ()
    text = words_of(value.get("rating"))
    remark = words_of(value.get("remark"))
    ratings = (GivenRating("csat", text, read_rating(text), Scale(1, 5, told=True)),) if text.strip() else ()
    return ratings, (remark,) if remark.strip() else ()
