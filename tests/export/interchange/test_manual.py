import re

import pytest
from tests.repository import ROOT

from journeyai.export import EXPORTERS

MANUAL = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("format", EXPORTERS)
def test_the_manual_has_a_row_for_every_format(format: str) -> None:
    assert re.search(rf"^\| [^|]*`{format}`", MANUAL, flags=re.M)
