import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.engines.local.titles import MOST_WORDS, best_title
from journeyai.model.vocabulary import Lane


@pytest.mark.parametrize(
    ("quote", "title"),
    [
        pytest.param("The refund took six weeks.", "The refund took six weeks", id="whole"),
        pytest.param("  the   refund\n took six weeks ", "The refund took six weeks", id="blanks"),
        pytest.param("«El reembolso tardó seis semanas»", "El reembolso tardó seis semanas", id="quotes"),
        pytest.param("", "…", id="empty"),
        pytest.param("?!", "?!", id="marks"),
        pytest.param("Broken", "Broken", id="one-word"),
        pytest.param("The app crashes every day!!! 😡", "The app crashes every day", id="shouted-marks"),
        pytest.param("THE APP CRASHES EVERY DAY", "The app crashes every day", id="shouted"),
        pytest.param("¡La app se cae siempre!", "La app se cae siempre", id="spanish-marks"),
        pytest.param("Well, I think the desk closes too early", "The desk closes too early", id="framing"),
        pytest.param("Pues yo creo que la caja cierra pronto", "La caja cierra pronto", id="spanish-framing"),
        pytest.param("The paint chips easily though", "The paint chips easily", id="closing"),
        pytest.param(
            "La pintura salta enseguida, la verdad", "La pintura salta enseguida", id="spanish-closing"
        ),
        pytest.param("Update: the desk closes too early", "The desk closes too early", id="label"),
    ],
)
def test_a_title_is_the_speakers_own_clause(quote: str, title: str) -> None:
    assert best_title([quote], "pain_point") == title


@pytest.mark.parametrize(
    ("quote", "lane", "title"),
    [
        pytest.param(
            "My sister, who had been there the summer before with her two boys, said the queue took an hour",
            "pain_point",
            "Said the queue took an hour",
            id="no-subject-cut-from-its-verb",
        ),
        pytest.param(
            "It costs a fortune to ring them and, when they do pick up, they pass you on to somebody else",
            "pain_point",
            "It costs a fortune to ring them",
            id="no-hanging-clause",
        ),
        pytest.param(
            "Cuesta un mundo que te cojan el teléfono y, cuando lo cogen, te pasan de uno a otro sin parar",
            "pain_point",
            "Cuesta un mundo que te cojan el teléfono",
            id="no-hanging-clause-in-spanish",
        ),
        pytest.param(
            "I would be very happy to stay with this company for years, if the bill ever came out right",
            "pain_point",
            "I would be very happy to stay with this company for years…",
            id="a-condition-is-not-left-out",
        ),
        pytest.param(
            "They took it away on the Monday and the replacement bike arrived without a saddle on the Friday after",
            "pain_point",
            "The replacement bike arrived without a saddle on the Friday after",
            id="no-pronoun-without-its-thing",
        ),
        pytest.param(
            "I had my coat on already, my bag packed and the dog in the car, and the replacement saddle never arrived",
            "pain_point",
            "The replacement saddle never arrived",
            id="the-thing-and-not-the-story",
        ),
        pytest.param(
            "Is there anybody there? The chat never answers.",
            "pain_point",
            "The chat never answers",
            id="no-question",
        ),
        pytest.param("Can I pay by card?", "question", "Can I pay by card?", id="but-where-it-is-one"),
        pytest.param("I said to my wife, a list of what is missing would be nice", "need", None, id="a-wish"),
    ],
)
def test_a_clause_of_a_long_sentence_stands_by_itself(quote: str, lane: Lane, title: str | None) -> None:
    found = best_title([quote], lane)
    assert found == title if title else found.lower() in quote.lower()


@pytest.mark.parametrize(
    ("quotes", "lane", "title"),
    [
        pytest.param(
            ["And it was.", "The refund took six weeks."],
            "pain_point",
            "The refund took six weeks",
            id="says-more",
        ),
        pytest.param(
            ["A woman called Shireen", "The woman at the desk explained every step"],
            "delight",
            "The woman at the desk explained every step",
            id="no-names",
        ),
        pytest.param(
            ["With cash and with a card", "They should show the price with the fee"],
            "need",
            "They should show the price with the fee",
            id="a-need-is-a-wish",
        ),
        pytest.param(
            ["Con tarjeta o a plazos", "Deberían dar una tabla con los plazos"],
            "need",
            "Deberían dar una tabla con los plazos",
            id="a-need-is-a-wish-in-spanish",
        ),
        pytest.param(
            [
                "We painted the shed that week",
                "The lock jams",
                "The lock jams in the rain",
                "Lock jammed again",
            ],
            "pain_point",
            "The lock jams in the rain",
            id="what-the-others-say-too",
        ),
    ],
)
def test_the_clause_that_says_most_for_the_theme_is_taken(quotes: list[str], lane: Lane, title: str) -> None:
    assert best_title(quotes, lane) == title


def test_a_long_sentence_without_clauses_is_cut_before_what_only_adds_to_it() -> None:
    quote = "The driver left my parcel outside the gate of a neighbour three doors down in the pouring rain at night"
    assert (
        best_title([quote], "pain_point")
        == "The driver left my parcel outside the gate of a neighbour three…"
    )
    quote = "The driver left my parcel by the gate of a neighbour in the pouring rain at night again"
    assert best_title([quote], "pain_point") == "The driver left my parcel by the gate of a neighbour"


def test_words_without_any_clause_are_shortened_between_words() -> None:
    words = [f"word{n}" for n in range(40)]
    assert best_title([" ".join(words)], "need") == "Word0 " + " ".join(words[1:12]) + "…"


@given(
    st.lists(st.text(max_size=80), min_size=1, max_size=6),
    st.sampled_from(["pain_point", "delight", "question"]),
)
def test_whatever_was_said_there_is_a_short_title(quotes: list[str], lane: Lane) -> None:
    title = best_title(quotes, lane)
    assert title
    assert len(title.split()) <= MOST_WORDS + 1
    assert title == best_title(quotes, lane)


said = st.lists(
    st.sampled_from(
        [
            "the",
            "app",
            ",",
            "and",
            "if",
            "but",
            "it",
            "crashed",
            ".",
            ":",
            "—",
            "because",
            "que",
            "si",
            "la",
            "y",
            "?",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(said)
def test_a_title_is_words_of_the_quote_in_their_order(quote: str) -> None:
    title = best_title([quote], "pain_point").removesuffix("…")
    assert " ".join(title.casefold().split()) in " ".join(quote.casefold().split())
