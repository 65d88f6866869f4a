"""What an exporter may draw on besides the map: the method's elements, and the words around each quote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from journeyai.knowledge.templates import Template
from journeyai.model.journey import Evidence

#: Characters of the document shown on either side of a quote.
CONTEXT_CHARS: Final = 280


def _no_text(source: str, record: str | None) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Material:
    """What stands behind a map.

    Attributes:
        template: the map's method; None where its file is not at hand, as with another person's own method.
        text: gives the canonical text of a source's record, in which positions count; None where the file is not
            at hand or is not the one that the map was drawn from.
    """

    template: Template | None = None
    text: Callable[[str, str | None], str | None] = _no_text

    def document(self, item: Evidence) -> str | None:
        """Return the whole text that *item* is cut from; None if it is not at hand or holds other words there."""
        text = self.text(item.source, item.record)
        return text if text is not None and text[item.start : item.end] == item.quote else None

    def around(self, item: Evidence, chars: int = CONTEXT_CHARS) -> tuple[str, str] | None:
        """Return what stands before and after *item*, whole words, at most *chars* each; None if it is not at hand."""
        text = self.document(item)
        if text is None:
            return None
        before, after = text[: item.start], text[item.end :]
        if len(before) > chars:
            before = before[-chars:].partition(" ")[2] or before[-chars:]
        if len(after) > chars:
            after = after[:chars].rpartition(" ")[0] or after[:chars]
        return before, after


#: Of a map alone, with neither its method nor its files at hand.
BARE: Final = Material()
