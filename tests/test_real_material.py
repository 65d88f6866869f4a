"""Real material that nobody wrote for us, from raw file to proved map.  Skipped where it is not beside the checkout.

Larger files are cut to their first records, so that each draft takes seconds.
"""

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import openpyxl
import pytest
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.repository import ROOT

from journeyai import JourneyMap, Study
from journeyai.drafting.frame import make_frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.summarising import summarise
from journeyai.errors import SourceError
from journeyai.export import EXPORTERS, export
from journeyai.knowledge.templates import load_template
from journeyai.model.source import SourceFile
from journeyai.rendering.journey import render_map
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings, SourceSettings
from journeyai.sources import find_files, read_file

DATA: Final = ROOT.parent / "shared" / "data"
#: Records of each file that are drafted from.
FIRST: Final = 120

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data is not beside this checkout")

Written = Callable[[Path], None]


def star(folder: Path) -> None:
    with (DATA / "star" / "star_sample.jsonl").open(encoding="utf-8") as lines:
        (folder / "star.jsonl").write_text("".join(islice(lines, FIRST)), encoding="utf-8")


def abcd(folder: Path) -> None:
    shutil.copy(DATA / "abcd" / "abcd_sample.json", folder)


def mams(folder: Path) -> None:
    sentences = ElementTree.parse(DATA / "mams" / "test.xml").getroot()
    table = [(f"S{n}", sentence.findtext("text")) for n, sentence in enumerate(sentences, 1)]
    _write(folder / "restaurants.csv", [("id", "text"), *table[:FIRST]])


def _app_rows() -> list[Sequence[Any]]:
    book = openpyxl.load_workbook(DATA / "app-reviews" / "Ground_truth.xlsx", read_only=True)
    rows = list(islice(book.worksheets[0].iter_rows(values_only=True), FIRST + 1))
    book.close()
    return rows


def apps_as_csv(folder: Path) -> None:
    _write(folder / "apps.csv", [["" if cell is None else cell for cell in row[:8]] for row in _app_rows()])


def apps_as_workbook(folder: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Apps")
    for row in _app_rows():
        sheet.append(row)
    book.save(folder / "apps.xlsx")


def goemotions(folder: Path) -> None:
    with (DATA / "goemotions" / "test.tsv").open(encoding="utf-8") as lines:
        (folder / "test.tsv").write_text("".join(islice(lines, FIRST)), encoding="utf-8")


def export_formats(folder: Path) -> None:
    for path in (DATA / "export-formats").iterdir():
        shutil.copy(path, folder)


def _write(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def roles(files: Sequence[SourceFile]) -> Counter[str]:
    """Count the turns that somebody says, by role; ratings are no words."""
    return Counter(
        turn.role
        for file in files
        for document in file.documents
        for turn in document.turns
        if turn.measure is None
    )


def drafted_from(written: Written, home: Path) -> tuple[Study, JourneyMap, tuple[SourceFile, ...]]:
    """Write the material, make a study over its folder as `init --from` does, and draft."""
    (sources := home / "material").mkdir()
    written(sources)
    study = Study.create(home / "study", sources=sources)
    drawn = study.draw()
    return study, drawn.journey, drawn.index.files


@pytest.mark.parametrize(
    ("written", "records", "heard"),
    [
        (star, 119, {"customer", "agent"}),
        (abcd, 3, {"customer", "agent", "system"}),
        (mams, FIRST, {"customer"}),
        (apps_as_csv, FIRST, {"customer"}),
        (apps_as_workbook, FIRST, {"customer"}),
        (goemotions, FIRST, {"customer"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_quote_is_proved_and_every_customer_is_a_person(
    written: Written, records: int, heard: set[str], tmp_path: Path
) -> None:
    study, journey, files = drafted_from(written, tmp_path)

    assert [len(file.documents) for file in files] == [records]
    assert set(roles(files)) == heard
    proof = study.verify()
    assert (proof.findings, proof.quotes > 0) == ((), True)
    told = {(item.record, item.speaker) for item in journey.evidence if item.role == "customer"}
    assert len(told) == len({record for record, _ in told})  # One customer a record, and none of them merged.
    for name in EXPORTERS:
        assert export(journey, name)
    for width in (80, 100, 160):
        page = printed(render_map(journey), width)
        assert max(cell_len(line) for line in page.splitlines()) <= width


def test_the_dialogues_customers_are_the_ones_who_were_annotated(tmp_path: Path) -> None:
    """STAR names every event's author itself: `User` or `Wizard`."""
    _, _, files = drafted_from(star, tmp_path)
    lines = (tmp_path / "material" / "star.jsonl").read_text(encoding="utf-8").splitlines()
    events = [event for line in lines for event in json.loads(line)["events"] if event["text"].strip()]

    authors = Counter(event["agent"] for event in events)
    assert roles(files) == {"customer": authors["User"], "agent": authors["Wizard"]}


def test_the_conversations_steps_are_nobodys_words(tmp_path: Path) -> None:
    """ABCD names its authors too: what the agent clicked is the system's."""
    _, _, files = drafted_from(abcd, tmp_path)
    said = [
        author
        for conversation in json.loads((DATA / "abcd" / "abcd_sample.json").read_text(encoding="utf-8"))
        for author, _ in conversation["original"]
    ]

    authors = Counter(said)
    assert roles(files) == {
        "customer": authors["customer"],
        "agent": authors["agent"],
        "system": authors["action"],
    }


def test_every_export_format_names_its_speakers(tmp_path: Path) -> None:
    study, _, files = drafted_from(export_formats, tmp_path)

    found = {
        file.source: sorted({(turn.role, turn.speaker or "") for d in file.documents for turn in d.turns})
        for file in files
    }
    assert found == {
        "appstore_rss.json": [("customer", "r1")],
        "google_play_reviews_utf16.csv": [("agent", "agent"), ("customer", "R1"), ("customer", "R2")],
        "intercom_conversation.json": [
            ("agent", "Ada"),
            ("agent", "agent"),
            ("customer", "Cara"),
            ("system", "system"),
        ],
        "otter.txt": [("customer", "P03"), ("researcher", "Interviewer")],
        "teams_scheduled.vtt": [("customer", "Participante 1"), ("researcher", "Ana Ruiz")],
        "teams_stream_no_speaker.vtt": [("unknown", "")],
        "zendesk_tickets.json": [("agent", "agent"), ("customer", "20978392")],
        "zoom_scheduled.vtt": [("customer", "Participant 3"), ("researcher", "Interviewer")],
    }
    assert study.verify().findings == ()


@pytest.mark.parametrize("written", [star, abcd, export_formats], ids=lambda value: value.__name__)
def test_every_conversation_has_a_summary_that_points_at_its_own_words(
    written: Written, tmp_path: Path
) -> None:
    written(tmp_path)
    engine = LocalEngine(make_encoder(SearchSettings()).encode, "quick")
    frame = make_frame(load_template("cx-lifecycle"), "en", [], [])
    found, _ = find_files(tmp_path)
    for source, path in found:
        for document in read_file(path, source, SourceSettings()).documents:
            recap = summarise(document, engine, frame)
            assert recap is not None
            assert (recap.document, bool(recap.issue), bool(recap.what_happened)) == (
                document.key,
                True,
                True,
            )
            said = {utterance.number: utterance for utterance in document.utterances}
            pains = [utterance for pain in recap.pain_points for utterance in pain.utterances]
            promised = [promise.utterance for promise in recap.promises]
            assert all(said[one.number] is one for one in (*pains, *promised, *recap.key_quotes))
            assert {document.turn_of(one).role for one in pains} <= {"customer", "unknown"}
            for promise in recap.promises:
                role = document.turn_of(promise.utterance).role
                assert role in ({"agent"} if promise.who == "agent" else {"customer", "unknown"})
            assert 1 <= len(recap.valence_path) <= 8


def test_of_the_whole_folder_what_is_no_material_is_refused_in_a_sentence() -> None:
    """Schemas, licences, manuals and authored maps stand among the conversations."""
    found, passed_over = find_files(DATA)
    refused = {}
    for source, path in found:
        try:
            read_file(path, source, SourceSettings())
        except SourceError as error:
            refused[source] = error.message

    assert {Path(item.where).stem.casefold() for item in passed_over} == {"license", "readme"}
    assert refused == {
        "abcd/guidelines.json": "`abcd/guidelines.json` holds no list of reviews, tickets or chats.",
        "abcd/kb.json": "`abcd/kb.json` holds no list of reviews, tickets or chats.",
        "journey-maps/expn/experience-notation.schema.json": (
            "`journey-maps/expn/experience-notation.schema.json` holds no list of reviews, tickets or chats."
        ),
        **{
            source: f"`{source}` is of no format that can be read."
            for source, _ in found
            if source.endswith((".expn", ".xml"))
        },
    }
