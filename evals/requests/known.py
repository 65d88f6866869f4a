"""Writes `knowledge/taxonomy/known_requests.yaml` from the labelled requests that may be learnt from, or tries them.

    python -m evals.requests.known              writes the file
    python -m evals.requests.known --crossval   guesses each author's requests from the other authors' alone

The held-back half is never read.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import yaml

from journeyai.engines.conversation import Proposed
from journeyai.engines.local.proposing import propose
from journeyai.engines.local.proposing.items import State
from journeyai.engines.local.proposing.lexicon import lexicon
from journeyai.engines.local.proposing.mentions import masked
from journeyai.engines.local.proposing.names import Names
from journeyai.engines.local.proposing.nearness import NONE, SEVERAL, Known, Nearness, guessed
from journeyai.evaluation.tasks.edits import Maps, judge
from journeyai.evaluation.tasks.edits_cases import Case, load_cases, load_maps
from journeyai.retrieval.encoders import make_encoder
from journeyai.settings import SearchSettings

HERE: Final = Path(__file__).parents[1] / "edits"
TARGET: Final = Path(__file__).parents[2] / "knowledge" / "taxonomy" / "known_requests.yaml"
#: File → the number of the first request of its second author; None where it has one.
AUTHORS: Final = {"development": None, "practice-en": 63, "practice-es": 61}
_HEAD: Final = """\
# Requests whose meaning is known: kind of change → language → what was typed, with what it names masked.
# Written by `python -m evals.requests.known` from the requests of evals/edits that may be learnt from; not by hand.
# `none` asks for no change, or must be asked back; `several` asks for changes of different kinds.
"""


def author_of(name: str, case: Case) -> str:
    """Return who wrote *case* of the file *name*: `a` the development half, `b` and `c` the practice requests."""
    second = AUTHORS[name]
    return "a" if second is None else "b" if int(case.id[1:]) < second else "c"


def label_of(case: Case) -> str:
    """Return the one kind of change that *case* means, or `none`, or `several`."""
    kinds = {change.kind for change in case.ways[0]} if case.ways else set()
    return NONE if not kinds else kinds.pop() if len(kinds) == 1 else SEVERAL


def state_of(case: Case, maps: Maps) -> State:
    """Return the state in which *case* is read."""
    journey = maps[case.journey]
    return State(case.request, journey, Names(journey), lexicon(), case.last)


def known_of(case: Case, maps: Maps) -> Known:
    """Return *case* as a known request."""
    said = masked(state_of(case, maps))
    return label_of(case), said.language, said.words


def write(known: Sequence[Known]) -> None:
    """Write the file that ships."""
    table: dict[str, dict[str, list[str]]] = {}
    for kind, language, words in sorted(set(known)):
        table.setdefault(kind, {}).setdefault(language, []).append(" ".join(words))
    text = yaml.safe_dump(table, allow_unicode=True, sort_keys=True, width=1000)
    TARGET.write_text(_HEAD + text, encoding="utf-8")


def crossval(cases: Sequence[tuple[str, Case]], maps: Maps) -> list[str]:
    """Return lines an author: what comes of the grammar, of it and guesses by the others' requests, of guesses alone.

    The grammar has learnt from all of them: what it leaves are the hardest.  On requests of people it does not know it
    leaves more, and easier ones, so that the truth lies between the last two lines.
    """
    encode = make_encoder(SearchSettings()).encode
    lines = []
    for left_out in sorted({author for author, _ in cases}):
        near = Nearness([known_of(case, maps) for author, case in cases if author != left_out], encode)
        ways: dict[str, Counter[str]] = {
            "grammar": Counter(),
            "and guesses": Counter(),
            "guesses alone": Counter(),
        }
        for case in (case for author, case in cases if author == left_out):
            journey, sort = maps[case.journey], "change" if case.expect == "changes" else "other"
            change = guessed(state_of(case, maps), partial(_same, near))
            made = (
                propose(case.request, journey, last=case.last, near=None),
                propose(case.request, journey, last=case.last, near=partial(_same, near)),
                Proposed((change,) if change else (), is_sure=False),
            )
            for count, proposed in zip(ways.values(), made, strict=True):
                count[f"{sort} {judge(case, proposed, journey).outcome}"] += 1
        for way, count in ways.items():
            told = ", ".join(f"{key} {n}" for key, n in sorted(count.items()))
            lines.append(f"{left_out}, {way}: {told}")
    return lines


def _same(near: Nearness) -> Nearness:
    return near


def main(arguments: Sequence[str]) -> None:
    """Write the file, or try it."""
    maps = load_maps(HERE)
    cases = [
        (author_of(name, case), case) for name in AUTHORS for case in load_cases(HERE / f"{name}.jsonl", maps)
    ]
    if "--crossval" in arguments:
        sys.stdout.write("\n".join(crossval(cases, maps)) + "\n")
    else:
        write([known_of(case, maps) for _, case in cases])


if __name__ == "__main__":
    main(sys.argv[1:])
