"""What controls do to a script before it is written; each returns a new one."""

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from journeyai.evaluation.planted.material import Character, Trade
from journeyai.evaluation.planted.script import Line, Saying, Script, ScriptFile, Talk
from journeyai.model.source import DocumentKey
from journeyai.model.vocabulary import Role

#: A theme is brought up by others in every so many of their lines.
_EVERY: Final = 2
#: Customers of the other company, and what each of them says of it.
_RIVALS: Final = 8
_RIVAL_POINTS: Final = 4


@dataclass(frozen=True, slots=True)
class Twin:
    """The same words in several mouths.

    Attributes:
        text: the words.
        said: whose they are: document → speakers who say them there, in order.
    """

    text: str
    said: Mapping[DocumentKey, tuple[str, ...]]


def _each_talk(script: Script, change: Callable[[ScriptFile, Talk], Talk]) -> Script:
    files = [replace(file, talks=tuple(change(file, talk) for talk in file.talks)) for file in script.files]
    return replace(script, files=tuple(files))


def without(script: Script, themes: Collection[str]) -> Script:
    """Take out every passage of *themes*; what else is said around it stays."""

    def change(file: ScriptFile, talk: Talk) -> Talk:
        kept = [
            replace(line, sayings=tuple(saying for saying in line.sayings if saying.theme not in themes))
            for line in talk.lines
        ]
        return replace(talk, lines=tuple(line for line in kept if line.sayings))

    return _each_talk(script, change)


def prompted(script: Script, themes: Sequence[str]) -> Script:
    """Let interviewers and agents alone speak of *themes*: their own way, and in customers' very words."""
    chosen = [theme for theme in script.known if theme.id in themes]
    ids = [theme.id for theme in chosen]
    deals: dict[Role, Iterator[Saying]] = {
        "researcher": _deal([[theme.prompted.interviewer, *theme.wordings] for theme in chosen], ids),
        "agent": _deal([[theme.prompted.agent, *theme.wordings] for theme in chosen], ids),
    }
    seen = 0

    def change(file: ScriptFile, talk: Talk) -> Talk:
        nonlocal seen
        lines = []
        for line in talk.lines:
            changed = line
            if line.role in deals:
                seen += 1
                saying = next(deals[line.role], None) if seen % _EVERY else None
                if saying is not None:
                    changed = replace(line, sayings=(*line.sayings, saying))
            lines.append(changed)
        return replace(talk, lines=tuple(lines))

    return _each_talk(without(script, themes), change)


def _deal(texts: Sequence[Sequence[str]], themes: Sequence[str]) -> Iterator[Saying]:
    """Yield each theme's first text, then each one's second, and so on."""
    for row in zip(*texts, strict=True):
        for theme, text in zip(themes, row, strict=True):
            yield Saying(text, theme)


def talkative(script: Script, source: str) -> Script:
    """Let the only customer of *source* make each point again, in other words that nobody else uses."""
    used = {saying.text for _, talk in script.talks() for _, saying in talk.said()}
    spare = {theme.id: [text for text in theme.wordings if text not in used] for theme in script.known}

    def change(file: ScriptFile, talk: Talk) -> Talk:
        if file.source != source:
            return talk
        again = [
            Line("customer", (Saying(text, saying.theme),))
            for line, saying in talk.said()
            if line.role == "customer" and saying.theme is not None
            for text in spare[saying.theme][:2]
        ]
        asks = talk.lines[0]
        return replace(talk, lines=(*talk.lines, *(line for said in again for line in (asks, said))))

    return _each_talk(script, change)


def twins(script: Script, seed: int, count: int) -> tuple[Script, tuple[Twin, ...]]:
    """Plant the words of *count* passages a second time in another customer's mouth, and have agents echo both."""
    dice = random.Random(f"{seed} twins")
    places = [(file.source, talk) for file, talk in script.talks() if file.form in ("chat", "interview")]
    dice.shuffle(places)
    added: dict[DocumentKey, list[Line]] = {}
    made: list[Twin] = []
    for (source, talk), (other_source, other) in zip(places[::2], places[1::2], strict=False):
        if len(made) == count:
            break
        own = [said for line, said in talk.said() if line.role == "customer" and said.theme]
        saying = dice.choice(own)
        if any(saying.text == heard.text for _, heard in other.said()):
            continue
        keys = ((source, talk.record), (other_source, other.record))
        echo = Line(talk.lines[0].role, (replace(saying, theme=None),))
        added.setdefault(keys[0], []).append(echo)
        again = Line("customer", (saying,))
        added.setdefault(keys[1], []).extend((replace(echo, role=other.lines[0].role), again))
        made.append(
            Twin(saying.text, {keys[0]: (talk.speaker, talk.other), keys[1]: (other.other, other.speaker)})
        )

    def change(file: ScriptFile, talk: Talk) -> Talk:
        return replace(talk, lines=(*talk.lines, *added.get((file.source, talk.record), ())))

    return _each_talk(script, change), tuple(made)


def retold(script: Script, character: Character) -> Script:
    """Let agents, and customers speaking of others, tell of people like *character*."""
    agents = customers = 0

    def change(file: ScriptFile, talk: Talk) -> Talk:
        nonlocal agents, customers
        lines = list(talk.lines)
        served = [number for number, line in enumerate(lines) if line.role == "agent"]
        if served:
            text = character.told.agent[agents % len(character.told.agent)]
            agents += 1
            at = served[len(served) // 2]
            lines[at] = replace(lines[at], sayings=(*lines[at].sayings, Saying(text)))
        # Each is said by one person: what a crowd says in one voice would rightly tell of the crowd.
        if file.form != "reviews" and customers < len(character.told.others):
            at = max(number for number, line in enumerate(lines) if line.role == "customer")
            text = character.told.others[customers]
            lines[at] = replace(lines[at], sayings=(*lines[at].sayings, Saying(text)))
            customers += 1
        return replace(talk, lines=tuple(lines))

    return _each_talk(script, change)


#: Where the other company's reviews stand.
RIVAL_SOURCE: Final = "reviews/reviews-90.csv"


def with_rivals(script: Script, character: Character, other: Trade, seed: int) -> Script:
    """Add reviews by people like *character* who buy from another company, and speak of its trade, not ours."""
    dice = random.Random(f"{seed} rivals")
    talks = []
    for number in range(1, _RIVALS + 1):
        told = character.told.rival[number % len(character.told.rival)]
        themes = dice.sample(other.themes, _RIVAL_POINTS)
        said = [Saying(told), *(Saying(dice.choice(theme.wordings)) for theme in themes)]
        name = f"R90{number:02}"
        talks.append(Talk(name, name, "", None, (Line("customer", tuple(said)),)))
    return replace(script, files=(*script.files, ScriptFile(RIVAL_SOURCE, "reviews", tuple(talks))))


def renamed(script: Script) -> tuple[Script, dict[str, str]]:
    """Name every file anew, so that they are read in the opposite order; with old name → new name."""
    last = len(script.files)
    names = {
        file.source: f"{last - number:02}-{file.source.replace('/', '-')}"
        for number, file in enumerate(script.files)
    }
    return replace(
        script, files=tuple(replace(file, source=names[file.source]) for file in script.files)
    ), names


def twice(script: Script) -> tuple[Script, dict[str, str]]:
    """Add every file a second time under another name; with the copy's name → the first one's."""
    names = {f"second-export/copy-of-{file.source.split('/')[1]}": file.source for file in script.files}
    copies = [replace(file, source=name) for name, file in zip(names, script.files, strict=True)]
    return replace(script, files=(*script.files, *copies)), names
