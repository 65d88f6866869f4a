"""Does each quote bear out the title it stands under?  Asked document by document, so that no document judges another.

A question holds the quotes of one document alone, beside titles of ours.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from pydantic import Field

from journeyai.engines.engine import Claim
from journeyai.engines.llm.asking import Asker, Failure, Question, Reply
from journeyai.engines.llm.steps.lines import LineNumber, flat, numbered, resolved
from journeyai.model.aliases import Progress
from journeyai.model.source import DocumentKey

STEP: Final = "check"
#: Pairs in one question.
MOST_PAIRS: Final = 40
#: A claim whose quotes bear it out less often than this, document by document, is unsupported.
LEAST_SHARE: Final = 0.5
_TITLE_LETTERS: Final = 200

#: Document → names of its people, masked wherever they stand.
Names = Callable[[DocumentKey], Sequence[str]]


class CheckReply(Reply):
    """Numbers of the pairs whose passage does not bear out the claim."""

    not_borne_out: list[LineNumber] = Field(max_length=MOST_PAIRS)


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and a quote that stands under it.

    Attributes:
        claim: its index.
        quote: the quote's index in the claim.
        document: where the quote stands.
    """

    claim: int
    quote: int
    document: DocumentKey


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of the check.

    Attributes:
        supported: of each claim, whether its quotes bear it out; None where no quote could be checked.
        verdicts: the same of every pair that could be checked.
        dropped: numbers the model gave that are no pair's.
        failures: questions without an answer.
    """

    supported: tuple[bool | None, ...]
    verdicts: Mapping[Pair, bool]
    dropped: int
    failures: tuple[Failure, ...]


def questions(claims: Sequence[Claim], names: Names) -> list[Question[CheckReply]]:
    """Return the questions: each about one document, of at most `MOST_PAIRS` pairs.

    A claim without a title is not asked about.
    """
    asked = []
    for pairs in _portions(claims):
        document = pairs[0].document
        lines = (
            (n, f"Claim: {flat(claims[pair.claim].title, _TITLE_LETTERS)} | Passage: {_quote(claims, pair)}")
            for n, pair in enumerate(pairs, 1)
        )
        asked.append(
            Question(
                step=STEP,
                values={"count": str(len(pairs))},
                data={"lines": numbered(lines)},
                reply=CheckReply,
                room=100 + 6 * len(pairs),
                names=names(document),
                about="#".join(part for part in document if part is not None),
            )
        )
    return asked


def read(answers: Sequence[CheckReply | Failure], claims: Sequence[Claim]) -> Checked:
    """Return the verdicts; *answers* are those of `questions(claims, …)`, in order."""
    verdicts: dict[Pair, bool] = {}
    failures: list[Failure] = []
    dropped = 0
    for pairs, answer in zip(_portions(claims), answers, strict=True):
        if isinstance(answer, Failure):
            failures.append(answer)
            continue
        refuted, unknown = resolved(answer.not_borne_out, range(1, len(pairs) + 1))
        dropped += unknown
        verdicts |= {pair: n not in refuted for n, pair in enumerate(pairs, 1)}
    return Checked(_supported(verdicts, len(claims)), verdicts, dropped, tuple(failures))


def run(claims: Sequence[Claim], names: Names, asker: Asker, progress: Progress) -> Checked:
    """Check every quote of every claim."""
    return read(asker.ask_all(questions(claims, names), progress), claims)


def _portions(claims: Sequence[Claim]) -> list[list[Pair]]:
    """Return all pairs, in portions of one document each; documents in the order in which they are first met."""
    by_document: dict[DocumentKey, list[Pair]] = defaultdict(list)
    for row, claim in enumerate(claims):
        if not claim.title:
            continue
        for place, (document, _) in enumerate(claim.quotes):
            by_document[document].append(Pair(row, place, document))
    return [
        pairs[first : first + MOST_PAIRS]
        for pairs in by_document.values()
        for first in range(0, len(pairs), MOST_PAIRS)
    ]


def _quote(claims: Sequence[Claim], pair: Pair) -> str:
    return claims[pair.claim].quotes[pair.quote][1]


def _supported(verdicts: Mapping[Pair, bool], claims: int) -> tuple[bool | None, ...]:
    """Return the verdict on each claim; each document weighs the same in it, however many quotes it has."""
    told: dict[int, dict[DocumentKey, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for pair, verdict in verdicts.items():
        told[pair.claim][pair.document].append(verdict)
    return tuple(
        fmean(fmean(said) for said in told[claim].values()) >= LEAST_SHARE if claim in told else None
        for claim in range(claims)
    )
