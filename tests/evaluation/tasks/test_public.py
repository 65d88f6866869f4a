import json
from pathlib import Path

import openpyxl
import pytest
from tests.evaluation.material import card, make_map
from tests.repository import ROOT

from journeyai.errors import SourceError
from journeyai.evaluation.bootstrap import SEED
from journeyai.evaluation.gold import read_documents
from journeyai.evaluation.task import Drafted, Drafter, Row, Workplace
from journeyai.evaluation.tasks.public import EKMAN, TASK, pick, run, shares
from journeyai.evaluation.tasks.public_sets import (
    Aspect,
    Dialogue,
    Felt,
    Sentence,
    read_app_reviews,
    read_goemotions,
    read_mams,
    read_star,
)
from journeyai.model.journey import Evidence
from journeyai.model.vocabulary import EMOTIONS, Emotion, Lane

DATA = ROOT.parent / "shared" / "data"

MAMS_TERMS = """<?xml version="1.0" encoding="utf-8"?>
<sentences><sentence><text>Fine soup, slow boy.</text><aspectTerms>
<aspectTerm term="soup" polarity="positive" from="5" to="9"/>
<aspectTerm term="boy" polarity="negative" from="16" to="19"/>
</aspectTerms></sentence></sentences>"""
MAMS_CATEGORIES = """<sentences><sentence><text>Fine soup, slow boy.</text><aspectCategories>
<aspectCategory category="food" polarity="positive"/><aspectCategory category="place" polarity="neutral"/>
</aspectCategories></sentence></sentences>"""
HEAD = ["App id", "Sentence content", "Feature (Positive)", "Feature (Neutral)", "Feature (Negative)"]


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, *rows: list[str | None]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def dialogue(number: int, annoyed: bool | None, *, multitask: bool = False, end: str = "Complete") -> str:
    events = [{"agent": "User", "text": "A room,\nplease."}, {"agent": "Wizard", "text": "Your name?"}]
    return json.dumps(
        {"id": number, "completion": end, "multitask": multitask, "user_annoyed": annoyed, "events": events}
    )


# Reading


def test_aspects_with_terms_have_places(tmp_path: Path) -> None:
    assert read_mams(written(tmp_path / "test.xml", MAMS_TERMS)) == [
        Sentence("Fine soup, slow boy.", (Aspect(1, "soup", (5, 9)), Aspect(-1, "boy", (16, 19))))
    ]


def test_aspects_with_categories_have_none(tmp_path: Path) -> None:
    assert read_mams(written(tmp_path / "test.xml", MAMS_CATEGORIES)) == [
        Sentence("Fine soup, slow boy.", (Aspect(1), Aspect(0)))
    ]


def test_features_are_parted_and_keep_their_sign(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "truth.xlsx",
        ["x", "Love the maps and the notes, sync is broken", "maps; notes", None, "sync"],
        ["x", "It is an app", None, None, None],
        ["x", None, None, None, None],
    )
    assert read_app_reviews(path) == [
        Sentence(
            "Love the maps and the notes, sync is broken",
            (Aspect(1, "maps"), Aspect(1, "notes"), Aspect(-1, "sync")),
        ),
        Sentence("It is an app", ()),
    ]


def test_a_text_with_two_emotions_is_left_out(tmp_path: Path) -> None:
    labels = written(tmp_path / "labels.txt", "anger\njoy")
    path = written(tmp_path / "test.tsv", "Ha ha \t1\tid1\nHm\t0,1\tid2\nGrr\t0\tid3\n")
    assert read_goemotions(path, labels) == [Felt("Ha ha", "joy"), Felt("Grr", "anger")]


def test_only_whole_dialogues_of_one_task_are_read(tmp_path: Path) -> None:
    lines = [
        dialogue(1, True), dialogue(2, False), dialogue(3, None), dialogue(4, True, multitask=True),
        dialogue(5, False, end="EarlyDisconnect"),
    ]  # fmt: skip
    turns = ((True, "A room, please."), (False, "Your name?"))
    path = written(tmp_path / "star.jsonl", "\n".join(lines) + "\n")
    assert read_star(path) == [Dialogue(1, True, turns), Dialogue(2, False, turns)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("mams/test.xml", "<sentences>", id="xml cut off"),
        pytest.param("mams/test.xml", MAMS_CATEGORIES.replace("neutral", "mild"), id="unknown polarity"),
        pytest.param("app-reviews/Ground_truth.xlsx", "no workbook", id="no workbook"),
        pytest.param("goemotions/test.tsv", "Ha\t7\tid1", id="unknown number"),
        pytest.param("goemotions/test.tsv", "Ha ha", id="no tabs"),
        pytest.param("star/star_sample.jsonl", "{", id="json cut off"),
        pytest.param("star/star_sample.jsonl", "[1]", id="no dialogue"),
    ],
)
def test_a_broken_set_is_an_error_that_names_it(tmp_path: Path, name: str, text: str) -> None:
    path = written(tmp_path / name, text)
    written(tmp_path / "goemotions" / "labels.txt", "anger\njoy")
    with pytest.raises(SourceError, match=path.name):
        list(run(workplace(tmp_path, hearing({}))))


# Figures


def test_every_emotion_has_a_place_in_ekmans() -> None:
    assert set(EKMAN) == set(EMOTIONS)
    assert set(EKMAN.values()) == {"anger", "fear", "joy", "neutral", "sadness", "surprise"}


def test_a_share_is_of_what_can_be_told() -> None:
    (figure, none) = shares({"a": [(1, 1), (0, 2), (0, 0)], "b": [(0, 0), (0, 0), (0, 0)]}, SEED)
    assert (figure.name, figure.value, figure.n) == ("a", 1 / 3, 3)
    assert (none.value, none.n, none.low, none.high) == (None, 0, None, None)


def test_what_is_drawn_by_lot_keeps_its_order_and_is_the_same_each_time() -> None:
    drawn = pick(range(100), 10, 7)
    assert drawn == sorted(drawn) == pick(range(100), 10, 7)
    assert len(set(drawn)) == 10
    assert drawn != pick(range(100), 10, 8)
    assert pick("abc", 5, 7) == ["a", "b", "c"]


Labels = tuple[Lane, float, Emotion]


def hearing(labels: dict[str, Labels]) -> Drafter:
    """Return what drafts maps that hold each of these phrases wherever a customer says it."""

    def draft(sources: Path, language: str, *, name: str) -> Drafted:
        documents = tuple(read_documents(sources))
        evidence = [
            Evidence(
                id=f"{document.source}#{document.record}-{start}", source=document.source, record=document.record,
                start=start, end=start + len(words), quote=words, speaker=None, role="customer", at=None, stage="use",
                lane=lane, valence=valence, emotion=emotion, channel=None,
            )
            for document in documents
            for words, (lane, valence, emotion) in labels.items()
            if (start := document.text.find(words)) >= 0
        ]  # fmt: skip
        cards = [card(item.id, item.lane, "use", 1, item.id) for item in evidence]
        return Drafted(make_map(evidence, cards), documents, 0.0)

    return draft


def workplace(outside: Path | None, draft: Drafter) -> Workplace:
    scratch = (outside or Path()) / "scratch"
    return Workplace(ROOT / "evals" / "data", outside, scratch, draft, SEED, lambda _: None)


def values(row: Row) -> dict[str, tuple[float | None, int]]:
    return {figure.name: (figure.value, figure.n) for figure in row.figures}


PAIN: Labels = ("pain_point", -1.0, "anger")
DELIGHT: Labels = ("delight", 1.0, "joy")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            {"Fine soup": DELIGHT, "slow boy": PAIN},
            {"pain.recall": (1, 1), "delight.recall": (1, 1), "sign": (1, 2), "mixed.split": (1, 1)},
            id="both",
        ),
        pytest.param(
            {"Fine soup, slow boy.": PAIN},
            {"pain.recall": (1, 1), "delight.recall": (0, 1), "sign": (0.5, 2), "mixed.split": (0, 1)},
            id="not told apart",
        ),
        pytest.param(
            {"Fine soup": PAIN, "slow boy": DELIGHT},
            {"pain.recall": (0, 1), "delight.recall": (0, 1), "sign": (0, 2), "mixed.split": (1, 1)},
            id="the wrong way round",
        ),
        pytest.param(
            {},
            {"pain.recall": (0, 1), "delight.recall": (0, 1), "sign": (None, 0), "mixed.split": (0, 1)},
            id="nothing",
        ),
    ],
)
def test_an_aspect_is_found_where_its_words_are_quoted(
    tmp_path: Path, told: dict[str, Labels], expected: dict[str, tuple[float | None, int]]
) -> None:
    written(tmp_path / "mams" / "test.xml", MAMS_TERMS)
    (row,) = run(workplace(tmp_path, hearing(told)))
    assert row.subject == "mams"
    assert values(row) == expected | {"pain.false": (None, 0), "delight.false": (None, 0)}


def test_without_places_anything_in_the_sentence_finds_an_aspect(tmp_path: Path) -> None:
    written(tmp_path / "mams" / "test.xml", MAMS_CATEGORIES)
    (row,) = run(workplace(tmp_path, hearing({"slow boy": DELIGHT, "Fine soup": PAIN})))
    assert values(row) == {
        "pain.recall": (None, 0), "pain.false": (1, 1), "delight.recall": (1, 1), "delight.false": (None, 0),
        "sign": (1, 1), "mixed.split": (None, 0),
    }  # fmt: skip
    assert "categories without places" in row.notes[0]


def test_a_feature_is_found_by_half_of_its_words(tmp_path: Path) -> None:
    workbook(
        tmp_path / "app-reviews" / "Ground_truth.xlsx",
        [
            "x",
            "It lets me arrange the queue but syncing to my phone fails",
            "arrange queue",
            None,
            "phone sync",
        ],
        ["x", "A photo app", None, "photo", None],
    )
    (row,) = run(workplace(tmp_path, hearing({"arrange the": DELIGHT, "fails": PAIN})))
    assert values(row) == {
        "pain.recall": (0, 1), "pain.false": (None, 0), "delight.recall": (1, 1), "delight.false": (None, 0),
        "sign": (1, 1), "mixed.split": (1, 1),
    }  # fmt: skip


def test_an_emotion_is_that_of_the_longest_quote_and_else_neutral(tmp_path: Path) -> None:
    written(tmp_path / "goemotions" / "labels.txt", "anger\njoy\nneutral\ndisgust")
    texts = [
        "That was rude and mean\t0\ta",
        "What a lovely day\t1\tb",
        "The bus is red\t2\tc",
        "Yuck to that\t3\td",
    ]
    written(tmp_path / "goemotions" / "test.tsv", "\n".join(texts))
    told: dict[str, Labels] = {
        "That was rude": ("pain_point", -1, "frustration"),
        "mean": ("pain_point", -1, "sadness"),
        "lovely": ("delight", 1, "surprise"),
    }
    (row,) = run(workplace(tmp_path, hearing(told)))
    assert values(row) == {"emotion.macro_f1": (2 / 3, 3), "emotion.accuracy": (2 / 3, 3)}


def test_friction_is_felt_in_the_dialogues_of_the_annoyed(tmp_path: Path) -> None:
    lines = [dialogue(1, True).replace("A room", "A damned room"), dialogue(2, False), dialogue(3, False)]
    written(tmp_path / "star" / "star_sample.jsonl", "\n".join(lines))
    (row,) = run(workplace(tmp_path, hearing({"A damned room": PAIN})))
    assert values(row) == {"friction.auc": (1, 3), "friction.gap": (1, 3), "stages.order": (None, 0)}


def test_dialogues_felt_alike_tell_nothing_apart(tmp_path: Path) -> None:
    written(tmp_path / "star" / "star_sample.jsonl", "\n".join([dialogue(1, True), dialogue(2, False)]))
    (row,) = run(workplace(tmp_path, hearing({})))
    assert values(row) == {"friction.auc": (0.5, 2), "friction.gap": (0, 2), "stages.order": (None, 0)}


# The task


def test_sets_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    assert list(run(workplace(tmp_path, hearing({})))) == []
    assert list(run(workplace(None, hearing({})))) == []
    assert (TASK.name, TASK.needs_outside) == ("public", True)


@pytest.mark.skipif(not DATA.is_dir(), reason="the data is not beside this checkout")
def test_the_real_sets_are_read_whole() -> None:
    mams = read_mams(DATA / "mams" / "test.xml")
    apps = read_app_reviews(DATA / "app-reviews" / "Ground_truth.xlsx")
    felt = read_goemotions(DATA / "goemotions" / "test.tsv", DATA / "goemotions" / "labels.txt")
    talks = read_star(DATA / "star" / "star_sample.jsonl")
    signs = [aspect.sign for one in mams for aspect in one.aspects]
    assert (len(mams), signs.count(-1), signs.count(1)) == (400, 263, 245)
    assert (len(apps), sum(aspect.sign < 0 for one in apps for aspect in one.aspects)) == (2062, 141)
    assert len(felt) == 4968
    assert (len(talks), sum(one.annoyed for one in talks)) == (319, 112)
