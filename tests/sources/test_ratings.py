import pytest

from journeyai.model.source import Measure
from journeyai.model.vocabulary import MeasureKind
from journeyai.sources.ratings import Rating, Scale, measure_of, rating_line, read_rating, scale_of


@pytest.mark.parametrize(
    ("cell", "rating"),
    [
        ("4", Rating(4)),
        (" 4,5 ", Rating(4.5)),
        ("8/10", Rating(8, 10)),
        ("4 out of 5 stars", Rating(4, 5)),
        ("4 de 5", Rating(4, 5)),
        ("3 estrellas", Rating(3)),
        ("85%", Rating(85, 100)),
        ("★★★★", Rating(4)),
        ("★★★☆☆", Rating(3, 5)),
        ("⭐⭐", Rating(2)),
        ("9 - Extremely likely", Rating(9)),
        ("7/5", None),
        ("good", None),
        ("2026-01-02", None),
        ("call me on 5", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_a_rating_is_read_as_people_write_it(cell: str, rating: Rating | None) -> None:
    assert read_rating(cell) == rating


@pytest.mark.parametrize(
    ("kind", "values", "header", "scale"),
    [
        ("nps", [1, 2], "nps", Scale(0, 10, told=True)),
        ("stars", [1, 5], "rating", Scale(1, 5, told=True)),
        ("stars", [1, 8], "score", Scale(1, 10, told=False)),
        ("stars", [0, 8], "score", Scale(0, 10, told=False)),
        ("csat", [3, 80], "csat", Scale(0, 100, told=False)),
        ("csat", [1, 2], "CSAT (1-7)", Scale(1, 7, told=True)),
        ("csat", [1, 2], "Satisfacción de 0 a 10", Scale(0, 10, told=True)),
        ("ces", [1, 5], "CES", Scale(1, 7, told=False)),
        ("ces", [1, 7], "How much effort did it take?", Scale(7, 1, told=False)),
        ("stars", [], "rating", Scale(1, 5, told=True)),
    ],
)
def test_a_scale_is_what_the_header_says_or_the_values_need(
    kind: MeasureKind, values: list[float], header: str, scale: Scale
) -> None:
    assert scale_of(kind, values, header) == scale


@pytest.mark.parametrize(
    ("rating", "measure"),
    [
        (Rating(4), Measure("stars", 4, 1, 5)),
        (Rating(8, 10), Measure("stars", 8, 1, 10)),
        (Rating(6), None),
        (Rating(0), None),
    ],
)
def test_a_rating_outside_its_scale_is_none(rating: Rating, measure: Measure | None) -> None:
    assert measure_of("stars", rating, Scale(1, 5, told=True)) == measure


def test_much_effort_is_the_worst() -> None:
    measure = measure_of("ces", Rating(7), scale_of("ces", [7], "How much effort did it take?"))

    assert measure is not None
    assert measure.valence == -2


@pytest.mark.parametrize(
    ("line", "rated"),
    [
        ("Rating: 4/5", ("stars", 4.0, 5.0)),
        ("[10:44] Customer rating: 2 out of 5 stars", ("stars", 2.0, 5.0)),
        ("Valoración del cliente: 3 de 5", ("stars", 3.0, 5.0)),
        ("CSAT: 5/5", ("csat", 5.0, 5.0)),
        ("NPS: 9", ("nps", 9.0, 10.0)),
        ("**Rating:** ★★☆☆☆", ("stars", 2.0, 5.0)),
        ("Rating: 4", None),
        ("Rating: 6/5", None),
        ("I would give a rating: 4/5", None),
        ("Score: we won 4/5 of them", None),
    ],
)
def test_a_line_that_rates_a_conversation_is_known(line: str, rated: tuple[str, float, float] | None) -> None:
    found = rating_line(line)
    assert (found and (found[0].kind, found[0].value, found[0].high)) == rated
    if found:
        assert read_rating(line[found[1] : found[2]]) is not None
