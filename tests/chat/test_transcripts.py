"""Whole conversations of scripts: what is typed in, everything that is said out, as golden files."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engines.llm.servers import Asked, ModelServer, Told, says, streams
from tests.studies import copy_study, environment, run

from journeyai import JourneyMap

GOLDEN = Path(__file__).parent / "golden"
Drafted = Callable[[str], Path]


def normal(text: str, study: Path) -> str:
    """Return *text* without what differs from run to run: places, days, hours."""
    text = text.replace(str(study), "STUDY")
    text = re.sub(r"127\.0\.0\.1:\d+", "HOST", text)
    text = re.sub(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\+00:00|Z)?)?", "DATE", text)
    return re.sub(r"\b\d\d:\d\d(:\d\d)?\b", "TIME", text)


@pytest.mark.parametrize(
    ("language", "yes"), [("en", True), ("es", True), ("es", False)], ids=["en-yes", "es-yes", "es-no"]
)
def test_a_conversation_is_what_it_was(
    drafted: Drafted, tmp_path: Path, golden: Callable[[str, str], None], language: str, yes: bool
) -> None:
    study = copy_study(drafted(language), tmp_path / "s")
    before = (study / "map.json").read_bytes()
    typed = (GOLDEN / f"{language}.in.txt").read_bytes()

    told = run(
        "chat", "--engine", "local", *(["--yes"] if yes else []), cwd=study, stdin=typed,
        env=environment(COLUMNS="88"),
    )  # fmt: skip

    assert told.stderr == b""
    assert b"\x1b" not in told.stdout
    if not yes:
        assert (study / "map.json").read_bytes() == before
    golden(
        f"{language}.{'yes' if yes else 'no'}.txt",
        normal(told.stdout.decode(), study) + f"exit code {told.returncode}\n",
    )


SENTENCES = {
    "en": ("Some came early.", "Others had to wait."),
    "es": ("A unos les llegó pronto.", "Otros esperaron."),
}


def scripted(journey: JourneyMap, language: str) -> Callable[[Asked], Told]:
    """Return a model that answers each question alike, and proposes to merge what it is shown first of the pains."""
    pains = [card for card in journey.cards if card.lane == "pain_point"]
    one, other = next((a, b) for a in pains for b in pains if a.id != b.id and a.stage == b.stage)

    def answer(asked: Asked) -> Told:
        wanted = asked.body["response_format"]["json_schema"]["name"]
        if wanted == "AnswerReply":
            first, second = SENTENCES[language]
            told: dict[str, Any] = {
                "in_sources": True,
                "sentences": [{"text": first, "cites": [1]}, {"text": second, "cites": [2, 999]}],
            }
            text = json.dumps(told, ensure_ascii=False)
            return streams(text[:50], text[50:], usage=(900, 40))
        merge = {"kind": "merge_cards", "targets": [one.id, other.id], "to": one.id, "text": None}
        unknown = {"kind": "reject", "targets": ["c9999"], "to": None, "text": None}
        return says({"changes": [merge, unknown] if "c9999" not in asked.last else [merge], "unclear": ""})

    return answer


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_conversation_with_a_model_is_what_it_was(
    drafted: Drafted, tmp_path: Path, golden: Callable[[str, str], None], language: str
) -> None:
    study = copy_study(drafted(language), tmp_path / "s")
    journey = JourneyMap.from_json((study / "map.json").read_bytes())
    typed = (GOLDEN / f"{language}.model.in.txt").read_bytes()

    with ModelServer(scripted(journey, language)) as server:
        told = run(
            "chat", "--engine", "llm", "--model", "tiny", "--yes", cwd=study, stdin=typed,
            env=environment(COLUMNS="88", OPENAI_BASE_URL=server.url),
        )  # fmt: skip

    assert told.stderr == b""
    golden(f"{language}.model.txt", normal(told.stdout.decode(), study) + f"exit code {told.returncode}\n")
