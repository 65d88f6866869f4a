"""Every command on real files: results on stdout, the rest on stderr, exit codes."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.studies import copy_study
from tests.typed import Typed

from journeyai import JourneyMap
from journeyai.cli import main

Drafted = Callable[[str], Path]


ESCAPE = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")

COMMANDS: dict[str, tuple[str, ...]] = {
    "index": ("index",),
    "index-json": ("index", "--json"),
    "draft": ("draft",),
    "draft-json": ("draft", "--json", "--only-new"),
    "show": ("show",),
    "show-evidence": ("show", "--evidence"),
    "show-json": ("show", "--json"),
    "diff": ("diff", "../map.json"),
    "diff-json": ("diff", "../map.json", "../map.json", "--json"),
    "export-json": ("export",),
    "export-md": ("export", "--format", "md"),
    "verify": ("verify",),
    "verify-json": ("verify", "--json"),
    "coverage": ("coverage", "-n", "3"),
    "coverage-json": ("coverage", "--json", "--all"),
    "search": ("search", "battery"),
    "search-json": ("search", "battery", "--json", "-k", "2"),
    "doctor": ("doctor",),
    "doctor-json": ("doctor", "--json"),
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_command_prints_its_result_and_nothing_else(
    drafted: Drafted,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(drafted(language) / "sources")
    monkeypatch.setenv("COLUMNS", "80")
    assert main(arguments) == 0
    out, told = capfdbinary.readouterr()
    assert out
    assert not ESCAPE.search(out)
    assert not ESCAPE.search(told)
    assert b"Traceback" not in told
    if "--json" in arguments or arguments == ("export",):
        assert json.loads(out)
    elif arguments[0] != "export":
        assert max(len(line) for line in out.decode().splitlines()) <= 80
    main((*arguments, "--quiet"))
    again, told = capfdbinary.readouterr()
    assert told == b""
    assert (again == out) or arguments[0] in {"index", "draft"}


def test_the_demo_draws_a_sample_and_says_where(typed: Typed, tmp_path: Path) -> None:
    told = typed("demo", "--lang", "es", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    root = tmp_path / "journeyai-demo-es"
    out = told.stdout.decode()
    assert f"El mapa:      {root / 'map.json'}\nComo página:  {root / 'map.html'}\n" in out
    assert "Sigue con: cd journeyai-demo-es && journeyai chat" in " ".join(told.stderr.decode().split())
    assert "Traceback" not in told.stderr.decode()
    assert not ESCAPE.search(told.stdout)
    assert '<h1 dir="auto">Solvento Tejados' in (root / "map.html").read_text(encoding="utf-8")
    assert typed("verify", "--study", root).returncode == 0
    before = (root / "map.json").read_bytes()
    lost = root / "sources/chats/chat-01.txt"
    lost.unlink()
    assert typed("demo", "--lang", "es", cwd=tmp_path).returncode == 0
    assert lost.exists()
    assert (root / "map.json").read_bytes() == before


def test_the_demo_never_touches_what_is_not_its_own(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    other = copy_study(drafted("en"), tmp_path / "mine")
    before = (other / "map.json").read_bytes()
    told = typed("demo", other)
    assert told.returncode == 2
    assert b"is another study" in told.stderr
    assert (other / "map.json").read_bytes() == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert typed("demo", tmp_path / "full").returncode == 2
    assert typed("demo", tmp_path / "full" / "file").returncode == 2


def test_a_study_is_made_and_its_place_printed(typed: Typed, tmp_path: Path) -> None:
    told = typed("init", "my study", "--title", 'A "title"', "--stages", "One, Two", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout.decode() == f"{tmp_path / 'my study'}\n"
    again = typed("init", "my study", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (2, b"")
    assert "is a study already" in again.stderr.decode()


USAGE: dict[str, tuple[tuple[str, ...], str]] = {
    "no-command": ((), "COMMAND"),
    "no-such-command": (("drft",), "drft"),
    "no-such-option": (("show", "--colour"), "--colour"),
    "no-number": (("search", "x", "-k", "0"), "from 1 up"),
    "negative": (("draft", "--personas", "-1"), "personas"),
    "no-such-template": (("draft", "--template", "hubspt"), "Did you mean `hubspot`?"),
    "stages-twice": (("draft", "--stages", "a, a"), "name of its own"),
    "no-such-format": (("export", "--format", "odt"), "Formats: "),
    "no-such-engine": (("draft", "--engine", "magic"), "magic"),
    "no-key": (("draft", "--engine", "llm"), "needs a key"),
    "no-such-stage": (("show", "--stage", "nowhere"), "nowhere"),
    "no-such-lane": (("show", "--lane", "pains"), "pains"),
    "no-such-persona": (("show", "--persona", "p99"), "p99"),
    "no-such-map": (("show", "gone.json"), "gone.json"),
    "no-such-study": (("show", "--study", "gone"), "is not a study"),
    "long-name": (("show", "n" * 5000), "name too long"),
    "long-source": (("source", "n" * 5000), "name too long"),
    "empty-question": (("search", " "), ""),
    "no-such-stage-to-search": (("search", "late", "--stage", "nowhere"), "There are: "),
    "no-such-place": (("export", "--out", "gone/file.json"), "cannot be written"),
    "no-such-contract": (("schema", "report"), "report"),
}


@pytest.mark.parametrize(("arguments", "says"), USAGE.values(), ids=USAGE.keys())
def test_a_wrong_command_is_said_in_a_line_or_two(
    drafted: Drafted,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.chdir(drafted("en"))
    try:
        code: Any = main(arguments)
    except SystemExit as left:
        code = left.code
    out, told = capfd.readouterr()
    assert (code, out) == (2, "")
    assert says.lower() in told.lower()
    assert "Traceback" not in told


FILES = {
    "no-such-source": ("source", "gone.txt"),
    "no-such-record": ("source", "tickets/zendesk.json", "--record", "nope"),
    "no-such-file-to-index": ("index", "gone.txt"),
    "a-file-from-elsewhere": ("index", "/etc/hostname"),
}


@pytest.mark.parametrize("arguments", FILES.values(), ids=FILES.keys())
def test_a_file_that_is_not_there_is_exit_code_3(
    drafted: Drafted,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(drafted("en"))
    assert main(arguments) == 3
    out, told = capfd.readouterr()
    assert out == ""
    assert told.count("\n") <= 3
    assert "Traceback" not in told


def test_no_study_here_is_exit_code_2_and_says_what_to_do(typed: Typed, tmp_path: Path) -> None:
    for command in ("index", "draft", "show", "verify", "coverage", "export"):
        told = typed(command, cwd=tmp_path)
        assert (told.returncode, told.stdout) == (2, b"")
        assert "journeyai init" in told.stderr.decode()


def test_the_doctor_examines_what_there_is(typed: Typed, tmp_path: Path, drafted: Drafted) -> None:
    nothing = typed("doctor", "--json", cwd=tmp_path)
    assert nothing.returncode == 0
    states = {item["what"]: item["state"] for item in json.loads(nothing.stdout)}
    assert states == {
        "JourneyAI": "good", "local engine": "good", "search": "good", "templates": "good",
        "language model": "good", "study": "check",
    }  # fmt: skip
    root = copy_study(drafted("en"), tmp_path / "s")
    with (root / "journey.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[sources."gone-*.csv"]\nkind = "review"\n[sources."chats/*"]\nignore = true\n')
    (root / "sources" / "bad.json").write_text('{"a": [1,', encoding="utf-8")
    (root / "sources" / "empty.txt").touch()
    found = {item["what"]: item for item in json.loads(typed("doctor", "--json", "--study", root).stdout)}
    assert found["bad.json"]["state"] == "wrong"
    assert found["empty.txt"]["state"] == "wrong"
    assert found["chats/chat-01.txt"]["state"] == "good"
    assert "gone-*.csv" in found["journey.toml"]["says"]
    (root / "journey.toml").write_text("titel = 1", encoding="utf-8")
    broken = typed("doctor", "--json", cwd=root)
    assert broken.returncode == 2
    assert json.loads(broken.stdout)[-1]["what"] == "journey.toml"
    assert typed("doctor", "--study", tmp_path / "gone").returncode == 2


def test_the_schema_is_the_maps(typed: Typed, drafted: Drafted) -> None:
    told = typed("schema", "map")
    jsonschema.validate(json.loads((drafted("es") / "map.json").read_bytes()), json.loads(told.stdout))


def test_a_map_is_exported_to_a_file_as_it_stands(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    told = typed("export", "--study", drafted("es"), "--out", tmp_path / "copy.json")
    assert (told.returncode, told.stdout) == (0, b"")
    assert (tmp_path / "copy.json").read_bytes() == (drafted("es") / "map.json").read_bytes()
    assert typed("show", tmp_path / "copy.json", "--json").stdout == (tmp_path / "copy.json").read_bytes()


@pytest.mark.parametrize("language", ["en", "es"])
def test_source_prints_the_text_in_which_every_quote_stands_at_its_place(
    drafted: Drafted,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    monkeypatch.chdir(drafted(language))
    journey = JourneyMap.from_json(Path("map.json").read_bytes())
    texts: dict[tuple[str, str | None], str] = {}
    for item in journey.evidence:
        key = (item.source, item.record)
        if key not in texts:
            assert (
                main(["source", item.source, *(["--record", item.record] if item.record else []), "--quiet"])
                == 0
            )
            texts[key] = capfdbinary.readouterr().out.decode()
        assert texts[key][item.start : item.end] == item.quote
    assert any(record for _, record in texts)


def test_source_reads_any_file_and_standard_input(typed: Typed, tmp_path: Path) -> None:
    text = "Moderator: So?\r\nP1: It was “fine” – ok 👍.\r\n".encode()
    (tmp_path / "x.txt").write_bytes(text)
    named = typed("source", "x.txt", cwd=tmp_path)
    piped = typed("source", "-", cwd=tmp_path, stdin=text)
    assert named.stdout == piped.stdout == text.replace(b"\r\n", b"\n")
    (document,) = json.loads(typed("source", "-", "--json", cwd=tmp_path, stdin=text).stdout)
    for utterance in document["utterances"]:
        assert document["text"][utterance["start"] : utterance["end"]] == utterance["text"]
    nothing = typed("source", "-", cwd=tmp_path)
    assert (nothing.returncode, nothing.stdout) == (3, b"")


def test_standard_input_is_kept_as_a_source(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    text = b"Moderator: And the battery?\nP9: The battery died on the hill again.\n"
    told = typed("index", "-", "--json", cwd=root, stdin=text)
    assert told.returncode == 0, told.stderr
    (name,) = [f["source"] for f in json.loads(told.stdout)["files"] if f["source"].startswith("stdin-")]
    assert (root / "sources" / name).read_bytes() == text
    assert typed("index", "-", cwd=root, stdin=text).returncode == 0
    assert len(list((root / "sources").glob("stdin-*"))) == 1
    assert typed("index", "-", cwd=root, stdin=b"").returncode == 3


def test_verify_names_the_card_when_a_character_of_a_source_changes(
    typed: Typed, drafted: Drafted, tmp_path: Path
) -> None:
    root = copy_study(drafted("es"), tmp_path / "s")
    journey = JourneyMap.from_json((root / "map.json").read_bytes())
    item = next(i for i in journey.evidence if i.source.endswith(".md"))
    card = next(c.id for c in journey.cards if item.id in c.evidence)
    path = root / "sources" / item.source
    word = max(item.quote.split(), key=len)
    path.write_bytes(path.read_bytes().replace(word.encode(), (word[:-1] + "x").encode()))
    told = typed("verify", cwd=root)
    assert told.returncode == 6
    assert card in told.stdout.decode()
    found = json.loads(typed("verify", "--json", cwd=root).stdout)
    assert found["proved"] is False
    assert card in {id_ for finding in found["findings"] for id_ in finding["cards"]}


def test_verify_names_the_card_when_a_character_of_a_quote_changes(
    typed: Typed, drafted: Drafted, tmp_path: Path
) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    raw = json.loads((root / "map.json").read_bytes())
    raw["evidence"][0]["quote"] += "!"
    (root / "tampered.json").write_text(json.dumps(raw), encoding="utf-8")
    told = typed("verify", "tampered.json", cwd=root, columns=300)
    assert told.returncode == 6
    card = next(c["id"] for c in raw["cards"] if "e1" in c["evidence"])
    assert re.search(rf"e1: .*Cards: .*\b{card}\b", told.stdout.decode())


def test_a_map_made_by_hand_crashes_nothing(typed: Typed, drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    raw = json.loads((root / "map.json").read_bytes())
    raw["evidence"] = raw["evidence"][3:]
    raw["evidence"][0] |= {"start": -(10**20), "end": 10**25}
    raw["evidence"][1] |= {"source": "a\0b", "record": "\u202e", "stage": "nowhere"}
    raw["evidence"][2] |= {"source": "../../etc/passwd"}
    raw["sources"][0] |= {"source": "c\0d"}
    raw["cards"][4] |= {"stage": "nowhere", "personas": ["p99"], "id": "\x1b[31m"}
    raw["personas"][0]["evidence"] = ["e1"]
    raw["stages"][0]["order"] = -5
    (root / "map.json").write_text(json.dumps(raw), encoding="utf-8")
    codes = {}
    for arguments in (
        ["verify"],
        ["show", "--evidence"],
        ["export", "--format", "md"],
        ["coverage"],
        ["draft"],
    ):
        told = typed(*arguments, cwd=root)
        codes[arguments[0]] = told.returncode
        assert b"Traceback" not in told.stderr, told.stderr.decode()
        assert b"\x1b" not in told.stdout + told.stderr
    assert codes == {"verify": 6, "show": 0, "export": 0, "coverage": 0, "draft": 0}
    assert typed("verify", cwd=root).returncode == 0


def test_bad_files_get_a_clear_line_each_and_the_rest_goes_on(
    typed: Typed, drafted: Drafted, tmp_path: Path
) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    bad = {
        "broken.json": b'[{"id": 1, "comments": [}]',
        "empty.txt": b"",
        "blank.csv": b" \n\n ",
        "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8,
        "cut.xlsx": b"PK\x03\x04\x14\x00\x06\x00" + b"\x00" * 60,
        "cut.pdf": b"%PDF-1.7\n1 0 obj",
    }
    for name, data in bad.items():
        (root / "sources" / name).write_bytes(data)
    told = typed("index", "--json", cwd=root)
    assert told.returncode == 3
    report = json.loads(told.stdout)
    reasons = {item["source"]: item["reason"] for item in report["left_out"]}
    assert set(reasons) == set(bad)
    assert all(name in reason and "\n" not in reason for name, reason in reasons.items())
    assert "line 1" in reasons["broken.json"]
    assert len(report["files"]) == 6
    drawn = typed("draft", cwd=root)
    assert drawn.returncode == 0
    said = " ".join(drawn.stderr.decode().split())
    assert all(f"Left out: {' '.join(reason.split())}" in said for reason in reasons.values())
    assert "6 files were left out" in said
    assert typed("verify", cwd=root).returncode == 0
    table = typed("index", cwd=root)
    assert table.returncode == 3
    assert all(name in table.stdout.decode() for name in bad)


def test_only_bad_files_make_no_map(typed: Typed, tmp_path: Path) -> None:
    assert typed("init", tmp_path / "s").returncode == 0
    (tmp_path / "s" / "sources" / "empty.txt").touch()
    told = typed("draft", cwd=tmp_path / "s")
    assert (told.returncode, told.stdout) == (3, b"")
    assert "There is nothing to draw from" in told.stderr.decode()


def test_hostile_names_never_reach_the_terminal_raw(typed: Typed, tmp_path: Path) -> None:
    root = tmp_path / "s"
    assert typed("init", root, "--title", "\x1b]0;owned\x07 title \u202e").returncode == 0
    evil = "\x1b[31mAna\x07\x9b2J"
    for number in (1, 2):
        name = f"\x1b]2;pwn\x07chat-{number}\u202e\n.txt"
        (root / "sources" / name).write_text(
            f"[10:00] Agent: Hello\n[10:01] {evil}: The refund never came and I am furious.\n"
            f"[10:02] {evil}: Nobody answered my e-mails \x1b[2J about it.\n",
            encoding="utf-8",
        )
    (root / "sources" / "bad\x1b[5m.json").write_bytes(b"{")
    for arguments in (["index"], ["draft"], ["show", "--evidence"], ["coverage", "--all"], ["search", "refund"],
                      ["verify"], ["doctor"], ["source", "gone\x1b[31m.txt"], ["index", "gone\x9b.txt"]):  # fmt: skip
        told = typed(*arguments, cwd=root)
        assert not ESCAPE.search(told.stdout), arguments
        assert not ESCAPE.search(told.stderr), arguments
        assert "\u202e" not in told.stdout.decode() + told.stderr.decode(), arguments
        assert b"Traceback" not in told.stderr, told.stderr.decode()


@pytest.mark.skipif(not hasattr(shutil, "chown"), reason="names are text here")
def test_a_name_that_is_no_text_is_left_out_or_shown_and_breaks_nothing(typed: Typed, tmp_path: Path) -> None:
    root = tmp_path / "s"
    assert typed("init", root).returncode == 0
    path = bytes(root / "sources") + b"/caf\xe9.txt"
    try:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(b"Moderator: So?\nP1: The refund never came.\n")
    except OSError:
        pytest.skip("this disk takes names that are text only")
    for arguments in (["index"], ["index", "--json"], ["draft"], ["doctor"], ["doctor", "--json"]):
        told = typed(*arguments, cwd=root)
        assert told.returncode in {0, 2, 3}, told.stderr.decode()
        assert b"Traceback" not in told.stderr, told.stderr.decode()


def test_search_refuses_a_role_there_is_not(typed: Typed) -> None:
    told = typed("search", "late", "--role", "agents")
    assert (told.returncode, told.stdout) == (2, b"")
    assert "invalid choice: 'agents' (choose from" in told.stderr.decode()


def test_the_doctor_says_what_to_do_once_and_counts_what_there_is(typed: Typed, tmp_path: Path) -> None:
    typed("init", tmp_path / "s")
    sources = tmp_path / "s" / "sources"
    empty = json.loads(typed("doctor", "--json", "--study", tmp_path / "s").stdout)[-1]
    assert (empty["state"], empty["says"]) == ("check", f"There are no files in {sources} yet.")
    (sources / "README.md").write_text("What is here", encoding="utf-8")
    (sources / "a.csv").write_text("id,text\n1,It came late\n", encoding="utf-8")
    (sources / "b.txt").write_text("Agent: Hello\nAgent: Are you there?\n", encoding="utf-8")
    found = json.loads(typed("doctor", "--json", "--study", tmp_path / "s").stdout)
    told = [(item["what"], item["state"], item["says"], item["remedy"]) for item in found[7:]]
    assert told == [
        (
            "README.md",
            "good",
            "passed over: a licence or a read-me by its name; if people's words are in it, give it another",
            "",
        ),
        ("a.csv", "good", "review, 1 passage", ""),
        (
            "b.txt",
            "check",
            "Nobody in it is a customer, so it gives no evidence; if that is wrong, set `roles` for it.",
            'To have it read otherwise: [sources."b.txt"] in journey.toml',
        ),
    ]
