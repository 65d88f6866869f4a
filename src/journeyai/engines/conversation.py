"""What an engine makes of free words: changes that are asked for, or an answer with its places."""

from dataclasses import dataclass

from journeyai.model.changes import Change


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of a request.  Nothing is applied.

    All empty means that it asks for no change: it is a question, or small talk.

    Attributes:
        changes: in the order asked, each once; empty when something is unclear.
        unclear: a question to the person, in their language; empty when none is needed.
        dropped: ids the model gave that are no id of the lines it saw.
        reasons: what was left out, and why: a plain sentence each.
        choices: answers to `unclear` that the person may pick from, each a whole request, or a command of the chat that
            does what no change can (`/branch future`); mostly empty.
        is_sure: whether the words can hardly mean anything else; what is not sure is never done without a person's yes.
    """

    changes: tuple[Change, ...]
    unclear: str = ""
    dropped: int = 0
    reasons: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that an answer points at.

    Attributes:
        text: the words there.
        source: the file, as the map names it; empty for the guide.
        record: the row, ticket or message in it.
        start: first character in the document's canonical text.
        end: one past the last.
        speaker: who says it; None where nobody is named.
        evidence: id of the map's quote that it is, or overlaps; None if the map does not quote it.
        guide: title of the guide's entry; None for a place in the sources.
    """

    text: str
    source: str = ""
    record: str | None = None
    start: int = 0
    end: int = 0
    speaker: str | None = None
    evidence: str | None = None
    guide: str | None = None

    @property
    def label(self) -> str:
        """How it is cited: `e12 · reviews.csv R07`, `interviews/int-03.md`, `guide: Moment of truth`."""
        if self.guide is not None:
            return f"guide: {self.guide}"
        place = self.source + (f" {self.record}" if self.record is not None else "")
        return f"{self.evidence} · {place}" if self.evidence else place


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer and the positions, in `Answer.cited`, of what it rests on."""

    text: str
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a question.

    Attributes:
        found: whether sources, map or guide say anything about it.
        sentences: in order; when nothing was found, one that says so and cites nothing.
        cited: the places, each once.
        dropped: citations of a model that were no place it was shown.
        is_whole: whether it came to its end; not where the person or a fault stopped it.
    """

    found: bool
    sentences: tuple[Sentence, ...]
    cited: tuple[Cited, ...] = ()
    dropped: int = 0
    is_whole: bool = True
