import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from tests.drafting.material import Said, document
from tests.evaluation.material import DOCUMENTS, GOLD, segment, with_segments
from tests.repository import ROOT

from journeyai.errors import SourceError
from journeyai.evaluation.gold import (
    FEWEST_FILES,
    FEWEST_SEGMENTS,
    GoldMember,
    GoldPersona,
    GoldSegment,
    GoldTheme,
    Passage,
    bare_speaker,
    load,
    locate,
    problems,
    read_documents,
    sources_folder,
)

CORPORA = sorted(path.parent for path in (ROOT / "evals" / "data").glob("*/gold.json"))
SIZES = [
    f"pool: 3 files could be read; a corpus has at least {FEWEST_FILES}.",
    f"pool: 8 segments; a corpus has at least {FEWEST_SEGMENTS}.",
]


@pytest.mark.parametrize("folder", CORPORA, ids=lambda folder: folder.name)
def test_the_labels_of_every_corpus_are_sound(folder: Path) -> None:
    gold = load(folder)
    documents = read_documents(sources_folder(folder))
    assert problems(gold, documents) == []
    assert len(locate(gold, documents)) == len(gold.segments)


def test_every_corpus_says_in_a_card_what_it_is() -> None:
    assert [folder.name for folder in CORPORA if not (folder / "README.md").is_file()] == []


def kept(tmp_path: Path, **changed: Any) -> Path:
    value = asdict(GOLD) | changed
    value.pop("name")
    folder = tmp_path / "pool"
    folder.mkdir()
    (folder / "gold.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


def test_what_is_loaded_is_what_was_written(tmp_path: Path) -> None:
    assert load(kept(tmp_path)) == GOLD


def test_a_key_that_is_not_known_is_passed_over(tmp_path: Path) -> None:
    noted = [asdict(item) | {"note": "ironic"} for item in GOLD.segments]
    assert load(kept(tmp_path, segments=noted)) == GOLD


def test_a_corpus_without_labels_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gold\.json` cannot be read: No such file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"{", "Invalid JSON", id="cut-off"),
        pytest.param(b"[]", "gold.json`: ", id="a-list"),
        pytest.param(b'{"language": "en"}', "`stages`: Field required", id="a-part-missing"),
        pytest.param(b"\xff\xfe\x00", "cannot be read", id="not-utf-8"),
    ],
)
def test_a_broken_file_is_an_error_that_says_where(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "gold.json").write_bytes(content)
    with pytest.raises(SourceError) as error:
        load(tmp_path)
    assert told in error.value.message


@pytest.mark.parametrize(
    ("key", "value"), [("valence", 0.5), ("quote", 7), ("record", 12), ("theme", ["a"])], ids=str
)
def test_a_label_of_the_wrong_kind_is_an_error_that_names_its_segment(
    tmp_path: Path, key: str, value: object
) -> None:
    wrong = [asdict(GOLD.segments[0]), asdict(GOLD.segments[1]) | {key: value}]
    with pytest.raises(SourceError, match=f"`segments.1.{key}`"):
        load(kept(tmp_path, segments=wrong))


def test_a_corpus_keeps_its_files_beside_the_labels_and_a_sample_where_it_ships(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    assert sources_folder(tmp_path) == tmp_path / "sources"
    assert sources_folder(ROOT / "evals/data/sample-es") == ROOT / "knowledge/samples/es/sources"
    (tmp_path / "sample-xx").mkdir()
    with pytest.raises(SourceError, match=r"sample-xx` has no folder `sources`"):
        sources_folder(tmp_path / "sample-xx")


def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "chat.txt").write_text("Ann: The queue is endless.\nBob: It is.\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    assert [item.source for item in read_documents(tmp_path)] == ["chat.txt"]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Leon (customer)", "Leon"),
        ("Raúl (cliente)", "Raúl"),
        ("Ana (Clienta)", "Ana"),
        ("Agent Priya", "Agent Priya"),
        ("Kim (Leeds)", "Kim (Leeds)"),
        ("(customer)", ""),
        (None, None),
    ],
    ids=str,
)
def test_the_role_after_a_name_is_no_part_of_the_name(name: str | None, bare: str | None) -> None:
    assert bare_speaker(name) == bare


def test_a_quote_is_found_whatever_blanks_lie_between_its_words() -> None:
    document_ = document("a.txt", Said("Ann", ["It took\n\n three  days."]))
    item = segment("a.txt", "Ann", "took three\tdays", "pain_point")
    assert locate(with_segments(item), [document_]) == (Passage(item, 8, 26),)
    assert document_.text[8:26] == "took\n\n three  days"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param("The queue was endless.", "the words do not stand in the document.", id="reworded"),
        pytest.param("the queue is endless.", "the words do not stand in the document.", id="other-case"),
        pytest.param("e", "the words stand in the document 10 times", id="everywhere"),
        pytest.param("  ", "the quote is empty.", id="empty"),
    ],
)
def test_a_quote_that_does_not_stand_once_in_its_document_is_told(words: str, told: str) -> None:
    gold = with_segments(segment("desk.txt", "Ann", words, "pain_point"))
    assert [line for line in problems(gold, DOCUMENTS) if told in line]
    with pytest.raises(SourceError) as error:
        locate(gold, DOCUMENTS)
    assert told in error.value.message


def test_occurrences_that_overlap_count_each() -> None:
    home = document("a.txt", Said("Ann", ["no no no"]))
    with pytest.raises(SourceError, match="2 times"):
        locate(with_segments(segment("a.txt", "Ann", "no no", "pain_point")), [home])


def test_signs_in_a_quote_are_no_pattern() -> None:
    home = document("a.txt", Said("Ann", ["(why?) 3.5* [stars]"]))
    assert (
        len(locate(with_segments(segment("a.txt", "Ann", "(why?) 3.5* [stars]", "pain_point")), [home])) == 1
    )
    with pytest.raises(SourceError):
        locate(with_segments(segment("a.txt", "Ann", "3x5", "pain_point")), [home])


def test_a_small_corpus_has_no_other_problem_than_its_size() -> None:
    assert problems(GOLD, DOCUMENTS) == SIZES


def test_a_document_that_is_not_there_is_told() -> None:
    gold = with_segments(*GOLD.segments[1:], segment("desk.txt", "Ann", "endless", "pain_point", record="9"))
    assert "pool: `desk.txt`, record 9, “endless”: there is no such document." in problems(gold, DOCUMENTS)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"lane": "pain"}, "its lane `pain` is none that is known.", id="lane"),
        pytest.param({"stage": "sale"}, "its stage `sale` is none that is known.", id="stage"),
        pytest.param({"emotion": "Joy"}, "its emotion `Joy` is none that is known.", id="emotion"),
        pytest.param({"channel": "fax"}, "its channel `fax` is none that is known.", id="channel"),
        pytest.param({"role": "client"}, "its role `client` is none that is known.", id="role"),
        pytest.param({"valence": -3}, "its valence -3 is not between -2 and 2.", id="valence"),
        pytest.param({"stage": None}, "a pain_point stands at a stage.", id="no-stage"),
        pytest.param({"role": "agent"},
                     "only a customer tells a pain_point, not a speaker whose role is agent.", id="agent"),
        pytest.param({"theme": "cold"}, "its theme `cold` is none of the corpus's themes.", id="theme"),
        pytest.param({"theme": "hours"},
                     "its lane is `pain_point`; the lane of its theme hours is `need`.", id="lane-of"),
        pytest.param({"stage": "find"},
                     "its stage is `find`; the stage of its theme queue is `buy`.", id="stage-of-theme"),
    ],
)  # fmt: skip
def test_a_wrong_label_is_told_with_file_and_quote(changed: dict[str, Any], told: str) -> None:
    wrong = replace(GOLD.segments[0], **changed)
    found = problems(with_segments(wrong, *GOLD.segments[1:]), DOCUMENTS)
    assert f"pool: `desk.txt`, “The queue is endless.”: {told}" in found


def test_a_passage_labelled_twice_is_told() -> None:
    assert problems(with_segments(*GOLD.segments, GOLD.segments[0]), DOCUMENTS)[2:] == [
        "pool: `desk.txt`, “The queue is endless.”: the same words are labelled twice."
    ]


def test_a_passage_that_is_too_long_is_told() -> None:
    long = " ".join(f"word{number}" for number in range(61))
    home = document("a.txt", Said("Ann", [long]))
    found = problems(with_segments(segment("a.txt", "Ann", long, "pain_point")), [home])
    assert any(line.endswith("it has 61 words; a passage has at most 60.") for line in found)
    assert all(len(line) < 200 for line in found)


@pytest.mark.parametrize(
    ("theme", "told"),
    [
        pytest.param(GoldTheme("queue", "pain_point", "x", "buy", None),
                     "the severity of a pain point is 1, 2 or 3, not None.", id="no-severity"),
        pytest.param(GoldTheme("queue", "pain_point", "x", "buy", 4),
                     "the severity of a pain point is 1, 2 or 3, not 4.", id="severity"),
        pytest.param(GoldTheme("queue", "delight", "x", "buy", 1), "only a pain point has a severity.", id="delight"),
        pytest.param(GoldTheme("queue", "action", "x", "buy", None),
                     "its lane `action` is none of pain_point, delight, need.", id="lane"),
        pytest.param(GoldTheme("queue", "pain_point", "x", "sell", 1),
                     "its stage `sell` is none of the corpus's stages.", id="stage"),
        pytest.param(GoldTheme("queue", "pain_point", " ", "buy", 1), "its label is empty.", id="label"),
    ],
)  # fmt: skip
def test_a_wrong_theme_is_told(theme: GoldTheme, told: str) -> None:
    assert f"pool: theme queue: {told}" in problems(
        replace(GOLD, themes=(theme, *GOLD.themes[1:])), DOCUMENTS
    )


def test_a_theme_of_one_passage_is_told() -> None:
    found = problems(with_segments(*GOLD.segments[:-1]), DOCUMENTS)
    assert found[2:] == [
        "pool: theme water: it has 1 passages; a theme has at least 2, a one-off stays without a theme."
    ]


def test_members_exist_once() -> None:
    personas = (
        *GOLD.personas,
        GoldPersona("none", "Nobody", ()),
        GoldPersona("dora", "Dora", (GoldMember("desk.txt", "Dora"), GoldMember("desk.txt", "Ann"))),
    )
    assert problems(replace(GOLD, personas=personas), DOCUMENTS)[2:] == [
        "pool: persona none has no members.",
        "pool: persona dora: `Dora` does not speak in `desk.txt`.",
        "pool: persona dora: `Ann` of `desk.txt` is in persona early already.",
    ]


def test_ids_are_there_once_and_nothing_is_empty() -> None:
    bare = replace(GOLD, language="English", stages=("use", "use"), themes=(), personas=(), segments=())
    assert problems(bare, DOCUMENTS)[1:] == [
        f"pool: 0 segments; a corpus has at least {FEWEST_SEGMENTS}.",
        "pool: the language `English` is no two-letter code.",
        "pool: there are no personas.",
        "pool: there are no themes.",
        "pool: 2 stages are called use.",
    ]


def test_every_problem_of_a_hopeless_corpus_is_told_without_breaking() -> None:
    hopeless = GoldSegment("", "", None, "", "", "", "", "", 99, "", "")
    assert len(problems(with_segments(hopeless), ())) >= 8
