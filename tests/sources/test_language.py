import pytest

from journeyai.sources.language import detect, detect_utterance, most_common


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The refund took three weeks and nobody called me.", "en"),
        ("El reembolso tardó tres semanas y nadie me llamó.", "es"),
        ("O reembolso demorou três semanas e ninguém me ligou.", "pt"),
        ("Le remboursement a pris trois semaines et personne n'a appelé.", "fr"),
        ("ok", "und"),
        ("5", "und"),
        ("👍", "und"),
        ("", "und"),
        ("Возврат денег занял три недели, и никто не позвонил.", "und"),
        ("退款花了三个星期 没有人打电话给我 我很生气", "und"),
    ],
)
def test_a_text_that_cannot_be_told_is_und(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ok thanks", "es"),
        ("I told them that I never received the parcel at home.", "en"),
        ("Nunca recibí el paquete en mi casa.", "es"),
        ("Usé el checkout de la app con wifi", "es"),
    ],
)
def test_an_utterance_leaves_its_documents_language_only_when_clear(text: str, code: str) -> None:
    assert detect_utterance(text, "es") == code


def test_the_usual_language_does_not_depend_on_order() -> None:
    assert most_common(["es", "en"]) == most_common(["en", "es"]) == "en"
    assert most_common(["es", "en", "es"]) == "es"
    assert most_common([]) == "und"
