"""`journeyai draft` with a language model: a perfect reader of labelled material, at an address of this machine."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Final

import pytest
from tests.engines.llm.servers import Asked, ModelServer, Told, fails, says
from tests.repository import ROOT
from tests.studies import copy_study, environment, run

from journeyai.app import Study
from journeyai.cli import main
from journeyai.engines.llm.engine import STEPS
from journeyai.evaluation.oracle import Manner, Oracle
from journeyai.evaluation.oracle_server import MODEL, OracleServer
from journeyai.model.journey import JourneyMap
from journeyai.prompting import load_prompts

CORPUS: Final = ROOT / "evals" / "data" / "en-letting"
FILES: Final = ("interviews/int-01.md", "interviews/int-02.txt", "chats/chat-01.txt", "chats/chat-02.txt")
KEY: Final = "sk-secret-4711-never-to-be-seen"
#: Lanes of what is counted or proposed, and not read out of a source.
UNMARKED: Final = ("measure", "opportunity")
NOTHING: Final = "Nothing to ask: every answer is kept from an earlier run and costs nothing."


@dataclass(frozen=True)
class Typed:
    """What a command said, and its exit code."""

    code: object
    out: bytes
    told: str

    @property
    def lines(self) -> list[str]:
        """Of stderr."""
        return self.told.splitlines()


def draft(root: Path, *arguments: str, url: str = "", key: str = "", settings: str = "") -> Typed:
    """Type `journeyai draft` with nothing in the environment but *url* and *key*; it has everything loaded."""
    if settings:
        (root / "journey.toml").write_text(settings, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JOURNEYAI_STUDY", "JOURNEYAI_CHROMA_URL", "JOURNEYAI_MODEL", "OLLAMA_HOST",
                     "OPENAI_BASE_URL", "OPENAI_API_KEY", "NO_COLOR", "FORCE_COLOR"):  # fmt: skip
            patch.delenv(name, raising=False)
        for name, value in {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": key, "COLUMNS": "400"}.items():
            if value:
                patch.setenv(name, value)
        out, told = BytesIO(), BytesIO()
        patch.setattr(sys, "stdout", TextIOWrapper(out, encoding="utf-8"))
        patch.setattr(sys, "stderr", TextIOWrapper(told, encoding="utf-8"))
        try:
            code: object = main(["draft", "--study", str(root), *arguments])
        except SystemExit as left:
            code = left.code
        sys.stdout.flush()
        sys.stderr.flush()
        return Typed(code, out.getvalue(), told.getvalue().decode())


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle.of([CORPUS], Manner(letters=True))


@pytest.fixture(scope="module")
def server(oracle: Oracle) -> Iterator[OracleServer]:
    with OracleServer(oracle, Manner(letters=True)) as server:
        yield server


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that nobody has drawn: copy it before drawing."""
    study = Study.create(tmp_path_factory.mktemp("indexed") / "study", title="Letting", language="en")
    for name in FILES:
        target = study.folder.sources / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CORPUS / "sources" / name, target)
    study.index()
    return study.folder.root


@pytest.fixture
def fresh(indexed: Path, tmp_path: Path) -> Path:
    return copy_study(indexed, tmp_path / "study")


@dataclass(frozen=True)
class First:
    """A study, the command that drew it, and how many questions that took."""

    root: Path
    typed: Typed
    calls: int


@pytest.fixture(scope="module")
def first(indexed: Path, server: OracleServer, tmp_path_factory: pytest.TempPathFactory) -> First:
    """The first draft of all: with a key, so that it can be looked for everywhere."""
    root = copy_study(indexed, tmp_path_factory.mktemp("first") / "study")
    before = server.served.calls
    typed = draft(
        root, "--engine", "llm", url=server.base_url, key=KEY, settings="[llm]\nlog_content = true\n"
    )
    return First(root, typed, server.served.calls - before)


@pytest.fixture
def drawn(first: First, tmp_path: Path) -> Path:
    return copy_study(first.root, tmp_path / "study")


def map_of(root: Path) -> JourneyMap:
    return JourneyMap.model_validate_json((root / "map.json").read_bytes())


def kept_answers(root: Path) -> int:
    """Return how many answers the study keeps."""
    with closing(sqlite3.connect(root / ".journeyai" / "cache.sqlite")) as store:
        count: int = store.execute("SELECT count(*) FROM answers").fetchone()[0]
        return count


def reader(oracle: Oracle, asked: Asked) -> Told:
    """Return what the oracle says to *asked*."""
    schema = asked.body["response_format"]["json_schema"]["schema"]
    return says(oracle.answer(asked.body["messages"], schema))


def test_the_estimate_is_told_first_and_what_it_took_afterwards(first: First, server: OracleServer) -> None:
    assert first.typed.code == 0, first.typed.told
    host = server.base_url.removeprefix("http://").removesuffix("/v1")
    estimate = first.typed.lines[0]
    assert estimate.startswith("About ")
    assert f" questions to {MODEL} at {host}: " in estimate
    assert estimate.endswith(" received, no charge. Personal data is not masked.")
    assert any(
        line.startswith(f"Asked {MODEL} at {host}: {first.calls} answers, ") for line in first.typed.lines
    )


def test_the_map_is_proved_and_names_engine_model_and_prompts(first: First) -> None:
    journey = map_of(first.root)
    assert journey.cards
    assert journey.personas
    assert (journey.made_by.engine, journey.made_by.model) == ("llm", MODEL)
    assert journey.made_by.prompts == {step: load_prompts(step).hash for step in STEPS}
    assert Study.open(first.root).verify().findings == ()


def test_a_key_stands_nowhere(first: First) -> None:
    assert KEY not in first.typed.told
    assert KEY.encode() not in first.typed.out
    held = [path for path in first.root.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert held == []


def test_a_second_draft_asks_nothing_and_leaves_the_map_byte_for_byte(
    drawn: Path, server: OracleServer
) -> None:
    before, calls = (drawn / "map.json").read_bytes(), server.served.calls
    again = draft(drawn, "--engine", "llm", url=server.base_url)
    assert (again.code, again.lines[0]) == (0, NOTHING)
    assert server.served.calls == calls
    assert (drawn / "map.json").read_bytes() == before
    planned = draft(drawn, "--engine", "llm", "--dry-run", url=server.base_url)
    assert planned.out.decode() == f"{NOTHING}\nNothing was asked.\n"


def test_a_dry_run_asks_nothing_and_draws_nothing(fresh: Path, first: First, server: OracleServer) -> None:
    calls = server.served.calls
    planned = draft(fresh, "--engine", "llm", "--dry-run", url=server.base_url)
    assert (planned.code, planned.told) == (0, "")
    assert planned.out.decode() == f"{first.typed.lines[0]}\nNothing was asked.\n"
    assert server.served.calls == calls
    assert not (fresh / "map.json").exists()


def test_auto_takes_the_model_where_an_address_is_set(fresh: Path, server: OracleServer) -> None:
    planned = draft(fresh, "--dry-run", url=server.base_url)
    assert planned.out.decode().startswith("About ")
    assert draft(fresh, url=server.base_url).code == 0
    assert map_of(fresh).made_by.engine == "llm"


def test_auto_is_the_local_engine_where_nothing_is_set(fresh: Path) -> None:
    planned = draft(fresh, "--engine", "auto", "--dry-run")
    assert planned.out.decode() == "The local engine asks nobody: it needs no key and costs nothing.\n"
    assert draft(fresh, "--stability", "2").code == 0
    journey = map_of(fresh)
    assert journey.made_by.engine == "local"
    # It reads the same way every time.
    assert {card.stability for card in journey.cards if card.lane not in UNMARKED} == {1.0}


def test_a_cap_ends_a_draft_and_a_larger_one_goes_on_where_it_ended(
    fresh: Path, first: First, server: OracleServer
) -> None:
    calls = server.served.calls
    capped = draft(fresh, "--engine", "llm", "--max-tokens", "12000", url=server.base_url)
    paid = server.served.calls - calls
    assert capped.code == 5
    assert 0 < paid < first.calls
    assert kept_answers(fresh) == paid
    assert "12,000" in capped.told
    assert "Traceback" not in capped.told
    assert not (fresh / "map.json").exists()
    on = draft(fresh, "--engine", "llm", "--max-tokens", "1000000", url=server.base_url)
    assert on.code == 0, on.told
    assert server.served.calls - calls == first.calls
    assert f"; {paid} answered from earlier runs at no cost." in on.told
    assert map_of(fresh).cards == map_of(first.root).cards


def test_reading_again_marks_cards_firm_or_shaky_and_asks_only_that(
    drawn: Path, first: First, server: OracleServer
) -> None:
    calls = server.served.calls
    marked = draft(drawn, "--engine", "llm", "--stability", "1", url=server.base_url)
    assert marked.code == 0, marked.told
    assert marked.lines[0].startswith("About ")
    assert 0 < server.served.calls - calls < first.calls
    found = {card.stability for card in map_of(drawn).cards if card.lane not in UNMARKED}
    assert None not in found
    assert all(0 <= share <= 1 for share in found if share is not None)


def test_json_is_the_map_alone_on_stdout(drawn: Path, server: OracleServer) -> None:
    told = draft(drawn, "--engine", "llm", "--json", url=server.base_url)
    assert told.out == (drawn / "map.json").read_bytes()
    assert told.lines[0] == NOTHING


def test_a_refused_key_is_one_sentence_and_what_to_do(fresh: Path) -> None:
    with ModelServer(fails(401, f"Incorrect API key provided: {KEY}")) as refusing:
        told = run(
            *("draft", "--engine", "llm", "--study", fresh),
            env={**environment(), "OPENAI_BASE_URL": refusing.url, "OPENAI_API_KEY": KEY, "COLUMNS": "400"},
        )
        assert refusing.requests[0].headers["authorization"] == f"Bearer {KEY}"
        # It is not asked with every document.
        assert len(refusing.requests) == 1
    estimate, sentence, *advice = told.stderr.decode().splitlines()
    assert (told.returncode, told.stdout) == (4, b"")
    assert estimate.startswith("About ")
    assert sentence.startswith("The model server `127.0.0.1:")
    assert len(advice) == 1
    assert "Traceback" not in told.stderr.decode()
    assert KEY not in told.stderr.decode()
    assert not (fresh / "map.json").exists()


@pytest.mark.parametrize(
    ("fault", "why", "stretches"),
    [
        pytest.param(fails(500), "the model server has a fault of its own", 1, id="fault"),
        # Halved down to single sentences, of which a few words here and there are harmless.
        pytest.param(says("No."), "the model gave no answer that can be read", 3, id="unreadable"),
    ],
)
def test_what_is_not_answered_is_named_and_the_rest_is_drawn(
    fresh: Path, oracle: Oracle, fault: Told, why: str, stretches: int
) -> None:
    lost = "chats/chat-02.txt"
    said = (fresh / "sources" / lost).read_text(encoding="utf-8").splitlines()
    telling = [words for line in said if len(words := line.split(": ", 1)[-1]) > 8]

    def mostly(asked: Asked) -> Told:
        return fault if any(words in asked.text for words in telling) else reader(oracle, asked)

    with ModelServer(mostly, models=(MODEL,)) as server:
        told = draft(fresh, "--engine", "llm", url=server.url, settings="[llm]\nretries = 0\n")
        assert told.code == 4, told.told
        named = [line for line in told.lines if line.startswith("Not read: ")]
        assert len(named) == stretches
        assert all(line.startswith(f"Not read: {lost}, sentence") for line in named)
        assert all(line.endswith(f": {why}.") for line in named)
        assert (
            told.lines[-1] == "Run the same command again to ask for these alone; all other answers are kept."
        )
        journey = map_of(fresh)
        assert lost not in {item.source for item in journey.evidence}
        assert Study.open(fresh).verify().findings == ()
        # Once the server can, only what is new is asked.
        server.answer = lambda asked: reader(oracle, asked)
        again = draft(fresh, "--engine", "llm", url=server.url)
    assert again.code == 0, again.told
    assert lost in {item.source for item in map_of(fresh).evidence}


@pytest.mark.parametrize("option", [("--model", "tiny"), ("--max-cost", "1"), ("--max-tokens", "1000")])
def test_the_local_engine_is_not_given_what_it_cannot_use(fresh: Path, option: tuple[str, str]) -> None:
    said = draft(fresh, "--engine", "local", *option)
    assert said.code == 2
    assert "`--engine local` asks no model" in said.told
    assert not (fresh / "map.json").exists()
