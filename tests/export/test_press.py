"""A press that has rendered one map renders the next as one that never rendered any."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.export.documents import with_documents
from tests.operations.small import documents, ground, small_map
from tests.operations.test_any_changes import LIKELY, changes
from tests.sample_map import english_map

from journeyai.export.html.page import Press
from journeyai.export.material import BARE, Material
from journeyai.knowledge.templates import load_template
from journeyai.model.changes import Change
from journeyai.model.journey import Evidence, JourneyMap, Source
from journeyai.operations.apply import apply
from journeyai.operations.ground import RefusedError

TEXTS = {document.key: document.text for document in documents()}
BEHIND = Material(load_template("cx-lifecycle"), lambda source, record: TEXTS.get((source, record)))


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.sampled_from(["undo", "redo"]) | LIKELY | changes(), min_size=1, max_size=8))
def test_after_any_changes_undone_and_done_again_the_page_is_the_one_that_a_fresh_press_makes(
    steps: list[str | Change],
) -> None:
    press, done, undone = Press(), [small_map()], list[JourneyMap]()
    press.parts(done[-1], BEHIND)
    for step in steps:
        if isinstance(step, Change):
            try:
                done.append(apply(done[-1], [step], ground(done[-1])))
            except RefusedError:
                continue
            undone = []
        elif step == "undo" and len(done) > 1:
            undone.append(done.pop())
        elif step == "redo" and undone:
            done.append(undone.pop())
        assert press.parts(done[-1], BEHIND) == Press().parts(done[-1], BEHIND)


_OTHER_QUOTES: dict[str, Any] = {
    "id": "e999", "source": "elsewhere.txt", "record": "R1", "start": 7, "end": 9, "quote": "quite another",
    "speaker": "Zoe", "role": "agent", "at": "01:02:03", "stage": "elsewhere", "lane": "back_stage", "valence": 1.99,
    "emotion": "relief", "channel": "chat", "confidence": 0.01,
}  # fmt: skip


@pytest.mark.parametrize("field", Evidence.model_fields)
def test_a_press_that_rendered_a_map_before_renders_whatever_differs_in_a_quote(field: str) -> None:
    journey, material = with_documents(english_map())
    item = journey.evidence[3]
    assert getattr(item, field) != _OTHER_QUOTES[field]
    other = item.model_copy(update={field: _OTHER_QUOTES[field]})
    evidence = (*journey.evidence[:3], other, *journey.evidence[4:])
    after = journey.model_copy(update={"evidence": evidence})
    press = Press()
    press.parts(journey, material)
    assert press.parts(after, material) == Press().parts(after, material)


@pytest.mark.parametrize("field", Source.model_fields)
def test_and_whatever_differs_in_a_source(field: str) -> None:
    journey, material = with_documents(english_map())
    source = journey.sources[0]
    others = {
        "source": "elsewhere.txt",
        "sha256": "0" * 64,
        "kind": "note",
        "solicited": not source.solicited,
    }
    others |= {"language": "pt", "utterances": 1, "speakers": ()}
    assert getattr(source, field) != others[field]
    sources = (source.model_copy(update={field: others[field]}), *journey.sources[1:])
    after = journey.model_copy(update={"sources": sources})
    press = Press()
    press.parts(journey, material)
    assert press.parts(after, material) == Press().parts(after, material)


def test_and_another_language_and_other_words_around_the_quotes() -> None:
    journey, material = with_documents(english_map())
    press = Press()
    for now, behind in (
        (journey, material),
        (journey.model_copy(update={"language": "es"}), material),
        (journey, BARE),
        (journey, with_documents(journey, "\nOther words. {n} ")[1]),
    ):
        assert press.parts(now, behind) == Press().parts(now, behind)


def test_quotes_have_another_name_when_they_are_others_and_only_then() -> None:
    journey = english_map()
    press = Press()
    before = press.parts(journey, BARE)
    card = journey.cards[0].model_copy(update={"title": "Another"})
    retitled = press.parts(journey.model_copy(update={"cards": (card, *journey.cards[1:])}), BARE)
    fewer = press.parts(journey.model_copy(update={"evidence": journey.evidence[1:]}), BARE)
    assert retitled.quotes_name == before.quotes_name
    assert fewer.quotes_name != before.quotes_name
    assert retitled.data != before.data
