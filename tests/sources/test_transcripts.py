import pytest
from tests.sources.told import check_spans, load, turns

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.loader import Loaded, RawFile
from journeyai.sources.transcripts import TranscriptLoader
from journeyai.sources.whatsapp import WhatsAppLoader

Told = list[tuple[str | None, str, str]]


def read(text: str, source: str = "interviews/a.txt", **settings: object) -> Loaded:
    loaded = load(TranscriptLoader(), text, source, SourceSettings.model_validate(settings))
    check_spans(loaded.documents)
    assert [document.text for document in loaded.documents] == [text]
    return loaded


LAYOUTS: dict[str, tuple[str, Told]] = {
    "names and colons": (
        "Moderator: How was it?\nP3: Fine.\nVery fine.\n\nReally.\nModerator: And then?\nP3: No.",
        [
            ("Moderator", "researcher", "How was it?"),
            ("P3", "customer", "Fine.\nVery fine.\n\nReally."),
            ("Moderator", "researcher", "And then?"),
            ("P3", "customer", "No."),
        ],
    ),
    "bold names, form and headings": (
        "# Interview 4\n\nParticipant: Dana, 34\nDate: 2026-03-02\n\n**Interviewer:** Hi?\n\n"
        "**Dana**: Hello: it broke.\n\n"
        "## Buying\n\n**Interviewer:** Why?\n**Dana:** Price.\n---\n**Interviewer:** Ok?",
        [
            ("Interviewer", "researcher", "Hi?"),
            ("Dana", "customer", "Hello: it broke."),
            ("Interviewer", "researcher", "Why?"),
            ("Dana", "customer", "Price."),
            ("Interviewer", "researcher", "Ok?"),
        ],
    ),
    "names on lines of their own": (
        "**Moderadora**\n¿Qué tal?\n\n**P1**\nBien.\nNote: nada.\n\n**Moderadora**\n¿Y?\n\n**P1**\nNada.",
        [
            ("Moderadora", "researcher", "¿Qué tal?"),
            ("P1", "customer", "Bien.\nNote: nada."),
            ("Moderadora", "researcher", "¿Y?"),
            ("P1", "customer", "Nada."),
        ],
    ),
    "trint": (
        "Ruth [00:00:02] Thanks for joining. How was it?\n\nOmar [00:00:05] Bad.\n\n"
        "Ruth [00:01:00] Why?\nOmar [00:01:05] Cost.",
        [
            ("Ruth", "researcher", "Thanks for joining. How was it?"),
            ("Omar", "customer", "Bad."),
            ("Ruth", "researcher", "Why?"),
            ("Omar", "customer", "Cost."),
        ],
    ),
    "speaker numbers": (
        "(00:00:02) Speaker 1: Can you tell me how it was?\n(00:00:05) Speaker 2: Bad.\n"
        "(00:01:00) Speaker 1: Why?",
        [
            ("Speaker 1", "researcher", "Can you tell me how it was?"),
            ("Speaker 2", "customer", "Bad."),
            ("Speaker 1", "researcher", "Why?"),
        ],
    ),
    "one spelling for a name": (
        "MODERATOR: How?\nP3: So.\nModerator: And?\np3: No.",
        [
            ("MODERATOR", "researcher", "How?"),
            ("P3", "customer", "So."),
            ("MODERATOR", "researcher", "And?"),
            ("P3", "customer", "No."),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_an_interview_is_read_turn_by_turn(text: str, expected: Told) -> None:
    loaded = read(text)
    assert (loaded.kind, turns(loaded.documents[0]), loaded.warnings) == ("interview", expected, ())


def test_a_chat_has_times_roles_and_notices() -> None:
    loaded = read(
        "[10:41] You are now connected.\n[10:42] Agent Priya: Hello.\n"
        "10:42:07 Leon (customer): hi\nit broke\n"
        "[10:43] -- Priya left --\n",
        "x/log.txt",
    )
    document = loaded.documents[0]
    assert (loaded.kind, document.channel) == ("chat", "chat")
    assert [(t.speaker, t.role, t.at, t.person) for t in document.turns] == [
        (None, "system", "10:41", None),
        ("Agent Priya", "agent", "10:42", None),
        ("Leon (customer)", "customer", "10:42:07", "x/log.txt|Leon (customer)"),
        (None, "system", "10:43", None),
    ]
    assert turns(document)[2][2] == "hi\nit broke"


def test_otter_text_has_speakers_above_their_words_and_a_footer() -> None:
    loaded = read(
        "SUMMARY KEYWORDS\nbank, app\nSPEAKERS\nP03, Interviewer\n\nInterviewer  00:02\nHow was it?\n\n"
        "P03  01:00:13\nI tried the app first.\n\nTranscribed by https://otter.ai\n",
        "a.txt",
    )
    assert [(t.speaker, t.role, t.at) for t in loaded.documents[0].turns] == [
        ("Interviewer", "researcher", "00:00:02"),
        ("P03", "customer", "01:00:13"),
    ]
    assert turns(loaded.documents[0])[1][2] == "I tried the app first."


def test_a_monologue_with_times_is_the_participants_whom_the_head_names() -> None:
    loaded = read(
        "Voice diary, one participant only: Lola (34)\n\n[00:00:04] Right.\n[00:00:11] It broke.\nTwice.\n"
    )
    assert [(t.speaker, t.role, t.person, t.at) for t in loaded.documents[0].turns] == [
        ("Lola", "customer", "interviews/a.txt|Lola", "00:00:04"),
        ("Lola", "customer", "interviews/a.txt|Lola", "00:00:11"),
    ]
    assert loaded.warnings == ()


def test_a_monologue_that_names_nobody_says_so() -> None:
    loaded = read("[00:04] Right.\n[00:11] It broke.\n", "a.txt")
    assert [(t.speaker, t.role, t.person, t.at) for t in loaded.documents[0].turns] == [
        (None, "customer", "a.txt#", "00:00:04"),
        (None, "customer", "a.txt#", "00:00:11"),
    ]
    assert loaded.warnings == (
        "It names no speakers; everything in it is taken as one customer's words. If that is "
        "wrong, set it in "
        'journey.toml: [sources."a.txt"] roles = { "*" = "researcher" }.',
    )


def test_a_story_in_numbered_steps_has_a_turn_a_step() -> None:
    loaded = read(
        "My visit\n\n1. I saw the sign.\n2. I went in.\nIt was warm.\n3. A girl helped.\n"
        "4) I paid.\n5. I left.\n\nThat is all.",
        "story.md",
    )
    document = loaded.documents[0]
    assert [(t.step, t.role, document.text[t.start : t.end]) for t in document.turns] == [
        (1, "customer", "I saw the sign."),
        (2, "customer", "I went in.\nIt was warm."),
        (3, "customer", "A girl helped."),
        (4, "customer", "I paid."),
        (5, "customer", "I left."),
        (None, "customer", "That is all."),
    ]


def test_quoted_fragments_in_notes_are_the_participants() -> None:
    loaded = read(
        "# Notes\n\n## P4 – home visit\n- Closed the tab. Said «no lo entiendo nada».\n"
        "- “Where's the fee?” (laughs)\n"
        '- Pressed "Buy now" twice, then: "Oh no"\n\nP5\n- "It was easy for me" she said\n',
        "notes/a.md",
    )
    assert loaded.kind == "note"
    assert turns(loaded.documents[0]) == [
        (None, "researcher", "- Closed the tab. Said"),
        ("P4", "customer", "no lo entiendo nada"),
        ("P4", "customer", "Where's the fee?"),
        (None, "researcher", "(laughs)"),
        (None, "researcher", '- Pressed "Buy now" twice, then:'),
        ("P4", "customer", "Oh no"),
        ("P5", "customer", "It was easy for me"),
        (None, "researcher", "she said"),
    ]


def test_plain_prose_is_one_customers_and_says_so() -> None:
    loaded = read("# My week\n\nIt broke: twice.\nI called.\n\nNobody came.\n", "a.md")
    assert turns(loaded.documents[0]) == [
        (None, "customer", "It broke: twice.\nI called."),
        (None, "customer", "Nobody came."),
    ]
    assert loaded.warnings == (
        "No speakers are marked in it; everything is taken as one customer's words. If that "
        "is wrong, set it in "
        'journey.toml: [sources."a.md"] roles = { "*" = "researcher" }.',
    )


def test_settings_win_over_what_is_found() -> None:
    loaded = read(
        "Ana: Hola.\nLuis: Hola.\n",
        "a.txt",
        kind="call",
        roles={"Ana": "agent", "*": "customer"},
        language="es",
    )
    assert (loaded.kind, loaded.documents[0].channel, loaded.documents[0].language) == ("call", "phone", "es")
    assert turns(loaded.documents[0]) == [("Ana", "agent", "Hola."), ("Luis", "customer", "Hola.")]


def test_remarks_with_a_colon_are_no_speakers() -> None:
    text = (
        "P1: I tried. Two things: cost.\nNote: this is hers.\nthe problem is: time\n"
        "https://shop.example: gone\nP1: ok"
    )
    assert turns(read(text).documents[0])[0][2] == text[4:-7]


def test_a_long_text_before_the_first_speaker_is_said() -> None:
    loaded = read("word " * 70 + "\n\nModerator: Hi?\nP1: Yes.\nModerator: So?\nP1: No.")
    assert loaded.warnings == ("70 words stand before the first speaker and are not used.",)


def test_a_blank_file_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"`interviews/a.txt` holds nothing but blanks\."):
        read(" \n\t\n")


def test_a_line_of_ten_thousand_words_is_read() -> None:
    loaded = read("P1: " + "palabra " * 10_000 + "\nModerator: ¿Y?\nP1: No.")
    assert [turn.speaker for turn in loaded.documents[0].turns] == ["P1", "Moderator", "P1"]
    assert max(len(utterance.text.split()) for utterance in loaded.documents[0].utterances) <= 50


def test_the_same_text_reads_alike_with_every_line_end() -> None:
    text = "Moderator: Hi?\nP1: Yes,\nI did.\nModerator: So?\nP1: No.\n"
    expected = read(text).documents
    for end in ("\r\n", "\r"):
        assert load(TranscriptLoader(), text.replace("\n", end), "interviews/a.txt").documents == expected


MET_IN_THE_WILD: dict[str, tuple[str, str, Told]] = {
    "a speaker heard once under a time": (
        "Ana Ruiz   0:02\nGracias por venir. ¿Me cuentas?\n\nLuis Gil   0:07\nFue mal.\n\nAna Ruiz   1:02\n¿Y luego?\n",
        "interview",
        [
            ("Ana Ruiz", "researcher", "Gracias por venir. ¿Me cuentas?"),
            ("Luis Gil", "customer", "Fue mal."),
            ("Ana Ruiz", "researcher", "¿Y luego?"),
        ],
    ),
    "a meeting's chat": (
        "10:42:07 From Leon to Everyone: hi all\n10:43:07 From Agent Ana to Everyone: hello",
        "chat",
        [("Leon", "customer", "hi all"), ("Agent Ana", "agent", "hello")],
    ),
    "names and clock times above the words": (
        "Ana  10:42 AM\nit is lost\nTom (support)  10:43 AM\nHow can I help?\n",
        "chat",
        [("Ana", "customer", "it is lost"), ("Tom (support)", "agent", "How can I help?")],
    ),
    "whole dates": (
        "[2026-03-12 10:42:01] Agent: hello\n[2026-03-12T10:43:01Z] Customer: broken",
        "chat",
        [("Agent", "agent", "hello"), ("Customer", "customer", "broken")],
    ),
    "dashes before names": (
        "- Moderator: why?\n- P2: cost.\n- Moderator: ok?\n- P2: yes.",
        "interview",
        [
            ("Moderator", "researcher", "why?"),
            ("P2", "customer", "cost."),
            ("Moderator", "researcher", "ok?"),
            ("P2", "customer", "yes."),
        ],
    ),
    "lists inside an answer": (
        "Interviewer: What?\n\nMaria: Two things:\n- Price: good\n- Time: bad\n\nInterviewer: ok\n\nMaria: bye",
        "interview",
        [
            ("Interviewer", "researcher", "What?"),
            ("Maria", "customer", "Two things:\n- Price: good\n- Time: bad"),
            ("Interviewer", "researcher", "ok"),
            ("Maria", "customer", "bye"),
        ],
    ),
    "question and answer": (
        "Pregunta: ¿Qué pasó?\nRespuesta: Nada bueno.\nPregunta: ¿Y?\nRespuesta: Nada.",
        "interview",
        [
            ("Pregunta", "researcher", "¿Qué pasó?"),
            ("Respuesta", "customer", "Nada bueno."),
            ("Pregunta", "researcher", "¿Y?"),
            ("Respuesta", "customer", "Nada."),
        ],
    ),
    "a mail's head": (
        "From: Ana <ana@mail.example>\nSubject: Refund\n\nI want my money back.\n",
        "interview",
        [(None, "customer", "I want my money back.")],
    ),
    "questions in bold": (
        "**How did you find us?**\n\nA friend told me.\n",
        "interview",
        [(None, "researcher", "**How did you find us?**"), (None, "customer", "A friend told me.")],
    ),
    "steps with a word": (
        "".join(f"Paso {number}: vi el cartel.\n" for number in range(1, 6)),
        "interview",
        [(None, "customer", "vi el cartel.")] * 5,
    ),
}


@pytest.mark.parametrize(("text", "kind", "expected"), MET_IN_THE_WILD.values(), ids=MET_IN_THE_WILD.keys())
def test_other_ways_of_writing_a_conversation_are_read(text: str, kind: str, expected: Told) -> None:
    loaded = read(text, "a.txt")
    assert (loaded.kind, turns(loaded.documents[0])) == (kind, expected)


def test_the_head_of_field_notes_is_nobodys_words() -> None:
    loaded = read(
        "# Notes: P4\n\n**Who:** chair of 24 neighbours\n**Where**: the lobby\n\n"
        "- Brings a folder. «Lo guardo todo aquí».\n- **Mood:** tired\n",
        "notes/a.md",
    )
    assert turns(loaded.documents[0]) == [
        (None, "researcher", "- Brings a folder."),
        ("P4", "customer", "Lo guardo todo aquí"),
        (None, "researcher", "- **Mood:** tired"),
    ]


def test_a_chats_rating_is_a_measure_and_dates_may_be_in_words() -> None:
    loaded = read(
        "[19 May 2025 10:04] Norvia - Ana: Hello there.\n[19 May 2025 10:05] tea_otter: It never came.\n"
        "[19 May 2025 10:06] Norvia - Ana: It left on Monday.\n[19 de mayo de 2025 10:07] tea_otter: Fine.\n"
        "Rating: 4/5\n",
        "chats/a.txt",
    )
    assert [(t.speaker, t.role, t.at, t.measure and t.measure.value) for t in loaded.documents[0].turns] == [
        ("Norvia - Ana", "agent", "2025-05-19T10:04", None),
        ("tea_otter", "customer", "2025-05-19T10:05", None),
        ("Norvia - Ana", "agent", "2025-05-19T10:06", None),
        ("tea_otter", "customer", "2025-05-19T10:07", None),
        ("tea_otter", "customer", None, 4.0),
    ]
    assert [turn[2] for turn in turns(loaded.documents[0])][-2:] == ["Fine.", "4/5"]


def test_a_log_in_brackets_without_comma_or_seconds_is_no_whatsapp_export() -> None:
    text = "[19/05/2025 10:04] Leo: My oven is cold.\n[19/05/2025 10:05] Ida (Norvia): We come.\n"
    assert WhatsAppLoader().fits(RawFile("chats/a.txt", ".txt", text.encode(), SourceSettings())) == 0.0
    assert [(t.speaker, t.role, t.at) for t in read(text, "chats/a.txt").documents[0].turns] == [
        ("Leo", "customer", "2025-05-19T10:04"),
        ("Ida (Norvia)", "agent", "2025-05-19T10:05"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The print is small. P4: fine",
        "P4 opens it: receipts",
        "It broke - as I said: twice",
        "Interpretación: nada",
    ],
)
def test_a_sentence_before_a_colon_is_no_speaker(line: str) -> None:
    loaded = read(f"Moderator: Why?\nP4: Well.\n{line}\nModerator: And?\nP4: No.\n")
    assert {turn[0] for turn in turns(loaded.documents[0])} == {"Moderator", "P4"}


def test_a_titles_dot_ends_no_sentence() -> None:
    loaded = read("Dra. Ruiz: Hola.\nSra. Pilar Gil: Hola.\nDra. Ruiz: Bien.\nSra. Pilar Gil: Ya.\n")
    assert {turn[0] for turn in turns(loaded.documents[0])} == {"Dra. Ruiz", "Sra. Pilar Gil"}
