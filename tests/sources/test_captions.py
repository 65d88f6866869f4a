import pytest
from tests.sources.told import check_spans, load, shared, skipped, turns

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.captions import CaptionLoader
from journeyai.sources.loader import Loaded, RawFile


def read(text: str | bytes, source: str = "calls/a.vtt", **settings: object) -> Loaded:
    loaded = load(CaptionLoader(), text, source, SourceSettings.model_validate(settings))
    check_spans(loaded.documents)
    return loaded


def test_voices_are_speakers_and_their_cues_one_turn() -> None:
    loaded = read(
        "WEBVTT - call\nKind: captions\n\nNOTE made by hand\nin two lines\n\nSTYLE\n::cue { color: red }\n\n"
        "a1b2/12-0\n00:00:02.200 --> 00:00:06.585 align:start position:0%\n"
        "<v Kofi Lund>Thank you for <i>calling</i>,</v>\n\n"
        "a1b2/12-1\n00:00:06.600 --> 00:00:09.000\n<v Kofi Lund>how can I help?</v>\n\n"
        "a1b2/13-0\n00:01:09.100 --> 00:01:12.000\n<v.loud Yusuf>My bike &amp; lock\n"
        "are gone.</v> <v Kofi Lund>Oh no.\n"
    )
    document = loaded.documents[0]
    assert document.text == (
        "Kofi Lund: Thank you for calling,\nhow can I help?\nYusuf: My bike & lock\n"
        "are gone.\nKofi Lund: Oh no."
    )
    assert [(t.speaker, t.role, t.at, t.person) for t in document.turns] == [
        ("Kofi Lund", "agent", "00:00:02", None),
        ("Yusuf", "customer", "00:01:09", "calls/a.vtt|Yusuf"),
        ("Kofi Lund", "agent", "00:01:09", None),
    ]
    assert (loaded.kind, document.channel, loaded.skipped, loaded.warnings) == ("call", "phone", (), ())


def test_names_before_a_colon_go_on_until_the_next_name() -> None:
    loaded = read(
        "1\n00:00:02,000 --> 00:00:04,120\nInterviewer: Thanks for joining.\n\n2\n"
        "00:00:04,200 --> 00:00:05,000\n"
        'How was it?\n\n3\n0:00:05,100 --> 0:00:06,000\n<font color="red">Participant 3: {\\an8}Bad,</font>\n'
        "two things: cost.\n\n"
        "4\n00:00:06,100 --> 00:00:07,000\nInterviewer: Ok.\nParticipant 3: Yes.\n",
        "a.srt",
    )
    assert (loaded.kind, turns(loaded.documents[0])) == (
        "interview",
        [
            ("Interviewer", "researcher", "Thanks for joining.\nHow was it?"),
            ("Participant 3", "customer", "Bad,\ntwo things: cost."),
            ("Interviewer", "researcher", "Ok."),
            ("Participant 3", "customer", "Yes."),
        ],
    )


def test_captions_that_name_nobody_are_unknown_and_say_so() -> None:
    text = (
        "WEBVTT\n\n00:07.450 --> 00:15.012\nI already started\nthe recording.\n\n"
        "00:15.100 --> 00:16.000\nGood.\n\n"
        "00:20.000 --> 00:23.000\nLet us go.\n"
    )
    loaded = read(text)
    assert turns(loaded.documents[0]) == [
        (None, "unknown", "I already started\nthe recording.\nGood."),
        (None, "unknown", "Let us go."),
    ]
    assert loaded.warnings == (
        "Captions that name no speaker are not used: nobody can tell the customer in them; if "
        "only one customer speaks, "
        'set it in journey.toml: [sources."calls/a.vtt"] roles = { "*" = "customer" }.',
    )
    assert [turn.person for turn in read(text, roles={"*": "customer"}).documents[0].turns] == [
        "calls/a.vtt#"
    ] * 2


def test_lines_that_roll_up_are_read_once() -> None:
    loaded = read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nP1: one two\n\n00:02.000 --> 00:03.000\n"
        "P1: one two\nthree<00:02.500><c> four</c>\n\n"
        "00:03.000 --> 00:04.000\nthree four\nfive\n"
    )
    assert turns(loaded.documents[0]) == [("P1", "customer", "one two\nthree four\nfive")]


def test_broken_cues_are_listed_and_the_rest_is_read() -> None:
    loaded = read(
        "1\n00:00:01,000 --> 00:00:02,000\nP1: one\n\n2\n00:00:xx --> 00:00:0\nlost\n\n3\n"
        "00:00:03,000 --> 00:00:04,000\n\n"
        "stray words here\n\n4\n00:00:05,000 --> 00:00:06,000\nP1: two\n5\n"
        "00:00:07,000 --> 00:00:08,000\nP1: three",
        "a.srt",
    )
    assert turns(loaded.documents[0]) == [("P1", "customer", "one\ntwo\nthree")]
    assert skipped(loaded) == [
        ("line 6", "a caption whose time cannot be read"),
        ("line 10", "a caption without words"),
        ("line 12", "words that belong to no caption"),
    ]


def test_a_file_without_captions_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"`calls/a.vtt` has no captions that can be read\."):
        read("WEBVTT\n\nNOTE nothing here\n")


@pytest.mark.parametrize(
    ("source", "text", "fit"),
    [
        ("a.vtt", "", 0.9),
        ("a.txt", "WEBVTT\n", 0.95),
        ("a", "1\n00:00:01,0 --> 00:00:02,0\nx\n\n2\n00:00:03,0 --> 00:00:04,0\ny", 0.95),
        ("a.txt", "Ana: hola", 0.0),
        ("a.csv", "WEBVTT", 0.0),
    ],
)
def test_captions_are_known_by_content_too(source: str, text: str, fit: float) -> None:
    suffix = "." + source.rpartition(".")[2] if "." in source else ""
    assert CaptionLoader().fits(RawFile(source, suffix, text.encode(), SourceSettings())) == fit


def test_teams_captions_name_who_speaks() -> None:
    loaded = read(shared("export-formats/teams_scheduled.vtt"), "a.vtt")
    assert turns(loaded.documents[0]) == [
        ("Ana Ruiz", "researcher", "Hola, ¿me escuchas?\nUn segundo,"),
        ("Participante 1", "customer", "Sí, estaba en silencio."),
    ]
    assert (loaded.documents[0].language, loaded.warnings) == ("es", ())


def test_zoom_captions_name_who_speaks() -> None:
    loaded = read(shared("export-formats/zoom_scheduled.vtt"), "a.vtt")
    assert turns(loaded.documents[0]) == [
        ("Interviewer", "researcher", "Thanks for joining. How did you first find the app?"),
        ("Participant 3", "customer", "A friend told me, but signing up took three tries."),
    ]


def test_a_company_may_stand_before_the_speakers_name() -> None:
    loaded = load(
        CaptionLoader(),
        "1\n00:00:01,000 --> 00:00:02,000\nNorvia Bank - Ida: Good morning.\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nCustomer - Leo: My card is lost.\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nNorvia Bank - Ida: I block it now.\n",
        "a.srt",
    )
    assert (loaded.kind, turns(loaded.documents[0])) == (
        "call",
        [
            ("Norvia Bank - Ida", "agent", "Good morning."),
            ("Customer - Leo", "customer", "My card is lost."),
            ("Norvia Bank - Ida", "agent", "I block it now."),
        ],
    )
