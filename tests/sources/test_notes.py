import pytest
from tests.sources.told import check_spans, load, turns

from journeyai.sources.loader import Loaded
from journeyai.sources.transcripts import TranscriptLoader

Told = list[tuple[str | None, str, str]]
R, C = "researcher", "customer"


def read(text: str, source: str = "interviews/a.txt") -> Loaded:
    loaded = load(TranscriptLoader(), text, source)
    check_spans(loaded.documents)
    return loaded


NOTES: dict[str, tuple[str, Told]] = {
    "labels with quotes among the researcher's lines": (
        'Home visit, a flat by the river.\nThe lamp is dim. P4: "I cannot read any of it." She laughs.\n'
        'P4 opens the drawer: receipts, a torch.\nP4: "My son does that for me."\nWe leave at noon.',
        [
            (None, R, "Home visit, a flat by the river."),
            (None, R, "The lamp is dim."),
            ("P4", C, "I cannot read any of it."),
            (None, R, "She laughs."),
            (None, R, "P4 opens the drawer: receipts, a torch."),
            ("P4", C, "My son does that for me."),
            (None, R, "We leave at noon."),
        ],
    ),
    "la carpeta": (
        "Visita a P4, tercer piso.\nP4: «Yo prefiero venir en persona.»\nP4 enseña la libreta: recibos y sellos.\n"
        "P4: «El sello no se borra nunca.»\nInterpretación: dice «no me fío de nada» y no es verdad.\n"
        "Preguntamos por el plazo.\nP4: «¿Qué plazo?»\nFin a las doce.",
        [
            (None, R, "Visita a P4, tercer piso."),
            ("P4", C, "Yo prefiero venir en persona."),
            (None, R, "P4 enseña la libreta: recibos y sellos."),
            ("P4", C, "El sello no se borra nunca."),
            (None, R, "Interpretación: dice «no me fío de nada» y no es verdad."),
            (None, R, "Preguntamos por el plazo."),
            ("P4", C, "¿Qué plazo?"),
            (None, R, "Fin a las doce."),
        ],
    ),
    "names of things are not said": (
        '## P4\n- Buys the "Warm Home Bundle" for her mother.\n- Pulsa "Seguir" y lee "Pack Luz Total".\n'
        '- The letter says "your request has been turned down".\n- Her daughter says "they take her for a fool".\n'
        '- We asked "what did you expect from it?" She: "An answer."\n- "It took me the whole morning". Sighs.',
        [
            (None, R, '- Buys the "Warm Home Bundle" for her mother.'),
            (None, R, '- Pulsa "Seguir" y lee "Pack Luz Total".'),
            (None, R, '- The letter says "your request has been turned down".'),
            (None, R, '- Her daughter says "they take her for a fool".'),
            (None, R, '- We asked "what did you expect from it?" She:'),
            ("P4", C, "An answer."),
            ("P4", C, "It took me the whole morning"),
            (None, R, "Sighs."),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), NOTES.values(), ids=NOTES.keys())
def test_notes_part_the_participants_words_from_the_researchers(text: str, expected: Told) -> None:
    loaded = read(text, "notes/a.md")
    assert (loaded.kind, turns(loaded.documents[0])) == ("note", expected)


def test_no_bullet_is_left_as_a_fragment() -> None:
    document = read(
        '## Notes\n- P4: "It took me the whole morning". Laughs.\n- P4: "Never again, I say."\n'
    ).documents[0]
    assert [utterance.text for utterance in document.utterances] == [
        "It took me the whole morning",
        "Laughs.",
        "Never again, I say.",
    ]


def test_an_interview_with_one_aside_stays_an_interview() -> None:
    loaded = read('Moderator: Why?\nP4: "It was cheap", my son said.\nModerator: And?\nP4: So I bought it.')
    assert turns(loaded.documents[0]) == [
        ("Moderator", R, "Why?"),
        ("P4", C, '"It was cheap", my son said.'),
        ("Moderator", R, "And?"),
        ("P4", C, "So I bought it."),
    ]


DIARIES: dict[str, tuple[str, Told]] = {
    "labels": (
        "Diary study, participant D11.\nD11 is a baker.\n\nMon 6 Oct\n\nD11: i paid and it froze.\nno idea why.\n\n"
        'Tue 7 Oct\n\nD11: they said "wait a bit". fine.\n',
        [("D11", C, "i paid and it froze.\nno idea why."), ("D11", C, 'they said "wait a bit". fine.')],
    ),
    "no labels": (
        "Diary study, week 3. Participant D2, two shops.\nMonday\nI rang them and my call was cut.\nNobody came.\n"
        'Tuesday\nMy neighbour said "they never come here" and "they never will come". We wait.\n',
        [
            ("D2", C, "I rang them and my call was cut.\nNobody came."),
            ("D2", C, 'My neighbour said "they never come here" and "they never will come". We wait.'),
        ],
    ),
    "fechas": (
        "Diario de instalación. Participante P5, Soria.\n\nLunes 1 de diciembre\n"
        "Nos dijeron que hoy. Mi suegro lo duda.\n\n"
        "Miércoles 3 de diciembre de 2025, por la tarde\nHe esperado todo el día.\n",
        [("P5", C, "Nos dijeron que hoy. Mi suegro lo duda."), ("P5", C, "He esperado todo el día.")],
    ),
    "dates on the entry's line": (
        "Diario de D3.\n3 de marzo: Me llamaron dos veces.\n4/03/2026 – Hoy me han cobrado.\n"
        "Día 5: He vuelto a llamar.\n",
        [
            ("D3", C, "Me llamaron dos veces."),
            ("D3", C, "Hoy me han cobrado."),
            ("D3", C, "He vuelto a llamar."),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), DIARIES.values(), ids=DIARIES.keys())
def test_a_diary_is_its_keepers_and_dates_and_head_are_nobodys(text: str, expected: Told) -> None:
    loaded = read(text, "notes/a.txt")
    assert (loaded.kind, turns(loaded.documents[0]), loaded.warnings) == ("note", expected, ())
    assert {turn.person for turn in loaded.documents[0].turns} == {f"notes/a.txt|{expected[0][0]}"}


def test_notes_with_dates_in_the_third_person_are_no_diary() -> None:
    loaded = read(
        'Notes on P4.\nMonday\nShe rang them. "I was on hold for an hour".\nTuesday\nShe rang again, angry. '
        '"Nobody knows anything there".\n',
        "notes/a.txt",
    )
    assert [turn[1] for turn in turns(loaded.documents[0]) if turn[0] == "P4"] == [C, C]
