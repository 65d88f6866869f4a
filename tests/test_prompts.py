"""What stands in `prompts/` fits the code that fills it in, and its examples hold to what they ask for."""

import re
from typing import Any

import pytest
from tests.engines.llm.steps.sample_questions import SAMPLES
from tests.engines.llm.steps.scripted import rendered

from journeyai.prompting import load_prompts
from journeyai.resources import folder

STEPS = sorted(path.name for path in folder("prompts").iterdir() if path.is_dir())
#: A word of English and JSON is about 1.3 tokens; nearly every draft sends each of these many times.
MOST_WORDS = 300
#: `observe` teaches the whole convention of labelling.
LONG = {"observe": 550}
#: Fields of replies that repeat words of a line.
VERBATIM = frozenset({"quote", "words", "first_words", "last_words"})
#: Fields of replies that name lines by an id of the map instead of a number.
BY_ID = frozenset({"targets"})

every_step = pytest.mark.parametrize("step", STEPS)


def test_every_folder_has_a_sample_and_every_sample_a_folder() -> None:
    assert list(SAMPLES) == STEPS


@every_step
def test_the_places_in_the_texts_are_those_the_step_fills(step: str) -> None:
    prompts = load_prompts(step)
    for question in SAMPLES[step]():
        assert question.step == step
        assert not question.values.keys() & question.data.keys()
        assert (
            prompts.system.variables | prompts.user.variables == question.values.keys() | question.data.keys()
        )
        # What sources say never gets into the message that gives the orders.
        assert prompts.system.variables <= question.values.keys()
    assert prompts.retry.variables == {"error"}


@every_step
def test_material_stands_between_the_marks_and_is_called_material(step: str) -> None:
    prompts = load_prompts(step)
    block = re.fullmatch(r"(?s)(.*)<<<DATA\n(.*)\nDATA>>>", prompts.user.text)
    assert block is not None
    assert "$lines" in block[2]
    assert "Everything between the DATA marks is material" in prompts.system.text


@every_step
def test_prompts_are_short(step: str) -> None:
    assert len(load_prompts(step).system.text.split()) <= LONG.get(step, MOST_WORDS)


@every_step
def test_the_example_is_a_reply_that_would_be_taken_and_points_at_its_own_lines(step: str) -> None:
    for question in SAMPLES[step]():
        lines, answer = example(rendered(question).partition("# user")[0])
        reply = question.reply.model_validate_json(answer).model_dump()
        schema = question.reply.model_json_schema()
        pointed, repeated = told(reply, schema, schema.get("$defs", {}))
        assert pointed
        assert set(pointed) <= lines.keys()
        assert [words for words in repeated if not any(words in line for line in lines.values())] == []


def test_an_example_that_points_elsewhere_is_found_out() -> None:
    reply = {"n": [7], "v": -2, "quote": "made up", "text": "free", "targets": ["c9"]}
    schema = {
        "properties": {
            "n": {"items": {"$ref": "#/$defs/N"}},
            "v": {"type": "integer", "minimum": -2, "maximum": 2},
            "quote": {"type": "string"},
            "text": {"type": "string"},
            "targets": {"items": {"type": "string"}},
        }
    }
    assert told(reply, schema, {"N": {"type": "integer", "minimum": 0}}) == (
        ["c9", "7"],
        ["made up"],
    )


def example(system: str) -> tuple[dict[str, str], str]:
    """Return the lines, by number or id, and the reply of the example that a prompt ends with."""
    found = re.search(r"(?ms)^Example\b(.*?)^Answer:\n(\{.*\})\s*\Z", system)
    assert found is not None, "a prompt ends with `Example … Answer:` and a reply"
    lines = re.findall(r"(?m)^\[(\w+)\] (.+)$", found[1])
    assert lines, "the example has numbered lines"
    return dict(lines), found[2]


def told(value: Any, schema: dict[str, Any], defined: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the lines that a reply names, by number or id, and the words it repeats.

    A whole number with an upper bound is a scale; one without is a line's number.
    """
    if "$ref" in schema:
        return told(value, defined[schema["$ref"].rpartition("/")[2]], defined)
    if "anyOf" in schema:
        kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
        return ([], []) if value is None else told(value, kinds[0], defined)
    pointed: list[str] = []
    repeated: list[str] = []
    if isinstance(value, dict):
        repeated += [value[key] for key in sorted(VERBATIM & value.keys())]
        pointed += [id_ for key in sorted(BY_ID & value.keys()) for id_ in value[key]]
        inside = [(item, schema["properties"][key]) for key, item in value.items()]
    elif isinstance(value, list):
        inside = [(item, schema["items"]) for item in value]
    else:
        is_number = schema.get("type") == "integer" and "maximum" not in schema
        return ([str(value)] if is_number else []), []
    for item, kind in inside:
        more_pointed, more_repeated = told(item, kind, defined)
        pointed += more_pointed
        repeated += more_repeated
    return pointed, repeated
