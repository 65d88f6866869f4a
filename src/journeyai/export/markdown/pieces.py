"""Cards, quotes and entries as pieces of a page, each with the links that lead to its evidence."""

from collections.abc import Iterable, Iterator

from journeyai.export.elements import Element, Entry
from journeyai.export.markdown.escaping import escaped
from journeyai.export.plain import cut, shortened, visible
from journeyai.export.reading import GLANCE_CHARS, UNSURE, Reading
from journeyai.knowledge.talk import talk
from journeyai.model.journey import Card, Evidence, JourneyMap, Stage


class Pieces:
    """The pieces of the page of one map."""

    def __init__(self, journey: JourneyMap, reading: Reading) -> None:
        self.reading = reading
        self.words = reading.words
        self._also = talk("elements", journey.language)
        self._cards = {card.id: f"card-{number}" for number, card in enumerate(journey.cards, 1)}
        self._anchors = {item.id: f"evidence-{number}" for number, item in enumerate(journey.evidence, 1)}

    def anchor(self, item: Evidence) -> str:
        """Return where *item* stands among the evidence."""
        return self._anchors[item.id]

    def linked(self, card: Card) -> str:
        """Return the title of *card* as a link to it."""
        return f"[{title(card)}](#{self._cards[card.id]})"

    def name(self, element: Element, n: int = 2) -> str:
        """Return what *element* is called over *n* entries; a row that is a lane is called by the lane."""
        lane = element.lane
        if lane and not element.asked:
            return capital(self._also.say("also", lane=self.words.lane(lane, n)))
        if lane and element.name == self.words.lane(lane):
            return capital(self.words.lane(lane, n))
        return escaped(element.name)

    def entry(self, entry: Entry) -> str:
        """Return what *entry* says in one line: a card by its title, a quote in its marks, a figure; then its proof."""
        note = escaped(cut(visible(entry.note)))
        if entry.card:
            return " · ".join(filter(None, (self.linked(entry.card), note)))
        text = (
            escaped(shortened(visible(entry.text), GLANCE_CHARS)) if entry.is_quote else escaped(entry.text)
        )
        if entry.is_quote:
            text = self.words.phrase("quoted", text=text)
        return " · ".join(filter(None, (text, note, self.links(item.id for item in entry.quotes))))

    def card(self, card: Card) -> Iterator[str]:
        """Yield *card* as an entry of a list: who stands behind it, its best quote, links to all of them."""
        words, reading = self.words, self.reading
        about = [reading.backing(card), *reading.doubts(card)]
        about += [words.phrase("severity", n=card.severity)] if card.severity else []
        about += [feeling] if (feeling := reading.feeling(card)) else []
        about += [words.channel(card.channel)] if card.channel else []
        about += [escaped(cut(visible(name))) for name in reading.persona_names(card)]
        about += [words.phrase("owner", name=escaped(cut(visible(card.owner))))] if card.owner else []
        about += [*reading.plan(card), *filter(None, [reading.firmness(card)])]
        about += reading.marks(card)
        mark = f"{UNSURE} " if reading.unsure(card) else ""
        yield f'- <a id="{self._cards[card.id]}"></a>{mark}**{title(card)}**  '
        yield f"  {' · '.join(about)}"
        if visible(card.detail):
            yield ""
            yield f"  {escaped(card.detail)}"
        if best := reading.best(card):
            yield ""
            yield f"  {self.quote(best)}"
        links = self.links(card.evidence)
        if links or card.against:
            against = f"; {words.phrase('against')}: {self.links(card.against)}" if card.against else ""
            yield ""
            yield f"  {words.phrase('evidence')}: {links}{against}"

    def links(self, ids: Iterable[str]) -> str:
        """Return links to the quotes *ids*, by their numbers."""
        anchors = [self._anchors[id_] for id_ in ids if id_ in self._anchors]
        return ", ".join(f"[{anchor.rpartition('-')[2]}](#{anchor})" for anchor in anchors)

    def quote(self, item: Evidence) -> str:
        """Return a quote and who said it."""
        text = escaped(shortened(visible(item.quote), GLANCE_CHARS))
        quote = self.words.phrase("quoted", text=text)
        return f"> {quote} — {self.where(item)}"

    def where(self, item: Evidence) -> str:
        """Return who said *item*, and where."""
        speaker = escaped(item.speaker or "")
        role = self.words.role(item.role)
        if item.role != "customer" and role not in speaker.casefold():
            speaker = f"{speaker} ({role})" if speaker else role
        record = "" if item.record == item.speaker else escaped(item.record or "")
        place = f"{escaped(item.source)} {record}".strip()
        return ", ".join(part for part in (speaker, place) if part)


def title(card: Card) -> str:
    """Return a card's title, or its id where nothing of the title can be seen."""
    return escaped(cut(visible(card.title))) or escaped(card.id)


def name_of(stage: Stage) -> str:
    """Return a stage's name."""
    return escaped(cut(visible(stage.name)))


def capital(name: str) -> str:
    """Return *name* with its first letter upper case."""
    return name[:1].upper() + name[1:]
