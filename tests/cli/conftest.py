import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from tests.typed import Told, Typed

from journeyai.cli import main


@pytest.fixture
def typed(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command; in this process, which has everything loaded."""
    for name in ("JOURNEYAI_STUDY", "JOURNEYAI_CHROMA_URL", "JOURNEYAI_MODEL", "OPENAI_BASE_URL",
                 "OPENAI_API_KEY", "NO_COLOR", "FORCE_COLOR"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)

    def type_(
        *arguments: str | Path, cwd: Path | None = None, stdin: bytes = b"", columns: int = 100
    ) -> Told:
        if cwd is not None:
            monkeypatch.chdir(cwd)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin), encoding="utf-8"))
        code: object
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = left.code
        out, told = capfdbinary.readouterr()
        return Told(code, out, told)

    return type_
