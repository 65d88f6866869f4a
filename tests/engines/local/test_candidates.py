from dataclasses import replace

import pytest
from tests.drafting.material import Said, document

from journeyai.engines.local.candidates import Candidate, _is_fragment, candidates
from journeyai.model.source import Document, Measure
from journeyai.model.vocabulary import Kind, Role


def texts(item: Document) -> list[str]:
    return [found.utterance.text for found in candidates(item)]


TALK = document(
    "a.txt",
    Said("Agent", ["I hate that the van is late.", "We will send a technician tomorrow."], role="agent"),
    Said("Mo", ["What did you hate about the delivery?"], role="researcher"),
    Said("P1", ["The delivery was late twice and I was furious.", "OK.", "Terrible!"]),
    Said("P1", ["1"], measure=Measure("stars", 1, 1, 5)),
    Said(None, ["P1 has left the chat."], role="system"),
    Said("X", ["Nobody knows who I am here."], role="unknown"),
    kind="chat",
)


def test_only_words_that_may_be_evidence_are_read() -> None:
    assert texts(TALK) == [
        "I hate that the van is late.",
        "We will send a technician tomorrow.",
        "The delivery was late twice and I was furious.",
        "Terrible!",
    ]


def test_a_near_duplicate_says_nothing_new() -> None:
    assert candidates(replace(TALK, duplicate_of=("b.txt", None))) == []


def test_a_candidate_knows_where_it_stands() -> None:
    first = candidates(TALK)[0]
    assert first == Candidate(TALK, TALK.utterances[0], TALK.turns[0])


@pytest.mark.parametrize(
    ("role", "kind", "read"),
    [
        ("customer", "interview", True),
        ("agent", "call", True),
        ("researcher", "note", True),
        ("researcher", "interview", False),
        ("system", "chat", False),
        ("unknown", "note", False),
    ],
)
def test_a_researcher_counts_in_notes_alone(role: Role, kind: Kind, read: bool) -> None:
    item = document("a.md", Said("S", ["She closed the tab when she saw the fee."], role=role), kind=kind)
    assert bool(candidates(item)) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The app.", False),
        ("Yes, yes.", False),
        ("Useless.", True),
        ("Malísimo", True),
        ("😡", False),
        ("…", False),
        ("ana.ruiz@correo.example", False),
        ("Order 4471190 B12345", False),
        ("https://norvia.example/help is broken again", True),
        ("It never came.", True),
    ],
)
def test_a_fragment_is_no_claim_unless_it_praises_or_complains(text: str, read: bool) -> None:
    assert bool(candidates(document("a.md", Said("P1", [text])))) == read


@pytest.mark.parametrize("letters", ["a", "é", "a1", "1234", "_", "a_", "@a"])
def test_a_word_of_a_megabyte_is_read_once(letters: str) -> None:
    """Read once for each of its letters it took the better part of a minute, and this test with it."""
    assert not _is_fragment(f"I paid for {letters * (1_000_000 // len(letters))} twice today")
