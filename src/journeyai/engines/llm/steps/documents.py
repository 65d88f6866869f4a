"""What a question says of the document that it is about."""

from journeyai.model.source import Document


def speakers(document: Document) -> tuple[str, ...]:
    """Return the names that stand at what is said in *document*, each once, in order: they are masked in it."""
    return tuple(dict.fromkeys(turn.speaker for turn in document.turns if turn.speaker))


def called(document: Document) -> str:
    """Return what *document* is called in a failure: `tickets.json#4711`."""
    return document.source + (f"#{document.record}" if document.record else "")
