"""Tables in which each row is something said: a column tells who speaks, another which conversation it is.

Read as reviews, such rows would make the agent a customer.
"""

from journeyai.errors import SourceError
from journeyai.model.source import Document, Skipped
from journeyai.model.vocabulary import Kind
from journeyai.sources.columns import SAMPLE_ROWS, Columns, find_columns
from journeyai.sources.conversations import Author, Conversation, Message, conversation_document
from journeyai.sources.loader import Loaded
from journeyai.sources.parts import role_named
from journeyai.sources.rows import Table, channel_named, is_blank

#: Share of the speaker column's cells that must name a part (agent, customer …) when nothing groups the rows.
_PARTS_SHARE = 0.6


def is_spoken(table: Table) -> bool:
    """Whether the rows of *table* are turns of conversations."""
    columns = _columns(table)
    if columns is None or columns.speaker is None:
        return False
    speakers = [row.cells[columns.speaker] for row in table.rows[:SAMPLE_ROWS] if len(row.cells) > columns.speaker]
    named = [speaker for speaker in speakers if speaker.strip()]
    parts = sum(role_named(speaker) is not None for speaker in named)
    repeated = columns.conversation is not None and len(set(named)) < len(named)
    return bool(named) and (repeated or parts >= _PARTS_SHARE * len(named))


def load_spoken(table: Table) -> Loaded:
    """Make a document of each conversation; of the whole table if no column tells them apart.

    Raises:
        SourceError: no column can be read as text, or a setting names a column that is not there.
    """
    rows = [row.cells for row in table.rows]
    columns = find_columns(table.headers, rows, table.settings, table.source)
    kind = _kind(table, columns)
    skipped: list[Skipped] = []
    warnings = list(columns.warnings)
    groups: dict[str | None, list[Message]] = {}
    channels: dict[str | None, str] = {}
    for number, row in enumerate(table.rows, start=1):
        width = len(table.headers)
        if any(cell.strip() for cell in row.cells[width:]):
            place = f"{table.line_word} {row.line}"
            reason = f"{len(row.cells)} cells for {width} columns on {place}; a text with the delimiter in it needs quotes"
            skipped.append(Skipped(f"row {number}", reason))
            continue
        cells = row.cells + ("",) * (width - len(row.cells))
        texts = [cells[index] for index in columns.text if not is_blank(cells[index])]
        if not texts:
            skipped.append(Skipped(f"row {number}", "no text"))
            continue
        name = _cell(cells, columns.conversation)
        author = Author(name=_cell(cells, columns.author) or _cell(cells, columns.speaker), id=None)
        role = role_named(_cell(cells, columns.speaker))
        author = Author(author.name, None, role)
        at = _cell(cells, columns.date)
        groups.setdefault(name, []).extend(Message(text, author, at) for text in texts)
        channels.setdefault(name, _cell(cells, columns.channel) or "")
    documents: list[Document] = []
    supposed: list[str] = []
    for name, messages in groups.items():
        channel = channel_named(channels[name]) or ("chat" if kind == "chat" else None)
        conversation = Conversation(name or "R0", tuple(messages), channel=channel)
        read = conversation_document(conversation, source=table.source, kind=kind, settings=table.settings)
        documents.append(read.document)
        if read.supposed:
            supposed.append(name or table.source)
    if supposed:
        warnings.append(supposed_warning(supposed, table.source))
    return Loaded(kind, tuple(documents), tuple(skipped), tuple(warnings))


def supposed_warning(records: list[str], source: str) -> str:
    """Say whose roles were supposed."""
    named = ", ".join(records[:5]) + (f" and {len(records) - 5} more" if len(records) > 5 else "")
    return (
        f"`{source}` does not say who is the customer in {named}: whoever wrote first is taken as the customer, the "
        "others as agents. Set `roles` in `journey.toml` if that is wrong."
    )


def _columns(table: Table) -> Columns | None:
    if not any(table.headers):
        return None
    try:
        rows = [row.cells for row in table.rows[:SAMPLE_ROWS]]
        return find_columns(table.headers, rows, table.settings, table.source)
    except SourceError:
        return None


def _kind(table: Table, columns: Columns) -> Kind:
    if table.settings.kind is not None:
        return table.settings.kind
    speakers = {row.cells[columns.speaker] for row in table.rows if columns.speaker is not None and row.cells[columns.speaker:]}
    name = table.source.casefold()
    if any(role_named(speaker) == "researcher" for speaker in speakers) or "interview" in name or "entrevista" in name:
        return "interview"
    if any(word in name for word in ("call", "llamada")):
        return "call"
    return "ticket" if "ticket" in name else "chat"


def _cell(cells: tuple[str, ...], index: int | None) -> str | None:
    return (cells[index].strip() or None) if index is not None else None
