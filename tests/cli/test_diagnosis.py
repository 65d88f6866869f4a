"""What `journeyai doctor` says of the model that would be asked; nobody is asked, and no key is shown."""

import json
from pathlib import Path
from typing import Final

import pytest

from journeyai.cli import main
from journeyai.cli.diagnosis import language_model
from journeyai.settings import read_settings

LOCAL: Final = "http://127.0.0.1:9/v1"
ELSEWHERE: Final = "https://user:secret-word@models.example.org/v1?key=secret-word"


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and nothing in the environment that names a model."""
    for name in ("JOURNEYAI_STUDY", "JOURNEYAI_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("settings", "around", "state", "says"),
    [
        pytest.param("", {}, "good", "none set; the local engine draws", id="nothing"),
        pytest.param(
            'engine = "local"', {"OPENAI_API_KEY": "sk-secret-word"},
            "good", "not asked; the local engine draws, as journey.toml says", id="local",
        ),
        pytest.param(
            "", {"OPENAI_BASE_URL": LOCAL},
            "good", "the first model of the server at 127.0.0.1:9; personal data is not masked; no charge",
            id="a server here",
        ),
        pytest.param(
            '[llm]\nmodel = "small"\n[privacy]\nmask = "always"', {"OPENAI_BASE_URL": LOCAL},
            "good", "small at 127.0.0.1:9; personal data is masked; no charge", id="masked here, too",
        ),
        pytest.param(
            "", {"OPENAI_BASE_URL": ELSEWHERE, "OPENAI_API_KEY": "sk-secret-word"},
            "good",
            "the first model of the server at models.example.org; personal data is masked; "
            "its price is looked up once it has told its name",
            id="a server elsewhere",
        ),
        pytest.param(
            '[llm]\nmodel = "ours"', {"OPENAI_BASE_URL": ELSEWHERE},
            "good",
            "ours at models.example.org; personal data is masked; "
            "price not known (`price_in` and `price_out` set it)",
            id="no price",
        ),
        pytest.param(
            '[llm]\nmodel = "ours"\nprice_in = 0.5\nprice_out = 2\n[privacy]\nmask = "never"',
            {"OPENAI_API_KEY": "sk-secret-word"},
            "good",
            "ours at api.openai.com; personal data is not masked; $0.5 a million tokens sent, $2.0 received",
            id="a price of one's own",
        ),
        pytest.param(
            'engine = "llm"', {},
            "wrong", "The `llm` engine needs a key, and `OPENAI_API_KEY` is not set.", id="no key",
        ),
        pytest.param(
            '[llm]\nmodel = "ours"\nmax_cost = 1', {"OPENAI_API_KEY": "sk-secret-word"},
            "wrong", "`max_cost` is set, but what this model costs is not known.", id="a cap without a price",
        ),
        pytest.param(
            '[llm]\nmodel = "groq:ours"', {},
            "wrong", "Models of `groq` need the package `langchain-groq`, which is not installed.",
            id="a package that is missing",
        ),
        pytest.param(
            '[llm]\nbase_url = "https://collects.example.org/v1"', {"OPENAI_API_KEY": "sk-secret-word"},
            "wrong", "This study's `journey.toml` would send your key to `collects.example.org`.",
            id="an address that may collect keys",
        ),
    ],
)  # fmt: skip
def test_which_model_would_be_asked_is_told_without_asking(
    alone: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: str,
    around: dict[str, str],
    state: str,
    says: str,
) -> None:
    (alone / "journey.toml").write_text(settings, encoding="utf-8")
    for name, value in around.items():
        monkeypatch.setenv(name, value)
    found = language_model(read_settings(alone / "journey.toml"))
    assert (found.what, found.state, found.says) == ("language model", state, says)
    assert bool(found.remedy) == (state == "wrong")
    assert "secret-word" not in str(found)


def test_a_fault_of_the_model_is_none_where_there_is_no_study(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-word")
    monkeypatch.setenv("JOURNEYAI_MODEL", "nobody:knows")
    assert main(["doctor", "--json"]) == 0
    out, told = capfd.readouterr()
    (found,) = [item for item in json.loads(out) if item["what"] == "language model"]
    assert found["state"] == "check"
    assert "is no provider" in found["says"]
    (alone / "sources").mkdir()
    (alone / "journey.toml").touch()
    assert main(["doctor"]) == 2
    assert "secret-word" not in out + told + "".join(capfd.readouterr())
