"""A script becomes a folder: sources in mixed formats, and `gold.json` with the exact truth."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from journeyai.evaluation.gold import GOLD_FILE, Gold, GoldMember, GoldPersona, GoldSegment, GoldTheme
from journeyai.evaluation.planted.material import Material
from journeyai.evaluation.planted.script import STAGES, Form, Line, Saying, Script, ScriptFile, Talk, compose


@dataclass(frozen=True, slots=True)
class PlantedCorpus:
    """A corpus on disk: `gold.json` beside `sources/`."""

    folder: Path
    script: Script
    gold: Gold

    @property
    def sources(self) -> Path:
        """Where its files are."""
        return self.folder / "sources"


def plant(
    folder: Path,
    material: Material,
    trade: str,
    *,
    seed: int,
    people: int = 24,
    files: int = 14,
    themes: int | None = None,
) -> PlantedCorpus:
    """Compose a corpus and write it into *folder*; the arguments are those of `compose`."""
    script = compose(material, trade, seed=seed, people=people, files=files, themes=themes)
    return write(script, folder)


def write(script: Script, folder: Path, order: Sequence[int] | None = None) -> PlantedCorpus:
    """Write *script* into *folder*, which is made: `sources/` and `gold.json`.

    Args:
        script: what to write.
        folder: of the corpus.
        order: in which files are made, by their number in the script; None for the script's.
    """
    for number in order if order is not None else range(len(script.files)):
        file = script.files[number]
        path = folder / "sources" / file.source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_WRITERS[file.form](file, script.material), encoding="utf-8", newline="\n")
    gold = truth(script, folder.name)
    kept: dict[str, Any] = asdict(gold)
    del kept["name"]
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    (folder / GOLD_FILE).write_text(text, encoding="utf-8", newline="\n")
    return PlantedCorpus(folder, script, gold)


def truth(script: Script, name: str) -> Gold:
    """Return the labels of *script*; a theme that one passage alone tells of is a one-off and has no theme."""
    by_id = {theme.id: theme for theme in script.known}
    spoken = [
        (file, talk, saying, by_id[saying.theme])
        for file, talk in script.talks()
        for line, saying in talk.said()
        if saying.theme is not None and line.role == "customer"
    ]
    often = Counter(theme.id for *_, theme in spoken)
    members: dict[str, list[GoldMember]] = {character.id: [] for character in script.characters}
    for file, talk in script.talks():
        if talk.persona is not None:
            members[talk.persona].append(GoldMember(file.source, talk.speaker))
    return Gold(
        language=script.material.language,
        stages=STAGES,
        personas=tuple(
            GoldPersona(character.id, character.name, tuple(members[character.id]))
            for character in script.characters
            if members[character.id]
        ),
        themes=tuple(
            GoldTheme(theme.id, theme.lane, theme.label, theme.stage, theme.severity)
            for theme in script.known
            if often[theme.id] >= 2
        ),
        segments=tuple(
            GoldSegment(
                source=file.source,
                record=talk.record,
                speaker=talk.speaker,
                role="customer",
                quote=saying.text,
                lane=theme.lane,
                stage=theme.stage,
                theme=theme.id if often[theme.id] >= 2 else None,
                valence=theme.valence,
                emotion=theme.emotion,
                channel=theme.channel,
            )
            for file, talk, saying, theme in spoken
        ),
        name=name,
    )


def spoken(sayings: Iterable[Saying]) -> str:
    """Return *sayings* one after the other; one that was typed without a full stop gets one before the next."""
    texts = [saying.text for saying in sayings]
    closed = [text if text[-1] in ".!?…" else text + "." for text in texts[:-1]]
    return " ".join([*closed, *texts[-1:]])


def _turns(talk: Talk) -> Iterator[tuple[str, Line]]:
    for line in talk.lines:
        yield (talk.speaker if line.role == "customer" else talk.other), line


def _interview(file: ScriptFile, material: Material) -> str:
    turns = [f"**{name}:** {spoken(line.sayings)}" for name, line in _turns(file.talks[0])]
    return "\n\n".join(turns) + "\n"


def _chat(file: ScriptFile, material: Material) -> str:
    """Give every sentence a message of its own, a minute after the one before."""
    said = [(name, saying.text) for name, line in _turns(file.talks[0]) for saying in line.sayings]
    return "".join(
        f"[{10 + at // 60:02}:{at % 60:02}] {name}: {text}\n" for at, (name, text) in enumerate(said)
    )


def _captions(file: ScriptFile, material: Material) -> str:
    cues = ["WEBVTT\n"]
    said = [(name, saying.text) for name, line in _turns(file.talks[0]) for saying in line.sayings]
    for number, (name, text) in enumerate(said):
        start, end = (f"00:{at // 60:02}:{at % 60:02}.000" for at in (6 * number, 6 * number + 5))
        cues.append(f"{start} --> {end}\n<v {name}>{text}</v>\n")
    return "\n".join(cues)


def _reviews(file: ScriptFile, material: Material) -> str:
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow(material.columns)
    for number, talk in enumerate(file.talks):
        day = f"2026-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        title = material.titles[number % len(material.titles)]
        table.writerow([talk.record, day, title, spoken(talk.lines[0].sayings)])
    return held.getvalue()


def _tickets(file: ScriptFile, material: Material) -> str:
    tickets = [
        {
            "id": talk.record,
            "subject": material.titles[number % len(material.titles)],
            "requester": talk.speaker,
            "messages": [
                {
                    "author": name,
                    "role": line.role,
                    "at": f"2026-03-{1 + number % 28:02}T{8 + turn % 14:02}:15:00Z",
                    "body": spoken(line.sayings),
                }
                for turn, (name, line) in enumerate(_turns(talk))
            ],
        }
        for number, talk in enumerate(file.talks)
    ]
    return json.dumps(tickets, ensure_ascii=False, indent=1) + "\n"


_WRITERS: Final[Mapping[Form, Callable[[ScriptFile, Material], str]]] = {
    "reviews": _reviews,
    "interview": _interview,
    "tickets": _tickets,
    "chat": _chat,
    "captions": _captions,
}
