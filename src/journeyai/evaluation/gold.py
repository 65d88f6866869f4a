"""Gold corpora: what people labelled by hand, where it stands in the sources, and whether the labels are sound.

A corpus is a folder with a `gold.json` and its files in `sources/`; the two samples' files ship in `knowledge/samples`.
A gold quote is not kept with its place: it is found anew in the document's decoded text, whatever the line breaks,
and must stand there exactly once.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from journeyai.errors import SourceError
from journeyai.model.source import Document, DocumentKey
from journeyai.model.vocabulary import CHANNELS, EMOTIONS, LANES, ROLES, Role
from journeyai.resources import folder as shipped_folder
from journeyai.settings import StudySettings
from journeyai.sources import find_files, read_file, settings_for
from journeyai.sources.duplicates import with_duplicates

GOLD_FILE: Final = "gold.json"

#: Labelled exhaustively, and so the lanes in which precision means something.
SCORED_LANES: Final = ("pain_point", "delight", "need")

#: Whose words are evidence: a researcher's note tells what the participant did and said.
COUNTED_ROLES: Final[frozenset[Role]] = frozenset({"customer", "researcher"})

#: What every corpus must reach, so that its figures say something.
FEWEST_FILES: Final = 14
FEWEST_SEGMENTS: Final = 180
FEWEST_PASSAGES: Final = 2
MOST_WORDS: Final = 60

_LANES: Final = (*LANES, "none")
_SEVERITIES: Final = (1, 2, 3)
_SAMPLE: Final = re.compile(r"sample-(\w+)")
#: Some chats write the role after the name: "Leon (customer)".
_ROLE_AFTER_NAME: Final = re.compile(
    r"\s*\((?:customer|client|user|cliente|clienta|usuario|usuaria)\)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class GoldMember:
    """A speaker who belongs to a persona, named as on the map."""

    source: str
    speaker: str


@dataclass(frozen=True, slots=True)
class GoldPersona:
    """A group of people who behave alike."""

    id: str
    name: str
    members: tuple[GoldMember, ...]


@dataclass(frozen=True, slots=True)
class GoldTheme:
    """One cause that a team could own and fix, or one thing that people praise or want.

    Attributes:
        id: what the segments name it by.
        lane: one of `SCORED_LANES`.
        label: in words.
        stage: id of the stage that all its segments stand in.
        severity: 1 … 3 for a pain point, None for the others.
    """

    id: str
    lane: str
    label: str
    stage: str
    severity: int | None


@dataclass(frozen=True, slots=True)
class GoldSegment:
    """A labelled passage; the labels are words of the annotation guide, unchecked until `problems` has seen them.

    Attributes:
        source: path inside the corpus's sources.
        record: the row or ticket inside it, or None.
        speaker: the bare name; a review's record id.
        role: who the speaker is.
        quote: the decoded words, once in their document.
        lane: one of the map's lanes, or `none`.
        stage: id of one of the corpus's stages; None where no stage fits.
        theme: id of its theme; None for a one-off and in lanes without themes.
        valence: a whole number, −2 … 2.
        emotion: one of the closed set.
        channel: one of the closed set, or None.
    """

    source: str
    record: str | None
    speaker: str | None
    role: str
    quote: str
    lane: str
    stage: str | None
    theme: str | None
    valence: int
    emotion: str
    channel: str | None

    @property
    def document(self) -> DocumentKey:
        """What names its document."""
        return (self.source, self.record)


@dataclass(frozen=True, slots=True)
class Gold:
    """What is known of a corpus.

    Attributes:
        language: ISO 639-1 code of most of its sources.
        stages: ids, in the journey's order.
        personas: groups of its people.
        themes: what several passages tell of.
        segments: the labelled passages; exhaustive for customers in `SCORED_LANES`, a sample in the other lanes.
        name: the corpus's name: its folder's.
        held_back: whether nothing may ever be trained or tuned on it.
    """

    language: str
    stages: tuple[str, ...]
    personas: tuple[GoldPersona, ...]
    themes: tuple[GoldTheme, ...]
    segments: tuple[GoldSegment, ...]
    name: str = ""
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A gold segment with its place: half-open, in characters of its document's canonical text."""

    segment: GoldSegment
    start: int
    end: int

    @property
    def document(self) -> DocumentKey:
        """What names its document."""
        return self.segment.document


@cache
def _reader() -> TypeAdapter[Gold]:
    return TypeAdapter(Gold)


def load(folder: Path) -> Gold:
    """Read the `gold.json` of the corpus in *folder*.

    Raises:
        SourceError: it is missing, is not JSON, or a part of it is missing or of the wrong kind.
    """
    path = folder / GOLD_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"The gold labels `{path}` cannot be read: {getattr(error, 'strerror', None) or error}.",
            "A corpus is a folder with a `gold.json`, in UTF-8, and its files in `sources`.",
        ) from None
    try:
        gold = _reader().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourceError(
            f"`{path}`: {f'`{where}`: ' if where else ''}{first['msg']}.",
            "evals/README.md says what a `gold.json` holds.",
        ) from None
    return replace(gold, name=folder.resolve().name)


def sources_folder(folder: Path) -> Path:
    """Return where the files of the corpus in *folder* are.

    Raises:
        SourceError: it has none.
    """
    own = folder / "sources"
    if own.is_dir():
        return own
    if sample := _SAMPLE.fullmatch(folder.resolve().name):
        shipped = Path(str(shipped_folder("knowledge").joinpath("samples", sample[1], "sources")))
        if shipped.is_dir():
            return shipped
    raise SourceError(f"The corpus `{folder}` has no folder `sources`.", "Put its files there.")


def read_documents(sources: Path) -> list[Document]:
    """Read every file under *sources* as a study would; a file that cannot be read is left out, as in a study.

    Raises:
        SourceError: there is no such folder.
    """
    table = StudySettings().sources
    documents: list[Document] = []
    for source, path in find_files(sources)[0]:
        try:
            documents += read_file(path, source, settings_for(source, table)).documents
        except SourceError:
            continue
    return with_duplicates(documents)


def bare_speaker(name: str | None) -> str | None:
    """Return *name* without the role that some chats write after it: "Leon" for "Leon (customer)"."""
    return _ROLE_AFTER_NAME.sub("", name) if name else name


def locate(gold: Gold, documents: Sequence[Document]) -> tuple[Passage, ...]:
    """Find every segment in *documents*; return them in gold's order.

    Raises:
        SourceError: a quote does not stand exactly once in its document: figures over the rest would flatter.
    """
    by_key = {document.key: document for document in documents}
    passages: list[Passage] = []
    for segment in gold.segments:
        places = _places(segment, by_key)
        if len(places) != 1:
            raise SourceError(
                f"{_where(gold, segment)}: {_misplaced(segment, by_key, len(places))}",
                "Mend the quote, or score with the files that were labelled.",
            )
        passages.append(Passage(segment, *places[0]))
    return tuple(passages)


def _places(segment: GoldSegment, documents: Mapping[DocumentKey, Document]) -> list[tuple[int, int]]:
    """Return every place where the quote's words stand one after the other, whatever blanks lie between."""
    document = documents.get(segment.document)
    spoken = segment.quote.split()
    if document is None or not spoken:
        return []
    # Looking ahead finds occurrences that overlap each other, too.
    words = r"\s+".join(map(re.escape, spoken))
    return [found.span(1) for found in re.finditer(f"(?=({words}))", document.text)]


def problems(gold: Gold, documents: Sequence[Document]) -> list[str]:
    """Return what is wrong with *gold*, a sentence each, naming file, record and quote; empty if it is sound."""
    return [
        *_size_problems(gold, documents),
        *_theme_problems(gold),
        *_persona_problems(gold, documents),
        *_segment_problems(gold, documents),
    ]


def _size_problems(gold: Gold, documents: Sequence[Document]) -> Iterator[str]:
    files = len({document.source for document in documents})
    if files < FEWEST_FILES:
        yield f"{gold.name}: {files} files could be read; a corpus has at least {FEWEST_FILES}."
    if len(gold.segments) < FEWEST_SEGMENTS:
        yield f"{gold.name}: {len(gold.segments)} segments; a corpus has at least {FEWEST_SEGMENTS}."
    if not re.fullmatch("[a-z]{2}", gold.language):
        yield f"{gold.name}: the language `{gold.language}` is no two-letter code."
    for what, there in (("stages", gold.stages), ("personas", gold.personas), ("themes", gold.themes)):
        if not there:
            yield f"{gold.name}: there are no {what}."
    yield from _twice(gold.name, "stage", gold.stages)


def _theme_problems(gold: Gold) -> Iterator[str]:
    yield from _twice(gold.name, "theme", [theme.id for theme in gold.themes])
    passages = Counter(segment.theme for segment in gold.segments)
    for theme in gold.themes:
        where = f"{gold.name}: theme {theme.id}"
        if theme.lane not in SCORED_LANES:
            yield f"{where}: its lane `{theme.lane}` is none of {', '.join(SCORED_LANES)}."
        if theme.stage not in gold.stages:
            yield f"{where}: its stage `{theme.stage}` is none of the corpus's stages."
        if not theme.label.strip():
            yield f"{where}: its label is empty."
        if theme.lane == "pain_point" and theme.severity not in _SEVERITIES:
            yield f"{where}: the severity of a pain point is 1, 2 or 3, not {theme.severity}."
        if theme.lane != "pain_point" and theme.severity is not None:
            yield f"{where}: only a pain point has a severity."
        if passages[theme.id] < FEWEST_PASSAGES:
            yield (
                f"{where}: it has {passages[theme.id]} passages; a theme has at least {FEWEST_PASSAGES}, "
                "a one-off stays without a theme."
            )


def _persona_problems(gold: Gold, documents: Sequence[Document]) -> Iterator[str]:
    yield from _twice(gold.name, "persona", [persona.id for persona in gold.personas])
    # A note's participant may be named in the labels alone.
    heard = {(segment.source, segment.speaker) for segment in gold.segments} | {
        (document.source, bare_speaker(turn.speaker)) for document in documents for turn in document.turns
    }
    home: dict[GoldMember, str] = {}
    for persona in gold.personas:
        if not persona.members:
            yield f"{gold.name}: persona {persona.id} has no members."
        for member in persona.members:
            where = f"{gold.name}: persona {persona.id}"
            if (member.source, member.speaker) not in heard:
                yield f"{where}: `{member.speaker}` does not speak in `{member.source}`."
            if member in home:
                yield f"{where}: `{member.speaker}` of `{member.source}` is in persona {home[member]} already."
            home[member] = persona.id


def _segment_problems(gold: Gold, documents: Sequence[Document]) -> Iterator[str]:
    by_key = {document.key: document for document in documents}
    themes = {theme.id: theme for theme in gold.themes}
    labelled: set[tuple[DocumentKey, int, int]] = set()
    for segment in gold.segments:
        where = _where(gold, segment)
        places = _places(segment, by_key)
        if len(places) != 1:
            yield f"{where}: {_misplaced(segment, by_key, len(places))}"
        else:
            place = (segment.document, *places[0])
            if place in labelled:
                yield f"{where}: the same words are labelled twice."
            labelled.add(place)
        for complaint in _label_problems(segment, gold.stages, themes):
            yield f"{where}: {complaint}"


def _label_problems(
    segment: GoldSegment, stages: Collection[str], themes: Mapping[str, GoldTheme]
) -> Iterator[str]:
    for what, label, known in (
        ("role", segment.role, ROLES),
        ("lane", segment.lane, _LANES),
        ("emotion", segment.emotion, EMOTIONS),
        ("channel", segment.channel, (*CHANNELS, None)),
        ("stage", segment.stage, (*stages, None)),
    ):
        if label not in known:
            yield f"its {what} `{label}` is none that is known."
    if not -2 <= segment.valence <= 2:
        yield f"its valence {segment.valence} is not between -2 and 2."
    if len(segment.quote.split()) > MOST_WORDS:
        yield f"it has {len(segment.quote.split())} words; a passage has at most {MOST_WORDS}."
    if segment.lane in SCORED_LANES:
        if segment.role not in COUNTED_ROLES:
            yield f"only a customer tells a {segment.lane}, not a speaker whose role is {segment.role}."
        if segment.stage is None:
            yield f"a {segment.lane} stands at a stage."
    if segment.theme is None:
        return
    theme = themes.get(segment.theme)
    if theme is None:
        yield f"its theme `{segment.theme}` is none of the corpus's themes."
        return
    for what, own, its in (("lane", segment.lane, theme.lane), ("stage", segment.stage, theme.stage)):
        if own != its:
            yield f"its {what} is `{own}`; the {what} of its theme {theme.id} is `{its}`."


def _misplaced(segment: GoldSegment, documents: Mapping[DocumentKey, Document], times: int) -> str:
    if segment.document not in documents:
        return "there is no such document."
    if not segment.quote.split():
        return "the quote is empty."
    if times == 0:
        return "the words do not stand in the document."
    return f"the words stand in the document {times} times; add a word before or after."


def _where(gold: Gold, segment: GoldSegment) -> str:
    record = f", record {segment.record}" if segment.record is not None else ""
    words = " ".join(segment.quote.split())
    short = words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1] + "…"
    return f"{gold.name}: `{segment.source}`{record}, “{short}”"


def _twice(name: str, what: str, ids: Sequence[str]) -> Iterator[str]:
    for id_, times in Counter(ids).items():
        if times > 1:
            yield f"{name}: {times} {what}s are called {id_}."
