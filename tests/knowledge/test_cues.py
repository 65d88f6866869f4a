import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyai.knowledge.cues import load_cues
from journeyai.knowledge.letters import fold
from journeyai.knowledge.polarity import load_polarity
from journeyai.knowledge.stopwords import content_words, stopwords
from journeyai.knowledge.templates import load_template, template_ids
from journeyai.model.vocabulary import CHANNELS


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_takes_case_and_accents_away() -> None:
    assert fold("¿Dónde está la FACTURA de Íñigo?") == "¿donde esta la factura de inigo?"


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("I called them and nobody answered the phone.", "phone"),
        ("Me llamaron por teléfono.", "phone"),
        ("I wrote an e-mail.", "email"),
        ("Le mandé un correo electrónico.", "email"),
        ("The app logged me out.", "app"),
        ("Me escribieron por WhatsApp.", "whatsapp"),
        ("The weather was nice.", None),
        ("", None),
    ],
)
def test_a_channel_that_is_named_is_found(text: str, channel: str | None) -> None:
    assert load_cues().channel(text) == channel


def test_every_channel_of_the_cues_is_one_of_the_closed_set() -> None:
    names = [name for name, _ in load_cues().channels]
    assert set(names) <= set(CHANNELS)
    assert len(names) == len(set(names))


def test_no_pattern_matches_everything() -> None:
    cues = load_cues()
    for pattern in (cues.grave, cues.going_back, cues.thought, *(p for _, p in cues.channels)):
        assert not pattern.search("")
        assert not pattern.search("zzz qqq")


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("great service", (1, 0, 0, 0)),
        ("terrible service", (0, 1, 0, 0)),
        ("not great", (0, 0, 1, 0)),
        ("no es terrible", (0, 0, 0, 1)),
        ("not a word of it was great", (1, 0, 0, 0)),
        ("", (0, 0, 0, 0)),
    ],
)
def test_praise_and_complaint_are_counted_with_the_not_before_them(
    words: str, counts: tuple[int, int, int, int]
) -> None:
    assert load_polarity().count(words.split()) == counts


def test_content_words_say_what_a_sentence_is_about() -> None:
    assert content_words("The refund for my 2 tickets was late") == ["refund", "tickets", "late"]
    assert content_words("La devolución de las entradas") == ["devolucion", "entradas"]
    assert all(word == fold(word) for word in stopwords())


@pytest.mark.parametrize("name", template_ids())
def test_every_stage_has_a_place_in_the_lifecycle_or_words_of_its_own(name: str) -> None:
    template = load_template(name)
    assert len({stage.id for stage in template.stages}) == len(template.stages)
    for stage in template.stages:
        assert any(stage.lifecycle) or stage.descriptions["en"]
        assert all(0 <= weight <= 1 for weight in stage.lifecycle)


def test_a_template_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(Exception, match="Did you mean `hubspot`"):
        load_template("hubspt")
    with pytest.raises(Exception, match="There is no template"):
        load_template("../taxonomy/words")
