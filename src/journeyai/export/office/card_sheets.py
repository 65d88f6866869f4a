"""The sheets of cards and of quotes, which lead to each other."""

from collections.abc import Sequence
from typing import Any

from journeyai.export.office.sheets import Column, Sheet
from journeyai.export.office.telling import Telling, capital, clean
from journeyai.export.reading import READING_ORDER
from journeyai.export.spreadsheet import MOST_CHARS
from journeyai.model.journey import Card, Evidence


class CardSheets:
    """The two sheets of one map: a row a card, and a row a quote of a card, both in the order of the map."""

    def __init__(self, file: Any, telling: Telling) -> None:
        self.file = file
        self.telling = telling
        self.words = telling.words
        self.say = telling.talk.say
        self.stages = {stage.id: stage for stage in telling.reading.stages}
        order = {stage.id: number for number, stage in enumerate(telling.reading.stages)}
        lanes = {lane: number for number, lane in enumerate(READING_ORDER)}
        self.cards = sorted(
            telling.journey.cards,
            key=lambda card: (
                order.get(card.stage, len(order)),
                lanes[card.lane],
                -card.people,
                -card.documents,
            ),
        )
        #: Of the sheet of cards; its headings stand in the first row.
        self.row_of = {card.id: number for number, card in enumerate(self.cards, 2)}

    def add_cards(self) -> None:
        """Add the cards, each leading to its quotes."""
        columns = self._card_columns()
        sheet = Sheet(
            self.file, self.say("sheet_cards"), [column.width for column in columns], pages_across=2
        )
        sheet.table(columns)
        at = 2
        for card in self.cards:
            sheet.next()
            count = len(self.telling.reading.quotes((*card.evidence, *card.against)))
            for number, value in enumerate(self._card(card), 1):
                column = columns[number - 1]
                faint = card.status == "rejected" and column.style in {"Text", "Strong"}
                style = "Assumed" if card.assumption and column.style == "Strong" else column.style
                sheet.put(number, value, "Soft" if faint else style)
            if count:
                sheet.link(1, self.say("sheet_evidence"), at, self.say("to_quotes"))
            at += count
        sheet.filtered(len(columns))

    def _card_columns(self) -> list[Column]:
        names = (
            ("card", 9, "Text"),
            ("stage", 18, "Text"),
            ("row", 18, "Text"),
            ("title", 48, "Strong"),
            ("detail", 40, "Text"),
            ("strength", 26, "Text"),
            ("people", 9, "Number"),
            ("documents", 11, "Number"),
            ("mentions", 10, "Number"),
            ("against", 10, "Number"),
            ("doubts", 26, "Text"),
            ("severity", 10, "Number"),
            ("valence", 10, "Decimal"),
            ("emotion", 14, "Text"),
            ("channel", 14, "Text"),
            ("personas", 26, "Text"),
            ("owner", 18, "Text"),
            ("judged", 30, "Text"),
            ("progress", 14, "Text"),
            ("status", 14, "Text"),
            ("confidence", 11, "Decimal"),
            ("stability", 10, "Decimal"),
            ("first_quote", 60, "Said"),
        )
        return [Column(self.say(f"column_{name}"), width, style) for name, width, style in names]

    def _card(self, card: Card) -> list[object]:
        reading, words = self.telling.reading, self.words
        best = reading.best(card)
        stage = self.stages.get(card.stage)
        marks = reading.marks(card)
        return [
            card.id,
            self.telling.stage_name(stage) if stage else None,
            capital(words.lane(card.lane, 1)),
            self.telling.card_title(card, MOST_CHARS),
            card.detail,
            self.telling.strength(card),
            card.people,
            card.documents,
            card.mentions,
            len(card.against),
            " · ".join(reading.doubts(card)),
            card.severity,
            card.valence,
            words.emotion(card.emotion) if card.emotion else None,
            words.channel(card.channel) if card.channel else None,
            ", ".join(clean(name) for name in reading.persona_names(card)),
            card.owner,
            reading.judgement(card),
            words.progress(card.progress) if card.progress else None,
            ", ".join(marks) or self.say("draft"),
            card.confidence,
            card.stability,
            self.telling.heard(best).text if best else words.phrase("no_evidence"),
        ]

    def add_quotes(self) -> None:
        """A row a quote of a card, in the order of the cards; then the quotes that no card stands on."""
        columns = [
            Column(self.say(f"column_{name}"), width, style)
            for name, width, style in (
                ("card", 9, "Text"),
                ("title", 40, "Text"),
                ("for_against", 12, "Text"),
                ("quote", 80, "Said"),
                ("speaker", 20, "Text"),
                ("role", 12, "Text"),
                ("source", 30, "Text"),
                ("record", 14, "Text"),
                ("start", 9, "Number"),
                ("end", 9, "Number"),
                ("time", 20, "Text"),
                ("stage", 18, "Text"),
                ("row", 18, "Text"),
                ("valence", 10, "Decimal"),
                ("emotion", 14, "Text"),
                ("confidence", 11, "Decimal"),
                ("quote_id", 10, "Text"),
            )
        ]
        sheet = Sheet(
            self.file, self.say("sheet_evidence"), [column.width for column in columns], pages_across=2
        )
        sheet.table(columns)
        used: set[str] = set()
        for card in self.cards:
            first = True
            for ids, against in ((card.evidence, False), (card.against, True)):
                for item in self.telling.reading.quotes(ids):
                    used.add(item.id)
                    self._quote(sheet, columns, item, card, against=against)
                    if first:
                        sheet.link(1, self.say("sheet_cards"), self.row_of[card.id], self.say("to_card"))
                    first = False
        for item in self.telling.journey.evidence:
            if item.id not in used:
                self._quote(sheet, columns, item, None, against=False)
        sheet.filtered(len(columns))

    def _quote(
        self, sheet: Sheet, columns: Sequence[Column], item: Evidence, card: Card | None, *, against: bool
    ) -> None:
        stage = self.stages.get(item.stage)
        sheet.next()
        values: tuple[object, ...] = (
            card.id if card else None,
            self.telling.card_title(card) if card else None,
            None if card is None else self.say("against" if against else "for"),
            item.quote,
            item.speaker,
            self.words.role(item.role),
            item.source,
            item.record,
            item.start,
            item.end,
            item.at,
            stage.name if stage else None,
            capital(self.words.lane(item.lane, 1)),
            item.valence,
            self.words.emotion(item.emotion),
            item.confidence,
            item.id,
        )
        for number, (value, column) in enumerate(zip(values, columns, strict=True), 1):
            sheet.put(number, value, column.style)
