"""What is kept aside for measuring is in nothing that the engine learns from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from evals.heads.exemplars import read_exemplars
from tests.repository import ROOT

from journeyai.evaluation.gold import read_documents, sources_folder
from journeyai.knowledge.letters import fold

#: Fewer words than this are anybody's: "It never came".
FEWEST_WORDS = 4


def held_back() -> Iterator[Path]:
    for path in sorted((ROOT / "evals" / "data").glob("*/gold.json")):
        if json.loads(path.read_text(encoding="utf-8")).get("held_back"):
            yield path.parent


def plain(text: str) -> str:
    """Return the words alone, so that neither commas nor accents hide a copy."""
    return " ".join(re.findall(r"\w+", fold(text)))


def test_the_corpora_that_were_held_back_stay_held_back() -> None:
    assert {folder.name for folder in held_back()} >= {"en-clinic", "es-tramites"}


@pytest.mark.parametrize("folder", list(held_back()), ids=lambda folder: folder.name)
def test_no_exemplar_comes_from_a_corpus_that_is_held_back(folder: Path) -> None:
    documents = read_documents(sources_folder(folder))
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    whole = f" {' '.join(plain(item.text) for item in documents)} "
    # What agents and interviewers say by rote ("bear with me one moment") is nobody's.
    said = {
        plain(u.text) for item in documents for u in item.utterances if item.turn_of(u).role == "customer"
    } | {plain(segment["quote"]) for segment in gold["segments"]}
    telling = [f" {text} " for text in sorted(said) if len(text.split()) >= FEWEST_WORDS]
    exemplars = [(item.text, f" {plain(item.text)} ") for item in read_exemplars()]
    assert [
        text
        for text, words in exemplars
        if (words in whole and len(words.split()) >= FEWEST_WORDS) or any(one in words for one in telling)
    ] == []
