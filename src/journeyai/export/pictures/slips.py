"""One entry of the grid as a slip of paper: its text, who stands behind it, and how sure that is."""

from dataclasses import dataclass
from typing import Final

from journeyai.export.elements import Element, Entry
from journeyai.export.office.style import Tone, feeling_tone, lane_tone
from journeyai.export.pictures import look
from journeyai.export.pictures.drawing import Drawing, clean
from journeyai.export.pictures.lettering import LEADING, wrapped
from journeyai.export.reading import UNSURE, Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card

#: Of what is shown beside the pointer, at most.
_ABOUT_CHARS: Final = 1_000
#: Between two slips of a cell.
GAP: Final = 7
_TITLE, _NOTE = 14.5, 12.5
_TITLE_LINES, _NOTE_LINES = 4, 2
#: Inside a slip: beside the letters, and above and below them.
_SIDE, _ABOVE = 11, 7
#: The bar at its left that tells the tone where colours do not.
_BAR: Final = 5


@dataclass(frozen=True, slots=True)
class Slip:
    """An entry that is laid out for a column.

    Attributes:
        title: its lines.
        notes: lines of what stands under it.
        tone: its colours.
        about: all of it in one line, shown beside the pointer.
        width: of the slip.
        is_card: whether it is a card; other entries have no ground of their own.
        dashed: whether it is an assumption.
    """

    title: tuple[str, ...]
    notes: tuple[str, ...]
    tone: Tone
    about: str
    width: float
    is_card: bool
    dashed: bool

    @property
    def height(self) -> float:
        """How high it is."""
        return len(self.title) * _TITLE * LEADING + len(self.notes) * _NOTE * LEADING + 2 * _ABOVE

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        """Draw it with its upper left corner there."""
        ink, wash = f"#{self.tone.ink}", f"#{self.tone.wash}"
        drawing.begin(self.about)
        edge = {"stroke": ink, "stroke_width": 1.3, "stroke_dasharray": "5 4"} if self.dashed else {}
        ground = look.WHITE if self.dashed or not self.is_card else wash
        drawing.rect(x, y, self.width, self.height, rx=6, fill=ground, **edge)
        if self.is_card and not self.dashed:
            drawing.rect(x, y + 3, _BAR, self.height - 6, rx=2, fill=ink)
        elif not self.is_card:
            drawing.rect(x, y, 1.5, self.height, fill=look.LINE)
        top = y + _ABOVE + _TITLE * 0.9
        top += drawing.text(x + _SIDE, top, self.title, _TITLE, fill=look.INK)
        drawing.text(x + _SIDE, top, self.notes, _NOTE, fill=look.SOFT)
        drawing.end()


def slip(entry: Entry, element: Element, reading: Reading, width: float) -> Slip:
    """Return *entry* of *element* laid out in *width*."""
    say = talk("pictures", reading.journey.language)
    text = clean(entry.text) or (entry.card.id if entry.card else "")
    if entry.is_quote:
        text = say.say("quoted", text=text)
    card = entry.card
    if card is not None and reading.unsure(card):
        text = f"{UNSURE} {text}"
    note = " · ".join(filter(None, [clean(entry.note), *(_doubts(card, reading) if card else ())]))
    room = width - 2 * _SIDE
    return Slip(
        title=tuple(wrapped(text, room, _TITLE, _TITLE_LINES)),
        notes=tuple(wrapped(note, room, _NOTE, _NOTE_LINES)),
        tone=_tone(element, card),
        about=f"{text[:_ABOUT_CHARS]} · {note}" if note else text[:_ABOUT_CHARS],
        width=width,
        is_card=card is not None,
        dashed=card is not None and card.assumption,
    )


def _tone(element: Element, card: Card | None) -> Tone:
    if card is not None and card.lane != element.lane:
        return lane_tone(card.lane)
    return lane_tone(element.lane) if element.lane else feeling_tone(None)


def _doubts(card: Card, reading: Reading) -> list[str]:
    """Return what weakens *card*, except that one person says it: that is counted beside."""
    return [told for told in reading.doubts(card) if told != reading.words.phrase("one_voice")]
