"""One draft, from documents to a map."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from journeyai.drafting.assemble import Draft, assemble
from journeyai.drafting.coverage import PointPlace, Sighting, count_coverage, sightings
from journeyai.drafting.grounding import Grounded, ground
from journeyai.drafting.personas import find_groups, proposed_groups
from journeyai.drafting.regrouping import regrouped
from journeyai.drafting.stability import with_stability
from journeyai.drafting.themes import Theme, find_themes
from journeyai.engines.engine import Engine, Frame
from journeyai.model.aliases import Progress, StepProgress, VectorSource
from journeyai.model.journey import JourneyMap, MadeBy, Scope, Source, SpeakerRole
from journeyai.model.source import Document, SourceFile
from journeyai.model.vocabulary import SOLICITED, Lane, Role
from journeyai.sources.language import most_common

#: From this many people on, what only one person says is left to `coverage`, or a map would drown in it.
CROWD: Final = 150
#: How sure the engine must be of what only one person says (chosen on the sample studies, docs/decisions/0007).
LEAST_ALONE: Final = 0.6
#: The same in a study of fewer people than `FEW`, where everybody is alone with most of what they say.
LEAST_ALONE_AMONG_FEW: Final = 0.4
FEW: Final = 5
#: Files with more documents than this are tables, whose many speakers are not listed one by one.
_MANY_RECORDS: Final = 50


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn.

    Attributes:
        title: of the map.
        goal: why it is drawn.
        scope: what it covers.
        frame: stages, lanes, language.
        most_personas: 0 for none.
        stability: how often the engine reads everything again to mark each card firm or shaky; 0 for not at all.
        version: JourneyAI's.
        at: the time to write on it (ISO 8601, UTC).
    """

    title: str
    goal: str
    scope: Scope
    frame: Frame
    most_personas: int
    version: str
    at: str
    stability: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A draft and what did not reach it.

    Attributes:
        journey: the map.
        refused: why and how many observations were refused by grounding.
        left_out: points that were grounded but stand on no card (one voice among many; lanes not asked for).
        seen: all that the engine saw, on the map or not.
    """

    journey: JourneyMap
    refused: dict[str, int]
    left_out: int
    seen: Mapping[PointPlace, Sighting]


def draft(
    order: Order,
    files: Sequence[SourceFile],
    documents: Sequence[Document],
    engine: Engine,
    vectors: VectorSource,
    progress: StepProgress,
    is_rejected: Callable[[Theme], bool] | None = None,
) -> Outcome:
    """Draw a map.

    Args:
        order: what is to be drawn.
        files: what was read (their documents are not looked at).
        documents: everything that was said, near-duplicates marked.
        engine: labels and words.
        vectors: sentence vectors, for grouping.
        progress: told how far each step is.
        is_rejected: whether the user wants to hear no more of a theme (`redraft.find_rejected`); None if of all.
    """
    documents = sorted(documents, key=lambda document: (document.source, document.record or ""))
    grounded = observe(documents, order.frame, engine, lambda done, total: progress("observe", done, total))
    wanted = [point for point in grounded.points if _asked_for(point.lane, order.frame)]
    progress("themes", 0, 1)
    with _one_thread():
        themes = find_themes(wanted, vectors) if wanted else []
    progress("themes", 1, 1)
    themes = regrouped(themes, engine, order.frame, lambda done, total: progress("regroup", done, total))
    groups = proposed_groups(wanted, order.frame, engine, order.most_personas)
    if groups is None:
        with _one_thread():
            groups = find_groups(wanted, documents, vectors, order.most_personas) if wanted else []
    people = len({point.person for point in wanted})
    standing = [
        theme for theme in themes if stands(theme, people) and not (is_rejected and is_rejected(theme))
    ]
    made = assemble(standing, groups, documents, order.frame, engine)
    cards = made.cards
    if order.stability:
        cards = with_stability(
            cards,
            made.evidence,
            documents,
            order.frame,
            engine,
            order.stability,
            lambda done, total: progress("again", done, total),
        )
    journey = JourneyMap(
        title=order.title,
        goal=order.goal,
        scope=order.scope,
        language=order.frame.language,
        template=order.frame.template,
        made_by=MadeBy(
            engine=engine.name, model=engine.model, version=order.version, prompts=engine.prompts, at=order.at
        ),
        sources=_sources(files, documents, made),
        stages=made.stages,
        personas=made.personas,
        cards=cards,
        evidence=made.evidence,
        transitions=made.transitions,
        coverage=count_coverage(documents, made.evidence),
    )
    used = sum(len(theme.points) for theme in standing)
    return Outcome(journey, grounded.refused, len(grounded.points) - used, sightings(grounded.points))


def observe(documents: Sequence[Document], frame: Frame, engine: Engine, progress: Progress) -> Grounded:
    """Let *engine* read *documents*, and ground what it says."""
    by_key = {document.key: document for document in documents}
    with _one_thread():
        return ground(engine.observe(documents, frame, progress), by_key)


def stands(theme: Theme, people: int) -> bool:
    """Whether *theme* gets a card: several people, or one voice in a study small enough to hear each.

    Args:
        theme: of one person or several.
        people: how many speak in the whole study.
    """
    if theme.people >= 2:
        return True
    least = LEAST_ALONE_AMONG_FEW if people < FEW else LEAST_ALONE
    return people < CROWD and max(point.observation.weight for point in theme.points) >= least


def _one_thread() -> AbstractContextManager[object]:
    """Keep numpy to one thread meanwhile.

    Matrices are small or few here: further threads mostly wait, and burn the core that somebody else needs
    (20,000 utterances on two cores: 6.2 s of processor time with two, 4.8 s with one, in less wall time).
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits


def _asked_for(lane: Lane, frame: Frame) -> bool:
    return lane in frame.lanes


def _sources(files: Sequence[SourceFile], documents: Sequence[Document], made: Draft) -> tuple[Source, ...]:
    """Describe each file; of a table's many speakers only those that the map quotes."""
    quoted = {(item.source, item.speaker) for item in made.evidence}
    by_source: dict[str, list[Document]] = {}
    for document in documents:
        by_source.setdefault(document.source, []).append(document)
    described = []
    for file in sorted(files, key=lambda file: file.source):
        inside = by_source.get(file.source, [])
        speakers: dict[str, Role] = {}
        for document in inside:
            for turn in document.turns:
                named = turn.speaker is not None and (
                    len(inside) <= _MANY_RECORDS or (file.source, turn.speaker) in quoted
                )
                if named and turn.speaker is not None:
                    speakers.setdefault(turn.speaker, turn.role)
        described.append(
            Source(
                source=file.source,
                sha256=file.sha256,
                kind=file.kind,
                solicited=file.kind in SOLICITED,
                language=most_common([document.language for document in inside]),
                utterances=sum(len(document.utterances) for document in inside),
                speakers=tuple(SpeakerRole(name=name, role=role) for name, role in speakers.items()),
            )
        )
    return tuple(described)
