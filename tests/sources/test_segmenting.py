from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.sources.segmenting import LONGEST_CHARACTERS, segment


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in segment(text, 0, len(text))]


SENTENCES = {
    "p.m. and an opening mark": (
        "Llegué a las 5 p.m. ¿Y nadie abrió? No.",
        ["Llegué a las 5 p.m.", "¿Y nadie abrió?", "No."],
    ),
    "p.m. in a sentence": (
        "Me citaron a las 5 p.m. en la tienda.",
        ["Me citaron a las 5 p.m. en la tienda."],
    ),
    "titles": (
        "El Sr. García y Dña. Ana vinieron. Mr. J. R. Hale too.",
        ["El Sr. García y Dña. Ana vinieron.", "Mr. J. R. Hale too."],
    ),
    "numbers": (
        "Ticket nro. 5 costs 3.5 euros. See No. 7. I said no. Then left.",
        ["Ticket nro. 5 costs 3.5 euros.", "See No. 7.", "I said no.", "Then left."],
    ),
    "for example": (
        "Small shops, e.g. Bakers, lose. It is so.",
        ["Small shops, e.g. Bakers, lose.", "It is so."],
    ),
    "no capitals": (
        "llegó tarde. no lo quiero! me llaman? nadie",
        ["llegó tarde.", "no lo quiero!", "me llaman?", "nadie"],
    ),
    "ellipsis": (
        "It was... like slow... But fine… y ya",
        ["It was... like slow...", "But fine… y ya"],
    ),
    "no blank after the stop": (
        "Buen técnico.Nunca más vuelvo!¿Por qué?",
        ["Buen técnico.", "Nunca más vuelvo!", "¿Por qué?"],
    ),
    "addresses": (
        "See https://www.Example.com/a.Html or a.Berg@mail.Example now. Done.",
        ["See https://www.Example.com/a.Html or a.Berg@mail.Example now.", "Done."],
    ),
    "quoted question": (
        "“Really?” she said. «¿De verdad?» dijo.",
        ["“Really?” she said.", "«¿De verdad?» dijo."],
    ),
    "emoji stay with their sentence": (
        "Love it! 😍 Best app 🎉 Very good :) Bye",
        ["Love it! 😍", "Best app 🎉", "Very good :) Bye"],
    ),
    "broken line": (
        "Hello hello I\nalready started. The end\nof it.",
        ["Hello hello I\nalready started.", "The end\nof it."],
    ),
    "complete line": ("No me llega.\nya llamé", ["No me llega.", "ya llamé"]),
    "bullets": (
        "- first thing\n- second thing\n1. I saw it\n2) I left\n\nafter a gap",
        ["first thing", "second thing", "I saw it", "I left", "after a gap"],
    ),
    "nothing said": ("👍 … -- ??? \n\n ***", []),
    "one number": ("5", ["5"]),
    "wide stops": ("很好。太贵了！", ["很好。", "太贵了！"]),
    "invisible marks": ("\u200e\ufeff Hola \u200b\u202e", ["Hola"]),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


CLAUSES = {
    "but": (
        "The staff was great, but the price is absurd.",
        ["The staff was great", "but the price is absurd."],
    ),
    "pero": (
        "El técnico fue amable, pero la avería sigue igual.",
        ["El técnico fue amable", "pero la avería sigue igual."],
    ),
    "the only thing": (
        "I love the bag, the only thing is the zip.",
        ["I love the bag", "the only thing is the zip."],
    ),
    "lo que pasa es que": (
        "La web va bien, lo que pasa es que no cobran nunca.",
        ["La web va bien", "lo que pasa es que no cobran nunca."],
    ),
    "although first": (
        "Although it was cheap, it broke in a week.",
        ["Although it was cheap", "it broke in a week."],
    ),
    "aunque first": (
        "Aunque el pedido llegó tarde, nos trataron muy bien.",
        ["Aunque el pedido llegó tarde", "nos trataron muy bien."],
    ),
    "semicolon": (
        "It came on time; the box was crushed.",
        ["It came on time", "the box was crushed."],
    ),
    "dash": ("Llegó el martes – nadie avisó de nada.", ["Llegó el martes", "nadie avisó de nada."]),
    "short side": ("Nice but too expensive for me.", ["Nice but too expensive for me."]),
    "though at the end": ("The room was clean though.", ["The room was clean though."]),
    "not a contrast": (
        "It was nothing but trouble from the start.",
        ["It was nothing but trouble from the start."],
    ),
    "yet in time": ("I have not yet received my refund.", ["I have not yet received my refund."]),
    "not only but also": (
        "It was not only late but also broken inside.",
        ["It was not only late but also broken inside."],
    ),
    "a word in a before pero": (
        "La web es bonita pero se cae cada tarde.",
        ["La web es bonita", "pero se cae cada tarde."],
    ),
    "a word in es before aunque": (
        "Los chicos son amables aunque llegan siempre tarde.",
        ["Los chicos son amables", "aunque llegan siempre tarde."],
    ),
    "pero as a noun": ("No le puedo poner un pero al muchacho.", ["No le puedo poner un pero al muchacho."]),
    "ningún pero": (
        "No tengo ningún pero que ponerle al sitio.",
        ["No tengo ningún pero que ponerle al sitio."],
    ),
    "el único pero": (
        "El único pero es que cierran muy pronto.",
        ["El único pero es que cierran muy pronto."],
    ),
    "este is no noun's": (
        "Me gusta mucho este pero vale el doble.",
        ["Me gusta mucho este", "pero vale el doble."],
    ),
    "eso sí": (
        "El trato es bueno, eso sí el café es agua.",
        ["El trato es bueno", "eso sí el café es agua."],
    ),
    "si bien": (
        "Al final lo arreglaron, si bien me costó un mes.",
        ["Al final lo arreglaron", "si bien me costó un mes."],
    ),
    "lástima": (
        "El chico fue majo, lástima que no trajera la pieza.",
        ["El chico fue majo", "lástima que no trajera la pieza."],
    ),
    "a pesar de": (
        "A pesar de la cola enorme, la chica me atendió con calma.",
        ["A pesar de la cola enorme", "la chica me atendió con calma."],
    ),
    "despite": (
        "The dentist was gentle despite the hour I waited.",
        ["The dentist was gentle", "despite the hour I waited."],
    ),
    "mind you": (
        "I was happy with the price, mind you the fitting cost double.",
        ["I was happy with the price", "mind you the fitting cost double."],
    ),
    "but for": (
        "I would have paid but for the handling fee.",
        ["I would have paid but for the handling fee."],
    ),
    "a word that begins so": (
        "The old butter dish and the peroxide bottle.",
        ["The old butter dish and the peroxide bottle."],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CLAUSES.values(), ids=CLAUSES.keys())
def test_praise_beside_complaint_is_two_utterances(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_a_run_on_sentence_is_cut_at_conjunctions() -> None:
    text = "so I went there and " * 15
    pieces = cut(text)
    assert max(len(piece.split()) for piece in pieces) <= 60
    assert all(piece.startswith("so I went") or piece.startswith("and so") for piece in pieces)
    assert " ".join(pieces).split() == text.split()


def test_a_line_without_blanks_is_cut_to_size() -> None:
    assert [len(piece) for piece in cut("x" * 2500)] == [833, 833, 834]


def test_only_the_span_asked_for_is_cut() -> None:
    text = "Ana: I paid. Twice. Luis: no"
    assert [text[s:e] for s, e in segment(text, 5, 19)] == ["I paid.", "Twice."]


@given(st.text(alphabet=st.sampled_from("ab1 .,;!?…\n-–()«»\"'¿¡😀é\u200b\u202e:"), max_size=300))
def test_utterances_are_ordered_visible_and_trimmed(text: str) -> None:
    last = 0
    for start, end in segment(text, 0, len(text)):
        piece = text[start:end]
        assert last <= start < end <= len(text)
        assert piece == piece.strip()
        assert any(character.isalnum() for character in piece)
        assert len(piece) <= 2 * LONGEST_CHARACTERS
        last = end


@given(st.text(max_size=300))
def test_no_letter_is_lost_between_utterances(text: str) -> None:
    spans = list(segment(text, 0, len(text)))
    kept = "".join(text[start:end] for start, end in spans)
    # List letters and numbers at the start of a line are the only letters that may go.
    if "." not in text and ")" not in text:
        assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


HOSTILE = {
    "blanks": " " * 300_000,
    "dots": "." * 300_000,
    "line ends": "\n" * 300_000,
    "words": "word " * 60_000,
    "contrasts": "but " * 75_000,
    "concessions": "aunque, " * 40_000,
    "emoji": "a " + "😀" * 300_000,
    "commas": ", " * 150_000,
    "quotes": '."' * 150_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_length_and_not_with_its_square(text: str) -> None:
    begun = process_time()
    cut(text)
    # The square of 300,000 would take hours; the slowest of these takes half a second.
    assert process_time() - begun < 20
