from tests.drafting.material import FRAME, Said, document, seen

from journeyai.engines.engine import Engine, PersonaFacts, PersonaWords
from journeyai.engines.scripted import ScriptedEngine

TALK = document("a.md", Said("P1", ["One.", "Two."]))


def test_it_says_what_the_script_says_and_nothing_of_other_documents() -> None:
    engine: Engine = ScriptedEngine({TALK.key: [seen(TALK, 1, "need")]})
    told: list[tuple[int, int]] = []
    other = document("b.md", Said("P2", ["Three."]))
    found = list(engine.observe([other, TALK], FRAME, lambda done, total: told.append((done, total))))
    assert found == [seen(TALK, 1, "need")]
    assert told == [(1, 2), (2, 2)]


def test_its_words_are_plain() -> None:
    engine = ScriptedEngine({})
    assert engine.title(["one two " * 20, "x"], "need", "en") == "one two " * 5 + "one two"
    facts = PersonaFacts("en", 2, (), (), (), (), (), (), ())
    assert engine.describe(facts) == PersonaWords("2 people", "2 people.")
