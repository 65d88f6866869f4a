"""Tables in which each row is something said: a column tells who speaks, another which conversation it is.

Read as reviews, such rows would make the agent a customer.
"""

from itertools import pairwise

from journeyai.errors import SourceError
from journeyai.model.source import Document, Skipped
from journeyai.model.vocabulary import Kind, Role
from journeyai.sources.cells import channel_named, is_blank
from journeyai.sources.columns import SAMPLE_ROWS, Columns, find_columns
from journeyai.sources.conversations import Author, Conversation, Message, conversation_document
from journeyai.sources.headers import is_question
from journeyai.sources.kinds import channel_of, kind_by_name
from journeyai.sources.loader import Loaded
from journeyai.sources.parts import role_named
from journeyai.sources.roles import role_by_words
from journeyai.sources.rows import Table, surplus

#: Share of the speaker column's cells that must name a part (agent, customer …) when nothing groups rows.
_PARTS_SHARE = 0.6

#: Share of rows that must have another speaker than the row before; in lists sorted by speaker it is near 0.
_TURNS_SHARE = 0.25


def is_spoken(table: Table) -> bool:
    """Whether the rows of *table* are turns of conversations."""
    columns = _columns(table)
    if columns is None or columns.speaker is None:
        return False
    speakers = [
        row.cells[columns.speaker] for row in table.rows[:SAMPLE_ROWS] if len(row.cells) > columns.speaker
    ]
    named = [speaker for speaker in speakers if speaker.strip()]
    parts = [_part(speaker) for speaker in named]
    told = sum(part is not None for part in parts) >= _PARTS_SHARE * len(named)
    # One interviewer or agent among the speakers is enough: their words must not become a customer's.
    others = any(part not in (None, "customer") for part in parts)
    repeated = len(set(named)) < len(named)
    if _is_survey(columns) and not (told and {"customer"} & set(parts) and others):
        return False  # `role` holds what the respondents do for a living: owner, worker, payroll.
    return bool(named) and (told or (repeated and (others or columns.conversation is not None)))


def _is_survey(columns: Columns) -> bool:
    """Whether each row is one respondent's: rated, or an answer to a question, and no part of a conversation."""
    asked = any(is_question(columns.headers[index]) for index in columns.text)
    return columns.conversation is None and (bool(columns.ratings) or asked or len(columns.text) > 1)


def _part(speaker: str | None) -> Role | None:
    """Return the role that a speaker's name tells (`agent`, `Agent Bo`, `P3`), or None."""
    return (role_named(speaker) or role_by_words(speaker)) if speaker else None


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
    whole = columns.conversation is None and _alternates(rows, columns)
    groups: dict[str | None, list[Message]] = {}
    channels: dict[str | None, str] = {}
    for number, row in enumerate(table.rows, start=1):
        width = len(table.headers)
        if any(cell.strip() for cell in row.cells[width:]):
            skipped.append(Skipped(f"row {number}", surplus(table, row)))
            continue
        cells = row.cells + ("",) * (width - len(row.cells))
        texts = [cells[index] for index in columns.text if not is_blank(cells[index])]
        if not texts:
            skipped.append(Skipped(f"row {number}", "no text"))
            continue
        name = _cell(cells, columns.conversation) or (None if whole else f"R{number}")
        speaker = _cell(cells, columns.speaker)
        author = Author(_cell(cells, columns.author) or speaker, None, _part(speaker))
        at = _cell(cells, columns.date)
        groups.setdefault(name, []).extend(Message(text, author, at) for text in texts)
        channels.setdefault(name, _cell(cells, columns.channel) or "")
    documents: list[Document] = []
    supposed: list[str] = []
    for name, messages in groups.items():
        channel = channel_named(channels[name]) or channel_of(kind)
        conversation = Conversation(name, tuple(messages), channel=channel)
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
        f"`{source}` does not say who is the customer in {named}: whoever wrote first, and "
        "not as an agent does, is taken as the customer, the others as agents. "
        "Set `roles` in `journey.toml` if that is wrong."
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
    speakers = {
        row.cells[columns.speaker]
        for row in table.rows
        if columns.speaker is not None and row.cells[columns.speaker :]
    }
    if any(_part(speaker) == "researcher" for speaker in speakers):
        return "interview"
    return kind_by_name(table.source) or "chat"


def _alternates(rows: list[tuple[str, ...]], columns: Columns) -> bool:
    """Whether speakers take turns: then rows that nothing groups are one conversation, not a collection."""
    index = columns.speaker or 0
    speakers = [row[index].strip() for row in rows if len(row) > index]
    changes = sum(one != other for one, other in pairwise(speakers))
    return changes >= _TURNS_SHARE * (len(speakers) - 1)


def _cell(cells: tuple[str, ...], index: int | None) -> str | None:
    return (cells[index].strip() or None) if index is not None else None
