"""The frame a map is drawn on: stages and lanes from a template, from the user, or from a story in the sources."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from journeyai.engines.engine import Frame, FrameStage
from journeyai.errors import SettingsError
from journeyai.knowledge.letters import fold, slug
from journeyai.knowledge.templates import StageTemplate, Template, known_stages
from journeyai.model.journey import JourneyMap
from journeyai.model.source import Document
from journeyai.model.vocabulary import LIFECYCLE
from journeyai.operations.decisions import FormerStage

MOST_STAGES: Final = 30
_LEAST_STEPS: Final = 5
_NAME_WORDS: Final = 5


def make_frame(
    template: Template, language: str, stages: Sequence[str], documents: Sequence[Document]
) -> Frame:
    """Return the frame for a draft.

    Args:
        template: the method.
        language: of the map's own words.
        stages: the user's own stage names in order; empty for the template's.
        documents: where the steps of a told story are looked for, if the template asks for one.

    Raises:
        SettingsError: a stage has no name, two have the same, or there are more than `MOST_STAGES`.
    """
    if stages:
        chosen = own_stages(stages, language, template)
    elif template.stages_from_story and (story := longest_story(documents)):
        chosen = story_stages(story)
    else:
        chosen = tuple(_stage(stage, language) for stage in template.stages)
    return Frame(template.id, language, chosen, template.lanes)


def frame_of_map(
    journey: JourneyMap,
    template: Template,
    language: str,
    documents: Sequence[Document],
    joined: Mapping[str, Sequence[FormerStage]],
) -> Frame:
    """Return the frame of a map whose stages a person has made theirs: these stages, under their names.

    What belongs into a stage is what its method says of its id, or else what a template says of its name.

    Args:
        journey: the map.
        template: its method.
        language: of the map's own words.
        documents: where the steps of a told story are looked for, if the map's template asks for one.
        joined: stage → former stages that are part of it: what belonged there belongs here.
    """
    known = {stage.id: _stage(stage, language) for stage in template.stages}
    if template.stages_from_story and (story := longest_story(documents)):
        known |= {stage.id: stage for stage in story_stages(story)}

    def meant(id_: str, name: str) -> FrameStage:
        return known.get(id_) or own_stages([name or id_], language, template)[0]

    stages: list[FrameStage] = []
    for stage in sorted(journey.stages, key=lambda stage: stage.order):
        parts = [meant(stage.id, stage.name)]
        parts += [meant(former.id, former.name) for former in joined.get(stage.id, ())]
        about = [parts[0].description, *(part.description or part.name for part in parts[1:])]
        stages.append(
            FrameStage(
                stage.id,
                stage.name,
                " ".join(filter(None, about)),
                tuple(min(1.0, sum(weights)) for weights in zip(*(p.lifecycle for p in parts), strict=True)),
                is_quoted=all(part.is_quoted for part in parts),
            )
        )
    return Frame(template.id, language, tuple(stages), template.lanes)


def own_stages(
    names: Sequence[str], language: str, template: Template | None = None
) -> tuple[FrameStage, ...]:
    """Return stages for the user's own *names*; one that *template* or another method knows brings its meaning along.

    Raises:
        SettingsError: a stage has no name, two have the same, or there are more than `MOST_STAGES`.
    """
    cleaned = [" ".join(name.split()) for name in names]
    if not all(cleaned) or len({fold(name) for name in cleaned}) != len(cleaned):
        raise SettingsError(
            "Each stage needs a name of its own.", 'Write them as --stages "first, second, third".'
        )
    if len(cleaned) > MOST_STAGES:
        raise SettingsError(
            f"{len(cleaned)} stages are more than a map can show.", f"Name at most {MOST_STAGES}."
        )
    known = _known_stages(template)
    stages: list[FrameStage] = []
    for name in cleaned:
        match = known.get(fold(name))
        lifecycle = match.lifecycle if match else (0.0,) * len(LIFECYCLE)
        about = match.descriptions.get(language, match.descriptions["en"]) if match else ""
        id_ = slug(name)
        while id_ in {stage.id for stage in stages}:
            id_ += "_"
        stages.append(FrameStage(id_, name, about, lifecycle))
    return tuple(stages)


def longest_story(documents: Sequence[Document]) -> Document | None:
    """Return the document with the most numbered steps, if one has enough of them."""
    counted = [
        (len({turn.step for turn in document.turns if turn.step is not None}), document)
        for document in documents
    ]
    told = [(count, document) for count, document in counted if count >= _LEAST_STEPS]
    return max(told, key=lambda item: (item[0], item[1].key))[1] if told else None


def story_stages(story: Document) -> tuple[FrameStage, ...]:
    """Return one stage for each numbered step of *story*, in the told order."""
    texts: dict[int, str] = {}
    for turn in story.turns:
        if turn.step is not None:
            texts.setdefault(turn.step, story.text[turn.start : turn.end])
    unknown = (0.0,) * len(LIFECYCLE)
    return tuple(
        FrameStage(
            f"step-{step}", f"{step}. {_short_name(text)}", " ".join(text.split()), unknown, is_quoted=True
        )
        for step, text in sorted(texts.items())[:MOST_STAGES]
    )


def _stage(stage: StageTemplate, language: str) -> FrameStage:
    about, lifecycle = stage.descriptions.get(language, stage.descriptions["en"]), stage.lifecycle
    if not about and not any(lifecycle) and (same := known_stages().get(fold(stage.names["en"]))):
        # A method of somebody's own that only names its stages.
        about, lifecycle = same.descriptions.get(language, same.descriptions["en"]), same.lifecycle
    return FrameStage(stage.id, stage.names.get(language, stage.names["en"]), about, lifecycle)


def _known_stages(template: Template | None) -> dict[str, StageTemplate]:
    """Return the stages of *template*, then those of all methods, by id and by folded name."""
    own = {
        fold(name): stage
        for stage in (template.stages if template else ())
        for name in (stage.id, *stage.names.values())
    }
    return known_stages() | own


def _short_name(text: str) -> str:
    words = re.split(r"[.,;:!?…]\s", " ".join(text.split()), maxsplit=1)[0].split()
    return " ".join(words[:_NAME_WORDS]).rstrip(".,;:") + ("…" if len(words) > _NAME_WORDS else "")
