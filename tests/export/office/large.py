"""Maps larger and ruder than any study, made of the sample map."""

from tests.sample_map import english_map

from journeyai.model.journey import JourneyMap


def large_map(cards: int, quotes_each: int, stages: int = 7) -> JourneyMap:
    """Return a map of so many cards, each with so many quotes of its own, over so many stages."""
    sample = english_map()
    places = tuple(
        sample.stages[0].model_copy(update={"id": f"s{n}", "order": n + 1, "name": f"Stage number {n + 1}"})
        for n in range(stages)
    )
    evidence, found = [], []
    for number in range(cards):
        ids = []
        for part in range(quotes_each):
            item = sample.evidence[(number * quotes_each + part) % len(sample.evidence)]
            ids.append(f"e{number}-{part}")
            changes: dict[str, object] = {
                "id": ids[-1],
                "stage": places[number % stages].id,
                "quote": f"{item.quote} {number}-{part}",
            }
            evidence.append(item.model_copy(update=changes))
        card = sample.cards[number % len(sample.cards)]
        changes = {
            "id": f"c{number}",
            "stage": places[number % stages].id,
            "title": f"{card.title} {number}",
            "status": "draft",
            "against": (),
            "evidence": tuple(ids),
        }
        found.append(card.model_copy(update=changes))
    return sample.model_copy(update={"stages": places, "cards": tuple(found), "evidence": tuple(evidence)})


def with_words(text: str) -> JourneyMap:
    """Return the sample map in which whatever a source or a person wrote is *text*."""
    sample = english_map()
    return sample.model_copy(
        update={
            "title": text,
            "goal": text,
            "stages": tuple(
                stage.model_copy(update={"name": text, "summary": text}) for stage in sample.stages
            ),
            "cards": tuple(
                card.model_copy(update={"title": text, "detail": text, "owner": text})
                for card in sample.cards
            ),
            "personas": tuple(
                persona.model_copy(update={"name": text, "summary": text, "goals": (text,)})
                for persona in sample.personas
            ),
            "evidence": tuple(
                item.model_copy(
                    update={"quote": text, "speaker": text, "source": text, "record": text, "at": text}
                )
                for item in sample.evidence
            ),
        }
    )
