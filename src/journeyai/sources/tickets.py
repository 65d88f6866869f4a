"""JSON and JSON Lines: tickets, chats, and reviews as lists of flat objects.

A record is found by its shape, not by the exporter's name: a list of messages makes it a conversation,
otherwise the records are rows of a table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from journeyai.errors import SourceError
from journeyai.model.source import Document, Skipped
from journeyai.model.vocabulary import Kind, MeasureKind
from journeyai.sources.conversations import Author, Conversation, conversation_document
from journeyai.sources.delimited import Row
from journeyai.sources.headers import plain, recognised
from journeyai.sources.intercom import intercom_conversation, is_intercom
from journeyai.sources.json_records import (
    Parsed,
    Record,
    Value,
    first_of,
    flatten,
    parse,
    plain_keys,
    words_of,
)
from journeyai.sources.kinds import channel_of, kind_by_name
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.mails import mail_threads, thread_document, told
from journeyai.sources.message_records import (
    RECORD,
    SUBJECT,
    TEXT,
    Findings,
    messages_of,
    opened,
    people_in,
    read_conversation,
)
from journeyai.sources.ratings import Scale, scale_of
from journeyai.sources.rows import Table, load_rows
from journeyai.sources.spoken_tables import is_spoken, load_spoken, supposed_warning

#: Keys under which exports keep their list of records, most telling first.
_LISTS = (
    "tickets", "conversations", "chats", "calls", "reviews", "responses", "comments", "surveys", "data",
    "items", "results", "records", "rows", "entries", "cases", "conversaciones", "llamadas", "resenas",
    "respuestas", "casos", "incidencias", "encuestas", "registros", "datos", "elementos", "opiniones",
    "comentarios",
)  # fmt: skip

#: Columns made of the paths of flat objects; more are never the same thing in every record.
_MOST_PATHS = 200
_TICKET_WORDS = frozenset({"tickets", "cases", "casos", "incidencias"})
_CALL_WORDS = frozenset({"calls", "llamadas"})
_TICKET_KEYS = frozenset(
    {"subject", "asunto", "priority", "prioridad", "status", "estado", "requester id", "ticket id"}
)


#: A field of an App Store feed's entry → its column.
_APP_STORE = {
    "id": "id", "title": "title", "content": "content", "im:rating": "rating", "author.name": "author",
    "updated": "updated",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a file.

    Attributes:
        key: the key their list stood under, as plain words; empty for a bare list or object.
        items: each with its place in the file (`tickets[3]`, `line 7`).
        people: the file's list of people, by id.
    """

    key: str
    items: Sequence[tuple[str, Value]]
    people: Mapping[str, Author]


class JsonLoader:
    """Reads `.json`, `.jsonl` and `.ndjson`, and the same under the name `.txt`."""

    name = "json"

    def fits(self, raw: RawFile) -> float:
        """Return 0.9 by suffix; 0.8 for text that begins as JSON and is JSON."""
        if raw.suffix in (".json", ".jsonl", ".ndjson"):
            return 0.9
        if raw.suffix not in (".txt", ".log", "") or raw.data[:64].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in (
            b"{",
            b"[",
        ):
            return 0.0
        try:
            parsed = parse(raw.text(), raw.source)
        except SourceError:
            return 0.0
        return 0.8 if isinstance(parsed.value, dict | list) and parsed.value else 0.0

    def load(self, raw: RawFile) -> Loaded:
        """Read *raw*.

        Raises:
            SourceError: it is not JSON (says the line and column), or no records are found in it.
        """
        parsed = parse(raw.text(), raw.source, lines=raw.suffix in (".jsonl", ".ndjson"))
        found = _app_store(parsed.value) or _records(parsed, raw.source)
        if not found.items:
            if parsed.skipped:
                return Loaded(raw.settings.kind or "ticket", (), parsed.skipped)
            raise SourceError(f"`{raw.source}` has no records.", "Leave it out, or export it again.")
        loaded = _Conversations(raw, found).load() if _are_conversations(found) else _load_flat(raw, found)
        return replace(loaded, skipped=(*parsed.skipped, *loaded.skipped))


def _records(parsed: Parsed, source: str) -> Found:
    """Find the list of records in a parsed file."""
    value = parsed.value
    if parsed.lines:
        values = value if isinstance(value, list) else []
        return Found("", [(f"line {n}", v) for n, v in zip(parsed.lines, values, strict=True)], {})
    if isinstance(value, list):
        return Found("", [(f"[{index}]", item) for index, item in enumerate(value)], {})
    if not isinstance(value, dict):
        raise SourceError(
            f"`{source}` holds a single value and no records.", "Export the records as a list of objects."
        )
    people = people_in(value.get("users"))
    if _is_record(value):
        return Found("", [("the record", value)], people)
    names = {plain(key): key for key in reversed(value)}
    ordered = [names[name] for name in _LISTS if name in names]
    ordered += [key for key in value if key not in ordered and key != "users"]
    for key in ordered:
        inner = value[key]
        if isinstance(inner, dict) and key in ordered[: len(names)] and plain(key) in _LISTS:
            nested = next(((f"{key}.{k}", v) for k, v in inner.items() if isinstance(v, list)), None)
            path, inner = nested if nested else (key, inner)
        else:
            path = key
        if isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            return Found(plain(key), [(f"{path}[{index}]", item) for index, item in enumerate(inner)], people)
    keyed = [(key, item) for key, item in value.items() if isinstance(item, dict)]
    if keyed and all(_is_record(item) for _, item in keyed):  # {"4711": {…}, "4712": {…}}
        return Found(
            "",
            [(key, item if first_of(item, RECORD) else {"id": key, **item}) for key, item in keyed],
            people,
        )
    if value and len(keyed) == len(value) and all(words_of(first_of(item, TEXT)) for _, item in keyed):
        return Found("", [(key, {"id": key, **item}) for key, item in keyed], people)
    if "$schema" in value or not any(words_of(item) for item in value.values()):
        raise SourceError(
            f"`{source}` holds no list of reviews, tickets or chats.",
            "Export the records as a list of objects, or leave the file out.",
        )
    return Found("", [("the record", value)], people)


def _is_record(value: Record) -> bool:
    """Whether *value* is itself one ticket or chat rather than a list's wrapping."""
    if is_intercom(value):
        return True
    if any(
        name in plain_keys(value) for name in ("tickets", "conversations", "chats", "casos", "conversaciones")
    ):
        return False
    inner = opened(value)
    kept = messages_of(inner)
    if kept is None:
        return False
    # {"comments": [{"id": 1, "text": "…"}]} without anything about a ticket is a list of comments.
    return plain(kept[0]) not in _LISTS or first_of(inner, (*SUBJECT, *RECORD)) is not None


def _app_store(value: Value) -> Found | None:
    """Return the reviews in an App Store feed: values lie under `label`; the first entry is the app."""
    feed = value.get("feed") if isinstance(value, dict) else None
    entries = feed.get("entry") if isinstance(feed, dict) else None
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        return None
    items: list[tuple[str, Value]] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and ("im:rating" in entry or index > 0):
            words = {path.removesuffix(".label"): text for path, text in flatten(entry)}
            items.append(
                (f"feed.entry[{index}]", {to: words.get(path, "") for path, to in _APP_STORE.items()})
            )
        elif not isinstance(entry, dict):
            items.append((f"feed.entry[{index}]", entry))
    return Found("reviews", items, {})


def _are_conversations(found: Found) -> bool:
    if found.key in _TICKET_WORDS:
        return True
    return any(
        isinstance(item, dict) and (is_intercom(item) or messages_of(opened(item)) is not None)
        for _, item in found.items
    )


def _load_flat(raw: RawFile, found: Found) -> Loaded:
    """Read flat objects as the rows of a table, nested objects opened (`author.name`)."""
    skipped = [Skipped(path, "not an object") for path, item in found.items if not isinstance(item, dict)]
    if threads := mail_threads([item for _, item in found.items if isinstance(item, dict)]):
        names = [name or f"R{number}" for number, name in enumerate(threads, start=1)]
        reads = [
            thread_document(name if len(threads) > 1 else None, mails, raw.source, raw.settings)
            for name, mails in zip(names, threads.values(), strict=True)
        ]
        documents = tuple(read.document for read in reads)
        return Loaded(raw.settings.kind or "ticket", documents, tuple(skipped), told(reads, raw.source))
    records = [dict(flatten(item)) for _, item in found.items if isinstance(item, dict)]
    counts = Counter(path for record in records for path in record)
    # Objects keyed by an id have other paths in every record; only what many share can be a column.
    paths = [path for path, _ in counts.most_common(_MOST_PATHS)]
    paths.sort(key=list(counts).index)
    headers: list[str] = []
    for path in paths:
        last = path.rpartition(".")[2]
        headers.append(
            last if not recognised([path]) and recognised([last]) and last not in headers else path
        )
    rows = [
        Row(number, tuple(record.get(path, "") for path in paths))
        for number, record in enumerate(records, start=1)
    ]
    if not rows:
        return Loaded(raw.settings.kind or "review", (), tuple(skipped))
    table = Table(raw.source, tuple(headers), rows, raw.settings, line_word="record")
    loaded = load_spoken(table) if is_spoken(table) else load_rows(table)
    return replace(loaded, skipped=(*skipped, *loaded.skipped))


@dataclass(frozen=True, slots=True)
class _Conversations:
    """Makes documents of the conversations of one file."""

    raw: RawFile
    found: Found

    def load(self) -> Loaded:
        findings = Findings()
        records = [(path, opened(item)) for path, item in self.found.items if isinstance(item, dict)]
        findings.skipped += [
            Skipped(path, "not an object") for path, item in self.found.items if not isinstance(item, dict)
        ]
        names = _names(records)
        warnings: list[str] = []
        if names is None:
            names = [f"R{number}" for number in range(1, len(records) + 1)]
            warnings.append(
                f"Some records of `{self.raw.source}` have no id, or the same one; "
                "all are named R1, R2 and so on, in the file's order."
            )
        conversations = []
        for (path, record), name in zip(records, names, strict=True):
            conversation = self._read(record, name, path, findings)
            if conversation.messages or conversation.subject.strip() or conversation.remarks:
                conversations.append(conversation)
            else:
                findings.skipped.append(Skipped(path, "no messages"))
        kind = self._kind(records)
        documents, more = self._documents(conversations, kind)
        return Loaded(
            kind, tuple(documents), tuple(findings.skipped), (*warnings, *self._told(findings), *more)
        )

    def _read(self, record: Record, name: str, path: str, findings: Findings) -> Conversation:
        if not is_intercom(record):
            return read_conversation(record, name, path, self.found.people, findings)
        conversation, skipped, wordless = intercom_conversation(record, name, path)
        findings.skipped += skipped
        findings.wordless += wordless
        return conversation

    def _documents(
        self, conversations: Sequence[Conversation], kind: Kind
    ) -> tuple[list[Document], list[str]]:
        source, settings = self.raw.source, self.raw.settings
        scales = _scales(conversations)
        documents: list[Document] = []
        supposed: list[str] = []
        unread: list[str] = []
        nobody: list[str] = []
        for conversation in conversations:
            held = replace(conversation, channel=conversation.channel or channel_of(kind))
            read = conversation_document(held, source=source, kind=kind, settings=settings, scales=scales)
            documents.append(read.document)
            name = conversation.record or source
            supposed += [name] if read.supposed else []
            unread += [f"`{text}` ({name})" for text in read.unread]
            if not any(turn.role == "customer" for turn in read.document.turns):
                nobody.append(name)
        warnings = [
            f"Nothing tells the scale of {measure.upper() if measure != 'stars' else measure} in `{source}`; "
            f"it is read as {scale.low:g} (worst) to {scale.high:g} (best)."
            for measure, scale in sorted(scales.items())
            if not scale.told
        ]
        if supposed:
            warnings.append(supposed_warning(supposed, source))
        if unread:
            warnings.append(f"Ratings of `{source}` that cannot be read are left out: {_listed(unread)}.")
        if nobody:
            warnings.append(
                f"No customer speaks in {_listed(nobody)} of `{source}`; set `roles` if somebody is one."
            )
        return documents, warnings

    def _told(self, findings: Findings) -> list[str]:
        told = []
        if findings.wordless:
            many = "messages" if findings.wordless > 1 else "message"
            told.append(
                f"{findings.wordless} {many} without words (attachments, changes of state) in "
                f"`{self.raw.source}`: left out."
            )
        if findings.reversed:
            told.append(
                f"Messages stand newest first in {_listed(findings.reversed)}; they are read oldest first."
            )
        return told

    def _kind(self, records: Sequence[tuple[str, Record]]) -> Kind:
        if self.raw.settings.kind is not None:
            return self.raw.settings.kind
        if any(is_intercom(record) for _, record in records):
            return "chat"
        if self.found.key in _TICKET_WORDS:
            return "ticket"
        if self.found.key in _CALL_WORDS:
            return "call"
        if named := kind_by_name(self.raw.source):
            return named
        keys = set(plain_keys(records[0][1])) if records else set()
        return "ticket" if keys & _TICKET_KEYS else "chat"


def _names(records: Sequence[tuple[str, Record]]) -> list[str] | None:
    """Return the records' ids, if each has one of its own."""
    names = [words_of(first_of(record, RECORD)).strip() for _, record in records]
    return names if all(names) and len(set(names)) == len(names) else None


def _scales(conversations: Iterable[Conversation]) -> dict[MeasureKind, Scale]:
    values: dict[MeasureKind, list[float]] = {}
    for conversation in conversations:
        for given in conversation.ratings:
            if given.rating is not None and given.scale is None:
                values.setdefault(given.kind, []).append(given.rating.value)
    return {kind: scale_of(kind, numbers) for kind, numbers in values.items()}


def _listed(names: Sequence[str], most: Literal[5] = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
