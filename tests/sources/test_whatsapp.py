import pytest
from tests.sources.told import check_spans, load, skipped, turns

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.loader import RawFile
from journeyai.sources.whatsapp import WhatsAppLoader

STYLES = {
    "spanish": "12/3/26, 18:04 - Ana: Hola\n12/3/26, 18:05 - Luis: Qué tal\n13/3/26, 8:05 - Ana: Bien\n",
    "spanish 12 hours": (
        "12/3/26, 6:04 p. m. - Ana: Hola\n12/3/26, 6:05 p. m. - Luis: Qué tal\n"
        "13/3/26, 8:05 a. m. - Ana: Bien\n"
    ),
    "british": (
        "12/03/2026, 18:04 - Ana: Hola\n12/03/2026, 18:05 - Luis: Qué tal\n13/03/2026, 08:05 - Ana: Bien\n"
    ),
    "american": (
        "3/12/26, 6:04\u202fPM - Ana: Hola\n3/12/26, 6:05\u202fPM - Luis: Qué tal\n"
        "3/13/26, 8:05\u202fAM - Ana: Bien\n"
    ),
    "german": "12.03.26, 18:04 - Ana: Hola\n12.03.26, 18:05 - Luis: Qué tal\n13.03.26, 08:05 - Ana: Bien\n",
    "iso": (
        "2026-03-12, 18:04 - Ana: Hola\n2026-03-12, 18:05 - Luis: Qué tal\n2026-03-13, 08:05 - Ana: Bien\n"
    ),
    "iphone": (
        "\u200e[12/3/26, 18:04:00] Ana: \u200eHola\n[12/3/26, 18:05:00] ~\u202fLuis: Qué tal\n"
        "[13/3/26, 8:05:00] Ana: Bien\n"
    ),
}


@pytest.mark.parametrize(("style", "text"), STYLES.items(), ids=STYLES.keys())
def test_every_phones_dates_are_read(style: str, text: str) -> None:
    document = load(
        WhatsAppLoader(), text, "chat.txt", SourceSettings(roles={"Luis": "agent", "*": "customer"})
    ).documents[0]
    seconds = ":00" if style == "iphone" else ""
    assert [(t.speaker, t.role, t.at, document.text[t.start : t.end]) for t in document.turns] == [
        ("Ana", "customer", f"2026-03-12T18:04{seconds}", "Hola"),
        ("Luis", "agent", f"2026-03-12T18:05{seconds}", "Qué tal"),
        ("Ana", "customer", f"2026-03-13T08:05{seconds}", "Bien"),
    ]
    assert (document.text, document.channel, document.kind) == (text, "whatsapp", "chat")


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_the_format_is_known_by_its_first_lines(text: str) -> None:
    assert WhatsAppLoader().fits(RawFile("a.txt", ".txt", text.encode(), SourceSettings())) == 0.95


@pytest.mark.parametrize(
    "text",
    ["[10:42] Ana: hola\n[10:43] Luis: hola\n", "12/3/26, 18:04 fue el día\n", "Ana: hola\n", "", "\x00\x01"],
)
def test_other_text_is_left_to_other_loaders(text: str) -> None:
    assert WhatsAppLoader().fits(RawFile("a.txt", ".txt", text.encode(), SourceSettings())) == 0.0


def test_what_the_export_left_out_is_listed_and_the_programs_lines_are_the_systems() -> None:
    loaded = load(
        WhatsAppLoader(),
        "15/3/26, 18:00 - Los mensajes y las llamadas están cifrados de extremo a extremo.\n"
        '15/3/26, 18:01 - Ana cambió el asunto a "Placas: ya"\n'
        "15/3/26, 18:02 - Ana: <Multimedia omitido>\n"
        "15/3/26, 18:03 - Soporte Sol: Buenas, ¿en qué puedo ayudarle?\n"
        "15/3/26, 18:04 - Ana: Mis dudas:\n1) ¿cuánto?\n\n2) nota: nada\n"
        "15/3/26, 18:05 - Ana: Se eliminó este mensaje\n"
        "15/3/26, 18:06 - Ana: IMG-20260315-WA0001.jpg (archivo adjunto)\nMirad la avería\n"
        "15/3/26, 18:07 - Ana: Ya funciona <Se editó este mensaje.>\n",
        "chats/wa.txt",
    )
    check_spans(loaded.documents)
    assert turns(loaded.documents[0]) == [
        (None, "system", "Los mensajes y las llamadas están cifrados de extremo a extremo."),
        (None, "system", 'Ana cambió el asunto a "Placas: ya"'),
        ("Soporte Sol", "agent", "Buenas, ¿en qué puedo ayudarle?"),
        ("Ana", "customer", "Mis dudas:\n1) ¿cuánto?\n\n2) nota: nada"),
        ("Ana", "customer", "Mirad la avería"),
        ("Ana", "customer", "Ya funciona"),
    ]
    assert skipped(loaded) == [
        ("line 3", "a picture, sound or file that the export left out"),
        ("line 9", "a deleted message"),
        ("line 10", "a picture, sound or file that the export left out"),
    ]
    assert loaded.warnings == ()


def test_a_group_of_people_like_each_other_is_all_customers_and_says_so() -> None:
    loaded = load(
        WhatsAppLoader(),
        "".join(f"15/3/26, 18:0{n} - {name}: hola\n" for n, name in enumerate(["Ana", "Luis", "Eva"])),
    )
    assert [turn.role for turn in loaded.documents[0].turns] == ["customer"] * 3
    assert loaded.warnings == (
        "Nobody in this group talks like a company, so everybody is taken as a customer; if that is wrong, "
        'set it in journey.toml: [sources."reviews.csv"] roles = { "Ana" = "agent" }.',
    )


def test_dates_that_could_be_either_are_said() -> None:
    loaded = load(WhatsAppLoader(), "1/2/26, 18:04 - P1: hola\n1/2/26, 18:04 - Agent: hi\n", "a.txt")
    assert loaded.warnings == ("Its dates could be day/month or month/day; they are read as day/month.",)
    assert loaded.documents[0].turns[0].at == "2026-02-01T18:04"


def test_an_export_in_which_nobody_speaks_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"Nobody says anything in `a.txt`\."):
        load(WhatsAppLoader(), "15/3/26, 18:04 - Ana created this group\n", "a.txt")
