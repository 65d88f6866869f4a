import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyai.errors import ResourceError
from journeyai.prompting import Prompt, load_prompts


def test_every_placeholder_is_filled_and_braces_stay() -> None:
    prompt = Prompt("observe/user", 'Write ${n} points in $language: {"points":[{"n":[$n]}]}. It costs $$5.')
    assert prompt.variables == {"n", "language"}
    assert (
        prompt.render({"n": "3", "language": "Spanish"})
        == 'Write 3 points in Spanish: {"points":[{"n":[3]}]}. It costs $5.'
    )


@settings(deadline=None)
@given(st.text())
def test_what_is_filled_in_is_not_looked_at_again(text: str) -> None:
    assert Prompt("a/user", "<$lines|$count>").render({"lines": text, "count": "1"}) == f"<{text}|1>"


@pytest.mark.parametrize("text", ["$lines", "${count}", "$5 off", "$$", "$", "{lines}"], ids=str)
def test_a_dollar_in_a_customers_words_stays_one(text: str) -> None:
    assert Prompt("a/user", "$lines").render({"lines": text}) == text


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        pytest.param("$a $b", {"a": "1"}, "The prompt `s/user` has no value for `b`.", id="no value"),
        pytest.param("$a", {"a": "1", "b": "2"}, "The prompt `s/user` has no place for `b`.", id="no place"),
        pytest.param(
            "$b $a",
            {"c": "1"},
            "The prompt `s/user` has no value for `a`, has no value for `b`, has no place for `c`.",
            id="all of it at once",
        ),
        pytest.param("5 $", {}, "The prompt `s/user` holds a `$` that begins no name.", id="lone dollar"),
        pytest.param("$5", {}, "The prompt `s/user` holds a `$` that begins no name.", id="a price"),
        pytest.param("${a", {"a": "1"}, "The prompt `s/user` holds a `$` that begins no name.", id="open"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(ResourceError) as told:
        Prompt("s/user", text).render(values)
    assert told.value.message == message
    assert told.value.hint


def test_a_steps_prompts_are_named_after_their_files() -> None:
    prompts = load_prompts("observe")
    assert [prompts.step, prompts.system.name, prompts.user.name, prompts.retry.name] == [
        "observe",
        "observe/system",
        "observe/user",
        "observe/retry",
    ]
    assert prompts.retry.variables == {"error"}
    assert all(text == text.strip() != "" for text in (prompts.system.text, prompts.user.text))


def test_the_hash_is_of_all_three_texts() -> None:
    prompts = load_prompts("theme")
    whole = "\0".join((prompts.system.text, prompts.user.text, prompts.retry.text))
    assert prompts.hash == hashlib.sha256(whole.encode()).hexdigest()[:12]
    assert load_prompts("observe").hash != prompts.hash


@pytest.mark.parametrize("step", ["daydream", "observe/system.md", ""])
def test_a_step_without_prompts_is_told(step: str) -> None:
    with pytest.raises(ResourceError) as told:
        load_prompts(step)
    assert told.value.message == f"The prompt `{step}/system.md` is missing or cannot be read."
