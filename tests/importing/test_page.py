"""Pages of a team's own, however they nest."""

from time import process_time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_map import ATTACKS, MAPS

from journeyai.errors import SourceError
from journeyai.export.markdown import MarkdownExporter
from journeyai.export.material import BARE
from journeyai.importing.believed import Believed
from journeyai.importing.names import StageNames
from journeyai.importing.page import is_our_page, read_page
from journeyai.knowledge.templates import load_template

NAMES: Final = StageNames.of_template(load_template("cx-lifecycle"))


def told(text: str) -> list[tuple[str, str, str]]:
    """Return (stage, lane, text) of everything that a page says."""
    return [(belief.stage, belief.lane, belief.text) for belief in read(text).beliefs]


def read(text: str) -> Believed:
    return read_page(text, NAMES)


SAME: Final = [
    ("Purchase", "pain_point", "Too many forms"),
    ("Purchase", "delight", "It is quick"),
    ("Use", "need", "A lighter one"),
]

LAYOUTS: Final = {
    "stages, then lanes": """
# Our map
## Purchase
### Pain points
- Too many forms
### Delights
* It is quick
## Use
### Needs
1. A lighter one
""",
    "labels in lists": """
## Purchase
- **Pain points:** Too many forms
- Delights: It is quick
## Use
- Needs: A lighter one
""",
    "lists in lists": """
- Purchase
  - Pain points
    - Too many forms
  - Delights
    - It is quick
- Use
  - Needs
    - A lighter one
""",
    "bold lines": """
**Purchase**

Pain points:
- Too many forms

Delights:
- It is quick

**Use**

Needs:
- A lighter one
""",
    "underlined": """
Purchase
========
Pain points
-----------
- Too many forms

Delights
--------
- It is quick

Use
===
Needs
-----
- A lighter one
""",
    "a table with stages across": """
| | Purchase | Use |
|---|---|---|
| Pain points | Too many forms | |
| Delights | It is quick | - |
| Needs | | A lighter one |
""",
    "a table of each stage": """
## Purchase
| Row | Notes |
|---|---|
| Pain points | Too many forms |
| Delights | It is quick |
## Use
| Needs |
|---|
| A lighter one |
""",
    "a table with a row a card": """
Stage | Type | Sticky note
--- | --- | ---
Purchase | Pain | Too many forms
Purchase | Delight | It is quick
Use | Need | A lighter one
""",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_same_map_is_read_from_every_layout(text: str) -> None:
    assert told(text) == SAME


def test_lanes_above_stages_are_read_as_well() -> None:
    text = "## Pain points\n### Purchase\n- Too many forms\n### Use\n- Heavy\n## Needs\n### Use\n- A lighter one\n"
    assert told(text) == [
        ("Purchase", "pain_point", "Too many forms"),
        ("Use", "pain_point", "Heavy"),
        ("Use", "need", "A lighter one"),
    ]


def test_a_page_in_spanish_is_read() -> None:
    text = (
        "# Mapa\n## Compra\n### Puntos de dolor\n- Demasiado papeleo\n### Emociones\n🙁\n"
        "## Uso\n- Necesidades: que pese menos\n"
    )
    found = read(text)
    assert told(text) == [
        ("Compra", "pain_point", "Demasiado papeleo"),
        ("Uso", "need", "que pese menos"),
    ]
    assert (found.title, found.feelings) == ("Mapa", {"Compra": [-1.0]})


def test_stages_of_the_teams_own_are_stages() -> None:
    text = "# Map\n## Waiting for the van\n### Pain points\n- All day at home\n## Purchase\n### Needs\n- A price\n"
    assert told(text)[0] == ("Waiting for the van", "pain_point", "All day at home")


def test_a_row_that_is_not_known_is_kept_and_told() -> None:
    found = read("## Purchase\n### Needs\n- A price\n### Gut feelings\n- They do not care\n")
    belief = found.beliefs[1]
    assert (belief.lane, belief.text, belief.detail) == ("thought", "They do not care", "Gut feelings")
    assert found.unknown_lanes == {"Gut feelings": "thought"}


def test_title_goal_and_personas_are_read() -> None:
    text = (
        "# Our riders\nA workshop.\n\nGoal: mend the winter\n\n## Persona: Kim\n- is 34\n"
        "## Purchase\n### Needs\n- A price\n"
    )
    found = read(text)
    assert (found.title, found.goal, found.personas) == ("Our riders", "mend the winter", ["Kim"])
    assert [key for key, _ in found.told] == ["of_persona", "introduction"]
    assert told(text) == [("Purchase", "need", "A price")]


def test_cells_hold_several_cards() -> None:
    text = "| | Purchase |\n|---|---|\n| Needs | A price<br>• A date; a name |\n| | - an answer |\n"
    assert [text for _, _, text in told(text)] == ["A price", "A date", "a name", "an answer"]


def test_marks_of_markdown_are_not_part_of_the_words() -> None:
    text = "## Purchase\n### Needs\n- [ ] a **clear** [price](http://x.test) with `no` tricks &amp; a \\* <b>date</b>\n"
    assert told(text)[0][2] == "a clear price with no tricks & a * date"


def test_each_belief_knows_its_line() -> None:
    assert [belief.row for belief in read("## Use\n\n### Needs\n\n- one\n- two\n").beliefs] == [5, 6]


@pytest.mark.parametrize("name", MAPS)
def test_our_own_page_is_known(name: str) -> None:
    journey = MAPS[name]()
    page = MarkdownExporter().write(journey, BARE).decode()
    assert is_our_page(page) == bool(journey.cards)


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_hostile_words_are_words(attack: str) -> None:
    found = read(f"## Use\n### Needs\n- {attack}\n")
    assert all(belief.text.isprintable() for belief in found.beliefs)


HOSTILE: Final = {
    "stars": "*" * 9_000,
    "brackets": "[" * 9_000,
    "tags": "<" * 9_000,
    "comments": "<!--\n" * 15_000,
    "pipes": "|" * 5_000 + "\n" + "|-" * 4_000,
    "labels": ("a" * 40 + ":") * 200,
    "deep": "\n".join(" " * depth + "- x" for depth in range(2_000)),
    "spaces": " " * 1_000_000 + "x",
    "headings": "\n".join(f"# h{number}" for number in range(1_000)),
    "items": "- a\n" * 15_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_takes_long(text: str) -> None:
    began = process_time()
    read("## Use\n### Needs\n- A\n" + text)
    assert process_time() - began < 5


def test_a_page_that_nobody_typed_is_refused() -> None:
    for text, words in (("a\n" * 20_001, "20,002 lines"), ("x" * 10_001, "Line 1 of `the page` has 10,001")):
        with pytest.raises(SourceError, match=words):
            read(text)


@given(st.text(alphabet="#-*|:. \nabUse1\t`<>", max_size=200))
def test_no_page_breaks_the_reader(text: str) -> None:
    for belief in read(text).beliefs:
        assert belief.text == belief.text.strip() != ""
