"""What the panel tells about a card, and what the filters ask of it."""

from collections.abc import Iterator

from journeyai.export.html.view import View
from journeyai.export.plain import visible
from journeyai.model.journey import Card


def card_rows(view: View) -> list[dict[str, object]]:
    """Return a row a card that is shown, in the map's order; what is empty is left out.

    `e` and `a` are the numbers of its quotes for and against; `s` what the reviewer did; `f` the facts, name and body.
    """
    numbers = {item.id: number for number, item in enumerate(view.journey.evidence)}
    rows = []
    for card in view.reading.cards:
        row: dict[str, object] = {
            "id": card.id,
            "t": visible(card.title),
            "d": visible(card.detail),
            "l": card.lane,
            "g": card.stage,
            "p": [id_ for id_ in card.personas if id_ in view.letters],
            "n": card.people,
            "s": _state(view, card),
            "e": [numbers[id_] for id_ in card.evidence if id_ in numbers],
            "a": [numbers[id_] for id_ in card.against if id_ in numbers],
            "f": [[name, body] for name, body in _facts(view, card) if body],
        }
        rows.append({key: value for key, value in row.items() if value not in ("", [], 0)})
    return rows


def entry_rows(view: View) -> list[dict[str, object]]:
    """Return a row for each entry that is no card but has quotes."""
    numbers = {item.id: number for number, item in enumerate(view.journey.evidence)}
    return [
        {
            "t": visible(entry.text),
            "d": visible(entry.note),
            "e": [numbers[item.id] for item in entry.quotes if item.id in numbers],
        }
        for entry in view.entries
    ]


def _state(view: View, card: Card) -> list[str]:
    """Return what the status filter can ask for."""
    told: list[str] = [card.status]
    told += ["locked"] if card.locked else []
    told += ["assumption"] if card.assumption else []
    told += ["against"] if card.against else []
    told += ["unsure"] if view.reading.unsure(card) else []
    return told


def _facts(view: View, card: Card) -> Iterator[tuple[str, str]]:
    words, reading, say = view.words, view.reading, view.talk.say
    yield "", " · ".join([reading.backing(card), *reading.doubts(card)])
    if reading.unsure(card):
        yield "", words.phrase("unsure_key").removeprefix("? ")
    if card.severity:
        yield say("fact_severity"), f"{card.severity}/3"
    yield say("fact_feeling"), reading.feeling(card)
    yield say("fact_channel"), words.channel(card.channel) if card.channel else ""
    yield words.phrase("personas"), ", ".join(visible(name) for name in reading.persona_names(card))
    yield say("fact_owner"), visible(card.owner or "")
    yield say("fact_judged"), reading.judgement(card)
    yield say("fact_progress"), words.progress(card.progress) if card.progress else ""
    yield say("fact_firm"), reading.firmness(card)
    if card.confidence is not None and not card.assumption:
        yield say("fact_confidence"), f"{round(100 * card.confidence)} %"
    yield say("fact_status"), ", ".join(reading.marks(card))
