import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.told import SAMPLES, check_spans, load, measures, shared, skipped, turns

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.reading import read_bytes
from journeyai.sources.tables import DelimitedLoader, WorkbookLoader

CSV = DelimitedLoader()
XLSX = WorkbookLoader()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_delimiter_and_encoding_are_found_by_content(delimiter: str, encoding: str, newline: str) -> None:
    lines = [
        delimiter.join(["id", "fecha", "puntuación", "título", "reseña", "autor", "canal"]),
        delimiter.join(["a7", "2026-01-02", "2", "Tarde", f'"Llegó tarde{delimiter} y ""rota"".'])
        + newline + delimiter.join(['Qué pena."', "Inés", "tienda"]),
        delimiter.join(["a8", "2026-01-03", "5", "", "Todo perfecto de verdad", "Anónimo", "Google Play"]),
    ]  # fmt: skip
    loaded = load(CSV, newline.join(lines).encode(encoding))

    first, second = loaded.documents
    assert turns(first) == [
        ("a7", "customer", "Tarde"),
        ("a7", "customer", f'Llegó tarde{delimiter} y "rota".\nQué pena.'),
        ("a7", "customer", "2"),
    ]
    assert turns(second) == [("a8", "customer", "Todo perfecto de verdad"), ("a8", "customer", "5")]
    assert [turn.person for turn in first.turns + second.turns] == ["reviews.csv|Inés"] * 3 + [
        "reviews.csv|a8"
    ] * 2
    assert [(d.record, d.kind, d.channel, d.turns[0].at) for d in loaded.documents] == [
        ("a7", "review", "store", "2026-01-02"),
        ("a8", "review", "app", "2026-01-03"),
    ]
    assert measures(first) == [("stars", 2, 1, 5)]
    assert (loaded.skipped, loaded.warnings) == ((), ())
    check_spans(loaded.documents)


def test_a_play_store_export_has_the_developer_as_agent() -> None:
    loaded = load(CSV, shared("export-formats/google_play_reviews_utf16.csv"))

    assert [(d.record, d.language, turns(d)) for d in loaded.documents] == [
        (
            "R1",
            "es",
            [
                ("R1", "customer", 'No puedo iniciar sesión, "error 500"\nni recuperar la clave'),
                ("R1", "customer", "1"),
            ],
        ),
        (
            "R2",
            "en",
            [
                ("R2", "customer", "Great"),
                ("R2", "customer", "Very smooth experience."),
                ("R2", "customer", "5"),
                ("agent", "agent", "Thanks!"),
            ],
        ),
    ]
    assert loaded.documents[1].text == "Great\nVery smooth experience.\nrating: 5\nreply: Thanks!"


def test_a_survey_keeps_each_answer_under_its_question() -> None:
    loaded = load(
        CSV,
        "Timestamp,How likely are you to recommend us? (0-10),"
        "¿Qué mejorarías?,What do you like?,CSAT (1-5),Area\n"
        "2026,9,El precio del envío,The friendly staff there,4,North\n"
        "2026,3,El tiempo de espera,,2,South\n",
        "answers.csv",
    )

    assert loaded.kind == "survey"
    assert loaded.documents[0].text == (
        "¿Qué mejorarías?: El precio del envío\n"
        "What do you like?: The friendly staff there\n"
        "How likely are you to recommend us? (0-10): 9\n"
        "CSAT: 4"
    )
    assert measures(loaded.documents[0]) == [("nps", 9, 0, 10), ("csat", 4, 1, 5)]
    assert turns(loaded.documents[1]) == [
        ("R2", "customer", "El tiempo de espera"),
        ("R2", "customer", "3"),
        ("R2", "customer", "2"),
    ]


@pytest.mark.parametrize(
    ("source", "text", "choices", "kind"),
    [
        ("a.csv", "text\nit came broken", {}, "review"),
        ("encuestas/a.csv", "text\nit came broken", {}, "survey"),
        ("a.csv", "nps,text\n3,it came broken", {}, "survey"),
        ("reviews/a.csv", "nps,text\n3,it came broken", {"kind": "review"}, "review"),
    ],
    ids=["reviews", "folder", "nps", "setting"],
)
def test_the_kind_of_a_table(source: str, text: str, choices: dict[str, object], kind: str) -> None:
    assert load(CSV, text, source, SourceSettings.model_validate(choices)).kind == kind


def test_what_says_nothing_is_left_out_with_the_reason() -> None:
    loaded = load(
        CSV,
        "rating,text\n5,\n,\n1,-\n4,n/a\n2,Earn money fast at http://x.example bitcoin\n"
        "3,it came late\n1,👎👎\n",
    )

    assert skipped(loaded) == [
        ("row 1", "a rating and no words"),
        ("row 2", "no text"),
        ("row 3", "a rating and no words"),
        ("row 4", "a rating and no words"),
        ("row 5", "looks like spam"),
    ]
    assert [document.record for document in loaded.documents] == ["R6", "R7"]


def test_a_rating_that_cannot_be_read_is_named() -> None:
    loaded = load(CSV, "rating,text\n5,all good here\nnever,it came late\n1,awful place\n2,not nice")

    assert loaded.warnings == (
        "Row 2 of `reviews.csv`: `never` in `rating` is no rating on its scale; left out there.",
    )
    assert measures(loaded.documents[1]) == []


def test_ids_that_repeat_do_not_name_rows() -> None:
    loaded = load(CSV, "id,text\n1,it came late\n1,it came broken")

    assert [document.record for document in loaded.documents] == ["R1", "R2"]
    assert loaded.warnings == (
        "The column `id` has empty or repeated values; rows are named R1, R2 and so on.",
    )


def test_a_respondent_who_answers_twice_is_one_person() -> None:
    loaded = load(CSV, "respondent,nps,comment\nE1,3,it came late\nE1,9,it came at once\nE2,5,so so I guess")

    assert [(d.record, d.turns[0].person) for d in loaded.documents] == [
        ("R1", "reviews.csv|E1"),
        ("R2", "reviews.csv|E1"),
        ("R3", "reviews.csv|E2"),
    ]


@pytest.mark.parametrize("author", ["", "A Google user", "Usuario de Google", "Anónimo", "Anonymous", "n/a"])
def test_nobody_is_not_a_person(author: str) -> None:
    loaded = load(CSV, f"author,text\n{author},it came late\n{author},it came broken")

    assert [document.turns[0].person for document in loaded.documents] == ["reviews.csv|R1", "reviews.csv|R2"]


def test_a_row_with_too_many_cells_is_left_out_and_the_rest_goes_on() -> None:
    loaded = load(CSV, "id,text,stars\n1,it came late,2\n2,late, broken, and rude,1\n3,never again,1")

    assert [document.record for document in loaded.documents] == ["1", "3"]
    assert skipped(loaded) == [
        ("row 2", "5 cells for 3 columns on line 3; a text with the delimiter in it needs quotes")
    ]
    assert loaded.warnings == (
        "Row 2 of `reviews.csv`: more cells than columns; left out. "
        "A text with the delimiter in it needs quotes.",
    )


def test_a_text_at_the_end_of_a_row_keeps_its_commas() -> None:
    loaded = load(CSV, "id,stars,text\n1,2,it came late\n2,1,late, broken, and rude\n3,4,good\n4,4,fine")

    assert turns(loaded.documents[1]) == [("2", "customer", "late, broken, and rude"), ("2", "customer", "1")]
    assert loaded.warnings == (
        "Row 2 of `reviews.csv`: more cells than columns; the surplus is taken as part of the text.",
    )


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    loaded = load(CSV, 'id,text,stars\n1,"it came, late",2\n2,"it never came,1\n3,good in the end,4\n')

    assert [turns(document) for document in loaded.documents] == [
        [("1", "customer", "it came, late"), ("1", "customer", "2")],
        [("2", "customer", '"it never came'), ("2", "customer", "1")],
        [("3", "customer", "good in the end"), ("3", "customer", "4")],
    ]
    assert loaded.warnings == (
        "A quotation mark opened on line 3 of `reviews.csv` is never closed; "
        "the row is read to the end of its line.",
    )


def test_a_file_of_open_quotes_is_given_up_in_time() -> None:
    loaded = load(CSV, "id,text\n" + '1,"it came late \n' * 3001)

    assert loaded.warnings
    check_spans(loaded.documents)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("comentario\nMe gusta, mucho\nNo, nada\n", ["Me gusta, mucho", "No, nada"]),
        ("comentario\n\n\nMe gusta; mucho\n\n", ["Me gusta; mucho"]),
        ("sep=;\ntext;stars\nit came, late;2\n", ["it came, late", "2"]),
        ("Report of January\n\nid;text\n1;it came late\n", ["it came late"]),
        ("text,,\nit came late,,\n", ["it came late"]),
        ("TEXT\nit came late", ["it came late"]),
    ],
    ids=["one column", "blank lines", "sep=", "title above", "empty columns", "upper case"],
)  # fmt: skip
def test_odd_tables_are_read(text: str, said: list[str]) -> None:
    documents = load(CSV, text).documents

    assert [words for document in documents for _, _, words in turns(document)] == said


def test_what_stands_above_the_header_is_said() -> None:
    loaded = load(CSV, "Report;\nJanuary;\nid;text\n1;it came late\n")

    assert loaded.warnings == ("The header of `reviews.csv` is on line 3; what stands above it is left out.",)


def test_a_table_without_a_header_is_read_and_said_so() -> None:
    loaded = load(CSV, "the parcel came two days late\t5\nnobody ever answers the phone\t1\n", "a.tsv")

    assert [document.text for document in loaded.documents] == [
        "the parcel came two days late",
        "nobody ever answers the phone",
    ]
    assert loaded.warnings == ("`a.tsv` has no header row; column 1, the wordiest, is read as the text.",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\n", "`reviews.csv` has no rows."),
        ("a,b\n1,2\n3,4", "`reviews.csv` has no column of text (its columns are `a`, `b`)."),
        ("\x00\x01\x02", "`reviews.csv` is a binary file, not text."),
    ],
    ids=["blank", "numbers", "binary"],
)
def test_a_file_without_text_is_an_error_that_names_it(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        load(CSV, text)

    assert caught.value.message == message


def test_a_delimiter_of_two_characters_is_refused() -> None:
    with pytest.raises(SourceError, match="it must be one character"):
        load(CSV, "a,b", settings=SourceSettings(delimiter="::"))


def test_the_delimiter_that_is_set_wins() -> None:
    loaded = load(CSV, "text/stars\nit came, late/2", settings=SourceSettings(delimiter="/"))

    assert turns(loaded.documents[0]) == [("R1", "customer", "it came, late"), ("R1", "customer", "2")]


def test_a_cell_of_any_length_is_read() -> None:
    long = "it came late. " * 20_000

    assert load(CSV, f'text\n"{long}"').documents[0].text.strip() == long.strip()


def test_rows_that_are_spoken_are_conversations() -> None:
    loaded = load(
        CSV,
        "conversation_id,speaker,message,time\n"
        "c1,Agent,Hello and welcome,10:00\n"
        'c1,Customer,"My bill, again, is wrong",10:01\n'
        "c2,Customer,Where is my parcel?,11:00\n"
        "c1,Agent,Let me look,10:02\n",
        "chats/january.csv",
    )

    assert loaded.kind == "chat"
    assert [(d.record, d.channel, turns(d)) for d in loaded.documents] == [
        (
            "c1",
            "chat",
            [
                ("agent", "agent", "Hello and welcome"),
                ("c1", "customer", "My bill, again, is wrong"),
                ("agent", "agent", "Let me look"),
            ],
        ),
        ("c2", "chat", [("c2", "customer", "Where is my parcel?")]),
    ]


def test_an_interview_in_a_table_is_one_document_without_a_record() -> None:
    loaded = load(
        CSV,
        "Speaker,Start,Text\n"
        "Moderator,0:01,So how did it go?\n"
        "P1,0:05,Well it was slow\n"
        "Moderator,0:10,Why was that?\n"
        "P1,0:12,The app crashed twice\n",
        "session.csv",
    )

    assert loaded.kind == "interview"
    assert [(d.record, turns(d)) for d in loaded.documents] == [
        (
            None,
            [
                ("researcher", "researcher", "So how did it go?"),
                ("P1", "customer", "Well it was slow"),
                ("researcher", "researcher", "Why was that?"),
                ("P1", "customer", "The app crashed twice"),
            ],
        )
    ]


def test_a_workbook_is_read_by_its_sheets() -> None:
    header: list[object] = ["Fecha", "Estrellas", "Comentario", "Cliente"]
    loaded = load(
        XLSX,
        workbook(
            portada=[["Informe de enero"]],
            enero=[
                header,
                [date(2026, 1, 2), 2.0, "Llegó tarde\r\ny mal", "Ana"],
                [],
                [None, 5, None, "Eva"],
            ],
            febrero=[header, [datetime(2026, 2, 3, 10, 30), 4, "Todo perfecto", None]],
            tiendas=[["tienda", "ciudad"], [1, "Soria"]],
        ),
        "a.xlsx",
    )

    assert [(d.record, d.turns[0].at, turns(d)) for d in loaded.documents] == [
        ("R1", "2026-01-02", [("R1", "customer", "Llegó tarde\ny mal"), ("R1", "customer", "2")]),
        ("R3", "2026-02-03T10:30:00", [("R3", "customer", "Todo perfecto"), ("R3", "customer", "4")]),
    ]
    assert skipped(loaded) == [("row 2", "a rating and no words")]
    assert loaded.warnings == (
        "The sheet `portada` of `a.xlsx` is left out: its columns are not those of `enero`.",
        "The sheet `tiendas` of `a.xlsx` is left out: its columns are not those of `enero`.",
    )


def test_a_workbook_under_another_name_is_known_by_its_content() -> None:
    read = read_bytes(workbook(a=[["text"], ["it came late"]]), "a.csv", SourceSettings())

    assert (read.loader, read.documents[0].text) == ("workbook", "it came late")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 xl/workbook.xml", "`a.xlsx` is a damaged Excel workbook and cannot be read"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "`a.xlsx` is an old Excel file, or one with a password",
        ),
        (workbook(a=[["text"], ["it came late"]])[:-700], "`a.xlsx` is a damaged Excel workbook"),
        (workbook(a=[]), "`a.xlsx` has no rows."),
    ],
    ids=["no zip", "old", "cut off", "empty"],
)
def test_a_workbook_that_cannot_be_read_says_why(data: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        load(XLSX, data, "a.xlsx")

    assert caught.value.message.startswith(message)


def test_a_zip_that_only_looks_like_a_workbook_says_why() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", "<nothing")

    with pytest.raises(SourceError, match="damaged Excel workbook"):
        load(XLSX, out.getvalue(), "a.xlsx")


def test_app_review_sentences_load() -> None:
    loaded = load(XLSX, shared("app-reviews/Ground_truth.xlsx"), "Ground_truth.xlsx")

    assert len(loaded.documents) > 2000
    check_spans(loaded.documents)


@pytest.mark.parametrize(
    ("source", "kind", "count", "first"),
    [
        ("en/sources/reviews/reviews.csv", "review", 49, "R01"),
        ("en/sources/reviews/appstore.tsv", "review", 14, "A01"),
        ("en/sources/surveys/nps.csv", "survey", 26, "N01"),
        ("es/sources/resenas/resenas.csv", "review", 59, "R01"),
        ("es/sources/resenas/app.csv", "review", 16, "A01"),
        ("es/sources/encuestas/nps.csv", "survey", 31, "E001"),
    ],
)
def test_the_sample_studies_tables_load(source: str, kind: str, count: int, first: str) -> None:
    language, _, name = source.split("/", 2)
    loaded = load(CSV, (SAMPLES / source).read_bytes(), name)

    assert (loaded.kind, len(loaded.documents), loaded.documents[0].record) == (kind, count, first)
    assert {d.language for d in loaded.documents} <= {
        language,
        "und",
        "en",
        "es",
        "ca",
        "gl",
        "pt",
        "it",
        "fr",
        "de",
    }
    assert {turn.role for document in loaded.documents for turn in document.turns} <= {"customer", "agent"}
    check_spans(loaded.documents)


def test_plain_text_that_is_a_table_is_one() -> None:
    rows = "".join(f"2026-01-0{n}\tit came late again\t{n}\n" for n in range(1, 6))
    read = read_bytes(f"date\tcomment\tstars\n{rows}".encode(), "export.txt", SourceSettings())

    assert (read.loader, len(read.documents)) == ("delimited", 5)


@pytest.mark.parametrize(
    "text",
    [
        "Moderator: So, tell me, how did it go?\nP3: Well, it went badly, I must say.\n" * 3,
        "[10:00] Ana: hola, buenas\n[10:01] Agente: hola, dime\n" * 3,
        "One line, with commas, and more.\nAnother, with them, too.\n",
    ],
    ids=["interview", "chat", "prose"],
)
def test_a_transcript_is_no_table(text: str) -> None:
    read = read_bytes(text.encode(), "talk.txt", SourceSettings())

    assert read.loader != "delimited"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=60)


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_every_utterance_stands_verbatim_in_its_cell(
    rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join([delimiter.join(["title", "text", "author"]), *quoted])
    loaded = load(CSV, text, settings=SourceSettings(delimiter=delimiter))

    check_spans(loaded.documents)
    assert len(loaded.documents) + len(loaded.skipped) == len(rows)
    for document in loaded.documents:
        cells = rows[int((document.record or "R0")[1:]) - 1]
        for utterance in document.utterances:
            assert any(utterance.text in cell for cell in cells[:2])


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_table_or_a_plain_error(text: str) -> None:
    message = "`reviews.csv`"
    try:
        check_spans(load(CSV, text.encode("utf-8", "replace")).documents)
    except SourceError as error:
        message = error.message
    assert "`reviews.csv`" in message


def test_a_small_workbook_that_unpacks_to_a_huge_one_is_refused() -> None:
    packed = io.BytesIO(workbook(reviews=[["text"], ["It came late"]]))
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet2.xml", "w") as file,
    ):
        for _ in range(210):
            file.write(b" " * 1_000_000)
    with pytest.raises(SourceError, match=r"`a\.xlsx` unpacks to 210 MB, which is too much\."):
        load(XLSX, packed.getvalue(), "a.xlsx")


def test_known_headers_part_the_columns_however_uneven_the_rows_are() -> None:
    loaded = load(CSV, "id,text\n1,it came late,what,else\n2\n3,fine\n")

    assert [turns(document) for document in loaded.documents] == [
        [("1", "customer", "it came late,what,else")],
        [("3", "customer", "fine")],
    ]
    assert skipped(loaded) == [("row 2", "no text")]


def test_the_columns_of_a_table_without_text_are_named_but_not_all() -> None:
    with pytest.raises(SourceError) as caught:
        load(CSV, ",".join(f"c{n}" for n in range(12)) + "\n" + ",".join("1" * 12) + "\n", "a.csv")
    assert caught.value.message == (
        "`a.csv` has no column of text "
        "(its columns are `c0`, `c1`, `c2`, `c3`, `c4`, `c5`, `c6`, `c7` and 4 more)."
    )


def test_jobs_under_role_make_no_conversation_of_a_survey() -> None:
    loaded = load(
        DelimitedLoader(),
        "respondent,role,nps,why\nA1,owner,9,It saves me the whole Sunday.\nA2,worker,2,My shifts vanish from it.\n"
        "A3,owner,5,It is fine but costs too much.\n",
        "survey.csv",
    )
    assert [(document.record, [turn[1] for turn in turns(document)]) for document in loaded.documents] == [
        ("A1", ["customer", "customer"]),
        ("A2", ["customer", "customer"]),
        ("A3", ["customer", "customer"]),
    ]


def test_questions_without_a_question_mark_are_headers() -> None:
    loaded = load(
        DelimitedLoader(),
        "id,closed on,how easy was leaving 1-5,in your own words\n"
        "1,2025-03-02,2,They billed me for a month after I had gone.\n"
        "2,2025-03-05,4,Two clicks and I was out of there.\n",
        "exit.csv",
    )
    assert [(document.record, measures(document)) for document in loaded.documents] == [
        ("1", [("ces", 2.0, 1.0, 5.0)]),
        ("2", [("ces", 4.0, 1.0, 5.0)]),
    ]
