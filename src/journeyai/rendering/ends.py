"""What stands under the stages: where people did not go straight on, opportunities, rejected cards, what is next."""

from typing import Final

from rich.text import Text

from journeyai.export.plain import visible
from journeyai.export.reading import Reading
from journeyai.knowledge.talk import talk
from journeyai.rendering.cards import card_lines, quote_lines
from journeyai.rendering.choice import Choice
from journeyai.rendering.console import safe
from journeyai.rendering.layout import Lines, heading, joined, labelled, wrap

#: Rejected cards whose ids are told in the chat.
_REJECTED: Final = 8


def transitions(reading: Reading, width: int) -> Lines:
    """Return where people did not go straight on."""
    words, detours = reading.words, reading.detours()
    if not detours or reading.persona:
        return []
    lines = [*heading(Text(words.phrase("transitions")), width), Text()]
    for detour in detours:
        names = safe(detour.origin.name, "bold").append(" → ").append_text(safe(detour.target.name, "bold"))
        lines += wrap(joined([names, words.count("people", detour.people), detour.how]), width, "", "  ")
        if detour.quotes:
            lines += quote_lines(reading, detour.quotes[0], width)
    return lines


def where_to_start(reading: Reading, width: int) -> Lines:
    """Return the pain points that weigh most."""
    words = reading.words
    ranked = reading.heaviest_pains()
    if not ranked:
        return []
    key = Text(words.phrase("start_here_key"), style="dim")
    lines = [*heading(Text(words.phrase("start_here")), width, key), Text()]
    for number, card in enumerate(ranked, 1):
        stage = reading.stage(card.stage)
        owner = words.phrase("owner", name=visible(card.owner)) if card.owner else ""
        about = joined([safe(stage.name) if stage else "", reading.backing(card), owner])
        about.stylize("dim")
        lines += wrap(Text(f"{number:>2}  ").append_text(safe(card.title, "bold")), width, "", "    ")
        lines += wrap(about, width, "    ")
    return lines


def rejected(
    reading: Reading, evidence: bool, width: int, choice: Choice | None = None, *, in_chat: bool = False
) -> Lines:
    """Return the rejected cards' titles with *evidence*, else how many there are; in a chat, how to see them."""
    cards = [
        card
        for card in reading.rejected
        if choice is None
        or (
            (choice.stage is None or card.stage == choice.stage.id)
            and (choice.lane is None or card.lane == choice.lane)
        )
    ]
    if not cards:
        return []
    if not evidence:
        note = reading.words.count("rejected_hidden", len(cards))
        if in_chat:
            spoken = talk("show", reading.journey.language)
            ids = " ".join(card.id for card in cards[:_REJECTED])
            note = spoken.say("rejected_hidden", n=len(cards), ids=ids)
        return [Text(), *wrap(Text(note, style="dim"), width)]
    lines = [*heading(Text(reading.words.phrase("rejected_cards")), width), Text()]
    for card in cards:
        lines += card_lines(reading, card, width, evidence=True)
    return lines


def what_next(reading: Reading, width: int) -> Lines:
    """Return the commands that usually follow."""
    words = reading.words
    worst = [point for point in reading.curve() if point.valence is not None]
    stage = min(worst, key=lambda point: point.valence or 0).stage.id if worst else "ID"
    rows = [
        (f"journeyai show --stage {visible(stage)} --evidence", "next_stage"),
        ("journeyai verify", "next_verify"),
        ("journeyai coverage", "next_coverage"),
        ("journeyai export --format html", "next_export"),
    ]
    side = 2 + max(len(command) for command, _ in rows)
    lines = heading(Text(words.phrase("next")), width)
    for command, name in rows:
        lines += labelled(command, Text(words.phrase(name), style="dim"), width, side, style="")
    return lines
