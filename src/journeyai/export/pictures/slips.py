"""One entry of the grid as a slip of paper: its text, who stands behind it, and how sure that is."""

from dataclasses import dataclass
from typing import Final

from journeyai.export.elements import Element, Entry
from journeyai.export.office.style import Tone, feeling_tone, lane_tone
from journeyai.export.pictures import look
from journeyai.export.pictures.drawing import Drawing, clean, named
from journeyai.export.pictures.lettering import LEADING, wrapped
from journeyai.export.plain import cut
from journeyai.export.reading import UNSURE, Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card

#: Of what is shown beside the pointer, at most.
_ABOUT_CHARS: Final = 1_000
#: Between two slips of a cell.
GAP: Final = 6
_TITLE, _NOTE = 14.5, 13.8
#: Lines of the remark under a title, at most; and where it tells what is thought of an opportunity.
_NOTE_LINES: Final = 2
_PLAN_LINES: Final = 6
#: Inside a slip: beside the letters, and above and below them.
_SIDE, _ABOVE = 11, 5
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

    def count(self, drawing: Drawing, x: float, y: float, more: str) -> None:
        """Write how many *more* there are into its lower right corner."""
        at = y + self.height - _ABOVE - 0.25 * _NOTE
        drawing.text(
            x + self.width - 6, at, more, _NOTE, fill=look.INK, font_weight="bold", text_anchor="end"
        )

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


def slip(
    entry: Entry, element: Element, reading: Reading, width: float, lines: int, aside: float = 0
) -> Slip:
    """Return *entry* of *element* laid out in *width*.

    Args:
        entry: what is laid out.
        element: of which it is.
        reading: of the map.
        width: of the slip, in units.
        lines: of its title, at most.
        aside: kept free beside its remark.
    """
    say = talk("pictures", reading.journey.language)
    text = (named(entry.text) if entry.card else clean(entry.text)) or (entry.card.id if entry.card else "")
    if entry.is_quote:
        text = say.say("quoted", text=text)
    card = entry.card
    if card is not None and reading.unsure(card):
        text = f"{UNSURE} {text}"
    note = " · ".join(filter(None, [named(entry.note), *(_more(entry, card, reading) if card else ())]))
    room = width - 2 * _SIDE
    most = _PLAN_LINES if card is not None and reading.plan(card) else _NOTE_LINES
    return Slip(
        title=tuple(wrapped(text, room, _TITLE, lines)),
        notes=tuple(wrapped(note, room - aside, _NOTE, most)) or ("",) * bool(aside),
        tone=_tone(element, card),
        about=" · ".join(filter(None, [cut(text, _ABOUT_CHARS), note])),
        width=width,
        is_card=card is not None,
        dashed=card is not None and card.assumption,
    )


def _tone(element: Element, card: Card | None) -> Tone:
    if card is not None and card.lane != element.lane:
        return lane_tone(card.lane)
    return lane_tone(element.lane) if element.lane else feeling_tone(None)


def _more(entry: Entry, card: Card, reading: Reading) -> list[str]:
    """Return what is thought of an opportunity, how far it has got and whose it is; then what weakens a card.

    Not that one person says it, which is counted beside, nor what the remark of *entry* says already.
    """
    owner = named(card.owner or "")
    told = [*reading.plan(card), reading.words.phrase("owner", name=owner) if owner else ""]
    told += [doubt for doubt in reading.doubts(card) if doubt != reading.words.phrase("one_voice")]
    return [clean(one) for one in told if one not in entry.note]
