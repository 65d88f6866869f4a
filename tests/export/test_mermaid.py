"""What is written; that the real Mermaid reads and draws it, is held in tests/browser/test_mermaid.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sample_map import MAPS, empty_map, english_map

from journeyai.export import export
from journeyai.export.mermaid import name, score
from journeyai.export.plain import visible
from journeyai.model.journey import Card, JourneyMap, Persona

_TASK = re.compile(r"    [^:#;\n]*(?:#\d+;[^:#;\n]*)*: [1-5](?:: [^:\n]+)?")
_SECTION = re.compile(r"  section [^:#;\n]*(?:#\d+;[^:#;\n]*)*")


def written(journey: JourneyMap) -> list[str]:
    return export(journey, "mermaid").decode("utf-8").splitlines()


def test_a_section_is_a_stage_and_begins_with_how_it_feels() -> None:
    start = written(english_map()).index("  section ★ Joining")
    assert written(english_map())[start : start + 5] == [
        "  section ★ Joining",
        "    How it feels · 19 people: 2: The one-book visitor, The family on Saturday, The night reader",
        "    The deposit is shown only at the last… · 5 people: 1: The one-book visitor",
        "    Proof of address is refused without a… · 3 people: 1: The one-book visitor",
        "    The form forgets everything when the… · 3 people: 2: The one-book visitor",
    ]


def test_a_stage_that_nobody_feels_anything_about_says_so() -> None:
    assert written(empty_map("es"))[:4] == [
        "journey",
        "  title Mapa del recorrido",
        "  section Stage 1",
        "    sin evidencia: 3",
    ]


@pytest.mark.parametrize("sample", MAPS)
def test_every_line_is_one_that_the_grammar_knows(sample: str) -> None:
    first, title, *lines = written(MAPS[sample]())
    assert (first, title[:8]) == ("journey", "  title ")
    assert [line for line in lines if not (_TASK.fullmatch(line) or _SECTION.fullmatch(line))] == []


@pytest.mark.parametrize(
    ("valence", "whole"),
    [(-2, 1), (-1.5, 1), (-1.4, 2), (-0.5, 2), (-0.4, 3), (0, 3), (0.4, 3), (0.5, 4), (1.5, 5), (2, 5)],
)
def test_scores_are_whole_and_as_far_from_the_middle_on_both_sides(valence: float, whole: int) -> None:
    assert score(valence) == whole


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Price: 5, or more; #1", "Price#58; 5#44; or more#59; #35;1"),
        ("100 % sure %% no", "100 #37; sure #37;#37; no"),
        ('<b>"a" & b</b>', "#60;b#62;#34;a#34; #38; b#60;/b#62;"),
        ("section two", "#115;ection two"),
        ("Journey's end", "#74;ourney's end"),
        ("a\nb\x1b[31m", "a b"),
    ],
)
def test_a_name_means_nothing_to_the_grammar(text: str, safe: str) -> None:
    assert name(text, 60) == safe


def test_a_long_name_is_cut_between_words() -> None:
    assert (name("one two three four", 15), name("x" * 20, 10)) == ("one two three…", "xxxxxxxxx…")


@given(st.text(), st.integers(8, 60))
def test_a_name_is_short_and_reads_back(text: str, limit: int) -> None:
    plain = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), name(text, limit))
    assert len(plain) <= limit
    seen = visible(text)
    assert plain == seen if len(seen) <= limit else seen.startswith(plain[:-1]) and plain[-1] == "…"


def test_a_large_map_stays_within_what_mermaid_takes() -> None:
    stages = tuple(
        stage.model_copy(update={"id": f"s{n}", "order": n, "name": "%" * 40, "valence": 1.0})
        for n, stage in enumerate(english_map().stages * 20, 1)
    )
    cards = tuple(
        Card(id=f"c{stage.id}{n}", lane="need", stage=stage.id, personas=("p1",), title=";" * 90, valence=1.0)
        for stage in stages
        for n in range(5)
    )
    personas = (Persona(id="p1", name="," * 50),)
    journey = english_map().model_copy(update={"stages": stages, "cards": cards, "personas": personas})
    text = export(journey, "mermaid").decode("utf-8")
    assert len(text) < 50_000
    assert text.count("  section ") == len(stages)
