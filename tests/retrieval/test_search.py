from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.retrieval.studies import WordEncoder, document, note, read, source_file

from journeyai.errors import SettingsError
from journeyai.retrieval.filters import Filters
from journeyai.retrieval.index import Index
from journeyai.retrieval.search import Passage, fuse, weighed
from journeyai.settings import SearchSettings

CALL = document(
    "calls/call-1.vtt",
    ("Ana", "agent", ["How can I help?", "I see the bill."]),
    ("Eva", "customer", ["The bill was wrong.", "It said 43.", "Not 26.", "And nobody told me."]),
    kind="call",
)
REVIEWS = [
    document("reviews.csv", (record, "customer", [text]), record=record, kind="review", language=language)
    for record, text, language in [
        ("R1", "The delivery was fast.", "en"),
        ("R2", "La entrega fue rápida.", "es"),
        ("R3", "Nobody told me the price.", "en"),
    ]
]
FILES = [
    read(source_file("calls/call-1.vtt", CALL, kind="call")),
    read(source_file("reviews.csv", *REVIEWS, kind="review")),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.open(tmp_path_factory.mktemp("study"), SearchSettings(), WordEncoder()) as index:
        index.update(FILES)
        index.set_stages({(CALL.key, 2): "use", (REVIEWS[2].key, 0): "consideration"})
        yield index


def test_a_passage_is_the_utterance_with_its_neighbours_in_the_turn(index: Index) -> None:
    (best,) = index.search("said 43", 1)
    assert best == Passage(
        document=("calls/call-1.vtt", None),
        start=CALL.utterances[2].start,
        end=CALL.utterances[4].end,
        text="The bill was wrong. It said 43. Not 26.",
        utterance=3,
        speaker="Eva",
        role="customer",
        at=None,
        kind="call",
        language="en",
        # First in both rankings, and a scrap of three words.
        score=1 / 61,
    )
    assert CALL.text[best.start : best.end] == best.text
    assert (best.source, best.record) == ("calls/call-1.vtt", None)


def test_a_title_does_not_outrank_a_sentence_about_its_topic(tmp_path: Path) -> None:
    told = "The delivery came two weeks after the day that they had given me."
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        index.update([note("a.txt", "Delivery"), note("b.txt", told)])
        assert [found.text for found in index.search("delivery", 2)] == [told, "Delivery"]


def test_a_scrap_of_three_words_counts_half() -> None:
    assert weighed({7: 0.5, 8: 0.5, 9: 0.5}, {7: 0, 8: 3, 9: 4}) == {7: 0.25, 8: 0.25, 9: 0.5}


def test_a_passage_never_crosses_into_another_speakers_turn(index: Index) -> None:
    (best,) = index.search("I see the bill", 1)
    assert (best.speaker, best.text) == ("Ana", "How can I help? I see the bill.")


def test_no_utterance_is_the_answer_twice(index: Index) -> None:
    passages = index.search("bill nobody told me wrong", 10)
    assert len({(p.document, p.utterance) for p in passages}) == len(passages)
    assert {p.text for p in passages if p.document == CALL.key and p.speaker == "Eva"} == {
        "Not 26. And nobody told me.",
        "The bill was wrong. It said 43.",
    }


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        pytest.param(Filters(source="reviews.csv"), {"R1", "R2", "R3"}, id="source"),
        pytest.param(Filters(source="calls/*"), {None}, id="source pattern"),
        pytest.param(Filters(source="no such.txt"), set(), id="no such source"),
        pytest.param(Filters(kind="review"), {"R1", "R2", "R3"}, id="kind"),
        pytest.param(Filters(speaker="EVA"), {None}, id="speaker in any case"),
        pytest.param(Filters(speaker="nobody"), set(), id="no such speaker"),
        pytest.param(Filters(role="agent"), {None}, id="role"),
        pytest.param(Filters(language="es"), {"R2"}, id="language"),
        pytest.param(Filters(stage="consideration"), {"R3"}, id="stage"),
        pytest.param(Filters(role="customer", kind="review", language="en"), {"R1", "R3"}, id="several"),
    ],
)
def test_filters_let_through_only_what_fits(
    index: Index, filters: Filters, documents: set[str | None]
) -> None:
    assert {passage.record for passage in index.search("bill delivery told", 20, filters)} == documents


def test_a_filter_that_lets_everything_through_changes_nothing(index: Index) -> None:
    for question in ("bill", "nobody told me", "fast delivery"):
        assert index.search(question, 5) == index.search(question, 5, Filters(source="*"))


def test_fewer_passages_are_the_first_of_more(index: Index) -> None:
    question = "nobody told me about the delivery bill"
    assert index.search(question, 3) == index.search(question, 20)[:3]


@pytest.mark.parametrize("question", ["", "  \n\t", "\x00"], ids=["nothing", "blanks", "NUL"])
def test_an_empty_question_is_refused(index: Index, question: str) -> None:
    with pytest.raises(SettingsError, match="question is empty"):
        index.search(question)


@pytest.mark.parametrize(
    "question",
    [
        'AND OR NOT NEAR("x" "y", 3)',
        '"',
        "'; DROP TABLE files; --",
        "text : bill*",
        "^bill + wrong",
        "😀🧾",
        "\ud800 bill",
        "bill\x00wrong",
        "%s {} $name \\",
        "a" * 10_000,
        "the bill was wrong and nobody told me " * 300,
    ],
    ids=lambda question: ascii(question[:16]),
)
def test_no_question_breaks_the_search(index: Index, question: str) -> None:
    for filters in (None, Filters(role="customer")):
        assert index.search(question, 3, filters)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(source="[", speaker="\ud800"),
        Filters(source="' OR 1=1"),
        Filters(source="*\x00\ud800"),
        Filters(language="\ud800", stage="'"),
    ],
    ids=repr,
)
def test_no_filter_breaks_the_search(index: Index, filters: Filters) -> None:
    assert index.search("bill", 3, filters) == []


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_is_found_when_nothing_is_asked_for(index: Index, k: int) -> None:
    assert index.search("bill", k) == []


def test_a_text_said_in_many_documents_is_found_in_each_in_order(tmp_path: Path) -> None:
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        index.update([note(f"{name}.txt", "Nobody answered.") for name in "cab"])
        assert [passage.source for passage in index.search("nobody")] == ["a.txt", "b.txt", "c.txt"]


def test_a_file_named_like_a_pattern_is_found_by_its_name(tmp_path: Path) -> None:
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        index.update([note("chat[1].txt", "Nobody answered."), note("chat1.txt", "Nobody answered.")])
        found = index.search("nobody", 5, Filters(source="chat[1].txt"))
        assert [passage.source for passage in found] == ["chat[1].txt"]


def test_names_that_are_not_unicode_are_found(tmp_path: Path) -> None:
    with Index.open(tmp_path, SearchSettings(), WordEncoder()) as index:
        index.update([note("caf\udce9.txt", "Nobody answered.")])
        found = index.search("nobody", 5, Filters(source="caf*"))
        assert [passage.source for passage in found] == ["caf\udce9.txt"]


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=4))
def test_what_every_ranking_puts_first_is_first(rankings: list[list[int]]) -> None:
    scores = fuse(rankings)
    assert set(scores) == {item for ranking in rankings for item in ranking}
    for better in scores:
        for worse in scores:
            if all(
                better in ranking and (worse not in ranking or ranking.index(better) < ranking.index(worse))
                for ranking in rankings
            ):
                assert scores[better] > scores[worse]


def test_fused_scores_are_the_papers() -> None:
    assert fuse([[7, 8], [8]]) == {7: 1 / 61, 8: 1 / 62 + 1 / 61}


#: Question in one language, the passage that answers it in the other.
ACROSS = [
    ("¿Por qué no llega mi reembolso?", "I am still waiting for my money back."),
    ("el pedido llegó roto", "The parcel arrived damaged."),
    ("no puedo entrar en mi cuenta", "It would not let me log in."),
    ("el técnico no vino", "The engineer never showed up on Tuesday."),
    ("¿cuánto cuesta cancelar?", "They charged me a fee for leaving."),
]


def test_spanish_questions_find_english_passages(tmp_path: Path) -> None:
    with Index.open(tmp_path, SearchSettings()) as index:
        index.update([note(f"{n}.txt", text) for n, (_, text) in enumerate(ACROSS)])
        assert [index.search(question, 1)[0].text for question, _ in ACROSS] == [text for _, text in ACROSS]
