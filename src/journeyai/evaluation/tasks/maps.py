"""Task `maps`: every corpus is drafted, and its map compared with the labels."""

from collections.abc import Iterator, Sequence

from journeyai.evaluation.gold import SCORED_LANES, Gold, load, sources_folder
from journeyai.evaluation.matching import compare, made_up, missed
from journeyai.evaluation.scoring import score
from journeyai.evaluation.task import Row, Task, Workplace
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document


def run(work: Workplace) -> Iterator[Row]:
    """Yield the scores of each corpus's map."""
    for folder in work.corpora:
        gold = load(folder)
        work.say(f"maps: {gold.name}")
        drafted = work.draft(sources_folder(folder), gold.language, name=gold.name)
        scores = score(drafted.journey, gold, drafted.documents, seed=work.seed)
        yield Row(gold.name, scores.figures)


def list_errors(journey: JourneyMap, gold: Gold, documents: Sequence[Document]) -> list[str]:
    """Return a line for each passage that *journey* missed or made up in the scored lanes, in gold's and its own order.

    Raises:
        SourceError: the labels do not fit the documents.
    """
    compared = compare(journey, gold, documents)
    lines = [
        f"missed {passage.segment.lane} (taken for {lane or 'nothing'}): {_told(passage.segment.quote)}"
        for passage, lane in missed(compared, SCORED_LANES)
    ]
    lines += [
        f"made up {found.lane} (is {lane or 'not labelled'}): {_told(found.evidence.quote)}"
        for found, lane in made_up(compared, SCORED_LANES)
    ]
    return lines


def _told(quote: str) -> str:
    return " ".join(quote.split())


TASK = Task(
    name="maps",
    title="Maps of labelled corpora",
    about="A corpus is drafted in one pass with default settings, and everything on the map's cards is compared with "
    "what people labelled.",
    run=run,
    of_corpora=True,
)
