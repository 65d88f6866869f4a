from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drafting.material import Said, document

from journeyai.engines.llm.sharing import SharedWords, stems


def study(*texts: str) -> SharedWords:
    shared = SharedWords()
    shared.read(document(f"{n}.md", Said("Ana", [text])) for n, text in enumerate(texts))
    return shared


@pytest.mark.parametrize(
    ("gist", "told"),
    [
        pytest.param("refund takes weeks", "refund takes weeks", id="all of it is said elsewhere, too"),
        pytest.param("refund takes centuries", "refund takes", id="a word of one document stays there"),
        pytest.param("gimbling refund borogoves", "", id="too little is left"),
        pytest.param(
            "the refund never takes two weeks", "refund never takes weeks", id="small words that turn stay"
        ),
        pytest.param("Refunds a week", "Refunds week", id="other endings are the same word"),
        pytest.param("", "", id="nothing"),
        pytest.param("of the and", "", id="nothing that tells"),
    ],
)
def test_only_words_of_two_documents_go_among_others(gist: str, told: str) -> None:
    shared = study(
        "The refund takes weeks, taking a week.",
        "A refund, weeks of it: it takes ages.",
        "borogoves gimbling",
    )
    assert shared.shareable(gist) == told


def test_a_name_that_one_document_holds_stays_there() -> None:
    shared = study("Oriol lost my parcel.", "Another parcel was lost.")
    assert shared.shareable("Oriol lost parcel") == "lost parcel"


def test_a_document_read_twice_is_one() -> None:
    shared = study("A gimbling booth.", "Nothing of the kind.")
    shared.read([document("0.md", Said("Ana", ["A gimbling booth."]))])
    assert shared.shareable("gimbling booth") == ""


def test_a_thing_posted_twice_is_said_once() -> None:
    first = document("a.md", Said("Ana", ["Move every complaint into praise."]))
    again = replace(
        document("b.md", Said("Bob", ["Move every complaint into praise."])), duplicate_of=first.key
    )
    shared = study("Nothing of the kind.")
    shared.read([first, again])
    assert shared.shareable("move complaint praise") == ""


def test_in_a_study_of_one_document_there_is_nobody_to_keep_anything_from() -> None:
    assert study("A gimbling booth.").shareable("the gimbling booth") == "the gimbling booth"


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_telling_word_goes_that_one_document_alone_says(own: str, other: str) -> None:
    shared = study(own, other)
    assert stems([shared.shareable(own)]) <= stems([own]) & stems([other])
