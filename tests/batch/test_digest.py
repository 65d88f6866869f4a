import csv
import io
from pathlib import Path
from typing import Any

from tests.batch.ledgers import told

from journeyai.batch.digest import Form, digest
from journeyai.batch.totals import count
from journeyai.model.summary import Summary

SAID = {"quote": "“Three weeks” <b>late</b> [x](y)", "start": 10, "end": 40, "speaker": "Ana"}
WHOLE: dict[str, Any] = {
    "source": "calls/a.txt",
    "record": "7",
    "sha256": "0",
    "language": "en",
    "participants": [{"name": "Ana", "role": "customer"}, {"name": "=Bot", "role": "agent"}],
    "issue": "=HYPERLINK(1) *late* refund",
    "what_happened": "Asked twice.\nThen waited.",
    "customer_goal": "Her money",
    "outcome": "partly",
    "emotion_start": "anger",
    "emotion_end": "relief",
    "valence_path": [-1.25, 0.5],
    "stages": ["support", "use"],
    "pain_points": [{"title": "Waits", "evidence": [SAID]}],
    "promises": [{"who": "agent", "what": "Pays today", "evidence": {**SAID, "speaker": None}}],
    "key_quotes": [SAID],
}
FAILED: dict[str, Any] = {
    "source": "b.txt",
    "record": None,
    "sha256": "0",
    "language": "und",
    "error": {"fault": "model", "message": "No answer <came>."},
}


def written(folder: Path, form: Form, *summaries: dict[str, Any]) -> str:
    with told(folder, [Summary.model_validate(one) for one in summaries]) as (ledger, result):
        return "".join(digest(ledger, result.run, form, count(ledger, result, None)))


def test_a_page_has_a_section_an_item_and_nothing_of_a_source_is_markup(tmp_path: Path) -> None:
    assert (
        written(tmp_path, "md", WHOLE, FAILED)
        == """\
# Summaries

1 conversation: partly resolved 1.

**Commonest pain points** (of 1 conversation that was compared)

- 1 × Waits

## calls/a.txt\\#7

**\\=HYPERLINK(1) \\*late\\* refund**

Asked twice. Then waited.

- Outcome: partly resolved
- Feeling: anger → relief
- What the customer wanted: Her money
- Stages: support, use
- Pain points:
  - Waits ““Three weeks” &lt;b&gt;late&lt;/b&gt; \\[x\\](y)”
- Promises:
  - Agent: Pays today ““Three weeks” &lt;b&gt;late&lt;/b&gt; \\[x\\](y)”

> Ana: ““Three weeks” &lt;b&gt;late&lt;/b&gt; \\[x\\](y)”

## Without a summary (1)

- b.txt: No answer &lt;came&gt;.
"""
    )


def test_a_table_has_a_row_an_item_and_no_formula(tmp_path: Path) -> None:
    text = written(tmp_path, "csv", WHOLE, FAILED)
    assert text.startswith("\ufeffSource,Record,Language,")
    head, whole, failed = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert len(head) == len(whole) == len(failed) == 16
    row = dict(zip(head, whole, strict=True))
    assert row["Issue"] == "'=HYPERLINK(1) *late* refund"
    assert row["What happened"] == "Asked twice. Then waited."
    assert row["Participants"] == "Ana (customer) | =Bot (agent)"
    assert row["Lowest feeling (−2 to 2)"] == "-1.2"
    assert (failed[0], failed[-1], set(failed[3:-1])) == ("b.txt", "No answer <came>.", {""})


def test_headings_are_in_the_language_of_most_items(tmp_path: Path) -> None:
    spanish = {**WHOLE, "language": "es"}
    assert written(tmp_path, "md", spanish).startswith(
        "# Resúmenes\n\n1 conversación: resuelto en parte 1.\n"
    )


def test_spanish_tables_are_parted_by_semicolons_and_have_decimal_commas(tmp_path: Path) -> None:
    spanish = {**WHOLE, "language": "es"}
    head, row = written(tmp_path, "csv", spanish).splitlines()
    assert head.startswith("\ufeffFuente;Registro;Idioma;Participantes;")
    assert ";-1,2;" in row
