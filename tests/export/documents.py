"""Documents for a sample map: what its quotes could have been cut from."""

from collections import defaultdict

from journeyai.export import Material
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import JourneyMap


def with_documents(journey: JourneyMap, between: str = "\nSaid before {n}. ") -> tuple[JourneyMap, Material]:
    """Return *journey* with its quotes laid one after another in their documents, and those documents.

    Args:
        journey: any map.
        between: what stands before each quote; `{n}` is the quote's number.
    """
    texts: dict[tuple[str, str | None], str] = defaultdict(str)
    evidence = []
    for number, item in enumerate(journey.evidence, 1):
        place = item.source, item.record
        texts[place] += between.format(n=number)
        start = len(texts[place])
        texts[place] += item.quote + " And said after."
        evidence.append(item.model_copy(update={"start": start, "end": start + len(item.quote)}))
    material = Material(load_template("cx-lifecycle"), lambda source, record: texts.get((source, record)))
    return journey.model_copy(update={"evidence": tuple(evidence)}), material
