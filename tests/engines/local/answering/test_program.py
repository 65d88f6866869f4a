"""What the chat says of the program itself, and of what a person has said of opportunities."""

import pytest
from tests.sample_map import english_map, spanish_map

from journeyai.engines.conversation import Answer
from journeyai.engines.local.answering import answer
from journeyai.knowledge.guide import guide
from journeyai.model.journey import JourneyMap, Judged


def ask(question: str, journey: JourneyMap) -> Answer:
    return answer(question, journey, search=lambda text, most: (), language=journey.language)


def entry(told: Answer) -> str:
    """Return the id of the guide's entry that answers; empty for none."""
    titles = {item.title: item.id for language in ("en", "es") for item in guide(language)}
    return next((titles[place.guide] for place in told.cited if place.guide), "")


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("which templates are there?", "templates"),
        ("list the templates", "templates"),
        ("templates", "templates"),
        ("can I export the map as Word?", "export"),
        ("do you speak Spanish?", "language"),
        ("what commands are there?", "commands"),
        ("what is in the guide?", "guide"),
        ("how do I make a future-state map?", "future-map"),
        ("how do I delete a branch?", "branches"),
        ("how do I grade an opportunity?", "desirable"),
        ("¿qué plantillas hay?", "templates"),
        ("¿en qué formatos puedo exportar?", "export"),
        ("¿cómo vuelvo a la rama principal?", "branches"),
        ("¿cómo pongo un responsable?", "owner"),
    ],
)
def test_what_the_program_has_and_does_is_told_by_the_guide(question: str, id_: str) -> None:
    journey = spanish_map() if question.startswith("¿") else english_map()
    assert entry(ask(question, journey)) == id_


@pytest.mark.parametrize(
    "question",
    [
        "what do people say about the templates?",
        "do people mention templates?",
        "which languages do customers speak?",
        "can I use the app in Spanish?",
        "¿qué quejas hay sobre las plantillas?",
        "¿qué métodos de pago hay?",
        "¿hay alguna plantilla para aseguradoras?",
    ],
)
def test_what_customers_may_speak_of_is_not_taken_for_the_program(question: str) -> None:
    assert entry(ask(question, english_map())) == ""


def worked() -> JourneyMap:
    """Return a map of which one opportunity is graded, planned and owned, and another is nothing of these."""
    journey = english_map()
    first = journey.cards[0]
    graded = Judged(desirable="high", viable="unknown", feasible="low", priority=1)
    ideas = [
        first.model_copy(update={"id": id_, "lane": "opportunity", "title": title, "severity": None, **more})
        for id_, title, more in (
            ("c901", "Say it first", {"judged": graded, "progress": "planned", "owner": "Ana"}),
            ("c902", "Say it twice", {"progress": "done"}),
            ("c903", "Say it never", {}),
        )
    ]
    others = [card.model_copy(update={"owner": None}) for card in journey.cards if card.lane != "opportunity"]
    return journey.model_copy(update={"cards": (*others, *ideas)})


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("which opportunities are desirable?", {"c901"}),
        ("which opportunities are feasible?", set()),
        ("what is planned?", {"c901"}),
        ("¿qué oportunidades están hechas?", {"c902"}),
        ("who owns what?", {"c901"}),
        ("what does Ana own?", {"c901"}),
        ("which opportunities have no owner?", {"c903"}),
    ],
)
def test_what_was_said_of_opportunities_is_told(question: str, ids: set[str]) -> None:
    told = ask(question, worked())
    text = " ".join(sentence.text for sentence in told.sentences)
    assert {id_ for id_ in ("c901", "c902", "c903") if id_ in text} == ids
    assert told.found is bool(ids)


def test_a_card_that_is_asked_for_tells_its_grades_and_its_owner() -> None:
    said = [sentence.text for sentence in ask("how viable is c901?", worked()).sentences]
    assert said[1] == "c901: desirable: high · viable: unknown · feasible: low · planned · owner: Ana."
    assert "c903: no owner yet." in [item.text for item in ask("who owns c903?", worked()).sentences]


def test_words_of_progress_about_anything_else_ask_the_sources() -> None:
    assert "opportunit" not in ask("is the delivery done on time?", worked()).sentences[0].text.lower()


def test_stages_are_listed() -> None:
    journey = english_map()
    told = ask("which stages are there?", journey)
    assert all(stage.name in told.sentences[0].text for stage in journey.stages)
