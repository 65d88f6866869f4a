"""The real Mermaid reads and draws what is exported, and shows every name as it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from tests.sample_map import ATTACKS, MAPS, english_map

from journeyai.export import export
from journeyai.export.mermaid import name
from journeyai.export.plain import visible
from journeyai.model.journey import JourneyMap

#: Characters that the grammar, Mermaid's escaping, HTML or JavaScript give a meaning to, and words likewise.
_LETTERS: Final = ":;#,%<>&\"'`{}()[]|\\/*_-+=~^$@! ¶ßﬂ°éñ漢👍ab"
_WORDS: Final = [
    "%%",
    "%%{",
    "#58;",
    "&lt;",
    "&amp;",
    "ﬂ°°60¶ß",
    "<br/>",
    "--",
    "---",
    "journey",
    "Title",
    "section",
    "accTitle:",
    "accDescr{",
    "end",
    "style:#1;",
    "classDef",
    "__proto__",
    "constructor",
    "word",
    "<script>alert(1)</script>",
    "<img/src=x/onerror=alert(1)>",
]
_PIECES = st.sampled_from([*_LETTERS, *_WORDS, *(f"{word} " for word in _WORDS)])
NAMES = st.lists(_PIECES, min_size=1, max_size=5).map("".join).map(visible).filter(bool)

#: Draws a diagram, and returns what Mermaid understood and what a reader sees.
DRAW = """async (text) => {
  await mermaid.parse(text);
  const {svg} = await mermaid.render('drawn', text);
  document.body.innerHTML = svg;
  const {db} = await mermaid.mermaidAPI.getDiagramFromText(text);
  const labels = (kind) =>
    [...document.querySelectorAll(`foreignObject:has(> .${kind})`)].map((one) => one.textContent);
  return {
    title: [...document.querySelectorAll('svg > text')].map((one) => one.textContent),
    sections: labels('journey-section'),
    tasks: labels('task'),
    actors: [...document.querySelectorAll('svg text.legend')].map((one) => one.textContent).join(' '),
    scores: db.getTasks().map((task) => task.score),
    elements: [...document.querySelectorAll('body *')].map((one) => one.localName),
    width: document.querySelector('svg').getBoundingClientRect().width,
  };
}"""


@pytest.fixture
def draw(page: Page, npm_file: Callable[[str], Path]) -> Callable[[str], dict[str, Any]]:
    page.set_content("<!doctype html><html><body></body></html>")
    page.add_script_tag(path=npm_file("mermaid/dist/mermaid.min.js"))
    page.evaluate("mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")
    return lambda text: page.evaluate(DRAW, text)


def diagram(journey: JourneyMap) -> str:
    return export(journey, "mermaid").decode("utf-8")


def squeezed(names: list[str]) -> list[str]:
    """Return *names* as they can be compared: a browser folds spaces."""
    return ["".join(text.split()) for text in names]


@pytest.mark.parametrize("sample", MAPS)
def test_every_map_is_read_and_drawn(
    sample: str, draw: Callable[[str], dict[str, Any]], complaints: list[str]
) -> None:
    drawn = draw(diagram(MAPS[sample]()))
    stages = sorted(MAPS[sample]().stages, key=lambda stage: stage.order)
    assert len(drawn["sections"]) == len(stages)
    assert len(drawn["tasks"]) == len(drawn["scores"]) >= len(stages)
    assert set(drawn["scores"]) <= {1, 2, 3, 4, 5}
    assert {"script", "img", "iframe"}.isdisjoint(drawn["elements"])
    assert complaints == []


def test_what_is_drawn_says_what_the_map_says(draw: Callable[[str], dict[str, Any]]) -> None:
    drawn = draw(diagram(english_map()))
    assert drawn["title"][-1] == "A library card that gets used"
    assert drawn["sections"][1:3] == ["Consideration", "★ Joining"]
    assert drawn["tasks"][4:7] == [
        "no feeling told",
        "How it feels · 19 people",
        "The deposit is shown only at the last… · 5 people",
    ]
    assert drawn["scores"][4:7] == [3, 2, 1]
    assert drawn["actors"] == "The family on Saturday The night reader The one-book visitor"


@given(names=st.lists(NAMES, min_size=40, max_size=40))
@example(names=[visible(attack) for attack in ATTACKS if visible(attack)])
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_name_is_drawn_as_it_is(names: list[str], draw: Callable[[str], dict[str, Any]]) -> None:
    """Sections, tasks and actors; neighbours differ, for Mermaid would make them one section."""
    names = [f"{text[:30]}{number}" for number, text in enumerate(names)]
    lines = ["journey", f"  title {name(names[0], 60)}"]
    for text in names:
        lines += [f"  section {name(text, 60)}", f"    {name(text, 60)}: 4: {name(text, 60)}"]
    drawn = draw("\n".join(lines) + "\n")
    assert squeezed(drawn["sections"]) == squeezed(names)
    assert squeezed(drawn["tasks"]) == squeezed(names)
    assert squeezed(drawn["title"][-1:]) == squeezed(names[:1])
    assert {"script", "img"}.isdisjoint(drawn["elements"])
    assert drawn["scores"] == [4] * len(names)
