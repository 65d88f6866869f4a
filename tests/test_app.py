"""The front door as a notebook or a script uses it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.studies import copy_study, environment, small_study

from journeyai import JourneyMap, Study
from journeyai.drafting.coverage import CoverageReport
from journeyai.errors import SettingsError, SourceError
from journeyai.model.journey import Card
from journeyai.study.indexing import open_index

Drafted = Callable[[str], Path]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_draft_of_real_files_speaks_their_language_and_is_proved(drafted: Drafted, language: str) -> None:
    study = Study.open(drafted(language))
    journey = study.map
    assert journey.language == language
    assert {card.lane for card in journey.cards} >= {"pain_point", "delight", "need"}
    assert study.verify().findings == ()
    assert [source.source for source in journey.sources] == sorted(s.source for s in journey.sources)
    assert len({item.source for item in journey.evidence}) == 6


def test_a_second_draft_with_nothing_new_writes_nothing(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    before = (root / "map.json").read_bytes()
    stamp = (root / "map.json").stat().st_mtime_ns
    drawn = Study.open(root).draw()
    assert (root / "map.json").read_bytes() == before
    assert (root / "map.json").stat().st_mtime_ns == stamp
    assert drawn.index.update.read == 0
    assert drawn.merge is not None
    assert drawn.merge.kept == ()


def without_time(journey: JourneyMap) -> JourneyMap:
    return journey.model_copy(update={"made_by": journey.made_by.model_copy(update={"at": ""})})


def test_two_fresh_studies_over_the_same_files_give_the_same_map(drafted: Drafted, tmp_path: Path) -> None:
    """Whatever the order in which files were written, and whenever."""
    first = Study.open(drafted("es"))
    other = Study.create(tmp_path / "s", title="A small study", language="es")
    for number, path in enumerate(sorted(first.folder.sources.rglob("*.*"), reverse=True)):
        target = other.folder.sources / path.relative_to(first.folder.sources)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (1_000_000_000 - number, 1_000_000_000 - number))
    assert without_time(other.draft()) == without_time(first.map)


def test_the_map_does_not_depend_on_the_hash_seed(drafted: Drafted, tmp_path: Path) -> None:
    (root := tmp_path / "s").mkdir()
    for part in ("journey.toml", "sources"):
        source = drafted("en") / part
        if source.is_dir():
            shutil.copytree(source, root / part)
        else:
            shutil.copyfile(source, root / part)
    command = (
        "import sys; from journeyai import Study; "
        "sys.stdout.buffer.write(Study.open().draft().to_json().encode())"
    )
    told = subprocess.run(
        [sys.executable, "-c", command], cwd=root, env=environment(PYTHONHASHSEED="4711"),
        stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    assert told.stderr == b""
    assert without_time(JourneyMap.from_json(told.stdout)) == without_time(Study.open(drafted("en")).map)


def test_a_changed_file_is_read_again_and_a_gone_one_forgotten(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    (root / "sources/chats/chat-01.txt").unlink()
    (root / "sources/interviews/int-03.txt").write_text(
        "Moderator: And?\nP3: The battery died on the hill twice and nobody came.\n", encoding="utf-8"
    )
    study = Study.open(root)
    assert not study.verify().proved
    drawn = study.draw()
    assert (drawn.index.update.read, drawn.index.update.removed) == (1, 1)
    assert study.verify().findings == ()
    assert "chats/chat-01.txt" not in {source.source for source in drawn.journey.sources}


def test_a_touched_file_is_read_and_nothing_changes(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    before = (root / "map.json").read_bytes()
    os.utime(root / "sources/chats/chat-01.txt", (1, 1))
    assert Study.open(root).draw().index.update.read == 0
    assert (root / "map.json").read_bytes() == before


def test_roles_put_right_in_the_settings_reach_the_map(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    journey = Study.open(root).map
    speaker = next(
        i.speaker for i in journey.evidence if i.source == "chats/chat-01.txt" and i.role == "customer"
    )
    kept = next(c for c in journey.cards if any(q.source == "chats/chat-01.txt" for q in journey.quotes(c)))
    Study.open(root).folder.write_map(
        journey.model_copy(
            update={
                "cards": tuple(
                    c.model_copy(update={"status": "accepted"} if c == kept else {}) for c in journey.cards
                )
            }
        )
    )
    with (root / "journey.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[sources."chats/chat-01.txt"]\nroles = {{ "{speaker}" = "researcher" }}\n')
    study = Study.open(root)
    again = study.draft()
    assert not any(i.speaker == speaker for i in again.evidence if i.source == "chats/chat-01.txt")
    assert any(card.id == kept.id for card in again.cards)
    assert study.verify().findings == ()


def test_own_stages_and_another_method_are_drawn_on_demand(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "s"))
    journey = study.draft(stages=["Choosing", "Riding", "Leaving"], personas=0)
    assert [stage.name for stage in journey.stages] == ["Choosing", "Riding", "Leaving"]
    assert journey.personas == ()
    assert study.verify().findings == ()
    assert [stage.id for stage in study.draft(template="hubspot").stages] == [
        "awareness", "consideration", "purchase", "use", "evaluation",
    ]  # fmt: skip
    assert study.verify().findings == ()


def test_coverage_adds_up(drafted: Drafted) -> None:
    study = Study.open(drafted("es"))
    report = study.coverage()
    coverage = study.map.coverage
    assert (report.customer, report.used) == (coverage.customer, coverage.used)
    assert len(report.left_out) == report.customer - report.used
    weights = [item.weight for item in report.left_out]
    assert weights == sorted(weights, reverse=True)


def test_what_the_draft_saw_is_what_a_fresh_look_sees(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "study"))
    begun: list[str] = []

    def look() -> CoverageReport:
        begun.clear()
        return study.coverage(lambda step, done, total: begun.append(step))

    kept = look()
    assert begun == []
    with open_index(study.folder) as index:
        index.keep_reading("another", "{}")
    assert look() == kept
    assert set(begun) == {"observe"}
    assert look() == kept
    assert begun == []


def test_a_changed_source_is_read_again_for_the_coverage(drafted: Drafted, tmp_path: Path) -> None:
    study = Study.open(copy_study(drafted("en"), tmp_path / "study"))
    before = study.coverage()
    (study.folder.sources / "new.md").write_text("The saddle broke after two days.\n", encoding="utf-8")
    study.index()
    after = study.coverage()
    assert {item.text for item in after.left_out} - {item.text for item in before.left_out} == {
        "The saddle broke after two days."
    }


def test_an_empty_study_says_that_there_is_nothing(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s")
    with pytest.raises(SourceError, match="There is nothing to draw from"):
        study.draft()
    with pytest.raises(SettingsError, match="There is no map"):
        _ = study.map
    with pytest.raises(SettingsError, match="Nothing is indexed yet"):
        study.search("refund")
    assert not (tmp_path / "s" / "map.json").exists()


def test_a_folder_of_sources_that_is_gone_is_said(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s")
    study.folder.sources.rmdir()
    with pytest.raises(SettingsError, match="is not there"):
        study.index()


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "nope"}, {"stages": ["a", "A"]}, {"stages": ["a", " "]}, {"sources": "gone"}, {"sources": "."},
        {"sources": ".."},
    ],
    ids=["template", "stages-twice", "stage-without-name", "no-folder", "itself", "around-itself"],
)  # fmt: skip
def test_a_study_that_could_not_be_drawn_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    (tmp_path / "s").mkdir()
    monkeypatch.chdir(tmp_path / "s")
    with pytest.raises(SettingsError):
        Study.create(".", **wrong)
    assert list((tmp_path / "s").iterdir()) == []


def test_a_study_inside_its_sources_is_refused_when_it_is_read(tmp_path: Path) -> None:
    study = Study.create(tmp_path)
    text = (tmp_path / "journey.toml").read_text(encoding="utf-8")
    (tmp_path / "journey.toml").write_text(
        text.replace('sources_folder = "sources"', 'sources_folder = "."'), encoding="utf-8"
    )
    with pytest.raises(SettingsError, match="lies inside its own folder of sources"):
        Study.open(study.folder.root).index()


def test_files_elsewhere_are_read_where_they_are_and_left_alone(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for n, words in enumerate(
        ("They charged me twice again.", "They charged me twice, and nobody answers."), 1
    ):
        (files / f"int-{n}.txt").write_text(f"Moderator: So?\nP{n}: {words}\n", encoding="utf-8")
    study = Study.create(tmp_path / "s", sources=files)
    journey = study.draft()
    assert "pain_point" in {card.lane for card in journey.cards}
    assert sorted(path.name for path in files.iterdir()) == ["int-1.txt", "int-2.txt"]
    assert not (tmp_path / "s" / "sources").exists()


OUTSIDE = ["../secret.txt", "/etc/passwd", "a\0b.txt", "n" * 5000, "", ".", "link.txt"]


@pytest.mark.parametrize(
    "name", OUTSIDE, ids=["up", "absolute", "zero-byte", "long", "empty", "itself", "link"]
)
def test_nothing_outside_the_sources_is_read_however_a_map_asks_for_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("P1: my password", encoding="utf-8")
    study = Study.create(tmp_path / "s")
    if os.name != "nt":
        (study.folder.sources / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(SourceError):
        study.read(name)


def test_the_map_is_there_in_a_notebook(drafted: Drafted) -> None:
    html = Study.open(drafted("es")).map._repr_html_()
    assert html.startswith("<table><caption>A small study</caption>")


def test_the_front_door_opens_in_a_fresh_process(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c",
         "from journeyai import Study; import sys; s = Study.open(sys.argv[1]); j = s.draft();"
         "print(len(j.cards), s.verify().proved)", root],
        env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert told.stderr == ""
    assert (
        told.stdout == f"{len(json.loads((root / 'map.json').read_text(encoding='utf-8'))['cards'])} True\n"
    )


def test_the_library_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    study = small_study(tmp_path / "s", "en")
    study.draft(engine="local")
    study.search("battery")
    study.coverage()
    assert capfd.readouterr() == ("", "")


def test_a_model_needs_a_key_or_an_address(drafted: Drafted, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="needs a key"):
        Study.open(copy_study(drafted("en"), tmp_path / "s")).draft(engine="llm")


def decide(study: Study) -> tuple[Card, Card]:
    """Reject a card of *study* and move another to the needs; return both as they were."""
    journey = study.map
    rejected, moved = [card for card in journey.cards if card.lane == "pain_point"][:2]
    changes: dict[str, dict[str, Any]] = {
        rejected.id: {"status": "rejected"},
        moved.id: {"status": "edited", "lane": "need"},
    }
    cards = tuple(card.model_copy(update=changes.get(card.id, {})) for card in journey.cards)
    study.folder.write_map(journey.model_copy(update={"cards": cards}))
    return rejected, moved


def claims_of(cards: Sequence[Card]) -> list[tuple[str, str]]:
    """Return lane and title of each card that says what people said; the rest is reckoned from these."""
    return [(card.lane, card.title) for card in cards if card.lane not in {"opportunity", "measure"}]


def lanes_of(journey: JourneyMap) -> dict[tuple[str, str | None, int], set[str]]:
    """Return the lanes of the cards that quote each place."""
    out: dict[tuple[str, str | None, int], set[str]] = {}
    for card in journey.cards:
        for item in journey.quotes(card):
            out.setdefault((item.source, item.record, item.start), set()).add(card.lane)
    return out


def test_what_was_decided_is_learnt_from_only_where_the_settings_say_so(
    drafted: Drafted, tmp_path: Path
) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    first = Study.open(root).map
    rejected, moved = decide(Study.open(root))
    decided = (root / "map.json").read_bytes()
    # Off by default: a fresh draft is what it was, without what was rejected.
    fresh_cards = Study.open(root).draw().outcome.journey.cards
    assert claims_of(fresh_cards) == claims_of([card for card in first.cards if card != rejected])
    assert not any(rejected.title in card.title for card in fresh_cards)
    (root / "map.json").write_bytes(decided)
    text = (root / "journey.toml").read_text(encoding="utf-8")
    (root / "journey.toml").write_text(f"learn = true\n{text}", encoding="utf-8")
    fresh = lanes_of(Study.open(root).draw().outcome.journey)
    by_id = {item.id: (item.source, item.record, item.start) for item in first.evidence}
    for id_ in rejected.evidence:
        assert not fresh.get(by_id[id_], set()) & {"pain_point", "delight", "need"}
    for id_ in moved.evidence:
        assert fresh.get(by_id[id_], {"need"}) == {"need"}


def test_a_study_that_learns_gives_the_same_map_again(drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("es"), tmp_path / "s")
    text = (root / "journey.toml").read_text(encoding="utf-8")
    (root / "journey.toml").write_text(f"learn = true\n{text}", encoding="utf-8")
    decide(Study.open(root))
    after = copy_study(root, tmp_path / "t")
    assert without_time(Study.open(root).draft()) == without_time(Study.open(after).draft())
    # What a draft adds to a kept card is a lesson for the next one; that soon comes to rest.
    for _ in range(3):
        Study.open(root).draft()
    settled = (root / "map.json").read_bytes()
    Study.open(root).draft()
    assert (root / "map.json").read_bytes() == settled
    assert Study.open(root).coverage().customer > 0


@pytest.mark.parametrize("reading", ["quick", "thorough"])
def test_a_study_is_read_as_its_settings_say(reading: str, drafted: Drafted, tmp_path: Path) -> None:
    root = copy_study(drafted("en"), tmp_path / "s")
    before = Study.open(root).map
    text = (root / "journey.toml").read_text(encoding="utf-8")
    (root / "journey.toml").write_text(f'reading = "{reading}"\n{text}', encoding="utf-8")
    after = Study.open(root).draft()
    # So small a study is read thoroughly by itself.
    assert (without_time(after) == without_time(before)) == (reading == "thorough")
