"""The controls: planted corpora are changed in one respect, and the map must change, or stay, accordingly.

Each figure is the share of trials that hold, 0 … 1, 1 is best; what failed is told in the notes.  They ask whether a
map follows from its sources and from nothing else, not how good it is: an engine that finds little can hold them all.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from journeyai.drafting.verification import Reader, quote_problem, verify
from journeyai.evaluation.forgery import forge
from journeyai.evaluation.gold import SCORED_LANES
from journeyai.evaluation.matching import compare
from journeyai.evaluation.planted import changes
from journeyai.evaluation.planted.bench import LANGUAGES, SEEDS, Bench, Planted, Tally, set_up
from journeyai.evaluation.planted.files import spoken, write
from journeyai.evaluation.planted.script import FORMS, Script
from journeyai.evaluation.planted.traces import character_traces, theme_traces
from journeyai.evaluation.scoring import own_words
from journeyai.evaluation.task import Drafted, Row, Task, Workplace
from journeyai.model.journey import Evidence
from journeyai.model.source import Document, SourceFile
from journeyai.settings import StudySettings
from journeyai.study.indexing import read_source

#: Themes taken out, or said by others only, in one trial corpus.
_THEMES_AT_ONCE: Final = 3
_TWINS: Final = 4
_DECOY: Final = 2  # number of the persona that nobody has in the decoy corpora


Control = Callable[[Bench, Tally], None]


def removed(bench: Bench, tally: Tally) -> None:
    """Take the passages of some themes out."""
    found = bench.base.found()
    # Those first that a card was clearly of: what was never found cannot vanish.
    out = sorted(bench.base.carriers(), key=lambda theme: theme not in found)[:_THEMES_AT_ONCE]
    after = bench.draw(changes.without(bench.script, out), "removed")
    traces = theme_traces(bench.material)
    for theme in out:
        left = [card for card in after.comparison.cards if traces[theme].on_card(card, after.drafted.journey)]
        titles = "; ".join(card.title for card in left)
        tally.add("gone", not left, f"{after.name}: `{theme}` is still told by “{titles}”.")
    still = after.found()
    for theme in sorted(found - set(out)):
        tally.add("others.stay", theme in still, f"{after.name}: `{theme}` has no card any more.")


def foreign(bench: Bench, tally: Tally) -> None:
    """Look for the other company's themes, and for quotes that the files of this one do not hold.

    Its corpora have files of the same names, and were drafted just before.
    """
    journey = bench.base.drafted.journey
    traces = theme_traces(bench.material)
    for theme in bench.other.themes:
        cards = [card.title for card in journey.cards if traces[theme.id].on_card(card, journey)]
        words = [text for text in own_words(journey) if traces[theme.id].in_text(text)]
        told = "; ".join(cards + words)
        tally.add("absent", not told, f"{bench.base.name}: `{theme.id}` of the other company: “{told}”.")
    documents = {document.key: document for document in bench.base.drafted.documents}
    for item in journey.evidence:
        problem = quote_problem(item, documents)
        tally.add("own.files", problem is None, f"{bench.base.name}: {problem}")


def misplaced(bench: Bench, tally: Tally) -> None:
    """Plant words in two mouths and an agent's, see who is quoted, and offer `verify` false maps."""
    script, made = changes.twins(bench.script, bench.seed, _TWINS)
    drawn = _draw_echoed(bench, script)
    for twin in made:
        for item in drawn.journey.evidence:
            said = twin.said.get((item.source, item.record))
            place = _which(item, twin.text, drawn.documents) if said else None
            if said is None or place is None:
                continue
            right = said[place] if place < len(said) else None
            miss = f"{bench.base.name}: “{item.quote}” is {right}'s, not {item.speaker}'s."
            tally.add("twins.attributed", item.speaker == right, miss)
    for item in drawn.journey.evidence:
        mouths = _mouths(item, script)
        miss = f"{bench.base.name}: `{item.source}`: “{item.quote}” is not {item.speaker}'s, {item.role}."
        tally.add("all.attributed", (item.speaker, item.role) in mouths, miss)
    read = _reader(bench.work.scratch / f"{bench.base.name}-twins" / "sources")
    honest = verify(drawn.journey, read)
    problem = honest.findings[0].problem if honest.findings else ""
    tally.add("honest.proved", honest.proved, f"{bench.base.name}: {problem}")
    for forgery in forge(drawn.journey, drawn.documents, bench.seed):
        refused = not verify(forgery.journey, read).proved
        tally.add(
            "false.refused", refused, f"{bench.base.name}: a false map was taken for true: {forgery.lie}."
        )


def _draw_echoed(bench: Bench, script: Script) -> Drafted:
    """Draft *script* without laying the truth over it: words that are echoed do not stand once, as labels must."""
    name = f"{bench.base.name}-twins"
    corpus = write(script, bench.work.scratch / name)
    return bench.work.draft(corpus.sources, bench.material.language, name=f"controls-{name}")


def _which(item: Evidence, text: str, documents: Sequence[Document]) -> int | None:
    """Return which occurrence of *text* the quote lies in, from 0; None if in none."""
    document = next((one for one in documents if one.key == (item.source, item.record)), None)
    if document is None:
        return None
    start, number = document.text.find(text), 0
    while start >= 0:
        if start < item.end and item.start < start + len(text):
            return number
        start, number = document.text.find(text, start + 1), number + 1
    return None


def _mouths(item: Evidence, script: Script) -> set[tuple[str | None, str]]:
    """Return who says the quote, by the script: name and role."""
    talk = script.document((item.source, item.record))
    if talk is None:
        return set()
    words = _bare(item.quote)
    mouths: set[tuple[str | None, str]] = {
        (talk.speaker if line.role == "customer" else talk.other, line.role)
        for line in talk.lines
        if words in _bare(spoken(line.sayings))
    }
    # The headline of a review, and the subject of a ticket, are its customer's.
    return mouths | ({(talk.speaker, "customer")} if words in map(_bare, script.material.titles) else set())


def _bare(text: str) -> str:
    """Return the words of *text* alone: formats differ in what stands between two sentences without a full stop."""
    return " " + " ".join(re.findall(r"[^\W_]+", text)) + " "


def _reader(sources: Path) -> Reader:
    """Return what reads a file of *sources*, each once: hundreds of false maps rest on the same ones."""
    settings = StudySettings()

    @cache
    def read(source: str) -> SourceFile:
        return read_source(sources, source, settings)

    return read


def decoys(bench: Bench, tally: Tally) -> None:
    """Tell of people that are no customers of ours; and let all customers be alike."""
    decoy = bench.trade.personas[_DECOY]
    real = [character.id for character in bench.trade.personas if character.id != decoy.id]
    plain = bench.compose(real)
    told = bench.draw(changes.retold(plain, decoy), "retold")
    customers = {(file.source, talk.speaker) for file, talk in told.corpus.script.talks()}
    traces = character_traces(bench.material, decoy)
    for persona in told.drafted.journey.personas:
        strangers = {(one.source, one.speaker) for one in persona.members} - customers
        miss = f"{told.name}: {sorted(strangers)} in “{persona.name}”."
        tally.add("members.customers", not strangers, miss)
        texts = [persona.name, persona.summary, *persona.goals, *persona.motivations]
        texts += [*persona.frustrations, *persona.behaviours]
        heard = [text for text in texts if traces.in_text(text) or traces.in_quote(text)]
        miss = f"{told.name}: “{persona.name}” is described by “{'; '.join(heard)}”."
        tally.add("retold.not_described", not heard, miss)
        empathy = persona.empathy
        sayings = (*empathy.says, *empathy.thinks, *empathy.does, *empathy.feels)
        quoted = [text for text in sayings if traces.in_quote(text)]
        miss = f"{told.name}: “{persona.name}” has “{'; '.join(quoted)}”, which is told of others."
        tally.add("retold.not_quoted", not quoted, miss)
    rivals = bench.draw(changes.with_rivals(plain, decoy, bench.other, bench.seed), "rivals")
    for persona in rivals.drafted.journey.personas:
        strange = sum(member.source == changes.RIVAL_SOURCE for member in persona.members)
        miss = f"{rivals.name}: “{persona.name}”: {strange} of {len(persona.members)} buy elsewhere."
        tally.add("rivals.no_persona", 2 * strange < len(persona.members), miss)
    crowd = bench.draw(bench.compose(real[:1]), "crowd")
    groups = len(crowd.drafted.journey.personas)
    tally.add("crowd.one_persona", groups <= 1, f"{crowd.name}: people all alike became {groups} personas.")


def talker(bench: Bench, tally: Tally) -> None:
    """Let whoever speaks most say everything again in other words."""
    often = Counter(
        file.source
        for file, talk in bench.script.talks()
        for line, saying in talk.said()
        if file.form == "interview" and line.role == "customer" and saying.theme is not None
    )
    source = min(often, key=lambda name: (-often[name], name))
    after = bench.draw(changes.talkative(bench.script, source), "talker")
    for card in after.scored():
        people = {(item.source, item.speaker) for item in after.drafted.journey.quotes(card)}
        miss = f"{after.name}: “{card.title}” counts {card.people}, its quotes are of {len(people)}."
        tally.add("counted.once", card.people == len(people), miss)
    talks = {
        saying.theme
        for file, talk in bench.script.talks()
        if file.source == source
        for _, saying in talk.said()
    }
    _compare_people(bench, after, tally, "people.unmoved", lambda before, now: now == before, talks)


def _compare_people(
    bench: Bench,
    after: Planted,
    tally: Tally,
    figure: str,
    holds: Callable[[int, int], bool],
    themes: set[str | None] | None = None,
) -> None:
    """Compare the people on the main card of each theme that both maps have one of."""
    before, now = bench.base.carriers(), after.carriers()
    for theme in sorted(bench.base.found() & after.found()):
        if themes is not None and theme not in themes:
            continue
        was, is_ = before[theme][0].people, now[theme][0].people
        tally.add(figure, holds(was, is_), f"{after.name}: `{theme}` counted {was} people, now {is_}.")


def order(bench: Bench, tally: Tally) -> None:
    """Make the files in another order; then name them so that they are read in the opposite one."""
    backwards = bench.draw(bench.script, "order", range(len(bench.script.files) - 1, -1, -1))
    miss = f"{backwards.name}: the same files gave another map."
    tally.add("same.map", _untimed(backwards.drafted) == _untimed(bench.base.drafted), miss)
    script, names = changes.renamed(bench.script)
    after = bench.draw(script, "renamed")
    old = {new: name for name, new in names.items()}
    before, now = _claims(bench.base.drafted, {}), _claims(after.drafted, old)
    for claim in sorted(before, key=str):
        tally.add(
            "renamed.same_cards", claim in now, f"{after.name}: a card of {len(claim[1])} quotes is gone."
        )


def _untimed(drafted: Drafted) -> str:
    """Return the map as text, without the time, and without its title, which is the study's name here."""
    journey = drafted.journey
    made = journey.made_by.model_copy(update={"at": ""})
    return journey.model_copy(update={"made_by": made, "title": ""}).to_json()


Claim = tuple[str, frozenset[tuple[str, str | None, int, int]]]


def _claims(drafted: Drafted, names: Mapping[str, str]) -> set[Claim]:
    """Return each card as its lane and the places of its quotes, files by their first names."""
    return {
        (
            card.lane,
            frozenset(
                (names.get(item.source, item.source), item.record, item.start, item.end)
                for item in drafted.journey.quotes(card)
            ),
        )
        for card in drafted.journey.cards
        if card.lane in SCORED_LANES
    }


def twice(bench: Bench, tally: Tally) -> None:
    """Add every file a second time under another name."""
    script, names = changes.twice(bench.script)
    name = f"{bench.base.name}-twice"
    corpus = write(script, bench.work.scratch / name)
    drafted = bench.work.draft(corpus.sources, bench.material.language, name=f"controls-{name}")
    forms = {file.source: file.form for file in script.files}
    for document in drafted.documents:
        if document.source in names:
            form = forms[document.source]
            known = document.duplicate_of is not None
            miss = f"{name}: the copy of `{names[document.source]}` is not known as one."
            tally.add(f"known.{form}", known, miss)
    # Of each pair of files the truth is told by the first, so either copy's quotes are looked up under its name.
    first = replace(bench.base.corpus, folder=corpus.folder)
    journey = drafted.journey
    after = Planted(name, first, drafted, compare(journey, first.gold, drafted.documents))
    _compare_people(bench, after, tally, "people.not_doubled", lambda before, now: now <= before)


def prompts(bench: Bench, tally: Tally) -> None:
    """Let interviewers and agents alone speak of some themes, in customers' very words."""
    themes = [theme.id for theme in bench.script.known if theme.id in bench.base.carriers()][
        -_THEMES_AT_ONCE:
    ]
    after = bench.draw(changes.prompted(bench.script, themes), "prompted")
    journey = after.drafted.journey
    traces = theme_traces(bench.material)
    told = [item for card in after.scored() for item in journey.quotes(card)]
    for item in told:
        miss = f"{after.name}: “{item.quote}” is the {item.role}'s."
        tally.add("customers.only", item.role == "customer", miss)
    for theme in themes:
        cards = [card.title for card in after.scored() if traces[theme].on_card(card, journey)]
        tally.add(
            "no.card", not cards, f"{after.name}: `{theme}`, which no customer says: “{'; '.join(cards)}”."
        )


_FORMS: Final = tuple(f"known.{form}" for form in dict.fromkeys(FORMS))

#: What is done → who does it, and its figures; one without a trial has no value.
CONTROLS: Final[Mapping[str, tuple[Control, tuple[str, ...]]]] = {
    "passages of a theme removed": (removed, ("gone", "others.stay")),
    "another company's themes": (foreign, ("absent", "own.files")),
    "the wrong file or mouth": (
        misplaced,
        ("twins.attributed", "all.attributed", "honest.proved", "false.refused"),
    ),
    "decoy personas": (
        decoys,
        (
            "members.customers",
            "retold.not_described",
            "retold.not_quoted",
            "rivals.no_persona",
            "crowd.one_persona",
        ),
    ),
    "one talkative speaker": (talker, ("counted.once", "people.unmoved")),
    "order of the files": (order, ("same.map", "renamed.same_cards")),
    "every file twice": (twice, (*_FORMS, "people.not_doubled")),
    "said by interviewers and agents": (prompts, ("customers.only", "no.card")),
}


def run(work: Workplace) -> Iterator[Row]:
    """Run every control over every planted corpus."""
    work.say("controls: planting")
    benches = [set_up(work, language, number) for number in range(SEEDS) for language in LANGUAGES]
    for subject, (control, figures) in CONTROLS.items():
        tally = Tally(figures)
        for bench in benches:
            work.say(f"controls: {subject}, {bench.base.name}")
            control(bench, tally)
        yield tally.row(subject)


TASK: Final = Task(
    name="controls",
    title="Controls on planted corpora",
    about=(
        "Corpora whose truth was planted are changed in one respect, and the map must change, or stay, accordingly. "
        "A figure is the share of trials that hold, 1 is best; n is how many there were."
    ),
    run=run,
)
