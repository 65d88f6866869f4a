import pytest

from journeyai.errors import SourceError
from journeyai.settings import SourceSettings
from journeyai.sources.columns import Columns, RatingColumn, find_columns
from journeyai.sources.headers import plain, recognised

PROSE = "the delivery came two days late and nobody called me"


def found(headers: list[str], row: list[str], **settings: object) -> Columns:
    return find_columns(headers, [row, row, row], SourceSettings.model_validate(settings), "reviews.csv")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Reseña", "resena"),
        ("reviewText", "review text"),
        ("created_at", "created at"),
        ("  Título: ", "titulo"),
        ("TEXTO", "texto"),
        ("Nº", "no"),
    ],
)
def test_a_header_is_compared_without_accents_case_and_punctuation(header: str, words: str) -> None:
    assert plain(header) == words


@pytest.mark.parametrize(
    ("headers", "row", "columns"),
    [
        pytest.param(
            ["id", "date", "rating", "title", "text", "author", "channel"],
            ["7", "2026-01-02", "4", "Late", PROSE, "Ana", "web"],
            Columns(
                headers=("id", "date", "rating", "title", "text", "author", "channel"),
                text=(4,), title=3, ratings=(RatingColumn(2, "stars"),), date=1, author=5, channel=6, id=0,
            ),
            id="english",
        ),
        pytest.param(
            ["Fecha", "Puntuación", "Título", "RESEÑA", "Autor", "Canal"],
            ["02/01/2026", "4", "Tarde", PROSE, "Ana", "web"],
            Columns(
                headers=("Fecha", "Puntuación", "Título", "RESEÑA", "Autor", "Canal"),
                text=(3,), title=2, ratings=(RatingColumn(1, "stars"),), date=0, author=4, channel=5,
            ),
            id="spanish",
        ),
        pytest.param(
            ["Nota", "Valoración"],
            ["8", PROSE],
            Columns(headers=("Nota", "Valoración"), text=(1,), ratings=(RatingColumn(0, "stars"),)),
            id="nota is the mark, valoracion the text",
        ),
        pytest.param(
            ["Valoración", "Nota"],
            ["5", PROSE],
            Columns(headers=("Valoración", "Nota"), text=(1,), ratings=(RatingColumn(0, "stars"),)),
            id="valoracion is the mark, nota the text",
        ),
        pytest.param(
            ["encuestado", "nps", "comentario"],
            ["E1", "9", PROSE],
            Columns(
                headers=("encuestado", "nps", "comentario"),
                text=(2,), ratings=(RatingColumn(1, "nps"),), person_id=0,
            ),
            id="survey",
        ),
        pytest.param(
            ["How likely are you to recommend us? (0-10)", "How satisfied are you?", "What would you do?"],
            ["9", "4", PROSE],
            Columns(
                headers=(
                    "How likely are you to recommend us? (0-10)",
                    "How satisfied are you?",
                    "What would you do?",
                ),
                text=(2,), ratings=(RatingColumn(0, "nps"), RatingColumn(1, "csat")), labelled=True,
            ),
            id="questions",
        ),
        pytest.param(
            ["asunto", "comentarios"],
            [PROSE, "3"],
            Columns(headers=("asunto", "comentarios"), text=(0,)),
            id="comments that are a count, a subject that is all there is",
        ),
    ],
)  # fmt: skip
def test_columns_are_found_by_header_and_contents(
    headers: list[str], row: list[str], columns: Columns
) -> None:
    assert found(headers, row) == columns


def test_an_answer_beside_a_review_is_the_companys_and_said_so() -> None:
    columns = found(["texto", "respuesta"], [PROSE, "Gracias por escribirnos, lo miramos"])

    assert (columns.text, columns.reply) == ((0,), 1)
    assert columns.warnings == (
        "The column `respuesta` of `reviews.csv` is read as the company's reply; "
        "if customers wrote it, name it under `text`.",
    )


def test_an_answer_alone_is_the_respondents() -> None:
    assert found(["pregunta id", "respuesta"], ["4", PROSE]).text == (1,)


def test_what_the_user_names_wins() -> None:
    columns = found(
        ["text", "What else", "Wer"],
        [PROSE, PROSE, "Ana"],
        columns={"text": ["what else", "text"], "author": "Wer"},
    )

    assert (columns.text, columns.author, columns.labelled) == ((1, 0), 2, True)


def test_a_missing_column_lists_the_ones_there_are() -> None:
    with pytest.raises(SourceError) as caught:
        found(["text", "stars"], [PROSE, "3"], columns={"rating": "Marks"})

    assert caught.value.message == (
        "`journey.toml` names the column `Marks` for rating, which `reviews.csv` does not have; "
        "its columns are: `text`, `stars`."
    )
    assert caught.value.hint == 'Mend `columns` under [sources."reviews.csv"].'


def test_without_a_known_name_the_wordiest_column_is_read_and_said_so() -> None:
    columns = found(["kundnr", "freitext"], ["12", PROSE])

    assert columns.text == (1,)
    assert columns.warnings == (
        "No column of `reviews.csv` is named as text; the wordiest one, `freitext`, is read.",
    )


def test_a_table_of_numbers_has_no_text() -> None:
    with pytest.raises(SourceError, match=r"has no column of text \(its columns are `a`, `b`\)"):
        found(["a", "b"], ["1", "2"])


def test_a_column_without_a_header_can_be_named_by_its_number() -> None:
    assert found(["", ""], [PROSE, PROSE], columns={"text": "2"}).text == (1,)


@pytest.mark.parametrize(
    ("cells", "count"),
    [(["id", "Texto", "zzz"], 2), (["I liked it", "5"], 0), (["¿Qué mejorarías?", "No"], 1)],
    ids=["names", "values", "question"],
)
def test_headers_are_recognised(cells: list[str], count: int) -> None:
    assert recognised(cells) == count
