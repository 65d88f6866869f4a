"""Task `edits`: is a request in free words understood as the changes it means, and as nothing else?

The requests are in `evals/edits`; their README tells how they were written.  Nothing is drafted: an engine's `propose`
is given each request with one of two frozen maps.

    exact     requests of which came what should: the changes meant and no others, a question back, or nothing   0 … 1
    changes   the same, of those that mean changes                                                               0 … 1
    others    the same, of those that must change nothing                                                        0 … 1
    wrong     requests of which other changes came than were meant: the worst that can happen                0 is best
    misread   the same, but told to be unsure: not even `--yes` does it                                      0 is best
    missed    requests of which nothing came, or the wrong answer, and no change either                      0 is best

Nothing that is proposed is applied without a yes; `wrong` counts what a person would have to see and refuse.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from journeyai.engines.conversation import Proposed
from journeyai.evaluation.agreement import ratio
from journeyai.evaluation.bootstrap import Floats, estimate
from journeyai.evaluation.scoring import Figure
from journeyai.evaluation.task import Row, Task, Workplace
from journeyai.evaluation.tasks.edits_cases import (
    HALVES,
    LANGUAGES,
    LATER,
    LEVELS,
    Case,
    load_cases,
    load_maps,
    spell,
)
from journeyai.model.changes import CHANGES, Change
from journeyai.model.journey import Coverage, Evidence, JourneyMap
from journeyai.operations.apply import apply
from journeyai.operations.ground import Ground, RefusedError, Remark
from journeyai.settings import StudySettings

if TYPE_CHECKING:
    from journeyai.engines.llm.steps.propose import Around

#: What came of a request: what should; other changes than were meant; the same, but told to be unsure, so that nothing
#: is done without a person's yes; no change, though one was meant, or no question back, though one was due.
Outcome = Literal["right", "wrong", "misread", "missed"]

Maps = Mapping[str, JourneyMap]
#: Reads requests, each with its map; None for one to which the engine gave no answer.
Proposer = Callable[[Sequence[Case], Maps, Path], Sequence[Proposed | None]]

_QUOTES: Final = "\"'“”‘’«»`"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one request; `proposed` is None where the engine gave no answer."""

    case: Case
    proposed: Proposed | None
    outcome: Outcome


def judge(case: Case, proposed: Proposed | None, journey: JourneyMap) -> Verdict:
    """Compare what an engine made of *case* with what is meant."""
    return Verdict(case, proposed, "missed" if proposed is None else _outcome(case, proposed, journey))


def _outcome(case: Case, proposed: Proposed, journey: JourneyMap) -> Outcome:
    if proposed.changes:
        if case.expect == "changes":
            is_meant = any(is_same(proposed.changes, way, journey) for way in case.ways)
        else:
            # What cannot be done may be proposed: it ends with the reason why it cannot.
            is_meant = case.expect == "refuse" and refusal(proposed.changes, journey) is not None
        if is_meant:
            return "right"
        return "wrong" if proposed.is_sure else "misread"
    if case.expect == "changes" or (case.expect == "ask" and not proposed.unclear):
        return "missed"
    return "right"


def is_same(some: Sequence[Change], others: Sequence[Change], journey: JourneyMap) -> bool:
    """Whether both lists ask for the same; the order counts only among changes of the same thing."""
    return _by_target(some, journey) == _by_target(others, journey)


def _by_target(changes: Sequence[Change], journey: JourneyMap) -> dict[str, list[Change]]:
    """Return what is asked of each thing, in order; under no name what is asked of the map, in any order."""
    found: dict[str, list[Change]] = {}
    for change in dict.fromkeys(part for whole in changes for part in _parts(whole, journey)):
        for target in change.targets or ("",):
            found.setdefault(target, []).append(change)
    if "" in found:
        found[""].sort(key=repr)
    return found


def _parts(change: Change, journey: JourneyMap) -> Iterator[Change]:
    """Yield *change* in the one form that all ways to ask for the same have."""
    needs = CHANGES[change.kind]
    to = _place(change, journey) if needs.to == "place" else change.to
    text = None if change.text is None else _plain(change, journey)
    if needs.targets and needs.least == 1 and needs.most > 1:
        for target in change.targets:
            yield Change(change.kind, (target,), to, text)
        return
    first = 1 if needs.most == 1 else 0
    yield Change(change.kind, (*change.targets[:first], *sorted(change.targets[first:])), to, text)


def _place(change: Change, journey: JourneyMap) -> str:
    """Return where a stage goes; after the last of the others is the end."""
    others = [
        one.id for one in sorted(journey.stages, key=lambda one: one.order) if one.id not in change.targets
    ]
    return "end" if change.to is None or (others and change.to == others[-1]) else change.to


def _plain(change: Change, journey: JourneyMap) -> str:
    """Return the new words without case, spacing, quotation marks or a final full stop."""
    text = change.text or ""
    if change.kind == "move_speaker":
        # A speaker whose name stands in one file alone may be told with or without it.
        source, _, speaker = text.partition(": ")
        named = {one.source for one in journey.sources for who in one.speakers if who.name == speaker}
        text = speaker if named == {source} else text
    return " ".join(text.casefold().split()).strip(_QUOTES + " ").removesuffix(".").strip(_QUOTES + " ")


def refusal(changes: Sequence[Change], journey: JourneyMap) -> str | None:
    """Return why *changes* cannot be made to *journey*; None if they can."""
    try:
        apply(journey, changes, ground_of(journey))
    except RefusedError as error:
        return str(error)
    return None


def ground_of(journey: JourneyMap) -> Ground:
    """Return what a map without its sources tells of them: enough to see whether a change can be made."""
    return Ground(
        remark=_remark,
        coverage=lambda quotes: Coverage(
            utterances=journey.coverage.utterances, customer=journey.coverage.customer, used=0
        ),
        speakers=frozenset(
            (one.source, who.name)
            for one in journey.sources
            for who in one.speakers
            if who.role == "customer"
        ),
        next_card=_next(card.id for card in journey.cards),
        next_evidence=_next(item.id for item in journey.evidence),
    )


def _remark(item: Evidence) -> Remark:
    return Remark(f"{item.source}: {item.speaker}" if item.role == "customer" else None)


def _next(ids: Iterator[str]) -> int:
    return 1 + max((int(id_[1:]) for id_ in ids), default=0)


def figures(verdicts: Sequence[Verdict], seed: int) -> tuple[Figure, ...]:
    """Return the figures of some requests, with intervals of the shares by resampling the requests."""
    right = np.array([one.outcome == "right" for one in verdicts], np.float64)
    means = np.array([one.case.expect == "changes" for one in verdicts], np.float64)
    shares = {"exact": np.ones_like(means), "changes": means, "others": 1 - means}

    def statistics(weights: Floats) -> dict[str, Floats]:
        return {name: ratio(weights @ (right * of), weights @ of) for name, of in shares.items()}

    told = estimate(statistics, len(verdicts), seed=seed)
    counts = Counter(one.outcome for one in verdicts)
    return (
        *(
            Figure(name, told[name].value, int(of.sum()), told[name].low, told[name].high)
            for name, of in shares.items()
        ),
        Figure("wrong", float(counts["wrong"]), len(verdicts), None, None),
        Figure("misread", float(counts["misread"]), len(verdicts), None, None),
        Figure("missed", float(counts["missed"]), len(verdicts), None, None),
    )


def findings(verdicts: Sequence[Verdict]) -> list[str]:
    """Return each request of which came what should not, with what came and what was meant."""
    return [
        f"{one.case.id} “{one.case.request}” is {one.outcome}: {_came(one.proposed)}; "
        f"meant is {spell(one.case.ways[0]) if one.case.ways else one.case.expect}."
        for one in verdicts
        if one.outcome != "right"
    ]


def _came(proposed: Proposed | None) -> str:
    if proposed is None:
        return "no answer"
    return spell(proposed.changes) or (f"asked “{proposed.unclear}”" if proposed.unclear else "nothing")


def propose_here(cases: Sequence[Case], maps: Maps, scratch: Path) -> list[Proposed | None]:
    """Read the requests with the grammar of this machine."""
    from journeyai.engines.local.proposing import propose

    return [propose(case.request, maps[case.journey], last=case.last) for case in cases]


def propose_by_model(cases: Sequence[Case], maps: Maps, scratch: Path) -> list[Proposed | None]:
    """Read the requests with the model that the environment names, as the chat does.

    Raises:
        SettingsError: no model, no key.
        EngineError: it cannot be asked.
    """
    from journeyai.engines.llm.address import find_address, is_masked
    from journeyai.engines.llm.answers import AnswerStore
    from journeyai.engines.llm.asking import Failure
    from journeyai.engines.llm.call_log import CallLog
    from journeyai.engines.llm.client import LLMClient
    from journeyai.engines.llm.money import Budget
    from journeyai.engines.llm.prices import find_price
    from journeyai.engines.llm.session import ANSWERS_FILE, LOG_FILE
    from journeyai.engines.llm.steps import propose
    from journeyai.privacy import Masker

    settings = StudySettings()
    address = find_address(settings.llm)
    price = find_price(address.model, settings.llm, loopback=address.is_here)
    masker = (lambda names: Masker(names, settings.privacy)) if is_masked(settings.privacy, address) else None
    log = CallLog(scratch / LOG_FILE, content=settings.llm.log_content)
    asked = [(case.request, maps[case.journey], case.language) for case in cases]
    around = [_around(case, maps[case.journey]) for case in cases]
    with AnswerStore(scratch / ANSWERS_FILE) as store:
        job = store.open_job(propose.STEP)
        budget = Budget(job, price, max_cost=settings.llm.max_cost, max_tokens=settings.llm.max_tokens)
        with LLMClient(address, settings.llm, store, budget, masker, log) as client:
            # All at once, because it is many times faster; then one by one, from the answers that are kept.
            questions = [propose.question(*words, place) for words, place in zip(asked, around, strict=True)]
            client.ask_all([one for one in questions if one is not None], lambda done, total: None)
            found = [propose.run(*words, client, place) for words, place in zip(asked, around, strict=True)]
        job.finish()
    return [None if isinstance(one, Failure) else one for one in found]


def _around(case: Case, journey: JourneyMap) -> "Around":
    from journeyai.engines.llm.steps.propose import Around
    from journeyai.engines.llm.talking import told_before

    titles = {card.id: card.title for card in journey.cards}
    return Around(
        names=tuple(dict.fromkeys(who.name for one in journey.sources for who in one.speakers)),
        before=told_before((), [f"{id_} {titles[id_]}" for id_ in case.last]),
        check=lambda changes: refusal(changes, journey),
    )


#: Engine → who reads requests for it.  The others draw maps and read nothing.
PROPOSERS: Final[dict[str, Proposer]] = {"local": propose_here, "llm": propose_by_model}


def run(workplace: Workplace) -> Iterator[Row]:
    """Yield, for each half, a row a language, a row a level, and one for all; nothing for engines that only draw.

    What went wrong on the held-back half is counted and not listed: whoever saw it would tune to it.
    """
    proposer = PROPOSERS.get(workplace.engine)
    if proposer is None:
        workplace.say(f"`{workplace.engine}` reads no requests")
        return
    folder = workplace.data.parent / "edits"
    maps = load_maps(folder)
    for half in HALVES:
        workplace.say(f"Requests, {half}")
        cases = load_cases(folder / f"{half}.jsonl", maps)
        proposed = proposer(cases, maps, workplace.scratch)
        verdicts = [judge(case, one, maps[case.journey]) for case, one in zip(cases, proposed, strict=True)]
        for language in LANGUAGES:
            part = [one for one in verdicts if one.case.language == language]
            notes = tuple(findings(part)) if half == "development" else ()
            yield Row(f"{half}-{language}", figures(part, workplace.seed), notes)
        for level in LEVELS:
            part = [one for one in verdicts if one.case.level == level]
            yield Row(f"{half}-level-{level}", figures(part, workplace.seed))
        yield Row(f"{half}-all", figures(verdicts, workplace.seed))
    for language in LANGUAGES:
        yield from _more(workplace, f"practice-{language}", maps, is_listed=True)
    for name, is_listed in LATER.items():
        yield from _more(workplace, name, maps, is_listed=is_listed)


def _more(workplace: Workplace, name: str, maps: Maps, *, is_listed: bool) -> Iterator[Row]:
    """Yield a row for the further requests *name*, where there are any; what goes wrong is told if it *is_listed*."""
    path = workplace.data.parent / "edits" / f"{name}.jsonl"
    if not path.exists():
        return
    workplace.say(f"Requests, {name}")
    cases = load_cases(path, maps)
    proposed = PROPOSERS[workplace.engine](cases, maps, workplace.scratch)
    verdicts = [judge(case, one, maps[case.journey]) for case, one in zip(cases, proposed, strict=True)]
    notes = tuple(findings(verdicts)) if is_listed else ()
    yield Row(name, figures(verdicts, workplace.seed), notes)


TASK: Final = Task(
    name="edits",
    title="Changes asked for in free words",
    about=(
        "150 requests to change one of two frozen maps, half English and half Spanish, of three levels (1 plain, with "
        "ids; 2 names, titles, two things at once; 3 roundabout, colloquial, misspelt); a fifth of them must change "
        "nothing. `exact`: of which came what should: the changes meant and no others, a question back, or nothing; "
        "`changes` and `others`: the same of those that mean changes and of the rest; `wrong`: how many led to other "
        "changes than were meant (0 is best; a person would have to see it and refuse); `misread`: the same, but told "
        "to be unsure, so that not even `--yes` does it; `missed`: how many led to nothing "
        " or were asked back, though clear. The local grammar was made with the development half and the "
        "practice requests; both halves have one author. Engines that only draw maps have no part in it."
    ),
    run=run,
)
