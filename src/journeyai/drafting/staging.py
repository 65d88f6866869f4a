"""In which stage what was said stands: on the map as it is now, or else as it was drafted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from journeyai import __version__
from journeyai.model.journey import Evidence, JourneyMap
from journeyai.model.source import Document, DocumentKey
from journeyai.operations.decisions import FormerStage
from journeyai.operations.figures import pointed_at
from journeyai.retrieval.index import Index


def stage_utterances(
    index: Index,
    journey: JourneyMap,
    drafted: JourneyMap | None,
    joined: Mapping[str, Sequence[FormerStage]],
) -> None:
    """Let *index* know in which stage each utterance is; nothing is done if it knows them by this very map.

    Args:
        index: of the study.
        journey: the map as it stands.
        drafted: the map as it was last drafted; None if there is none.
        joined: stage → former stages that are part of it.
    """
    told = repr((__version__, journey, drafted, joined))
    key = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    if index.staged_as() != key:
        documents = list(index.documents())
        index.set_stages(stages_of_utterances(journey, drafted, joined, documents), key)


def stages_of_utterances(
    journey: JourneyMap,
    drafted: JourneyMap | None,
    joined: Mapping[str, Sequence[FormerStage]],
    documents: Sequence[Document],
) -> dict[tuple[DocumentKey, int], str]:
    """Return the stage on *journey* of each utterance that has one, by document and number.

    That of the card that quotes it; of what is on no card, the stage it was drafted into, or the one that took that.

    Args:
        journey: the map as it stands.
        drafted: the map as it was last drafted; None if there is none.
        joined: stage → former stages that are part of it.
        documents: everything that was said.
    """
    takers = {former.id: id_ for id_, parts in joined.items() for former in parts}
    takers |= {stage.id: stage.id for stage in journey.stages}
    shown = _on_cards(journey)
    before = [(item, item.stage) for item in drafted.evidence] if drafted else []
    stages: dict[tuple[DocumentKey, int], str] = {}
    for staged in (before, shown):
        stages |= _placed(((item, takers[stage]) for item, stage in staged if stage in takers), documents)
    return stages


def _on_cards(journey: JourneyMap) -> list[tuple[Evidence, str]]:
    """Return the quotes that anything points at, and the stage they stand in; a card says so before the quote does."""
    stages: dict[str, list[str]] = defaultdict(list)
    for card in sorted(journey.cards, key=lambda card: card.status == "rejected"):
        for id_ in card.evidence:
            stages[id_].append(card.stage)
    shown = []
    for item in pointed_at(journey):
        own = stages.get(item.id, [item.stage])
        shown.append((item, item.stage if item.stage in own else own[0]))
    return shown


def _placed(
    staged: Iterable[tuple[Evidence, str]], documents: Sequence[Document]
) -> dict[tuple[DocumentKey, int], str]:
    """Return the stage of every utterance that a quote shares characters with; of several quotes, the first's."""
    spans: dict[DocumentKey, list[tuple[int, int, str]]] = defaultdict(list)
    for item, stage in staged:
        spans[item.source, item.record].append((item.start, item.end, stage))
    placed: dict[tuple[DocumentKey, int], str] = {}
    for document in documents:
        for start, end, stage in spans.get(document.key, ()):
            for utterance in document.utterances:
                if start < utterance.end and utterance.start < end:
                    placed.setdefault((document.key, utterance.number), stage)
    return placed
