from collections.abc import Callable, Sequence

import pytest
from rich.cells import cell_len
from tests.rendering.screen import printed
from tests.sample_map import ATTACKS

from journeyai.model.source import Document, Skipped, SourceFile, Turn, Utterance
from journeyai.model.vocabulary import Kind, Role
from journeyai.rendering.sources import render_sources

Told = Sequence[tuple[str | None, Role, str]]


def document(source: str, record: str | None, kind: Kind, language: str, told: Told) -> Document:
    turns, utterances, text = [], [], ""
    for number, (speaker, role, words) in enumerate(told):
        start, end = len(text), len(text) + len(words)
        turns.append(Turn(speaker, role, speaker, None, start, end))
        utterances.append(Utterance(number, number, start, end, words, language))
        text += words + "\n"
    return Document(source, record, kind, language, text, tuple(turns), tuple(utterances))


def file(source: str, kind: Kind, documents: Sequence[Document], **more: object) -> SourceFile:
    return SourceFile(source, "0" * 64, kind, "plain", tuple(documents), **more)  # type: ignore[arg-type]


INTERVIEW: Told = [
    ("Moderator", "researcher", "How did you join?"),
    ("P1", "customer", "On the bus."),
    ("P1", "customer", "It took ages."),
]
FILES = (
    file(
        "interviews/int-01.md",
        "interview",
        [document("interviews/int-01.md", None, "interview", "en", INTERVIEW)],
    ),
    file(
        "chats/2026-03-11 desk chat with the evening team, exported twice.txt",
        "chat",
        [document("c", None, "chat", "es", [("Nuria", "customer", "hola"), ("Ana", "agent", "¿sí?")])],
        warnings=(
            "Who is the agent was guessed from the greeting; name the roles in journey.toml if it is wrong.",
        ),
    ),
    file(
        "reviews/reviews.csv",
        "review",
        [
            document("r", f"R{n:02}", "review", "en" if n % 3 else "es", [(f"R{n:02}", "customer", "Fine.")])
            for n in range(1, 42)
        ],
        skipped=(
            *(Skipped(f"row {n}", "no text") for n in range(50, 67)),
            Skipped("row 80", "looks like spam"),
            Skipped("row 90", "no text"),
        ),
    ),
    file("notes/empty.txt", "note", [], skipped=(Skipped("", "the file is empty"),)),
)
UNREADABLE = (("calls/call-03.vtt", "`calls/call-03.vtt` is not text: byte 0xff on line 3."),)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_reads_as_agreed(width: int, golden: Callable[[str, str], None]) -> None:
    golden(f"sources-{width}.txt", printed(render_sources(FILES, UNREADABLE), width))


@pytest.mark.parametrize("width", range(40, 201, 8))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    hostile = [
        file(
            attack,
            "chat",
            [document(attack, None, "chat", "xx", [(attack, "customer", "x")] * 2)],
            warnings=(attack,),
            skipped=(Skipped(attack, attack),),
        )
        for attack in ATTACKS
    ]
    lines = printed(
        render_sources([*FILES, *hostile], [*UNREADABLE, *zip(ATTACKS, ATTACKS, strict=True)]), width
    )
    assert all(cell_len(line) <= width and line.isprintable() for line in lines.split("\n"))


@pytest.mark.parametrize(
    ("files", "left_out", "line"),
    [
        ((), (), "0 files read, 0 passages; nothing was left out."),
        (FILES[:1], (), "1 file read, 3 passages; nothing was left out."),
        (FILES[:3], (), "3 files read, 46 passages; 19 parts of files left out."),
        (FILES, UNREADABLE, "3 files read, 46 passages; 2 files and 19 parts of files left out."),
    ],
    ids=["none", "one", "rows", "files and rows"],
)
def test_the_last_line_says_how_much_was_left_out(
    files: Sequence[SourceFile], left_out: Sequence[tuple[str, str]], line: str
) -> None:
    assert printed(render_sources(files, left_out), 100).splitlines()[-1] == line


def test_a_file_left_out_is_named_once_and_takes_a_line() -> None:
    left_out = (("b.xml", "`b.xml` is of no format that can be read."), ("a.txt", "it is empty"))
    assert printed(render_sources((), left_out), 100) == (
        "Left out as a whole\n"
        "  a.txt: it is empty\n"
        "  `b.xml` is of no format that can be read.\n"
        "\n"
        "0 files read, 0 passages; 2 files left out.\n"
    )


def test_who_is_called_by_the_part_alone_is_not_named_twice() -> None:
    told: Told = [
        ("agent", "agent", "Hello"),
        ("4711", "customer", "It is late"),
        ("system", "system", "Closed"),
    ]
    chat = file("c.json", "chat", [document("c.json", "4711", "chat", "en", told)])
    assert "customer: 4711; agent; system" in printed(render_sources([chat]), 120)


def test_a_language_that_one_record_in_hundreds_seems_to_be_in_is_not_named() -> None:
    languages = ["en"] * 300 + ["es"] * 20 + ["nl"]
    rows = [
        document("r.csv", f"R{n}", "review", language, [(f"R{n}", "customer", "Fine.")])
        for n, language in enumerate(languages)
    ]
    row = printed(render_sources([file("r.csv", "review", rows)]), 120).splitlines()[2]
    assert "English, Spanish  " in row
    assert "nl" not in row
