"""A card as questions over several documents tell it: our own words and figures, no words of any source."""

from journeyai.engines.engine import CardFacts


def told(card: CardFacts, *, stage: bool) -> str:
    """Return the line that tells *card*, with its stage's name if *stage*."""
    facts = [card.lane.replace("_", " ")]
    if stage:
        facts.append(card.stage)
    facts.append("1 person" if card.people == 1 else f"{card.people} people")
    facts.append(
        f"feeling {card.valence:+.1f}" if card.severity is None else f"severity {card.severity} of 3"
    )
    return f"{' · '.join(facts)}: {card.title}"
