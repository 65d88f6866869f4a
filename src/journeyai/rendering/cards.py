"""One card: what it claims, how strong its evidence is, and the words behind it."""

from rich.text import Text

from journeyai.export.plain import shortened, visible
from journeyai.export.reading import GLANCE_CHARS, UNSURE, Reading, says_title, unsure_quote
from journeyai.model.journey import Card, Evidence
from journeyai.rendering.console import safe
from journeyai.rendering.layout import GLUE, Lines, joined, wrap

#: What a reader should be wary of; never told by colour alone.
CAUTION = "magenta"


def card_lines(
    reading: Reading, card: Card, width: int, evidence: bool = False, *, ids: bool = False
) -> Lines:
    """Lay out *card*: with *evidence* every quote for and against it, else the best one; with *ids* under its id."""
    words = reading.words
    bullet = Text().append(f"{UNSURE} ", CAUTION) if reading.unsure(card) else Text("• ")
    if ids:
        bullet.append(f"{card.id}{GLUE}", style="cyan")
    lines = wrap(bullet.append_text(safe(card.title, "bold")), width, "", "  ")
    if card.detail:
        lines += wrap(safe(card.detail), width, "  ")
    severity = Text()
    if card.severity:
        severity = Text(words.phrase("severity", n=card.severity), style="red" if card.severity == 3 else "")
    backing = Text(reading.backing(card), style=CAUTION if card.assumption else "")
    doubts = [Text(doubt, style=CAUTION) for doubt in reading.doubts(card)]
    lines += wrap(joined([backing, *doubts, severity]), width, "  ")
    lines += wrap(_about(reading, card), width, "  ") if _about(reading, card) else []
    if evidence:
        for item in reading.quotes(card.evidence):
            lines += quote_lines(reading, item, width, whole=True, ids=ids)
        against = reading.quotes(card.against)
        if against:
            lines += wrap(Text(words.phrase("against"), style=CAUTION), width, "  ")
        for item in against:
            lines += quote_lines(reading, item, width, whole=True, ids=ids)
    elif (best := reading.best(card)) and says_title(card, best):
        where = f"{words.phrase('own_words')}{GLUE}—{GLUE}{_where(reading, best)}"
        lines += wrap(Text(where, style="dim"), width, "  ", "   ")
    elif best:
        lines += quote_lines(reading, best, width)
    return lines


def quote_lines(
    reading: Reading,
    item: Evidence,
    width: int,
    whole: bool = False,
    indent: str = "  ",
    *,
    ids: bool = False,
) -> Lines:
    """Lay out a quote and where it stands; *whole* keeps it at full length and adds its offsets, time and any doubt."""
    text = visible(item.quote)
    quote = Text().append(f"{UNSURE}{GLUE}", CAUTION) if whole and unsure_quote(item) else Text()
    if ids:
        quote.append(f"{item.id}{GLUE}", style="cyan")
    quote.append(reading.words.phrase("quoted", text=text if whole else shortened(text, GLANCE_CHARS)))
    quote.append(f" —{GLUE}" + _where(reading, item, whole), style="dim")
    return wrap(quote, width, indent, indent + " ")


def _where(reading: Reading, item: Evidence, whole: bool = False) -> str:
    """Return speaker, source and record; with *whole* role, offsets and time too."""
    speaker = visible(item.speaker or "")
    role = reading.words.role(item.role)
    if item.role != "customer" and role not in speaker.casefold():
        speaker = f"{speaker} ({role})" if speaker else role
    record = visible(item.record or "")
    place = visible(item.source)
    if record and record != speaker:
        place += f" {record}"
    parts = [speaker, place]
    if whole:
        parts += [f"{item.start}–{item.end}", visible(item.at or "")]
    return ", ".join(part for part in parts if part)


def _about(reading: Reading, card: Card) -> Text:
    """Return the second line: feeling, channel, personas, what the reviewer did."""
    words = reading.words
    names = reading.persona_names(card)
    everyone = len(names) > 1 and len(names) == len(reading.journey.personas)
    # In quotation marks: a persona's name may look like the channel that stands before it.
    named = ", ".join(words.phrase("quoted", text=visible(name)) for name in names)
    personas = words.phrase("all_personas") if everyone else words.phrase("of_personas", names=named)
    parts = [
        reading.feeling(card),
        words.channel(card.channel) if card.channel else "",
        personas if names else "",
        words.phrase("owner", name=visible(card.owner)) if card.owner else "",
        reading.judgement(card),
        reading.progress(card),
        reading.firmness(card),
    ]
    line = joined(parts)
    line.stylize("dim")
    marks = Text(", ".join(reading.marks(card)))
    return joined([line, marks])
