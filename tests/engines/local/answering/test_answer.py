"""Answers to questions of a map that is known word for word, and of one that is hostile or empty."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.repository import ROOT
from tests.sample_map import empty_map, english_map, hostile_map, spanish_map

from journeyai.engines.conversation import Answer, Cited, Sentence
from journeyai.engines.local.answering import answer
from journeyai.engines.local.answering.places import find, of_evidence, people
from journeyai.engines.local.answering.question import cues
from journeyai.engines.local.answering.topics import Topic
from journeyai.errors import SettingsError
from journeyai.evaluation.tasks.questions import HALVES, load_questions
from journeyai.knowledge.guide import guide
from journeyai.knowledge.talk import talk
from journeyai.model.aliases import Vectors
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import Role
from journeyai.retrieval.search import Passage

MAPS = {"en": english_map(), "es": spanish_map(), "empty": empty_map(), "hostile": hostile_map()}
QUESTIONS = [
    asked.question
    for half in HALVES
    for asked in load_questions(ROOT / "evals" / "questions" / f"{half}.jsonl")
]


def nothing(text: str, most: int) -> Sequence[Passage]:
    return ()


def passage(
    text: str, *, source: str = "calls/call-09.vtt", start: int = 5, role: Role = "customer"
) -> Passage:
    return Passage(
        (source, None), start, start + len(text), text, 0, "Ana", role, None, "call", "en", 1.0
    )  # fmt: skip


def ask(question: str, journey: JourneyMap = MAPS["en"], found: Sequence[Passage] = ()) -> Answer:
    return answer(question, journey, search=lambda text, most: found, language=journey.language)


def texts(given_answer: Answer) -> list[str]:
    return [sentence.text for sentence in given_answer.sentences]


def test_a_topic_is_counted_its_cards_named_and_its_quotes_shown() -> None:
    told = ask("How many people complain about fines?")
    assert told.found
    assert texts(told)[:5] == [
        "On the map I find 5 people who complain of “fines”, in 5 documents.",
        "On the map: c36 “Fines go on growing while a returned book is looked for” (5 people).",
        "Pain points:",
        "“i returned it a week ago and the fine is still going up??” — Ilse",
        "“Paid a fine for a book I had brought back.”",
    ]
    assert len(told.sentences[0].cites) == 5
    assert told.cited[0].label == "e89 · chats/chat-ilse.txt"


def test_what_the_map_does_not_quote_is_found_by_search() -> None:
    told = ask("Does anybody mention pigeons?", found=[passage("The pigeons woke me."), passage("Hello.")])
    assert told == Answer(
        True,
        (
            Sentence("I find 1 person who speaks of “pigeons”, in 1 document.", (0,)),
            Sentence("“The pigeons woke me.” — Ana", (0,)),
        ),
        (Cited("The pigeons woke me.", "calls/call-09.vtt", None, 5, 25, "Ana"),),
    )


def test_without_an_index_the_map_still_answers() -> None:
    def refuse(text: str, most: int) -> Sequence[Passage]:
        raise SettingsError("Nothing is indexed yet.", "Run `journeyai index` first.")

    told = answer("what about fines?", MAPS["en"], search=refuse, language="en")
    assert told == ask("what about fines?")
    assert told.found


def test_staff_are_no_customers() -> None:
    told = ask("Does anybody mention pigeons?", found=[passage("The pigeons are our own.", role="agent")])
    assert texts(told) == [
        "No customer speaks of “pigeons”; staff do:",
        "“The pigeons are our own.” — Ana",
    ]


def test_a_passage_that_means_the_same_is_found_by_its_vector() -> None:
    def encode(told: Sequence[str]) -> Vectors:
        return np.array(
            [[1.0, 0.0] if "coo" in text or "pigeon" in text else [0.0, 1.0] for text in told], np.float32
        )

    birds = [passage("They coo all night.")]
    without = answer("what about pigeons?", MAPS["en"], search=lambda text, most: birds, language="en")
    told = answer(
        "what about pigeons?", MAPS["en"], search=lambda text, most: birds, language="en", encode=encode
    )
    assert (without.found, told.found) == (False, True)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Do they sell pizza?", "The sources say nothing about “sell pizza”."),
        ("¿Venden pizza?", "Las fuentes no dicen nada de «Venden pizza»."),
        ("Who is Penelope?", "Nobody called Penelope speaks in the sources, and nobody mentions them."),
        ("What does persona 9 want?", "There is no persona p9; there are p1, p2, p3."),
        ("please?", talk("answers", "en").say("not_understood")),
        ("What do agents say about pigeons?", "I find nothing that staff say about “pigeons”."),
        ("¿Qué dicen los agentes de las palomas?", "No encuentro nada que el personal diga de «palomas»."),
    ],
)
def test_what_is_not_there_is_one_sentence_that_cites_nothing(question: str, sentence: str) -> None:
    assert ask(question) == Answer(False, (Sentence(sentence),))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who is Noor?", "Noor (customer) speaks in chats/chat-noor.txt."),
        ("who is R07?", "R07 (customer) speaks in reviews/reviews.csv R07."),
        ("What does Noor say?", "Noor (customer) speaks in chats/chat-noor.txt."),
        ("What hurts in Discovery?", "Pain points in Discovery, the strongest first:"),
        ("What do people like?", "Delights, the strongest first:"),
        ("Tell me about Everyday use", "Everyday use: "),
        ("What does the night reader want?", "p3 “The night reader” wants:"),
        ("Who are the personas?", "There are 3 personas:"),
        ("Which is the moment of truth?", "Joining is the moment of truth: feelings are strongest there"),
        ("Where do people feel worst?", "People feel worst in Getting help: −0.8 on average"),
        ("What should we fix first?", "What weighs most (people × severity):"),
        ("What is behind c36?", "c36 “Fines go on growing while a returned book is looked for” (5 people)."),
        ("What is a moment of truth?", "A contact at which the customer's opinion of the company is decided"),
        ("¿Qué es un momento de la verdad?", "Contacto en el que se decide la opinión del cliente"),
        ("What are the pain points?", "Pain points, the strongest first:"),
        ("What are pain points?", "Something that costs the customer time"),
        ("How do I undo a change?", "`/undo` takes back the last step"),
        ("Which sources are there?", "The map is drawn from "),
        ("Which channels do people use?", "Channels, by what "),
        ("How do people get in touch with us?", "Channels, by what "),
        ("¿Por qué canales llaman?", "Canales, según lo que cuentan "),
        ("¿Por qué canales llegan los clientes?", "Canales, según lo que cuentan "),
        ("Through which channels do customers arrive?", "Channels, by what "),
        ("What is a channel?", "The way in which a contact happens"),
        ("How is severity computed?", "How bad a pain point is for whoever meets it"),
        ("¿Cómo se calcula la gravedad?", "Cuánto daño hace un punto de dolor"),
        ("How are people counted?", "A person counts once for a card"),
        ("How is the emotion curve computed?", "A line through the stages"),
        ("¿Cómo se calcula la curva de emociones?", "Línea a través de las etapas"),
        ("How is the moment of truth chosen?", "A contact at which the customer's opinion"),
        ("¿Cómo se elige el momento de la verdad?", "Contacto en el que se decide"),
        ("What is missing?", "`/gaps` lists what the map does not know"),
        ("What don't we know yet?", "`/gaps` lists what the map does not know"),
        ("¿Qué falta en el mapa?", "`/gaps` enumera lo que el mapa no sabe"),
        ("¿Qué falta en Discovery?", "`/gaps` enumera lo que el mapa no sabe"),
        ("How do I merge two stages?", 'Say "merge c3 and c7"'),
        ("How do I merge Discovery and Joining?", 'Say "merge c3 and c7"'),
        ("¿Cómo uno dos etapas?", "Diga «fusiona c3 y c7»"),
        ("How can I rename the night reader?", 'Say "rename Use to Riding"'),
        ("How do I add a quote to a card?", "`/search delivery` shows passages"),
        ("How do I add a card?", 'Say "add a stage Moving in after Purchase"'),
        ("¿Se puede deshacer?", "`/undo` deshace el último paso"),
        ("How do I move c12 to Joining?", 'Say "c12 belongs in Support"'),
        ("How do I change the language?", "The map's own words are in the language"),
    ],
)
def test_each_kind_of_question_has_its_answer(question: str, first: str) -> None:
    told = ask(question)
    assert told.found
    assert told.sentences[0].text.startswith(first)


@pytest.mark.parametrize(
    ("said", "language", "key"),
    [
        ("hello", "en", "greeting"),
        ("Hi there!", "en", "greeting"),
        ("Hola, buenos días", "es", "greeting"),
        ("thanks", "en", "thanks"),
        ("Thank you very much, that was helpful.", "en", "thanks"),
        ("¡Muchas gracias!", "es", "thanks"),
        ("What can you do?", "en", "abilities"),
        ("Hello, how can you help me?", "en", "abilities"),
        ("help", "en", "abilities"),
        ("¿Qué puedes hacer?", "es", "abilities"),
        ("Hola, ¿en qué me puedes ayudar?", "es", "abilities"),
        ("ayuda", "es", "abilities"),
    ],
)
def test_a_greeting_gets_one_line_that_cites_nothing(said: str, language: str, key: str) -> None:
    assert ask(said, MAPS[language]) == Answer(True, (Sentence(talk("answers", language).say(key)),))


@pytest.mark.parametrize("said", ["Hi, what about fines?", "Thanks, and what about fines?"])
def test_a_question_behind_a_greeting_is_answered(said: str) -> None:
    assert texts(ask(said))[1:] == texts(ask("What about fines?"))[1:]


@pytest.mark.parametrize(
    "question",
    ["How do people change their card?", "¿Cómo cambian los clientes la tarjeta?", "Can people merge cards?"],
)
def test_what_customers_do_with_cards_is_not_told_by_the_guide(question: str) -> None:
    assert [cited.guide for cited in ask(question).cited if cited.guide] == []


def test_each_deed_has_its_entry_in_the_guide() -> None:
    entries = {entry.id for entry in guide("en")}
    assert set(cues().deeds) - entries == set()


def test_what_agents_say_is_told_by_agents_alone() -> None:
    found = [
        passage("We send pigeons away.", role="agent"),
        passage("The pigeons woke me.", start=40),
    ]
    assert texts(ask("What do agents say about pigeons?", found=found)) == [
        "On “pigeons” staff say:",
        "“We send pigeons away.” — Ana",
    ]


def test_what_agents_say_of_everything_is_what_the_map_quotes_of_them() -> None:
    told = ask("What do agents say?")
    staff = {item.id for item in MAPS["en"].evidence if item.role in {"agent", "system"}}
    assert told.found
    assert {cited.evidence for cited in told.cited} <= staff
    assert texts(ask("What do agents say?", MAPS["empty"])) == ["The map quotes nobody of the staff."]


def test_channels_are_counted_by_people_the_most_used_first() -> None:
    told = ask("Which channels do people use?")
    counts = [int(n) for n in re.findall(r"\((\d+) (?:person|people)\)", told.sentences[0].text)]
    assert len(counts) > 2
    assert counts == sorted(counts, reverse=True)
    assert texts(ask("Which channels do people use?", MAPS["empty"])) == [
        "No quote of the map shows a channel."
    ]


def test_a_name_that_two_people_have_is_asked_back() -> None:
    told = ask("Who is Ana?", found=[passage("One."), passage("Two.", source="calls/call-10.vtt")])
    assert texts(told) == [
        "Several people are called Ana: Ana (calls/call-09.vtt), Ana (calls/call-10.vtt). Whom do you mean?"
    ]
    assert texts(
        ask("Who is Ana in calls/call-10.vtt?", found=[passage("Two.", source="calls/call-10.vtt")])
    )[0] == ("Ana (customer) speaks in calls/call-10.vtt.")


@pytest.mark.parametrize(
    ("start", "found"), [(0, {"e1", "e2"}), (14, {"e2"})], ids=["a title", "a short sentence"]
)
def test_only_the_first_words_of_a_record_speak_for_the_rest_of_it(start: int, found: set[str]) -> None:
    told = (
        ("e1", 40, "The office lost my papers twice and kept the deposit."),
        ("e2", start, "About my holiday"),
    )
    quotes = [
        item.model_copy(
            update={
                "id": id_, "source": "t.json", "record": "7", "start": at, "end": at + len(text), "quote": text
            }
        )
        for item, (id_, at, text) in zip(MAPS["en"].evidence, told, strict=False)
    ]  # fmt: skip
    places = find(Topic([["holiday"]], [item.quote for item in quotes]), quotes, [], "", None)
    assert {place.evidence.id for place in places if place.evidence} == found


def test_what_a_researcher_reports_counts_for_the_person_it_is_about() -> None:
    journey = spanish_map()
    said = next(item for item in journey.evidence if item.role == "customer" and item.speaker)
    reported = said.model_copy(update={"id": "e9999", "role": "researcher", "speaker": None})
    assert people([of_evidence(reported)]) == 1
    assert people([of_evidence(said), of_evidence(reported)]) == 1


def test_what_was_rejected_is_not_told() -> None:
    assert not ask("Are the colours of the form tiring?").found


def test_a_definition_ends_with_an_example_of_this_map() -> None:
    told = ask("What is a pain point?")
    assert any(text.startswith("On this map: c") for text in texts(told))
    assert {cited.guide for cited in told.cited} == {"Pain point", None}


@pytest.mark.parametrize("name", MAPS)
def test_every_answer_points_at_its_places_and_quotes_to_the_letter(name: str) -> None:
    journey = MAPS[name]
    quotes = {item.id: item.quote for item in journey.evidence}
    for question in QUESTIONS:
        told = ask(question, journey)
        assert told.sentences
        assert told == ask(question, journey)
        if not told.found:
            assert (len(told.sentences), told.cited) == (1, ())
        assert {cite for sentence in told.sentences for cite in sentence.cites} == set(range(len(told.cited)))
        for cited in told.cited:
            if cited.evidence is not None:
                assert cited.text == quotes[cited.evidence]
        for sentence in told.sentences:
            if sentence.text.startswith(("“", "«")):
                said = sentence.text[1:].rpartition("”" if sentence.text[0] == "“" else "»")[0]
                assert any(said in " ".join(told.cited[cite].text.split()) for cite in sentence.cites)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_is_answered(question: str) -> None:
    assert ask(question, found=()).sentences


def test_both_languages_have_the_same_sentences() -> None:
    assert set(talk("answers", "en").phrases) == set(talk("answers", "es").phrases)
