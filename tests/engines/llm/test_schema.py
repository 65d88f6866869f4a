from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field

from journeyai.engines.llm.asking import Reply
from journeyai.engines.llm.schema import (
    UnreadableError,
    full_schema,
    prompt_schema,
    read_broken_off,
    read_reply,
    strict_schema,
)


class Point(Reply):
    number: int = Field(ge=1, le=99)
    lane: Literal["pain", "delight"]
    gist: str = Field(max_length=12, description="In short.")
    note: str | None = None


class Points(Reply):
    points: list[Point] = Field(max_length=3)
    only: Literal["yes"]


def test_a_strict_schema_has_no_references_nothing_optional_and_no_text_bounds() -> None:
    assert strict_schema(Points) == {
        "type": "object",
        "properties": {
            "points": {
                "type": "array",
                "maxItems": 3,
                "items": {
                    "type": "object",
                    "properties": {
                        "number": {"type": "integer", "minimum": 1, "maximum": 99},
                        "lane": {"type": "string", "enum": ["pain", "delight"]},
                        "gist": {"type": "string", "description": "In short."},
                        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    },
                    "required": ["number", "lane", "gist", "note"],
                    "additionalProperties": False,
                },
            },
            "only": {"type": "string", "enum": ["yes"]},
        },
        "required": ["points", "only"],
        "additionalProperties": False,
    }


def test_the_schema_of_a_prompt_tells_text_bounds_in_one_line() -> None:
    told = prompt_schema(Points)
    assert '"maxLength":12' in told
    assert "\n" not in told


class Itself(Reply):
    inner: "Itself | None"


class Mapped(Reply):
    by_name: dict[str, int]


class Paired(Reply):
    pair: tuple[int, str]


@pytest.mark.parametrize("reply", [Itself, Mapped, Paired])
def test_what_no_strict_schema_can_say_is_refused(reply: type[Reply]) -> None:
    with pytest.raises(TypeError):
        full_schema(reply)


GOOD = '{"points": [{"number": 1, "lane": "pain", "gist": "late", "note": null}], "only": "yes"}'
READ = Points(points=[Point(number=1, lane="pain", gist="late", note=None)], only="yes")


def _cut(text: str, most: int) -> str:
    return text[:most]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD, id="alone"),
        pytest.param(f"```json\n{GOOD}\n```", id="fenced"),
        pytest.param(f"Sure! Here it is:\n{GOOD}\nAnything else?", id="with-words"),
        pytest.param(f"<think>maybe {{}} or {{'a'}}</think>\n{GOOD}", id="with-thoughts"),
        pytest.param(f"The set {{a, b}} gives {GOOD}", id="with-braces-before"),
        pytest.param(GOOD + GOOD, id="twice"),
        pytest.param(GOOD.replace("late", "late and never"), id="too-long-a-text-is-cut"),
    ],
)
def test_a_reply_is_read(text: str) -> None:
    assert read_reply(text, Points, lambda found, most: _cut(found, most).removesuffix(" and nev")) == READ


def test_texts_are_tidied_and_labels_are_not() -> None:
    seen: list[tuple[str, int]] = []

    def tidy(text: str, most: int) -> str:
        seen.append((text, most))
        return text

    read_reply(GOOD.replace("null", '"n"'), Points, tidy)
    assert seen == [("late", 12), ("n", 2000)]


@pytest.mark.parametrize(
    ("text", "problem", "is_shapeless"),
    [
        ("", "There is no JSON object in it.", True),
        ("I cannot.", "There is no JSON object in it.", True),
        ('{"answer": 1}', "The object has none of the fields ['only', 'points'].", True),
        ("{}", "The object has none of the fields ['only', 'points'].", True),
        (
            '{"points": [{"number"',
            "It is no JSON: Expecting ':' delimiter at character 21 of the object.",
            False,
        ),
        (GOOD[:72], "It is no JSON: Expecting ',' delimiter at character 72 of the object.", False),
        ('{"points": [], "only": "no"}', "only: Input should be 'yes'", False),
        ('{"points": []}', "only: Field required", False),
        ('{"points": 5, "only": "yes"}', "points: Input should be a valid list", False),
        ('{"points": [], "only": "yes", "more": 1}', "more: Extra inputs are not permitted", False),
        (
            GOOD.replace("1,", "100,"),
            "points.0.number: Input should be less than or equal to 99",
            False,
        ),
        ('{"points":' + "[" * 100_000, "It is nested too deeply.", False),
    ],
)
def test_what_is_wrong_with_a_reply_is_said(text: str, problem: str, is_shapeless: bool) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_reply(text, Points, _cut)
    assert (caught.value.problem, caught.value.is_shapeless) == (problem, is_shapeless)


def test_what_a_reply_says_is_not_in_what_is_wrong_with_it() -> None:
    told: dict[str, Any] = {"points": [], "only": "call 555-1234"}
    with pytest.raises(UnreadableError) as caught:
        read_reply(str(told).replace("'", '"'), Points, _cut)
    assert "555" not in caught.value.problem


class Heap(Reply):
    entries: ClassVar[str] = "points"
    points: list[Point]


ONE = '{"number": 1, "lane": "pain", "gist": "late", "note": null}'
TWO = ONE.replace("1", "2")


@pytest.mark.parametrize(
    ("broke_off", "numbers"),
    [
        pytest.param(f'{{"points": [{ONE}, {TWO}, {{"number": 3, "la', [1, 2], id="in-an-entry"),
        pytest.param(f'{{"points": [{ONE}, {{"number": 3', [1], id="in-a-number"),
        pytest.param(f'{{"points": [{ONE}, {TWO}', [1], id="after-an-entry-that-looks-whole"),
        pytest.param(f'<think>{{}}</think>Here: {{"points": [{ONE}, {TWO}, ', [1], id="after-thoughts"),
    ],
)
def test_of_an_answer_that_broke_off_the_whole_entries_are_read(broke_off: str, numbers: list[int]) -> None:
    found = read_broken_off(broke_off, Heap, _cut)
    assert found is not None
    assert [point.number for point in found.points] == numbers


@pytest.mark.parametrize(
    "broke_off",
    [
        pytest.param("", id="nothing"),
        pytest.param('{"points": [', id="no-entry"),
        pytest.param(f'{{"points": [{ONE}', id="one-entry-that-may-be-cut"),
        pytest.param(f'{{"other": [{ONE}, {TWO}, ', id="other-entries"),
        pytest.param('{"points": [{"number": 1}, {"number": 2}', id="entries-that-lack-fields"),
        pytest.param('{"points": [nonsense, ', id="no-json"),
        pytest.param('{"points": {"number": 1, "lane', id="no-list"),
    ],
)
def test_an_answer_that_broke_off_before_it_was_of_use_gives_nothing(broke_off: str) -> None:
    assert read_broken_off(broke_off, Heap, _cut) is None


def test_what_is_no_list_of_entries_is_never_read_in_part() -> None:
    assert read_broken_off(GOOD[:-3], Points, _cut) is None
