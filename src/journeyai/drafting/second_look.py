"""What an engine says of cards that stand: a stage summed up, a title checked against its quotes."""

from collections.abc import Sequence

from journeyai.engines.engine import CardFacts, Claim, Engine, Frame
from journeyai.model.journey import Card, Evidence, Stage


def facts_of(card: Card, frame: Frame) -> CardFacts:
    """Return what an engine is told of *card*: its words are the engine's own, never a source's."""
    names = {stage.id: stage.told_name for stage in frame.stages}
    return CardFacts(
        card.lane, names[card.stage], card.title, card.people, card.valence or 0.0, card.severity
    )


def summed_up(
    stages: Sequence[Stage], cards: Sequence[Card], frame: Frame, engine: Engine
) -> tuple[Stage, ...]:
    """Return *stages* with the engine's summary of each; one without cards has none.

    What happens in a stage is what its people tell: opportunities are proposals, and are not told.
    """
    inside = [
        [facts_of(card, frame) for card in cards if card.stage == stage.id and card.lane != "opportunity"]
        for stage in stages
    ]
    said = engine.sum_up(inside, frame.language) if any(inside) else None
    if said is None:
        return tuple(stages)
    return tuple(
        stage.model_copy(update={"summary": text if found else ""})
        for stage, found, text in zip(stages, inside, said, strict=True)
    )


def checked(
    cards: Sequence[Card], evidence: Sequence[Evidence], frame: Frame, engine: Engine
) -> tuple[Card, ...]:
    """Return *cards*, each marked with whether its quotes bear it out, if the engine can say.

    Opportunities are proposals and measures are counted: neither is a claim of anybody's words.
    """
    by_id = {item.id: item for item in evidence}
    asked = [card for card in cards if card.lane not in {"opportunity", "measure"}]
    claims = [
        Claim(
            card.title,
            tuple(((item.source, item.record), item.quote) for item in (by_id[id_] for id_ in card.evidence)),
        )
        for card in asked
    ]
    found = engine.check(claims, frame.language) if claims else None
    if found is None:
        return tuple(cards)
    verdicts = {card.id: verdict for card, verdict in zip(asked, found, strict=True)}
    return tuple(card.model_copy(update={"supported": verdicts.get(card.id)}) for card in cards)
