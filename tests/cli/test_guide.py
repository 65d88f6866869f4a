import json
from pathlib import Path

import pytest
from tests.typed import Typed

from journeyai.knowledge.guide import guide


def test_without_a_topic_every_entry_is_listed_by_section(typed: Typed, tmp_path: Path) -> None:
    told = typed("guide", cwd=tmp_path)
    page = " ".join(told.stdout.decode().split())
    assert (told.returncode, told.stderr) == (0, b"")
    assert [entry.title for entry in guide("en") if entry.title not in page] == []
    assert [entry.section for entry in guide("en") if entry.section not in page] == []


@pytest.mark.parametrize(
    ("words", "title", "way"),
    [
        (("moment", "of", "truth"), "Moment of truth", "also: "),
        (("momento", "de", "la", "verdad"), "Momento de la verdad", "también: "),
        (("moment-of-truth", "--lang", "es"), "Momento de la verdad", "también: "),
    ],
)
def test_a_topic_is_told_in_its_own_language(
    words: tuple[str, ...], title: str, way: str, typed: Typed, tmp_path: Path
) -> None:
    told = typed("guide", *words, cwd=tmp_path, columns=70)
    lines = told.stdout.decode().splitlines()
    assert told.returncode == 0
    assert lines[1].startswith(f"{title} ━")
    assert lines[2].startswith(way)
    assert max(map(len, lines)) <= 70


def test_as_json_an_entry_is_whole(typed: Typed, tmp_path: Path) -> None:
    told = json.loads(typed("guide", "nps", "--json", cwd=tmp_path).stdout)
    entry = next(entry for entry in guide("en") if entry.id == "nps")
    assert told == [
        {
            "id": "nps",
            "title": "NPS",
            "also": list(entry.names),
            "section": "Research",
            "text": entry.text,
            "source": entry.source,
        }
    ]


def test_what_the_guide_does_not_know_is_said(typed: Typed, tmp_path: Path) -> None:
    told = typed("guide", "xyzzy", cwd=tmp_path)
    assert (told.returncode, told.stdout, told.stderr.decode()) == (
        2,
        b"",
        "The guide says nothing on “xyzzy”.\n`journeyai guide` lists what there is.\n",
    )


def test_a_study_that_is_named_and_is_none_is_told(typed: Typed, tmp_path: Path) -> None:
    told = typed("guide", "nps", "--study", tmp_path / "nowhere", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, b"")
